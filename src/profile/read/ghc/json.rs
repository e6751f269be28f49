//! The JSON form.

use std::collections::HashMap;

use super::nodes::{Node, Nodes, frame_of, header};
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::FrameId;
use crate::profile::read::json::Json;
use crate::profile::read::source::Source;

const CUT: &str = "is the end of the file, in the middle of the profile; what follows is missing";

#[derive(Default)]
struct Document {
    nodes: Nodes,
    centres: HashMap<i64, FrameId>,
    total_ticks: i64,
}

/// Reads the file and fills the samples; what a file that is cut off still holds is shown.
pub(super) fn read(source: &mut Source<'_>, nodes: Nodes, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let mut json = Json::new(source)?;
    let mut document = Document { nodes, ..Document::default() };
    match document.read(&mut json, builder) {
        Err(error) if !json.is_cut() => return Err(error),
        Err(error) => {
            document.fill(builder)?;
            if builder.samples.is_empty() {
                return Err(error);
            }
            builder.place = json.place();
            builder.flaw(CUT);
        }
        Ok(()) => document.fill(builder)?,
    }
    Ok(())
}

impl Document {
    fn read(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        json.begin_object()?;
        while let Some(key) = json.next_key()? {
            match key {
                "program" => {
                    let program = json.maybe_text()?.unwrap_or_default().to_owned();
                    builder.profile.comments.push(program);
                }
                "total_ticks" => self.total_ticks = json.maybe_integer()?.unwrap_or(0),
                // Microseconds.
                "tick_interval" => self.nodes.tick_ns = json.maybe_scaled(3)?.unwrap_or(0),
                "cost_centres" => self.centres(json, builder)?,
                "profile" => self.tree(json, builder)?,
                _ => json.skip()?,
            }
        }
        Ok(())
    }

    fn fill(&mut self, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        header(self.nodes.tick_ns, self.total_ticks, builder)?;
        let centres = &self.centres;
        self.nodes.fill(builder, |centre, builder| match centres.get(&centre) {
            Some(&frame) => Ok(frame),
            None => builder.named(b"<unknown>"),
        })
    }

    fn centres(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        let (mut label, mut module, mut place) = (String::new(), String::new(), String::new());
        while json.next_item()? {
            let mut id = -1;
            [&mut label, &mut module, &mut place].into_iter().for_each(String::clear);
            if !json.try_object()? {
                continue;
            }
            while let Some(key) = json.next_key()? {
                match key {
                    "id" => id = json.maybe_integer()?.unwrap_or(-1),
                    "label" => label.push_str(json.maybe_text()?.unwrap_or_default()),
                    "module" => module.push_str(json.maybe_text()?.unwrap_or_default()),
                    "src_loc" => place.push_str(json.maybe_text()?.unwrap_or_default()),
                    _ => json.skip()?,
                }
            }
            let frame = frame_of(label.as_bytes(), module.as_bytes(), place.as_bytes(), builder)?;
            builder.has_room(self.centres.len() as u64 * 32)?;
            self.centres.insert(id, frame);
        }
        Ok(())
    }

    /// The tree: objects with a list of such objects in them.
    fn tree(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_object()? {
            return Ok(());
        }
        // The nodes that are being read, from the root on, and whether in the list of their children.
        let mut open = vec![(self.nodes.push(Node::default(), builder)?, false)];
        while let Some((row, in_children)) = open.last_mut() {
            let row = *row;
            if !*in_children {
                match json.next_key()? {
                    None => drop(open.pop()),
                    Some("children") => *in_children = json.try_array()?,
                    Some(key) => {
                        let field = Field::of(key);
                        self.field(row, field, json)?;
                    }
                }
            } else if !json.next_item()? {
                *in_children = false;
            } else if json.try_object()? {
                open.push((self.nodes.push(Node { parent: Some(row), ..Node::default() }, builder)?, false));
            }
        }
        Ok(())
    }

    fn field(&mut self, row: u32, field: Field, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        let value = json.maybe_integer()?.unwrap_or(0);
        if let Some(node) = self.nodes.get_mut(row) {
            match field {
                Field::Id => node.centre = value,
                Field::Entries => node.entries = value,
                Field::Alloc => node.bytes = value,
                Field::Ticks => node.ticks = value,
                Field::Other => {}
            }
        }
        Ok(())
    }
}

/// Parts of a node that are read.
#[derive(Clone, Copy)]
enum Field {
    Id,
    Entries,
    Alloc,
    Ticks,
    Other,
}

impl Field {
    fn of(key: &str) -> Self {
        match key {
            "id" => Self::Id,
            "entries" => Self::Entries,
            "alloc" => Self::Alloc,
            "ticks" => Self::Ticks,
            _ => Self::Other,
        }
    }
}

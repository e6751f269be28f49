//! Profiles of pyinstrument (Python): its JSON report (`-r json`), a tree of frames with times in seconds, and its sessions
//! (`.pyisession`), which hold every sample (<https://github.com/joerick/pyinstrument>, `renderers/jsonrenderer.py`, `session.py`).

use std::collections::HashMap;

use super::Context;
use super::head::Head;
use super::json::{Json, Kind};
use super::source::Source;
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, FunctionId, Profile, StackId, StringId, Thread, ThreadId};

const CUT: &str = "is the end of the file, in the middle of the profile; what follows is missing";

/// Whether it begins as a report or a session.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let report = head.has_key("root_frame") && head.has_key("sample_count");
    let session = head.has_key("start_call_stack") && head.has_key("target_description");
    head.is_json_object() && (report || session)
}

/// Reads a report or a session.
pub(super) fn read(source: &mut Source<'_>, _head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("pyinstrument", context);
    builder.sample_type("wall", "nanoseconds")?;
    let mut json = Json::new(source)?;
    let mut tree = Tree::default();
    let outcome = document(&mut json, &mut builder, &mut tree);
    match outcome {
        Err(error) if !json.is_cut() => return Err(error),
        Err(error) => {
            tree.fill(&mut builder)?;
            if builder.samples.is_empty() {
                return Err(error);
            }
            builder.place = json.place();
            builder.flaw(CUT);
        }
        Ok(()) => tree.fill(&mut builder)?,
    }
    Ok(builder.finish(None))
}

fn document(json: &mut Json<'_, '_>, builder: &mut Builder<'_>, tree: &mut Tree) -> Result<(), ProfileError> {
    json.begin_object()?;
    while let Some(key) = json.next_key()? {
        match key {
            "start_time" => builder.profile.time_ns = json.maybe_scaled(9)?,
            "duration" => builder.profile.duration_ns = json.maybe_scaled(9)?.and_then(|length| u64::try_from(length).ok()),
            "target_description" => {
                let text = json.maybe_text()?.unwrap_or_default().to_owned();
                builder.profile.comments.push(text);
            }
            "root_frame" => tree.read(json, builder)?,
            "frame_records" => records(json, builder)?,
            _ => json.skip()?,
        }
    }
    Ok(())
}

/// What is told of a frame.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    function: StringId,
    file: StringId,
    class: StringId,
    line: u32,
}

/// A frame of a report's tree.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    frame: Option<FrameId>,
    parent: Option<u32>,
    time_ns: i64,
    /// Time of the frames below.
    below_ns: i64,
}

/// A frame that is being read.
struct Open {
    node: u32,
    told: Told,
    in_children: bool,
}

/// A report: frames with those they called in them. It is kept flat, so that no depth is too deep.
#[derive(Default)]
struct Tree {
    nodes: Vec<Node>,
    open: Vec<Open>,
}

impl Tree {
    fn read(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_object()? {
            return Ok(());
        }
        self.begin(None, builder)?;
        while let Some(top) = self.open.last_mut() {
            let node = top.node;
            if !top.in_children {
                match json.next_key()? {
                    None => self.end(builder)?,
                    Some("children") => top.in_children = json.try_array()?,
                    Some(key) => {
                        let field = Field::of(key);
                        self.field(field, json, builder)?;
                    }
                }
            } else if !json.next_item()? {
                top.in_children = false;
            } else if json.try_object()? {
                self.begin(Some(node), builder)?;
            }
        }
        Ok(())
    }

    fn begin(&mut self, parent: Option<u32>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        builder.tick()?;
        if self.nodes.len().is_multiple_of(1 << 14) {
            builder.has_room(((self.nodes.len() + self.open.len()) * size_of::<Node>() * 2) as u64)?;
        }
        let node = u32::try_from(self.nodes.len()).map_err(|_| builder.full())?;
        self.nodes.push(Node { parent, ..Node::default() });
        self.open.push(Open { node, told: Told::default(), in_children: false });
        Ok(())
    }

    fn field(&mut self, field: Field, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let Some(top) = self.open.last_mut() else { return json.skip() };
        match field {
            Field::Function => top.told.function = builder.text(json.maybe_text()?.unwrap_or_default())?,
            Field::File => {
                let file = builder.text(json.maybe_text()?.unwrap_or_default())?;
                top.told.file = Some(file).filter(|file| file.0 > 0).unwrap_or(top.told.file);
            }
            // Older reports have only this one.
            Field::ShortFile => {
                let file = builder.text(json.maybe_text()?.unwrap_or_default())?;
                top.told.file = Some(top.told.file).filter(|known| known.0 > 0).unwrap_or(file);
            }
            Field::Class => top.told.class = builder.text(json.maybe_text()?.unwrap_or_default())?,
            Field::Line => top.told.line = json.maybe_row()?.unwrap_or(0),
            Field::Time => {
                let time = json.maybe_scaled(9)?.unwrap_or(0);
                if let Some(node) = self.nodes.get_mut(top.node as usize) {
                    node.time_ns = time;
                }
            }
            Field::Other => json.skip()?,
        }
        Ok(())
    }

    /// The frame that was read last is complete.
    fn end(&mut self, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let Some(Open { node, told, .. }) = self.open.pop() else { return Ok(()) };
        // What a function took itself is sometimes told as a frame of its own.
        let is_self = builder.get(told.function) == "[self]";
        let frame = if is_self { None } else { Some(frame(told, builder)?) };
        let Some(own) = self.nodes.get_mut(node as usize) else { return Ok(()) };
        own.frame = frame;
        let (parent, time) = (own.parent, own.time_ns);
        if let Some(parent) = parent.and_then(|parent| self.nodes.get_mut(parent as usize)).filter(|_| frame.is_some()) {
            parent.below_ns = parent.below_ns.saturating_add(time);
        }
        Ok(())
    }

    /// Adds a sample for each frame that took time itself.
    fn fill(&mut self, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        // Those that are open when the file is cut off.
        while !self.open.is_empty() {
            self.end(builder)?;
        }
        for node in &self.nodes {
            // Times are rounded, so that parts can be a little more than the whole.
            let own = node.time_ns.saturating_sub(node.below_ns);
            if own <= 0 || node.frame.is_none() {
                continue;
            }
            let mut next = Some(node);
            while let Some(at) = next {
                at.frame.into_iter().for_each(|frame| builder.push(frame));
                next = at.parent.and_then(|parent| self.nodes.get(parent as usize));
            }
            builder.reverse();
            let stack = builder.stack()?;
            builder.sample(stack, &[own], At::default())?;
        }
        Ok(())
    }
}

/// Parts of a frame that are read.
#[derive(Clone, Copy)]
enum Field {
    Function,
    File,
    ShortFile,
    Class,
    Line,
    Time,
    Other,
}

impl Field {
    fn of(key: &str) -> Self {
        match key {
            "function" => Self::Function,
            "file_path" => Self::File,
            "file_path_short" => Self::ShortFile,
            "class_name" => Self::Class,
            "line_no" => Self::Line,
            "time" => Self::Time,
            _ => Self::Other,
        }
    }
}

fn frame(told: Told, builder: &mut Builder<'_>) -> Result<FrameId, ProfileError> {
    let function = function_of(told, builder)?;
    builder.frame(Spot { function, ..Spot::default() })
}

/// The function; a method is named with its class.
fn function_of(told: Told, builder: &mut Builder<'_>) -> Result<FunctionId, ProfileError> {
    let mut name = told.function;
    if told.class.0 > 0 {
        let full = format!("{}.{}", builder.get(told.class), builder.get(told.function));
        name = builder.text(&full)?;
    }
    builder.function(name, told.file, told.line)
}

/// The samples of a session: stacks from the root on, each with its seconds.
fn records(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    if !json.try_array()? {
        return Ok(());
    }
    let (mut known, mut frames, mut now) = (HashMap::new(), Vec::new(), 0_i64);
    while json.next_item()? {
        if !json.try_array()? {
            continue;
        }
        let (mut stack, mut at, mut time) = (None, At::default(), 0);
        while json.next_item()? {
            if json.kind()? == Kind::Array {
                stack = Some(record(json, builder, &mut known, &mut frames, &mut at)?);
            } else {
                time = json.maybe_scaled(9)?.unwrap_or(0);
            }
        }
        if let Some(stack) = stack {
            at.time_ns = Some(now.max(i64::MIN + 1));
            builder.sample(stack, &[time], at)?;
            now = now.saturating_add(time);
        }
    }
    Ok(())
}

/// What a text of a frame stands for.
#[derive(Clone, Copy)]
enum Named {
    Frame(FrameId),
    Thread(ThreadId),
}

fn record(
    json: &mut Json<'_, '_>,
    builder: &mut Builder<'_>,
    known: &mut HashMap<Box<str>, Named>,
    frames: &mut Vec<FrameId>,
    at: &mut At,
) -> Result<StackId, ProfileError> {
    json.begin_array()?;
    while json.next_item()? {
        let text = json.maybe_text()?.unwrap_or_default();
        let named = match known.get(text) {
            Some(named) => *named,
            None => {
                let named = named(text, builder)?;
                builder.has_room(known.len() as u64 * 256)?;
                known.insert(text.into(), named);
                named
            }
        };
        match named {
            // Not pushed at once: where the file is cut off, half a stack would stay open.
            Named::Frame(frame) => frames.push(frame),
            Named::Thread(thread) => at.thread = Some(thread),
        }
    }
    builder.stack_of(frames.drain(..))
}

/// A text of a session: function, file and line with zero bytes between them, then attributes, each behind a byte 1: the line that ran
/// (`l12`) and the class (`cName`).
fn named(text: &str, builder: &mut Builder<'_>) -> Result<Named, ProfileError> {
    let mut attributes = text.split('\u{1}');
    let mut parts = attributes.next().unwrap_or_default().split('\0');
    let (function, file, line) =
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let function_name = builder.text(function)?;
    if file == "<thread>" {
        let thread = Thread { name: function_name, id: line.parse().ok(), ..Thread::default() };
        return Ok(Named::Thread(builder.thread(thread)?));
    }
    let mut told = Told { function: function_name, file: builder.text(file)?, class: StringId(0), line: line.parse().unwrap_or(0) };
    let mut spot_line = 0;
    for attribute in attributes {
        match attribute.split_at_checked(1) {
            Some(("l", line)) => spot_line = line.parse().unwrap_or(0),
            Some(("c", class)) => told.class = builder.text(class)?,
            _ => {}
        }
    }
    let function = function_of(told, builder)?;
    Ok(Named::Frame(builder.frame(Spot { function, line: spot_line, ..Spot::default() })?))
}

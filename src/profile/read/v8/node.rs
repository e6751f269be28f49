//! The nodes of a tree of calls as V8 writes them: with a `callFrame` each, or, before 2016, with its members in the node itself; with the
//! numbers of their children, with that of their parent, or inside of each other.

use super::nodes::Nodes;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::StringId;
use crate::profile::read::json::{Json, Kind};

/// What was read of a node so far.
#[derive(Clone, Copy, Default)]
struct Open {
    row: u32,
    id: Option<u32>,
    name: StringId,
    url: StringId,
    /// As it stands; lines of call frames count from 0, those of nodes from 1.
    line: Option<i64>,
    in_frame: bool,
}

/// Reads a node, or a list of nodes, with all that lies inside of them. Depth costs memory only.
pub(in super::super) fn read_nodes(
    json: &mut Json<'_, '_>,
    builder: &mut Builder<'_>,
    nodes: &mut Nodes,
) -> Result<(), ProfileError> {
    match json.kind()? {
        Kind::Object => read_tree(json, builder, nodes),
        Kind::Array => {
            json.begin_array()?;
            while json.next_item()? {
                if json.kind()? == Kind::Object { read_tree(json, builder, nodes)? } else { json.skip()? }
            }
            Ok(())
        }
        _ => json.skip(),
    }
}

fn read_tree(json: &mut Json<'_, '_>, builder: &mut Builder<'_>, nodes: &mut Nodes) -> Result<(), ProfileError> {
    let mut open = vec![begin(json, builder, nodes, None)?];
    while let Some(node) = open.last_mut() {
        let inner = match read_members(json, builder, nodes, node)? {
            Stop::Child => true,
            Stop::End => {
                let node = *node;
                open.pop();
                finish(builder, nodes, node)?;
                !open.is_empty() && next_child(json, builder, nodes, open.last().map_or(0, |node| node.row))?
            }
        };
        if inner {
            builder.has_room(open.len() as u64 * size_of::<Open>() as u64)?;
            let parent = open.last().map(|node| node.row);
            open.push(begin(json, builder, nodes, parent)?);
        }
    }
    Ok(())
}

/// Where reading the members of a node stops.
enum Stop {
    /// At a node inside of it, which stands next.
    Child,
    End,
}

fn begin(json: &mut Json<'_, '_>, builder: &mut Builder<'_>, nodes: &mut Nodes, parent: Option<u32>) -> Result<Open, ProfileError> {
    builder.place = json.place();
    json.begin_object()?;
    Ok(Open { row: nodes.begin(builder, parent)?, ..Open::default() })
}

fn read_members(
    json: &mut Json<'_, '_>,
    builder: &mut Builder<'_>,
    nodes: &mut Nodes,
    node: &mut Open,
) -> Result<Stop, ProfileError> {
    loop {
        match json.next_key()? {
            None => return Ok(Stop::End),
            Some("id") => node.id = json.maybe_row()?,
            Some("callFrame") => read_frame(json, builder, node)?,
            Some("functionName") => node.name = text(json, builder)?,
            Some("url") => node.url = text(json, builder)?,
            Some("lineNumber") => node.line = json.maybe_integer()?,
            Some("hitCount" | "selfSize") => {
                if let Some(value) = json.maybe_integer()? {
                    nodes.set_value(node.row, value);
                }
            }
            Some("parent") => {
                if let Some(id) = json.maybe_row()? {
                    nodes.parent(node.row, id);
                }
            }
            Some("positionTicks") => read_ticks(json, nodes, node.row)?,
            Some("children") => {
                if json.try_array()? && next_child(json, builder, nodes, node.row)? {
                    return Ok(Stop::Child);
                }
            }
            Some(_) => json.skip()?,
        }
    }
}

/// Whether another node stands next in a list of children; numbers of nodes before it are taken. Steps out of the list at its end.
fn next_child(json: &mut Json<'_, '_>, builder: &mut Builder<'_>, nodes: &mut Nodes, row: u32) -> Result<bool, ProfileError> {
    while json.next_item()? {
        match json.kind()? {
            Kind::Object => return Ok(true),
            Kind::Number => {
                if let Some(id) = json.maybe_row()? {
                    nodes.child(row, id);
                    builder.tick()?;
                }
            }
            _ => json.skip()?,
        }
    }
    Ok(false)
}

fn read_frame(json: &mut Json<'_, '_>, builder: &mut Builder<'_>, node: &mut Open) -> Result<(), ProfileError> {
    if !json.try_object()? {
        return Ok(());
    }
    node.in_frame = true;
    loop {
        match json.next_key()? {
            None => return Ok(()),
            Some("functionName") => node.name = text(json, builder)?,
            Some("url") => node.url = text(json, builder)?,
            Some("lineNumber") => node.line = json.maybe_integer()?,
            Some(_) => json.skip()?,
        }
    }
}

fn read_ticks(json: &mut Json<'_, '_>, nodes: &mut Nodes, row: u32) -> Result<(), ProfileError> {
    if !json.try_array()? {
        return Ok(());
    }
    while json.next_item()? {
        if !json.try_object()? {
            continue;
        }
        let (mut line, mut ticks) = (0, 0);
        loop {
            match json.next_key()? {
                None => break,
                Some("line") => line = json.maybe_row()?.unwrap_or(0),
                Some("ticks") => ticks = json.maybe_integer()?.unwrap_or(0),
                Some(_) => json.skip()?,
            }
        }
        nodes.ticks(row, line, ticks);
    }
    Ok(())
}

fn finish(builder: &mut Builder<'_>, nodes: &mut Nodes, node: Open) -> Result<(), ProfileError> {
    // Newer ones leave a line out that is 0, the first.
    let missing = if node.url == StringId(0) { -1 } else { 0 };
    let line = if node.in_frame { node.line.unwrap_or(missing).saturating_add(1) } else { node.line.unwrap_or(0) };
    let line = if node.url == StringId(0) { 0 } else { u32::try_from(line).unwrap_or(0) };
    let function = nodes.function(builder, node.name, node.url, line)?;
    nodes.name(node.row, node.id, function);
    Ok(())
}

fn text(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<StringId, ProfileError> {
    match json.maybe_text()? {
        Some(text) => builder.text(text),
        None => Ok(StringId(0)),
    }
}

//! Profiles of events: calls that begin and end. What lies between two events becomes a sample of the stack that is open there.

use std::collections::HashMap;

use super::amount::Amount;
use super::part::Part;
use super::{BATCH, Column, Reader};
use crate::profile::build::At;
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, StackId, ThreadId};

/// So far down the open calls one is looked for that ends out of turn.
const DEEPEST_SEARCH: usize = 4096;

/// The time between two events.
pub(super) struct Span {
    stack: StackId,
    from: Amount,
    to: Amount,
}

/// Call paths as a tree, so that a path that comes again is not laid out again.
#[derive(Default)]
pub(super) struct Calls {
    /// Frame, parent + 1 (0 for a root), and the stack once it was asked for.
    nodes: Vec<(FrameId, u32, Option<StackId>)>,
    children: HashMap<(u32, FrameId), u32>,
}

impl Calls {
    /// The node of `frame` below a node + 1. `None` when there are 4 billion.
    fn child(&mut self, parent: u32, frame: FrameId) -> Option<u32> {
        if let Some(&known) = self.children.get(&(parent, frame)) {
            return Some(known);
        }
        let node = u32::try_from(self.nodes.len() + 1).ok()?;
        self.nodes.push((frame, parent, None));
        self.children.insert((parent, frame), node);
        Some(node)
    }

    /// The node that a node + 1 stands for.
    fn get(&self, node: u32) -> Option<&(FrameId, u32, Option<StackId>)> {
        self.nodes.get((node as usize).checked_sub(1)?)
    }

    fn bytes(&self) -> u64 {
        self.nodes.len() as u64 * 48
    }
}

/// What an event says.
#[derive(Default)]
struct Event {
    begins: Option<bool>,
    at: Option<Amount>,
    frame: Option<u32>,
}

impl Reader<'_, '_, '_> {
    /// Reads the events of a part.
    pub(super) fn events(&mut self, part: &mut Part) -> Result<(), ProfileError> {
        part.is_evented = true;
        let power = part.power();
        let mut open = Vec::new();
        if self.json.try_array()? {
            while self.json.next_item()? {
                if self.json.try_object()? {
                    let event = self.event(power)?;
                    self.take(&event, &mut open, part)?;
                    if self.calls.nodes.len().is_multiple_of(BATCH) {
                        self.builder.has_room(self.calls.bytes())?;
                    }
                }
            }
        }
        if !open.is_empty() {
            self.flaw("is the end of a profile in which calls do not end; they were ended with it");
        }
        Ok(())
    }

    fn event(&mut self, power: Option<u32>) -> Result<Event, ProfileError> {
        let mut event = Event::default();
        while let Some(key) = self.json.next_key()? {
            match key {
                "type" => {
                    event.begins = self.json.maybe_text()?.and_then(|kind| match kind {
                        "O" => Some(true),
                        "C" => Some(false),
                        _ => None,
                    });
                }
                "at" => event.at = Amount::read(&mut self.json, power)?,
                "frame" => event.frame = self.json.maybe_row()?,
                _ => self.json.skip()?,
            }
        }
        Ok(event)
    }

    /// Carries an event out. `open` are the frames that are open, with their nodes.
    fn take(&mut self, event: &Event, open: &mut Vec<(u32, u32)>, part: &mut Part) -> Result<(), ProfileError> {
        let (Some(begins), Some(at), Some(frame)) = (event.begins, event.at, event.frame) else {
            self.flaw("is an event without a kind, time or frame, which was left out");
            return Ok(());
        };
        self.pass(at, open.last().map_or(0, |&(_, node)| node), part)?;
        if begins {
            let id = self.frame_of(frame)?;
            let node = self.calls.child(open.last().map_or(0, |&(_, node)| node), id);
            open.push((frame, node.ok_or_else(|| self.builder.full())?));
        } else if open.last().is_some_and(|&(top, _)| top == frame) {
            open.pop();
        } else {
            let found = open.iter().rev().take(DEEPEST_SEARCH).position(|&(open, _)| open == frame);
            match found {
                Some(above) => {
                    self.flaw("ends a call before those it made; they were ended with it");
                    open.truncate(open.len() - above - 1);
                }
                None => self.flaw("ends a call that did not begin; it was left out"),
            }
        }
        Ok(())
    }

    /// Lets the time pass up to an event, in the call of `node`.
    fn pass(&mut self, at: Amount, node: u32, part: &mut Part) -> Result<(), ProfileError> {
        let Some(last) = part.last else {
            part.last = Some(at);
            return Ok(());
        };
        if last.is_above(at) {
            self.flaw("is an event before the one that stands ahead of it; it was taken as of the same time");
            return Ok(());
        }
        if at.is_above(last) {
            part.last = Some(at);
            if node != 0 {
                let span = Span { stack: self.stack_of(node)?, from: last, to: at };
                self.span(span, part)?;
            }
        }
        Ok(())
    }

    fn stack_of(&mut self, node: u32) -> Result<StackId, ProfileError> {
        if let Some(&(_, _, Some(known))) = self.calls.get(node) {
            return Ok(known);
        }
        let mut next = node;
        while let Some(&(frame, parent, _)) = self.calls.get(next) {
            self.builder.push(frame);
            next = parent;
        }
        self.builder.reverse();
        let stack = self.builder.stack()?;
        if let Some(found) = self.calls.nodes.get_mut((node as usize).saturating_sub(1)) {
            found.2 = Some(stack);
        }
        Ok(stack)
    }

    fn span(&mut self, span: Span, part: &mut Part) -> Result<(), ProfileError> {
        if let Some(column) = self.part_column(part)? {
            let thread = self.part_thread(part)?;
            return self.add_span(&span, column, thread);
        }
        part.spans.push(span);
        self.check(part)
    }

    /// Adds the time between two events as a sample.
    pub(super) fn add_span(&mut self, span: &Span, column: Column, thread: Option<ThreadId>) -> Result<(), ProfileError> {
        let (from, to) = (span.from.whole(column.power), span.to.whole(column.power));
        let time_ns = column.is_time.then_some(from);
        self.add_value(span.stack, to.saturating_sub(from), column, At { thread, time_ns })
    }
}

//! Stacks of calls of which only beginning and end are known.

use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, StringId, ThreadId};

use super::values::NO_TEXT;

/// One call of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) name: StringId,
    /// Nanoseconds.
    pub(super) start: i64,
    pub(super) end: i64,
    /// How much was measured from its beginning to its end.
    pub(super) growth: i64,
    /// How many calls it lies in, when told.
    pub(super) depth: Option<i64>,
}

/// A call that is open, with what is left for itself.
struct Open {
    call: Call,
    growth: i64,
    time: i64,
}

/// Lays calls inside each other and adds a sample for each: what it measured, and its time, without those of the calls inside.
pub(super) struct Nest<'b, 'a> {
    builder: &'b mut Builder<'a>,
    thread: ThreadId,
    open: Vec<Open>,
    path: Vec<FrameId>,
}

impl<'b, 'a> Nest<'b, 'a> {
    pub(super) fn new(builder: &'b mut Builder<'a>, thread: ThreadId) -> Self {
        Self { builder, thread, open: Vec::new(), path: Vec::new() }
    }

    pub(super) fn add(mut self, calls: &mut [Call]) -> Result<(), ProfileError> {
        calls.sort_by_key(|call| (call.start, call.depth, std::cmp::Reverse(call.end)));
        for &call in &*calls {
            while self.open.last().is_some_and(|open| !holds(&open.call, &call)) {
                self.close()?;
            }
            self.begin(call)?;
        }
        while !self.open.is_empty() {
            self.close()?;
        }
        Ok(())
    }

    fn begin(&mut self, call: Call) -> Result<(), ProfileError> {
        let time = call.end.saturating_sub(call.start);
        if let Some(caller) = self.open.last_mut() {
            caller.growth = caller.growth.saturating_sub(call.growth);
            caller.time = caller.time.saturating_sub(time);
        }
        let function = self.builder.function(call.name, NO_TEXT, 0)?;
        let frame = self.builder.frame(Spot { function, ..Spot::default() })?;
        self.path.push(frame);
        self.open.push(Open { call, growth: call.growth, time });
        Ok(())
    }

    fn close(&mut self) -> Result<(), ProfileError> {
        let Some(Open { call, growth, time }) = self.open.pop() else { return Ok(()) };
        let stack = self.builder.stack_of(self.path.iter().copied())?;
        self.path.pop();
        let at = At { thread: Some(self.thread), time_ns: Some(call.start) };
        self.builder.sample(stack, &[growth, time], at)
    }
}

/// Whether a call that began earlier (or together with another one) has that one inside.
fn holds(outer: &Call, inner: &Call) -> bool {
    let deeper = outer.depth.zip(inner.depth).is_none_or(|(outer, inner)| outer < inner);
    deeper && outer.end >= inner.end
}

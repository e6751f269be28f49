//! A tree of calls whose nodes come in any order: each tells its parent, or its children, or lies inside of its parent.

use std::collections::HashMap;

use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, FunctionId, StackId, StringId};

/// The outermost node, which stands for no function; it is left out of stacks.
const ROOT: FunctionId = FunctionId(u32::MAX);
const NO_ROW: u32 = u32::MAX;
const NO_STACK: StackId = StackId(u32::MAX);
/// Looked at memory after so many nodes.
const BATCH: usize = 4096;

/// So many samples of a node were taken at a line.
#[derive(Clone, Copy, Debug)]
struct Ticks {
    row: u32,
    line: u32,
    left: u64,
}

/// The nodes, by column.
#[derive(Default)]
pub(in super::super) struct Nodes {
    id: Vec<u32>,
    function: Vec<FunctionId>,
    /// Row of the parent; [`NO_ROW`] for a root.
    parent: Vec<u32>,
    /// Samples or bytes that the node itself tells; empty while no node does.
    value: Vec<i64>,
    /// A node that names its child.
    children: Vec<(u32, u32)>,
    /// A node that names its parent.
    parents: Vec<(u32, u32)>,
    ticks: Vec<Ticks>,
    /// First of `ticks` of each row that has some.
    ticks_of: HashMap<u32, usize>,
    rows: Rows,
    /// Stack of each node, made when it is first asked for.
    stacks: Vec<StackId>,
    stacks_with_line: HashMap<(u32, u32), StackId>,
    /// Frame of each function, no line told.
    plain: Vec<Option<FrameId>>,
    /// What stands for time in which nothing ran.
    idle: Option<FunctionId>,
}

/// The row of each number of a node.
enum Rows {
    /// By the number itself: they mostly count up.
    Direct(Vec<u32>),
    /// Pairs of number and row, in the order of the numbers.
    Sorted(Vec<(u32, u32)>),
}

impl Default for Rows {
    fn default() -> Self {
        Self::Sorted(Vec::new())
    }
}

impl Rows {
    fn new(ids: &[u32]) -> Self {
        let most = ids.iter().copied().max().unwrap_or(0) as usize;
        if most / 4 > ids.len() + BATCH {
            let mut pairs: Vec<(u32, u32)> = ids.iter().copied().zip(0..).collect();
            pairs.sort_unstable();
            return Self::Sorted(pairs);
        }
        let mut rows = vec![NO_ROW; most + 1];
        for (&id, row) in ids.iter().zip(0_u32..) {
            if let Some(free) = rows.get_mut(id as usize).filter(|free| **free == NO_ROW) {
                *free = row;
            }
        }
        Self::Direct(rows)
    }

    fn get(&self, id: u32) -> Option<u32> {
        match self {
            Self::Direct(rows) => rows.get(id as usize).copied().filter(|&row| row != NO_ROW),
            Self::Sorted(pairs) => {
                let at = pairs.partition_point(|&(other, _)| other < id);
                pairs.get(at).filter(|&&(other, _)| other == id).map(|&(_, row)| row)
            }
        }
    }
}

/// What a function is called that has no name: by its place.
pub(in super::super) fn unnamed(builder: &mut Builder<'_>, url: StringId, line: u32) -> Result<StringId, ProfileError> {
    if url == StringId(0) {
        return builder.text("(anonymous)");
    }
    let file = builder.get(url).rsplit('/').next().unwrap_or_default();
    let name = format!("(anonymous {file}:{line})");
    builder.text(&name)
}

impl Nodes {
    /// The function of this name, file and line (0 when not told). The root of a tree is none.
    pub(in super::super) fn function(
        &mut self,
        builder: &mut Builder<'_>,
        name: StringId,
        url: StringId,
        line: u32,
    ) -> Result<FunctionId, ProfileError> {
        if name == StringId(0) {
            let name = unnamed(builder, url, line)?;
            return builder.function(name, url, line);
        }
        if url != StringId(0) {
            return builder.function(name, url, line);
        }
        let (is_root, is_idle) = match builder.get(name) {
            "(root)" => (true, false),
            other => (false, other == "(idle)"),
        };
        let function = if is_root { ROOT } else { builder.function(name, url, line)? };
        self.idle = self.idle.or(Some(function).filter(|_| is_idle));
        Ok(function)
    }

    /// Begins a node inside of another one, or at the top; gives its row. What it is called is told by [`Nodes::name`].
    pub(in super::super) fn begin(&mut self, builder: &mut Builder<'_>, parent: Option<u32>) -> Result<u32, ProfileError> {
        let row = u32::try_from(self.id.len()).ok().filter(|&row| row < NO_ROW).ok_or_else(|| builder.full())?;
        if self.id.len().is_multiple_of(BATCH) {
            builder.context.cancel.check()?;
            builder.has_room(self.bytes())?;
        }
        self.id.push(row);
        self.function.push(ROOT);
        self.parent.push(parent.unwrap_or(NO_ROW));
        Ok(row)
    }

    /// Tells number and function of a node.
    pub(in super::super) fn name(&mut self, row: u32, id: Option<u32>, function: FunctionId) {
        if let Some(own) = self.id.get_mut(row as usize) {
            *own = id.unwrap_or(*own);
        }
        if let Some(own) = self.function.get_mut(row as usize) {
            *own = function;
        }
    }

    /// Tells the samples or bytes of a node.
    pub(in super::super) fn set_value(&mut self, row: u32, value: i64) {
        self.value.resize(self.id.len(), 0);
        if let Some(own) = self.value.get_mut(row as usize) {
            *own = value;
        }
    }

    /// Tells the number of a node's child.
    pub(in super::super) fn child(&mut self, row: u32, id: u32) {
        self.children.push((row, id));
    }

    /// Tells the number of a node's parent.
    pub(in super::super) fn parent(&mut self, row: u32, id: u32) {
        self.parents.push((row, id));
    }

    /// Tells how many samples were taken at a line of a node's function. All of one node are told in a row.
    pub(in super::super) fn ticks(&mut self, row: u32, line: u32, ticks: i64) {
        self.ticks_of.entry(row).or_insert(self.ticks.len());
        self.ticks.push(Ticks { row, line, left: u64::try_from(ticks).unwrap_or(0) });
    }

    /// Adds nodes that were read apart, before any are joined.
    pub(in super::super) fn append(&mut self, mut other: Self) {
        let before = self.id.len() as u32;
        let moved = |row: u32| if row == NO_ROW { row } else { row.saturating_add(before) };
        if !self.value.is_empty() || !other.value.is_empty() {
            self.value.resize(self.id.len(), 0);
            other.value.resize(other.id.len(), 0);
        }
        self.id.append(&mut other.id);
        self.function.append(&mut other.function);
        self.value.append(&mut other.value);
        self.parent.extend(other.parent.into_iter().map(moved));
        self.children.extend(other.children.into_iter().map(|(row, id)| (moved(row), id)));
        self.parents.extend(other.parents.into_iter().map(|(row, id)| (moved(row), id)));
        let ticks = self.ticks.len();
        self.ticks.extend(other.ticks.into_iter().map(|ticks| Ticks { row: moved(ticks.row), ..ticks }));
        self.ticks_of.extend(other.ticks_of.into_iter().map(|(row, at)| (moved(row), at + ticks)));
        self.idle = self.idle.or(other.idle);
    }

    /// How many there are.
    pub(in super::super) fn len(&self) -> usize {
        self.id.len()
    }

    /// The samples or bytes that a node tells.
    pub(in super::super) fn value(&self, row: u32) -> i64 {
        self.value.get(row as usize).copied().unwrap_or(0)
    }

    /// The row of a node's number.
    pub(in super::super) fn row(&self, id: u32) -> Option<u32> {
        self.rows.get(id)
    }

    /// Whether a node stands for time in which nothing ran.
    pub(in super::super) fn is_idle(&self, row: u32) -> bool {
        self.idle.is_some() && self.function.get(row as usize).copied() == self.idle
    }

    /// Whether there is such a node.
    pub(in super::super) fn has_idle(&self) -> bool {
        self.idle.is_some()
    }

    /// Bytes held.
    pub(in super::super) fn bytes(&self) -> u64 {
        let columns = self.id.capacity() * 12 + self.value.capacity() * 8 + self.stacks.capacity() * 4;
        let lists = (self.children.capacity() + self.parents.capacity()) * 8 + self.ticks.capacity() * 16;
        (columns + lists + (self.ticks_of.capacity() + self.stacks_with_line.capacity()) * 24) as u64
    }

    /// Joins the nodes, all of which are there now, to their parents. Numbers that no node has and circles are remarked and cut.
    pub(in super::super) fn join(&mut self, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        builder.has_room(self.bytes() + self.id.len() as u64 * 20)?;
        self.rows = Rows::new(&self.id);
        for (row, child) in std::mem::take(&mut self.children) {
            match self.rows.get(child) {
                Some(child) => self.hang(builder, child, row),
                None => builder.flaw("has calls of functions that are not in it; they were left out"),
            }
        }
        for (row, parent) in std::mem::take(&mut self.parents) {
            match self.rows.get(parent) {
                Some(parent) => self.hang(builder, row, parent),
                None => builder.flaw("has calls by functions that are not in it; they stand at the top"),
            }
        }
        self.cut_circles(builder);
        self.stacks = vec![NO_STACK; self.id.len()];
        Ok(())
    }

    fn hang(&mut self, builder: &mut Builder<'_>, row: u32, below: u32) {
        match self.parent.get_mut(row as usize) {
            Some(parent) if *parent == NO_ROW && row != below => *parent = below,
            Some(parent) if *parent == below => {}
            _ => builder.flaw("has calls with two callers; the first was taken"),
        }
    }

    /// Walks up from each node until known ground: each node is passed twice at most.
    fn cut_circles(&mut self, builder: &mut Builder<'_>) {
        let mut safe = vec![0_u32; self.parent.len()];
        for start in 0..self.parent.len() as u32 {
            let walk = start + 1;
            let mut row = start;
            while let Some(seen) = safe.get_mut(row as usize).filter(|seen| **seen == 0) {
                *seen = walk;
                let Some(parent) = self.parent.get_mut(row as usize) else { break };
                if *parent != NO_ROW && safe.get(*parent as usize) == Some(&walk) {
                    builder.flaw("has calls that form a circle, which was cut");
                    *parent = NO_ROW;
                }
                row = *parent;
            }
        }
    }

    /// The line of the next sample of a node, of those that the node tells; 0 when it tells none (any more).
    pub(in super::super) fn next_line(&mut self, row: u32) -> u32 {
        let Some(at) = self.ticks_of.get_mut(&row) else { return 0 };
        while let Some(ticks) = self.ticks.get_mut(*at).filter(|ticks| ticks.row == row) {
            if ticks.left > 0 {
                ticks.left -= 1;
                return ticks.line;
            }
            *at += 1;
        }
        0
    }

    /// The stack from the root to a node, which was at `line` (0 when not told).
    pub(in super::super) fn stack(&mut self, builder: &mut Builder<'_>, row: u32, line: u32) -> Result<StackId, ProfileError> {
        let known = match line {
            0 => self.stacks.get(row as usize).copied().filter(|&stack| stack != NO_STACK),
            _ => self.stacks_with_line.get(&(row, line)).copied(),
        };
        if let Some(stack) = known {
            return Ok(stack);
        }
        let stack = self.lay_out(builder, row, line)?;
        if line > 0 {
            self.stacks_with_line.insert((row, line), stack);
        } else if let Some(free) = self.stacks.get_mut(row as usize) {
            *free = stack;
        }
        Ok(stack)
    }

    fn lay_out(&mut self, builder: &mut Builder<'_>, row: u32, line: u32) -> Result<StackId, ProfileError> {
        let (mut next, mut line) = (row, line);
        while let Some((&function, &parent)) = self.function.get(next as usize).zip(self.parent.get(next as usize)) {
            let is_root = function == ROOT && next != row;
            if !is_root {
                let function = if function == ROOT { Self::root_function(builder)? } else { function };
                let frame = self.frame(builder, function, std::mem::take(&mut line))?;
                builder.push(frame);
            }
            next = parent;
        }
        builder.reverse();
        builder.stack()
    }

    /// The root has a row of its own only where it was itself sampled.
    fn root_function(builder: &mut Builder<'_>) -> Result<FunctionId, ProfileError> {
        let name = builder.text("(root)")?;
        builder.function(name, StringId(0), 0)
    }

    fn frame(&mut self, builder: &mut Builder<'_>, function: FunctionId, line: u32) -> Result<FrameId, ProfileError> {
        let at = function.0 as usize;
        if let Some(&Some(frame)) = self.plain.get(at).filter(|_| line == 0) {
            return Ok(frame);
        }
        let frame = builder.frame(Spot { function, line, ..Spot::default() })?;
        if line == 0 {
            self.plain.resize(self.plain.len().max(builder.function_count()), None);
            self.plain.get_mut(at).and_then(|free| free.replace(frame));
        }
        Ok(frame)
    }
}

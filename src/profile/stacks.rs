//! Call stacks, stored flat.
//!
//! Files of real programs hold mostly distinct stacks, so a stored prefix tree would have a node for every second frame and
//! cost five times as much to keep and twice as much to build as the plain lists; the tree is a view ([`super::tree`]), made
//! when somebody looks at it. A format that is a tree itself (V8) is laid out flat by [`StackTree`].

use super::hash::{Hash, RowIndex};
use super::model::{FrameId, StackId};

/// Stacks one behind the other, each from its root (the outermost caller) to its leaf (what ran).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stacks {
    frames: Vec<FrameId>,
    /// End of each stack in `frames`.
    ends: Vec<u32>,
}

impl Stacks {
    /// The frames of a stack, root first; empty when there is no such stack.
    pub fn get(&self, id: StackId) -> &[FrameId] {
        let at = id.0 as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&end| end as usize);
        let end = self.ends.get(at).map_or(start, |&end| end as usize);
        self.frames.get(start..end).unwrap_or_default()
    }

    /// How many stacks there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no stack.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All stacks in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[FrameId]> {
        (0..self.ends.len()).map(|at| self.get(StackId(at as u32)))
    }

    /// Frames of all stacks together.
    pub fn total_frames(&self) -> usize {
        self.frames.len()
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        (self.frames.capacity() + self.ends.capacity()) * 4
    }

    pub(super) fn parts(&self) -> (&[FrameId], &[u32]) {
        (&self.frames, &self.ends)
    }

    /// From stored parts; `None` unless the ends rise to the number of frames.
    pub(super) fn from_parts(frames: Vec<FrameId>, ends: Vec<u32>) -> Option<Self> {
        let rises = ends.windows(2).all(|pair| pair.first() <= pair.last());
        (rises && ends.last().map_or(0, |&end| end as usize) == frames.len()).then_some(Self { frames, ends })
    }
}

/// Fills [`Stacks`]; equal stacks get one number.
#[derive(Clone, Debug, Default)]
pub struct StacksBuilder {
    stacks: Stacks,
    index: RowIndex,
    hash: Hash,
}

impl StacksBuilder {
    /// Adds one frame to the stack that is being put together, towards the leaf (or the root, see [`StacksBuilder::reverse`]).
    pub fn push(&mut self, frame: FrameId) {
        self.stacks.frames.push(frame);
    }

    /// Adds frames to the stack that is being put together, in their order.
    pub(super) fn extend(&mut self, frames: &[FrameId]) {
        self.stacks.frames.extend_from_slice(frames);
    }

    /// Turns the stack that is being put together around, for formats that list the leaf first.
    pub fn reverse(&mut self) {
        let start = self.open_start();
        if let Some(open) = self.stacks.frames.get_mut(start..) {
            open.reverse();
        }
    }

    /// Ends the stack that is being put together and gives its number. `None` when 4 billion frames are held.
    pub fn finish_stack(&mut self) -> Option<StackId> {
        let start = self.open_start();
        let Self { stacks, index, hash } = self;
        let open = stacks.frames.get(start..).unwrap_or_default();
        let hash = hash.numbers(open.iter().map(|frame| frame.0));
        match index.find(hash, |row| stacks.get(StackId(row)) == open) {
            Ok(row) => {
                stacks.frames.truncate(start);
                Some(StackId(row))
            }
            Err(place) => {
                let id = u32::try_from(stacks.ends.len()).ok().filter(|&id| id < u32::MAX)?;
                stacks.ends.push(u32::try_from(stacks.frames.len()).ok()?);
                index.insert(place, hash, id);
                Some(StackId(id))
            }
        }
    }

    /// The frames of a finished stack, root first.
    pub(super) fn get(&self, id: StackId) -> &[FrameId] {
        self.stacks.get(id)
    }

    /// Frames held, those of the stack that is being put together included.
    pub fn total_frames(&self) -> usize {
        self.stacks.frames.len()
    }

    /// Bytes held, the index included.
    pub fn memory_bytes(&self) -> usize {
        self.stacks.memory_bytes() + self.index.memory_bytes()
    }

    /// The stacks, without the index that only filling needs. One that is still being put together is given up.
    pub fn finish(self) -> Stacks {
        let open = self.open_start();
        let mut stacks = self.stacks;
        stacks.frames.truncate(open);
        // Growing by doubling leaves up to half unused. Copying it away costs more memory at once than it gives back, unless
        // the allocator shrinks in place, which large blocks do.
        stacks.frames.shrink_to_fit();
        stacks.ends.shrink_to_fit();
        stacks
    }

    fn open_start(&self) -> usize {
        self.stacks.ends.last().map_or(0, |&end| end as usize)
    }
}

/// Stacks given as a tree: each node names the node that called it. Only nodes that were sampled become stacks.
#[derive(Clone, Debug, Default)]
pub struct StackTree {
    /// Frame of each node, and parent + 1 (0 for a root).
    nodes: Vec<(FrameId, u32)>,
}

impl StackTree {
    /// Adds a node below `parent` (a number returned before). `None` when there is no such parent, or 4 billion nodes are held.
    pub fn push(&mut self, parent: Option<u32>, frame: FrameId) -> Option<u32> {
        let id = u32::try_from(self.nodes.len()).ok().filter(|&id| id < u32::MAX)?;
        if parent.is_some_and(|parent| parent >= id) {
            return None;
        }
        self.nodes.push((frame, parent.map_or(0, |parent| parent + 1)));
        Some(id)
    }

    /// Lays the path from the root to `node` out as a stack of `stacks`. A parent is always older than its child, so the walk ends.
    pub fn finish_stack(&self, node: u32, stacks: &mut StacksBuilder) -> Option<StackId> {
        let mut next = self.nodes.get(node as usize);
        while let Some(&(frame, parent)) = next {
            stacks.push(frame);
            next = parent.checked_sub(1).and_then(|parent| self.nodes.get(parent as usize));
        }
        stacks.reverse();
        stacks.finish_stack()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_stacks_have_one_number_and_the_empty_stack_is_one_too() {
        let mut builder = StacksBuilder::default();
        let mut add = |frames: &[u32]| {
            frames.iter().for_each(|&frame| builder.push(FrameId(frame)));
            builder.finish_stack().expect("room")
        };
        let ids = [add(&[1, 2]), add(&[]), add(&[1]), add(&[1, 2]), add(&[])];
        assert_eq!(ids.map(|id| id.0), [0, 1, 2, 0, 1]);
        let stacks = builder.finish();
        assert_eq!(stacks.iter().collect::<Vec<_>>(), [&[FrameId(1), FrameId(2)][..], &[], &[FrameId(1)]]);
        assert_eq!(stacks.get(StackId(9)), &[]);
    }

    #[test]
    fn a_tree_is_laid_out_root_first() {
        let (mut tree, mut builder) = (StackTree::default(), StacksBuilder::default());
        let root = tree.push(None, FrameId(7)).expect("room");
        let child = tree.push(Some(root), FrameId(8)).expect("room");
        assert_eq!(tree.push(Some(9), FrameId(8)), None, "a parent that is not there yet");
        let id = tree.finish_stack(child, &mut builder).expect("room");
        assert_eq!(builder.finish().get(id), &[FrameId(7), FrameId(8)]);
    }
}

//! What was mapped where in each process, while the recording goes on.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::profile::hash::NumberHash;

/// A stretch of a binary in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Map {
    pub(super) start: u64,
    /// The address behind it.
    pub(super) end: u64,
    /// Place in the binary that is at `start`.
    pub(super) offset: u64,
    /// Row of the binary.
    pub(super) binary: u32,
}

/// What is mapped in one process.
#[derive(Clone, Debug, Default)]
pub(super) struct Space {
    maps: BTreeMap<u64, Map>,
    /// Changes with the content; no other content has it.
    pub(super) version: u32,
}

impl Space {
    /// What lies at an address.
    pub(super) fn find(&self, address: u64) -> Option<Map> {
        let (_, &map) = self.maps.range(..=address).next_back()?;
        (address < map.end).then_some(map)
    }

    /// Maps something; what it covers is gone, what it covers partly is cut.
    fn insert(&mut self, map: Map) {
        if let Some((_, before)) = self.maps.range_mut(..map.start).next_back()
            && before.end > map.start
        {
            let whole = *before;
            before.end = map.start;
            self.keep_end(whole, map.end);
        }
        while let Some((&start, &covered)) = self.maps.range(map.start..map.end).next() {
            self.maps.remove(&start);
            self.keep_end(covered, map.end);
        }
        self.maps.insert(map.start, map);
    }

    /// Keeps what of `map` lies behind an address.
    fn keep_end(&mut self, map: Map, from: u64) {
        if map.end > from {
            let offset = map.offset.wrapping_add(from.wrapping_sub(map.start));
            self.maps.insert(from, Map { start: from, offset, ..map });
        }
    }
}

/// The processes, and the kernel, which is mapped in all of them.
#[derive(Debug, Default)]
pub(super) struct Spaces {
    processes: HashMap<u32, Rc<Space>, NumberHash>,
    pub(super) kernel: Space,
    versions: u32,
    /// Maps of all processes together; copies that are shared count once.
    pub(super) count: usize,
}

impl Spaces {
    /// What is mapped in a process.
    pub(super) fn of(&self, process: u32) -> Option<&Space> {
        self.processes.get(&process).map(Rc::as_ref)
    }

    /// Maps something into a process, or into the kernel.
    pub(super) fn map(&mut self, process: Option<u32>, map: Map) {
        if map.start >= map.end {
            return;
        }
        self.versions = self.versions.wrapping_add(1);
        let space = match process {
            None => &mut self.kernel,
            Some(process) => {
                let shared = self.processes.entry(process).or_default();
                if Rc::strong_count(shared) > 1 {
                    self.count += shared.maps.len();
                }
                Rc::make_mut(shared)
            }
        };
        space.insert(map);
        space.version = self.versions;
        self.count += 1;
    }

    /// A process begins as a copy of another.
    pub(super) fn fork(&mut self, parent: u32, child: u32) {
        let copy = self.processes.get(&parent).cloned().unwrap_or_default();
        self.processes.insert(child, copy);
        self.count += 1;
    }

    /// A process ends; its number can be used again.
    pub(super) fn end(&mut self, process: u32) {
        self.processes.remove(&process);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_maps_cover_earlier_ones() {
        let map = |start, end, offset, binary| Map { start, end, offset, binary };
        let mut spaces = Spaces::default();
        spaces.map(Some(1), map(100, 200, 0, 1));
        spaces.fork(1, 2);
        spaces.map(Some(2), map(120, 150, 7, 2));
        let found = |process, address| spaces.of(process).and_then(|space| space.find(address));
        assert_eq!(found(1, 130), Some(map(100, 200, 0, 1)));
        assert_eq!(
            (found(2, 119), found(2, 120), found(2, 150)),
            (Some(map(100, 120, 0, 1)), Some(map(120, 150, 7, 2)), Some(map(150, 200, 50, 1)))
        );
        assert_eq!((found(1, 99), found(1, 200), found(3, 1)), (None, None, None));
        spaces.map(Some(2), map(0, u64::MAX, 0, 3));
        assert_eq!(spaces.of(2).map(|space| space.maps.len()), Some(1));
        spaces.end(2);
        assert!(spaces.of(2).is_none());
    }
}

//! Names of code by address.

use std::collections::HashMap;

use crate::profile::model::StringId;

/// Code that has a name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Code {
    pub(super) start: u64,
    /// The address behind the last.
    pub(super) end: u64,
    pub(super) name: StringId,
    /// With the types of its arguments.
    pub(super) system_name: StringId,
    /// The binary it is from, by its number.
    pub(super) module: u64,
}

/// All code of which names are told, by process.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    of: HashMap<i64, Vec<Code>>,
    len: usize,
}

impl Symbols {
    pub(super) fn add(&mut self, process: i64, code: Code) {
        self.of.entry(process).or_default().push(code);
        self.len += 1;
    }

    /// Bytes held.
    pub(super) fn memory_bytes(&self) -> u64 {
        (self.len * size_of::<Code>()) as u64
    }

    /// Puts them in order; of two at one address the one told last counts.
    pub(super) fn sort(&mut self) {
        for codes in self.of.values_mut() {
            codes.reverse();
            codes.sort_by_key(|code| code.start);
            codes.dedup_by_key(|code| code.start);
        }
    }

    /// The code at an address, once they are in order.
    pub(super) fn at(&self, process: i64, address: u64) -> Option<Code> {
        let codes = self.of.get(&process)?;
        let behind = codes.partition_point(|code| code.start <= address);
        behind.checked_sub(1).and_then(|at| codes.get(at)).filter(|code| address < code.end).copied()
    }
}

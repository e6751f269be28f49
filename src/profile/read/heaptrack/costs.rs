//! What was allocated and freed at each call chain, and how much was held when most was.

use std::collections::HashMap;

use super::Numbers;

/// An allocation as it occurs again and again: size and chain.
#[derive(Clone, Copy, Default)]
struct Kind {
    size: i64,
    /// Row of [`Costs::chains`].
    chain: u32,
}

/// What happened at a chain.
#[derive(Clone, Copy, Default)]
struct Chain {
    trace: u32,
    /// Whether it changed since the last peak.
    changed: bool,
    allocations: i64,
    temporary: i64,
    allocated: i64,
    held: i64,
    at_peak: i64,
}

/// Values of a chain, in the order of the sample types.
pub(super) struct Cost {
    pub(super) trace: u32,
    pub(super) values: [i64; 5],
}

/// The sums.
#[derive(Default)]
pub(super) struct Costs {
    kinds: Vec<Kind>,
    chains: Vec<Chain>,
    /// Row of each chain, by the number of the trace; `u32::MAX` for none.
    by_trace: Vec<u32>,
    held: i64,
    peak: i64,
    /// Chains that changed since the last peak: only these are looked at for the next one.
    changed: Vec<u32>,
    /// What was allocated last: freed next, it was temporary. heaptrack forgets it by setting it to the first kind, so that this kind counts
    /// as temporary whenever it is freed behind something that was freed; so it does here, or figures would differ.
    last: u64,
    /// Of version 0: kinds by size and chain, and what lies at which address.
    known: HashMap<(i64, u32), u32>,
    pointers: HashMap<u64, u32>,
}

/// Traces that were not told are not kept by number beyond this.
const MOST_TRACES: u64 = u32::MAX as u64 - 1;

impl Costs {
    /// Bytes held at this moment by the program.
    pub(super) fn held(&self) -> i64 {
        self.held
    }

    /// Sums begin anew, since heaptrack was attached just now.
    pub(super) fn begin(&mut self) {
        (self.held, self.peak) = (0, 0);
    }

    /// Bytes that this needs.
    pub(super) fn memory_bytes(&self) -> u64 {
        let kinds = self.kinds.capacity() * size_of::<Kind>() + self.chains.capacity() * size_of::<Chain>();
        (kinds
            + (self.by_trace.capacity() + self.changed.capacity()) * 4
            + self.known.capacity() * 24
            + self.pointers.capacity() * 17) as u64
    }

    /// A kind of allocation: size and trace.
    pub(super) fn declare(&mut self, line: &[u8]) -> bool {
        let mut numbers = Numbers(line);
        let (size, trace) = (numbers.next().and_then(|size| i64::try_from(size).ok()), numbers.next());
        let chain = trace.and_then(|trace| self.chain(trace));
        // Also one that is wrong takes a number.
        self.kinds.push(Kind { size: size.unwrap_or(0), chain: chain.unwrap_or(u32::MAX) });
        size.is_some() && chain.is_some()
    }

    fn chain(&mut self, trace: u64) -> Option<u32> {
        // Numbers of traces rise by one, so a larger jump is damage.
        let row = usize::try_from(trace).ok().filter(|&row| trace < MOST_TRACES && row <= self.by_trace.len() + (1 << 22))?;
        if self.by_trace.len() <= row {
            self.by_trace.resize(row + 1, u32::MAX);
        }
        let slot = self.by_trace.get_mut(row)?;
        if *slot == u32::MAX {
            *slot = self.chains.len() as u32;
            self.chains.push(Chain { trace: trace as u32, ..Chain::default() });
        }
        Some(*slot)
    }

    /// Something of a kind was allocated.
    pub(super) fn allocated(&mut self, line: &[u8]) -> bool {
        let Some(number) = Numbers(line).next() else { return false };
        let Some(&kind) = usize::try_from(number).ok().and_then(|row| self.kinds.get(row)) else { return false };
        self.last = number;
        self.add(kind)
    }

    /// Something of a kind was freed.
    pub(super) fn freed(&mut self, line: &[u8]) -> bool {
        let Some(number) = Numbers(line).next() else { return false };
        let Some(&kind) = usize::try_from(number).ok().and_then(|row| self.kinds.get(row)) else { return false };
        let temporary = std::mem::take(&mut self.last) == number;
        self.remove(kind, temporary)
    }

    /// Version 0: size, trace and address of an allocation.
    pub(super) fn allocated_at(&mut self, line: &[u8]) -> bool {
        let mut numbers = Numbers(line);
        let size = numbers.next().and_then(|size| i64::try_from(size).ok());
        let (Some(size), Some(trace), Some(pointer)) = (size, numbers.next(), numbers.next()) else { return false };
        let Some(chain) = self.chain(trace) else { return false };
        let (kinds, kind) = (&mut self.kinds, Kind { size, chain });
        let row = *self.known.entry((size, chain)).or_insert_with(|| {
            kinds.push(kind);
            kinds.len() as u32 - 1
        });
        self.pointers.insert(pointer, row);
        self.last = pointer;
        self.add(kind)
    }

    /// Version 0: what lies at an address was freed. What is not known was allocated before heaptrack began.
    pub(super) fn freed_at(&mut self, line: &[u8]) -> bool {
        let Some(pointer) = Numbers(line).next() else { return false };
        let Some(row) = self.pointers.remove(&pointer) else { return true };
        let temporary = std::mem::take(&mut self.last) == pointer;
        self.kinds.get(row as usize).copied().is_some_and(|kind| self.remove(kind, temporary))
    }

    fn add(&mut self, kind: Kind) -> bool {
        let Some(chain) = self.chains.get_mut(kind.chain as usize) else { return false };
        chain.allocations = chain.allocations.saturating_add(1);
        chain.allocated = chain.allocated.saturating_add(kind.size);
        chain.held = chain.held.saturating_add(kind.size);
        if !std::mem::replace(&mut chain.changed, true) {
            self.changed.push(kind.chain);
        }
        self.held = self.held.saturating_add(kind.size);
        if self.held > self.peak {
            self.keep_peak();
        }
        true
    }

    fn remove(&mut self, kind: Kind, temporary: bool) -> bool {
        let Some(chain) = self.chains.get_mut(kind.chain as usize) else { return false };
        chain.held = chain.held.saturating_sub(kind.size);
        chain.temporary = chain.temporary.saturating_add(i64::from(temporary));
        if !std::mem::replace(&mut chain.changed, true) {
            self.changed.push(kind.chain);
        }
        self.held = self.held.saturating_sub(kind.size);
        true
    }

    /// This is the most that was held so far.
    fn keep_peak(&mut self) {
        self.peak = self.held;
        for row in self.changed.drain(..) {
            if let Some(chain) = self.chains.get_mut(row as usize) {
                chain.at_peak = chain.held;
                chain.changed = false;
            }
        }
    }

    /// All chains at which something happened, in the order they came.
    pub(super) fn by_trace(&self) -> impl Iterator<Item = Cost> + '_ {
        let costs = self.chains.iter().map(|chain| Cost {
            trace: chain.trace,
            values: [chain.allocations, chain.temporary, chain.allocated, chain.at_peak, chain.held],
        });
        costs.filter(|cost| cost.values != [0; 5])
    }
}

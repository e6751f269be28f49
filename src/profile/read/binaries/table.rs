//! Symbols by address.

use crate::profile::read::decimal;
use std::cmp::Ordering;

/// Overlapping symbols are looked for so far back.
const OVERLAP: usize = 8;

/// A function and where it lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) start: u64,
    /// The address behind it; equal to `start` when not told.
    pub(super) end: u64,
    /// Where its name begins and ends in the text of all names.
    pub(super) name: (u32, u32),
    /// 0 local, 1 global, 2 weak, as in ELF.
    pub(super) binding: u8,
}

/// The symbols of a binary, sorted.
#[derive(Debug, Default)]
pub(in crate::profile::read) struct Symbols {
    symbols: Vec<Symbol>,
    names: Vec<u8>,
}

impl Symbols {
    /// Sorts symbols; of several at one address the best is kept, as perf judges it; those without a size reach to the next.
    pub(super) fn new(mut symbols: Vec<Symbol>, names: Vec<u8>) -> Self {
        symbols.sort_by_key(|symbol| symbol.start);
        let name = |symbol: &Symbol| names.get(symbol.name.0 as usize..symbol.name.1 as usize).unwrap_or_default();
        symbols.dedup_by(|next, kept| {
            let same = next.start == kept.start;
            if same && better(next, name(next), kept, name(kept)) {
                *kept = *next;
            }
            same
        });
        let starts: Vec<u64> = symbols.iter().skip(1).map(|symbol| symbol.start).collect();
        for (nth, symbol) in symbols.iter_mut().enumerate().filter(|(_, symbol)| symbol.end <= symbol.start) {
            symbol.end = starts.get(nth).copied().unwrap_or(symbol.start.saturating_add(4096));
        }
        Self { symbols, names }
    }

    /// Name of the function at an address.
    pub(in crate::profile::read) fn find(&self, address: u64) -> Option<&[u8]> {
        let after = self.symbols.partition_point(|symbol| symbol.start <= address);
        let near = self.symbols.get(after.saturating_sub(OVERLAP)..after)?;
        let found = near.iter().rev().find(|symbol| address < symbol.end)?;
        self.names.get(found.name.0 as usize..found.name.1 as usize)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    /// Bytes held.
    pub(in crate::profile::read) fn memory_bytes(&self) -> usize {
        self.symbols.capacity() * size_of::<Symbol>() + self.names.capacity()
    }
}

/// Whether `a` is the better name for an address that both have: one with a size, not weak, global, with fewer underscores, longer.
fn better(a: &Symbol, a_name: &[u8], b: &Symbol, b_name: &[u8]) -> bool {
    let underscores = |name: &[u8]| name.iter().take_while(|&&byte| byte == b'_').count();
    let order = (a.end > a.start)
        .cmp(&(b.end > b.start))
        .then((b.binding == 2).cmp(&(a.binding == 2)))
        .then((a.binding == 1).cmp(&(b.binding == 1)))
        .then(underscores(b_name).cmp(&underscores(a_name)))
        .then(a_name.len().cmp(&b_name.len()));
    order == Ordering::Greater
}

/// The symbols of a map that a just-in-time compiler wrote: lines of `address size name`, in hexadecimal digits
/// (<https://github.com/torvalds/linux/blob/master/tools/perf/Documentation/jit-interface.txt>).
pub(super) fn of_map(text: &[u8]) -> Symbols {
    let symbols = text.split(|&byte| byte == b'\n').filter_map(|line| {
        let mut words = line.splitn(3, |&byte| byte == b' ');
        let (start, size) = (hex(words.next()?)?, hex(words.next()?)?);
        let name = words.next()?.trim_ascii();
        let at = u32::try_from(name.as_ptr().addr().checked_sub(text.as_ptr().addr())?).ok()?;
        let name = (at, at.checked_add(u32::try_from(name.len()).ok()?)?);
        Some(Symbol { start, end: start.checked_add(size)?, name, binding: 1 })
    });
    let mut symbols: Vec<Symbol> = symbols.collect();
    // Code is thrown away and its place used again: the later line holds.
    symbols.reverse();
    Symbols::new(symbols, text.to_vec())
}

/// A hexadecimal number of at most 16 digits, with `0x` or without.
pub(super) fn hex(digits: &[u8]) -> Option<u64> {
    let digits = digits.strip_prefix(b"0x").unwrap_or(digits);
    decimal::hex(digits).filter(|_| digits.len() <= 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_by_address() {
        let names = b"outer__innerinnerlast".to_vec();
        let symbol = |start, end, from, to, binding| Symbol { start, end, name: (from, to), binding };
        let symbols = vec![symbol(50, 50, 17, 21, 1), symbol(10, 20, 0, 5, 1), symbol(20, 20, 5, 12, 0), symbol(20, 30, 12, 17, 2)];
        let table = Symbols::new(symbols, names);
        let found = |address| table.find(address).map(|name| String::from_utf8_lossy(name).into_owned());
        assert_eq!((found(9), found(10), found(19)), (None, Some("outer".into()), Some("outer".into())));
        assert_eq!((found(20), found(29), found(30)), (Some("inner".into()), Some("inner".into()), None));
        assert_eq!((found(50), found(4145), found(4146)), (Some("last".into()), Some("last".into()), None));
    }

    #[test]
    fn a_map_of_a_jit() {
        let table = of_map(b"10 8 old\n10 10 JS:*f /a b.js:1\n0x30 4 g\nbad\n40\n");
        assert_eq!((table.find(0x12), table.find(0x33), table.find(0x34)), (Some(&b"JS:*f /a b.js:1"[..]), Some(&b"g"[..]), None));
    }
}

//! Names of the running kernel's functions, for recordings made under the very same kernel.

use super::elf::{build_id_of, same_build};
use super::table::{Symbol, Symbols, hex};

/// Symbols of the running kernel.
#[derive(Debug)]
pub(in crate::profile::read) struct Kernel {
    symbols: Symbols,
    /// How much higher the kernel lay when it was recorded: it lies elsewhere after each start.
    slide: u64,
}

impl Kernel {
    /// The running kernel, if its build id is this one. `text_start` is the address that its code began at when it was recorded.
    pub(super) fn running(build_id: &[u8], text_start: u64) -> Option<Self> {
        if build_id.is_empty() || !cfg!(target_os = "linux") {
            return None;
        }
        let notes = std::fs::read("/sys/kernel/notes").ok()?;
        if !same_build(&build_id_of(&notes, cfg!(target_endian = "big"))?, build_id) {
            return None;
        }
        let text = std::fs::read("/proc/kallsyms").ok()?;
        let now = text_begins(&text)?;
        Some(Self { symbols: of_kallsyms(text)?, slide: if text_start == 0 { 0 } else { text_start.wrapping_sub(now) } })
    }

    /// Name of the function at a recorded address.
    pub(in crate::profile::read) fn find(&self, address: u64) -> Option<&[u8]> {
        self.symbols.find(address.wrapping_sub(self.slide))
    }
}

/// Where the kernel's code begins.
fn text_begins(text: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(text, b" T _text\n")?;
    hex(text.get(at.checked_sub(16)?..at)?)
}

/// Lines of `address kind name`. `None` when the addresses are hidden: all are 0 then.
fn of_kallsyms(text: Vec<u8>) -> Option<Symbols> {
    let mut symbols = Vec::new();
    let mut from = 0;
    for end in memchr::memchr_iter(b'\n', &text) {
        let line = text.get(from..end).unwrap_or_default();
        symbols.extend(symbol(line, from));
        from = end + 1;
    }
    if symbols.is_empty() {
        return None;
    }
    Some(Symbols::new(symbols, text))
}

fn symbol(line: &[u8], at: usize) -> Option<Symbol> {
    let (address, rest) = (line.get(..16)?, line.get(16..)?);
    let [b' ', kind @ (b'T' | b't' | b'W' | b'w' | b'D' | b'd' | b'B' | b'b'), b' ', name @ ..] = rest else { return None };
    // Names of modules follow a tab; where modules lie is another matter.
    if name.contains(&b'\t') {
        return None;
    }
    let start = hex(address).filter(|&start| start > 0)?;
    let from = u32::try_from(at + 19).ok()?;
    let name = (from, from.checked_add(u32::try_from(name.len()).ok()?)?);
    Some(Symbol { start, end: start, name, binding: u8::from(kind.is_ascii_uppercase()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_kallsyms() {
        let text =
            b"ffffffff81000000 T _text\nffffffff81000100 t do_exit\nffffffffc0000000 t bpf\t[mod]\n0000000000000000 T hidden\n";
        let table = of_kallsyms(text.to_vec()).expect("symbols");
        assert_eq!(table.find(0xffff_ffff_8100_0150), Some(&b"do_exit"[..]));
        assert_eq!(text_begins(text), Some(0xffff_ffff_8100_0000));
        assert!(of_kallsyms(b"0000000000000000 T _text\n".to_vec()).is_none());
    }
}

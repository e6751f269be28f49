//! Symbols of ELF binaries (<https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html>), of 32 and 64 bits and of both byte orders.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::table::{Symbol, Symbols};
use crate::profile::read::bytes::Bytes;

/// Tables larger than this are not read.
const LARGEST: u64 = 1 << 30;
/// Names of stubs longer than this together are not taken.
const LARGEST_NAMES: usize = 64 << 20;
const SYMBOLS: u32 = 2;
const DYNAMIC_SYMBOLS: u32 = 11;
const NOTES: u32 = 7;
/// A section whose content is elsewhere.
const NO_CONTENT: u32 = 8;
/// Flag of sections that hold code.
const CODE: u64 = 4;

/// What was found in a binary.
pub(super) struct Found {
    /// By the addresses that the linker gave.
    pub(super) symbols: Symbols,
    /// Whether these are all its symbols, and not only those that others may call.
    pub(super) is_full: bool,
    /// The places through which functions of other binaries are called, named `malloc@plt`.
    pub(super) stubs: Symbols,
    /// Where its parts are loaded; empty for a file of debug information alone, which has other places.
    pub(super) loaded: Vec<Loaded>,
}

/// A part of a binary that is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::profile::read) struct Loaded {
    pub(super) address: u64,
    /// Place in the file.
    pub(super) offset: u64,
    /// Bytes in the file.
    pub(super) size: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Section {
    name: u32,
    kind: u32,
    flags: u64,
    address: u64,
    offset: u64,
    size: u64,
    link: u32,
}

struct Elf {
    file: File,
    length: u64,
    is_big: bool,
    is_wide: bool,
    machine: u16,
    sections: Vec<Section>,
    /// Row of the section with the names of sections.
    names: u16,
    loaded: Vec<Loaded>,
}

/// The symbols of a binary; `None` when it is none, is damaged, or is another build than `build_id` says.
pub(super) fn read(file: File, build_id: &[u8]) -> Option<Found> {
    let mut elf = Elf::open(file)?;
    if !build_id.is_empty() && !same_build(&elf.build_id()?, build_id) {
        return None;
    }
    for kind in [SYMBOLS, DYNAMIC_SYMBOLS] {
        if let Some(symbols) = elf.symbols(kind).filter(|symbols| !symbols.is_empty()) {
            let loaded = if elf.has_code() { std::mem::take(&mut elf.loaded) } else { Vec::new() };
            let stubs = if loaded.is_empty() { Symbols::default() } else { elf.stubs().unwrap_or_default() };
            return Some(Found { symbols, is_full: kind == SYMBOLS, stubs, loaded });
        }
    }
    None
}

/// Old versions of perf filled build ids up with zeros.
pub(super) fn same_build(a: &[u8], b: &[u8]) -> bool {
    let plain = |id: &[u8]| id.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    a.get(..plain(a)) == b.get(..plain(b))
}

/// The build id in a list of notes.
pub(super) fn build_id_of(notes: &[u8], is_big: bool) -> Option<Vec<u8>> {
    let mut notes = Bytes::new(notes, is_big);
    while let (Some(name_size), Some(size), Some(kind)) = (notes.u32(), notes.u32(), notes.u32()) {
        let padded = |size: u32| usize::try_from(size).ok().map(|size| size.saturating_add(3) & !3);
        let name = notes.take(padded(name_size)?)?;
        let content = notes.take(padded(size)?.min(notes.len()))?;
        if kind == 3 && name.starts_with(b"GNU") {
            return content.get(..size as usize).map(<[u8]>::to_vec);
        }
    }
    None
}

impl Elf {
    fn open(mut file: File) -> Option<Self> {
        let length = file.metadata().ok()?.len();
        let mut start = [0; 64];
        file.read_exact(&mut start).ok()?;
        if !start.starts_with(b"\x7fELF") {
            return None;
        }
        let (is_wide, is_big) = (*start.get(4)? == 2, *start.get(5)? == 2);
        let mut elf = Self { file, length, is_big, is_wide, machine: 0, sections: Vec::new(), names: 0, loaded: Vec::new() };
        elf.tables(&start)?;
        Some(elf)
    }

    /// Reads the lists of sections and of what is loaded.
    fn tables(&mut self, start: &[u8]) -> Option<()> {
        self.machine = Bytes::new(start.get(18..)?, self.is_big).u16()?;
        let mut header = Bytes::new(start.get(if self.is_wide { 32 } else { 28 }..)?, self.is_big);
        let (programs, sections) = (header.word(self.is_wide)?, header.word(self.is_wide)?);
        header.take(6)?;
        let (program_size, program_count) = (header.u16()?, header.u16()?);
        let (section_size, section_count) = (header.u16()?, header.u16()?);
        self.names = header.u16()?;
        let list = self.at(sections, u64::from(section_size) * u64::from(section_count))?;
        let all = list.chunks_exact(usize::from(section_size).max(1));
        self.sections = all.filter_map(|section| self.section(section)).collect();
        let list = self.at(programs, u64::from(program_size) * u64::from(program_count))?;
        let all = list.chunks_exact(usize::from(program_size).max(1));
        self.loaded = all.filter_map(|program| self.program(program)).collect();
        Some(())
    }

    fn section(&self, bytes: &[u8]) -> Option<Section> {
        let (mut bytes, wide) = (Bytes::new(bytes, self.is_big), self.is_wide);
        let (name, kind, flags) = (bytes.u32()?, bytes.u32()?, bytes.word(wide)?);
        let (address, offset, size) = (bytes.word(wide)?, bytes.word(wide)?, bytes.word(wide)?);
        Some(Section { name, kind, flags, address, offset, size, link: bytes.u32()? })
    }

    fn program(&self, bytes: &[u8]) -> Option<Loaded> {
        let (mut bytes, wide) = (Bytes::new(bytes, self.is_big), self.is_wide);
        let is_loaded = bytes.u32()? == 1;
        if wide {
            bytes.u32()?;
        }
        let (offset, address, _) = (bytes.word(wide)?, bytes.word(wide)?, bytes.word(wide)?);
        let size = bytes.word(wide)?;
        is_loaded.then_some(Loaded { address, offset, size })
    }

    /// A part of the file, if all of it is there.
    fn at(&mut self, offset: u64, size: u64) -> Option<Vec<u8>> {
        if size > LARGEST || offset.checked_add(size)? > self.length {
            return None;
        }
        self.file.seek(SeekFrom::Start(offset)).ok()?;
        let mut bytes = Vec::new();
        (&mut self.file).take(size).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 == size).then_some(bytes)
    }

    fn content(&mut self, section: Section) -> Option<Vec<u8>> {
        self.at(section.offset, section.size)
    }

    fn build_id(&mut self) -> Option<Vec<u8>> {
        let notes: Vec<Section> = self.sections.iter().copied().filter(|section| section.kind == NOTES).take(64).collect();
        notes.into_iter().find_map(|section| build_id_of(&self.content(section)?, self.is_big))
    }

    fn symbols(&mut self, kind: u32) -> Option<Symbols> {
        let table = *self.sections.iter().find(|section| section.kind == kind)?;
        let names = *self.sections.get(table.link as usize)?;
        let (rows, names) = (self.content(table)?, self.content(names)?);
        let size = if self.is_wide { 24 } else { 16 };
        let symbols = rows.chunks_exact(size).filter_map(|row| self.symbol(row, &names)).collect();
        Some(Symbols::new(symbols, names))
    }

    /// A function, or what could be one; `None` for the rest.
    fn symbol(&self, row: &[u8], names: &[u8]) -> Option<Symbol> {
        let mut row = Bytes::new(row, self.is_big);
        let name = row.u32()?;
        let (value, size, info, section) = if self.is_wide {
            let (info, _, section) = (row.u8()?, row.u8()?, row.u16()?);
            (row.u64()?, row.u64()?, info, section)
        } else {
            let (value, size) = (u64::from(row.u32()?), u64::from(row.u32()?));
            let (info, _, section) = (row.u8()?, row.u8()?, row.u16()?);
            (value, size, info, section)
        };
        // Functions, objects, indirect functions; labels in code only. Undefined and absolute ones lie nowhere.
        let is_code = matches!(info & 15, 1 | 2 | 10) || info & 15 == 0 && self.is_executable(section);
        if name == 0 || !is_code || section == 0 || section >= 0xff00 {
            return None;
        }
        let rest = names.get(name as usize..)?;
        let length = memchr::memchr(0, rest).unwrap_or(rest.len());
        if rest.starts_with(b"$") || length == 0 {
            return None;
        }
        let name = (name, name.checked_add(u32::try_from(length).ok()?)?);
        Some(Symbol { start: value, end: value.checked_add(size)?, name, binding: info >> 4 })
    }

    /// The stubs of calls into other binaries: one for each relocation, of 16 bytes, behind a head in `.plt`, without one in `.plt.sec`.
    fn stubs(&mut self) -> Option<Symbols> {
        const X86_64: u16 = 62;
        const AARCH64: u16 = 183;
        let head = match self.machine {
            X86_64 => 16,
            AARCH64 => 32,
            _ => return None,
        };
        let names = *self.sections.get(usize::from(self.names))?;
        let names = self.content(names)?;
        let named = |name: &[u8]| {
            let is = |section: &&Section| names.get(section.name as usize..).is_some_and(|text| text.starts_with(name));
            self.sections.iter().find(is).copied()
        };
        let relocations = named(b".rela.plt\0")?;
        let first = match named(b".plt.sec\0") {
            Some(section) => section.address,
            None => named(b".plt\0")?.address.checked_add(head)?,
        };
        let symbols = *self.sections.get(relocations.link as usize)?;
        let texts = *self.sections.get(symbols.link as usize)?;
        let (rows, symbols, texts) = (self.content(relocations)?, self.content(symbols)?, self.content(texts)?);
        let mut stubs = (Vec::new(), Vec::new());
        for (nth, row) in rows.chunks_exact(24).enumerate() {
            // The upper half of its second number.
            let symbol = Bytes::new(row.get(if self.is_big { 8 } else { 12 }..)?, self.is_big).u32()? as usize;
            let symbol = Bytes::new(symbols.get(symbol.checked_mul(24)?..)?, self.is_big).u32()?;
            let name = Bytes::new(texts.get(symbol as usize..)?, self.is_big).text();
            let start = first.checked_add(nth as u64 * 16)?;
            let from = u32::try_from(stubs.1.len()).ok()?;
            // Names can be told to overlap.
            if stubs.1.len() > LARGEST_NAMES {
                return None;
            }
            stubs.1.extend_from_slice(name);
            stubs.1.extend_from_slice(b"@plt");
            let name = (from, u32::try_from(stubs.1.len()).ok()?);
            stubs.0.push(Symbol { start, end: start.checked_add(16)?, name, binding: 0 });
        }
        Some(Symbols::new(stubs.0, stubs.1))
    }

    fn is_executable(&self, section: u16) -> bool {
        self.sections.get(usize::from(section)).is_some_and(|section| section.flags & CODE != 0)
    }

    /// Whether its code is in it.
    fn has_code(&self) -> bool {
        !self.sections.iter().any(|section| section.flags & CODE != 0 && section.kind == NO_CONTENT)
    }
}

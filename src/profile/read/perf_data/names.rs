//! Frames of recorded addresses: what lies there, and what it is called.

use std::collections::{BTreeMap, HashMap};

use super::spaces::{Map, Space};
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::hash::NumberHash;
use crate::profile::model::{FrameId, Mapping, MappingId};
use crate::profile::read::binaries::{self, Finder, Kernel, Program, Symbols, base_name};

/// Addresses whose frames are kept.
const MOST_KNOWN: usize = 4 << 20;
/// Binaries without names that a warning lists.
const LISTED: usize = 5;

/// What a binary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    User,
    Kernel,
    /// Code that was made while it ran, by this process.
    Jit(u32),
}

/// A binary that was mapped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Binary {
    pub(super) path: String,
    pub(super) build_id: Vec<u8>,
    pub(super) kind: Kind,
}

/// Its symbols, once they were looked for.
enum Known {
    Not,
    Nothing,
    Program(Program),
    Jit(Symbols),
    Kernel(Box<Kernel>),
}

/// Finds frames.
pub(super) struct Names {
    finder: Finder,
    binaries: Vec<(Binary, Known)>,
    rows: HashMap<Binary, u32>,
    /// Frame of each address, in each content of memory.
    frames: HashMap<(u32, u64), FrameId, NumberHash>,
    /// Code that was put into the kernel while it ran: end and name by start.
    patches: BTreeMap<u64, (u64, String)>,
    /// Address at which the kernel's code began.
    kernel_start: u64,
    held: usize,
}

impl Names {
    pub(super) fn new(finder: Finder) -> Self {
        Self {
            finder,
            binaries: Vec::new(),
            rows: HashMap::new(),
            frames: HashMap::default(),
            patches: BTreeMap::new(),
            kernel_start: 0,
            held: 0,
        }
    }

    /// The row of a binary. `start` is what the kernel tells as the address of its code.
    pub(super) fn binary(&mut self, binary: Binary, start: u64) -> u32 {
        if binary.kind == Kind::Kernel && self.kernel_start == 0 {
            self.kernel_start = start;
        }
        if let Some(&row) = self.rows.get(&binary) {
            return row;
        }
        let row = u32::try_from(self.binaries.len()).unwrap_or(u32::MAX);
        self.held += binary.path.len() * 2 + 256;
        self.rows.insert(binary.clone(), row);
        self.binaries.push((binary, Known::Not));
        row
    }

    /// A function that was put into the kernel while it ran.
    pub(super) fn patch(&mut self, start: u64, length: u64, name: &[u8]) {
        let name = String::from_utf8_lossy(name).into_owned();
        self.held += name.len() + 96;
        self.patches.insert(start, (start.saturating_add(length), name));
    }

    /// Bytes held beside the tables.
    pub(super) fn memory_bytes(&self) -> usize {
        self.held + self.frames.capacity() * 24
    }

    /// The frame of an address in user code, or in the kernel's.
    pub(super) fn frame(
        &mut self,
        builder: &mut Builder<'_>,
        space: Option<&Space>,
        address: u64,
        is_kernel: bool,
    ) -> Result<FrameId, ProfileError> {
        let key = (space.map_or(0, |space| space.version), address);
        if let Some(&frame) = self.frames.get(&key) {
            return Ok(frame);
        }
        let map = space.and_then(|space| space.find(address));
        let patched = if is_kernel { self.patched(address) } else { None };
        let (name, mapping) = match (patched, map) {
            (Some(name), _) => (Some(name), None),
            (None, Some(map)) => (self.symbol(map, address), self.mapping(builder, map)?),
            (None, None) => (None, None),
        };
        let frame = binaries::frame(builder, name.as_deref(), address, mapping, || self.place(map, address, is_kernel))?;
        if self.frames.len() >= MOST_KNOWN {
            self.frames.clear();
        }
        self.frames.insert(key, frame);
        Ok(frame)
    }

    fn patched(&self, address: u64) -> Option<String> {
        let (_, (end, name)) = self.patches.range(..=address).next_back()?;
        (address < *end).then(|| name.clone())
    }

    /// Name of the function at an address of what is mapped there.
    fn symbol(&mut self, map: Map, address: u64) -> Option<String> {
        let (binary, known) = self.binaries.get_mut(map.binary as usize)?;
        if matches!(known, Known::Not) {
            *known = look(&self.finder, binary, self.kernel_start);
            self.held += match known {
                Known::Program(program) => program.memory_bytes(),
                Known::Jit(symbols) => symbols.memory_bytes(),
                _ => 0,
            };
        }
        let name = match known {
            Known::Program(program) => program.find(in_file(map, address)),
            Known::Jit(symbols) => symbols.find(address),
            Known::Kernel(kernel) => kernel.find(address),
            Known::Not | Known::Nothing => None,
        };
        name.map(|name| String::from_utf8_lossy(name).into_owned())
    }

    fn mapping(&self, builder: &mut Builder<'_>, map: Map) -> Result<Option<MappingId>, ProfileError> {
        let Some((binary, _)) = self.binaries.get(map.binary as usize) else { return Ok(None) };
        let build_id: String = binary.build_id.iter().map(|byte| format!("{byte:02x}")).collect();
        let (file, build_id) = (builder.text(&binary.path)?, builder.text(&build_id)?);
        let Map { start, end, offset, .. } = map;
        builder.mapping(Mapping { file, build_id, start, end, offset }).map(Some)
    }

    /// A name for what has none: the binary and the place in it.
    fn place(&self, map: Option<Map>, address: u64, is_kernel: bool) -> String {
        let binary = map.and_then(|map| Some((map, &self.binaries.get(map.binary as usize)?.0)));
        match binary {
            Some((_, binary)) if binary.kind != Kind::User => format!("[{}+{address:#x}]", base_name(&binary.path)),
            Some((map, binary)) => format!("[{}+{:#x}]", base_name(&binary.path), in_file(map, address)),
            None if is_kernel => format!("[kernel+{address:#x}]"),
            None => "[unknown]".into(),
        }
    }

    /// Names of the binaries that were asked for in vain.
    pub(super) fn warning(&self) -> Option<String> {
        let in_vain = |(binary, known): &&(Binary, Known)| {
            matches!(known, Known::Nothing) && binary.kind == Kind::User && binary.path.starts_with('/')
        };
        let names: Vec<&str> = self.binaries.iter().filter(in_vain).map(|(binary, _)| base_name(&binary.path)).collect();
        let (first, rest) = names.split_at_checked(LISTED).unwrap_or((names.as_slice(), &[]));
        if first.is_empty() {
            return None;
        }
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        Some(format!(
            "Functions of {}{more} have no names: these binaries, of the same build, are neither beside the recording nor at their old place. \
             Put them beside it, or open what “perf script” prints where it was recorded.",
            first.join(", ")
        ))
    }
}

/// Place in the file of an address.
fn in_file(map: Map, address: u64) -> u64 {
    address.wrapping_sub(map.start).wrapping_add(map.offset)
}

fn look(finder: &Finder, binary: &Binary, kernel_start: u64) -> Known {
    match binary.kind {
        Kind::Kernel => {
            finder.kernel(&binary.build_id, kernel_start).map_or(Known::Nothing, |kernel| Known::Kernel(Box::new(kernel)))
        }
        Kind::Jit(process) => finder.jit(process).map_or(Known::Nothing, Known::Jit),
        Kind::User => finder.program(&binary.path, &binary.build_id).map_or(Known::Nothing, Known::Program),
    }
}

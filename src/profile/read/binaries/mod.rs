//! Names of machine addresses, out of the binaries that a recording names. They are looked for beside the recording, at the recorded path and
//! where Linux keeps debug files; one whose build id is another is not believed.
//!
//! A recording can name any path, so only plain files are opened, and only parts that are there are read.

mod elf;
mod kernel;
mod table;

use std::fs::File;
use std::path::{Path, PathBuf};

use super::demangle::demangled;
use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, MappingId, StringId};
use elf::Loaded;
pub(super) use kernel::Kernel;
pub(super) use table::Symbols;

/// Larger files are no binaries.
const LARGEST: u64 = 4 << 30;

/// Looks for binaries.
#[derive(Clone, Debug, Default)]
pub(super) struct Finder {
    folder: Option<PathBuf>,
}

impl Finder {
    /// One that looks in this folder too; one that finds nothing without a folder.
    pub(super) fn new(folder: Option<&Path>) -> Self {
        Self { folder: folder.map(Path::to_owned) }
    }

    /// The symbols of a binary. With a build id only those of this build.
    pub(super) fn program(&self, recorded: &str, build_id: &[u8]) -> Option<Program> {
        let folder = self.folder.as_deref()?;
        let mut program = Program::default();
        for path in candidates(folder, recorded, build_id) {
            let Some(found) = open(&path).and_then(|file| elf::read(file, build_id)) else { continue };
            if program.loaded.is_empty() {
                (program.loaded, program.stubs) = (found.loaded, found.stubs);
            }
            if found.is_full || program.symbols.is_empty() {
                program.symbols = found.symbols;
            }
            if found.is_full && !program.loaded.is_empty() {
                break;
            }
        }
        (!program.symbols.is_empty()).then_some(program)
    }

    /// What a just-in-time compiler of this process wrote down: `/tmp/perf-PID.map`.
    pub(super) fn jit(&self, process: u32) -> Option<Symbols> {
        let folder = self.folder.as_deref()?;
        let name = format!("perf-{process}.map");
        let paths = [folder.join(&name), Path::new("/tmp").join(&name)];
        paths.iter().filter(|path| path.is_absolute() || path.starts_with(folder)).find_map(|path| {
            let text = read_text(open(path)?)?;
            let symbols = table::of_map(&text);
            (!symbols.is_empty()).then_some(symbols)
        })
    }

    /// The running kernel's symbols, if it is the recorded one.
    pub(super) fn kernel(&self, build_id: &[u8], text_start: u64) -> Option<Kernel> {
        self.folder.as_ref()?;
        Kernel::running(build_id, text_start)
    }
}

/// A binary whose functions have names.
#[derive(Debug, Default)]
pub(super) struct Program {
    symbols: Symbols,
    stubs: Symbols,
    loaded: Vec<Loaded>,
}

impl Program {
    /// Name of the function at a place in the file.
    pub(super) fn find(&self, place: u64) -> Option<&[u8]> {
        let inside = |part: &&Loaded| place.checked_sub(part.offset).is_some_and(|within| within < part.size);
        let part = self.loaded.iter().find(inside);
        let address = part.map_or(place, |part| (place - part.offset).wrapping_add(part.address));
        self.symbols.find(address).or_else(|| self.stubs.find(address))
    }

    /// Bytes held.
    pub(super) fn memory_bytes(&self) -> usize {
        self.symbols.memory_bytes() + self.stubs.memory_bytes()
    }
}

/// The frame of an address. `symbol` is what lies there as the linker knows it; `place` makes a name for what has none.
pub(super) fn frame(
    builder: &mut Builder<'_>,
    symbol: Option<&str>,
    address: u64,
    mapping: Option<MappingId>,
    place: impl FnOnce() -> String,
) -> Result<FrameId, ProfileError> {
    let (name, system_name) = match symbol {
        Some(symbol) => match demangled(symbol) {
            Some(name) => (builder.text(&name)?, builder.text(symbol)?),
            None => (builder.text(symbol)?, StringId(0)),
        },
        None => (builder.text(&place())?, StringId(0)),
    };
    let function = builder.function_of(name, system_name, StringId(0), 0)?;
    builder.frame(Spot { function, line: 0, address, inlined: false, mapping })
}

/// Name of a binary without its folders; of `[vdso]` and the like without the brackets.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
}

/// Where a binary may be.
fn candidates(folder: &Path, recorded: &str, build_id: &[u8]) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let name = recorded.rsplit('/').next().unwrap_or_default();
    if !name.is_empty() && name != ".." && !name.contains('\\') {
        paths.push(folder.join(name));
    }
    let hex: String = build_id.iter().map(|byte| format!("{byte:02x}")).collect();
    let split = hex.split_at_checked(2).filter(|(_, rest)| !rest.is_empty());
    if let Some((first, rest)) = split {
        paths.push(folder.join(&hex));
        paths.push(folder.join(".build-id").join(first).join(format!("{rest}.debug")));
    }
    // Paths of another system mean nothing here, and on Windows a path can reach into the network.
    if cfg!(unix) && recorded.starts_with('/') {
        paths.push(PathBuf::from(recorded));
        if let Some((first, rest)) = split {
            paths.push(Path::new("/usr/lib/debug/.build-id").join(first).join(format!("{rest}.debug")));
            if let Some(home) = std::env::var_os("HOME") {
                paths.push(Path::new(&home).join(".debug/.build-id").join(first).join(rest).join("elf"));
            }
        }
    }
    paths
}

/// Opens a plain file that is not too large.
fn open(path: &Path) -> Option<File> {
    let about = std::fs::metadata(path).ok()?;
    if about.is_file() && about.len() <= LARGEST { File::open(path).ok() } else { None }
}

/// All of a file of at most 256 MB.
fn read_text(file: File) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut text = Vec::new();
    file.take(256 << 20).read_to_end(&mut text).ok()?;
    Some(text)
}

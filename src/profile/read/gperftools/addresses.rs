//! Samples of addresses, kept until the end of the file tells what lies at them.

use std::collections::HashMap;

use super::maps::{Map, Maps};
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, Mapping, Profile, StringId, Thread};
use crate::profile::read::binaries::{self, Finder, Program, base_name};

/// A function as the file itself names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) line: u32,
}

/// A sample: how many of the kept addresses are its, and its thread.
struct Sample {
    end: usize,
    thread: Option<(String, Option<i64>)>,
}

/// Samples and what tells names.
#[derive(Default)]
pub(super) struct Addresses {
    /// The innermost first.
    addresses: Vec<u64>,
    samples: Vec<Sample>,
    values: Vec<i64>,
    pub(super) maps: Maps,
    /// By address, the innermost first where functions were inlined.
    pub(super) told: HashMap<u64, Vec<Told>>,
    /// Whether functions that allocate are left out at the end of stacks.
    pub(super) without_allocators: bool,
}

impl Addresses {
    /// Adds an address of the sample that is being put together.
    pub(super) fn push(&mut self, address: u64) {
        self.addresses.push(address);
    }

    /// Ends a sample. Each sample has as many values.
    pub(super) fn sample(&mut self, builder: &mut Builder<'_>, values: &[i64]) -> Result<(), ProfileError> {
        self.sample_of(builder, values, None)
    }

    pub(super) fn sample_of(
        &mut self,
        builder: &mut Builder<'_>,
        values: &[i64],
        thread: Option<(String, Option<i64>)>,
    ) -> Result<(), ProfileError> {
        self.samples.push(Sample { end: self.addresses.len(), thread });
        self.values.extend_from_slice(values);
        if self.samples.len().is_multiple_of(1024) { self.check(builder) } else { Ok(()) }
    }

    /// Looks at the cancel flag, and at the memory that is held until the end of the file.
    pub(super) fn check(&self, builder: &Builder<'_>) -> Result<(), ProfileError> {
        builder.context.cancel.check()?;
        let rows = self.samples.len() * 56 + self.told.len() * 256 + self.maps.maps.len() * 128;
        builder.has_room((self.addresses.capacity() * 8 + self.values.capacity() * 8 + rows) as u64)
    }

    /// The first value of the last sample, if there is one.
    pub(super) fn last_value(&mut self) -> Option<&mut i64> {
        self.values.last_mut()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Takes frames out that the measuring itself put into stacks: `edit` gets the addresses of each sample and their number to keep.
    pub(super) fn edit(&mut self, mut edit: impl FnMut(&mut Vec<u64>)) {
        let (mut from, mut one, mut all) = (0, Vec::new(), Vec::with_capacity(self.addresses.len()));
        for sample in &mut self.samples {
            one.clear();
            one.extend_from_slice(self.addresses.get(from..sample.end).unwrap_or_default());
            from = sample.end;
            edit(&mut one);
            all.extend_from_slice(&one);
            sample.end = all.len();
        }
        self.addresses = all;
    }

    /// The addresses of each sample.
    pub(super) fn stacks(&self) -> impl Iterator<Item = &[u64]> {
        let mut from = 0;
        self.samples.iter().map(move |sample| {
            let stack = self.addresses.get(from..sample.end).unwrap_or_default();
            from = sample.end;
            stack
        })
    }

    /// Names everything and fills the profile, whose sample types are there.
    pub(super) fn finish(mut self, mut builder: Builder<'_>) -> Result<Profile, ProfileError> {
        self.maps.sort();
        let mut namer = Namer::new(&self, &builder);
        let count = builder.profile.sample_types.len().max(1);
        let mut values = self.values.chunks_exact(count);
        let mut stack = Vec::new();
        for (addresses, sample) in self.stacks().zip(&self.samples) {
            for &address in addresses {
                namer.frames(&mut builder, address, &mut stack)?;
            }
            if self.without_allocators {
                let inner = stack.iter().take_while(|frame| namer.allocators.contains(frame)).count();
                stack.drain(..inner.min(stack.len().saturating_sub(1)));
            }
            let id = builder.stack_of(stack.drain(..).rev())?;
            let thread = match &sample.thread {
                None => None,
                Some((name, id)) => {
                    let name = builder.text(name)?;
                    Some(builder.thread(Thread { name, id: *id, ..Thread::default() })?)
                }
            };
            builder.sample(id, values.next().unwrap_or_default(), At { thread, time_ns: None })?;
        }
        Ok(builder.finish(None))
    }
}

/// Finds the frames of addresses.
struct Namer<'n> {
    samples: &'n Addresses,
    finder: Finder,
    programs: HashMap<&'n str, Option<Program>>,
    known: HashMap<u64, Vec<FrameId>>,
    /// Frames of functions that allocate.
    allocators: std::collections::HashSet<FrameId>,
}

impl<'n> Namer<'n> {
    fn new(samples: &'n Addresses, builder: &Builder<'_>) -> Self {
        let finder = Finder::new(builder.context.folder);
        Self { samples, finder, programs: HashMap::new(), known: HashMap::new(), allocators: std::collections::HashSet::new() }
    }

    /// Puts the frames of an address behind `stack`.
    fn frames(&mut self, builder: &mut Builder<'_>, address: u64, stack: &mut Vec<FrameId>) -> Result<(), ProfileError> {
        if let Some(known) = self.known.get(&address) {
            stack.extend_from_slice(known);
            return Ok(());
        }
        let map = self.samples.maps.find(address);
        let frames = match self.samples.told.get(&address) {
            Some(told) => told_frames(builder, told, address)?,
            None => vec![self.frame(builder, map, address)?],
        };
        stack.extend_from_slice(&frames);
        self.known.insert(address, frames);
        if self.known.len().is_multiple_of(1024) { builder.has_room(self.known.len() as u64 * 96) } else { Ok(()) }
    }

    fn frame(&mut self, builder: &mut Builder<'_>, map: Option<&'n Map>, address: u64) -> Result<FrameId, ProfileError> {
        let Some(map) = map else {
            return binaries::frame(builder, None, address, None, || format!("{address:#x}"));
        };
        let (file, place) = (builder.text(&map.file)?, address.wrapping_sub(map.start).wrapping_add(map.offset));
        let Map { start, end, offset, .. } = *map;
        let mapping = builder.mapping(Mapping { file, build_id: StringId(0), start, end, offset })?;
        let finder = &self.finder;
        let program = self.programs.entry(map.file.as_str()).or_insert_with(|| finder.program(&map.file, &[]));
        let symbol = program.as_ref().and_then(|program| program.find(place)).map(String::from_utf8_lossy);
        let nameless = || format!("[{}+{place:#x}]", base_name(&map.file));
        let frame = binaries::frame(builder, symbol.as_deref(), address, Some(mapping), nameless)?;
        if base_name(&map.file).starts_with("libtcmalloc") || symbol.is_some_and(|symbol| allocates(&symbol)) {
            self.allocators.insert(frame);
        }
        Ok(frame)
    }
}

/// The frames of an address of which the file tells the functions.
fn told_frames(builder: &mut Builder<'_>, told: &[Told], address: u64) -> Result<Vec<FrameId>, ProfileError> {
    let mut frames = Vec::with_capacity(told.len());
    for (nth, place) in told.iter().enumerate() {
        let (name, file) = (builder.text(&place.name)?, builder.text(&place.file)?);
        let function = builder.function(name, file, 0)?;
        let inlined = nth + 1 < told.len();
        frames.push(builder.frame(Spot { function, line: place.line, address, inlined, mapping: None })?);
    }
    Ok(frames)
}

/// Whether a function, as the linker knows it, is one of those that every allocation goes through.
fn allocates(symbol: &str) -> bool {
    let plain =
        ["malloc", "calloc", "realloc", "memalign", "posix_memalign", "aligned_alloc", "valloc", "pvalloc", "free", "cfree"];
    let name = symbol.trim_start_matches('_').trim_start_matches("libc_");
    plain.contains(&name) || ["tc_", "_ZN8tcmalloc", "_Znw", "_Zna"].iter().any(|start| symbol.starts_with(start))
}

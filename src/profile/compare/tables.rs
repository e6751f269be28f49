//! The tables of several profiles put together: texts, functions, frames, stacks, threads, binaries.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::model::{
    FrameId, Frames, FunctionId, Functions, Mapping, MappingId, Profile, StackId, StringId, Thread, ThreadId,
};
use super::super::stacks::Stacks;
use super::super::strings::Interner;
use super::CompareError;
use super::names::Names;
use crate::jobs::Cancel;

/// Tables that are filled profile by profile. Functions that are the same in several have one row; frames and stacks are put one behind
/// the other, which costs no more than copying them.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) interner: Interner,
    names: Names,
    functions: Functions,
    index: Index,
    frames: Frames,
    stack_frames: Vec<FrameId>,
    stack_ends: Vec<u32>,
    threads: Vec<Thread>,
    mappings: Vec<Mapping>,
    /// How many functions were matched under another spelling of their name.
    pub(super) looser: usize,
}

/// Functions by what they are called, where they are, and which of several such it is.
#[derive(Default)]
struct Index {
    rows: HashMap<(StringId, StringId, u32), FunctionId>,
    /// The first function of each name, and how many have the name.
    of_name: HashMap<StringId, (FunctionId, u32)>,
}

/// Where the rows of one profile went.
pub(super) struct Placed {
    /// Row of each of its functions.
    pub(super) functions: Vec<FunctionId>,
    first_stack: u32,
    first_thread: u32,
}

impl Placed {
    pub(super) fn stack(&self, stack: StackId) -> StackId {
        StackId(self.first_stack.saturating_add(stack.0))
    }

    pub(super) fn thread(&self, thread: ThreadId) -> ThreadId {
        if thread == ThreadId::NONE { thread } else { ThreadId(self.first_thread.saturating_add(thread.0)) }
    }
}

impl Tables {
    /// Tables for profiles that are of different formats or not.
    pub(super) fn new(formats_differ: bool) -> Self {
        Self { names: Names { formats_differ, ..Names::default() }, ..Self::default() }
    }

    /// Puts the tables of a profile behind those that are there.
    pub(super) fn add(&mut self, profile: &Profile, cancel: &Cancel) -> Result<Placed, CompareError> {
        let functions = self.add_functions(profile).ok_or(CompareError::TooLarge)?;
        cancel.check()?;
        let texts = |id: StringId, interner: &mut Interner| interner.intern(profile.strings.get(id)).ok_or(CompareError::TooLarge);
        let first_mapping = length(self.mappings.len())?;
        for mapping in &profile.mappings {
            let (file, build_id) = (texts(mapping.file, &mut self.interner)?, texts(mapping.build_id, &mut self.interner)?);
            self.mappings.push(Mapping { file, build_id, ..*mapping });
        }
        let first_thread = length(self.threads.len())?;
        for thread in &profile.threads {
            let (name, process_name) = (texts(thread.name, &mut self.interner)?, texts(thread.process_name, &mut self.interner)?);
            self.threads.push(Thread { name, process_name, ..*thread });
        }
        let first_frame = self.add_frames(profile, &functions, first_mapping)?;
        cancel.check()?;
        let first_stack = self.add_stacks(&profile.stacks, first_frame)?;
        Ok(Placed { functions, first_stack, first_thread })
    }

    fn add_functions(&mut self, profile: &Profile) -> Option<Vec<FunctionId>> {
        let theirs = &profile.functions;
        let names: Vec<&str> = theirs.name.iter().map(|&name| profile.strings.get(name)).collect();
        let (names, looser) = self.names.add(&mut self.interner, &names)?;
        self.looser += looser;
        let mut place = |id: StringId| self.interner.intern(profile.strings.get(id));
        let files = theirs.file.iter().map(|&file| place(file)).collect::<Option<Vec<_>>>()?;
        let system_names = theirs.system_name.iter().map(|&name| place(name)).collect::<Option<Vec<_>>>()?;
        // Exact figures belong to one function each: two of one name stay two. What is added up from stacks is one by its name.
        let is_exact = profile.graph.is_some();
        let lone = lone_names(&names, &files, is_exact);
        let mut seen = HashMap::<(StringId, StringId), u32>::new();
        let mut rows = Vec::with_capacity(names.len());
        // Rows of this profile itself are never matched by their name alone.
        let known = length(self.functions.len()).ok()?;
        for (at, (&name, &file)) in names.iter().zip(&files).enumerate() {
            let times = seen.entry((name, file)).or_insert(0);
            let nth = if is_exact { *times } else { 0 };
            *times += 1;
            let only = lone.get(&name).is_some_and(|&lone| lone);
            let found = self.index.find(name, file, nth, only, known);
            let row = match found {
                Some(row) => row,
                None => {
                    let system_name = system_names.get(at).copied().unwrap_or_default();
                    let line = theirs.start_line.get(at).copied().unwrap_or(0);
                    let row = self.functions.push(name, system_name, file, line)?;
                    self.index.insert(name, file, nth, row);
                    row
                }
            };
            rows.push(row);
        }
        Some(rows)
    }

    fn add_frames(&mut self, profile: &Profile, functions: &[FunctionId], first_mapping: u32) -> Result<u32, CompareError> {
        let (ours, theirs) = (&mut self.frames, &profile.frames);
        let first = length(ours.len())?;
        length(ours.len() + theirs.len())?;
        let function = |id: &FunctionId| functions.get(id.0 as usize).copied().unwrap_or_default();
        ours.function.extend(theirs.function.iter().map(function));
        ours.line.extend_from_slice(&theirs.line);
        ours.address.extend_from_slice(&theirs.address);
        ours.inlined.extend_from_slice(&theirs.inlined);
        if !theirs.mapping.is_empty() || !ours.mapping.is_empty() {
            ours.mapping.resize(first as usize, MappingId::NONE);
            let place = |id: &MappingId| if *id == MappingId::NONE { *id } else { MappingId(id.0.saturating_add(first_mapping)) };
            ours.mapping.extend(theirs.mapping.iter().map(place));
            ours.mapping.resize(ours.function.len(), MappingId::NONE);
        }
        Ok(first)
    }

    fn add_stacks(&mut self, stacks: &Stacks, first_frame: u32) -> Result<u32, CompareError> {
        let (frames, ends) = stacks.parts();
        let (first, start) = (length(self.stack_ends.len())?, length(self.stack_frames.len())?);
        length(self.stack_frames.len() + frames.len())?;
        length(self.stack_ends.len() + ends.len())?;
        self.stack_frames.extend(frames.iter().map(|frame| FrameId(frame.0.saturating_add(first_frame))));
        self.stack_ends.extend(ends.iter().map(|end| end.saturating_add(start)));
        Ok(first)
    }

    /// How many functions there are.
    pub(super) fn function_count(&self) -> usize {
        self.functions.len()
    }

    /// A profile of these tables, without samples.
    pub(super) fn finish(self) -> Result<Profile, CompareError> {
        let stacks = Stacks::from_parts(self.stack_frames, self.stack_ends).ok_or(CompareError::TooLarge)?;
        Ok(Profile {
            strings: Arc::new(self.interner.finish()),
            functions: self.functions.into(),
            frames: self.frames.into(),
            stacks: stacks.into(),
            threads: self.threads,
            mappings: self.mappings,
            ..Profile::default()
        })
    }
}

impl Index {
    /// The row of a function. Where the file is another one (moved, or told in another way) the name decides, if nothing else has it.
    fn find(&self, name: StringId, file: StringId, nth: u32, only: bool, known: u32) -> Option<FunctionId> {
        self.rows.get(&(name, file, nth)).copied().or_else(|| {
            let &(row, count) = self.of_name.get(&name)?;
            (only && count == 1 && row.0 < known).then_some(row)
        })
    }

    fn insert(&mut self, name: StringId, file: StringId, nth: u32, row: FunctionId) {
        self.rows.insert((name, file, nth), row);
        self.of_name.entry(name).or_insert((row, 0)).1 += 1;
    }
}

/// Which names stand for one function only: one file, and where figures are exact one row.
fn lone_names(names: &[StringId], files: &[StringId], is_exact: bool) -> HashMap<StringId, bool> {
    let mut first = HashMap::<StringId, (StringId, bool)>::with_capacity(names.len());
    for (&name, &file) in names.iter().zip(files) {
        first.entry(name).and_modify(|(of, lone)| *lone &= !is_exact && *of == file).or_insert((file, true));
    }
    first.into_iter().map(|(name, (_, lone))| (name, lone)).collect()
}

fn length(count: usize) -> Result<u32, CompareError> {
    u32::try_from(count).map_err(|_| CompareError::TooLarge)
}

//! What the patterns say of each frame, one byte each: worked out once for a function and a binary, not for each of its calls.

use super::super::model::{FrameId, FunctionId, Functions, MappingId, Profile, StringId};
use super::system::{Against, is_system};
use super::{Filters, Pattern};
use crate::jobs::{Cancel, Cancelled};

/// So many names are matched between two looks at the cancel flag: an expression can take a millisecond for a long name.
const BATCH: usize = 256;

/// What is said of a frame.
pub(super) type Mark = u8;
/// Samples with it are kept.
pub(super) const FOCUS: Mark = 1;
/// Samples with it are left out.
pub(super) const IGNORE: Mark = 2;
/// It is taken away.
pub(super) const HIDDEN: Mark = 4;
/// What is shown begins here.
pub(super) const FROM: Mark = 8;
/// What is shown begins with all that was inlined at its address.
pub(super) const FROM_ALL: Mark = 16;

/// What a pattern matches of a profile.
pub(super) struct Found {
    /// For each function, whether its name or file matches.
    function: Vec<bool>,
    /// For each binary, whether it matches.
    mapping: Vec<bool>,
}

/// The answers for strings that were asked already: files, above all, are the same for many functions.
struct Known<'a> {
    profile: &'a Profile,
    pattern: &'a Pattern,
    /// For each string: 0 not asked yet, 1 no, 2 yes.
    answers: Vec<u8>,
}

impl Known<'_> {
    fn matches(&mut self, text: StringId) -> bool {
        let (profile, pattern) = (self.profile, self.pattern);
        let ask = || 1 + u8::from(pattern.matches(profile.strings.get(text)));
        match self.answers.get_mut(text.0 as usize) {
            Some(answer) => {
                if *answer == 0 {
                    *answer = ask();
                }
                *answer == 2
            }
            None => ask() == 2,
        }
    }
}

impl Found {
    /// Holds the pattern against all functions and binaries.
    pub(super) fn new(profile: &Profile, pattern: &Pattern, cancel: &Cancel) -> Result<Self, Cancelled> {
        let mut known = Known { profile, pattern, answers: vec![0; profile.strings.len()] };
        let functions = profile.functions.name.iter().zip(&profile.functions.file).enumerate();
        let mut function = Vec::with_capacity(profile.functions.len());
        for (row, (&name, &file)) in functions {
            if row.is_multiple_of(BATCH) {
                cancel.check()?;
            }
            // pprof knows no name and no file of these; their binary is looked at below.
            let nameless = pattern.is_regex() && only_binary_known(profile, FunctionId(row as u32));
            function.push(!nameless && (known.matches(name) || !pattern.is_exact() && known.matches(file)));
        }
        let mapping = profile.mappings.iter().map(|mapping| !pattern.is_exact() && known.matches(mapping.file)).collect();
        Ok(Self { function, mapping })
    }

    /// Whether the frame's function, and whether its binary, matches.
    pub(super) fn of_frame(&self, profile: &Profile, frame: usize) -> (bool, bool) {
        let function = profile.frames.function.get(frame).and_then(|id| self.function.get(id.0 as usize));
        let mapping = mapping_of(profile, frame).and_then(|id| self.mapping.get(id.0 as usize));
        (function.is_some_and(|found| *found), mapping.is_some_and(|found| *found))
    }
}

/// The binary of a frame, when told.
fn mapping_of(profile: &Profile, frame: usize) -> Option<MappingId> {
    profile.frames.mapping.get(frame).copied().filter(|id| *id != MappingId::NONE)
}

/// Whether a function stands for code of which only the binary is known: `[libc.so.6]` or `<unknown>`, as the readers name it.
fn only_binary_known(profile: &Profile, id: FunctionId) -> bool {
    let Functions { system_name, file, .. } = &*profile.functions;
    let empty = |column: &[StringId]| column.get(id.0 as usize).is_none_or(|text| text.0 == 0);
    let name = profile.function_name(id);
    empty(system_name) && empty(file) && (name == "<unknown>" || name.starts_with('[') && name.ends_with(']'))
}

/// A mark for each frame, and what could not be found at all, as warnings.
pub(super) fn marks(profile: &Profile, filters: &Filters, cancel: &Cancel) -> Result<(Vec<Mark>, Vec<String>), Cancelled> {
    let (mut marks, mut warnings) = (vec![0; profile.frames.len()], Vec::new());
    for (option, pattern) in filters.patterns() {
        let Some(pattern) = pattern else { continue };
        let found = Found::new(profile, pattern, cancel)?;
        let mut any = false;
        for (frame, mark) in marks.iter_mut().enumerate() {
            let (function, mapping) = found.of_frame(profile, frame);
            any |= function || mapping;
            *mark |= said(option, pattern, profile, frame, function, mapping);
        }
        if !any {
            let option = option.replace('_', " ");
            warnings.push(format!("Nothing in this profile is named like “{}” ({option}).", pattern.as_str()));
        }
    }
    if filters.hide_system {
        mark_system(profile, &mut marks);
    }
    Ok((marks, warnings))
}

/// What one pattern says of a frame.
fn said(option: &str, pattern: &Pattern, profile: &Profile, frame: usize, function: bool, mapping: bool) -> Mark {
    match option {
        "focus" if function || mapping => FOCUS,
        "ignore" if function || mapping => IGNORE,
        "hide" if function || mapping => HIDDEN,
        "show" => {
            let id = profile.frames.function.get(frame).copied().unwrap_or_default();
            let nameless = pattern.is_regex() && only_binary_known(profile, id);
            if nameless || !function && !mapping { HIDDEN } else { 0 }
        }
        "show_from" if mapping => FROM_ALL,
        "show_from" if function => FROM,
        _ => 0,
    }
}

/// Hides the system's frames.
fn mark_system(profile: &Profile, marks: &mut [Mark]) {
    let text = |id: &StringId| profile.strings.get(*id);
    let functions = profile.functions.name.iter().zip(&profile.functions.file);
    let function: Vec<bool> =
        functions.map(|(name, file)| is_system(Against::Name, text(name)) || is_system(Against::File, text(file))).collect();
    let mapping: Vec<bool> = profile.mappings.iter().map(|mapping| is_system(Against::Binary, text(&mapping.file))).collect();
    let found = Found { function, mapping };
    for (frame, mark) in marks.iter_mut().enumerate() {
        if matches!(found.of_frame(profile, frame), (true, _) | (_, true)) {
            *mark |= HIDDEN;
        }
    }
}

/// The mark of a frame.
#[inline]
pub(super) fn mark_of(marks: &[Mark], frame: FrameId) -> Mark {
    marks.get(frame.0 as usize).copied().unwrap_or(0)
}

//! What counts as one row in a table and one box in a graph.

mod labels;
mod module;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::hash::NumberHash;
use super::model::{FrameId, FunctionId, Profile, StringId};
use super::strings::{Interner, Strings};
use labels::Place;
pub use module::module;

/// Row of [`Groups`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub u32);

/// What is put together.
///
/// Of a profile with exact figures ([`Profile::graph`]) each function is a group of its own by `Name` and `NameAndFile`, because exact
/// figures of a function cannot be added to those of another one that it calls. By `File`, `Module` and `Binary` self is exact there (own
/// figures add up) and total is exact for groups of one function; that of several functions, of which one may call another, is not told by
/// such a file and is estimated from the stacks. By `Line` and `Address` all of it is estimated, since the file tells figures by function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Grouping {
    /// Functions of the same name, wherever they are, as `go tool pprof` does unless told otherwise.
    #[default]
    Name,
    /// Functions of the same name in the same file.
    NameAndFile,
    /// All functions of a source file; where no file is told, of a binary, in brackets.
    File,
    /// Lines of functions: `name:line`; those of which no line is told by name. As `go tool pprof -lines`.
    Line,
    /// All functions of a package, namespace or class as [`module()`] reads it from the name; where a name tells none, of the binary, else of
    /// the file.
    Module,
    /// All functions of a binary or library, by its name without the folder.
    Binary,
    /// Machine addresses: `0x47a8b1 name`; what was inlined at an address is apart.
    Address,
}

impl Grouping {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Name, Self::NameAndFile, Self::File, Self::Line, Self::Module, Self::Binary, Self::Address];

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "Function",
            Self::NameAndFile => "Function and file",
            Self::File => "File",
            Self::Line => "Line",
            Self::Module => "Module",
            Self::Binary => "Binary",
            Self::Address => "Address",
        }
    }

    /// Its name in options and JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Name => "function",
            Self::NameAndFile => "function-file",
            Self::File => "file",
            Self::Line => "line",
            Self::Module => "module",
            Self::Binary => "binary",
            Self::Address => "address",
        }
    }

    /// Whether a group is one or several whole functions, whose frames are never in two groups.
    const fn is_of_functions(self) -> bool {
        matches!(self, Self::Name | Self::NameAndFile)
    }

    /// Whether equal names make one group.
    const fn joins_names(self) -> bool {
        matches!(self, Self::File | Self::Module | Self::Binary)
    }
}

/// The frames of a profile, put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    grouping: Grouping,
    /// Group of each frame.
    of_frame: Vec<GroupId>,
    /// First function of each group: its name and file stand for the group, unless it has a name of its own.
    function: Vec<FunctionId>,
    /// Names of groups that are no functions; empty when they are.
    names: Vec<StringId>,
    texts: Strings,
    /// Line of each group; empty when groups are no lines.
    line: Vec<u32>,
    /// Group of each function of a profile with exact figures; empty for others, and when functions are split among groups.
    of_function: Vec<GroupId>,
}

impl Groups {
    /// Puts the frames of `profile` together.
    pub fn new(profile: &Profile, grouping: Grouping) -> Self {
        if grouping.is_of_functions() { Self::functions(profile, grouping) } else { Self::frames(profile, grouping) }
    }

    fn functions(profile: &Profile, grouping: Grouping) -> Self {
        let (mut rows, mut function) = (HashMap::<(StringId, StringId), GroupId>::new(), Vec::new());
        let functions = profile.functions.name.iter().zip(&profile.functions.file).enumerate();
        let of_function: Vec<GroupId> = functions
            .map(|(row, (&name, &file))| {
                let (name, file) = match grouping {
                    // Exact figures of a function cannot be added to those of another one that it calls.
                    _ if profile.graph.is_some() => (StringId(row as u32), StringId(u32::MAX)),
                    Grouping::NameAndFile => (name, file),
                    _ => (name, StringId(0)),
                };
                *rows.entry((name, file)).or_insert_with(|| {
                    function.push(FunctionId(row as u32));
                    GroupId(function.len() as u32 - 1)
                })
            })
            .collect();
        let group = |id: &FunctionId| of_function.get(id.0 as usize).copied().unwrap_or_default();
        let of_frame = profile.frames.function.iter().map(group).collect();
        let of_function = if profile.graph.is_some() { of_function } else { vec![] };
        Self { grouping, of_frame, function, of_function, ..Self::default() }
    }

    fn frames(profile: &Profile, grouping: Grouping) -> Self {
        let mut texts = Interner::default();
        let (mut keys, mut labels) = (HashMap::<(u64, u64), GroupId, NumberHash>::default(), HashMap::<StringId, GroupId>::new());
        let mut groups = Self { grouping, ..Self::default() };
        for frame in (0..profile.frames.len() as u32).map(FrameId) {
            let place = Place::of(profile, frame);
            let group = *keys.entry(place.key(grouping)).or_insert_with(|| {
                let label = texts.intern(&place.label(grouping)).unwrap_or_default();
                if grouping.joins_names() {
                    *labels.entry(label).or_insert_with(|| groups.push(&place, label))
                } else {
                    groups.push(&place, label)
                }
            });
            groups.of_frame.push(group);
        }
        groups.texts = texts.finish();
        if profile.graph.is_some() && grouping.joins_names() {
            groups.spread_to_functions(profile);
        }
        groups
    }

    /// Adds a group of this name, of which `place` is the first.
    fn push(&mut self, place: &Place<'_>, label: StringId) -> GroupId {
        let id = GroupId(self.function.len() as u32);
        self.function.push(place.function);
        self.names.push(label);
        if matches!(self.grouping, Grouping::Line | Grouping::Address) {
            self.line.push(place.line);
        }
        id
    }

    /// Gives each function the group of its first frame. Files with exact figures tell a function's file and binary once.
    fn spread_to_functions(&mut self, profile: &Profile) {
        self.of_function = vec![GroupId(u32::MAX); profile.functions.len()];
        for (function, group) in profile.frames.function.iter().zip(&self.of_frame).rev() {
            if let Some(of_function) = self.of_function.get_mut(function.0 as usize) {
                *of_function = *group;
            }
        }
    }

    /// What was put together.
    pub const fn grouping(&self) -> Grouping {
        self.grouping
    }

    /// The group of a frame.
    #[inline]
    pub fn of_frame(&self, frame: FrameId) -> GroupId {
        self.of_frame.get(frame.0 as usize).copied().unwrap_or_default()
    }

    /// Group of each function of a profile with exact figures; empty where these cannot be told of groups. A function without frames has a
    /// number that is no group's.
    pub(super) fn of_functions(&self) -> &[GroupId] {
        &self.of_function
    }

    /// The function that stands for a group: the first one of it.
    pub fn function(&self, group: GroupId) -> FunctionId {
        self.function.get(group.0 as usize).copied().unwrap_or_default()
    }

    /// Name of a group.
    pub fn name<'a>(&'a self, profile: &'a Profile, group: GroupId) -> &'a str {
        match self.names.get(group.0 as usize) {
            Some(&name) => self.texts.get(name),
            None => profile.function_name(self.function(group)),
        }
    }

    /// The source file of a group; empty when not told, and when a group is of several.
    pub fn file<'a>(&self, profile: &'a Profile, group: GroupId) -> &'a str {
        match self.grouping {
            Grouping::Module | Grouping::Binary => "",
            _ => profile.function_file(self.function(group)),
        }
    }

    /// The line of a group: that of the function's beginning, or its own when groups are lines or addresses. `None` when not told, and when
    /// a group is of several functions.
    pub fn line(&self, profile: &Profile, group: GroupId) -> Option<u32> {
        let line = match self.grouping {
            Grouping::Name | Grouping::NameAndFile => profile.functions.start_line.get(self.function(group).0 as usize),
            _ => self.line.get(group.0 as usize),
        };
        line.copied().filter(|line| *line > 0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.function.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.function.is_empty()
    }
}

//! What counts as one row in a table and one box in a graph.

use std::collections::HashMap;

use super::model::{FrameId, FunctionId, Profile, StringId};

/// Row of [`Groups`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub u32);

/// What is put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Grouping {
    /// Functions of the same name, wherever they are, as `go tool pprof` does unless told otherwise.
    #[default]
    Name,
    /// Functions of the same name in the same file.
    NameAndFile,
}

/// The functions of a profile, put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// Group of each frame.
    of_frame: Vec<GroupId>,
    /// First function of each group: its name, file and line stand for the group.
    function: Vec<FunctionId>,
}

impl Groups {
    /// Puts the functions of `profile` together.
    pub fn new(profile: &Profile, grouping: Grouping) -> Self {
        let (mut rows, mut function) = (HashMap::<(StringId, StringId), GroupId>::new(), Vec::new());
        let functions = profile.functions.name.iter().zip(&profile.functions.file).enumerate();
        let of_function: Vec<GroupId> = functions
            .map(|(row, (&name, &file))| {
                let (name, file) = match grouping {
                    // Exact figures of a function cannot be added to those of another one that it calls.
                    _ if profile.graph.is_some() => (StringId(row as u32), StringId(u32::MAX)),
                    Grouping::Name => (name, StringId(0)),
                    Grouping::NameAndFile => (name, file),
                };
                *rows.entry((name, file)).or_insert_with(|| {
                    function.push(FunctionId(row as u32));
                    GroupId(function.len() as u32 - 1)
                })
            })
            .collect();
        let group = |id: &FunctionId| of_function.get(id.0 as usize).copied().unwrap_or_default();
        Self { of_frame: profile.frames.function.iter().map(group).collect(), function }
    }

    /// The group of a frame.
    #[inline]
    pub fn of_frame(&self, frame: FrameId) -> GroupId {
        self.of_frame.get(frame.0 as usize).copied().unwrap_or_default()
    }

    /// The function that stands for a group.
    pub fn function(&self, group: GroupId) -> FunctionId {
        self.function.get(group.0 as usize).copied().unwrap_or_default()
    }

    /// Name of a group.
    pub fn name<'a>(&self, profile: &'a Profile, group: GroupId) -> &'a str {
        profile.function_name(self.function(group))
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

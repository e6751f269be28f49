//! Groups that are no functions: files, lines, modules, binaries, addresses. What makes two frames one group, and the group's name.

use std::borrow::Cow;

use super::super::model::{FrameId, FunctionId, MappingId, Profile, StringId};
use super::{Grouping, module};

/// Name of the group of all frames whose binary is not told.
const NO_BINARY: &str = "(binary not told)";
/// Name of the group of all frames whose file is not told, nor their binary; pprof's name for it.
const NO_FILE: &str = "<unknown>";

/// One frame, with what its tables say of it.
pub(super) struct Place<'a> {
    profile: &'a Profile,
    pub(super) function: FunctionId,
    pub(super) line: u32,
    address: u64,
    mapping: Option<MappingId>,
}

impl<'a> Place<'a> {
    /// The place of a frame.
    pub(super) fn of(profile: &'a Profile, frame: FrameId) -> Self {
        let (frames, row) = (&profile.frames, frame.0 as usize);
        Self {
            profile,
            function: frames.function.get(row).copied().unwrap_or_default(),
            line: frames.line.get(row).copied().unwrap_or(0),
            address: frames.address.get(row).copied().unwrap_or(0),
            mapping: frames.mapping.get(row).copied().filter(|id| *id != MappingId::NONE),
        }
    }

    /// What frames of one group have in common: two numbers each.
    pub(super) fn key(&self, grouping: Grouping) -> (u64, u64) {
        let (name, file) = (self.text_of(&self.profile.functions.name), self.text_of(&self.profile.functions.file));
        let both = u64::from(name.0) << 32 | u64::from(file.0);
        let mapping = self.mapping.map_or(0, |id| u64::from(id.0) + 1);
        match grouping {
            Grouping::Name => (u64::from(name.0), 0),
            Grouping::NameAndFile => (both, 0),
            Grouping::File if file.0 != 0 => (u64::from(file.0), 0),
            Grouping::Line => (both, u64::from(self.line)),
            Grouping::Address if self.address != 0 => (self.address, both),
            Grouping::Address => (both, u64::MAX),
            // A name stands for itself until its label joins it to others.
            Grouping::Module => (both, mapping),
            Grouping::File | Grouping::Binary => (0, mapping),
        }
    }

    /// The group's name. Frames of one key have one label; with [`Grouping::File`], [`Grouping::Module`] and [`Grouping::Binary`], frames of
    /// one label are one group.
    pub(super) fn label(&self, grouping: Grouping) -> Cow<'a, str> {
        let name = self.profile.function_name(self.function);
        match grouping {
            Grouping::Name | Grouping::NameAndFile => name.into(),
            Grouping::File => {
                self.file().unwrap_or_else(|| self.binary().map_or(NO_FILE.into(), |binary| format!("[{binary}]").into()))
            }
            Grouping::Line if self.line > 0 => format!("{name}:{}", self.line).into(),
            Grouping::Address if self.address != 0 => format!("{:#x} {name}", self.address).into(),
            Grouping::Line | Grouping::Address => name.into(),
            Grouping::Module => self.module(name),
            Grouping::Binary => self.binary().unwrap_or(NO_BINARY).into(),
        }
    }

    /// The package, namespace or class that the name tells; else the binary; else the file; else the name.
    fn module(&self, name: &'a str) -> Cow<'a, str> {
        // Only the binary is known, and perhaps the place in it.
        if let Some(binary) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return binary.split_once("+0x").map_or(binary, |(binary, _)| binary).into();
        }
        match module(name) {
            told if told.len() < name.split(['<', '(', '[', '{', ' ']).next().unwrap_or_default().len() => told.into(),
            told => self.binary().map(Cow::from).or_else(|| self.file()).unwrap_or_else(|| told.into()),
        }
    }

    fn text_of(&self, column: &[StringId]) -> StringId {
        column.get(self.function.0 as usize).copied().unwrap_or_default()
    }

    fn file(&self) -> Option<Cow<'a, str>> {
        Some(self.profile.function_file(self.function)).filter(|file| !file.is_empty()).map(Cow::from)
    }

    /// Name of the binary without its folder.
    fn binary(&self) -> Option<&'a str> {
        let mapping = self.profile.mappings.get(self.mapping?.0 as usize)?;
        let file = self.profile.strings.get(mapping.file).trim_end_matches(['/', '\\']);
        file.rsplit(['/', '\\']).next().filter(|name| !name.is_empty())
    }
}

//! The files of speedscope (<https://www.speedscope.app/file-format-schema.json>): the viewer's own, and those of py-spy, pyinstrument,
//! austin2speedscope, rbspy, dotnet-trace and many others.
//!
//! Each of the file's profiles becomes a thread. A frame's row is its place in the file's list, because that list may stand behind the
//! stacks that name its items. Nothing waits in memory for it but the stacks themselves.

mod amount;
mod events;
mod own;
mod part;

use std::ops::Range;

use super::Context;
use super::head::Head;
use super::json::Json;
use super::source::Source;
use crate::profile::build::Builder;
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{FrameId, Frames, Profile, Samples, StringId};
use events::Calls;

/// Where the schema lies; every file names it.
const SCHEMA: &str = "speedscope.app/file-format-schema.json";
/// More kinds of values than this are in no real file, and each makes every sample larger.
const MOST_COLUMNS: usize = 64;
/// What stands for a frame without a name.
const NAMELESS: &str = "<unknown>";
/// After so many items of a list the memory is looked at.
const BATCH: usize = 4096;

/// Whether a file that begins so is one: it names the schema, is called so, or has what only such files have.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let marks = || head.has_key("endValue") && (head.has_key("evented") || head.has_key("sampled"));
    // A CPU profile of V8 under this name is still one.
    let named = || head.is_named(".speedscope.json") && !head.has_member("functionName");
    head.is_json_object() && (head.has(SCHEMA) || named() || marks())
}

/// Reads a file of speedscope.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut reader = Reader::new(Json::new(source)?, Builder::new("speedscope", context));
    match reader.file() {
        // A recording that was broken off: what is there can be shown if the names came first.
        Err(_) if reader.json.is_cut() && reader.has_frames && !reader.builder.samples.is_empty() => {
            reader.place();
            reader.builder.flaw("is where the file is cut off; what was behind it is missing");
        }
        outcome => outcome?,
    }
    reader.finish()
}

/// A kind of values: sample types come to be when a profile needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    row: usize,
    /// The file's numbers × 10^`power` are whole ones in our unit.
    power: u32,
    /// Whether they are times, so that one sample ends where the next begins.
    is_time: bool,
}

struct Reader<'s, 'j, 'a> {
    json: Json<'s, 'j>,
    builder: Builder<'a>,
    frames: Frames,
    has_frames: bool,
    has_profiles: bool,
    /// The largest row of the list of frames that a stack names, and where.
    largest: Option<(u32, Place)>,
    calls: Calls,
    /// Each profile's samples, and the sample type they belong to.
    parts: Vec<(Range<usize>, usize)>,
    active: Option<u32>,
    /// Earliest beginning and latest end of those profiles that measure time, in nanoseconds.
    span: Option<(i64, i64)>,
    /// Whether this program wrote the file; then it says more than the format demands.
    is_own: bool,
    exporter: Option<String>,
}

impl<'s, 'j, 'a> Reader<'s, 'j, 'a> {
    fn new(json: Json<'s, 'j>, builder: Builder<'a>) -> Self {
        Self {
            json,
            builder,
            frames: Frames::default(),
            has_frames: false,
            has_profiles: false,
            largest: None,
            calls: Calls::default(),
            parts: Vec::new(),
            active: None,
            span: None,
            is_own: false,
            exporter: None,
        }
    }

    fn file(&mut self) -> Result<(), ProfileError> {
        self.json.begin_object()?;
        while let Some(key) = self.json.next_key()? {
            match key {
                "shared" => self.shared()?,
                "profiles" => self.profiles()?,
                "activeProfileIndex" => self.active = self.json.maybe_row()?,
                "exporter" => self.exporter = self.json.maybe_text()?.filter(|text| !text.is_empty()).map(str::to_owned),
                own::KEY => self.own_header()?,
                _ => self.json.skip()?,
            }
        }
        Ok(())
    }

    fn shared(&mut self) -> Result<(), ProfileError> {
        if !self.json.try_object()? {
            return Ok(());
        }
        while let Some(key) = self.json.next_key()? {
            // Only the first list counts: what stacks name cannot change under way.
            if key == "frames" && !self.has_frames {
                self.frame_list()?;
                self.has_frames = true;
            } else {
                self.json.skip()?;
            }
        }
        Ok(())
    }

    fn frame_list(&mut self) -> Result<(), ProfileError> {
        if !self.json.try_array()? {
            return Ok(());
        }
        while self.json.next_item()? {
            self.frame()?;
            if self.frames.len().is_multiple_of(BATCH) {
                self.builder.has_room(self.frames.len() as u64 * 24)?;
            }
        }
        Ok(())
    }

    fn frame(&mut self) -> Result<(), ProfileError> {
        let (mut name, mut file, mut line) = (StringId(0), StringId(0), 0);
        if self.json.try_object()? {
            while let Some(key) = self.json.next_key()? {
                match key {
                    "name" => name = part::text(&mut self.json, &mut self.builder)?,
                    "file" => file = part::text(&mut self.json, &mut self.builder)?,
                    "line" => line = self.json.maybe_row()?.unwrap_or(0),
                    _ => self.json.skip()?,
                }
            }
        }
        self.place();
        if name.0 == 0 {
            name = self.builder.text(NAMELESS)?;
        }
        let function = self.builder.function(name, file, 0)?;
        self.frames.push(function, line, 0, false).ok_or_else(|| self.builder.full())?;
        self.builder.tick()
    }

    fn profiles(&mut self) -> Result<(), ProfileError> {
        self.has_profiles = true;
        if !self.json.try_array()? {
            return Ok(());
        }
        while self.json.next_item()? {
            if self.json.try_object()? {
                self.part()?;
            }
            self.builder.tick()?;
        }
        Ok(())
    }

    /// Takes over the place of the next byte, for errors and remarks.
    fn place(&mut self) {
        self.builder.place = self.json.place();
    }

    /// The frame of a row of the file's list, which may not have been read yet.
    fn frame_of(&mut self, row: u32) -> Result<FrameId, ProfileError> {
        if self.largest.is_none_or(|(largest, _)| largest < row) {
            self.place();
            self.largest = Some((row, self.builder.place));
            if self.has_frames {
                self.check_frames()?;
            }
        }
        Ok(FrameId(row))
    }

    fn check_frames(&mut self) -> Result<(), ProfileError> {
        match self.largest {
            Some((row, place)) if row as usize >= self.frames.len() => {
                self.builder.place = place;
                let count = self.frames.len();
                let problem = match count {
                    0 => "a frame is named, but the file has no list of frames".to_owned(),
                    _ => format!("frame {row} is named, but the file has only {count}"),
                };
                Err(self.builder.damaged(problem))
            }
            _ => Ok(()),
        }
    }

    /// The sample type of this name and unit.
    fn column(&mut self, name: &str, unit: &str) -> Result<usize, ProfileError> {
        let count = self.builder.profile.sample_types.len();
        let known = (0..count).find(|&row| {
            let found = self.builder.profile.sample_types.get(row).copied().unwrap_or_default();
            (self.builder.get(found.name), self.builder.get(found.unit)) == (name, unit)
        });
        match known {
            Some(row) => Ok(row),
            None if count < MOST_COLUMNS => self.builder.sample_type(name, unit),
            None => {
                self.place();
                Err(self.builder.damaged(format!("it holds more than {MOST_COLUMNS} kinds of values")))
            }
        }
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        self.check_frames()?;
        if !self.has_profiles && !self.has_frames {
            return Err(self.builder.damaged("it holds no profiles"));
        }
        let active = self.active.and_then(|row| self.parts.get(row as usize)).or(self.parts.first());
        if let Some(&(_, column)) = active {
            self.builder.profile.default_sample_type = column;
        }
        let start = self.span.map_or(0, |(start, _)| start);
        if let (Some((start, end)), false) = (self.span, self.is_own) {
            self.builder.profile.duration_ns = u64::try_from(end.saturating_sub(start)).ok().filter(|&length| length > 0);
        }
        let exporter = self.exporter.filter(|_| !self.is_own);
        self.builder.profile.comments.extend(exporter.map(|exporter| format!("Written by {exporter}")));
        let mut profile = self.builder.finish(None);
        profile.frames = self.frames.into();
        let told = profile.samples.time_ns.iter_mut().filter(|time| **time != Samples::NO_TIME);
        told.for_each(|time| *time = time.saturating_sub(start));
        Ok(profile)
    }
}

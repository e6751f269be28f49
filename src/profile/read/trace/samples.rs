//! Lists of samples and of the frames they stand on, beside the events: `samples` and `stackFrames`, as Hermes writes them.

use std::collections::BTreeMap;

use super::event::read_id;
use super::tracks::Tracks;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::{FunctionId, StringId};
use crate::profile::read::json::{Json, Kind};
use crate::profile::read::v8::{Kinds, Nodes, Timeline};

/// The samples and their frames. Frames are named by texts, whose numbers stand for them.
#[derive(Default)]
pub(super) struct StackSamples {
    frames: Nodes,
    /// Samples of each thread, by its row.
    timelines: BTreeMap<usize, Timeline>,
}

impl StackSamples {
    /// Reads the list of samples.
    pub(super) fn read_samples(
        &mut self,
        json: &mut Json<'_, '_>,
        builder: &mut Builder<'_>,
        tracks: &mut Tracks,
    ) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        while json.next_item()? {
            builder.place = json.place();
            if json.try_object()? {
                self.read_sample(json, builder, tracks)?;
            }
        }
        Ok(())
    }

    fn read_sample(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>, tracks: &mut Tracks) -> Result<(), ProfileError> {
        let (mut process, mut thread, mut time, mut frame) = Default::default();
        loop {
            match json.next_key()? {
                None => break,
                Some("pid") => process = read_id(json, builder)?,
                Some("tid") => thread = read_id(json, builder)?,
                Some("ts") => time = json.maybe_scaled(3)?,
                Some("sf") => frame = read_name(json, builder)?,
                Some(_) => json.skip()?,
            }
        }
        let (Some(time), Some(frame)) = (time, frame) else {
            builder.flaw("is a sample without a time or a frame and was left out");
            return builder.tick();
        };
        let timeline = self.timelines.entry(tracks.row(process, thread)).or_default();
        timeline.times.push(time);
        timeline.samples.push(frame);
        if timeline.times.len().is_multiple_of(1 << 16) {
            let bytes = self.timelines.values().map(Timeline::bytes).sum();
            builder.has_room(bytes)?;
        }
        builder.tick()
    }

    /// Reads the frames: an object with a member for each.
    pub(super) fn read_frames(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_object()? {
            return Ok(());
        }
        loop {
            builder.place = json.place();
            let Some(key) = json.next_key()? else { return Ok(()) };
            let id = builder.text(key)?;
            if json.try_object()? {
                self.read_frame(json, builder, id)?;
            }
        }
    }

    fn read_frame(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>, id: StringId) -> Result<(), ProfileError> {
        let row = self.frames.begin(builder, None)?;
        let mut name = StringId(0);
        loop {
            match json.next_key()? {
                None => break,
                Some("name") => {
                    if let Some(text) = json.maybe_text()? {
                        name = builder.text(text)?;
                    }
                }
                Some("parent") => {
                    if let Some(parent) = read_name(json, builder)? {
                        self.frames.parent(row, parent);
                    }
                }
                Some(_) => json.skip()?,
            }
        }
        let function = self.function(builder, name)?;
        self.frames.name(row, Some(id.0), function);
        Ok(())
    }

    fn function(&mut self, builder: &mut Builder<'_>, name: StringId) -> Result<FunctionId, ProfileError> {
        let text = builder.get(name).to_owned();
        match place_in(&text) {
            Some((name, url, line)) => {
                let (name, url) = (builder.text(name)?, builder.text(url)?);
                self.frames.function(builder, name, url, line)
            }
            None => self.frames.function(builder, name, StringId(0), 0),
        }
    }

    /// Whether there are samples.
    pub(super) fn is_empty(&self) -> bool {
        self.timelines.is_empty()
    }

    /// Time of the first sample.
    pub(super) fn start_ns(&self) -> Option<i64> {
        self.timelines.values().flat_map(|timeline| &timeline.times).min().copied()
    }

    /// Adds the samples of all threads.
    pub(super) fn add(
        mut self,
        builder: &mut Builder<'_>,
        kinds: Kinds,
        tracks: &Tracks,
        origin_ns: i64,
    ) -> Result<(), ProfileError> {
        self.frames.join(builder)?;
        for (track, timeline) in self.timelines {
            let thread = tracks.thread(builder, track)?;
            timeline.add(builder, &mut self.frames, kinds, Some(thread), Some(origin_ns))?;
        }
        Ok(())
    }
}

/// What names a frame: a text, or a number that stands for its digits.
fn read_name(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<Option<u32>, ProfileError> {
    if json.kind()? == Kind::Text {
        let text = json.text()?;
        return Ok(Some(builder.text(text)?.0));
    }
    match json.maybe_integer()? {
        Some(number) => Ok(Some(builder.text(&number.to_string())?.0)),
        None => Ok(None),
    }
}

/// Name, file and line of `name(http://host/file:12:3)`.
fn place_in(text: &str) -> Option<(&str, &str, u32)> {
    let (place, _column) = text.strip_suffix(')')?.rsplit_once(':').filter(|(_, column)| column.parse::<u32>().is_ok())?;
    let (place, line) = place.rsplit_once(':')?;
    let (name, url) = place.split_once('(')?;
    Some((name, url, line.parse().ok()?))
}

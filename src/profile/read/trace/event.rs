//! One event, with what is of use in its arguments.

use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::hash::Hash;
use crate::profile::model::StringId;
use crate::profile::read::json::{Json, Kind};
use crate::profile::read::v8::{Nodes, Timeline, read_nodes};

/// Number of a process or a thread; some producers write a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Id {
    pub(super) number: Option<i64>,
    pub(super) text: StringId,
}

/// A part of a CPU profile of V8.
#[derive(Default)]
pub(super) struct Part {
    pub(super) nodes: Nodes,
    pub(super) timeline: Timeline,
}

/// Numbers by name.
#[derive(Default)]
pub(super) struct Series {
    names: String,
    /// End of each name in `names`.
    ends: Vec<usize>,
    values: Vec<f64>,
}

impl Series {
    fn clear(&mut self) {
        self.names.clear();
        self.ends.clear();
        self.values.clear();
    }

    fn name(&mut self, name: &str) {
        self.names.truncate(self.ends.last().copied().unwrap_or(0));
        self.names.push_str(name);
    }

    /// Adds a number to the name that was given last.
    fn value(&mut self, value: f64) {
        self.ends.push(self.names.len());
        self.values.push(value);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let names = starts.zip(&self.ends).map(|(start, &end)| self.names.get(start..end).unwrap_or_default());
        names.zip(self.values.iter().copied())
    }
}

/// An event.
#[derive(Default)]
pub(super) struct Event {
    /// What kind it is: the letter of `ph`.
    pub(super) phase: u8,
    pub(super) name: StringId,
    pub(super) category: StringId,
    pub(super) process: Id,
    pub(super) thread: Id,
    /// When it was, in nanoseconds.
    pub(super) ts: Option<i64>,
    /// How long it took, in nanoseconds.
    pub(super) duration: Option<i64>,
    /// What joins the events of something that goes on; 0 when not told.
    pub(super) id: u64,
    /// `args.name`: of a process, a thread.
    pub(super) own_name: StringId,
    /// `args.url` and `args.line` of functions of Hermes.
    pub(super) url: StringId,
    pub(super) line: u32,
    /// `args.filename` of py-spy, which tells by `args.line` where in the function it was.
    pub(super) file: StringId,
    pub(super) series: Series,
    pub(super) data_series: Series,
    pub(super) part: Option<Box<Part>>,
}

impl Event {
    /// Whether it is of a kind that has a time and is taken.
    pub(super) fn is_timed(&self) -> bool {
        matches!(self.phase, b'X' | b'B' | b'E' | b'C' | b'b' | b'n' | b'e' | b'S' | b'T' | b'p' | b'F' | b'i' | b'I' | b'R')
    }

    fn clear(&mut self) {
        let (mut series, mut data_series) = (std::mem::take(&mut self.series), std::mem::take(&mut self.data_series));
        series.clear();
        data_series.clear();
        *self = Self { series, data_series, ..Self::default() };
    }

    /// Reads the members of an event.
    pub(super) fn read(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>, hash: &Hash) -> Result<(), ProfileError> {
        self.clear();
        loop {
            match json.next_key()? {
                None => return Ok(()),
                Some("ph") => self.phase = json.maybe_text()?.and_then(|text| text.bytes().next()).unwrap_or(0),
                Some("name") => self.name = text(json, builder)?,
                Some("cat") => self.category = text(json, builder)?,
                Some("pid") => self.process = read_id(json, builder)?,
                Some("tid") => self.thread = read_id(json, builder)?,
                Some("ts") => self.ts = json.maybe_scaled(3)?,
                Some("dur") => self.duration = json.maybe_scaled(3)?,
                Some("tdur") => {
                    let duration = json.maybe_scaled(3)?;
                    self.duration = self.duration.or(duration);
                }
                Some("id" | "bind_id") => self.id = hash_id(json, hash)?,
                Some("id2") => self.read_id2(json, hash)?,
                Some("args") => self.read_args(json, builder)?,
                Some(_) => json.skip()?,
            }
        }
    }

    /// `{"local": …}` or `{"global": …}`.
    fn read_id2(&mut self, json: &mut Json<'_, '_>, hash: &Hash) -> Result<(), ProfileError> {
        if json.try_object()? {
            while json.next_key()?.is_some() {
                self.id = hash_id(json, hash)?;
            }
        }
        Ok(())
    }

    fn read_args(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_object()? {
            return Ok(());
        }
        loop {
            match json.next_key()? {
                None => return Ok(()),
                Some("name") => self.own_name = text(json, builder)?,
                Some("url") => self.url = text(json, builder)?,
                Some("filename") => self.file = text(json, builder)?,
                Some("data") => self.read_data(json, builder)?,
                Some(other) => {
                    let is_line = other == "line";
                    self.series.name(other);
                    if let Some(value) = json.maybe_number()? {
                        self.series.value(value);
                        self.line = if is_line { value as u32 } else { self.line };
                    }
                }
            }
        }
    }

    fn read_data(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_object()? {
            return Ok(());
        }
        loop {
            match json.next_key()? {
                None => return Ok(()),
                Some("cpuProfile") => {
                    if json.try_object()? {
                        self.read_profile(json, builder)?;
                    }
                }
                Some("timeDeltas") => Timeline::read_times(json, builder, &mut part(&mut self.part).timeline.deltas)?,
                Some("lines") => Timeline::read_rows(json, builder, &mut part(&mut self.part).timeline.lines)?,
                Some("startTime") => part(&mut self.part).timeline.start_ns = json.maybe_scaled(3)?,
                Some("endTime") => part(&mut self.part).timeline.end_ns = json.maybe_scaled(3)?,
                Some(other) => {
                    self.data_series.name(other);
                    if let Some(value) = json.maybe_number()? {
                        self.data_series.value(value);
                    }
                }
            }
        }
    }

    fn read_profile(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let Part { nodes, timeline } = part(&mut self.part);
        loop {
            match json.next_key()? {
                None => return Ok(()),
                Some("nodes") => read_nodes(json, builder, nodes)?,
                Some("samples") => Timeline::read_rows(json, builder, &mut timeline.samples)?,
                Some("timeDeltas") => Timeline::read_times(json, builder, &mut timeline.deltas)?,
                Some("lines") => Timeline::read_rows(json, builder, &mut timeline.lines)?,
                Some("startTime") => timeline.start_ns = json.maybe_scaled(3)?,
                Some("endTime") => timeline.end_ns = json.maybe_scaled(3)?,
                Some(_) => json.skip()?,
            }
        }
    }
}

fn part(part: &mut Option<Box<Part>>) -> &mut Part {
    part.get_or_insert_default()
}

/// Number of a process or a thread.
pub(super) fn read_id(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<Id, ProfileError> {
    if json.kind()? != Kind::Text {
        return Ok(Id { number: json.maybe_integer()?, text: StringId(0) });
    }
    let text = json.text()?;
    match text.trim().parse() {
        Ok(number) => Ok(Id { number: Some(number), text: StringId(0) }),
        Err(_) => Ok(Id { number: None, text: builder.text(text)? }),
    }
}

fn hash_id(json: &mut Json<'_, '_>, hash: &Hash) -> Result<u64, ProfileError> {
    match json.kind()? {
        Kind::Text => Ok(hash.bytes(json.text()?.as_bytes())),
        _ => Ok(json.maybe_integer()?.map_or(0, |number| hash.bytes(&number.to_le_bytes()))),
    }
}

fn text(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<StringId, ProfileError> {
    match json.maybe_text()? {
        Some(text) => builder.text(text),
        None => Ok(StringId(0)),
    }
}

//! Recordings of Java Flight Recorder (`.jfr`) of JDK 11 and newer, as the JDK, its mirrors and async-profiler write them.
//!
//! A recording is a row of chunks. Each has a header, events, among them one that describes the classes of all others
//! ([`meta`]) and some that hold the pools of threads, stacks and texts ([`pools`]). There is no specification; the JDK's own
//! reader is <https://github.com/openjdk/jdk/tree/master/src/jdk.jfr/share/classes/jdk/jfr/internal/consumer>.
//!
//! One chunk is in memory at a time. What cannot be read is left out with a remark; a recording of which nothing could be read
//! is an error.

mod chunk;
mod events;
mod input;
mod kinds;
mod layout;
mod marks;
mod meta;
mod names;
mod plan;
mod pools;

use std::io::Read;

use super::Context;
use super::head::Head;
use super::source::Source;
use super::wire::Fault;
use super::wire::Problem;
use crate::profile::build::Builder;
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{Profile, SampleType};
use chunk::{Events, HEADER, Header, Survey};
use events::{Chunk, Recording, Settings, period};
use input::Input;
use kinds::KINDS;
use layout::{Layout, Value};
use meta::Classes;
use names::Names;
use plan::Plans;
use pools::Pools;

/// Remarks on parts that were left out.
const MAX_REMARKS: usize = 16;

/// Whether it begins as a chunk does.
pub(super) fn is_jfr(head: &Head<'_>) -> bool {
    head.starts_with(chunk::MAGIC)
}

/// Reads a recording, chunk by chunk.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut reader = Reader {
        builder: Builder::new("JFR", context),
        recording: Recording::default(),
        classes: Classes::default(),
        start_ns: None,
        end_ns: i64::MIN,
        at: 0,
        first_fault: None,
        has_events: false,
    };
    let mut bytes = Vec::new();
    while reader.fill(source, &mut bytes)? {
        reader.chunk(&bytes)?;
        reader.at += bytes.len() as u64;
    }
    reader.finish()
}

/// Fills the tables.
struct Reader<'a> {
    builder: Builder<'a>,
    recording: Recording,
    /// Of the last chunk that described its classes; a chunk that is cut off before it does mostly has the same.
    classes: Classes,
    /// When the first chunk begins, in nanoseconds since 1970.
    start_ns: Option<i64>,
    end_ns: i64,
    /// Where the present chunk begins in the file.
    at: u64,
    first_fault: Option<ProfileError>,
    has_events: bool,
}

impl Reader<'_> {
    /// Reads the next chunk; `false` when there is none. Its claimed size is never reserved: only what is there is read.
    fn fill(&mut self, source: &mut Source<'_>, bytes: &mut Vec<u8>) -> Result<bool, ProfileError> {
        bytes.clear();
        if !self.append(source, bytes, HEADER as u64)? || bytes.is_empty() {
            return Ok(!bytes.is_empty() && Header::read(bytes).is_some());
        }
        let Some(header) = Header::read(bytes) else {
            if self.has_events || self.first_fault.is_some() {
                self.remark("The recording is followed by something else, which was left out,", self.at);
            }
            return Ok(false);
        };
        let size = if header.size < HEADER as u64 { u64::MAX } else { header.size };
        let whole = self.append(source, bytes, size - HEADER as u64)?;
        if !whole {
            self.remark(
                "The recording was not finished or is cut off; what could be read is shown, without the end of its part",
                self.at,
            );
        } else if header.is_open {
            let remark = "The recorder was still writing when the file was copied; what it had finished is shown.";
            self.warn(remark.into());
        }
        Ok(true)
    }

    /// Reads up to `count` bytes more; `false` when there are fewer. What cannot be unpacked counts as the end.
    fn append(&mut self, source: &mut Source<'_>, bytes: &mut Vec<u8>, count: u64) -> Result<bool, ProfileError> {
        let before = bytes.len();
        if let Err(error) = source.by_ref().take(count).read_to_end(bytes) {
            match source.explain(error) {
                error @ ProfileError::Damaged { .. } => self.note(error),
                error => return Err(error),
            }
        }
        self.builder.has_room(bytes.len() as u64)?;
        Ok((bytes.len() - before) as u64 == count)
    }

    fn remark(&mut self, text: &str, at: u64) {
        let place = self.builder.context.place(at);
        self.warn(format!("{text}{place}."));
    }

    fn note(&mut self, error: ProfileError) {
        self.warn(format!("A part was left out: {error}."));
        self.first_fault.get_or_insert(error);
    }

    /// Keeps the first few remarks: a damaged file may ask for millions.
    fn warn(&mut self, text: String) {
        let warnings = &mut self.builder.profile.warnings;
        if warnings.len() < MAX_REMARKS && !warnings.contains(&text) {
            warnings.push(text);
        }
    }

    fn fault(&mut self, fault: &Fault) {
        let error = self.builder.context.damaged(self.at + fault.at, fault.problem.clone());
        self.note(error);
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), ProfileError> {
        let Some(mut header) = Header::read(bytes) else {
            return Ok(());
        };
        self.builder.place = self.builder.context.place(self.at);
        if !matches!(header.major, 1 | 2) {
            return Err(self.other_version(&header));
        }
        let start = *self.start_ns.get_or_insert(header.start_ns);
        header.clock.start_ns = header.start_ns.saturating_sub(start);
        self.end_ns = self.end_ns.max(header.clock.start_ns.saturating_add(header.duration_ns.max(0)));
        let input = Input::new(bytes, header.compressed);
        let survey = Survey::new(input, &header);
        if let Some(fault) = &survey.fault {
            self.fault(fault);
        }
        self.builder.context.cancel.check()?;
        match survey.metadata.map(|at| chunk::event_at(input, at).and_then(|mut event| Classes::read(&mut event))) {
            Some(Ok(classes)) => self.classes = classes,
            Some(Err(fault)) => self.fault(&fault),
            None => {
                let error = self.builder.damaged("the description of the events is missing from this part of the recording");
                self.note(error);
            }
        }
        let pools = self.pools(input, &survey)?;
        self.events(input, &header, &survey, pools)
    }

    fn other_version(&self, header: &Header) -> ProfileError {
        let (major, minor, file) = (header.major, header.minor, self.builder.context.file.to_owned());
        let seems = format!("a recording of Java Flight Recorder of version {major}.{minor}; versions 1 and 2 can be read");
        let advice = "Record with JDK 11 or newer. Recordings of Oracle JDK 7 and 8 can be looked at with JDK Mission Control.";
        ProfileError::NotAProfile { file, seems, advice: advice.into() }
    }

    fn pools<'b>(&mut self, input: Input<'b>, survey: &Survey) -> Result<Pools<'b>, ProfileError> {
        let mut pools = Pools::new(&self.classes, self.builder.context.limits.table_bytes);
        for &at in &survey.checkpoints {
            let outcome = chunk::event_at(input, at).and_then(|mut event| pools.read(&mut event, &self.classes));
            match outcome {
                Err(fault) if fault.too_large => return Err(self.builder.full()),
                Err(fault) => self.fault(&fault),
                Ok(()) => {}
            }
            self.builder.has_room(pools.memory_bytes())?;
            self.builder.context.cancel.check()?;
        }
        Ok(pools)
    }

    fn events<'b>(&mut self, input: Input<'b>, header: &Header, survey: &Survey, pools: Pools<'b>) -> Result<(), ProfileError> {
        let (plans, problems) = Plans::new(&self.classes, &survey.counts);
        problems.into_iter().for_each(|problem| self.warn(problem));
        let settings = self.settings(input, survey, &pools);
        self.recording.columns(&plans, &settings, &mut self.builder)?;
        self.period(&settings)?;
        let periods = (0..KINDS.len()).map(|kind| period(kind, &settings).unwrap_or(0)).collect();
        let mut names = Names::new(pools, input);
        let mut chunk = Chunk { names: &mut names, clock: header.clock, periods, rows: self.recording.rows() };
        let mut events = Events::new(input);
        // Where they stop making sense was told when they were surveyed.
        while let Ok(Some(event)) = events.next() {
            let Some(plan) = plans.get(event.class) else { continue };
            self.builder.place = self.builder.context.place(self.at + event.at as u64);
            match self.recording.event(&event, plan, &mut chunk, &mut self.builder) {
                Ok(()) => self.has_events = true,
                Err(Problem::Fault) => self.builder.flaw("is an event that is damaged, and was left out"),
                Err(Problem::Profile(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// What the events of the settings say.
    fn settings(&self, input: Input<'_>, survey: &Survey, pools: &Pools<'_>) -> Settings {
        let mut settings = Settings::default();
        let class = self.classes.named("jdk.ActiveSetting").and_then(|id| self.classes.get(id));
        let Some(class) = class else { return settings };
        let mut left = survey.counts.get(&class.id).copied().unwrap_or(0);
        let layout = Layout::of(&self.classes, class, |path, _| match path {
            "id" => 1,
            "name" => 2,
            "value" => 3,
            _ => 0,
        });
        let Ok(layout) = layout else { return settings };
        let mut events = Events::new(input);
        while left > 0 {
            let Ok(Some(event)) = events.next() else { break };
            if event.class == class.id {
                self.setting(&layout, event.payload, pools, &mut settings);
                left -= 1;
            }
        }
        settings
    }

    fn setting<'b>(&self, layout: &Layout, mut payload: Input<'b>, pools: &Pools<'b>, settings: &mut Settings) {
        let (mut id, mut texts) = (0, [input::Text::Null; 2]);
        let read = layout.read(&mut payload, |role, value| {
            match value {
                Value::Number(number) => id = number,
                Value::Text(text) => texts.iter_mut().skip(usize::from(role) - 2).take(1).for_each(|to| *to = text),
                Value::Float(_) | Value::Item => {}
            }
            Ok(())
        });
        let [name, value] = texts.map(|text| String::from_utf8_lossy(&pools.text(text).decode()).into_owned());
        if read.is_err() {
            return;
        }
        match (name.as_str(), kinds::period_ns(&value), self.classes.get(id)) {
            ("event", ..) => settings.engine_event = Some(value),
            ("period" | "interval", Some(period), Some(class)) => {
                // Of several recordings at once, the one that asks for the most decides.
                let known = settings.periods.entry(class.name.to_string()).or_insert(period);
                *known = period.min(*known);
            }
            _ => {}
        }
    }

    /// Notes the period of samples of running code in the profile's header.
    fn period(&mut self, settings: &Settings) -> Result<(), ProfileError> {
        if let Some(period) = period(0, settings).filter(|_| self.builder.profile.period.is_none()) {
            let (name, unit) = (self.builder.text("cpu")?, self.builder.text("nanoseconds")?);
            self.builder.profile.period = Some(period);
            self.builder.profile.period_type = Some(SampleType { name, unit });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        if let Some(error) = self.first_fault.take().filter(|_| !self.has_events) {
            return Err(error);
        }
        let Some(start) = self.start_ns else {
            self.builder.place = Place::File;
            return Err(self.builder.damaged("it ends inside the header of its first part"));
        };
        self.builder.profile.time_ns = Some(start);
        self.builder.profile.duration_ns = u64::try_from(self.end_ns).ok().filter(|&duration| duration > 0);
        self.builder.profile.default_sample_type = self.recording.first_column();
        self.builder.profile.warnings.extend(self.recording.cut_stacks());
        if self.builder.profile.sample_types.is_empty() {
            self.builder.sample_type("samples", "count")?;
        }
        Ok(self.builder.finish(None))
    }
}

//! Scalene (<https://github.com/plasma-umass/scalene>): the JSON that `scalene run` writes.
//!
//! For each line of each file it tells which part of the time was spent there, in per cent of `elapsed_time_sec`: in Python
//! (`n_cpu_percent_python`), in native code that it calls (`n_cpu_percent_c`) and waiting for the system (`n_sys_percent`); and how much
//! memory was taken there (`n_malloc_mb`, mebibytes). The time becomes nanoseconds, rounded to the nearest. `samples` is the memory of
//! the process over time.

use super::values::{NO_TEXT, nanoseconds};
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{Profile, StringId, ThreadId};
use crate::profile::read::Context;
use crate::profile::read::head::Head;
use crate::profile::read::json::{Json, Kind};
use crate::profile::read::source::Source;

const MEBIBYTE: f64 = 1_048_576.0;

/// Whether the keys that scalene begins with are there.
pub(super) fn is_scalene(head: &Head<'_>) -> bool {
    // Newer versions have long lists of stacks before the time.
    let behind = ["elapsed_time_sec", "async_profile", "combined_stacks"];
    head.is_json_object() && head.has_key("alloc_samples") && behind.iter().any(|key| head.has_key(key))
}

/// Reads a file of scalene.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut reader = Reader { builder: Builder::new("scalene", context), lines: Vec::new(), functions: Vec::new(), seconds: 0.0 };
    for name in ["python", "native", "system"] {
        reader.builder.sample_type(name, "nanoseconds")?;
    }
    reader.builder.sample_type("malloc", "bytes")?;
    reader.builder.profile.default_sample_type = reader.builder.sample_type("time", "nanoseconds")?;
    let mut json = Json::new(source)?;
    match reader.document(&mut json) {
        Ok(()) => {}
        Err(error) if json.is_cut() && !reader.lines.is_empty() => {
            let warning = format!("The file is cut off{}: what stands before that is shown ({error}).", json.place());
            reader.builder.profile.warnings.push(warning);
        }
        Err(error) => return Err(error),
    }
    reader.finish()
}

/// What is told of one line.
struct Line {
    file: StringId,
    line: u32,
    /// Where the function begins that it lies in; 0 when in none.
    function_line: u32,
    /// Per cent in Python, in native code, in the system.
    percent: [f64; 3],
    mebibytes: f64,
}

struct Reader<'a> {
    builder: Builder<'a>,
    lines: Vec<Line>,
    /// File, line and name.
    functions: Vec<(StringId, u32, StringId)>,
    seconds: f64,
}

impl Reader<'_> {
    fn document(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        json.begin_object()?;
        while let Some(key) = json.next_key()? {
            match key {
                "elapsed_time_sec" => self.seconds = json.maybe_number()?.unwrap_or(0.0),
                "start_time_absolute" => self.builder.profile.time_ns = json.maybe_scaled(9)?,
                "files" => self.files(json)?,
                "samples" => self.memory(json)?,
                _ => json.skip()?,
            }
        }
        Ok(())
    }

    fn files(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        if !json.try_object()? {
            return Ok(());
        }
        while let Some(file) = json.next_key()? {
            let file = self.builder.text(file)?;
            if !json.try_object()? {
                continue;
            }
            while let Some(key) = json.next_key()? {
                match key {
                    "functions" => self.rows(json, file, Self::function)?,
                    "lines" => self.rows(json, file, Self::line)?,
                    _ => json.skip()?,
                }
            }
        }
        Ok(())
    }

    /// Takes each object of a list.
    fn rows<'s, 'j>(
        &mut self,
        json: &mut Json<'s, 'j>,
        file: StringId,
        take: fn(&mut Self, &mut Json<'s, 'j>, StringId) -> Result<(), ProfileError>,
    ) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        while json.next_item()? {
            self.builder.place = json.place();
            if json.try_object()? {
                take(self, json, file)?;
            }
            let kept = self.lines.len() * size_of::<Line>() + self.functions.len() * 12;
            if (self.lines.len() + self.functions.len()).is_multiple_of(1024) {
                self.builder.has_room(kept as u64)?;
            }
            self.builder.tick()?;
        }
        Ok(())
    }

    fn function(&mut self, json: &mut Json<'_, '_>, file: StringId) -> Result<(), ProfileError> {
        let (mut name, mut line) = (NO_TEXT, 0);
        while let Some(key) = json.next_key()? {
            match key {
                "line" => name = self.builder.text(json.maybe_text()?.unwrap_or_default())?,
                "lineno" => line = json.maybe_row()?.unwrap_or(0),
                _ => json.skip()?,
            }
        }
        self.functions.push((file, line, name));
        Ok(())
    }

    fn line(&mut self, json: &mut Json<'_, '_>, file: StringId) -> Result<(), ProfileError> {
        let mut row = Line { file, line: 0, function_line: 0, percent: [0.0; 3], mebibytes: 0.0 };
        let [python, native, system] = &mut row.percent;
        while let Some(key) = json.next_key()? {
            match key {
                "lineno" => row.line = json.maybe_row()?.unwrap_or(0),
                "start_function_line" => row.function_line = json.maybe_row()?.unwrap_or(0),
                "n_cpu_percent_python" => *python = json.maybe_number()?.unwrap_or(0.0),
                "n_cpu_percent_c" => *native = json.maybe_number()?.unwrap_or(0.0),
                "n_sys_percent" => *system = json.maybe_number()?.unwrap_or(0.0),
                "n_malloc_mb" => row.mebibytes = json.maybe_number()?.unwrap_or(0.0),
                _ => json.skip()?,
            }
        }
        // A file tells each of its lines, also those where nothing was measured.
        if row.mebibytes != 0.0 || row.percent.iter().any(|&percent| percent != 0.0) {
            self.lines.push(row);
        }
        Ok(())
    }

    /// Pairs of a time in nanoseconds and mebibytes.
    fn memory(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        let mut counter = None;
        while json.next_item()? {
            if json.kind()? != Kind::Array {
                json.skip()?;
                continue;
            }
            let mut pair = [0.0; 2];
            json.begin_array()?;
            let mut nth = 0;
            while json.next_item()? {
                let number = json.maybe_number()?.unwrap_or(0.0);
                pair.get_mut(nth).into_iter().for_each(|slot| *slot = number);
                nth += 1;
            }
            let row = match counter {
                Some(row) => row,
                None => *counter.insert(self.builder.counter("memory", "bytes", ThreadId::NONE)?),
            };
            let [time, mebibytes] = pair;
            self.builder.count(row, time as i64, (mebibytes * MEBIBYTE).round())?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        self.functions.sort_unstable_by_key(|&(file, line, _)| (file, line));
        let module = self.builder.text("<module>")?;
        for row in &self.lines {
            let key = (row.file, row.function_line);
            let found = self.functions.binary_search_by_key(&key, |&(file, line, _)| (file, line)).ok();
            let found = found.and_then(|at| self.functions.get(at)).filter(|_| row.function_line > 0);
            let (name, first) = found.map_or((module, 0), |&(_, line, name)| (name, line));
            let function = self.builder.function(name, row.file, first)?;
            let frame = self.builder.frame(Spot { function, line: row.line, ..Spot::default() })?;
            let stack = self.builder.stack_of([frame])?;
            let [python, native, system] = row.percent.map(|percent| nanoseconds(percent / 100.0 * self.seconds));
            let all = python.saturating_add(native).saturating_add(system);
            let bytes = (row.mebibytes * MEBIBYTE).round() as i64;
            self.builder.sample(stack, &[python, native, system, bytes, all], At::default())?;
        }
        self.builder.profile.duration_ns = u64::try_from(nanoseconds(self.seconds)).ok();
        Ok(self.builder.finish(None))
    }
}

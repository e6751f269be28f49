//! DHAT's files (<https://valgrind.org/docs/manual/dh-manual.html>; the form is told at the top of `dhat/dh_main.c`), as valgrind writes them for
//! the heap, for copies and for what a program counts itself, and as the crate `dhat` does for Rust.

use super::Context;
use super::head::Head;
use super::json::Json;
use super::places::{Printed, add_stack, named};
use super::source::Source;
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::Profile;

/// What a place in the program can have: key, name here, and what it counts.
const MEASURES: [(&str, &str, Counted); 11] = [
    ("tb", "total", Counted::Units),
    ("tbk", "total", Counted::Blocks),
    ("gb", "peak", Counted::Units),
    ("gbk", "peak", Counted::Blocks),
    ("eb", "end", Counted::Units),
    ("ebk", "end", Counted::Blocks),
    ("mb", "largest", Counted::Units),
    ("mbk", "largest", Counted::Blocks),
    ("rb", "reads", Counted::Units),
    ("wb", "writes", Counted::Units),
    ("tl", "lifetimes", Counted::Time),
];

/// The two of [`MEASURES`] that hold for each place at a moment of its own.
const LARGEST: std::ops::Range<usize> = 6..8;
const LARGEST_REMARK: &str =
    "“largest” is the most that each place held at a moment of its own, so its sum is more than was ever held.";

/// The latest version that is known.
const LATEST: i64 = 2;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// Bytes, or what the program counts.
    Units,
    /// Blocks, or what it counts them in.
    Blocks,
    Time,
}

/// Whether it is a JSON object with DHAT's version in it.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    head.is_json_object() && head.has_key("dhatFileVersion")
}

struct Reader<'a> {
    builder: Builder<'a>,
    /// Names of units: of bytes, blocks and time.
    units: [String; 3],
    end: Option<i64>,
    /// Values of each place, a row of [`MEASURES`] each, and which of them occur.
    values: Vec<i64>,
    told: [bool; MEASURES.len()],
    /// Rows of the table of frames, the innermost first, and where those of each place end.
    frames: Vec<u32>,
    ends: Vec<usize>,
    spots: Vec<Spot>,
}

/// Reads the file piece by piece; the table of frames stands behind what needs it, so that is kept in short.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let units = ["bytes", "blocks", "instrs"].map(str::to_owned);
    let mut reader = Reader {
        builder: Builder::new("DHAT", context),
        units,
        end: None,
        values: Vec::new(),
        told: [false; MEASURES.len()],
        frames: Vec::new(),
        ends: Vec::new(),
        spots: Vec::new(),
    };
    let mut json = Json::new(source)?;
    match reader.document(&mut json) {
        Err(error) if json.is_cut() && !reader.spots.is_empty() && !reader.ends.is_empty() => {
            reader.builder.profile.warnings.push(format!("{error}. What stands before is shown."));
        }
        outcome => outcome?,
    }
    drop(json);
    reader.finish()
}

impl Reader<'_> {
    fn document(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        json.begin_object()?;
        while let Some(key) = json.next_key()? {
            match key {
                "dhatFileVersion" => {
                    let version = json.maybe_integer()?.unwrap_or(0);
                    if version > LATEST {
                        return Err(json.damaged(format!("it is of version {version}, but only versions up to {LATEST} are known")));
                    }
                }
                "mode" => self.comment("Mode:", json.maybe_text()?),
                "cmd" => self.comment("Command:", json.maybe_text()?),
                "bsu" => self.unit(0, json.maybe_text()?),
                "bksu" => self.unit(1, json.maybe_text()?),
                "tu" => self.unit(2, json.maybe_text()?),
                "te" => self.end = json.maybe_integer()?,
                "pps" => self.points(json)?,
                "ftbl" => self.frame_table(json)?,
                _ => json.skip()?,
            }
        }
        Ok(())
    }

    fn comment(&mut self, before: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|_| self.builder.profile.comments.len() < 64) {
            self.builder.profile.comments.push(format!("{before} {text}"));
        }
    }

    fn unit(&mut self, row: usize, text: Option<&str>) {
        let text = match text {
            Some("µs" | "us") => "microseconds",
            Some(text) => text,
            None => return,
        };
        self.units.get_mut(row).into_iter().for_each(|unit| *unit = text.to_owned());
    }

    fn points(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        while json.next_item()? {
            self.builder.place = json.place();
            if json.try_object()? {
                self.point(json)?;
            }
            if self.ends.len().is_multiple_of(1024) {
                self.builder.context.cancel.check()?;
                self.builder
                    .has_room((self.values.capacity() * 8 + self.frames.capacity() * 4 + self.ends.capacity() * 8) as u64)?;
            }
        }
        Ok(())
    }

    fn point(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        let mut row = [0; MEASURES.len()];
        while let Some(key) = json.next_key()? {
            if key == "fs" {
                self.chain(json)?;
                continue;
            }
            let Some(at) = MEASURES.iter().position(|(known, ..)| *known == key) else {
                json.skip()?;
                continue;
            };
            let value = json.maybe_integer()?;
            if let (Some(slot), Some(told), Some(value)) = (row.get_mut(at), self.told.get_mut(at), value) {
                (*slot, *told) = (value, true);
            }
        }
        self.values.extend_from_slice(&row);
        self.ends.push(self.frames.len());
        Ok(())
    }

    fn chain(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        while json.next_item()? {
            let row = json.maybe_row()?;
            self.frames.push(row.unwrap_or(u32::MAX));
            // A single chain can be as large as the file.
            if self.frames.len().is_multiple_of(1 << 16) {
                self.builder.has_room(self.frames.capacity() as u64 * 4)?;
            }
        }
        Ok(())
    }

    fn frame_table(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        while json.next_item()? {
            self.builder.place = json.place();
            let spot = Printed::parse(json.maybe_text()?.unwrap_or("???")).spot(&mut self.builder)?;
            self.spots.push(spot);
            self.builder.tick()?;
        }
        Ok(())
    }

    fn sample_types(&mut self) -> Result<Vec<usize>, ProfileError> {
        let told = self.told;
        let used: Vec<usize> = (0..MEASURES.len()).filter(|&at| told.get(at) == Some(&true)).collect();
        let [units, blocks, time] = std::mem::take(&mut self.units);
        for (_, name, counted) in used.iter().filter_map(|&at| MEASURES.get(at)) {
            match counted {
                Counted::Units => self.builder.sample_type(name, &units)?,
                Counted::Blocks => self.builder.sample_type(&format!("{name}_{blocks}"), "count")?,
                Counted::Time => self.builder.sample_type(name, &time)?,
            };
        }
        if let Some(end) = self.end {
            match time.as_str() {
                "microseconds" => self.builder.profile.duration_ns = u64::try_from(end).ok().and_then(|end| end.checked_mul(1000)),
                _ => self.builder.profile.comments.push(format!("It ran for {end} {time}.")),
            }
        }
        if LARGEST.clone().any(|at| told.get(at) == Some(&true)) {
            self.builder.profile.comments.push(LARGEST_REMARK.into());
        }
        Ok(used)
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        let used = self.sample_types()?;
        let unknown = named(&mut self.builder, "???")?;
        let (mut start, mut chain, mut values, mut is_missing) = (0, Vec::new(), Vec::new(), false);
        for (row, &end) in self.values.chunks_exact(MEASURES.len()).zip(&self.ends) {
            let rows = self.frames.get(start..end).unwrap_or_default();
            start = end;
            chain.clear();
            let spots = rows.iter().map(|&row| self.spots.get(row as usize).copied());
            chain.extend(spots.map(|spot| {
                is_missing |= spot.is_none();
                spot.unwrap_or(unknown)
            }));
            if chain.is_empty() {
                chain.push(unknown);
            }
            let stack = add_stack(&mut self.builder, &chain)?;
            values.clear();
            values.extend(used.iter().map(|&at| row.get(at).copied().unwrap_or(0)));
            self.builder.sample(stack, &values, At::default())?;
        }
        if is_missing {
            let text = "Some places are not in the file's table of places; they are shown as “???”.";
            self.builder.profile.warnings.push(text.into());
        }
        Ok(self.builder.finish(None))
    }
}

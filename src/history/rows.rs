//! What is kept, read out bucket by bucket: all of a long time, a little at once.

use std::collections::{BTreeMap, BTreeSet};

use super::blocks::{Blocks, Folded};
use super::bucket::Bucket;
use super::database::Database;
use super::error::HistoryError;
use super::reader::Archive;
use super::tier::Tier;
use super::top::TopMinute;
use crate::jobs::{Cancel, Progress};

/// Finer buckets stand for a coarser one when together they tell of so much of what it measured.
pub const ENOUGH: f32 = 0.999;

/// What is read out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// From here on: milliseconds since 1970-01-01 UTC.
    pub from: i64,
    /// Up to here.
    pub to: i64,
    /// Names of series, as they are kept; one that ends with `*` stands for all that begin so. None: all series.
    pub names: Vec<String>,
    /// How fine; `None`: of each moment what is finest.
    pub tier: Option<Tier>,
}

/// The last moment that is read out: the end of the year 9999, since later ones have no spelling that everybody reads.
pub const LAST: i64 = 253_402_300_800_000;

impl Default for Wanted {
    fn default() -> Self {
        Self { from: 0, to: LAST, names: Vec::new(), tier: None }
    }
}

/// A bucket and how long it is.
pub type Row = (Tier, Bucket);
/// Takes some buckets of the series of this name.
pub type Sink<'a, E> = &'a mut dyn FnMut(&str, &[Row]) -> Result<(), E>;

impl Archive {
    /// Reads out what is wanted: of each series, in the order of their names, its buckets in the order of time, some at once. A moment of which nothing
    /// is known has none. It is the state of one moment, whatever is recorded meanwhile. Returns how many series there were.
    ///
    /// # Errors
    /// When there is no history, none of a wanted name, or it cannot be read; when cancelled; and those of `sink`.
    pub fn each_bucket<E: From<HistoryError>>(
        &self,
        wanted: &Wanted,
        (cancel, progress): (&Cancel, &Progress),
        sink: Sink<'_, E>,
    ) -> Result<usize, E> {
        let database = self.opened()?;
        database.reading(|_| {
            let folded = Folded::new(&database)?;
            let chosen = chosen(&database, &wanted.names)?;
            progress.phase("Reading the history", chosen.len() as u64);
            for (name, series) in &chosen {
                let line = Line { folded: &folded, series: *series, from: wanted.from, to: wanted.to, cancel };
                line.each(wanted.tier, &mut |rows| if rows.is_empty() { Ok(()) } else { sink(name, rows) })?;
                progress.add(1);
            }
            Ok(chosen.len())
        })
    }

    /// Reads out the minutes from `from` up to `to` (milliseconds since 1970) with the processes that used most.
    ///
    /// # Errors
    /// As [`Archive::each_bucket`].
    pub fn each_minute<E: From<HistoryError>>(
        &self,
        (from, to): (i64, i64),
        (cancel, progress): (&Cancel, &Progress),
        sink: &mut dyn FnMut(&TopMinute) -> Result<(), E>,
    ) -> Result<(), E> {
        let database = self.opened()?;
        database.reading(|_| {
            let hours = database.process_hours()?;
            let hours: Vec<i64> = hours.into_iter().filter(|hour| *hour < to && hour + Tier::Hour.width() > from).collect();
            progress.phase("Reading the processes", hours.len() as u64);
            for hour in hours {
                cancel.check().map_err(HistoryError::from)?;
                let is_wanted = |minute: &TopMinute| minute.start < to && minute.start + Tier::Minute.width() > from;
                for minute in database.minutes_within(hour)?.iter().filter(|minute| is_wanted(minute)) {
                    sink(minute)?;
                }
                progress.add(1);
            }
            Ok(())
        })
    }

    /// The database, open for reading.
    pub(super) fn opened(&self) -> Result<Database, HistoryError> {
        Database::open_to_read(self.path())?.ok_or_else(|| HistoryError::Nothing { path: self.path().to_owned() })
    }
}

/// The series of these names, by name.
fn chosen(database: &Database, names: &[String]) -> Result<BTreeMap<String, u32>, HistoryError> {
    let known: BTreeMap<String, u32> = database.series()?.into_iter().collect();
    let is_meant = |wanted: &str, name: &str| match wanted.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == wanted,
    };
    if let Some(name) = names.iter().find(|wanted| !known.keys().any(|name| is_meant(wanted, name))) {
        let known: Vec<&str> = known.keys().map(String::as_str).collect();
        return Err(HistoryError::NoMetric { name: name.clone(), known: known.join(", ") });
    }
    Ok(known.into_iter().filter(|(name, _)| names.is_empty() || names.iter().any(|wanted| is_meant(wanted, name))).collect())
}

/// One series within a stretch of time.
struct Line<'a> {
    folded: &'a Folded<'a>,
    series: u32,
    from: i64,
    to: i64,
    cancel: &'a Cancel,
}

impl Line<'_> {
    fn each<E: From<HistoryError>>(&self, tier: Option<Tier>, sink: &mut dyn FnMut(&[Row]) -> Result<(), E>) -> Result<(), E> {
        match tier {
            Some(tier) => self.of_tier(tier, sink),
            None => self.finest(sink),
        }
    }

    fn of_tier<E: From<HistoryError>>(&self, tier: Tier, sink: &mut dyn FnMut(&[Row]) -> Result<(), E>) -> Result<(), E> {
        for start in self.folded.starts(tier, self.series, self.from, self.to)? {
            self.cancel.check().map_err(HistoryError::from)?;
            let buckets = self.folded.block(tier, self.series, start)?.buckets;
            let inside = buckets.into_iter().filter(|bucket| tier.overlaps(bucket, self.from, self.to));
            sink(&inside.map(|bucket| (tier, bucket)).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Hours, and in the place of each bucket the finer ones wherever they tell as much. Six hours at once.
    fn finest<E: From<HistoryError>>(&self, sink: &mut dyn FnMut(&[Row]) -> Result<(), E>) -> Result<(), E> {
        let hours = self.folded.buckets(Tier::Hour, self.series, self.from, self.to)?;
        for start in self.windows(&hours)? {
            self.cancel.check().map_err(HistoryError::from)?;
            let end = start + Tier::Minute.block();
            let inside = hours.iter().filter(|hour| (start..end).contains(&hour.start));
            let mut rows: Vec<Row> = inside.map(|hour| (Tier::Hour, *hour)).collect();
            for tier in [Tier::Minute, Tier::TenSeconds, Tier::Second] {
                rows = refined(&rows, tier, &self.folded.buckets(tier, self.series, start, end)?);
            }
            rows.retain(|(tier, bucket)| tier.overlaps(bucket, self.from, self.to));
            sink(&rows)?;
        }
        Ok(())
    }

    /// Where the stretches of six hours begin that have anything.
    fn windows(&self, hours: &[Bucket]) -> Result<BTreeSet<i64>, HistoryError> {
        let window = |at: i64| Tier::Minute.block_of(at);
        let mut windows: BTreeSet<i64> = hours.iter().map(|hour| window(hour.start)).collect();
        for tier in [Tier::Minute, Tier::TenSeconds, Tier::Second] {
            windows.extend(self.folded.starts(tier, self.series, self.from, self.to)?.into_iter().map(window));
        }
        Ok(windows)
    }
}

/// `rows` with buckets of `tier` in the places of those of the next coarser one of which they tell as much, and where there are none at all.
fn refined(rows: &[Row], tier: Tier, fine: &[Bucket]) -> Vec<Row> {
    let mut refined = Vec::with_capacity(rows.len().max(fine.len()));
    let mut rest = fine;
    let as_rows = |buckets: &[Bucket]| buckets.iter().map(|bucket| (tier, *bucket)).collect::<Vec<_>>();
    for (coarse, bucket) in rows {
        refined.extend(as_rows(up_to(&mut rest, bucket.start)));
        let inside = up_to(&mut rest, bucket.start + coarse.width());
        if tier.coarser() == Some(*coarse) && tells_as_much(inside, bucket) {
            refined.extend(as_rows(inside));
        } else {
            refined.push((*coarse, *bucket));
        }
    }
    refined.extend(as_rows(rest));
    refined
}

/// Takes those off that begin before `end`.
fn up_to<'b>(rest: &mut &'b [Bucket], end: i64) -> &'b [Bucket] {
    let (before, after) = rest.split_at(rest.partition_point(|bucket| bucket.start < end));
    *rest = after;
    before
}

/// Whether finer buckets tell as much as the coarser one that they lie in.
pub fn tells_as_much(fine: &[Bucket], coarse: &Bucket) -> bool {
    fine.iter().map(|bucket| bucket.seconds).sum::<f32>() >= coarse.seconds * ENOUGH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(start: i64, seconds: f32) -> Bucket {
        Bucket { start, min: 1.0, mean: 2.0, max: 3.0, seconds }
    }

    #[test]
    fn finer_buckets_stand_for_a_coarser_one_only_when_they_tell_as_much() {
        let minutes = [(Tier::Minute, of(0, 60.0)), (Tier::Minute, of(60_000, 60.0)), (Tier::Hour, of(3_600_000, 3600.0))];
        let whole: Vec<Bucket> = (0..6).map(|n| of(n * 10_000, 10.0)).collect();
        let part = [of(60_000, 10.0), of(70_000, 10.0)];
        let beside = [of(130_000, 10.0), of(3_600_000, 10.0), of(7_200_000, 4.0)];
        let fine: Vec<Bucket> = whole.iter().chain(&part).chain(&beside).copied().collect();
        let told: Vec<_> = refined(&minutes, Tier::TenSeconds, &fine).iter().map(|(tier, b)| (*tier, b.start / 1000)).collect();
        let tens = |seconds: [i64; 6]| seconds.map(|second| (Tier::TenSeconds, second));
        let expected: Vec<_> = tens([0, 10, 20, 30, 40, 50])
            .into_iter()
            .chain([(Tier::Minute, 60), (Tier::TenSeconds, 130), (Tier::Hour, 3600), (Tier::TenSeconds, 7200)])
            .collect();
        assert_eq!(told, expected);
    }
}

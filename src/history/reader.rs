//! Looking back, while the recorder may be writing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension, params};

use super::bucket::{Bucket, folded, merged};
use super::codec::Block;
use super::database::Database;
use super::error::HistoryError;
use super::fold::of_samples;
use super::recent::{self, Sample};
use super::stretch::{Line, Stretch};
use super::tier::Tier;
use super::top::TopMinute;
use super::{milliseconds, names};
use crate::jobs::Cancel;
use crate::sampler::Metric;

/// A line holds at most so many buckets for each pixel that was asked for.
const PER_PIXEL: usize = 2;

/// What is on disk of the past.
#[derive(Clone, Debug)]
pub struct Archive {
    path: PathBuf,
}

impl Archive {
    /// The history in this file, which need not be there yet.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What these metrics did from `from` to `to` (seconds since 1970), as finely as so many pixels can show and as is still kept at `now`.
    ///
    /// # Errors
    /// When the file cannot be read, and when cancelled.
    pub fn stretch(
        &self,
        metrics: &[Metric],
        (from, to): (f64, f64),
        pixels: usize,
        now: f64,
        cancel: &Cancel,
    ) -> Result<Stretch, HistoryError> {
        let (from, to, now) = (milliseconds(from), milliseconds(to), milliseconds(now));
        let tier = Tier::for_stretch(from, to, pixels, now);
        let width = tier.width().max((to - from) / (pixels.max(1) * PER_PIXEL) as i64 / tier.width() * tier.width());
        let mut stretch = Stretch { from, to, width, lines: BTreeMap::new() };
        let Some(database) = Database::open_to_read(&self.path)? else { return Ok(stretch) };
        let known = database.series()?;
        let recent = of_samples(&samples(&database, from, to)?, tier.width());
        for metric in metrics {
            cancel.check()?;
            let Some(id) = names::name(metric).and_then(|name| known.get(&name).copied()) else { continue };
            let (mut buckets, mut interval) = buckets(&database, tier, id, from, to)?;
            if let Some((newer, meant)) = recent.get(&id) {
                buckets = with_newer(tier, &buckets, newer);
                interval = interval.max(*meant);
            }
            if !buckets.is_empty() {
                let line = Line::new(buckets, tier.width(), interval);
                stretch.lines.insert(metric.clone(), if width > tier.width() { line.coarser(width) } else { line });
            }
        }
        Ok(stretch)
    }

    /// All metrics that are kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn metrics(&self) -> Result<Vec<Metric>, HistoryError> {
        let Some(database) = Database::open_to_read(&self.path)? else { return Ok(Vec::new()) };
        let mut metrics: Vec<Metric> = database.series()?.keys().filter_map(|name| names::metric(name)).collect();
        metrics.sort();
        Ok(metrics)
    }

    /// When the first and the last thing was measured, to the bucket (seconds since 1970). `None` while there is nothing.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn span(&self) -> Result<Option<(f64, f64)>, HistoryError> {
        let Some(database) = Database::open_to_read(&self.path)? else { return Ok(None) };
        let ends: (Option<i64>, Option<i64>) = database.run(|connection| {
            connection.query_row("SELECT min(start), max(end) FROM recent", [], |row| Ok((row.get(0)?, row.get(1)?)))
        })?;
        let (mut first, mut last) = ends;
        for tier in Tier::ALL {
            let blocks: Vec<(i64, Vec<u8>)> = database.run(|connection| {
                let select = "SELECT start, data FROM blocks WHERE tier = ?1 AND start IN
                    ((SELECT min(start) FROM blocks WHERE tier = ?1), (SELECT max(start) FROM blocks WHERE tier = ?1))";
                let mut select = connection.prepare(select)?;
                let rows = select.query_map([tier.id()], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect()
            })?;
            for bucket in
                blocks.iter().filter_map(|(start, data)| Block::from_bytes(data, tier, *start)).flat_map(|block| block.buckets)
            {
                first = Some(first.map_or(bucket.start, |first| first.min(bucket.start)));
                // The end of a coarse bucket says little of when the last thing was measured.
                if tier == Tier::Second {
                    last = Some(last.map_or(bucket.start, |last| last.max(bucket.start)));
                } else if last.is_none() {
                    last = Some(bucket.start);
                }
            }
        }
        Ok(first.zip(last).map(|(first, last)| (first as f64 / 1000.0, last as f64 / 1000.0)))
    }

    /// The processes that used most in the minute that holds `at` (seconds since 1970). `None` where nothing was kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn top_at(&self, at: f64) -> Result<Option<TopMinute>, HistoryError> {
        let Some(database) = Database::open_to_read(&self.path)? else { return Ok(None) };
        let (minute, hour) = (Tier::Minute.bucket_of(milliseconds(at)), Tier::Hour.bucket_of(milliseconds(at)));
        let row: Option<Vec<u8>> = database.run(|connection| {
            connection.query_row("SELECT data FROM minutes WHERE start = ?1", [minute], |row| row.get(0)).optional()
        })?;
        if let Some(data) = row {
            return Ok(TopMinute::from_bytes(minute, &data));
        }
        let minutes = database.minutes_of(hour)?;
        Ok(minutes.into_iter().find(|kept| kept.start == minute))
    }
}

/// Stored buckets, and those of samples that are not folded yet. An hour is stored before it is over, and has both.
fn with_newer(tier: Tier, stored: &[Bucket], newer: &[Bucket]) -> Vec<Bucket> {
    if tier != Tier::Hour {
        return merged(stored, newer);
    }
    let mut all = [stored, newer].concat();
    all.sort_by_key(|bucket| bucket.start);
    folded(&all, tier.width())
}

/// Samples of the stretch that are not folded yet, in the order in which they came.
fn samples(database: &Database, from: i64, to: i64) -> Result<Vec<Sample>, HistoryError> {
    let rows: Vec<Vec<u8>> = database.run(|connection| {
        let mut select = connection.prepare("SELECT data FROM recent WHERE end >= ?1 AND start < ?2 ORDER BY id")?;
        let rows = select.query_map([from, to], |row| row.get(0))?;
        rows.collect()
    })?;
    let samples = rows.iter().filter_map(|row| recent::from_bytes(row)).flatten();
    Ok(samples.filter(|sample| (from..to).contains(&sample.at)).collect())
}

fn buckets(database: &Database, tier: Tier, series: u32, from: i64, to: i64) -> Result<(Vec<Bucket>, f32), HistoryError> {
    let blocks: Vec<(i64, Vec<u8>)> = database.run(|connection| {
        let select = "SELECT start, data FROM blocks WHERE tier = ?1 AND series = ?2 AND start >= ?3 AND start < ?4 ORDER BY start";
        let mut select = connection.prepare(select)?;
        let rows = select.query_map(params![tier.id(), series, tier.block_of(from), to], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    })?;
    let (mut buckets, mut interval) = (Vec::new(), 0.0_f32);
    // A damaged block is a gap.
    for block in blocks.iter().filter_map(|(start, data)| Block::from_bytes(data, tier, *start)) {
        interval = interval.max(block.interval);
        buckets.extend(block.buckets.into_iter().filter(|bucket| bucket.start + tier.width() > from && bucket.start < to));
    }
    Ok((buckets, interval))
}

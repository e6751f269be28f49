//! Folding samples into buckets, buckets into coarser ones, and dropping what has become too old.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use super::blocks::Blocks;
use super::bucket::{Bucket, Sum, folded, merged};
use super::database::Database;
use super::error::HistoryError;
use super::recent::{self, Sample};
use super::tier::Tier;
use super::top::{TopMinute, hour_to_bytes};

/// Share of the largest size that is left after shrinking.
const SHRUNK: f64 = 0.9;

/// What a series did, in buckets of the finest tier, and the largest interval that was meant.
#[derive(Debug, Default)]
struct Fine {
    sums: BTreeMap<i64, Sum>,
    interval: f32,
}

/// Buckets of the finest tier of each series, from samples.
pub fn of_samples(samples: &[Sample], width: i64) -> BTreeMap<u32, (Vec<Bucket>, f32)> {
    let mut series: BTreeMap<u32, Fine> = BTreeMap::new();
    for sample in samples {
        let start = sample.at.div_euclid(width) * width;
        for (id, value) in &sample.values {
            let Some(bucket) = Bucket::of(start, *value, sample.interval) else { continue };
            let fine = series.entry(*id).or_default();
            fine.sums.entry(start).or_default().add(&bucket);
            fine.interval = fine.interval.max(sample.interval);
        }
    }
    let bucket = |(start, sum): (&i64, &Sum)| sum.bucket(*start);
    series.into_iter().map(|(id, fine)| (id, (fine.sums.iter().filter_map(bucket).collect(), fine.interval))).collect()
}

/// The spans of which there are samples that are not folded yet, in order.
pub fn pending_spans(database: &Database) -> Result<Vec<i64>, HistoryError> {
    let spans: BTreeSet<i64> = database.run(|connection| {
        let mut select = connection.prepare("SELECT DISTINCT start FROM recent")?;
        let rows = select.query_map([], |row| row.get::<_, i64>(0))?;
        rows.map(|start| Ok(Tier::Second.block_of(start?))).collect::<rusqlite::Result<_>>()
    })?;
    Ok(spans.into_iter().collect())
}

/// Folds all samples of spans that are over at `now`. Returns how many spans there were.
pub fn fold(database: &Database, now: i64) -> Result<usize, HistoryError> {
    let current = Tier::Second.block_of(now);
    let mut spans = pending_spans(database)?;
    // After the clock was set back there are spans of a time that is yet to come; they are over too.
    spans.retain(|span| *span != current);
    for span in &spans {
        database.writing(|_| fold_span(database, *span))?;
    }
    Ok(spans.len())
}

/// The samples of a span that are not folded yet, as buckets of the finest tier of each series.
pub fn span_buckets(database: &Database, span: i64) -> Result<BTreeMap<u32, (Vec<Bucket>, f32)>, HistoryError> {
    let end = span + Tier::SPAN;
    let rows: Vec<Vec<u8>> = database.run(|connection| {
        let mut select = connection.prepare("SELECT data FROM recent WHERE start >= ?1 AND start < ?2 ORDER BY id")?;
        let rows = select.query_map([span, end], |row| row.get(0))?;
        rows.collect()
    })?;
    // A batch that is damaged is lost; the others are not.
    let samples: Vec<Sample> = rows.iter().filter_map(|row| recent::from_bytes(row)).flatten().collect();
    Ok(of_samples(&samples, Tier::Second.width()))
}

fn fold_span(database: &Database, span: i64) -> Result<(), HistoryError> {
    for (series, (buckets, interval)) in span_buckets(database, span)? {
        fold_series(database, series, span, &buckets, interval)?;
    }
    let end = span + Tier::SPAN;
    database.run(|connection| connection.execute("DELETE FROM recent WHERE start >= ?1 AND start < ?2", [span, end]))?;
    Ok(())
}

/// Puts buckets of the finest tier in their place, and makes those of the coarser ones anew from the finer ones.
pub fn fold_series(blocks: &impl Blocks, series: u32, span: i64, fine: &[Bucket], interval: f32) -> Result<(), HistoryError> {
    let mut changed = fine.to_vec();
    for tier in Tier::ALL {
        let start = tier.block_of(span);
        let mut block = blocks.block(tier, series, start)?;
        block.buckets = merged(&block.buckets, &changed);
        block.interval = block.interval.max(interval);
        blocks.put_block(tier, series, start, &block)?;
        let Some(coarser) = tier.coarser() else { break };
        // The coarse buckets that this span lies in, with all that is known of them. A span is a part of an hour, and of each hour
        // that a block of minutes has only one is meant.
        let (from, to) = (coarser.bucket_of(span), (span + Tier::SPAN).max(coarser.bucket_of(span) + coarser.width()));
        let known: Vec<Bucket> = block.buckets.into_iter().filter(|bucket| (from..to).contains(&bucket.start)).collect();
        changed = folded(&known, coarser.width());
    }
    Ok(())
}

/// Keeps the processes of a minute. Minutes of hours that are over are put together.
pub fn keep_minute(database: &Database, minute: &TopMinute) -> Result<(), HistoryError> {
    let insert = "INSERT OR REPLACE INTO minutes VALUES (?1, ?2)";
    database.run(|connection| connection.execute(insert, params![minute.start, minute.to_bytes()]))?;
    fold_minutes(database, minute.start)
}

/// Puts minutes of hours other than that of `now` together, an hour in a row.
pub fn fold_minutes(database: &Database, now: i64) -> Result<(), HistoryError> {
    let hour = |at: i64| Tier::Hour.bucket_of(at);
    let rows: Vec<(i64, Vec<u8>)> = database.run(|connection| {
        let mut select = connection.prepare("SELECT start, data FROM minutes WHERE start < ?1 OR start >= ?2 ORDER BY start")?;
        let rows = select.query_map([hour(now), hour(now) + Tier::Hour.width()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    })?;
    let mut hours: BTreeMap<i64, Vec<TopMinute>> = BTreeMap::new();
    for minute in rows.iter().filter_map(|(start, data)| TopMinute::from_bytes(*start, data)) {
        hours.entry(hour(minute.start)).or_default().push(minute);
    }
    for (start, mut minutes) in hours {
        database.writing(|connection| {
            let old = database.minutes_of(start)?;
            minutes.extend(old.into_iter().filter(|old| !rows.iter().any(|(start, _)| *start == old.start)));
            minutes.sort_by_key(|minute| minute.start);
            database.run(|_| {
                connection.execute("INSERT OR REPLACE INTO hours VALUES (?1, ?2)", params![start, hour_to_bytes(&minutes)])
            })?;
            let end = start + Tier::Hour.width();
            database.run(|_| connection.execute("DELETE FROM minutes WHERE start >= ?1 AND start < ?2", [start, end]))
        })?;
    }
    Ok(())
}

/// Drops what is older than its tier is kept. Where the rest is still more than `most` bytes, finer tiers are kept for a shorter time.
pub fn drop_old(database: &Database, now: i64, most: u64) -> Result<(), HistoryError> {
    drop_older(database, now, 1.0)?;
    let mut share = 1.0;
    for _ in 0..8 {
        let bytes = database.bytes()?;
        if bytes <= most {
            break;
        }
        share *= (most as f64 / bytes as f64 * SHRUNK).clamp(0.1, SHRUNK);
        drop_older(database, now, share)?;
    }
    Ok(())
}

fn drop_older(database: &Database, now: i64, share: f64) -> Result<(), HistoryError> {
    database.writing(|_| {
        for (tier, keep) in Tier::ALL.into_iter().filter_map(|tier| Some((tier, tier.keep()?))) {
            let before = now - (keep as f64 * share) as i64 - tier.block();
            database
                .run(|connection| connection.execute("DELETE FROM blocks WHERE tier = ?1 AND start < ?2", [tier.id(), before]))?;
            if tier == Tier::Minute {
                database.run(|connection| connection.execute("DELETE FROM hours WHERE start < ?1", [before]))?;
            }
        }
        Ok(())
    })
}

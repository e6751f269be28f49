//! Blocks as they are in the database, and as they will be when all samples are folded.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use super::bucket::Bucket;
use super::codec::Block;
use super::database::Database;
use super::error::HistoryError;
use super::fold::{fold_series, pending_spans, span_buckets};
use super::tier::Tier;

/// Where blocks come from and go to.
pub trait Blocks {
    /// The block of a series; an empty one where there is none.
    fn block(&self, tier: Tier, series: u32, start: i64) -> Result<Block, HistoryError>;
    /// Keeps the block of a series in the place of what was there.
    fn put_block(&self, tier: Tier, series: u32, start: i64, block: &Block) -> Result<(), HistoryError>;
}

impl Blocks for Database {
    fn block(&self, tier: Tier, series: u32, start: i64) -> Result<Block, HistoryError> {
        self.stored_block(tier, series, start)
    }

    fn put_block(&self, tier: Tier, series: u32, start: i64, block: &Block) -> Result<(), HistoryError> {
        self.store_block(tier, series, start, block)
    }
}

/// The database with all samples folded that are not folded yet: in memory, so that nothing is written by looking.
pub struct Folded<'a> {
    database: &'a Database,
    changed: RefCell<BTreeMap<(u32, Tier, i64), Block>>,
}

impl<'a> Folded<'a> {
    /// As the database is now; later changes of it are seen where no sample waits.
    pub fn new(database: &'a Database) -> Result<Self, HistoryError> {
        let folded = Self { database, changed: RefCell::default() };
        for span in pending_spans(database)? {
            for (series, (buckets, interval)) in span_buckets(database, span)? {
                fold_series(&folded, series, span, &buckets, interval)?;
            }
        }
        Ok(folded)
    }

    /// The block, where samples that are not folded yet change it.
    pub fn changed(&self, tier: Tier, series: u32, start: i64) -> Option<Block> {
        self.changed.borrow().get(&(series, tier, start)).cloned()
    }

    /// Where the blocks begin that have something from `from` up to `to`, in order.
    pub fn starts(&self, tier: Tier, series: u32, from: i64, to: i64) -> Result<BTreeSet<i64>, HistoryError> {
        let first = tier.block_of(from);
        let mut starts: BTreeSet<i64> = self.database.run(|connection| {
            let select = "SELECT start FROM blocks WHERE tier = ?1 AND series = ?2 AND start >= ?3 AND start < ?4";
            let mut select = connection.prepare(select)?;
            let rows = select.query_map(params![tier.id(), series, first, to], |row| row.get(0))?;
            rows.collect::<rusqlite::Result<_>>()
        })?;
        let changed = self.changed.borrow();
        starts.extend(changed.range((series, tier, first)..(series, tier, to.max(first))).map(|((.., start), _)| *start));
        Ok(starts)
    }

    /// The buckets of a series that have something from `from` up to `to`.
    pub fn buckets(&self, tier: Tier, series: u32, from: i64, to: i64) -> Result<Vec<Bucket>, HistoryError> {
        let mut buckets = Vec::new();
        for start in self.starts(tier, series, from, to)? {
            let block = self.block(tier, series, start)?;
            buckets.extend(block.buckets.into_iter().filter(|bucket| tier.overlaps(bucket, from, to)));
        }
        Ok(buckets)
    }

    /// The first and the last bucket of a series; `None` where there is none.
    pub fn ends(&self, tier: Tier, series: u32) -> Result<Option<(Bucket, Bucket)>, HistoryError> {
        let starts = self.starts(tier, series, i64::MIN / 2, i64::MAX / 2)?;
        let (mut first, mut last) = (None, None);
        // A damaged block has no buckets: then those beside it are the ends.
        for start in &starts {
            first = self.block(tier, series, *start)?.buckets.first().copied();
            if first.is_some() {
                break;
            }
        }
        for start in starts.iter().rev() {
            last = self.block(tier, series, *start)?.buckets.last().copied();
            if last.is_some() {
                break;
            }
        }
        Ok(first.zip(last))
    }
}

impl Blocks for Folded<'_> {
    fn block(&self, tier: Tier, series: u32, start: i64) -> Result<Block, HistoryError> {
        match self.changed(tier, series, start) {
            Some(block) => Ok(block),
            None => self.database.stored_block(tier, series, start),
        }
    }

    fn put_block(&self, tier: Tier, series: u32, start: i64, block: &Block) -> Result<(), HistoryError> {
        self.changed.borrow_mut().insert((series, tier, start), block.clone());
        Ok(())
    }
}

//! Buckets and processes from elsewhere, merged into what is kept here.
//!
//! What was measured here wins: a bucket or a minute that is there stays as it is, so importing the same twice changes nothing. Coarser buckets are made
//! anew from the finer ones that came, unless those that are there tell of more than is left of the finer ones they were made from. All is written
//! in one transaction: whatever fails, nothing is half imported.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use rusqlite::params;

use super::blocks::Folded;
use super::bucket::{Bucket, folded, merged};
use super::codec::Block;
use super::database::{Database, ENDED};
use super::error::HistoryError;
use super::lock::{Pen, Turn};
use super::recorder::MOST_SERIES;
use super::rows::tells_as_much;
use super::tier::Tier;
use super::top::{TopMinute, TopProcess, hour_to_bytes, shortened};

/// Buckets that are held until they are merged; those of one series that lie together are merged at once.
const HELD: usize = 200_000;
/// Processes that are held until they are merged.
const HELD_PROCESSES: usize = 50_000;
/// Processes of one minute: the recorder keeps at most twelve.
const MOST_PROCESSES: usize = 64;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows that came.
    pub rows: u64,
    /// Of these, what was not there.
    pub added: u64,
}

impl Imported {
    /// Rows of which something was there, which stayed.
    pub fn there(&self) -> u64 {
        self.rows.saturating_sub(self.added)
    }
}

/// Imports what `fill` hands over into the history in this folder, which is made where there is none. `pen` is that of this program's recorder, whose
/// samples wait meanwhile.
///
/// # Errors
/// When another program writes the history, when it cannot be written, and those of `fill`; then nothing was changed.
pub fn import<E: From<HistoryError>>(
    folder: &Path,
    pen: Option<&Pen>,
    fill: impl FnOnce(&mut Importer<'_>) -> Result<(), E>,
) -> Result<Imported, E> {
    let turn = Turn::take(folder, pen)?;
    let database = Database::open(&folder.join(super::FILE))?;
    // A recorder of this program says so itself.
    let ends = |ended: i64| if turn.lock.is_some() { database.set_state(ENDED, ended) } else { Ok(()) };
    ends(0)?;
    let imported = database.writing(|_| {
        let folded = Folded::new(&database)?;
        let mut importer = Importer::new(&database, &folded)?;
        fill(&mut importer)?;
        Ok::<_, E>(importer.finish()?)
    });
    // What could not be marked as ended in order is only looked at more thoroughly.
    let _ = ends(1);
    // The log goes into the database; a reader may keep it from that, then it happens later.
    let _ = database.run(|connection| connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);"));
    imported
}

/// Takes in what is imported.
pub struct Importer<'a> {
    database: &'a Database,
    here: &'a Folded<'a>,
    numbers: HashMap<String, u32>,
    buckets: BTreeMap<(u32, Tier, i64), Vec<Bucket>>,
    held: usize,
    minutes: BTreeMap<i64, Vec<TopProcess>>,
    held_processes: usize,
    /// Minutes that came and were not there.
    new_minutes: BTreeSet<i64>,
    told: Imported,
}

impl<'a> Importer<'a> {
    fn new(database: &'a Database, here: &'a Folded<'a>) -> Result<Self, HistoryError> {
        let (numbers, told) = (database.series()?, Imported::default());
        let (buckets, minutes, new_minutes) = Default::default();
        Ok(Self { database, here, numbers, buckets, held: 0, minutes, held_processes: 0, new_minutes, told })
    }

    /// Takes in a bucket of this fineness of a series. Of several of one moment the first counts.
    ///
    /// # Errors
    /// When there are too many series, and when the database cannot be written.
    pub fn bucket(&mut self, series: &str, tier: Tier, bucket: Bucket) -> Result<(), HistoryError> {
        let number = self.number(series)?;
        self.buckets.entry((number, tier, tier.block_of(bucket.start))).or_default().push(bucket);
        self.told.rows += 1;
        self.held += 1;
        if self.held >= HELD { self.merge_buckets() } else { Ok(()) }
    }

    /// Takes in one of the processes that used most in the minute that begins at `start`.
    ///
    /// # Errors
    /// When there are too many in a minute, and when the database cannot be written.
    pub fn process(&mut self, start: i64, mut process: TopProcess) -> Result<(), HistoryError> {
        if self.held_processes >= HELD_PROCESSES && !self.minutes.contains_key(&start) {
            self.merge_minutes()?;
        }
        self.told.rows += 1;
        self.held_processes += 1;
        let minute = self.minutes.entry(start).or_default();
        if minute.iter().any(|known| known.pid == process.pid) {
            return Ok(());
        }
        if minute.len() >= MOST_PROCESSES {
            return Err(HistoryError::TooMany { what: "processes of a minute", most: MOST_PROCESSES });
        }
        process.name = shortened(&process.name);
        minute.push(process);
        Ok(())
    }

    fn finish(mut self) -> Result<Imported, HistoryError> {
        self.merge_buckets()?;
        self.merge_minutes()?;
        Ok(self.told)
    }

    fn number(&mut self, series: &str) -> Result<u32, HistoryError> {
        if let Some(number) = self.numbers.get(series) {
            return Ok(*number);
        }
        if self.numbers.len() >= MOST_SERIES {
            return Err(HistoryError::TooMany { what: "series", most: MOST_SERIES });
        }
        let number = self.database.series_number(series)?;
        self.numbers.insert(series.to_owned(), number);
        Ok(number)
    }

    fn merge_buckets(&mut self) -> Result<(), HistoryError> {
        self.held = 0;
        for ((series, tier, start), mut buckets) in std::mem::take(&mut self.buckets) {
            // This sorting leaves those of one moment in the order in which they came.
            buckets.sort_by_key(|bucket| bucket.start);
            buckets.dedup_by_key(|bucket| bucket.start);
            let stored = self.database.stored_block(tier, series, start)?;
            let recorded = self.here.changed(tier, series, start).unwrap_or_default();
            let has = |block: &Block, at: i64| block.buckets.binary_search_by_key(&at, |bucket| bucket.start).is_ok();
            buckets.retain(|bucket| !has(&stored, bucket.start) && !has(&recorded, bucket.start));
            self.told.added += buckets.len() as u64;
            self.put(tier, series, stored, &buckets)?;
        }
        Ok(())
    }

    /// Puts new buckets beside those of their block, and makes the coarser ones that they lie in.
    fn put(&self, tier: Tier, series: u32, stored: Block, new: &[Bucket]) -> Result<(), HistoryError> {
        // What was measured for longer than the bucket is long was measured in steps of that length.
        let interval = new.iter().map(|bucket| bucket.seconds).fold(0.0, f32::max);
        let (mut tier, mut before, mut changed) = (tier, stored, new.to_vec());
        while let Some(first) = changed.first() {
            let at = first.start;
            let interval = before.interval.max(interval);
            let after = Block { buckets: merged(&before.buckets, &changed), interval };
            self.database.store_block(tier, series, tier.block_of(at), &after)?;
            let Some(coarser) = tier.coarser() else { break };
            let known = self.database.stored_block(coarser, series, coarser.block_of(at))?;
            changed = coarser_of(&changed, coarser, (&before, &after), &known);
            (tier, before) = (coarser, known);
        }
        Ok(())
    }

    fn merge_minutes(&mut self) -> Result<(), HistoryError> {
        self.held_processes = 0;
        let minutes = std::mem::take(&mut self.minutes);
        let hours: BTreeSet<i64> = minutes.keys().map(|start| Tier::Hour.bucket_of(*start)).collect();
        for hour in hours {
            let came = minutes.range(hour..hour + Tier::Hour.width());
            self.merge_hour(hour, came)?;
        }
        Ok(())
    }

    fn merge_hour<'m>(
        &mut self,
        hour: i64,
        came: impl Iterator<Item = (&'m i64, &'m Vec<TopProcess>)>,
    ) -> Result<(), HistoryError> {
        let there: BTreeSet<i64> = self.database.minutes_within(hour)?.iter().map(|minute| minute.start).collect();
        let mut kept: BTreeMap<i64, TopMinute> =
            self.database.minutes_of(hour)?.into_iter().map(|minute| (minute.start, minute)).collect();
        let added = self.told.added;
        for (start, processes) in came {
            if there.contains(start) && !self.new_minutes.contains(start) {
                continue;
            }
            self.new_minutes.insert(*start);
            let minute = kept.entry(*start).or_insert_with(|| TopMinute { start: *start, processes: Vec::new() });
            let is_new = |process: &&TopProcess| !minute.processes.iter().any(|known| known.pid == process.pid);
            let new: Vec<TopProcess> = processes.iter().filter(is_new).cloned().collect();
            self.told.added += new.len() as u64;
            minute.processes.extend(new);
        }
        if self.told.added == added {
            return Ok(());
        }
        let all: Vec<TopMinute> = kept.into_values().collect();
        let insert = "INSERT OR REPLACE INTO hours VALUES (?1, ?2)";
        self.database.run(|connection| connection.execute(insert, params![hour, hour_to_bytes(&all)]))?;
        Ok(())
    }
}

/// The buckets of `coarser` that have a changed one in them, made from the finer ones, as these were before and are now. One that tells of more than was left
/// of the finer ones stays as it is.
fn coarser_of(changed: &[Bucket], coarser: Tier, (before, after): (&Block, &Block), known: &Block) -> Vec<Bucket> {
    let inside = |block: &Block, at: i64| {
        let first = block.buckets.partition_point(|bucket| bucket.start < at);
        let last = block.buckets.partition_point(|bucket| bucket.start < at + coarser.width());
        block.buckets.get(first..last).unwrap_or_default().to_vec()
    };
    let touched: BTreeSet<i64> = changed.iter().map(|bucket| coarser.bucket_of(bucket.start)).collect();
    let is_made_of_them = |at: &i64| {
        let there = known.buckets.binary_search_by_key(at, |bucket| bucket.start);
        let there = there.ok().and_then(|row| known.buckets.get(row));
        there.is_none_or(|there| tells_as_much(&inside(before, *at), there))
    };
    touched.into_iter().filter(is_made_of_them).flat_map(|at| folded(&inside(after, at), coarser.width())).collect()
}

//! The live series of everything that is sampled, over one common line of times.

use std::collections::BTreeMap;

use super::metric::Metric;
use super::pyramid::{Column, Extent};
use super::series::{Point, Timeline, push_time};
use super::snapshot::{ProcessRow, Snapshot};

/// Samples kept unless told otherwise: 24 hours at one a second.
pub const DEFAULT_CAPACITY: usize = 24 * 60 * 60;

/// All live series, fed with snapshots, read by plots.
#[derive(Clone, Debug)]
pub struct History {
    line: Timeline,
    columns: BTreeMap<Metric, Column>,
    watched: Vec<u32>,
}

impl Default for History {
    fn default() -> Self {
        Self::new(DEFAULT_CAPACITY)
    }
}

impl History {
    /// An empty history that keeps the last `capacity` samples.
    pub fn new(capacity: usize) -> Self {
        Self { line: Timeline::new(capacity), columns: BTreeMap::new(), watched: Vec::new() }
    }

    /// Adds the values of `snapshot`. What it does not tell is missing from the series, and breaks their lines.
    pub fn push(&mut self, snapshot: &Snapshot) {
        if !snapshot.time.is_finite() {
            return;
        }
        push_time(&mut self.line, self.columns.values_mut(), snapshot.time, snapshot.interval_seconds);
        snapshot.each_value(|metric, value| self.set(metric, value));
        self.add_watched(&snapshot.processes);
        self.even_out();
    }

    /// Also keeps the CPU and memory use of this process from now on.
    pub fn watch(&mut self, pid: u32) {
        if !self.watched.contains(&pid) {
            self.watched.push(pid);
        }
    }

    /// Forgets the series of this process.
    pub fn unwatch(&mut self, pid: u32) {
        self.watched.retain(|&held| held != pid);
        self.columns.remove(&Metric::ProcessCpu(pid));
        self.columns.remove(&Metric::ProcessMemory(pid));
    }

    /// The processes watched.
    pub fn watched(&self) -> &[u32] {
        &self.watched
    }

    /// Forgets everything that was pushed.
    pub fn clear(&mut self) {
        let capacity = self.line.capacity();
        self.line = Timeline::new(capacity);
        self.columns.clear();
    }

    /// How many samples are held.
    pub fn len(&self) -> usize {
        let held = self.line.range();
        usize::try_from(held.end - held.start).unwrap_or(usize::MAX)
    }

    /// Whether no sample is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Time of the oldest and of the newest sample, seconds since 1970.
    pub fn span(&self) -> Option<(f64, f64)> {
        self.line.span()
    }

    /// The metrics that have a series, in the order of [`Metric`].
    pub fn metrics(&self) -> Vec<Metric> {
        self.columns.keys().cloned().collect()
    }

    /// What a plot of `metric` from `from` to `to` shows on `buckets` pixels; see [`Timeline::points`].
    pub fn visible(&self, metric: &Metric, from: f64, to: f64, buckets: usize) -> Vec<Point> {
        self.columns.get(metric).map(|column| self.line.points(column, from, to, buckets)).unwrap_or_default()
    }

    /// Smallest, largest and last value from `from` up to, not including, `to`.
    pub fn extent(&self, metric: &Metric, from: f64, to: f64) -> Option<Extent> {
        self.columns.get(metric)?.extent(self.line.at_or_after(from)..self.line.at_or_after(to))
    }

    /// The newest value, if the newest sample told it.
    pub fn latest(&self, metric: &Metric) -> Option<f32> {
        self.columns.get(metric)?.get(self.line.range().end.checked_sub(1)?)
    }

    /// Time and value of the sample nearest to `time`, for reading off under the pointer. `None` where the nearest
    /// sample does not tell it.
    pub fn nearest(&self, metric: &Metric, time: f64) -> Option<(f64, f32)> {
        let number = self.line.nearest(time)?;
        Some((self.line.time(number)?, self.columns.get(metric)?.get(number)?))
    }

    fn add_watched(&mut self, processes: &[ProcessRow]) {
        for at in 0..self.watched.len() {
            let Some(&pid) = self.watched.get(at) else { continue };
            let row = processes.iter().find(|row| row.pid == pid);
            self.set(Metric::ProcessCpu(pid), row.map(|row| row.cpu_percent));
            self.set(Metric::ProcessMemory(pid), row.map(|row| row.memory as f32));
        }
    }

    /// Puts the value of the newest sample; the first one that is known makes the series. A second value for the same
    /// sample is ignored.
    fn set(&mut self, metric: Metric, value: Option<f32>) {
        let newest = self.line.range().end.saturating_sub(1);
        let column = match value {
            Some(_) => Some(self.columns.entry(metric).or_insert_with(|| Column::starting_at(newest))),
            None => self.columns.get_mut(&metric),
        };
        if let Some(column) = column.filter(|column| column.range().end == newest) {
            column.push(value.unwrap_or(f32::NAN));
        }
    }

    /// Fills up series that this sample did not mention, drops what has become too old, and series of which nothing is left.
    fn even_out(&mut self) {
        let held = self.line.range();
        self.columns.retain(|_, column| {
            while column.range().end < held.end {
                column.push(f32::NAN);
            }
            column.drop_before(held.start);
            column.extent(held.clone()).is_some()
        });
    }
}

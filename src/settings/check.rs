//! Brings settings into range and says what it had to change.

use std::ops::RangeInclusive;

use super::{DataSettings, Settings};

const TEN_YEARS_SECONDS: u64 = 10 * 365 * 24 * 3600;
const DAY_SECONDS: u64 = 24 * 3600;

impl Settings {
    /// Puts every value that is out of its range to the nearest one that is in it. Returns a sentence for each change.
    pub fn bring_into_range(&mut self) -> Vec<String> {
        let mut changes = Vec::new();
        let (cache, limits) = (&mut self.cache, &mut self.limits);
        let mut check = |name: &str, value: &mut u64, range| changes.extend(clamp(name, value, &range));
        check("sample_interval_ms", &mut self.sample_interval_ms, 100..=60_000);
        check("history.limit_mb", &mut self.history.limit_mb, 10..=100_000);
        check("cache.memory_limit_mb", &mut cache.memory_limit_mb, 1..=1_000_000);
        check("cache.memory_items", &mut cache.memory_items, 1..=1_000_000);
        check("cache.ttl_seconds", &mut cache.ttl_seconds, 1..=TEN_YEARS_SECONDS);
        check("cache.workbook_ttl_seconds", &mut cache.workbook_ttl_seconds, 1..=TEN_YEARS_SECONDS);
        check("cache.file_limit_mb", &mut cache.file_limit_mb, 1..=100_000_000);
        check("cache.file_ttl_seconds", &mut cache.file_ttl_seconds, 1..=TEN_YEARS_SECONDS);
        check("cache.sweep_seconds", &mut cache.sweep_seconds, 1..=DAY_SECONDS);
        check("limits.max_decompressed_mb", &mut limits.max_decompressed_mb, 1..=1_000_000);
        check("limits.max_cells", &mut limits.max_cells, 1000..=1_000_000_000_000);
        check("limits.max_read_seconds", &mut limits.max_read_seconds, 0..=DAY_SECONDS);
        check("limits.batch_memory_percent", &mut limits.batch_memory_percent, 0..=100);
        changes.extend(self.check_threshold());
        changes.extend(self.check_cache_folder());
        changes
    }

    fn check_threshold(&mut self) -> Option<String> {
        let value = self.data.category_threshold;
        // A value that is no number has no nearest one: the default takes its place.
        let used = if value.is_nan() { DataSettings::default().category_threshold } else { value.clamp(0.0, 1.0) };
        self.data.category_threshold = used;
        (!(0.0..=1.0).contains(&value))
            .then(|| format!("data.category_threshold is {value}, but must be from 0 to 1; {used} is used."))
    }

    fn check_cache_folder(&mut self) -> Option<String> {
        let folder = self.folders.cache.take_if(|folder| !folder.is_absolute())?;
        Some(format!("folders.cache is “{}”, but must be a full path; the usual folder is used.", folder.display()))
    }
}

fn clamp(name: &str, value: &mut u64, range: &RangeInclusive<u64>) -> Option<String> {
    let found = *value;
    *value = found.clamp(*range.start(), *range.end());
    let (low, high, used) = (range.start(), range.end(), *value);
    (used != found).then(|| format!("{name} is {found}, but must be from {low} to {high}; {used} is used."))
}

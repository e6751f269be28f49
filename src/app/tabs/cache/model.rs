//! What the cards and the table of the Cache tab show.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::app::widgets::Sort;
use crate::cache::{EntryView, KindCounters, Level, LevelStats, Stats, StatsHistory, VerifiedEntry};
use crate::report::theme::Look;
use crate::report::{Chart, Kind, Lines, Series, Unit, XAxis, format};

/// Stretches of time that the plot shows, in seconds: the shortest that holds what was recorded.
const RANGES: [f64; 4] = [60.0, 300.0, 900.0, 3600.0];

/// What the card of a level shows.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelCard {
    /// Its title.
    pub title: &'static str,
    /// Share of hits since the program's start; `None` before it was asked.
    pub rate: Option<String>,
    /// Hits and questions behind that share.
    pub asked: String,
    /// How full it is, 0 to 1.
    pub fill: f32,
    /// Size, items, time of a hit.
    pub facts: String,
}

impl LevelCard {
    /// The card of `level`.
    pub fn of(level: Level, stats: &LevelStats) -> Self {
        let (run, all) = (&stats.this_run, &stats.all_runs);
        let items = match stats.limit_items {
            Some(limit) => format!("{} of {} items", format::count(stats.items), format::count(limit)),
            None => format::counted(stats.items, "item", "items"),
        };
        let hit = run.read.quantile(0.99).or_else(|| all.read.quantile(0.99));
        let hit = hit.map(|time| format!(" · p99 {}", format::seconds(time.as_secs_f64()))).unwrap_or_default();
        let size = of(&format::bytes(stats.bytes), &format::bytes(stats.limit_bytes));
        let earlier = all.hit_rate().filter(|_| all.hits + all.misses > run.hits + run.misses);
        let earlier = earlier.map(|rate| format!(" · {} in all runs", format::percent(rate * 100.0))).unwrap_or_default();
        let asked = match run.hits + run.misses {
            0 => format!("not asked since the start{earlier}"),
            asked => format!("{} of {} since the start{earlier}", format::counted(run.hits, "hit", "hits"), format::count(asked)),
        };
        Self {
            title: title(level),
            rate: run.hit_rate().map(|rate| percent(rate * 100.0)),
            asked,
            fill: (stats.bytes as f64 / stats.limit_bytes.max(1) as f64).clamp(0.0, 1.0) as f32,
            facts: format!("{size} · {items}{hit}"),
        }
    }
}

/// A share with a decimal, except where it is none or all.
fn percent(percent: f64) -> String {
    if percent <= 0.0 || percent >= 100.0 { format::percent(percent) } else { format::percent_fine(percent) }
}

/// `61 of 100 MB`: the unit once where both have the same.
fn of(part: &str, whole: &str) -> String {
    match (part.split_once(' '), whole.split_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => format!("{number} of {whole}"),
        _ => format!("{part} of {whole}"),
    }
}

/// Name of a level as a title.
pub const fn title(level: Level) -> &'static str {
    match level {
        Level::Memory => "Memory",
        Level::File => "File",
    }
}

/// Name of a level in a sentence.
pub const fn place(level: Level) -> &'static str {
    match level {
        Level::Memory => "memory",
        Level::File => "the files",
    }
}

/// What hits have saved, kind by kind, in all runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// All together.
    pub total: Duration,
    /// Kind, hits, time saved; the most first.
    pub kinds: Vec<(String, u64, Duration)>,
}

impl Saved {
    /// Of both levels.
    pub fn of(stats: &Stats) -> Self {
        let mut kinds: BTreeMap<&str, KindCounters> = BTreeMap::new();
        for level in [Some(&stats.memory), stats.file.as_ref()].into_iter().flatten() {
            for (kind, more) in &level.all_runs.kinds {
                let sum = kinds.entry(kind).or_default();
                sum.hits = sum.hits.saturating_add(more.hits);
                sum.saved_micros = sum.saved_micros.saturating_add(more.saved_micros);
            }
        }
        let mut kinds: Vec<_> = kinds
            .into_iter()
            .filter(|(_, sum)| sum.hits > 0)
            .map(|(kind, sum)| (many(kind), sum.hits, Duration::from_micros(sum.saved_micros)))
            .collect();
        kinds.sort_by_key(|(_, hits, saved)| std::cmp::Reverse((*saved, *hits)));
        Self { total: kinds.iter().map(|(.., saved)| *saved).sum(), kinds }
    }
}

/// A kind of entries as a person calls it.
pub fn one(kind: &str) -> String {
    let mut letters = kind.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn many(kind: &str) -> String {
    one(kind) + "s"
}

/// Share of all questions that one of the levels could answer since the start, in percent; `None` before the first.
pub fn answered(stats: &Stats) -> Option<f64> {
    let asked = stats.memory.this_run.hits + stats.memory.this_run.misses;
    let files = stats.file.as_ref().map_or(0, |level| level.this_run.hits);
    (asked > 0).then(|| (stats.memory.this_run.hits + files) as f64 / asked as f64 * 100.0)
}

/// What differs when another list of entries would.
pub fn counters(stats: &Stats) -> Vec<u64> {
    let levels = [Some(&stats.memory), stats.file.as_ref()];
    levels.into_iter().flatten().flat_map(|level| [level.items, level.bytes, level.this_run.hits, level.this_run.writes]).collect()
}

/// What [`crate::cache::Cache::verify`] found, in a sentence.
pub fn verified(entries: &[VerifiedEntry]) -> String {
    let damaged = entries.iter().filter(|entry| entry.damage.is_some()).count() as u64;
    let bytes = format::bytes(entries.iter().map(|entry| entry.bytes).sum());
    match (entries.len() as u64, damaged) {
        (0, _) => "There are no files to verify.".to_owned(),
        (all, 0) => format!("{} ({bytes}) verified: all whole.", format::counted(all, "file", "files")),
        (all, damaged) => format!(
            "{} of {} damaged and removed. What was in them is made anew when it is needed.",
            format::count(damaged),
            format::counted(all, "file", "files")
        ),
    }
}

/// A column of the table that it can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Name of the file it was made from.
    What,
    /// Kind of the entry.
    Kind,
    /// Bytes it takes.
    Size,
    /// Time since it was made.
    Age,
    /// Time until it is let go.
    Expires,
    /// Times it was found.
    Hits,
}

impl Column {
    /// Its title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::What => "What",
            Self::Kind => "Kind",
            Self::Size => "Size",
            Self::Age => "Age",
            Self::Expires => "Expires in",
            Self::Hits => "Hits",
        }
    }

    /// Whether the first click on it puts the largest first.
    pub const fn largest_first(self) -> bool {
        matches!(self, Self::Size | Self::Hits)
    }

    fn compare(self, a: &EntryView, b: &EntryView) -> Ordering {
        match self {
            Self::What => a.description.to_lowercase().cmp(&b.description.to_lowercase()),
            Self::Kind => a.kind.cmp(&b.kind),
            Self::Size => size(a).cmp(&size(b)),
            Self::Age => a.age.cmp(&b.age),
            Self::Expires => a.expires_in.cmp(&b.expires_in),
            Self::Hits => a.hits.cmp(&b.hits),
        }
    }
}

/// Bytes of an entry: in memory where it is there, else in its file.
pub fn size(entry: &EntryView) -> u64 {
    entry.memory_bytes.or(entry.file_bytes).unwrap_or(0)
}

/// The levels that an entry is in.
pub fn levels(entry: &EntryView) -> &'static str {
    match (entry.memory_bytes, entry.file_bytes) {
        (Some(_), Some(_)) => "memory, file",
        (Some(_), None) => "memory",
        _ => "file",
    }
}

/// Rows of the entries whose name or kind contains `search`, in order.
pub fn arrange(entries: &[EntryView], search: &str, sort: Sort<Column>) -> Vec<usize> {
    let search = search.trim().to_lowercase();
    let found = |entry: &EntryView| entry.description.to_lowercase().contains(&search) || entry.kind.contains(&search);
    let mut rows: Vec<(usize, &EntryView)> = entries.iter().enumerate().filter(|(_, entry)| found(entry)).collect();
    rows.sort_by(|(_, a), (_, b)| {
        let order = sort.column.compare(a, b);
        if sort.descending { order.reverse() } else { order }
    });
    rows.into_iter().map(|(row, _)| row).collect()
}

/// A level and its line.
pub type LevelLine = (Level, Vec<[f64; 2]>);

/// The lines of the plot, `[seconds before the last point, percent]`, and how far back the plot reaches, in seconds.
pub fn lines(history: &StatsHistory) -> ([LevelLine; 2], f64) {
    let first = history.points().next().map_or(0.0, |point| point.seconds);
    let last = history.points().last().map_or(0.0, |point| point.seconds);
    let longest = last - first;
    let range = RANGES.into_iter().find(|range| *range >= longest).unwrap_or(3600.0);
    let line = |level| {
        (
            level,
            history
                .hit_rates(level)
                .into_iter()
                .map(|(at, rate)| [at - last, rate * 100.0])
                .filter(|[at, _]| *at >= -range)
                .collect(),
        )
    };
    ([line(Level::Memory), line(Level::File)], range)
}

/// The plot for saving.
pub fn chart(stats: &Stats, history: &StatsHistory, look: Look) -> Chart {
    let (lines, range) = lines(history);
    let series = lines.into_iter().map(|(level, points)| Series {
        name: legend(level).to_owned(),
        color: color(level),
        points,
        fill: level == Level::Memory,
    });
    let lines = Lines {
        series: series.collect(),
        x: XAxis::Ago { seconds: range },
        y: Unit::Percent,
        y_max: Some(100.0),
        logarithmic: false,
        limits: Vec::new(),
    };
    let figure = answered(stats).map(percent).unwrap_or_default();
    let subtitle = "share of questions answered since the start".to_owned();
    Chart { title: "Cache hit rate".into(), figure, subtitle, kind: Kind::Lines(lines), width: 760.0, height: 300.0, look }
}

/// Name of a level's line.
pub const fn legend(level: Level) -> &'static str {
    match level {
        Level::Memory => "memory",
        Level::File => "file",
    }
}

/// Number of a level's colour among the series.
pub const fn color(level: Level) -> usize {
    match level {
        Level::Memory => 0,
        Level::File => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{Counters, Key};

    fn level(hits: u64, misses: u64) -> LevelStats {
        let mut counters = Counters { hits, misses, ..Counters::default() };
        counters.kinds.insert("profile".into(), KindCounters { hits, misses, saved_micros: hits * 2_000_000 });
        LevelStats {
            items: 412,
            bytes: 61_000_000,
            limit_bytes: 100_000_000,
            limit_items: Some(1000),
            this_run: counters.clone(),
            all_runs: counters,
        }
    }

    fn stats(memory: (u64, u64), file: (u64, u64)) -> Stats {
        let file = LevelStats { limit_items: None, limit_bytes: 4_000_000_000, ..level(file.0, file.1) };
        Stats { memory: level(memory.0, memory.1), file: Some(file), problem: None }
    }

    fn entry(name: &str, kind: &str, bytes: u64, age: u64) -> EntryView {
        EntryView {
            key: Key::new(&crate::cache::ContentHash::of(name.as_bytes()), "table", "", 1),
            kind: kind.into(),
            description: name.into(),
            memory_bytes: None,
            file_bytes: Some(bytes),
            age: Duration::from_secs(age),
            expires_in: Duration::from_secs(1000 - age),
            making: Duration::ZERO,
            hits: age,
        }
    }

    #[test]
    fn a_card_says_what_the_level_did_and_holds() {
        let card = LevelCard::of(Level::Memory, &level(25, 1));
        assert_eq!((card.rate.as_deref(), card.asked.as_str()), (Some("96.2 %"), "25 hits of 26 since the start"));
        assert_eq!((card.facts.as_str(), card.fill), ("61 of 100 MB · 412 of 1,000 items", 0.61));
        let mut quiet = stats((0, 0), (0, 0)).file.expect("file");
        quiet.all_runs = level(3, 1).all_runs;
        let card = LevelCard::of(Level::File, &quiet);
        assert_eq!((card.rate, card.asked.as_str()), (None, "not asked since the start · 75 % in all runs"));
        assert_eq!(card.facts, "61 MB of 4 GB · 412 items");
    }

    #[test]
    fn what_was_saved_adds_both_levels_up() {
        let saved = Saved::of(&stats((3, 2), (1, 1)));
        assert_eq!(saved, Saved { total: Duration::from_secs(8), kinds: vec![("Profiles".into(), 4, Duration::from_secs(8))] });
        assert_eq!(answered(&stats((3, 2), (1, 1))), Some(80.0));
        assert_eq!(answered(&stats((0, 0), (0, 0))), None);
    }

    #[test]
    fn entries_are_found_by_name_and_kind_and_sorted() {
        let entries = [entry("Bills.csv", "table", 5, 30), entry("a.pb.gz", "profile", 9, 20), entry("b.xlsx", "workbook", 1, 10)];
        assert_eq!(arrange(&entries, "", Sort::by(Column::Age, false)), [2, 1, 0]);
        assert_eq!(arrange(&entries, "", Sort::by(Column::Size, true)), [1, 0, 2]);
        assert_eq!(arrange(&entries, "", Sort::by(Column::What, false)), [1, 2, 0]);
        assert_eq!(arrange(&entries, "BILL", Sort::by(Column::Age, false)), [0]);
        assert_eq!(arrange(&entries, "profile", Sort::by(Column::Age, false)), [1]);
    }

    #[test]
    fn the_plot_reaches_as_far_back_as_it_needs() {
        let mut history = StatsHistory::new(100);
        history.push(10.0, &stats((0, 0), (0, 0)));
        history.push(100.0, &stats((1, 1), (0, 1)));
        let ([(_, memory), (_, file)], range) = lines(&history);
        assert_eq!((memory, file, range), (vec![[0.0, 50.0]], vec![[0.0, 0.0]], 300.0));
    }

    #[test]
    fn the_outcome_of_verifying_is_a_sentence() {
        let key = entry("x", "table", 1, 1).key;
        let whole = VerifiedEntry { key, description: None, bytes: 1_000_000, damage: None };
        let damaged = VerifiedEntry { damage: Some("cut".into()), ..whole.clone() };
        assert_eq!(verified(&[]), "There are no files to verify.");
        assert_eq!(verified(std::slice::from_ref(&whole)), "1 file (1 MB) verified: all whole.");
        assert!(verified(&[whole, damaged]).starts_with("1 of 2 files damaged and removed."));
    }
}

//! The figures of a column in words; no drawing here.

use crate::data::{Bin, ColumnStats, Measure, Number, Spread, Table};
use crate::report::theme::Look;
use crate::report::{BinBar, Bins, Chart, Kind, format};

use crate::app::tabs::data::columns::reason;
use crate::app::tabs::data::types::TypeName;

/// Significant digits of a figure that lies between values.
const DIGITS: i32 = 6;
/// Size of the saved histogram in points.
const SIZE: (f64, f64) = (760.0, 300.0);
/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// A column, with all that is said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Its number in the table.
    pub column: usize,
    /// Its name.
    pub name: String,
    /// Its type's short name.
    pub kind: String,
    /// What that type means.
    pub meaning: String,
    /// Why the column has it.
    pub why: String,
    /// Figures, each with its name and what it means where that is not plain.
    pub lines: Vec<Line>,
    /// The most frequent values; none where every value comes once.
    pub frequent: Vec<Value>,
    /// Every value comes once.
    pub all_differ: bool,
    /// What the bars count, over them.
    pub caption: String,
    /// The histogram.
    pub bars: Vec<Bar>,
    /// The file's name.
    file: String,
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub name: &'static str,
    /// The figure.
    pub figure: String,
    /// What it means, for the pointer; empty where the name says it.
    pub meaning: &'static str,
}

/// A frequent value.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// As the file spells it.
    pub text: String,
    /// Only the beginning of the text is kept.
    pub cut: bool,
    /// `1,234`.
    pub count: String,
    /// `12 %`.
    pub share: String,
    /// Length of its bar, 0 to 1: of the most frequent one.
    pub part: f32,
}

/// A bar of the histogram.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Left edge in words.
    pub from: String,
    /// Right edge in words.
    pub to: String,
    /// `10 to below 20`.
    pub words: String,
    /// Values in it.
    pub count: u64,
}

impl Described {
    /// Says everything about a column of a table; none where there is no such column.
    pub fn new(table: &Table, column: usize, stats: &ColumnStats) -> Option<Self> {
        let report = table.report.columns.get(column)?;
        let words = TypeName::of(&report.after.kind);
        let bars: Vec<Bar> = stats.bins.iter().map(|bin| bar(stats, bin)).collect();
        Some(Self {
            column,
            name: report.name.clone(),
            kind: words.short,
            meaning: capital(&words.meaning),
            why: reason(report),
            lines: lines(stats),
            frequent: frequent(stats),
            all_differ: all_differ(stats),
            caption: if stats.measure == Measure::Length { "Letters in a text".into() } else { "Values".into() },
            bars,
            file: table.report.source.file.clone(),
        })
    }

    /// The histogram to save; none where there are no bars.
    pub fn chart(&self, look: Look) -> Option<Chart> {
        let bar = |bar: &Bar| BinBar { from: bar.from.clone(), to: bar.to.clone(), count: bar.count as f64 };
        let bars: Vec<BinBar> = self.bars.iter().map(bar).collect();
        let title = format!("{} of {}", self.name, self.file);
        let count = self.bars.iter().map(|bar| bar.count).sum();
        (!bars.is_empty()).then(|| Chart {
            title,
            figure: String::new(),
            subtitle: format!("{} in {}", self.caption.to_lowercase(), format::counted(count, "row", "rows")),
            kind: Kind::Bins(Bins { bars, name: self.name.clone() }),
            width: SIZE.0,
            height: SIZE.1,
            look,
        })
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn lines(stats: &ColumnStats) -> Vec<Line> {
    let line = |name, figure, meaning| Line { name, figure, meaning };
    let blank = match stats.nulls {
        0 => "none".to_owned(),
        nulls => format!("{} · {}", format::count(nulls), share(nulls, stats.rows)),
    };
    let mut all = vec![
        line("Rows", format::count(stats.rows), ""),
        line("Blank", blank, "Rows without a value."),
        line("Different values", format::count(stats.unique), "Counted exactly; blank is none."),
    ];
    if let Some(spread) = &stats.spread {
        all.extend(spread_lines(stats, spread));
    }
    all
}

fn spread_lines(stats: &ColumnStats, spread: &Spread) -> Vec<Line> {
    let line = |name, figure, meaning| Line { name, figure, meaning };
    let [low, quarter, middle, three, high] = spread.quantiles.map(|quantile| figure(stats, quantile));
    let names = match stats.measure {
        Measure::Length => ["Shortest text", "Longest text", "Mean length"],
        Measure::Days | Measure::Moment { .. } => ["Earliest", "Latest", "Mean"],
        Measure::Number | Measure::Nothing => ["Smallest", "Largest", "Mean"],
    };
    let mut all = vec![
        line(names[0], with_unit(stats, spread.min), ""),
        line(names[1], with_unit(stats, spread.max), ""),
        line(names[2], mean(stats, spread.mean), "The sum of all values divided by their number; blank rows do not count."),
    ];
    if let Some(deviation) = spread.deviation {
        let meaning = "How far values usually lie from the mean; for a sample, as pandas reckons it.";
        all.push(line("Standard deviation", distance(stats, deviation), meaning));
    }
    if stats.measure != Measure::Length {
        let between = "Between two values it lies on the straight line between them, as in pandas.";
        all.extend([
            line("5 % lie below", low, between),
            line("25 % lie below", quarter, between),
            line("Half lie below (median)", middle, between),
            line("75 % lie below", three, between),
            line("95 % lie below", high, between),
        ]);
    }
    all
}

fn with_unit(stats: &ColumnStats, number: Number) -> String {
    match (stats.measure, number) {
        (Measure::Length, Number::Int(letters)) => format::counted(letters.unsigned_abs(), "letter", "letters"),
        _ => figure(stats, number),
    }
}

/// A figure of the column, in the way of its cells or grouped.
pub fn figure(stats: &ColumnStats, number: Number) -> String {
    match number {
        _ if stats.is_written_as_cells() => stats.cell_text(number),
        Number::Int(value) => {
            let sign = if value < 0 { "−" } else { "" };
            format!("{sign}{}", format::count(value.unsigned_abs()))
        }
        Number::Float(value) => match stats.decimals() {
            Some(decimals) if plain(value) => format::grouped(value, decimals.into()),
            _ => digits(value),
        },
    }
}

fn mean(stats: &ColumnStats, mean: f64) -> String {
    match stats.decimals() {
        _ if stats.is_written_as_cells() => stats.cell_text(Number::Float(mean)),
        Some(decimals) if plain(mean) => format::grouped(mean, usize::from(decimals) + 1),
        _ => digits(mean),
    }
}

/// A distance between values: of dates in days.
fn distance(stats: &ColumnStats, distance: f64) -> String {
    let day = match stats.measure {
        Measure::Days => 1.0,
        Measure::Moment { per_second } => DAY * per_second as f64,
        _ => return digits(distance),
    };
    format!("{} days", format::number(distance / day))
}

/// Whether a number is told with its digits rather than as a power of ten.
fn plain(value: f64) -> bool {
    value == 0.0 || (1e-4..1e15).contains(&value.abs())
}

/// As many digits as mean something, and no zeros after them: `1,234.57`, `0.00123457`.
fn digits(value: f64) -> String {
    if !plain(value) {
        return format::number(value);
    }
    let size = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    trimmed(&format::grouped(value, (DIGITS - 1 - size).clamp(0, 12) as usize))
}

fn trimmed(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// An edge between bars, with all of its few digits.
fn edge(stats: &ColumnStats, number: Number) -> String {
    match number {
        Number::Float(value) if !stats.is_written_as_cells() && plain(value) => {
            let decimals = value.to_string().split_once('.').map_or(0, |(_, fraction)| fraction.len());
            format::grouped(value, decimals)
        }
        Number::Float(value) if !stats.is_written_as_cells() => format::number(value),
        other => figure(stats, other),
    }
}

fn bar(stats: &ColumnStats, bin: &Bin) -> Bar {
    let (from, to) = (edge(stats, bin.from), edge(stats, bin.to));
    let single = match (bin.from, bin.to) {
        (Number::Int(from), Number::Int(to)) => to == from.saturating_add(1),
        (from, to) => from == to,
    };
    let words = if single { from.clone() } else { format!("{from} to below {to}") };
    Bar { from, to, words, count: bin.count }
}

fn share(part: u64, whole: u64) -> String {
    format::percent_fine(part as f64 / whole.max(1) as f64 * 100.0)
}

fn all_differ(stats: &ColumnStats) -> bool {
    stats.unique > 1 && stats.unique == stats.values()
}

/// The frequent values; their shares are of the rows that have a value.
fn frequent(stats: &ColumnStats) -> Vec<Value> {
    let most = stats.frequent.first().map_or(1, |frequent| frequent.count.max(1));
    let value = |frequent: &crate::data::Frequent| Value {
        text: frequent.text.clone(),
        cut: frequent.cut,
        count: format::count(frequent.count),
        share: share(frequent.count, stats.values()),
        part: (frequent.count as f64 / most as f64) as f32,
    };
    if all_differ(stats) { Vec::new() } else { stats.frequent.iter().map(value).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Options, column_stats, optimise};
    use crate::jobs::{Cancel, Progress};

    fn described(text: &str) -> Described {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, text).expect("written");
        let (cancel, progress) = (Cancel::new(), Progress::new());
        let table = optimise(&path, &Options::default(), &cancel, &progress).expect("a table");
        let stats = column_stats(&table, 0, 1, &cancel, &progress).expect("not cancelled").expect("a column");
        Described::new(&table, 0, &stats).expect("a column")
    }

    fn figure_of(described: &Described, name: &str) -> String {
        described.lines.iter().find(|line| line.name == name).map(|line| line.figure.clone()).unwrap_or_default()
    }

    #[test]
    fn numbers_are_grouped_and_keep_their_decimals() {
        let money = described("amount,b\n1488.50,x\n2000000.25,x\n1488.50,x\n,x\n");
        let figure = |name| figure_of(&money, name);
        assert_eq!([figure("Rows"), figure("Blank"), figure("Different values")], ["4", "1 · 25.0 %", "2"]);
        assert_eq!([figure("Smallest"), figure("Largest"), figure("Mean")], ["1,488.50", "2,000,000.25", "667,659.083"]);
        assert_eq!(figure("Half lie below (median)"), "1,488.50");
        assert_eq!((money.frequent[0].text.as_str(), money.frequent[0].count.as_str()), ("1488.50", "2"));
        assert_eq!(money.frequent[0].share, "66.7 %");
        assert_eq!((money.bars.len(), money.bars[0].words.as_str(), money.bars[0].count), (21, "0 to below 100,000", 2));
    }

    #[test]
    fn an_id_keeps_all_its_digits_and_dates_are_written_as_in_the_file() {
        let id = described("id\n9007199254740993\n-5\n");
        assert!(id.all_differ && id.frequent.is_empty());
        assert_eq!([figure_of(&id, "Smallest"), figure_of(&id, "Largest")], ["−5", "9,007,199,254,740,993"]);
        let day = described("day\n2024-01-01\n2024-01-04\n2024-01-04\n");
        assert_eq!([figure_of(&day, "Earliest"), figure_of(&day, "Mean")], ["2024-01-01", "2024-01-03"]);
        assert_eq!(figure_of(&day, "Standard deviation"), "1.73 days");
        assert_eq!(day.bars[0].words, "2024-01-01");
    }

    #[test]
    fn texts_tell_their_lengths() {
        let text = described("word\nsix\nséven\nsix\n");
        assert_eq!([figure_of(&text, "Shortest text"), figure_of(&text, "Longest text")], ["3 letters", "5 letters"]);
        assert_eq!(figure_of(&text, "Mean length"), "3.66667");
        assert_eq!((text.caption.as_str(), text.bars[2].words.as_str(), text.bars[2].count), ("Letters in a text", "5", 1));
        let chart = text.chart(Look::Dark).expect("bars");
        assert_eq!((chart.title.as_str(), chart.subtitle.as_str()), ("word of a.csv", "letters in a text in 3 rows"));
    }

    #[test]
    fn two_words_have_no_spread() {
        let flag = described("flag\nY\nN\nN\n");
        assert!(flag.bars.is_empty() && flag.chart(Look::Dark).is_none() && flag.lines.len() == 3);
        assert_eq!(flag.frequent.iter().map(|value| value.text.as_str()).collect::<Vec<_>>(), ["N", "Y"]);
    }
}

//! Call trees copied out of Instruments (Xcode) with “Deep copy”: a line for each node, indented by its depth, behind its weight
//! (<https://developer.apple.com/documentation/xcode/performance-and-metrics>). Weights are times, bytes, cycles or counts, rounded for people.

use super::Context;
use super::decimal;
use super::head::Head;
use super::lines::Lines;
use super::source::Source;
use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, Profile};

/// Names that the column of symbols has.
const SYMBOLS: [&str; 3] = ["Symbol Name", "Symbol Names", "Symbol name"];
/// Names that the column of weights has.
const WEIGHTS: [&str; 6] = ["Weight", "Running Time", "Bytes Used", "Samples", "Self Weight", "Count"];

/// Whether one of the first lines has the names of the columns.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    head.is_text() && head.lines().take(8).any(|line| header(line).is_some())
}

/// What a column of the table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Weight,
    Own,
    Count,
    Other,
}

/// The columns before that of the symbols, if the line has their names.
fn header(line: &[u8]) -> Option<Vec<Column>> {
    let line = std::str::from_utf8(line).ok()?;
    let (before, symbols) = line.trim().rsplit_once('\t')?;
    if !SYMBOLS.contains(&symbols.trim()) {
        return None;
    }
    let columns = before.split('\t').map(str::trim);
    let columns: Vec<Column> = columns
        .enumerate()
        .map(|(nth, name)| match name {
            "Count" if nth > 0 => Column::Count,
            name if nth == 0 && WEIGHTS.contains(&name) => Column::Weight,
            name if name.starts_with("Self") => Column::Own,
            _ => Column::Other,
        })
        .collect();
    columns.contains(&Column::Weight).then_some(columns)
}

/// What weights are measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Time,
    Bytes,
    Cycles,
    Count,
}

impl Unit {
    fn sample_type(self) -> (&'static str, &'static str) {
        match self {
            Self::Time => ("time", "nanoseconds"),
            Self::Bytes => ("bytes", "bytes"),
            Self::Cycles => ("cycles", "cycles"),
            Self::Count => ("samples", "count"),
        }
    }
}

/// A weight such as `2.45 s`, `188.32 MB`, `34.35 Mc` or `1,234`: its unit and its value in the smallest one. `None` for `-`.
fn weight(text: &str) -> Option<(Unit, i64)> {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | ',' | '-')).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    let unit = rest.trim_start().split(|letter: char| letter.is_whitespace()).next().unwrap_or_default();
    let (unit, factor): (Unit, i64) = match unit {
        "ns" => (Unit::Time, 1),
        "µs" | "μs" | "us" => (Unit::Time, 1_000),
        "ms" => (Unit::Time, 1_000_000),
        "s" | "sec" => (Unit::Time, 1_000_000_000),
        "min" => (Unit::Time, 60_000_000_000),
        "h" | "hr" | "hrs" => (Unit::Time, 3_600_000_000_000),
        "Bytes" | "Byte" | "bytes" | "B" => (Unit::Bytes, 1),
        "KB" | "KiB" => (Unit::Bytes, 1 << 10),
        "MB" | "MiB" => (Unit::Bytes, 1 << 20),
        "GB" | "GiB" => (Unit::Bytes, 1 << 30),
        "c" => (Unit::Cycles, 1),
        "Kc" | "kc" => (Unit::Cycles, 1_000),
        "Mc" => (Unit::Cycles, 1_000_000),
        "Gc" => (Unit::Cycles, 1_000_000_000),
        "Tc" => (Unit::Cycles, 1_000_000_000_000),
        _ => (Unit::Count, 1),
    };
    // Six digits behind the point are more than are shown.
    let millionths = i128::from(decimal::scaled(plain(number).as_bytes(), 6)?);
    let value = (millionths * i128::from(factor) + 500_000) / 1_000_000;
    Some((unit, i64::try_from(value).unwrap_or(i64::MAX)))
}

/// A number with a point before its fraction and nothing between thousands.
fn plain(number: &str) -> String {
    let comma = number.rfind(',');
    let is_fraction = comma.is_some_and(|comma| !number.contains('.') && number.len() - comma != 4);
    if is_fraction { number.replace(',', ".") } else { number.replace(',', "") }
}

/// A node of the tree.
#[derive(Clone, Copy)]
struct Node {
    frame: FrameId,
    parent: Option<usize>,
    weight: i64,
    /// Weight without what is below, where the file tells it.
    own: Option<i64>,
    count: i64,
    below: i64,
    below_count: i64,
}

#[derive(Default)]
struct Reader {
    columns: Vec<Column>,
    nodes: Vec<Node>,
    /// The last node of each depth, from the root on.
    open: Vec<(usize, usize)>,
    unit: Option<Unit>,
}

/// Reads the tree.
pub(super) fn read(source: &mut Source<'_>, _head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("Instruments deep copy", context);
    let mut lines = Lines::new(source);
    let mut reader = Reader::default();
    while let Some(line) = lines.next()? {
        let line = String::from_utf8_lossy(line).into_owned();
        builder.place = lines.place();
        reader.line(&line, &mut builder)?;
    }
    reader.fill(&mut builder)?;
    Ok(builder.finish(None))
}

impl Reader {
    fn line(&mut self, line: &str, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if let Some(columns) = header(line.as_bytes()) {
            (self.columns, self.open) = (columns, Vec::new());
            return Ok(());
        }
        if line.trim().is_empty() || self.columns.is_empty() {
            return Ok(());
        }
        let Some((before, symbol)) = line.rsplit_once('\t') else {
            builder.flaw("has no columns and was left out");
            return Ok(());
        };
        let depth = symbol.len() - symbol.trim_start_matches(' ').len();
        let frame = builder.named(symbol.trim().as_bytes())?;
        while self.open.last().is_some_and(|(open, _)| *open >= depth) {
            self.open.pop();
        }
        let parent = self.open.last().map(|&(_, row)| row);
        let mut node = Node { frame, parent, weight: 0, own: None, count: 0, below: 0, below_count: 0 };
        self.cells(before, &mut node, builder);
        self.push(node, depth, builder)
    }

    fn cells(&mut self, before: &str, node: &mut Node, builder: &mut Builder<'_>) {
        for (column, cell) in self.columns.iter().zip(before.split('\t')) {
            match (column, weight(cell)) {
                (Column::Weight, Some((unit, value))) => {
                    node.weight = value;
                    if *self.unit.get_or_insert(unit) != unit && value != 0 {
                        builder.flaw("has a weight in another unit than the lines before");
                    }
                }
                // `0 s` beside bytes, or a plain number beside milliseconds (`Self (ms)`).
                (Column::Own, Some((unit, value))) if unit == Unit::Count && self.unit == Some(Unit::Time) => {
                    node.own = fraction(cell).or(Some(value.saturating_mul(1_000_000)));
                }
                (Column::Own, Some((_, value))) => node.own = Some(value),
                (Column::Count, Some((_, value))) => node.count = value,
                _ => {}
            }
        }
    }

    fn push(&mut self, node: Node, depth: usize, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        builder.tick()?;
        if self.nodes.len().is_multiple_of(1 << 12) {
            builder.has_room((self.nodes.len() * size_of::<Node>() * 2) as u64)?;
        }
        if let Some(parent) = node.parent.and_then(|parent| self.nodes.get_mut(parent)) {
            parent.below = parent.below.saturating_add(node.weight);
            parent.below_count = parent.below_count.saturating_add(node.count);
        }
        self.open.push((depth, self.nodes.len()));
        self.nodes.push(node);
        Ok(())
    }

    /// Adds a sample for each node that has a weight of its own.
    fn fill(&self, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let (name, unit) = self.unit.unwrap_or(Unit::Time).sample_type();
        builder.sample_type(name, unit)?;
        if self.columns.contains(&Column::Count) {
            builder.sample_type("count", "count")?;
        }
        for node in &self.nodes {
            // Weights are rounded, so that parts can be a little more than the whole.
            let own = node.own.unwrap_or_else(|| node.weight.saturating_sub(node.below).max(0));
            let count = node.count.saturating_sub(node.below_count).max(0);
            if (own, count) == (0, 0) {
                continue;
            }
            let mut next = Some(node);
            while let Some(at) = next {
                builder.push(at.frame);
                next = at.parent.and_then(|parent| self.nodes.get(parent));
            }
            builder.reverse();
            let stack = builder.stack()?;
            let values = [own, count];
            let types = builder.profile.sample_types.len().min(values.len());
            builder.sample(stack, values.get(..types).unwrap_or_default(), At::default())?;
        }
        Ok(())
    }
}

/// Milliseconds without a unit, in nanoseconds.
fn fraction(cell: &str) -> Option<i64> {
    decimal::scaled(plain(cell.trim()).as_bytes(), 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_with_every_unit() {
        for (text, found) in [
            ("4.93 s  100.0%", Some((Unit::Time, 4_930_000_000))),
            ("846.00 ms", Some((Unit::Time, 846_000_000))),
            ("12.5 µs", Some((Unit::Time, 12_500))),
            ("1.20 min   9.0%", Some((Unit::Time, 72_000_000_000))),
            ("77.0ms   10.2%", Some((Unit::Time, 77_000_000))),
            (" 188.32 MB      67.8%", Some((Unit::Bytes, 197_467_832))),
            ("16 Bytes", Some((Unit::Bytes, 16))),
            ("34.35 Mc  100.0%", Some((Unit::Cycles, 34_350_000))),
            ("36,907", Some((Unit::Count, 36_907))),
            ("0 s", Some((Unit::Time, 0))),
            ("2,5 ms", Some((Unit::Time, 2_500_000))),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(weight(text), found, "{text}");
        }
    }
}

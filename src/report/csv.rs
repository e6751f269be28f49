//! The figures of a chart as CSV, as spreadsheets read it: UTF-8 with a byte order mark, commas, CRLF, full precision.

use std::collections::BTreeMap;

use super::chart::{Bars, Bins, Chart, Flame, Kind, Lines, Unit, XAxis};
use super::text::clean;
use super::{Exporter, ReportError};

/// Without it Excel takes UTF-8 for the system's old code page.
const MARK: &str = "\u{feff}";

/// Writes CSV files.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl Exporter for Csv {
    fn export(&self, chart: &Chart) -> Result<Vec<u8>, ReportError> {
        let mut table = Table { out: MARK.to_owned() };
        match &chart.kind {
            Kind::Lines(lines) => table.lines(lines),
            Kind::Bars(bars) => table.bars(bars),
            Kind::Flame(flame) => table.flame(flame),
            Kind::Bins(bins) => table.bins(bins),
        }
        Ok(table.out.into_bytes())
    }
}

struct Table {
    out: String,
}

impl Table {
    /// One row for each x, one column for each line; empty where a line has no point.
    fn lines(&mut self, lines: &Lines) {
        let x = match &lines.x {
            XAxis::Ago { .. } => "time (s)".to_owned(),
            XAxis::Number { unit, name } => head(name, *unit),
        };
        self.row([x].into_iter().chain(lines.series.iter().map(|series| head(&series.name, lines.y))).map(|cell| text(&cell)));
        let mut rows: BTreeMap<Key, Vec<Option<f64>>> = BTreeMap::new();
        for (column, series) in lines.series.iter().enumerate() {
            for [x, y] in series.points.iter().filter(|[x, _]| x.is_finite()) {
                let row = rows.entry(Key(*x)).or_insert_with(|| vec![None; lines.series.len()]);
                if let Some(cell) = row.get_mut(column).filter(|_| y.is_finite()) {
                    *cell = Some(*y);
                }
            }
        }
        for (Key(x), row) in rows {
            self.row([number(x)].into_iter().chain(row.into_iter().map(|cell| cell.map(number).unwrap_or_default())));
        }
    }

    fn bars(&mut self, bars: &Bars) {
        let [before, after] = &bars.names;
        self.row([String::new(), text(&head(before, bars.unit)), text(&head(after, bars.unit))]);
        for bar in &bars.rows {
            self.row([text(&bar.label), number(bar.before), number(bar.after)]);
        }
    }

    fn bins(&mut self, bins: &Bins) {
        self.row(["from", "below", "count"].map(str::to_owned));
        for bar in &bins.bars {
            self.row([text(&bar.from), text(&bar.to), number(bar.count)]);
        }
    }

    fn flame(&mut self, flame: &Flame) {
        self.row(["depth", "start", "width", "name", "value"].map(str::to_owned));
        for rect in &flame.rects {
            self.row([rect.depth.to_string(), number(rect.x), number(rect.width), text(&rect.label), text(&rect.detail)]);
        }
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        for (i, cell) in cells.into_iter().enumerate() {
            if i > 0 {
                self.out.push(',');
            }
            self.out.push_str(&cell);
        }
        self.out.push_str("\r\n");
    }
}

/// x values in their order; equal ones share a row.
#[derive(Clone, Copy, Debug)]
struct Key(f64);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Key {}
impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

fn head(name: &str, unit: Unit) -> String {
    if unit.name().is_empty() { name.to_owned() } else { format!("{name} ({})", unit.name()) }
}

/// The shortest digits that read back as the same number; nothing for what is none.
fn number(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

/// A text cell. One that a spreadsheet would run as a formula gets an apostrophe before it (CWE-1236).
pub fn text(cell: &str) -> String {
    let mut cell = clean(cell);
    if cell.starts_with(['=', '+', '-', '@']) {
        cell.insert(0, '\'');
    }
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_disarmed() {
        assert_eq!(text("plain"), "plain");
        assert_eq!(text("a,\"b\"\nc"), "\"a,\"\"b\"\" c\"");
        assert_eq!(text("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!([number(0.1), number(1e21), number(f64::NAN)], ["0.1", "1000000000000000000000", ""]);
    }
}

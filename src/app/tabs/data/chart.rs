//! Before and after as charts: in all, and for each column.

use crate::data::ColumnReport;
use crate::report::theme::Look;
use crate::report::{Bar, Bars, Chart, Kind, Unit};

use super::model::Shown;

/// Columns drawn at most.
const MOST: usize = 20;
/// Size of the picture in points; the bars of many columns make it higher.
const SIZE: (f64, f64) = (760.0, 200.0);

/// The charts of a table.
pub fn charts(shown: &Shown, look: Look) -> Vec<Chart> {
    let report = shown.report();
    let total = Bar { label: "All columns".into(), before: report.before_bytes as f64, after: report.after_bytes as f64 };
    let mut columns: Vec<&ColumnReport> = report.columns.iter().collect();
    columns.sort_by_key(|column| std::cmp::Reverse(column.before.bytes.max(column.after.bytes)));
    let title = match columns.len() {
        0..=MOST => format!("Memory of each column of {}", report.source.file),
        all => format!("Memory of the {MOST} largest of {all} columns of {}", report.source.file),
    };
    let rows = columns.into_iter().take(MOST).map(bar).collect();
    vec![chart(shown, format!("Memory of {}", report.source.file), vec![total], look), chart(shown, title, rows, look)]
}

fn bar(column: &ColumnReport) -> Bar {
    Bar { label: column.name.clone(), before: column.before.bytes as f64, after: column.after.bytes as f64 }
}

fn chart(shown: &Shown, title: String, rows: Vec<Bar>, look: Look) -> Chart {
    let bars = Bars { rows, unit: Unit::Bytes, names: ["as loaded".into(), "optimised".into()] };
    let (width, height) = SIZE;
    Chart {
        title,
        figure: shown.memory.change.clone(),
        subtitle: shown.memory.sizes.clone(),
        kind: Kind::Bars(bars),
        width,
        height,
        look,
    }
}

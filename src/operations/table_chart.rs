//! Before and after of a table as charts: in all, and for each column.

use crate::data::{ColumnReport, Report};
use crate::report::theme::Look;
use crate::report::{Bar, Bars, Chart, Kind, Unit, format};

/// Columns drawn at most.
const MOST: usize = 20;
/// Size of the picture in points; the bars of many columns make it higher.
const SIZE: (f64, f64) = (760.0, 200.0);

/// The memory of all columns together.
pub fn table_chart(report: &Report, look: Look) -> Chart {
    let total = Bar { label: "All columns".into(), before: report.before_bytes as f64, after: report.after_bytes as f64 };
    chart(report, format!("Memory of {}", report.source.file), vec![total], look)
}

/// The memory of each column; of many, the largest.
pub fn columns_chart(report: &Report, look: Look) -> Chart {
    let mut columns: Vec<&ColumnReport> = report.columns.iter().collect();
    columns.sort_by_key(|column| std::cmp::Reverse(column.before.bytes.max(column.after.bytes)));
    let title = match columns.len() {
        0..=MOST => format!("Memory of each column of {}", report.source.file),
        all => format!("Memory of the {MOST} largest of {all} columns of {}", report.source.file),
    };
    chart(report, title, columns.into_iter().take(MOST).map(bar).collect(), look)
}

fn bar(column: &ColumnReport) -> Bar {
    let after = if column.left_out { 0 } else { column.after.bytes };
    Bar { label: column.name.clone(), before: column.before.bytes as f64, after: after as f64 }
}

fn chart(report: &Report, title: String, rows: Vec<Bar>, look: Look) -> Chart {
    let bars = Bars { rows, unit: Unit::Bytes, names: ["as loaded".into(), "optimised".into()] };
    let (width, height) = SIZE;
    Chart {
        title,
        figure: format::percent_change(-report.saved_percent()),
        subtitle: format!("{} → {}", format::bytes(report.before_bytes), format::bytes(report.after_bytes)),
        kind: Kind::Bars(bars),
        width,
        height,
        look,
    }
}

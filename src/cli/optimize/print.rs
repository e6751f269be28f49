//! A table as text for the terminal.

use std::collections::BTreeSet;

use crate::cache::Origin;
use crate::cli::out;
use crate::data::Report;
use crate::operations::batch::Shrunk;
use crate::report::format;

/// Its columns, what they took and take, and what there is to know about it.
pub fn table(shrunk: &Shrunk) -> anyhow::Result<()> {
    let report = &*shrunk.opened.value;
    let mut rows = vec![["Column", "From", "To", "Before", "After", "Why"].map(String::from).to_vec()];
    for column in &report.columns {
        let name = column.name.replace(['\n', '\r', '\t'], " ");
        let sizes = [format::bytes(column.before.bytes), format::bytes(column.after.bytes)];
        let [before, after] = sizes;
        let (kind, after, why) = match column.left_out {
            true => ("left out".into(), format::bytes(0), "neither counted nor written, as was chosen".into()),
            false => (column.after.kind.clone(), after, column.note.clone()),
        };
        rows.push(vec![name, column.before.kind.clone(), kind, before, after, why]);
    }
    out::line(&out::columns(&rows, &[3, 4]))?;
    out::line(&summary(report, shrunk.opened.origin, shrunk.total_seconds))?;
    for warning in &report.warnings {
        let place = [warning.column.clone(), warning.row.map(|row| format!("row {row}"))]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ");
        out::line(&if place.is_empty() { format!("! {}", warning.text) } else { format!("! {place}: {}", warning.text) })?;
    }
    choices(report)?;
    suggestions(report)
}

/// The first suggestions, which are those that save most, and how many more there are.
fn suggestions(report: &Report) -> anyhow::Result<()> {
    const SHOWN: usize = 10;
    let open = report.open_suggestions();
    for suggestion in open.iter().take(SHOWN) {
        let row = suggestion.row.map(|row| format!(", row {row}")).unwrap_or_default();
        let place = suggestion.columns.first().map(|name| name.replace(['\n', '\r', '\t'], " ")).unwrap_or_default();
        let saves = match suggestion.saved_bytes {
            0 => String::new(),
            saved => format!(" Saves {}.", format::bytes(saved)),
        };
        out::line(&format!("? {place}{row}: {}{saves}", suggestion.text))?;
    }
    match open.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => Ok(out::line(&format!("? and {} more; --json lists all of them.", format::count(more as u64)))?),
    }
}

/// How to choose between two readings of a column.
fn choices(report: &Report) -> anyhow::Result<()> {
    let keys: BTreeSet<&str> =
        report.columns.iter().flat_map(|column| &column.readings).map(|reading| reading.key.name()).collect();
    for (option, key, other) in [("--dates", "dmy", "mdy"), ("--decimal", "comma", "point")] {
        if keys.contains(key) {
            out::line(&format!("Choose with {option} {key} or {option} {other}."))?;
        }
    }
    Ok(())
}

/// `1,000,000 rows: 275 MB → 77 MB, 72 % less; pandas would hold 714 MB. …`
fn summary(report: &Report, origin: Origin, seconds: f64) -> String {
    let source = match origin {
        Origin::Made => String::new(),
        Origin::Memory | Origin::File => ", from the cache".into(),
    };
    format!(
        "{}: {} → {}, {} less; pandas would hold {}.\n{} values compared with the file, {} differ. {}{source}.",
        format::counted(report.rows, "row", "rows"),
        format::bytes(report.before_bytes),
        format::bytes(report.after_bytes),
        format::percent(report.saved_percent()),
        format::bytes(report.pandas_bytes),
        format::count(report.verified.values),
        format::count(report.verified.mismatches),
        format::seconds(seconds),
    )
}

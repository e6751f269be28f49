//! A table as one line of JSON; other programs depend on the names.

use std::path::Path;

use serde_json::{Value, json};

use crate::cache::Origin;
use crate::data::{ColumnReport, Report};
use crate::operations::batch::{Shrunk, Task};
use crate::sampler::peak_memory_bytes;

/// A table that is done.
pub fn done(task: &Task, shrunk: &Shrunk) -> Value {
    let (report, origin) = (&*shrunk.opened.value, shrunk.opened.origin);
    let columns: Vec<Value> = report.columns.iter().map(column_json).collect();
    json!({
        "file": task.file.to_string_lossy(),
        "format": report.source.format,
        "encoding": report.source.encoding,
        "delimiter": report.source.delimiter,
        "sheet": report.source.sheet,
        "range": report.source.range,
        "rows": report.rows,
        "level": report.level,
        "columns": columns,
        "before_bytes": report.before_bytes,
        "after_bytes": report.after_bytes,
        "saved_percent": report.saved_percent(),
        "pandas_bytes": report.pandas_bytes,
        "verified": { "values": report.verified.values, "mismatches": report.verified.mismatches, "respelled": report.verified.respelled },
        "warnings": report.warnings,
        "suggestions": report.suggestions,
        "next_level": report.next_level,
        "seconds": seconds_json(report, origin, shrunk),
        "target": task.target.as_ref().map(|(target, _)| target.to_string_lossy()),
        "html": task.html.as_ref().map(|page| page.to_string_lossy()),
        "peak_rss_bytes": peak_memory_bytes(),
        "cache": match origin { Origin::Made => "miss", Origin::Memory => "memory", Origin::File => "file" },
    })
}

/// A table that failed, and why.
pub fn failed(file: &Path, sheet: Option<&str>, error: &str) -> Value {
    let mut value = json!({ "file": file.to_string_lossy(), "error": error });
    if let (Some(sheet), Some(fields)) = (sheet, value.as_object_mut()) {
        fields.insert("sheet".into(), sheet.into());
    }
    value
}

/// A table from the cache was read and compared when it was made, not now.
fn seconds_json(report: &Report, origin: Origin, shrunk: &Shrunk) -> Value {
    let now = |seconds: f64| if origin == Origin::Made { seconds } else { 0.0 };
    let seconds = &report.seconds;
    json!({
        "read": now(seconds.read),
        "optimise": now(seconds.optimise),
        "verify": now(seconds.verify),
        "write": shrunk.write_seconds.unwrap_or(0.0),
        "total": shrunk.total_seconds,
    })
}

fn column_json(column: &ColumnReport) -> Value {
    json!({
        "name": column.name,
        "before": column.before,
        "after": column.after,
        "step": column.step,
        "lossless": column.lossless,
        "note": column.note,
        "nulls": column.nulls,
        "unique": column.unique,
        "readings": column.readings,
        "possible": column.possible,
        "left_out": column.left_out,
    })
}

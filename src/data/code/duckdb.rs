//! Code for DuckDB.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::columns::{Column, Kind};
use super::sql::{names, string, table_name, value};
use super::{Job, lines};

/// Reads all columns as text with `read_csv` and converts them on the way into the table.
pub fn write(out: &mut String, job: &Job<'_>, encoding: &str) -> fmt::Result {
    writeln!(out, "-- For DuckDB 1.3 or newer.\nCREATE TABLE {} AS\nSELECT", table_name(job.path))?;
    let values = names(job).into_iter().zip(&job.columns).filter(|(_, column)| !column.left_out);
    let values = values.map(|(name, column)| format!("{} AS {name}", value(column, &type_of(column))));
    writeln!(out, "{}\nFROM read_csv(\n    {},", lines(values, "    ", ","), string(job.path))?;
    let quote = string(&job.quote.map_or_else(String::new, String::from));
    let delimiter = string(&job.delimiter.to_string());
    writeln!(out, "    auto_detect = false,\n    header = {},\n    delim = {delimiter},", !job.headless)?;
    writeln!(out, "    quote = {quote},\n    escape = {quote},\n    nullstr = '',\n    allow_quoted_nulls = false,")?;
    if job.blank_lines > 0 {
        writeln!(out, "    skip = {},", job.blank_lines)?;
    }
    if encoding != "utf-8" {
        writeln!(out, "    encoding = '{encoding}',")?;
    }
    if job.short_rows() {
        writeln!(out, "    null_padding = true,\n    parallel = false,")?;
    }
    let columns = job.columns.iter().map(|column| format!("'c{}': 'VARCHAR'", column.at + 1));
    writeln!(out, "    columns = {{\n{}\n    }}\n);", lines(columns, "        ", ","))
}

fn type_of(column: &Column<'_>) -> Cow<'static, str> {
    match &column.kind {
        Kind::Int { bytes, signed, .. } => int(*bytes, *signed).into(),
        Kind::Float32 => "FLOAT".into(),
        Kind::Float64 => "DOUBLE".into(),
        Kind::Bool { .. } => "BOOLEAN".into(),
        Kind::Date(_) => "DATE".into(),
        Kind::Time(style) => match style.per_second() {
            1_000 => "TIMESTAMP_MS".into(),
            1_000_000 => "TIMESTAMP".into(),
            _ => "TIMESTAMP_NS".into(),
        },
        Kind::Words(Some(words)) => {
            format!("ENUM({})", words.iter().map(|word| string(word)).collect::<Vec<_>>().join(", ")).into()
        }
        Kind::Nothing | Kind::Text | Kind::Words(None) => "TEXT".into(),
    }
}

fn int(bytes: u8, signed: bool) -> &'static str {
    match (bytes, signed) {
        (1, true) => "TINYINT",
        (1, false) => "UTINYINT",
        (2, true) => "SMALLINT",
        (2, false) => "USMALLINT",
        (4, true) => "INTEGER",
        (4, false) => "UINTEGER",
        _ => "BIGINT",
    }
}

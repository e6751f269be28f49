//! Code in the SQL that PostgreSQL and DuckDB share: a table of texts is filled from the file, then converted.

use std::collections::HashSet;
use std::fmt::{self, Write};
use std::path::Path;

use super::columns::{Column, Kind};
use super::{Job, lines, styled};
use crate::data::date::TimeStyle;
use crate::data::format::Style;

/// The longest name that PostgreSQL keeps, in bytes.
const LONGEST_NAME: usize = 63;

/// Creates the table with standard types and fills it.
pub fn write(out: &mut String, job: &Job<'_>, encoding: &str) -> fmt::Result {
    let (table, names) = (table_name(job.path), names(job));
    let texts = name(&shortened(&format!("{}_text", stem(job.path)), LONGEST_NAME));
    writeln!(out, "-- For PostgreSQL (in psql, \\copy reads a file of your own computer) and DuckDB.")?;
    writeln!(out, "CREATE TABLE {table} (")?;
    let kept = |column: &&Column<'_>| !column.left_out;
    let typed = names
        .iter()
        .zip(&job.columns)
        .filter(|(_, column)| kept(column))
        .map(|(name, column)| format!("{name} {}", type_of(column)));
    writeln!(out, "{}\n);", lines(typed, "    ", ","))?;
    writeln!(out, "CREATE TEMPORARY TABLE {texts} (")?;
    writeln!(out, "{}\n);", lines((0..names.len()).map(|at| format!("c{} TEXT", at + 1)), "    ", ","))?;
    writeln!(out, "COPY {texts} FROM {} WITH (", string(job.path))?;
    let (delimiter, quote) = (string(&job.delimiter.to_string()), string(&job.quote.unwrap_or('"').to_string()));
    writeln!(out, "    FORMAT csv, HEADER {}, DELIMITER {delimiter}, QUOTE {quote}, ESCAPE {quote},", !job.headless)?;
    writeln!(out, "    NULL '', ENCODING '{encoding}'\n);")?;
    writeln!(out, "INSERT INTO {table}\nSELECT")?;
    let values = job.columns.iter().filter(kept).map(|column| value(column, type_of(column)));
    writeln!(out, "{}\nFROM {texts};", lines(values, "    ", ","))?;
    writeln!(out, "DROP TABLE {texts};")
}

/// PostgreSQL's name of an encoding that the WHATWG names.
pub fn encoding(name: &str) -> Option<&'static str> {
    Some(match name {
        "Shift_JIS" => "SJIS",
        "EUC-JP" => "EUC_JP",
        "EUC-KR" => "UHC",
        "Big5" => "BIG5",
        "GBK" | "gb18030" => "GB18030",
        "windows-874" => "WIN874",
        "windows-1250" => "WIN1250",
        "windows-1251" => "WIN1251",
        "windows-1252" => "WIN1252",
        "windows-1253" => "WIN1253",
        "windows-1254" => "WIN1254",
        "windows-1255" => "WIN1255",
        "windows-1256" => "WIN1256",
        "windows-1257" => "WIN1257",
        "windows-1258" => "WIN1258",
        "ISO-8859-2" => "LATIN2",
        "ISO-8859-15" => "LATIN9",
        "KOI8-R" => "KOI8R",
        "KOI8-U" => "KOI8U",
        "IBM866" => "WIN866",
        _ => return None,
    })
}

/// The standard type.
fn type_of(column: &Column<'_>) -> &'static str {
    match column.kind {
        Kind::Int { bytes: 1, .. } | Kind::Int { bytes: 2, signed: true, .. } => "SMALLINT",
        Kind::Int { bytes: 2, .. } | Kind::Int { bytes: 4, signed: true, .. } => "INTEGER",
        Kind::Int { .. } => "BIGINT",
        Kind::Float32 => "REAL",
        Kind::Float64 => "DOUBLE PRECISION",
        Kind::Bool { .. } => "BOOLEAN",
        Kind::Date(_) => "DATE",
        // Finer moments than microseconds would be rounded: they stay text, by ISO 8601.
        Kind::Time(TimeStyle { fraction: 0..=6, .. }) => "TIMESTAMP",
        Kind::Time(_) | Kind::Nothing | Kind::Text | Kind::Words(_) => "TEXT",
    }
}

/// The text of a column as a value of `kind`.
pub fn value(column: &Column<'_>, kind: &str) -> String {
    let place = format!("c{}", column.at + 1);
    // Columns without a value have a word where they are not blank.
    let text = match column.null {
        Some(word) if column.nulls => format!("NULLIF({place}, {})", string(word)),
        _ => place,
    };
    let text = match (column.style, &column.kind) {
        (_, Kind::Text | Kind::Nothing) => text,
        (Style::Number(style), _) => styled::number(&text, style),
        (Style::Date(style), Kind::Date(_)) => styled::day(&text, style),
        (Style::Date(style), Kind::Time(time)) => styled::moment(&text, style, *time),
        _ => text,
    };
    match &column.kind {
        Kind::Date(Some(_)) if column.style == Style::Plain => format!("CAST(CAST({text} AS TIMESTAMP) AS {kind})"),
        Kind::Bool { yes, no } => format!("CASE {text} WHEN {} THEN true WHEN {} THEN false END", string(yes), string(no)),
        Kind::Int { point: true, .. } => format!("CAST(CAST({text} AS NUMERIC(38, 0)) AS {kind})"),
        Kind::Text | Kind::Nothing => text,
        _ if kind == "TEXT" => text,
        _ => format!("CAST({text} AS {kind})"),
    }
}

/// A string literal. A zero, which no database takes, is written as the sign for a letter that is missing.
pub fn string(text: &str) -> String {
    format!("'{}'", text.replace('\0', "\u{fffd}").replace('\'', "''"))
}

/// A name.
pub fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('\0', "\u{fffd}").replace('"', "\"\""))
}

/// The table is named as the file without its ending.
pub fn table_name(path: &str) -> String {
    name(&shortened(&stem(path), LONGEST_NAME))
}

fn stem(path: &str) -> String {
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| !stem.trim().is_empty()).unwrap_or_else(|| "table".into())
}

/// The columns' names: short enough, and different even where large and small letters are the same.
pub fn names(job: &Job<'_>) -> Vec<String> {
    let mut seen = HashSet::new();
    let unique = |column: &Column<'_>| {
        let mut unique = shortened(column.name, LONGEST_NAME);
        let mut number = 2;
        while !seen.insert(unique.to_lowercase()) {
            let ending = format!("_{number}");
            unique = format!("{}{ending}", shortened(column.name, LONGEST_NAME - ending.len()));
            number += 1;
        }
        name(&unique)
    };
    job.columns.iter().map(unique).collect()
}

/// The longest start of at most so many bytes.
fn shortened(text: &str, most: usize) -> String {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{name, shortened, string};

    #[test]
    fn nothing_breaks_out_of_a_literal() {
        assert_eq!(string("it's'; DROP TABLE x; --\\"), r"'it''s''; DROP TABLE x; --\'");
        assert_eq!(name("a\"; DROP TABLE x; --\n"), "\"a\"\"; DROP TABLE x; --\n\"");
        assert_eq!(shortened("äöü", 3), "ä");
    }
}

//! Code for polars.

use std::fmt::{self, Write};

use super::columns::{Column, Kind};
use super::python::{left_out, mark_literal, string, time_pattern, time_unit};
use super::{Job, lines};
use crate::data::format::Style;
use crate::data::numeral::{DecimalSign, Group, NumberStyle, Percent};

/// Reads with `read_csv`; what is spelled as polars would not spell it comes in as text and is converted afterwards.
pub fn write(out: &mut String, job: &Job<'_>, encoding: &str) -> fmt::Result {
    let columns = &job.columns;
    let encoding = if encoding == "utf-8-sig" { "utf8" } else { encoding };
    writeln!(out, "# For polars 2 or newer.\nimport polars as pl\n\ntable = pl.read_csv(\n    {},", string(job.path))?;
    let quote = job.quote.map_or("None".into(), mark_literal);
    writeln!(out, "    glob=False,\n    separator={},\n    quote_char={quote},", string(&job.delimiter.to_string()))?;
    writeln!(out, "    encoding={},\n    has_header={},", string(encoding), if job.headless { "False" } else { "True" })?;
    if job.blank_lines > 0 {
        writeln!(out, "    skip_lines={},", job.blank_lines)?;
    }
    writeln!(out, "    truncate_ragged_lines=True,\n    infer_schema=False,")?;
    writeln!(out, "    new_columns=[\n{},\n    ],", lines(columns.iter().map(|column| string(column.name)), INNER, ","))?;
    let types = columns.iter().map(|column| format!("{}: {}", string(column.name), read_type(column)));
    write!(out, "    schema_overrides={{\n{},\n    }},\n)", lines(types, INNER, ","))?;
    if may_drop_blank_rows(job) {
        write!(out, ".filter(\n    # Blank lines are no rows.\n    ~pl.all_horizontal(pl.all().is_null())\n)")?;
    }
    let converted = lines(columns.iter().filter(|column| !column.left_out).filter_map(conversion), "    ", ",");
    if !converted.is_empty() {
        write!(out, ".with_columns(\n{converted},\n)")?;
    }
    let left_out = left_out(columns);
    if !left_out.is_empty() {
        write!(out, ".drop(\n    [{left_out}]\n)")?;
    }
    writeln!(out)
}

const INNER: &str = "        ";

/// polars makes a row of a blank line. That can be undone unless some row of the table has no value at all.
fn may_drop_blank_rows(job: &Job<'_>) -> bool {
    let views = job.table.views();
    let no_words = job.columns.iter().all(|column| column.null.is_none());
    let sparse = no_words && job.columns.iter().all(|column| column.nulls);
    let nothing_in = |row: usize| views.iter().all(|view| view.value(row).is_none());
    views.len() > 1 && !(sparse && (0..job.table.rows()).any(nothing_in))
}

/// Whether the column is read as text first.
fn as_text(column: &Column<'_>) -> bool {
    match column.kind {
        _ if column.style != Style::Plain => true,
        Kind::Int { point, .. } => point || column.null.is_some(),
        Kind::Float32 | Kind::Float64 => column.null.is_some(),
        _ => true,
    }
}

fn read_type(column: &Column<'_>) -> String {
    if as_text(column) { "pl.String".into() } else { final_type(column).unwrap_or_default() }
}

/// The type to convert to where a plain cast does.
fn final_type(column: &Column<'_>) -> Option<String> {
    Some(match &column.kind {
        Kind::Int { bytes, signed, .. } => format!("pl.{}Int{}", if *signed { "" } else { "U" }, bytes * 8),
        Kind::Float32 => "pl.Float32".into(),
        Kind::Float64 => "pl.Float64".into(),
        Kind::Nothing => "pl.Null".into(),
        Kind::Words(Some(words)) => {
            format!("pl.Enum([{}])", words.iter().map(|word| string(word)).collect::<Vec<_>>().join(", "))
        }
        Kind::Words(None) => "pl.Categorical".into(),
        Kind::Bool { .. } | Kind::Date(_) | Kind::Time(_) | Kind::Text => return None,
    })
}

fn conversion(column: &Column<'_>) -> Option<String> {
    if !as_text(column) {
        return None;
    }
    let missing = match column.null {
        Some(word) if column.nulls => format!(".replace({}, None)", string(word)),
        _ => String::new(),
    };
    let convert = match &column.kind {
        Kind::Text => return None,
        Kind::Bool { yes, no } => {
            format!(".replace_strict({{{}: True, {}: False}}, return_dtype=pl.Boolean)", string(yes), string(no))
        }
        Kind::Date(None) => format!(".str.to_date({})", string(&time_pattern(column.style, None, ""))),
        Kind::Date(midnight) => {
            let pattern = string(&time_pattern(column.style, *midnight, "%.f"));
            format!(".str.to_datetime({pattern}).cast(pl.Date)")
        }
        Kind::Time(style) => {
            let (pattern, unit) = (string(&time_pattern(column.style, Some(*style), "%.f")), time_unit(*style));
            format!(".str.to_datetime({pattern}, time_unit=\"{unit}\")")
        }
        Kind::Int { point: true, .. } => format!(".cast(pl.Float64).cast({})", final_type(column)?),
        _ => format!(".cast({})", final_type(column)?),
    };
    let unstyled = if let Style::Number(style) = column.style { unstyled(style) } else { String::new() };
    Some(format!("{}{missing}{unstyled}{convert}", place(column)))
}

/// Makes the plain spelling of numbers.
fn unstyled(style: NumberStyle) -> String {
    let percent = match style.percent {
        Percent::None => String::new(),
        percent => format!(".str.strip_suffix({})", string(percent.text())),
    };
    let group = match style.group {
        Group::None => String::new(),
        group => format!(".str.replace_all({}, \"\", literal=True)", string(group.text())),
    };
    let decimal = match style.decimal {
        DecimalSign::Point => "",
        DecimalSign::Comma => ".str.replace(\",\", \".\", literal=True)",
    };
    format!("{percent}{group}{decimal}")
}

/// The column: by its name, or by its place where polars would take the name for a pattern.
fn place(column: &Column<'_>) -> String {
    if column.name == "*" || column.name.starts_with('^') {
        return format!("pl.nth({})", column.at);
    }
    format!("pl.col({})", string(column.name))
}

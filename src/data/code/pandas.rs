//! Code for pandas.

use std::fmt::{self, Write};

use super::columns::{Column, Kind};
use super::python::{left_out, mark_literal, string, time_pattern, time_unit};
use super::{Job, lines};
use crate::data::format::Style;
use crate::data::numeral::{DecimalSign, Group, NumberStyle, Percent};

/// Reads with `read_csv`; categories, dates, moments and numbers like `12.0` are converted afterwards.
pub fn write(out: &mut String, job: &Job<'_>, encoding: &str) -> fmt::Result {
    let columns = &job.columns;
    writeln!(out, "# For pandas 3 or newer.")?;
    if columns.iter().any(|column| column.nulls && column.empty_text) {
        writeln!(out, "# pandas does not tell an empty text from a missing one: both are missing where a column has both.")?;
    }
    writeln!(out, "import pandas as pd\n\ntable = pd.read_csv(\n    {},", string(job.path))?;
    let quote = job.quote.map_or("quoting=3".into(), |mark| format!("quotechar={}", mark_literal(mark)));
    writeln!(out, "    sep={},\n    {quote},", string(&job.delimiter.to_string()))?;
    writeln!(out, "    encoding={},\n    header={},", string(encoding), if job.headless { "None" } else { "0" })?;
    if job.blank_lines > 0 {
        writeln!(out, "    skiprows={},", job.blank_lines)?;
    }
    if columns.len() == 1 {
        writeln!(out, "    skip_blank_lines=False,")?;
    }
    writeln!(out, "    index_col=False,\n    keep_default_na=False,")?;
    writeln!(out, "    names=[\n{},\n    ],", lines(columns.iter().map(|column| string(column.name)), INNER, ","))?;
    writeln!(out, "    dtype={{\n{},\n    }},", lines(columns.iter().map(|c| pair(c, &string(&read_type(c)))), INNER, ","))?;
    let missing = columns.iter().filter(|column| column.nulls);
    let missing = lines(missing.map(|c| pair(c, &format!("[{}]", string(c.null.unwrap_or_default())))), INNER, ",");
    if !missing.is_empty() {
        writeln!(out, "    na_values={{\n{missing},\n    }},")?;
    }
    for (name, words) in [("true_values", words(columns, |yes, _| yes)), ("false_values", words(columns, |_, no| no))] {
        if !words.is_empty() {
            writeln!(out, "    {name}=[{}],", words.join(", "))?;
        }
    }
    writeln!(out, ")")?;
    for column in columns.iter().filter(|column| !column.left_out) {
        let at = format!("table[{}]", string(column.name));
        if let Style::Number(style) = column.style {
            writeln!(out, "{at} = {at}{}{}", unstyled(style), number_type(column))?;
            continue;
        }
        match column.kind {
            Kind::Date(midnight) => {
                let pattern = string(&time_pattern(column.style, midnight, ".%f"));
                writeln!(out, "{at} = pd.to_datetime({at}, format={pattern}).astype(\"datetime64[s]\")")?;
            }
            Kind::Time(style) => {
                let (pattern, unit) = (string(&time_pattern(column.style, Some(style), ".%f")), time_unit(style));
                writeln!(out, "{at} = pd.to_datetime({at}, format={pattern}).astype(\"datetime64[{unit}]\")")?;
            }
            Kind::Int { bytes, signed, point: true } => {
                writeln!(out, "{at} = {at}.astype({})", string(&int(bytes, signed, column.nulls)))?;
            }
            Kind::Words(_) => writeln!(out, "{at} = {at}.astype(\"category\")")?,
            _ => {}
        }
    }
    let left_out = left_out(columns);
    if !left_out.is_empty() {
        writeln!(out, "table = table.drop(columns=[{left_out}])")?;
    }
    Ok(())
}

const INNER: &str = "        ";

fn pair(column: &Column<'_>, value: &str) -> String {
    format!("{}: {value}", string(column.name))
}

/// Makes the plain spelling of numbers.
fn unstyled(style: NumberStyle) -> String {
    let percent = match style.percent {
        Percent::None => String::new(),
        percent => format!(".str.removesuffix({})", string(percent.text())),
    };
    let group = match style.group {
        Group::None => String::new(),
        group => format!(".str.replace({}, \"\", regex=False)", string(group.text())),
    };
    let decimal = match style.decimal {
        DecimalSign::Point => "",
        DecimalSign::Comma => ".str.replace(\",\", \".\", regex=False)",
    };
    format!("{percent}{group}{decimal}")
}

/// Makes numbers of their plain spelling.
fn number_type(column: &Column<'_>) -> String {
    let cast = |kind: &str| format!(".astype({})", string(kind));
    match column.kind {
        Kind::Int { bytes, signed, point: true } => cast("float64") + &cast(&int(bytes, signed, column.nulls)),
        Kind::Int { bytes, signed, .. } => {
            let wide = if column.nulls { "Int64" } else { "int64" };
            cast(wide) + &cast(&int(bytes, signed, column.nulls))
        }
        Kind::Float32 => cast("float64") + &cast("float32"),
        _ => cast("float64"),
    }
}

/// The type that a column is read as.
fn read_type(column: &Column<'_>) -> String {
    if let Style::Number(_) = column.style {
        return "string".into();
    }
    match column.kind {
        Kind::Int { point: true, .. } | Kind::Float64 => "float64".into(),
        Kind::Int { bytes, signed, .. } => int(bytes, signed, column.nulls),
        Kind::Float32 => "float32".into(),
        Kind::Bool { .. } if column.nulls => "boolean".into(),
        Kind::Bool { .. } => "bool".into(),
        // Read as categories, codes like 007 would become numbers.
        Kind::Nothing | Kind::Date(_) | Kind::Time(_) | Kind::Text | Kind::Words(_) => "string".into(),
    }
}

/// NumPy's integers hold no missing values, pandas' own do.
fn int(bytes: u8, signed: bool, nulls: bool) -> String {
    let name = match (signed, nulls) {
        (true, false) => "int",
        (true, true) => "Int",
        (false, false) => "uint",
        (false, true) => "UInt",
    };
    format!("{name}{}", bytes * 8)
}

/// The words for yes or for no of all columns, each once.
fn words(columns: &[Column<'_>], choose: fn(&'static str, &'static str) -> &'static str) -> Vec<String> {
    let mut words = Vec::new();
    for column in columns {
        if let Kind::Bool { yes, no } = column.kind {
            let word = string(choose(yes, no));
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words
}

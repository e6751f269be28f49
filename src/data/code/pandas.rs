//! Code for pandas.

use std::fmt::{self, Write};

use super::columns::{Column, Kind};
use super::python::{string, time_pattern, time_unit};
use super::{Job, lines};

/// Reads with `read_csv`; categories, dates, moments and numbers like `12.0` are converted afterwards.
pub fn write(out: &mut String, job: &Job<'_>, encoding: &str) -> fmt::Result {
    let columns = &job.columns;
    writeln!(out, "# For pandas 3 or newer.")?;
    if columns.iter().any(|column| column.nulls && column.empty_text) {
        writeln!(out, "# pandas does not tell an empty text from a missing one: both are missing where a column has both.")?;
    }
    writeln!(out, "import pandas as pd\n\ntable = pd.read_csv(\n    {},", string(job.path))?;
    writeln!(out, "    sep={},\n    quotechar='\"',", string(&job.delimiter.to_string()))?;
    writeln!(out, "    encoding={},\n    header=0,", string(encoding))?;
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
    for column in columns {
        let at = format!("table[{}]", string(column.name));
        match column.kind {
            Kind::Date => {
                writeln!(out, "{at} = pd.to_datetime({at}, format=\"%Y-%m-%d\").astype(\"datetime64[s]\")")?;
            }
            Kind::Time(style) => {
                let (pattern, unit) = (string(&time_pattern(style, ".%f")), time_unit(style));
                writeln!(out, "{at} = pd.to_datetime({at}, format={pattern}).astype(\"datetime64[{unit}]\")")?;
            }
            Kind::Int { bytes, signed, point: true } => {
                writeln!(out, "{at} = {at}.astype({})", string(&int(bytes, signed, column.nulls)))?;
            }
            Kind::Words(_) => writeln!(out, "{at} = {at}.astype(\"category\")")?,
            _ => {}
        }
    }
    Ok(())
}

const INNER: &str = "        ";

fn pair(column: &Column<'_>, value: &str) -> String {
    format!("{}: {value}", string(column.name))
}

/// The type that a column is read as.
fn read_type(column: &Column<'_>) -> String {
    match column.kind {
        Kind::Int { point: true, .. } | Kind::Float64 => "float64".into(),
        Kind::Int { bytes, signed, .. } => int(bytes, signed, column.nulls),
        Kind::Float32 => "float32".into(),
        Kind::Bool { .. } if column.nulls => "boolean".into(),
        Kind::Bool { .. } => "bool".into(),
        // Read as categories, codes like 007 would become numbers.
        Kind::Nothing | Kind::Date | Kind::Time(_) | Kind::Text | Kind::Words(_) => "string".into(),
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

//! Code that loads a text table with the types that were found, for pandas, polars, DuckDB and SQL.
//!
//! Whatever stands in the file or in its name gets into the code only as a literal or a quoted name of that language.

mod columns;
mod duckdb;
mod pandas;
mod polars;
mod python;
mod sql;
mod styled;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::table::Table;
use crate::jobs::Explain;

/// What the code is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFor {
    /// Python with pandas 3 or newer.
    Pandas,
    /// Python with polars 2 or newer.
    Polars,
    /// A script for DuckDB.
    DuckDb,
    /// A script in the SQL that PostgreSQL and DuckDB share.
    Sql,
}

impl CodeFor {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pandas, Self::Polars, Self::DuckDb, Self::Sql];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pandas => "pandas",
            Self::Polars => "polars",
            Self::DuckDb => "duckdb",
            Self::Sql => "sql",
        }
    }

    /// The name as its makers write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pandas => "pandas",
            Self::Polars => "polars",
            Self::DuckDb => "DuckDB",
            Self::Sql => "SQL",
        }
    }
}

impl FromStr for CodeFor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|code| code.name().eq_ignore_ascii_case(text));
        known.ok_or_else(|| format!("no code is written for “{text}”; it is for {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// Why no code can be written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CodeError {
    /// The file is no text table.
    #[error("code is written for text tables such as CSV, and “{0}” is none")]
    NotText(String),
    /// Blanks were cut, which the program would read.
    #[error("code would read “{0}” with the blanks that were cut here")]
    Trimmed(String),
    /// The path cannot stand in a program.
    #[error("the name of “{0}” holds bytes that are no text, so code cannot name it")]
    Name(String),
    /// The program does not read that encoding.
    #[error("{} does not read text in {encoding}, which “{file}” is in", .code.title())]
    Encoding {
        /// What the code is for.
        code: CodeFor,
        /// The file's encoding.
        encoding: String,
        /// The file's name.
        file: String,
    },
    /// The file's rows are in a form that the program does not read.
    #[error("{} does not read {what}, as “{file}” has", .code.title())]
    Rows {
        /// What the code is for.
        code: CodeFor,
        /// What is special about the rows.
        what: &'static str,
        /// The file's name.
        file: String,
    },
}

impl Explain for CodeError {
    fn next_step(&self) -> String {
        match self {
            Self::NotText(_) | Self::Trimmed(_) => "Export the table as CSV, then ask for the code of that file.".into(),
            Self::Name(_) => "Rename the file, then try again.".into(),
            Self::Encoding { .. } => "Export the table as CSV, which is UTF-8, then ask for the code of that file.".into(),
            Self::Rows { .. } => "Export the table as CSV, then ask for the code of that file.".into(),
        }
    }
}

/// Code that loads the file at `path`, from which `table` was made, with the table's types. The path is named as it is given.
///
/// # Errors
/// When the file is no text table, or is in a form that the program does not read.
pub fn code(table: &Table, path: &Path, code: CodeFor) -> Result<String, CodeError> {
    let source = &table.report.source;
    if source.format != "csv" {
        return Err(CodeError::NotText(source.file.clone()));
    }
    let path = path.to_str().ok_or_else(|| CodeError::Name(source.file.clone()))?;
    let job = Job {
        path,
        file: &source.file,
        code,
        delimiter: source.delimiter.unwrap_or(','),
        encoding: source.encoding.as_deref().unwrap_or("UTF-8"),
        quote: source.quote,
        headless: source.headless,
        blank_lines: table.report.first_row.saturating_sub(if source.headless { 1 } else { 2 }),
        columns: columns::of(table),
        table,
    };
    job.check()?;
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = match code {
        CodeFor::Pandas => pandas::write(&mut out, &job, job.python_encoding()?),
        CodeFor::Polars => polars::write(&mut out, &job, job.python_encoding()?),
        CodeFor::DuckDb => duckdb::write(&mut out, &job, job.sql_encoding()?),
        CodeFor::Sql => sql::write(&mut out, &job, job.sql_encoding()?),
    };
    Ok(out)
}

/// What the code is written from.
struct Job<'a> {
    path: &'a str,
    file: &'a str,
    code: CodeFor,
    delimiter: char,
    encoding: &'a str,
    /// The mark around cells, if any.
    quote: Option<char>,
    /// There is no header.
    headless: bool,
    /// Lines before the header, blank or left out.
    blank_lines: u64,
    columns: Vec<columns::Column<'a>>,
    table: &'a Table,
}

impl Job<'_> {
    /// Whether some rows are shorter than the header.
    fn short_rows(&self) -> bool {
        self.table.report.short_rows > 0
    }

    /// Refuses what no program reads as it is read here.
    fn check(&self) -> Result<(), CodeError> {
        let source = &self.table.report.source;
        let what = match source {
            _ if !source.trimmed.is_empty() => return Err(CodeError::Trimmed(self.file.into())),
            _ if source.escaped => "backslashes before quotation marks",
            _ if source.unnamed > 0 => "rows longer than the header",
            _ if source.quote.is_none() && self.code == CodeFor::Sql => "quotation marks that are text",
            _ => return Ok(()),
        };
        Err(CodeError::Rows { code: self.code, what, file: self.file.into() })
    }

    fn refused_encoding(&self) -> CodeError {
        CodeError::Encoding { code: self.code, encoding: self.encoding.into(), file: self.file.into() }
    }

    fn python_encoding(&self) -> Result<&'static str, CodeError> {
        python::encoding(self.encoding).ok_or_else(|| self.refused_encoding())
    }

    fn sql_encoding(&self) -> Result<&'static str, CodeError> {
        let duck = self.code == CodeFor::DuckDb;
        let rows = |what| CodeError::Rows { code: self.code, what, file: self.file.into() };
        if !duck && self.blank_lines > 0 {
            return Err(rows("lines before the header"));
        }
        if !duck && self.short_rows() {
            return Err(rows("rows shorter than the header"));
        }
        match self.encoding {
            "UTF-8" => Ok("utf-8"),
            "UTF-16LE" if duck => Ok("utf-16"),
            // The same bytes as long as none of the letters that Windows added is used.
            "windows-1252" if self.columns.iter().all(|column| column.is_latin(self.table)) => Ok("latin-1"),
            other => sql::encoding(other).filter(|_| !duck).ok_or_else(|| self.refused_encoding()),
        }
    }
}

/// Items one to a line.
fn lines<T: fmt::Display>(items: impl IntoIterator<Item = T>, indent: &str, between: &str) -> String {
    let lines: Vec<String> = items.into_iter().map(|item| format!("{indent}{item}")).collect();
    lines.join(&format!("{between}\n"))
}

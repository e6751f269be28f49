//! The report on a table as a page that can be mailed: what was saved, that nothing was lost, and how to use it.
//!
//! `parts` has the sections; [`crate::report::html`] writes the page.

mod parts;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::SystemTime;

use crate::data::{CodeFor, Report, Table};
use crate::jobs::{Cancel, Explain, Failure, JobError};
use crate::report::html::Html;

use super::table_code;

/// Code for one program, or why there is none.
pub type Code = (CodeFor, Result<String, String>);

/// The page on a table, with the code that loads its file; the code names the file without its folders, so that a report that goes to
/// others tells nothing of this computer. `made` is the moment that it tells of itself.
///
/// # Errors
/// When a chart cannot be drawn, and when cancelled.
pub fn table_report_html(table: &Table, made: SystemTime, cancel: &Cancel) -> Result<String, JobError> {
    let mut codes = Vec::new();
    for code in CodeFor::ALL {
        cancel.check()?;
        codes.push((code, code_or_reason(table, code)?));
    }
    report_html(&table.report, &codes, made)
}

/// The page on a table of which only the report is there.
///
/// # Errors
/// When a chart cannot be drawn.
pub fn report_html(report: &Report, codes: &[Code], made: SystemTime) -> Result<String, JobError> {
    let mut drawn = Ok(());
    let page = Html::page(&format!("{}: memory report", report.source.file), |html| {
        parts::head(html, report, made);
        parts::memory(html, report);
        parts::proof(html, report);
        parts::warnings(html, report);
        parts::steps(html, report);
        drawn = parts::columns(html, report);
        parts::suggestions(html, report);
        parts::code(html, codes);
        parts::measured(html, report);
    });
    drawn.map_err(|error| failed(&error))?;
    Ok(page)
}

fn code_or_reason(table: &Table, code: CodeFor) -> Result<Result<String, String>, JobError> {
    match table_code(table, Path::new(&table.report.source.file), code) {
        Ok(text) => Ok(Ok(text)),
        Err(JobError::Failed(failure)) => Ok(Err(failure.to_string())),
        Err(JobError::Cancelled) => Err(JobError::Cancelled),
    }
}

fn failed(error: &impl Explain) -> JobError {
    JobError::Failed(Failure::from_error(error))
}

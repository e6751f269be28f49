//! The jobs of the dialog. What is in the closures runs on a worker's thread.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::app::tabs::data::model::Shown;
use crate::app::tabs::data::work as files;
use crate::app::{Command, Notice, Tools};
use crate::data::{CodeFor, OutputFormat};
use crate::jobs::{Cancel, JobError, Priority, Ticket};
use crate::operations::{Estimate, ExportNote, estimate_export, export_notes, export_page, table_code, table_report_html};
use crate::report::format;
use crate::report::syntax::{Language, Piece, pieces};

use super::choice::Choice;

/// Letters of a line of code that are shown; copying gives all of them.
const LONGEST_LINE: usize = 2_000;

/// What is known of a file before it is saved.
#[derive(Debug)]
pub struct Expected {
    /// `about 18 MB, 2 s`; empty where it cannot be saved so.
    pub size: String,
    /// What to know before; what stops it comes first.
    pub notes: Vec<ExportNote>,
}

impl Expected {
    /// Whether the table cannot be saved so.
    pub fn stops(&self) -> bool {
        self.notes.iter().any(|note| note.stops)
    }
}

/// Finds out what saving as `choice` will take, and what to know before.
pub fn expected(shown: &Arc<Shown>, choice: Choice, tools: &Tools) -> Ticket<Expected> {
    let shown = Arc::clone(shown);
    tools.submit(format!("Estimating the size: {}", choice.name()), Priority::Normal, move |cancel, _| match choice {
        Choice::Table(format) => of_table(&shown, format, cancel),
        Choice::Report => of_report(&shown, cancel),
    })
}

fn of_table(shown: &Shown, format: OutputFormat, cancel: &Cancel) -> Result<Expected, JobError> {
    let notes = export_notes(&shown.table, format, cancel)?;
    let stops = notes.iter().any(|note| note.stops);
    let size = if stops { String::new() } else { words(estimate_export(&shown.table, format, cancel)?) };
    Ok(Expected { size, notes })
}

fn of_report(shown: &Shown, cancel: &Cancel) -> Result<Expected, JobError> {
    let started = Instant::now();
    let bytes = table_report_html(&shown.table, SystemTime::now(), cancel)?.len() as u64;
    let estimate = Estimate { bytes, seconds: started.elapsed().as_secs_f64(), exact: true };
    Ok(Expected { size: words(estimate), notes: Vec::new() })
}

/// `about 18 MB, 2 s`.
fn words(estimate: Estimate) -> String {
    let about = if estimate.exact { "" } else { "about " };
    let time = match estimate.seconds {
        seconds if seconds < 0.95 => "under 1 s".to_owned(),
        seconds => format::span(Duration::from_secs(seconds.round() as u64)),
    };
    format!("{about}{}, {time}", format::bytes(estimate.bytes))
}

/// Code, ready to be shown and to be copied.
#[derive(Debug)]
pub struct Code {
    /// What it is for.
    pub program: CodeFor,
    /// All of it.
    pub text: String,
    /// Its lines, as far as they are shown.
    pub lines: Vec<Vec<(Piece, Range<usize>)>>,
}

impl Code {
    fn new(program: CodeFor, text: String) -> Self {
        let language = match program {
            CodeFor::Pandas | CodeFor::Polars => Language::Python,
            CodeFor::DuckDb | CodeFor::Sql => Language::Sql,
        };
        let lines = lines(&text, &pieces(&text, language));
        Self { program, text, lines }
    }
}

/// The pieces of each line, without the line's end.
fn lines(text: &str, pieces: &[(Piece, Range<usize>)]) -> Vec<Vec<(Piece, Range<usize>)>> {
    let (mut lines, mut start) = (Vec::new(), 0);
    let mut rest = pieces;
    for line in text.lines() {
        let end = start + line.len();
        let shown = start..start + line.floor_char_boundary(LONGEST_LINE);
        let on_line = rest.iter().take_while(|(_, range)| range.start < end);
        let cut = |(piece, range): &(Piece, Range<usize>)| (*piece, range.start.max(shown.start)..range.end.min(shown.end));
        lines.push(on_line.map(cut).filter(|(_, range)| !range.is_empty()).collect());
        // The ends of lines are ASCII: after one of them the next line begins.
        start = text.get(end..).map_or(end, |rest| end + rest.find('\n').map_or(rest.len(), |at| at + 1));
        let done = rest.iter().take_while(|(_, range)| range.end <= start).count();
        rest = rest.get(done..).unwrap_or_default();
    }
    lines
}

/// Writes code that loads the file.
pub fn code(shown: &Arc<Shown>, program: CodeFor, tools: &Tools) -> Ticket<Code> {
    let shown = Arc::clone(shown);
    tools.submit(format!("Writing code for {}", program.title()), Priority::High, move |_, _| {
        Ok(Code::new(program, table_code(&shown.table, &shown.path, program)?))
    })
}

/// Writes the report to `target`, which must not be the table's own source.
pub fn write_report(shown: &Arc<Shown>, target: PathBuf, tools: &mut Tools) {
    let shown = Arc::clone(shown);
    tools.errand(format!("Writing {}", files::name_of(&target)), move |cancel, progress| {
        if files::is_same_file(&shown.path, &target) {
            return Err(files::own_source(&target));
        }
        let page = table_report_html(&shown.table, SystemTime::now(), cancel)?;
        export_page(&page, &target, cancel, progress)?;
        let text = format!("Saved “{}” ({}).", files::name_of(&target), format::bytes(page.len() as u64));
        Ok(Command::Tell(Notice::Done { text, place: Some(target) }))
    });
}

/// The name offered for the file.
pub fn name_of(source: &Path, sheet: Option<&str>, choice: Choice) -> String {
    match choice {
        Choice::Table(format) => files::export_name(source, sheet, format),
        Choice::Report => format!("{}-report.html", files::base_name(source, sheet)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_time_are_told_as_well_as_they_are_known() {
        let estimate = |bytes, seconds, exact| words(Estimate { bytes, seconds, exact });
        assert_eq!(estimate(18_200_000, 2.3, false), "about 18 MB, 2 s");
        assert_eq!(estimate(35_000, 0.01, true), "35 KB, under 1 s");
        assert_eq!(estimate(35_000, 0.97, true), "35 KB, 1 s");
        assert_eq!(estimate(1_400_000_000, 80.0, false), "about 1.4 GB, 1 min 20 s");
    }

    #[test]
    fn lines_have_the_pieces_that_are_on_them() {
        let long = "x".repeat(LONGEST_LINE + 5);
        let text = format!("import a\r\n\nb = \"\"\"c\nd\"\"\"\n{long}\nend");
        let code = Code::new(CodeFor::Pandas, text.clone());
        let shown: Vec<String> =
            code.lines.iter().map(|line| line.iter().map(|(_, range)| &code.text[range.clone()]).collect()).collect();
        let mut expected: Vec<&str> = text.lines().collect();
        expected[4] = &long[..LONGEST_LINE];
        assert_eq!(shown, expected);
        assert_eq!(code.lines[3], [(Piece::Text, 20..24)], "the text goes on");
    }

    #[test]
    fn the_report_is_named_after_the_source() {
        assert_eq!(name_of(Path::new("a/bills.html"), None, Choice::Report), "bills-report.html");
        assert_eq!(name_of(Path::new("a/b.xlsx"), Some("May/June"), Choice::Report), "b-May-June-report.html");
    }
}

//! The list of a batch to take away: a few lines for the clipboard, a table for a spreadsheet.

use crate::report::{csv_text, format};

use super::model::{List, Row, State};

/// Files that the summary names with their reason; the others are counted.
const NAMED: usize = 20;

/// What became of all files, in a few lines of plain text.
pub fn summary(list: &List) -> String {
    let totals = list.totals();
    let ended = [format!("{} done", format::count(totals.done)), totals.rest_words()];
    let open = totals.files - totals.ended();
    let open = (open > 0).then(|| format!("{} not ended yet", format::count(open)));
    let ended: Vec<String> = ended.into_iter().chain(open).filter(|words| !words.is_empty()).collect();
    let mut lines = vec![format!("{}: {}.", format::counted(totals.files, "file", "files"), ended.join(", "))];
    if totals.done > 0 {
        lines.push(format!("Memory of the tables: {} ({}).", totals.sizes(), totals.change()));
        let warnings = format::counted(totals.warnings, "warning", "warnings");
        lines.push(format!("{}, {warnings}.", format::counted(totals.rows, "row", "rows")));
    }
    let reasons: Vec<String> = list.rows().filter_map(|(_, row)| reason(row)).collect();
    lines.extend(reasons.iter().take(NAMED).cloned());
    if reasons.len() > NAMED {
        lines.push(format!("{} more like these.", format::count((reasons.len() - NAMED) as u64)));
    }
    if !list.left_out.is_empty() {
        lines.push(format!("Left out, being no tables: {}.", format::counted(list.left_out.len() as u64, "file", "files")));
    }
    lines.join("\n") + "\n"
}

fn reason(row: &Row) -> Option<String> {
    match &row.state {
        State::Failed(failure) => Some(format!("Failed: {}: {failure}", row.name())),
        State::Skipped | State::Stopped => Some(format!("{}: {}", row.words(), row.name())),
        State::Pending | State::Done => None,
    }
}

/// The list as CSV, as spreadsheets read it: UTF-8 with a byte order mark, commas, CRLF, sizes in bytes.
pub fn csv(list: &List) -> String {
    let mut out = String::from("\u{feff}file,state,rows,before,after,saved,warnings,error,written to\r\n");
    for row in list.order().iter().filter_map(|place| list.row(*place)) {
        line(&mut out, cells(row));
    }
    for (path, why) in &list.left_out {
        let empty = || [const { String::new() }; 5];
        let first = [csv_text(&path.display().to_string()), "left out".to_owned()];
        let cells = first.into_iter().chain(empty()).chain([csv_text(why), String::new()]);
        line(&mut out, cells);
    }
    out
}

fn line(out: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

fn cells(row: &Row) -> [String; 9] {
    let state = match row.state {
        State::Pending => "not ended yet",
        State::Done => "done",
        State::Failed(_) => "failed",
        State::Skipped => "skipped",
        State::Stopped => "stopped",
    };
    let figure = |pick: fn(&super::model::Figures) -> i64| row.figures.as_ref().map(|f| pick(f).to_string()).unwrap_or_default();
    let error = if let State::Failed(failure) = &row.state { failure.to_string() } else { String::new() };
    let target = row.target.as_ref().filter(|_| row.written).map(|(path, _)| path.display().to_string());
    [
        csv_text(&row.path.display().to_string()),
        state.to_owned(),
        figure(|figures| figures.rows as i64),
        figure(|figures| figures.before as i64),
        figure(|figures| figures.after as i64),
        // A negative number is a number here: it is no text that a spreadsheet could run.
        figure(super::model::Figures::saved),
        figure(|figures| figures.warnings as i64),
        csv_text(&error),
        csv_text(&target.unwrap_or_default()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::model::Figures;
    use super::*;
    use crate::data::OutputFormat;
    use crate::jobs::Failure;

    fn list() -> List {
        let mut list = List::default();
        let figures = Figures { rows: 10, before: 2_000, after: 500, warnings: 2, ..Figures::default() };
        list.add(Row {
            state: State::Done,
            figures: Some(figures),
            target: Some(("out/a, b.parquet".into(), OutputFormat::Parquet)),
            written: true,
            ..Row::new("in/a, b.csv".into(), 1)
        });
        let grown = Figures { rows: 1, before: 8, after: 9, ..Figures::default() };
        list.add(Row { state: State::Done, figures: Some(grown), ..Row::new("=c.csv".into(), 1) });
        list.add(Row {
            state: State::Failed(Failure::new("“d.csv” is “broken”.", "Mend it.")), ..Row::new("d.csv".into(), 1)
        });
        list.add(Row { state: State::Skipped, ..Row::new("e.csv".into(), 1) });
        list.add(Row::new("f.csv".into(), 1));
        list.left_out.push(("g.pdf".into(), "it looks like a PDF document".into()));
        list.arrange();
        list
    }

    #[test]
    fn the_table_has_a_line_for_each_file() {
        let expected = "\u{feff}file,state,rows,before,after,saved,warnings,error,written to\r\n\
            \"in/a, b.csv\",done,10,2000,500,1500,2,,\"out/a, b.parquet\"\r\n\
            '=c.csv,done,1,8,9,-1,0,,\r\n\
            d.csv,failed,,,,,,“d.csv” is “broken”. Mend it.,\r\n\
            e.csv,skipped,,,,,,,\r\n\
            f.csv,not ended yet,,,,,,,\r\n\
            g.pdf,left out,,,,,,it looks like a PDF document,\r\n";
        assert_eq!(csv(&list()), expected);
    }

    #[test]
    fn the_summary_says_what_failed_and_why() {
        let expected = "5 files: 2 done, 1 failed, 1 not done, 1 not ended yet.\n\
            Memory of the tables: 2 KB → 509 B (−75 %).\n\
            11 rows, 2 warnings.\n\
            Failed: d.csv: “d.csv” is “broken”. Mend it.\n\
            Skipped: e.csv\n\
            Left out, being no tables: 1 file.\n";
        assert_eq!(summary(&list()), expected);
    }
}

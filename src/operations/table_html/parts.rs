//! The sections of the page.

use std::time::SystemTime;

use crate::data::{CodeFor, ColumnReport, Report, Step, Suggestion, Warning};
use crate::operations::{TypeName, columns_chart, level_words, per_row, step_words};
use crate::report::html::Html;
use crate::report::syntax::Language;
use crate::report::{Chart, ReportError, capitalised, format, moment};

use super::Code;

/// Letters of a name or a sentence from a file.
const NAME: usize = 200;
const SENTENCE: usize = 1_000;
/// Warnings and suggestions that are listed; what is left is counted.
const MOST_LISTED: usize = 500;
/// Steps, those that usually gain most first.
const STEPS: [Step; 6] = [Step::Categories, Step::Integers, Step::Dates, Step::Booleans, Step::Nulls, Step::Floats];

/// The file, what it was read as, and when this was written.
pub fn head(html: &mut Html, report: &Report, made: SystemTime) {
    let source = &report.source;
    html.node("h1", &[], |html| html.foreign(&source.file, NAME));
    html.node("p", &[("class", "lead")], |html| {
        if let Some(sheet) = &source.sheet {
            html.text("Sheet ");
            html.foreign(sheet, NAME);
            if let Some(range) = &source.range {
                html.text(&format!(", cells {range}"));
            }
            html.text(" · ");
        }
        let rows = format::counted(report.rows, "row", "rows");
        let columns = format::counted(report.columns.len() as u64, "column", "columns");
        html.text(&format!("{rows} × {columns} · {} · {}", read_as(report), moment(made)));
    });
}

/// `text in windows-1252, separated by semicolons`, `workbook (xlsx)`.
fn read_as(report: &Report) -> String {
    let source = &report.source;
    match (source.format.as_str(), source.delimiter) {
        ("csv", Some(delimiter)) => {
            let between = match delimiter {
                ',' => "commas".to_owned(),
                ';' => "semicolons".to_owned(),
                '\t' => "tabs".to_owned(),
                ' ' => "blanks".to_owned(),
                other => format!("“{other}”"),
            };
            format!("text in {}, separated by {between}", source.encoding.as_deref().unwrap_or("UTF-8"))
        }
        ("csv", None) => format!("text in {}", source.encoding.as_deref().unwrap_or("UTF-8")),
        ("parquet", _) => "Parquet".to_owned(),
        ("arrow", _) => "Arrow".to_owned(),
        (ending, _) => format!("workbook ({ending})"),
    }
}

/// The one large figure, with pandas beside it.
pub fn memory(html: &mut Html, report: &Report) {
    let (before, after, pandas) = (report.before_bytes, report.after_bytes, report.pandas_bytes);
    html.node("section", &[], |html| {
        html.element("h2", &[], "Memory");
        let class = if after < before { "figure good" } else { "figure" };
        html.element("p", &[("class", class)], &format::percent_change(-report.saved_percent()));
        html.element("p", &[("class", "sizes")], &format!("{} → {}", format::bytes(before), format::bytes(after)));
        let most = before.max(after).max(pandas).max(1) as f64;
        html.node("div", &[("class", "bars")], |html| {
            for (name, bytes, class) in
                [("as loaded", before, "before"), ("optimised", after, "good"), ("in pandas", pandas, "before")]
            {
                html.element("div", &[], name);
                html.bar(class, bytes as f64 / most);
                html.element("div", &[("class", "number")], &format::bytes(bytes));
            }
        });
        html.element("p", &[("class", "muted")], &beside_pandas(report));
    });
}

fn beside_pandas(report: &Report) -> String {
    let (pandas, after) = (report.pandas_bytes, report.after_bytes);
    let held = format!("pandas would hold {}", format::bytes(pandas));
    if pandas <= after {
        return format!("{held}.");
    }
    format!("{held}: {} less than that.", format::percent((pandas - after) as f64 / pandas as f64 * 100.0))
}

/// The comparison with the file, and what it means.
pub fn proof(html: &mut Html, report: &Report) {
    let verified = report.verified;
    let lossless = verified.mismatches == 0;
    html.node("section", &[], |html| {
        html.element("h2", &[], if lossless { "Nothing lost" } else { "Values differ" });
        let differ = if verified.mismatches == 1 { "differs" } else { "differ" };
        let values = format::counted(verified.values, "value", "values");
        let sentence = format!("{values} compared with the file, {} {differ}.", format::count(verified.mismatches));
        html.element("p", &[("class", if lossless { "proof" } else { "proof bad" })], &sentence);
        html.element("p", &[], if lossless { SAFE } else { UNSAFE });
        html.element("p", &[("class", "muted")], &format!("{} The file itself was not changed.", spelling(verified.respelled)));
    });
}

const SAFE: &str = "After shrinking, every cell of the smaller table was held against the cell of the file that it came from. Leading zeros, long \
numbers and decimals are all there, and a blank cell is still blank: the smaller table can take the place of the file.";
const UNSAFE: &str = "After shrinking, every cell of the smaller table was held against the cell of the file that it came from. Not all agree: look at \
the cells that are named below before you use the smaller table.";

fn spelling(respelled: u64) -> String {
    match respelled {
        0 => "No spelling changed.".to_owned(),
        1 => "1 cell is spelled shorter (1.50 as 1.5), of the same value.".to_owned(),
        cells => format!("{} cells are spelled shorter (1.50 as 1.5), of the same value.", format::count(cells)),
    }
}

/// What to look at, with rows.
pub fn warnings(html: &mut Html, report: &Report) {
    if report.warnings.is_empty() {
        return;
    }
    html.node("section", &[], |html| {
        html.element("h2", &[], "Look at this");
        html.element("p", &[("class", "muted small")], "Rows are numbered as a spreadsheet numbers them.");
        html.node("ul", &[], |html| {
            for warning in report.warnings.iter().take(MOST_LISTED) {
                let class = if differs(report, warning) { "bad" } else { "" };
                html.node("li", &[("class", class)], |html| one_warning(html, warning));
            }
        });
        left(html, report.warnings.len());
    });
}

fn differs(report: &Report, warning: &Warning) -> bool {
    let of = |name: &String| report.columns.iter().any(|column| column.name == *name && !column.lossless);
    warning.row.is_some() && warning.column.as_ref().is_some_and(of)
}

fn one_warning(html: &mut Html, warning: &Warning) {
    if let Some(column) = &warning.column {
        html.node("strong", &[], |html| html.foreign(column, NAME));
    }
    match (&warning.column, warning.row.map(format::count)) {
        (Some(_), Some(row)) => html.text(&format!(", row {row}: ")),
        (Some(_), None) => html.text(": "),
        (None, Some(row)) => html.text(&format!("Row {row}: ")),
        (None, None) => {}
    }
    html.foreign(&warning.text, SENTENCE);
}

fn left(html: &mut Html, all: usize) {
    if let Some(more) = all.checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        html.element("p", &[("class", "muted")], &format!("And {} more.", format::count(more as u64)));
    }
}

/// The steps and what each gained.
pub fn steps(html: &mut Html, report: &Report) {
    html.node("section", &[], |html| {
        html.element("h2", &[], "What was done");
        html.element("p", &[("class", "muted")], level_words(report.level));
        html.node("div", &[("class", "wide")], |html| {
            html.node("table", &[], |html| {
                headers(html, &[("Step", ""), ("What it does", ""), ("Gain", "number")]);
                html.node("tbody", &[], |html| {
                    for step in STEPS {
                        html.node("tr", &[], |html| {
                            html.element("td", &[("class", "name")], step.title());
                            html.element("td", &[], step_words(step));
                            html.element("td", &[("class", "number")], &gain(report, step));
                        });
                    }
                });
            });
        });
    });
}

fn gain(report: &Report, step: Step) -> String {
    match report.saved_by(step) {
        0 if !report.steps.has(step) => "off".to_owned(),
        0 => "no gain".to_owned(),
        saved => format::bytes_change(-saved),
    }
}

fn headers(html: &mut Html, titles: &[(&str, &str)]) {
    html.node("thead", &[], |html| {
        html.node("tr", &[], |html| {
            for (title, class) in titles {
                html.element("th", &[("class", class)], title);
            }
        });
    });
}

/// The chart of the columns and the table of all of them.
///
/// # Errors
/// When the chart cannot be drawn.
pub fn columns(html: &mut Html, report: &Report) -> Result<(), ReportError> {
    let mut drawn = Ok(());
    html.node("section", &[], |html| {
        html.element("h2", &[], "Columns");
        if !report.columns.is_empty() {
            // The figure stands above already, and other fonts than ours are wider.
            let plain = |chart: Chart| Chart { figure: String::new(), subtitle: String::new(), ..chart };
            drawn = html.chart(|look| plain(columns_chart(report, look)));
        }
        html.node("div", &[("class", "wide")], |html| {
            html.node("table", &[], |html| {
                let titles = [("Column", ""), ("From", ""), ("To", ""), ("Bytes per row", "number"), ("Saved", "number")];
                headers(html, &[&titles[..], &[("Blank", "number"), ("Different", "number"), ("Why", "")]].concat());
                html.node("tbody", &[], |html| report.columns.iter().for_each(|column| one_column(html, report.rows, column)));
            });
        });
    });
    drawn
}

fn one_column(html: &mut Html, rows: u64, column: &ColumnReport) {
    if column.left_out {
        return html.node("tr", &[], |html| {
            html.node("td", &[("class", "name")], |html| html.foreign(&column.name, NAME));
            html.element("td", &[], &TypeName::of(&column.before.kind).short);
            html.element("td", &[], "left out");
            html.element("td", &[("class", "number")], &format!("{} → 0", per_row(column.before.bytes, rows)));
            html.element("td", &[("class", "number")], &format::bytes_change(-(column.before.bytes as i64)));
            html.element("td", &[("colspan", "3"), ("class", "why")], "Left out by choice: neither counted nor saved.");
        });
    }
    html.node("tr", &[], |html| {
        html.node("td", &[("class", "name")], |html| html.foreign(&column.name, NAME));
        for kind in [&column.before.kind, &column.after.kind] {
            let name = TypeName::of(kind);
            html.element("td", &[("title", &name.hover(kind))], &name.short);
        }
        let number = |html: &mut Html, text: &str| html.element("td", &[("class", "number")], text);
        number(html, &format!("{} → {}", per_row(column.before.bytes, rows), per_row(column.after.bytes, rows)));
        number(html, &format::bytes_change(-column.saved_bytes()));
        number(html, &format::count(column.nulls));
        number(html, &column.unique.map(format::count).unwrap_or_default());
        html.node("td", &[("class", "why")], |html| html.foreign(&capitalised(&column.note), SENTENCE));
    });
}

/// What a person may do.
pub fn suggestions(html: &mut Html, report: &Report) {
    let open = report.open_suggestions();
    if open.is_empty() {
        return;
    }
    html.node("section", &[], |html| {
        html.element("h2", &[], "What could still be done");
        html.element("p", &[("class", "muted small")], "Nothing of this was done by itself.");
        html.node("ul", &[], |html| {
            for suggestion in open.iter().take(MOST_LISTED) {
                html.node("li", &[("class", "good")], |html| one_suggestion(html, suggestion));
            }
        });
        left(html, open.len());
    });
}

fn one_suggestion(html: &mut Html, suggestion: &Suggestion) {
    for (at, column) in suggestion.columns.iter().take(4).enumerate() {
        html.text(if at > 0 { ", " } else { "" });
        html.node("strong", &[], |html| html.foreign(column, NAME));
    }
    if let Some(more) = suggestion.columns.len().checked_sub(4).filter(|more| *more > 0) {
        html.text(&format!(" and {} more", format::count(more as u64)));
    }
    let row = suggestion.row.map(|row| format!(", row {}", format::count(row))).unwrap_or_default();
    html.text(&format!("{row}: "));
    html.foreign(&suggestion.text, SENTENCE);
    if suggestion.saved_bytes > 0 {
        html.text(&format!(" Saves {}.", format::bytes(suggestion.saved_bytes)));
    }
}

/// Code that loads the file, to be unfolded.
pub fn code(html: &mut Html, codes: &[Code]) {
    if codes.is_empty() {
        return;
    }
    html.node("section", &[], |html| {
        html.element("h2", &[], "Code that loads the file with these types");
        html.element("p", &[("class", "muted small")], "To be run in the folder of the file.");
        for (program, code) in codes {
            html.node("details", &[], |html| {
                html.element("summary", &[], program.title());
                match code {
                    Ok(code) => html.code(code, language(*program)),
                    Err(reason) => html.node("p", &[("class", "muted")], |html| html.foreign(&capitalised(reason), SENTENCE)),
                }
            });
        }
    });
}

fn language(program: CodeFor) -> Language {
    match program {
        CodeFor::Pandas | CodeFor::Polars => Language::Python,
        CodeFor::DuckDb | CodeFor::Sql => Language::Sql,
    }
}

/// How the figures were measured, and what wrote this.
pub fn measured(html: &mut Html, report: &Report) {
    let seconds = &report.seconds;
    let all = format::seconds(seconds.read + seconds.optimise + seconds.verify);
    let [read, optimise, verify] = [seconds.read, seconds.optimise, seconds.verify].map(format::seconds);
    html.node("section", &[], |html| {
        html.element("h2", &[], "How this was measured");
        for text in [
            "Sizes are bytes of memory that are really held, texts, blanks and tables of categories among them; 1 MB is 1,000,000 bytes.",
            "“As loaded” is the table as the reader of polars, a usual library for tables, makes it of the same file; a file that has types of its own is counted with those.",
            "“In pandas” is what pandas holds with texts as objects: memory_usage(deep=True).",
        ] {
            html.element("p", &[], text);
        }
        html.element("p", &[], &format!("It took {all}: {read} to read, {optimise} to shrink, {verify} to compare every value."));
    });
    html.node("footer", &[], |html| {
        let version = env!("CARGO_PKG_VERSION");
        html.text(&format!("Written by Tachograph {version}. This page is one file: it runs nothing and fetches nothing."));
    });
}

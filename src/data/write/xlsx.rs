//! Workbooks. Row after row goes to a temporary file, so that the memory taken does not grow with the table.
//!
//! What a cell cannot hold as a number or date without losing digits is written as text: columns with whole numbers of more than
//! 15 digits, moments finer than a millisecond, days before 1900. An empty text becomes an empty cell. A table of more rows than a
//! sheet has goes on in further sheets.

use std::io::{self, Write};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::data::column::ColumnView;
use crate::data::date::TimeStyle;
use crate::data::format::{Spelling, Style as Written, Value};
use crate::data::numeral::Group;
use crate::data::table::Table;
use crate::jobs::{Cancel, Progress, catch_quietly};

/// Rows of a sheet, the header among them.
pub(super) const MOST_ROWS: usize = 1_048_576;
/// Columns of a sheet.
pub(super) const MOST_COLUMNS: usize = 16_384;
/// Letters of a cell, counted as UTF-16 does.
pub(super) const MOST_LETTERS: usize = 32_767;
/// Letters of a sheet's name.
const LONGEST_NAME: usize = 31;
/// The largest whole number of which a workbook keeps all digits.
pub(super) const WHOLE_LIMIT: u64 = 999_999_999_999_999;
/// Rows between two looks at whether to stop.
const STRIDE: usize = 4_096;
/// Rows looked at for a column's width, and the widths.
const LOOKED_AT: usize = 200;
const WIDTHS: (usize, usize) = (8, 40);
/// Days from the day that a workbook counts from, as if 1900 had been a leap year, to 1970.
pub(super) const DAYS_TO_1970: i64 = 25_569;
/// 1 March 1900, the first day that all programs number alike.
pub(super) const FIRST_DAY: i64 = 61;

/// Writes all rows.
pub fn write(table: &Table, out: &mut (impl Write + Send), cancel: &Cancel, progress: &Progress) -> io::Result<()> {
    write_sheets(table, out, MOST_ROWS, cancel, progress)
}

fn write_sheets(
    table: &Table,
    out: &mut (impl Write + Send),
    most_rows: usize,
    cancel: &Cancel,
    progress: &Progress,
) -> io::Result<()> {
    progress.phase("Writing XLSX", table.rows() as u64);
    let views = table.views();
    if views.len() > MOST_COLUMNS {
        return Err(io::Error::other(format!("a sheet has {MOST_COLUMNS} columns, and the table has {}", views.len())));
    }
    let work = || -> io::Result<()> {
        let columns: Vec<Column<'_>> =
            views.iter().zip(&table.report.columns).map(|(view, report)| Column::new(view, &report.name)).collect();
        let mut book = Workbook::new();
        let (name, rows_each) = (sheet_name(table), most_rows - 1);
        for (number, start) in (0..table.rows().max(1)).step_by(rows_each).enumerate() {
            let sheet = book.add_worksheet_with_constant_memory().map_err(io_error)?;
            sheet.set_name(numbered(&name, number + 1)).map_err(io_error)?;
            let rows = start..(start + rows_each).min(table.rows());
            fill(sheet, &columns, rows, cancel, progress)?;
        }
        progress.phase("Packing", 0);
        book.save_to_writer(Ending { out, refused: false }).map_err(io_error)
    };
    // The library stops with a panic where its temporary file cannot be written.
    catch_quietly(work).unwrap_or_else(|_| {
        Err(io::Error::new(io::ErrorKind::StorageFull, "the folder for temporary files is full or cannot be written to"))
    })
}

/// Takes everything and drops it once `out` has refused: the library writes the end of an archive that was given up, and prints a
/// message when it cannot.
struct Ending<W> {
    out: W,
    refused: bool,
}

impl<W: Write> Write for Ending<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.refused {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.refused = written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.refused { Ok(()) } else { self.out.flush() }
    }
}

fn fill(
    sheet: &mut Worksheet,
    columns: &[Column<'_>],
    rows: std::ops::Range<usize>,
    cancel: &Cancel,
    progress: &Progress,
) -> io::Result<()> {
    let bold = Format::new().set_bold();
    sheet.set_freeze_panes(1, 0).map_err(io_error)?;
    for (at, column) in columns.iter().enumerate() {
        let width = column.width(rows.clone());
        sheet.set_column_width(at as u16, width as f64).map_err(io_error)?;
    }
    for (at, column) in columns.iter().enumerate() {
        sheet.write_string_with_format(0, at as u16, fitting(column.name, column.name)?, &bold).map_err(io_error)?;
    }
    let mut text = Vec::new();
    for (line, row) in rows.enumerate() {
        if line % STRIDE == 0 {
            cancel.check().map_err(io::Error::other)?;
        }
        for (at, column) in columns.iter().enumerate() {
            column.write(sheet, (line as u32 + 1, at as u16), row, &mut text)?;
        }
        progress.add(1);
    }
    Ok(())
}

/// How a column's cells are written.
enum Style {
    /// As the source spelled them.
    Text,
    Number(Option<Format>),
    Bool,
    Date(Format),
    Time(Format, TimeStyle),
}

struct Column<'a> {
    name: &'a str,
    view: &'a ColumnView<'a>,
    style: Style,
}

impl<'a> Column<'a> {
    fn new(view: &'a ColumnView<'a>, name: &'a str) -> Self {
        let first = (0..view.len()).find_map(|row| view.value(row));
        let style = match (first, view.spelling()) {
            (Some(Value::Bool(_)), _) => Style::Bool,
            (Some(Value::Int(_)), Spelling::Date | Spelling::Midnight(_)) => {
                Style::Date(Format::new().set_num_format(day_format(view)))
            }
            (Some(Value::Int(_)), Spelling::Time { style, .. }) if style.fraction <= 3 => {
                Style::Time(Format::new().set_num_format(time_format(view, style)), style)
            }
            (Some(Value::Int(_)), Spelling::Time { .. }) => Style::Text,
            (Some(Value::Int(_)), _) if whole_numbers_fit(view) => Style::Number(number_format(view)),
            (Some(Value::Float(_) | Value::Float32(_)), _) => Style::Number(number_format(view)),
            _ => Style::Text,
        };
        Self { name, view, style }
    }

    fn write(&self, sheet: &mut Worksheet, (line, at): (u32, u16), row: usize, text: &mut Vec<u8>) -> io::Result<()> {
        text.clear();
        let value = self.view.value(row);
        let written = match (&self.style, value) {
            (Style::Bool, Some(Value::Bool(yes))) => sheet.write_boolean(line, at, yes),
            (Style::Number(format), Some(Value::Int(number))) => number_cell(sheet, (line, at), number as f64, format.as_ref()),
            (Style::Number(format), Some(Value::Float(number))) => number_cell(sheet, (line, at), number, format.as_ref()),
            (Style::Number(format), Some(Value::Float32(number))) => {
                // Its own shortest digits, not those of the nearest number of eight bytes.
                let number = number.to_string().parse().unwrap_or(f64::from(number));
                number_cell(sheet, (line, at), number, format.as_ref())
            }
            (Style::Date(format), Some(Value::Int(days))) if days + DAYS_TO_1970 >= FIRST_DAY => {
                sheet.write_number_with_format(line, at, (days + DAYS_TO_1970) as f64, format)
            }
            (Style::Time(format, style), Some(Value::Int(moment))) if in_days(moment, *style) >= FIRST_DAY as f64 => {
                sheet.write_number_with_format(line, at, in_days(moment, *style), format)
            }
            _ => {
                if !self.view.write(row, text) || text.is_empty() {
                    return Ok(());
                }
                sheet.write_string(line, at, fitting(std::str::from_utf8(text).unwrap_or_default(), self.name)?)
            }
        };
        written.map(drop).map_err(io_error)
    }

    /// Wide enough for the header and the first texts, within bounds.
    fn width(&self, rows: std::ops::Range<usize>) -> usize {
        let mut text = Vec::new();
        let mut letters = |row| {
            text.clear();
            self.view.write(row, &mut text);
            String::from_utf8_lossy(&text).chars().count()
        };
        let most = rows.take(LOOKED_AT).map(&mut letters).max().unwrap_or(0);
        (most.max(self.name.chars().count()) + 2).clamp(WIDTHS.0, WIDTHS.1)
    }
}

fn number_cell<'s>(
    sheet: &'s mut Worksheet,
    (line, at): (u32, u16),
    number: f64,
    format: Option<&Format>,
) -> Result<&'s mut Worksheet, XlsxError> {
    match format {
        Some(format) => sheet.write_number_with_format(line, at, number, format),
        None => sheet.write_number(line, at, number),
    }
}

fn whole_numbers_fit(view: &ColumnView<'_>) -> bool {
    (0..view.len()).all(|row| !matches!(view.value(row), Some(Value::Int(number)) if number.unsigned_abs() > WHOLE_LIMIT))
}

/// As many decimals as the source has, thousands marked where it marks them, the percent sign as a text after the number.
fn number_format(view: &ColumnView<'_>) -> Option<Format> {
    let decimals = match view.spelling() {
        Spelling::Fixed(decimals @ 1..=15) | Spelling::Int { zeros: decimals @ 1..=15 } => usize::from(decimals),
        _ => 0,
    };
    let fixed = decimals > 0 || matches!(view.spelling(), Spelling::Int { .. });
    let (grouped, percent) = match view.format().style {
        Written::Number(style) => (style.group != Group::None && fixed, style.percent.text()),
        _ => (false, ""),
    };
    let whole = match (decimals, grouped) {
        (_, true) => "#,##0",
        (0, false) if percent.is_empty() => return None,
        (0, false) if !fixed => "General",
        _ => "0",
    };
    let fraction = if decimals > 0 { format!(".{}", "0".repeat(decimals)) } else { String::new() };
    let sign = if percent.is_empty() { String::new() } else { format!("\"{percent}\"") };
    Some(Format::new().set_num_format(format!("{whole}{fraction}{sign}")))
}

fn day_format(view: &ColumnView<'_>) -> String {
    match view.format().style {
        Written::Date(style) => style.pattern(),
        _ => "yyyy-mm-dd".into(),
    }
}

fn time_format(view: &ColumnView<'_>, style: TimeStyle) -> String {
    let Written::Date(date) = view.format().style else { return iso_format(style) };
    let clock = iso_format(style).replacen("yyyy-mm-dd", "", 1);
    let clock = if date.padded_hour { clock } else { clock.replacen("hh", "h", 1) };
    let half = date.half.map_or("", |half| if half.blank { " AM/PM" } else { "AM/PM" });
    format!("{}{clock}{half}", date.pattern())
}

fn iso_format(style: TimeStyle) -> String {
    let between = if style.t { "\"T\"" } else { " " };
    let seconds = if style.seconds { ":ss" } else { "" };
    let fraction = if style.fraction > 0 { format!(".{}", "0".repeat(usize::from(style.fraction))) } else { String::new() };
    let zulu = if style.zulu { "\"Z\"" } else { "" };
    format!("yyyy-mm-dd{between}hh:mm{seconds}{fraction}{zulu}")
}

fn in_days(moment: i64, style: TimeStyle) -> f64 {
    let per_day = 86_400 * style.per_second();
    (moment.div_euclid(per_day) + DAYS_TO_1970) as f64 + moment.rem_euclid(per_day) as f64 / per_day as f64
}

/// A text that a cell can hold.
fn fitting<'t>(text: &'t str, column: &str) -> io::Result<&'t str> {
    // A text has at least as many bytes as letters: most need not be counted.
    let letters = if text.len() > MOST_LETTERS { text.encode_utf16().count() } else { 0 };
    if letters > MOST_LETTERS {
        return Err(io::Error::other(format!(
            "a cell of a workbook holds {MOST_LETTERS} letters, and a text of the column “{column}” has {letters}; choose Parquet, Arrow or CSV"
        )));
    }
    Ok(text)
}

/// The source's sheet, else the file's name without its ending.
fn sheet_name(table: &Table) -> String {
    let source = &table.report.source;
    let stem = || std::path::Path::new(&source.file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = source.sheet.clone().unwrap_or_else(stem);
    let plain = |letter: char| if letter.is_control() || "[]:*?/\\'".contains(letter) { '_' } else { letter };
    let name: String = name.chars().map(plain).collect();
    if name.trim().is_empty() || name.eq_ignore_ascii_case("history") { "Table".into() } else { name }
}

/// The name of a further sheet: cut, and with its number.
fn numbered(name: &str, number: usize) -> String {
    let ending = if number > 1 { format!(" ({number})") } else { String::new() };
    let mut cut = String::new();
    for letter in name.chars() {
        if cut.encode_utf16().count() + letter.len_utf16() + ending.len() > LONGEST_NAME {
            break;
        }
        cut.push(letter);
    }
    format!("{}{ending}", cut.trim_end())
}

fn io_error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::read::{Limits, sheet_names};
    use crate::data::{Options, optimise};

    fn optimised(path: &std::path::Path) -> Table {
        optimise(path, &Options::default(), &Cancel::new(), &Progress::new()).expect("a table")
    }

    #[test]
    fn more_rows_than_a_sheet_has_go_on_in_the_next() {
        let folder = tempfile::tempdir().expect("folder");
        let (source, target) = (folder.path().join("a [long] name of more than 31 letters.csv"), folder.path().join("t.xlsx"));
        std::fs::write(&source, "id,text\n1,a\n2,b\n3,c\n4,d\n5,e\n").expect("written");
        let mut out = Vec::new();
        write_sheets(&optimised(&source), &mut out, 3, &Cancel::new(), &Progress::new()).expect("memory");
        std::fs::write(&target, out).expect("written");
        let names = sheet_names(&target, &Limits::default()).expect("a workbook");
        assert_eq!(names, ["a _long_ name of more than 31 l", "a _long_ name of more than (2)", "a _long_ name of more than (3)"]);
        assert_eq!(optimised(&target).rows(), 2);
    }

    #[test]
    fn names_and_formats() {
        assert_eq!(numbered(&"😀".repeat(20), 12), format!("{} (12)", "😀".repeat(13)));
        let style = TimeStyle { t: true, seconds: true, fraction: 3, zulu: true };
        assert_eq!(iso_format(style), "yyyy-mm-dd\"T\"hh:mm:ss.000\"Z\"");
        // 2024-02-29 12:00, as Excel counts.
        assert!((in_days(1_709_208_000_000, style) - 45_351.5).abs() < f64::EPSILON);
    }
}

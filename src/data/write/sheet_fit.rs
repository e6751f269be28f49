//! What of a table a workbook cannot hold as it is, known before one is written.

use super::xlsx::{DAYS_TO_1970, FIRST_DAY, MOST_COLUMNS, MOST_LETTERS, MOST_ROWS, WHOLE_LIMIT};
use crate::data::column::ColumnView;
use crate::data::format::{Spelling, Value};
use crate::data::table::Table;
use crate::jobs::{Cancel, Cancelled};

/// Digits of a second that a workbook's moments have.
const FRACTION: u8 = 3;
/// Rows between two looks at whether to stop.
const STRIDE: usize = 65_536;

/// How a table fits into a workbook. Columns are named in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetFit {
    /// Sheets that its rows need.
    pub sheets: u64,
    /// Columns when they are more than a sheet has, which cannot be written.
    pub too_many_columns: Option<u64>,
    /// The first column with a text that is longer than a cell holds, which cannot be written.
    pub too_long: Option<String>,
    /// Columns of whole numbers with more digits than a workbook keeps; they are written as text.
    pub long_numbers: Vec<String>,
    /// Columns of moments finer than a workbook keeps; they are written as text.
    pub fine_moments: Vec<String>,
    /// Columns with days that a workbook does not have; those days are written as text.
    pub early_days: Vec<String>,
    /// Columns of two words, which become TRUE and FALSE.
    pub two_words: Vec<String>,
}

/// Columns that a sheet has.
pub const SHEET_COLUMNS: u64 = MOST_COLUMNS as u64;
/// Rows that a sheet has, the header among them.
pub const SHEET_ROWS: u64 = MOST_ROWS as u64;
/// Letters that a cell of a sheet holds.
pub const CELL_LETTERS: u64 = MOST_LETTERS as u64;

/// Looks at every value of the table.
///
/// # Errors
/// When cancelled.
pub fn sheet_fit(table: &Table, cancel: &Cancel) -> Result<SheetFit, Cancelled> {
    let views = table.views();
    let mut fit = SheetFit {
        sheets: table.rows().max(1).div_ceil(MOST_ROWS - 1) as u64,
        too_many_columns: (views.len() > MOST_COLUMNS).then_some(views.len() as u64),
        ..SheetFit::default()
    };
    for (view, column) in views.iter().zip(&table.report.columns) {
        cancel.check()?;
        if is_too_long(column.name.as_bytes()) {
            fit.too_long.get_or_insert_with(|| column.name.clone());
        }
        if let Some(list) = fit.list_of(trouble(view, cancel)?) {
            list.push(column.name.clone());
        } else if view.is_text() && fit.too_long.is_none() && has_long_text(view, cancel)? {
            fit.too_long = Some(column.name.clone());
        }
    }
    Ok(fit)
}

/// What is special about a column.
#[derive(Clone, Copy)]
enum Trouble {
    Nothing,
    LongNumbers,
    FineMoments,
    EarlyDays,
    TwoWords,
}

impl SheetFit {
    fn list_of(&mut self, trouble: Trouble) -> Option<&mut Vec<String>> {
        match trouble {
            Trouble::Nothing => None,
            Trouble::LongNumbers => Some(&mut self.long_numbers),
            Trouble::FineMoments => Some(&mut self.fine_moments),
            Trouble::EarlyDays => Some(&mut self.early_days),
            Trouble::TwoWords => Some(&mut self.two_words),
        }
    }
}

fn trouble(view: &ColumnView<'_>, cancel: &Cancel) -> Result<Trouble, Cancelled> {
    let first = (0..view.len()).find_map(|row| view.value(row));
    let (what, is_so): (Trouble, fn(i64, i64) -> bool) = match (first, view.spelling()) {
        (Some(Value::Bool(_)), _) => return Ok(Trouble::TwoWords),
        (Some(Value::Int(_)), Spelling::Time { style, .. }) if style.fraction > FRACTION => return Ok(Trouble::FineMoments),
        (Some(Value::Int(_)), Spelling::Time { .. } | Spelling::Date | Spelling::Midnight(_)) => {
            (Trouble::EarlyDays, |value, day| value.div_euclid(day) + DAYS_TO_1970 < FIRST_DAY)
        }
        (Some(Value::Int(_)), _) => (Trouble::LongNumbers, |value, _| value.unsigned_abs() > WHOLE_LIMIT),
        _ => return Ok(Trouble::Nothing),
    };
    let day = match view.spelling() {
        Spelling::Time { style, .. } => 86_400 * style.per_second(),
        _ => 1,
    };
    let found = any(view, cancel, &|value| matches!(value, Value::Int(value) if is_so(value, day)))?;
    Ok(if found { what } else { Trouble::Nothing })
}

fn has_long_text(view: &ColumnView<'_>, cancel: &Cancel) -> Result<bool, Cancelled> {
    match view.words() {
        Some(words) => Ok(words.values_iter().any(|word| is_too_long(word.as_bytes()))),
        None => any(view, cancel, &|value| matches!(value, Value::Text(text) if is_too_long(text))),
    }
}

/// Whether some value of the column is so.
fn any(view: &ColumnView<'_>, cancel: &Cancel, is_so: &dyn Fn(Value<'_>) -> bool) -> Result<bool, Cancelled> {
    for row in 0..view.len() {
        if row % STRIDE == 0 {
            cancel.check()?;
        }
        if view.value(row).is_some_and(is_so) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A text has at least as many bytes as letters: most need not be counted.
fn is_too_long(text: &[u8]) -> bool {
    text.len() > MOST_LETTERS && String::from_utf8_lossy(text).encode_utf16().count() > MOST_LETTERS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Options, optimise};
    use crate::jobs::Progress;

    fn fit(text: &str) -> SheetFit {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("t.csv");
        std::fs::write(&path, text).expect("written");
        let table = optimise(&path, &Options::default(), &Cancel::new(), &Progress::new()).expect("a table");
        sheet_fit(&table, &Cancel::new()).expect("not cancelled")
    }

    #[test]
    fn columns_that_become_text_are_named() {
        let found = fit(concat!(
            "id,small,day,moment,fine,paid\n",
            "1000000000000000,1,1899-12-31,1850-01-01 10:00:00,2024-01-01 10:00:00.123456,Y\n",
            "999999999999999,2,2024-01-01,2024-01-01 10:00:00,2024-01-01 10:00:00.123457,N\n"
        ));
        assert_eq!(found.long_numbers, ["id"]);
        assert_eq!(found.early_days, ["day", "moment"]);
        assert_eq!(found.fine_moments, ["fine"]);
        assert_eq!(found.two_words, ["paid"]);
        assert_eq!((found.sheets, found.too_many_columns, found.too_long), (1, None, None));
        let found = fit("id,day\n999999999999999,1900-03-01\n-999999999999999,2024-01-01\n");
        assert_eq!(found, SheetFit { sheets: 1, ..SheetFit::default() });
    }

    #[test]
    fn texts_that_no_cell_holds_are_found_by_their_letters_not_their_bytes() {
        assert_eq!(fit(&format!("a,b\nx,{}\n", "x".repeat(32_768))).too_long.as_deref(), Some("b"));
        assert_eq!(fit(&format!("a,b\nx,{}\n", "क".repeat(32_767))).too_long, None);
        assert_eq!(fit(&format!("a\n{0}\n{0}\n{0}\n", "x".repeat(32_768))).too_long.as_deref(), Some("a"), "categories");
    }

    #[test]
    fn a_table_of_more_columns_than_a_sheet_has_cannot_be_one() {
        let row = |cell: &str| vec![cell; 16_385].join(",");
        let names: Vec<String> = (0..16_385).map(|at| format!("c{at}")).collect();
        assert_eq!(fit(&format!("{}\n{}\n", names.join(","), row("1"))).too_many_columns, Some(16_385));
    }
}

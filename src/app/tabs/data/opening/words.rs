//! What is said about choices, in words of an office.

use std::path::Path;

use crate::data::{ColumnLook, DayOrder, DecimalSign, Doubt, Look, Preview, Quote, Reading, SourceInfo};
use crate::report::format;

use super::Why;

/// Separators that are offered by name.
pub const SEPARATORS: [(u8, &str); 4] = [(b',', "Comma"), (b';', "Semicolon"), (b'\t', "Tab"), (b'|', "Bar")];

/// Encodings that are offered, with what a person knows them by; the first of each is its name in the WHATWG's list.
pub const ENCODINGS: [(&str, &str); 14] = [
    ("UTF-8", "Unicode (UTF-8)"),
    ("windows-1252", "Western Europe (Windows-1252)"),
    ("windows-1250", "Central Europe (Windows-1250)"),
    ("windows-1251", "Cyrillic (Windows-1251)"),
    ("windows-1253", "Greek (Windows-1253)"),
    ("windows-1254", "Turkish (Windows-1254)"),
    ("windows-1255", "Hebrew (Windows-1255)"),
    ("windows-1256", "Arabic (Windows-1256)"),
    ("Shift_JIS", "Japanese (Shift JIS)"),
    ("gb18030", "Chinese (GB 18030)"),
    ("Big5", "Chinese (Big5)"),
    ("EUC-KR", "Korean (EUC-KR)"),
    ("macintosh", "Western Europe (old Macintosh)"),
    ("UTF-16LE", "Unicode (UTF-16)"),
];

/// Marks around cells that are offered.
pub const QUOTES: [(Quote, &str); 3] =
    [(Quote::Mark(b'"'), "Double: \"text\""), (Quote::Mark(b'\''), "Single: 'text'"), (Quote::None, "None")];

/// Decimal signs that are offered.
pub const DECIMALS: [(DecimalSign, &str); 2] = [(DecimalSign::Comma, "Comma: 1,5"), (DecimalSign::Point, "Point: 1.5")];

/// Orders of dates that are offered.
pub const DATES: [(DayOrder, &str); 2] = [(DayOrder::Dmy, "Day first: 31/12"), (DayOrder::Mdy, "Month first: 12/31")];

/// A separator's name; the sign itself where it has none.
pub fn separator_name(sign: char) -> String {
    let known = SEPARATORS.iter().find(|(known, _)| char::from(*known) == sign);
    known.map_or_else(|| if sign == ' ' { "Blank".to_owned() } else { format!("Other: {sign}") }, |(_, name)| (*name).to_owned())
}

/// The sign that was typed as separator; none unless it is one letter that can be one.
pub fn separator(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [sign] if sign.is_ascii() && !matches!(sign, b'"' | b'\n' | b'\r' | 0) => Some(*sign),
        _ => None,
    }
}

/// An encoding as a person knows it.
pub fn encoding_name(name: &str) -> &str {
    ENCODINGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or(name, |(_, title)| title)
}

/// A mark around cells.
pub fn quote_name(mark: Option<char>) -> String {
    let quote = mark.and_then(|mark| u8::try_from(mark).ok()).map_or(Quote::None, Quote::Mark);
    let known = QUOTES.iter().find(|(known, _)| *known == quote);
    known.map_or_else(|| mark.map(String::from).unwrap_or_default(), |(_, name)| (*name).to_owned())
}

/// The title of one of the offered values.
pub fn title_of<T: PartialEq>(offered: &[(T, &'static str)], value: &T) -> &'static str {
    offered.iter().find(|(known, _)| known == value).map_or("", |(_, title)| title)
}

/// What a column's cells are read as.
pub fn look(column: &ColumnLook) -> &'static str {
    match column.look {
        _ if !column.readings.is_empty() => "two readings",
        Look::Empty => "empty",
        Look::Number => "number",
        Look::Date => "date",
        Look::YesNo => "yes/no",
        Look::Text => "text",
    }
}

/// What a person calls a file of this format.
fn kind_of(format: &str) -> String {
    match format {
        "csv" => "Text table".to_owned(),
        "parquet" => "Parquet file".to_owned(),
        "arrow" => "Arrow file".to_owned(),
        ending => format!("Workbook (.{ending})"),
    }
}

/// `Text table · 1.2 MB`, `Workbook · 2 sheets · 340 kB`.
pub fn facts(preview: &Preview) -> String {
    let kind = kind_of(&preview.source.format);
    let columns = format::counted(preview.column_count as u64, "column", "columns");
    [kind, format::bytes(preview.bytes), columns].join(" · ")
}

/// What the sheet of choices is for, in a sentence or two.
pub fn reason(why: Why, doubts: &[Doubt]) -> String {
    let told: Vec<String> = doubts.iter().map(doubt).collect();
    match (why, told.is_empty()) {
        (_, false) if doubts.iter().any(|doubt| matches!(doubt, Doubt::Dates { .. } | Doubt::Numbers { .. })) => {
            format!("{} Until one is chosen they stay text.", told.join(" "))
        }
        (Why::Doubt, false) => format!("{} Open takes the rows as they are shown.", told.join(" ")),
        (_, false) => told.join(" "),
        (Why::Change, true) => "Change what is wrong; the file itself is never touched.".to_owned(),
        (Why::Doubt | Why::Asked, true) => "All was found out from the file. Change what is wrong.".to_owned(),
    }
}

fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Sheets(count) => format!("{} sheets of this workbook hold cells.", format::count(*count as u64)),
        Doubt::Delimiter => "More than one sign could separate the columns.".to_owned(),
        Doubt::Encoding => "The file has few letters to tell its encoding by.".to_owned(),
        Doubt::Header => "The first row could be names of columns, or data.".to_owned(),
        Doubt::Dates { column, readings } => format!("The dates in “{column}” can be read in two ways ({}).", ways(readings)),
        Doubt::Numbers { column, readings } => format!("The numbers in “{column}” can be read in two ways ({}).", ways(readings)),
    }
}

fn ways(readings: &[Reading]) -> String {
    readings.iter().map(|reading| reading.words.as_str()).collect::<Vec<_>>().join("; ")
}

/// Whether a file may be a text, by the end of its name.
pub fn is_perhaps_text(path: &Path) -> bool {
    const OTHERS: [&str; 10] = ["xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "arrow", "arrows", "ipc", "feather"];
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    !OTHERS.contains(&ending.as_str())
}

/// A text of which nothing could be found out.
pub fn unknown_text() -> Preview {
    let source = SourceInfo { format: "csv".into(), delimiter: Some(','), quote: Some('"'), ..SourceInfo::default() };
    Preview { source, ..Preview::default() }
}

/// How the table in sight was read, in few words: `Semicolon, UTF-8`.
pub fn summary(source: &SourceInfo) -> String {
    let sign = source.delimiter.map(separator_name);
    let names = source.headless.then(|| "no names".to_owned());
    let all = [sign, source.encoding.clone(), names].into_iter().flatten().collect::<Vec<_>>();
    if all.is_empty() { kind_of(&source.format) } else { all.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_have_names() {
        assert_eq!([',', '\t', '^', ' '].map(separator_name), ["Comma", "Tab", "Other: ^", "Blank"]);
        assert_eq!(["^", "", "ab", "\"", "é", "\n", " "].map(separator), [Some(b'^'), None, None, None, None, None, Some(b' ')]);
    }

    #[test]
    fn encodings_and_marks_have_names() {
        assert_eq!([encoding_name("utf-8"), encoding_name("KOI8-R")], ["Unicode (UTF-8)", "KOI8-R"]);
        assert_eq!([Some('"'), None, Some('`')].map(quote_name), ["Double: \"text\"", "None", "`"]);
    }

    #[test]
    fn what_may_be_text_is_told_by_its_name() {
        assert!(["a.csv", "a.txt", "a.csv.gz", "a"].into_iter().all(|name| is_perhaps_text(Path::new(name))));
        assert!(["a.XLSX", "a.parquet"].into_iter().all(|name| !is_perhaps_text(Path::new(name))));
    }

    #[test]
    fn the_reason_is_told() {
        let doubts = [Doubt::Sheets(3), Doubt::Header];
        assert_eq!(
            reason(Why::Doubt, &doubts),
            "3 sheets of this workbook hold cells. The first row could be names of columns, or data. Open takes the rows as they are shown."
        );
        assert_eq!(reason(Why::Asked, &[]), "All was found out from the file. Change what is wrong.");
    }
}

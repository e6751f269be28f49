//! Random tables of nasty values come back whole at every level: byte for byte when conservative, in value otherwise.
//!
//! `TACHOGRAPH_CASES` sets how many tables are tried, `TACHOGRAPH_SEED` where they begin.

use crate::tables::{Folder, Seeded, cell, try_open, written};
use tachograph::data::{Group, Level, Options, ReadOptions, Style, Table};

const INTS: &[&str] = &[
    "0",
    "-1",
    "1",
    "127",
    "128",
    "-128",
    "-129",
    "255",
    "256",
    "32767",
    "32768",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "-9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "-0",
];
const FLOATS: &[&str] = &[
    "-0.0",
    "0.0",
    "0.00",
    "1.50",
    "1.5",
    "1.500",
    "2.0",
    "12.00",
    "0.1",
    "0.30000000000000004",
    "1e-308",
    "5e-324",
    "1e-05",
    "0.00001",
    "1e+16",
    "1e16",
    "1E5",
    "1e400",
    "1.7976931348623157e+308",
    "9007199254740993.0",
    "123456789012345.6",
    "3.4028235e+38",
    "0.12345678901234567890",
    "16777217.0",
    "-1.25",
    ".5",
    "1.",
    "100000000000000000000000.0",
];
const WORDS: &[&str] = &["NaN", "nan", "NA", "N/A", "null", "NULL", "None", "#N/A", "-", "--", "inf", "Infinity", "na"];
const DATES: &[&str] = &[
    "2024-02-29",
    "2023-02-29",
    "1900-02-29",
    "2000-02-29",
    "0001-01-01",
    "0000-01-01",
    "9999-12-31",
    "2024-1-1",
    "20240229",
    "29/02/2024",
    "2024-02-30",
];
const TIMES: &[&str] = &[
    "2024-02-29 00:00:00",
    "2024-02-29 24:00:00",
    "2024-02-29 23:59:59",
    "2024-02-29 23:59:60",
    "2024-02-29T12:00:00Z",
    "2024-02-29 12:00",
    "2024-02-29 12:00:00.5",
    "2024-02-29 12:00:00.500",
    "1677-09-21 00:12:43.145224193",
    "9999-12-31 23:59:59.999999999",
    "2024-02-29 12:00:00.123456",
    "24:00",
    "1969-12-31 23:59:59",
];
const BOOLS: &[&str] = &["true", "false", "True", "False", "Y", "N", "y", "n", "Ja", "Nein", "T", "F", "TRUE", "FALSE"];
const TEXTS: &[&str] = &[
    "",
    "+1",
    "+0",
    "007",
    "00",
    " 5",
    "5 ",
    " ",
    "  ",
    "1,5",
    "1;5",
    "a\tb",
    "a|b",
    "\"",
    "\"\"",
    "a\"b",
    "\"a\"",
    "'",
    "line\nbreak",
    "\n",
    "\r\n",
    "\r",
    "x\r",
    "😀",
    "👩‍👩‍👧‍👦",
    "\u{202e}abc",
    "עברית",
    "العربية",
    "e\u{301}",
    "é",
    "\u{feff}x",
    "\u{2028}",
    "१२३",
    "1_000",
    "0x10",
    "=1+1",
    "\\",
    "\\n",
    "a long text that does not fit into a view of twelve bytes",
    "日本語",
    "#",
    "1/2",
];
const OFFICE_NUMBERS: &[&str] = &[
    "1.234,5",
    "1,234.5",
    "1234,5",
    "0,5",
    "1,234",
    "1.234",
    "12,34,567",
    "1 234",
    "1\u{a0}234,50",
    "1'234.00",
    "12.345.678",
    "12,345,678",
    "-1.000,00",
    "12,5 %",
    "12.5%",
    "1,000",
    "0,00001",
    "1,23456789012345678",
    "999",
];
const OFFICE_DATES: &[&str] = &[
    "03/04/2024",
    "13/04/2024",
    "04/13/2024",
    "3/4/2024",
    "03.04.2024",
    "31.12.9999",
    "01-01-0001",
    "29/02/2023",
    "2024/02/29",
    "29-Feb-2024",
    "29 FEB 2024",
    "03/04/2024 9:05 PM",
    "03/04/2024 12:00 AM",
    "13/04/2024 00:00:00",
    "13/04/2024 23:59:59.999",
    "29/02/2024T00:00Z",
];
const POOLS: [&[&str]; 9] = [INTS, FLOATS, WORDS, DATES, TIMES, BOOLS, TEXTS, OFFICE_NUMBERS, OFFICE_DATES];

/// How one column's cells are drawn.
enum Draw {
    /// From a few values of one list, or of two.
    Few(Vec<&'static str>),
    /// From all lists.
    Any,
    /// Whole numbers of up to so many bits.
    Int(u32),
    /// Any decimal number, as Rust prints it.
    Float,
    /// Decimals with so many digits after the point.
    Fixed(usize),
    /// The same with these signs before the decimals and between the thousands.
    Signed(usize, &'static str, &'static str),
    /// Days, or moments of whole hours, in one of several styles.
    Day(u64, bool),
}

impl Draw {
    fn new(r: &mut Seeded) -> Self {
        match r.below(13) {
            0 => Self::Any,
            1 => Self::Int(1 + r.below(64) as u32),
            2 => Self::Float,
            3 => Self::Fixed(r.below(8) as usize),
            4 => {
                let (decimal, group) = [(",", "."), (",", " "), (",", ""), (".", ","), (".", "'")][r.below(5) as usize];
                Self::Signed(r.below(4) as usize, decimal, group)
            }
            5 => Self::Day(r.below(6), r.below(2) == 0),
            _ => {
                let mut few = Vec::new();
                let pool = POOLS[r.below(POOLS.len() as u64) as usize];
                (0..1 + r.below(4)).for_each(|_| few.push(pool[r.below(pool.len() as u64) as usize]));
                if r.below(3) == 0 {
                    let other = POOLS[r.below(POOLS.len() as u64) as usize];
                    few.push(other[r.below(other.len() as u64) as usize]);
                }
                Self::Few(few)
            }
        }
    }

    fn cell(&self, r: &mut Seeded) -> String {
        match self {
            Self::Few(few) => few[r.below(few.len() as u64) as usize].to_owned(),
            Self::Any => {
                let pool = POOLS[r.below(POOLS.len() as u64) as usize];
                pool[r.below(pool.len() as u64) as usize].to_owned()
            }
            Self::Int(bits) => (r.next() as i64 >> (64 - bits)).to_string(),
            Self::Float => {
                let number = f64::from_bits(r.next());
                if r.below(2) == 0 { format!("{number:e}") } else { format!("{}", number.abs().min(1e15) / 3.0) }
            }
            Self::Fixed(decimals) => format!("{:.decimals$}", (r.next() >> 20) as f64 / 1e7),
            Self::Signed(decimals, decimal, group) => {
                let plain = format!("{:.decimals$}", (r.next() >> 20) as f64 / 1e7);
                let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
                let grouped: Vec<&str> =
                    whole.as_bytes().rchunks(3).rev().map(|digits| std::str::from_utf8(digits).unwrap()).collect();
                format!("{}{}{fraction}", grouped.join(group), if fraction.is_empty() { "" } else { decimal })
            }
            Self::Day(style, timed) => {
                let (year, month, day, hour) = (1 + r.below(9_999), 1 + r.below(12), 1 + r.below(31), r.below(24));
                let date = match style {
                    0 => format!("{day:02}.{month:02}.{year:04}"),
                    1 => format!("{day:02}/{month:02}/{year:04}"),
                    2 => format!("{month:02}/{day:02}/{year:04}"),
                    3 => format!("{day}-{month}-{year:04}"),
                    4 => format!("{year:04}/{month:02}/{day:02}"),
                    _ => format!("{month}/{day}/{year:04}"),
                };
                if *timed { format!("{date} {hour}:00") } else { date }
            }
        }
    }
}

/// A table as the writer would write it: quotation marks only where they are needed.
struct Case {
    delimiter: u8,
    cells: Vec<Vec<Option<String>>>,
    text: String,
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut r = Seeded(seed);
        let columns = 1 + r.below(5) as usize;
        let rows = if r.below(20) == 0 { r.below(300) } else { r.below(12) };
        let delimiter = b",;\t|"[r.below(4) as usize];
        let draws: Vec<(Draw, u64)> = (0..columns).map(|_| (Draw::new(&mut r), [0, 0, 3, 9][r.below(4) as usize])).collect();
        let mut text = (0..columns).map(|at| format!("c{at}")).collect::<Vec<_>>().join(&char::from(delimiter).to_string());
        text.push('\n');
        let mut cells = Vec::new();
        for _ in 0..rows {
            let row: Vec<Option<String>> =
                draws.iter().map(|(draw, absent)| (r.below(10) >= *absent).then(|| draw.cell(&mut r))).collect();
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    text.push(char::from(delimiter));
                }
                text.push_str(&quoted(cell.as_deref(), delimiter));
            }
            text.push('\n');
            cells.push(row);
        }
        Self { delimiter, cells, text }
    }
}

fn quoted(cell: Option<&str>, delimiter: u8) -> String {
    let special = |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    match cell {
        None => String::new(),
        Some(cell) if cell.is_empty() || cell.bytes().any(special) => format!("\"{}\"", cell.replace('"', "\"\"")),
        Some(cell) => cell.into(),
    }
}

/// What is wrong with a case, if anything.
fn fault(case: &Case, level: Level, path: &std::path::Path) -> Option<String> {
    let read = ReadOptions { delimiter: Some(case.delimiter), encoding: Some("utf-8".into()), ..ReadOptions::default() };
    let options = Options { read, level, threads: 1, ..Options::default() };
    let table = match try_open(path, &options) {
        Ok(table) => table,
        Err(error) => return Some(format!("refused: {error}")),
    };
    let found = &table.report.verified;
    if found.mismatches > 0 || (level == Level::Conservative && found.respelled > 0) {
        return Some(format!("{found:?}"));
    }
    if table.rows() != case.cells.len() {
        return Some(format!("{} rows instead of {}", table.rows(), case.cells.len()));
    }
    if level == Level::Conservative && written(&table) != case.text {
        return Some(format!("written as {:?}", written(&table)));
    }
    differing(case, &table)
}

fn differing(case: &Case, table: &Table) -> Option<String> {
    let number = |at: usize, text: &Option<String>| {
        let plain = match table.report.columns[at].format.style {
            Style::Number(style) => {
                let digits = text.as_ref()?.strip_suffix(style.percent.text())?.to_owned();
                let whole = if style.group == Group::None { digits } else { digits.replace(style.group.text(), "") };
                Some(whole.replace(style.decimal.sign(), "."))
            }
            _ => text.clone(),
        };
        plain?.parse::<f64>().ok().map(f64::to_bits)
    };
    for (row, cells) in case.cells.iter().enumerate() {
        for (at, wanted) in cells.iter().enumerate() {
            let found = cell(table, at, row);
            let is_equal = found == *wanted || (number(at, &found).is_some() && number(at, &found) == number(at, wanted));
            if !is_equal {
                return Some(format!("c{at} row {row}: {found:?} instead of {wanted:?}"));
            }
        }
    }
    None
}

#[test]
fn nasty_tables_come_back_whole_at_every_level() {
    let set = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (cases, first) = (set("TACHOGRAPH_CASES").unwrap_or(2_000), set("TACHOGRAPH_SEED").unwrap_or(1));
    let folder = Folder::new();
    let mut faults = Vec::new();
    for seed in first..first + cases {
        let case = Case::new(seed);
        let path = folder.write("table.csv", &case.text);
        for level in [Level::Conservative, Level::Balanced, Level::Aggressive] {
            if let Some(fault) = fault(&case, level, &path) {
                faults.push(format!("TACHOGRAPH_SEED={seed} {level:?}: {fault}\n{:?}", case.text));
            }
        }
        if faults.len() > 10 {
            break;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

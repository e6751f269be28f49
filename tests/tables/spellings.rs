//! Numbers and dates as offices write them: each gets its value and keeps its text, and where two values are possible the column
//! stays text until one is chosen.

use crate::tables::{Folder, Seeded, at, column, open_text, open_with, shared, try_open, types, written};
use polars::prelude::DataType;
use tachograph::data::{Choice, Choices, DayOrder, DecimalSign, Level, Options, Step, Steps, Table};

/// A table of one column, its cells quoted where they need it, read with a separator that stands in none of them.
fn one(cells: &[&str], options: &Options) -> Table {
    let read = tachograph::data::ReadOptions { delimiter: Some(b';'), encoding: Some("utf-8".into()), ..options.read.clone() };
    let table = open_text(&format!("id;x\n{}", lines(cells)), &Options { read, ..options.clone() });
    if options.level == Level::Conservative || table.report.verified.respelled == 0 {
        assert_eq!(written(&table), format!("id;x\n{}", lines(cells)));
    }
    table
}

fn lines(cells: &[&str]) -> String {
    cells.iter().map(|cell| format!("7;{cell}\n")).collect()
}

/// The stored values as decimal numbers; days and moments in their units.
fn stored(table: &Table, name: &str) -> Vec<Option<f64>> {
    let series = table.frame.column(name).expect("there").as_materialized_series().to_physical_repr().into_owned();
    let wide = series.cast(&DataType::Float64).expect("numbers");
    wide.f64().expect("numbers").iter().collect()
}

fn kind(table: &Table) -> &str {
    types(table)[1].1
}

fn choosing(choices: Choices) -> Options {
    Options { choices, ..Options::default() }
}

fn comma() -> Options {
    choosing(Choices { decimal: Some(DecimalSign::Comma), ..Choices::default() })
}

fn point() -> Options {
    choosing(Choices { decimal: Some(DecimalSign::Point), ..Choices::default() })
}

fn dates(order: DayOrder) -> Options {
    choosing(Choices { dates: Some(order), ..Choices::default() })
}

fn keys(table: &Table) -> Vec<Choice> {
    table.report.columns[1].readings.iter().map(|reading| reading.key).collect()
}

fn told(table: &Table) -> Vec<(Option<u64>, &str)> {
    table.report.warnings.iter().map(|warning| (warning.row, warning.text.as_str())).collect()
}

#[test]
fn numbers_have_their_value_in_every_style() {
    let cases: [(&[&str], &str, &[f64]); 15] = [
        (&["1234,56", "0,50"], "Float64", &[1234.56, 0.5]),
        (&["1.234,56", "-999,00"], "Float64", &[1234.56, -999.0]),
        (&["1,234.56", "12,345,678.90"], "Float64", &[1234.56, 12_345_678.9]),
        (&["12,34,567.89", "999.00"], "Float64", &[1_234_567.89, 999.0]),
        (&["1 234,56", "0,10"], "Float64", &[1234.56, 0.1]),
        (&["1\u{a0}234,5", "0,1"], "Float64", &[1234.5, 0.1]),
        (&["1\u{202f}234,5", "12,25"], "Float64", &[1234.5, 12.25]),
        (&["1'234.56", "12.30"], "Float64", &[1234.56, 12.3]),
        (&["1’234.56", "12.30"], "Float64", &[1234.56, 12.3]),
        (&["12.345.678", "-1.234"], "Int32", &[12_345_678.0, -1234.0]),
        (&["1 234", "56"], "UInt16", &[1234.0, 56.0]),
        (&["1.234,00", "56,00"], "UInt16", &[1234.0, 56.0]),
        (&["12.5%", "100.0%"], "Float64", &[12.5, 100.0]),
        (&["12,5 %", "7,5 %"], "Float64", &[12.5, 7.5]),
        (&["12\u{a0}%", "100\u{a0}%"], "UInt8", &[12.0, 100.0]),
    ];
    for (cells, wanted, values) in cases {
        for level in [Level::Conservative, Level::Balanced] {
            let table = one(cells, &at(level));
            assert_eq!((kind(&table), table.report.verified.respelled), (wanted, 0), "{cells:?}");
            let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
            assert_eq!(stored(&table, "x"), values, "{cells:?}");
            assert!(table.report.columns[1].readings.is_empty() && table.report.warnings.is_empty(), "{cells:?}");
        }
    }
}

#[test]
fn absent_values_stay_apart_among_numbers_and_dates() {
    let table = one(&["1.234,5", "", "0,5"], &Options::default());
    assert_eq!(stored(&table, "x"), [Some(1234.5), None, Some(0.5)]);
    assert_eq!(column(&table, "x"), [Some("1.234,5".into()), None, Some("0,5".into())]);
    let table = one(&["31.12.2024", "NA", "01.02.2024"], &Options::default());
    assert_eq!((kind(&table), stored(&table, "x")), ("Date", vec![Some(20_088.0), None, Some(19_754.0)]));
    assert_eq!(column(&table, "x")[1].as_deref(), Some("NA"));
    for cells in [["1.234,5", "NA", "-", "0,5"], ["1.234,5", "", "NA", "0,5"], ["31.12.2024", "", "-", "01.02.2024"]] {
        let table = one(&cells, &Options::default());
        assert!(kind(&table).starts_with("Enum") || kind(&table) == "String", "{cells:?}");
    }
}

#[test]
fn what_has_no_one_style_stays_text() {
    for cells in [
        &["1.234,5", "1234,5"][..],
        &["1,234.5", "1.234,5"],
        &["1,234,5", "1,5"],
        &["12,5 %", "12,5"],
        &["12,5 %", "12,5%"],
        &["0,12345678901234567890", "0,5"],
        &["99.999.999.999.999.999.999", "1.000.000"],
        &["007,5", "1,5"],
        &["1,5", "x"],
        &["1 234,5", "1\u{a0}234,5"],
        &["31.12.2024", "31.12.24"],
        &["31.12.2024", "12/31/2024"],
        &["03.12.2024", "1.2.2024"],
        &["31.12.2024", "31.12.2024 10:00"],
        &["30.02.2024", "01.03.2024"],
        &["13/13/2024", "01/01/2024"],
        &["13/01/2024", "01/13/2024"],
        &["31.12.2024", "2024-12-31"],
    ] {
        let table = one(cells, &Options::default());
        assert!(kind(&table) == "String" || kind(&table).starts_with("Enum"), "{cells:?} {}", kind(&table));
        assert!(table.report.columns[1].readings.is_empty(), "{cells:?}");
    }
}

#[test]
fn numbers_that_could_be_two_stay_text_until_one_is_chosen() {
    let cells = ["1,234", "5,678", "1,234"];
    let table = one(&cells, &Options::default());
    assert!(kind(&table) == "String" || kind(&table).starts_with("Enum"));
    assert_eq!(keys(&table), [Choice::Comma, Choice::Point]);
    let words: Vec<&str> = table.report.columns[1].readings.iter().map(|reading| reading.words.as_str()).collect();
    assert_eq!(words, ["decimal comma: between 1 and 2", "decimal point: 1234"]);
    assert_eq!(
        told(&table),
        [(
            None,
            "“1,234” can be read in two ways: decimal comma: between 1 and 2; decimal point: 1234. The column stays text until one is chosen."
        )]
    );
    let table = one(&cells, &comma());
    assert_eq!((kind(&table), stored(&table, "x")), ("Float64", vec![Some(1.234), Some(5.678), Some(1.234)]));
    let table = one(&cells, &point());
    assert_eq!((kind(&table), stored(&table, "x")), ("UInt16", vec![Some(1234.0), Some(5678.0), Some(1234.0)]));
    assert!(told(&table).is_empty() && keys(&table).is_empty());
    // One cell decides.
    for (last, wanted) in [("0,5", 1.234), ("1,234.5", 1234.0), ("12,345,678", 1234.0), ("1234,5", 1.234)] {
        let mut more = cells.to_vec();
        more.push(last);
        let table = one(&more, &Options::default());
        assert_eq!(stored(&table, "x")[0], Some(wanted), "{last}");
        assert!(keys(&table).is_empty(), "{last}");
    }
}

#[test]
fn a_point_alone_is_a_decimal_point_unless_a_comma_is_chosen() {
    let cells = ["1.234", "5.678"];
    assert_eq!(stored(&one(&cells, &Options::default()), "x"), [Some(1.234), Some(5.678)]);
    for level in Level::ALL {
        let table = one(&cells, &Options { level, ..comma() });
        assert_eq!((kind(&table), stored(&table, "x")), ("UInt16", vec![Some(1234.0), Some(5678.0)]));
    }
    // Of several lengths, so that not every text could be made again from decimals.
    let table = one(&["1.250", "5", "12.500"], &comma());
    assert_eq!(stored(&table, "x"), [Some(1250.0), Some(5.0), Some(12_500.0)]);
    let table = one(&["1.25", "5.678"], &comma());
    assert!(kind(&table) == "String" || kind(&table).starts_with("Enum"));
    assert_eq!(told(&table), [(Some(2), "With a decimal comma, as chosen, “1.25” cannot be read: the column is kept as text.")]);
    let whole = one(&["1250", "5"], &comma());
    assert_eq!((kind(&whole), told(&whole)), ("UInt16", vec![]));
}

#[test]
fn dates_have_their_value_in_every_style() {
    // Days since 1970-01-01 as Python's datetime counts them; moments in milliseconds.
    let cases: [(&[&str], &str, &[f64]); 14] = [
        (&["31.12.2024", "03.04.2024"], "Date", &[20_088.0, 19_816.0]),
        (&["31/12/2024", "03/04/2024"], "Date", &[20_088.0, 19_816.0]),
        (&["12/31/2024", "03/04/2024"], "Date", &[20_088.0, 19_786.0]),
        (&["31-12-2024", "03-04-2024"], "Date", &[20_088.0, 19_816.0]),
        (&["2024/12/31", "2024/04/03"], "Date", &[20_088.0, 19_816.0]),
        (&["2024-12-31", "2024-04-03"], "Date", &[20_088.0, 19_816.0]),
        (&["31/12/2024", "3/4/2024"], "Date", &[20_088.0, 19_816.0]),
        (&["12/31/2024", "3/4/2024"], "Date", &[20_088.0, 19_786.0]),
        (&["31-Dec-2024", "03-Apr-2024"], "Date", &[20_088.0, 19_816.0]),
        (&["31 Dec 2024", "3 Apr 2024"], "Date", &[20_088.0, 19_816.0]),
        (&["21/01/2022 13:47:00", "04/02/2022 13:47:30"], "Datetime", &[1_642_772_820_000.0, 1_643_982_450_000.0]),
        (&["1/21/2022 1:47 PM", "2/4/2022 12:00 AM"], "Datetime", &[1_642_772_820_000.0, 1_643_932_800_000.0]),
        (&["21.01.2022 13:47", "04.02.2022 9:05"], "Datetime", &[1_642_772_820_000.0, 1_643_965_500_000.0]),
        (&["21-JAN-2022 01:47:00.500 pm", "04-FEB-2022 01:47:30.000 am"], "Datetime", &[1_642_772_820_500.0, 1_643_939_250_000.0]),
    ];
    for (cells, wanted, values) in cases {
        for level in [Level::Conservative, Level::Balanced, Level::Aggressive] {
            let table = one(cells, &at(level));
            assert_eq!((kind(&table), table.report.columns[1].step), (wanted, Some(Step::Dates)), "{cells:?}");
            let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
            assert_eq!(stored(&table, "x"), values, "{cells:?}");
            assert!(told(&table).is_empty(), "{cells:?}");
        }
    }
    let off: Steps = "-dates".parse().expect("a step");
    let table = one(&["31.12.2024", "03.04.2024"], &Options { steps: off, ..Options::default() });
    assert_eq!(kind(&table), "String");
}

#[test]
fn dates_that_could_be_two_stay_text_until_one_is_chosen() {
    let cells = ["03/04/2024", "12/11/2023", "05/05/2024"];
    let table = one(&cells, &Options::default());
    assert_eq!((kind(&table), keys(&table)), ("String", vec![Choice::Dmy, Choice::Mdy]));
    let words: Vec<&str> = table.report.columns[1].readings.iter().map(|reading| reading.words.as_str()).collect();
    assert_eq!(words, ["day first: 3 April 2024", "month first: 4 March 2024"]);
    assert!(
        told(&table)[0].1.starts_with("“03/04/2024” can be read in two ways: day first: 3 April 2024; month first: 4 March 2024.")
    );
    assert_eq!(stored(&one(&cells, &dates(DayOrder::Dmy)), "x"), [Some(19_816.0), Some(19_673.0), Some(19_848.0)]);
    assert_eq!(stored(&one(&cells, &dates(DayOrder::Mdy)), "x"), [Some(19_786.0), Some(19_702.0), Some(19_848.0)]);
    // The same day in either order, and dates with points.
    assert_eq!(stored(&one(&["03/03/2024", "05/05/2024"], &Options::default()), "x"), [Some(19_785.0), Some(19_848.0)]);
    assert_eq!(stored(&one(&["03.04.2024"], &Options::default()), "x"), [Some(19_816.0)]);
    let table = one(&["03-04-2024 10:00", "05-06-2024 11:00"], &Options::default());
    assert_eq!(keys(&table), [Choice::Dmy, Choice::Mdy]);
}

#[test]
fn one_date_decides_a_column_of_many_batches() {
    // More than a batch of four megabytes; the last date alone tells which number is the month.
    let rows = 400_000;
    for (last, order) in [("25/12/2024", DayOrder::Dmy), ("12/25/2024", DayOrder::Mdy)] {
        let mut text = String::from("x,y\n");
        for row in 0..rows {
            text.push_str(&format!("{:02}/{:02}/2024,1.{:03}\n", row % 12 + 1, row / 12 % 12 + 1, row % 1_000));
        }
        text.push_str(&format!("{last},\"0,5\"\n"));
        let table = open_text(&text, &Options::default());
        assert_eq!(types(&table), [("x", "Date"), ("y", "Float64")]);
        assert_eq!((stored(&table, "y")[12], stored(&table, "y")[rows]), (Some(1_012.0), Some(0.5)));
        // 1 February and 2 January 2024, row 12 being 01/02/2024.
        let day = if order == DayOrder::Dmy { 19_754.0 } else { 19_724.0 };
        assert_eq!((stored(&table, "x")[12], stored(&table, "x")[rows]), (Some(day), Some(20_082.0)));
    }
}

#[test]
fn a_choice_for_a_column_goes_before_the_files_and_tells_when_it_does_not_fit() {
    let text = "a;b;c;d;n\n03/04/2024;03/04/2024;25/12/2024;word;1,234\n05/06/2024;05/06/2024;01/02/2024;other;2,500\n";
    let columns = [
        ("b".to_owned(), Choice::Mdy),
        ("c".to_owned(), Choice::Mdy),
        ("d".to_owned(), Choice::Dmy),
        ("n".to_owned(), Choice::Comma),
    ];
    let choices = Choices { dates: Some(DayOrder::Dmy), decimal: Some(DecimalSign::Point), columns: columns.into() };
    let table = open_text(text, &choosing(choices));
    let kinds: Vec<&str> = types(&table).iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, ["Date", "Date", "String", "String", "Float64"]);
    assert_eq!((stored(&table, "a")[0], stored(&table, "b")[0]), (Some(19_816.0), Some(19_786.0)));
    assert_eq!(stored(&table, "n"), [Some(1.234), Some(2.5)]);
    let warnings: Vec<_> = table.report.warnings.iter().map(|w| (w.column.as_deref(), w.row, w.text.as_str())).collect();
    assert_eq!(
        warnings,
        [
            (Some("c"), Some(2), "With the month first, as chosen, “25/12/2024” cannot be read: the column is kept as text."),
            (Some("d"), Some(2), "With the day first, as chosen, “word” cannot be read: the column is kept as text."),
        ]
    );
    // A choice for the file says nothing of columns that are no dates.
    let table = open_text("a;b\nword;25/12/2024\n", &dates(DayOrder::Mdy));
    assert_eq!(told(&table).len(), 1);
}

#[test]
fn the_aggressive_level_stores_midnights_as_days_and_tells_the_error_of_small_decimals() {
    for cells in [
        ["2024-12-31 00:00:00", "1969-12-31 00:00:00"],
        ["31/12/2024 00:00", "31/12/1969 00:00"],
        ["12/31/2024 12:00 AM", "12/31/1969 12:00 AM"],
    ] {
        let table = one(&cells, &at(Level::Aggressive));
        assert_eq!((kind(&table), stored(&table, "x")), ("Date", vec![Some(20_088.0), Some(-1.0)]), "{cells:?}");
        assert_eq!(table.report.columns[1].after.bytes, 8);
        assert_eq!(written(&table), format!("id;x\n{}", lines(&cells)));
        assert_eq!(kind(&one(&cells, &at(Level::Balanced))), "Datetime");
    }
    let cells = ["2024-12-31 00:00:00", "2024-12-31 00:00:01"];
    assert_eq!(kind(&one(&cells, &at(Level::Aggressive))), "Datetime");
    // numpy: abs(float64(float32(x)) - x) / abs(x) of each.
    let note = |cells: &[&str]| one(cells, &at(Level::Aggressive)).report.columns[1].note.clone();
    assert_eq!(note(&["0.1", "0.25"]), "all digits of these decimals fit into 4 bytes; greatest relative error 1.5e-8");
    assert_eq!(note(&["0.5", "0.25"]), "all digits of these decimals fit into 4 bytes; stored without any error");
    let table = one(&["1.234,5", "0,1"], &at(Level::Aggressive));
    assert_eq!((kind(&table), written(&table)), ("Float32", "id;x\n7;1.234,5\n7;0,1\n".into()));
}

#[test]
fn equal_values_are_spelled_shorter_only_above_the_strictest_level() {
    let cells = ["1,50", "2,255"];
    let table = one(&cells, &Options::default());
    assert_eq!((kind(&table), table.report.verified.respelled), ("Float64", 1));
    assert_eq!(column(&table, "x"), [Some("1,5".into()), Some("2,255".into())]);
    assert_eq!(kind(&one(&cells, &at(Level::Conservative))), "String");
    // Shortest with an exponent is no spelling of an office.
    assert_eq!(kind(&one(&["0,00001", "0,5"], &Options::default())), "String");
}

#[test]
fn real_files_have_the_values_of_pandas() {
    // pandas 3.1.1, to_datetime(format="%d/%m/%Y %H:%M:%S"): values, and the sum of their seconds since 1970.
    for (name, values, sum) in BOSTON {
        let Some(path) = shared("boston311-dmy.csv") else { break };
        for level in Level::ALL {
            let table = open_with(&path, &at(level));
            let moments = stored(&table, name);
            let told = table.report.columns.iter().find(|column| column.name == name).expect("there");
            assert_eq!((told.after.kind.as_str(), told.step), ("Datetime", Some(Step::Dates)));
            assert_eq!(moments.iter().flatten().count(), values, "{name}");
            assert_eq!(moments.iter().flatten().sum::<f64>(), sum * 1_000.0, "{name}");
        }
    }
    // Codes with zeros stay codes, and whole numbers stay whole whatever decimals are.
    for (file, name, wanted) in [
        ("italian-latin1.csv", "Codice Regione", "Enum(20)"),
        ("italian-latin1.csv", "Codice Comune formato numerico", "UInt32"),
        ("semicolon.csv", "fieldNameA", "String"),
    ] {
        let Some(path) = shared(file) else { continue };
        for options in [Options::default(), comma()] {
            let table = open_with(&path, &options);
            assert!(types(&table).contains(&(name, wanted)), "{:?}", types(&table));
        }
    }
}

/// Column, values, sum of seconds.
const BOSTON: [(&str, usize, f64); 3] =
    [("open_dt", 100, 164_128_006_505.0), ("target_dt", 89, 146_172_643_820.0), ("closed_dt", 85, 139_536_360_775.0)];

/// Styles to write a day in, as `strftime` of C names the parts, `-` for no zero before a number.
const DAYS: [&str; 13] = [
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%-d/%-m/%Y",
    "%-m/%-d/%Y",
    "%-d.%-m.%Y",
    "%d-%b-%Y",
    "%-d %b %Y",
    "%Y/%-m/%-d",
];
const CLOCKS: [&str; 6] = ["", " %H:%M", " %H:%M:%S", " %-H:%M", " %-I:%M %p", " %I:%M:%S%p"];

fn in_style(style: &str, [year, month, day, second]: [u64; 4]) -> String {
    let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month as usize - 1];
    let (hour, half) = (second / 3600, if second < 43_200 { "AM" } else { "PM" });
    let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    [
        ("%-d", day.to_string()),
        ("%-m", month.to_string()),
        ("%-H", hour.to_string()),
        ("%-I", twelve.to_string()),
        ("%d", format!("{day:02}")),
        ("%m", format!("{month:02}")),
        ("%b", name.to_owned()),
        ("%Y", format!("{year:04}")),
        ("%H", format!("{hour:02}")),
        ("%I", format!("{twelve:02}")),
        ("%M", format!("{:02}", second / 60 % 60)),
        ("%S", format!("{:02}", second % 60)),
        ("%p", half.to_owned()),
    ]
    .into_iter()
    .fold(style.to_owned(), |text, (part, value)| text.replace(part, &value))
}

#[test]
fn random_dates_in_each_style_have_the_value_of_their_iso_spelling() {
    let mut r = Seeded(11);
    let folder = Folder::new();
    for style in DAYS {
        for clock in CLOCKS {
            let mut text = String::from("iso;x\n");
            let iso = if clock.is_empty() { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" };
            // The first one decides the order.
            for row in 0..60 {
                let day = if row == 0 { 28 } else { 1 + r.below(28) };
                let minutes = r.below(1_440) * 60;
                let second = if clock.is_empty() { 0 } else { minutes + if clock.contains("%S") { r.below(60) } else { 0 } };
                let parts = [1 + r.below(9_999), 1 + r.below(12), day, second];
                text.push_str(&format!("{};{}\n", in_style(iso, parts), in_style(&format!("{style}{clock}"), parts)));
            }
            let path = folder.write("table.csv", &text);
            for level in Level::ALL {
                let table = open_with(&path, &at(level));
                assert_eq!(types(&table)[0].1, types(&table)[1].1, "{style}{clock}");
                assert_eq!(stored(&table, "iso"), stored(&table, "x"), "{style}{clock}");
                assert_eq!(written(&table), text, "{style}{clock} {level:?}");
            }
        }
    }
}

/// A plain number with these signs.
fn dressed(plain: &str, (decimal, group, indian): (char, &str, bool), percent: &str) -> String {
    let (sign, number) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (mut pieces, mut rest, mut size) = (Vec::new(), whole, 3);
    while rest.len() > size && !group.is_empty() {
        let (front, back) = rest.split_at(rest.len() - size);
        pieces.push(back);
        rest = front;
        size = if indian { 2 } else { 3 };
    }
    pieces.push(rest);
    pieces.reverse();
    let fraction = if fraction.is_empty() { String::new() } else { format!("{decimal}{fraction}") };
    format!("{sign}{}{fraction}{percent}", pieces.join(group))
}

#[test]
fn random_numbers_in_each_style_have_the_value_of_their_plain_spelling() {
    assert_eq!(dressed("-1234567.8", ('.', ",", true), "%"), "-12,34,567.8%");
    assert_eq!(dressed("123456", ('.', ",", true), ""), "1,23,456");
    assert_eq!(dressed("1234567", (',', ".", false), ""), "1.234.567");
    let styles = [
        (',', "", false),
        (',', ".", false),
        (',', " ", false),
        (',', "\u{a0}", false),
        (',', "\u{202f}", false),
        (',', "'", false),
        ('.', ",", false),
        ('.', ",", true),
        ('.', " ", false),
        ('.', "'", false),
        ('.', "’", false),
    ];
    let mut r = Seeded(12);
    let folder = Folder::new();
    for style in styles {
        for percent in ["", "%", " %", "\u{a0}%"] {
            for decimals in [0, 1, 2, 3, 6] {
                let mut text = String::from("plain;x\n");
                for row in 0..60 {
                    // The first two leave no doubt about the style.
                    let size = 1 << (1 + r.below(26));
                    let whole = if row < 2 { 1_000_000 + r.below(1 << 25) } else { r.below(size) };
                    let sign = if r.below(3) == 0 && whole > 0 { "-" } else { "" };
                    let fraction = r.below(10u64.pow(decimals));
                    let fraction =
                        if decimals == 0 { String::new() } else { format!(".{fraction:0width$}", width = decimals as usize) };
                    let plain = format!("{sign}{whole}{fraction}");
                    text.push_str(&format!("{plain};{}\n", dressed(&plain, style, percent)));
                }
                let path = folder.write("table.csv", &text);
                for level in Level::ALL {
                    let table = open_with(&path, &at(level));
                    let place = format!("{style:?} {percent:?} {decimals} {level:?}\n{text}");
                    assert_eq!(types(&table)[0].1, types(&table)[1].1, "{place}");
                    assert_eq!(stored(&table, "plain"), stored(&table, "x"), "{place}");
                    assert_eq!(written(&table), text, "{place}");
                }
            }
        }
    }
}

#[test]
fn texts_of_a_workbook_are_read_only_where_no_number_stands_beside_them() {
    // Made by `rust_xlsxwriter`: a column of texts, and one of texts and a number, whose spelling is ours.
    let folder = Folder::new();
    let path = folder.path().join("book.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, name) in ["text", "mixed", "date"].into_iter().enumerate() {
        sheet.write_string(0, at as u16, name).expect("a cell");
    }
    for (row, (text, date)) in [("1.234,5", "31.12.2024"), ("0,5", "01.02.2024")].into_iter().enumerate() {
        sheet.write_string(row as u32 + 1, 0, text).expect("a cell");
        sheet.write_string(row as u32 + 1, 2, date).expect("a cell");
    }
    sheet.write_string(1, 1, "1.234,5").expect("a cell");
    sheet.write_number(2, 1, 1.234).expect("a cell");
    book.save(&path).expect("saved");
    let table = try_open(&path, &Options::default()).expect("a workbook");
    assert_eq!(table.report.verified.mismatches, 0);
    assert_eq!(types(&table), [("text", "Float64"), ("mixed", "String"), ("date", "Date")]);
    assert_eq!(stored(&table, "text"), [Some(1234.5), Some(0.5)]);
    assert_eq!(stored(&table, "date"), [Some(20_088.0), Some(19_754.0)]);
}

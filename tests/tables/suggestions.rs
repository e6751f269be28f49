//! What is suggested, and that following a suggestion saves the bytes that it tells.

use crate::tables::{Seeded, at, bills, open, open_text, shared, shipped};
use tachograph::data::{Level, Options, Suggestion, SuggestionKind, Table};

fn default(text: &str) -> Table {
    open_text(text, &Options::default())
}

/// A table with a first column that keeps blank lines from being skipped.
fn table_of(name: &str, cells: &[String]) -> String {
    cells.iter().enumerate().fold(format!("row,{name}\n"), |text, (row, cell)| format!("{text}r{row},{cell}\n"))
}

/// The one suggestion of a kind.
fn only(table: &Table, kind: SuggestionKind) -> &Suggestion {
    let mut found = table.report.suggestions.iter().filter(|suggestion| suggestion.kind == kind);
    let first = found.next().unwrap_or_else(|| panic!("no {kind:?}: {:?}", table.report.suggestions));
    assert_eq!(found.next(), None);
    first
}

fn kinds(table: &Table) -> Vec<SuggestionKind> {
    table.report.suggestions.iter().map(|suggestion| suggestion.kind).collect()
}

/// That a table whose cells were changed as suggested is as much smaller as was told, and of the type that was told.
fn follows(before: &Table, suggestion: &Suggestion, changed: &str, options: &Options) {
    let after = open_text(changed, options);
    assert_eq!(before.report.after_bytes - after.report.after_bytes, suggestion.saved_bytes, "{suggestion:?}");
    let column = after.report.columns.iter().find(|column| column.name == suggestion.columns[0]);
    assert_eq!(suggestion.becomes, column.map(|column| column.after.clone()), "{suggestion:?}");
}

#[test]
fn columns_that_can_go() {
    let cell = |row: u64| format!("r{row},INR,,{},2024-05-01,1.50,NA,{}\n", row % 3, if row == 7 { "" } else { "x" });
    let text = (0..1_000).fold("row,currency,legacy,part,day,rate,ref,nearly\n".to_owned(), |text, row| text + &cell(row));
    let table = default(&text);
    let told: Vec<(SuggestionKind, &str, u64)> =
        table.report.suggestions.iter().map(|one| (one.kind, one.columns[0].as_str(), one.saved_bytes)).collect();
    let bytes = |name: &str| table.report.columns.iter().find(|column| column.name == name).map_or(0, |column| column.after.bytes);
    use SuggestionKind::{Constant, Empty};
    assert_eq!(
        told,
        [
            (Constant, "rate", 8_000),
            (Constant, "day", 4_000),
            (Constant, "currency", bytes("currency")),
            (Empty, "legacy", 0),
            (Empty, "ref", 0)
        ]
    );
    assert_eq!(table.report.suggestions[2].text, "“INR” in all 1,000 rows. The column can go when that is known anyway.");
    assert_eq!(table.report.suggestions[3].text, "Empty in every row. The column can go.");
    assert_eq!(table.report.suggestions[4].text, "“NA” in every row, so no value at all. The column can go.");
    let without =
        (0..1_000).fold("row,legacy,part,day,rate,ref,nearly\n".to_owned(), |text, row| text + &cell(row).replace("INR,", ""));
    assert_eq!(table.report.after_bytes - default(&without).report.after_bytes, bytes("currency"));
    assert!(kinds(&default("a,b,c\n1,2,2\n")).is_empty(), "one row says nothing");
    assert!(kinds(&default("a,b\n")).is_empty(), "nor does none");
}

#[test]
fn columns_that_hold_the_same() {
    let mut random = Seeded(5);
    let mut text = String::from("row,a,b,nearly,words,again,rate,rate_copy,sparse,other_sparse\n");
    for row in 0..70_000u64 {
        let (number, word, rate) = (random.below(50_000), ["red", "blue", ""][random.below(3) as usize], random.below(10_000));
        let nearly = if row == 69_998 { 0 } else { number };
        let rate = format!("{}.{:02}", rate / 100, rate % 100);
        let sparse = |at: u64| if row == at { "x" } else { "" };
        text += &format!("r{row},{number},{number},{nearly},{word},{word},{rate},{rate},{},{}\n", sparse(500), sparse(501));
    }
    let table = default(&text);
    let told: Vec<(&[String], u64)> =
        table.report.suggestions.iter().map(|one| (one.columns.as_slice(), one.saved_bytes)).collect();
    let bytes = |at: usize| table.report.columns[at].after.bytes;
    let pair = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
    assert_eq!(
        told,
        [(&pair("rate", "rate_copy")[..], bytes(7)), (&pair("a", "b")[..], bytes(2)), (&pair("words", "again")[..], bytes(5)),]
    );
    assert_eq!(table.report.suggestions[1].text, "“a” and “b” hold the same in every row. One of them is enough.");
    assert_eq!(only_count(&table), [70_000; 3]);
    // Columns of other types by steps of their own are equal all the same.
    let column_steps = [("a".to_owned(), "-integers".parse().expect("steps"))].into_iter().collect();
    let table = open_text(&text, &Options { column_steps, ..Options::default() });
    assert!(table.report.suggestions.iter().any(|one| one.columns == pair("a", "b")));
}

fn only_count(table: &Table) -> Vec<u64> {
    table.report.suggestions.iter().map(|suggestion| suggestion.count).collect()
}

#[test]
fn many_equal_columns_are_one_suggestion() {
    let header = (0..40).map(|at| format!("c{at}")).collect::<Vec<_>>().join(",");
    let rows = (0..50).map(|row| format!("\n{}", vec![format!("v{row}"); 40].join(","))).collect::<String>();
    let table = default(&format!("{header}{rows}\n"));
    let found = only(&table, SuggestionKind::Equal);
    assert_eq!((found.columns.len(), found.saved_bytes), (40, 39 * table.report.columns[0].after.bytes));
    assert_eq!(found.text, "“c0”, “c1” and 38 more hold the same in every row. One of them is enough.");
}

#[test]
fn blanks_at_the_ends() {
    // Of many different texts, long ones and short ones.
    let cells: Vec<String> = (0..2_000)
        .map(|row| match row % 40 {
            7 => format!("  a text of its own {row}"),
            8 => format!("short{row}\u{a0}"),
            9 => format!("{row} letters \u{3000} "),
            _ => format!("no blanks here {row}"),
        })
        .collect();
    let trimmed: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
    let table = default(&table_of("note", &cells));
    let found = only(&table, SuggestionKind::Blanks);
    assert_eq!((found.count, found.row), (150, Some(9)));
    assert_eq!(
        found.text,
        "150 cells begin or end with blanks, which nobody sees; the first is “  a text of its own 7”. Without them equal texts become one."
    );
    follows(&table, found, &table_of("note", &trimmed), &Options::default());
    assert!(found.saved_bytes > 0);

    // Categories: the words become fewer, so that one byte is enough.
    let cells: Vec<String> = (0..9_000).map(|row| format!("{}place {:03}", if row == 5 { " " } else { "" }, row % 255)).collect();
    let trimmed: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
    let table = default(&table_of("place", &cells));
    let found = only(&table, SuggestionKind::Blanks);
    assert_eq!((found.count, found.row), (1, Some(7)));
    follows(&table, found, &table_of("place", &trimmed), &Options::default());
    assert!(found.saved_bytes > 9_000);

    // Numbers with blanks are text; a cell of nothing but blanks is a blank one.
    let cells: Vec<String> = (0..500).map(|row| if row == 300 { "  ".into() } else { format!("{row} ") }).collect();
    let trimmed: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
    let table = default(&table_of("number", &cells));
    let found = only(&table, SuggestionKind::Blanks);
    follows(&table, found, &table_of("number", &trimmed), &Options::default());
    assert_eq!(found.becomes.as_ref().map(|becomes| becomes.kind.as_str()), Some("UInt16"));

    // One cell with a blank among numbers is one suggestion, not two.
    let cells: Vec<String> = (0..500).map(|row| if row == 300 { "300 ".into() } else { row.to_string() }).collect();
    assert_eq!(kinds(&default(&table_of("number", &cells))), [SuggestionKind::Blanks]);
}

/// Cells with an odd one among them, that one, the type without it, how many there are, and the row of the first.
type Case<'a> = (&'a dyn Fn(&str) -> Vec<String>, &'a str, &'a str, u64, u64);

#[test]
fn a_few_cells_of_another_kind() {
    let numbers =
        |odd: &str| -> Vec<String> { (0..1_000).map(|row| if row % 100 == 42 { odd.into() } else { row.to_string() }).collect() };
    let days = |odd: &str| -> Vec<String> {
        (0..1_000).map(|row| if row == 900 { odd.into() } else { format!("2024-05-{:02}", row % 28 + 1) }).collect()
    };
    let decimals = |odd: &str| -> Vec<String> {
        (0..1_000).map(|row| if row == 3 { odd.into() } else { format!("{}.{:02}", row, row % 90 + 1) }).collect()
    };
    let cases: [Case<'_>; 5] = [
        (&numbers, "unknown", "UInt16", 10, 44),
        (&days, "31/12/2024", "Date", 1, 902),
        (&days, "7", "Date", 1, 902),
        (&decimals, "n/k", "Float64", 1, 5),
        (&numbers, "2024-05-01", "UInt16", 10, 44),
    ];
    for (cells, odd, kind, count, row) in cases {
        for level in Level::ALL {
            let table = open_text(&table_of("x", &cells(odd)), &at(level));
            let found = only(&table, SuggestionKind::TwoKinds);
            assert_eq!((found.count, found.row), (count, Some(row)), "{odd}");
            assert_eq!(found.becomes.as_ref().map(|becomes| becomes.kind.replace("32", "64")), Some(kind.to_owned()), "{odd}");
            follows(&table, found, &table_of("x", &cells("")), &at(level));
        }
    }
    let table = default(&table_of("x", &numbers("unknown")));
    assert_eq!(
        only(&table, SuggestionKind::TwoKinds).text,
        "10 cells are no number, the first is “unknown”; all others are. With them corrected or left blank the column would be numbers, now it is text."
    );
}

#[test]
fn absent_values_that_are_marked_in_two_ways() {
    let cells = |mark: &str| -> Vec<String> {
        (0..1_000)
            .map(|row| {
                if row % 10 == 1 {
                    mark.into()
                } else if row == 500 {
                    String::new()
                } else {
                    row.to_string()
                }
            })
            .collect()
    };
    let table = default(&table_of("x", &cells("NA")));
    let found = only(&table, SuggestionKind::TwoKinds);
    assert_eq!((found.count, found.row), (100, Some(3)));
    follows(&table, found, &table_of("x", &cells("")), &Options::default());
    // One word alone, or blanks alone, are in nobody's way.
    let one_way = |row: u64| if row % 10 == 1 { "NA".into() } else { row.to_string() };
    assert!(kinds(&default(&table_of("x", &(0..1_000).map(one_way).collect::<Vec<_>>()))).is_empty());
}

#[test]
fn codes_and_mixtures_are_no_mistake() {
    let column = |cell: &dyn Fn(u64) -> String| default(&table_of("x", &(0..1_000).map(cell).collect::<Vec<_>>()));
    let cases: [&dyn Fn(u64) -> String; 6] = [
        &|row| if row % 50 == 0 { format!("0{row}") } else { row.to_string() },
        &|row| if row % 50 == 0 { format!("1234567890123456789{row}") } else { row.to_string() },
        &|row| if row % 5 == 0 { format!("x{row}") } else { row.to_string() },
        &|row| if row % 50 == 0 { "maybe".into() } else { ["Y", "N"][row as usize % 2].to_string() },
        &|row| format!("item {row}"),
        &|row| format!("{row}.{}", "5".repeat(row as usize % 4 + 1)),
    ];
    for (at, cell) in cases.into_iter().enumerate() {
        assert!(!kinds(&column(cell)).contains(&SuggestionKind::TwoKinds), "{at}");
    }
}

#[test]
fn spellings_of_one_text() {
    let spelled = |row: u64, rare: bool| match row % 50 {
        7 if rare => "UDAIPUR",
        8 if rare => "udaipur",
        9 if rare => "New  Delhi",
        7 | 8 => "Udaipur",
        9 => "New Delhi",
        other => ["Udaipur", "New Delhi", "Kota"][other as usize % 3],
    };
    let cells = |rare| (0..1_000).map(|row| spelled(row, rare).to_owned()).collect::<Vec<_>>();
    let table = default(&table_of("city", &cells(true)));
    let found = only(&table, SuggestionKind::Spellings);
    assert_eq!((found.count, found.row), (60, Some(9)));
    assert_eq!(
        found.text,
        "“UDAIPUR” and “Udaipur” differ only in capital letters or blanks, as does one other text. 60 cells have another spelling than the usual one."
    );
    follows(&table, found, &table_of("city", &cells(false)), &Options::default());
    assert!(kinds(&default(&table_of("city", &cells(false)))).is_empty());
}

#[test]
fn the_first_suggestion_saves_most() {
    let table = default(&bills(3_000));
    let saved: Vec<u64> = table.report.suggestions.iter().map(|suggestion| suggestion.saved_bytes).collect();
    assert!(saved.is_sorted_by(|a, b| a >= b), "{saved:?}");
    let told: Vec<(SuggestionKind, &str)> =
        table.report.suggestions.iter().map(|one| (one.kind, one.columns[0].as_str())).collect();
    assert_eq!(told, [(SuggestionKind::Constant, "currency"), (SuggestionKind::Empty, "legacy_ref")]);
}

#[test]
fn numbers_stored_as_text_in_a_workbook() {
    let table = open(&shipped("numbers-as-text.xlsx"));
    let told: Vec<_> = table
        .report
        .suggestions
        .iter()
        .filter(|one| one.kind == SuggestionKind::NumbersAsText)
        .map(|one| (one.columns[0].as_str(), one.row, one.count, one.text.as_str()))
        .collect();
    let tail = "as text in the file, where a sum leaves such cells out. Here all of them count.";
    assert_eq!(
        told,
        [
            ("all", Some(2), 12, format!("12 numbers are stored {tail}").as_str()),
            ("some", Some(5), 1, format!("1 number is stored {tail}").as_str()),
            ("days", Some(2), 12, format!("12 dates are stored {}", tail.replace("sum", "sort by date")).as_str()),
        ]
    );
    let names = table.report.columns.iter().map(|column| column.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["all", "some", "days", "plain", "codes", "words"]);
}

#[test]
fn a_workbook_with_two_kinds() {
    let table = open(&shipped("numbers-as-text.xlsx"));
    let found = only(&table, SuggestionKind::TwoKinds);
    assert_eq!((found.columns[0].as_str(), found.row, found.count), ("words", Some(8), 1));
}

/// Counted with Python's `csv` module.
#[test]
fn what_is_wrong_with_real_tables() {
    let told = |name: &str| {
        let table = open(&shared(name)?);
        let one = |one: &Suggestion| (one.kind, one.columns[0].clone(), one.row, one.count);
        Some(table.report.suggestions.iter().map(one).collect::<Vec<_>>())
    };
    use SuggestionKind::{Blanks, Constant, TwoKinds};
    let Some(patients) = told("inpatients-utf16le.csv") else { return };
    let expected = [
        (TwoKinds, "Part_II_patients", Some(78), 3),
        (TwoKinds, "Total_formal_admissions_excluding_place_of_safety_detentions", Some(78), 3),
        (TwoKinds, "Place_of_safety_patients", Some(109), 1),
        (TwoKinds, "Total_patients_31st_march", Some(78), 3),
        (Constant, "Reporting_period", None, 327),
        (Blanks, "Organisation_classification", Some(2), 327),
    ];
    assert_eq!(patients, expected.map(|(kind, name, row, count)| (kind, name.to_owned(), row, count)));
    let Some(places) = told("italian-latin1.csv") else { return };
    assert!(places.contains(&(Blanks, "Progressivo del Comune (2)".into(), Some(2), 7_904)), "{places:?}");
    assert!(places.contains(&(Blanks, "Codice NUTS3 2021".into(), Some(7_529), 360)), "{places:?}");
}

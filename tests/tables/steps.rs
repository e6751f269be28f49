//! Steps of tables and of single columns, and what those that are off would give.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::tables::{Folder, Seeded, at, bills, column, open_text, open_with, shipped, texts, types};
use tachograph::data::{Gain, Level, LevelGain, Options, Step, Steps, Table};

/// A column and the text of a cell.
type Column = (&'static str, fn(&mut Seeded, u64) -> String);

/// Every kind, with and without blank cells, and what looks like a kind but is not.
const COLUMNS: [Column; 34] = [
    ("u8", |r, _| r.below(256).to_string()),
    ("i8", |r, _| (r.below(256) as i64 - 128).to_string()),
    ("u16_gaps", |r, _| gap(r, "", |r| r.below(65_536).to_string())),
    ("u32", |r, _| r.below(1 << 32).to_string()),
    ("i32_na", |r, _| gap(r, "NA", |r| (r.below(1 << 31) as i64 - (1 << 30)).to_string())),
    ("i64", |r, _| (r.next() as i64).to_string()),
    ("whole", |r, _| format!("{}.0", r.below(400))),
    ("whole_gaps", |r, _| gap(r, "", |r| format!("{}.00", r.below(70_000)))),
    ("whole_large", |r, _| format!("{}.0", r.below(1 << 40))),
    ("minus_zero", |_, row| if row == 9 { "-0.0".into() } else { format!("{row}.0") }),
    ("cents", |r, _| format!("{:.2}", r.below(1_000_000) as f64 / 100.0)),
    ("mixed_decimals", |r, row| if row % 2 == 0 { r.below(100).to_string() } else { format!("{}.5", r.below(100)) }),
    ("padded", |_, row| ["1.50", "2.0", "3.125"][row as usize % 3].into()),
    ("padded_gaps", |r, row| gap(r, "", |_| format!("{row}.50"))),
    ("padded_few", |_, row| ["1.50", "2.0", "3.125"][(row / 2_000) as usize].into()),
    ("precise", |r, _| format!("{:.7}", r.below(1_000_000_000) as f64 / 1e7)),
    ("tiny", |_, row| format!("0.000{:03}", row % 1_000)),
    ("yes", |r, _| ["Y", "N"][r.below(2) as usize].into()),
    ("yes_gaps", |r, _| gap(r, "", |r| ["true", "false"][r.below(2) as usize].into())),
    ("yes_na", |r, _| gap(r, "n/a", |r| ["Ja", "Nein"][r.below(2) as usize].into())),
    ("day", |r, _| format!("20{:02}-{:02}-{:02}", r.below(90) + 10, r.below(12) + 1, r.below(28) + 1)),
    ("day_few", |r, _| format!("2024-01-{:02}", r.below(20) + 10)),
    ("day_gaps", |r, _| gap(r, "", |r| format!("20{:02}-{:02}-{:02}", r.below(90) + 10, r.below(12) + 1, r.below(28) + 1))),
    ("moment", |r, _| format!("2024-05-{:02} {:02}:{:02}:{:02}", r.below(28) + 1, r.below(24), r.below(60), r.below(60))),
    ("moment_t", |r, _| gap(r, "", |r| format!("2024-05-{:02}T{:02}:{:02}Z", r.below(28) + 1, r.below(24), r.below(60)))),
    ("words_3", |r, _| ["red", "green", "a colour with a long name"][r.below(3) as usize].into()),
    ("words_gaps", |r, _| gap(r, "", |r| ["red", "green", "blue"][r.below(3) as usize].into())),
    ("words_255", |_, row| format!("{:05}", row % 255)),
    ("words_256", |_, row| format!("{:05}", row % 256)),
    ("half_different", |_, row| format!("a text of some length {:05}", row / 2)),
    ("mostly_different", |_, row| format!("{:05}x", row * 3 / 4)),
    ("nothing", |_, _| String::new()),
    ("na", |_, _| "NA".into()),
    ("always", |_, _| "INR".into()),
];

const ROWS: u64 = 6_000;

/// One cell in ten holds no value.
fn gap(random: &mut Seeded, absent: &str, text: impl FnOnce(&mut Seeded) -> String) -> String {
    if random.below(10) == 0 { absent.into() } else { text(random) }
}

fn all_kinds() -> String {
    let mut text = String::from("row");
    COLUMNS.iter().for_each(|column| write!(text, ",{}", column.0).expect("memory"));
    let mut random = Seeded(11);
    for row in 0..ROWS {
        write!(text, "\nr{row}").expect("memory");
        COLUMNS.iter().for_each(|column| write!(text, ",{}", column.1(&mut random, row)).expect("memory"));
    }
    text + "\n"
}

/// What switching on gave: the columns of which type or bytes differ.
fn gained(off: &Table, on: &Table, step: Step) -> Vec<(String, Option<Gain>)> {
    let columns = off.report.columns.iter().zip(&on.report.columns);
    let gain = |(off, on): (&tachograph::data::ColumnReport, &tachograph::data::ColumnReport)| {
        let gain = Gain { step, kind: on.after.kind.clone(), bytes: on.after.bytes, lossless: on.lossless };
        (on.name.clone(), (off.after != on.after).then_some(gain))
    };
    columns.map(gain).collect()
}

fn told(table: &Table) -> Vec<(String, Option<Gain>)> {
    table.report.columns.iter().map(|column| (column.name.clone(), column.possible.clone())).collect()
}

#[test]
fn what_a_step_would_give_is_what_it_gives() {
    let text = all_kinds();
    let changed =
        [(Step::Integers, 7), (Step::Floats, 5), (Step::Booleans, 3), (Step::Dates, 5), (Step::Categories, 5), (Step::Nulls, 2)];
    for level in Level::ALL {
        for (step, least) in changed {
            let options = |steps| Options { steps, ..at(level) };
            let on = open_text(&text, &options(Steps::ALL));
            let off = open_text(&text, &options(Steps::ALL.with(step, false)));
            let really = gained(&off, &on, step);
            assert_eq!(told(&off), really, "{step:?} at {level:?}");
            let count = really.iter().filter(|(_, gain)| gain.is_some()).count();
            assert!(
                count >= least || (step == Step::Floats && level != Level::Aggressive && count == 0),
                "{step:?} {level:?}: {count}"
            );
            assert!(told(&on).iter().all(|(_, gain)| gain.is_none()), "nothing is off");
        }
    }
}

#[test]
fn of_several_steps_that_are_off_the_smallest_gain_is_told() {
    let text = all_kinds();
    for (first, second) in Step::ALL.into_iter().flat_map(|first| Step::ALL.map(|second| (first, second))) {
        let open = |steps| open_text(&text, &Options { steps, ..at(Level::Aggressive) });
        let both = open(Steps::ALL.with(first, false).with(second, false));
        let gains = [first, second]
            .map(|step| gained(&both, &open(Steps::ALL.with(first, false).with(second, false).with(step, true)), step));
        let [of_first, of_second] = gains;
        for (told, (one, other)) in told(&both).iter().zip(of_first.iter().zip(&of_second)) {
            let least = [&one.1, &other.1].into_iter().flatten().map(|gain| gain.bytes).min();
            assert_eq!(told.1.as_ref().map(|gain| gain.bytes), least, "{first:?} {second:?} {told:?}");
            assert!(told.1.is_none() || told.1 == one.1 || told.1 == other.1, "{told:?}");
        }
    }
}

#[test]
fn the_same_in_a_workbook_and_in_real_bills() {
    for step in Step::ALL {
        let off = Options { steps: Steps::ALL.with(step, false), ..Options::default() };
        for name in ["typed.xlsx", "typed.ods", "typed.parquet"] {
            let path = shipped(name);
            let table = open_with(&path, &off);
            assert_eq!(told(&table), gained(&table, &open_with(&path, &Options::default()), step), "{name} {step:?}");
        }
        let text = bills(2_000);
        let table = open_text(&text, &off);
        // What dates and numbers in an office's spelling would give is not told.
        let plain = |gains: Vec<(String, Option<Gain>)>| gains.into_iter().filter(|gain| gain.0 != "paid_on").collect::<Vec<_>>();
        let given = gained(&table, &open_text(&text, &Options::default()), step);
        assert_eq!(plain(told(&table)), plain(given), "bills {step:?}");
    }
}

#[test]
fn what_the_next_level_would_save() {
    let text = all_kinds();
    let [strict, usual, small] = Level::ALL.map(|level| open_text(&text, &at(level)));
    let saved = |table: &Table, next: &Table| table.report.after_bytes as i64 - next.report.after_bytes as i64;
    let gain = |level, saved_bytes| Some(LevelGain { level, saved_bytes });
    assert_eq!(strict.report.next_level, gain(Level::Balanced, saved(&strict, &usual)));
    assert_eq!(usual.report.next_level, gain(Level::Aggressive, saved(&usual, &small)));
    assert_eq!(small.report.next_level, None);
    assert_ne!(saved(&strict, &usual), 0);
    assert!(saved(&usual, &small) > 0);
    // Too many of these numbers would have to be printed to know.
    let seven_digits = (0..50_000u64).fold("x\n".to_owned(), |text, row| text + &format!("0.0{:06}1\n", row % 9_999));
    assert_eq!(open_text(&seven_digits, &Options::default()).report.next_level, None);
}

#[test]
fn a_column_has_steps_of_its_own() {
    let text = "id,day,flag\n1,2024-01-01,Y\n2,2024-01-02,N\n3,2024-01-03,Y\n";
    let steps = |text: &str| text.parse::<Steps>().expect("steps");
    let column_steps: BTreeMap<String, Steps> =
        [("id".into(), steps("-integers")), ("flag".into(), steps("-booleans"))].into_iter().collect();
    let options = Options { steps: steps("-dates,-integers"), column_steps, ..Options::default() };
    let table = open_text(text, &options);
    // `flag` has its own steps, so that dates and integers are on for it.
    assert_eq!(types(&table), [("id", "Int64"), ("day", "String"), ("flag", "String")]);
    let own: Vec<Steps> = table.report.columns.iter().map(|column| column.steps).collect();
    assert_eq!(own, [steps("-integers"), steps("-dates,-integers"), steps("-booleans")]);
    let possible: Vec<_> =
        table.report.columns.iter().map(|column| column.possible.as_ref().map(|gain| (gain.step, gain.bytes))).collect();
    assert_eq!(possible, [Some((Step::Integers, 3)), Some((Step::Dates, 12)), Some((Step::Booleans, 1))]);
    assert_eq!(column(&table, "day"), texts(&["2024-01-01", "2024-01-02", "2024-01-03"]));
    assert!(table.report.warnings.is_empty(), "{:?}", table.report.warnings);
    // Every column but the one comes out as before.
    let alone = Options { column_steps: [("id".into(), steps("-integers"))].into_iter().collect(), ..Options::default() };
    assert_eq!(types(&open_text(text, &alone)), [("id", "Int64"), ("day", "Date"), ("flag", "Boolean")]);
}

#[test]
fn steps_for_a_column_that_is_not_there_are_told() {
    let column_steps = [("amuont".to_owned(), Steps::ALL.with(Step::Integers, false))].into_iter().collect();
    let table = open_text("amount\n5\n6\n", &Options { column_steps, ..Options::default() });
    let warnings: Vec<&str> = table.report.warnings.iter().map(|warning| warning.text.as_str()).collect();
    assert_eq!(warnings, ["There is no column “amuont”, for which steps were chosen."]);
    assert_eq!(types(&table), [("amount", "UInt8")]);
}

#[test]
fn a_table_keeps_its_advice_in_the_cache() {
    let folder = Folder::new();
    let path = folder.write("a.csv", "id,cur\n1,INR\n2,INR\n3,INR\n");
    let table = open_with(&path, &Options { steps: Steps::ALL.with(Step::Integers, false), ..Options::default() });
    assert!(table.report.columns[0].possible.is_some() && !table.report.suggestions.is_empty());
    let mut bytes = Vec::new();
    tachograph::data::encode(&table, &mut bytes).expect("memory");
    assert_eq!(tachograph::data::decode(&bytes).expect("a table").report, table.report);
}

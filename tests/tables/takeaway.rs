//! What taking a table away will take, held against the real files: size, and what to know before.

use std::fmt::Write as _;

use crate::tables::{Folder, Seeded, bills, open, open_text};
use tachograph::data::{Options, OutputFormat, Table, write};
use tachograph::jobs::{Cancel, JobError, Progress};
use tachograph::operations::{estimate_export, export_notes};

/// Flights of a year as an airline's office keeps them: sorted by time, few different codes, numbers that lack here and there.
fn flights(rows: u64) -> String {
    let mut text = String::from(
        "year,month,day,dep_time,sched_dep_time,dep_delay,arr_delay,carrier,flight,tailnum,origin,dest,air_time,distance,time_hour\n",
    );
    let mut r = Seeded(2013);
    let airports: Vec<String> =
        (0..105u8).map(|at| format!("{}{}{}", (b'A' + at % 26) as char, (b'A' + at / 26) as char, 'X')).collect();
    for row in 0..rows {
        let (hours, lacks) = (row * 8_760 / rows, r.below(40) == 0);
        let (month, day, hour) = (1 + hours / 730, 1 + hours % 730 / 26, hours % 24);
        let (scheduled, delay) = (hour * 100 + 5 * r.below(12), r.below(60) as i64 - 15);
        let or_na = |number: i64| if lacks { "NA".to_owned() } else { number.to_string() };
        let dest = r.below(105) as usize;
        writeln!(
            text,
            "2013,{month},{day},{},{scheduled},{},{},{},{},N{:05},{},{},{},{},2013-{month:02}-{day:02} {hour:02}:00:00",
            or_na(scheduled as i64 + delay),
            or_na(delay),
            or_na(delay + r.below(40) as i64 - 20),
            ["UA", "B6", "EV", "DL", "AA", "MQ", "US", "9E"][r.below(8) as usize],
            1 + r.below(8_500),
            10_000 + r.below(4_000),
            ["EWR", "JFK", "LGA"][r.below(3) as usize],
            airports[dest],
            or_na(40 + r.below(300) as i64),
            100 + dest * 23,
        )
        .expect("memory");
    }
    text
}

fn real_size(table: &Table, format: OutputFormat) -> u64 {
    let mut out = Vec::new();
    write(table, format, &mut out, &Cancel::new(), &Progress::new()).expect("memory");
    out.len() as u64
}

/// The estimate of each format lies within a quarter of the real file.
fn estimates_hold(table: &Table) {
    for format in OutputFormat::ALL {
        let estimate = estimate_export(table, format, &Cancel::new()).expect("an estimate");
        let (real, told) = (real_size(table, format) as f64, estimate.bytes as f64);
        println!("{format:?}: {told} told, {real} real, {:+.1} %; {:.2} s told", (told / real - 1.0) * 100.0, estimate.seconds);
        assert!(!estimate.exact, "{format:?}");
        assert!((real * 0.75..=real * 1.25).contains(&told), "{format:?}: {told} told, {real} real");
        assert!(estimate.seconds > 0.0 && estimate.seconds.is_finite(), "{format:?}");
    }
}

#[test]
fn the_size_of_bills_is_told_within_a_quarter() {
    estimates_hold(&open_text(&bills(200_000), &Options::default()));
}

#[test]
fn the_size_of_flights_is_told_within_a_quarter() {
    estimates_hold(&open_text(&flights(150_000), &Options::default()));
}

#[test]
fn the_size_of_a_table_of_several_groups_of_rows_is_told_within_a_quarter() {
    // Codes of 3,000 texts, which a Parquet file has anew in each of its two groups, and plain numbers.
    let mut r = Seeded(3);
    let mut text = String::from("code,number\n");
    for row in 0..600_000u32 {
        writeln!(text, "a longer code number {},{}", r.below(3_000), row / 3).expect("memory");
    }
    let table = open_text(&text, &Options::default());
    for format in [OutputFormat::Parquet, OutputFormat::Arrow, OutputFormat::Csv] {
        let told = estimate_export(&table, format, &Cancel::new()).expect("an estimate").bytes as f64;
        let real = real_size(&table, format) as f64;
        println!("{format:?}: {told} told, {real} real");
        assert!((real * 0.75..=real * 1.25).contains(&told), "{format:?}: {told} told, {real} real");
    }
}

#[test]
fn the_size_of_a_small_table_is_exact() {
    let table = open_text(&bills(30_000), &Options::default());
    for format in [OutputFormat::Parquet, OutputFormat::Arrow, OutputFormat::Csv] {
        let estimate = estimate_export(&table, format, &Cancel::new()).expect("an estimate");
        assert_eq!((estimate.bytes, estimate.exact), (real_size(&table, format), true), "{format:?}");
    }
    // A workbook holds the moment at which it was made, packed.
    let estimate = estimate_export(&table, OutputFormat::Xlsx, &Cancel::new()).expect("an estimate");
    assert!(estimate.exact && estimate.bytes.abs_diff(real_size(&table, OutputFormat::Xlsx)) < 64, "{estimate:?}");
    let nothing = open_text("a,b\n", &Options::default());
    assert_eq!(estimate_export(&nothing, OutputFormat::Csv, &Cancel::new()).expect("an estimate").bytes, 4);
}

#[test]
fn it_stops_when_asked() {
    let (table, cancel) = (open_text("a\n1\n", &Options::default()), Cancel::new());
    cancel.cancel();
    for format in OutputFormat::ALL {
        assert_eq!(estimate_export(&table, format, &cancel), Err(JobError::Cancelled), "{format:?}");
    }
    assert!(export_notes(&table, OutputFormat::Xlsx, &cancel).is_err());
}

#[test]
fn what_a_format_cannot_hold_is_told_before_saving() {
    let table = open_text(&bills(200), &Options::default());
    let notes = |format| -> Vec<String> {
        let notes = export_notes(&table, format, &Cancel::new()).expect("notes");
        assert!(notes.iter().all(|note| !note.stops));
        notes.into_iter().map(|note| note.text).collect()
    };
    assert!(notes(OutputFormat::Parquet).is_empty() && notes(OutputFormat::Arrow).is_empty());
    assert_eq!(
        notes(OutputFormat::Csv),
        [
            "Types are not kept: the program that opens it decides anew what is a number, a date or a text.",
            "Excel drops zeros in front of codes in a CSV: “item_code”. A workbook keeps them.",
            "Excel keeps 15 digits of a number in a CSV: “ledger_id”. A workbook keeps all, as text.",
        ]
    );
    assert_eq!(
        notes(OutputFormat::Xlsx),
        [
            "Numbers of more than 15 digits become text, so that none is lost: “ledger_id”.",
            "Columns of two words say TRUE and FALSE: “is_final”.",
        ]
    );
    let long = open(&Folder::new().write("t.csv", format!("a\n{}\n", "x".repeat(32_768))));
    let notes = export_notes(&long, OutputFormat::Xlsx, &Cancel::new()).expect("notes");
    assert!(notes[0].stops && notes[0].text.contains("a text of “a” has more"), "{notes:?}");
    write(&long, OutputFormat::Xlsx, &mut Vec::new(), &Cancel::new(), &Progress::new()).expect_err("the writer says so too");
}

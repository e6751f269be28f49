use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::data::{ColumnReport, Level, Step, Stored, Verified, Warning};

fn report() -> Report {
    let column = |name: &str, before, after, step| ColumnReport {
        name: name.into(),
        before: Stored { kind: "Int64".into(), bytes: before },
        after: Stored { kind: "UInt16".into(), bytes: after },
        step,
        lossless: true,
        note: "1 to 9: 2 bytes are enough".into(),
        nulls: 1_500,
        unique: Some(12_345),
        ..ColumnReport::default()
    };
    let columns = vec![column("a", 300_000_000, 70_000_000, Some(Step::Integers)), column("b", 25_000_000, 8_000_000, None)];
    Report {
        rows: 1_000_000,
        columns,
        before_bytes: 325_000_000,
        after_bytes: 78_000_000,
        pandas_bytes: 714_000_000,
        verified: Verified { values: 19_000_000, mismatches: 0, respelled: 2 },
        level: Level::Balanced,
        ..Report::default()
    }
}

fn page(report: &Report) -> String {
    report_html(report, &[], UNIX_EPOCH + Duration::from_secs(1_795_273_440)).expect("drawn")
}

#[test]
fn the_page_has_the_figures() {
    let mut report = report();
    report.source.file = "bills.csv".into();
    report.source.format = "csv".into();
    report.source.delimiter = Some(';');
    report.source.encoding = Some("windows-1252".into());
    let page = page(&report);
    for part in [
        "<h1><bdi>bills.csv</bdi></h1>",
        "1,000,000 rows × 2 columns · text in windows-1252, separated by semicolons · 2026-11-21 15:04 UTC",
        "<p class=\"figure good\">−76 %</p>",
        "325 MB → 78 MB",
        "pandas would hold 714 MB: 89 % less than that.",
        "<p class=\"proof\">19,000,000 values compared with the file, 0 differ.</p>",
        "2 cells are spelled shorter (1.50 as 1.5), of the same value. The file itself was not changed.",
        "<td class=\"name\">Smaller numbers</td>",
        "<td class=\"number\">−230 MB</td>",
        "<td class=\"number\">300 → 70</td>",
        "<td class=\"number\">12,345</td>",
        "1 to 9: 2 bytes are enough",
        "<td title=\"UInt16: whole numbers from 0 to 65,535, 2 bytes each.\">UInt16</td>",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("Look at this") && !page.contains("What could still be done") && !page.contains("<details>"));
}

#[test]
fn cells_that_differ_are_named_and_nothing_is_praised() {
    let mut report = report();
    report.verified.mismatches = 1;
    report.columns[1].lossless = false;
    report.warnings = vec![
        Warning { column: Some("b".into()), row: Some(1_002), text: "The file has “<b>”.".into() },
        Warning { column: None, row: Some(7), text: "Short.".into() },
    ];
    let page = page(&report);
    assert!(page.contains("<h2>Values differ</h2>") && !page.contains("Nothing lost"));
    assert!(page.contains("<p class=\"proof bad\">19,000,000 values compared with the file, 1 differs.</p>"));
    assert!(page.contains("<li class=\"bad\"><strong><bdi>b</bdi></strong>, row 1,002: <bdi>The file has “&lt;b&gt;”.</bdi></li>"));
    assert!(page.contains("<li class=\"\">Row 7: <bdi>Short.</bdi></li>"));
}

#[test]
fn many_warnings_are_counted() {
    let mut report = report();
    report.warnings = (0..777).map(|row| Warning { column: None, row: Some(row), text: "Short.".into() }).collect();
    let page = page(&report);
    assert_eq!(page.matches("<li ").count(), 500);
    assert!(page.contains("And 277 more."));
}

#[test]
fn a_table_of_nothing_has_a_page_too() {
    let page = page(&Report::default());
    assert!(page.contains("0 rows × 0 columns") && page.contains("<p class=\"figure\">0 %</p>"), "{page}");
}

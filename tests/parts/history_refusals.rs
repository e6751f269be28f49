//! Files that are no exported history, or a damaged one: a clear word or the right result, never a panic, and nothing half imported.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tachograph::history::{Imported, Tier, Wanted};
use tachograph::jobs::{Failure, JobError};
use tachograph::operations::HistoryPart;

use crate::history::{record, recorder, steps};
use crate::history_file::{export, exported, import, integrity, parts, try_import};

const HEAD: &str = "time,metric,min,mean,max,seconds,bucket_seconds,unit\n";
const GOOD: &str = "2023-11-15T00:00:00.000Z,cpu,1,2,3,60,60,%\n";
const PROCESSES: &str = "time,pid,name,cpu_percent,memory_bytes\n";

fn refused(folder: &Path, text: &str) -> Failure {
    let file = folder.join("bad.csv");
    fs::write(&file, text).expect("written");
    match try_import(&file, &folder.join("history"), None) {
        Err(JobError::Failed(failure)) => failure,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn a_row_that_cannot_be_right_is_refused_with_its_place_and_nothing_is_imported() {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(home.path().join("good.csv"), format!("{HEAD}{GOOD}")).expect("written");
    import(&home.path().join("good.csv"), &home.path().join("history"));
    let before: Vec<String> = parts().iter().map(|part| exported(&home.path().join("history"), part)).collect();
    let time = "“time” is no time such as 2026-11-22T14:05:00Z";
    let cases = [
        ("yesterday,cpu,1,2,3,60,60,%", time),
        ("2023-11-15T00:00:00,cpu,1,2,3,60,60,%", time),
        ("2023-11-15T00:01:00.0005Z,cpu,1,2,3,60,60,%", time),
        (",cpu,1,2,3,60,60,%", "“time” is empty"),
        ("1969-12-31T23:59:00.000Z,cpu,1,2,3,60,60,%", "“time” lies before 1970"),
        ("-2023-11-15T00:00:00.000Z,cpu,1,2,3,60,60,%", "“time”"),
        ("2023-11-15T00:00:30.000Z,cpu,1,2,3,60,60,%", "“time” is not where a stretch of 60 s begins"),
        ("2023-11-15T00:02:00.000Z,,1,2,3,60,60,%", "“metric” is empty"),
        ("2023-11-15T00:02:00.000Z,cpu,NaN,2,3,60,60,%", "“min” is no number of this size: “NaN”"),
        ("2023-11-15T00:02:00.000Z,cpu,1,inf,3,60,60,%", "“mean” is no number"),
        ("2023-11-15T00:02:00.000Z,cpu,1,2,1e39,60,60,%", "“max” is no number"),
        ("2023-11-15T00:02:00.000Z,cpu,1,\"2,5\",3,60,60,%", "“mean” is no number of this size: “2,5”"),
        ("2023-11-15T00:02:00.000Z,cpu,3,2,1,60,60,%", "“min” 3, “mean” 2 and “max” 1 are not in this order"),
        ("2023-11-15T00:02:00.000Z,cpu,1,2,3,0,60,%", "“seconds” is not above 0"),
        ("2023-11-15T00:02:00.000Z,cpu,1,2,3,-5,60,%", "“seconds” is not above 0"),
        ("2023-11-15T00:02:00.000Z,cpu,1,2,3,1e9,60,%", "“seconds” is not above 0 and at most a day"),
        ("2023-11-15T00:02:00.000Z,cpu,1,2,3,60,61,%", "“bucket_seconds” is none of 1, 10, 60 and 3600: “61”"),
        ("2023-11-15T00:02:00.000Z,cpu,1,2,3,60,9223372036854775807,%", "“bucket_seconds” is none of"),
        ("2023-11-15T00:02:00.000Z,cpu,1,2,3,60", "“bucket_seconds” is empty"),
    ];
    for (row, words) in cases {
        let failure = refused(home.path(), &format!("{HEAD}{}{row}\n", GOOD.replace("00:00:00", "00:04:00")));
        assert!(
            failure.message.contains("“bad.csv” was not imported: in row 3") && failure.message.contains(words),
            "{row}: {failure:?}"
        );
        assert!(failure.next_step.contains("Nothing was imported."), "{failure:?}");
    }
    let long = format!("{HEAD}2023-11-15T00:02:00.000Z,{},1,2,3,60,60,%\n", "a".repeat(1_001));
    assert!(refused(home.path(), &long).message.contains("in row 2 “metric” is no name of 1 to 1000 letters: “aaa"));
    let after: Vec<String> = parts().iter().map(|part| exported(&home.path().join("history"), part)).collect();
    assert!(before == after, "nothing changed");
}

#[test]
fn rows_of_processes_are_looked_at_too() {
    let home = tempfile::tempdir().expect("a folder");
    let cases = [
        ("2023-11-15T00:00:30.000Z,7,a,1,5", "“time” is not where"),
        ("2023-11-15T00:00:00.000Z,-7,a,1,5", "“pid” is no whole number"),
        ("2023-11-15T00:00:00.000Z,4294967296,a,1,5", "“pid” is no whole number of this size"),
        ("2023-11-15T00:00:00.000Z,7,a,NaN,5", "“cpu_percent” is no number"),
        ("2023-11-15T00:00:00.000Z,7,a,1,5.5", "“memory_bytes” is no whole number"),
        ("2023-11-15T00:00:00.000Z,7,a,1,18446744073709551616", "“memory_bytes” is no whole number"),
    ];
    for (row, words) in cases {
        let failure = refused(home.path(), &format!("{PROCESSES}{row}\n"));
        assert!(failure.message.contains("in row 2") && failure.message.contains(words), "{row}: {failure:?}");
    }
    let many: String = (0..65).map(|pid| format!("2023-11-15T00:00:00.000Z,{pid},a,1,5\n")).collect();
    let failure = refused(home.path(), &format!("{PROCESSES}{many}"));
    assert!(failure.message.contains("at row 66: the history keeps no more than 64 processes of a minute"), "{failure:?}");
}

#[test]
fn what_is_no_exported_history_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path();
    assert!(refused(folder, "").message.contains("is empty"));
    let failure = refused(folder, "name,price\nbread,3\n");
    assert!(
        failure.message.contains("“bad.csv” is no exported history: it has no column “time”, but “name”, “price”."),
        "{failure:?}"
    );
    assert!(failure.next_step.contains("tachograph history export"));
    assert!(refused(folder, &HEAD.replace("bucket_seconds", "width")).message.contains("no column “bucket_seconds”"));
    assert!(refused(folder, "time,pid,name,cpu_percent\n").message.contains("no column “memory_bytes”"));
    assert!(refused(folder, &HEAD.replace(',', ";")).message.contains("no column “time”"));
    let more = refused(folder, &format!("{HEAD}2023-11-15T00:00:00.000Z,cpu,1,2,3,60,60,%,9,9\n"));
    assert!(more.message.contains("has 10 cells"), "{more:?}");
    let many: String = (0..600).map(|n| format!("2023-11-15T00:00:00.000Z,metric {n},1,2,3,60,60,\n")).collect();
    let failure = refused(folder, &format!("{HEAD}{many}"));
    assert!(failure.message.contains("at row 514: the history keeps no more than 512 series"), "{failure:?}");
    let missing = try_import(&folder.join("nowhere.csv"), &folder.join("history"), None);
    assert!(matches!(missing, Err(JobError::Failed(failure)) if failure.message.contains("“nowhere.csv” could not be read")));
    let folder_itself = try_import(folder, &folder.join("history"), None);
    assert!(matches!(folder_itself, Err(JobError::Failed(_))));
}

#[test]
fn the_order_of_rows_and_rows_that_come_twice_do_not_matter() {
    let home = tempfile::tempdir().expect("a folder");
    let from = home.path().join("from");
    record(&recorder(&from), steps(0.0, 4_000.0, 1.0).chain(steps(7_600.0, 9_000.0, 1.0)), 1.0);
    for part in parts() {
        let text = exported(&from, &part);
        let (head, rows) = text.split_once('\n').expect("a header");
        let mut rows: Vec<&str> = rows.lines().collect();
        let mut random = 0x2545_F491_4F6C_DD1D_u64;
        // Rows of processes keep their order within a minute, so that only minutes are mixed.
        if !part.processes {
            for at in (1..rows.len()).rev() {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                rows.swap(at, (random >> 33) as usize % (at + 1));
            }
        }
        let count = rows.len() as u64;
        rows.extend_from_within(..rows.len() / 2);
        let file = home.path().join("mixed.csv");
        fs::write(&file, format!("{head}\n{}\n\n", rows.join("\n"))).expect("written");
        let to = tempfile::tempdir().expect("a folder");
        assert_eq!(import(&file, to.path()), Imported { rows: rows.len() as u64, added: count }, "{part:?}");
        assert!(exported(to.path(), &part) == text, "{part:?}");
    }
    // Of two that contradict each other the first counts.
    let file = home.path().join("two.csv");
    fs::write(&file, format!("{HEAD}{GOOD}{}", GOOD.replace("1,2,3", "7,8,9"))).expect("written");
    let to = tempfile::tempdir().expect("a folder");
    assert_eq!(import(&file, to.path()), Imported { rows: 2, added: 1 });
    let minutes = HistoryPart { wanted: Wanted { tier: Some(Tier::Minute), ..Wanted::default() }, processes: false };
    assert_eq!(exported(to.path(), &minutes), format!("{HEAD}{GOOD}"));
}

/// Files that were cut, had bytes flipped, or lines lost, doubled or torn.
fn mangled(bytes: &[u8], random: &mut u64) -> Vec<u8> {
    let mut next = |below: usize| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        (*random >> 11) as usize % below.max(1)
    };
    let mut bytes = bytes.to_vec();
    match next(5) {
        0 => bytes.truncate(next(bytes.len())),
        1 => {
            for _ in 0..=next(4) {
                let at = next(bytes.len());
                bytes[at] ^= 1 << next(8);
            }
        }
        2 => {
            let (from, length) = (next(bytes.len()), next(400));
            bytes.drain(from..(from + length).min(bytes.len()));
        }
        3 => {
            let (from, to, length) = (next(bytes.len()), next(bytes.len()), next(400));
            let piece = bytes[from..(from + length).min(bytes.len())].to_vec();
            bytes.splice(to..to, piece);
        }
        _ => {
            let at = next(bytes.len());
            let words: [&[u8]; 6] = [b"NaN", b"-", b",,,", b"\"", b"\0\xFF\xFE", b"99999999999999999999"];
            bytes.splice(at..at, words[next(words.len())].iter().copied());
        }
    }
    bytes
}

#[test]
fn damaged_files_end_in_a_word_or_in_a_sound_history() {
    let home = tempfile::tempdir().expect("a folder");
    let from = home.path().join("from");
    record(&recorder(&from), steps(0.0, 200.0, 1.0), 1.0);
    let rounds = std::env::var("TACHOGRAPH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(60);
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let (mut taken, mut refused) = (0, 0);
    for part in [HistoryPart::default(), HistoryPart { processes: true, ..HistoryPart::default() }] {
        for ending in ["csv", "parquet"] {
            let good = home.path().join(format!("good.{ending}"));
            export(&from, &part, &good);
            let bytes = fs::read(&good).expect("there");
            for round in 0..rounds {
                let bad = home.path().join(format!("bad.{ending}"));
                let content = mangled(&bytes, &mut random);
                fs::write(&bad, &content).expect("written");
                let to = tempfile::tempdir().expect("a folder");
                let outcome = catch_unwind(AssertUnwindSafe(|| try_import(&bad, to.path(), None)));
                match outcome.unwrap_or_else(|_| panic!("{ending} {round}: {}", String::from_utf8_lossy(&content))) {
                    Ok(imported) => {
                        taken += 1;
                        let text = exported(to.path(), &part);
                        let rows = text.lines().count() as u64 - 1;
                        assert!(rows <= imported.rows && !text.contains("NaN") && !text.contains("inf"), "{ending} {round}");
                        assert_eq!(integrity(to.path()), "ok");
                    }
                    Err(JobError::Failed(failure)) => {
                        refused += 1;
                        assert!(failure.message.contains("“bad.") && !failure.next_step.is_empty(), "{failure:?}");
                        assert!(
                            tachograph::operations::history_in(to.path()).span().expect("readable").is_none(),
                            "{ending} {round}"
                        );
                    }
                    Err(JobError::Cancelled) => panic!("{ending} {round}: nobody cancelled"),
                }
            }
        }
    }
    assert!(taken > 0 && refused > 0, "{taken} taken, {refused} refused");
}

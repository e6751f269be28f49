//! What the monitor takes while it runs for a long time, and what taking its history out and in takes: no more the longer it is.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use crate::tables::allocator::{alone, peak};
use tachograph::data::Limits;
use tachograph::history::{Config, Imported, Recorder, Wanted};
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{HistoryFormat, HistoryImport, HistoryPart, export_history, history_in, import_history};
use tachograph::sampler::{DiskUse, History, NetworkUse, OwnUse, ProcessRow, Snapshot, Temperature};

const MB: u64 = 1 << 20;
const DAY: u64 = 86_400;
/// Seconds between two samples of the simulation: as many a day as the window holds in memory.
const STEP: u64 = 12;
/// What the window holds in memory where the rest is on disk.
const HELD: usize = 7_200;
/// A midnight.
const START: u64 = 1_700_006_400;

/// A number of 0 to 1 that depends on both.
fn noise(second: u64, of: u64) -> f64 {
    let mixed =
        (second.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ of.wrapping_mul(0xBF58_476D_1CE4_E5B9)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// A machine of eight cores with forty processes, which come and go: the number of each is another one every day.
fn sample(second: u64) -> Arc<Snapshot> {
    let at = |of: u64| noise(second, of);
    let cores: Vec<f32> = (0..8).map(|core| (at(core) * 100.0) as f32).collect();
    let process = |row: u64| ProcessRow {
        pid: (second / DAY * 40 + row) as u32,
        name: format!("program-{}", row % 23).into(),
        cpu_percent: (at(20 + row) * 10.0) as f32,
        memory: (at(20 + row) * 1e9) as u64,
        ..ProcessRow::default()
    };
    Arc::new(Snapshot {
        time: (START + second) as f64,
        interval_seconds: STEP as f64,
        cpu_percent: cores.iter().sum::<f32>() / 8.0,
        cpu_per_core: cores,
        load: Some([at(8) * 8.0, 1.0, 1.0]),
        disks: vec![DiskUse { mount: "/".into(), available: (at(9) * 1e12) as u64, ..DiskUse::default() }],
        networks: vec![NetworkUse { name: "eth0".into(), received_per_s: Some(at(10) * 1e6), sent_per_s: Some(at(11) * 1e6) }],
        temperatures: vec![Temperature { name: "Package".into(), celsius: (40.0 + at(12) * 40.0) as f32 }],
        process_count: Some(300),
        processes: (0..40).map(process).collect(),
        this_program: OwnUse { cpu_percent: at(13) as f32, memory: 100_000_000, threads: Some(20), ..OwnUse::default() },
        ..Snapshot::default()
    })
}

/// Takes the samples of some days in, as the window does.
fn live(recorder: &Recorder, history: &mut History, days: std::ops::Range<u64>) {
    for second in (days.start * DAY..days.end * DAY).step_by(STEP as usize) {
        let snapshot = sample(second);
        history.push(&snapshot);
        recorder.push(&snapshot);
        // The queue is for one sample at a time.
        if second % (STEP * 100) == 0 {
            recorder.write();
        }
    }
    recorder.write();
}

/// Physical memory of this program, where the system tells it.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// As many days as `TACHOGRAPH_DAYS` says: 365 take some minutes in a release build.
#[test]
fn what_the_monitor_takes_does_not_grow_with_the_days() {
    let _alone = alone();
    let days = std::env::var("TACHOGRAPH_DAYS").ok().and_then(|days| days.parse().ok()).unwrap_or(4);
    let home = tempfile::tempdir().expect("a folder");
    let recorder = Recorder::start(Config::new(home.path().to_owned(), 150_000_000)).expect("a thread");
    let mut history = History::new(HELD);
    // The second day begins with all full that the first one fills.
    let (first, of_first) = peak(|| {
        live(&recorder, &mut history, 0..2);
        resident()
    });
    let ((), more) = peak(|| live(&recorder, &mut history, 2..days));
    let last = resident();
    assert_eq!(recorder.status().lost, 0);
    println!(
        "{days} days: {of_first} bytes at most in the first two, {more} more in the others; resident {first:?}, then {last:?}"
    );
    // What comes and goes is the same: samples on their way, a span that is folded, room for a row that is unpacked.
    assert!(more < of_first + MB, "{of_first} {more}");
    if let (Some(first), Some(last)) = (first, last) {
        assert!(last < first + 16 * MB, "{first} {last}");
    }
}

/// A file of this many seconds of eight series.
fn write_seconds(file: &Path, seconds: u64) -> u64 {
    let mut out = BufWriter::new(File::create(file).expect("made"));
    writeln!(out, "time,metric,min,mean,max,seconds,bucket_seconds,unit").expect("written");
    for series in 0..8 {
        for second in 0..seconds {
            let (day, clock) = (15 + second / DAY, second % DAY);
            let (hour, minute, value) = (clock / 3600, clock / 60 % 60, noise(second, series) as f32);
            let second = clock % 60;
            writeln!(out, "2023-11-{day}T{hour:02}:{minute:02}:{second:02}.000Z,series {series},0,{value},1,1,1,")
                .expect("written");
        }
    }
    out.flush().expect("written");
    seconds * 8
}

#[test]
fn a_history_goes_in_and_out_a_piece_at_a_time() {
    let _alone = alone();
    let home = tempfile::tempdir().expect("a folder");
    let mut took = Vec::new();
    for seconds in [30_000, 120_000] {
        let (file, folder) = (home.path().join(format!("{seconds}.csv")), home.path().join(seconds.to_string()));
        let rows = write_seconds(&file, seconds);
        let import = HistoryImport { file: file.clone(), folder: folder.clone(), pen: None };
        let (imported, of_import) = peak(|| import_history(&import, &Limits::default(), &Cancel::new(), &Progress::new()));
        assert_eq!(imported, Ok(Imported { rows, added: rows }));
        let archive = history_in(&folder);
        let of_exports = ["csv", "parquet"].map(|ending| {
            let out = home.path().join(format!("out{seconds}.{ending}"));
            let target = (out.as_path(), HistoryFormat::of(&out).expect("known"));
            let part = HistoryPart { wanted: Wanted::default(), processes: false };
            let (exported, of_export) = peak(|| export_history(&archive, &part, target, &Cancel::new(), &Progress::new()));
            assert_eq!(exported.expect("exported").rows, rows);
            if ending == "csv" {
                assert!(fs::read(&file).expect("there") == fs::read(&out).expect("there"));
            }
            of_export
        });
        took.push([of_import, of_exports[0], of_exports[1]]);
    }
    println!("import, CSV, Parquet: {took:?} bytes at most");
    for (small, large) in took[0].iter().zip(&took[1]) {
        assert!(*large < small * 3 / 2 && *large < 64 * MB, "{took:?}");
    }
}

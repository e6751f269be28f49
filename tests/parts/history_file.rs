//! The monitor's history as a file: out of one history, into another, and what other programs read in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tachograph::data::Limits;
use tachograph::history::{Archive, FILE, Imported, Pen, StatusKind, Tier, Wanted};
use tachograph::jobs::{Cancel, JobError, Progress};
use tachograph::operations::{
    HistoryExported, HistoryFormat, HistoryImport, HistoryPart, export_history, history_in, import_history,
};
use tachograph::sampler::Metric;

use crate::history::{DAY, HOUR, START, cpu, record, recorder, sample, steps, stretch, values};
use crate::python::python;

/// All that can be asked for: each fineness, the finest of each moment, and the processes.
pub fn parts() -> Vec<HistoryPart> {
    let of = |tier| HistoryPart { wanted: Wanted { tier, ..Wanted::default() }, processes: false };
    let mut parts: Vec<HistoryPart> = Tier::ALL.into_iter().map(|tier| of(Some(tier))).chain([of(None)]).collect();
    parts.push(HistoryPart { processes: true, ..HistoryPart::default() });
    parts
}

pub fn export(folder: &Path, part: &HistoryPart, target: &Path) -> HistoryExported {
    let format = HistoryFormat::of(target).expect("a known ending");
    export_history(&history_in(folder), part, (target, format), &Cancel::new(), &Progress::new()).expect("exported")
}

/// The text of what is exported.
pub fn exported(folder: &Path, part: &HistoryPart) -> String {
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("out.csv");
    export(folder, part, &file);
    fs::read_to_string(file).expect("text")
}

pub fn try_import(file: &Path, folder: &Path, pen: Option<Pen>) -> Result<Imported, JobError> {
    let import = HistoryImport { file: file.to_owned(), folder: folder.to_owned(), pen };
    import_history(&import, &Limits::default(), &Cancel::new(), &Progress::new())
}

pub fn import(file: &Path, folder: &Path) -> Imported {
    try_import(file, folder, None).expect("imported")
}

/// What the program for the database says of it: `ok`, or nothing where there is no such program.
pub fn integrity(folder: &Path) -> String {
    match Command::new("sqlite3").arg(folder.join(FILE)).arg("PRAGMA integrity_check").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Err(error) => {
            println!("skipped: sqlite3: {error}");
            "ok".to_owned()
        }
    }
}

/// Three hours with one of suspension in them, the last ten minutes not folded yet; then two days and a half, ten seconds apart.
fn filled(home: &Path) -> PathBuf {
    let folder = home.join("from");
    let recorder = recorder(&folder);
    record(&recorder, steps(0.0, 2.5 * DAY, 10.0).map(|second| second - 3.0 * DAY), 10.0);
    record(&recorder, steps(0.0, 4_000.0, 1.0).chain(steps(7_600.0, 10_800.0, 1.0)), 1.0);
    assert_eq!((recorder.status().kind, recorder.status().lost), (StatusKind::Recording, 0));
    folder
}

#[test]
fn a_file_in_an_empty_history_comes_out_as_it_was() {
    let home = tempfile::tempdir().expect("a folder");
    let from = filled(home.path());
    for (number, part) in parts().iter().enumerate() {
        for ending in ["csv", "parquet"] {
            let [first, second] = ["first", "second"].map(|name| home.path().join(format!("{name}{number}.{ending}")));
            let to = home.path().join(format!("to{number}{ending}"));
            let told = export(&from, part, &first);
            assert!(told.rows > 3, "{part:?}: {told:?}");
            assert_eq!(import(&first, &to), Imported { rows: told.rows, added: told.rows }, "{part:?}");
            assert_eq!(export(&to, part, &second), told);
            assert!(fs::read(&first).expect("there") == fs::read(&second).expect("there"), "{part:?} {ending}");
            assert_eq!(integrity(&to), "ok");
            // Once more changes nothing.
            assert_eq!(import(&first, &to), Imported { rows: told.rows, added: 0 });
            export(&to, part, &second);
            assert!(fs::read(&first).expect("there") == fs::read(&second).expect("there"), "{part:?} {ending}, twice");
        }
    }
}

#[test]
fn nothing_changes_when_it_comes_back_to_where_it_is_from() {
    let home = tempfile::tempdir().expect("a folder");
    let from = filled(home.path());
    let before: Vec<String> = parts().iter().map(|part| exported(&from, part)).collect();
    for (part, text) in parts().iter().zip(&before) {
        let file = home.path().join("own.csv");
        fs::write(&file, text).expect("written");
        assert_eq!(import(&file, &from).added, 0, "{part:?}");
    }
    let after: Vec<String> = parts().iter().map(|part| exported(&from, part)).collect();
    assert!(before == after);
}

#[test]
fn a_file_has_what_was_measured_and_no_row_for_a_gap() {
    let home = tempfile::tempdir().expect("a folder");
    let recorder = recorder(home.path());
    // Two half seconds in each second, and a second without.
    record(&recorder, [0.0, 0.5, 1.0, 1.5, 3.0, 3.5, 700.0].into_iter(), 0.5);
    let wanted = Wanted { names: vec!["cpu".into()], tier: Some(Tier::Second), ..Wanted::default() };
    let text = exported(home.path(), &HistoryPart { wanted, processes: false });
    let row = |seconds: &[f64], time: &str| {
        let all: Vec<f32> = seconds.iter().map(|second| cpu(*second)).collect();
        let mean = (all.iter().map(|value| f64::from(*value) * 0.5).sum::<f64>() / (all.len() as f64 * 0.5)) as f32;
        let (min, max) = (all.iter().copied().fold(f32::MAX, f32::min), all.iter().copied().fold(f32::MIN, f32::max));
        format!("{time},cpu,{min},{mean},{max},{},1,%\n", all.len() as f32 * 0.5)
    };
    // START is 2023-11-15 00:00:00 UTC.
    let rows = [
        row(&[0.0, 0.5], "2023-11-15T00:00:00.000Z"),
        row(&[1.0, 1.5], "2023-11-15T00:00:01.000Z"),
        row(&[3.0, 3.5], "2023-11-15T00:00:03.000Z"),
        row(&[700.0], "2023-11-15T00:11:40.000Z"),
    ];
    assert_eq!(text, format!("time,metric,min,mean,max,seconds,bucket_seconds,unit\n{}", rows.concat()));
    let minute = HistoryPart { processes: true, ..HistoryPart::default() };
    drop(recorder);
    let text = exported(home.path(), &minute);
    let expected = "time,pid,name,cpu_percent,memory_bytes\n\
        2023-11-15T00:00:00.000Z,7,busy 🚀,40,5000000\n2023-11-15T00:00:00.000Z,8,large,0,9000000000\n\
        2023-11-15T00:11:00.000Z,7,busy 🚀,40,5000000\n2023-11-15T00:11:00.000Z,8,large,0,9000000000\n";
    assert_eq!(text, expected);
}

#[test]
fn of_each_moment_the_finest_is_written_once() {
    let home = tempfile::tempdir().expect("a folder");
    let from = filled(home.path());
    let wanted = Wanted { names: vec!["cpu".into()], ..Wanted::default() };
    let mut by_width: BTreeMap<i64, (f64, u64)> = BTreeMap::new();
    let (mut ends, mut all) = (i64::MIN, 0.0);
    let sink = &mut |_: &str, rows: &[(Tier, tachograph::history::Bucket)]| {
        for (tier, bucket) in rows {
            assert!(bucket.start >= ends, "in order and not twice");
            ends = bucket.start + tier.width();
            let of_width = by_width.entry(tier.width()).or_default();
            *of_width = (of_width.0 + f64::from(bucket.seconds), of_width.1 + 1);
            all += f64::from(bucket.seconds);
        }
        Ok::<_, JobError>(())
    };
    history_in(&from).each_bucket(&wanted, (&Cancel::new(), &Progress::new()), sink).expect("readable");
    assert_eq!(all, 2.5 * DAY + 4_000.0 + 3_200.0, "all that was measured");
    assert_eq!(by_width.keys().copied().collect::<Vec<_>>(), [1_000, 10_000], "{by_width:?}");
    // What is older than a day is kept in tens of seconds, save for a block that the day begins in: 33,300 s of the first part, ten apart.
    let fine = by_width[&1_000].1;
    assert!((7_200 + 3_210..=7_200 + 3_450).contains(&fine), "{by_width:?}");
}

#[test]
fn a_part_is_what_was_asked_for() {
    let home = tempfile::tempdir().expect("a folder");
    let from = filled(home.path());
    let start = (START * 1000.0) as i64;
    let rows = |wanted: Wanted| {
        let text = exported(&from, &HistoryPart { wanted, processes: false });
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let within = Wanted { from: start + 500, to: start + 3_000, tier: Some(Tier::Second), ..Wanted::default() };
    let cores = rows(Wanted { names: vec!["cpu core *".into()], ..within.clone() });
    let times = ["00:00:00.000Z", "00:00:01.000Z", "00:00:02.000Z"];
    let expected: Vec<String> = [("cpu core 0", 10), ("cpu core 1", 90)]
        .iter()
        .flat_map(|(name, value)| times.map(|time| format!("2023-11-15T{time},{name},{value},{value},{value},1,1,%")))
        .collect();
    assert_eq!(cores, expected, "a bucket that the time begins in belongs to it");
    let names = |rows: &[String]| {
        rows.iter().filter_map(|row| row.split(',').nth(1).map(str::to_owned)).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(&rows(Wanted { names: vec!["load".into(), "memory used".into()], ..within.clone() })).len(), 2);
    assert!(rows(Wanted { from: start - 400 * 86_400_000, to: start - 300 * 86_400_000, ..within.clone() }).is_empty());
    let part = HistoryPart { wanted: Wanted { names: vec!["gpu".into()], ..within }, processes: false };
    let target = home.path().join("none.csv");
    let refused = export_history(&history_in(&from), &part, (&target, HistoryFormat::Csv), &Cancel::new(), &Progress::new());
    let Err(JobError::Failed(failure)) = refused else { panic!("{refused:?}") };
    assert!(failure.message.contains("no metric “gpu”; it has: cpu, cpu busiest, cpu core 0"), "{failure:?}");
    assert!(!target.exists(), "nothing is left of it");
}

#[test]
fn what_was_measured_here_wins_and_coarser_buckets_are_made_of_both() {
    let home = tempfile::tempdir().expect("a folder");
    let [here, there] = ["here", "there"].map(|name| home.path().join(name));
    // Here seconds 0 to 900, elsewhere 600 to 1800 with other values.
    record(&recorder(&here), steps(0.0, 900.0, 1.0), 1.0);
    let elsewhere = recorder(&there);
    for second in steps(600.0, 1_800.0, 1.0) {
        let mut snapshot = (*sample(second, 1.0)).clone();
        snapshot.cpu_percent = 1.0;
        elsewhere.push(&Arc::new(snapshot));
        if second % 500.0 == 0.0 {
            elsewhere.write();
        }
    }
    drop(elsewhere);
    let file = home.path().join("there.parquet");
    let seconds = HistoryPart { wanted: Wanted { tier: Some(Tier::Second), ..Wanted::default() }, processes: false };
    let told = export(&there, &seconds, &file);
    let imported = import(&file, &here);
    assert_eq!((imported.rows, imported.added * 4), (told.rows, told.rows * 3), "300 of 1200 seconds were there");
    let fine = values(&stretch(&here, 0.0, 1_800.0, 9_000, 1_800.0));
    let expected: Vec<f32> = (0..1_800).map(|second| if second < 900 { cpu(f64::from(second)) } else { 1.0 }).collect();
    assert_eq!(fine.iter().map(|(.., mean, _, _)| *mean).collect::<Vec<_>>(), expected);
    // Three days later the same is known by the minute, and much later by the hour.
    let minutes = values(&stretch(&here, 0.0, 1_800.0, 60, 3.0 * DAY));
    let mean = |values: &[f32]| (values.iter().map(|value| f64::from(*value)).sum::<f64>() / values.len() as f64) as f32;
    let near = |a: f32, b: f32| (a - b).abs() < 1e-3;
    assert_eq!(minutes.len(), 30);
    assert!(minutes.iter().zip(expected.chunks(60)).all(|(found, fine)| near(found.2, mean(fine)) && found.4 == 60.0));
    let hours = values(&stretch(&here, 0.0, HOUR, 9_000, 100.0 * DAY));
    assert!(near(hours[0].2, mean(&expected)) && hours[0].4 == 1_800.0, "{hours:?}");
    assert_eq!(integrity(&here), "ok");
}

#[test]
fn an_hour_of_which_the_minutes_are_gone_is_not_made_of_what_comes() {
    let home = tempfile::tempdir().expect("a folder");
    let [hours, minutes] = ["hours.csv", "minutes.csv"].map(|name| home.path().join(name));
    let head = "time,metric,min,mean,max,seconds,bucket_seconds,unit\n";
    fs::write(&hours, format!("{head}2023-11-15T00:00:00.000Z,cpu,0,50,100,3600,3600,%\n")).expect("written");
    fs::write(&minutes, format!("{head}2023-11-15T00:05:00.000Z,cpu,1,2,3,60,60,%\n")).expect("written");
    let folder = home.path().join("history");
    import(&hours, &folder);
    assert_eq!(import(&minutes, &folder).added, 1);
    let of = |tier| exported(&folder, &HistoryPart { wanted: Wanted { tier, ..Wanted::default() }, processes: false });
    assert_eq!(of(Some(Tier::Hour)), fs::read_to_string(&hours).expect("text"));
    assert_eq!(of(Some(Tier::Minute)), fs::read_to_string(&minutes).expect("text"));
    assert_eq!(of(None), fs::read_to_string(&hours).expect("text"), "the hour tells of more");
}

#[test]
fn a_gap_stays_a_gap_in_plots_of_what_was_imported() {
    let home = tempfile::tempdir().expect("a folder");
    let (from, to, file) = (filled(home.path()), home.path().join("to"), home.path().join("all.parquet"));
    export(&from, &HistoryPart::default(), &file);
    import(&file, &to);
    for (back, pixels, now) in [(0.0, 20_000, 10_800.0), (3.0 * DAY, 4_000, 10_800.0), (3.0 * DAY, 300, 100.0 * DAY)] {
        let of = |folder: &Path| {
            let points =
                stretch(folder, -back, 10_800.0, pixels, now).points(&Metric::CpuTotal, START - back, START + 10_800.0, pixels);
            points.iter().map(|point| (point.start, point.min, point.max, point.gap_before)).collect::<Vec<_>>()
        };
        let (mine, theirs) = (of(&from), of(&to));
        assert!(mine.iter().any(|point| point.3), "there is a gap");
        assert_eq!(mine, theirs, "{pixels} {now}");
    }
}

#[test]
fn metrics_that_this_version_does_not_know_stay_as_they_are() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("newer.csv");
    let text = "time,metric,min,mean,max,seconds,bucket_seconds,unit\n\
        2023-11-15T00:00:00.000Z,cpu,1,2,3,60,60,%\n\
        2023-11-15T00:00:00.000Z,\"quantum, \"\"spin\"\" 温度\",-1.5,1e-7,0.5,60,60,\n\
        2023-11-15T00:01:00.000Z,'=risky,1,1,1,0.5,60,\n";
    // In the order of the names, and with the digits that this program writes.
    let text = text.replace("1e-7", "0.0000001");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(2, 3);
    lines.swap(1, 2);
    let text = lines.join("\n") + "\n";
    fs::write(&file, &text).expect("written");
    let folder = home.path().join("history");
    import(&file, &folder);
    let minutes = HistoryPart { wanted: Wanted { tier: Some(Tier::Minute), ..Wanted::default() }, processes: false };
    assert_eq!(exported(&folder, &minutes), text);
}

#[test]
fn one_writes_at_a_time_and_a_recorder_of_the_same_program_waits() {
    let home = tempfile::tempdir().expect("a folder");
    let (from, file) = (filled(home.path()), home.path().join("all.csv"));
    let told = export(&from, &HistoryPart::default(), &file);
    let here = home.path().join("here");
    let recorder = recorder(&here);
    record(&recorder, steps(20_000.0, 20_100.0, 1.0), 1.0);
    let refused = try_import(&file, &here, None);
    let Err(JobError::Failed(failure)) = refused else { panic!("{refused:?}") };
    assert!(failure.message.contains("another window") && failure.next_step.contains("Close the other window"), "{failure:?}");
    let pen = recorder.pen();
    std::thread::scope(|scope| {
        let importing = scope.spawn(|| try_import(&file, &here, Some(pen)));
        record(&recorder, steps(20_100.0, 20_500.0, 1.0), 1.0);
        assert_eq!(importing.join().expect("no panic"), Ok(Imported { rows: told.rows, added: told.rows }));
    });
    record(&recorder, steps(20_500.0, 20_510.0, 1.0), 1.0);
    assert_eq!((recorder.status().kind, recorder.status().lost), (StatusKind::Recording, 0));
    let all = values(&stretch(&here, 0.0, 20_510.0, 30_000, 20_510.0));
    assert_eq!(all.len(), 7_200 + 510, "what was imported, and all that was measured meanwhile");
    drop(recorder);
    assert_eq!(integrity(&here), "ok");
}

#[test]
fn cancelling_leaves_everything_as_it_was() {
    let home = tempfile::tempdir().expect("a folder");
    let (from, file) = (filled(home.path()), home.path().join("all.csv"));
    export(&from, &HistoryPart::default(), &file);
    let cancel = Cancel::new();
    cancel.cancel();
    let target = home.path().join("none.csv");
    let part = HistoryPart::default();
    let exported = export_history(&history_in(&from), &part, (&target, HistoryFormat::Csv), &cancel, &Progress::new());
    assert_eq!((exported, target.exists()), (Err(JobError::Cancelled), false));
    let folder = home.path().join("to");
    let import = HistoryImport { file, folder: folder.clone(), pen: None };
    assert_eq!(import_history(&import, &Limits::default(), &cancel, &Progress::new()), Err(JobError::Cancelled));
    assert_eq!(Archive::at(&folder.join(FILE)).span().expect("readable"), None);
}

#[test]
fn what_is_kept_is_told() {
    let home = tempfile::tempdir().expect("a folder");
    let info = history_in(&filled(home.path())).info().expect("readable");
    let at = |seconds: f64| ((START + seconds) * 1000.0) as i64;
    assert_eq!(info.span(), Some((at(-3.0 * DAY), at(10_799.0))));
    let names: Vec<&str> = info.series.iter().map(|series| series.name.as_str()).collect();
    assert!(names.contains(&"cpu") && names.contains(&"cpu core 1") && names.is_sorted(), "{names:?}");
    assert!(info.series.iter().all(|series| (series.first, series.last) == (at(-3.0 * DAY), at(10_799.0))));
    let tiers: Vec<_> = info.tiers.iter().map(|tier| (tier.tier, tier.last)).collect();
    let expected = [
        (Tier::Second, at(10_799.0)),
        (Tier::TenSeconds, at(10_790.0)),
        (Tier::Minute, at(10_740.0)),
        (Tier::Hour, at(2.0 * HOUR)),
    ];
    assert_eq!(tiers, expected);
    assert_eq!(info.processes, Some((at(-3.0 * DAY), at(10_740.0))));
    assert!(info.bytes > info.tiers.iter().map(|tier| tier.bytes).sum::<u64>());
}

/// Reads both files as pandas and PyArrow do, and says what is in them.
const READ: &str = "
import json, sys
import pandas, pyarrow.parquet
csv = pandas.read_csv(sys.argv[1], parse_dates=['time'], keep_default_na=False, dtype={'min': 'float32', 'mean': 'float32', 'max': 'float32', 'seconds': 'float32'})
table = pyarrow.parquet.read_table(sys.argv[2])
parquet = table.to_pandas()
csv['time'] = csv['time'].dt.as_unit('ms')
same = all((csv[name] == parquet[name]).all() for name in csv.columns) and list(csv.columns) == list(parquet.columns)
cpu = parquet[parquet.metric == 'cpu'] if 'metric' in parquet else parquet
print(json.dumps({
    'same': bool(same), 'rows': len(csv), 'types': {field.name: str(field.type) for field in table.schema},
    'nothing': int(parquet.isna().sum().sum()), 'first': str(cpu.time.min()), 'last': str(cpu.time.max()),
    'seconds': float(cpu.seconds.sum()) if 'seconds' in cpu else 0.0,
    'mean': float((cpu['mean'].astype('float64') * cpu.seconds).sum() / cpu.seconds.sum()) if 'seconds' in cpu else 0.0,
}))
";

#[test]
fn pandas_and_pyarrow_read_both_files_alike() {
    let Some(python) = python() else { return };
    let home = tempfile::tempdir().expect("a folder");
    let from = filled(home.path());
    let read = |part: &HistoryPart| {
        let files = ["a.csv", "a.parquet"].map(|name| home.path().join(name));
        let told = files.each_ref().map(|file| export(&from, part, file));
        assert_eq!(told[0], told[1]);
        let output = Command::new(&python).args(["-c", READ]).args(&files).output().expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((&found["same"], &found["rows"], &found["nothing"]), (&true.into(), &told[0].rows.into(), &0.into()), "{found}");
        found
    };
    let measured = read(&HistoryPart::default());
    let types = serde_json::json!({
        "time": "timestamp[ms, tz=UTC]", "metric": "large_string", "min": "float", "mean": "float", "max": "float", "seconds": "float",
        "bucket_seconds": "uint64", "unit": "large_string",
    });
    let plain = |types: &serde_json::Value| types.to_string().replace("large_string", "string").replace("string_view", "string");
    assert_eq!(plain(&measured["types"]), plain(&types));
    assert_eq!(measured["first"], "2023-11-12 00:00:00+00:00");
    assert_eq!(measured["last"], "2023-11-15 02:59:59+00:00");
    assert_eq!(measured["seconds"], 2.5 * DAY + 7_200.0);
    let all = steps(0.0, 2.5 * DAY, 10.0).map(|second| (second - 3.0 * DAY, 10.0));
    let all = all.chain(steps(0.0, 4_000.0, 1.0).chain(steps(7_600.0, 10_800.0, 1.0)).map(|second| (second, 1.0)));
    let (sum, seconds) = all.fold((0.0, 0.0), |(sum, all), (at, of)| (sum + f64::from(cpu(at)) * of, all + of));
    let mean = measured["mean"].as_f64().expect("a number");
    assert!((mean - sum / seconds).abs() < 1e-4, "{mean} {}", sum / seconds);
    let processes = read(&HistoryPart { processes: true, ..HistoryPart::default() });
    assert_eq!(processes["types"]["memory_bytes"], "uint64");
}

//! What the monitor keeps on disk: that it comes back as it was measured, whatever happens in between.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tachograph::history::{Archive, Config, FILE, HistoryError, Recorder, StatusKind, Stretch};
use tachograph::jobs::Cancel;
use tachograph::sampler::{Metric, ProcessRow, Snapshot};

/// The beginning of an hour and of a block of minutes.
pub const START: f64 = 1_700_006_400.0;
pub const HOUR: f64 = 3600.0;
pub const DAY: f64 = 24.0 * HOUR;
/// Set for the program that is killed: the folder to record into.
pub const CHILD: &str = "TACHOGRAPH_TEST_HISTORY";

pub fn cpu(second: f64) -> f32 {
    (50.0 + 40.0 * (second / 97.0).sin()) as f32
}

/// What is measured `second` seconds after [`START`].
pub fn sample(second: f64, interval: f64) -> Arc<Snapshot> {
    let busy = ProcessRow { pid: 7, name: "busy 🚀".into(), cpu_percent: 40.0, memory: 5_000_000, ..ProcessRow::default() };
    let large = ProcessRow { pid: 8, name: "large".into(), cpu_percent: 0.0, memory: 9_000_000_000, ..ProcessRow::default() };
    let mut snapshot =
        Snapshot { time: START + second, interval_seconds: interval, cpu_percent: cpu(second), ..Snapshot::default() };
    (snapshot.cpu_per_core, snapshot.load) = (vec![10.0, 90.0], Some([1.5, 1.0, 0.5]));
    snapshot.memory.used = 4_000_000_000;
    snapshot.processes = Arc::new([busy, large]);
    Arc::new(snapshot)
}

pub fn recorder(folder: &Path) -> Recorder {
    Recorder::start(Config::new(folder.to_owned(), 150_000_000)).expect("a thread")
}

pub fn record(recorder: &Recorder, seconds: impl Iterator<Item = f64>, interval: f64) {
    for (n, second) in seconds.enumerate() {
        recorder.push(&sample(second, interval));
        // The queue is for one sample at a time.
        if n % 500 == 499 {
            recorder.write();
        }
    }
    recorder.write();
}

pub fn steps(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    (0..((to - from) / step) as usize).map(move |n| from + n as f64 * step)
}

pub fn stretch(folder: &Path, from: f64, to: f64, pixels: usize, now: f64) -> Stretch {
    let metrics = [Metric::CpuTotal, Metric::CpuBusiest, Metric::CpuCore(1), Metric::MemoryUsed, Metric::NetSent];
    let archive = Archive::at(&folder.join(FILE));
    archive.stretch(&metrics, (START + from, START + to), pixels, START + now, &Cancel::new()).expect("readable")
}

pub fn values(stretch: &Stretch) -> Vec<(f64, f32, f32, f32, f32)> {
    let line = stretch.lines.get(&Metric::CpuTotal).expect("recorded");
    line.buckets.iter().map(|b| (b.start as f64 / 1000.0 - START, b.min, b.mean, b.max, b.seconds)).collect()
}

/// The same, reckoned from the samples.
fn expected(seconds: &[f64], width: f64, interval: f64) -> Vec<(f64, f32, f32, f32, f32)> {
    let place = |second: &f64| (second / width).floor() * width;
    seconds
        .chunk_by(|a, b| place(a) == place(b))
        .map(|chunk| {
            let all: Vec<f32> = chunk.iter().map(|second| cpu(*second)).collect();
            let mean = all.iter().map(|value| f64::from(*value)).sum::<f64>() / all.len() as f64;
            let (min, max) = (all.iter().copied().fold(f32::MAX, f32::min), all.iter().copied().fold(f32::MIN, f32::max));
            (place(&chunk[0]), min, mean as f32, max, (all.len() as f64 * interval) as f32)
        })
        .collect()
}

fn assert_near(found: &[(f64, f32, f32, f32, f32)], expected: &[(f64, f32, f32, f32, f32)]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let is_mean = (found.2 - expected.2).abs() < 1e-4;
        assert!(
            (found.0, found.1, found.3, found.4) == (expected.0, expected.1, expected.3, expected.4) && is_mean,
            "{found:?} {expected:?}"
        );
    }
}

#[test]
fn what_was_measured_comes_back_at_every_fineness() {
    let home = tempfile::tempdir().expect("a folder");
    // Two and a half hours with an hour of suspension in them.
    let seconds: Vec<f64> = steps(0.0, 4_000.0, 1.0).chain(steps(7_600.0, 9_000.0, 1.0)).collect();
    let recorder = recorder(home.path());
    record(&recorder, seconds.iter().copied(), 1.0);
    assert_eq!(recorder.status().kind, StatusKind::Recording);
    let fine = stretch(home.path(), 0.0, 9_000.0, 9_000, 9_000.0);
    assert_eq!(fine.width, 1000);
    assert_near(&values(&fine), &expected(&seconds, 1.0, 1.0));
    let gaps: Vec<f64> = fine
        .points(&Metric::CpuTotal, START, START + 9_000.0, 9_000)
        .iter()
        .filter(|p| p.gap_before)
        .map(|p| p.start - START)
        .collect();
    assert_eq!(gaps, [7_600.0], "a gap stays a gap");
    assert_eq!(fine.lines[&Metric::CpuBusiest].buckets[5].mean, 90.0);
    assert!(!fine.lines.contains_key(&Metric::NetSent), "what was never told is not there");
    for (pixels, now, width) in [(900, 9_000.0, 10.0), (150, 9_000.0, 60.0), (150, 3.0 * DAY, 60.0), (9_000, 100.0 * DAY, HOUR)] {
        let coarse = stretch(home.path(), 0.0, 9_000.0, pixels, now);
        assert_eq!(coarse.width as f64 / 1000.0, width, "{pixels} {now}");
        // The last hour has only those of its samples that are folded and those that are not.
        assert_near(&values(&coarse)[..1], &expected(&seconds, width, 1.0)[..1]);
        let whole = if width == HOUR { 2 } else { values(&coarse).len() };
        assert_near(&values(&coarse)[..whole], &expected(&seconds, width, 1.0)[..whole]);
    }
    drop(recorder);
    let span = Archive::at(&home.path().join(FILE)).span().expect("readable").expect("something");
    assert_eq!((span.0 - START, span.1 - START), (0.0, 8_999.0));
}

#[test]
fn a_program_that_ends_within_an_hour_goes_on_where_it_was() {
    let home = tempfile::tempdir().expect("a folder");
    let seconds: Vec<f64> =
        steps(0.0, 100.0, 1.0).chain(steps(130.0, 1_300.0, 1.0)).chain(steps(1_500.0, HOUR + 700.0, 1.0)).collect();
    for part in [0.0..100.0, 100.0..1_300.0, 1_300.0..HOUR + 700.0] {
        record(&recorder(home.path()), seconds.iter().copied().filter(|second| part.contains(second)), 1.0);
    }
    let fine = stretch(home.path(), 0.0, HOUR + 700.0, 9_000, HOUR + 700.0);
    assert_near(&values(&fine), &expected(&seconds, 1.0, 1.0));
    let hours = stretch(home.path(), 0.0, HOUR, 9_000, 100.0 * DAY);
    assert_near(&values(&hours)[..1], &expected(&seconds, HOUR, 1.0)[..1]);
}

#[test]
fn the_processes_of_a_minute_are_told() {
    let home = tempfile::tempdir().expect("a folder");
    record(&recorder(home.path()), steps(0.0, HOUR + 90.0, 10.0), 10.0);
    let archive = Archive::at(&home.path().join(FILE));
    // In an hour that is over, and in the last minute that was.
    for at in [725.0, HOUR + 5.0] {
        let minute = archive.top_at(START + at).expect("readable").expect("kept");
        let told: Vec<_> = minute.processes.iter().map(|p| (p.pid, p.name.to_string(), p.cpu_percent, p.memory)).collect();
        assert_eq!(told, [(7, "busy 🚀".to_owned(), 40.0, 5_000_000), (8, "large".to_owned(), 0.0, 9_000_000_000)]);
    }
    assert_eq!(archive.top_at(START - 60.0).expect("readable"), None);
}

#[test]
fn a_clock_that_is_set_back_overwrites_and_one_set_forward_leaves_a_gap() {
    let home = tempfile::tempdir().expect("a folder");
    let recorder = recorder(home.path());
    record(&recorder, steps(0.0, 1_500.0, 1.0), 1.0);
    record(&recorder, steps(300.0, 700.0, 2.0), 2.0);
    let stretch = stretch(home.path(), 0.0, 1_500.0, 9_000, 1_500.0);
    let told = values(&stretch);
    assert_eq!(told.len(), 1_500, "nothing is lost");
    assert_eq!((told[299].4, told[300].4, told[301].4, told[699].4, told[700].4), (1.0, 2.0, 1.0, 1.0, 1.0));
}

#[test]
fn a_damaged_database_is_set_aside_and_a_new_one_begun() {
    let damages: [fn(&Path); 3] = [
        |path| fs::write(path, vec![7_u8; 5_000]).expect("written"),
        |path| {
            let length = fs::metadata(path).expect("there").len();
            OpenOptions::new().write(true).open(path).expect("there").set_len(length / 2).expect("cut");
        },
        |path| {
            let mut file = OpenOptions::new().write(true).open(path).expect("there");
            for at in [0, 8_192, 3 * 8_192, 7 * 8_192] {
                file.seek(SeekFrom::Start(at)).expect("a place");
                file.write_all(&[0xA5; 600]).expect("written");
            }
        },
    ];
    for damage in damages {
        let home = tempfile::tempdir().expect("a folder");
        record(&recorder(home.path()), steps(0.0, 2_000.0, 1.0), 1.0);
        let path = home.path().join(FILE);
        // As a program leaves it that did not come to its end.
        damage(&path);
        let again = recorder(home.path());
        record(&again, steps(3_000.0, 3_100.0, 1.0), 1.0);
        let status = again.status();
        assert_eq!((status.kind, status.lost), (StatusKind::Recording, 0));
        let aside = status.set_aside.expect("set aside");
        assert!(aside.exists() && aside.file_name().is_some_and(|name| name.to_string_lossy().starts_with("history-damaged-")));
        assert_eq!(values(&stretch(home.path(), 0.0, 3_200.0, 9_000, 3_200.0)).len(), 100);
    }
}

#[test]
fn one_program_records_and_the_other_follows_when_it_has_ended() {
    let home = tempfile::tempdir().expect("a folder");
    let (first, second) = (recorder(home.path()), recorder(home.path()));
    first.write();
    second.write();
    let kinds = [first.status().kind, second.status().kind];
    assert!(kinds.contains(&StatusKind::Recording) && kinds.contains(&StatusKind::ElsewhereRecorded), "{kinds:?}");
    let (holder, other) = if kinds[0] == StatusKind::Recording { (first, second) } else { (second, first) };
    record(&holder, steps(0.0, 50.0, 1.0), 1.0);
    drop(holder);
    record(&other, steps(50.0, 80.0, 1.0), 1.0);
    assert_eq!(other.status().kind, StatusKind::Recording);
    assert_near(
        &values(&stretch(home.path(), 0.0, 100.0, 1_000, 100.0)),
        &expected(&steps(0.0, 80.0, 1.0).collect::<Vec<_>>(), 1.0, 1.0),
    );
}

#[test]
fn where_nothing_can_be_written_it_says_so_and_samples_wait() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("history");
    fs::write(&folder, "in the way").expect("written");
    let recorder = recorder(&folder);
    record(&recorder, steps(0.0, 60.0, 1.0), 1.0);
    let status = recorder.status();
    let StatusKind::Failing(failure) = status.kind else { panic!("{status:?}") };
    assert!(failure.message.contains("history") && failure.next_step.contains("write"), "{failure:?}");
    fs::remove_file(&folder).expect("removed");
    record(&recorder, steps(60.0, 70.0, 1.0), 1.0);
    assert_eq!((recorder.status().kind, recorder.status().lost), (StatusKind::Recording, 0));
    assert_eq!(values(&stretch(&folder, 0.0, 70.0, 1_000, 70.0)).len(), 70, "what waited is written too");
}

#[test]
fn what_a_newer_version_wrote_is_left_alone() {
    let home = tempfile::tempdir().expect("a folder");
    record(&recorder(home.path()), steps(0.0, 50.0, 1.0), 1.0);
    let path = home.path().join(FILE);
    let mut file = OpenOptions::new().write(true).open(&path).expect("there");
    // The version stands in the four bytes from 60 on, highest first (https://sqlite.org/fileformat2.html).
    file.seek(SeekFrom::Start(60)).expect("a place");
    file.write_all(&[0, 0, 0, 99]).expect("written");
    drop(file);
    let before = fs::read(&path).expect("there");
    let recorder = recorder(home.path());
    recorder.write();
    let StatusKind::Failing(failure) = recorder.status().kind else { panic!("{:?}", recorder.status()) };
    assert!(failure.message.contains("newer version of Tachograph (format 99)"), "{failure:?}");
    drop(recorder);
    assert!(fs::read(&path).expect("there")[100..] == before[100..]);
    let read = Archive::at(&path).stretch(&[Metric::CpuTotal], (START, START + 50.0), 100, START + 50.0, &Cancel::new());
    assert!(matches!(read, Err(HistoryError::Newer { version: 99, .. })), "{read:?}");
}

#[test]
fn more_than_it_may_have_is_kept_for_a_shorter_time() {
    let home = tempfile::tempdir().expect("a folder");
    let recorder = Recorder::start(Config::new(home.path().to_owned(), 400_000)).expect("a thread");
    for day in 0..20 {
        let from = f64::from(day) * DAY;
        record(&recorder, steps(from, from + 6.0 * HOUR, 10.0), 10.0);
    }
    let bytes = recorder.status().bytes;
    assert!(bytes <= 400_000, "{bytes}");
    assert!(bytes > 100_000, "{bytes}");
    let end = 19.0 * DAY + 6.0 * HOUR;
    assert!(!values(&stretch(home.path(), end - 1_200.0, end, 1_000, end)).is_empty(), "the newest is kept");
}

/// Records samples as fast as it is told to, until it is killed: run by the test below in a process of its own.
#[test]
#[ignore = "is run by the test that kills it"]
fn recording_until_killed() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let mut config = Config::new(folder.into(), 150_000_000);
    config.commit = Duration::from_millis(20);
    let recorder = Recorder::start(config).expect("a thread");
    let first = Archive::at(&recorder_path()).span().expect("readable").map_or(0.0, |(_, last)| last - START + 1.0);
    for n in 0.. {
        recorder.push(&sample(first + f64::from(n), 1.0));
        println!("pushed {}", first + f64::from(n));
        std::thread::sleep(Duration::from_micros(500));
    }
}

fn recorder_path() -> std::path::PathBuf {
    Path::new(&std::env::var_os(CHILD).expect("set")).join(FILE)
}

/// A program that is killed loses at most what was not committed, and the next one opens what it left. As many times as
/// `TACHOGRAPH_KILLS` says.
#[test]
fn killed_at_any_moment_it_loses_only_the_last_moments() {
    let home = tempfile::tempdir().expect("a folder");
    let kills: u64 = std::env::var("TACHOGRAPH_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(5);
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    for kill in 0..kills {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "history::recording_until_killed", "--ignored", "--nocapture"])
            .env(CHILD, home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        let wanted = 200 + random % 1_500;
        let mut pushed = (0, 0.0);
        for line in lines.lines().map_while(Result::ok) {
            if let Some(second) = line.rsplit_once("pushed ").and_then(|(_, second)| second.parse::<f64>().ok()) {
                pushed = (pushed.0 + 1, second);
            }
            if pushed.0 == wanted {
                child.kill().expect("killed");
            }
        }
        child.wait().expect("ended");
        let archive = Archive::at(&home.path().join(FILE));
        let (first, last) = archive.span().expect("it opens").expect("something is there");
        assert_eq!(first, START, "kill {kill}: nothing that was there is gone");
        // Twenty milliseconds and what one commit takes, at half a millisecond a sample.
        assert!(START + pushed.1 - last < 800.0, "kill {kill}: {} of {} kept", last - START, pushed.1);
        let whole = stretch(home.path(), 0.0, last - START + 1.0, 100_000, last - START + 1.0);
        if whole.width == 1000 {
            assert!(values(&whole).windows(2).all(|pair| pair[1].0 - pair[0].0 == 1.0), "kill {kill}: no holes");
        }
    }
    let recorder = recorder(home.path());
    recorder.write();
    assert_eq!((recorder.status().kind, recorder.status().set_aside), (StatusKind::Recording, None));
}

/// Records on a disk that fills up and has room again: run by the test below, on a disk of its own.
#[test]
#[ignore = "is run on a small disk by the test below"]
fn recording_on_a_small_disk() {
    let Some(folder) = std::env::var_os(CHILD).map(std::path::PathBuf::from) else { return };
    let recorder = recorder(&folder);
    record(&recorder, steps(0.0, 10.0, 1.0), 1.0);
    assert_eq!(recorder.status().kind, StatusKind::Recording);
    let ballast = folder.join("ballast");
    let mut file = fs::File::create(&ballast).expect("made");
    while file.write_all(&[0; 512]).is_ok() {}
    drop(file);
    record(&recorder, steps(10.0, 400.0, 1.0), 1.0);
    let StatusKind::Failing(failure) = recorder.status().kind else { panic!("{:?}", recorder.status()) };
    assert!(failure.message.contains("no room left on the disk") && failure.next_step.contains("Make room"), "{failure:?}");
    fs::remove_file(&ballast).expect("removed");
    record(&recorder, steps(400.0, 410.0, 1.0), 1.0);
    assert_eq!((recorder.status().kind, recorder.status().lost), (StatusKind::Recording, 0));
    assert_eq!(values(&stretch(&folder, 0.0, 410.0, 1_000, 410.0)).len(), 410, "what waited is there");
    println!("went as it should");
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_it_says_so_and_goes_on_when_there_is_room() {
    let home = tempfile::tempdir().expect("a folder");
    let own_disk =
        "mount -t tmpfs -o size=3m none \"$0\" && exec \"$1\" --exact history::recording_on_a_small_disk --ignored --nocapture";
    let program = std::env::current_exe().expect("this program");
    let run = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", own_disk])
        .arg(home.path())
        .arg(program)
        .env(CHILD, home.path())
        .output();
    let output = run.expect("unshare is there");
    let (said, problem) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if said.is_empty() && (problem.contains("unshare") || problem.contains("mount")) {
        println!("skipped: a disk of its own needs the right to mount one: {problem}");
        return;
    }
    assert!(said.contains("went as it should"), "{said}\n{problem}");
}

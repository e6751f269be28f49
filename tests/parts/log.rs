//! The log of operations: nothing of it is lost, whoever writes at the same time.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tachograph::history::{Archive, Asker, Config, FILE, HistoryError, Operation, OperationResult, Recorder, StatusKind};
use tachograph::jobs::{Failure, JobError, Priority, Queue, Watch};
use tachograph::operations::OperationLog;
use tachograph::sampler::Snapshot;

const EVER: (f64, f64) = (0.0, f64::MAX);

fn operation(started: f64, title: &str) -> Operation {
    Operation {
        started,
        seconds: 1.25,
        kind: "open table".into(),
        title: title.into(),
        asker: Asker::CommandLine,
        result: OperationResult::Done,
        bytes: Some(7),
        memory: Some((u64::MAX / 2, 5)),
    }
}

fn kept(folder: &Path) -> Vec<Operation> {
    Archive::at(&folder.join(FILE)).operations(EVER, 100_000).expect("readable")
}

#[test]
fn operations_come_back_as_they_were_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("new").join(FILE);
    assert_eq!(Archive::at(&file).operations(EVER, 10).expect("nothing is no error"), []);
    let plain = operation(1_700_000_000.125, "Opening बिल.csv");
    let failed = Operation {
        started: 1_600_000_000.0,
        result: OperationResult::Failed("Row 3: no number.".into()),
        bytes: None,
        memory: None,
        asker: Asker::Window,
        ..plain.clone()
    };
    let stopped = Operation { started: 1_700_000_001.0, result: OperationResult::Cancelled, ..plain.clone() };
    for one in [&plain, &failed, &stopped] {
        one.keep(&file).expect("kept");
    }
    let archive = Archive::at(&file);
    let read = |span, most| archive.operations(span, most).expect("readable");
    assert_eq!(read(EVER, 10), [failed, plain.clone(), stopped.clone()], "by their beginning");
    assert_eq!(read((1_700_000_000.125, 1_700_000_001.0), 10), std::slice::from_ref(&plain), "the end is left out");
    assert_eq!(read(EVER, 1), [stopped], "the newest");
    assert_eq!(plain.memory_change(), Some(5 - i64::MAX));
}

#[test]
fn many_writers_at_once_lose_nothing_while_samples_are_recorded() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = Recorder::start(Config::new(folder.path().to_owned(), 150_000_000)).expect("a thread");
    let file = folder.path().join(FILE);
    std::thread::scope(|scope| {
        for writer in 0..6 {
            let file = &file;
            scope.spawn(move || {
                for number in 0..20 {
                    operation(f64::from(writer * 100 + number), &format!("{writer}/{number}")).keep(file).expect("kept");
                }
            });
        }
        // Days apart, so that each is folded while the others write.
        for day in 0..40 {
            let time = 1_700_000_000.0 + f64::from(day) * 86_400.0;
            recorder.push(&Arc::new(Snapshot { time, interval_seconds: 1.0, cpu_percent: 5.0, ..Snapshot::default() }));
            recorder.write();
            assert_eq!(recorder.status().kind, StatusKind::Recording, "day {day}");
        }
    });
    assert_eq!((recorder.status().kind, recorder.status().lost), (StatusKind::Recording, 0));
    let wanted: Vec<String> = (0..6).flat_map(|writer| (0..20).map(move |number| format!("{writer}/{number}"))).collect();
    assert_eq!(kept(folder.path()).into_iter().map(|one| one.title).collect::<Vec<_>>(), wanted);
}

#[test]
fn a_title_without_end_is_cut_between_letters() {
    let folder = tempfile::tempdir().expect("a folder");
    operation(1.0, &"日".repeat(5000)).keep(&folder.path().join(FILE)).expect("kept");
    assert_eq!(kept(folder.path())[0].title, "日".repeat(666));
}

#[test]
fn a_history_from_before_the_log_is_read_as_empty_and_added_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(FILE);
    drop(Recorder::start(Config::new(folder.path().to_owned(), 150_000_000)).expect("a thread"));
    let connection = rusqlite::Connection::open(&file).expect("a database");
    connection.execute_batch("DROP TABLE operations").expect("dropped");
    drop(connection);
    assert_eq!(kept(folder.path()), []);
    operation(1.0, "Opening a.csv").keep(&file).expect("kept");
    assert_eq!(kept(folder.path()).len(), 1);
}

#[test]
fn a_newer_history_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(FILE);
    operation(1.0, "Opening a.csv").keep(&file).expect("kept");
    rusqlite::Connection::open(&file).expect("a database").pragma_update(None, "user_version", 99).expect("set");
    let told = operation(2.0, "Opening b.csv").keep(&file);
    assert!(matches!(told, Err(HistoryError::Newer { version: 99, .. })), "{told:?}");
}

/// Runs these jobs one after the other in a queue that `log` watches.
fn run(log: &Arc<OperationLog>, titles: &[&str]) {
    let queue = Queue::watched(1, Arc::new(|| {}), Arc::clone(log) as Arc<dyn Watch>).expect("a thread");
    for title in titles {
        let is_bad = title.contains("bad");
        let ticket = queue.submit(*title, Priority::Normal, move |_, progress| {
            progress.operation("open table", Some(10));
            if is_bad { Err(JobError::Failed(Failure::new("Bad.", "Mend it."))) } else { Ok(()) }
        });
        assert_eq!(ticket.wait().is_err(), is_bad);
    }
}

#[test]
fn what_cannot_be_written_waits_for_the_next_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("history");
    // A file lies where the folder would be.
    fs::write(&place, b"in the way").expect("written");
    let log = Arc::new(OperationLog::new(Asker::Window));
    run(&log, &["never kept"]);
    assert_eq!((log.count(), log.held().len(), log.failure()), (1, 1, None), "nowhere to keep it yet");
    log.keep_in(Some(&place));
    run(&log, &["bad one"]);
    let failure = log.failure().expect("it could not be written");
    assert!(failure.message.contains("history"), "{failure}");
    assert_eq!(log.held().iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["never kept", "bad one"]);
    fs::remove_file(&place).expect("removed");
    run(&log, &["last"]);
    assert_eq!((log.count(), log.held().len(), log.failure()), (3, 0, None));
    let told: Vec<_> = kept(&place).into_iter().map(|one| (one.title, one.result, one.bytes)).collect();
    let failed = OperationResult::Failed("Bad. Mend it.".into());
    let wanted = [("never kept", OperationResult::Done), ("bad one", failed), ("last", OperationResult::Done)];
    assert_eq!(told, wanted.map(|(title, result)| (title.to_owned(), result, Some(10))));
}

//! Details of a process, against what this test opened and started itself.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use tachograph::sampler::{FileKind, ProcessDetails, ProcessId, process_details};

use super::*;

/// This program, as the sampler names it.
fn own() -> ProcessId {
    let mut machine = Machine::new().expect("a thread");
    let snapshot = machine.sample(Processes::All, Duration::from_secs(1)).expect("a snapshot");
    let row = snapshot.processes.iter().find(|row| row.pid == std::process::id()).expect("this program");
    ProcessId { pid: row.pid, name: row.name.clone(), started: (snapshot.time - row.run_time_seconds as f64) as u64 }
}

fn details(before: Option<&ProcessDetails>) -> ProcessDetails {
    process_details(&own(), before).expect("this program runs")
}

#[test]
fn open_files_are_told_by_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("held open.csv");
    let mut file = std::fs::File::create(&path).expect("a file");
    file.write_all(b"a\n").expect("room");
    let (_reader, _writer) = std::io::pipe().expect("a pipe");
    let _socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let details = details(None);
    let files = details.files.expect("told of this program");
    let named = files.list.iter().find(|file| *file.name == *path.to_string_lossy()).expect("listed");
    assert_eq!(named.kind, FileKind::File);
    assert!(files.count(FileKind::Pipe) >= 2 && files.count(FileKind::Socket) >= 1);
    let folder = std::env::current_dir().expect("a folder");
    assert_eq!(details.folder.as_deref(), Some(&*folder.to_string_lossy()));
}

/// A program that has eleven hundred files open, in a process of its own: the limit of this one is for all tests together.
const MANY_FILES: &str =
    "ulimit -S -n 1300 && for ((n = 10; n < 1110; n++)); do eval \"exec $n</dev/null\"; done && echo ready && read -r";

#[test]
fn no_more_than_a_thousand_are_listed() {
    let child = Command::new("bash").args(["-c", MANY_FILES]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.expect("bash is there");
    let mut said = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut said).expect("text");
    if said.trim() == "ready" {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let files =
            process_details(&ProcessId { pid: child.id(), name: "bash".into(), started }, None).and_then(|details| details.files);
        let files = files.expect("told of its own child");
        assert_eq!((files.list.len(), files.has_more), (1000, true));
    } else {
        println!("skipped: a program may not have 1,300 files open");
    }
    drop(child.stdin.take());
    child.wait().expect("it ends");
}

#[test]
fn threads_are_told_with_what_they_use() {
    let (say, said) = crossbeam_channel::bounded(0);
    let (end, ended) = crossbeam_channel::bounded::<()>(0);
    let busy = std::thread::Builder::new().name("busy one".into()).spawn(move || {
        say.send(()).expect("awaited");
        let mut number = 1_u64;
        while ended.try_recv() == Err(crossbeam_channel::TryRecvError::Empty) {
            (0..100_000).for_each(|at| number = std::hint::black_box(number.wrapping_mul(at | 1)));
        }
    });
    said.recv().expect("the thread runs");
    let thread = |details: &ProcessDetails| {
        details.threads.iter().flatten().find(|thread| &*thread.name == "busy one").cloned().expect("the thread")
    };
    let mut before = details(None);
    assert_eq!(thread(&before).cpu_percent_of_one, None);
    // Until the kernel has counted half a second for it.
    let goal = thread(&before).cpu_time + Duration::from_millis(500);
    let first = before.clone();
    while thread(&before).cpu_time < goal {
        std::thread::sleep(Duration::from_millis(20));
        before = details(Some(&first));
    }
    let told = thread(&before);
    let used = (told.cpu_time - thread(&first).cpu_time).as_secs_f64();
    let share = 100.0 * used / (before.read_at - first.read_at);
    assert!((f64::from(told.cpu_percent_of_one.expect("told")) - share.min(100.0)).abs() < 0.01);
    drop(end);
    busy.expect("a thread").join().expect("no panic");
}

#[test]
fn a_process_that_is_gone_or_another_has_none() {
    let own = own();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    assert_eq!(process_details(&ProcessId { started: now + 1000, ..own.clone() }, None), None);
    let mut child = std::process::Command::new("true").spawn().expect("true is there");
    child.wait().expect("it ends");
    assert_eq!(process_details(&ProcessId { pid: child.id(), started: now, ..own }, None), None);
}

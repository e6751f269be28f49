//! The disk of the history goes away while recording, comes back read-only and then as it was: told, nothing lost.

use std::path::{Path, PathBuf};
use std::process::Command;

use tachograph::history::{FILE, Recorder, StatusKind};

use crate::history::{CHILD, record, recorder, steps, stretch, values};

/// Does something with mounts, which only the test's own disks can see.
fn run(program: &str, args: &[&str]) {
    let output = Command::new(program).args(args).output().expect("it starts");
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// What the recorder says while it cannot write.
fn failing(recorder: &Recorder) -> String {
    match recorder.status().kind {
        StatusKind::Failing(failure) => failure.message,
        other => panic!("{other:?}"),
    }
}

/// Records on a disk that goes away: run by the test below, where disks of its own can be mounted.
#[test]
#[ignore = "is run with disks of its own by the test below"]
fn recording_on_a_disk_that_goes_away() {
    let Some(home) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let (disk, folder) = (home.join("disk"), home.join("mounted"));
    run("mkdir", &[text(&disk), text(&folder)]);
    run("mount", &["-t", "tmpfs", "none", text(&disk)]);
    run("mount", &["--bind", text(&disk), text(&folder)]);
    let recorder = recorder(&folder);
    record(&recorder, steps(0.0, 100.0, 1.0), 1.0);
    assert_eq!(recorder.status().kind, StatusKind::Recording);
    run("umount", &["--lazy", text(&folder)]);
    record(&recorder, steps(100.0, 700.0, 1.0), 1.0);
    assert!(failing(&recorder).contains("is not there any more: its disk was disconnected"), "{:?}", recorder.status());
    assert!(!folder.join(FILE).exists(), "nothing is begun in the place of the disk");
    run("mount", &["--bind", text(&disk), text(&folder)]);
    run("mount", &["-o", "remount,bind,ro", text(&folder)]);
    record(&recorder, steps(700.0, 800.0, 1.0), 1.0);
    assert!(failing(&recorder).contains("cannot be"), "{:?}", recorder.status());
    run("mount", &["-o", "remount,bind,rw", text(&folder)]);
    record(&recorder, steps(800.0, 900.0, 1.0), 1.0);
    assert_eq!((recorder.status().kind, recorder.status().lost, recorder.status().set_aside), (StatusKind::Recording, 0, None));
    assert_eq!(values(&stretch(&folder, 0.0, 900.0, 1_800, 900.0)).len(), 900, "what waited is there");
    // Another disk in its place while the first one is away.
    run("umount", &["--lazy", text(&folder)]);
    run("mount", &["-t", "tmpfs", "none", text(&folder)]);
    record(&recorder, steps(900.0, 950.0, 1.0), 1.0);
    assert!(failing(&recorder).contains("is not there any more"), "{:?}", recorder.status());
    run("umount", &["--lazy", text(&folder)]);
    run("mount", &["--bind", text(&disk), text(&folder)]);
    record(&recorder, steps(950.0, 1_000.0, 1.0), 1.0);
    drop(recorder);
    assert_eq!(values(&stretch(&folder, 0.0, 1_000.0, 2_000, 1_000.0)).len(), 1_000);
    let archive = tachograph::operations::history_in(&folder);
    let start = crate::history::START;
    let minutes = (0..16).filter(|minute| archive.top_at(start + f64::from(*minute) * 60.0).expect("readable").is_some()).count();
    assert_eq!(minutes, 16, "the processes of each minute, those of the time without a disk too");
    println!("went as it should");
}

#[test]
fn a_disk_that_goes_away_is_told_and_what_waited_is_written_when_it_is_back() {
    let home = tempfile::tempdir().expect("a folder");
    let program = std::env::current_exe().expect("this program");
    let test = "history_unplugged::recording_on_a_disk_that_goes_away";
    let run = Command::new("unshare")
        .args(["--map-root-user", "--mount", text(&program), "--exact", test, "--ignored", "--nocapture"])
        .env(CHILD, home.path())
        .output();
    let output = run.expect("unshare is there");
    let (said, problem) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if said.is_empty() && problem.contains("unshare") {
        println!("skipped: disks of its own need the right to mount them: {problem}");
        return;
    }
    assert!(said.contains("went as it should"), "{said}\n{problem}");
}

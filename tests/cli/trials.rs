//! Short forms of the trials in `packaging/trials`.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;

/// Whether these programs are there; says so where one is not.
fn has(programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| Command::new(program).arg("--version").output().is_err());
    if let Some(program) = missing {
        println!("skipped: {program} is not there");
    }
    missing.is_none()
}

/// Runs a trial with this program; what it printed.
fn trial(name: &str, args: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/trials").join(name);
    let output = Command::new("bash").arg(script).args(args).arg(env!("CARGO_BIN_EXE_tachograph")).output().expect("bash is there");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn many_processes_are_counted_and_listed() {
    if has(&["python3"]) {
        let said = trial("many_processes.sh", &["400", "3"]);
        assert!(said.contains("0 of the 400 missing"), "{said}");
    }
}

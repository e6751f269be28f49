//! The program as a script starts it, for the tests of the command line.

#![allow(clippy::expect_used, dead_code, reason = "a test stops at the first surprise, and not every one uses all of this")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The program with everything it keeps in a folder of its own.
pub struct Program {
    /// Where it keeps its things.
    pub home: TempDir,
    /// What each of its command lines begins with.
    first: &'static [&'static str],
}

impl Program {
    /// Command lines are given whole.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// Command lines begin with these words.
    pub fn with(first: &'static [&'static str]) -> Self {
        Self { home: tempfile::tempdir().expect("a folder"), first }
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tachograph"));
        command.args(self.first).args(args).env("TACHOGRAPH_HOME", self.home.path());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program starts")
    }

    /// Standard output of a run that must succeed.
    pub fn text(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.text(args)).expect("one JSON document")
    }

    /// Exit code and standard error of a run that must fail, with nothing on standard output.
    pub fn failure(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = self.run(args);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{args:?}");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    }

    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.home.path().join(name);
        fs::write(&path, content).expect("written");
        path
    }
}

/// The path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

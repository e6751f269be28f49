//! The command line, as a script runs it.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../common/program.rs"]
mod program;

mod batch;
mod convert;
mod general;
mod history;
mod profile;
mod trials;

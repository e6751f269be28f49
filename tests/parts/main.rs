//! The parts below the window that are neither tables nor profiles.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../common/python.rs"]
mod python;

mod cache;
mod history;
mod history_file;
mod history_refusals;
#[cfg(target_os = "linux")]
mod history_unplugged;
mod log;
mod report;
mod sampler;
mod settings;

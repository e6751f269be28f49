//! The parts below the window that are neither tables nor profiles.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod cache;
mod history;
mod report;
mod sampler;
mod settings;

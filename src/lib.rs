//! Tachograph: a native desktop performance analyzer.
//!
//! Live metrics, tables shrunk without losing a character, profiles as flame graphs, and a cache that can be seen. The same work is
//! done in the window ([`app`]) and on the command line ([`cli`]); `ARCHITECTURE.md` says how the parts stand to each other.

#[cfg(feature = "gui")]
pub mod app;
pub mod cache;
pub mod cli;
pub mod data;
pub mod history;
pub mod jobs;
pub mod operations;
pub mod profile;
pub mod report;
pub mod sampler;
pub mod settings;

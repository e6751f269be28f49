//! Tables: every reader and writer, the optimiser, what is proposed, found and told, held against what other programs say of the same files.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../common/program.rs"]
mod program;
#[path = "../common/python.rs"]
mod python;
#[path = "../reference/mod.rs"]
mod reference;
#[path = "../common/tables/mod.rs"]
mod tables;

mod cells;
mod code;
mod compare;
mod csv;
mod preview;
mod property;
mod range;
mod report;
mod source_rows;
mod spellings;
mod stats;
mod steps;
mod suggestions;
mod takeaway;
mod write;
mod xlsx;

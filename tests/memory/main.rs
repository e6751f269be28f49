//! What tables take, told by an allocator that counts: figures shown are true, and no file, however bad, takes more than it may. One test at a time.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../common/tables/mod.rs"]
mod tables;

mod arrow;
mod bad_input;
mod fuzz_findings;
mod history;
mod packed;
mod parquet;
mod sizes;
mod workbooks;

#[global_allocator]
static ALLOCATOR: tables::allocator::Counting = tables::allocator::Counting;

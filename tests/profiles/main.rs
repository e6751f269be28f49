//! Profiles: every reader, views, filters, comparisons, pages and pictures, held against what the producers' own tools say of the same files.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../common/browser.rs"]
mod browser;
#[path = "../common/profiles.rs"]
mod profiles;

mod austin;
mod compare;
mod compare_chance;
mod convert;
mod detect;
mod filter;
mod folded;
mod gperftools;
mod inverted;
mod js;
mod jvm;
mod jvm_crafted;
mod lines;
mod pages;
mod perf;
mod php;
mod pprof;
mod python;
mod python_hostile;
mod speedscope;
mod time;
mod valgrind;
mod web;
mod words;

//! The window, driven by what a person and a screen reader find in it.

#![cfg(feature = "gui")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../common/app_window.rs"]
mod app_window;
#[path = "../common/program.rs"]
mod program;

mod cache;
mod data;
mod data_batch;
mod data_compare;
mod data_desk;
mod data_grid;
mod data_opening;
mod data_takeaway;
mod frame;
mod history;
mod history_pictures;
mod jobs;
mod overview;
mod pictures;
mod pictures_overview;
mod pictures_plots;
mod plots;
mod process_details;
mod processes;
mod profiles;
mod profiles_compare;
mod profiles_time;
mod profiles_views;
#[cfg(target_os = "linux")]
mod start;

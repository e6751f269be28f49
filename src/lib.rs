//! Tachograph: a native desktop performance analyzer.
pub mod cache;
pub mod cli;
pub mod data;
pub mod jobs;
pub mod operations;
pub mod report;
pub mod sampler;
pub mod settings;

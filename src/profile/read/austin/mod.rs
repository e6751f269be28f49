//! Recordings of Austin (<https://github.com/P403n1x87/austin>), which looks into running Python programs: its text of version 2 and later
//! (`P12;T0:34;file:function:7 100`), the one of version 1 (`Process 12;Thread 34;function (file);L7 100`), and its binary format MOJO.

mod metrics;
mod mojo;
mod text;

pub(super) use mojo::{read as read_mojo, sniff as is_mojo};
pub(super) use text::{read as read_text, sniff as is_text};

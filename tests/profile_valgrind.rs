//! What valgrind's tools, heaptrack and gprof write: the same figures as their own tools print, and no harm from bad files.

#![allow(clippy::expect_used, clippy::panic)]

mod profiles;
mod valgrind;

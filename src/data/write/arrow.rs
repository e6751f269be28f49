//! Arrow IPC through polars: the file format that is also known as Feather.

use std::io::{self, Write};

use polars::prelude::{CompatLevel, IpcWriter, SerWriter};

use crate::data::table::Table;
use crate::jobs::Progress;

/// Writes all columns as types that every reader of Arrow knows; newer ones have views of texts, which fewer know.
pub fn write(table: &Table, out: &mut impl Write, progress: &Progress) -> io::Result<()> {
    progress.phase("Writing Arrow", 0);
    let mut frame = table.frame.clone();
    IpcWriter::new(out).with_compat_level(CompatLevel::oldest()).finish(&mut frame).map_err(io::Error::other)
}

//! Apache Parquet through polars.

use std::io::{self, Write};

use polars::prelude::{ParquetCompression, ParquetWriter};

use crate::data::table::Table;
use crate::jobs::Progress;

/// Writes all columns, packed with Zstandard.
pub fn write(table: &Table, out: &mut (impl Write + Send), progress: &Progress) -> io::Result<()> {
    progress.phase("Writing Parquet", 0);
    let mut frame = table.frame.clone();
    ParquetWriter::new(out).with_compression(ParquetCompression::Zstd(None)).finish(&mut frame).map_err(io::Error::other)?;
    Ok(())
}

//! A table of which some columns lose the blanks at the ends of their cells, because a person chose so.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Batch, Declared, Held, RowCounts, Source, SourceInfo};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::data::reason::grouped;
use crate::jobs::{Cancel, Progress};

/// Another table, its cells cut.
pub struct Trimmed {
    inner: Box<dyn Source>,
    info: SourceInfo,
    names: BTreeSet<String>,
    /// Places of the columns, and how many of their cells this reading has changed.
    columns: Vec<(usize, AtomicU64)>,
}

impl Trimmed {
    /// The table, with the cells of the columns of these names cut. Names that it does not have change nothing.
    pub fn new(inner: Box<dyn Source>, names: &BTreeSet<String>) -> Self {
        let places = inner.header().iter().enumerate().filter(|(_, name)| names.contains(*name));
        let columns = places.map(|(at, _)| (at, AtomicU64::new(0))).collect();
        let trimmed = inner.header().iter().filter(|name| names.contains(*name)).cloned().collect();
        let info = SourceInfo { trimmed, ..inner.info().clone() };
        Self { inner, info, names: names.clone(), columns }
    }
}

impl Source for Trimmed {
    fn header(&self) -> &[String] {
        self.inner.header()
    }

    fn first_row(&self) -> u64 {
        self.inner.first_row()
    }

    fn slow(&self) -> bool {
        self.inner.slow()
    }

    fn wider(&self, cancel: &Cancel) -> Option<Result<Box<dyn Source>, DataError>> {
        let wider = self.inner.wider(cancel)?;
        Some(wider.map(|inner| -> Box<dyn Source> { Box::new(Self::new(inner, &self.names)) }))
    }

    fn notes(&self) -> Vec<String> {
        let told = self.info.trimmed.iter().zip(&self.columns).map(|(name, (_, count))| match count.load(Ordering::Relaxed) {
            0 => format!("No cell of “{name}” begins or ends with blanks."),
            1 => format!("One cell of “{name}” lost the blanks at its ends, as was chosen."),
            count => format!("{} cells of “{name}” lost the blanks at their ends, as was chosen.", grouped(count.into())),
        });
        self.inner.notes().into_iter().chain(told).collect()
    }

    fn held(&self) -> Option<Vec<Held>> {
        self.inner.held()
    }

    fn declared(&self, column: usize) -> Declared {
        self.inner.declared(column)
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn batches(
        &self,
        cancel: &Cancel,
        progress: &Progress,
        sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        // Counted anew with each reading.
        self.columns.iter().for_each(|(_, count)| count.store(0, Ordering::Relaxed));
        self.inner.batches(cancel, progress, sink)
    }

    fn cells(&self, batch: Batch) -> Result<(Cells, RowCounts), DataError> {
        let (mut cells, counts) = self.inner.cells(batch)?;
        for (column, count) in &self.columns {
            count.fetch_add(cells.trim(*column), Ordering::Relaxed);
        }
        Ok((cells, counts))
    }

    fn size(&self) -> u64 {
        self.inner.size()
    }
}

#[cfg(test)]
mod tests {
    use crate::data::{Options, ReadOptions, Table, optimise};
    use crate::jobs::{Cancel, Progress};

    fn table(trim: &[&str]) -> Table {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "item,count\n cement , 1\n\u{a0}sand\u{a0},2\n  ,3 \nsand,4\n").expect("written");
        let trim = trim.iter().map(|name| (*name).to_owned()).collect();
        let options = Options { read: ReadOptions { trim, ..ReadOptions::default() }, ..Options::default() };
        optimise(&path, &options, &Cancel::new(), &Progress::new()).expect("a table")
    }

    fn column(table: &Table, at: usize) -> Vec<Option<String>> {
        let text = |row| {
            let mut out = Vec::new();
            table.views()[at].write(row, &mut out).then(|| String::from_utf8(out).expect("text"))
        };
        (0..table.rows()).map(text).collect()
    }

    #[test]
    fn cells_lose_the_blanks_at_their_ends_and_that_is_told() {
        let table = table(&["item", "count"]);
        assert_eq!(column(&table, 0), [Some("cement".into()), Some("sand".into()), None, Some("sand".into())]);
        assert_eq!(column(&table, 1), ["1", "2", "3", "4"].map(|text| Some(text.into())));
        assert_eq!(table.report.columns[1].after.kind, "UInt8");
        assert_eq!(table.report.verified.mismatches, 0);
        assert_eq!(table.report.source.trimmed, ["item", "count"]);
        let told: Vec<&str> = table.report.warnings.iter().map(|warning| warning.text.as_str()).collect();
        assert!(told.contains(&"3 cells of “item” lost the blanks at their ends, as was chosen."), "{told:?}");
        assert!(told.contains(&"2 cells of “count” lost the blanks at their ends, as was chosen."), "{told:?}");
    }

    #[test]
    fn other_columns_keep_their_blanks() {
        let table = table(&["no such column"]);
        assert_eq!(column(&table, 0)[0].as_deref(), Some(" cement "));
        assert!(table.report.source.trimmed.is_empty());
    }
}

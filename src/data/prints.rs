//! Fingerprints of columns, to compare a finished column with its source without reading the source again.
//!
//! A fingerprint is the BLAKE3 hash of the texts of a batch's column, each after its length, so that two columns with the same
//! fingerprint have the same texts in the same rows.

use super::cells::Column;
use super::column::ColumnView;

/// Stands for the length of an absent value.
const ABSENT: u32 = u32::MAX;

/// The fingerprint of one column of one batch.
pub type Print = [u8; 32];

/// Of cells as they were read.
pub fn of_source(column: Column<'_>) -> Print {
    let mut bytes = Vec::with_capacity(column.len() * 12);
    for cell in column.iter() {
        let length = cell.map_or(ABSENT, |text| text.len() as u32);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(cell.unwrap_or_default());
    }
    *blake3::hash(&bytes).as_bytes()
}

/// Of the texts that a finished column gives for these rows.
pub fn of_stored(view: &ColumnView<'_>, rows: std::ops::Range<usize>) -> Print {
    let mut bytes = Vec::with_capacity(rows.len() * 12);
    for row in rows {
        let start = bytes.len();
        bytes.extend_from_slice(&ABSENT.to_le_bytes());
        if row < view.len() && view.write(row, &mut bytes) {
            let length = (bytes.len() - start - size_of::<u32>()) as u32;
            if let Some(place) = bytes.get_mut(start..start + size_of::<u32>()) {
                place.copy_from_slice(&length.to_le_bytes());
            }
        }
    }
    *blake3::hash(&bytes).as_bytes()
}

#[cfg(test)]
mod tests {
    use polars::prelude::{NamedFrom, Series};

    use super::*;
    use crate::data::format::{Format, Spelling};
    use crate::data::read::cells_of;

    #[test]
    fn equal_texts_in_equal_places_and_only_those_have_the_same_print() {
        let stored = Series::new("x".into(), [Some("zero"), Some("ab"), None, Some(""), Some("c")]);
        let view = ColumnView::new(&stored, Format { spelling: Spelling::Text, ..Format::default() }).expect("text");
        let print = |text: &str| of_source(cells_of(text).column(0));
        assert_eq!(of_stored(&view, 1..5), print("ab\n\n\"\"\nc\n"));
        for other in ["ab\n\"\"\n\nc\n", "a\n\n\"\"\nbc\n", "ab\n\n\"\"\nd\n", "ab\n\n\"\"\n", "ab\n\n\"\"\nc\n\n"] {
            assert_ne!(of_stored(&view, 1..5), print(other), "{other:?}");
        }
        assert_ne!(of_stored(&view, 1..6), print("ab\n\n\"\"\nc\n"), "a row more");
    }
}

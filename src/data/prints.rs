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

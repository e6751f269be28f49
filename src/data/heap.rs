//! What polars' arrays really take on the heap; `estimated_size` leaves out views, validity bits and tables of categories.

use polars_arrow::array::Utf8ViewArray;

/// Bytes of a text's view.
const VIEW: usize = 16;
/// Zeros up to here are one buffer that polars shares among all its arrays.
const SHARED_ZEROS: usize = 8 << 20;
/// The first and the largest of the blocks in which polars gathers the texts of an `Enum`.
const BLOCKS: (usize, usize) = (8 << 10, 16 << 20);
/// An `Enum` of no words: the object, its map, and the list of that map's blocks.
const ENUM: usize = 1_100;

/// Views and the buffers behind them, for texts that were gathered into buffers of just the right size.
pub fn text_bytes(texts: &Utf8ViewArray) -> usize {
    texts.len() * VIEW + texts.data_buffers().iter().map(|buffer| buffer.as_slice().len()).sum::<usize>()
}

/// The bits that tell which rows hold a value, where some do not.
pub fn validity_bytes(rows: usize, has_nulls: bool) -> usize {
    if has_nulls { rows.div_ceil(8) } else { 0 }
}

/// A column of nothing: its validity bits are all zero.
pub fn nothing_bytes(rows: usize) -> usize {
    let bytes = rows.div_ceil(8);
    if bytes <= SHARED_ZEROS { 0 } else { bytes }
}

/// The table of an `Enum` with these words: as an array, and as a map from text to number and back.
pub fn enum_bytes<'a>(words: impl Iterator<Item = &'a [u8]>) -> usize {
    let (mut count, mut texts) = (0, 0);
    let (mut block, mut room, mut blocks) = (0usize, 0usize, 0usize);
    for word in words {
        count += 1;
        texts += word.len();
        if word.len() > 12 {
            if word.len() > room {
                block = word.len().max((block * 2).clamp(BLOCKS.0, BLOCKS.1));
                room = block;
                blocks += block;
            }
            room -= word.len();
        }
    }
    ENUM + count * VIEW + blocks + map_bytes(count, texts)
}

/// The table of a `Categorical` with these words: only the map from text to number and back.
pub fn categories_bytes<'a>(words: impl Iterator<Item = &'a [u8]>) -> usize {
    let (count, texts) = words.fold((0, 0), |(count, texts), word| (count + 1, texts + word.len()));
    if count == 0 { 0 } else { ENUM + map_bytes(count, texts) }
}

/// A hash table that keeps its smaller predecessors, with slots of nine bytes and at most three quarters full; for each word an
/// object of 24 bytes and the text; and the way back, 32 bytes a word, in blocks that double from 32, the next one made when
/// seven eighths of the last are full.
fn map_bytes(count: usize, texts: usize) -> usize {
    if count == 0 {
        return 0;
    }
    let (mut slots, mut tables) = (32, 32 * 9 + 32);
    while slots * 3 / 4 < count {
        slots *= 2;
        tables += slots * 9 + 32;
    }
    let (mut back, mut start, mut length) = (32 * 32, 0, 32);
    while start + length - length / 8 < count {
        (start, length) = (start + length, length * 2);
        back += length * 32;
    }
    texts + count * 24 + tables + back
}

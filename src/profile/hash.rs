//! A fast hash for many short keys: names and stacks.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Odd constants with evenly spread bits (digits of e and of the golden ratio).
const A: u64 = 0x9e37_79b9_7f4a_7c15;
const B: u64 = 0xadf8_5458_a2bb_4a9b;

/// Hashes with a seed of its own, so that a crafted file cannot aim at one bucket.
#[derive(Clone, Debug)]
pub(super) struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(RandomState::new().hash_one(A))
    }
}

impl Hash {
    /// Hash of a byte string.
    pub(super) fn bytes(&self, bytes: &[u8]) -> u64 {
        let mut state = self.0 ^ (bytes.len() as u64).wrapping_mul(B);
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            state = mix(state ^ word.iter().rev().fold(0, |acc, &byte| acc << 8 | u64::from(byte)), A);
        }
        let rest = words.remainder().iter().rev().fold(0, |acc, &byte| acc << 8 | u64::from(byte));
        mix(state ^ rest, B)
    }

    /// Hash of a list of numbers.
    pub(super) fn numbers(&self, numbers: impl ExactSizeIterator<Item = u32>) -> u64 {
        let start = self.0 ^ (numbers.len() as u64).wrapping_mul(B);
        mix(numbers.fold(start, |state, number| mix(state ^ u64::from(number), A)), B)
    }
}

/// For maps whose keys are numbers: several times as fast as the usual hash, and as hard to aim at.
#[derive(Clone, Debug, Default)]
pub(super) struct NumberHash(Hash);

/// Hashes one key of such a map.
pub(super) struct NumberHasher(u64);

impl BuildHasher for NumberHash {
    type Hasher = NumberHasher;

    fn build_hasher(&self) -> NumberHasher {
        NumberHasher(self.0.0)
    }
}

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        mix(self.0, B)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = mix(self.0 ^ number, A);
    }
}

/// Both halves of the 128-bit product, folded: every input bit reaches every output bit.
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// An index from hashes to numbers of rows that live elsewhere: open addressing over one array. The caller says whether a row
/// is the one it looks for, so the keys are not stored twice.
#[derive(Clone, Debug, Default)]
pub(super) struct RowIndex {
    /// Upper half of the hash and row + 1; 0 is a free place. The length is a power of two.
    places: Vec<u64>,
    used: usize,
}

impl RowIndex {
    /// The row of this hash that `same` accepts, or a place to [`RowIndex::insert`] at.
    pub(super) fn find(&mut self, hash: u64, mut same: impl FnMut(u32) -> bool) -> Result<u32, usize> {
        if self.used * 8 >= self.places.len() * 5 {
            self.grow();
        }
        let mask = self.places.len() - 1;
        let mut at = spread(hash) & mask;
        loop {
            let place = self.places.get(at).copied().unwrap_or(0);
            if place == 0 {
                return Err(at);
            }
            if place >> 32 == hash >> 32 {
                let row = (place as u32) - 1;
                if same(row) {
                    return Ok(row);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Puts `row` (at most `u32::MAX - 1`) at the place that [`RowIndex::find`] gave.
    pub(super) fn insert(&mut self, place: usize, hash: u64, row: u32) {
        if let Some(free) = self.places.get_mut(place) {
            *free = (hash >> 32) << 32 | u64::from(row + 1);
            self.used += 1;
        }
    }

    /// Bytes held.
    pub(super) fn memory_bytes(&self) -> usize {
        self.places.capacity() * 8
    }

    fn grow(&mut self) {
        // Only half of the hash is kept, and it must place the row: tables beyond 2^32 places do not occur, rows are u32.
        let mask = (self.places.len() * 2).max(64) - 1;
        let mut places = vec![0_u64; mask + 1];
        for &place in self.places.iter().filter(|&&place| place != 0) {
            let mut at = spread(place) & mask;
            while places.get(at).is_some_and(|&taken| taken != 0) {
                at = (at + 1) & mask;
            }
            if let Some(free) = places.get_mut(at) {
                *free = place;
            }
        }
        self.places = places;
    }
}

/// Where the search starts: from the half of the hash that a place keeps.
fn spread(hash_or_place: u64) -> usize {
    (hash_or_place >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_again_after_growing() {
        let (hash, mut index) = (Hash::default(), RowIndex::default());
        let keys: Vec<Vec<u8>> = (0..5000_u32).map(|n| format!("key {n}").into_bytes()).collect();
        for (row, key) in keys.iter().enumerate() {
            let place = index.find(hash.bytes(key), |other| keys[other as usize] == *key).expect_err("new");
            index.insert(place, hash.bytes(key), row as u32);
        }
        for (row, key) in keys.iter().enumerate() {
            assert_eq!(index.find(hash.bytes(key), |other| keys[other as usize] == *key), Ok(row as u32));
        }
    }

    #[test]
    fn length_and_order_count() {
        let hash = Hash::default();
        assert_ne!(hash.bytes(b"a"), hash.bytes(b"a\0"));
        assert_ne!(hash.numbers([1, 2].into_iter()), hash.numbers([2, 1].into_iter()));
    }
}

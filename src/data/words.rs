//! A set of texts, each stored once and known by its number. Open addressing over one buffer: texts come in by the million.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

/// Differs from run to run, so that nobody can make a file whose texts all collide.
static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0u8) | 1);

/// Distinct texts in the order in which they first came.
#[derive(Clone, Debug, Default)]
pub struct Words {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// Hash in the upper half, number plus one in the lower; 0 is free. Its length is a power of two.
    table: Vec<u64>,
}

impl Words {
    /// Number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all texts.
    pub fn text_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The text with this number.
    pub fn get(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let end = self.ends.get(number).map_or(start, |end| *end as usize);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len() as u32).map(|number| self.get(number))
    }

    /// Bytes of memory that the set holds.
    pub fn held_bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>() + self.table.capacity() * size_of::<u64>()
    }

    /// The number of `text`, if it is in the set.
    pub fn find(&self, text: &[u8]) -> Option<u32> {
        let mask = self.table.len().checked_sub(1)?;
        let hash = hash(text);
        let tag = hash & 0xFFFF_FFFF_0000_0000;
        let mut slot = hash as usize & mask;
        // A slot is always free: the table is at most half full.
        while let Some(entry) = self.table.get(slot).copied().filter(|entry| *entry != 0) {
            let number = (entry as u32) - 1;
            if entry & 0xFFFF_FFFF_0000_0000 == tag && self.get(number) == text {
                return Some(number);
            }
            slot = (slot + 1) & mask;
        }
        None
    }

    /// The number of `text`, which is added when it is new.
    #[inline]
    pub fn number(&mut self, text: &[u8]) -> u32 {
        if (self.len() + 1) * 2 > self.table.len() {
            self.grow();
        }
        let hash = hash(text);
        let mask = self.table.len() - 1;
        let tag = hash & 0xFFFF_FFFF_0000_0000;
        let mut slot = hash as usize & mask;
        loop {
            let entry = self.table[slot];
            if entry == 0 {
                break;
            }
            let number = (entry as u32) - 1;
            if entry & 0xFFFF_FFFF_0000_0000 == tag && self.get(number) == text {
                return number;
            }
            slot = (slot + 1) & mask;
        }
        let number = self.ends.len() as u32;
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
        self.table[slot] = tag | u64::from(number + 1);
        number
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(64);
        let mask = size - 1;
        let mut table = vec![0u64; size];
        for number in 0..self.len() as u32 {
            let hash = hash(self.get(number));
            let mut slot = hash as usize & mask;
            while table[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            table[slot] = (hash & 0xFFFF_FFFF_0000_0000) | u64::from(number + 1);
        }
        self.table = table;
    }
}

/// Folded multiplication over eight bytes at a time, the scheme of wyhash.
#[inline]
pub fn hash(text: &[u8]) -> u64 {
    let mut state = *SEED ^ (text.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        state = fold(state ^ u64::from_le_bytes(word));
    }
    let mut word = [0; 8];
    let rest = chunks.remainder();
    word[..rest.len()].copy_from_slice(rest);
    fold(state ^ u64::from_le_bytes(word))
}

/// Multiplies and folds the halves of the product together: one bit of `value` changes half of those that come out.
#[inline]
pub fn fold(value: u64) -> u64 {
    let product = u128::from(value) * 0xA076_1D64_78BD_642F_u128;
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_number() {
        let mut words = Words::default();
        for number in 0..10_000u32 {
            assert_eq!(words.number(format!("word {}", number % 1_000).as_bytes()), number % 1_000);
        }
        assert_eq!((words.len(), words.get(999)), (1_000, &b"word 999"[..]));
        assert_eq!((words.find(b"word 999"), words.find(b"word 1000"), Words::default().find(b"")), (Some(999), None, None));
        assert_eq!(words.number(b""), 1_000);
        assert_eq!(words.number(b"\0"), 1_001, "zeros are not padding");
    }
}

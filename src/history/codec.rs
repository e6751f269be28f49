//! The buckets of one block as bytes, and numbers as bytes for the other tables.
//!
//! A block: version (1 byte), flags (1), the largest interval between two samples in seconds (f32), one bit for each bucket that is there, then columns: how many
//! seconds each was measured, the smallest values, the means, the largest; only the means where all three are the same everywhere. Each value is
//! written as its bits XOR those of the value before, and a column as four planes of bytes, highest first: what changes little becomes zeros. All of
//! it is compressed with zstd, whose checksum shows damage. All numbers are little-endian.

use super::bucket::Bucket;
use super::tier::Tier;

const VERSION: u8 = 1;
/// Smallest, mean and largest are the same in every bucket.
const FLAT: u8 = 1;
const LEVEL: i32 = 3;
/// No row of any table holds more, unpacked.
const MOST: usize = 16 * 1024 * 1024;

/// The buckets of a series within one block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// In the order of time.
    pub buckets: Vec<Bucket>,
    /// The largest interval between two samples that was meant, in seconds.
    pub interval: f32,
}

impl Block {
    /// The block that begins at `start`. Buckets outside of it are left out.
    pub fn to_bytes(&self, tier: Tier, start: i64) -> Vec<u8> {
        let slot =
            |bucket: &Bucket| usize::try_from((bucket.start - start) / tier.width()).ok().filter(|slot| *slot < tier.buckets());
        let held: Vec<(usize, &Bucket)> = self.buckets.iter().filter_map(|bucket| Some((slot(bucket)?, bucket))).collect();
        let is_flat = held.iter().all(|(_, bucket)| bucket.min == bucket.max);
        let mut bytes = vec![VERSION, if is_flat { FLAT } else { 0 }];
        bytes.extend(self.interval.to_le_bytes());
        let mut bits = vec![0_u8; tier.buckets().div_ceil(8)];
        for (slot, _) in &held {
            if let Some(byte) = bits.get_mut(slot / 8) {
                *byte |= 1 << (slot % 8);
            }
        }
        bytes.extend(bits);
        let column = |value: fn(&Bucket) -> f32| planes(held.iter().map(|(_, bucket)| value(bucket)));
        bytes.extend(column(|bucket| bucket.seconds));
        bytes.extend(column(|bucket| bucket.mean));
        if !is_flat {
            bytes.extend(column(|bucket| bucket.min));
            bytes.extend(column(|bucket| bucket.max));
        }
        pack(&bytes)
    }

    /// The block that was written so; `None` when it is damaged or of another version.
    pub fn from_bytes(packed: &[u8], tier: Tier, start: i64) -> Option<Self> {
        let bytes = unpack(packed)?;
        let mut rest = Rest(&bytes);
        let [version, flags] = rest.array()?;
        if version != VERSION {
            return None;
        }
        let interval = f32::from_le_bytes(rest.array()?);
        let bits = rest.take(tier.buckets().div_ceil(8))?;
        let slots: Vec<usize> =
            (0..tier.buckets()).filter(|slot| bits.get(slot / 8).is_some_and(|byte| byte & (1 << (slot % 8)) != 0)).collect();
        let mut column = || rest.planes(slots.len());
        let (seconds, means) = (column()?, column()?);
        let (least, most) = if flags & FLAT == 0 { (column()?, column()?) } else { (means.clone(), means.clone()) };
        let start_of = |slot: usize| start + slot as i64 * tier.width();
        let values = least.into_iter().zip(means).zip(most).zip(seconds);
        let bucket = |(slot, (((min, mean), max), seconds)): (usize, _)| Bucket { start: start_of(slot), min, mean, max, seconds };
        Some(Self { buckets: slots.into_iter().zip(values).map(bucket).collect(), interval })
    }
}

/// Compressed, with a checksum.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let packed = zstd::bulk::Compressor::new(LEVEL).and_then(|mut compressor| {
        compressor.include_checksum(true)?;
        compressor.compress(bytes)
    });
    // Compressing what is in memory has nothing to fail at; a row that is empty counts as damaged.
    packed.unwrap_or_default()
}

/// What was packed; `None` when it is damaged or larger than anything that is written.
pub fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    zstd::bulk::decompress(packed, MOST).ok()
}

/// Values as four planes of bytes.
pub fn planes(values: impl Iterator<Item = f32>) -> Vec<u8> {
    let mut before = 0_u32;
    let changes: Vec<[u8; 4]> =
        values.map(|value| (std::mem::replace(&mut before, value.to_bits()) ^ value.to_bits()).to_be_bytes()).collect();
    (0..4).flat_map(|plane| changes.iter().map(move |bytes| bytes[plane])).collect()
}

/// What is left of bytes that are read.
pub struct Rest<'a>(pub &'a [u8]);

impl<'a> Rest<'a> {
    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    /// The next bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// `count` values that were written by [`planes`].
    pub fn planes(&mut self, count: usize) -> Option<Vec<f32>> {
        let bytes = self.take(count.checked_mul(4)?)?;
        let mut before = 0_u32;
        let byte = |plane: usize, row: usize| bytes.get(plane * count + row).copied().unwrap_or_default();
        let value = |row: usize| {
            before ^= u32::from_be_bytes([byte(0, row), byte(1, row), byte(2, row), byte(3, row)]);
            f32::from_bits(before)
        };
        Some((0..count).map(value).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(values: &[(i64, f32, f32)]) -> Block {
        let bucket = |&(slot, min, max): &(i64, f32, f32)| Bucket {
            start: 600_000 + slot * 1000,
            min,
            mean: (min + max) / 2.0,
            max,
            seconds: 1.0,
        };
        Block { buckets: values.iter().map(bucket).collect(), interval: 1.0 }
    }

    #[test]
    fn a_block_comes_back_as_it_was() {
        let flat: Vec<_> = (0..600).map(|slot| (slot, slot as f32 * 0.37, slot as f32 * 0.37)).collect();
        for block in [block(&[]), block(&[(0, 1.0, 2.0), (599, -3.5, 1e30)]), block(&flat)] {
            let bytes = block.to_bytes(Tier::Second, 600_000);
            assert_eq!(Block::from_bytes(&bytes, Tier::Second, 600_000), Some(block));
        }
        let small = block(&flat.iter().map(|(slot, ..)| (*slot, 40.0, 40.0)).collect::<Vec<_>>()).to_bytes(Tier::Second, 600_000);
        assert!(small.len() < 64, "{}", small.len());
    }

    #[test]
    fn what_lies_outside_is_left_out() {
        let bytes = block(&[(-1, 1.0, 1.0), (5, 2.0, 2.0), (600, 3.0, 3.0)]).to_bytes(Tier::Second, 600_000);
        let read = Block::from_bytes(&bytes, Tier::Second, 600_000).expect("whole");
        assert_eq!(read.buckets.iter().map(|bucket| bucket.mean).collect::<Vec<_>>(), [2.0]);
    }

    #[test]
    fn damage_is_seen() {
        let bytes = block(&[(1, 1.0, 2.0), (7, 3.0, 4.0), (9, 5.0, 5.5)]).to_bytes(Tier::Second, 600_000);
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x10;
            // One bit of the compressor's head has no meaning.
            let read = Block::from_bytes(&flipped, Tier::Second, 600_000);
            assert!(read.is_none() || read == Block::from_bytes(&bytes, Tier::Second, 600_000), "byte {at}");
            assert_eq!(Block::from_bytes(&bytes[..at], Tier::Second, 600_000), None, "cut at {at}");
        }
    }
}

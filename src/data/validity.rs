//! Which rows hold a value.

/// A bit for each row, lowest first, made only when one does not hold a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    bits: Vec<u8>,
    len: usize,
    nulls: usize,
}

impl Validity {
    /// Adds a row.
    #[inline]
    pub fn push(&mut self, valid: bool) {
        if !valid && self.nulls == 0 {
            self.bits = ones(self.len);
        }
        self.nulls += usize::from(!valid);
        if self.nulls > 0 {
            if self.len.is_multiple_of(8) {
                self.bits.push(0);
            }
            if let Some(last) = self.bits.last_mut() {
                *last |= u8::from(valid) << (self.len % 8);
            }
        }
        self.len += 1;
    }

    /// Adds the rows of another.
    pub fn append(&mut self, other: &Self) {
        if self.nulls + other.nulls == 0 {
            self.len += other.len;
            return;
        }
        if self.nulls == 0 {
            self.bits = ones(self.len);
        }
        let theirs = if other.nulls == 0 { &ones(other.len) } else { &other.bits };
        let shift = self.len % 8;
        self.len += other.len;
        self.nulls += other.nulls;
        if shift == 0 {
            self.bits.extend_from_slice(theirs);
            return;
        }
        for byte in theirs {
            if let Some(last) = self.bits.last_mut() {
                *last |= byte << shift;
            }
            self.bits.push(byte >> (8 - shift));
        }
        // The last byte's upper bits may have been all that it had.
        self.bits.truncate(self.len.div_ceil(8));
    }

    /// Whether the row holds a value.
    #[inline]
    pub fn get(&self, row: usize) -> bool {
        self.nulls == 0 || self.bits.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
    }

    /// Rows without a value.
    pub fn nulls(&self) -> usize {
        self.nulls
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The bits, in no more memory than they need, when there is a row without a value.
    pub fn into_bits(mut self) -> Option<Vec<u8>> {
        self.bits.shrink_to_fit();
        (self.nulls > 0).then_some(self.bits)
    }
}

/// Bits of `len` rows with a value; those beyond are zero.
fn ones(len: usize) -> Vec<u8> {
    let mut bits = vec![0xFF; len / 8];
    if !len.is_multiple_of(8) {
        bits.push((1 << (len % 8)) - 1);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appending_is_pushing_row_after_row() {
        // Lengths around the byte's end, with and without absent values in either half.
        for (first, second) in (0..20).flat_map(|first| (0..20).map(move |second| (first, second))) {
            for (every, other_every) in [(3, 5), (100, 3), (3, 100), (100, 100)] {
                let row = |every: usize| move |row: usize| !(row + 1).is_multiple_of(every);
                let (mut a, mut b, mut all) = (Validity::default(), Validity::default(), Validity::default());
                (0..first).map(row(every)).for_each(|valid| [&mut a, &mut all].into_iter().for_each(|v| v.push(valid)));
                (0..second).map(row(other_every)).for_each(|valid| [&mut b, &mut all].into_iter().for_each(|v| v.push(valid)));
                a.append(&b);
                assert_eq!(a, all, "{first} {second} {every} {other_every}");
            }
        }
    }
}

//! Numbers and texts as a trace holds them: little endian.

use super::super::wire::Fault;

/// Bytes of one block or of one event, read from front to back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn left(&self) -> usize {
        self.data.len().saturating_sub(self.at)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let bytes = self.at.checked_add(count).and_then(|end| self.data.get(self.at..end));
        let problem = || Fault::new(self.at, format!("{count} bytes should follow, but {} are left", self.left()));
        let bytes = bytes.ok_or_else(problem)?;
        self.at += count;
        Ok(bytes)
    }

    pub(super) fn skip(&mut self, count: usize) -> Result<(), Fault> {
        self.take(count).map(drop)
    }

    #[inline]
    pub(super) fn u8(&mut self) -> Result<u8, Fault> {
        let byte = *self.data.get(self.at).ok_or_else(|| Fault::new(self.at, "the data ends inside a value"))?;
        self.at += 1;
        Ok(byte)
    }

    fn little(&mut self, count: usize) -> Result<u64, Fault> {
        Ok(self.take(count)?.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
    }

    pub(super) fn u16(&mut self) -> Result<u16, Fault> {
        Ok(self.little(2)? as u16)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        Ok(self.little(4)? as u32)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Fault> {
        self.little(8)
    }

    /// A number of as many bytes as an address has.
    pub(super) fn address(&mut self, size: usize) -> Result<u64, Fault> {
        self.little(size)
    }

    pub(super) fn f64(&mut self) -> Result<f64, Fault> {
        self.u64().map(f64::from_bits)
    }

    /// A number of 7 bits a byte, the lowest first.
    #[inline]
    pub(super) fn varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Fault::new(self.at, "a number is longer than 64 bits"))
    }

    /// A text of UTF-16 units that ends with a zero.
    pub(super) fn utf16(&mut self) -> Result<String, Fault> {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let units = rest.chunks_exact(2).map(|unit| unit.iter().rev().fold(0, |sum, &byte| sum << 8 | u16::from(byte)));
        let text: Vec<u16> = units.take_while(|&unit| unit != 0).collect();
        self.skip(text.len() * 2)?;
        self.skip(2)?;
        Ok(String::from_utf16_lossy(&text))
    }

    /// A text in UTF-8 behind its length as a packed number.
    pub(super) fn utf8(&mut self) -> Result<String, Fault> {
        let length = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    /// A text in UTF-8 behind its length in two bytes.
    pub(super) fn short_utf8(&mut self) -> Result<String, Fault> {
        let length = usize::from(self.u16()?);
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_know_their_ends() {
        let mut bytes = Bytes::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x02, 0x01]);
        assert_eq!((bytes.varint(), bytes.u16()), (Ok(u64::MAX), Ok(258)));
        assert!(bytes.u8().is_err());
        assert_eq!(Bytes::new(&[0x80; 12]).varint().expect_err("endless").problem, "a number is longer than 64 bits");
        let mut text = Bytes::new(&[b'a', 0, 0x15, 0x26, 0, 0, 2, b'o', b'k']);
        assert_eq!((text.utf16().as_deref(), text.utf8().as_deref()), (Ok("a☕"), Ok("ok")));
        assert!(Bytes::new(&[b'a', 0, b'b']).utf16().is_err());
        assert!(Bytes::new(&[0xff, 0xff, 3, b'b']).utf8().is_err());
    }
}

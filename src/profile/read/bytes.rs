//! Numbers out of binary data, of either byte order, that never look beyond its end.

/// What is left of the data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'d> {
    data: &'d [u8],
    is_big: bool,
}

impl<'d> Bytes<'d> {
    pub(super) fn new(data: &'d [u8], is_big: bool) -> Self {
        Self { data, is_big }
    }

    /// Bytes that are left.
    pub(super) fn len(&self) -> usize {
        self.data.len()
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'d [u8] {
        self.data
    }

    /// The next bytes; `None` when there are not so many.
    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Option<&'d [u8]> {
        let (taken, rest) = self.data.split_at_checked(count)?;
        self.data = rest;
        Some(taken)
    }

    /// As [`Bytes::take`], to be read on its own.
    pub(super) fn part(&mut self, count: usize) -> Option<Self> {
        Some(Self { data: self.take(count)?, is_big: self.is_big })
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (&taken, rest) = self.data.split_first_chunk()?;
        self.data = rest;
        Some(taken)
    }

    #[inline]
    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    #[inline]
    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(if self.is_big { u16::from_be_bytes } else { u16::from_le_bytes })
    }

    #[inline]
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(if self.is_big { u32::from_be_bytes } else { u32::from_le_bytes })
    }

    #[inline]
    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(if self.is_big { u64::from_be_bytes } else { u64::from_le_bytes })
    }

    /// A number of 64 or 32 bits.
    #[inline]
    pub(super) fn word(&mut self, is_wide: bool) -> Option<u64> {
        if is_wide { self.u64() } else { self.u32().map(u64::from) }
    }

    /// A text that ends with a zero or with the data.
    pub(super) fn text(&self) -> &'d [u8] {
        let end = memchr::memchr(0, self.data).unwrap_or(self.data.len());
        self.data.get(..end).unwrap_or_default()
    }
}

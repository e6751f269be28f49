//! Numbers and texts as bytes, and back, with every length checked against what is there.

/// Puts columns one behind the other.
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn u32(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn option(&mut self, number: Option<u64>) {
        self.0.push(u8::from(number.is_some()));
        self.u64(number.unwrap_or(0));
    }

    pub(super) fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(super) fn bytes(&mut self, bytes: impl ExactSizeIterator<Item = u8>) {
        self.u64(bytes.len() as u64);
        self.0.extend(bytes);
    }

    pub(super) fn column(&mut self, numbers: impl ExactSizeIterator<Item = u32>) {
        self.u64(numbers.len() as u64);
        self.0.reserve(numbers.len() * 4);
        numbers.for_each(|number| self.u32(number));
    }

    pub(super) fn wide(&mut self, numbers: impl ExactSizeIterator<Item = u64>) {
        self.u64(numbers.len() as u64);
        self.0.reserve(numbers.len() * 8);
        numbers.for_each(|number| self.u64(number));
    }
}

/// Takes them off again; `None` when they are not there.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A length whose items of `size` bytes each are all there.
    pub(super) fn length(&mut self, size: usize) -> Option<usize> {
        let length = usize::try_from(self.u64()?).ok()?;
        (length.checked_mul(size)? <= self.0.len()).then_some(length)
    }

    /// A number that may be missing, handed to `make`.
    pub(super) fn option<T>(&mut self, make: impl Fn(Option<u64>) -> T) -> Option<T> {
        let [is_some] = self.array()?;
        let number = self.u64()?;
        (is_some < 2).then(|| make((is_some == 1).then_some(number)))
    }

    pub(super) fn signed_option<T>(&mut self, make: impl Fn(Option<i64>) -> T) -> Option<T> {
        self.option(|number| make(number.map(u64::cast_signed)))
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.length(1)?;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    pub(super) fn texts(&mut self) -> Option<Vec<String>> {
        let count = self.length(8)?;
        (0..count).map(|_| self.text()).collect()
    }

    pub(super) fn column<T>(&mut self, make: impl Fn(u32) -> T) -> Option<Vec<T>> {
        let count = self.length(4)?;
        let (chunks, _) = self.take(count * 4)?.as_chunks();
        Some(chunks.iter().map(|&bytes| make(u32::from_le_bytes(bytes))).collect())
    }

    pub(super) fn wide<T>(&mut self, make: impl Fn(u64) -> T) -> Option<Vec<T>> {
        let count = self.length(8)?;
        let (chunks, _) = self.take(count * 8)?.as_chunks();
        Some(chunks.iter().map(|&bytes| make(u64::from_le_bytes(bytes))).collect())
    }

    pub(super) fn flags(&mut self) -> Option<Vec<bool>> {
        let count = self.length(1)?;
        self.take(count)?.iter().map(|&byte| (byte < 2).then_some(byte == 1)).collect()
    }
}

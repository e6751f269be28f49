//! Ruby's Marshal format 4.8, as far as plain values need it (<https://docs.ruby-lang.org/en/master/marshal_rdoc.html>). It is only walked
//! through: no object of any class is made, and nothing nests here.

use std::ops::Range;

use crate::profile::build::Builder;
use crate::profile::error::ProfileError;

/// One value, or the beginning of one that holds others.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// `nil`, `true`, `false`, or a link to something that is no text.
    Nothing,
    Number(i64),
    Float,
    /// A text or a symbol, as a range of the data.
    Text(Range<usize>),
    /// So many values follow.
    Array(u64),
    /// So many pairs of values follow.
    Hash(u64),
}

/// A walk through the data.
pub(super) struct Marshal<'d> {
    data: &'d [u8],
    at: usize,
    symbols: Vec<Range<usize>>,
    /// For each object so far its text; empty for other objects.
    objects: Vec<Range<usize>>,
}

impl<'d> Marshal<'d> {
    /// Behind the version at the beginning.
    pub(super) fn new(data: &'d [u8]) -> Self {
        Self { data, at: 2, symbols: Vec::new(), objects: Vec::new() }
    }

    /// The bytes of a text.
    pub(super) fn bytes(&self, range: &Range<usize>) -> &'d [u8] {
        self.data.get(range.clone()).unwrap_or_default()
    }

    /// The next value.
    pub(super) fn next(&mut self, builder: &mut Builder<'_>) -> Result<Item, ProfileError> {
        builder.place = builder.context.place(self.at as u64);
        builder.tick()?;
        match self.byte(builder)? {
            b'0' | b'T' | b'F' => Ok(Item::Nothing),
            b'i' => Ok(Item::Number(self.long(builder)?)),
            b'l' => self.large(builder),
            b'f' => {
                let text = self.range(builder)?;
                self.objects.push(text.start..text.start);
                Ok(Item::Float)
            }
            b'"' => self.text(builder),
            b'I' => self.text_with_encoding(builder),
            b':' | b';' => {
                self.at -= 1;
                Ok(Item::Text(self.symbol(builder)?))
            }
            b'@' => self.link(builder),
            b'[' => Ok(Item::Array(self.count(builder)?)),
            b'{' => Ok(Item::Hash(self.count(builder)?)),
            kind => Err(builder.damaged(format!("a value of kind {kind} stands there, which profiles of stackprof do not have"))),
        }
    }

    /// Steps over a value and all that it holds.
    pub(super) fn skip(&mut self, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let mut left = 1_u64;
        while left > 0 {
            left -= 1;
            match self.next(builder)? {
                Item::Array(items) => left = left.saturating_add(items),
                Item::Hash(pairs) => left = left.saturating_add(pairs.saturating_mul(2)),
                _ => {}
            }
        }
        Ok(())
    }

    fn byte(&mut self, builder: &Builder<'_>) -> Result<u8, ProfileError> {
        let byte = self.data.get(self.at).copied().ok_or_else(|| builder.damaged("the data ends in the middle of the profile"))?;
        self.at += 1;
        Ok(byte)
    }

    /// A whole number of 1 to 5 bytes.
    fn long(&mut self, builder: &Builder<'_>) -> Result<i64, ProfileError> {
        let first = i64::from(self.byte(builder)?.cast_signed());
        match first {
            0 => Ok(0),
            5.. => Ok(first - 5),
            ..=-5 => Ok(first + 5),
            1..=4 => self.little(first as u32, builder),
            _ => {
                let length = first.unsigned_abs() as u32;
                Ok(self.little(length, builder)? - (1 << (8 * length)))
            }
        }
    }

    fn little(&mut self, bytes: u32, builder: &Builder<'_>) -> Result<i64, ProfileError> {
        (0..bytes).try_fold(0, |sum, nth| Ok(sum | i64::from(self.byte(builder)?) << (8 * nth)))
    }

    /// A number of more than 30 bits. Beyond 63 bits it is none of ours.
    fn large(&mut self, builder: &Builder<'_>) -> Result<Item, ProfileError> {
        let negative = self.byte(builder)? == b'-';
        let shorts = self.count_of(builder)?;
        let bytes = self.take(shorts.saturating_mul(2), builder)?;
        self.objects.push(bytes.start..bytes.start);
        let digits = self.bytes(&bytes).iter().take(8).enumerate();
        let size = digits.fold(0_u64, |sum, (nth, &byte)| sum | u64::from(byte) << (8 * nth as u32)) & i64::MAX.cast_unsigned();
        Ok(Item::Number(if negative { -size.cast_signed() } else { size.cast_signed() }))
    }

    fn text(&mut self, builder: &Builder<'_>) -> Result<Item, ProfileError> {
        let range = self.range(builder)?;
        self.objects.push(range.clone());
        Ok(Item::Text(range))
    }

    /// A text with variables behind it, of which its encoding is one. Their values are plain.
    fn text_with_encoding(&mut self, builder: &Builder<'_>) -> Result<Item, ProfileError> {
        if self.byte(builder)? != b'"' {
            return Err(builder.damaged("an object stands there, which profiles of stackprof do not have"));
        }
        let text = self.text(builder)?;
        for _ in 0..self.count_of(builder)? {
            self.symbol(builder)?;
            match self.byte(builder)? {
                b'T' | b'F' | b'0' => {}
                b'"' => {
                    self.text(builder)?;
                }
                b'@' => {
                    self.long(builder)?;
                }
                _ => return Err(builder.damaged("the encoding of a text is no plain value")),
            }
        }
        Ok(text)
    }

    fn symbol(&mut self, builder: &Builder<'_>) -> Result<Range<usize>, ProfileError> {
        match self.byte(builder)? {
            b':' => {
                let range = self.range(builder)?;
                self.symbols.push(range.clone());
                Ok(range)
            }
            b';' => {
                let number = self.count_of(builder)?;
                let known = usize::try_from(number).ok().and_then(|number| self.symbols.get(number)).cloned();
                known.ok_or_else(|| builder.damaged("a symbol is named that was not told before"))
            }
            _ => Err(builder.damaged("a symbol is expected there")),
        }
    }

    fn link(&mut self, builder: &Builder<'_>) -> Result<Item, ProfileError> {
        let number = self.count_of(builder)?;
        let known = usize::try_from(number).ok().and_then(|number| self.objects.get(number));
        let known = known.ok_or_else(|| builder.damaged("an object is named that was not told before"))?;
        Ok(if known.is_empty() { Item::Nothing } else { Item::Text(known.clone()) })
    }

    /// The number of items of an array or a hash, which is an object itself.
    fn count(&mut self, builder: &Builder<'_>) -> Result<u64, ProfileError> {
        self.objects.push(self.at..self.at);
        self.count_of(builder)
    }

    fn count_of(&mut self, builder: &Builder<'_>) -> Result<u64, ProfileError> {
        u64::try_from(self.long(builder)?).map_err(|_| builder.damaged("a length is negative"))
    }

    fn range(&mut self, builder: &Builder<'_>) -> Result<Range<usize>, ProfileError> {
        let length = self.count_of(builder)?;
        self.take(length, builder)
    }

    fn take(&mut self, length: u64, builder: &Builder<'_>) -> Result<Range<usize>, ProfileError> {
        let end = usize::try_from(length).ok().and_then(|length| self.at.checked_add(length)).filter(|&end| end <= self.data.len());
        let end = end.ok_or_else(|| builder.damaged(format!("a text says it is {length} bytes long, but fewer are left")))?;
        let start = std::mem::replace(&mut self.at, end);
        Ok(start..end)
    }
}

//! All text of a profile in one buffer.

use super::hash::{Hash, RowIndex};
use super::model::StringId;

/// Strings one behind the other, and where each ends. Millions of names cost two allocations, not millions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strings {
    text: String,
    /// End of each string in `text`; string 0 is always the empty one.
    ends: Vec<u32>,
}

impl Default for Strings {
    fn default() -> Self {
        Self { text: String::new(), ends: vec![0] }
    }
}

impl Strings {
    /// The string of this number; empty when there is none.
    pub fn get(&self, id: StringId) -> &str {
        let at = id.0 as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&end| end as usize);
        let end = self.ends.get(at).map_or(start, |&end| end as usize);
        self.text.get(start..end).unwrap_or_default()
    }

    /// How many strings there are, the empty one included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never: the empty string is always there.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4
    }

    pub(super) fn parts(&self) -> (&str, &[u32]) {
        (&self.text, &self.ends)
    }

    /// From stored parts; `None` unless the ends rise from 0 to the text's length on character boundaries.
    pub(super) fn from_parts(text: String, ends: Vec<u32>) -> Option<Self> {
        let rises = ends.windows(2).all(|pair| pair.first() <= pair.last());
        let whole = ends.first() == Some(&0) && ends.last().is_some_and(|&end| end as usize == text.len());
        let cut_well = ends.iter().all(|&end| text.is_char_boundary(end as usize));
        (rises && whole && cut_well).then_some(Self { text, ends })
    }

    fn push(&mut self, text: &str) -> Option<StringId> {
        let id = u32::try_from(self.ends.len()).ok()?;
        let end = u32::try_from(self.text.len() + text.len()).ok()?;
        self.text.push_str(text);
        self.ends.push(end);
        Some(StringId(id))
    }
}

/// Fills [`Strings`] so that equal text has one number.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    strings: Strings,
    index: RowIndex,
    hash: Hash,
}

impl Interner {
    /// The number of `bytes` read as UTF-8; what is not UTF-8 becomes `�`. `None` when 4 GB of text or 4 billion strings are held.
    pub fn intern_bytes(&mut self, bytes: &[u8]) -> Option<StringId> {
        // The usual name is there already: found by its bytes, it need not be proved to be UTF-8 again.
        let hash = self.hash.bytes(bytes);
        let strings = &self.strings;
        match self.index.find(hash, |row| strings.get(StringId(row)).as_bytes() == bytes) {
            Ok(row) => Some(StringId(row)),
            Err(_) => self.intern(&String::from_utf8_lossy(bytes)),
        }
    }

    /// The number of `text`. `None` when 4 GB of text or 4 billion strings are held.
    pub fn intern(&mut self, text: &str) -> Option<StringId> {
        if text.is_empty() {
            return Some(StringId(0));
        }
        let hash = self.hash.bytes(text.as_bytes());
        let strings = &self.strings;
        match self.index.find(hash, |row| strings.get(StringId(row)) == text) {
            Ok(row) => Some(StringId(row)),
            Err(place) => {
                let id = self.strings.push(text).filter(|id| id.0 < u32::MAX)?;
                self.index.insert(place, hash, id.0);
                Some(id)
            }
        }
    }

    /// The text of a number given out before.
    pub fn get(&self, id: StringId) -> &str {
        self.strings.get(id)
    }

    /// Bytes held, the index included.
    pub fn memory_bytes(&self) -> usize {
        self.strings.memory_bytes() + self.index.memory_bytes()
    }

    /// The strings, without the index that only filling needs.
    pub fn finish(self) -> Strings {
        let mut strings = self.strings;
        strings.text.shrink_to_fit();
        strings.ends.shrink_to_fit();
        strings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_text_has_one_number_and_the_empty_one_is_zero() {
        let mut interner = Interner::default();
        let main = interner.intern("main").expect("room");
        assert_eq!(interner.intern("main"), Some(main));
        assert_eq!(interner.intern(""), Some(StringId(0)));
        let broken = interner.intern_bytes(b"a\xffb").expect("room");
        let strings = interner.finish();
        assert_eq!((strings.get(main), strings.get(broken), strings.get(StringId(0))), ("main", "a\u{fffd}b", ""));
        assert_eq!(strings.get(StringId(99)), "");
        assert_eq!(strings.len(), 3);
    }

    #[test]
    fn stored_parts_are_checked() {
        assert!(Strings::from_parts("äb".into(), vec![0, 2, 3]).is_some());
        assert!(Strings::from_parts("äb".into(), vec![0, 1, 3]).is_none(), "inside a character");
        assert!(Strings::from_parts("ab".into(), vec![0, 2, 1]).is_none(), "falls");
        assert!(Strings::from_parts("ab".into(), vec![0, 1]).is_none(), "text left over");
        assert!(Strings::from_parts(String::new(), vec![]).is_none(), "no empty string");
    }
}

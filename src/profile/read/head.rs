//! The beginning of a file, from which its format is told.

use memchr::memmem;

/// The first bytes of a file, unpacked.
#[derive(Clone, Copy)]
pub(super) struct Head<'a> {
    pub(super) bytes: &'a [u8],
    /// Whether that is all there is.
    pub(super) whole: bool,
    /// Name of the file as it was given.
    pub(super) name: &'a str,
}

/// Endings that say how a file is packed.
const PACKED: [&str; 3] = [".gz", ".zst", ".zip"];

impl<'a> Head<'a> {
    /// Whether the bytes are text: no control characters beside blanks, as every packed number below 8 would be.
    pub(super) fn is_text(&self) -> bool {
        super::detect::is_text(self.bytes)
    }

    /// Whether the file begins with these bytes.
    pub(super) fn starts_with(&self, magic: &[u8]) -> bool {
        self.bytes.starts_with(magic)
    }

    /// Whether a text stands somewhere in the head.
    pub(super) fn has(&self, text: &str) -> bool {
        memmem::find(self.bytes, text.as_bytes()).is_some()
    }

    /// Whether it begins as a JSON document: with a bracket of either kind, behind blanks and a byte order mark.
    pub(super) fn is_json(&self) -> bool {
        self.json().is_some()
    }

    /// Whether it begins as a JSON object.
    pub(super) fn is_json_object(&self) -> bool {
        self.json() == Some(b'{')
    }

    /// Whether it begins as a JSON array.
    pub(super) fn is_json_array(&self) -> bool {
        self.json() == Some(b'[')
    }

    /// Whether a JSON key stands somewhere in the head, as a key at any depth or as a text.
    pub(super) fn has_key(&self, key: &str) -> bool {
        self.has(&format!("\"{key}\""))
    }

    /// Whether a JSON key stands somewhere in the head as a key, followed by its colon.
    pub(super) fn has_member(&self, key: &str) -> bool {
        let key = format!("\"{key}\"");
        let behind = |at: usize| self.bytes.get(at + key.len()..).unwrap_or_default().trim_ascii_start().first() == Some(&b':');
        memmem::find_iter(self.bytes, key.as_bytes()).any(behind)
    }

    /// Whether the name ends so (in small letters), with or without the ending of a packed file.
    pub(super) fn is_named(&self, ending: &str) -> bool {
        let name = self.name.to_lowercase();
        PACKED.iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name).ends_with(ending)
    }

    /// The complete lines, without their ends and blanks around; the first without a byte order mark. The last line counts only
    /// when the head is all there is.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let end = if self.whole { Some(self.bytes.len()) } else { memchr::memrchr(b'\n', self.bytes) };
        let complete = self.without_mark(end.unwrap_or(0));
        complete.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii)
    }

    fn json(&self) -> Option<u8> {
        let first = self.without_mark(self.bytes.len()).trim_ascii_start().first().copied();
        first.filter(|first| matches!(first, b'{' | b'['))
    }

    fn without_mark(&self, end: usize) -> &'a [u8] {
        let bytes = self.bytes.get(..end).unwrap_or_default();
        bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
    }
}

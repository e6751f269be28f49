//! Reads a source file, within bounds and whatever is in it.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Largest source file, in bytes: generated ones have some megabytes.
const MOST_BYTES: u64 = 32 << 20;
/// Lines shown at most.
pub(super) const MOST_LINES: usize = 20_000;
/// Letters of a line that are shown: code made small for the web can be one line.
const MOST_LETTERS: usize = 2_000;

/// The text of a file; else why there is none, as a sentence.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| format!("{shown} could not be opened: {error}."))?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| format!("{shown} could not be read: {error}."))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("{shown} is larger than 32 MB and not shown."));
    }
    decode(&bytes).ok_or_else(|| format!("{shown} is no text."))
}

/// UTF-8, with `�` for what is not, or UTF-16 if it says so; `None` for what is no text.
fn decode(bytes: &[u8]) -> Option<String> {
    let wide = |rest: &[u8], join: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| join([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some(wide(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(wide(rest, u16::from_be_bytes)),
        _ if bytes.iter().take(8_192).any(|&byte| byte == 0) => None,
        _ => Some(String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned()),
    }
}

/// The numbers of the lines to show: those with figures and some around, of a file of `all` lines.
pub(super) fn window(lines: impl Iterator<Item = u32>, all: usize, around: usize) -> Range<usize> {
    let told = lines.map(|line| line as usize).filter(|line| (1..=all).contains(line));
    let (first, last) = told.fold((usize::MAX, 0), |(first, last), line| (first.min(line), last.max(line)));
    if last == 0 {
        // Nothing to be near to: the beginning.
        return 1..all.min(MOST_LINES) + 1;
    }
    let start = first.saturating_sub(around).max(1);
    start..(last + around).min(all).min(start + MOST_LINES - 1) + 1
}

/// What speaks against the file being the one that was measured.
pub(super) fn notes(path: &Path, measured_ns: Option<i64>, last_line: Option<u32>, all: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(line) = last_line.filter(|&line| line as usize > all) {
        notes.push(format!("The profile has figures for line {line}, but the file has {all} lines: it is another version."));
    }
    let changed = path.metadata().and_then(|found| found.modified()).ok();
    let changed_ns = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_nanos());
    if let (Some(changed), Some(measured)) = (changed_ns, measured_ns.and_then(|time| u128::try_from(time).ok()))
        && changed > measured
    {
        notes.push("The file was changed after the profile was made, so lines may have moved.".into());
    }
    notes
}

/// A line, cut where it is too long to be shown.
pub(super) fn cut_line(line: &str) -> String {
    match line.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_are_text_or_told_to_be_none() {
        assert_eq!(decode(b"a\xff\nb").as_deref(), Some("a\u{fffd}\nb"));
        assert_eq!(decode(b"\xef\xbb\xbfa").as_deref(), Some("a"));
        assert_eq!(decode(b"\xff\xfea\0b\0").as_deref(), Some("ab"));
        assert_eq!(decode(b"\xfe\xff\0a\0b\0").as_deref(), Some("ab"));
        assert_eq!(decode(b"\x7fELF\0\0"), None);
    }

    #[test]
    fn the_window_is_around_the_figures_and_bounded() {
        assert_eq!(window([20, 25, 0, 9999].into_iter(), 100, 10), 10..36);
        assert_eq!(window([1, 100].into_iter(), 100, 10), 1..101);
        assert_eq!(window([200].into_iter(), 100, 10), 1..101);
        assert_eq!(window([5].into_iter(), 0, 10), 1..1);
        assert_eq!(window([1, 90_000].into_iter(), 90_000, 10).len(), MOST_LINES);
        assert_eq!(cut_line(&"é".repeat(3000)).chars().count(), MOST_LETTERS + 1);
    }
}

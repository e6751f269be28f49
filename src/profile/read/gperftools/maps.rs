//! What was mapped where, as `/proc/self/maps` tells it or shorter: `400000-4b0000: /bin/program`.

use crate::profile::read::decimal;

/// A binary in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Map {
    pub(super) start: u64,
    /// The address behind it.
    pub(super) end: u64,
    /// Place in the file that is at `start`.
    pub(super) offset: u64,
    pub(super) file: String,
}

/// The maps of a profile, with the abbreviations that lines before them define: `build=/usr/lib` and then `$build/a.so`.
#[derive(Debug, Default)]
pub(super) struct Maps {
    pub(super) maps: Vec<Map>,
    words: Vec<(String, String)>,
}

/// Whether what follows this line are maps.
pub(super) fn begins(line: &[u8]) -> bool {
    let has = |text: &[u8]| memchr::memmem::find(line, text).is_some();
    has(b"--- Memory map: ---") || has(b"MAPPED_LIBRARIES:")
}

impl Maps {
    /// Takes a line.
    pub(super) fn line(&mut self, line: &[u8]) {
        let mut line = String::from_utf8_lossy(line).into_owned();
        for (word, meaning) in &self.words {
            if line.len() < 1 << 16 && line.contains(word.as_str()) {
                line = line.replace(word, meaning);
            }
        }
        match range(&line) {
            Some((start, end, rest)) => self.maps.extend(map(start, end, rest)),
            None => {
                // More than a few such definitions no file has.
                if let Some((word, meaning)) = line.split_once('=').filter(|_| self.words.len() < 32) {
                    self.words.push((format!("${}", word.trim()), meaning.trim().chars().take(4096).collect()));
                }
            }
        }
    }

    /// Puts the maps into the order of their addresses, as [`Maps::find`] needs them.
    pub(super) fn sort(&mut self) {
        self.maps.sort_by_key(|map| map.start);
    }

    /// The map of an address. Lists without the parts of binaries that hold no code begin too late.
    pub(super) fn find(&self, address: u64) -> Option<&Map> {
        let behind = self.maps.partition_point(|map| map.start <= address);
        let whole = behind.checked_sub(1).and_then(|at| self.maps.get(at)).filter(|map| address < map.end);
        whole.or_else(|| self.maps.get(behind).filter(|map| map.start.saturating_sub(map.offset) <= address))
    }
}

/// `start-end`, with a colon behind it or not, and what follows.
fn range(line: &str) -> Option<(u64, u64, &str)> {
    let (first, rest) = line.trim_start().split_once([' ', '\t']).unwrap_or((line.trim(), ""));
    let (start, end) = first.trim_end_matches(':').split_once('-')?;
    Some((hex(start)?, hex(end)?, rest.trim()))
}

/// `None` for what holds no code.
fn map(start: u64, end: u64, rest: &str) -> Option<Map> {
    let words: Vec<&str> = rest.splitn(5, [' ', '\t']).collect();
    let map = Map { start, end, ..Map::default() };
    match words.as_slice() {
        // r-xp 00001000 fe:00 123 /bin/program
        [rights, offset, device, _, file] if device.contains(':') && hex(offset).is_some() => {
            rights.contains('x').then(|| Map { offset: hex(offset).unwrap_or(0), file: file.trim().to_owned(), ..map })
        }
        [rights, _, device, ..] if device.contains(':') => rights.contains('x').then_some(map),
        // /bin/program (@1000)
        [file, rest @ ..] => {
            let offset = rest.first().and_then(|text| hex(text.strip_prefix("(@")?.strip_suffix(')')?));
            Some(Map { offset: offset.unwrap_or(0), file: (*file).to_owned(), ..map })
        }
        [] => Some(map),
    }
}

fn hex(digits: &str) -> Option<u64> {
    decimal::hex(digits.strip_prefix("0x").unwrap_or(digits).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_of_all_kinds() {
        let mut maps = Maps::default();
        for line in [
            "00400000-00401000 r--p 00000000 fe:00 12   /tmp/work",
            "00401000-00402000 r-xp 00001000 fe:00 12                     /tmp/my work",
            "build=/usr/lib",
            "  7f00-7f80: $build/libc.so (@40)",
            "ffffffffff600000-ffffffffff601000: [vsyscall]",
            "nonsense",
        ] {
            maps.line(line.as_bytes());
        }
        let map = |start, end, offset, file: &str| Map { start, end, offset, file: file.into() };
        assert_eq!(
            maps.maps,
            [
                map(0x401000, 0x402000, 0x1000, "/tmp/my work"),
                map(0x7f00, 0x7f80, 0x40, "/usr/lib/libc.so"),
                map(0xffff_ffff_ff60_0000, 0xffff_ffff_ff60_1000, 0, "[vsyscall]"),
            ]
        );
        maps.sort();
        assert_eq!(maps.find(0x400800).map(|map| map.start), Some(0x401000), "the part before the code");
        assert_eq!(maps.find(0x1234), None);
    }
}

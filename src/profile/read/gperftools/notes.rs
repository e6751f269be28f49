//! Notes that Go writes below each stack, with tabs between: `# 0x4b4190 main.keep+0x50 ./main.go:17`.

use crate::profile::read::decimal::hex;
use std::collections::HashMap;

use super::addresses::Told;

/// Names of addresses, taken from the notes.
#[derive(Default)]
pub(in crate::profile::read::gperftools) struct Notes {
    /// The address of the last note, whose functions are still being told.
    open: Option<u64>,
}

impl Notes {
    /// Takes a line; whether it is a note.
    pub(in crate::profile::read::gperftools) fn line(&mut self, line: &[u8], told: &mut HashMap<u64, Vec<Told>>) -> bool {
        let Some(note) = line.strip_prefix(b"#") else {
            self.open = None;
            return false;
        };
        if let Some((address, place)) = note_of(note) {
            let is_next = self.open == Some(address);
            let places = told.entry(address).or_default();
            // Several functions at one address were inlined; the same note below another stack tells nothing new.
            if places.is_empty() || is_next {
                places.push(place);
                self.open = Some(address);
            }
        }
        true
    }
}

fn note_of(note: &[u8]) -> Option<(u64, Told)> {
    let mut words = note.split(|&byte| byte == b'\t').filter(|word| !word.is_empty());
    let address = hex(words.next()?.trim_ascii().strip_prefix(b"0x")?)?;
    let function = String::from_utf8_lossy(words.next()?);
    let name = function.rsplit_once("+0x").map_or(function.as_ref(), |(name, _)| name).trim().to_owned();
    let place = words.next().map(String::from_utf8_lossy).unwrap_or_default();
    let (file, line) = place.trim().rsplit_once(':').unwrap_or(("", "0"));
    Some((address, Told { name, file: file.to_owned(), line: line.parse().unwrap_or(0) }))
}

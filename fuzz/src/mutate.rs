//! Changes behind checksums and packing, and to what means something: a part of an archive, the text in a packed file, the end of a Parquet file, items of JSON, lines. The result is a
//! file of the same kind again, so that the readers get far enough to have something to get wrong.

use std::io::{Cursor, Read, Write};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzzer_mutate;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::{json, lines, xml};

/// Bytes of a part, or of packed text, that are taken out to be changed.
const MOST: u64 = 1 << 20;
/// In one of so many tries the file is changed as it stands, packing and all.
const RAW: usize = 16;

/// Numbers that readers should doubt.
pub const ODD_NUMBERS: [&str; 26] = [
    "0", "-1", "1", "2", "127", "128", "255", "256", "32767", "32768", "65535", "65536", "1048577", "2147483647", "2147483648",
    "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
    "99999999999999999999999", "1e308", "-1e-320", "0.1", "1e99999",
];

/// Random numbers from libFuzzer's seed.
pub struct Dice(u64);

impl Dice {
    /// From 0 to one less than `end`; 0 when there is nothing to choose from.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// libFuzzer's `LLVMFuzzerCustomMutator`: changes the first `size` bytes of `data` and gives how many they are then.
/// `is_profile` says that text is that of a profile: JSON, or lines that mean something each.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32, is_profile: bool) -> usize {
    let mut dice = Dice(u64::from(seed) << 1 | 1);
    dice.below(1);
    let whole = &data[..size];
    let changed = match whole {
        _ if dice.below(RAW) == 0 => None,
        [b'P', b'K', ..] => archive(whole, max_size, &mut dice),
        [0x1F, 0x8B, ..] => gzip(whole, max_size),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => zstd(whole, max_size),
        [b'P', b'A', b'R', b'1', ..] => parquet(whole, max_size, &mut dice),
        [0xD0, 0xCF, 0x11, 0xE0, ..] | [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(window(whole, &mut dice)),
        _ if is_profile && dice.below(3) > 0 => text(whole, max_size, &mut dice),
        _ => None,
    };
    match changed.filter(|changed| !changed.is_empty() && changed.len() <= max_size) {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => fuzzer_mutate(data, size, max_size),
    }
}

/// The bytes, changed by libFuzzer to at most `most` of them.
fn changed(mut bytes: Vec<u8>, most: usize) -> Vec<u8> {
    let size = bytes.len();
    if most.max(size) == 0 {
        return bytes;
    }
    bytes.resize(most.max(size), 0);
    let size = fuzzer_mutate(&mut bytes, size, most.max(size));
    bytes.truncate(size);
    bytes
}

/// Changes JSON or lines; `None` where there is neither, or to leave it to libFuzzer.
fn text(whole: &[u8], max_size: usize, dice: &mut Dice) -> Option<Vec<u8>> {
    if whole.iter().take(256).any(|byte| *byte < 9) {
        return (dice.below(2) == 0).then(|| window(whole, dice));
    }
    let is_json = matches!(whole.trim_ascii_start(), [b'{' | b'[', ..]);
    let mut out = whole.to_vec();
    for _ in 0..=dice.below(4) {
        let done = !out.is_empty()
            && if is_json { json::change(&mut out, max_size, dice) } else { lines::change(&mut out, max_size, dice) };
        if !done {
            break;
        }
    }
    (out != whole).then_some(out)
}

/// Changes one part of an archive; parts are stored as they are, with the right checksums.
fn archive(whole: &[u8], max_size: usize, dice: &mut Dice) -> Option<Vec<u8>> {
    let mut parts = parts(whole)?;
    let used: usize = parts.iter().map(|(name, bytes)| bytes.len() + 2 * name.len() + 128).sum();
    let chosen = dice.below(parts.len());
    // Sheets are where most of the reading is.
    let sheet = parts.iter().position(|(name, _)| name.contains("worksheets/sheet") || name == "content.xml");
    let chosen = sheet.filter(|_| dice.below(2) == 0).unwrap_or(chosen);
    if dice.below(64) == 0 {
        parts.remove(chosen);
        return pack(&parts);
    }
    let (name, bytes) = parts.get_mut(chosen)?;
    let room = bytes.len() + max_size.checked_sub(used)?;
    let text = !name.ends_with(".bin");
    let times = 1 + dice.below(3);
    for _ in 0..times {
        if !(text && dice.below(4) > 0 && xml::change(bytes, room, dice)) {
            *bytes = changed(std::mem::take(bytes), room.min(bytes.len() + 256));
        }
    }
    pack(&parts)
}

/// Names and contents, without what no reader looks at.
fn parts(whole: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(whole)).ok()?;
    let mut parts = Vec::new();
    for index in 0..archive.len().min(64) {
        let part = archive.by_index(index).ok()?;
        let name = part.name().ok()?.to_string();
        let mut bytes = Vec::new();
        part.take(MOST).read_to_end(&mut bytes).ok()?;
        let unread = [".png", ".rdf", "theme1.xml", "/core.xml", "/app.xml", "meta.xml", "settings.xml"];
        if !unread.iter().any(|end| name.ends_with(end)) && !bytes.is_empty() {
            parts.push((name, bytes));
        }
    }
    (!parts.is_empty()).then_some(parts)
}

fn pack(parts: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(name.as_str(), options).ok()?;
        writer.write_all(bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// Changes the text in a file packed with gzip.
fn gzip(whole: &[u8], max_size: usize) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    MultiGzDecoder::new(whole).take(MOST).read_to_end(&mut text).ok()?;
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(&changed(text, max_size)).ok()?;
    out.finish().ok()
}

/// Changes the text in a file packed with Zstandard.
fn zstd(whole: &[u8], max_size: usize) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    zstd::Decoder::new(whole).ok()?.take(MOST).read_to_end(&mut text).ok()?;
    zstd::encode_all(&changed(text, max_size)[..], 1).ok()
}

/// Changes some bytes and leaves all others where they are: the file names places in itself.
fn window(whole: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = whole.to_vec();
    for _ in 0..1 + dice.below(3) {
        let start = dice.below(out.len());
        let end = (start + 1 + dice.below(32)).min(out.len());
        let some = changed(out[start..end].to_vec(), end - start);
        out[start..start + some.len()].copy_from_slice(&some);
    }
    out
}

/// Changes the description at the end of a Parquet file, whose length stands behind it, or bytes before it.
fn parquet(whole: &[u8], max_size: usize, dice: &mut Dice) -> Option<Vec<u8>> {
    if dice.below(2) == 0 {
        return Some(window(whole, dice));
    }
    let length_at = whole.len().checked_sub(8)?;
    let length = u32::from_le_bytes(whole.get(length_at..length_at + 4)?.try_into().ok()?) as usize;
    let start = length_at.checked_sub(length)?;
    let description = whole[start..length_at].to_vec();
    let description = if dice.below(2) == 0 {
        window(&description, dice)
    } else {
        let room = max_size.checked_sub(start + 8)?;
        changed(description, room.min(length + 64))
    };
    let mut out = whole[..start].to_vec();
    out.extend_from_slice(&description);
    out.extend_from_slice(&(description.len() as u32).to_le_bytes());
    out.extend_from_slice(b"PAR1");
    Some(out)
}

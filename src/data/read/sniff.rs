//! What a file is, by its first bytes.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::file_name;
use crate::data::DataError;

/// Kinds of file that are opened as tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text with separators, in some encoding.
    Text,
    /// An Office Open XML workbook.
    Xlsx,
}

/// Bytes looked at.
const HEAD: u64 = 64 * 1024;

/// Looks at the start of the file.
///
/// # Errors
/// When it cannot be read, is empty, or is of another kind; the message says which.
pub fn sniff(path: &Path) -> Result<Content, DataError> {
    let file = file_name(path);
    let mut head = Vec::new();
    if path.is_dir() {
        return Err(not_a_table(file, "a folder", "Open the files in it one by one."));
    }
    let read = File::open(path).and_then(|source| source.take(HEAD).read_to_end(&mut head));
    if let Err(source) = read {
        return Err(DataError::Read { file, source });
    }
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(DataError::Empty { file });
    }
    match &head[..] {
        [b'P', b'K', 3, 4, ..] => packed(path, file),
        [b'P', b'K', 5, 6, ..] => Err(not_a_table(file, "an empty ZIP archive", SAVE_AS_XLSX)),
        [0xD0, 0xCF, 0x11, 0xE0, ..] if is_encrypted(path) => Err(DataError::Password { file }),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(not_a_table(file, "a workbook of Excel 97–2003 (.xls)", SAVE_AS_XLSX)),
        [0x1F, 0x8B, ..] => Err(gzip(file)),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => {
            Err(not_a_table(file, "a file packed with Zstandard", "Unpack it first, then open the file in it."))
        }
        [b'P', b'A', b'R', b'1', ..] => {
            Err(not_a_table(file, "a Parquet file", "It is packed well already; export it as CSV to shrink it here."))
        }
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Err(not_a_table(file, "an Arrow file", "Export it as CSV to shrink it here.")),
        [b'%', b'P', b'D', b'F', ..] => Err(not_a_table(file, "a PDF document", "Export the table in it as CSV or XLSX.")),
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => Err(not_a_table(file, "an SQLite database", "Export the table in it as CSV.")),
        _ if is_text(&head) => Ok(Content::Text),
        _ => Err(not_a_table(file, "binary data", "Choose a CSV or XLSX file; if this should be one, export it again.")),
    }
}

const SAVE_AS_XLSX: &str = "Open it in Excel or LibreOffice, save it as “Excel workbook (.xlsx)” or CSV, and open that.";

fn not_a_table(file: String, looks_like: &str, next_step: &str) -> DataError {
    DataError::NotATable { file, looks_like: looks_like.into(), next_step: next_step.into() }
}

fn gzip(file: String) -> DataError {
    let profile = file.ends_with(".pb.gz") || file.ends_with(".pprof.gz");
    let next = if profile { "Open it as a profile." } else { "Unpack it first, then open the file in it." };
    not_a_table(file, "a file packed with gzip", next)
}

/// A ZIP archive: a workbook when it says so inside.
fn packed(path: &Path, file: String) -> Result<Content, DataError> {
    let archive = File::open(path).map_err(|source| DataError::Read { file: file.clone(), source })?;
    let archive = zip::ZipArchive::new(std::io::BufReader::new(archive));
    let archive = archive.map_err(|error| DataError::Damaged {
        file: file.clone(),
        place: String::new(),
        reason: format!("the archive breaks off or contradicts itself ({error})"),
    })?;
    let has = |name: &str| archive.file_names().flatten().any(|entry| entry.eq_ignore_ascii_case(name));
    if has("xl/workbook.xml") {
        Ok(Content::Xlsx)
    } else if has("xl/workbook.bin") {
        Err(not_a_table(file, "a binary workbook (.xlsb)", SAVE_AS_XLSX))
    } else if has("content.xml") {
        Err(not_a_table(file, "an OpenDocument file (.ods)", SAVE_AS_XLSX))
    } else if has("word/document.xml") {
        Err(not_a_table(file, "a Word document", "Copy its table into a workbook, or save it as CSV."))
    } else {
        Err(not_a_table(file, "a ZIP archive", "Unpack it first, then open the file in it."))
    }
}

/// Whether an OLE file holds an encrypted workbook: its directory names a stream `EncryptedPackage`, in UTF-16.
fn is_encrypted(path: &Path) -> bool {
    let needle: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|source| source.take(64 << 20).read_to_end(&mut bytes));
    read.is_ok() && memchr::memmem::find(&bytes, &needle).is_some()
}

/// Text has no control characters but line ends, tabs and form feeds, whether in one byte or two per character.
fn is_text(head: &[u8]) -> bool {
    if let [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] = head {
        return !rest.is_empty();
    }
    let odd_zeros = head.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count();
    let even_zeros = head.iter().step_by(2).filter(|byte| **byte == 0).count();
    if utf16_without_mark(head).is_some() {
        return true;
    }
    let control = head.iter().filter(|byte| **byte < 32 && !matches!(byte, b'\n' | b'\r' | b'\t' | 12)).count();
    odd_zeros + even_zeros == 0 && control * 200 <= head.len()
}

/// UTF-16 without a byte order mark: nearly every other byte is zero. Gives whether it is big-endian.
pub(super) fn utf16_without_mark(head: &[u8]) -> Option<bool> {
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() * 7 / 20;
    if head.len() < 4 {
        None
    } else if odd > most && even == 0 {
        Some(false)
    } else if even > most && odd == 0 {
        Some(true)
    } else {
        None
    }
}

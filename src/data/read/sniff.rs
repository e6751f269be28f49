//! What a file is, by its first bytes.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::charset::utf32;
use super::packing::{Packed, Packing};
use super::refusal::damaged;
use super::{Limits, file_name};
use crate::data::DataError;

/// Kinds of file that are opened as tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text with separators, in some encoding, perhaps packed.
    Text(Packing),
    /// An Office Open XML workbook.
    Xlsx,
    /// Its binary form.
    Xlsb,
    /// A workbook of Excel 97–2003.
    Xls,
    /// An OpenDocument spreadsheet.
    Ods,
    /// A Parquet file.
    Parquet,
    /// An Arrow file or stream.
    Arrow,
}

impl Content {
    /// Whether it has sheets.
    pub fn is_workbook(self) -> bool {
        !matches!(self, Self::Text(_) | Self::Parquet | Self::Arrow)
    }

    /// The format's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text(_) => "csv",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }
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
        [0xD0, 0xCF, 0x11, 0xE0, ..] => old_office(path, file),
        [0x1F, 0x8B, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => packed_text(path, file, Packing::of(&head)),
        [b'P', b'A', b'R', b'1', ..] => Ok(Content::Parquet),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Ok(Content::Arrow),
        _ if is_arrow_stream(&head) => Ok(Content::Arrow),
        [b'F', b'E', b'A', b'1', ..] => {
            Err(not_a_table(file, "a Feather file of version 1", "Write it again as Feather version 2."))
        }
        [b'%', b'P', b'D', b'F', ..] => Err(not_a_table(file, "a PDF document", "Export the table in it as CSV or XLSX.")),
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => Err(not_a_table(file, "an SQLite database", "Export the table in it as CSV.")),
        _ if is_text(&head) => Ok(Content::Text(Packing::None)),
        _ => Err(not_a_table(file, "binary data", CHOOSE_A_TABLE)),
    }
}

const CHOOSE_A_TABLE: &str = "Choose a text table (CSV, TSV), a workbook (XLSX, XLSM, XLSB, XLS, ODS), a Parquet or an Arrow file; if this should be one, export it again.";
const SAVE_AS_XLSX: &str = "Open it in Excel or LibreOffice, save it as “Excel workbook (.xlsx)” or CSV, and open that.";

fn not_a_table(file: String, looks_like: &str, next_step: &str) -> DataError {
    DataError::NotATable { file, looks_like: looks_like.into(), next_step: next_step.into() }
}

/// A packed file: a table when text is in it.
fn packed_text(path: &Path, file: String, packing: Packing) -> Result<Content, DataError> {
    let mut head = Vec::new();
    let read = Packed::new(path, packing, &Limits::default())
        .and_then(|packed| packed.open())
        .and_then(|unpacked| unpacked.take(HEAD).read_to_end(&mut head));
    if let Err(source) = read {
        return Err(super::csv::text_error(&file, source));
    }
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(DataError::Empty { file });
    }
    let known: [&[u8]; 5] = [b"PK\x03\x04", b"%PDF", b"PAR1", b"ARROW1", b"SQLite"];
    if is_text(&head) && !known.iter().any(|known| head.starts_with(known)) {
        return Ok(Content::Text(packing));
    }
    let profile = file.ends_with(".pb.gz") || file.ends_with(".pprof.gz");
    let next = if profile { "Open it as a profile." } else { "Unpack it first, then open the file in it." };
    Err(not_a_table(file, &format!("a file packed with {} that holds no text", packing.name()), next))
}

/// A ZIP archive: a workbook when it says so inside.
fn packed(path: &Path, file: String) -> Result<Content, DataError> {
    let archive = File::open(path).map_err(|source| DataError::Read { file: file.clone(), source })?;
    let archive = zip::ZipArchive::new(std::io::BufReader::new(archive));
    let archive = archive.map_err(|error| damaged(&file, format!("the archive breaks off or contradicts itself ({error})")))?;
    let has = |name: &str| archive.file_names().flatten().any(|entry| entry.eq_ignore_ascii_case(name));
    if has("xl/workbook.xml") {
        Ok(Content::Xlsx)
    } else if has("xl/workbook.bin") {
        Ok(Content::Xlsb)
    } else if has("content.xml") || has("encrypted-package") {
        open_document(archive, file)
    } else if has("word/document.xml") {
        Err(not_a_table(file, "a Word document", "Copy its table into a workbook, or save it as CSV."))
    } else {
        Err(not_a_table(file, "a ZIP archive", "Unpack it first, then open the file in it."))
    }
}

/// An OpenDocument file: a spreadsheet when it says so.
fn open_document(mut archive: zip::ZipArchive<std::io::BufReader<File>>, file: String) -> Result<Content, DataError> {
    let mut kind = Vec::new();
    let read = archive.by_name("mimetype").ok().and_then(|part| part.take(256).read_to_end(&mut kind).ok());
    // Some programs leave it out.
    if read.is_none() || memchr::memmem::find(&kind, b"opendocument.spreadsheet").is_some() {
        return Ok(Content::Ods);
    }
    Err(not_a_table(file, "an OpenDocument file that is no spreadsheet", "Copy its table into a spreadsheet, or save it as CSV."))
}

/// An OLE file: a workbook when it has a stream of that name.
fn old_office(path: &Path, file: String) -> Result<Content, DataError> {
    if has_stream(path, "Workbook") || has_stream(path, "Book") {
        return Ok(Content::Xls);
    }
    if has_stream(path, "WordDocument") {
        return Err(not_a_table(file, "a Word document", "Copy its table into a workbook, or save it as CSV."));
    }
    let reason = "it begins as a workbook of Excel 97–2003, and no sheets follow".into();
    Err(damaged(&file, reason))
}

/// Whether an OLE file holds an encrypted workbook.
fn is_encrypted(path: &Path) -> bool {
    has_stream(path, "EncryptedPackage")
}

/// Whether the directory of an OLE file names a stream, in UTF-16.
fn has_stream(path: &Path, name: &str) -> bool {
    let needle: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let Ok(mut source) = File::open(path) else { return false };
    let (mut block, mut kept) = (vec![0; 1 << 20], 0);
    loop {
        let Some(filled) = source.read(&mut block[kept..]).ok().filter(|read| *read > 0).map(|read| kept + read) else {
            return false;
        };
        if memchr::memmem::find(&block[..filled], &needle).is_some() {
            return true;
        }
        // The name may be cut by the block's end.
        let start = filled.saturating_sub(needle.len());
        block.copy_within(start..filled, 0);
        kept = filled - start;
    }
}

/// An Arrow stream begins with a mark and the length of a message, which begins with a place in it.
fn is_arrow_stream(head: &[u8]) -> bool {
    let Some((&[0xFF, 0xFF, 0xFF, 0xFF, l1, l2, l3, l4, p1, p2, p3, p4], _)) = head.split_first_chunk() else { return false };
    let (length, place) = (i32::from_le_bytes([l1, l2, l3, l4]), u32::from_le_bytes([p1, p2, p3, p4]));
    u32::try_from(length).is_ok_and(|length| (4..length).contains(&place))
}

/// Text has hardly any control characters but line ends, tabs and form feeds, whether in one byte or two per character.
fn is_text(head: &[u8]) -> bool {
    if let [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] = head {
        return !rest.is_empty();
    }
    if utf16_without_mark(head).is_some() || utf32(head).is_some() {
        return true;
    }
    let control = head.iter().filter(|byte| **byte < 32 && !matches!(byte, b'\n' | b'\r' | b'\t' | 12)).count();
    let few = control * 200 <= head.len() || (control <= STRAY_CONTROLS && control * 2 < head.len() && is_utf8(head));
    // Instruments leave zeros in texts; in UTF-8 they are not taken for half of a letter.
    few && (!head.contains(&0) || is_utf8(head))
}

/// Control characters that text of any length may have, when it is UTF-8: a stray one must not make a short file binary.
const STRAY_CONTROLS: usize = 3;

/// Whether this is UTF-8, the last character of which may be cut.
fn is_utf8(head: &[u8]) -> bool {
    std::str::from_utf8(head).err().is_none_or(|error| error.error_len().is_none())
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

//! ZIP archives with a profile in them.

use std::io::Cursor;
use std::ops::Range;

use zip::ZipArchive;

/// Names that only documents and programs have in them: workbooks, texts, Java archives.
const DOCUMENTS: [&str; 4] = ["[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml"];
/// More files than this are not looked at.
const MOST_FILES: usize = 10_000;

/// A file of an archive.
pub(super) struct Packed {
    /// Where its packed bytes are.
    pub(super) range: Range<usize>,
    pub(super) is_deflated: bool,
    /// What is to be told, when there were others.
    pub(super) remark: Option<String>,
}

/// The largest file; `None` when the bytes are no archive, a document of another kind, or packed in an unusual way.
pub(super) fn largest(bytes: &[u8]) -> Option<Packed> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    if archive.len() > MOST_FILES || DOCUMENTS.iter().any(|name| archive.index_for_name(name).is_some()) {
        return None;
    }
    let (mut files, mut largest) = (0, None);
    for row in 0..archive.len() {
        let file = archive.by_index_raw(row).ok()?;
        if !file.is_file() {
            continue;
        }
        files += 1;
        if largest.is_none_or(|(size, _)| file.size() > size) {
            largest = Some((file.size(), row));
        }
    }
    let (_, row) = largest?;
    let file = archive.by_index_raw(row).ok()?;
    let start = usize::try_from(file.data_start()?).ok()?;
    let end = start.checked_add(usize::try_from(file.compressed_size()).ok()?).filter(|&end| end <= bytes.len())?;
    let is_deflated = match method(bytes, usize::try_from(file.header_start()).ok()?)? {
        0 => false,
        8 => true,
        _ => return None,
    };
    let name = String::from_utf8_lossy(file.name_raw()).into_owned();
    let remark = (files > 1).then(|| format!("The archive holds {files} files; {name} is the largest and was opened."));
    Some(Packed { range: start..end, is_deflated, remark })
}

/// How the file whose header begins at `start` is packed: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, 4.3.7 and 4.4.5.
fn method(bytes: &[u8], start: usize) -> Option<u16> {
    let at = start.checked_add(8)?;
    Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at.checked_add(1)?)?]))
}

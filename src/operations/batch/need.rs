//! How much memory work on a file takes, and how much there is.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use sysinfo::System;

use crate::data::Limits;
use crate::data::read::{Content, Packing, ParquetSource, Source, sniff};

const MB: u64 = 1_000_000;
/// What any file takes: buffers and threads.
const LEAST: u64 = 16 * MB;

/// Bytes of memory that work on a table in this file takes at its peak, from above in most cases.
///
/// The factors are those of the program's own peak in tables of 2 to 380 MB, less the 33 MB that it takes for a file of two lines: 2.2 to 3.6
/// times the size of a large text, with up to 100 MB for the batches on their way; 0.3 to 2.1 times the unpacked parts of XLSX and ODS; 4.6 to
/// 5.1 times an XLS; in Parquet 5 times the size where texts are long and differ, and 20 bytes a cell where they are short and repeat. Of XLSB
/// there was none that is large: it is reckoned as an XLS of the size of its parts. A file that cannot be looked into takes the least.
pub fn need_of(path: &Path) -> u64 {
    let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
    let of_content = match sniff(path) {
        Ok(Content::Text(packing)) => of_text(unpacked(path, packing, size)),
        Ok(Content::Xlsx | Content::Ods) => parts(path).unwrap_or(size.saturating_mul(20)).saturating_mul(5) / 2,
        Ok(Content::Xlsb) => parts(path).unwrap_or(size.saturating_mul(10)).saturating_mul(6),
        Ok(Content::Xls) => size.saturating_mul(6),
        // What they hold, as cells and as columns; they are rarely packed.
        Ok(Content::Arrow) => size.saturating_mul(5),
        Ok(Content::Parquet) => size.saturating_mul(5).saturating_add(cells(path).saturating_mul(20)),
        Err(_) => 0,
    };
    LEAST.saturating_add(of_content)
}

fn of_text(size: u64) -> u64 {
    let on_the_way = size.saturating_mul(16).min(64 * MB);
    size.saturating_mul(4).saturating_add(on_the_way)
}

/// The size of a text before it was packed, as the file says, which may not be true; tables are packed to less than a third, by rule to a fifth.
fn unpacked(path: &Path, packing: Packing, size: u64) -> u64 {
    match packing {
        Packing::None => size,
        Packing::Gzip => gzip_size(path).unwrap_or(0).max(size.saturating_mul(3)),
        Packing::Zstd => zstd_size(path).unwrap_or(size.saturating_mul(5)).max(size),
    }
}

/// The last four bytes tell the size of the last piece, less whole times 4 GiB.
fn gzip_size(path: &Path) -> Option<u64> {
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::End(-4)).ok()?;
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes).ok()?;
    Some(u32::from_le_bytes(bytes).into())
}

/// The first piece may tell its size.
fn zstd_size(path: &Path) -> Option<u64> {
    let mut head = Vec::new();
    File::open(path).ok()?.take(32).read_to_end(&mut head).ok()?;
    zstd::zstd_safe::get_frame_content_size(&head).ok()?
}

/// The unpacked size of an archive's parts, as its directory says.
fn parts(path: &Path) -> Option<u64> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    let sizes = (0..archive.len()).map(|at| archive.by_index_raw(at).map_or(0, |part| part.size()));
    Some(sizes.fold(0, u64::saturating_add))
}

/// Rows times columns.
fn cells(path: &Path) -> u64 {
    let source = ParquetSource::open(path, &Limits::default());
    source.map_or(0, |source| source.size().saturating_mul(source.header().len() as u64))
}

/// Bytes that a batch may take at this moment: `percent` of the memory that is available, in a container of what is left to it.
pub fn usable_bytes(percent: u64) -> u64 {
    let mut system = System::new();
    system.refresh_memory();
    let left = system.cgroup_limits().map(|limits| limits.total_memory.saturating_sub(limits.rss));
    let available = system.available_memory().min(left.unwrap_or(u64::MAX));
    u64::try_from(u128::from(available) * u128::from(percent.min(100)) / 100).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// What a file of this name and content needs beyond the least.
    fn beyond(name: &str, content: &[u8]) -> u64 {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        need_of(&path) - LEAST
    }

    #[test]
    fn packed_text_needs_what_it_unfolds_to() {
        let text = b"a,b\n1,2\n".repeat(1000);
        assert_eq!(beyond("a.csv", &text), 8_000 * 20);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&text).expect("packed");
        assert_eq!(beyond("a.csv.gz", &gzip.finish().expect("packed")), 8_000 * 20);
        assert_eq!(beyond("a.csv.zst", &zstd::bulk::compress(&text, 3).expect("packed")), 8_000 * 20);
        assert_eq!(of_text(100 * MB), 464 * MB);
    }

    #[test]
    fn what_is_no_table_needs_the_least() {
        assert_eq!((beyond("a.pdf", b"%PDF-1.7"), beyond("empty.csv", b"")), (0, 0));
        assert_eq!(need_of(Path::new("missing.csv")), LEAST);
    }

    #[test]
    fn a_workbook_needs_what_its_parts_do() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples/bills-sample.xlsx");
        let size = std::fs::metadata(&path).expect("there").len();
        assert!(need_of(&path) - LEAST > size * 10, "its parts are several times its size: {}", need_of(&path));
    }

    #[test]
    fn usable_memory_follows_the_share() {
        let (all, none) = (usable_bytes(100), usable_bytes(0));
        assert!(all > 0 && none == 0);
        assert!(usable_bytes(u64::MAX) > 0, "more than all is all");
    }
}

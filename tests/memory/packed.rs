//! Text tables packed with gzip or Zstandard: the same table as the text in them, and no more memory than it.

use std::io::{Read, Write};

use crate::tables::allocator::{alone, peak};
use crate::tables::{Folder, bills, column, open, open_with, try_open, types, written};
use flate2::Compression;
use flate2::write::GzEncoder;
use tachograph::data::{DataError, Level, Limits, Options};
use tachograph::jobs::Explain;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut out = zstd::Encoder::new(Vec::new(), 1).expect("memory");
    // As the program of that name does.
    out.include_checksum(true).expect("known");
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

type Pack = fn(&[u8]) -> Vec<u8>;

const PACKERS: [(&str, Pack); 2] = [("gz", gzip), ("zst", zstd)];

#[test]
fn the_table_is_that_of_the_text_in_it() {
    let _alone = alone();
    let folder = Folder::new();
    // More than one batch of 4 MB.
    let text = bills(60_000);
    let conservative = Options { level: Level::Conservative, ..Options::default() };
    let plain = open_with(&folder.write("bills.csv", &text), &conservative);
    for (ending, pack) in PACKERS {
        let packed = pack(text.as_bytes());
        assert!(packed.len() < text.len() / 2);
        let table = open_with(&folder.write(&format!("bills.csv.{ending}"), packed), &conservative);
        assert_eq!((table.report.rows, types(&table)), (60_000, types(&plain)));
        assert_eq!((table.report.source.format.as_str(), table.report.source.delimiter), ("csv", Some(',')));
        assert!(written(&table) == text, "{ending}: byte for byte");
        // Found by what is in it, whatever its name.
        let renamed = folder.write("named.txt", pack(b"a;b\n1;2\n"));
        assert_eq!(types(&open(&renamed)), [("a", "UInt8"), ("b", "UInt8")]);
    }
}

#[test]
fn encodings_marks_and_pieces() {
    let _alone = alone();
    let folder = Folder::new();
    for (ending, pack) in PACKERS {
        let utf16: Vec<u8> = "\u{FEFF}name,n\nZürich,1\n東京,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let table = open(&folder.write(&format!("wide.csv.{ending}"), pack(&utf16)));
        assert_eq!(column(&table, "name"), crate::tables::texts(&["Zürich", "東京"]));
        assert_eq!(table.report.source.encoding.as_deref(), Some("UTF-16LE"));
        let marked = open(&folder.write(&format!("marked.csv.{ending}"), pack(b"\xEF\xBB\xBFname,n\na,1\n")));
        assert_eq!(marked.report.columns[0].name, "name");
        // Two files packed one by one and joined are one text.
        let joined = [pack(b"a,b\n1,2\n"), pack(b"3,4\n")].concat();
        assert_eq!(column(&open(&folder.write(&format!("joined.csv.{ending}"), joined)), "a"), crate::tables::texts(&["1", "3"]));
    }
}

#[test]
fn cut_and_flipped_ones_are_refused() {
    let _alone = alone();
    let folder = Folder::new();
    let text = bills(300);
    let mut random = crate::tables::Seeded(23);
    for (ending, pack) in PACKERS {
        let (name, whole) = (format!("bills.csv.{ending}"), pack(text.as_bytes()));
        for percent in 0..100 {
            let error =
                try_open(&folder.write(&name, &whole[..whole.len() * percent / 100]), &Options::default()).expect_err("cut");
            let expected =
                if percent == 0 { matches!(error, DataError::Empty { .. }) } else { matches!(error, DataError::Damaged { .. }) };
            assert!(expected && error.to_string().contains(&name), "{percent} %: {error}");
        }
        for _ in 0..300 {
            let mut bytes = whole.clone();
            let place = random.below(bytes.len() as u64) as usize;
            bytes[place] ^= 1 << random.below(8);
            let (result, most) = peak(|| try_open(&folder.write(&name, bytes), &Options::default()));
            assert!(most < 300 << 20, "{most}");
            match result {
                // A flip in the name or the time that the head of the file tells.
                Ok(table) => assert_eq!((table.report.rows, table.report.verified.mismatches), (300, 0)),
                Err(error) => assert!(error.to_string().contains(&name) && error.next_step().ends_with('.'), "{error}"),
            }
        }
    }
}

#[test]
fn bombs_are_refused_in_bounded_memory() {
    let _alone = alone();
    let folder = Folder::new();
    // 1 GB of the same row.
    let rows = "12,34,56\n".repeat(1 << 20);
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    let mut zst = zstd::Encoder::new(Vec::new(), 1).expect("memory");
    for _ in 0..120 {
        gz.write_all(rows.as_bytes()).expect("memory");
        zst.write_all(rows.as_bytes()).expect("memory");
    }
    let zst = zst.finish().expect("memory");
    assert!(zst.len() < 1 << 20, "{}", zst.len());
    let path = folder.write("bomb.csv.zst", zst);
    let (result, most) = peak(|| try_open(&path, &Options::default()));
    match result {
        Err(error @ DataError::TooLarge { .. }) => assert!(error.to_string().contains("bomb.csv.zst"), "{error}"),
        other => panic!("{:?}", other.map(|table| table.report.rows)),
    }
    assert!(most < 2 << 30, "{most}");
    // The person's own limit holds for any.
    let gz = folder.write("bomb.csv.gz", gz.finish().expect("memory"));
    let options = Options { limits: Limits { max_unpacked_bytes: 1 << 20, ..Limits::default() }, ..Options::default() };
    match try_open(&gz, &options) {
        Err(DataError::TooLarge { what, .. }) => assert_eq!(what, "it unfolds to more than 1,048,576 bytes"),
        other => panic!("{:?}", other.map(|table| table.report.rows)),
    }
    // A line without an end.
    let mut line = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::copy(&mut std::io::repeat(b'x').take(200 << 20), &mut line).expect("memory");
    let path = folder.write("line.csv.gz", line.finish().expect("memory"));
    let (result, most) = peak(|| try_open(&path, &Options::default()));
    assert!(matches!(result, Err(DataError::Damaged { .. })), "{:?}", result.map(|table| table.report.rows));
    assert!(most < 400 << 20, "{most}");
}

#[test]
fn what_holds_no_text_is_told() {
    let _alone = alone();
    let folder = Folder::new();
    for (ending, pack) in PACKERS {
        let name = format!("program.{ending}");
        match try_open(&folder.write(&name, pack(b"\x7fELF\0\0\0\0")), &Options::default()) {
            Err(DataError::NotATable { looks_like, next_step, .. }) => {
                assert!(looks_like.starts_with("a file packed with") && next_step.starts_with("Unpack it"), "{looks_like}");
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(try_open(&folder.write(&name, pack(b" \n\n")), &Options::default()), Err(DataError::Empty { .. })));
    }
}

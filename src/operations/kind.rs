//! Whether a file is a table or a profile.

use std::path::Path;

/// What a file is opened as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// In the Data tab.
    Table,
    /// In the Profiles tab.
    Profile,
}

/// Names that say that a file is a profile.
const PROFILE_ENDINGS: [&str; 12] =
    [".pb.gz", ".pb", ".pprof", ".prof", ".folded", ".collapsed", ".cpuprofile", ".heapprofile", ".speedscope.json", ".perf.txt", ".perf.data", ".stacks"];
/// Names that say that a file is a table.
const TABLE_ENDINGS: [&str; 10] = [".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet", ".arrow"];

/// What a file is, by its name where that tells, else by its content.
pub fn kind_of(path: &Path) -> FileKind {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&PROFILE_ENDINGS) {
        return FileKind::Profile;
    }
    if ends(&TABLE_ENDINGS) {
        return FileKind::Table;
    }
    by_content(path)
}

fn by_content(path: &Path) -> FileKind {
    use std::io::Read;
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut head));
    let folded = |line: &[u8]| line.iter().rposition(|byte| *byte == b' ').is_some_and(|at| line.len() > at + 1 && line[at + 1..].iter().all(u8::is_ascii_digit));
    let gzip = head.starts_with(&[0x1F, 0x8B]);
    let binary = head.contains(&0) && !head.starts_with(b"PK") && !head.starts_with(&[0xFF, 0xFE]) && !head.starts_with(&[0xFE, 0xFF]) && !head.starts_with(&[0xD0, 0xCF]);
    let first_line = head.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    if read.is_ok() && (gzip || binary || folded(first_line)) { FileKind::Profile } else { FileKind::Table }
}

//! What a file that is no profile of ours seems to be, and what to do with it.

use super::formats::{self, Format};
use super::head::Head;
use super::kinds;
use crate::profile::error::{Place, ProfileError};

/// The format, or an error that says what the file seems to be.
pub(super) fn format_or_error(head: &Head<'_>) -> Result<&'static Format, ProfileError> {
    let (bytes, file) = (head.bytes, head.name);
    if bytes.trim_ascii().is_empty() {
        return Err(ProfileError::Empty { file: file.into() });
    }
    if let Some(format) = formats::sure(head) {
        return Ok(format);
    }
    // Logs have lines that could pass for folded stacks, so they go first; so do magic bytes before pprof's.
    let known = if head.is_text() { kinds::log(&String::from_utf8_lossy(bytes)) } else { by_magic(bytes) };
    if let Some(guess) = known {
        return Err(not_a_profile(guess, file));
    }
    if let Some(format) = formats::likely(head) {
        return Ok(format);
    }
    if head.whole && bytes.len() < 16 && !head.is_text() {
        let length = if bytes.len() == 1 { "1 byte".to_owned() } else { format!("{} bytes", bytes.len()) };
        let problem = format!("it ends after {length}, before anything that tells its kind");
        return Err(ProfileError::Damaged { file: file.into(), place: Place::File, problem });
    }
    let guess = if head.is_text() { other_text(bytes) } else { kinds::binary(bytes) };
    Err(not_a_profile(guess, file))
}

fn not_a_profile((seems, advice): Guess, file: &str) -> ProfileError {
    ProfileError::NotAProfile { file: file.into(), seems: seems.into(), advice: advice.into() }
}

pub(super) type Guess = (&'static str, &'static str);

pub(super) const DATA_TAB: &str = "Open it in the Data tab, or choose a profile here.";
pub(super) const CHOOSE: &str =
    "Choose a profile, such as one of pprof, perf, Chrome, Firefox, Python, Java or Valgrind, or folded stacks.";
const EXPORT: &str =
    "If it is a profile, have its program export it as pprof, for speedscope, or as folded (collapsed) stacks, and open that.";

/// Kinds told by their first bytes.
const MAGIC: &[(&[u8], Guess)] = &[
    (
        b"PK\x03\x04",
        ("a workbook or a zip archive", "Open a workbook in the Data tab; unpack an archive and open the profile inside."),
    ),
    (b"\xd0\xcf\x11\xe0", ("an Excel workbook of the old kind (.xls)", DATA_TAB)),
    (b"PAR1", ("a Parquet table", DATA_TAB)),
    (b"ARROW1", ("an Arrow table", DATA_TAB)),
    (b"\x1f\x8b", ("gzip data inside gzip data", "Unpack it once and open the result.")),
    (b"\x28\xb5\x2f\xfd", ("data packed with zstd", "Unpack it with “zstd -d” and open the result.")),
    (b"BZh", ("data packed with bzip2", "Unpack it with “bunzip2” and open the result.")),
    (b"\xfd7zXZ", ("data packed with xz", "Unpack it with “unxz” and open the result.")),
    (
        b"gmon",
        ("a recording for gprof (gmon.out)", "Run “gprof PROGRAM gmon.out > profile.txt” beside the program and open profile.txt."),
    ),
    (b"\x7fELF", ("a program, not a recording of one", "Record the program with a profiler and open what that wrote.")),
    (b"MZ", ("a Windows program, not a recording of one", "Record the program with a profiler and open what that wrote.")),
    (b"%PDF", ("a PDF document", CHOOSE)),
    (b"\x89PNG", ("a picture", CHOOSE)),
    (b"SQLite format 3", ("a database", CHOOSE)),
    (
        b"JAVA PROFILE 1.0.",
        (
            "a heap dump of Java (hprof, binary): objects, not a profile",
            "Look at it with a program for heap dumps. For a profile, start Java with “-XX:StartFlightRecording” and open the .jfr file.",
        ),
    ),
    (
        b"go 1.",
        (
            "an execution trace of Go, not a profile",
            "Look at it with “go tool trace”, or make a profile of it with “go tool trace -pprof=sched FILE > out.pb.gz” and open that.",
        ),
    ),
    (
        b"\x14\0\0\0!FastSerialization.1",
        (
            "a trace of .NET Core 2 (.netperf)",
            "Record with .NET Core 3 or newer (“dotnet-trace collect”) and open the .nettrace file.",
        ),
    ),
    (b"\x04\x22\x4d\x18", ("data packed with lz4", "Unpack it with “lz4 -d” and open the result.")),
];

fn by_magic(head: &[u8]) -> Option<Guess> {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Some(("text in UTF-16", "Save it as UTF-8 and open that."));
    }
    kinds::memray(head).or_else(|| MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|&(_, guess)| guess))
}

/// Any other text that is no folded stacks.
fn other_text(head: &[u8]) -> Guess {
    let text = String::from_utf8_lossy(head);
    if let Some(guess) = kinds::text(&text) {
        return guess;
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '[']) {
        return ("JSON, but no profile that is known", EXPORT);
    }
    (
        "text, but not folded stacks",
        "Folded stacks have lines such as “main;parse;read 42”. Open such a file, or a pprof profile (.pb.gz, .pprof).",
    )
}

//! What a file that is no profile of ours seems to be, and what to do with it.

use super::detect::{Format, detect, is_text};
use crate::profile::error::{Place, ProfileError};

/// The format, or an error that says what the file seems to be.
pub(super) fn format_or_error(head: &[u8], whole: bool, file: &str) -> Result<Format, ProfileError> {
    if head.trim_ascii().is_empty() {
        return Err(ProfileError::Empty { file: file.into() });
    }
    // Text of these kinds has lines that could pass for folded stacks, so it goes first; so do magic bytes before pprof's.
    let known = if is_text(head) { old_text(head) } else { by_magic(head) };
    if let Some(guess) = known {
        return Err(not_a_profile(guess, file));
    }
    if let Some(format) = detect(head, whole, file) {
        return Ok(format);
    }
    if whole && head.len() < 16 && !is_text(head) {
        let problem = format!("it ends after {} bytes, before anything that tells its kind", head.len());
        return Err(ProfileError::Damaged { file: file.into(), place: Place::File, problem });
    }
    let guess = if is_text(head) { other_text(head) } else { ("some other binary file", CHOOSE) };
    Err(not_a_profile(guess, file))
}

fn not_a_profile((seems, advice): Guess, file: &str) -> ProfileError {
    ProfileError::NotAProfile { file: file.into(), seems: seems.into(), advice: advice.into() }
}

type Guess = (&'static str, &'static str);

const DATA_TAB: &str = "Open it in the Data tab, or choose a profile here.";
const CHOOSE: &str = "Choose a profile: pprof (.pb.gz, .pprof) or folded stacks (.folded, .collapsed).";
const CONVERT_JSON: &str =
    "This format is not supported yet: export the recording as pprof or as folded (collapsed) stacks and open that.";

/// Kinds told by their first bytes.
const MAGIC: [(&[u8], Guess); 14] = [
    (
        b"PERFILE2",
        (
            "a recording of Linux perf (perf.data)",
            "Run “perf script | stackcollapse-perf.pl > out.folded” (or “inferno-collapse-perf”) beside it and open out.folded.",
        ),
    ),
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
    (b"\x7fELF", ("a program, not a recording of one", "Record the program with a profiler and open what that wrote.")),
    (b"MZ", ("a Windows program, not a recording of one", "Record the program with a profiler and open what that wrote.")),
    (b"%PDF", ("a PDF document", CHOOSE)),
    (b"\x89PNG", ("a picture", CHOOSE)),
    (b"SQLite format 3", ("a database", CHOOSE)),
];

fn by_magic(head: &[u8]) -> Option<Guess> {
    if head.starts_with(&[0; 8]) && head.get(8) == Some(&3) {
        let advice = "Convert it with “pprof -proto PROGRAM FILE > out.pb.gz” and open out.pb.gz.";
        return Some(("a CPU profile in the old binary format of gperftools", advice));
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Some(("text in UTF-16", "Save it as UTF-8 and open that."));
    }
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|&(_, guess)| guess)
}

/// Text formats of other profilers, told by their first lines.
fn old_text(head: &[u8]) -> Option<Guess> {
    let text = String::from_utf8_lossy(head);
    let convert = "Convert it with “pprof -proto FILE > out.pb.gz” and open out.pb.gz.";
    let kinds: [(bool, Guess); 4] = [
        (text.starts_with("heap profile:"), ("a heap profile in the old text format of gperftools", convert)),
        (text.starts_with("--- ") && text.contains(":\n"), ("a profile in the old text format of gperftools or Go", convert)),
        (
            text.starts_with("# callgrind format") || text.starts_with("events: ") || text.contains("\nevents: "),
            ("a callgrind profile", "This format is not supported yet: open a profile in pprof format or folded stacks."),
        ),
        (
            is_perf_script(&text),
            (
                "the output of perf script",
                "Pass it through “stackcollapse-perf.pl” (or “inferno-collapse-perf”) and open the result.",
            ),
        ),
    ];
    kinds.into_iter().find(|(is, _)| *is).map(|(_, guess)| guess)
}

/// Any other text that is no folded stacks.
fn other_text(head: &[u8]) -> Guess {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '[']) {
        return (json_kind(text), CONVERT_JSON);
    }
    if text.starts_with('<') {
        return ("a web page or XML", "Download the profile itself, not the page that shows it.");
    }
    (
        "text, but not folded stacks",
        "Folded stacks have lines such as “main;parse;read 42”. Open such a file, or a pprof profile (.pb.gz, .pprof).",
    )
}

/// What kind of JSON profile the first keys belong to.
fn json_kind(text: &str) -> &'static str {
    let has = |key: &str| text.contains(key);
    match () {
        () if has("speedscope.app") || has("\"shared\"") && has("\"frames\"") => "a speedscope profile (JSON)",
        () if has("\"traceEvents\"") || has("\"ph\"") => "a Chrome trace (JSON)",
        () if has("\"callFrame\"") && has("\"selfSize\"") => "a V8 heap profile (.heapprofile, JSON)",
        () if has("\"callFrame\"") => "a V8 CPU profile (.cpuprofile, JSON)",
        () if has("\"meta\"") && (has("\"stackwalk\"") || has("\"interval\"") || has("\"libs\"")) => {
            "a Firefox Profiler profile (JSON)"
        }
        () => "JSON, but no profile that can be read",
    }
}

/// `command pid timestamp: event:` and then lines of an address, a symbol and a binary in brackets.
fn is_perf_script(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let event = lines.next().is_some_and(|line| line.trim_end().ends_with(':') && line.matches(':').count() >= 2);
    event && lines.next().is_some_and(|line| line.starts_with([' ', '\t']) && line.trim_end().ends_with(')'))
}

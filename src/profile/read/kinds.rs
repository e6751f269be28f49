//! What files of other kinds seem to be: those that are no recording of any profiler.

use memchr::memmem;

use super::guess::{CHOOSE, DATA_TAB, Guess};

/// Lines that are looked at.
const LINES: usize = 60;

const NO_CODE: &str = "Run the program under a profiler and open what that writes.";
const NO_PICTURE: &str = "A picture holds no profile: open the recording that it was drawn from.";
const UNPACK: &str = "Unpack it and open the profile inside.";

/// Kinds of binary files told by their first bytes.
const MAGIC: &[(&[u8], Guess)] = &[
    (b"\x80\x02", PICKLE),
    (b"\x80\x03", PICKLE),
    (b"\x80\x04", PICKLE),
    (b"\x80\x05", PICKLE),
    (b"\xff\xd8\xff", ("a picture", NO_PICTURE)),
    (b"GIF8", ("a picture", NO_PICTURE)),
    (b"RIFF", ("a picture or a sound", CHOOSE)),
    (b"OggS", ("a sound or a film", CHOOSE)),
    (b"ID3", ("a sound", CHOOSE)),
    (b"7z\xbc\xaf\x27\x1c", ("a 7z archive", UNPACK)),
    (b"Rar!", ("a RAR archive", UNPACK)),
    (b"\0asm", ("a WebAssembly program", NO_CODE)),
    (b"\xca\xfe\xba\xbe", ("a Java class or a program of macOS", NO_CODE)),
    (b"\xcf\xfa\xed\xfe", ("a program of macOS", NO_CODE)),
    (b"!<arch>\n", ("a library of object files", NO_CODE)),
    (b"\x00\x00\x00\x18ftyp", ("a film", CHOOSE)),
    (b"\x00\x00\x00\x20ftyp", ("a film", CHOOSE)),
    (b"wOF", ("a font", CHOOSE)),
];

/// A frame of LZ4 (<https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md>), in which memray packs what it writes.
const LZ4: &[u8] = b"\x04\x22\x4d\x18";
const MEMRAY: Guess =
    ("a recording of memray", "Its inside changes with memray’s versions: look at it with “memray table” or “memray tree”.");
const OTHER: Guess = ("some other binary file", CHOOSE);
const LOG: Guess = ("a log", "A log tells what happened, not where time went. Choose a profile.");
const PICKLE: Guess = ("a pickle of Python, but not of a profiler that is known", "Open what line_profiler or tracemalloc wrote.");

/// A recording of memray, packed or not.
pub(super) fn memray(head: &[u8]) -> Option<Guess> {
    let packed = || head.starts_with(LZ4) && head.get(..64).is_some_and(|begin| memmem::find(begin, b"memray\0").is_some());
    (head.starts_with(b"memray\0") || packed()).then_some(MEMRAY)
}

/// What a binary file seems to be.
pub(super) fn binary(head: &[u8]) -> Guess {
    if let Some(&(_, guess)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return guess;
    }
    match () {
        () if head.get(257..262) == Some(b"ustar") => ("a tar archive", UNPACK),
        () if head.iter().all(|&byte| byte == 0) => {
            ("nothing but zeros: it was probably never written to its end", "Copy it again, or record again.")
        }
        () if head.get(2..4) == Some(b"\r\n") => ("compiled Python", NO_CODE),
        () => OTHER,
    }
}

/// What a text seems to be; `None` when it is like none of these.
pub(super) fn text(text: &str) -> Option<Guess> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    // No text in any language: without control characters by chance.
    if text.chars().filter(|&char| char == char::REPLACEMENT_CHARACTER).count() * 4 > text.chars().count() {
        return Some(OTHER);
    }
    if text.starts_with('<') {
        return Some(markup(text));
    }
    let first_line = text.lines().next().unwrap_or_default();
    if text.starts_with(['{', '[']) && !is_section(first_line) && !is_logged(first_line) {
        return json(text);
    }
    let first = [
        ("#!", ("a script", NO_CODE)),
        ("-----BEGIN ", ("a key or a certificate", CHOOSE)),
        ("diff ", ("a patch", CHOOSE)),
        ("%PDF", ("a PDF document", CHOOSE)),
        ("%!PS", ("a document", CHOOSE)),
        ("{\\rtf", ("a document", CHOOSE)),
    ];
    if let Some(&(_, guess)) = first.iter().find(|(begin, _)| text.starts_with(begin)) {
        return Some(guess);
    }
    let lines = first_lines(text);
    match () {
        () if most(&lines, is_logged) => Some(LOG),
        () if is_table(&lines) => Some(("a table (CSV)", DATA_TAB)),
        () if some(&lines, is_code) => Some(("source code", NO_CODE)),
        () if most(&lines, is_setting) => Some(("a file of settings", CHOOSE)),
        () => None,
    }
}

/// A log, whose lines can end with numbers and have semicolons, as folded stacks do.
pub(super) fn log(text: &str) -> Option<Guess> {
    most(&first_lines(text), is_logged).then_some(LOG)
}

fn first_lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim().is_empty()).take(LINES).collect()
}

fn markup(text: &str) -> Guess {
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    match () {
        () if has("<svg") && (has("func_g") || has("flamegraph") || has("Flame Graph") || has("fg:x")) => (
            "a flame graph as a picture (SVG)",
            "The stacks are no longer in it: have the profiler write them instead (folded stacks, speedscope or pprof) and open those.",
        ),
        () if has("<svg") => ("a picture (SVG)", NO_PICTURE),
        () if has("<html") || has("<HTML") || has("<!DOCTYPE html") || has("<!doctype html") => {
            ("a web page", "Download the profile itself, not the page that shows it.")
        }
        () => ("a web page or XML", "Download the profile itself, not the page that shows it."),
    }
}

/// Well-known files in JSON.
fn json(text: &str) -> Option<Guess> {
    let has = |key: &str| memmem::find(text.as_bytes(), format!("\"{key}\"").as_bytes()).is_some();
    match () {
        () if has("name") && has("version") && (has("dependencies") || has("devDependencies") || has("scripts")) => {
            Some(("a package.json of Node", "Record with “node --cpu-prof” and open the .cpuprofile that it writes."))
        }
        () if has("nbformat") => Some(("a notebook", CHOOSE)),
        () if has("FeatureCollection") => Some(("a map (GeoJSON)", CHOOSE)),
        () if has("total_num_allocations") && has("metadata") => {
            Some(("figures of memray", "They hold no stacks. Choose a profile."))
        }
        () => None,
    }
}

/// Whether most of at least two lines are so.
fn most(lines: &[&str], is: impl Fn(&str) -> bool) -> bool {
    lines.len() >= 2 && lines.iter().filter(|line| is(line)).count() * 3 >= lines.len() * 2
}

/// Whether a third of at least three lines are so.
fn some(lines: &[&str], is: impl Fn(&str) -> bool) -> bool {
    lines.len() >= 3 && lines.iter().filter(|line| is(line)).count() * 3 >= lines.len()
}

/// A time at the beginning and how grave it is, or a time as system logs have it.
fn is_logged(line: &str) -> bool {
    const GRAVITY: [&str; 9] = ["INFO", "WARN", "ERROR", "DEBUG", "TRACE", "FATAL", "NOTICE", "info", "error"];
    let beginning = line.trim_start_matches(['[', ' ']);
    let dated = beginning.starts_with(|char: char| char.is_ascii_digit()) && line.get(..line.len().min(40)).is_none_or(has_clock);
    let system = beginning
        .get(..3)
        .is_some_and(|month| ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].contains(&month));
    let web = line.contains("\"GET /") || line.contains("\"POST /");
    web || dated && GRAVITY.iter().any(|word| line.contains(word)) || system && line.get(..line.len().min(20)).is_none_or(has_clock)
}

/// `12:34`.
fn has_clock(text: &str) -> bool {
    text.as_bytes().windows(5).any(|five| matches!(five, [a, b, b':', c, d] if [a, b, c, d].into_iter().all(u8::is_ascii_digit)))
}

/// Whether nearly all lines have the same separator equally often.
fn is_table(lines: &[&str]) -> bool {
    let like_first = |separator: char| {
        let counts: Vec<usize> = lines.iter().map(|line| line.matches(separator).count()).collect();
        let first = counts.first().copied().unwrap_or(0);
        first > 0 && counts.iter().filter(|&&count| count == first).count() * 10 >= counts.len() * 9
    };
    lines.len() >= 2 && [',', ';', '\t', '|'].into_iter().any(like_first)
}

fn is_code(line: &str) -> bool {
    const WORDS: [&str; 24] = [
        "#include",
        "fn ",
        "pub ",
        "use ",
        "impl ",
        "def ",
        "class ",
        "import ",
        "from ",
        "return",
        "function ",
        "const ",
        "let ",
        "var ",
        "public ",
        "private ",
        "static ",
        "package ",
        "func ",
        "if ",
        "for ",
        "while ",
        "//",
        "end",
    ];
    let line = line.trim();
    line.ends_with([';', '{', '}']) || WORDS.iter().any(|word| line.starts_with(word))
}

/// `[name]`.
fn is_section(line: &str) -> bool {
    let name = line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && !["true", "false", "null"].contains(&name)
}

fn is_setting(line: &str) -> bool {
    let line = line.trim();
    let key = line.split([':', '=']).next().unwrap_or_default().trim_end();
    let is_pair = key.len() < line.len() && !key.is_empty() && !key.contains(' ');
    is_pair || is_section(line) || line.starts_with(['#', '-'])
}

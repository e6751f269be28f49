//! The lines of `perf script`: what begins a sample, what is a call in it.

use memchr::{memchr_iter, memmem};

/// The first line of a sample: `command pid/tid [cpu] time: period event: rest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Heading<'l> {
    pub(super) command: &'l [u8],
    pub(super) process: Option<i64>,
    pub(super) thread: Option<i64>,
    /// In seconds.
    pub(super) time: Option<&'l [u8]>,
    pub(super) period: Option<u64>,
    pub(super) event: &'l [u8],
    /// What follows the event: the payload of a tracepoint, or the address of a sample without a chain.
    pub(super) rest: &'l [u8],
}

/// A line of a chain: `address symbol+0xoffset (binary)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Call<'l> {
    pub(super) address: Option<u64>,
    /// Empty where perf has none.
    pub(super) symbol: &'l [u8],
    /// Empty where perf has none.
    pub(super) binary: &'l [u8],
    pub(super) inlined: bool,
}

/// So many words are looked at for the time.
const WORDS: usize = 24;

/// A word of a line: where it begins and ends.
type Word = (usize, usize);

/// Takes the first line of a sample apart. Commands can hold blanks and digits, so the time, which has a form of its own, is looked for
/// first, and what stands before it is read backwards.
pub(super) fn heading(line: &[u8]) -> Option<Heading<'_>> {
    let mut words: [Word; WORDS] = [(0, 0); WORDS];
    let (mut count, mut from) = (0, 0);
    while let (Some(word), Some(place)) = (next_word(line, from), words.get_mut(count)) {
        *place = word;
        from = word.1;
        let text = slice(line, word);
        if count >= 2 && is_time(text) {
            return before(line, words.get(..count)?, text, word.1);
        }
        count += 1;
    }
    untimed(line, words.get(..count)?)
}

/// The heading whose time is the word behind `words`; the rest of the line begins at `end`.
fn before<'l>(line: &'l [u8], words: &[Word], time: &'l [u8], end: usize) -> Option<Heading<'l>> {
    let mut at = words.len().checked_sub(1)?;
    // Between the number of the thread and the time stand the processor in brackets and flags.
    for _ in 0..2 {
        let text = slice(line, *words.get(at)?);
        if ids(text).is_none() {
            at = at.checked_sub(1)?;
        }
    }
    let heading = command(line, words, at)?;
    let time = time.strip_suffix(b":");
    Some(with_event(Heading { time, ..heading }, line.get(end..).unwrap_or_default()))
}

/// A heading without a time: `command pid [cpu]`, `command pid event:`.
fn untimed<'l>(line: &'l [u8], words: &[Word]) -> Option<Heading<'l>> {
    if line.first().is_none_or(u8::is_ascii_whitespace) {
        return None;
    }
    let is_id = |&at: &usize| words.get(at).is_some_and(|&word| ids(slice(line, word)).is_some());
    let at = (1..words.len()).find(is_id)?;
    let behind = words.get(at + 1).map(|&word| slice(line, word));
    let processor = behind.is_some_and(|text| text.starts_with(b"[") && text.ends_with(b"]"));
    let end = words.get(at + usize::from(processor))?.1;
    let rest = line.get(end..).unwrap_or_default().trim_ascii();
    let heading = with_event(command(line, words, at)?, rest);
    (rest.is_empty() || !heading.event.is_empty()).then_some(heading)
}

/// Command, process and thread, whose numbers are the word at `at`.
fn command<'l>(line: &'l [u8], words: &[Word], at: usize) -> Option<Heading<'l>> {
    let (process, thread) = ids(slice(line, *words.get(at)?))?;
    let (start, end) = (words.first()?.0, words.get(at.checked_sub(1)?)?.1);
    Some(Heading { command: slice(line, (start, end)), process, thread: Some(thread), ..Heading::default() })
}

fn with_event<'l>(heading: Heading<'l>, rest: &'l [u8]) -> Heading<'l> {
    let rest = rest.trim_ascii();
    let (first, behind) = split_word(rest);
    let period = number(first).filter(|_| !behind.is_empty());
    let rest = if period.is_some() { behind } else { rest };
    let end = memchr_iter(b':', rest).find(|&at| rest.get(at + 1).is_none_or(u8::is_ascii_whitespace));
    let event = end.and_then(|end| rest.get(..end)).unwrap_or_default();
    // Old versions name events by their number: `raw 0x1a8`.
    let is_event = !event.is_empty() && (!event.contains(&b' ') || event.starts_with(b"raw 0x"));
    if is_event {
        let rest = rest.get(event.len() + 1..).unwrap_or_default().trim_ascii();
        Heading { period, event, rest, ..heading }
    } else {
        Heading { period, rest, ..heading }
    }
}

/// Takes a line of a chain apart, without the blanks around it. `None` when it is something else, such as a line of source.
pub(super) fn call(line: &[u8]) -> Option<Call<'_>> {
    let (first, rest) = split_word(line);
    let address = hex(first);
    let rest = if address.is_some() { rest } else { line };
    if address.is_none() && source_line(line).is_some() {
        return None;
    }
    if let Some(symbol) = rest.strip_suffix(b" (inlined)") {
        return Some(Call { address, symbol: without_offset(symbol), inlined: true, ..Call::default() });
    }
    let (symbol, binary) = split_binary(rest);
    let known = |text: &'static [u8]| move |found: &&[u8]| *found != text;
    let symbol = Some(without_offset(symbol)).filter(known(b"[unknown]")).unwrap_or_default();
    let binary = Some(binary).filter(known(b"[unknown]")).unwrap_or_default();
    Some(Call { address, symbol, binary, inlined: false })
}

/// `file:line`, with `(inlined)` behind it or not: file, line and whether it was inlined.
pub(super) fn source_line(line: &[u8]) -> Option<(&[u8], u32, bool)> {
    let plain = line.strip_suffix(b" (inlined)").unwrap_or(line);
    let colon = memchr::memrchr(b':', plain)?;
    let number = number(plain.get(colon + 1..)?)?;
    let file = plain.get(..colon)?;
    Some((file, u32::try_from(number).unwrap_or(0), plain.len() < line.len()))
}

/// Symbol and binary: `main (/bin/a (deleted))`, `(/bin/a)`, `main`.
fn split_binary(text: &[u8]) -> (&[u8], &[u8]) {
    let Some(inner) = text.strip_suffix(b")") else { return (text, &[]) };
    let (inner, deleted) = inner.strip_suffix(b" (deleted)").map_or((inner, false), |inner| (inner, true));
    let (start, symbol_end) = match memmem::rfind(inner, b" (") {
        Some(at) => (at + 2, at),
        None if inner.starts_with(b"(") => (1, 0),
        None => return (text, &[]),
    };
    let end = inner.len() + if deleted { b" (deleted)".len() } else { 0 };
    (text.get(..symbol_end).unwrap_or_default().trim_ascii(), text.get(start..end).unwrap_or_default())
}

fn without_offset(symbol: &[u8]) -> &[u8] {
    match memmem::rfind(symbol, b"+0x") {
        Some(at) if symbol.get(at + 3..).is_some_and(|digits| hex(digits).is_some()) => symbol.get(..at).unwrap_or_default(),
        _ => symbol,
    }
}

/// `pid/tid` or the thread alone.
fn ids(text: &[u8]) -> Option<(Option<i64>, i64)> {
    match memchr::memchr(b'/', text) {
        Some(at) => Some((Some(id(text.get(..at)?)?), id(text.get(at + 1..)?)?)),
        None => Some((None, id(text)?)),
    }
}

fn id(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let number = i64::try_from(number(digits)?).ok()?;
    Some(if digits.len() < text.len() { -number } else { number })
}

/// Seconds with a fraction and a colon behind them.
fn is_time(text: &[u8]) -> bool {
    let Some(number) = text.strip_suffix(b":") else { return false };
    let Some(point) = memchr::memchr(b'.', number) else { return false };
    let digits = |part: Option<&[u8]>| part.is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    digits(number.get(..point)) && digits(number.get(point + 1..))
}

fn number(digits: &[u8]) -> Option<u64> {
    let plain = !digits.is_empty() && digits.len() <= 20 && digits.iter().all(u8::is_ascii_digit);
    plain.then(|| digits.iter().fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'))))
}

/// Up to 16 hexadecimal digits, in small letters.
pub(super) fn hex(digits: &[u8]) -> Option<u64> {
    let value = |digit: &u8| match digit {
        b'0'..=b'9' => Some(u64::from(digit - b'0')),
        b'a'..=b'f' => Some(u64::from(digit - b'a' + 10)),
        _ => None,
    };
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    digits.iter().try_fold(0, |sum, digit| Some(sum << 4 | value(digit)?))
}

fn slice(line: &[u8], (start, end): Word) -> &[u8] {
    line.get(start..end).unwrap_or_default()
}

fn next_word(line: &[u8], from: usize) -> Option<Word> {
    let rest = line.get(from..)?;
    let start = from + rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let length = line.get(start..)?.iter().position(u8::is_ascii_whitespace);
    Some((start, length.map_or(line.len(), |length| start + length)))
}

/// The first word and what follows it, without blanks.
fn split_word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), text.get(end..).unwrap_or_default().trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_many_versions() {
        let plain = |line: &'static str| {
            let found = heading(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (
                text(found.command),
                found.process,
                found.thread,
                found.time.map(text),
                found.period,
                text(found.event),
                text(found.rest),
            )
        };
        let s = str::to_owned;
        for (line, expected) in [
            (
                "forks     9 [002] 203265.377019:    1001001 cpu-clock: ",
                (s("forks"), None, Some(9), Some(s("203265.377019")), Some(1_001_001), s("cpu-clock"), s("")),
            ),
            (
                "helper one: two 11016/11148 35648.020838:    3344481 task-clock:u: ",
                (
                    s("helper one: two"),
                    Some(11016),
                    Some(11148),
                    Some(s("35648.020838")),
                    Some(3_344_481),
                    s("task-clock:u"),
                    s(""),
                ),
            ),
            (
                "   spin 7 5.000001:  9 task-clock:u:   4001c5 work::mix+0x47 (/tmp/spin)",
                (s("spin"), None, Some(7), Some(s("5.000001")), Some(9), s("task-clock:u"), s("4001c5 work::mix+0x47 (/tmp/spin)")),
            ),
            (
                "spin 11605 [001] 35654.272811: sched:sched_process_exec: filename=./spin pid=1",
                (
                    s("spin"),
                    None,
                    Some(11605),
                    Some(s("35654.272811")),
                    None,
                    s("sched:sched_process_exec"),
                    s("filename=./spin pid=1"),
                ),
            ),
            (
                ":-1    -1/-1    [000] 12.5: cycles:ppp:",
                (s(":-1"), Some(-1), Some(-1), Some(s("12.5")), None, s("cycles:ppp"), s("")),
            ),
            (
                "V8 WorkerThread 25607 4794564.109216: cycles:",
                (s("V8 WorkerThread"), None, Some(25607), Some(s("4794564.109216")), None, s("cycles"), s("")),
            ),
            (
                "worker 12 34 [000] K 1.5: 7 raw 0x1a8: ",
                (s("worker 12"), None, Some(34), Some(s("1.5")), Some(7), s("raw 0x1a8"), s("")),
            ),
            ("spin 123", (s("spin"), None, Some(123), None, None, s(""), s(""))),
            ("spin 1/2 cycles:", (s("spin"), Some(1), Some(2), None, None, s("cycles"), s(""))),
            (
                "spin 4 7.25: PERF_RECORD_LOST lost 5",
                (s("spin"), None, Some(4), Some(s("7.25")), None, s(""), s("PERF_RECORD_LOST lost 5")),
            ),
        ] {
            assert_eq!(plain(line), expected, "{line}");
        }
        for line in ["", "main", "  12 34", "a;b;c 12 x", "kernel: 12.5: oops", "12.5: cycles:", "\tffff main+0x1 (/bin/a)"] {
            assert_eq!(heading(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn calls() {
        for (line, address, symbol, binary, inlined) in [
            ("4fd work::fib<int>+0x18 (/tmp/pf/spin)", Some(0x4fd), "work::fib<int>", "/tmp/pf/spin", false),
            ("1081 work::Matrix::fold+0x47 (inlined)", Some(0x1081), "work::Matrix::fold", "", true),
            ("ffffffffad14d115 [unknown] ([kernel.kallsyms])", Some(0xffff_ffff_ad14_d115), "", "[kernel.kallsyms]", false),
            ("606258d4c544155 [unknown] ([unknown])", Some(0x0606_258d_4c54_4155), "", "", false),
            ("6f1 operator()(int) (/a b/c (deleted))", Some(0x6f1), "operator()(int)", "/a b/c (deleted)", false),
            (
                "6f1 JS:*middle /tmp/pf/jit.js:2:16 (/tmp/perf-12.map)",
                Some(0x6f1),
                "JS:*middle /tmp/pf/jit.js:2:16",
                "/tmp/perf-12.map",
                false,
            ),
            ("6f1 (/bin/a)", Some(0x6f1), "", "/bin/a", false),
            ("work::fib+0x2 (/bin/a)", None, "work::fib", "/bin/a", false),
            ("ffff", Some(0xffff), "", "", false),
            ("main", None, "main", "", false),
        ] {
            let expected = Call { address, symbol: symbol.as_bytes(), binary: binary.as_bytes(), inlined };
            assert_eq!(call(line.as_bytes()), Some(expected), "{line}");
        }
        assert_eq!(call(b"spin.cpp:31 (inlined)"), None);
        assert_eq!(source_line(b"spin.cpp:31 (inlined)"), Some((&b"spin.cpp"[..], 31, true)));
        assert_eq!(source_line(b"/a/b.c:7"), Some((&b"/a/b.c"[..], 7, false)));
        assert_eq!(source_line(b"??:0"), Some((&b"??"[..], 0, false)));
    }
}

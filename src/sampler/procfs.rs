//! Linux: the small files under `/proc`, and what stands in them. Formats: `man 5 proc`.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::OnceLock;

/// Enough for what is read with it; a longer file is cut.
const BUFFER: usize = 4096;

/// A buffer for reading small files one after the other. `std::fs::read` would ask for the size first, and read twice.
pub struct SmallFile {
    buffer: Box<[u8]>,
    got: usize,
}

impl Default for SmallFile {
    fn default() -> Self {
        Self { buffer: vec![0; BUFFER].into_boxed_slice(), got: 0 }
    }
}

impl SmallFile {
    /// What one read gives, at most 4 KiB: all of the files of one process but for long command lines.
    ///
    /// # Errors
    /// Those of opening and reading.
    pub fn read(&mut self, path: impl AsRef<Path>) -> std::io::Result<&[u8]> {
        self.read_open(&File::open(path)?)?;
        Ok(self.text())
    }

    /// The same from the beginning of a file that is open; how many bytes it was.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read_open(&mut self, file: &File) -> std::io::Result<usize> {
        self.got = 0;
        self.got = file.read_at(&mut self.buffer, 0)?;
        Ok(self.got)
    }

    /// What was read last.
    pub fn text(&self) -> &[u8] {
        self.buffer.get(..self.got).unwrap_or_default()
    }
}

/// A file that is read again and again, and so kept open: opening it costs more than reading.
pub struct KeptFile {
    path: &'static str,
    file: Option<File>,
    text: Vec<u8>,
}

impl KeptFile {
    /// Opens nothing yet.
    pub fn new(path: &'static str) -> Self {
        Self { path, file: None, text: Vec::new() }
    }

    /// All that stands in it now; `None` where there is no such file, or it may not be read.
    pub fn read(&mut self) -> Option<&[u8]> {
        let file = match self.file.take() {
            Some(file) => file,
            None => File::open(self.path).ok()?,
        };
        read_all(&file, &mut self.text).ok()?;
        self.file = Some(file);
        Some(&self.text)
    }
}

/// Reads from the beginning: there the kernel writes such a file anew, and hands it out in pieces until it is at its end.
fn read_all(file: &File, text: &mut Vec<u8>) -> std::io::Result<()> {
    let mut got = 0;
    loop {
        if text.len() < got + BUFFER {
            text.resize(got + BUFFER, 0);
        }
        let room = text.get_mut(got..).unwrap_or_default();
        match file.read_at(room, got as u64)? {
            0 => break,
            more => got += more,
        }
    }
    text.truncate(got);
    Ok(())
}

/// What `/proc/<pid>/stat` tells of a process, as far as it is used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessStat<'a> {
    /// Name of the program, cut by the kernel after 15 bytes.
    pub name: &'a [u8],
    /// What it does: `R` runs or could run, `D` waits for a disk, `S` sleeps; more in `man 5 proc`.
    pub state: u8,
    /// The process that started it; 0 for none.
    pub parent: u32,
    /// Whether it is a thread of the kernel.
    pub kernel: bool,
    /// Page faults so far.
    pub faults: u64,
    /// CPU time used in user and kernel mode, in [`Units::ticks_per_second`].
    pub cpu_ticks: u64,
    /// Number of threads.
    pub threads: u32,
    /// When it started, ticks since boot.
    pub start_ticks: u64,
    /// Address space, bytes.
    pub virtual_bytes: u64,
    /// Physical memory, pages.
    pub resident_pages: u64,
}

/// Flag in the ninth field: a thread of the kernel (`PF_KTHREAD` in linux/sched.h).
const KERNEL_THREAD: u64 = 0x0020_0000;

impl<'a> ProcessStat<'a> {
    /// Parses the line. The name may hold spaces and parentheses, so it ends at the last closing one.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let open = line.iter().position(|&byte| byte == b'(')?;
        let close = line.iter().rposition(|&byte| byte == b')')?;
        let mut fields = Fields(line.get(close + 1..)?);
        // `man 5 proc` counts from 1; the fields after the name begin with the third.
        let state = *fields.next().first()?;
        let parent = fields.number()?;
        fields.skip(4);
        let flags = fields.number()?;
        let minor_faults = fields.number()?;
        fields.skip(1);
        let faults = minor_faults.saturating_add(fields.number()?);
        fields.skip(1);
        let cpu_ticks = fields.number()?.saturating_add(fields.number()?);
        fields.skip(4);
        let threads = fields.number()?;
        fields.skip(1);
        Some(Self {
            name: line.get(open + 1..close)?,
            state,
            parent: u32::try_from(parent).ok()?,
            kernel: flags & KERNEL_THREAD != 0,
            faults,
            cpu_ticks,
            threads: u32::try_from(threads).ok()?,
            start_ticks: fields.number()?,
            virtual_bytes: fields.number()?,
            resident_pages: fields.number()?,
        })
    }
}

/// Fields between spaces, read from the left.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn next(&mut self) -> &'a [u8] {
        let text = self.0.trim_ascii_start();
        let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
        let (field, rest) = text.split_at(end);
        self.0 = rest;
        field
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    fn number(&mut self) -> Option<u64> {
        parse_number(self.next())
    }
}

/// A whole number without sign.
pub fn parse_number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 { None } else { number.checked_mul(10)?.checked_add(digit.into()) }
    })
}

/// The number after `label` at the start of a line, such as `read_bytes: 4096`.
pub fn labelled(text: &[u8], label: &[u8]) -> Option<u64> {
    let value = text.split(|&byte| byte == b'\n').find_map(|line| line.strip_prefix(label))?;
    Fields(value).number()
}

/// The number that a text begins with.
pub fn first_number(text: &[u8]) -> Option<u64> {
    Fields(text).number()
}

/// What the kernel counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// Ticks per second of CPU times.
    pub ticks_per_second: u64,
    /// Bytes per page of memory.
    pub page_bytes: u64,
}

impl Units {
    /// Those of this system, read once.
    pub fn here() -> Self {
        static HERE: OnceLock<Units> = OnceLock::new();
        *HERE.get_or_init(|| Self::parse(&std::fs::read("/proc/self/auxv").unwrap_or_default()))
    }

    /// From the table that the kernel hands to each program: pairs of machine words, key and value (`man 3 getauxval`).
    /// What it lacks is taken to be what nearly all systems have.
    pub fn parse(table: &[u8]) -> Self {
        const PAGE_SIZE: usize = 6;
        const CLOCK_TICKS: usize = 17;
        const WORD: usize = size_of::<usize>();
        let words: Vec<usize> =
            table.chunks_exact(WORD).filter_map(|word| Some(usize::from_ne_bytes(word.try_into().ok()?))).collect();
        let find = |key| words.chunks_exact(2).find_map(|pair| (*pair.first()? == key).then(|| pair.last().copied()).flatten());
        let known = |key, usual| find(key).filter(|&value| value > 0).map_or(usual, |value| value as u64);
        Self { ticks_per_second: known(CLOCK_TICKS, 100), page_bytes: known(PAGE_SIZE, 4096) }
    }
}

/// How many entries `/proc/<pid>/fd` has. Kernels since 6.2 tell it as the size of the folder, which costs a tenth of
/// reading it; on older ones the size is 0, and this `None`.
pub fn open_files(folder: &str) -> Option<u32> {
    std::fs::metadata(folder).ok().and_then(|folder| u32::try_from(folder.len()).ok())
}

/// Whether [`open_files`] can tell anything here: this program has files open itself.
pub fn tells_open_files() -> bool {
    static TELLS: OnceLock<bool> = OnceLock::new();
    *TELLS.get_or_init(|| open_files("/proc/self/fd").is_some_and(|count| count > 0))
}

/// How many files this program may have open at once, as it is set now; `None` where that is not told.
pub fn open_files_limit() -> Option<usize> {
    let limits = std::fs::read("/proc/self/limits").ok()?;
    labelled(&limits, b"Max open files").and_then(|limit| usize::try_from(limit).ok())
}

/// Seconds since boot, time asleep included.
pub fn uptime() -> Option<f64> {
    std::fs::read_to_string("/proc/uptime").ok()?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{ProcessStat, Units, labelled};

    #[test]
    fn a_name_may_hold_spaces_and_parentheses() {
        let line = b"42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 50 25 9 9 20 0 6 0 12345 1048576 300 18446744073709551615 1 1";
        let stat = ProcessStat::parse(line).unwrap();
        let expected = ProcessStat {
            name: b"a) b (c",
            state: b'S',
            parent: 7,
            kernel: false,
            faults: 4,
            cpu_ticks: 75,
            threads: 6,
            start_ticks: 12345,
            virtual_bytes: 1_048_576,
            resident_pages: 300,
        };
        assert_eq!(stat, expected);
    }

    #[test]
    fn threads_of_the_kernel_are_known_by_their_flag() {
        let line = b"2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 3 0 0 18446744073709551615 0 0";
        assert!(ProcessStat::parse(line).unwrap().kernel);
    }

    #[test]
    fn cut_lines_are_no_process() {
        let line = b"42 (cat) S 7 42 42 0 -1 4194560 1 2 3 4 50 25 9 9 20 0 6 0 12345 1048576 300";
        assert!(ProcessStat::parse(line).is_some());
        let end = line.iter().rposition(|&byte| byte == b' ').unwrap();
        for cut in 0..=end {
            assert_eq!(ProcessStat::parse(&line[..cut]), None, "cut after {cut}");
        }
    }

    #[test]
    fn labels_count_only_at_the_start_of_a_line() {
        let text = b"rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 5\n";
        assert_eq!(labelled(text, b"read_bytes:"), Some(4096));
        assert_eq!(labelled(text, b"write_bytes:"), Some(8192));
        assert_eq!(labelled(text, b"bytes:"), None);
    }

    #[test]
    fn numbers_are_digits_and_fit() {
        use super::parse_number;
        assert_eq!([&b"0"[..], b"18446744073709551615", b"007"].map(parse_number), [Some(0), Some(u64::MAX), Some(7)]);
        assert_eq!([&b""[..], b"18446744073709551616", b"-1", b"1.5", b"+1"].map(parse_number), [None; 5]);
    }

    #[test]
    fn units_come_from_the_table_and_else_are_the_usual_ones() {
        let table: Vec<u8> = [6_usize, 65536, 17, 250, 0, 0].iter().flat_map(|word| word.to_ne_bytes()).collect();
        assert_eq!(Units::parse(&table), Units { ticks_per_second: 250, page_bytes: 65536 });
        assert_eq!(Units::parse(&[]), Units { ticks_per_second: 100, page_bytes: 4096 });
    }
}

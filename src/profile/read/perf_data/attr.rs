//! How an event was recorded, and how its samples are laid out: `perf_event_attr` and `PERF_RECORD_SAMPLE` of
//! <https://man7.org/linux/man-pages/man2/perf_event_open.2.html>.

use crate::profile::read::bytes::Bytes;

const IP: u64 = 1;
const TID: u64 = 1 << 1;
const TIME: u64 = 1 << 2;
const ADDR: u64 = 1 << 3;
const READ: u64 = 1 << 4;
const CALLCHAIN: u64 = 1 << 5;
const ID: u64 = 1 << 6;
const CPU: u64 = 1 << 7;
const PERIOD: u64 = 1 << 8;
const STREAM_ID: u64 = 1 << 9;
const STACK_USER: u64 = 1 << 13;
const IDENTIFIER: u64 = 1 << 16;

/// One event.
#[derive(Clone, Debug, Default)]
pub(super) struct Attr {
    pub(super) name: String,
    kind: u32,
    config: u64,
    /// Events between two samples, unless a frequency was asked for.
    period: u64,
    is_frequency: bool,
    sample_type: u64,
    read_format: u64,
    /// Whether records that are no samples tell their time too.
    pub(super) sample_id_all: bool,
}

/// What a sample tells.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sample<'d> {
    pub(super) address: Option<u64>,
    pub(super) process: u32,
    pub(super) thread: u32,
    pub(super) time: Option<u64>,
    pub(super) period: Option<u64>,
    /// Addresses of the chain, eight bytes each, the innermost first.
    pub(super) chain: &'d [u8],
}

impl Attr {
    /// Reads an attribute and how many bytes it says it has.
    pub(super) fn parse(bytes: &[u8], is_big: bool) -> Option<Self> {
        let mut data = Bytes::new(bytes, is_big);
        let (kind, _) = (data.u32()?, data.u32()?);
        let (config, period, sample_type, read_format) = (data.u64()?, data.u64()?, data.u64()?, data.u64()?);
        let flags = data.u64()?;
        // Bits are counted from the other end in files of such machines.
        let flag = |bit: u32| flags >> if is_big { 63 - bit } else { bit } & 1 == 1;
        let mut attr = Self { kind, config, period, sample_type, read_format, ..Self::default() };
        (attr.is_frequency, attr.sample_id_all) = (flag(10), flag(18));
        attr.name = attr.usual_name(flag(4), flag(5));
        Some(attr)
    }

    /// A name made of the numbers, for recordings without names.
    fn usual_name(&self, no_user: bool, no_kernel: bool) -> String {
        const HARDWARE: [&str; 10] = [
            "cycles",
            "instructions",
            "cache-references",
            "cache-misses",
            "branches",
            "branch-misses",
            "bus-cycles",
            "stalled-cycles-frontend",
            "stalled-cycles-backend",
            "ref-cycles",
        ];
        const SOFTWARE: [&str; 12] = [
            "cpu-clock",
            "task-clock",
            "page-faults",
            "context-switches",
            "cpu-migrations",
            "minor-faults",
            "major-faults",
            "alignment-faults",
            "emulation-faults",
            "dummy",
            "bpf-output",
            "cgroup-switches",
        ];
        let named = |names: &[&str]| names.get(self.config as usize & 0xff).map(|&name| name.to_owned());
        let name = match self.kind {
            0 => named(&HARDWARE),
            1 => named(&SOFTWARE),
            2 => Some(format!("tracepoint {}", self.config)),
            4 => Some(format!("r{:x}", self.config)),
            _ => None,
        };
        let name = name.unwrap_or_else(|| format!("event {}:{:#x}", self.kind, self.config));
        match (no_user, no_kernel) {
            (false, true) => format!("{name}:u"),
            (true, false) => format!("{name}:k"),
            _ => name,
        }
    }

    /// Whether it only notes what happens beside the samples.
    pub(super) fn is_dummy(&self) -> bool {
        self.kind == 1 && self.config == 9
    }

    /// Whether parts of stacks were recorded instead of chains.
    pub(super) fn copies_stacks(&self) -> bool {
        self.sample_type & STACK_USER != 0
    }

    pub(super) fn has_times(&self) -> bool {
        self.sample_type & TIME != 0
    }

    /// The number that tells which event a sample is of.
    pub(super) fn id(&self, body: Bytes<'_>) -> Option<u64> {
        let before = if self.sample_type & IDENTIFIER != 0 {
            0
        } else if self.sample_type & ID != 0 {
            (self.sample_type & (IP | TID | TIME | ADDR)).count_ones() as usize * 8
        } else {
            return None;
        };
        let mut body = body;
        body.take(before)?;
        body.u64()
    }

    /// The time of a sample.
    pub(super) fn time(&self, mut body: Bytes<'_>) -> Option<u64> {
        if !self.has_times() {
            return None;
        }
        body.take((self.sample_type & (IDENTIFIER | IP | TID)).count_ones() as usize * 8)?;
        body.u64()
    }

    /// The time of a record that is no sample; it stands counted from its end.
    pub(super) fn time_of_other(&self, body: Bytes<'_>, is_big: bool) -> Option<u64> {
        if !self.sample_id_all || !self.has_times() {
            return None;
        }
        let behind = (self.sample_type & (ID | STREAM_ID | CPU | IDENTIFIER)).count_ones() as usize * 8;
        let at = body.len().checked_sub(behind + 8)?;
        Bytes::new(body.rest().get(at..)?, is_big).u64()
    }

    /// Takes a sample apart.
    pub(super) fn sample<'d>(&self, mut body: Bytes<'d>) -> Option<Sample<'d>> {
        let has = |bit: u64| self.sample_type & bit != 0;
        let skip = |bytes: &mut Bytes<'d>, bit: u64| if has(bit) { bytes.u64().map(|_| ()) } else { Some(()) };
        let mut sample = Sample { period: (!self.is_frequency).then_some(self.period), ..Sample::default() };
        skip(&mut body, IDENTIFIER)?;
        if has(IP) {
            sample.address = Some(body.u64()?);
        }
        if has(TID) {
            (sample.process, sample.thread) = (body.u32()?, body.u32()?);
        }
        if has(TIME) {
            sample.time = Some(body.u64()?);
        }
        for bit in [ADDR, ID, STREAM_ID, CPU] {
            skip(&mut body, bit)?;
        }
        if has(PERIOD) {
            sample.period = Some(body.u64()?);
        }
        if has(READ) {
            self.skip_counts(&mut body)?;
        }
        if has(CALLCHAIN) {
            let count = usize::try_from(body.u64()?).ok()?;
            sample.chain = body.take(count.checked_mul(8)?)?;
        }
        Some(sample)
    }

    /// Skips the counts that can be read with a sample.
    fn skip_counts(&self, body: &mut Bytes<'_>) -> Option<()> {
        const GROUP: u64 = 8;
        let times = (self.read_format & 3).count_ones() as usize;
        // An id and the number of lost samples.
        let each = 1 + (self.read_format & (4 | 16)).count_ones() as usize;
        let numbers = if self.read_format & GROUP != 0 {
            usize::try_from(body.u64()?).ok()?.checked_mul(each)?.checked_add(times)?
        } else {
            each + times
        };
        body.take(numbers.checked_mul(8)?).map(|_| ())
    }
}

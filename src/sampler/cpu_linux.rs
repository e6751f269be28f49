//! Linux: CPU times and context switches as `/proc/stat` counts them; see `man 5 proc`.

use std::time::Duration;

use sysinfo::System;

use super::cpu::CpuUse;
use super::procfs::{KeptFile, parse_number};

/// Over less time the kernel's ticks of 10 ms say little: figures that are asked for sooner repeat the last ones.
const LEAST: Duration = Duration::from_millis(200);
/// A sample that comes a little early still counts.
const EARLY: Duration = Duration::from_millis(20);

/// Time that one CPU, or all of them, have spent, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Times {
    busy: u64,
    all: u64,
}

impl Times {
    /// Figures of a line after its name: user, nice, system, idle, iowait, irq, softirq, steal; time of guests is in those of users already.
    fn parse(figures: &str) -> Option<Self> {
        let mut ticks = figures.split_ascii_whitespace().take(8).map(str::parse::<u64>);
        let mut sum = |count: usize| -> Option<u64> {
            ticks.by_ref().take(count).try_fold(0_u64, |sum, ticks| Some(sum.saturating_add(ticks.ok()?)))
        };
        let (before, idle, after) = (sum(3)?, sum(2)?, sum(3)?);
        let busy = before.saturating_add(after);
        Some(Self { busy, all: busy.saturating_add(idle) })
    }

    /// Share of the time since `before`, percent. Time spent waiting for disks may go backwards, so that there can be less of all than of some.
    fn share_since(self, before: Self) -> f32 {
        let (busy, all) = (self.busy.saturating_sub(before.busy), self.all.saturating_sub(before.all));
        if all == 0 { 0.0 } else { (100.0 * busy as f64 / all as f64).min(100.0) as f32 }
    }
}

/// What the file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Stat {
    total: Times,
    /// By the numbers of the CPUs; one that is switched off is missing.
    cores: Vec<(u32, Times)>,
    switches: Option<u64>,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        let mut stat = Self::default();
        let mut has_total = false;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("cpu") {
                let (number, figures) = rest.split_once(' ')?;
                let times = Times::parse(figures)?;
                match number.parse() {
                    Ok(number) => stat.cores.push((number, times)),
                    Err(_) => (stat.total, has_total) = (times, true),
                }
            } else if let Some(count) = line.strip_prefix("ctxt ") {
                stat.switches = parse_number(count.as_bytes());
                break;
            }
        }
        has_total.then_some(stat)
    }

    fn use_since(&self, before: &Self) -> CpuUse {
        let earlier = |number: u32| before.cores.iter().find(|(held, _)| *held == number).map(|(_, times)| *times);
        // Of a CPU that was switched on meanwhile nothing is known yet.
        let core = |(number, times): &(u32, Times)| earlier(*number).map_or(0.0, |before| times.share_since(before));
        CpuUse { total: self.total.share_since(before.total), cores: self.cores.iter().map(core).collect() }
    }
}

/// Reads the file, and tells CPU use between two readings.
pub struct Cpu {
    file: KeptFile,
    before: Option<(Duration, Stat)>,
    latest: CpuUse,
    switches: Option<u64>,
}

impl Default for Cpu {
    fn default() -> Self {
        let (before, latest, switches) = (None, CpuUse::default(), None);
        Self { file: KeptFile::new("/proc/stat"), before, latest, switches }
    }
}

impl Cpu {
    /// CPU use since the call before, `at` this time of the monotonic clock. `None` where the file is missing.
    ///
    /// Time stolen by a hypervisor counts as used, waiting for disks does not.
    pub fn read(&mut self, _: &mut System, at: Duration) -> Option<CpuUse> {
        let stat = Stat::parse(std::str::from_utf8(self.file.read()?).ok()?)?;
        self.switches = stat.switches;
        match &self.before {
            Some((then, _)) if at.saturating_sub(*then) + EARLY < LEAST => return Some(self.latest.clone()),
            Some((_, before)) => self.latest = stat.use_since(before),
            None => self.latest = CpuUse { total: 0.0, cores: vec![0.0; stat.cores.len()] },
        }
        self.before = Some((at, stat));
        Some(self.latest.clone())
    }

    /// Context switches since boot, as they were read last.
    pub fn switches(&self) -> Option<u64> {
        self.switches
    }

    /// Logical CPUs that are switched on. Where the file does not name them, as many as this program may use.
    pub fn count(&self) -> usize {
        let named = self.before.as_ref().map_or(0, |(_, stat)| stat.cores.len());
        if named > 0 { named } else { std::thread::available_parallelism().map_or(1, usize::from) }
    }
}

#[cfg(test)]
mod tests {
    use super::Stat;

    const BEFORE: &str = "\
cpu  1000 200 300 4000 500 60 70 80 90 10
cpu0 500 100 150 2000 250 30 35 40 45 5
cpu1 500 100 150 2000 250 30 35 40 45 5
intr 129477825 0 0 0
ctxt 777
btime 1700000000
";
    /// CPU 0 was idle for 100 ticks, of which 20 waited for a disk; CPU 1 used 75 of 100, each kind of use once.
    const AFTER: &str = "\
cpu  1010 210 310 4105 520 70 85 100 99 99
cpu0 500 100 150 2080 270 30 35 40 45 5
cpu1 510 110 160 2025 250 40 50 60 45 5
cpu3 9 9 9 9 9 9 9 9 9 9
intr 129477825 0 0 0
ctxt 1777
";

    #[test]
    fn use_is_what_is_neither_idle_nor_waiting() {
        let (before, after) = (Stat::parse(BEFORE).unwrap(), Stat::parse(AFTER).unwrap());
        let cpu = after.use_since(&before);
        assert_eq!((cpu.total, cpu.cores), (37.5, vec![0.0, 75.0, 0.0]));
        assert_eq!((before.switches, after.switches), (Some(777), Some(1777)));
    }

    #[test]
    fn nothing_is_told_of_what_is_no_such_file() {
        assert_eq!(Stat::parse(""), None);
        assert_eq!(Stat::parse("cpu  1 2 three\n"), None);
        assert_eq!(Stat::parse("ctxt 5\n"), None);
    }
}

//! What this program itself costs.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use sysinfo::System;

use super::snapshot::OwnUse;

/// Own CPU use is taken over this time, or over one interval where that is longer: the system counts CPU time in steps
/// of 10 ms or more, which over one second would show 0 % and 1 % of a CPU by turns for a program that uses 0.4 %.
const WINDOW: Duration = Duration::from_secs(5);

/// Reads the figures of this program.
pub struct Own {
    started: Instant,
    used: CpuWindow,
}

/// Figures of one reading, as the system gives them.
struct Reading {
    cpu: Duration,
    memory: u64,
    threads: Option<u32>,
    handles: Option<u32>,
    run_time_seconds: Option<u64>,
}

impl Own {
    /// Counts the run time from now where the system does not tell it.
    pub fn new() -> Self {
        Self { started: Instant::now(), used: CpuWindow::default() }
    }

    /// The figures `at` this time of the monotonic clock. `listed` tells that `system` has just refreshed all
    /// processes, this one included; `cpus` how many there are.
    pub fn read(&mut self, system: &mut System, cpus: usize, at: Duration, listed: bool) -> OwnUse {
        let Some(reading) = read(system, listed) else { return OwnUse::default() };
        let of_one = 100.0 * self.used.share(at, reading.cpu);
        OwnUse {
            cpu_percent: (of_one / cpus.max(1) as f64).min(100.0) as f32,
            cpu_percent_of_one: of_one as f32,
            memory: reading.memory,
            threads: reading.threads,
            handles: reading.handles,
            sample_cost_ms: 0.0,
            frame_ms: None,
            run_time_seconds: reading.run_time_seconds.unwrap_or(self.started.elapsed().as_secs()),
        }
    }

    /// Forgets what CPU use was counted from, after a pause.
    pub fn forget(&mut self) {
        self.used = CpuWindow::default();
    }
}

/// CPU time used, at the times of the last readings.
#[derive(Debug, Default)]
pub struct CpuWindow(VecDeque<(Duration, Duration)>);

impl CpuWindow {
    /// Takes a reading of the CPU time `used` so far, and tells the share of one CPU since the oldest reading within
    /// five seconds, or since the last one where that is older. 0 for the first.
    pub fn share(&mut self, at: Duration, used: Duration) -> f64 {
        while self.0.len() > 1 && self.0.front().is_some_and(|&(then, _)| then + WINDOW < at) {
            self.0.pop_front();
        }
        self.0.push_back((at, used));
        let Some(&(then, before)) = self.0.front() else { return 0.0 };
        let elapsed = at.saturating_sub(then).as_secs_f64();
        if elapsed > 0.0 { used.saturating_sub(before).as_secs_f64() / elapsed } else { 0.0 }
    }
}

#[cfg(target_os = "linux")]
fn read(_: &System, _: bool) -> Option<Reading> {
    use super::procfs::{self, ProcessStat, Units};
    let line = std::fs::read("/proc/self/stat").ok()?;
    let stat = ProcessStat::parse(&line)?;
    let Units { ticks_per_second, page_bytes } = Units::here();
    let seconds = |ticks: u64| ticks as f64 / ticks_per_second as f64;
    Some(Reading {
        cpu: Duration::from_secs_f64(seconds(stat.cpu_ticks)),
        memory: stat.resident_pages.saturating_mul(page_bytes),
        threads: Some(stat.threads),
        handles: open_files(),
        run_time_seconds: procfs::uptime().map(|uptime| (uptime - seconds(stat.start_ticks)).max(0.0) as u64),
    })
}

#[cfg(target_os = "linux")]
fn open_files() -> Option<u32> {
    use super::procfs;
    if procfs::tells_open_files() {
        return procfs::open_files("/proc/self/fd");
    }
    // Reading the folder opens it, which is one more.
    let entries = std::fs::read_dir("/proc/self/fd").ok()?.count();
    u32::try_from(entries.saturating_sub(1)).ok()
}

#[cfg(not(target_os = "linux"))]
fn read(system: &mut System, listed: bool) -> Option<Reading> {
    use sysinfo::{ProcessRefreshKind, ProcessesToUpdate};
    let pid = sysinfo::get_current_pid().ok()?;
    if !listed {
        let kind = ProcessRefreshKind::nothing().without_tasks().with_cpu().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, kind);
    }
    let process = system.process(pid)?;
    Some(Reading {
        cpu: Duration::from_millis(process.accumulated_cpu_time()),
        memory: process.memory(),
        threads: None,
        handles: process.open_files().and_then(|count| u32::try_from(count).ok()).filter(|&count| count > 0),
        run_time_seconds: Some(process.run_time()),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::CpuWindow;

    #[test]
    fn use_is_taken_over_five_seconds_or_one_interval() {
        let mut window = CpuWindow::default();
        let mut share = |at: u64, used: u64| window.share(Duration::from_millis(at), Duration::from_millis(used));
        assert_eq!(share(0, 100), 0.0);
        assert_eq!(share(1000, 200), 0.1);
        assert_eq!(share(5000, 600), 0.1);
        // The reading at 0 is too old by now, the one at 1000 is not.
        assert_eq!(share(6000, 3700), 0.7);
        // None is young enough: the last one counts.
        assert_eq!(share(16000, 8700), 0.5);
    }
}

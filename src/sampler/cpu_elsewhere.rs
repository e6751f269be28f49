//! CPU use on Windows and macOS, by way of sysinfo.

use std::time::Duration;

use sysinfo::System;

use super::cpu::{CpuUse, percent};

/// Reads CPU use, as long as the system tells it.
#[derive(Debug, Default)]
pub struct Cpu {
    state: State,
    count: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Untried,
    Told,
    Untold,
}

impl Cpu {
    /// CPU use since the call before. `None` where Windows' performance counters are missing or damaged. They are not asked for again then:
    /// sysinfo would have Windows rebuild their list for each sample, which is slow, and which Wine answers by ending the program.
    pub fn read(&mut self, system: &mut System, _: Duration) -> Option<CpuUse> {
        if self.state == State::Untold {
            return None;
        }
        system.refresh_cpu_usage();
        self.count = system.cpus().len();
        let cores: Vec<f32> = system.cpus().iter().map(|cpu| percent(cpu.cpu_usage())).collect();
        let total = percent(system.global_cpu_usage());
        if self.state == State::Untried {
            // A counter that is there has nothing to compare with the first time, and reads as 100 %; a missing one as 0.
            let untold = cfg!(windows) && total == 0.0 && cores.iter().all(|&core| core == 0.0);
            self.state = if untold { State::Untold } else { State::Told };
        }
        (self.state == State::Told).then_some(CpuUse { total, cores })
    }

    /// Logical CPUs. Where the system's figures do not name them, as many as this program may use.
    pub fn count(&self) -> usize {
        if self.count > 0 { self.count } else { std::thread::available_parallelism().map_or(1, usize::from) }
    }

    /// Context switches come with the other counters.
    pub fn switches(&self) -> Option<u64> {
        None
    }
}

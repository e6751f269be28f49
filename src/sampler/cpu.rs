//! CPU use of the machine and load average.

use sysinfo::System;

/// Total and per logical CPU, percent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CpuUse {
    /// The whole machine, 0 to 100.
    pub total: f32,
    /// Each logical CPU, 0 to 100.
    pub cores: Vec<f32>,
}

/// Reads CPU use, as long as the system tells it.
#[derive(Debug, Default)]
pub struct Cpu {
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Untried,
    Told,
    Untold,
}

impl Cpu {
    /// CPU use since the call before. Calls less than 200 ms apart repeat the figures on Linux: over less time the
    /// kernel's ticks of 10 ms say little. Time stolen by a hypervisor counts as used, waiting for disks does not.
    ///
    /// `None` where Windows' performance counters are missing or damaged. They are not asked for again then: sysinfo
    /// would have Windows rebuild their list for each sample, which is slow, and which Wine answers by ending the program.
    pub fn read(&mut self, system: &mut System) -> Option<CpuUse> {
        if self.state == State::Untold {
            return None;
        }
        system.refresh_cpu_usage();
        let cores: Vec<f32> = system.cpus().iter().map(|cpu| percent(cpu.cpu_usage())).collect();
        let total = percent(system.global_cpu_usage());
        if self.state == State::Untried {
            // A counter that is there has nothing to compare with the first time, and reads as 100 %; a missing one as 0.
            let untold = cfg!(windows) && total == 0.0 && cores.iter().all(|&core| core == 0.0);
            self.state = if untold { State::Untold } else { State::Told };
        }
        (self.state == State::Told).then_some(CpuUse { total, cores })
    }
}

/// Logical CPUs. Where the system's figures do not name them, as many as this program may use.
pub fn count(system: &System) -> usize {
    match system.cpus().len() {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        named => named,
    }
}

/// Load average over 1, 5 and 15 minutes. Windows has no such figure.
pub fn load() -> Option<[f64; 3]> {
    if cfg!(windows) {
        return None;
    }
    let load = System::load_average();
    Some([load.one, load.five, load.fifteen])
}

fn percent(value: f32) -> f32 {
    if value.is_finite() { value.clamp(0.0, 100.0) } else { 0.0 }
}

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

/// CPU use since the call before. Calls less than 200 ms apart repeat the figures: over less time the kernel's ticks of
/// 10 ms say little. Time stolen by a hypervisor counts as used, waiting for disks does not.
pub fn read(system: &mut System) -> CpuUse {
    system.refresh_cpu_usage();
    let cores = system.cpus().iter().map(|cpu| percent(cpu.cpu_usage())).collect();
    CpuUse { total: percent(system.global_cpu_usage()), cores }
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

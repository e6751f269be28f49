//! CPU use of the machine, load average, and what is known of the CPU itself.

use std::sync::Arc;

use sysinfo::{CpuRefreshKind, System};

#[cfg(not(target_os = "linux"))]
pub use super::cpu_elsewhere::Cpu;
#[cfg(target_os = "linux")]
pub use super::cpu_linux::Cpu;

/// Total and per logical CPU, percent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CpuUse {
    /// The whole machine, 0 to 100.
    pub total: f32,
    /// Each logical CPU, 0 to 100.
    pub cores: Vec<f32>,
}

/// Load average over 1, 5 and 15 minutes. Windows has no such figure.
pub fn load() -> Option<[f64; 3]> {
    if cfg!(windows) {
        return None;
    }
    let load = System::load_average();
    Some([load.one, load.five, load.fifteen])
}

/// What the CPU calls itself, and how fast it runs now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CpuFacts {
    /// Its name; `None` where it has none.
    pub name: Option<Arc<str>>,
    /// Clock of the logical CPUs, their mean, megahertz.
    pub frequency_mhz: Option<u32>,
}

impl CpuFacts {
    /// Asks the system, which can take milliseconds for each CPU. The name is kept from `before`.
    pub fn read(system: &mut System, before: &Self) -> Self {
        if before.name.is_none() {
            system.refresh_cpu_list(CpuRefreshKind::nothing());
        }
        let name = || system.cpus().first().map(|cpu| cpu.brand().trim()).filter(|name| !name.is_empty()).map(Arc::from);
        let name = before.name.clone().or_else(name);
        Self { name, frequency_mhz: mean(&frequencies(system)) }
    }
}

/// The clock of each CPU, megahertz. Where the kernel does not steer it, what the CPU itself tells.
#[cfg(target_os = "linux")]
fn frequencies(_: &mut System) -> Vec<u64> {
    let cpus = std::fs::read_dir("/sys/devices/system/cpu").into_iter().flatten().flatten();
    let steered = cpus.filter_map(|cpu| {
        let kilohertz = std::fs::read_to_string(cpu.path().join("cpufreq/scaling_cur_freq")).ok()?;
        kilohertz.trim().parse::<u64>().ok().map(|kilohertz| kilohertz / 1000)
    });
    let steered: Vec<u64> = steered.collect();
    if steered.is_empty() { told(&std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default()) } else { steered }
}

/// Lines such as `cpu MHz : 2596.150`. Not all kinds of CPU have them.
#[cfg(any(target_os = "linux", test))]
fn told(cpuinfo: &str) -> Vec<u64> {
    let lines = cpuinfo.lines().filter_map(|line| line.strip_prefix("cpu MHz")?.split_once(':'));
    lines.filter_map(|(_, mhz)| mhz.trim().parse::<f64>().ok().map(|mhz| mhz as u64)).collect()
}

#[cfg(not(target_os = "linux"))]
fn frequencies(system: &mut System) -> Vec<u64> {
    system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_frequency());
    system.cpus().iter().map(sysinfo::Cpu::frequency).collect()
}

/// The mean of those that are told; 0 is what a machine says that does not know.
fn mean(frequencies: &[u64]) -> Option<u32> {
    let told = || frequencies.iter().filter(|&&mhz| mhz > 0);
    let sum = told().fold(0_u64, |sum, mhz| sum.saturating_add(*mhz));
    u32::try_from(sum.checked_div(told().count() as u64)?).ok()
}

/// A share as the system tells it, within 0 and 100.
#[cfg(not(target_os = "linux"))]
pub fn percent(value: f32) -> f32 {
    if value.is_finite() { value.clamp(0.0, 100.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{mean, told};

    #[test]
    fn a_frequency_that_is_not_told_does_not_count() {
        assert_eq!(mean(&[3000, 0, 2000]), Some(2500));
        assert_eq!(mean(&[0, 0]), None);
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn each_cpu_has_a_line() {
        assert_eq!(told("processor\t: 0\ncpu MHz\t\t: 2596.150\n\nprocessor\t: 1\ncpu MHz\t\t: 800.000\n"), [2596, 800]);
        assert!(told("processor\t: 0\nBogoMIPS\t: 50.00\n").is_empty());
    }
}

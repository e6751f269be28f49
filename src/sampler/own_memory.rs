//! The memory that this program takes, read at once, without a sampler.

/// Physical memory of this program in bytes. `None` where the system does not tell.
pub fn own_memory_bytes() -> Option<u64> {
    read().map(|(now, _)| now)
}

/// The most physical memory that this program has taken so far, in bytes: `VmHWM` of `/proc/self/status` on Linux, the peak working set on
/// Windows. `None` where the system does not tell.
pub fn peak_memory_bytes() -> Option<u64> {
    read().and_then(|(_, peak)| peak)
}

#[cfg(target_os = "linux")]
fn read() -> Option<(u64, Option<u64>)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
    };
    Some((bytes("VmRSS:")?, bytes("VmHWM:")))
}

#[cfg(windows)]
#[allow(unsafe_code)]
fn read() -> Option<(u64, Option<u64>)> {
    use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
    use windows_sys::Win32::System::Threading::GetCurrentProcess;
    let size = u32::try_from(size_of::<PROCESS_MEMORY_COUNTERS>()).ok()?;
    let mut counters = PROCESS_MEMORY_COUNTERS { cb: size, ..PROCESS_MEMORY_COUNTERS::default() };
    // SAFETY: the handle stands for this process and needs no closing; the system writes at most `size` bytes to a local variable of that size.
    let told = unsafe { K32GetProcessMemoryInfo(GetCurrentProcess(), &mut counters, size) } != 0;
    let some = |bytes: usize| Some(bytes as u64).filter(|bytes| *bytes > 0);
    Some((some(counters.WorkingSetSize)?, some(counters.PeakWorkingSetSize))).filter(|_| told)
}

#[cfg(not(any(target_os = "linux", windows)))]
fn read() -> Option<(u64, Option<u64>)> {
    use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System};
    let pid = sysinfo::get_current_pid().ok()?;
    let mut system = System::new();
    let kind = ProcessRefreshKind::nothing().without_tasks().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, kind);
    system.process(pid).map(|process| (process.memory(), None))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_taken_and_touched_is_in_the_figure() {
        const TAKEN: usize = 64 << 20;
        let before = own_memory_bytes().expect("Linux tells");
        let block = std::hint::black_box(vec![1u8; TAKEN]);
        let (after, peak) = (own_memory_bytes().expect("told"), peak_memory_bytes().expect("told"));
        assert!(after >= before + (TAKEN as u64) * 9 / 10, "{before} {after}");
        assert!(peak >= after, "{peak} {after}");
        drop(block);
    }
}

//! The most memory that this program has taken so far.

/// Peak resident memory in bytes, where the system tells it: `VmHWM` of `/proc/self/status` on Linux.
#[cfg(target_os = "linux")]
pub fn peak_rss_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// Peak resident memory in bytes: the peak working set on Windows.
#[cfg(windows)]
#[allow(unsafe_code)]
pub fn peak_rss_bytes() -> Option<u64> {
    use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
    use windows_sys::Win32::System::Threading::GetCurrentProcess;
    let size = u32::try_from(size_of::<PROCESS_MEMORY_COUNTERS>()).ok()?;
    let mut counters = PROCESS_MEMORY_COUNTERS { cb: size, ..PROCESS_MEMORY_COUNTERS::default() };
    // SAFETY: the handle stands for this process and needs no closing; the system writes at most `size` bytes to a local variable of that size.
    let told = unsafe { K32GetProcessMemoryInfo(GetCurrentProcess(), &mut counters, size) } != 0;
    told.then_some(counters.PeakWorkingSetSize as u64).filter(|&bytes| bytes > 0)
}

/// Peak resident memory in bytes: not available on this system.
#[cfg(not(any(target_os = "linux", windows)))]
pub fn peak_rss_bytes() -> Option<u64> {
    None
}

//! Memory that is free again, given back to the system at once.

/// Gives the memory that this program has freed back to the system, where the allocator would keep it: that of the GNU C library keeps what
/// worker threads have freed, hundreds of megabytes after a large file. Takes a few milliseconds; for the end of large work.
pub fn give_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    trim();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn trim() {
    unsafe extern "C" {
        /// `malloc_trim(3)`.
        fn malloc_trim(pad: usize) -> i32;
    }
    // SAFETY: the function takes any number, may be called from any thread at any time, and touches no memory that is in use.
    unsafe {
        malloc_trim(0);
    }
}

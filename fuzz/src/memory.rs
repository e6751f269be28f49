//! The system's allocator, which ends the program when too much is asked of it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Bytes that one file may take.
const MOST: usize = 300 << 20;

/// Counts what is held.
pub struct Bounded;

static HELD: AtomicUsize = AtomicUsize::new(0);
static TOLD: AtomicBool = AtomicBool::new(false);

fn take(bytes: usize) {
    let held = HELD.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
    // Telling takes memory too. A panic would be caught where libraries take files apart.
    if held > MOST && !TOLD.swap(true, Ordering::Relaxed) {
        eprintln!("{} MB are asked for while {} MB are held", bytes >> 20, (held - bytes) >> 20);
        eprintln!("{}", Backtrace::force_capture());
        std::process::abort();
    }
}

// SAFETY: every call is handed to the system's allocator as it came; the counters do not touch the memory.
unsafe impl GlobalAlloc for Bounded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above; `place` came from `System`.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match size.checked_sub(layout.size()) {
            Some(more) => take(more),
            None => drop(HELD.fetch_sub(layout.size() - size, Ordering::Relaxed)),
        }
        // SAFETY: as above.
        unsafe { System.realloc(place, layout, size) }
    }
}

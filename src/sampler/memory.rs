//! Physical memory and swap.

use sysinfo::System;

use super::snapshot::{MemoryUse, SwapUse};

/// Memory and swap now. On Windows swap is what the page files add to the commit limit.
pub fn read(system: &mut System) -> (MemoryUse, SwapUse) {
    system.refresh_memory();
    let (total, available) = (system.total_memory(), system.available_memory());
    let memory = MemoryUse { total, used: total.saturating_sub(available), available };
    (memory, SwapUse { total: system.total_swap(), used: system.used_swap() })
}

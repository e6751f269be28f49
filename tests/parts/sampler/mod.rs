//! The sampler: series against a naive computation, the plan of the samples, the thread, and agreement with the system.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::Receiver;
use tachograph::sampler::{
    CHANNEL_CAPACITY, Column, Config, Extent, History, MAX_INTERVAL, MIN_INTERVAL, Machine, Metric, Processes, Rates, Sampler,
    Schedule, Scripted, Series, Snapshot, Source, Unit, WARM_UP, Waker, clamp_interval, example, per_second,
};

mod column;
#[cfg(target_os = "linux")]
mod details;
#[cfg(unix)]
mod end;
mod history;
mod json;
#[cfg(target_os = "linux")]
mod linux;
mod machine;
mod rates;
mod schedule;
mod series;
mod thread;

/// Numbers that look random and are the same each time (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A value, or now and then none.
    fn value(&mut self) -> f32 {
        if self.below(16) == 0 { f32::NAN } else { self.below(1_000_000) as f32 / 1000.0 - 500.0 }
    }
}

fn naive(values: &[f32]) -> Option<Extent> {
    let known: Vec<f32> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let min = known.iter().copied().reduce(f32::min)?;
    let max = known.iter().copied().reduce(f32::max)?;
    Some(Extent { min, max, last: *known.last()? })
}

fn quiet() -> Waker {
    Arc::new(|| {})
}

/// Long enough that only a sampler that hangs reaches it.
fn next(snapshots: &Receiver<Arc<Snapshot>>) -> Arc<Snapshot> {
    snapshots.recv_timeout(Duration::from_secs(30)).expect("a snapshot")
}

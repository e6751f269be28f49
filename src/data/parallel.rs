//! Work over the batches of a source on all cores, results in the order of the batches.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crossbeam_channel::bounded;

use super::DataError;
use super::read::{Batch, Source};
use crate::jobs::{Cancel, Progress};

/// What the work on each batch gave, in order, and how reading ended.
pub struct Mapped<T> {
    /// Results, in the order of the batches; those after the first error may be missing.
    pub results: Vec<Result<T, DataError>>,
    /// How reading itself ended.
    pub reading: Result<(), DataError>,
}

/// Reads on this thread and works on `threads` others; at most a few batches are in memory at a time.
pub fn map_batches<T: Send>(
    source: &dyn Source,
    threads: usize,
    cancel: &Cancel,
    progress: &Progress,
    work: &(dyn Fn(usize, Batch) -> Result<T, DataError> + Sync),
) -> Mapped<T> {
    let failed = AtomicBool::new(false);
    let done = Mutex::new(Vec::new());
    let (send, receive) = bounded::<(usize, Batch)>(threads);
    let reading = std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let receive = receive.clone();
            scope.spawn(|| {
                for (index, batch) in receive {
                    let result = cancel.check().map_err(DataError::from).and_then(|()| work(index, batch));
                    failed.fetch_or(result.is_err(), Ordering::Relaxed);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
        drop(receive);
        let mut index = 0;
        let reading = source.batches(cancel, progress, &mut |batch| {
            // The workers only go away when they panic; the scope passes that on.
            if failed.load(Ordering::Relaxed) || send.send((index, batch)).is_err() {
                return Err(crate::jobs::Cancelled.into());
            }
            index += 1;
            Ok(())
        });
        drop(send);
        reading
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    Mapped { results: done.into_iter().map(|(_, result)| result).collect(), reading }
}

/// Calls `work` for each item on up to `threads` threads; results in order.
pub fn map_items<I: Send, T: Send>(items: Vec<I>, threads: usize, work: &(dyn Fn(I) -> T + Sync)) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let items: Vec<Mutex<Option<I>>> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
    let done = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, items.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(slot) = items.get(index) else { break };
                    let Some(item) = slot.lock().unwrap_or_else(PoisonError::into_inner).take() else { continue };
                    let result = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_back_in_order() {
        let squares = map_items((0..1_000u64).collect(), 4, &|n| n * n);
        assert_eq!(squares, (0..1_000).map(|n| n * n).collect::<Vec<_>>());
        assert!(map_items(Vec::<u64>::new(), 4, &|n| n).is_empty());
    }
}

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

/// How many threads work, and how many batches are in memory at a time.
#[derive(Clone, Copy, Debug)]
pub struct Crew {
    /// Threads that work on batches.
    pub threads: usize,
    /// Batches that were read and whose result is not yet taken, at least 1.
    pub batches: usize,
}

/// As [`map_batches`], but hands each result to `take` on this thread, in the order of the batches, so that results need not be kept.
///
/// # Errors
/// The first error of the work or of `take` in the order of the batches, else that of reading.
pub fn stream_batches<T: Send>(
    source: &dyn Source,
    crew: Crew,
    cancel: &Cancel,
    progress: &Progress,
    work: &(dyn Fn(usize, Batch) -> Result<T, DataError> + Sync),
    take: &mut dyn FnMut(usize, Result<T, DataError>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let most = crew.batches.max(1);
    // A ticket for each batch that may be in memory.
    let (give_back, tickets) = bounded::<()>(most);
    (0..most).all(|_| give_back.send(()).is_ok());
    let (send, receive) = bounded::<(usize, Batch)>(most);
    let (send_done, done) = bounded::<(usize, Result<T, DataError>)>(most);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut index = 0;
            source.batches(cancel, progress, &mut |batch| {
                // Nobody takes results any more once one was an error.
                let sent = tickets.recv().is_ok() && send.send((index, batch)).is_ok();
                index += 1;
                if sent { Ok(()) } else { Err(crate::jobs::Cancelled.into()) }
            })
        });
        for _ in 0..crew.threads.max(1) {
            let (receive, send_done) = (receive.clone(), send_done.clone());
            scope.spawn(move || {
                for (index, batch) in receive {
                    let result = cancel.check().map_err(DataError::from).and_then(|()| work(index, batch));
                    if send_done.send((index, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop((receive, send_done));
        let taken = take_in_order(&done, take, &|| give_back.send(()).is_ok());
        // From here on neither reading nor the work can go on.
        drop((done, give_back));
        let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        taken.and(read)
    })
}

/// Hands on results in the order of their batches until one is an error.
fn take_in_order<T>(
    done: &crossbeam_channel::Receiver<(usize, Result<T, DataError>)>,
    take: &mut dyn FnMut(usize, Result<T, DataError>) -> Result<(), DataError>,
    taken: &dyn Fn() -> bool,
) -> Result<(), DataError> {
    let (mut early, mut next) = (std::collections::BTreeMap::new(), 0);
    for (index, result) in done {
        early.insert(index, result);
        while let Some(result) = early.remove(&next) {
            take(next, result)?;
            taken();
            next += 1;
        }
    }
    Ok(())
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

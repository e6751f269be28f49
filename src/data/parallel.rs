//! Work over the batches of a source on all cores, results in the order of the batches.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crossbeam_channel::{Receiver, bounded};

use super::DataError;
use super::read::{Batch, Source};
use crate::jobs::{Cancel, Progress};

/// What work gave, or the panic in which it ended. A thread that panics would leave others waiting for it, so the panic goes on where
/// the result would be taken.
type Ended<T> = std::thread::Result<T>;

fn ended<T>(work: impl FnOnce() -> T) -> Ended<T> {
    catch_unwind(AssertUnwindSafe(work))
}

fn given<T>(ended: Ended<T>) -> T {
    ended.unwrap_or_else(|panic| resume_unwind(panic))
}

/// The results of threads, which come in any order, in that of their numbers.
fn in_order<T>(done: Mutex<Vec<(usize, Ended<T>)>>) -> Vec<T> {
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| given(result)).collect()
}

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
                    let result = ended(|| cancel.check().map_err(DataError::from).and_then(|()| work(index, batch)));
                    failed.fetch_or(!matches!(result, Ok(Ok(_))), Ordering::Relaxed);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
        drop(receive);
        let mut index = 0;
        let reading = source.batches(cancel, progress, &mut |batch| {
            if failed.load(Ordering::Relaxed) || send.send((index, batch)).is_err() {
                return Err(crate::jobs::Cancelled.into());
            }
            index += 1;
            Ok(())
        });
        drop(send);
        reading
    });
    Mapped { results: in_order(done), reading }
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
    let (send_done, done) = bounded::<(usize, Ended<Result<T, DataError>>)>(most);
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
                    let result = ended(|| cancel.check().map_err(DataError::from).and_then(|()| work(index, batch)));
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
        let read = given(reading.join());
        taken.and(read)
    })
}

/// Hands on results in the order of their batches until one is an error.
fn take_in_order<T>(
    done: &Receiver<(usize, Ended<Result<T, DataError>>)>,
    take: &mut dyn FnMut(usize, Result<T, DataError>) -> Result<(), DataError>,
    taken: &dyn Fn() -> bool,
) -> Result<(), DataError> {
    let (mut early, mut next) = (std::collections::BTreeMap::new(), 0);
    for (index, result) in done {
        early.insert(index, result);
        while let Some(result) = early.remove(&next) {
            take(next, given(result))?;
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
                    let result = ended(|| work(item));
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    in_order(done)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::data::read::SourceInfo;
    use crate::jobs::catch_quietly;

    const CREW: Crew = Crew { threads: 2, batches: 2 };

    /// Many batches without any text.
    #[derive(Default)]
    struct Many {
        info: SourceInfo,
        /// Reading the fifth one panics.
        breaks: bool,
    }

    impl Source for Many {
        fn header(&self) -> &[String] {
            &[]
        }

        fn info(&self) -> &SourceInfo {
            &self.info
        }

        fn batches(
            &self,
            _cancel: &Cancel,
            _progress: &Progress,
            sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
        ) -> Result<(), DataError> {
            (0..100).try_for_each(|index| {
                assert!(!self.breaks || index != 4, "no luck with reading");
                sink(Batch::Text(Vec::new()))
            })
        }

        fn size(&self) -> u64 {
            0
        }
    }

    /// The words of the panic in which `work` ends. A minute is only waited for where it would wait for ever.
    fn panic_of(work: fn()) -> String {
        let (send, receive) = bounded(1);
        std::thread::spawn(move || send.send(catch_quietly(work)));
        receive.recv_timeout(Duration::from_secs(60)).expect("it ends").expect_err("it panics")
    }

    /// Work on a batch that panics at the fourth.
    fn panicking(index: usize, _: Batch) -> Result<usize, DataError> {
        assert!(index != 3, "no luck with batch {index}");
        Ok(index)
    }

    #[test]
    fn a_panic_in_the_work_on_a_batch_is_passed_on() {
        let words = panic_of(|| {
            let mut taken = Vec::new();
            let take = &mut |_, result: Result<usize, DataError>| {
                taken.push(result?);
                assert!(taken.len() <= 3, "those behind the panic are not taken: {taken:?}");
                Ok(())
            };
            let _ = stream_batches(&Many::default(), CREW, &Cancel::new(), &Progress::new(), &panicking, take);
        });
        assert_eq!(words, "no luck with batch 3");
        let words = panic_of(|| {
            map_batches(&Many::default(), 2, &Cancel::new(), &Progress::new(), &panicking);
        });
        assert_eq!(words, "no luck with batch 3");
        let words = panic_of(|| {
            map_items(vec![1, 2], 2, &|item: u8| assert!(item != 2, "no luck with item {item}"));
        });
        assert_eq!(words, "no luck with item 2");
    }

    #[test]
    fn a_panic_while_reading_or_taking_is_passed_on() {
        let words = panic_of(|| {
            let take = &mut |index, _| {
                assert!(index != 5, "no luck with result {index}");
                Ok(())
            };
            let _ = stream_batches(&Many::default(), CREW, &Cancel::new(), &Progress::new(), &|_, _| Ok(()), take);
        });
        assert_eq!(words, "no luck with result 5");
        let words = panic_of(|| {
            let source = Many { breaks: true, ..Many::default() };
            let _ = stream_batches(&source, CREW, &Cancel::new(), &Progress::new(), &|_, _| Ok(()), &mut |_, _| Ok(()));
        });
        assert_eq!(words, "no luck with reading");
    }

    #[test]
    fn items_come_back_in_order() {
        let squares = map_items((0..1_000u64).collect(), 4, &|n| n * n);
        assert_eq!(squares, (0..1_000).map(|n| n * n).collect::<Vec<_>>());
        assert!(map_items(Vec::<u64>::new(), 4, &|n| n).is_empty());
    }
}

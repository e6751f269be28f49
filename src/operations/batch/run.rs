//! The work on many files, several at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{Builder, Scope};

use crossbeam_channel::{Sender, unbounded};

use super::handle::Handle;
use super::schedule::{Schedule, Start};
use crate::jobs::{Cancel, Failure, JobError, Progress, panicked};
use crate::operations::kind::SHRINK_FILES;

/// Names that are shown of the files at work.
const SHOWN: usize = 3;

/// One file of a batch, as far as its order goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name, for the person who waits.
    pub name: String,
    /// Bytes of memory that work on it takes; see [`super::need_of`].
    pub need: u64,
}

/// What a batch may take of this computer.
pub struct Room<'a> {
    /// Threads in all; there are never more files at a time.
    pub cores: usize,
    /// Tells the bytes that may be taken at the moment of the call; see [`super::usable_bytes`].
    pub usable: &'a dyn Fn() -> u64,
}

/// What is done for an item, of its place and the number of threads.
pub type Work<'a, T> = &'a (dyn Fn(usize, usize, &Cancel, &Progress) -> Result<T, JobError> + Sync);

/// Does `work` for each item: it is given the item's place and the number of threads to work on. As many items run at a time as fit
/// into `room`, at least one; they begin in order. `done` is called on this thread for each of them, as they end; those that were not
/// begun when the batch was cancelled end with [`JobError::Cancelled`]. A panic in `work` is a failure of that item alone.
pub fn run<T: Send>(
    items: &[Item],
    room: &Room<'_>,
    work: Work<'_, T>,
    done: &mut dyn FnMut(usize, Result<T, JobError>),
    cancel: &Cancel,
    progress: &Progress,
) {
    let handles: Vec<Handle> = items.iter().map(|_| Handle::new()).collect();
    run_held(items, &handles, room, work, done, cancel, progress);
}

/// As [`run()`], with a handle for each item, by which others see how far it is and leave it out: it then ends with
/// [`JobError::Cancelled`], at once where it was not begun when its turn comes, and the other items go on.
pub fn run_held<T: Send>(
    items: &[Item],
    handles: &[Handle],
    room: &Room<'_>,
    work: Work<'_, T>,
    done: &mut dyn FnMut(usize, Result<T, JobError>),
    cancel: &Cancel,
    progress: &Progress,
) {
    let needs: Vec<u64> = items.iter().map(|item| item.need).collect();
    let schedule = Schedule::new(&needs, room.cores, (room.usable)());
    let mut batch = Batch { items, schedule, ended: 0, progress, own: Vec::new(), failed: Vec::new() };
    let (send, receive) = unbounded();
    std::thread::scope(|scope| {
        batch.begin();
        loop {
            while !cancel.is_cancelled()
                && let Some(start) = batch.schedule.next((room.usable)())
            {
                let handle = handles.get(start.index).cloned().unwrap_or_default();
                if handle.is_left_out() {
                    batch.end(start.index);
                    done(start.index, Err(JobError::Cancelled));
                    continue;
                }
                batch.tell();
                let title = items.get(start.index).map_or("", |item| &*item.name);
                let own = batch.progress_of_one();
                batch.own.push(own.clone());
                let own = (handle.begin(own), handle.cancel(cancel));
                spawn(scope, start, title, own, work, &send);
            }
            if batch.schedule.running().is_empty() {
                break;
            }
            // This function holds a sender itself, so that waiting never fails.
            let Ok((index, outcome)) = receive.recv() else { break };
            batch.end(index);
            batch.tell();
            if let Err(JobError::Failed(failure)) = &outcome {
                batch.failed.push(failure.to_string());
            }
            done(index, outcome);
        }
        batch.schedule.give_up().into_iter().for_each(|index| done(index, Err(JobError::Cancelled)));
        batch.log();
    });
}

/// The state of a batch while it runs.
struct Batch<'a> {
    items: &'a [Item],
    schedule: Schedule,
    ended: usize,
    progress: &'a Progress,
    /// The progress of each file that was begun.
    own: Vec<Progress>,
    /// Why files failed.
    failed: Vec<String>,
}

impl Batch<'_> {
    /// A batch of one file is that file's work, and its progress the file's own.
    fn is_one(&self) -> bool {
        self.items.len() == 1
    }

    /// Says for the log of operations what the batch was.
    fn log(&self) {
        let of_files = self.own.iter().filter(|_| !self.is_one()).filter_map(Progress::said_operation);
        let bytes = of_files.filter_map(|operation| operation.bytes).reduce(u64::saturating_add);
        self.progress.operation(SHRINK_FILES, bytes);
        match &self.failed[..] {
            [] => {}
            [only] if self.is_one() => self.progress.problem(only.clone()),
            [first, ..] => {
                let (failed, all) = (self.failed.len(), self.items.len());
                self.progress.problem(format!("{failed} of {all} files failed. {first}"));
            }
        }
    }

    fn begin(&self) {
        if !self.is_one() {
            self.progress.phase("", self.items.iter().fold(0, |sum, item| item.need.saturating_add(sum)));
        }
    }

    fn progress_of_one(&self) -> Progress {
        if self.is_one() { self.progress.clone() } else { Progress::new() }
    }

    fn end(&mut self, index: usize) {
        self.schedule.ended(index);
        self.ended += 1;
        if !self.is_one() {
            self.progress.add(self.items.get(index).map_or(0, |item| item.need));
        }
    }

    /// `3 of 10 done · a.csv, b.csv`.
    fn tell(&self) {
        if self.is_one() {
            return;
        }
        let running = self.schedule.running();
        let names: Vec<&str> = running.iter().filter_map(|at| self.items.get(*at)).map(|item| &*item.name).take(SHOWN).collect();
        let more = if running.len() > SHOWN { format!(" and {} more", running.len() - SHOWN) } else { String::new() };
        self.progress.rename(&format!("{} of {} done · {}{more}", self.ended, self.items.len(), names.join(", ")));
    }
}

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    start: Start,
    title: &'scope str,
    (progress, cancel): (Progress, Cancel),
    work: Work<'scope, T>,
    send: &Sender<(usize, Result<T, JobError>)>,
) {
    let answer = send.clone();
    let Start { index, threads } = start;
    let one = move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| work(index, threads, &cancel, &progress)));
        // The receiver lives as long as the scope.
        let _ = answer.send((index, outcome.unwrap_or_else(|_| Err(panicked(title)))));
    };
    if let Err(error) = Builder::new().name(format!("batch-{}", index + 1)).spawn_scoped(scope, one) {
        let failure = Failure::new(
            format!("“{title}” could not be begun: the system refused a thread ({error})."),
            "Close other programs and try again.",
        );
        let _ = send.send((index, Err(failure.into())));
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "a panic is what is tried")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn items(needs: &[u64]) -> Vec<Item> {
        needs.iter().enumerate().map(|(at, need)| Item { name: format!("{at}.csv"), need: *need }).collect()
    }

    /// One runs less, also after a panic.
    struct Leave<'a>(&'a AtomicUsize);

    impl Drop for Leave<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// The outcomes by place, and the most that ran at a time.
    fn outcomes(needs: &[u64], usable: u64, cancel: &Cancel, work: Work<'_, usize>) -> (Vec<Result<usize, JobError>>, usize) {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let counted = |index, threads, cancel: &Cancel, progress: &Progress| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(20));
            let _leave = Leave(&now);
            work(index, threads, cancel, progress)
        };
        let mut all = vec![None; needs.len()];
        let room = Room { cores: 3, usable: &|| usable };
        run(&items(needs), &room, &counted, &mut |at, outcome| all[at] = Some(outcome), cancel, &Progress::new());
        (all.into_iter().map(|outcome| outcome.expect("each ends once")).collect(), most.into_inner())
    }

    #[test]
    fn a_failure_and_a_panic_stop_no_other() {
        let bad = || JobError::Failed(Failure::new("Broken.", "Mend it."));
        let work = |index, _, _: &Cancel, _: &Progress| match index {
            1 => Err(bad()),
            2 => panic!("a fault, made for this test"),
            _ => Ok(index * 10),
        };
        let (all, most) = outcomes(&[5; 6], 10, &Cancel::new(), &work);
        assert_eq!(all, [Ok(0), Err(bad()), Err(panicked("2.csv")), Ok(30), Ok(40), Ok(50)]);
        assert!(most <= 2, "{most} of 5 bytes ran in 10");
    }

    #[test]
    fn without_memory_one_runs_at_a_time() {
        let (all, most) = outcomes(&[5; 4], 0, &Cancel::new(), &|index, threads, _, _| Ok(index * 100 + threads));
        assert_eq!((all, most), (vec![Ok(3), Ok(103), Ok(203), Ok(303)], 1));
    }

    #[test]
    fn cancelled_it_begins_nothing_more() {
        let cancel = Cancel::new();
        let work = |index, _, _: &Cancel, _: &Progress| {
            if index == 1 {
                cancel.cancel();
            }
            Ok(index)
        };
        let (all, _) = outcomes(&[5; 4], 0, &cancel, &work);
        assert_eq!(all, [Ok(0), Ok(1), Err(JobError::Cancelled), Err(JobError::Cancelled)]);
    }

    #[test]
    fn items_are_left_out_before_and_during_their_work_and_tell_how_far_they_are() {
        let handles: Vec<Handle> = (0..4).map(|_| Handle::new()).collect();
        let shared = handles.clone();
        let work = move |index: usize, _, cancel: &Cancel, own: &Progress| {
            own.phase("Reading", 4);
            own.add(3);
            let at = |at: usize| shared[at].view().map(|view| (view.phase, view.fraction));
            assert_eq!(at(index), Some(("Reading".to_owned(), Some(0.75))));
            assert_eq!(at(3), (index == 3).then(|| ("Reading".to_owned(), Some(0.75))), "not begun");
            if index == 1 {
                shared[1].leave_out();
                shared[2].leave_out();
            }
            cancel.check()?;
            Ok(index)
        };
        let (mut all, progress) = (vec![None; 4], Progress::new());
        let room = Room { cores: 1, usable: &|| 0 };
        run_held(&items(&[5; 4]), &handles, &room, &work, &mut |at, outcome| all[at] = Some(outcome), &Cancel::new(), &progress);
        assert_eq!(all, [Ok(0), Err(JobError::Cancelled), Err(JobError::Cancelled), Ok(3)].map(Some));
        assert_eq!(progress.view().fraction, Some(1.0), "what is left out counts as done");
    }

    #[test]
    fn progress_is_of_the_batch_or_of_the_only_file() {
        let (progress, told) = (Progress::new(), std::sync::Mutex::new(Vec::new()));
        let work = |_, _, _: &Cancel, own: &Progress| {
            own.phase("Reading", 4);
            own.add(1);
            told.lock().expect("no panic").push((progress.view().phase, progress.view().fraction));
            Ok(())
        };
        let room = Room { cores: 1, usable: &|| 0 };
        run(&items(&[30, 10]), &room, &work, &mut |_, _| (), &Cancel::new(), &progress);
        run(&items(&[7]), &room, &work, &mut |_, _| (), &Cancel::new(), &progress);
        let told = told.into_inner().expect("no panic");
        let expected = [("0 of 2 done · 0.csv", 0.0), ("1 of 2 done · 1.csv", 0.75), ("Reading", 0.25)];
        assert_eq!(told, expected.map(|(phase, part)| (phase.to_owned(), Some(part))));
    }
}

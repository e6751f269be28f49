//! The queue: named worker threads take the job of the highest priority, oldest first.

use std::collections::BinaryHeap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use super::watch::{Ended, Outcome, Watch};
use super::{Cancel, Failure, JobError, Progress, ProgressView, give_memory_back};

/// A job of this length may have held much memory.
const LONG: Duration = Duration::from_millis(200);

/// Called when a job ends or starts, from the worker's thread: wakes whoever shows results.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Which of two waiting jobs goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Can wait, such as warming a cache.
    Low,
    /// The usual.
    #[default]
    Normal,
    /// A person waits for it.
    High,
}

/// Number of a job, growing with each submission; serves as its generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// A waiting or running job as a status bar shows it.
#[derive(Clone, Debug)]
pub struct JobView {
    /// Its number.
    pub id: JobId,
    /// What it does, for a person: `Opening bills.csv`.
    pub title: String,
    /// Whether a worker has begun with it.
    pub running: bool,
    /// How far it is.
    pub progress: ProgressView,
}

/// The right to one job's result.
#[derive(Debug)]
pub struct Ticket<T> {
    id: JobId,
    cancel: Cancel,
    result: Receiver<Result<T, JobError>>,
}

impl<T> Ticket<T> {
    /// The job's number.
    pub fn id(&self) -> JobId {
        self.id
    }

    /// Asks the job to stop.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// The result when the job has ended.
    pub fn poll(&self) -> Option<Result<T, JobError>> {
        self.result.try_recv().ok()
    }

    /// The result when the job ends within `time`.
    pub fn wait_for(&self, time: Duration) -> Option<Result<T, JobError>> {
        match self.result.recv_timeout(time) {
            Ok(outcome) => Some(outcome),
            Err(RecvTimeoutError::Timeout) => None,
            // The queue was closed before a worker came to this job.
            Err(RecvTimeoutError::Disconnected) => Some(Err(JobError::Cancelled)),
        }
    }

    /// Waits for the job's end.
    pub fn wait(&self) -> Result<T, JobError> {
        self.result.recv().unwrap_or(Err(JobError::Cancelled))
    }
}

/// Worker threads and the jobs that wait for them. Dropping it cancels all jobs and waits for the running ones.
pub struct Queue {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    news: Condvar,
    waker: Waker,
    watch: Option<Arc<dyn Watch>>,
}

#[derive(Default)]
struct State {
    waiting: BinaryHeap<Waiting>,
    active: Vec<Active>,
    next: u64,
    closed: bool,
}

struct Active {
    id: JobId,
    title: String,
    cancel: Cancel,
    progress: Progress,
    running: bool,
}

struct Waiting {
    priority: Priority,
    id: JobId,
    title: String,
    progress: Progress,
    /// Says how it ended; `None` when it was cancelled before it began.
    work: Box<dyn FnOnce() -> Option<Outcome> + Send>,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.priority.cmp(&other.priority).then(other.id.cmp(&self.id))
    }
}

impl Queue {
    /// A queue of `threads` workers, named `job-1`, `job-2`…; `waker` is called when a job starts and when it ends.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn new(threads: usize, waker: Waker) -> std::io::Result<Self> {
        Self::with(threads, waker, None)
    }

    /// The same, whose operations `watch` is told of.
    ///
    /// # Errors
    /// As [`Queue::new`].
    pub fn watched(threads: usize, waker: Waker, watch: Arc<dyn Watch>) -> std::io::Result<Self> {
        Self::with(threads, waker, Some(watch))
    }

    fn with(threads: usize, waker: Waker, watch: Option<Arc<dyn Watch>>) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { state: Mutex::default(), news: Condvar::new(), waker, watch });
        let workers = (1..=threads.max(1))
            .map(|n| {
                let shared = Arc::clone(&shared);
                std::thread::Builder::new().name(format!("job-{n}")).spawn(move || shared.work())
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { shared, workers })
    }

    /// Adds a job. A panic in `work` becomes a [`JobError::Failed`] that names `title`.
    pub fn submit<T: Send + 'static>(
        &self,
        title: impl Into<String>,
        priority: Priority,
        work: impl FnOnce(&Cancel, &Progress) -> Result<T, JobError> + Send + 'static,
    ) -> Ticket<T> {
        let (title, cancel, progress) = (title.into(), Cancel::new(), Progress::new());
        let (send, result) = bounded(1);
        let run = {
            let (title, cancel, progress) = (title.clone(), cancel.clone(), progress.clone());
            move || {
                let begins = !cancel.is_cancelled();
                let outcome = if begins {
                    catch_unwind(AssertUnwindSafe(|| work(&cancel, &progress))).unwrap_or_else(|_| Err(panicked(&title)))
                } else {
                    Err(JobError::Cancelled)
                };
                let ended = begins.then(|| Outcome::of(&outcome));
                // Nobody may be waiting any more: then the result is not wanted.
                let _ = send.send(outcome);
                ended
            }
        };
        let mut state = self.shared.lock();
        state.next += 1;
        let id = JobId(state.next);
        state.active.push(Active { id, title: title.clone(), cancel: cancel.clone(), progress: progress.clone(), running: false });
        state.waiting.push(Waiting { priority, id, title, progress, work: Box::new(run) });
        drop(state);
        self.shared.news.notify_one();
        Ticket { id, cancel, result }
    }

    /// All jobs that run or wait, running ones first, each in the order of submission.
    pub fn jobs(&self) -> Vec<JobView> {
        let state = self.shared.lock();
        let mut jobs: Vec<JobView> = state.active.iter().map(Active::view).collect();
        jobs.sort_by_key(|job| (!job.running, job.id));
        jobs
    }

    /// Asks one job to stop; nothing happens when it has ended.
    pub fn cancel(&self, id: JobId) {
        if let Some(job) = self.shared.lock().active.iter().find(|job| job.id == id) {
            job.cancel.cancel();
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.waiting.clear();
        state.active.iter().for_each(|job| job.cancel.cancel());
        drop(state);
        self.shared.news.notify_all();
        for worker in self.workers.drain(..) {
            // A worker catches its jobs' panics; one that died all the same has nothing left to wait for.
            let _ = worker.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(job) = self.take() {
            (self.waker)();
            let (started, begun) = (SystemTime::now(), Instant::now());
            let memory = self.watch.as_ref().and_then(|watch| watch.memory());
            let outcome = (job.work)();
            let took = begun.elapsed();
            if took >= LONG {
                give_memory_back();
            }
            if let (Some(watch), Some(outcome), Some(operation)) = (&self.watch, outcome, job.progress.said_operation()) {
                let memory = memory.zip(watch.memory());
                let outcome = match job.progress.said_problem() {
                    Some(problem) if outcome == Outcome::Done => Outcome::Failed(problem),
                    _ => outcome,
                };
                watch.ended(Ended { operation, title: job.title, started, took, outcome, memory });
            }
            self.lock().active.retain(|active| active.id != job.id);
            (self.waker)();
        }
    }

    /// Waits for a job and marks it as running; `None` when the queue closes.
    fn take(&self) -> Option<Waiting> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(job) = state.waiting.pop() {
                if let Some(active) = state.active.iter_mut().find(|active| active.id == job.id) {
                    active.running = true;
                }
                return Some(job);
            }
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Active {
    fn view(&self) -> JobView {
        JobView { id: self.id, title: self.title.clone(), running: self.running, progress: self.progress.view() }
    }
}

/// That a panic ended the work that `title` names.
pub fn panicked(title: &str) -> JobError {
    JobError::Failed(Failure::new(
        format!("“{title}” stopped because of a fault in this program; nothing was changed."),
        "Try the work again; if it fails once more, please report it together with the file.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(threads: usize) -> Queue {
        Queue::new(threads, Arc::new(|| {})).expect("threads")
    }

    #[test]
    fn higher_priority_first_then_the_oldest() {
        let queue = queue(1);
        let (open, gate) = bounded::<()>(0);
        let blocker = queue.submit("blocker", Priority::High, move |_, _| Ok(gate.recv().is_ok()));
        let (send, order) = crossbeam_channel::unbounded();
        let tickets: Vec<_> = [("a", Priority::Low), ("b", Priority::Normal), ("c", Priority::High), ("d", Priority::Normal)]
            .into_iter()
            .map(|(name, priority)| {
                let send = send.clone();
                queue.submit(name, priority, move |_, _| send.send(name).map_err(|_| JobError::Cancelled))
            })
            .collect();
        open.send(()).expect("the blocker waits");
        assert_eq!(blocker.wait(), Ok(true));
        tickets.iter().for_each(|ticket| ticket.wait().expect("runs"));
        assert_eq!(order.try_iter().collect::<Vec<_>>(), ["c", "b", "d", "a"]);
    }

    #[test]
    fn a_panic_becomes_a_failure_and_the_worker_lives_on() {
        let queue = queue(1);
        let ticket = queue.submit("Opening x.csv", Priority::Normal, |_, _| -> Result<(), JobError> { panic!("foreign file") });
        let Err(JobError::Failed(failure)) = ticket.wait() else { panic!("no failure") };
        assert!(failure.message.contains("Opening x.csv"), "{failure}");
        assert_eq!(queue.submit("next", Priority::Normal, |_, _| Ok(7)).wait(), Ok(7));
    }

    #[test]
    fn cancelling_reaches_a_running_job_and_a_waiting_one() {
        let queue = queue(1);
        let (started, running) = bounded(1);
        let first = queue.submit("first", Priority::Normal, move |cancel, _| {
            started.send(()).map_err(|_| JobError::Cancelled)?;
            loop {
                cancel.check()?;
                std::thread::yield_now();
            }
            #[allow(unreachable_code)]
            Ok(())
        });
        let second = queue.submit("second", Priority::Normal, |_, _| Ok(()));
        running.recv().expect("first runs");
        second.cancel();
        queue.cancel(first.id());
        assert_eq!(first.wait(), Err(JobError::Cancelled));
        assert_eq!(second.wait(), Err(JobError::Cancelled));
    }

    #[derive(Default)]
    struct Seen(Mutex<Vec<Ended>>);

    impl Watch for Seen {
        fn memory(&self) -> Option<u64> {
            Some(1000 + self.0.lock().expect("whole").len() as u64)
        }

        fn ended(&self, ended: Ended) {
            self.0.lock().expect("whole").push(ended);
        }
    }

    #[test]
    fn operations_are_told_of_when_they_have_ended_and_other_jobs_are_not() {
        let seen = Arc::new(Seen::default());
        let watch: Arc<dyn Watch> = Arc::clone(&seen) as _;
        let queue = Queue::watched(1, Arc::new(|| {}), watch).expect("threads");
        let done = queue.submit("Opening a.csv", Priority::Normal, |_, progress| {
            progress.operation("open table", Some(5));
            Ok(())
        });
        let other = queue.submit("Saving settings", Priority::Normal, |_, _| Ok(()));
        let failed = queue.submit("Opening b.csv", Priority::Normal, |_, progress| -> Result<(), JobError> {
            progress.operation("open table", None);
            Err(Failure::new("No table.", "Choose another.").into())
        });
        let never = queue.submit("Opening c.csv", Priority::Low, |_, progress| {
            progress.operation("open table", None);
            Ok(())
        });
        never.cancel();
        done.wait().expect("done");
        other.wait().expect("done");
        failed.wait().expect_err("failed");
        drop(queue);
        let told = seen.0.lock().expect("whole");
        let told: Vec<_> =
            told.iter().map(|ended| (ended.title.as_str(), &ended.outcome, ended.operation.bytes, ended.memory)).collect();
        let reason = Outcome::Failed("No table. Choose another.".into());
        let wanted =
            [("Opening a.csv", &Outcome::Done, Some(5), Some((1000, 1000))), ("Opening b.csv", &reason, None, Some((1001, 1001)))];
        assert_eq!(told, wanted);
    }

    #[test]
    fn dropping_the_queue_cancels_what_runs() {
        let queue = queue(2);
        let ticket = queue.submit("endless", Priority::Low, |cancel, _| -> Result<(), JobError> {
            loop {
                cancel.check()?;
            }
        });
        drop(queue);
        assert_eq!(ticket.wait(), Err(JobError::Cancelled));
    }
}

//! The sampler thread, and the handle that the rest of the program holds of it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded, unbounded};

use super::process::Processes;
use super::schedule::{Schedule, clamp_interval};
use super::snapshot::Snapshot;
use super::source::{Machine, Source};

/// Called after each snapshot, from the sampler's thread: wakes whoever shows them.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Snapshots that wait for a slow receiver; when there are more, the oldest is dropped. Enough for six seconds at the shortest interval: the window
/// fetches them every five seconds while it shows none.
pub const CHANNEL_CAPACITY: usize = 64;

/// How to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Time between two snapshots; clamped to [`super::MIN_INTERVAL`] and [`super::MAX_INTERVAL`].
    pub interval: Duration,
    /// Which processes they list.
    pub processes: Processes,
}

impl Default for Config {
    fn default() -> Self {
        Self { interval: Duration::from_secs(1), processes: Processes::All }
    }
}

/// A running sampler. Dropping it ends its thread, which takes no longer than the sample it may be taking.
pub struct Sampler {
    control: Sender<Command>,
    snapshots: Receiver<Arc<Snapshot>>,
    dropped: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
    interval: Duration,
    processes: Processes,
    paused: bool,
}

/// What the thread can be told.
pub(super) enum Command {
    Interval(Duration),
    Processes(Processes),
    Pause,
    Resume,
    /// Take a sample now; answers whether it was sent.
    Step(Sender<bool>),
    Stop,
}

/// Who says when to take a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    Clock,
    Steps,
}

impl Sampler {
    /// Starts sampling this machine. The first snapshot comes after about [`super::WARM_UP`].
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(config: Config, waker: Waker) -> io::Result<Self> {
        Self::start_with(Machine::new()?, config, waker)
    }

    /// Starts sampling another source at the pace of the clock.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start_with(source: impl Source, config: Config, waker: Waker) -> io::Result<Self> {
        Self::start_paced(source, config, waker, Pace::Clock)
    }

    pub(super) fn start_paced(source: impl Source, config: Config, waker: Waker, pace: Pace) -> io::Result<Self> {
        let (control, commands) = unbounded();
        let (sender, snapshots) = bounded(CHANNEL_CAPACITY);
        let dropped = Arc::new(AtomicU64::new(0));
        let outlet = Outlet { sender, oldest: snapshots.clone(), dropped: Arc::clone(&dropped), waker };
        let Config { processes, .. } = config;
        let interval = clamp_interval(config.interval);
        let run = move || {
            let schedule = Schedule::new(interval, Duration::ZERO);
            Worker { source, processes, schedule, outlet, pace, started: Instant::now() }.run(&commands);
        };
        let thread = std::thread::Builder::new().name("sampler".into()).spawn(run)?;
        Ok(Self { control, snapshots, dropped, thread: Some(thread), interval, processes, paused: false })
    }

    /// Where the snapshots arrive, oldest first. Disconnected when the source has come to its end.
    pub fn receiver(&self) -> &Receiver<Arc<Snapshot>> {
        &self.snapshots
    }

    /// The time between two snapshots.
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// Changes the time between two snapshots at once, clamped to [`super::MIN_INTERVAL`] and [`super::MAX_INTERVAL`].
    pub fn set_interval(&mut self, interval: Duration) {
        self.interval = clamp_interval(interval);
        self.tell(Command::Interval(self.interval));
    }

    /// Which processes are listed.
    pub fn processes(&self) -> Processes {
        self.processes
    }

    /// Lists more or fewer processes from the next snapshot on. Does nothing when nothing changes.
    pub fn set_processes(&mut self, processes: Processes) {
        if self.processes != processes {
            self.processes = processes;
            self.tell(Command::Processes(processes));
        }
    }

    /// Takes no samples until [`Sampler::resume`].
    pub fn pause(&mut self) {
        self.paused = true;
        self.tell(Command::Pause);
    }

    /// Goes on: the next snapshot comes after [`super::WARM_UP`], and counts its rates over that time, not over the pause.
    pub fn resume(&mut self) {
        self.paused = false;
        self.tell(Command::Resume);
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// How many snapshots were dropped because nobody took them.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(super) fn control(&self) -> Sender<Command> {
        self.control.clone()
    }

    /// A thread that has ended hears nothing, and needs to hear nothing.
    fn tell(&self, command: Command) {
        let _ = self.control.send(command);
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.tell(Command::Stop);
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported when it happened.
            let _ = thread.join();
        }
    }
}

/// The sampler's end of the channel.
struct Outlet {
    sender: Sender<Arc<Snapshot>>,
    oldest: Receiver<Arc<Snapshot>>,
    dropped: Arc<AtomicU64>,
    waker: Waker,
}

impl Outlet {
    /// Sends without ever waiting: when the channel is full, the oldest snapshot makes room.
    fn send(&self, snapshot: Arc<Snapshot>) {
        let mut next = snapshot;
        while let Err(TrySendError::Full(back)) = self.sender.try_send(next) {
            next = back;
            if self.oldest.try_recv().is_ok() {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
        (self.waker)();
    }
}

/// What the thread runs.
struct Worker<S> {
    source: S,
    processes: Processes,
    schedule: Schedule,
    outlet: Outlet,
    pace: Pace,
    started: Instant,
}

/// Whether the thread goes on.
enum Next {
    GoOn,
    End,
}

impl<S: Source> Worker<S> {
    fn run(mut self, commands: &Receiver<Command>) {
        self.prime();
        loop {
            let next = match self.wait(commands) {
                Ok(command) => self.obey(command),
                Err(RecvTimeoutError::Timeout) => self.sample(),
                Err(RecvTimeoutError::Disconnected) => Next::End,
            };
            if matches!(next, Next::End) {
                return;
            }
        }
    }

    /// The next command, or a timeout when the next sample is due.
    fn wait(&self, commands: &Receiver<Command>) -> Result<Command, RecvTimeoutError> {
        let wait = self.schedule.wait(self.now()).filter(|_| self.pace == Pace::Clock);
        match wait {
            Some(wait) => commands.recv_timeout(wait),
            None => commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn obey(&mut self, command: Command) -> Next {
        match command {
            Command::Interval(interval) => self.schedule.set_interval(interval),
            Command::Processes(processes) => self.list(processes),
            Command::Pause => self.schedule.pause(),
            Command::Resume if self.schedule.is_paused() => {
                self.prime();
                self.schedule.resume(self.now());
            }
            Command::Resume => {}
            Command::Step(answer) => return self.step(&answer),
            Command::Stop => return Next::End,
        }
        Next::GoOn
    }

    /// Processes that were not read until now need a first reading.
    fn list(&mut self, processes: Processes) {
        let unread = self.processes == Processes::Off;
        self.processes = processes;
        if unread && !self.schedule.is_paused() {
            self.prime();
        }
    }

    fn prime(&mut self) {
        self.source.prime(self.processes);
        self.schedule.warm_up(self.now());
    }

    fn step(&mut self, answer: &Sender<bool>) -> Next {
        let next = if self.schedule.is_paused() { None } else { Some(self.sample()) };
        let sent = matches!(next, Some(Next::GoOn));
        // Who does not wait for the answer does not need it.
        let _ = answer.send(sent);
        next.unwrap_or(Next::GoOn)
    }

    fn sample(&mut self) -> Next {
        let Some(snapshot) = self.source.sample(self.processes, self.schedule.interval()) else { return Next::End };
        self.schedule.taken(self.now());
        self.outlet.send(Arc::new(snapshot));
        Next::GoOn
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }
}

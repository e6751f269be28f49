//! What may take long to ask for, or never answer: disk space, sensors, graphics cards, the clock of the CPU. A thread of its own asks, when told to; the
//! sampler takes the answer when it is there.

use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::cpu::CpuFacts;
use super::device::Times;
use super::disk::{self, Volume};
use super::snapshot::{GpuUse, Temperature};
use super::{gpu, temperature};

/// How long an answer counts as new. Where disk traffic comes with it, it is asked for more often.
const FRESH: Duration = if cfg!(target_os = "linux") { Duration::from_secs(5) } else { Duration::from_secs(1) };
/// The same where there are graphics cards that tell how busy they are.
const FRESH_CARDS: Duration = Duration::from_secs(1);
/// How long sensors keep their figures; asking can cost milliseconds for each.
const SENSORS_FRESH: Duration = Duration::from_secs(5);
/// How long a sample waits for an answer; most come within a millisecond.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long the very first one waits.
const FIRST_PATIENCE: Duration = Duration::from_millis(500);

/// One answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Mounted disks.
    pub volumes: Vec<Volume>,
    /// Sensors.
    pub temperatures: Vec<Temperature>,
    /// Graphics cards.
    pub gpus: Vec<GpuUse>,
    /// The CPU.
    pub cpu: CpuFacts,
    /// What the drives count, everywhere but on Linux.
    pub drives: Vec<Times>,
    /// When it was asked for, by the monotonic clock of the sampler.
    pub asked: Duration,
}

/// The asker's side of the thread. Dropping it ends the thread as soon as it answers, without waiting for it.
pub struct Slow {
    questions: Sender<Duration>,
    answers: Receiver<Answer>,
    asked: Option<Duration>,
    waiting: bool,
    latest: Option<Answer>,
}

impl Slow {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start() -> std::io::Result<Self> {
        let (questions, asked) = bounded(1);
        let (answer, answers) = bounded(1);
        std::thread::Builder::new().name("sampler-slow".into()).spawn(move || answer_all(&asked, &answer))?;
        Ok(Self { questions, answers, asked: None, waiting: false, latest: None })
    }

    /// Asks if the last answer has aged and no question is open.
    pub fn ask(&mut self, at: Duration) {
        let has_cards = self.latest.as_ref().is_some_and(|answer| !answer.gpus.is_empty());
        let interval = if has_cards { FRESH_CARDS } else { FRESH };
        let fresh = self.asked.is_some_and(|asked| at.saturating_sub(asked) < interval);
        if !fresh && !self.waiting && self.questions.try_send(at).is_ok() {
            self.asked = Some(at);
            self.waiting = true;
        }
    }

    /// Asks if need be, and gives an answer that has just come. Waits for it a little, but only once for each question:
    /// one that hangs does not slow down the samples after it.
    pub fn news(&mut self, at: Duration) -> Option<&Answer> {
        let open_before = self.waiting && self.latest.is_some();
        self.ask(at);
        if !self.waiting {
            return None;
        }
        let patience = if self.latest.is_none() { FIRST_PATIENCE } else { PATIENCE };
        let answer = if open_before { self.answers.try_recv().ok() } else { self.answers.recv_timeout(patience).ok() };
        if let Some(answer) = answer {
            self.waiting = false;
            self.latest = Some(answer);
            return self.latest.as_ref();
        }
        // Never wait long a second time.
        self.latest.get_or_insert_default();
        None
    }

    /// The last answer, however old.
    pub fn latest(&self) -> Option<&Answer> {
        self.latest.as_ref()
    }
}

/// The thread: lives until the asker has gone.
fn answer_all(questions: &Receiver<Duration>, answers: &Sender<Answer>) {
    let mut disks = sysinfo::Disks::new();
    let mut components = sysinfo::Components::new();
    let mut system = sysinfo::System::new();
    let (mut volumes, mut temperatures, mut cpu) = (Kept::default(), Kept::default(), Kept::<CpuFacts>::default());
    for asked in questions {
        let answer = Answer {
            volumes: volumes.get(asked, FRESH, |_| disk::volumes(&mut disks)),
            temperatures: temperatures.get(asked, SENSORS_FRESH, |_| temperature::read(&mut components)),
            gpus: if cfg!(target_os = "linux") { gpu::read(gpu::FOLDER.as_ref()) } else { Vec::new() },
            cpu: cpu.get(asked, SENSORS_FRESH, |before| CpuFacts::read(&mut system, before)),
            drives: drives(),
            asked,
        };
        if answers.send(answer).is_err() {
            return;
        }
    }
}

#[cfg(windows)]
fn drives() -> Vec<Times> {
    super::device::drives()
}

#[cfg(not(windows))]
fn drives() -> Vec<Times> {
    Vec::new()
}

/// Something that is read again when it has aged.
#[derive(Default)]
struct Kept<T> {
    read: Option<Duration>,
    held: T,
}

impl<T: Clone> Kept<T> {
    fn get(&mut self, at: Duration, fresh: Duration, read: impl FnOnce(&T) -> T) -> T {
        if self.read.is_none_or(|then| at.saturating_sub(then) >= fresh) {
            self.held = read(&self.held);
            self.read = Some(at);
        }
        self.held.clone()
    }
}

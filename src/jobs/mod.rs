//! Long work: a queue with priorities and named worker threads, cancelling, progress with an estimate of the time left,
//! and slots that hold a result while its successor is being made.
//!
//! Uses nothing else of this program, so that readers and optimisers can report progress without knowing who listens.

mod cancel;
mod failure;
mod give_back;
mod progress;
mod queue;
mod quiet;
mod slot;
mod watch;

pub use cancel::{Cancel, Cancelled};
pub use failure::{Explain, Failure, JobError};
pub use give_back::give_memory_back;
pub use progress::{Operation, Progress, ProgressView};
pub use queue::{JobId, JobView, Priority, Queue, Ticket, Waker, panicked};
pub use quiet::{catch_quietly, print_panics_again};
pub use slot::{Slot, SlotState};
pub use watch::{Ended, Outcome, Watch};

//! Ending a process: asked first to end by itself, or at once.

use std::sync::Arc;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, Signal, System};

use crate::jobs::Explain;

/// Seconds by which two ways of telling when a process began may differ.
pub(super) const NEAR: u64 = 3;

/// How a process is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is asked to end (SIGTERM), and may save what it has or refuse. Not on Windows.
    Ask,
    /// The system ends it at once (SIGKILL, `TerminateProcess`).
    Force,
}

impl Ending {
    /// The ways there are on this system, the gentler first.
    pub const ALL: &'static [Self] = if cfg!(windows) { &[Self::Force] } else { &[Self::Ask, Self::Force] };
}

/// A process, told from another one that may get its number later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessId {
    /// Its number.
    pub pid: u32,
    /// Name of its program.
    pub name: Arc<str>,
    /// When it began, seconds since 1970.
    pub started: u64,
}

/// Why a process was not ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndError {
    /// It has ended already; the number may belong to another one by now.
    #[error("{name} ({pid}) had ended already")]
    Gone {
        /// Its name.
        name: Arc<str>,
        /// Its number.
        pid: u32,
    },
    /// It is this program.
    #[error("this is Tachograph itself")]
    ThisProgram,
    /// The system does not allow it.
    #[error("the system did not let Tachograph end {name} ({pid})")]
    Refused {
        /// Its name.
        name: Arc<str>,
        /// Its number.
        pid: u32,
    },
}

impl Explain for EndError {
    fn next_step(&self) -> String {
        match self {
            Self::Gone { .. } => "There is nothing left to do.".into(),
            Self::ThisProgram => "Close its window instead.".into(),
            Self::Refused { .. } => "It belongs to another person or to the system: ask an administrator.".into(),
        }
    }
}

/// Ends a process, if it is still the one that is meant. Returns when the system was told; a process that is asked may take its time.
///
/// # Errors
/// When it is gone or may not be ended.
pub fn end_process(process: &ProcessId, how: Ending) -> Result<(), EndError> {
    let ProcessId { pid, name, started } = process;
    if *pid == std::process::id() {
        return Err(EndError::ThisProgram);
    }
    let gone = || EndError::Gone { name: Arc::clone(name), pid: *pid };
    let (mut system, number) = (System::new(), Pid::from_u32(*pid));
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[number]), true, ProcessRefreshKind::nothing());
    let found = system.process(number).filter(|found| found.start_time().abs_diff(*started) <= NEAR).ok_or_else(gone)?;
    let told = match how {
        Ending::Ask => found.kill_with(Signal::Term).unwrap_or_else(|| found.kill()),
        Ending::Force => found.kill(),
    };
    if told { Ok(()) } else { Err(EndError::Refused { name: Arc::clone(name), pid: *pid }) }
}

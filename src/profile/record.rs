//! Recording where this program itself spends its processor time.

use std::time::Duration;

use super::error::ProfileError;
use super::model::Profile;
use crate::jobs::{Cancel, Progress};

/// Records this program for `duration`, `hertz` times (1 to 250) for each second of processor time that it uses. The system's
/// clock ticks 100 to 1000 times a second and a sample waits for the next tick, so about 100 is a good rate; times in the
/// result are samples × the interval asked for.
///
/// Time inside the system's own libraries (libc and the like) and time spent waiting is not seen: a sample there could meet
/// their locks. Functions have names only where the program was built with symbols.
///
/// # Errors
/// When `cancel` is set, when a recording is already running, or when the system refuses the timer; always where the system is
/// not Unix.
pub fn record_self(duration: Duration, hertz: u32, cancel: &Cancel, progress: &Progress) -> Result<Profile, ProfileError> {
    system::record_self(duration, hertz, cancel, progress)
}

/// Whether this system can record this program itself.
pub fn is_available() -> bool {
    cfg!(unix)
}

#[cfg(not(unix))]
mod system {
    use super::{Cancel, Duration, Profile, ProfileError, Progress};

    pub(super) fn record_self(_: Duration, _: u32, _: &Cancel, _: &Progress) -> Result<Profile, ProfileError> {
        Err(ProfileError::Record { problem: "this system does not offer it; Linux and macOS do".into() })
    }
}

#[cfg(unix)]
mod system {
    use std::collections::HashMap;
    use std::sync::Arc;
    use std::time::{Instant, SystemTime};

    use pprof::{Frames as Resolved, ProfilerGuardBuilder, UnresolvedReport};

    use super::{Cancel, Duration, Profile, ProfileError, Progress};
    use crate::profile::model::{FrameId, FunctionId, SampleType, StackId, Thread, ThreadId};
    use crate::profile::stacks::StacksBuilder;
    use crate::profile::strings::Interner;

    /// Libraries that a sample must not land in: their locks and unwind tables are not safe in a signal handler.
    const BLOCKED: [&str; 4] = ["libc", "libgcc", "pthread", "vdso"];
    /// How often the cancel flag is looked at.
    const STEP: Duration = Duration::from_millis(50);
    /// The signal handler's own frames are among the first so many.
    const HANDLER_WITHIN: usize = 8;
    /// The recorder keeps at most so many frames of a stack.
    const DEEPEST: usize = 128;

    pub(super) fn record_self(
        duration: Duration,
        hertz: u32,
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<Profile, ProfileError> {
        let hertz = hertz.clamp(1, 250);
        progress.phase("Preparing to record", 0);
        let guard = guard(hertz)?;
        progress.phase("Recording", duration.as_millis() as u64);
        let began = SystemTime::now();
        let start = Instant::now();
        while let Some(left) = duration.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) {
            cancel.check()?;
            let step = Instant::now();
            std::thread::sleep(left.min(STEP));
            progress.add(step.elapsed().as_millis() as u64);
        }
        let report = guard.report().build_unresolved().map_err(|error| failed(&error))?;
        let measured = start.elapsed();
        // Ends the sampling before names are looked up, which takes a while.
        drop(guard);
        let mut tables = Tables::new(i64::from(1_000_000_000 / hertz));
        tables.fill(&report, cancel, progress)?;
        let mut profile = tables.finish();
        profile.duration_ns = u64::try_from(measured.as_nanos()).ok();
        profile.time_ns = began.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_nanos()).ok());
        Ok(profile)
    }

    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64", target_arch = "loongarch64"))]
    fn guard(hertz: u32) -> Result<pprof::ProfilerGuard<'static>, ProfileError> {
        let builder = ProfilerGuardBuilder::default().frequency(hertz.cast_signed()).blocklist(&BLOCKED);
        builder.build().map_err(|error| failed(&error))
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64", target_arch = "loongarch64")))]
    fn guard(_: u32) -> Result<pprof::ProfilerGuard<'static>, ProfileError> {
        Err(ProfileError::Record { problem: format!("it is not safe on this kind of processor (with {BLOCKED:?})") })
    }

    fn failed(error: &pprof::Error) -> ProfileError {
        let problem = match error {
            pprof::Error::Running => "a recording is already running".into(),
            other => other.to_string(),
        };
        ProfileError::Record { problem }
    }

    /// Fills the tables from what the recorder saw.
    struct Tables {
        interner: Interner,
        profile: Profile,
        stacks: StacksBuilder,
        period_ns: i64,
        functions: HashMap<(u32, u32), FunctionId>,
        threads: HashMap<u64, ThreadId>,
        /// Frames of each address, outermost first; `None` where no name is known.
        places: HashMap<usize, Option<Vec<FrameId>>>,
        /// Functions by the address they begin at.
        starts: HashMap<usize, FunctionId>,
        cut: bool,
    }

    impl Tables {
        fn new(period_ns: i64) -> Self {
            let mut profile = Profile { format: "recording of this program".into(), period: Some(period_ns), ..Profile::default() };
            profile.samples.values = vec![Vec::new(); 2];
            profile.comments.push("Time in system libraries and time spent waiting is not included.".into());
            Self {
                interner: Interner::default(),
                profile,
                stacks: StacksBuilder::default(),
                period_ns,
                functions: HashMap::new(),
                threads: HashMap::new(),
                places: HashMap::new(),
                starts: HashMap::new(),
                cut: false,
            }
        }

        fn fill(&mut self, report: &UnresolvedReport, cancel: &Cancel, progress: &Progress) -> Result<(), ProfileError> {
            progress.phase("Looking up names", report.data.len() as u64);
            for seen in report.data.keys() {
                cancel.check()?;
                progress.add(1);
                self.cut |= seen.frames.len() >= DEEPEST;
                for frame in &seen.frames {
                    let resolve = || {
                        let mut one = seen.clone();
                        one.frames.clear();
                        one.frames.push(frame.clone());
                        Resolved::from(one)
                    };
                    self.place(frame.ip() as usize, frame.symbol_address() as usize, resolve).ok_or_else(full)?;
                }
            }
            for (seen, &count) in &report.data {
                let name = seen.thread_name.get(..seen.thread_name_length).unwrap_or_default();
                let thread = self.thread(name, seen.thread_id).ok_or_else(full)?;
                let places: Vec<_> = seen.frames.iter().map(|frame| frame.ip() as usize).collect();
                let stack = self.stack(&places).ok_or_else(full)?;
                self.sample(stack, thread, i64::try_from(count).unwrap_or(i64::MAX));
            }
            Ok(())
        }

        fn sample(&mut self, stack: StackId, thread: ThreadId, count: i64) {
            let samples = &mut self.profile.samples;
            samples.stack.push(stack);
            samples.thread.push(thread);
            let values = [count, count.saturating_mul(self.period_ns)];
            samples.values.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        }

        /// Lays out a stack, given leaf first, without the frames of the signal handler: up to the one that the recorder leaves
        /// unnamed (its handler) and the one after it (the system's trampoline).
        fn stack(&mut self, places: &[usize]) -> Option<StackId> {
            let unnamed = |ip: &usize| self.places.get(ip).is_some_and(Option::is_none);
            let handler = places.iter().take(HANDLER_WITHIN).position(unnamed);
            let mut own = places.get(handler.map_or(0, |at| at + 2)..).unwrap_or_default();
            // The unwinder ends at an address of 0.
            while let Some((0, inner)) = own.split_last() {
                own = inner;
            }
            for ip in own.iter().rev() {
                let frames = match self.places.get(ip).cloned().flatten() {
                    Some(known) => known,
                    None => self.unnamed(*ip)?,
                };
                frames.into_iter().for_each(|frame| self.stacks.push(frame));
            }
            self.stacks.finish_stack()
        }

        /// The frame of an address that has no name. The recorder looks return addresses up, one byte before; a leaf at the very
        /// beginning of its function is none, so it is looked for among the functions that other samples met.
        fn unnamed(&mut self, ip: usize) -> Option<Vec<FrameId>> {
            let function = match self.starts.get(&ip) {
                Some(&function) => function,
                None => self.function("<unknown>", "<unknown>", "")?,
            };
            let frames = vec![Arc::make_mut(&mut self.profile.frames).push(function, 0, ip as u64, false)?];
            self.places.insert(ip, Some(frames.clone()));
            Some(frames)
        }

        /// Looks an address up, once. `start` is where its function begins.
        fn place(&mut self, ip: usize, start: usize, resolve: impl FnOnce() -> Resolved) -> Option<()> {
            if self.places.contains_key(&ip) {
                return Some(());
            }
            let resolved = resolve();
            // The recorder gives the innermost inlined call first.
            let symbols: Vec<_> = resolved.frames.iter().flatten().rev().collect();
            let mut frames = Vec::with_capacity(symbols.len());
            for (n, symbol) in symbols.into_iter().enumerate() {
                let file = symbol.filename.as_ref().map(|file| file.to_string_lossy()).unwrap_or_default();
                let function = self.function(&symbol.name(), &symbol.sys_name(), &file)?;
                frames.push(Arc::make_mut(&mut self.profile.frames).push(function, symbol.lineno(), ip as u64, n > 0)?);
            }
            if let Some(function) = frames.first().and_then(|frame| self.profile.frames.function.get(frame.0 as usize)) {
                self.starts.insert(start, *function);
            }
            self.places.insert(ip, Some(frames).filter(|frames| !frames.is_empty()));
            Some(())
        }

        fn function(&mut self, name: &str, system_name: &str, file: &str) -> Option<FunctionId> {
            let (name, file) = (self.interner.intern(name)?, self.interner.intern(file)?);
            if let Some(&known) = self.functions.get(&(name.0, file.0)) {
                return Some(known);
            }
            let system_name = self.interner.intern(system_name)?;
            let id = Arc::make_mut(&mut self.profile.functions).push(name, system_name, file, 0)?;
            self.functions.insert((name.0, file.0), id);
            Some(id)
        }

        fn thread(&mut self, name: &[u8], id: u64) -> Option<ThreadId> {
            if let Some(&known) = self.threads.get(&id) {
                return Some(known);
            }
            let name = self.interner.intern_bytes(name)?;
            self.profile.threads.push(Thread { name, ..Thread::default() });
            let row = ThreadId(u32::try_from(self.profile.threads.len()).ok()? - 1);
            self.threads.insert(id, row);
            Some(row)
        }

        fn finish(mut self) -> Profile {
            let mut types = [("samples", "count"), ("cpu", "nanoseconds")].into_iter().filter_map(|(name, unit)| {
                Some(SampleType { name: self.interner.intern(name)?, unit: self.interner.intern(unit)? })
            });
            self.profile.sample_types = types.by_ref().collect();
            drop(types);
            self.profile.period_type = self.profile.sample_types.last().copied();
            self.profile.default_sample_type = 1;
            self.profile.stacks = self.stacks.finish().into();
            self.profile.strings = self.interner.finish().into();
            if self.cut {
                self.profile.warnings.push(format!("Stacks deeper than {DEEPEST} calls are cut at their outermost end."));
            }
            self.profile.warn_of_sums();
            self.profile
        }
    }

    fn full() -> ProfileError {
        ProfileError::Record { problem: "it saw more than the tables hold".into() }
    }
}

#[cfg(all(test, target_os = "linux", target_arch = "x86_64"))]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::super::{Grouping, Groups, Top, write};
    use super::*;

    #[inline(never)]
    fn burn_for_the_recorder(stop: &AtomicBool) -> u64 {
        let mut sum = 0_u64;
        while !stop.load(Ordering::Relaxed) {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        sum
    }

    // One test, as only one recording can run at a time.
    #[test]
    fn a_busy_function_is_found_and_a_second_recording_refused() {
        let stop = AtomicBool::new(false);
        let (cancel, progress) = (Cancel::new(), Progress::new());
        let profile = std::thread::scope(|scope| {
            let spawned = std::thread::Builder::new().name("burner".into()).spawn_scoped(scope, || burn_for_the_recorder(&stop));
            spawned.expect("thread");
            let first = scope.spawn(|| record_self(Duration::from_millis(900), 250, &cancel, &progress));
            while progress.view().phase != "Recording" {
                std::thread::yield_now();
            }
            let second = record_self(Duration::from_millis(1), 100, &cancel, &Progress::new());
            let profile = first.join().expect("no panic");
            stop.store(true, Ordering::Relaxed);
            assert_eq!(
                second.expect_err("busy").to_string(),
                "recording this program did not work: a recording is already running"
            );
            profile
        })
        .expect("recorded");
        let groups = Groups::new(&profile, Grouping::Name);
        let top = Top::new(&profile, &groups, 1);
        let row = top.rows.iter().find(|row| groups.name(&profile, row.group).contains("burn_for_the_recorder")).expect("seen");
        assert!(top.percent(row.total_value) > 50.0, "{} of {}", row.total_value, top.total);
        assert!(profile.function_file(row.function).ends_with("record.rs"), "{}", profile.function_file(row.function));
        let mut names = top.rows.iter().map(|row| groups.name(&profile, row.group));
        assert!(names.all(|name| !name.contains("perf_signal_handler") && !name.contains("trace_unsynchronized")));
        let threads: Vec<_> = profile.threads.iter().map(|thread| profile.strings.get(thread.name)).collect();
        assert!(threads.contains(&"burner"), "{threads:?}");
        assert_eq!(profile.sample_type(1), ("cpu", "nanoseconds"));
        assert!(profile.duration_ns.is_some_and(|duration| duration >= 900_000_000));
        assert!(!write::pprof_bytes(&profile).expect("bytes").is_empty());
        cancel.cancel();
        let error = record_self(Duration::from_secs(60), 100, &cancel, &progress).expect_err("cancelled");
        assert!(matches!(error, ProfileError::Cancelled(_)));
    }
}

//! This machine, whatever it is.

use super::*;

#[test]
fn the_first_snapshot_is_plausible() {
    let config = Config { interval: MAX_INTERVAL, processes: Processes::All };
    let sampler = Sampler::start(config, quiet()).expect("a thread");
    let snapshot = next(sampler.receiver());
    let cpus = std::iter::once(snapshot.cpu_percent).chain(snapshot.cpu_per_core.iter().copied());
    assert!(cpus.into_iter().all(|percent| (0.0..=100.0).contains(&percent)));
    assert!(snapshot.memory.used > 0 && snapshot.memory.used < snapshot.memory.total);
    assert_eq!(snapshot.memory.used + snapshot.memory.available, snapshot.memory.total);
    let own = snapshot.processes.iter().find(|row| row.pid == std::process::id()).expect("this program");
    assert!(own.memory > 0 && snapshot.this_program.memory > 0);
    assert_eq!(snapshot.process_count, Some(snapshot.processes.len() as u32));
    assert!(snapshot.processes.iter().all(|row| (0.0..=100.0).contains(&row.cpu_percent)));
    assert!(snapshot.this_program.sample_cost_ms > 0.0 && snapshot.uptime_seconds > 0);
}

#[test]
fn processes_are_listed_only_while_wanted() {
    let mut machine = Machine::new().expect("a thread");
    let mut list = |processes| machine.sample(processes, Duration::from_secs(1)).expect("a snapshot").processes.len();
    assert_eq!(list(Processes::Off), 0);
    assert_eq!(list(Processes::Top(1)), 1);
    assert!(list(Processes::All) > 1);
    assert_eq!(list(Processes::Off), 0);
}

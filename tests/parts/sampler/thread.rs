//! The thread and its handle.

use super::*;

fn scripted(count: usize) -> (Sampler, tachograph::sampler::Script) {
    Sampler::scripted(example(count), Config::default(), quiet()).expect("a thread")
}

#[test]
fn a_script_gives_its_snapshots_in_order_and_ends() {
    let (sampler, script) = scripted(3);
    let expected = example(3);
    for snapshot in &expected {
        assert!(sampler.receiver().is_empty());
        assert!(script.step());
        assert_eq!(sampler.receiver().try_recv().unwrap().time, snapshot.time);
    }
    assert!(!script.step());
    assert!(sampler.receiver().recv().is_err(), "disconnected");
}

#[test]
fn the_waker_is_called_for_each_snapshot_when_it_is_there() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let waker: Waker = Arc::new(move || {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let (sampler, script) = Sampler::scripted(example(5), Config::default(), waker).expect("a thread");
    for count in 1..=5 {
        script.step();
        assert_eq!((calls.load(Ordering::SeqCst), sampler.receiver().len()), (count, count));
    }
}

#[test]
fn a_receiver_that_is_away_loses_the_oldest_and_blocks_nothing() {
    let count = CHANNEL_CAPACITY + 10;
    let (sampler, script) = scripted(count);
    (0..count).for_each(|_| assert!(script.step()));
    assert_eq!(sampler.dropped(), 10);
    let times: Vec<f64> = sampler.receiver().try_iter().map(|snapshot| snapshot.time).collect();
    let expected: Vec<f64> = example(count)[10..].iter().map(|snapshot| snapshot.time).collect();
    assert_eq!(times, expected);
}

#[test]
fn a_pause_takes_no_samples_and_loses_none() {
    let (mut sampler, script) = scripted(2);
    sampler.pause();
    assert!(!script.step());
    assert!(sampler.is_paused() && sampler.receiver().is_empty());
    sampler.resume();
    assert!(script.step());
    assert_eq!(sampler.receiver().try_recv().unwrap().time, 1_700_000_000.0);
}

#[test]
fn only_the_processes_that_are_wanted_are_listed() {
    let (mut sampler, script) = scripted(3);
    let mut names = |processes| -> Vec<String> {
        sampler.set_processes(processes);
        script.step();
        sampler.receiver().try_recv().unwrap().processes.iter().map(|row| row.name.to_string()).collect()
    };
    assert_eq!(names(Processes::All), ["postgres", "python3", "worker", "init"]);
    assert_eq!(names(Processes::Top(2)), ["postgres", "python3"]);
    assert!(names(Processes::Off).is_empty());
}

/// Tells what the thread does to it.
struct Told(crossbeam_channel::Sender<&'static str>);

impl Source for Told {
    fn prime(&mut self, _: Processes) {
        self.0.send("prime").unwrap();
    }

    fn sample(&mut self, _: Processes, interval: Duration) -> Option<Snapshot> {
        self.0.send("sample").unwrap();
        Some(Snapshot { interval_seconds: interval.as_secs_f64(), ..Snapshot::default() })
    }
}

#[test]
fn a_first_reading_is_taken_at_the_start_after_a_pause_and_when_processes_are_wanted_again() {
    let (told, heard) = crossbeam_channel::unbounded();
    let config = Config { interval: MAX_INTERVAL, processes: Processes::Off };
    let mut sampler = Sampler::start_with(Told(told), config, quiet()).expect("a thread");
    let hear = || heard.recv_timeout(Duration::from_secs(30)).expect("news");
    assert_eq!([hear(), hear()], ["prime", "sample"]);
    sampler.set_processes(Processes::All);
    assert_eq!([hear(), hear()], ["prime", "sample"]);
    sampler.pause();
    sampler.resume();
    assert_eq!([hear(), hear()], ["prime", "sample"]);
    drop(sampler);
    assert!(heard.recv().is_err(), "the thread has ended and its source with it");
}

#[test]
fn a_shorter_interval_works_while_it_waits_for_a_minute() {
    let config = Config { interval: MAX_INTERVAL, processes: Processes::Off };
    let (told, _heard) = crossbeam_channel::unbounded();
    let mut sampler = Sampler::start_with(Told(told), config, quiet()).expect("a thread");
    assert_eq!(next(sampler.receiver()).interval_seconds, 60.0);
    sampler.set_interval(Duration::ZERO);
    assert_eq!(sampler.interval(), MIN_INTERVAL);
    assert_eq!(next(sampler.receiver()).interval_seconds, 0.1);
    assert_eq!(next(sampler.receiver()).interval_seconds, 0.1);
}

#[test]
fn a_source_can_run_by_the_clock() {
    let config = Config { interval: MIN_INTERVAL, processes: Processes::All };
    let sampler = Sampler::start_with(Scripted::new(example(3)), config, quiet()).expect("a thread");
    let times: Vec<f64> = sampler.receiver().iter().map(|snapshot| snapshot.time).collect();
    assert_eq!(times, [1_700_000_000.0, 1_700_000_001.0, 1_700_000_002.0]);
}

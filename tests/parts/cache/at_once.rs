//! Several who ask at once: what is made once, and who makes it when that fails.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use tachograph::jobs::Cancelled;

use super::*;

/// Holds up a maker in the middle of its work.
struct Hold {
    started: Receiver<()>,
    go: Sender<()>,
}

impl Hold {
    /// A maker that is held up, and then comes to this.
    fn before(result: Result<Bytes, JobError>) -> (Self, impl FnOnce() -> Result<Bytes, JobError> + Send) {
        let ((start, started), (go, may_go)) = (channel(), channel());
        let make = move || {
            start.send(()).expect("send");
            may_go.recv().expect("go");
            result
        };
        (Self { started, go }, make)
    }

    fn wait_until_started(&self) {
        self.started.recv().expect("started");
    }

    fn let_go(self) {
        self.go.send(()).expect("go");
    }
}

#[test]
fn two_caches_writing_and_evicting_at_once_never_mix_values() {
    let mut fixture = Fixture::new();
    (fixture.settings.file_limit_mb, fixture.settings.memory_items) = (1, 1);
    let caches = [fixture.open(), fixture.open()];
    std::thread::scope(|scope| {
        for (n, cache) in caches.iter().enumerate() {
            let fixture = &fixture;
            scope.spawn(move || {
                for round in 0..200 {
                    ask(cache, &format!("{}", (round * (n + 3)) % 17), 100_000);
                    fixture.time.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    for cache in &caches {
        let counters = file(cache).this_run;
        assert_eq!((counters.damaged, counters.write_failures, cache.problem()), (0, 0, None));
    }
    // Each knows of the other's entries only since its last look at the folder.
    caches[0].sweep();
    let verified = caches[0].verify(&Cancel::new(), &Progress::new()).expect("verify");
    assert!(verified.len() > 5 && verified.iter().all(|entry| entry.damage.is_none()));
    assert!(verified.iter().map(|entry| entry.bytes).sum::<u64>() <= 1_000_000);
}

#[test]
fn a_value_wanted_by_many_is_made_once() {
    let fixture = Fixture::new();
    let (cache, calls, barrier) = (fixture.open(), AtomicUsize::new(0), Barrier::new(8));
    let origins: Vec<Origin> = std::thread::scope(|scope| {
        let ask = || {
            barrier.wait();
            let make = || {
                calls.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(100));
                Ok(vec![1, 2, 3])
            };
            let (value, origin) = get(&cache, &CODEC, make).expect("made");
            assert_eq!(*value, [1, 2, 3]);
            origin
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().expect("thread")).collect()
    });
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert_eq!(origins.iter().filter(|&&origin| origin == Origin::Made).count(), 1);
    assert_eq!(counts(&cache.stats().memory.this_run), [7, 1, 0, 0, 0, 1, 0, 0]);
    assert_eq!(counts(&file(&cache).this_run), [0, 1, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn a_value_too_large_for_memory_is_still_shared() {
    let mut fixture = Fixture::new();
    fixture.settings.memory_limit_mb = 1;
    let cache = fixture.open();
    let (hold, make) = Hold::before(Ok(vec![9; 1_000_001]));
    std::thread::scope(|scope| {
        let maker = scope.spawn(|| get(&cache, &CODEC, make).expect("made").1);
        hold.wait_until_started();
        let waiter = scope.spawn(|| get(&cache, &CODEC, || panic!("made twice")).expect("shared").1);
        std::thread::sleep(Duration::from_millis(30));
        hold.let_go();
        assert_eq!(maker.join().expect("maker"), Origin::Made);
        // Either it waited in time, or it came so late that the file was there.
        assert!(matches!(waiter.join().expect("waiter"), Origin::Memory | Origin::File));
    });
}

static ENCODING: Barrier = Barrier::new(2);

/// The maker is held up while it writes the file: those who come then get the value from it, though memory does not hold it.
#[test]
fn a_value_too_large_for_memory_is_shared_while_it_is_written() {
    let mut fixture = Fixture::new();
    fixture.settings.memory_limit_mb = 1;
    let cache = fixture.open();
    let encode: fn(&Bytes, &mut dyn io::Write) -> io::Result<()> = |value, file| {
        ENCODING.wait();
        ENCODING.wait();
        file.write_all(value)
    };
    let codec = Codec { encode, ..CODEC };
    let get = |make: fn() -> Result<Bytes, JobError>| get(&cache, &codec, make);
    std::thread::scope(|scope| {
        let maker = scope.spawn(|| get(|| Ok(vec![9; 1_000_001])).expect("made").1);
        ENCODING.wait();
        let (value, origin) = get(|| Ok(vec![])).expect("shared");
        ENCODING.wait();
        assert_eq!((value.len(), origin), (1_000_001, Origin::Memory));
        assert_eq!(maker.join().expect("maker"), Origin::Made);
    });
    let memory = cache.stats().memory.this_run;
    assert_eq!(counts(&memory), [1, 1, 0, 0, 0, 0, 0, 1]);
    assert_eq!(memory.read.count(), 0, "waiting is not reading");
}

#[test]
fn a_failing_or_panicking_maker_leaves_the_turn_to_the_next() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let get = |make: fn() -> Result<Bytes, JobError>| get(&cache, &CODEC, make);
    assert_eq!(get(|| Err(JobError::Cancelled)).expect_err("fails"), JobError::Cancelled);
    assert!(catch_unwind(AssertUnwindSafe(|| get(|| panic!("a fault")))).is_err());
    assert_eq!(get(|| Ok(vec![5])).expect("made").1, Origin::Made);
    assert_eq!(get(|| panic!("not asked")).expect("kept").1, Origin::Memory);
    assert_eq!(counts(&cache.stats().memory.this_run), [1, 3, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn one_who_waits_for_a_failing_maker_makes_it_itself() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let (hold, make) = Hold::before(Err(JobError::Cancelled));
    std::thread::scope(|scope| {
        let failing = scope.spawn(|| get(&cache, &CODEC, make).is_err());
        hold.wait_until_started();
        let other = scope.spawn(|| ask(&cache, "a", 10));
        hold.let_go();
        assert!(failing.join().expect("thread"));
        assert_eq!(other.join().expect("thread"), Origin::Made);
    });
}

#[test]
fn one_who_waits_can_be_cancelled() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let (hold, make) = Hold::before(Ok(vec![1]));
    std::thread::scope(|scope| {
        let maker = scope.spawn(|| get(&cache, &CODEC, make).expect("made").1);
        hold.wait_until_started();
        let cancel = Cancel::new();
        cancel.cancel();
        let waiting = cache.get_or_make(key("a"), &about("a"), &CODEC, &cancel, || Err::<Bytes, _>(JobError::from(Cancelled)));
        assert_eq!(waiting.expect_err("cancelled"), JobError::Cancelled);
        hold.let_go();
        assert_eq!(maker.join().expect("maker"), Origin::Made);
    });
    assert_eq!(counts(&cache.stats().memory.this_run), [0, 1, 0, 0, 0, 1, 0, 0], "one who gave up asked nothing");
}

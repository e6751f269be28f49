//! The plan of the samples.

use super::*;

const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// A schedule that has taken its first sample at 1000 ms.
fn running(interval: u64) -> Schedule {
    let mut schedule = Schedule::new(ms(interval), ms(1000) - WARM_UP);
    schedule.taken(ms(1000));
    schedule
}

#[test]
fn the_first_sample_comes_after_the_warm_up() {
    assert_eq!(Schedule::new(MAX_INTERVAL, Duration::ZERO).wait(Duration::ZERO), Some(WARM_UP));
}

#[test]
fn a_late_sample_does_not_shift_those_after_it() {
    let mut schedule = running(1000);
    schedule.taken(ms(2030));
    assert_eq!(schedule.wait(ms(2030)), Some(ms(970)));
    schedule.taken(ms(7500));
    assert_eq!(schedule.wait(ms(7500)), Some(ms(1000)), "those missed are not made up for");
}

#[test]
fn a_new_interval_counts_from_the_last_sample_at_once() {
    let mut schedule = running(60_000);
    schedule.set_interval(ms(500));
    assert_eq!(schedule.wait(ms(1200)), Some(ms(300)));
    assert_eq!(schedule.wait(ms(9000)), Some(Duration::ZERO));
    schedule.set_interval(ms(2000));
    assert_eq!(schedule.wait(ms(1200)), Some(ms(1800)));
}

#[test]
fn a_new_interval_does_not_cut_the_warm_up_short() {
    let mut schedule = Schedule::new(ms(1000), Duration::ZERO);
    schedule.set_interval(MIN_INTERVAL);
    assert_eq!(schedule.wait(Duration::ZERO), Some(WARM_UP));
}

#[test]
fn a_pause_has_no_end_of_its_own_and_a_warm_up_after_it() {
    let mut schedule = running(1000);
    schedule.pause();
    assert_eq!((schedule.wait(ms(99_000)), schedule.is_paused()), (None, true));
    schedule.resume(ms(99_000));
    assert_eq!(schedule.wait(ms(99_000)), Some(WARM_UP));
}

#[test]
fn intervals_are_clamped() {
    assert_eq!(clamp_interval(Duration::ZERO), ms(100));
    assert_eq!(clamp_interval(ms(2500)), ms(2500));
    assert_eq!(clamp_interval(Duration::MAX), Duration::from_mins(1));
}

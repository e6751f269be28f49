//! Rates from counters.

use super::*;

#[test]
fn use_the_time_that_has_really_passed() {
    assert_eq!(per_second(1000, 3000, Duration::from_millis(500)), Some(4000.0));
    assert_eq!(per_second(5, 5, Duration::from_secs(1)), Some(0.0));
}

#[test]
fn a_counter_that_began_again_has_none() {
    assert_eq!(per_second(1000, 10, Duration::from_secs(1)), None);
    assert_eq!(per_second(u64::MAX, 0, Duration::from_secs(1)), None);
    assert_eq!(per_second(0, u64::MAX, Duration::from_secs(1)), None);
    assert_eq!(per_second(0, 10, Duration::ZERO), None);
}

#[test]
fn what_vanishes_and_comes_back_starts_anew() {
    let mut rates = Rates::default();
    let at = Duration::from_secs;
    let mut round = |name: Option<&'static str>, counters, time| {
        let rate = name.map(|name| rates.update(&name, counters, at(time)));
        rates.forget_missing();
        rate
    };
    assert_eq!(round(Some("eth0"), (100, 0), 0), Some((None, None)));
    assert_eq!(round(Some("eth0"), (300, 50), 2), Some((Some(100.0), Some(25.0))));
    assert_eq!(round(None, (0, 0), 3), None);
    assert_eq!(round(Some("eth0"), (900_000, 50), 4), Some((None, None)));
    assert_eq!(round(Some("eth0"), (900_010, 40), 5), Some((Some(10.0), None)));
}

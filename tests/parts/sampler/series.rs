//! Series: what plots get to draw.

use super::*;

fn each_second(count: u64, capacity: usize) -> Series {
    let mut series = Series::new(capacity);
    (0..count).for_each(|at| series.push(at as f64, Some(at as f32), 1.0));
    series
}

#[test]
fn keeps_the_newest() {
    let series = each_second(1000, 100);
    assert_eq!((series.len(), series.span(), series.latest()), (100, Some((900.0, 999.0)), Some(999.0)));
    assert_eq!(series.extent(0.0, 950.0), Some(Extent { min: 900.0, max: 949.0, last: 949.0 }));
    assert_eq!(series.extent(0.0, 900.0), None);
}

#[test]
fn zoomed_in_shows_samples_and_one_more_at_either_side() {
    let points = each_second(100, 1000).visible(10.5, 13.5, 300);
    let found: Vec<_> = points.iter().map(|point| (point.start, point.end, point.min, point.max, point.gap_before)).collect();
    let expected = [10.0_f64, 11.0, 12.0, 13.0, 14.0].map(|at| (at, at, at as f32, at as f32, false));
    assert_eq!(found, expected);
}

#[test]
fn zoomed_out_shows_the_extent_of_each_bucket() {
    let points = each_second(1000, 1000).visible(0.0, 1000.0, 10);
    assert_eq!(points.len(), 10);
    for (point, from) in points.iter().zip((0..1000).step_by(100)) {
        let (first, last) = (from as f32, from as f32 + 99.0);
        assert_eq!((point.start, point.end), (f64::from(first), f64::from(last)));
        assert_eq!((point.min, point.max, point.last), (first, last, last));
    }
}

#[test]
fn every_bucket_agrees_with_looking_at_every_value() {
    let mut numbers = Numbers(4);
    let mut series = Series::new(100_000);
    let mut all: Vec<(f64, f32)> = Vec::new();
    let mut time = 1_700_000_000.0;
    for _ in 0..20_000 {
        time += 0.5 + numbers.below(1000) as f64 / 1000.0;
        let value = numbers.value();
        series.push(time, Some(value), 1.0);
        all.push((time, value));
    }
    let (from, to) = (all[3000].0, all[17_000].0);
    let points = series.visible(from, to, 640);
    assert!((600..=643).contains(&points.len()), "{}", points.len());
    for point in &points {
        let inside: Vec<f32> =
            all.iter().filter(|(at, _)| *at >= point.start && *at <= point.end).map(|(_, value)| *value).collect();
        assert_eq!(naive(&inside), Some(Extent { min: point.min, max: point.max, last: point.last }));
    }
    // Together they cover everything in the range, and nothing twice.
    let covered: usize =
        points.iter().map(|point| all.iter().filter(|(at, _)| *at >= point.start && *at <= point.end).count()).sum();
    assert_eq!(covered, 14_002);
}

#[test]
fn buckets_hold_the_same_samples_while_the_picture_moves() {
    let series = each_second(1000, 1000);
    let inner = |from: f64| -> Vec<(f64, f64)> {
        let points = series.visible(from, from + 500.0, 50);
        points.iter().filter(|point| point.start >= 200.0 && point.end < 500.0).map(|point| (point.start, point.end)).collect()
    };
    assert_eq!(inner(100.0).len(), 30);
    assert_eq!(inner(100.0), inner(103.0));
}

#[test]
fn the_line_breaks_where_samples_are_far_apart_or_unknown() {
    let mut series = Series::new(100);
    for (time, value) in [(0.0, Some(1.0)), (1.0, Some(1.0)), (4.0, Some(1.0)), (7.1, Some(1.0)), (8.0, None), (9.0, Some(1.0))] {
        series.push(time, value, 1.0);
    }
    let gaps = |buckets| series.visible(0.0, 10.0, buckets).iter().map(|point| (point.start, point.gap_before)).collect::<Vec<_>>();
    assert_eq!(gaps(100), [(0.0, false), (1.0, false), (4.0, false), (7.1, true), (9.0, true)]);
    // Ten seconds on one pixel: nothing to see of it.
    assert_eq!(gaps(1), [(0.0, false)]);
}

#[test]
fn a_clock_that_was_set_back_takes_its_wrong_times_with_it() {
    let mut series = each_second(1000, 2000);
    series.push(600.5, Some(-1.0), 1.0);
    assert_eq!((series.len(), series.span(), series.latest()), (602, Some((0.0, 600.5)), Some(-1.0)));
    assert_eq!(series.extent(0.0, 2000.0), Some(Extent { min: -1.0, max: 600.0, last: -1.0 }));
    series.push(600.5, Some(7.0), 1.0);
    assert_eq!((series.len(), series.extent(512.0, 2000.0)), (602, Some(Extent { min: 7.0, max: 600.0, last: 7.0 })));
}

#[test]
fn gaps_go_with_the_samples_around_them() {
    let mut series = Series::new(100);
    [0.0, 1.0, 2.0, 100.0, 101.0, 2.5, 3.0, 4.0, 5.0].into_iter().for_each(|time| series.push(time, Some(1.0), 1.0));
    let points = series.visible(0.0, 10.0, 100);
    assert_eq!((points.len(), points.iter().any(|point| point.gap_before)), (7, false));
}

#[test]
fn nothing_comes_of_nothing() {
    let empty = Series::new(0);
    assert_eq!((empty.visible(0.0, 1.0, 10), empty.span(), empty.latest()), (vec![], None, None));
    let series = each_second(10, 10);
    for (from, to, buckets) in [(5.0, 5.0, 10), (6.0, 5.0, 10), (f64::NAN, 5.0, 10), (0.0, f64::INFINITY, 10)] {
        assert_eq!(series.visible(from, to, buckets), []);
    }
    assert_eq!(series.visible(0.0, 20.0, 0).len(), 1);
}

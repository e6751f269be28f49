//! The history of all metrics.

use super::*;

#[test]
fn keeps_every_metric_of_the_snapshots() {
    let mut history = History::new(3600);
    example(120).iter().for_each(|snapshot| history.push(snapshot));
    assert_eq!((history.len(), history.span()), (120, Some((1_700_000_000.0, 1_700_000_119.0))));
    let memory = history.extent(&Metric::MemoryUsed, 0.0, f64::MAX).unwrap();
    assert_eq!((memory.min, memory.last), (6_442_450_944.0, 6_442_450_944.0 + 119.0 * 1_048_576.0));
    assert_eq!(history.latest(&Metric::NetReceived), Some(1_200_000.0));
    assert_eq!(history.latest(&Metric::InterfaceReceived("eth0".into())), Some(1_200_000.0));
    assert_eq!(history.nearest(&Metric::CpuTotal, 1_700_000_015.4), Some((1_700_000_015.0, 80.0)));
    assert_eq!(history.metrics().len(), 36);
    assert_eq!(Metric::CpuCore(3).unit(), Unit::Percent);
}

#[test]
fn what_is_not_told_breaks_the_line_and_comes_back() {
    let mut history = History::new(100);
    for (at, mut snapshot) in example(10).into_iter().enumerate() {
        if at == 4 {
            snapshot.networks.clear();
            snapshot.load = None;
        }
        history.push(&snapshot);
    }
    for metric in [Metric::InterfaceSent("eth0".into()), Metric::Load] {
        let points = history.visible(&metric, 1_700_000_000.0, 1_700_000_010.0, 100);
        let gaps: Vec<_> = points.iter().filter(|point| point.gap_before).map(|point| point.start).collect();
        assert_eq!((points.len(), gaps), (9, vec![1_700_000_005.0]), "{metric:?}");
    }
}

#[test]
fn a_series_without_values_left_is_forgotten() {
    let mut history = History::new(5);
    for (at, mut snapshot) in example(10).into_iter().enumerate() {
        if at >= 3 {
            snapshot.temperatures.clear();
        }
        let known = history.metrics().iter().any(|metric| matches!(metric, Metric::Temperature(_)));
        assert_eq!(known, (1..8).contains(&at), "before sample {at}");
        history.push(&snapshot);
    }
}

#[test]
fn watched_processes_have_series_until_they_are_not_watched() {
    let mut history = History::new(100);
    history.watch(900);
    example(3).iter().for_each(|snapshot| history.push(snapshot));
    assert_eq!(history.latest(&Metric::ProcessMemory(900)), Some(1200.0 * 1_048_576.0));
    assert_eq!(history.latest(&Metric::ProcessCpu(900)), Some(history.latest(&Metric::CpuTotal).unwrap() / 4.0));
    assert_eq!(history.latest(&Metric::ProcessCpu(1)), None);
    history.unwatch(900);
    assert_eq!((history.latest(&Metric::ProcessCpu(900)), history.watched()), (None, [].as_slice()));
}

#[test]
fn a_pause_is_a_gap_in_all_series() {
    let mut history = History::new(100);
    let snapshots = example(20);
    snapshots.iter().take(5).chain(snapshots.iter().skip(15)).for_each(|snapshot| history.push(snapshot));
    let points = history.visible(&Metric::CpuTotal, 1_700_000_000.0, 1_700_000_020.0, 40);
    let gaps: Vec<_> = points.iter().filter(|point| point.gap_before).map(|point| point.start).collect();
    assert_eq!((points.len(), gaps), (10, vec![1_700_000_015.0]));
}

#[test]
fn a_clock_set_back_by_an_hour_does_not_stop_it() {
    let mut history = History::new(100);
    let mut snapshots = example(20);
    snapshots.iter_mut().skip(10).for_each(|snapshot| snapshot.time -= 3600.0);
    snapshots.iter().for_each(|snapshot| history.push(snapshot));
    assert_eq!((history.len(), history.span()), (10, Some((1_699_996_410.0, 1_699_996_419.0))));
    assert_eq!(history.visible(&Metric::CpuTotal, 1_699_996_400.0, 1_699_996_430.0, 100).len(), 10);
}

//! The cores as areas on each other, which add up to the use of the whole CPU.

use crate::sampler::Point;

use super::scale::Scale;

/// A piece of one core's area between two gaps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Area {
    /// Seconds, now is 0.
    pub times: Vec<f64>,
    /// Its lower edge.
    pub low: Vec<f64>,
    /// Its upper edge: so much higher as the core's share of the machine is.
    pub high: Vec<f64>,
}

/// The areas of each core, from below. `base` has the times, and what of the machine is known there; a core of which nothing is known at one of
/// them adds nothing. Where several samples share a pixel it is the last one, so that the parts and the whole are of one moment.
pub fn areas(base: &[Point], cores: &[Vec<Point>], end: f64, scale: &Scale) -> Vec<Vec<Area>> {
    let share = 1.0 / cores.len().max(1) as f64;
    let mut sums = vec![0.0; base.len()];
    let mut areas = Vec::with_capacity(cores.len());
    for core in cores {
        let mut known = core.iter().peekable();
        let mut pieces: Vec<Area> = Vec::new();
        for (point, sum) in base.iter().zip(&mut sums) {
            while known.next_if(|own| own.start < point.start).is_some() {}
            let value = known.peek().filter(|own| own.start <= point.end).map_or(0.0, |own| f64::from(own.last));
            if point.gap_before || pieces.is_empty() {
                pieces.push(Area::default());
            }
            let Some(piece) = pieces.last_mut() else { continue };
            piece.times.push((point.start + point.end) / 2.0 - end);
            piece.low.push(scale.place(*sum));
            *sum += value * share;
            piece.high.push(scale.place(*sum));
        }
        areas.push(pieces);
    }
    areas
}

#[cfg(test)]
mod tests {
    use super::super::tests::filled;
    use super::super::{Card, CardId};
    use super::*;
    use crate::sampler::Metric;

    fn point(time: f64, last: f32, gap_before: bool) -> Point {
        Point { start: time, end: time, min: 0.0, max: last, last, gap_before }
    }

    #[test]
    fn one_busy_thread_of_four_cores_is_a_quarter_of_the_machine() {
        let tab = filled(2);
        let scale = Scale::of(&tab, &Card::of(&tab, CardId::Cpu), 4);
        let base = [point(1.0, 25.0, false), point(2.0, 25.0, false), point(9.0, 25.0, true)];
        let idle = || vec![point(1.0, 0.0, false), point(2.0, 0.0, false), point(9.0, 0.0, true)];
        // It moves from one core to the next; the fourth core tells nothing at first.
        let busy = vec![point(1.0, 100.0, false), point(2.0, 0.0, false), point(9.0, 0.0, true)];
        let late = vec![point(2.0, 100.0, false), point(9.0, 100.0, true)];
        let areas = areas(&base, &[idle(), busy, idle(), late], 9.0, &scale);
        assert_eq!(areas.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2, 2], "broken where nothing was measured");
        assert_eq!((areas[3][0].times.clone(), areas[3][0].high.clone()), (vec![-8.0, -7.0], vec![25.0, 25.0]));
        assert_eq!((areas[1][0].high.clone(), areas[3][0].low.clone()), (vec![25.0, 0.0], vec![25.0, 0.0]));
        assert_eq!(areas[3][1].high, [25.0]);
    }

    #[test]
    fn cores_add_up_to_the_whole() {
        let tab = filled(40);
        let scale = Scale::of(&tab, &Card::of(&tab, CardId::Cpu), 4);
        let of = |metric| tab.points(&metric, -60.0, 0.1, 10);
        let base = of(Metric::CpuTotal);
        let cores: Vec<Vec<Point>> = (0..4).map(|core| of(Metric::CpuCore(core))).collect();
        let areas = areas(&base, &cores, tab.end(), &scale);
        // The example's cores have 0.5, 0.75, 1.25 and 1.5 times the mean, at most all of themselves: up to 66 % they add up to it.
        for (point, high) in base.iter().zip(&areas[3][0].high).filter(|(point, _)| point.last < 66.0) {
            assert!((f64::from(point.last) - high).abs() < 0.01, "{} {high}", point.last);
        }
    }
}

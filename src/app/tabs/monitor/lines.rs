//! How the points of a metric become what is drawn.

use crate::sampler::Point;

/// The pieces of a line between its gaps: points `[seconds, value]`, now is 0. A point that stands for several samples gives its smallest
/// and its largest value at one place.
pub fn runs(points: &[Point], end: f64) -> Vec<Vec<[f64; 2]>> {
    let mut runs: Vec<Vec<[f64; 2]>> = Vec::new();
    for point in points {
        if point.gap_before || runs.is_empty() {
            runs.push(Vec::new());
        }
        let Some(run) = runs.last_mut() else { continue };
        if point.start < point.end {
            let x = (point.start + point.end) / 2.0 - end;
            run.extend([[x, f64::from(point.min)], [x, f64::from(point.max)]]);
        } else {
            run.push([point.end - end, f64::from(point.last)]);
        }
    }
    runs
}

/// A piece of a line of which each point stands for many samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Band {
    /// Seconds, now is 0.
    pub times: Vec<f64>,
    /// The smallest values.
    pub least: Vec<f64>,
    /// The largest values.
    pub most: Vec<f64>,
    /// Points `[seconds, value]` of the line within: means where they are known, else the last values.
    pub line: Vec<[f64; 2]>,
}

/// The pieces of a line between its gaps, each with the band of all values around it.
pub fn bands(points: &[Point], end: f64) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for point in points {
        if point.gap_before || bands.is_empty() {
            bands.push(Band::default());
        }
        let Some(band) = bands.last_mut() else { continue };
        let time = (point.start + point.end) / 2.0 - end;
        band.times.push(time);
        band.least.push(point.min.into());
        band.most.push(point.max.into());
        band.line.push([time, point.last.into()]);
    }
    bands
}

/// The same as one list, broken by values that are not numbers, from `from` on.
pub fn joined(points: &[Point], end: f64, from: f64) -> Vec<[f64; 2]> {
    let mut list = Vec::new();
    for run in runs(points, end) {
        if let Some([x, _]) = run.first().filter(|_| !list.is_empty()) {
            list.push([*x, f64::NAN]);
        }
        list.extend(run);
    }
    list.retain(|[x, _]| *x >= from);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_where_samples_are_missing() {
        let point = |time: f64, gap_before| Point { start: time, end: time, min: 1.0, max: 1.0, last: 1.0, gap_before };
        let points = [point(1.0, false), point(2.0, false), point(9.0, true)];
        assert_eq!(runs(&points, 9.0), [vec![[-8.0, 1.0], [-7.0, 1.0]], vec![[0.0, 1.0]]]);
        let list = joined(&points, 9.0, -7.5);
        assert_eq!(list.len(), 3);
        assert!(list[1][1].is_nan());
    }

    #[test]
    fn several_samples_on_one_pixel_show_their_extremes() {
        let point = Point { start: 1.0, end: 3.0, min: 5.0, max: 7.0, last: 6.0, gap_before: false };
        assert_eq!(runs(&[point], 3.0), [vec![[-1.0, 5.0], [-1.0, 7.0]]]);
    }

    #[test]
    fn a_band_holds_all_values_and_its_line_the_means() {
        let point = |start: f64, gap_before| Point { start, end: start + 2.0, min: 5.0, max: 9.0, last: 6.0, gap_before };
        let bands = bands(&[point(0.0, false), point(2.0, false), point(90.0, true)], 100.0);
        assert_eq!(bands.iter().map(|band| band.times.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((bands[0].least[1], bands[0].most[1], bands[0].line[1]), (5.0, 9.0, [-97.0, 6.0]));
    }
}

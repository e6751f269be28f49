//! Lines over time or over a number.

use super::canvas::{Anchor, Area, Canvas, Label, Paint};
use super::{LEGEND, SMALL, legend};
use crate::report::chart::{Lines, Series, XAxis};
use crate::report::text::{fit, width};
use crate::report::theme::{Rgb, Tokens};
use crate::report::ticks::{LogAxis, log_axis, time_ticks, value_ticks};

const LINE_WIDTH: f64 = 1.5;
const AREA_OPACITY: f64 = 0.14;
const X_LABELS: f64 = 20.0;

/// The part of the picture that the lines lie in, and what its edges stand for.
struct Scale {
    area: Area,
    x: [f64; 2],
    y: [f64; 2],
    logarithmic: bool,
}

impl Scale {
    fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let part = |value: f64, [low, high]: [f64; 2]| (value - low) / (high - low);
        let up = part(self.height(y), self.y.map(|end| self.height(end))).clamp(0.0, 1.0);
        [self.area.x + part(x, self.x) * self.area.width, self.area.y + (1.0 - up) * self.area.height]
    }

    fn height(&self, y: f64) -> f64 {
        if self.logarithmic { y.max(self.y[0]).log10() } else { y }
    }
}

pub(super) fn draw(canvas: &mut Canvas, lines: &Lines, tokens: &Tokens, whole: Area) {
    let height = (whole.height - X_LABELS - LEGEND).max(20.0);
    let (y_ticks, y) = y_axis(lines, (height / 42.0).round().clamp(2.0, 8.0) as usize);
    let labels = y_ticks.iter().map(|(_, words)| width(words, SMALL)).fold(0.0, f64::max) + 10.0;
    let area = Area { x: whole.x + labels, y: whole.y + 4.0, width: (whole.width - labels).max(20.0), height: height - 4.0 };
    let x_ticks = x_ticks(lines, area.width);
    let scale = Scale { area, x: x_range(lines).unwrap_or_else(|| ends(&x_ticks)), y, logarithmic: lines.logarithmic };
    grid(canvas, tokens, &scale, &x_ticks, &y_ticks);
    for series in &lines.series {
        canvas.open_group("series");
        line(canvas, series, tokens.series_color(series.color), &scale);
        canvas.close_group();
    }
    for limit in lines.limits.iter().filter(|limit| limit.value >= scale.y[0] && limit.value <= scale.y[1]) {
        let at = |x| scale.place([x, limit.value]);
        canvas.path(&[at(scale.x[0]), at(scale.x[1])], tokens.warn, Paint::Dashed(1.0));
    }
    let series = lines.series.iter().map(|s| (tokens.series_color(s.color), s.name.as_str()));
    let entries: Vec<(Rgb, &str)> = series.chain(lines.limits.iter().map(|l| (tokens.warn, l.name.as_str()))).collect();
    legend(canvas, &entries, tokens, Area { y: area.y + area.height + X_LABELS + 10.0, ..whole });
}

fn ends(ticks: &[(f64, String)]) -> [f64; 2] {
    [ticks.first().map_or(0.0, |tick| tick.0), ticks.last().map_or(1.0, |tick| tick.0)]
}

/// The marks of the value axis, and its ends.
fn y_axis(lines: &Lines, wanted: usize) -> (Vec<(f64, String)>, [f64; 2]) {
    if lines.logarithmic {
        let low = values(lines, 1).fold(f64::INFINITY, f64::min);
        let LogAxis { floor, top, marks } = log_axis(lines.y, low, y_high(lines), wanted);
        return (marks, [floor, top]);
    }
    let ticks = value_ticks(lines.y, y_low(lines), y_high(lines), wanted);
    let [low, high] = ends(&ticks);
    (ticks, [low, lines.y_max.filter(|max| *max > y_low(lines)).unwrap_or(high)])
}

fn values(lines: &Lines, axis: usize) -> impl Iterator<Item = f64> {
    lines.series.iter().flat_map(|s| &s.points).filter(|p| p[1].is_finite()).map(move |p| p[axis]).filter(|v| v.is_finite())
}

fn y_low(lines: &Lines) -> f64 {
    values(lines, 1).fold(0.0, f64::min)
}

fn y_high(lines: &Lines) -> f64 {
    lines.y_max.unwrap_or_else(|| values(lines, 1).fold(0.0, f64::max))
}

/// The ends of a time axis; a number's axis ends at its marks.
fn x_range(lines: &Lines) -> Option<[f64; 2]> {
    match lines.x {
        XAxis::Ago { seconds } if seconds > 0.0 => Some([-seconds, 0.0]),
        XAxis::Ago { .. } => Some([-1.0, 0.0]),
        XAxis::Number { .. } => None,
    }
}

fn x_ticks(lines: &Lines, room: f64) -> Vec<(f64, String)> {
    let wanted = (room / 90.0).clamp(2.0, 12.0) as usize;
    match &lines.x {
        XAxis::Ago { seconds } => time_ticks(*seconds, wanted),
        XAxis::Number { unit, name } => {
            let (low, high) = values(lines, 0).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
            let mut ticks = value_ticks(*unit, low, high, wanted);
            if let Some(last) = ticks.last_mut().filter(|_| !name.is_empty()) {
                last.1 = format!("{} {}", last.1, fit(name, SMALL, room / 3.0));
            }
            ticks
        }
    }
}

fn grid(canvas: &mut Canvas, tokens: &Tokens, scale: &Scale, x_ticks: &[(f64, String)], y_ticks: &[(f64, String)]) {
    let area = scale.area;
    canvas.open_group("grid");
    for (value, words) in y_ticks.iter().filter(|(value, _)| *value <= scale.y[1] * (1.0 + 1e-9)) {
        let [_, y] = scale.place([scale.x[0], *value]);
        canvas.line([area.x, y], [area.x + area.width, y], tokens.line);
        canvas.text(&Label { anchor: Anchor::End, ..Label::new(area.x - 8.0, y + 4.0, SMALL, tokens.hint, words) });
    }
    for (value, words) in x_ticks {
        let [x, _] = scale.place([*value, scale.y[0]]);
        let half = width(words, SMALL) / 2.0;
        // The outer labels stay inside the plot.
        let anchor = match x {
            x if x - half < area.x => Anchor::Start,
            x if x + half > area.x + area.width => Anchor::End,
            _ => Anchor::Middle,
        };
        canvas.text(&Label { anchor, ..Label::new(x, area.y + area.height + 16.0, SMALL, tokens.hint, words) });
    }
    canvas.close_group();
}

fn line(canvas: &mut Canvas, series: &Series, color: Rgb, scale: &Scale) {
    for run in runs(&series.points, scale.x) {
        let points: Vec<[f64; 2]> = thin(&run.iter().map(|p| scale.place(*p)).collect::<Vec<_>>(), scale.area.width);
        if let [only] = points[..] {
            canvas.circle(only, LINE_WIDTH, color);
            continue;
        }
        if let (true, Some(first), Some(last)) = (series.fill, points.first(), points.last()) {
            let [_, ground] = scale.place([0.0, 0.0]);
            let area: Vec<_> = points.iter().copied().chain([[last[0], ground], [first[0], ground]]).collect();
            canvas.path(&area, color, Paint::Fill(AREA_OPACITY));
        }
        canvas.path(&points, color, Paint::Stroke(LINE_WIDTH));
    }
}

/// The unbroken stretches inside of the axis, cut at its ends.
fn runs(points: &[[f64; 2]], [low, high]: [f64; 2]) -> Vec<Vec<[f64; 2]>> {
    let mut runs = vec![];
    for stretch in points.split(|p| !p[0].is_finite() || !p[1].is_finite()) {
        let mut run = vec![];
        for (i, point) in stretch.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|i| stretch.get(i));
            if let Some(before) = before {
                run.extend([low, high].into_iter().filter_map(|edge| crossing(*before, *point, edge)));
            }
            if (low..=high).contains(&point[0]) {
                run.push(*point);
            }
        }
        if !run.is_empty() {
            runs.push(run);
        }
    }
    runs
}

/// Where the way from `a` to `b` passes x = `edge` strictly between them.
fn crossing(a: [f64; 2], b: [f64; 2], edge: f64) -> Option<[f64; 2]> {
    let part = (edge - a[0]) / (b[0] - a[0]);
    (part > 0.0 && part < 1.0).then(|| [edge, a[1] + part * (b[1] - a[1])])
}

/// At most four points for each point of width, such that the drawn line is the same: the first, least, greatest and last.
fn thin(points: &[[f64; 2]], width: f64) -> Vec<[f64; 2]> {
    if (points.len() as f64) < 4.0 * width {
        return points.to_vec();
    }
    let mut kept = vec![];
    for column in points.chunk_by(|a, b| a[0] as i64 == b[0] as i64) {
        let at = |index: Option<usize>| index.unwrap_or(0);
        let least = at((0..column.len()).min_by(|a, b| column[*a][1].total_cmp(&column[*b][1])));
        let greatest = at((0..column.len()).max_by(|a, b| column[*a][1].total_cmp(&column[*b][1])));
        let mut chosen = [0, least, greatest, column.len() - 1];
        chosen.sort_unstable();
        kept.extend(chosen.iter().enumerate().filter(|(i, c)| *i == 0 || chosen[i - 1] != **c).map(|(_, c)| column[*c]));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_where_nothing_was_measured_and_is_cut_at_the_ends() {
        let points = [[-20.0, 0.0], [-5.0, 30.0], [-4.0, 1.0], [-3.0, f64::NAN], [-2.0, 2.0], [1.0, 5.0]];
        assert_eq!(runs(&points, [-10.0, 0.0]), [vec![[-10.0, 20.0], [-5.0, 30.0], [-4.0, 1.0]], vec![[-2.0, 2.0], [0.0, 4.0]]]);
        assert!(runs(&[[-20.0, 1.0], [-15.0, 1.0]], [-10.0, 0.0]).is_empty());
    }

    #[test]
    fn thinning_keeps_every_peak() {
        let points: Vec<_> =
            (0..100_000).map(|i| [f64::from(i) / 1000.0, if i == 54_321 { 99.0 } else { f64::from(i % 7) }]).collect();
        let thinned = thin(&points, 100.0);
        assert!(thinned.len() <= 400, "{}", thinned.len());
        assert!(thinned.contains(&[54.321, 99.0]));
        assert!(thinned.windows(2).all(|w| w[0][0] < w[1][0]));
        assert_eq!(thin(&points[..50], 100.0), points[..50]);
    }
}

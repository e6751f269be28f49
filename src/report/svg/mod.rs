//! Charts as SVG: shapes and real text, nothing that is fetched from elsewhere, no script, no ids that could clash when several stand
//! in one page. Only the flame graph of [`interactive_flame`], a file of its own, carries a script.

mod bars;
mod bins;
mod canvas;
mod flame;
mod interactive;
mod lines;
mod tree;

use super::chart::{Chart, Kind};
use super::text::{clean, fit, width};
use super::theme::Tokens;
use super::{Exporter, ReportError};
use canvas::{Anchor, Area, Canvas, Label};

pub use interactive::interactive_flame;
pub(super) use interactive::{FLAME_SCRIPT, picture};
pub use tree::{CHANGE_STEPS, FlameNode, FlameTree, Measure};

const MARGIN: f64 = 16.0;
const HEAD: f64 = 48.0;
const LEGEND: f64 = 28.0;
const SMALL: f64 = 11.0;
/// No picture is drawn smaller: its parts would lie on each other.
const LEAST: (f64, f64) = (160.0, 120.0);
const MOST: f64 = 20_000.0;

/// Writes SVG files.
#[derive(Clone, Copy, Debug)]
pub struct Svg;

impl Exporter for Svg {
    fn export(&self, chart: &Chart) -> Result<Vec<u8>, ReportError> {
        Ok(draw(chart).into_bytes())
    }
}

/// The chart as an SVG document.
pub(super) fn draw(chart: &Chart) -> String {
    let tokens = chart.look.tokens();
    let (width, height) = size(chart);
    let mut canvas = Canvas::new(width, height, &clean(&chart.title), &clean(&chart.subtitle));
    canvas.rect(Area { x: 0.0, y: 0.0, width, height }, tokens.panel, 0.0);
    head(&mut canvas, chart, tokens, width);
    let plot = Area { x: MARGIN, y: HEAD, width: width - 2.0 * MARGIN, height: height - HEAD - MARGIN };
    match &chart.kind {
        Kind::Lines(lines) => lines::draw(&mut canvas, lines, tokens, plot),
        Kind::Bars(bars) => bars::draw(&mut canvas, bars, tokens, plot),
        Kind::Flame(flame) => flame::draw(&mut canvas, flame, tokens, plot),
        Kind::Bins(bins) => bins::draw(&mut canvas, bins, tokens, plot),
    }
    canvas.finish()
}

/// Width and height of the picture in points: what was asked for, higher where the rows need it.
pub(super) fn size(chart: &Chart) -> (f64, f64) {
    let tidy = |value: f64, least: f64| if value.is_finite() { value.clamp(least, MOST).round() } else { least };
    let needed = match &chart.kind {
        Kind::Lines(_) | Kind::Bins(_) => 0.0,
        Kind::Bars(bars) => bars::height(bars),
        Kind::Flame(flame) => flame::height(flame),
    };
    (tidy(chart.width, LEAST.0), tidy(chart.height.max(HEAD + needed + MARGIN), LEAST.1))
}

/// Title, figure and subtitle in one row; the subtitle gives way first.
fn head(canvas: &mut Canvas, chart: &Chart, tokens: &Tokens, full: f64) {
    let baseline = 30.0;
    let room = full - 2.0 * MARGIN;
    let title = fit(&chart.title, 13.0, room * if chart.figure.is_empty() { 1.0 } else { 0.6 });
    canvas.text(&Label { weight: 600, ..Label::new(MARGIN, baseline, 13.0, tokens.muted, &title) });
    // Semi-bold letters are up to a twentieth wider than the regular ones that are measured.
    let mut used = width(&title, 13.0) * 1.05 + 10.0;
    let figure = fit(&chart.figure, 20.0, room - used);
    if !figure.is_empty() {
        canvas.text(&Label { weight: 600, ..Label::new(MARGIN + used, baseline, 20.0, tokens.text, &figure) });
        used += width(&figure, 20.0) * 1.05 + 16.0;
    }
    let subtitle = fit(&chart.subtitle, 12.0, room - used);
    if !subtitle.is_empty() {
        canvas.text(&Label { anchor: Anchor::End, ..Label::new(full - MARGIN, baseline, 12.0, tokens.hint, &subtitle) });
    }
}

/// A row of coloured squares with their names, from `x`; what has no room is counted.
fn legend(canvas: &mut Canvas, entries: &[(super::theme::Rgb, &str)], tokens: &Tokens, area: Area) {
    let (mut x, end) = (area.x, area.x + area.width);
    canvas.open_group("legend");
    for (i, (color, name)) in entries.iter().enumerate() {
        let rest = entries.len() - i;
        let reserve = if rest > 1 { 70.0 } else { 0.0 };
        let text = fit(name, SMALL, (end - x - 14.0).min(220.0));
        let needed = 14.0 + width(&text, SMALL);
        if x + needed + reserve > end && i > 0 {
            canvas.text(&Label::new(x, area.y + 9.0, SMALL, tokens.hint, &format!("and {rest} more")));
            break;
        }
        canvas.rect(Area { x, y: area.y, width: 9.0, height: 9.0 }, *color, 2.0);
        canvas.text(&Label::new(x + 14.0, area.y + 9.0, SMALL, tokens.muted, &text));
        x += needed + 16.0;
    }
    canvas.close_group();
}

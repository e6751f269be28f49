//! Pairs of bars: before over after.

use super::canvas::{Anchor, Area, Canvas, Label};
use super::{LEGEND, SMALL, legend};
use crate::report::chart::{Bar, Bars};
use crate::report::text::{fit, width};
use crate::report::theme::Tokens;

const ROW: f64 = 28.0;
const BAR: f64 = 6.0;
/// More rows are counted, not drawn: nobody reads them and the picture would be a mile high.
const MOST_ROWS: usize = 500;
const LABEL: f64 = 12.0;

/// Height that all rows and the legend need.
pub(super) fn height(bars: &Bars) -> f64 {
    bars.rows.len().min(MOST_ROWS + 1) as f64 * ROW + LEGEND
}

pub(super) fn draw(canvas: &mut Canvas, bars: &Bars, tokens: &Tokens, area: Area) {
    let shown = bars.rows.get(..MOST_ROWS).unwrap_or(&bars.rows);
    let values: Vec<String> =
        shown.iter().map(|row| format!("{} → {}", bars.unit.show(row.before), bars.unit.show(row.after))).collect();
    let widest = |texts: &mut dyn Iterator<Item = f64>, most: f64| texts.fold(0.0, f64::max).min(most);
    let names =
        widest(&mut shown.iter().map(|row| width(&fit(&row.label, LABEL, area.width * 0.35), LABEL)), area.width * 0.35) + 12.0;
    let figures = widest(&mut values.iter().map(|text| width(text, SMALL)), area.width * 0.35) + 12.0;
    let largest = shown.iter().flat_map(|row| [row.before, row.after]).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let track = Area { x: area.x + names, y: area.y, width: (area.width - names - figures).max(10.0), height: ROW };
    for (i, (row, value)) in shown.iter().zip(&values).enumerate() {
        let track = Area { y: area.y + i as f64 * ROW, ..track };
        canvas.open_group("bar");
        let name = fit(&row.label, LABEL, names - 12.0);
        canvas.text(&Label::new(area.x, track.y + ROW / 2.0 + 4.0, LABEL, tokens.text, &name));
        pair(canvas, row, largest, tokens, track);
        let value = fit(value, SMALL, figures);
        let right = area.x + area.width;
        canvas.text(&Label { anchor: Anchor::End, ..Label::new(right, track.y + ROW / 2.0 + 4.0, SMALL, tokens.muted, &value) });
        canvas.close_group();
    }
    if let Some(more) = bars.rows.len().checked_sub(MOST_ROWS).filter(|more| *more > 0) {
        let y = area.y + MOST_ROWS as f64 * ROW + ROW / 2.0 + 4.0;
        canvas.text(&Label::new(area.x, y, LABEL, tokens.hint, &format!("and {more} more")));
    }
    let entries = [(tokens.before, bars.names[0].as_str()), (tokens.good, bars.names[1].as_str())];
    legend(canvas, &entries, tokens, Area { y: area.y + area.height - 9.0, ..area });
}

fn pair(canvas: &mut Canvas, row: &Bar, largest: f64, tokens: &Tokens, track: Area) {
    for (value, color, y) in
        [(row.before, tokens.before, track.y + ROW / 2.0 - BAR - 1.0), (row.after, tokens.good, track.y + ROW / 2.0 + 1.0)]
    {
        let part = if largest > 0.0 && value.is_finite() { (value / largest).clamp(0.0, 1.0) } else { 0.0 };
        // What is there is seen, however little.
        let width = if part > 0.0 { (part * track.width).max(1.0) } else { 0.0 };
        canvas.rect(Area { x: track.x, y, width, height: BAR }, color, 2.0_f64.min(width / 2.0));
    }
}

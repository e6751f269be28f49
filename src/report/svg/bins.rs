//! A histogram: upright bars between edges.

use super::SMALL;
use super::canvas::{Anchor, Area, Canvas, Label};
use crate::report::Unit;
use crate::report::chart::{BinBar, Bins};
use crate::report::format::grouped;
use crate::report::text::{fit, width};
use crate::report::theme::Tokens;
use crate::report::ticks::value_ticks;

const X_LABELS: f64 = 22.0;
const GAP: f64 = 1.0;
/// Room between the words of two edges.
const BETWEEN: f64 = 14.0;
/// Longest words of an edge in a bar's title.
const EDGE: f64 = 200.0;

pub(super) fn draw(canvas: &mut Canvas, bins: &Bins, tokens: &Tokens, whole: Area) {
    let most = bins.bars.iter().map(known).fold(0.0, f64::max);
    let ticks = value_ticks(Unit::Count, 0.0, most, 4);
    let top = ticks.last().map_or(1.0, |(value, _)| value.max(1.0));
    let labels = ticks.iter().map(|(_, words)| width(words, SMALL)).fold(0.0, f64::max) + 10.0;
    let area = Area {
        x: whole.x + labels,
        y: whole.y + 4.0,
        width: (whole.width - labels).max(20.0),
        height: (whole.height - X_LABELS - 4.0).max(20.0),
    };
    canvas.open_group("grid");
    for (value, words) in &ticks {
        let y = area.y + (1.0 - value / top) * area.height;
        canvas.line([area.x, y], [area.x + area.width, y], tokens.line);
        canvas.text(&Label { anchor: Anchor::End, ..Label::new(area.x - 8.0, y + 4.0, SMALL, tokens.hint, words) });
    }
    canvas.close_group();
    let step = area.width / bins.bars.len().max(1) as f64;
    for (i, bar) in bins.bars.iter().enumerate() {
        let part = (known(bar) / top).clamp(0.0, 1.0);
        // What is there is seen, however little.
        let height = if part > 0.0 { (part * area.height).max(1.0) } else { 0.0 };
        canvas.open_titled("bin", &words(bar));
        let x = area.x + i as f64 * step;
        canvas.rect(
            Area { x, y: area.y + area.height - height, width: (step - GAP).max(0.5), height },
            tokens.series_color(0),
            0.0,
        );
        canvas.close_group();
    }
    edges(canvas, bins, tokens, area, step);
}

/// What a bar says: `10 to 20: 1,234`.
fn words(bar: &BinBar) -> String {
    let edge = |text: &str| fit(text, SMALL, EDGE);
    format!("{} to {}: {}", edge(&bar.from), edge(&bar.to), grouped(known(bar), 0))
}

fn known(bar: &BinBar) -> f64 {
    if bar.count.is_finite() { bar.count } else { 0.0 }
}

/// The words of as many edges as have room, the first one always.
fn edges(canvas: &mut Canvas, bins: &Bins, tokens: &Tokens, area: Area, step: f64) {
    let last = bins.bars.last().map(|bar| bar.to.as_str());
    let baseline = area.y + area.height + 16.0;
    let name = fit(&bins.name, SMALL, area.width / 3.0);
    let end = area.x + area.width - if name.is_empty() { 0.0 } else { width(&name, SMALL) + BETWEEN };
    let mut free = area.x;
    for (i, edge) in bins.bars.iter().map(|bar| bar.from.as_str()).chain(last).enumerate() {
        let x = area.x + i as f64 * step;
        if x >= free && x + width(edge, SMALL) <= end {
            canvas.text(&Label::new(x, baseline, SMALL, tokens.hint, edge));
            free = x + width(edge, SMALL) + BETWEEN;
        }
    }
    let right = area.x + area.width;
    canvas.text(&Label { anchor: Anchor::End, ..Label::new(right, baseline, SMALL, tokens.muted, &name) });
}

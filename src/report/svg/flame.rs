//! Flame graphs: the root above, callees under their callers.

use super::SMALL;
use super::canvas::{Area, Canvas, Label};
use crate::report::chart::{Flame, FlameRect};
use crate::report::text::{fit, shorten};
use crate::report::theme::Tokens;

const ROW: f64 = 20.0;
/// Narrower rectangles, in points, are not drawn: they could not be seen.
const NARROWEST: f64 = 0.4;
/// Deeper rows are counted in a note and not drawn.
const MOST_ROWS: u32 = 400;
const TITLE_CHARS: usize = 500;
/// Colours of frames.
pub(super) const COLORS: usize = crate::report::theme::DARK.flame.len();

/// Height that all rows need.
pub(super) fn height(flame: &Flame) -> f64 {
    f64::from(rows(flame).min(MOST_ROWS + 1)) * ROW
}

fn rows(flame: &Flame) -> u32 {
    flame.rects.iter().map(|rect| rect.depth.saturating_add(1)).max().unwrap_or(0)
}

pub(super) fn draw(canvas: &mut Canvas, flame: &Flame, tokens: &Tokens, area: Area) {
    for rect in flame.rects.iter().filter(|rect| rect.depth < MOST_ROWS && rect.width * area.width >= NARROWEST) {
        frame(canvas, rect, tokens, area);
    }
    if let Some(deeper) = rows(flame).checked_sub(MOST_ROWS).filter(|deeper| *deeper > 0) {
        let y = area.y + f64::from(MOST_ROWS) * ROW + 14.0;
        canvas.text(&Label::new(area.x, y, SMALL, tokens.hint, &format!("and {deeper} deeper levels")));
    }
}

fn frame(canvas: &mut Canvas, rect: &FlameRect, tokens: &Tokens, area: Area) {
    let (start, end) = (rect.x.clamp(0.0, 1.0), (rect.x + rect.width).clamp(0.0, 1.0));
    let y = area.y + f64::from(rect.depth) * ROW;
    // A hair between neighbours, but never so much that a narrow one vanishes.
    let full = (end - start) * area.width;
    let place = Area { x: area.x + start * area.width, y, width: (full - 1.0).max(full * 0.6), height: ROW - 1.0 };
    let title = if rect.detail.is_empty() { rect.label.clone() } else { format!("{} · {}", rect.label, rect.detail) };
    if title.is_empty() {
        canvas.open_group(&class(rect));
    } else {
        canvas.open_titled(&class(rect), &shorten(&title, TITLE_CHARS));
    }
    let fill = match (rect.change, rect.color) {
        (Some(step), _) => tokens.change_color(step),
        (None, color) => color.map_or(tokens.flame_root, |color| tokens.flame_color(color)),
    };
    canvas.rect(place, fill, 2.0_f64.min(place.width / 3.0));
    let label = fit(&rect.label, SMALL, place.width - 8.0);
    canvas.text(&Label::new(place.x + 4.0, y + 13.5, SMALL, tokens.on_flame, &label));
    canvas.close_group();
}

/// What a page's own style colours a frame by, where it has one.
fn class(rect: &FlameRect) -> String {
    let kind = rect.color.map_or_else(|| "frame all".to_owned(), |color| format!("frame c{}", color % COLORS));
    match rect.change {
        None => kind,
        Some(0) => format!("{kind} same"),
        Some(step) => format!("{kind} {}{}", if step < 0 { 'l' } else { 'm' }, step.unsigned_abs()),
    }
}

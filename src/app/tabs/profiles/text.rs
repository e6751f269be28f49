//! A line of text at a place, cut where it is too long.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{Color32, FontId, Pos2, Ui, pos2};

/// Letters that are ever laid out.
const MOST: usize = 300;

/// Which end of the text is at the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It begins there.
    Left,
    /// It ends there.
    Right,
}

/// Writes `text`, at most `width` points wide, with its middle at the height of `at`.
pub fn line(ui: &Ui, at: Pos2, width: f32, text: &str, font: FontId, color: Color32, side: Side) {
    let short: String = text.chars().take(MOST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mut job = LayoutJob::simple_singleline(short, font, color);
    job.wrap = TextWrapping::truncate_at_width(width.max(1.0));
    let galley = ui.painter().layout_job(job);
    let left = if side == Side::Right { at.x - galley.size().x } else { at.x };
    ui.painter().galley(pos2(left, at.y - galley.size().y / 2.0), galley, color);
}

//! Marking a stretch of time with the pointer: drawn in all plots, told beside the pointer, and shown alone when the pointer is let go.

use std::time::Duration;

use eframe::egui::{Modifiers, Painter, Pos2, Rect, Response, Stroke, Ui};

use crate::app::theme::Palette;
use crate::app::{Command, View};
use crate::report::format;

use super::cards::{Card, Trace};
use super::{MonitorCommand, MonitorTab};

/// Less than this many points is a click that slipped.
const LEAST: f64 = 4.0;
/// How much of its colour the marked stretch has.
const TINT: f32 = 0.16;

/// Whether a drag that begins now marks a stretch: with Shift, and where the whole range is shown, which has nowhere to be moved to.
fn marks(tab: &MonitorTab, modifiers: Modifiers) -> bool {
    modifiers.shift || !tab.window().is_part()
}

/// Follows the pointer that marks a stretch in a plot; `moment` tells what lies where (seconds, now is 0). Whether the drag is one that marks.
pub fn follow(
    tab: &MonitorTab,
    response: &Response,
    ui: &Ui,
    view: View,
    moment: impl Fn(Pos2) -> f64,
    seconds_per_point: f64,
) -> bool {
    let send = |command| view.commands.send(Command::Monitor(command));
    let begins = response.drag_started() && marks(tab, ui.input(|input| input.modifiers));
    let time = |at: Pos2| tab.end() + moment(at);
    let here = response.interact_pointer_pos().map(&time);
    // By the time that it is known to be a drag, the pointer has moved.
    let origin = ui.input(|input| input.pointer.press_origin()).map(&time);
    match (tab.brush, here) {
        (Some((from, to)), _) if response.drag_stopped() => {
            let is_long = (to - from).abs() >= LEAST * seconds_per_point;
            send(if is_long { MonitorCommand::ShowMarked } else { MonitorCommand::Brush(None) });
        }
        // Only what moved is news: else each frame would ask for the next.
        (Some((from, to)), Some(here)) if response.dragged() && (here - to).abs() > seconds_per_point / 4.0 => {
            send(MonitorCommand::Brush(Some((from, here))));
        }
        (None, Some(here)) if begins => send(MonitorCommand::Brush(Some((origin.unwrap_or(here), here)))),
        _ => {}
    }
    begins || tab.brush.is_some()
}

/// Draws the marked stretch over a plot; `x` tells where a moment (seconds, now is 0) lies.
pub fn draw(tab: &MonitorTab, painter: &Painter, frame: Rect, x: impl Fn(f64) -> f32, palette: &Palette) {
    let Some((from, to)) = tab.brush() else { return };
    let painter = painter.with_clip_rect(frame.intersect(painter.clip_rect()));
    let (left, right) = (x(from - tab.end()), x(to - tab.end()));
    painter.rect_filled(Rect::from_x_y_ranges(left..=right, frame.y_range()), 0.0, palette.accent.gamma_multiply(TINT));
    for edge in [left, right] {
        painter.vline(edge, frame.y_range(), Stroke::new(1.0, palette.accent));
    }
}

/// What the lines of a card did in the marked stretch: its length, and of each line the mean, the smallest and the largest value.
pub fn told(tab: &MonitorTab, card: &Card, most: usize) -> Option<String> {
    let (from, to) = tab.brush()?;
    let words = |trace: &Trace| match tab.summary(&trace.metric, from, to) {
        None => format!("{}  {}", trace.name, format::NOT_AVAILABLE),
        Some(summary) => {
            let show = |value| card.show(value * card.share_of(&trace.metric));
            format!("{}  mean {}, {} to {}", trace.name, show(summary.mean), show(summary.least), show(summary.most))
        }
    };
    let length = format!("{} marked", format::span(Duration::from_secs_f64((to - from).max(0.0))));
    let lines = card.traces.iter().take(most).map(words);
    Some(std::iter::once(length).chain(lines).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::filled;
    use super::super::{CardId, Range};
    use super::*;

    #[test]
    fn a_marked_stretch_is_told_and_then_shown_alone() {
        let mut tab = filled(61);
        let (from, to) = (tab.end() - 60.0, tab.end());
        tab.change(MonitorCommand::Brush(Some((to, from))));
        let text = told(&tab, &Card::of(&tab, CardId::Cpu), 9);
        assert_eq!(
            text.as_deref(),
            Some("1 min marked\nall cores  mean 50 %, 20 % to 80 %\nbusiest core  mean 71 %, 30 % to 100 %")
        );
        tab.change(MonitorCommand::Brush(Some((from, from + 20.0))));
        tab.change(MonitorCommand::ShowMarked);
        assert_eq!((tab.brush(), tab.window().from(), tab.window().to()), (None, -60.0, -40.0));
        tab.change(MonitorCommand::ShowRange(Range::Minute));
        tab.change(MonitorCommand::Back);
        assert_eq!((tab.window().from(), tab.window().to()), (-60.0, -40.0));
        tab.change(MonitorCommand::ShowMarked);
        assert_eq!(tab.window().from(), -60.0, "nothing is marked any more");
        tab.change(MonitorCommand::ZoomTo(from, from + 10.0));
        tab.change(MonitorCommand::Back);
        tab.change(MonitorCommand::Back);
        assert!(!tab.window().is_part() && tab.before().is_none());
    }

    #[test]
    fn a_drag_marks_where_there_is_nothing_to_move() {
        let mut tab = filled(2);
        assert!(marks(&tab, Modifiers::NONE) && marks(&tab, Modifiers::SHIFT));
        tab.change(MonitorCommand::Zoom { factor: 2.0, around: -100.0 });
        assert!(!marks(&tab, Modifiers::NONE) && marks(&tab, Modifiers::SHIFT));
    }
}

//! Above the rows: fields for the range, the whole time at a glance, on which a range is brushed.

use std::sync::Arc;

use eframe::egui::{
    self, Align, Color32, FontId, Id, Key, Layout, Margin, Mesh, Rect, Response, RichText, Role, Sense, Shape, Stroke,
};
use eframe::egui::{StrokeKind, TextEdit, Ui, WidgetInfo, pos2, vec2};

use crate::app::theme::{SMALL, palette};
use crate::app::widgets::{focus_ring, small_button};
use crate::app::{Command, View};
use crate::profile::{Scale, Tracks};
use crate::report::format;

use super::super::sight::{Look, Sight};
use super::super::{Doc, ProfilesCommand, Shown, axis};
use super::shapes::{area, bins};
use super::{Made, TimelineCommand};

/// Height of the overview in points.
const HEIGHT: f32 = 30.0;

/// The whole time as it was last drawn.
#[derive(Clone)]
struct Kept {
    sample_type: usize,
    serial: u64,
    width: f32,
    pixels: f32,
    dark: bool,
    mesh: Arc<Mesh>,
}

/// The fields for the range, and the ways back.
pub fn fields(doc: &Doc, shown: &Shown, tracks: &Tracks, ui: &mut Ui, view: View) {
    let (range, whole) = (shown.view.asked.filters.range_ns, tracks.range.clone());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let from = field(ui, "From", range.map(|range| range.0), whole.start);
        let to = field(ui, "To", range.map(|range| range.1), whole.end);
        ui.label(RichText::new("seconds").size(SMALL).color(palette(ui).hint));
        if from.is_some() || to.is_some() {
            let old = range.unwrap_or((whole.start, whole.end));
            let new = (from.unwrap_or(Some(old.0)).unwrap_or(whole.start), to.unwrap_or(Some(old.1)).unwrap_or(whole.end));
            let is_all = new.0 <= whole.start && new.1 >= whole.end;
            send(view, ProfilesCommand::Range((!is_all && new.0 < new.1).then_some(new)));
        }
        if let Some((from, to)) = range {
            let length = to.abs_diff(from);
            ui.label(RichText::new(format!("{} of it", format::seconds(length as f64 / 1e9))).size(SMALL).color(palette(ui).text));
            if small_button(ui, "Zoom to range").on_hover_text("Let the chosen range fill the width").clicked() {
                look(view, Look::Show(from..to));
            }
            if small_button(ui, "All of the time").on_hover_text("Look at the whole profile again, in every view").clicked() {
                send(view, ProfilesCommand::Range(None));
            }
        }
        if doc.timeline().sight().is_part() && small_button(ui, "Reset zoom").on_hover_text("Show the whole time (Home)").clicked()
        {
            look(view, Look::All);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let hint = "Drag on the overview, or with Shift on the threads, to look at a part of the time in every view.";
            ui.add(egui::Label::new(RichText::new(hint).size(SMALL).color(palette(ui).hint)).truncate());
        });
    });
}

/// A field for a moment in seconds. What was entered: a moment, or nothing; `None` while nothing was.
#[expect(clippy::option_option, reason = "an emptied field is an answer, too")]
fn field(ui: &mut Ui, name: &str, value: Option<i64>, otherwise: i64) -> Option<Option<i64>> {
    let id = Id::unique(("timeline field", name));
    let shown = value.map(|value| format!("{}", value as f64 / 1e9)).unwrap_or_default();
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| shown.clone());
    // Painted, as the field itself has the name.
    let words = ui.painter().layout_no_wrap(name.to_owned(), FontId::proportional(SMALL), palette(ui).hint);
    let (place, _) = ui.allocate_exact_size(vec2(words.size().x, 22.0), Sense::hover());
    ui.painter().galley(pos2(place.left(), place.center().y - words.size().y / 2.0), words, palette(ui).hint);
    let hint = format!("{}", (otherwise as f64 / 1e6).round() / 1e3);
    let edit = TextEdit::singleline(&mut text)
        .id(id.with("edit"))
        .margin(Margin::symmetric(6, 3))
        .desired_width(58.0)
        .align(egui::Align2::LEFT_CENTER);
    let edit = edit.char_limit(24).hint_text(RichText::new(hint).color(palette(ui).hint));
    let response = ui.add(edit).accessible_name(name).on_hover_text(format!("{name}: seconds from the beginning. Enter takes it."));
    let done = response.lost_focus() || (response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter)));
    if done {
        ui.data_mut(|data| data.remove::<String>(id));
        return (text.trim() != shown).then(|| moment(&text)).filter(|entered| entered.is_some() || text.trim().is_empty());
    }
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text));
    }
    None
}

/// Seconds as nanoseconds; `None` for what is no number.
fn moment(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches('s').trim().replace(',', ".");
    let seconds: f64 = text.parse().ok().filter(|seconds: &f64| seconds.is_finite())?;
    Some((seconds * 1e9).round() as i64)
}

/// The whole time: what all threads did together, what is in sight and what was chosen.
pub fn overview(doc: &Doc, shown: &Shown, made: &Made, tracks: &Tracks, place: Rect, ui: &Ui, view: View) {
    let response = ui.interact(place, Id::unique("timeline overview"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Overview of the time"));
    let scale = Scale::new(tracks.range.clone(), place.width().into());
    ui.painter().rect_filled(place, 3.0, palette(ui).raised.gamma_multiply(0.6));
    let mut mesh = Mesh::clone(&whole(ui, shown, made, tracks, place));
    mesh.translate(place.min.to_vec2());
    ui.painter().add(Shape::mesh(mesh));
    let sight = doc.timeline().sight();
    if sight.is_part() {
        frame(ui, place, &scale, sight);
    }
    brushed(ui, place, &scale, brushing(&response, place, &scale, ui, view).or(shown.view.asked.filters.range_ns));
    focus_ring(ui, &response, 3.0);
    let around = axis::pointed(&response, place, &scale).filter(|_| response.hovered());
    let wheel = ui.input(|input| input.smooth_scroll_delta().y);
    if let Some(asked) = around.and_then(|around| axis::wheel(wheel, around)) {
        look(view, asked);
    }
}

/// What all threads did together, as in the last frame unless something changed.
fn whole(ui: &Ui, shown: &Shown, made: &Made, tracks: &Tracks, place: Rect) -> Arc<Mesh> {
    let (id, pixels, dark) = (Id::unique("timeline overview mesh"), ui.pixels_per_point(), ui.visuals().dark_mode);
    let width = place.width();
    let kept = ui.data(|data| data.get_temp::<Kept>(id));
    let same = |kept: &Kept| {
        (kept.sample_type, kept.serial, kept.dark) == (made.sample_type, shown.serial, dark)
            && (kept.width, kept.pixels) == (width, pixels)
    };
    if let Some(kept) = kept.filter(same) {
        return kept.mesh;
    }
    let threads: Vec<usize> = (0..tracks.tracks.len()).collect();
    let mut together = tracks.activities(&threads, tracks.range.clone(), bins(width, pixels)).together;
    // Threads that are busy at once are drawn to the scale of the most at once.
    let most = together.iter().copied().fold(1.0_f32, f32::max);
    together.iter_mut().for_each(|value| *value /= most);
    let (mut mesh, inside) = (Mesh::default(), Rect::from_min_size(pos2(0.0, 2.0), vec2(width, HEIGHT - 4.0)));
    area(&mut mesh, inside, &together, palette(ui).series_color(0).gamma_multiply(0.75));
    let mesh = Arc::new(mesh);
    let kept = Kept { sample_type: made.sample_type, serial: shown.serial, width, pixels, dark, mesh: Arc::clone(&mesh) };
    ui.data_mut(|data| data.insert_temp(id, kept));
    mesh
}

fn frame(ui: &Ui, place: Rect, scale: &Scale, sight: &Sight) {
    let seen = sight.seen();
    let (x0, x1) = (place.left() + scale.pixel(seen.start) as f32, place.left() + scale.pixel(seen.end) as f32);
    let seen = Rect::from_x_y_ranges(x0..=x1.max(x0 + 2.0), place.y_range());
    ui.painter().rect_stroke(seen, 2.0, Stroke::new(1.0, palette(ui).muted), StrokeKind::Inside);
}

/// Dims what lies outside of the chosen range.
pub fn brushed(ui: &Ui, place: Rect, scale: &Scale, range: Option<(i64, i64)>) {
    let Some((from, to)) = range else { return };
    let (x0, x1) = (place.left() + scale.pixel(from) as f32, place.left() + scale.pixel(to) as f32);
    let veil = palette(ui).panel.gamma_multiply(0.72);
    let within = |from: f32, to: f32| Rect::from_x_y_ranges(from..=to, place.y_range());
    for (from, to) in [(place.left(), x0), (x1, place.right())] {
        if to > from {
            ui.painter().rect_filled(within(from, to), 0.0, veil);
        }
    }
    let edge = Stroke::new(1.5, palette(ui).accent);
    for (x, at) in [(x0, from), (x1, to)] {
        if (scale.from..=scale.to).contains(&at) {
            ui.painter().vline(x, place.y_range(), edge);
        }
    }
    ui.painter().rect_filled(within(x0, x1.max(x0)), 0.0, accent_tint(ui));
}

fn accent_tint(ui: &Ui) -> Color32 {
    palette(ui).accent.gamma_multiply(0.07)
}

/// The range that is being brushed by dragging over `response`; at the end of the drag it is asked for.
pub fn brushing(response: &Response, place: Rect, scale: &Scale, ui: &Ui, view: View) -> Option<(i64, i64)> {
    let id = response.id.with("brush");
    if response.drag_started()
        && let Some(at) = ui.input(|input| input.pointer.press_origin())
    {
        let begin = scale.place(f64::from(at.x - place.left()));
        ui.data_mut(|data| data.insert_temp(id, begin));
    }
    let begin = ui.data(|data| data.get_temp::<i64>(id))?;
    let at = response.interact_pointer_pos().or_else(|| ui.input(|input| input.pointer.latest_pos()))?;
    let now = scale.place(f64::from(at.x - place.left()));
    let range = (begin.min(now), begin.max(now));
    if !response.dragged() {
        ui.data_mut(|data| data.remove::<i64>(id));
        if range.0 < range.1 {
            send(view, ProfilesCommand::Range(Some(range)));
        }
    }
    Some(range).filter(|range| range.0 < range.1)
}

/// Room for the overview.
pub fn height() -> f32 {
    HEIGHT
}

pub fn look(view: View, look: Look) {
    send(view, ProfilesCommand::Timeline(TimelineCommand::Look(look)));
}

fn send(view: View, command: ProfilesCommand) {
    view.commands.send(Command::Profiles(command));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        assert_eq!(
            (moment(" 1.5 "), moment("0,25 s"), moment("2s")),
            (Some(1_500_000_000), Some(250_000_000), Some(2_000_000_000))
        );
        assert_eq!((moment(""), moment("x"), moment("inf")), (None, None, None));
    }
}

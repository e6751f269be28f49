//! Thin bars: before over after, and a single one for a share.

use eframe::egui::{Color32, CornerRadius, Rect, Sense, Ui, vec2};

use crate::app::theme::palette;

const RADIUS: CornerRadius = CornerRadius::same(2);

/// Two bars, grey over green, as long as `before` and `after` are of `whole`. `thickness` is that of one bar, in points.
pub fn before_after(ui: &mut Ui, width: f32, thickness: f32, before: f64, after: f64, whole: f64) {
    let palette = palette(ui);
    let gap = (thickness * 0.5).clamp(2.0, 8.0).round();
    let (rect, _) = ui.allocate_exact_size(vec2(width, 2.0 * thickness + gap), Sense::hover());
    let lower = rect.translate(vec2(0.0, thickness + gap));
    bar(ui, rect, thickness, share(before, whole), palette.before);
    bar(ui, lower, thickness, share(after, whole), palette.good);
}

/// One bar on its track, filled to `fraction` (0 to 1) with `color`.
pub fn meter(ui: &mut Ui, width: f32, thickness: f32, fraction: f32, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, thickness), Sense::hover());
    ui.painter().rect_filled(rect, RADIUS, palette(ui).raised);
    bar(ui, rect, thickness, fraction, color);
}

fn bar(ui: &Ui, rect: Rect, thickness: f32, share: f32, color: Color32) {
    // What is not nothing shows as at least a sliver.
    let width = if share > 0.0 { (rect.width() * share).max(2.0) } else { 0.0 };
    ui.painter().rect_filled(Rect::from_min_size(rect.min, vec2(width, thickness)), RADIUS, color);
}

/// `part` of `whole` as 0 to 1; 0 when there is no whole.
fn share(part: f64, whole: f64) -> f32 {
    if whole > 0.0 && part.is_finite() { (part / whole).clamp(0.0, 1.0) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_stay_between_nothing_and_all() {
        assert_eq!(share(1.0, 4.0), 0.25);
        assert_eq!(share(5.0, 4.0), 1.0);
        assert_eq!(share(1.0, 0.0), 0.0);
        assert_eq!(share(f64::NAN, 1.0), 0.0);
    }
}

//! What the rows in sight look like: one mesh, made when what is in sight, size or look change, and drawn from frame to frame as it is.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::{Color32, Mesh, Pos2, Rect, pos2};

use crate::app::theme::Palette;
use crate::operations::frame_color;
use crate::profile::tracks::{CounterTrack, MinMax};
use crate::profile::{Profile, Scale, Tracks};

use super::rows::{For, LANE, Row, Rows, THREAD};

/// Room above and below what a row shows, in points.
const MARGIN: f32 = 4.0;

/// What shapes were made for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Which rows.
    pub of: For,
    /// What is in sight, in nanoseconds.
    pub seen: Range<i64>,
    /// Rows in sight.
    pub rows: Range<usize>,
    /// Width in points.
    pub width: f32,
    /// Pixels of a point.
    pub pixels: f32,
    /// Whether the look is dark.
    pub dark: bool,
}

/// The rows in sight, in points from the upper left corner of all rows.
#[derive(Clone, Debug)]
pub struct Shapes {
    /// What they were made for.
    pub made_for: Wanted,
    /// All of them.
    pub mesh: Mesh,
}

impl Shapes {
    /// As they were, unless something changed.
    pub fn kept(
        kept: Option<&Arc<Self>>,
        wanted: Wanted,
        rows: &Rows,
        tracks: &Tracks,
        profile: &Profile,
        palette: &Palette,
    ) -> Arc<Self> {
        match kept {
            Some(kept) if kept.made_for == wanted => Arc::clone(kept),
            _ => Arc::new(Self::new(wanted, rows, tracks, profile, palette)),
        }
    }

    fn new(made_for: Wanted, rows: &Rows, tracks: &Tracks, profile: &Profile, palette: &Palette) -> Self {
        let bins = bins(made_for.width, made_for.pixels);
        let (seen, scale) = (made_for.seen.clone(), Scale::new(made_for.seen.clone(), made_for.width.into()));
        let in_sight = || made_for.rows.clone().filter_map(|row| rows.get(row));
        let threads: Vec<usize> = in_sight().filter_map(|(row, ..)| thread_of(row)).collect();
        let activities = tracks.activities(&threads, seen.clone(), bins);
        let (mut mesh, mut nth) = (Mesh::default(), 0);
        for (row, top, bottom) in in_sight() {
            match row {
                Row::Counter(counter) => {
                    let place = Rect::from_min_max(pos2(0.0, top + MARGIN), pos2(made_for.width, bottom - MARGIN));
                    if let Some(counter) = tracks.counters.get(*counter) {
                        counter_line(&mut mesh, place, counter, &counter.plot(seen.clone(), bins), palette.series_color(1));
                    }
                }
                Row::Thread(busy) => {
                    let place = Rect::from_min_max(pos2(0.0, top + MARGIN), pos2(made_for.width, top + THREAD - MARGIN));
                    let color = if busy.is_idle { palette.hint } else { palette.series_color(0) };
                    area(&mut mesh, place, activities.row(nth), color);
                    nth += 1;
                    markers(&mut mesh, top + THREAD - 2.0, tracks, busy.track, &scale, profile, palette);
                }
            }
        }
        Self { made_for, mesh }
    }
}

fn thread_of(row: &Row) -> Option<usize> {
    match row {
        Row::Thread(busy) => Some(busy.track),
        Row::Counter(_) => None,
    }
}

/// As many parts as there are pixels.
pub fn bins(width: f32, pixels: f32) -> usize {
    (width * pixels).round().clamp(1.0, 8_000.0) as usize
}

/// An area below values from 0 to 1, the same values beside each other as one piece.
pub fn area(mesh: &mut Mesh, place: Rect, values: &[f32], color: Color32) {
    let step = place.width() / values.len().max(1) as f32;
    let mut from = 0;
    for run in values.chunk_by(|one, next| one == next) {
        let (first, to) = (from, from + run.len());
        from = to;
        let value = run.first().copied().unwrap_or(0.0);
        if value > 0.0 {
            // What is not nothing shows as at least a hair.
            let top = (place.bottom() - value.min(1.0) * place.height()).min(place.bottom() - 1.0);
            let (x0, x1) = (place.left() + first as f32 * step, place.left() + to as f32 * step);
            mesh.add_colored_rect(Rect::from_min_max(pos2(x0, top), pos2(x1, place.bottom())), color);
        }
    }
}

/// A line from value to value, faintly filled down to 0.
fn counter_line(mesh: &mut Mesh, place: Rect, counter: &CounterTrack, values: &[Option<MinMax>], color: Color32) {
    let (low, high) = (counter.whole.min.min(0.0), counter.whole.max.max(0.0));
    let length = if high > low { high - low } else { 1.0 };
    let y = |value: f64| place.bottom() - ((value - low) / length) as f32 * place.height();
    let step = place.width() / values.len().max(1) as f32;
    let fill = color.gamma_multiply(0.22);
    for (bin, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        let (x0, x1) = (place.left() + bin as f32 * step, place.left() + (bin + 1) as f32 * step);
        let (top, bottom) = (y(value.max), y(value.min));
        let zero = y(0.0);
        mesh.add_colored_rect(Rect::from_min_max(Pos2::new(x0, top.min(zero)), Pos2::new(x1, bottom.max(zero))), fill);
        mesh.add_colored_rect(Rect::from_min_max(Pos2::new(x0, top - 0.75), Pos2::new(x1, bottom + 0.75)), color);
    }
}

fn markers(mesh: &mut Mesh, top: f32, tracks: &Tracks, track: usize, scale: &Scale, profile: &Profile, palette: &Palette) {
    let Some(track) = tracks.tracks.get(track) else { return };
    for mark in track.markers.marks(scale) {
        let name = profile.strings.get(profile.markers.get(mark.marker as usize).name);
        let color = palette.flame.get(frame_color(name) % palette.flame.len()).copied().unwrap_or(palette.hint);
        let top = top + mark.lane as f32 * LANE;
        let right = mark.x1.max(mark.x0 + 1.5);
        mesh.add_colored_rect(Rect::from_min_max(pos2(mark.x0, top), pos2(right, top + LANE - 2.0)), color);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_beside_each_other_are_one_piece() {
        let place = Rect::from_min_max(pos2(0.0, 0.0), pos2(8.0, 10.0));
        let mut mesh = Mesh::default();
        area(&mut mesh, place, &[0.0, 0.5, 0.5, 0.5, 1.0, 0.0, 0.0, 1e-9], Color32::RED);
        assert_eq!(mesh.vertices.len(), 3 * 4);
        let lows = mesh.vertices.iter().map(|vertex| vertex.pos.y).fold(f32::MAX, f32::min);
        assert_eq!((lows, mesh.vertices[0].pos), (0.0, pos2(1.0, 5.0)));
        assert_eq!((bins(0.0, 1.0), bins(400.0, 2.0), bins(f32::NAN, 1.0) <= 8000), (1, 800, true));
    }
}

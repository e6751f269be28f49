//! The few elements of SVG that charts are made of.

use crate::report::text::escape;
use crate::report::theme::{Rgb, hex};

/// First the bundled font, then what comes close where it is not installed.
const FONT: &str = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans', sans-serif";

/// A rectangle, in points from the upper left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// Which end of a text its x is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text.
pub(super) struct Label<'a> {
    pub x: f64,
    /// The line that the letters stand on.
    pub y: f64,
    pub size: f64,
    pub weight: u16,
    pub color: Rgb,
    pub anchor: Anchor,
    pub text: &'a str,
}

impl<'a> Label<'a> {
    /// Regular weight, beginning at `x`.
    pub fn new(x: f64, y: f64, size: f64, color: Rgb, text: &'a str) -> Self {
        Self { x, y, size, weight: 400, color, anchor: Anchor::Start, text }
    }
}

/// How a path is painted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Paint {
    /// A line of this width.
    Stroke(f64),
    /// The same, dashed.
    Dashed(f64),
    /// Its area, in this opacity.
    Fill(f64),
}

/// An SVG document being written.
pub(super) struct Canvas {
    out: String,
}

impl Canvas {
    /// A document of this size, with a title and description for screen readers.
    pub fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        let (w, h) = (number(width), number(height));
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" font-family=\"{FONT}\">\n<title>{}</title>\n",
            escape(title)
        );
        if !description.is_empty() {
            out.push_str(&format!("<desc>{}</desc>\n", escape(description)));
        }
        Self { out }
    }

    /// A piece of a document: what is drawn into it, without a document around it.
    pub fn piece() -> Self {
        Self { out: String::new() }
    }

    /// What was drawn into a piece.
    pub fn into_piece(self) -> String {
        self.out
    }

    /// Markup of this program, such as a script; never anything from a file.
    pub fn markup(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    pub fn finish(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }

    pub fn open_group(&mut self, class: &str) {
        self.out.push_str(&format!("<g class=\"{}\">\n", escape(class)));
    }

    /// A group with a title that viewers show when the pointer rests on it.
    pub fn open_titled(&mut self, class: &str, title: &str) {
        self.out.push_str(&format!("<g class=\"{}\"><title>{}</title>", escape(class), escape(title)));
    }

    pub fn close_group(&mut self) {
        self.out.push_str("</g>\n");
    }

    pub fn rect(&mut self, area: Area, fill: Rgb, radius: f64) {
        let Area { x, y, width, height } = area;
        let (x, y, width, height) = (number(x), number(y), number(width.max(0.0)), number(height.max(0.0)));
        let rounded = if radius > 0.0 { format!(" rx=\"{}\"", number(radius)) } else { String::new() };
        self.out.push_str(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{rounded} fill=\"{}\"/>\n",
            hex(fill)
        ));
    }

    /// A level or upright line, one point wide.
    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], color: Rgb) {
        let [x1, y1, x2, y2] = [from[0], from[1], to[0], to[1]].map(number);
        self.out.push_str(&format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"{}\"/>\n", hex(color)));
    }

    pub fn circle(&mut self, [x, y]: [f64; 2], radius: f64, fill: Rgb) {
        let (x, y, r) = (number(x), number(y), number(radius));
        self.out.push_str(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"{}\"/>\n", hex(fill)));
    }

    /// A path through `points`; a filled one is closed.
    pub fn path(&mut self, points: &[[f64; 2]], color: Rgb, paint: Paint) {
        let mut d = String::with_capacity(points.len() * 12);
        for (i, [x, y]) in points.iter().enumerate() {
            d.push(if i == 0 { 'M' } else { 'L' });
            d.push_str(&format!("{} {}", number(*x), number(*y)));
        }
        let color = hex(color);
        let paint = match paint {
            Paint::Stroke(width) => {
                format!(
                    "fill=\"none\" stroke=\"{color}\" stroke-width=\"{}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"",
                    number(width)
                )
            }
            Paint::Dashed(width) => {
                format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"{}\" stroke-dasharray=\"4 4\"", number(width))
            }
            Paint::Fill(opacity) => {
                d.push('Z');
                format!("fill=\"{color}\" fill-opacity=\"{}\"", number(opacity))
            }
        };
        self.out.push_str(&format!("<path d=\"{d}\" {paint}/>\n"));
    }

    pub fn text(&mut self, label: &Label<'_>) {
        if label.text.is_empty() {
            return;
        }
        let (x, y, size) = (number(label.x), number(label.y), number(label.size));
        let anchor = match label.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if label.weight == 400 { String::new() } else { format!(" font-weight=\"{}\"", label.weight) };
        self.out.push_str(&format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight}{anchor} fill=\"{}\">{}</text>\n",
            hex(label.color),
            escape(label.text)
        ));
    }
}

/// A coordinate to a hundredth of a point; what is not a number is 0.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        assert_eq!([1.0, 1.005, -0.001, 12.5, f64::NAN, f64::INFINITY].map(number), ["1", "1", "0", "12.5", "0", "0"]);
    }
}

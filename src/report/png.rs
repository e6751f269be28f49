//! Charts as pixels, drawn from their SVG with the bundled fonts, so that a picture is the same on every machine.

use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg::{Options, Tree};

use super::chart::Chart;
use super::{Exporter, ReportError, fonts, svg};

/// A picture has at most this many pixels: 256 MB while it is made.
const MOST_PIXELS: f64 = 64e6;

/// Writes PNG files.
#[derive(Clone, Copy, Debug)]
pub struct Png {
    /// Pixels for each point: 1, or 2 for sharp screens.
    pub scale: f32,
}

impl Exporter for Png {
    fn export(&self, chart: &Chart) -> Result<Vec<u8>, ReportError> {
        pixmap(chart, self.scale)?.encode_png().map_err(|error| not_drawn(chart, &error))
    }
}

/// A picture as plain pixels, for the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Red, green, blue, alpha of each pixel, row by row from the top; alpha is not multiplied in.
    pub rgba: Vec<u8>,
}

/// The chart in pixels, `scale` for each point.
///
/// # Errors
/// When the picture is too large, or cannot be drawn.
pub fn picture(chart: &Chart, scale: f32) -> Result<Picture, ReportError> {
    let pixmap = pixmap(chart, scale)?;
    let rgba = pixmap.pixels().iter().flat_map(|pixel| straight(*pixel)).collect();
    Ok(Picture { width: pixmap.width(), height: pixmap.height(), rgba })
}

fn straight(pixel: PremultipliedColorU8) -> [u8; 4] {
    let color = pixel.demultiply();
    [color.red(), color.green(), color.blue(), color.alpha()]
}

fn pixmap(chart: &Chart, scale: f32) -> Result<Pixmap, ReportError> {
    let scale = if scale.is_finite() { scale.clamp(0.1, 8.0) } else { 1.0 };
    let (width, height) = svg::size(chart);
    let (width, height) = ((width * f64::from(scale)).round(), (height * f64::from(scale)).round());
    let too_large = || ReportError::TooLarge { width: width as u64, height: height as u64 };
    if width * height > MOST_PIXELS {
        return Err(too_large());
    }
    let mut pixmap = Pixmap::new(width as u32, height as u32).ok_or_else(too_large)?;
    let options = Options {
        fontdb: fonts::bundled(),
        font_resolver: fonts::resolver(),
        font_family: "Inter".to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(&svg::draw(chart), &options).map_err(|error| not_drawn(chart, &error))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Ok(pixmap)
}

fn not_drawn(chart: &Chart, reason: &dyn std::fmt::Display) -> ReportError {
    ReportError::NotDrawn { title: super::shorten(&chart.title, 80), reason: reason.to_string() }
}

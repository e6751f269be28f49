//! Charts without a window: what one shows ([`Chart`]), its colours ([`theme`]), how its figures are written ([`mod@format`]), and one
//! [`Exporter`] per file format: SVG, PNG and CSV. The window, the command line and reports draw the same charts with it. [`html`] makes pages
//! of them, [`syntax`] puts code in colours.
//!
//! Uses [`crate::jobs`] for the words of its errors, and nothing else of this program.

mod calendar;
mod chart;
mod csv;
mod fonts;
pub mod format;
pub mod html;
mod moment;
mod png;
mod svg;
pub mod syntax;
mod text;
pub mod theme;
mod ticks;

use std::path::Path;

pub use calendar::{local_moment, local_seconds, local_ticks};
pub use chart::{Bar, Bars, BinBar, Bins, Chart, Flame, FlameRect, Kind, Limit, Lines, Series, Unit, XAxis};
pub use csv::text as csv_text;
pub use moment::moment;
pub use png::{Picture, picture};
pub use svg::{CHANGE_STEPS, FlameNode, FlameTree, Measure, interactive_flame};
pub use text::{capitalised, clean, shorten, shorten_path};
pub use ticks::{LogAxis, log_axis, time_ticks, value_ticks};

use crate::jobs::Explain;

/// Why a chart could not be turned into a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// The picture would need too much memory.
    #[error("a picture of {width} × {height} pixels is too large to make")]
    TooLarge {
        /// Its width in pixels.
        width: u64,
        /// Its height in pixels.
        height: u64,
    },
    /// The drawing could not be turned into pixels; a fault in this program.
    #[error("the chart “{title}” could not be drawn: {reason}")]
    NotDrawn {
        /// The chart's title.
        title: String,
        /// What the drawing library says.
        reason: String,
    },
}

impl Explain for ReportError {
    fn next_step(&self) -> String {
        match self {
            Self::TooLarge { .. } => "Make the chart smaller, show less of it, or export it as SVG.".to_owned(),
            Self::NotDrawn { .. } => "Export the chart as SVG or CSV instead.".to_owned(),
        }
    }
}

/// Turns a chart into the bytes of one file format.
pub trait Exporter {
    /// The whole file.
    ///
    /// # Errors
    /// When the picture is too large to be made in memory, or cannot be drawn.
    fn export(&self, chart: &Chart) -> Result<Vec<u8>, ReportError>;
}

/// The file formats that a chart can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A picture of pixels, at twice the size for sharp screens and print.
    Png,
    /// A picture of shapes and text.
    Svg,
    /// The chart's figures, for a spreadsheet.
    Csv,
}

impl Format {
    /// All of them, the usual one first.
    pub const ALL: [Self; 3] = [Self::Png, Self::Svg, Self::Csv];

    /// The ending of its files, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Csv => "csv",
        }
    }

    /// The format that a file's name asks for, by its ending; case does not matter.
    pub fn of_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.extension() == ending)
    }

    /// What writes it.
    pub fn exporter(self) -> Box<dyn Exporter> {
        match self {
            Self::Png => Box::new(png::Png { scale: 2.0 }),
            Self::Svg => Box::new(svg::Svg),
            Self::Csv => Box::new(csv::Csv),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_the_format() {
        assert_eq!(Format::of_path(Path::new("a/chart.PNG")), Some(Format::Png));
        assert_eq!(Format::of_path(Path::new("chart.svg.csv")), Some(Format::Csv));
        assert_eq!(Format::of_path(Path::new("svg")), None);
        assert_eq!(Format::of_path(Path::new("chart.pdf")), None);
    }
}

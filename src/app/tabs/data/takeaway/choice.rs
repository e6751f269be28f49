//! What a table can be saved as, in words.

use crate::app::theme::icons;
use crate::data::OutputFormat;

/// What a table can be saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The table itself.
    Table(OutputFormat),
    /// The report on it.
    Report,
}

impl Default for Choice {
    fn default() -> Self {
        Self::Table(OutputFormat::Parquet)
    }
}

impl Choice {
    /// All, in the order of the dialog.
    pub const ALL: [Self; 5] = [
        Self::Table(OutputFormat::Parquet),
        Self::Table(OutputFormat::Arrow),
        Self::Table(OutputFormat::Csv),
        Self::Table(OutputFormat::Xlsx),
        Self::Report,
    ];

    /// The one whose files end in this.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.ending() == ending)
    }

    /// What its files end in.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Table(format) => format.extension(),
            Self::Report => "html",
        }
    }

    /// All endings that such files go by.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Table(format) => format.extensions(),
            Self::Report => &["html", "htm"],
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table(OutputFormat::Parquet) => "Parquet",
            Self::Table(OutputFormat::Arrow) => "Arrow",
            Self::Table(OutputFormat::Csv) => "CSV",
            Self::Table(OutputFormat::Xlsx) => "Workbook",
            Self::Report => "HTML report",
        }
    }

    /// What it is good for.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Table(OutputFormat::Parquet) => "Small, keeps the types. For pandas, polars, DuckDB, Power BI.",
            Self::Table(OutputFormat::Arrow) => "Opens at once, keeps the types. For Python, R and Julia.",
            Self::Table(OutputFormat::Csv) => "Text that every program opens, Excel too. Larger, without types.",
            Self::Table(OutputFormat::Xlsx) => "For Excel and LibreOffice. Long ids stay whole, as text.",
            Self::Report => "What was saved, and the proof, as a page to mail. Not the table.",
        }
    }

    /// Its icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Table(OutputFormat::Parquet) => icons::DATABASE,
            Self::Table(OutputFormat::Arrow) => icons::LIGHTNING,
            Self::Table(OutputFormat::Csv) => icons::FILE_CSV,
            Self::Table(OutputFormat::Xlsx) => icons::FILE_XLS,
            Self::Report => icons::FILE_TEXT,
        }
    }

    /// The title of the question where to save it.
    pub const fn question(self) -> &'static str {
        match self {
            Self::Table(OutputFormat::Parquet) => "Export to Parquet",
            Self::Table(OutputFormat::Arrow) => "Export to Arrow",
            Self::Table(OutputFormat::Csv) => "Export to CSV",
            Self::Table(OutputFormat::Xlsx) => "Export to a workbook",
            Self::Report => "Save the report",
        }
    }
}

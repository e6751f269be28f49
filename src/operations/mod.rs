//! What a person can ask for, written once for window and command line: it puts the parts, the cache and the jobs together.
//!
//! May use every part below; nothing here knows a window or a terminal. Every function runs long and belongs on a worker
//! thread; it reports through [`crate::jobs::Progress`] and stops through [`crate::jobs::Cancel`].

pub mod batch;
mod code;
mod compare;
mod estimate;
mod export;
mod export_notes;
mod history_export;
mod history_import;
mod history_table;
pub mod kind;
mod log;
mod log_csv;
mod profile;
mod profile_changes;
mod profile_chart;
mod profile_compare;
mod profile_compare_part;
mod profile_convert;
mod profile_findings;
mod profile_flame;
mod profile_html;
mod profile_json;
mod profile_names;
mod profile_source;
mod profile_view;
mod source_rows;
mod table;
mod table_chart;
mod table_html;
mod table_words;

pub use code::table_code;
pub use compare::compare_tables;
pub use estimate::{Estimate, estimate_export};
pub use export::{export_page, export_profile, export_table};
pub use export_notes::{ExportNote, export_notes};
pub use history_export::{HistoryExported, HistoryPart, export_history, exported_words, history_in, history_info, unit_text};
pub use history_import::{HistoryImport, import_history, imported_words};
pub use history_table::{HistoryFormat, moment_text};
pub use log::OperationLog;
pub use log_csv::log_csv;
pub use profile::{open_profile, profile_limits, read_profile, record_self};
pub use profile_changes::changes_csv;
pub use profile_chart::{Neighbours, flame_chart, frame_color, module, top_chart, top_csv};
pub use profile_compare::{ProfileComparison, compare_profiles};
pub use profile_compare_part::{ComparisonPage, comparison_flame, comparison_html, part_words, same_seconds};
pub use profile_convert::{convert_profile, converted_name, threads_wanted};
pub use profile_findings::{Finding, Severity, plain_name};
pub use profile_flame::{MOST_CALLS, flame_svg};
pub use profile_html::{Change, Changes, ProfilePage, Shaded, Verdict, profile_html};
pub use profile_json::{filters_json, profile_json};
pub use profile_names::{cut_name, file_name, fitting_name};
pub use profile_source::{Source, SourceLine, SourceMissing, SourcePlaces, SourceText, profile_source};
pub use profile_view::{Asked, ProfileView};
pub use source_rows::{SourceFile, read_again, source_rows};
pub use table::{CacheUse, open_table, preview_table, report_table, stream_table};
pub use table_chart::{columns_chart, table_chart};
pub use table_html::{report_html, table_report_html};
pub use table_words::{TypeName, level_words, per_row, step_words};

use std::sync::Arc;
use std::time::Duration;

use crate::cache::{HashError, Origin};
use crate::jobs::{Failure, JobError};
use crate::settings::Settings;

/// Something opened, and where it came from.
#[derive(Clone, Debug)]
pub struct Opened<T> {
    /// What was opened.
    pub value: Arc<T>,
    /// Made just now, or found in a level of the cache.
    pub origin: Origin,
    /// How long opening took this time.
    pub took: Duration,
}

/// Bytes of a file. `None` when it cannot be looked at, as what comes through a pipe.
fn size_of(path: &std::path::Path) -> Option<u64> {
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|file| file.len())
}

/// The bounds on tables, from the settings.
pub fn table_limits(settings: &Settings) -> crate::data::Limits {
    let limits = &settings.limits;
    crate::data::Limits {
        max_unpacked_bytes: limits.max_decompressed_bytes(),
        max_cells: limits.max_cells,
        max_seconds: limits.max_read_seconds,
    }
}

/// How tables are opened unless a person chose otherwise.
pub fn table_options(settings: &Settings) -> crate::data::Options {
    crate::data::Options {
        category_threshold: settings.data.category_threshold,
        limits: table_limits(settings),
        ..Default::default()
    }
}

fn hash_error(error: HashError) -> JobError {
    match error {
        HashError::Cancelled => JobError::Cancelled,
        other => JobError::Failed(Failure::from_error(&other)),
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Limits;
    use crate::settings::{LimitSettings, Settings};

    #[test]
    fn the_bounds_are_those_of_the_settings() {
        let limits = LimitSettings { max_decompressed_mb: 7, max_cells: 5_000, max_read_seconds: 90, ..LimitSettings::default() };
        let found = super::table_limits(&Settings { limits, ..Settings::default() });
        assert_eq!(found, Limits { max_unpacked_bytes: 7_000_000, max_cells: 5_000, max_seconds: 90 });
        assert_eq!(found.max_time(), Some(std::time::Duration::from_secs(90)));
        assert_eq!(Limits { max_seconds: 0, ..found }.max_time(), None);
    }
}

//! The kinds of operations, as their log names them. The names are kept for years: add to them, do not change them.

/// A file was read as a table and shrunk.
pub const OPEN_TABLE: &str = "open table";
/// A table larger than memory was shrunk part by part.
pub const STREAM_TABLE: &str = "stream table";
/// Files were shrunk, several at a time.
pub const SHRINK_FILES: &str = "shrink files";
/// A table was written in some format.
pub const EXPORT_TABLE: &str = "export table";
/// Two tables were compared.
pub const COMPARE_TABLES: &str = "compare tables";
/// A file was read as a profile.
pub const OPEN_PROFILE: &str = "open profile";
/// A program was recorded.
pub const RECORD_PROFILE: &str = "record profile";
/// A profile was written in another format.
pub const CONVERT_PROFILE: &str = "convert profile";
/// Profiles were compared.
pub const COMPARE_PROFILES: &str = "compare profiles";
/// A report, a list or a recording was saved.
pub const SAVE_PAGE: &str = "save page";
/// A chart was saved.
pub const SAVE_CHART: &str = "save chart";

/// The monitor's history was written to a file.
pub const EXPORT_HISTORY: &str = "export history";
/// A file was taken into the monitor's history.
pub const IMPORT_HISTORY: &str = "import history";

/// All of them, with their words for a person.
pub const ALL: [(&str, &str); 13] = [
    (OPEN_TABLE, "Opening tables"),
    (STREAM_TABLE, "Shrinking in parts"),
    (SHRINK_FILES, "Shrinking files"),
    (EXPORT_TABLE, "Exporting tables"),
    (COMPARE_TABLES, "Comparing tables"),
    (OPEN_PROFILE, "Opening profiles"),
    (RECORD_PROFILE, "Recording"),
    (CONVERT_PROFILE, "Converting profiles"),
    (COMPARE_PROFILES, "Comparing profiles"),
    (SAVE_PAGE, "Saving reports"),
    (SAVE_CHART, "Saving charts"),
    (EXPORT_HISTORY, "Exporting the history"),
    (IMPORT_HISTORY, "Importing a history"),
];

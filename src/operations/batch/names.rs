//! Where the results of many tables go.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::data::OutputFormat;
use crate::jobs::Failure;

/// Pairs of files of one name that a message shows.
const SHOWN: usize = 3;

/// A path in `folder` for each file, named after the file and its sheet, with the format's ending.
///
/// Two results of one name are refused rather than numbered: the name of a result then depends on its source alone, so that a later
/// run with one file more does not put another table under a name that is known, and a run over a folder that holds its own earlier
/// results is stopped instead of doubling them.
///
/// # Errors
/// When two results would have one name, also if they differ only in large and small letters, as many file systems do not tell those apart.
pub fn name_targets(sources: &[(&Path, Option<&str>)], folder: &Path, format: OutputFormat) -> Result<Vec<PathBuf>, Failure> {
    name_with(sources, folder, format.extension())
}

/// The same for the reports on the tables.
///
/// # Errors
/// As [`name_targets`].
pub fn name_pages(sources: &[(&Path, Option<&str>)], folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    name_with(sources, folder, "html")
}

fn name_with(sources: &[(&Path, Option<&str>)], folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Failure> {
    let names: Vec<String> = sources.iter().map(|(file, sheet)| name(file, *sheet, ending)).collect();
    let (mut first, mut pairs) = (HashMap::new(), Vec::new());
    for ((file, _), name) in sources.iter().zip(&names) {
        if let Some(other) = first.insert(name.to_lowercase(), *file) {
            pairs.push(format!(
                "“{}” and “{}” would both become “{}”",
                other.display(),
                file.display(),
                folder.join(name).display()
            ));
        }
    }
    if pairs.is_empty() { Ok(names.into_iter().map(|name| folder.join(name)).collect()) } else { Err(collision(&pairs)) }
}

fn collision(pairs: &[String]) -> Failure {
    let shown = pairs.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    let more = if pairs.len() > SHOWN { format!("; so it is with {} more", pairs.len() - SHOWN) } else { String::new() };
    Failure::new(
        format!("{shown}{more}. Nothing was begun."),
        "Write them to a folder each, one after the other, or rename one of the files.",
    )
}

fn name(file: &Path, sheet: Option<&str>, ending: &str) -> String {
    // Not all systems allow these signs in names; a sheet of OpenDocument may have them.
    let allowed = |c: char| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '_' } else { c };
    let sheet = sheet.map(|sheet| format!(" - {}", sheet.chars().map(allowed).collect::<String>()));
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    format!("{stem}{}.{ending}", sheet.unwrap_or_default())
}

/// For each target whether it is one of the sources, which are never changed.
pub fn refuse_sources(targets: &[&Path], sources: &[&Path]) -> Vec<Option<Failure>> {
    let sources: HashSet<PathBuf> = sources.iter().filter_map(|source| source.canonicalize().ok()).collect();
    let is_source = |target: &Path| target.canonicalize().is_ok_and(|whole| sources.contains(&whole));
    targets.iter().map(|target| is_source(target).then(|| source_failure(target))).collect()
}

fn source_failure(target: &Path) -> Failure {
    Failure::new(
        format!("“{}” is a source itself, which is never changed.", target.display()),
        "Choose another name or folder for the result.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(files: &[(&str, Option<&str>)]) -> Result<Vec<String>, String> {
        let sources: Vec<_> = files.iter().map(|(file, sheet)| (Path::new(*file), *sheet)).collect();
        let targets = name_targets(&sources, Path::new("out"), OutputFormat::Parquet).map_err(|failure| failure.to_string())?;
        Ok(targets.iter().map(|target| target.file_name().expect("a name").to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn a_result_is_named_after_its_source() {
        let found = named(&[("a/x.csv", None), ("b/y.v2.csv", None), ("b/x.ods", Some("in: A/B"))]);
        assert_eq!(found, Ok(["x.parquet", "y.v2.parquet", "x - in_ A_B.parquet"].map(String::from).to_vec()));
    }

    #[test]
    fn two_results_of_one_name_are_refused() {
        for pair in [["a/x.csv", "b/x.csv"], ["x.csv", "x.xlsx"], ["a/Ä.csv", "b/ä.csv"]] {
            let error = named(&[(pair[0], None), ("z.csv", None), (pair[1], None)]).expect_err("one name");
            assert!(pair.iter().all(|file| error.contains(&format!("“{file}”"))), "{error}");
        }
        let error = named(&[("x - A.csv", None), ("x.xlsx", Some("A"))]).expect_err("a sheet and a file");
        assert!(error.contains("x - A.parquet"), "{error}");
        let many: Vec<String> = (0..6).map(|n| format!("{n}/x.csv")).collect();
        let many: Vec<(&str, Option<&str>)> = many.iter().map(|file| (&**file, None)).collect();
        assert!(named(&many).expect_err("all of one name").contains("so it is with 2 more"));
    }
}

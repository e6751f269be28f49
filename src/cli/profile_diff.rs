//! `tachograph profile NEW --diff BASE`: what changed between two profiles, or between several runs of each.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use clap::Args;
use serde_json::{Value, json};

use crate::cache::Cache;
use crate::jobs::{Cancel, Failure, JobError, Progress};
use crate::operations::{self, ComparisonPage, ProfileComparison, ProfileView};
use crate::profile::compare::statistics::Judgement;
use crate::profile::compare::{ChangeRow, Kind, Options, Sides};
use crate::profile::{Filters, Limits, Profile};
use crate::report::theme::Look;
use crate::report::{self, format};

use super::args::ProfileArgs;
use super::{load_settings, out, progress};

/// Letters of a function's name in the table on a terminal.
const MOST_LETTERS: usize = 100;

/// Options of `profile` that compare.
#[derive(Clone, Debug, Default, Args)]
pub struct DiffArgs {
    /// Compare with this older profile, which may be of another format; several are runs of the same
    #[arg(long, value_name = "BASE", conflicts_with = "convert")]
    pub diff: Vec<PathBuf>,
    /// Further runs on the newer side
    #[arg(long, value_name = "FILE", requires = "diff")]
    pub with: Vec<PathBuf>,
    /// Compare shares: the newer side is scaled so that both sides have the same total
    #[arg(long, requires = "diff")]
    pub normalize: bool,
}

impl DiffArgs {
    /// Whether anything is to be compared.
    pub fn is_asked(&self) -> bool {
        !self.diff.is_empty()
    }
}

/// Carries out the command.
pub fn run(args: &ProfileArgs) -> anyhow::Result<ExitCode> {
    let (sides, comparison, view) = compare(args)?;
    // First, as it can be refused.
    if let Some(target) = &args.html {
        write_page(args, &comparison, &view, target)?;
    }
    if let Some(target) = &args.svg {
        write_flame(args, &comparison, &view, target)?;
    }
    if args.json {
        out::json(&to_json(args, &sides, &comparison, &view))?;
    } else {
        print(args, &sides, &comparison, &view)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The page on the comparison.
fn write_page(args: &ProfileArgs, comparison: &ProfileComparison, view: &ProfileView, target: &Path) -> anyhow::Result<()> {
    let [new, base] = names(args);
    let part = operations::part_words(&filters(args, view), &view.whole);
    let about = ComparisonPage { names: [&new, &base], part: &part, made: SystemTime::now() };
    let page = operations::comparison_html(comparison, view, &about, &Cancel::new(), &Progress::new())?;
    super::profile::write(args, page.as_bytes(), target, "Report")
}

/// The flame graph, coloured by what changed: pixels where the target ends in `.png`, else an SVG that a browser searches and zooms.
fn write_flame(args: &ProfileArgs, comparison: &ProfileComparison, view: &ProfileView, target: &Path) -> anyhow::Result<()> {
    let [new, base] = names(args);
    let (chart, svg) = operations::comparison_flame(comparison, view, [&new, &base], Look::Light, &Cancel::new())?;
    let bytes = if report::Format::of_path(target) == Some(report::Format::Png) {
        report::Format::Png.exporter().export(&chart).map_err(|error| Failure::from_error(&error))?
    } else {
        svg.into_bytes()
    };
    super::profile::write(args, &bytes, target, "Flame graph")
}

fn compare(args: &ProfileArgs) -> anyhow::Result<(Sides, ProfileComparison, ProfileView)> {
    let (store, settings) = load_settings()?;
    let cache = (!args.no_cache).then(|| Cache::open(&settings.cache, &store.cache_folder(&settings)));
    let limits = operations::profile_limits(&settings);
    let new: Vec<PathBuf> = std::iter::once(&args.file).chain(&args.compared.with).cloned().collect();
    let (base, wanted, normalised) = (args.compared.diff.clone(), args.sample_type.clone(), args.compared.normalize);
    let (filters, name) = (args.filters.clone(), name_of(&args.file));
    progress::run("Comparing profiles", args.quiet, move |cancel, progress| {
        let open_all = |files: &[PathBuf]| -> Result<Vec<Arc<Profile>>, JobError> {
            files.iter().map(|file| open(file, &limits, cache.as_ref(), cancel, progress)).collect()
        };
        let sides = Sides { new: open_all(&new)?, base: open_all(&base)? };
        let sides = operations::same_seconds(&sides, filters.range_ns(), cancel)?;
        let new_type = wanted.map(|name| named(&sides, &name)).transpose()?;
        let options = Options { normalised, new_type, base_type: None };
        let whole = operations::compare_profiles(&sides, options, cancel, progress)?;
        let asked = filters.asked_of_both(&whole.merged.profile, &name)?;
        let (comparison, view) = whole.asked(&asked, cancel, progress)?;
        Ok((sides, comparison, view))
    })
}

fn open(
    file: &Path,
    limits: &Limits,
    cache: Option<&Cache>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Arc<Profile>, JobError> {
    progress.phase(&format!("Opening {}", name_of(file)), 0);
    Ok(super::profile::read(file, limits, cache, cancel, progress)?.value)
}

/// Row of the sample type of this name in the first newer profile.
fn named(sides: &Sides, name: &str) -> Result<usize, JobError> {
    let Some(profile) = sides.new.first() else { return Err(Failure::new("There is no profile.", "Give a file.").into()) };
    profile.sample_type_named(name).ok_or_else(|| super::profile::unknown_type("The newer profile", profile, name))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The rows asked for; `--top 0` asks for all.
fn rows<'a>(args: &ProfileArgs, comparison: &'a ProfileComparison) -> &'a [ChangeRow] {
    let rows = comparison.table.rows.as_slice();
    let count = if args.top == 0 { rows.len() } else { args.top.min(rows.len()) };
    rows.get(..count).unwrap_or_default()
}

fn to_json(args: &ProfileArgs, sides: &Sides, comparison: &ProfileComparison, view: &ProfileView) -> Value {
    let paths = |files: &[PathBuf]| files.iter().map(|file| file.to_string_lossy().into_owned()).collect::<Vec<_>>();
    let [total, total_base] = comparison.table.totals;
    let formats = |side: &[Arc<Profile>]| side.iter().map(|profile| profile.format.clone()).collect::<Vec<_>>();
    let [samples, samples_base] = comparison.merged.counts().map_or([None; 2], |counts| counts.map(Some));
    let summary = json!({ "severity": "note", "text": comparison.summary, "evidence": "" });
    let findings = comparison.findings().into_iter();
    let findings =
        findings.map(|finding| json!({ "severity": finding.severity.name(), "text": finding.text, "evidence": finding.evidence }));
    json!({
        "file": args.file.to_string_lossy(),
        "with": paths(&args.compared.with),
        "base": paths(&args.compared.diff),
        "format": formats(&sides.new).first(),
        "format_base": formats(&sides.base).first(),
        "sample_types": sides.new.first().map(|profile| sample_types(profile)),
        "sample_type": comparison.merged.name,
        "unit": comparison.merged.unit,
        "normalized": comparison.merged.normalised,
        "filters": operations::filters_json(&filters(args, view), &view.whole),
        "thread": args.filters.thread,
        "grouping": view.asked.grouping.id(),
        "samples": samples,
        "samples_base": samples_base,
        "total": total,
        "total_base": total_base,
        "duration_seconds": seconds(&sides.new),
        "duration_seconds_base": seconds(&sides.base),
        "threads": sides.new.first().map(|profile| threads(profile, comparison)),
        "functions": rows(args, comparison).iter().map(|row| row_json(comparison, row)).collect::<Vec<_>>(),
        "findings": std::iter::once(summary).chain(findings).collect::<Vec<_>>(),
        "warnings": warnings(sides),
    })
}

fn sample_types(profile: &Profile) -> Vec<Value> {
    let types = (0..profile.sample_types.len()).map(|row| profile.sample_type(row));
    types.map(|(name, unit)| json!({ "name": name, "unit": unit })).collect()
}

/// How long the first file of a side measured, when it says so.
fn seconds(side: &[Arc<Profile>]) -> Option<f64> {
    side.first().and_then(|profile| profile.duration_ns).filter(|&ns| ns > 0).map(|ns| ns as f64 / 1e9)
}

/// Threads of the first newer file on which anything was measured, in its own unit.
fn threads(profile: &Profile, comparison: &ProfileComparison) -> Vec<Value> {
    let Some(row) = profile.sample_type_named(&comparison.merged.name) else { return Vec::new() };
    let totals = profile.threads.iter().zip(profile.thread_totals(row)).filter(|(_, total)| *total != 0);
    totals.map(|(thread, total)| json!({ "name": profile.strings.get(thread.name), "total": total })).collect()
}

fn row_json(comparison: &ProfileComparison, row: &ChangeRow) -> Value {
    let (profile, function) = (&comparison.merged.profile, comparison.groups.function(row.group));
    let file = Some(profile.function_file(function)).filter(|file| !file.is_empty());
    let line = profile.functions.start_line.get(function.0 as usize).copied().filter(|&line| line > 0);
    let [total, _] = comparison.table.totals;
    let share = |value: i64| if total == 0 { 0.0 } else { value as f64 / total as f64 * 100.0 };
    json!({
        "name": comparison.name(row),
        "file": file,
        "line": line,
        "self": row.new.self_value,
        "total": row.new.total_value,
        "self_percent": share(row.new.self_value),
        "total_percent": share(row.new.total_value),
        "self_base": row.base.self_value,
        "total_base": row.base.total_value,
        "self_change_percent": row.self_percent(),
        "total_change_percent": row.total_percent(),
        "seen": match row.kind() { Kind::Both => "both", Kind::New => "new", Kind::Gone => "gone" },
        "verdict": row.self_judged.verdict.name(),
        "interval": interval(&row.self_judged),
        "total_verdict": row.total_judged.verdict.name(),
        "total_interval": interval(&row.total_judged),
    })
}

/// An endless bound has no number in JSON: it is null.
fn interval(judged: &Judgement) -> Option<Value> {
    judged.interval.map(|interval| json!({ "change": interval.change, "percent": interval.percent, "p": judged.p, "adjusted_p": judged.adjusted_p }))
}

fn warnings(sides: &Sides) -> Vec<&str> {
    sides.new.iter().chain(&sides.base).flat_map(|profile| profile.warnings.iter().map(String::as_str)).collect()
}

fn print(args: &ProfileArgs, sides: &Sides, comparison: &ProfileComparison, view: &ProfileView) -> anyhow::Result<()> {
    out::line(&head(args, comparison, view))?;
    out::line(&comparison.summary)?;
    for finding in comparison.findings() {
        let evidence = if finding.evidence.is_empty() { String::new() } else { format!(" ({})", finding.evidence) };
        out::line(&format!("{}{evidence}", finding.text))?;
    }
    let shown = rows(args, comparison);
    let mut table = vec![["Self", "Self %", "Now", "Before", "Total", "Total %", "Chance", "Function"].map(String::from).to_vec()];
    table.extend(shown.iter().map(|row| cells(comparison, row)));
    out::line(&format!("\n{}", out::columns(&table, &[0, 1, 2, 3, 4, 5]).trim_end()))?;
    if let Some(more) = comparison.table.rows.len().checked_sub(shown.len()).filter(|more| *more > 0) {
        out::line(&format!("… and {}; --top 0 shows all.", format::counted(more as u64, "function more", "functions more")))?;
    }
    for warning in warnings(sides) {
        out::line(&format!("! {warning}"))?;
    }
    Ok(())
}

fn cells(comparison: &ProfileComparison, row: &ChangeRow) -> Vec<String> {
    vec![
        comparison.show_change(row.self_change()),
        comparison.show_self_percent(row),
        comparison.show(row.new.self_value),
        comparison.show(row.base.self_value),
        comparison.show_change(row.total_change()),
        comparison.show_total_percent(row),
        row.self_judged.verdict.words().to_owned(),
        operations::cut_name(&report::clean(comparison.name(row)), MOST_LETTERS),
    ]
}

/// `new.pb.gz compared with old.pb.gz: cpu, 8.76 s now, 10 s before.`
fn head(args: &ProfileArgs, comparison: &ProfileComparison, view: &ProfileView) -> String {
    let [new, base] = names(args);
    let [now, before] = comparison.table.totals.map(|total| comparison.show(total));
    let shares = if comparison.merged.normalised { ", normalised" } else { "" };
    let part = operations::part_words(&filters(args, view), &view.whole);
    let part = if part.is_empty() { part } else { format!(" In sight: {part}.") };
    format!("{new} compared with {base}: {}{shares}, {now} now, {before} before.{part}", comparison.merged.name)
}

/// What part of both sides is looked at. The seconds were cut out before the sides were put together.
fn filters(args: &ProfileArgs, view: &ProfileView) -> Filters {
    Filters { range_ns: args.filters.range_ns(), ..view.asked.filters.clone() }
}

/// What the newer and the older side are called.
fn names(args: &ProfileArgs) -> [String; 2] {
    let files = |first: &Path, more: usize| match more {
        0 => name_of(first),
        _ => format!("{} and {}", name_of(first), format::counted(more as u64, "more", "more")),
    };
    let new = files(&args.file, args.compared.with.len());
    let base = args.compared.diff.first().map(|base| files(base, args.compared.diff.len().saturating_sub(1))).unwrap_or_default();
    [new, base]
}

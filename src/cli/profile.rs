//! `tachograph profile`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::cache::{Cache, Origin};
use crate::jobs::{Cancel, Failure, JobError, Progress};
use crate::operations::{self, Opened, ProfilePage, ProfileView};
use crate::profile::{Limits, NodeId, Profile, TopRow};
use crate::report::theme::Look;
use crate::report::{self, format};
use crate::settings::write_atomic;

use super::args::{Conversion, ProfileArgs};
use super::{load_settings, out, progress};

/// Letters of a function's name in the table on a terminal.
const MOST_LETTERS: usize = 100;

/// A profile added up, and where it came from.
struct Shown {
    view: ProfileView,
    origin: Origin,
}

/// Carries out the command.
pub fn run(args: &ProfileArgs) -> anyhow::Result<ExitCode> {
    if args.compared.is_asked() {
        return super::profile_diff::run(args);
    }
    let shown = open(args)?;
    let left_out = args.convert.as_ref().map(|target| convert(args, &shown.view, target)).transpose()?;
    if args.json {
        out::json(&to_json(args, &shown, left_out.as_deref()))?;
    } else {
        print(args, &shown)?;
    }
    if let Some(target) = &args.svg {
        write_svg(args, &shown.view, target)?;
    }
    if let Some(target) = &args.html {
        write_page(args, &shown.view, target)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether the profile comes through a pipe.
fn is_piped(path: &Path) -> bool {
    path == Path::new("-")
}

fn open(args: &ProfileArgs) -> anyhow::Result<Shown> {
    let (store, settings) = load_settings()?;
    let cache = (!args.no_cache).then(|| Cache::open(&settings.cache, &store.cache_folder(&settings)));
    let limits = operations::profile_limits(&settings);
    let (file, wanted, with_tree) = (args.file.clone(), args.sample_type.clone(), args.svg.is_some() || args.html.is_some());
    let (name, filters) = (name_of(&file), args.filters.clone());
    progress::run(&format!("Opening {name}"), args.quiet, move |cancel, progress| {
        let opened = read(&file, &limits, cache.as_ref(), cancel, progress)?;
        let profile = opened.value;
        let named = |name: String| profile.sample_type_named(&name).ok_or_else(|| unknown_type(&name_of(&file), &profile, &name));
        let sample_type = wanted.map(named).transpose()?;
        let asked = filters.asked(&profile, sample_type, &name)?;
        Ok(Shown { view: ProfileView::of_asked(profile, asked, with_tree, cancel, progress)?, origin: opened.origin })
    })
}

/// Writes the profile in another format; tells what that cannot hold.
fn convert(args: &ProfileArgs, view: &ProfileView, target: &Conversion) -> anyhow::Result<Vec<String>> {
    let (profile, Conversion { path, format }) = (Arc::clone(&view.profile), target.clone());
    let sample_type = args.sample_type.as_ref().map(|_| view.sample_type);
    let left_out = progress::run(&format!("Converting {}", name_of(&args.file)), args.quiet, move |cancel, progress| {
        operations::convert_profile(&profile, &path, format, sample_type, cancel, progress)
    })?;
    if !args.quiet {
        progress::say(&format!("Written to {} as {}.", target.path.display(), target.format.name()));
        if !left_out.is_empty() {
            progress::say(&format!("Left out, because {} cannot hold it: {}.", target.format.name(), left_out.join(", ")));
        }
    }
    Ok(left_out)
}

/// Opens a file, or reads what comes through a pipe.
pub(super) fn read(
    file: &Path,
    limits: &Limits,
    cache: Option<&Cache>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Opened<Profile>, JobError> {
    if is_piped(file) {
        operations::read_profile(std::io::stdin().lock(), &name_of(file), limits, cancel, progress)
    } else {
        operations::open_profile(file, limits, cache, cancel, progress)
    }
}

/// That a profile, which is called `whose` here, has no sample type of this name.
pub(super) fn unknown_type(whose: &str, profile: &Profile, name: &str) -> JobError {
    let names: Vec<&str> = (0..profile.sample_types.len()).map(|row| profile.sample_type(row).0).collect();
    Failure::new(format!("{whose} has no sample type “{name}”."), format!("Choose one of: {}.", names.join(", "))).into()
}

fn name_of(path: &Path) -> String {
    if is_piped(path) {
        return "standard input".to_owned();
    }
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The rows asked for; `--top 0` asks for all.
fn rows<'a>(args: &ProfileArgs, view: &'a ProfileView) -> &'a [TopRow] {
    let count = if args.top == 0 { view.top.rows.len() } else { args.top.min(view.top.rows.len()) };
    view.top.rows.get(..count).unwrap_or_default()
}

fn to_json(args: &ProfileArgs, shown: &Shown, left_out: Option<&[String]>) -> Value {
    let converted = args
        .convert
        .as_ref()
        .map(|target| json!({ "file": target.path.to_string_lossy(), "format": target.format.name(), "left_out": left_out }));
    let mut document = operations::profile_json(&shown.view, &args.file.to_string_lossy(), args.top, None);
    document["thread"] = json!(args.filters.thread);
    document["converted"] = json!(converted);
    document["cache"] = json!(match shown.origin {
        Origin::Made => "miss",
        Origin::Memory => "memory",
        Origin::File => "file",
    });
    document
}

fn print(args: &ProfileArgs, shown: &Shown) -> anyhow::Result<()> {
    let view = &shown.view;
    out::line(&head(args, shown))?;
    out::line(&view.summary)?;
    for finding in view.findings() {
        let words = [finding.text.as_str(), &finding.evidence, finding.advice];
        out::line(&format!("- {}", words.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")))?;
    }
    let shown_rows = rows(args, view);
    let mut table = vec![["Self", "Self %", "Sum %", "Total", "Total %", "Function", "Where"].map(String::from).to_vec()];
    let mut sum = 0_i64;
    for row in shown_rows {
        sum = sum.saturating_add(row.self_value);
        let name = operations::cut_name(&report::clean(view.name(row.group)), MOST_LETTERS);
        let (own, total) = (view.show(row.self_value), view.show(row.total_value));
        let place = report::shorten(&report::clean(&view.place(row.group)), MOST_LETTERS);
        table.push(vec![own, view.share(row.self_value), view.share(sum), total, view.share(row.total_value), name, place]);
    }
    out::line(&format!("\n{}", out::columns(&table, &[0, 1, 2, 3, 4]).trim_end()))?;
    if let Some(more) = view.top.rows.len().checked_sub(shown_rows.len()).filter(|more| *more > 0) {
        out::line(&format!("… and {}; --top 0 shows all.", format::counted(more as u64, "function more", "functions more")))?;
    }
    for warning in &view.profile.warnings {
        out::line(&format!("! {warning}"))?;
    }
    Ok(())
}

/// `server.pb.gz: pprof, cpu 217.07 s, 24,029 samples in 240 s. Also has: samples.`
fn head(args: &ProfileArgs, shown: &Shown) -> String {
    let view = &shown.view;
    let (name, _) = view.profile.sample_type(view.sample_type);
    let duration = view.duration_seconds().map(|seconds| format!(" in {}", format::seconds(seconds))).unwrap_or_default();
    let others: Vec<&str> = (0..view.profile.sample_types.len())
        .filter(|&row| row != view.sample_type)
        .map(|row| view.profile.sample_type(row).0)
        .collect();
    let others = if others.is_empty() { String::new() } else { format!(" Other sample types: {}.", others.join(", ")) };
    let samples = format::counted(view.samples(), "sample", "samples");
    let in_sight = view.in_sight_words().map(|words| format!(" In sight: {words}.")).unwrap_or_default();
    let from = if shown.origin == Origin::Made { "" } else { " From the cache." };
    format!(
        "{}: {}, {name} {}, {samples}{duration}.{in_sight}{others}{from}",
        name_of(&args.file),
        view.profile.format,
        view.show(view.top.total)
    )
}

/// Writes the flame graph: pixels where the target ends in `.png`, else an SVG that a browser searches and zooms.
fn write_svg(args: &ProfileArgs, view: &ProfileView, target: &Path) -> anyhow::Result<()> {
    let (title, look) = (name_of(&args.file), Look::Light);
    let bytes = if report::Format::of_path(target) == Some(report::Format::Png) {
        let chart = operations::flame_chart(view, NodeId::ROOT, &title, look);
        report::Format::Png.exporter().export(&chart).map_err(|error| Failure::from_error(&error))?
    } else {
        operations::flame_svg(view, NodeId::ROOT, &title, look, &Cancel::new())?.into_bytes()
    };
    write(args, &bytes, target, "Flame graph")
}

/// Writes the page that can be mailed.
fn write_page(args: &ProfileArgs, view: &ProfileView, target: &Path) -> anyhow::Result<()> {
    let (file, part) = (name_of(&args.file), args.filters.thread.as_ref().map(|thread| format!("only thread {thread}")));
    let part = part.as_deref().unwrap_or_default();
    let about = ProfilePage { file: &file, part, changes: None, calls: None, made: SystemTime::now() };
    let page = operations::profile_html(view, &about, &Cancel::new(), &Progress::new())?;
    write(args, page.as_bytes(), target, "Report")
}

/// Writes what was asked for beside the table, and says so.
pub(super) fn write(args: &ProfileArgs, bytes: &[u8], target: &Path, what: &str) -> anyhow::Result<()> {
    write_atomic(target, |file| file.write_all(bytes)).map_err(|error| Failure::from_error(&error))?;
    if !args.quiet {
        progress::say(&format!("{what} written to {}.", target.display()));
    }
    Ok(())
}

//! `tachograph history export|import|info`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::history::{self, Info, LAST, Tier, Wanted};
use crate::jobs::Failure;
use crate::operations::{self, HistoryExported, HistoryImport, HistoryPart, history_in, moment_text, table_limits, unit_text};
use crate::report::{clean, format};

use super::history_args::{HistoryAction, HistoryExportArgs, HistoryImportArgs};
use super::{interrupt, load_settings, out, progress};

/// Carries out the command.
pub fn run(action: HistoryAction) -> anyhow::Result<ExitCode> {
    let (store, settings) = load_settings()?;
    let folder = store.history_folder();
    match action {
        HistoryAction::Export(args) => export(&folder, args)?,
        HistoryAction::Import(args) => import(folder, &args, &settings)?,
        HistoryAction::Info { json } => info(&folder, json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn export(folder: &Path, args: HistoryExportArgs) -> anyhow::Result<()> {
    let now = now();
    let (from, to) = (args.from.map_or(0, |from| from.at(now)), args.to.map_or(LAST, |to| to.at(now)));
    if from >= to {
        return Err(Failure::new("--from is not before --to.", "Give an earlier --from or a later --to.").into());
    }
    let wanted = Wanted { from: from.max(0), to: to.min(LAST), names: args.metric, tier: args.step.0 };
    let part = HistoryPart { wanted, processes: args.processes };
    let (archive, target) = (history_in(folder), args.output);
    let path = target.path.clone();
    interrupt::listen();
    let exported = progress::run(&format!("Exporting {}", name(&path)), args.quiet, move |cancel, progress| {
        operations::export_history(&archive, &part, (&target.path, target.format), cancel, progress)
    })?;
    if args.json {
        out::json(&exported_json(&path, &exported, args.processes))?;
    } else if !args.quiet {
        progress::say(&operations::exported_words(&path, &exported));
    }
    Ok(())
}

fn exported_json(path: &Path, exported: &HistoryExported, processes: bool) -> Value {
    let [first, last] = span_json(exported.span);
    json!({
        "file": path.display().to_string(),
        "kind": if processes { "processes" } else { "measured" },
        "rows": exported.rows,
        "series": exported.series,
        "first": first,
        "last": last,
    })
}

fn import(folder: PathBuf, args: &HistoryImportArgs, settings: &crate::settings::Settings) -> anyhow::Result<()> {
    let limits = table_limits(settings);
    let import = HistoryImport { file: args.file.clone(), folder, pen: None };
    interrupt::listen();
    let imported = progress::run(&format!("Importing {}", name(&args.file)), args.quiet, move |cancel, progress| {
        operations::import_history(&import, &limits, cancel, progress)
    })?;
    if args.json {
        let file = args.file.display().to_string();
        out::json(&json!({ "file": file, "rows": imported.rows, "added": imported.added, "there": imported.there() }))?;
    } else if !args.quiet {
        progress::say(&operations::imported_words(&args.file, &imported));
    }
    Ok(())
}

fn info(folder: &Path, as_json: bool) -> anyhow::Result<()> {
    let info = operations::history_info(folder).map_err(|error| Failure::from_error(&error))?;
    if as_json {
        out::json(&info_json(folder, &info))?;
    } else {
        out::line(&info_text(folder, &info))?;
    }
    Ok(())
}

fn info_json(folder: &Path, info: &Info) -> Value {
    let tier = |tier: &history::TierInfo| {
        let [first, last] = span_json(Some((tier.first, tier.last)));
        json!({ "bucket_seconds": tier.tier.width() / 1000, "first": first, "last": last, "bytes": tier.bytes })
    };
    let series = |series: &history::SeriesInfo| {
        let [first, last] = span_json(Some((series.first, series.last)));
        json!({ "name": series.name, "unit": unit_text(&series.name), "first": first, "last": last })
    };
    let [first, last] = span_json(info.span());
    let processes = info.processes.map(|span| {
        let [first, last] = span_json(Some(span));
        json!({ "first": first, "last": last })
    });
    json!({
        "file": folder.join(history::FILE).display().to_string(),
        "bytes": info.bytes,
        "first": first,
        "last": last,
        "tiers": info.tiers.iter().map(tier).collect::<Vec<_>>(),
        "series": info.series.iter().map(series).collect::<Vec<_>>(),
        "processes": processes,
    })
}

fn info_text(folder: &Path, info: &Info) -> String {
    let span = |first: i64, last: i64| [moment_text(first), moment_text(last)];
    let mut text = format!("{}: {}\n", folder.join(history::FILE).display(), format::bytes(info.bytes));
    let mut rows: Vec<Vec<String>> = vec![["Kept", "From (UTC)", "To (UTC)", "Size"].map(String::from).to_vec()];
    for tier in &info.tiers {
        let [first, last] = span(tier.first, tier.last);
        rows.push(vec![tier_name(tier.tier).into(), first, last, format::bytes(tier.bytes)]);
    }
    rows.extend(info.processes.map(|(first, last)| {
        let [first, last] = span(first, last);
        vec!["processes".to_owned(), first, last, String::new()]
    }));
    text.push_str(&out::columns(&rows, &[3]));
    let mut rows: Vec<Vec<String>> = vec![["Metric", "Unit", "From (UTC)", "To (UTC)"].map(String::from).to_vec()];
    for series in &info.series {
        let [first, last] = span(series.first, series.last);
        rows.push(vec![clean(&series.name), unit_text(&series.name).into(), first, last]);
    }
    text.push('\n');
    text.push_str(out::columns(&rows, &[]).trim_end());
    text
}

fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Second => "seconds",
        Tier::TenSeconds => "10 seconds",
        Tier::Minute => "minutes",
        Tier::Hour => "hours",
    }
}

fn span_json(span: Option<(i64, i64)>) -> [Option<String>; 2] {
    [span.map(|(first, _)| moment_text(first)), span.map(|(_, last)| moment_text(last))]
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

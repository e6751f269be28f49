//! `tachograph cache stats|clear`.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cache::{Cache, Counters, Level, LevelStats};
use crate::jobs::Failure;
use crate::report::format;

use super::args::CacheAction;
use super::{load_settings, out};

/// Carries out the command.
pub fn run(action: &CacheAction) -> anyhow::Result<ExitCode> {
    let (store, settings) = load_settings()?;
    let cache = Cache::open(&settings.cache, &store.cache_folder(&settings));
    match action {
        CacheAction::Stats { json } => stats(&cache, *json)?,
        CacheAction::Clear { json } => clear(&cache, *json)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The memory level belongs to one run of the program, so only its figures over all runs mean something here.
fn stats(cache: &Cache, as_json: bool) -> anyhow::Result<()> {
    let stats = cache.stats();
    if as_json {
        let problem = stats.problem.as_ref().map(ToString::to_string);
        out::json(
            &json!({ "memory": level_json(&stats.memory), "file": stats.file.as_ref().map(level_json), "problem": problem }),
        )?;
        return Ok(());
    }
    let header = ["Level", "Items", "Size", "Limit", "Hits", "Misses", "Hit rate", "Evicted", "Damaged", "Time saved"]
        .map(String::from)
        .to_vec();
    let mut rows = vec![header, level_row("memory", &stats.memory)];
    rows.extend(stats.file.as_ref().map(|level| level_row("file", level)));
    out::line(out::columns(&rows, &[1, 2, 3, 4, 5, 6, 7, 8, 9]).trim_end())?;
    if let Some(problem) = stats.problem {
        super::progress::say(&format!("tachograph: {problem}"));
    }
    Ok(())
}

fn level_row(name: &str, level: &LevelStats) -> Vec<String> {
    let Counters { hits, misses, evictions, damaged, .. } = &level.all_runs;
    let rate = format::or_not_available(level.all_runs.hit_rate(), |rate| format::percent(rate * 100.0));
    vec![
        name.into(),
        format::count(level.items),
        format::bytes(level.bytes),
        format::bytes(level.limit_bytes),
        format::count(*hits),
        format::count(*misses),
        rate,
        format::count(*evictions),
        format::count(*damaged),
        format::seconds(level.all_runs.saved_seconds()),
    ]
}

fn level_json(level: &LevelStats) -> Value {
    let counters = &level.all_runs;
    let seconds = |duration: Option<std::time::Duration>| duration.map(|duration| duration.as_secs_f64());
    json!({
        "items": level.items,
        "bytes": level.bytes,
        "limit_bytes": level.limit_bytes,
        "limit_items": level.limit_items,
        "hits": counters.hits,
        "misses": counters.misses,
        "hit_rate": counters.hit_rate(),
        "evictions": counters.evictions,
        "expired": counters.expired,
        "damaged": counters.damaged,
        "read_p50_seconds": seconds(counters.read.quantile(0.5)),
        "read_p99_seconds": seconds(counters.read.quantile(0.99)),
        "saved_seconds": counters.saved_seconds(),
    })
}

fn clear(cache: &Cache, as_json: bool) -> anyhow::Result<()> {
    let clear = |level| cache.clear(level).map_err(|error| Failure::from_error(&error));
    let removed = clear(Level::Memory)? + clear(Level::File)?;
    if as_json {
        out::json(&json!({ "removed": removed }))?;
    } else {
        super::progress::say(&format!("{} removed.", format::counted(removed, "entry", "entries")));
    }
    Ok(())
}

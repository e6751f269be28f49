//! A profile as one JSON document, the same from window and command line.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::profile::{Filters, Profile, TopRow};

use super::profile_html::change_percent;
use super::{Change, Changes, Finding, ProfileView};

/// What `view` shows: sample types, total, threads, its first `top` functions (0: all of them), findings and warnings. `file` is told as it is
/// given. Values are in the sample type's unit, percentages are of the total. With `changes` each function also has its figures in the base, where
/// it is told of.
pub fn profile_json(view: &ProfileView, file: &str, top: usize, changes: Option<&Changes>) -> Value {
    let types = (0..view.profile.sample_types.len()).map(|row| {
        let (name, unit) = view.profile.sample_type(row);
        json!({ "name": name, "unit": unit })
    });
    let (sample_type, unit) = view.profile.sample_type(view.sample_type);
    let threads = view.threads().into_iter().map(|(name, total)| json!({ "name": name, "total": total }));
    let base: HashMap<&str, &Change> =
        changes.iter().flat_map(|changes| &changes.rows).map(|row| (row.name.as_str(), row)).collect();
    let most = if top == 0 { usize::MAX } else { top };
    let functions = view.top.rows.iter().take(most).map(|row| function(view, row, base.get(view.name(row.group)).copied()));
    json!({
        "file": file,
        "format": view.profile.format,
        "sample_types": types.collect::<Vec<_>>(),
        "sample_type": sample_type,
        "unit": unit,
        "samples": view.samples(),
        "total": view.top.total,
        "in_sight": view.in_sight,
        "filters": filters_json(&view.asked.filters, &view.whole),
        "grouping": view.asked.grouping.id(),
        "duration_seconds": view.duration_seconds(),
        "threads": threads.collect::<Vec<_>>(),
        "functions": functions.collect::<Vec<_>>(),
        "findings": findings(view),
        "warnings": view.profile.warnings,
    })
}

/// What part is looked at, an entry for each filter: none when it is everything. `profile` has the threads.
pub fn filters_json(filters: &Filters, profile: &Profile) -> Value {
    let told = filters.told(profile).into_iter();
    told.map(|(name, value)| (name.to_owned(), Value::from(value))).collect::<serde_json::Map<_, _>>().into()
}

fn function(view: &ProfileView, row: &TopRow, change: Option<&Change>) -> Value {
    let file = Some(view.file(row.group)).filter(|file| !file.is_empty());
    let mut value = json!({
        "name": view.name(row.group),
        "file": file,
        "line": view.line(row.group),
        "self": row.self_value,
        "total": row.total_value,
        "self_percent": view.top.percent(row.self_value),
        "total_percent": view.top.percent(row.total_value),
    });
    if let (Some(change), Some(fields)) = (change, value.as_object_mut()) {
        fields.insert("self_base".into(), change.self_base.into());
        fields.insert("total_base".into(), change.total_base.into());
        fields.insert("self_change_percent".into(), change_percent(change.self_base, change.self_new).into());
        fields.insert("total_change_percent".into(), change_percent(change.total_base, change.total_new).into());
    }
    value
}

fn findings(view: &ProfileView) -> Vec<Value> {
    let summary = json!({ "severity": "note", "text": view.summary, "evidence": "" });
    let finding = |finding: &Finding| {
        json!({
            "rule": finding.rule.id(),
            "severity": finding.severity.name(),
            "text": finding.text,
            "evidence": finding.evidence,
            "advice": finding.advice,
        })
    };
    std::iter::once(summary).chain(view.findings().iter().map(finding)).collect()
}

//! The JSON form.

use super::{Dump, Method};
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::read::json::Json;
use crate::profile::read::source::Source;

const CUT: &str = "is the end of the file, in the middle of the profile; what follows is missing";

/// Fills `dump`; what a file that is cut off still holds is kept.
pub(super) fn read(source: &mut Source<'_>, dump: &mut Dump, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let mut json = Json::new(source)?;
    match document(&mut json, dump, builder) {
        Err(error) if !json.is_cut() || dump.frames.is_empty() => Err(error),
        Err(_) => {
            builder.place = json.place();
            builder.flaw(CUT);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn document(json: &mut Json<'_, '_>, dump: &mut Dump, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    json.begin_object()?;
    while let Some(key) = json.next_key()? {
        match key {
            "mode" => dump.mode = json.maybe_text()?.unwrap_or_default().to_owned(),
            "interval" => dump.interval = json.maybe_integer()?.unwrap_or(0),
            "samples" => dump.samples = json.maybe_integer()?.unwrap_or(0),
            "missed_samples" => dump.missed = json.maybe_integer()?.unwrap_or(0),
            "frames" => frames(json, dump, builder)?,
            "raw" => numbers(json, &mut dump.raw, builder)?,
            "raw_lines" => numbers(json, &mut dump.lines, builder)?,
            "raw_timestamp_deltas" => numbers(json, &mut dump.deltas, builder)?,
            _ => json.skip()?,
        }
    }
    Ok(())
}

fn frames(json: &mut Json<'_, '_>, dump: &mut Dump, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    if !json.try_object()? {
        return Ok(());
    }
    while let Some(key) = json.next_key()? {
        let number = key.parse().unwrap_or(-1);
        let method = method(json, builder)?;
        builder.has_room(dump.frames.len() as u64 * 128)?;
        dump.frames.insert(number, method);
    }
    Ok(())
}

fn method(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<Method, ProfileError> {
    let mut method = Method::default();
    if !json.try_object()? {
        return Ok(method);
    }
    while let Some(key) = json.next_key()? {
        match key {
            "name" => method.name = builder.text(json.maybe_text()?.unwrap_or_default())?,
            "file" => method.file = builder.text(json.maybe_text()?.unwrap_or_default())?,
            "line" => method.line = json.maybe_row()?.unwrap_or(0),
            "total_samples" => method.total = json.maybe_integer()?.unwrap_or(0),
            "samples" => method.own = json.maybe_integer()?.unwrap_or(0),
            "edges" => edges(json, &mut method, builder)?,
            _ => json.skip()?,
        }
    }
    Ok(method)
}

fn edges(json: &mut Json<'_, '_>, method: &mut Method, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    if !json.try_object()? {
        return Ok(());
    }
    while let Some(key) = json.next_key()? {
        let number = key.parse().unwrap_or(-1);
        method.edges.push((number, json.maybe_integer()?.unwrap_or(0)));
        builder.tick()?;
    }
    Ok(())
}

fn numbers(json: &mut Json<'_, '_>, numbers: &mut Vec<i64>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    if !json.try_array()? {
        return Ok(());
    }
    while json.next_item()? {
        numbers.push(json.maybe_integer()?.unwrap_or(0));
        if numbers.len().is_multiple_of(1 << 16) {
            builder.has_room(numbers.len() as u64 * 16)?;
            builder.context.cancel.check()?;
        }
    }
    Ok(())
}

//! What the `meta` of a process says: times, units, categories, and what is told of kinds of markers.

use super::file::{Meta, text};
use super::store::Store;
use crate::profile::error::ProfileError;
use crate::profile::model::StringId;
use crate::profile::read::json::Json;

/// Reads it.
pub(super) fn read(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, meta: &mut Meta) -> Result<(), ProfileError> {
    if !json.try_object()? {
        return Ok(());
    }
    while let Some(key) = json.next_key()? {
        match key {
            "interval" => meta.interval = json.maybe_number()?,
            "startTime" => meta.start = json.maybe_number()?,
            "profilingStartTime" => meta.profiling[0] = json.maybe_number()?,
            "profilingEndTime" => meta.profiling[1] = json.maybe_number()?,
            "preprocessedProfileVersion" => meta.processed = json.maybe_integer()?,
            "product" => meta.product = json.maybe_text()?.unwrap_or_default().to_owned(),
            "sampleUnits" => units(json, meta)?,
            "markerSchema" => schemas(json, store)?,
            "categories" => categories(json, store, &mut meta.categories)?,
            _ => json.skip()?,
        }
    }
    Ok(())
}

fn units(json: &mut Json<'_, '_>, meta: &mut Meta) -> Result<(), ProfileError> {
    if !json.try_object()? {
        return Ok(());
    }
    while let Some(key) = json.next_key()? {
        match key {
            "threadCPUDelta" => meta.cpu_unit = json.maybe_text()?.unwrap_or_default().to_owned(),
            "time" => meta.time_unit = json.maybe_text()?.unwrap_or_default().to_owned(),
            _ => json.skip()?,
        }
    }
    Ok(())
}

fn categories(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, names: &mut Vec<StringId>) -> Result<(), ProfileError> {
    if !json.try_array()? {
        return Ok(());
    }
    while json.next_item()? {
        let mut name = StringId(0);
        if json.try_object()? {
            while let Some(key) = json.next_key()? {
                match key {
                    "name" => name = text(json, store)?,
                    _ => json.skip()?,
                }
            }
        }
        names.push(name);
        store.keep(4)?;
    }
    Ok(())
}

/// Kinds of markers: which of their keys are rows of the table of texts.
fn schemas(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>) -> Result<(), ProfileError> {
    if !json.try_array()? {
        return Ok(());
    }
    while json.next_item()? {
        let (mut kind, mut keys) = (String::new(), Vec::new());
        if json.try_object()? {
            while let Some(key) = json.next_key()? {
                match key {
                    "name" => json.maybe_text()?.unwrap_or_default().clone_into(&mut kind),
                    "fields" | "data" => text_fields(json, &mut keys)?,
                    _ => json.skip()?,
                }
            }
        }
        for key in keys {
            store.keep(64 + key.len() as u64 + kind.len() as u64)?;
            store.text_keys.insert((kind.clone(), key));
        }
    }
    Ok(())
}

fn text_fields(json: &mut Json<'_, '_>, keys: &mut Vec<String>) -> Result<(), ProfileError> {
    if !json.try_array()? {
        return Ok(());
    }
    while json.next_item()? {
        let (mut name, mut is_text) = (String::new(), false);
        if json.try_object()? {
            while let Some(key) = json.next_key()? {
                match key {
                    "key" => json.maybe_text()?.unwrap_or_default().clone_into(&mut name),
                    "format" => is_text = matches!(json.maybe_text()?, Some("unique-string" | "flow-id" | "terminating-flow-id")),
                    _ => json.skip()?,
                }
            }
        }
        if is_text {
            keys.push(name);
        }
    }
    Ok(())
}

//! The form of stackprof's own dumps: a hash of Ruby's Marshal format.

use super::marshal::{Item, Marshal};
use super::{Dump, Method};
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::StringId;

/// Fills `dump`.
pub(super) fn read(data: &[u8], dump: &mut Dump, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let mut marshal = Marshal::new(data);
    let Item::Hash(pairs) = marshal.next(builder)? else { return Err(builder.damaged("a hash is expected at the beginning")) };
    for _ in 0..pairs {
        match key(&mut marshal, builder)? {
            b"mode" => dump.mode = String::from_utf8_lossy(key(&mut marshal, builder)?).into_owned(),
            b"interval" => dump.interval = number(&mut marshal, builder)?,
            b"samples" => dump.samples = number(&mut marshal, builder)?,
            b"missed_samples" => dump.missed = number(&mut marshal, builder)?,
            b"frames" => frames(&mut marshal, dump, builder)?,
            b"raw" => numbers(&mut marshal, &mut dump.raw, builder)?,
            b"raw_lines" => numbers(&mut marshal, &mut dump.lines, builder)?,
            b"raw_timestamp_deltas" => numbers(&mut marshal, &mut dump.deltas, builder)?,
            _ => marshal.skip(builder)?,
        }
    }
    Ok(())
}

/// A text or symbol; empty for other plain values.
fn key<'d>(marshal: &mut Marshal<'d>, builder: &mut Builder<'_>) -> Result<&'d [u8], ProfileError> {
    match marshal.next(builder)? {
        Item::Text(range) => Ok(marshal.bytes(&range)),
        Item::Array(_) | Item::Hash(_) => Err(builder.damaged("a plain value is expected there")),
        _ => Ok(&[]),
    }
}

fn number(marshal: &mut Marshal<'_>, builder: &mut Builder<'_>) -> Result<i64, ProfileError> {
    match marshal.next(builder)? {
        Item::Number(number) => Ok(number),
        Item::Array(_) | Item::Hash(_) => Err(builder.damaged("a number is expected there")),
        _ => Ok(0),
    }
}

fn pairs(marshal: &mut Marshal<'_>, builder: &mut Builder<'_>) -> Result<u64, ProfileError> {
    match marshal.next(builder)? {
        Item::Hash(pairs) => Ok(pairs),
        Item::Array(_) => Err(builder.damaged("a hash is expected there")),
        _ => Ok(0),
    }
}

fn text(marshal: &mut Marshal<'_>, builder: &mut Builder<'_>) -> Result<StringId, ProfileError> {
    let bytes = key(marshal, builder)?;
    builder.text_bytes(bytes)
}

fn frames(marshal: &mut Marshal<'_>, dump: &mut Dump, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    for _ in 0..pairs(marshal, builder)? {
        let number = number(marshal, builder)?;
        let method = method(marshal, builder)?;
        builder.has_room(dump.frames.len() as u64 * 128)?;
        dump.frames.insert(number, method);
    }
    Ok(())
}

fn method(marshal: &mut Marshal<'_>, builder: &mut Builder<'_>) -> Result<Method, ProfileError> {
    let mut method = Method::default();
    for _ in 0..pairs(marshal, builder)? {
        match key(marshal, builder)? {
            b"name" => method.name = text(marshal, builder)?,
            b"file" => method.file = text(marshal, builder)?,
            b"line" => method.line = u32::try_from(number(marshal, builder)?).unwrap_or(0),
            b"total_samples" => method.total = number(marshal, builder)?,
            b"samples" => method.own = number(marshal, builder)?,
            b"edges" => {
                for _ in 0..pairs(marshal, builder)? {
                    method.edges.push((number(marshal, builder)?, number(marshal, builder)?));
                }
            }
            _ => marshal.skip(builder)?,
        }
    }
    Ok(method)
}

fn numbers(marshal: &mut Marshal<'_>, numbers: &mut Vec<i64>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let items = match marshal.next(builder)? {
        Item::Array(items) => items,
        Item::Hash(_) => return Err(builder.damaged("a list is expected there")),
        _ => 0,
    };
    for _ in 0..items {
        numbers.push(number(marshal, builder)?);
        if numbers.len().is_multiple_of(1 << 16) {
            builder.has_room(numbers.len() as u64 * 16)?;
        }
    }
    Ok(())
}

//! What a mark says besides its name: the fields of the event, for people.

use std::fmt::Write;

use super::events::{Chunk, in_unit};
use super::input::Text;
use super::layout::Value;
use super::meta::Unit;
use super::plan::Told;
use crate::profile::units::format_value;

/// Adds `Label: value` of a field to a line.
pub(super) fn describe<'a>(line: &mut String, told: &Told, value: Value<'a>, chunk: &Chunk<'_, 'a>) {
    let before = line.len();
    let separator = if line.is_empty() { "" } else { ", " };
    // Writing into a string cannot fail.
    let _ = write!(line, "{separator}{}: ", told.label);
    let start = line.len();
    match value {
        Value::Number(key) if told.pooled => pooled(line, told, key, chunk),
        Value::Number(number) => self::number(line, told, number, chunk),
        Value::Float(number) if told.unit == Unit::Percent => _ = write!(line, "{:.1} %", number * 100.0),
        Value::Float(number) => _ = write!(line, "{number}"),
        Value::Text(text) => add(line, chunk.text(text)),
        Value::Item => {}
    }
    if line.len() == start {
        line.truncate(before);
    }
}

fn pooled<'a>(line: &mut String, told: &Told, key: u64, chunk: &Chunk<'_, 'a>) {
    let pools = &chunk.names.pools;
    match told.class_name.as_str() {
        "java.lang.Class" => line.push_str(&String::from_utf8_lossy(&pools.class_name(key).decode()).replace('/', ".")),
        "java.lang.Thread" => {
            let Some(thread) = pools.thread(key) else { return };
            let name = chunk.text(thread.java_name);
            add(line, if name.decode().is_empty() { chunk.text(thread.os_name) } else { name });
        }
        _ => add(line, pools.name(told.class, key)),
    }
}

fn number(line: &mut String, told: &Told, number: u64, chunk: &Chunk<'_, '_>) {
    let value = in_unit(told, number, &chunk.clock);
    let _ = match (told.unit, told.class_name.as_str()) {
        (Unit::Ticks | Unit::Nanoseconds(_), _) => write!(line, "{}", format_value(value, "nanoseconds")),
        (Unit::Bytes, _) => write!(line, "{}", format_value(value, "bytes")),
        (_, "boolean") => write!(line, "{}", number != 0),
        (_, "char") => write!(line, "{}", char::from_u32(number as u32).unwrap_or('\u{fffd}')),
        // Narrow numbers are written without their sign.
        (_, "byte") => write!(line, "{}", (number as u8).cast_signed()),
        (_, "short") => write!(line, "{}", (number as u16).cast_signed()),
        (_, "int") => write!(line, "{}", (number as u32).cast_signed()),
        _ => write!(line, "{value}"),
    };
}

fn add(line: &mut String, text: Text<'_>) {
    line.push_str(&String::from_utf8_lossy(&text.decode()));
}

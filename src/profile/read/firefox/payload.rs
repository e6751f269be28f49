//! What a marker tells beside its name and times: an object of any keys, made into a text for people. Allocations are markers too in
//! recordings as Gecko writes them.

use std::fmt::Write;

use super::store::Store;
use super::table::{Holds, NONE, Plan, Table};
use crate::profile::error::ProfileError;
use crate::profile::model::StringId;
use crate::profile::read::json::{Json, Kind};

/// Longest text that is made of one marker, in bytes; some hold whole documents.
const LONGEST: usize = 400;

/// What kind of allocation a marker tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Allocation {
    #[default]
    None,
    Js,
    Native,
}

/// Whether a marker is one end of something, in recordings that have no column for that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    #[default]
    Neither,
    Start,
    Stop,
}

/// What a marker tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payload {
    pub(super) text: StringId,
    /// A key whose value is a row of the table of texts, which may not be read yet, or [`NONE`].
    pub(super) key: StringId,
    pub(super) value: u32,
    /// In milliseconds; not a number when not told.
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) which_end: End,
    pub(super) allocation: Allocation,
    /// Bytes of an allocation, negative when they were given back.
    pub(super) size: f64,
    /// Where in memory; not a number when not told.
    pub(super) address: f64,
    /// Row of the stack table, or [`NONE`].
    pub(super) stack: u32,
}

impl Default for Payload {
    fn default() -> Self {
        Self {
            text: StringId(0),
            key: StringId(0),
            value: NONE,
            start: f64::NAN,
            end: f64::NAN,
            which_end: End::Neither,
            allocation: Allocation::None,
            size: 0.0,
            address: f64::NAN,
            stack: NONE,
        }
    }
}

const SAMPLE_STACK: Plan = &[("stack", Holds::Rows)];

impl Payload {
    /// Reads the object of a marker; anything else tells nothing.
    pub(super) fn read(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>) -> Result<Self, ProfileError> {
        let mut payload = Self::default();
        if !json.try_object()? {
            return Ok(payload);
        }
        let (mut text, mut name, mut kind) = (String::new(), String::new(), String::new());
        while let Some(key) = json.next_key()? {
            match key {
                "type" => {
                    json.maybe_text()?.unwrap_or_default().clone_into(&mut kind);
                    payload.is_of(&kind);
                }
                "startTime" => payload.start = json.maybe_number()?.unwrap_or(f64::NAN),
                "endTime" => payload.end = json.maybe_number()?.unwrap_or(f64::NAN),
                "interval" => payload.ends(json)?,
                "stack" => payload.stack = stack(json, store)?,
                "memoryAddress" => payload.address = json.maybe_number()?.unwrap_or(f64::NAN),
                "size" if payload.allocation != Allocation::None => payload.size = json.maybe_number()?.unwrap_or(0.0),
                key => {
                    name.clear();
                    name.push_str(key);
                    if payload.value == NONE && json.kind()? == Kind::Number && store.is_text(&kind, &name) {
                        payload.key = store.builder.text(&name)?;
                        payload.value = json.maybe_row()?.unwrap_or(NONE);
                    } else {
                        add(json, &name, &mut text)?;
                    }
                }
            }
        }
        payload.text = store.builder.text(&text)?;
        Ok(payload)
    }

    fn is_of(&mut self, kind: &str) {
        self.allocation = match kind {
            "JS allocation" => Allocation::Js,
            "Native allocation" => Allocation::Native,
            _ => Allocation::None,
        };
    }

    fn ends(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        self.which_end = match json.maybe_text()? {
            Some("start") => End::Start,
            Some("end") => End::Stop,
            _ => End::Neither,
        };
        Ok(())
    }
}

/// Adds `name: value` to a text, for values that can be shown.
fn add(json: &mut Json<'_, '_>, name: &str, text: &mut String) -> Result<(), ProfileError> {
    let kind = json.kind()?;
    if text.len() >= LONGEST || !matches!(kind, Kind::Text | Kind::Number | Kind::Bool) {
        return json.skip();
    }
    let begin = text.len();
    if begin > 0 {
        text.push_str(", ");
    }
    // Writing into a text does not fail.
    let _ = match kind {
        Kind::Number => json.maybe_number()?.map(|number| write!(text, "{name}: {number}")),
        Kind::Bool => json.maybe_bool()?.map(|is| write!(text, "{name}: {is}")),
        _ => json.maybe_text()?.filter(|value| !value.is_empty()).map(|value| write!(text, "{name}: {}", beginning(value))),
    };
    if text.len() <= begin + 2 {
        text.truncate(begin);
    }
    Ok(())
}

/// As much of a text as is shown.
pub(super) fn beginning(text: &str) -> &str {
    let end = text.char_indices().map(|(at, _)| at).take_while(|&at| at <= LONGEST).last().unwrap_or(0);
    if text.len() <= LONGEST { text } else { text.get(..end).unwrap_or_default() }
}

/// The stack of a marker: a little thread with one sample, or a row.
fn stack(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>) -> Result<u32, ProfileError> {
    if json.kind()? != Kind::Object {
        return Ok(json.maybe_row()?.unwrap_or(NONE));
    }
    json.begin_object()?;
    let mut samples = Table::new(SAMPLE_STACK);
    while let Some(key) = json.next_key()? {
        match key {
            "samples" => samples.read(json, store)?,
            _ => json.skip()?,
        }
    }
    Ok(samples.row(0, 0).unwrap_or(NONE))
}

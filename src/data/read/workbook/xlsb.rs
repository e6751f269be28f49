//! Cells of a binary workbook that calamine passes over: errors that a formula gave, and texts with letters of several kinds.

use std::collections::HashMap;
use std::io::BufReader;

use calamine::{CellErrorType, DataRef};

use super::book::Cell;
use super::guard::{Check, Counted, part_error};
use super::ods::{Archive, Part};
use super::records::{END_OF_CELLS, ROW, Records};
use super::xml::{Scanner, Token};
use crate::data::DataError;
use crate::data::read::refusal::damaged;

/// An error as a formula's value.
const FORMULA_ERROR: u16 = 0x0B;
/// A text in the cell with letters of several kinds.
const RICH_TEXT: u16 = 0x3E;

const WORKBOOK: &str = "xl/workbook.bin";
const RELATIONS: &str = "xl/_rels/workbook.bin.rels";

/// The part of each sheet, by name.
///
/// # Errors
/// When the workbook is damaged.
pub fn sheet_parts(archive: &mut Archive, check: &Check) -> Result<HashMap<String, String>, DataError> {
    let targets = targets(archive, check)?;
    let mut parts = HashMap::new();
    let part = archive.by_name(WORKBOOK).map_err(|error| damaged(&check.file, error.to_string()))?;
    let mut records = Records::new(BufReader::new(part));
    let broken = |error| part_error(check, WORKBOOK, &error);
    while let Some(kind) = records.next().map_err(broken)? {
        // State, number, relation, name.
        const SHEET: u16 = 0x9C;
        if kind != SHEET {
            continue;
        }
        let sheet = records.text(8).and_then(|relation| {
            let name = records.text(12 + relation.encode_utf16().count() * 2)?;
            Some((name, targets.get(&relation)?.clone()))
        });
        parts.extend(sheet);
    }
    Ok(parts)
}

fn targets(archive: &mut Archive, check: &Check) -> Result<HashMap<String, String>, DataError> {
    let mut targets = HashMap::new();
    let Ok(part) = archive.by_name(RELATIONS) else { return Ok(targets) };
    let broken = |error| part_error(check, RELATIONS, &error);
    let mut xml = Scanner::new(BufReader::new(part));
    loop {
        match xml.next().map_err(broken)? {
            Token::Open if xml.name() == b"Relationship" => {
                let id = xml.attribute("Id").map_err(broken)?;
                let target = xml.attribute("Target").map_err(broken)?;
                targets.extend(id.zip(target).map(|(id, target)| (id, format!("xl/{target}"))));
            }
            Token::End => return Ok(targets),
            _ => {}
        }
    }
}

/// The cells that were passed over, in order.
pub struct Missed<'a> {
    records: Option<Records<Part<'a>>>,
    check: &'a Check,
    row: u32,
}

impl<'a> Missed<'a> {
    /// Those of the sheet in a part of the archive.
    ///
    /// # Errors
    /// When the part cannot be read.
    pub fn open(archive: &'a mut Archive, part: Option<&String>, check: &'a Check) -> Result<Self, DataError> {
        check.restart();
        let Some(part) = part else { return Ok(Self { records: None, check, row: 0 }) };
        // The library does not tell small letters from large ones in the names of parts.
        let index = archive.file_names().position(|name| name.is_ok_and(|name| name.eq_ignore_ascii_case(part)));
        let Some(index) = index else { return Ok(Self { records: None, check, row: 0 }) };
        let part = archive.by_index(index).map_err(|error| damaged(&check.file, error.to_string()))?;
        let records = Records::new(BufReader::with_capacity(1 << 16, Counted::new(part, check)));
        Ok(Self { records: Some(records), check, row: 0 })
    }

    /// The next one with its row and column.
    ///
    /// # Errors
    /// When the part is damaged.
    pub fn next_cell(&mut self) -> Result<Option<Cell<'static>>, DataError> {
        let Some(records) = &mut self.records else { return Ok(None) };
        let broken = |error| part_error(self.check, "of a sheet", &error);
        while let Some(kind) = records.next().map_err(broken)? {
            let value = match kind {
                ROW => {
                    self.row = records.number(0).unwrap_or(u32::MAX);
                    continue;
                }
                END_OF_CELLS => break,
                FORMULA_ERROR => records.body.get(8).copied().and_then(error).map(DataRef::Error),
                // A byte of flags stands before the text.
                RICH_TEXT => records.text(9).map(DataRef::String),
                _ => continue,
            };
            let cell = records.number(0).zip(value);
            let (column, value) = cell.ok_or_else(|| damaged(&self.check.file, "one of its cells is not whole".into()))?;
            return Ok(Some(Cell::new((self.row, column), value)));
        }
        self.records = None;
        Ok(None)
    }
}

fn error(code: u8) -> Option<CellErrorType> {
    Some(match code {
        0x00 => CellErrorType::Null,
        0x07 => CellErrorType::Div0,
        0x0F => CellErrorType::Value,
        0x17 => CellErrorType::Ref,
        0x1D => CellErrorType::Name,
        0x24 => CellErrorType::Num,
        0x2A => CellErrorType::NA,
        0x2B => CellErrorType::GettingData,
        _ => return None,
    })
}

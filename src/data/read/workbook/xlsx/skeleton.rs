//! What the small parts of a workbook say: its sheets, where they are, and which numbers are dates.
//!
//! calamine is asked, so that this cannot be judged in two ways: it gets a workbook in memory with the parts as they are, but for the
//! sheets, which hold a number each, and a cell of each style.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufReader, Cursor, Read, Write};

use calamine::{DataRef, Reader, SheetType, Xlsx};
use memchr::memmem;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::guard::{Check, Counted};
use super::super::ods::Archive;
use super::super::xml::{Scanner, Token};
use super::pieces::Stop;
use super::scan::Style;

/// The largest small part.
const LARGEST: u64 = 4 << 20;
/// More styles than Excel has (65,490).
const MOST_STYLES: usize = 1 << 16;

const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
const STYLES: &str = "xl/styles.xml";
const PARTS: [&str; 5] = ["_rels/.rels", WORKBOOK, RELATIONS, STYLES, "xl/theme/theme1.xml"];

/// A workbook without its cells.
pub struct Skeleton {
    /// Name and part of each sheet that may hold cells.
    pub sheets: Vec<(String, String)>,
    /// What the numbers of each style are.
    pub styles: Vec<Style>,
    /// Days are counted from 1904.
    pub from_1904: bool,
}

impl Skeleton {
    /// Reads the small parts.
    ///
    /// # Errors
    /// When they are large, or not as nearly all programs write them.
    pub fn read(archive: &mut Archive, check: &Check) -> Result<Self, Stop> {
        let mut parts = Vec::new();
        for name in PARTS {
            parts.extend(small_part(archive, check, name)?.map(|bytes| (name, bytes)));
        }
        let part = |wanted| parts.iter().find(|(name, _)| *name == wanted).map_or(&[][..], |(_, bytes)| bytes);
        let sheets = sheets(part(WORKBOOK), part(RELATIONS))?;
        let styles = memmem::find_iter(part(STYLES), b"xf").take(MOST_STYLES + 1).count();
        if sheets.is_empty() || styles > MOST_STYLES {
            return Err(Stop::Odd);
        }
        let bytes = probe(&parts, &sheets, styles).map_err(|_| Stop::Odd)?;
        ask(bytes, sheets)
    }
}

fn small_part(archive: &mut Archive, check: &Check, name: &str) -> Result<Option<Vec<u8>>, Stop> {
    let Some(index) = find(archive, name)? else { return Ok(None) };
    let part = archive.by_index(index).map_err(|_| Stop::Odd)?;
    let mut bytes = Vec::new();
    Counted::new(part, check).take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST { Err(Stop::Odd) } else { Ok(Some(bytes)) }
}

/// A part by its name, in which small and large letters are the same.
///
/// # Errors
/// When there are two of the name.
pub fn find(archive: &Archive, wanted: &str) -> Result<Option<usize>, Stop> {
    let is_it = |name: &str| name.replace('\\', "/").eq_ignore_ascii_case(wanted);
    let mut found = archive.file_names().enumerate().filter(|(_, name)| name.as_ref().is_ok_and(|name| is_it(name)));
    let first = found.next().map(|(index, _)| index);
    if found.next().is_some() { Err(Stop::Odd) } else { Ok(first) }
}

/// Name and part of each worksheet, in order.
fn sheets(workbook: &[u8], relations: &[u8]) -> Result<Vec<(String, String)>, Stop> {
    let targets = attributes(relations, b"Relationship", ["Id", "Target", "Type"])?;
    let targets: HashMap<String, (String, String)> = targets.into_iter().map(|[id, target, kind]| (id, (target, kind))).collect();
    let mut sheets = Vec::new();
    for [name, id, _] in attributes(workbook, b"sheet", ["name", "r:id", "sheetId"])? {
        let (target, kind) = targets.get(&id).ok_or(Stop::Odd)?;
        if kind.ends_with("/worksheet") {
            let part = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            sheets.push((name, part));
        }
    }
    Ok(sheets)
}

/// Attributes of all elements of a name.
fn attributes(xml: &[u8], element: &[u8], names: [&str; 3]) -> Result<Vec<[String; 3]>, Stop> {
    let mut scanner = Scanner::new(xml);
    let mut all = Vec::new();
    loop {
        match scanner.next().map_err(|_| Stop::Odd)? {
            Token::Open if scanner.name() == element => {
                let value = |name| scanner.attribute(name).ok().flatten().ok_or(Stop::Odd);
                all.push([value(names[0])?, value(names[1])?, value(names[2])?]);
            }
            Token::End => return Ok(all),
            _ => {}
        }
    }
}

/// A workbook of these parts. Each sheet holds its number, and the first a cell of each style in the rows below.
fn probe(parts: &[(&str, Vec<u8>)], sheets: &[(String, String)], styles: usize) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(*name, options)?;
        writer.write_all(bytes)?;
    }
    for (number, (_, part)) in sheets.iter().enumerate() {
        writer.start_file(part.as_str(), options)?;
        let mut xml = format!("<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>{number}</v></c></row>");
        for style in 0..if number == 0 { styles } else { 0 } {
            let row = style + 2;
            // Writing into a string cannot fail.
            let _ = write!(xml, "<row r=\"{row}\"><c r=\"A{row}\" s=\"{style}\"><v>1</v></c></row>");
        }
        xml.push_str("</sheetData></worksheet>");
        writer.write_all(xml.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

fn ask(bytes: Vec<u8>, sheets: Vec<(String, String)>) -> Result<Skeleton, Stop> {
    let mut book = Xlsx::new(BufReader::new(Cursor::new(bytes))).map_err(|_| Stop::Odd)?;
    let names = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| &sheet.name);
    if !names.eq(sheets.iter().map(|(name, _)| name)) {
        return Err(Stop::Odd);
    }
    let mut styles = Vec::new();
    for (number, (name, _)) in sheets.iter().enumerate() {
        let mut cells = book.worksheet_cells_reader(name).map_err(|_| Stop::Odd)?;
        let mut next = || cells.next_cell().map_err(|_| Stop::Odd);
        if !next()?.is_some_and(|cell| *cell.get_value() == DataRef::Float(number as f64)) {
            return Err(Stop::Odd);
        }
        while let Some(cell) = next()? {
            styles.push(match cell.get_value() {
                DataRef::DateTime(moment) if moment.is_duration() => Style::Duration,
                DataRef::DateTime(_) => Style::Moment,
                _ => Style::Plain,
            });
        }
    }
    Ok(Skeleton { from_1904: book.has_1904_epoch(), sheets, styles })
}

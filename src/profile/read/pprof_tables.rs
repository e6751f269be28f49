//! First walk over pprof data: everything but the samples, then the joining of its tables.

use std::collections::HashMap;
use std::ops::Range;

use super::wire::{Fault, Field, Wire};
use crate::profile::model::{Frames, FunctionId, Functions, Mapping, MappingId, SampleType, StringId};
use crate::profile::strings::Interner;

/// What the file says besides samples, ids and string numbers as they stand there.
#[derive(Default)]
pub(super) struct Raw<'a> {
    strings: Vec<&'a [u8]>,
    functions: Vec<RawFunction>,
    locations: Vec<RawLocation>,
    lines: Vec<RawLine>,
    mappings: Vec<RawMapping>,
    sample_types: Vec<RawType>,
    period_type: Option<RawType>,
    comments: Vec<(i64, usize)>,
    default_type: (i64, usize),
    drop_frames: (i64, usize),
    pub(super) samples: usize,
    pub(super) time_ns: i64,
    pub(super) duration_ns: i64,
    pub(super) period: i64,
}

#[derive(Default)]
struct RawFunction {
    id: u64,
    name: i64,
    system_name: i64,
    file: i64,
    start_line: i64,
    at: usize,
}

#[derive(Default)]
struct RawMapping {
    id: u64,
    start: u64,
    end: u64,
    offset: u64,
    file: i64,
    build_id: i64,
    at: usize,
}

#[derive(Default)]
struct RawLocation {
    id: u64,
    mapping: u64,
    address: u64,
    lines: Range<usize>,
    at: usize,
}

#[derive(Default)]
struct RawLine {
    function: u64,
    line: i64,
}

#[derive(Clone, Copy, Default)]
struct RawType {
    name: i64,
    unit: i64,
    at: usize,
}

impl<'a> Raw<'a> {
    /// Walks the whole data, stepping over samples.
    pub(super) fn collect(data: &'a [u8]) -> Result<Self, Fault> {
        let (mut raw, mut wire) = (Self::default(), Wire::new(data));
        while let Some(field) = wire.field()? {
            raw.take(field)?;
        }
        Ok(raw)
    }

    /// Whether the data is no profile at all, but happens to be made of fields.
    pub(super) fn is_nothing(&self) -> bool {
        self.samples == 0 && self.sample_types.is_empty() && self.functions.is_empty()
    }

    fn take(&mut self, field: Field<'a>) -> Result<(), Fault> {
        let at = field.at;
        match field.number {
            1 => self.sample_types.push(RawType::read(field)?),
            2 => self.samples += 1,
            3 => self.mappings.push(RawMapping::read(field)?),
            4 => self.location(field)?,
            5 => self.functions.push(RawFunction::read(field)?),
            6 => self.strings.push(field.message()?.bytes()),
            7 => self.drop_frames = (field.signed()?, at),
            9 if self.time_ns != 0 => return Err(Fault::new(at, "a second profile begins there; only one can be in a file")),
            9 => self.time_ns = field.signed()?,
            10 => self.duration_ns = field.signed()?,
            11 => self.period_type = Some(RawType::read(field)?),
            12 => self.period = field.signed()?,
            13 => field.numbers(|number| {
                self.comments.push((number.cast_signed(), at));
                Ok(())
            })?,
            14 => self.default_type = (field.signed()?, at),
            _ => {}
        }
        Ok(())
    }

    fn location(&mut self, field: Field<'a>) -> Result<(), Fault> {
        let mut message = field.message()?;
        let mut location = RawLocation { at: field.at, ..RawLocation::default() };
        let start = self.lines.len();
        while let Some(field) = message.field()? {
            match field.number {
                1 => location.id = field.number()?,
                2 => location.mapping = field.number()?,
                3 => location.address = field.number()?,
                4 => self.lines.push(RawLine::read(field.message()?)?),
                _ => {}
            }
        }
        location.lines = start..self.lines.len();
        self.locations.push(location);
        Ok(())
    }
}

impl RawMapping {
    fn read(field: Field<'_>) -> Result<Self, Fault> {
        let (mut message, mut read) = (field.message()?, Self { at: field.at, ..Self::default() });
        while let Some(field) = message.field()? {
            match field.number {
                1 => read.id = field.number()?,
                2 => read.start = field.number()?,
                3 => read.end = field.number()?,
                4 => read.offset = field.number()?,
                5 => read.file = field.signed()?,
                6 => read.build_id = field.signed()?,
                _ => {}
            }
        }
        Ok(read)
    }
}

impl RawType {
    fn read(field: Field<'_>) -> Result<Self, Fault> {
        let (mut message, mut read) = (field.message()?, Self { at: field.at, ..Self::default() });
        while let Some(field) = message.field()? {
            match field.number {
                1 => read.name = field.signed()?,
                2 => read.unit = field.signed()?,
                _ => {}
            }
        }
        Ok(read)
    }
}

impl RawFunction {
    fn read(field: Field<'_>) -> Result<Self, Fault> {
        let (mut message, mut read) = (field.message()?, Self { at: field.at, ..Self::default() });
        while let Some(field) = message.field()? {
            match field.number {
                1 => read.id = field.number()?,
                2 => read.name = field.signed()?,
                3 => read.system_name = field.signed()?,
                4 => read.file = field.signed()?,
                5 => read.start_line = field.signed()?,
                _ => {}
            }
        }
        Ok(read)
    }
}

impl RawLine {
    fn read(mut message: Wire<'_>) -> Result<Self, Fault> {
        let mut read = Self::default();
        while let Some(field) = message.field()? {
            match field.number {
                1 => read.function = field.number()?,
                2 => read.line = field.signed()?,
                _ => {}
            }
        }
        Ok(read)
    }
}

/// Rows by the ids of the file: an array where ids are dense, as nearly all writers number them, else a map.
#[derive(Debug)]
pub(super) enum Ids<T> {
    Dense(Vec<Option<T>>),
    Sparse(HashMap<u64, T>),
}

impl<T: Copy> Ids<T> {
    /// `None` with the id when it occurs twice.
    fn new(rows: &[(u64, T)]) -> Result<Self, u64> {
        let largest = rows.iter().map(|&(id, _)| id).max().unwrap_or(0);
        if largest <= rows.len() as u64 * 2 + 1024 {
            let mut dense = vec![None; largest as usize + 1];
            for &(id, row) in rows {
                match dense.get_mut(id as usize) {
                    Some(free @ None) => *free = Some(row),
                    _ => return Err(id),
                }
            }
            return Ok(Self::Dense(dense));
        }
        let mut sparse = HashMap::with_capacity(rows.len());
        for &(id, row) in rows {
            if sparse.insert(id, row).is_some() {
                return Err(id);
            }
        }
        Ok(Self::Sparse(sparse))
    }

    #[inline]
    pub(super) fn get(&self, id: u64) -> Option<T> {
        match self {
            Self::Dense(dense) => dense.get(usize::try_from(id).ok()?).copied().flatten(),
            Self::Sparse(sparse) => sparse.get(&id).copied(),
        }
    }
}

/// The tables, joined and checked.
pub(super) struct Tables {
    pub(super) interner: Interner,
    /// Number of each of the file's strings in ours.
    pub(super) strings: Vec<StringId>,
    pub(super) functions: Functions,
    pub(super) frames: Frames,
    pub(super) mappings: Vec<Mapping>,
    /// Row of each of the file's mappings; of two with one id the later counts.
    mapping_rows: HashMap<u64, MappingId>,
    /// First frame of each location and how many it has: the innermost inlined call first.
    pub(super) locations: Ids<(u32, u32)>,
    pub(super) sample_types: Vec<SampleType>,
    pub(super) default_sample_type: usize,
    pub(super) period_type: Option<SampleType>,
    pub(super) comments: Vec<String>,
    pub(super) warnings: Vec<String>,
    /// Functions that stand for a binary, by name.
    binaries: HashMap<StringId, FunctionId>,
}

impl Tables {
    /// Joins what [`Raw::collect`] found.
    pub(super) fn resolve(raw: &Raw<'_>) -> Result<Self, Fault> {
        let mut interner = Interner::default();
        let strings: Option<Vec<_>> = raw.strings.iter().map(|bytes| interner.intern_bytes(bytes)).collect();
        let strings = strings.ok_or_else(|| Fault::new(0, "it holds more than 4 GB of text"))?;
        let mut tables = Self {
            interner,
            strings,
            functions: Functions::default(),
            frames: Frames::default(),
            mappings: Vec::new(),
            mapping_rows: HashMap::new(),
            locations: Ids::Dense(Vec::new()),
            sample_types: Vec::new(),
            default_sample_type: 0,
            period_type: None,
            comments: Vec::new(),
            warnings: Vec::new(),
            binaries: HashMap::new(),
        };
        tables.header(raw)?;
        tables.mappings(raw)?;
        let functions = tables.functions(raw)?;
        tables.locations(raw, &functions)?;
        Ok(tables)
    }

    /// The string of a number in the file; 0 means none.
    pub(super) fn string(&self, number: i64, at: usize) -> Result<StringId, Fault> {
        if number == 0 {
            return Ok(StringId(0));
        }
        let found = usize::try_from(number).ok().and_then(|row| self.strings.get(row));
        found.copied().ok_or_else(|| {
            let count = self.strings.len();
            Fault::new(at, format!("text number {number} is named, but the file has only {count} texts"))
        })
    }

    fn header(&mut self, raw: &Raw<'_>) -> Result<(), Fault> {
        let types: Result<_, _> = raw.sample_types.iter().map(|found| self.value_type(*found)).collect();
        self.sample_types = types?;
        // As go tool pprof: the type that the file prefers, else the last.
        let preferred = self.string(raw.default_type.0, raw.default_type.1)?;
        let named = self.sample_types.iter().position(|found| preferred.0 != 0 && found.name == preferred);
        self.default_sample_type = named.unwrap_or(self.sample_types.len().saturating_sub(1));
        self.period_type = raw.period_type.map(|found| self.value_type(found)).transpose()?;
        for &(number, at) in &raw.comments {
            self.comments.push(self.interner.get(self.string(number, at)?).to_string());
        }
        let hidden = self.string(raw.drop_frames.0, raw.drop_frames.1)?;
        if hidden.0 != 0 {
            let pattern = self.interner.get(hidden);
            self.warnings.push(format!("The file asks to hide functions like “{pattern}”; they are shown all the same."));
        }
        Ok(())
    }

    fn value_type(&self, found: RawType) -> Result<SampleType, Fault> {
        Ok(SampleType { name: self.string(found.name, found.at)?, unit: self.string(found.unit, found.at)? })
    }

    fn mappings(&mut self, raw: &Raw<'_>) -> Result<(), Fault> {
        for found in &raw.mappings {
            let row = u32::try_from(self.mappings.len()).ok().filter(|&row| row < u32::MAX).ok_or_else(too_many)?;
            let (file, build_id) = (self.string(found.file, found.at)?, self.string(found.build_id, found.at)?);
            let RawMapping { start, end, offset, .. } = *found;
            self.mappings.push(Mapping { file, build_id, start, end, offset });
            self.mapping_rows.insert(found.id, MappingId(row));
        }
        Ok(())
    }

    fn functions(&mut self, raw: &Raw<'_>) -> Result<Ids<FunctionId>, Fault> {
        let mut rows = Vec::with_capacity(raw.functions.len());
        for found in &raw.functions {
            let [name, system, file] = [found.name, found.system_name, found.file].map(|number| self.string(number, found.at));
            let name = Some(name?).filter(|name| name.0 != 0).map_or(system.clone(), Ok)?;
            let id = self.functions.push(name, system?, file?, line_number(found.start_line)).ok_or_else(too_many)?;
            rows.push((found.id, id));
        }
        Ids::new(&rows)
            .map_err(|id| Fault::new(first_at(&raw.functions, |f| (f.id, f.at), id), format!("function {id} occurs twice")))
    }

    fn locations(&mut self, raw: &Raw<'_>, functions: &Ids<FunctionId>) -> Result<(), Fault> {
        let mut rows = Vec::with_capacity(raw.locations.len());
        for found in &raw.locations {
            let first = self.frames.len() as u32;
            let mapping = self.mapping_rows.get(&found.mapping).copied();
            let lines = raw.lines.get(found.lines.clone()).unwrap_or_default();
            for (n, line) in lines.iter().enumerate() {
                let function = self.function_of(mapping, functions.get(line.function))?;
                if line.function != 0 && functions.get(line.function).is_none() {
                    let problem = format!("function {} is named, but the file does not have it", line.function);
                    return Err(Fault::new(found.at, problem));
                }
                let inlined = n + 1 < lines.len();
                self.frames.push(function, line_number(line.line), found.address, inlined).ok_or_else(too_many)?;
            }
            if lines.is_empty() {
                let function = self.function_of(mapping, None)?;
                self.frames.push(function, 0, found.address, false).ok_or_else(too_many)?;
            }
            if mapping.is_some() || !self.frames.mapping.is_empty() {
                self.frames.mapping.resize(first as usize, MappingId::NONE);
                self.frames.mapping.resize(self.frames.len(), mapping.unwrap_or(MappingId::NONE));
            }
            rows.push((found.id, (first, self.frames.len() as u32 - first)));
        }
        self.locations = Ids::new(&rows)
            .map_err(|id| Fault::new(first_at(&raw.locations, |l| (l.id, l.at), id), format!("location {id} occurs twice")))?;
        Ok(())
    }

    /// The function, or where it has no name, one that stands for the binary: `[libc.so.6]`, as go tool pprof names it.
    fn function_of(&mut self, mapping: Option<MappingId>, known: Option<FunctionId>) -> Result<FunctionId, Fault> {
        let name = known.and_then(|id| self.functions.name.get(id.0 as usize).copied()).unwrap_or_default();
        if let Some(id) = known.filter(|_| name.0 != 0) {
            return Ok(id);
        }
        let file = mapping.and_then(|row| self.mappings.get(row.0 as usize)).map_or(StringId(0), |mapping| mapping.file);
        let binary = self.interner.get(file).trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let text = if binary.is_empty() { "<unknown>".to_string() } else { format!("[{binary}]") };
        let name = self.interner.intern(&text).ok_or_else(too_many)?;
        if let Some(&id) = self.binaries.get(&name) {
            return Ok(id);
        }
        let id = self.functions.push(name, StringId(0), StringId(0), 0).ok_or_else(too_many)?;
        self.binaries.insert(name, id);
        Ok(id)
    }
}

/// A line number as it can be shown; 0, for not told, where it cannot be one.
fn line_number(line: i64) -> u32 {
    u32::try_from(line).unwrap_or(0)
}

fn too_many() -> Fault {
    Fault::new(0, "it holds more than 4 billion functions, frames or texts")
}

/// Where the second row with this id begins.
fn first_at<T>(rows: &[T], key: impl Fn(&T) -> (u64, usize), id: u64) -> usize {
    rows.iter().map(key).filter(|&(found, _)| found == id).nth(1).map_or(0, |(_, at)| at)
}

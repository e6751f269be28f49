//! Where the reader stands between two lines, and what each line does to it.

use std::collections::{HashMap, HashSet};

use super::events::Event;
use super::names::Names;
use super::numbers::{cost, number, position, word};
use crate::profile::build::{At, Builder};
use crate::profile::error::{Place, ProfileError};
use crate::profile::graph::Calls;
use crate::profile::model::{FunctionId, Mapping, MappingId, StringId, ThreadId};

/// Lines after which the memory of what is collected is looked at.
const BATCH: u32 = 4096;

/// What the next line with numbers belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The function's own cost.
    Own,
    /// So many calls of a function (its number).
    Calls(u32, u64),
    /// A jump, which costs nothing.
    Jump,
}

/// The function that lines belong to.
#[derive(Clone, Copy)]
pub(super) struct Current {
    /// Its number where it begins, and where the present lines lie: they differ for code inlined from another file.
    whole: u32,
    part: u32,
    /// The row of the calls from `whole` to `part`, when they differ.
    edge: Option<u32>,
}

/// The state.
pub(super) struct State<'a> {
    pub(super) builder: Builder<'a>,
    /// What each thread took.
    pub(super) threads: Vec<(At, Calls)>,
    /// Binary of each function, by its row.
    pub(super) mappings: Vec<MappingId>,
    /// Functions that are inlined parts of others.
    pub(super) parts: HashSet<FunctionId>,
    pub(super) thread: usize,
    /// Row of each thread in `threads`.
    pub(super) rows: HashMap<Option<ThreadId>, usize>,
    pub(super) process: Option<i64>,
    /// The sample type of each cost of a line, and the factor to its unit.
    pub(super) columns: Vec<(usize, i64)>,
    pub(super) events: Vec<(Event, usize)>,
    pub(super) declared: Vec<Event>,
    pub(super) has_address: bool,
    pub(super) has_line: bool,
    pub(super) address: u64,
    pub(super) line: u64,
    pub(super) objects: Names,
    pub(super) files: Names,
    pub(super) functions: Names,
    pub(super) object: StringId,
    pub(super) file: StringId,
    pub(super) function: StringId,
    pub(super) called_object: Option<StringId>,
    pub(super) called_file: Option<StringId>,
    pub(super) called: Option<u32>,
    pub(super) current: Option<Current>,
    pub(super) next: Next,
    pub(super) values: Vec<i64>,
    /// Sum of own costs since the last sums that the file tells.
    pub(super) sums: Vec<i64>,
    pub(super) is_valgrind: bool,
    pub(super) is_xdebug: bool,
    pub(super) has_totals: bool,
    pub(super) until_check: u32,
    pub(super) number: u64,
}

impl<'a> State<'a> {
    pub(super) fn new(builder: Builder<'a>) -> Self {
        let is_valgrind = builder.profile.format == "cachegrind";
        Self {
            builder,
            threads: Vec::new(),
            mappings: Vec::new(),
            parts: HashSet::new(),
            thread: 0,
            rows: HashMap::new(),
            process: None,
            columns: Vec::new(),
            events: Vec::new(),
            declared: Vec::new(),
            has_address: false,
            has_line: true,
            address: 0,
            line: 0,
            objects: Names::default(),
            files: Names::default(),
            functions: Names::default(),
            object: StringId(0),
            file: StringId(0),
            function: StringId(0),
            called_object: None,
            called_file: None,
            called: None,
            current: None,
            next: Next::Own,
            values: Vec::new(),
            sums: Vec::new(),
            is_valgrind,
            is_xdebug: false,
            has_totals: false,
            until_check: BATCH,
            number: 0,
        }
    }

    pub(super) fn line(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        self.number += 1;
        self.builder.place = Place::Line(self.number);
        self.until_check -= 1;
        if self.until_check == 0 {
            self.until_check = BATCH;
            self.check()?;
        }
        match line.first() {
            None | Some(b'#') => Ok(()),
            Some(b'0'..=b'9' | b'+' | b'-' | b'*') => self.costs(line),
            Some(_) => self.words(line),
        }
    }

    /// Looks at the cancel flag and at the memory of what is collected.
    pub(super) fn check(&mut self) -> Result<(), ProfileError> {
        self.builder.context.cancel.check()?;
        let bytes: usize = self.threads.iter().map(|(_, calls)| calls.memory_bytes() + 256).sum();
        self.builder.has_room((bytes + self.mappings.len() * 4) as u64)
    }

    fn words(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        let Some(at) = memchr::memchr2(b'=', b':', line) else { return self.unknown(line) };
        let (key, rest) = line.split_at_checked(at).unwrap_or((line, &[]));
        let (sign, value) = rest.split_first().map_or((b' ', &[][..]), |(&sign, value)| (sign, value));
        match (key.trim_ascii(), sign) {
            (b"fn", b'=') => self.begin_function(value),
            (b"fl", b'=') => self.set_file(value),
            (b"fi" | b"fe", b'=') => {
                self.set_file(value)?;
                self.enter_part()
            }
            (b"ob", b'=') => {
                self.object = self.objects.name(&mut self.builder, value)?;
                Ok(())
            }
            (b"cob", b'=') => {
                self.called_object = Some(self.objects.name(&mut self.builder, value)?);
                Ok(())
            }
            (b"cfi" | b"cfl", b'=') => {
                self.called_file = Some(self.files.name(&mut self.builder, value)?);
                Ok(())
            }
            (b"cfn", b'=') => self.called_function(value),
            (b"calls", b'=') => self.calls(value),
            (b"jump" | b"jcnd", b'=') => {
                self.next = Next::Jump;
                Ok(())
            }
            (b"jfi", b'=') => self.files.name(&mut self.builder, value).map(drop),
            (b"jfn", b'=') => self.functions.name(&mut self.builder, value).map(drop),
            (key, b':') => self.header(key, value.trim_ascii(), line),
            _ => self.unknown(line),
        }
    }

    pub(super) fn unknown(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        if !line.trim_ascii().is_empty() {
            self.builder.flaw("is of a kind that is not known and was left out");
        }
        Ok(())
    }

    fn set_file(&mut self, value: &[u8]) -> Result<(), ProfileError> {
        self.file = self.files.name(&mut self.builder, value)?;
        Ok(())
    }

    fn begin_function(&mut self, value: &[u8]) -> Result<(), ProfileError> {
        self.function = self.functions.name(&mut self.builder, value)?;
        let whole = self.function_in(self.function, self.file, self.object)?;
        self.current = Some(Current { whole, part: whole, edge: None });
        Ok(())
    }

    /// The lines that follow lie in another file, but belong to the same function.
    fn enter_part(&mut self) -> Result<(), ProfileError> {
        let Some(mut current) = self.current else {
            self.builder.flaw("changes the file of a function before any function began");
            return Ok(());
        };
        current.part = self.function_in(self.function, self.file, self.object)?;
        current.edge = None;
        if current.part != current.whole {
            let (_, calls) = self.calls_here()?;
            current.edge = Some(calls.edge(current.whole, current.part));
            if let Some(&id) = calls.functions_of().get(current.part as usize) {
                self.parts.insert(id);
            }
        }
        self.current = Some(current);
        Ok(())
    }

    /// The number that a function has on the present thread.
    fn function_in(&mut self, name: StringId, file: StringId, object: StringId) -> Result<u32, ProfileError> {
        let id = self.builder.function(name, file, 0)?;
        let row = id.0 as usize;
        if object != StringId(0) && self.mappings.get(row).is_none_or(|&known| known == MappingId::NONE) {
            let mapping = self.builder.mapping(Mapping { file: object, ..Mapping::default() })?;
            self.mappings.resize(self.mappings.len().max(row + 1), MappingId::NONE);
            self.mappings.get_mut(row).into_iter().for_each(|slot| *slot = mapping);
        }
        let (_, calls) = self.calls_here()?;
        Ok(calls.function(id))
    }

    fn calls_here(&mut self) -> Result<&mut (At, Calls), ProfileError> {
        if self.threads.is_empty() {
            self.use_thread(None);
        }
        match self.threads.get_mut(self.thread) {
            Some(thread) => Ok(thread),
            None => Err(self.builder.damaged("it belongs to no thread")),
        }
    }

    fn called_function(&mut self, value: &[u8]) -> Result<(), ProfileError> {
        let name = self.functions.name(&mut self.builder, value)?;
        let file = self.called_file.take().unwrap_or(self.file);
        let object = self.called_object.take().unwrap_or(self.object);
        self.called = Some(self.function_in(name, file, object)?);
        Ok(())
    }

    /// `calls=count position`: the next line has what they took.
    fn calls(&mut self, value: &[u8]) -> Result<(), ProfileError> {
        let count = word(value).and_then(|(count, _)| number(count));
        match (self.called, count) {
            (Some(called), Some(count)) => self.next = Next::Calls(called, count),
            _ => {
                self.builder.flaw("has calls of no function or no count of them; what they took was left out");
                self.next = Next::Jump;
            }
        }
        Ok(())
    }

    /// A line of positions and costs.
    fn costs(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        let next = std::mem::replace(&mut self.next, Next::Own);
        match self.positions(line) {
            None => self.builder.flaw("has a position that is no number and was left out"),
            Some(rest) if next != Next::Jump && self.values(rest) => self.add(next),
            Some(_) => {}
        }
        Ok(())
    }

    /// Takes the costs of a line; false when there are none.
    fn values(&mut self, mut rest: &[u8]) -> bool {
        self.values.clear();
        self.values.resize(self.builder.samples.values.len(), 0);
        let mut nth = 0;
        while let Some((text, behind)) = word(rest) {
            rest = behind;
            let (Some(&(column, factor)), Some((value, is_cut))) = (self.columns.get(nth), cost(text)) else {
                self.builder.flaw("has a cost that is no number or one too many; it was left out");
                break;
            };
            nth += 1;
            if is_cut || value.checked_mul(factor).is_none() {
                self.builder.flaw("has a cost beyond 9.2 × 10^18, which was cut to that");
            }
            self.values.get_mut(column).into_iter().for_each(|slot| *slot = value.saturating_mul(factor));
        }
        nth > 0
    }

    fn positions<'l>(&mut self, line: &'l [u8]) -> Option<&'l [u8]> {
        let mut rest = line;
        if self.has_address {
            let (text, behind) = word(rest)?;
            self.address = position(text, self.address)?;
            rest = behind;
        }
        if self.has_line || !self.has_address {
            let (text, behind) = word(rest)?;
            self.line = position(text, self.line)?;
            rest = behind;
        }
        Some(rest)
    }

    fn add(&mut self, next: Next) {
        let Some(current) = self.current else {
            self.builder.flaw("has costs before any function began, which were left out");
            return;
        };
        let line = u32::try_from(self.line).unwrap_or(0);
        let address = if self.has_address { self.address } else { 0 };
        let Some((_, calls)) = self.threads.get_mut(self.thread) else { return };
        if let Some(edge) = current.edge {
            calls.add(edge, 0, &self.values);
        }
        match next {
            Next::Calls(callee, count) => {
                let edge = calls.edge(current.part, callee);
                calls.add(edge, count, &self.values);
            }
            _ => {
                calls.own(current.part, line, address, &self.values);
                self.sums.iter_mut().zip(&self.values).for_each(|(sum, &value)| *sum = sum.saturating_add(value));
            }
        }
    }
}

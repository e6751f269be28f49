//! Makes frames and stacks of the profile out of rows of a file's tables, each once.

use super::columns as c;
use super::file::{Lib, Tables};
use super::location::{self, Location};
use super::table::NONE;
use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, FunctionId, Mapping, MappingId, StackId, StringId};

const NO_STACK: &str = "names stacks that it does not hold; the samples there were left out";
const NO_FRAME: &str = "names frames that it does not hold; they are shown as “<unknown>”";
const LATE_CALLER: &str = "has stacks whose caller is told behind them; they were cut there";

/// Tables, and what was made of their rows.
pub(super) struct Resolver<'t> {
    tables: &'t Tables,
    strings: &'t [StringId],
    /// The tables that sources are in.
    shared: &'t Tables,
    libs: &'t [Lib],
    /// Start and row of each library that has a place in memory, by start.
    by_start: Vec<(u64, usize)>,
    frames: Vec<u32>,
    nodes: Vec<Node>,
    stacks: Vec<u32>,
    /// Whether functions of scripts are named with their place, as before version 4.
    placed: bool,
}

/// A row of the stack table, together so that a walk to the root touches memory once for each frame.
#[derive(Clone, Copy)]
struct Node {
    /// Frame of the profile; [`NONE`] until it is asked for.
    frame: u32,
    /// The row that this one was called from, always an earlier one, so that walks end; [`NONE`] for a root.
    caller: u32,
}

/// Where a function lies.
#[derive(Clone, Copy, Default)]
struct Home {
    library: Option<usize>,
    /// Its source; for native functions without one, its library, so that functions of two libraries do not become one.
    file: StringId,
}

impl<'t> Resolver<'t> {
    /// `version` is that of the processed form, 0 for the first and for Gecko's form.
    pub(super) fn new(
        tables: &'t Tables,
        shared: &'t Tables,
        libs: &'t [Lib],
        version: i64,
        builder: &mut Builder<'_>,
    ) -> Result<Self, ProfileError> {
        let strings = tables.strings.as_ref().or(shared.strings.as_ref()).map_or(&[][..], Vec::as_slice);
        let mut by_start: Vec<_> =
            libs.iter().enumerate().filter(|(_, lib)| lib.end > 0).map(|(row, lib)| (lib.start, row)).collect();
        by_start.sort_unstable();
        let (frames, stacks) = (vec![NONE; tables.frames.len()], vec![NONE; tables.stacks.len()]);
        builder.has_room(stacks.len() as u64 * 12)?;
        let nodes = (0..stacks.len() as u32).map(|row| Node { frame: NONE, caller: caller(tables, row, builder) }).collect();
        Ok(Self { tables, strings, shared, libs, by_start, frames, nodes, stacks, placed: version < 4 })
    }

    /// A text of the file.
    pub(super) fn text(&self, row: Option<u32>) -> StringId {
        row.and_then(|row| self.strings.get(row as usize)).copied().unwrap_or_default()
    }

    /// The stack of this row; `None` when there is none.
    pub(super) fn stack(&mut self, row: u32, builder: &mut Builder<'_>) -> Result<Option<StackId>, ProfileError> {
        match self.stacks.get(row as usize) {
            None => {
                builder.flaw(NO_STACK);
                return Ok(None);
            }
            Some(&known) if known != NONE => return Ok(Some(StackId(known))),
            Some(_) => {}
        }
        let mut next = row;
        while let Some(&node) = self.nodes.get(next as usize) {
            let frame = if node.frame == NONE { self.frame_at(next, builder)? } else { FrameId(node.frame) };
            builder.push(frame);
            next = node.caller;
        }
        builder.reverse();
        let stack = builder.stack()?;
        if let Some(slot) = self.stacks.get_mut(row as usize) {
            *slot = stack.0;
        }
        Ok(Some(stack))
    }

    /// The frame of a row of the stack table, kept in its node.
    fn frame_at(&mut self, row: u32, builder: &mut Builder<'_>) -> Result<FrameId, ProfileError> {
        let frame = self.frame(row, builder)?;
        if let Some(node) = self.nodes.get_mut(row as usize) {
            node.frame = frame.0;
        }
        Ok(frame)
    }

    /// The frame of a row of the stack table.
    fn frame(&mut self, stack: u32, builder: &mut Builder<'_>) -> Result<FrameId, ProfileError> {
        let row = self.tables.stacks.row(c::STACK_FRAME, stack as usize).unwrap_or(NONE) as usize;
        if let Some(&known) = self.frames.get(row).filter(|&&known| known != NONE) {
            return Ok(FrameId(known));
        }
        let frame = match self.tables.frames.row(c::FRAME_LOCATION, row) {
            Some(location) => self.located(row, self.text(Some(location)), builder)?,
            None => self.processed(row, builder)?,
        };
        if let Some(slot) = self.frames.get_mut(row) {
            *slot = frame.0;
        }
        Ok(frame)
    }

    /// A frame of the processed form: it names a function, which names a resource, which names a library.
    fn processed(&self, row: usize, builder: &mut Builder<'_>) -> Result<FrameId, ProfileError> {
        let frames = &self.tables.frames;
        let Some(func) = frames.row(c::FRAME_FUNC, row).map(|func| func as usize).filter(|&func| func < self.tables.funcs.len())
        else {
            builder.flaw(NO_FRAME);
            return builder.named(b"<unknown>");
        };
        let mut home = self.home(row, func);
        let mut name = self.text(self.tables.funcs.row(c::FUNC_NAME, func));
        let mut line = self.tables.funcs.row(c::FUNC_LINE, func).unwrap_or(0);
        if self.placed {
            let text = builder.get(name).to_owned();
            if let Location::Script { name: own, url, line: first } = location::parse(&text) {
                name = builder.text(if own.is_empty() { url } else { own })?;
                (home.file, line) = (builder.text(url)?, first);
            }
        }
        let function = self.function(builder, name, home, line)?;
        let address = frames.number(c::FRAME_ADDRESS, row).filter(|&address| address > 0.0).map_or(0, |address| address as u64);
        let mapping = home.library.map(|library| self.mapping(library, builder)).transpose()?;
        builder.frame(Spot {
            function,
            line: frames.row(c::FRAME_LINE, row).unwrap_or(0),
            address,
            inlined: frames.row(c::FRAME_DEPTH, row).is_some_and(|depth| depth > 0),
            mapping,
        })
    }

    fn home(&self, frame: usize, func: usize) -> Home {
        let funcs = &self.tables.funcs;
        let resource = funcs.row(c::FUNC_RESOURCE, func).map(|row| row as usize);
        let of_resource = resource.and_then(|row| self.tables.resources.row(c::RESOURCE_LIB, row));
        let library = self.tables.frames.row(c::FRAME_LIB, frame).or(of_resource).map(|row| row as usize);
        let library = library.filter(|&row| row < self.libs.len());
        let source = funcs.row(c::FUNC_SOURCE, func).and_then(|row| self.shared.sources.row(0, row as usize));
        let file = self.text(source.or(funcs.row(c::FUNC_FILE, func)));
        let own = || library.and_then(|row| self.libs.get(row)).map(|lib| lib.name);
        let named = || resource.map(|row| self.text(self.tables.resources.row(c::RESOURCE_NAME, row)));
        Home { library, file: if file.0 > 0 { file } else { own().or_else(named).unwrap_or_default() } }
    }

    /// A function. One of which only the address is known is named with its library.
    fn function(&self, builder: &mut Builder<'_>, name: StringId, home: Home, line: u32) -> Result<FunctionId, ProfileError> {
        let mut name = name;
        if name.0 == 0 {
            name = builder.text("(anonymous)")?;
        } else if home.file.0 > 0 && builder.get(name).starts_with("0x") {
            let full = format!("{}!{}", builder.get(home.file), builder.get(name));
            name = builder.text(&full)?;
        }
        builder.function(name, home.file, line)
    }

    /// A frame of the form that Gecko writes: one text says where it is.
    fn located(&self, row: usize, place: StringId, builder: &mut Builder<'_>) -> Result<FrameId, ProfileError> {
        let text = builder.get(place).to_owned();
        let mut spot = Spot { line: self.tables.frames.row(c::FRAME_LINE, row).unwrap_or(0), ..Spot::default() };
        let (name, file, line) = match location::parse(&text) {
            Location::Address(address) => {
                let library = self.library_at(address);
                spot.address = address;
                spot.mapping = library.map(|row| self.mapping(row, builder)).transpose()?;
                let file = library.and_then(|row| self.libs.get(row)).map_or(StringId(0), |lib| lib.name);
                (place, file, 0)
            }
            Location::Native { name, library } => (builder.text(name)?, builder.text(library)?, 0),
            Location::Script { name: "", url, line } => (builder.text(&format!("(root scope) {url}"))?, builder.text(url)?, line),
            Location::Script { name, url, line } => (builder.text(name)?, builder.text(url)?, line),
            Location::Label(_) => (place, StringId(0), 0),
        };
        spot.function = self.function(builder, name, Home { library: None, file }, line)?;
        builder.frame(spot)
    }

    fn library_at(&self, address: u64) -> Option<usize> {
        let behind = self.by_start.partition_point(|&(start, _)| start <= address);
        let (_, row) = *self.by_start.get(behind.checked_sub(1)?)?;
        self.libs.get(row).filter(|lib| address < lib.end).map(|_| row)
    }

    fn mapping(&self, library: usize, builder: &mut Builder<'_>) -> Result<MappingId, ProfileError> {
        let lib = self.libs.get(library).copied().unwrap_or_default();
        let file = if lib.path.0 > 0 { lib.path } else { lib.name };
        builder.mapping(Mapping { file, build_id: lib.build_id, start: lib.start, end: lib.end, offset: lib.offset })
    }
}

/// The row of the stack table that a row was called from.
fn caller(tables: &Tables, row: u32, builder: &mut Builder<'_>) -> u32 {
    let stacks = &tables.stacks;
    let caller = match stacks.row(c::STACK_OFFSET, row as usize) {
        Some(offset) => Some(offset).filter(|&offset| offset > 0).map(|offset| row.wrapping_sub(offset)),
        None => stacks.row(c::STACK_PREFIX, row as usize),
    };
    if caller.is_some_and(|caller| caller >= row) {
        builder.flaw(LATE_CALLER);
    }
    caller.filter(|&caller| caller < row).unwrap_or(NONE)
}

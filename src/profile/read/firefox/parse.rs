//! Reads the file into [`super::file`]. What was read stays when the file is cut in the middle.

use super::file::{Counted, Lib, Process, Thread, number, text};
use super::store::Store;
use super::table::Table;
use super::{columns, meta};
use crate::profile::error::ProfileError;
use crate::profile::model::StringId;
use crate::profile::read::json::{Json, Kind};

/// Processes in processes in processes are not written by anybody.
const DEEPEST: u32 = 4;

/// Reads a process and, behind it in the list, those that it holds.
pub(super) fn process(
    json: &mut Json<'_, '_>,
    store: &mut Store<'_, '_>,
    processes: &mut Vec<Process>,
    depth: u32,
) -> Result<(), ProfileError> {
    json.begin_object()?;
    let own = processes.len();
    processes.push(Process::default());
    store.keep(size_of::<Process>() as u64)?;
    while let Some(key) = json.next_key()? {
        match key {
            "processes" if depth < DEEPEST => children(json, store, processes, depth)?,
            key => {
                let key = Part::of(key);
                match processes.get_mut(own) {
                    Some(process) => part(json, store, process, key)?,
                    None => json.skip()?,
                }
            }
        }
    }
    Ok(())
}

fn children(
    json: &mut Json<'_, '_>,
    store: &mut Store<'_, '_>,
    processes: &mut Vec<Process>,
    depth: u32,
) -> Result<(), ProfileError> {
    if !json.try_array()? {
        return Ok(());
    }
    while json.next_item()? {
        if json.kind()? == Kind::Object {
            process(json, store, processes, depth + 1)?;
        } else {
            json.skip()?;
        }
    }
    Ok(())
}

/// Parts of a process that are read.
#[derive(Clone, Copy)]
enum Part {
    Meta,
    Libs,
    Shared,
    Threads,
    Counters,
    Other,
}

impl Part {
    fn of(key: &str) -> Self {
        match key {
            "meta" => Self::Meta,
            "libs" => Self::Libs,
            "shared" => Self::Shared,
            "threads" => Self::Threads,
            "counters" => Self::Counters,
            _ => Self::Other,
        }
    }
}

fn part(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, process: &mut Process, part: Part) -> Result<(), ProfileError> {
    match part {
        Part::Meta => meta::read(json, store, &mut process.meta),
        Part::Libs => libs(json, store, &mut process.libs),
        Part::Shared => shared(json, store, process),
        Part::Threads => threads(json, store, process),
        Part::Counters => counters(json, store, &mut process.counters),
        Part::Other => json.skip(),
    }
}

fn shared(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, process: &mut Process) -> Result<(), ProfileError> {
    if !json.try_object()? {
        return Ok(());
    }
    let mut name = String::new();
    while let Some(key) = json.next_key()? {
        key.clone_into(&mut name);
        if !process.shared.read(&name, json, store)? {
            json.skip()?;
        }
    }
    Ok(())
}

fn libs(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, libs: &mut Vec<Lib>) -> Result<(), ProfileError> {
    // Old files hold the list as a text.
    if !json.try_array()? {
        return Ok(());
    }
    while json.next_item()? {
        libs.push(lib(json, store)?);
        store.keep(size_of::<Lib>() as u64)?;
    }
    Ok(())
}

fn lib(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>) -> Result<Lib, ProfileError> {
    let mut lib = Lib::default();
    if !json.try_object()? {
        return Ok(lib);
    }
    while let Some(key) = json.next_key()? {
        match key {
            "name" => lib.name = text(json, store)?,
            "path" => lib.path = text(json, store)?,
            "debugName" | "pdbName" if lib.name == StringId(0) => lib.name = text(json, store)?,
            "codeId" => lib.build_id = Some(text(json, store)?).filter(|id| id.0 > 0).unwrap_or(lib.build_id),
            "breakpadId" if lib.build_id == StringId(0) => lib.build_id = text(json, store)?,
            "start" => lib.start = address(json)?,
            "end" => lib.end = address(json)?,
            "offset" => lib.offset = address(json)?,
            _ => json.skip()?,
        }
    }
    if lib.path.0 == 0 {
        // Before version 2 the name was the path.
        lib.path = lib.name;
        let name = store.builder.get(lib.name).rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        lib.name = store.builder.text(&name)?;
    }
    Ok(lib)
}

fn address(json: &mut Json<'_, '_>) -> Result<u64, ProfileError> {
    Ok(json.maybe_number()?.map_or(0, |number| number as u64))
}

fn threads(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, process: &mut Process) -> Result<(), ProfileError> {
    if !json.try_array()? {
        return Ok(());
    }
    process.has_threads = true;
    while json.next_item()? {
        process.threads.push(Thread::default());
        store.keep(size_of::<Thread>() as u64 + 1024)?;
        if let Some(own) = process.threads.last_mut() {
            thread(json, store, own)?;
        }
    }
    Ok(())
}

fn thread(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, thread: &mut Thread) -> Result<(), ProfileError> {
    if !json.try_object()? {
        return Ok(());
    }
    let mut name = String::new();
    while let Some(key) = json.next_key()? {
        match key {
            "name" => thread.name = text(json, store)?,
            "processName" => thread.process_name = text(json, store)?,
            "pid" => thread.process_id = number(json)?,
            "tid" => thread.id = number(json)?,
            "samples" => thread.samples.read(json, store)?,
            "jsAllocations" => thread.js.read(json, store)?,
            "nativeAllocations" => thread.native.read(json, store)?,
            "markers" => thread.markers.read(json, store)?,
            "libs" => libs(json, store, &mut thread.libs)?,
            key => {
                key.clone_into(&mut name);
                if !thread.tables.read(&name, json, store)? {
                    json.skip()?;
                }
            }
        }
    }
    Ok(())
}

fn counters(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, counters: &mut Vec<Counted>) -> Result<(), ProfileError> {
    if !json.try_array()? {
        return Ok(());
    }
    while json.next_item()? {
        let samples = Table::new(columns::COUNTS);
        counters.push(Counted { name: StringId(0), category: String::new(), process: None, samples });
        store.keep(size_of::<Counted>() as u64)?;
        if let Some(own) = counters.last_mut() {
            counter(json, store, own)?;
        }
    }
    Ok(())
}

fn counter(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, counter: &mut Counted) -> Result<(), ProfileError> {
    if !json.try_object()? {
        return Ok(());
    }
    while let Some(key) = json.next_key()? {
        match key {
            "name" => counter.name = text(json, store)?,
            "category" => counter.category = json.maybe_text()?.unwrap_or_default().to_owned(),
            "pid" => counter.process = number(json)?,
            "samples" => counter.samples.read(json, store)?,
            "sampleGroups" | "sample_groups" => groups(json, store, &mut counter.samples)?,
            _ => json.skip()?,
        }
    }
    Ok(())
}

/// Before version 48 the samples of a counter lay in a group, or in a list of groups, of which there was one.
fn groups(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, samples: &mut Table) -> Result<(), ProfileError> {
    if json.kind()? != Kind::Array {
        return group(json, store, samples);
    }
    json.begin_array()?;
    while json.next_item()? {
        if samples.len() == 0 {
            group(json, store, samples)?;
        } else {
            json.skip()?;
        }
    }
    Ok(())
}

fn group(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, samples: &mut Table) -> Result<(), ProfileError> {
    if !json.try_object()? {
        return Ok(());
    }
    while let Some(key) = json.next_key()? {
        match key {
            "samples" => samples.read(json, store)?,
            _ => json.skip()?,
        }
    }
    Ok(())
}

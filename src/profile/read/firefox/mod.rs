//! Profiles of the Firefox Profiler, in both forms: processed, as samply, the profiler itself and its converters write them
//! (`meta.preprocessedProfileVersion`, all versions since the first), and as Gecko writes them (`meta.version` 3 and later, with child
//! processes). Formats: <https://github.com/firefox-devtools/profiler/tree/main/docs-developer>, `processed-profile-format.md`,
//! `gecko-profile-format.md` and `CHANGELOG-formats.md`.
//!
//! The tables can stand in any order, so they are kept as columns of numbers until the file is read, and turned into ours then.

mod columns;
mod file;
mod fill;
mod location;
mod marks;
mod meta;
mod parse;
mod payload;
mod resolve;
mod store;
mod table;

use super::Context;
use super::head::Head;
use super::json::Json;
use super::source::Source;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::{Profile, SampleType, Thread as ModelThread, ThreadId};
use file::{Meta, Process, Thread};
use fill::{Filler, nanoseconds};
use marks::Marks;
use resolve::Resolver;
use store::Store;

/// Whether it begins as the processed form.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let tables = || head.has_key("stackTable") && head.has_key("frameTable") && head.has_key("stringArray");
    head.is_json_object() && (head.has_key("preprocessedProfileVersion") || tables())
}

/// Whether it begins as Gecko's form.
pub(super) fn sniff_gecko(head: &Head<'_>) -> bool {
    let meta = || ["stackwalk", "gcpoison", "processType"].iter().any(|key| head.has_key(key));
    let libs = || head.has_key("breakpadId") && head.has_key("debugPath");
    let tables = || head.has_key("stackTable") && head.has_key("frameTable");
    head.is_json_object() && (head.has_key("meta") && meta() || libs() || tables())
}

/// Reads a profile of either form. What a file that is cut off still holds is shown.
pub(super) fn read(source: &mut Source<'_>, _head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("Firefox Profiler", context);
    let mut json = Json::new(source)?;
    let mut processes = Vec::new();
    let outcome = parse::process(&mut json, &mut Store::new(&mut builder), &mut processes, 0);
    match outcome {
        Err(error) if !json.is_cut() => return Err(error),
        Err(error) => {
            convert(&processes, &mut builder)?;
            if builder.samples.is_empty() {
                return Err(error);
            }
            builder.place = json.place();
            builder.flaw("is the end of the file, in the middle of the profile; what follows is missing");
        }
        Ok(()) if processes.iter().all(|process| !process.has_threads) => {
            return Err(builder.damaged("it holds no list of threads, which every profile of the Firefox Profiler has"));
        }
        Ok(()) => convert(&processes, &mut builder)?,
    }
    Ok(builder.finish(None))
}

fn convert(processes: &[Process], builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let Some(main) = processes.first() else { return Ok(()) };
    if processes.iter().flat_map(|process| &process.threads).any(|thread| thread.tables.frames.has_values(columns::FRAME_LOCATION))
    {
        builder.profile.format = "Gecko profile".into();
    }
    let mut filler = Filler::new(processes, builder)?;
    for process in processes {
        // Times count from when their process began.
        let delta_ms = process.meta.start.zip(main.meta.start).map_or(0.0, |(own, first)| own - first);
        threads(process, delta_ms, &mut filler, builder)?;
        marks::counters(process, delta_ms, builder)?;
    }
    header(&main.meta, &filler, builder)
}

fn threads(process: &Process, delta_ms: f64, filler: &mut Filler, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let version = process.meta.processed.unwrap_or(0);
    let mut shared = Resolver::new(&process.shared, &process.shared, &process.libs, version, builder)?;
    for thread in &process.threads {
        let own = thread.tables.stacks.is_there || thread.tables.frames.is_there;
        let libs = if thread.libs.is_empty() { &process.libs } else { &thread.libs };
        let mut own = own.then(|| Resolver::new(&thread.tables, &process.shared, libs, version, builder)).transpose()?;
        let resolver = own.as_mut().unwrap_or(&mut shared);
        if thread.samples.len() + thread.markers.len() + thread.js.len() + thread.native.len() == 0 {
            continue;
        }
        let id = model_thread(thread, builder)?;
        filler.thread(thread, id, delta_ms, resolver, builder)?;
        Marks::new(builder).thread(thread, id, delta_ms, resolver, &process.meta.categories)?;
    }
    Ok(())
}

fn model_thread(thread: &Thread, builder: &mut Builder<'_>) -> Result<ThreadId, ProfileError> {
    builder.thread(ModelThread {
        name: thread.name,
        id: thread.id,
        process_name: thread.process_name,
        process_id: thread.process_id,
    })
}

fn header(meta: &Meta, filler: &Filler, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let [begin, end] = meta.profiling;
    let told = begin.zip(end).map(|(begin, end)| nanoseconds(end - begin));
    let seen = filler.span.map(|(first, last)| last.saturating_sub(first));
    builder.profile.duration_ns = told.or(seen).and_then(|length| u64::try_from(length).ok()).filter(|&length| length > 0);
    builder.profile.time_ns = meta.start.filter(|&start| start > 0.0).map(nanoseconds);
    if let Some(interval) = meta.interval.filter(|&interval| interval > 0.0) {
        builder.profile.period = Some(nanoseconds(interval));
        builder.profile.period_type = Some(SampleType { name: builder.text("time")?, unit: builder.text("nanoseconds")? });
    }
    if !meta.product.is_empty() {
        builder.profile.comments.push(meta.product.clone());
    }
    Ok(())
}

//! Sampled heaps of V8 (`.heapprofile`): of `node --heap-prof` and of the developer tools' allocation sampling. Each node of a tree of calls
//! tells the bytes that it allocated and that were in use at the end.
//!
//! <https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#type-SamplingHeapProfile>

use std::collections::HashMap;

use super::nodes::Nodes;
use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::model::Profile;
use crate::profile::read::Context;
use crate::profile::read::head::Head;
use crate::profile::read::json::Json;
use crate::profile::read::source::Source;

/// Whether it begins as one.
pub(in super::super) fn sniff(head: &Head<'_>) -> bool {
    head.is_json_object() && head.has_member("head") && head.has_member("selfSize")
}

/// Reads one, piece by piece.
pub(in super::super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("V8 heap profile", context);
    let mut json = Json::new(source)?;
    let (mut nodes, mut counts) = (Nodes::default(), None);
    json.begin_object()?;
    loop {
        match json.next_key()? {
            None => break,
            Some("head") => super::read_nodes(&mut json, &mut builder, &mut nodes)?,
            Some("samples") => counts = read_samples(&mut json, &mut builder)?,
            Some(_) => json.skip()?,
        }
    }
    builder.place = crate::profile::error::Place::File;
    nodes.join(&mut builder)?;
    add(&mut builder, &mut nodes, counts)?;
    Ok(builder.finish(None))
}

/// How many samples each node has.
fn read_samples(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<Option<HashMap<u32, i64>>, ProfileError> {
    let mut counts = HashMap::new();
    if !json.try_array()? {
        return Ok(None);
    }
    while json.next_item()? {
        builder.tick()?;
        if !json.try_object()? {
            continue;
        }
        loop {
            match json.next_key()? {
                None => break,
                Some("nodeId") => {
                    if let Some(id) = json.maybe_row()? {
                        *counts.entry(id).or_default() += 1;
                    }
                }
                Some(_) => json.skip()?,
            }
        }
    }
    Ok(Some(counts))
}

fn add(builder: &mut Builder<'_>, nodes: &mut Nodes, counts: Option<HashMap<u32, i64>>) -> Result<(), ProfileError> {
    let has_counts = counts.is_some();
    if has_counts {
        builder.sample_type("samples", "count")?;
    }
    builder.profile.default_sample_type = builder.sample_type("space", "bytes")?;
    let mut count_of = vec![0; nodes.len()];
    for (id, count) in counts.unwrap_or_default() {
        match nodes.row(id).and_then(|row| count_of.get_mut(row as usize)) {
            Some(own) => *own = count,
            None => builder.flaw("has samples of calls that are not in it; they were left out"),
        }
    }
    for (row, count) in (0_u32..).zip(count_of) {
        let bytes = nodes.value(row);
        if bytes != 0 || count != 0 {
            let stack = nodes.stack(builder, row, 0)?;
            let values = [count, bytes];
            builder.sample(stack, values.get(usize::from(!has_counts)..).unwrap_or_default(), At::default())?;
        }
    }
    Ok(())
}

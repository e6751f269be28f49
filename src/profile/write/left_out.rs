//! What a format cannot hold of a profile.

use super::Target;
use crate::profile::model::{FunctionId, Profile, Samples};

/// What is lost when the profile is written so, as parts of a sentence: `threads`, `2 other sample types`. With `sample_type`, only that
/// one is to be written, and others are not missed.
pub fn left_out(profile: &Profile, target: Target, sample_type: Option<usize>) -> Vec<String> {
    let mut lost = Vec::new();
    let mut tell = |is: bool, what: &str| lost.extend(is.then(|| what.to_owned()));
    let (functions, frames, samples) = (&profile.functions, &profile.frames, &profile.samples);
    let told = |column: &[u32]| column.iter().any(|&number| number != 0);
    if target == Target::Folded {
        let types = profile.sample_types.len();
        let are_both = types == 2 && profile.sample_type(0).0 == "before" && profile.sample_type(1).0 == "after";
        tell(types > 1 && sample_type.is_none() && !are_both, "all sample types but one");
        tell(functions.file.iter().any(|file| file.0 != 0), "files");
        tell(told(&frames.line), "lines");
        tell(!samples.thread.is_empty(), "threads");
        tell(has_times(samples), "when samples were taken");
        tell(profile.time_ns.is_some() || profile.duration_ns.is_some(), "when and for how long was measured");
    }
    if target != Target::Pprof {
        tell(frames.address.iter().any(|&address| address != 0), "addresses");
        tell(!profile.mappings.is_empty(), "binaries");
        tell(frames.inlined.contains(&true), "which calls were inlined");
        tell(renamed(profile), "names as the linker knows them");
    }
    if target == Target::Speedscope {
        tell((0..frames.len()).any(|row| hides_start(profile, row)), "where functions begin");
        let negative = samples.values.iter().flatten().any(|&value| value < 0);
        tell(negative, "values below 0 (other programs see 0; Tachograph reads them)");
    }
    tell(!profile.counters.is_empty(), "values over time");
    tell(!profile.markers.is_empty(), "events");
    tell(profile.graph.is_some(), "exact figures of calls (stacks estimated from them are written)");
    lost
}

fn has_times(samples: &Samples) -> bool {
    samples.time_ns.iter().any(|&time| time != Samples::NO_TIME)
}

/// Whether any function has a name for the linker that is not its name for people.
fn renamed(profile: &Profile) -> bool {
    let functions = &profile.functions;
    functions.system_name.iter().zip(&functions.name).any(|(system, name)| system.0 != 0 && system != name)
}

/// Whether a frame's line stands where its function's first line would.
fn hides_start(profile: &Profile, frame: usize) -> bool {
    let (frames, functions) = (&profile.frames, &profile.functions);
    let FunctionId(function) = frames.function.get(frame).copied().unwrap_or_default();
    frames.line.get(frame).is_some_and(|&line| line != 0)
        && functions.start_line.get(function as usize).is_some_and(|&line| line != 0)
}

//! The binary CPU profile of gperftools, of 32 and 64 bits and both byte orders: words of count, depth and addresses, and the maps behind.

use std::collections::HashMap;

use super::addresses::Addresses;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::{Profile, SampleType};
use crate::profile::read::Context;
use crate::profile::read::bytes::Bytes;
use crate::profile::read::head::Head;
use crate::profile::read::source::Source;

/// Frames of the signal handler that are looked for.
const HANDLERS: usize = 2;
/// One sample in so many may lack them.
const SIMILAR: usize = 32;

/// Whether the words of the header are there: 0, 3, 0, the period, 0.
pub(in crate::profile::read) fn sniff(head: &Head<'_>) -> bool {
    form(head.bytes).is_some()
}

/// Width, byte order and period in microseconds.
fn form(head: &[u8]) -> Option<(bool, bool, u64)> {
    [(false, false), (false, true), (true, false), (true, true)].into_iter().find_map(|(is_wide, is_big)| {
        let mut words = Bytes::new(head, is_big);
        let mut word = || words.word(is_wide);
        let header = [word()?, word()?, word()?, word()?, word()?];
        let [0, 3, 0, period, 0] = header else { return None };
        (period > 0).then_some((is_wide, is_big, period))
    })
}

/// Reads the profile.
pub(in crate::profile::read) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let (data, cut) = source.read_what_is_there()?;
    let mut builder = Builder::new("gperftools CPU profile", context);
    builder.profile.warnings.extend(cut.map(|error| format!("{error}. What comes before that is shown.")));
    let Some((is_wide, is_big, period)) = form(&data) else { return Err(builder.damaged("its header is not whole")) };
    let period_ns = i64::try_from(period).unwrap_or(i64::MAX).saturating_mul(1000);
    builder.sample_type("samples", "count")?;
    builder.sample_type("cpu", "nanoseconds")?;
    builder.profile.default_sample_type = 1;
    builder.profile.period = Some(period_ns);
    builder.profile.period_type = Some(SampleType { name: builder.text("cpu")?, unit: builder.text("nanoseconds")? });
    let mut samples = Addresses::default();
    let mut words = Bytes::new(&data, is_big);
    words.take(if is_wide { 40 } else { 20 });
    if !stacks(&mut builder, &mut samples, &mut words, is_wide, period_ns)? {
        let at = data.len() - words.len();
        if samples.is_empty() {
            return Err(context.damaged(at as u64, "a sample is not whole"));
        }
        builder.profile.warnings.push(format!("What is at byte {at} is no whole sample. What comes before it is shown."));
    }
    words.rest().split(|&byte| byte == b'\n').for_each(|line| samples.maps.line(line));
    without_handlers(&mut samples);
    samples.finish(builder)
}

/// Reads the samples up to the mark of their end; false where one is not whole.
fn stacks(
    builder: &mut Builder<'_>,
    samples: &mut Addresses,
    words: &mut Bytes<'_>,
    is_wide: bool,
    period_ns: i64,
) -> Result<bool, ProfileError> {
    while words.len() > 0 {
        let start = *words;
        let (Some(count), Some(depth)) = (words.word(is_wide), words.word(is_wide)) else { return Ok(false) };
        let bytes = usize::try_from(depth).ok().and_then(|depth| depth.checked_mul(if is_wide { 8 } else { 4 }));
        let Some(mut stack) = bytes.and_then(|bytes| words.part(bytes)) else {
            *words = start;
            return Ok(false);
        };
        let innermost = stack.word(is_wide);
        if count == 0 && depth == 1 && innermost == Some(0) {
            return Ok(true);
        }
        innermost.into_iter().for_each(|address| samples.push(address));
        // The others are where calls return to.
        while let Some(address) = stack.word(is_wide) {
            samples.push(address.wrapping_sub(1));
        }
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        samples.sample(builder, &[count, count.saturating_mul(period_ns)])?;
    }
    Ok(true)
}

/// Takes the frames of the signal handler out: nearly all samples have the same ones behind the innermost. Then what the handler saw twice.
fn without_handlers(samples: &mut Addresses) {
    let all = samples.stacks().count();
    for _ in 0..HANDLERS {
        let mut counts = HashMap::new();
        samples.stacks().filter_map(|stack| stack.get(1)).for_each(|&address| *counts.entry(address).or_insert(0_usize) += 1);
        let common = counts.into_iter().find(|&(_, count)| count >= all - all / SIMILAR).map(|(address, _)| address);
        if let Some(common) = common {
            samples.edit(|stack| {
                if stack.get(1) == Some(&common) {
                    stack.remove(1);
                }
            });
        }
    }
    samples.edit(|stack| {
        if let [first, second, ..] = stack.as_slice()
            && *first == second.wrapping_add(1)
        {
            stack.remove(1);
        }
    });
}

//! Heap profiles as texts: `heap profile: 1: 2 [3: 4] @ heapprofile`, of gperftools and of Go with `debug=1`; the growth of heaps.

use super::addresses::Addresses;
use super::lists::{addresses, notes};
use super::maps;
use crate::profile::build::Builder;
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{Profile, SampleType};
use crate::profile::read::Context;
use crate::profile::read::head::Head;
use crate::profile::read::lines::Lines;
use crate::profile::read::source::Source;

/// Whether it begins so.
pub(in crate::profile::read) fn sniff(head: &Head<'_>) -> bool {
    head.is_text() && head.lines().find(|line| !line.is_empty()).is_some_and(|line| header(line).is_some())
}

/// Objects and bytes in use and allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    in_use: (i64, i64),
    allocated: (i64, i64),
}

/// How a profile was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Form {
    /// Bytes between two samples; at most 1 when every allocation was written down.
    period: i64,
    is_sampled: bool,
    has_allocated: bool,
}

/// The first line: `heap profile: 1: 2 [ 3: 4] @ heap_v2/524288`.
fn header(line: &[u8]) -> Option<Form> {
    let (counts, rest) = counts(line.strip_prefix(b"heap profile:")?)?;
    let kind = std::str::from_utf8(rest.trim_ascii()).ok()?;
    let (kind, period) = kind.split_once('/').unwrap_or((kind, ""));
    let period = period.parse::<i64>().unwrap_or(0);
    let Counts { in_use, allocated } = counts;
    let differs = |used: i64, all: i64| all != used && all != 0;
    let has_allocated = differs(in_use.0, allocated.0) || differs(in_use.1, allocated.1);
    let form = |period, is_sampled| Some(Form { period, is_sampled, has_allocated });
    match kind {
        "heapz_v2" | "heap_v2" => form(period, true),
        "heapprofile" => form(1, false),
        // Go writes twice its period.
        "heap" => form(period / 2, true),
        "growth" | "growthz" | "fragmentation" | "fragmentationz" => {
            Some(Form { period: 1, is_sampled: false, has_allocated: false })
        }
        _ => None,
    }
}

/// `1: 2 [3: 4] @` and what follows.
fn counts(text: &[u8]) -> Option<(Counts, &[u8])> {
    let (first, rest) = number(text)?;
    let (second, rest) = number(rest.strip_prefix(b":")?)?;
    let (third, rest) = number(rest.trim_ascii_start().strip_prefix(b"[")?)?;
    let (fourth, rest) = number(rest.strip_prefix(b":")?)?;
    let rest = rest.trim_ascii_start().strip_prefix(b"]")?.trim_ascii_start().strip_prefix(b"@")?;
    Some((Counts { in_use: (first, second), allocated: (third, fourth) }, rest))
}

/// A number behind blanks, and what follows it.
fn number(text: &[u8]) -> Option<(i64, &[u8])> {
    let text = text.trim_ascii_start();
    let length = text.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'-').unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(length)?;
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

/// Reads the profile.
pub(in crate::profile::read) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("gperftools heap profile", context);
    let mut samples = Addresses::default();
    samples.without_allocators = true;
    let (mut lines, mut number, mut form, mut in_maps) = (Lines::new(source), 0, None, false);
    let mut notes = notes::Notes::default();
    while let Some(line) = lines.next()? {
        number += 1;
        builder.place = Place::Line(number);
        if number.is_multiple_of(1024) {
            samples.check(&builder)?;
        }
        if in_maps {
            samples.maps.line(line);
        } else if let Some(form) = form {
            in_maps = maps::begins(line);
            if !in_maps && !notes.line(line, &mut samples.told) {
                sample(&mut builder, &mut samples, line, form)?;
            }
        } else if !line.trim_ascii().is_empty() {
            let Some(found) = header(line.trim_ascii()) else {
                return Err(builder.damaged("it does not begin with “heap profile:”"));
            };
            types(&mut builder, found)?;
            form = Some(found);
        }
    }
    samples.finish(builder)
}

fn types(builder: &mut Builder<'_>, form: Form) -> Result<(), ProfileError> {
    let types: &[(&str, &str)] = if form.has_allocated {
        &[("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")]
    } else {
        &[("objects", "count"), ("space", "bytes")]
    };
    for (name, unit) in types {
        builder.profile.default_sample_type = builder.sample_type(name, unit)?;
    }
    builder.profile.period = Some(form.period);
    builder.profile.period_type = Some(SampleType { name: builder.text("space")?, unit: builder.text("bytes")? });
    Ok(())
}

fn sample(builder: &mut Builder<'_>, samples: &mut Addresses, line: &[u8], form: Form) -> Result<(), ProfileError> {
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(());
    }
    let Some((counts, rest)) = counts(line) else {
        builder.flaw("is no sample of a heap profile and was left out");
        return Ok(());
    };
    if !addresses(rest, |address| samples.push(address.wrapping_sub(1))) {
        builder.flaw("has something else than addresses behind its counts");
    }
    let ((objects, space), (all_objects, all_space)) = (scaled(counts.in_use, form), scaled(counts.allocated, form));
    if form.has_allocated {
        samples.sample(builder, &[all_objects, all_space, objects, space])
    } else {
        samples.sample(builder, &[objects, space])
    }
}

/// What a sample stands for: an allocation of so many bytes is met with a probability of 1 - exp(-bytes / period).
fn scaled((count, bytes): (i64, i64), form: Form) -> (i64, i64) {
    if !form.is_sampled || form.period <= 1 {
        return (count, bytes);
    }
    if count == 0 || bytes == 0 {
        return (0, 0);
    }
    let mean = bytes as f64 / count as f64;
    let scale = 1.0 / (1.0 - (-mean / form.period as f64).exp());
    ((count as f64 * scale) as i64, (bytes as f64 * scale) as i64)
}

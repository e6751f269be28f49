//! pprof: gzip-packed protocol buffers, <https://github.com/google/pprof/blob/main/proto/profile.proto>.
//!
//! The data is walked twice, because writers such as Go's put the tables that samples refer to behind the samples.

use super::Context;
use super::head::Head;
use super::pprof_samples::Reader;
use super::pprof_tables::{Raw, Tables};
use super::source::Source;
use super::wire::Fault;
use crate::profile::error::ProfileError;
use crate::profile::model::Profile;

/// Reads a pprof file.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let data = source.read_all()?;
    let raw = Raw::collect(&data).map_err(|fault| damaged(fault, context))?;
    if raw.is_nothing() {
        return Err(context.damaged(0, "it holds no sample types, samples or functions"));
    }
    context.cancel.check()?;
    let tables = Tables::resolve(&raw).map_err(|fault| damaged(fault, context))?;
    let mut reader = Reader::new(&raw, tables, context);
    drop(raw);
    reader.samples(&data)?;
    Ok(reader.finish())
}

/// The error for a fault.
pub(super) fn damaged(fault: Fault, context: Context<'_>) -> ProfileError {
    if fault.too_large { context.too_large(context.place(fault.at)) } else { context.damaged(fault.at, fault.problem) }
}

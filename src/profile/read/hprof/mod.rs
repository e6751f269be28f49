//! Text that the hprof agent of Java before 9 writes (`-agentlib:hprof=cpu=samples`, `cpu=times` or `heap=sites`), and Android's profiler of
//! the same form (<https://docs.oracle.com/javase/8/docs/technotes/samples/hprof.html>): traces, then tables that name them. Traces hold only
//! as many frames as the agent's option `depth` says, which are 4 unless told otherwise.

mod rows;
mod traces;

use super::Context;
use super::head::Head;
use super::lines::Lines;
use super::source::Source;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::Profile;
use rows::Section;
use traces::Traces;

/// Whether it begins as such a text; heap dumps in binary form do not.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let begins =
        head.starts_with(b"JAVA PROFILE 1.0") || head.has("CPU SAMPLES BEGIN (total = ") || head.has("SITES BEGIN (ordered by ");
    head.is_text() && begins
}

/// Reads the text.
pub(super) fn read(source: &mut Source<'_>, _head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("hprof text", context);
    let mut lines = Lines::new(source);
    let (mut traces, mut rows, mut section) = (Traces::default(), rows::Rows::default(), Section::None);
    while let Some(line) = lines.next()? {
        let line = String::from_utf8_lossy(line).into_owned();
        builder.place = lines.place();
        builder.tick()?;
        if let Some(begun) = rows.begin(&line) {
            section = begun;
        } else if line.trim_end().ends_with(" END") {
            section = Section::None;
        } else if section == Section::None {
            traces.line(&line, &mut builder)?;
        } else {
            rows.line(section, &line, &mut builder)?;
        }
    }
    rows.fill(&traces, &mut builder)?;
    Ok(builder.finish(None))
}

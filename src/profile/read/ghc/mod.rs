//! Time and allocation profiles of programs that GHC compiled (Haskell): the JSON form (`+RTS -pj`) and the text (`+RTS -p`, `-P`, `-pa`)
//! (<https://downloads.haskell.org/ghc/latest/docs/users_guide/profiling.html>). A cost centre is a function; the tree of cost centre
//! stacks tells what each took in each context.

mod json;
mod nodes;
mod text;

use super::Context;
use super::head::Head;
use super::source::Source;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::Profile;
use nodes::Nodes;

/// Whether it begins as either form.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    if head.is_json_object() {
        return head.has_key("tick_interval") && head.has_key("total_ticks") && head.has_key("cost_centres");
    }
    head.lines().take(12).any(|line| line.ends_with(b"Time and Allocation Profiling Report  (Final)"))
        || head.is_text() && head.has("Time and Allocation Profiling Report") && head.has("COST CENTRE")
}

/// Reads either form.
pub(super) fn read(source: &mut Source<'_>, head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("GHC profile", context);
    let form = if head.is_json_object() { json::read } else { text::read };
    form(source, Nodes::default(), &mut builder)?;
    Ok(builder.finish(None))
}

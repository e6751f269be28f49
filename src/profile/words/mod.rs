//! What a profile shows, in words: sentences that are true of it, each with the figures it stands on and the functions to look at.
//!
//! | file | what it is for |
//! |---|---|
//! | `summary.rs` | one or two sentences about the whole |
//! | `finding.rs` | what a finding is: rule, severity, sentence, advice, evidence |
//! | `category.rs`, `lists.rs`, `language.rs`, `names.rs` | what functions do, told by names: lists by language in `assets/words` |
//! | `measure.rs`, `view.rs` | what is measured, and how much of it in stacks that have functions of a kind |
//! | `rules/` | the rules |
//! | `compare.rs` | what changed between two profiles |
//!
//! Everything is computed from names and figures in the file, without a network, and says the same each time.

mod category;
mod compare;
mod finding;
mod language;
mod lists;
mod measure;
mod names;
mod rules;
mod summary;
mod view;

use std::cmp::Reverse;

pub use compare::{Change, Comparison, Verdict, comparison_findings};
pub use finding::{Evidence, Finding, Piece, Place, Rule, Sentence, Severity};
pub use summary::summary;

use super::groups::Groups;
use super::model::Profile;
use super::top::Top;
use crate::jobs::{Cancel, Cancelled};
use view::View;

/// More findings than this are not read.
const MOST: usize = 8;

/// What can be said of one sample type of a profile beside its [`summary()`]: warnings first, within one severity what is about the
/// largest share, at most eight. `groups` and `top` are of the same profile and sample type.
///
/// Looks at each name once and a few times at each stack, so it belongs on a worker thread.
///
/// # Errors
/// When `cancel` is set.
pub fn findings(
    profile: &Profile,
    groups: &Groups,
    top: &Top,
    sample_type: usize,
    cancel: &Cancel,
) -> Result<Vec<Finding>, Cancelled> {
    let view = View::new(profile, groups, top, sample_type, cancel)?;
    let mut findings: Vec<Finding> = rules::samples(&view).into_iter().collect();
    if top.total > 0 {
        let path = rules::path(&view)?;
        let (kinds, said) = rules::categories(&view)?;
        findings.extend(kinds);
        findings.extend(rules::hot_path(&view, &path));
        findings.extend(rules::self_heavy(&view, &path, said));
        findings.extend(rules::recursion(&view)?);
        findings.extend(rules::one_thread(&view));
        findings.extend(rules::idle(&view)?);
        findings.extend(rules::nameless(&view));
        findings.extend(rules::debug_build(&view));
        findings.extend(rules::checked_build(&view));
        findings.extend(rules::holders(&view)?);
        findings.extend(rules::small_objects(&view)?);
        findings.extend(rules::short_lived(&view)?);
        findings.extend(rules::locks(&view)?);
    }
    findings.extend(rules::growth(&view));
    findings.sort_by(|a, b| Reverse(a.severity).cmp(&Reverse(b.severity)).then(b.percent.total_cmp(&a.percent)));
    findings.truncate(MOST);
    Ok(findings)
}

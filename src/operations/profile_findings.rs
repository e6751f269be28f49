//! What a profile shows in words, ready to be shown: names short enough for a sentence.

use crate::jobs::{Cancel, Cancelled};
pub use crate::profile::words::Severity;
use crate::profile::words::{self, Evidence, Place, Rule, Sentence};
use crate::profile::{Groups, Profile, Top};

use super::cut_name;

/// Letters of a name in a sentence.
const NAME: usize = 60;

/// Something true of a profile, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is about.
    pub rule: Rule,
    /// How much it matters.
    pub severity: Severity,
    /// A sentence.
    pub text: String,
    /// The same with its names apart, so that they can be clicked.
    pub sentence: Sentence,
    /// What to do about it; empty when there is nothing to do.
    pub advice: &'static str,
    /// The figures it stands on; empty when they are in the sentence.
    pub evidence: String,
    /// Where it can be seen, each with its figure, the largest first.
    pub places: Vec<Evidence>,
}

impl Finding {
    /// One without places to click.
    pub(super) fn plain(rule: Rule, severity: Severity, text: String, evidence: String) -> Self {
        let sentence = Sentence { pieces: vec![text.clone().into()] };
        Self { rule, severity, text, sentence, advice: "", evidence, places: Vec::new() }
    }
}

/// What can be said of one sample type.
pub(super) fn of(
    profile: &Profile,
    groups: &Groups,
    top: &Top,
    sample_type: usize,
    cancel: &Cancel,
) -> Result<Vec<Finding>, Cancelled> {
    let found = words::findings(profile, groups, top, sample_type, cancel)?;
    let shown = |found: words::Finding| Finding {
        rule: found.rule,
        severity: found.severity,
        text: found.text.plain(|place| plain_name(profile, groups, place)),
        sentence: found.text,
        advice: found.advice,
        evidence: found.figures,
        places: found.evidence,
    };
    Ok(found.into_iter().map(shown).collect())
}

/// Name of what a finding points at, short enough for a sentence.
pub fn plain_name(profile: &Profile, groups: &Groups, place: Place) -> String {
    let name = match place {
        Place::Function(group) => groups.name(profile, group),
        Place::Thread(thread) => profile.threads.get(thread.0 as usize).map_or("", |thread| profile.strings.get(thread.name)),
        Place::Row(_) => "",
    };
    match (name, place) {
        ("", Place::Thread(_)) => "it has no name".to_owned(),
        ("", _) => "(no name)".to_owned(),
        (name, _) => cut_name(name, NAME).trim().to_owned(),
    }
}

//! What is said of the open table, in short, for the Overview tab.

use std::path::Path;

use crate::app::widgets::Tone;

use super::findings::Place;
use super::model::Shown;
use super::{DataTab, work};

/// What is said of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<'a> {
    /// Where its file is.
    pub path: &'a Path,
    /// Its file's name.
    pub name: String,
    /// What shrinking it came to.
    pub result: String,
    /// Whether that is good.
    pub tone: Tone,
    /// What a person should look at, the most serious first, and where that is.
    pub findings: Vec<(Tone, &'a str, Option<Place>)>,
}

impl DataTab {
    /// What is said of the table that is open.
    pub fn told(&self) -> Option<Told<'_>> {
        let shown = self.slot.value()?;
        let (tone, result) = result(shown);
        Some(Told {
            path: &shown.path,
            name: work::name_of(&shown.path),
            result,
            tone,
            findings: shown.findings.iter().map(|found| (found.weight.into(), found.text.as_str(), found.place)).collect(),
        })
    }
}

/// `76 % less memory: 325 MB → 78 MB. 19,000,000 values compared, 0 differ.`
fn result(shown: &Shown) -> (Tone, String) {
    let (memory, proof) = (&shown.memory, &shown.proof);
    let size = match memory.smaller {
        true => format!("{} less memory: {}.", memory.change.trim_start_matches('−'), memory.sizes),
        false => format!("Takes {}; nothing makes it smaller.", memory.after),
    };
    let tone = match (proof.lossless, memory.smaller) {
        (false, _) => Tone::Bad,
        (true, true) => Tone::Good,
        (true, false) => Tone::Note,
    };
    (tone, format!("{size} {}.", proof.compared))
}

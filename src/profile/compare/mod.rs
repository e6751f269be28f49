//! Two profiles compared, even of two formats: what became slower or larger, what vanished, and whether that is more than chance.
//!
//! [`Merged`] puts the tables of both sides into one [`super::Profile`] whose columns of values are the sides, so that everything
//! that looks at a profile (groups, parts, trees) works on both at once. From it come [`Comparison`], the table of changes, and
//! [`DiffTree`], the flame graph of both sides. [`statistics`] says what is more than chance; its formulas are told in
//! `docs/profile-statistics.md`.

mod counts;
mod error;
mod merge;
mod names;
pub mod statistics;
mod table;
mod tables;
mod tree;
mod types;

use std::sync::Arc;

pub use error::CompareError;
pub use merge::{Column, Merged};
pub use table::{ChangeRow, Comparison, Figures, Kind};
pub use tree::{DiffTree, Layout, Measure};

use super::model::Profile;

/// What is compared: the newer profiles with the older ones. Mostly one of each; several are runs of the same.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// The newer ones.
    pub new: Vec<Arc<Profile>>,
    /// What they are compared with.
    pub base: Vec<Arc<Profile>>,
}

impl Sides {
    /// One profile on each side.
    pub fn pair(new: Arc<Profile>, base: Arc<Profile>) -> Self {
        Self { new: vec![new], base: vec![base] }
    }

    /// All of them, the newer ones first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Profile> {
        self.new.iter().chain(&self.base).map(AsRef::as_ref)
    }
}

/// How two sides are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The newer side is scaled so that both sides have the same total, as `go tool pprof -normalize` does: shares are compared.
    pub normalised: bool,
    /// Sample type of the first newer profile; its own choice when not given, as far as the other side has such a type.
    pub new_type: Option<usize>,
    /// Sample type of the first older profile; the one that goes with the other side's when not given.
    pub base_type: Option<usize>,
}

#[cfg(test)]
mod testing {
    use std::sync::Arc;

    use super::super::model::{Profile, SampleType};
    use super::super::strings::Interner;

    /// A profile without samples that has these sample types: name and unit.
    pub(super) fn with_types(types: &[(&str, &str)]) -> Profile {
        let mut interner = Interner::default();
        let mut text = |text: &str| interner.intern(text).expect("room");
        let sample_types: Vec<_> = types.iter().map(|(name, unit)| SampleType { name: text(name), unit: text(unit) }).collect();
        let mut profile = Profile { default_sample_type: types.len().saturating_sub(1), sample_types, ..Profile::default() };
        profile.samples.values = vec![vec![]; types.len()];
        profile.strings = Arc::new(interner.finish());
        profile
    }
}

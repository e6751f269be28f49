//! Why two profiles cannot be compared, for a person.

use crate::jobs::{Cancelled, Explain};

/// Why two sides were not compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A side has no profile.
    #[error("There is nothing to compare: one side has no profile")]
    NoProfile,
    /// One measures time, the other memory, or the like.
    #[error("The profiles measure different things: {new} on the newer side, {base} on the older one")]
    DifferentKinds {
        /// What the newer side measures: `cpu (nanoseconds)`.
        new: String,
        /// What the older side measures.
        base: String,
        /// Whether comparing shares would be possible.
        shares_help: bool,
    },
    /// Tables of 4 billion rows are not held.
    #[error("The two profiles together are too large to be compared")]
    TooLarge,
}

impl Explain for CompareError {
    fn next_step(&self) -> String {
        match self {
            Self::Cancelled(_) => "Start it again when you like.".into(),
            Self::NoProfile => "Choose a profile for each side.".into(),
            Self::DifferentKinds { shares_help: true, .. } => {
                "Compare them normalised: then shares of the whole are compared, whatever their unit.".into()
            }
            Self::DifferentKinds { .. } => "Choose a sample type that both have, or profiles of one kind.".into(),
            Self::TooLarge => "Compare parts of them, such as one thread.".into(),
        }
    }
}

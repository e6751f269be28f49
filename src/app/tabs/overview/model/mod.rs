//! What the cards of the Overview tab say; no drawing here.

mod facts;
mod recent;
mod running;
mod spark;
mod told;

pub use facts::{Fact, facts};
pub use recent::{Listed, listed, open};
pub use running::{Program, Running};
pub use spark::{Measure, STRETCH, Sparks};
pub use told::{Group, Lead, told};

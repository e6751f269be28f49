//! The rules, by what they look at. Each gives at most one finding of its kind.

mod categories;
mod memory;
mod own;
mod path;
mod recursion;
mod threads;
mod trust;

pub use categories::categories;
pub use memory::{growth, holders, locks, short_lived, small_objects};
pub use own::self_heavy;
pub use path::{hot_path, path};
pub use recursion::recursion;
pub use threads::{idle, one_thread};
pub use trust::{checked_build, debug_build, nameless, samples};

//! Profiles: where a program spends its time and memory.
//!
//! Readers (one file per format under [`read`]) only fill the tables of [`model`]; the views ([`top`], [`tree`], [`flame`],
//! [`search`]) are computed from the tables, as arrays too. [`codec`] keeps tables in a file cache, [`mod@write`] saves them as
//! pprof, [`record`] fills them from this program itself, [`words`] says in a sentence what they show.
//!
//! Uses only `jobs::{Progress, Cancel, Cancelled, Explain}`, so that window, command line and fuzzing share it.

mod build;
pub mod codec;
pub mod compare;
mod error;
mod filter;
pub mod flame;
mod graph;
mod groups;
mod hash;
pub mod lines;
pub mod memory;
pub mod model;
mod part;
pub mod read;
pub mod record;
pub mod search;
mod spans;
pub mod stack_chart;
mod stacks;
mod strings;
mod timeline;
pub mod top;
pub mod tracks;
pub mod tree;
pub mod units;
pub mod words;
pub mod write;

pub use error::{Place, ProfileError};
pub use filter::{Filters, Modules, Pattern, PatternError, Recursion};
pub use flame::{Flame, Rect};
pub use graph::{CallEdges, CallGraph};
pub use groups::{GroupId, Grouping, Groups, module};
pub use lines::{LineRow, Lines};
pub use model::{
    FrameId, Frames, FunctionId, Functions, Limits, Mapping, MappingId, Profile, SampleType, Samples, StackId, StringId, Thread,
    ThreadId,
};
pub use search::Matches;
pub use spans::{Scale, Seen, Spans};
pub use stack_chart::{BoxId, StackChart};
pub use stacks::{StackTree, Stacks, StacksBuilder};
pub use strings::{Interner, Strings};
pub use timeline::{Counter, Marker, Markers};
pub use top::{Top, TopRow};
pub use tracks::Tracks;
pub use tree::{NodeId, Shape, Tree};

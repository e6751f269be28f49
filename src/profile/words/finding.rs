//! What can be said of a profile: a sentence, what to do about it, and where it can be seen.

use super::super::groups::GroupId;
use super::super::model::ThreadId;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// All well.
    Good,
    /// To be known.
    Note,
    /// Needs a look.
    Warning,
}

impl Severity {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }
}

/// What a finding is about. One profile has at most one finding of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// The way from the beginning to where most of it is.
    HotPath,
    /// Functions that hold much themselves.
    SelfHeavy,
    /// Getting and giving back memory.
    Allocation,
    /// Collecting garbage.
    GarbageCollection,
    /// Lists, maps and texts that grow step by step.
    Growing,
    /// Locks.
    Locks,
    /// JSON, XML, protobuf and their like.
    Serialisation,
    /// Regular expressions.
    Regex,
    /// Making text of values.
    Formatting,
    /// Hash tables and digests.
    Hashing,
    /// Copying memory.
    Copying,
    /// Sorting.
    Sorting,
    /// Files, connections, databases.
    InputOutput,
    /// Packing and unpacking.
    Compression,
    /// Encrypting and decrypting.
    Cryptography,
    /// Asking what time it is.
    Clock,
    /// Writing logs.
    Logging,
    /// Exceptions and panics.
    Exceptions,
    /// Compiling while the program runs.
    Compiling,
    /// Loading code.
    Loading,
    /// Deciding what runs next.
    Scheduling,
    /// Memory that is touched for the first time.
    PageFaults,
    /// The operating system.
    Kernel,
    /// Having nothing to do.
    Idle,
    /// A function that calls itself again and again.
    Recursion,
    /// One thread does the work.
    OneThread,
    /// Not optimised by the compiler.
    DebugBuild,
    /// Sanitizers, race detectors and tracing.
    CheckedBuild,
    /// Functions without names.
    Nameless,
    /// How many samples the figures stand on.
    Samples,
    /// Who holds the memory, or allocates it.
    Memory,
    /// Many small objects.
    SmallObjects,
    /// Most of what is allocated is given back.
    ShortLived,
    /// Memory that rises over time.
    Growth,
    /// What a comparison shows as a whole.
    Change,
    /// What became slower, or larger.
    Worse,
    /// What became faster, or smaller.
    Better,
    /// What is new.
    New,
    /// What is gone.
    Gone,
    /// No function changed in a way that matters.
    Unchanged,
}

impl Rule {
    /// A name that stays the same between versions, for JSON and tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::HotPath => "hot-path",
            Self::SelfHeavy => "self-heavy",
            Self::Allocation => "allocation",
            Self::GarbageCollection => "garbage-collection",
            Self::Growing => "growing",
            Self::Locks => "locks",
            Self::Serialisation => "serialisation",
            Self::Regex => "regular-expressions",
            Self::Formatting => "formatting",
            Self::Hashing => "hashing",
            Self::Copying => "copying",
            Self::Sorting => "sorting",
            Self::InputOutput => "input-output",
            Self::Compression => "compression",
            Self::Cryptography => "cryptography",
            Self::Clock => "clock",
            Self::Logging => "logging",
            Self::Exceptions => "exceptions",
            Self::Compiling => "compiling",
            Self::Loading => "loading",
            Self::Scheduling => "scheduling",
            Self::PageFaults => "page-faults",
            Self::Kernel => "kernel",
            Self::Idle => "idle",
            Self::Recursion => "recursion",
            Self::OneThread => "one-thread",
            Self::DebugBuild => "debug-build",
            Self::CheckedBuild => "checked-build",
            Self::Nameless => "nameless",
            Self::Samples => "samples",
            Self::Memory => "memory",
            Self::SmallObjects => "small-objects",
            Self::ShortLived => "short-lived",
            Self::Growth => "growth",
            Self::Change => "change",
            Self::Worse => "worse",
            Self::Better => "better",
            Self::New => "new",
            Self::Gone => "gone",
            Self::Unchanged => "unchanged",
        }
    }
}

/// What a finding points at, to be clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A function.
    Function(GroupId),
    /// A thread.
    Thread(ThreadId),
    /// A row of a table of changes, as it was handed over.
    Row(usize),
}

/// A part of a sentence: plain text, or the name of something that can be clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// The name of this.
    Name(Place),
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<GroupId> for Piece {
    fn from(group: GroupId) -> Self {
        Self::Name(Place::Function(group))
    }
}

impl From<ThreadId> for Piece {
    fn from(thread: ThreadId) -> Self {
        Self::Name(Place::Thread(thread))
    }
}

/// A sentence or two. Names are kept apart, so that they can be shortened and clicked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// The parts, one behind the other.
    pub pieces: Vec<Piece>,
}

impl Sentence {
    /// The sentence with names as `name` gives them.
    pub fn plain(&self, mut name: impl FnMut(Place) -> String) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Name(place) => text.push_str(&name(*place)),
            }
        }
        text
    }

    /// With another part behind it.
    pub(super) fn push(&mut self, piece: impl Into<Piece>) {
        self.pieces.push(piece.into());
    }
}

/// A sentence of texts, functions and threads.
macro_rules! say {
    ($($piece:expr),+ $(,)?) => {
        $crate::profile::words::Sentence { pieces: vec![$($crate::profile::words::Piece::from($piece)),+] }
    };
}
pub(super) use say;

/// A figure that a finding stands on, and where it can be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// What to show when it is clicked.
    pub place: Place,
    /// How much of what the finding is about is there, in the sample type's unit (nanoseconds of a clock, bytes of copying …).
    pub value: i64,
    /// That as a percentage of the whole profile.
    pub percent: f64,
}

/// Something true of a profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is about.
    pub rule: Rule,
    /// How much it matters.
    pub severity: Severity,
    /// What is so.
    pub text: Sentence,
    /// What to do about it; empty when there is nothing to do.
    pub advice: &'static str,
    /// Where it can be seen, the largest first.
    pub evidence: Vec<Evidence>,
    /// The figures it stands on, in short; empty when they are in the sentence.
    pub figures: String,
    /// By what findings of one severity are ordered: the share of the profile that it is about, in percent.
    pub percent: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_sentence_are_filled_in() {
        let sentence = say!["Most is in ", GroupId(3), ", on ", ThreadId(1), "."];
        let name = |place: Place| match place {
            Place::Function(group) => format!("f{}", group.0),
            Place::Thread(thread) => format!("t{}", thread.0),
            Place::Row(row) => row.to_string(),
        };
        assert_eq!(sentence.plain(name), "Most is in f3, on t1.");
    }
}

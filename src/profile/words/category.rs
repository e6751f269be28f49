//! What functions do, as far as their names tell it.

use serde::Deserialize;

/// What a function is known to do. The lists in `assets/words` say which names mean what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub enum Category {
    /// Gets or gives back memory.
    Allocation,
    /// Collects garbage, and what programs pay for it elsewhere, such as write barriers.
    Garbage,
    /// Makes a list, map, text or buffer larger, which mostly copies it.
    Growing,
    /// Takes or waits for a lock.
    Lock,
    /// Writes or reads JSON, XML, protobuf and their like.
    Serialisation,
    /// Compiles or runs regular expressions.
    Regex,
    /// Makes text of values, or values of text.
    Formatting,
    /// Hash tables and digests.
    Hashing,
    /// Copies or compares blocks of memory, or clones values.
    Copying,
    /// Sorts.
    Sorting,
    /// Files, pipes, terminals.
    Files,
    /// Connections.
    Network,
    /// Databases.
    Database,
    /// Has nothing to do: sleeps, or waits for an event. What it waits for can be a lock or a file: then it is of that category too.
    Waiting,
    /// Has nothing to do for certain, whatever it calls to wait: a worker without work, a server without visitors.
    Idle,
    /// Decides what runs next.
    Scheduling,
    /// Asks what time it is.
    Clock,
    /// Writes a log.
    Logging,
    /// Throws, catches, unwinds, makes stack traces.
    Exceptions,
    /// Compiles the program while it runs.
    Compiling,
    /// Loads modules, classes and libraries.
    Loading,
    /// The system gives memory that is touched for the first time.
    PageFaults,
    /// Code of the operating system.
    Kernel,
    /// Small functions that every optimising compiler removes.
    Unoptimised,
    /// Checks that are built in for testing: sanitizers, race detectors, tracing.
    Checked,
    /// Packs and unpacks.
    Compression,
    /// Encrypts, decrypts, signs.
    Cryptography,
    /// Runs other functions: an interpreter's loop, a closure without a name. Such stand many times in a stack without recursion.
    Dispatch,
    /// Where programs and threads begin.
    Entry,
    /// Comes with the language or is a framework: not written for this program.
    Library,
    /// Has no name: an address only. Told by the shape of the name, in no list.
    Nameless,
}

/// Categories of one function, or of all functions of a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks(u32);

impl Marks {
    /// No category.
    pub const NONE: Self = Self(0);

    /// These categories.
    pub const fn of(categories: &[Category]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < categories.len() {
            bits |= 1 << categories[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These without the others.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether it is one of these.
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it is of this category.
    pub const fn has(self, category: Category) -> bool {
        self.0 >> category as u32 & 1 == 1
    }

    /// Whether it is of no category.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

impl From<Category> for Marks {
    fn from(category: Category) -> Self {
        Self::of(&[category])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_a_set() {
        let both = Marks::of(&[Category::Allocation, Category::Nameless]);
        assert!(both.has(Category::Allocation) && both.has(Category::Nameless) && !both.has(Category::Lock));
        assert!(both.has_any(Marks::from(Category::Nameless)) && !both.has_any(Category::Lock.into()));
        assert_eq!(Marks::NONE.and(both), both);
    }
}

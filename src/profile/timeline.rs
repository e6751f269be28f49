//! What a file says beside its samples: values over time and things that happened at a time.

use super::model::{StringId, ThreadId};

/// A value that was written down again and again, such as the memory of a process.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counter {
    /// Its name, such as `memory`.
    pub name: StringId,
    /// Unit of the values, such as `bytes`; empty when not told.
    pub unit: StringId,
    /// The thread it belongs to; [`ThreadId::NONE`] when it belongs to the process or to all.
    pub thread: ThreadId,
    /// When each value was taken, in nanoseconds from the beginning of measuring, rising.
    pub time_ns: Vec<i64>,
    /// The values; as many as times.
    pub value: Vec<f64>,
}

/// Things that happened, by column: requests, garbage collections, paints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markers {
    /// What it is, such as `GC`.
    pub name: Vec<StringId>,
    /// The group it belongs to; empty when not told.
    pub category: Vec<StringId>,
    /// What else is told of it, for people; empty when nothing is.
    pub text: Vec<StringId>,
    /// Where it happened; [`ThreadId::NONE`] when not told.
    pub thread: Vec<ThreadId>,
    /// When it began, in nanoseconds from the beginning of measuring.
    pub start_ns: Vec<i64>,
    /// When it ended; equal to the beginning for what has no length.
    pub end_ns: Vec<i64>,
}

/// One of [`Markers`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marker {
    /// What it is.
    pub name: StringId,
    /// The group it belongs to.
    pub category: StringId,
    /// What else is told of it.
    pub text: StringId,
    /// Where it happened.
    pub thread: ThreadId,
    /// When it began.
    pub start_ns: i64,
    /// When it ended.
    pub end_ns: i64,
}

impl Markers {
    /// Adds one.
    pub fn push(&mut self, marker: Marker) {
        self.name.push(marker.name);
        self.category.push(marker.category);
        self.text.push(marker.text);
        self.thread.push(marker.thread);
        self.start_ns.push(marker.start_ns);
        self.end_ns.push(marker.end_ns);
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Marker> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// One of them; an empty one when there is no such row.
    pub fn get(&self, row: usize) -> Marker {
        Marker {
            name: self.name.get(row).copied().unwrap_or_default(),
            category: self.category.get(row).copied().unwrap_or_default(),
            text: self.text.get(row).copied().unwrap_or_default(),
            thread: self.thread.get(row).copied().unwrap_or(ThreadId::NONE),
            start_ns: self.start_ns.get(row).copied().unwrap_or_default(),
            end_ns: self.end_ns.get(row).copied().unwrap_or_default(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.name.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty()
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        (self.name.capacity() + self.category.capacity() + self.text.capacity() + self.thread.capacity()) * 4
            + (self.start_ns.capacity() + self.end_ns.capacity()) * 8
    }
}

impl Counter {
    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>() + self.time_ns.capacity() * 8 + self.value.capacity() * 8
    }
}

//! Which memory a sample type tells of, and in what it is counted, by the names that the formats give them: pprof (`inuse_space`,
//! `alloc_objects`), DHAT (`total`, `peak_blocks`, `end`), heaptrack (`allocated`, `allocations`, `leaked`).

use super::model::Profile;
use super::units::is_bytes;

/// Which memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Memory {
    /// Held at the moment of the profile.
    InUse,
    /// Held when the program held most.
    Peak,
    /// Still held when the program ended.
    AtEnd,
    /// Never freed.
    Leaked,
    /// Ever asked for, whether or not it was freed since.
    Allocated,
    /// Freed again before anything else was asked for.
    Temporary,
}

/// In what memory is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// Bytes.
    Bytes,
    /// Allocations: objects, blocks.
    Objects,
}

/// Sample types that tell of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryTypes(Vec<(Memory, Counted, usize)>);

impl Memory {
    /// For people: `In use`.
    pub const fn title(self) -> &'static str {
        match self {
            Self::InUse => "In use",
            Self::Peak => "At the peak",
            Self::AtEnd => "At the end",
            Self::Leaked => "Leaked",
            Self::Allocated => "Allocated",
            Self::Temporary => "Temporary",
        }
    }

    /// What that is, in a sentence.
    pub const fn why(self) -> &'static str {
        match self {
            Self::InUse => "What was held when the profile was taken",
            Self::Peak => "What was held when the program held most",
            Self::AtEnd => "What was still held when the program ended",
            Self::Leaked => "What was never freed",
            Self::Allocated => "All that was ever asked for, freed since or not",
            Self::Temporary => "What was freed again before anything else was asked for",
        }
    }
}

impl Counted {
    /// For people: `Bytes`.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bytes => "Bytes",
            Self::Objects => "Objects",
        }
    }
}

impl MemoryTypes {
    /// Those of a profile. Of several that tell the same the first counts.
    pub fn of(profile: &Profile) -> Self {
        let mut found: Vec<(Memory, Counted, usize)> = Vec::new();
        for row in 0..profile.sample_types.len() {
            let Some((memory, counted)) = told(profile.sample_type(row)) else { continue };
            if !found.iter().any(|known| (known.0, known.1) == (memory, counted)) {
                found.push((memory, counted, row));
            }
        }
        found.sort_unstable();
        Self(found)
    }

    /// Whether there is something to choose.
    pub fn is_choice(&self) -> bool {
        self.0.len() > 1
    }

    /// Whether a choice among them is one among all sample types of the profile.
    pub fn are_all_of(&self, profile: &Profile) -> bool {
        self.is_choice() && self.0.len() == profile.sample_types.len()
    }

    /// Which memory the profile tells of.
    pub fn memories(&self) -> Vec<Memory> {
        let mut memories: Vec<Memory> = self.0.iter().map(|(memory, ..)| *memory).collect();
        memories.dedup();
        memories
    }

    /// In what this memory is counted.
    pub fn counted(&self, memory: Memory) -> Vec<Counted> {
        self.0.iter().filter(|(of, ..)| *of == memory).map(|(_, counted, _)| *counted).collect()
    }

    /// What a row of the sample types tells of; `None` when that is no memory.
    pub fn at(&self, row: usize) -> Option<(Memory, Counted)> {
        self.0.iter().find(|(.., at)| *at == row).map(|(memory, counted, _)| (*memory, *counted))
    }

    /// The row that tells of this memory, counted so if there is such a one.
    pub fn row(&self, memory: Memory, counted: Counted) -> Option<usize> {
        let of = |so: Option<Counted>| self.0.iter().find(|(is, how, _)| *is == memory && so.is_none_or(|so| so == *how));
        of(Some(counted)).or_else(|| of(None)).map(|(.., row)| *row)
    }
}

/// Of a sample type's name and unit.
fn told((name, unit): (&str, &str)) -> Option<(Memory, Counted)> {
    let counted = match unit {
        unit if is_bytes(unit) => Counted::Bytes,
        "count" | "objects" | "blocks" => Counted::Objects,
        _ => return None,
    };
    let name = name.to_lowercase();
    let name = match counted {
        Counted::Bytes => name.trim_end_matches("_space"),
        Counted::Objects => name.trim_end_matches("_objects").trim_end_matches("_blocks"),
    };
    let memory = match name {
        "inuse" | "live" => Memory::InUse,
        "peak" => Memory::Peak,
        "end" => Memory::AtEnd,
        "leaked" => Memory::Leaked,
        "alloc" | "allocated" | "allocations" | "total" => Memory::Allocated,
        "temporary" => Memory::Temporary,
        _ => return None,
    };
    Some((memory, counted))
}

#[cfg(test)]
mod tests {
    use super::super::model::SampleType;
    use super::super::strings::Interner;
    use super::*;

    fn types(of: &[(&str, &str)]) -> MemoryTypes {
        let (mut strings, mut profile) = (Interner::default(), Profile::default());
        let mut text = |text: &str| strings.intern(text).expect("room");
        profile.sample_types = of.iter().map(|(name, unit)| SampleType { name: text(name), unit: text(unit) }).collect();
        profile.strings = strings.finish().into();
        MemoryTypes::of(&profile)
    }

    #[test]
    fn names_of_three_formats_are_told() {
        use Counted::{Bytes, Objects};
        use Memory::{Allocated, AtEnd, InUse, Leaked, Peak, Temporary};
        let go =
            types(&[("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")]);
        assert_eq!(go.memories(), [InUse, Allocated]);
        assert_eq!((go.at(0), go.at(3), go.at(4)), (Some((Allocated, Objects)), Some((InUse, Bytes)), None));
        assert_eq!([go.row(InUse, Objects), go.row(Allocated, Bytes), go.row(Peak, Bytes)], [Some(2), Some(1), None]);
        let dhat = types(&[("total", "bytes"), ("total_blocks", "count"), ("peak", "bytes"), ("end_blocks", "count")]);
        assert_eq!(dhat.memories(), [Peak, AtEnd, Allocated]);
        assert_eq!((dhat.counted(Allocated), dhat.counted(Peak)), (vec![Bytes, Objects], vec![Bytes]));
        // What is not counted so is counted as it is.
        assert_eq!(dhat.row(Peak, Objects), Some(2));
        let names =
            [("allocations", "count"), ("temporary", "count"), ("allocated", "bytes"), ("peak", "bytes"), ("leaked", "bytes")];
        assert_eq!(types(&names).memories(), [Peak, Leaked, Allocated, Temporary]);
    }

    #[test]
    fn what_is_no_memory_is_not_told() {
        let none = types(&[("samples", "count"), ("cpu", "nanoseconds"), ("total", "events"), ("space", "bytes"), ("", "")]);
        assert_eq!(none, MemoryTypes::default());
        assert!(!types(&[("inuse_space", "bytes")]).is_choice());
    }
}

//! What the tests of profile readers share.

#![allow(dead_code)]

use std::path::{Path, PathBuf};

use tachograph::jobs::{Cancel, Explain, Progress};
use tachograph::profile::read::{read, read_file};
use tachograph::profile::{Grouping, Groups, Limits, NodeId, Profile, ProfileError, Top, Tree, codec};

/// Small bounds for damaged files: none of them may need more.
pub const SMALL: Limits = Limits { unpacked_bytes: 64 << 20, table_bytes: 64 << 20 };

/// A file under `tests/data/profiles`.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/profiles").join(name)
}

/// A file of others, which lie beside the project on some machines only; says so where it is missing.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/profiles").join(name);
    if !path.exists() {
        println!("skipped: {name} needs shared/data");
    }
    path.exists().then_some(path)
}

/// Opens a file that must be valid.
pub fn open(path: &Path) -> Profile {
    let outcome = read_file(path, &Cancel::new(), &Progress::new(), &Limits::default());
    outcome.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads bytes under a name.
pub fn parse(bytes: &[u8], name: &str) -> Result<Profile, ProfileError> {
    read(bytes, Some(bytes.len() as u64), name, &Cancel::new(), &Progress::new(), &SMALL)
}

/// Self, total and name of every function, largest self first.
pub fn top(profile: &Profile, sample_type: usize) -> Vec<(i64, i64, String)> {
    let groups = Groups::new(profile, Grouping::Name);
    let top = Top::new(profile, &groups, sample_type);
    top.rows.iter().map(|row| (row.self_value, row.total_value, groups.name(profile, row.group).to_string())).collect()
}

/// Row of the sample type of this name, which must be there.
pub fn sample_type(profile: &Profile, name: &str) -> usize {
    profile.sample_type_named(name).unwrap_or_else(|| panic!("no sample type {name}"))
}

/// Names of the sample types with their units.
pub fn sample_types(profile: &Profile) -> Vec<(&str, &str)> {
    (0..profile.sample_types.len()).map(|row| profile.sample_type(row)).collect()
}

/// The stacks with their values, as folded lines.
pub fn folded(profile: &Profile, sample_type: usize) -> Vec<String> {
    let lines = profile.samples.iter(sample_type).map(|(stack, value)| {
        let names = profile.stacks.get(stack).iter().map(|frame| {
            let function = profile.frames.function[frame.0 as usize];
            profile.function_name(function).to_string()
        });
        format!("{} {value}", names.collect::<Vec<_>>().join(";"))
    });
    lines.collect()
}

/// That every row number points into its table, that views can be made and agree on the sums, and that the cache gives it back.
pub fn check(profile: &Profile) {
    let back = codec::decode(&codec::encode(profile)).expect("a sound profile");
    assert!(format!("{back:?}") == format!("{profile:?}"), "the cache gives something else");
    let groups = Groups::new(profile, Grouping::Name);
    for sample_type in 0..profile.sample_types.len().min(3) {
        let tree = Tree::new(profile, &groups, sample_type, &Cancel::new()).expect("not cancelled");
        let sum: i128 = profile.samples.column(sample_type).iter().map(|&value| i128::from(value)).sum();
        if sum.abs() < i128::from(i64::MAX) / 4 {
            assert_eq!(i128::from(tree.total(NodeId::ROOT)), sum);
        }
        drop(Top::new(profile, &groups, sample_type));
    }
}

/// Numbers that look random and are the same every time (Marsaglia's xorshift of 64 bits).
pub struct Random(pub u64);

impl Random {
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % end as u64) as usize
    }

    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// Cuts the file at every hundredth and flips bits: an error that names the file and says what to do, or a sound profile.
pub fn cuts_and_flips(bytes: &[u8], name: &str) {
    for hundredth in 0..100 {
        try_bytes(bytes.get(..bytes.len() * hundredth / 100).expect("within"), name);
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut next = |below| random.below(below);
    for _ in 0..400 {
        let mut changed = bytes.to_vec();
        for _ in 0..=next(4) {
            let at = next(changed.len());
            match next(4) {
                0 => changed[at] = [0, 0xff, b'0', b'-', b'"', b'\n'][next(6)],
                1 => changed.truncate(at.max(1)),
                2 => {
                    let from = next(changed.len());
                    let piece = changed[from..(from + 1 + next(64)).min(changed.len())].to_vec();
                    changed.splice(at..at, piece);
                }
                _ => changed[at] ^= 1 << next(8),
            }
        }
        try_bytes(&changed, name);
    }
}

/// Bytes that may be anything.
pub fn try_bytes(bytes: &[u8], name: &str) {
    match parse(bytes, name) {
        Ok(profile) => check(&profile),
        Err(error) => {
            let (text, next) = (error.to_string(), error.next_step());
            assert!(text.contains(name) && next.ends_with('.'), "{text} / {next}");
            assert!(!matches!(error, ProfileError::Io { .. }), "{text}");
        }
    }
}

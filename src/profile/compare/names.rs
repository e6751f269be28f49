//! Which function of one profile is which of another.
//!
//! Functions are the same when their names are. Only names that one side alone has are looked at twice: without what differs between
//! builds and formats, and only where exactly one name of each side is left with it. So no two functions of one profile ever become one
//! by this, except in profiles of different formats where a name ends in a remark such as `_[j]` (compiled just in time), which is no part
//! of it.

use std::collections::{HashMap, HashSet};

use super::super::model::StringId;
use super::super::strings::Interner;

/// Remarks that programs put behind a name in folded stacks and tables: how the code was made, where it runs.
const REMARKS: [&str; 10] =
    ["_[i]", "_[j]", "_[k]", "_[w]", "_[0]", "_[1]", " [i]", " [inlined]", " (inline)", " (partial-inline)"];
/// What compilers put behind the name of a copy that they made of a function, before its number.
const COPIES: [&str; 6] = [".llvm.", ".lto_priv.", ".constprop.", ".isra.", ".part.", ".cold"];

/// The name without a remark behind it.
pub(super) fn without_remark(name: &str) -> &str {
    REMARKS.iter().find_map(|remark| name.strip_suffix(remark)).filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// The name without what differs from build to build: hashes, numbers of copies, addresses.
fn of_any_build(name: &str) -> &str {
    let mut rest = without_address(without_remark(name));
    // A copy of a copy has two of them.
    while let Some(shorter) = without_copy(rest).or_else(|| without_hash(rest)) {
        rest = shorter;
    }
    rest
}

/// Without `0x… ` before the name and `+0x…` behind it.
fn without_address(name: &str) -> &str {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let rest = name.strip_prefix("0x").and_then(|rest| rest.split_once(' ')).filter(|(address, _)| is_hex(address));
    let name = rest.map_or(name, |(_, rest)| rest);
    name.rsplit_once("+0x").filter(|(rest, offset)| is_hex(offset) && !rest.is_empty()).map_or(name, |(rest, _)| rest)
}

/// Without `.llvm.1234567890`, `.constprop.0`, `.cold`.
fn without_copy(name: &str) -> Option<&str> {
    COPIES.iter().find_map(|mark| {
        let (rest, number) = name.rsplit_once(mark)?;
        (!rest.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
    })
}

/// Without the hash of Rust's older names: `::h0123456789abcdef`.
fn without_hash(name: &str) -> Option<&str> {
    let (rest, hash) = name.rsplit_once("::h")?;
    (hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && !rest.is_empty()).then_some(rest)
}

/// The name as another format may spell it: packages with dots, no parameters.
fn of_any_format(name: &str) -> String {
    let name = of_any_build(name);
    let plain = match name.find('(') {
        Some(at) if at > 0 && ends_with_parameters(name) => name.get(..at).unwrap_or(name),
        _ => name,
    };
    plain.replace('/', ".")
}

/// Go's receivers and C++'s unnamed namespaces stand in brackets too, but are parts of the name.
fn ends_with_parameters(name: &str) -> bool {
    (name.ends_with(')') || name.ends_with(") const")) && !name.contains("(*") && !name.contains("(anonymous")
}

/// The names that were seen so far, over several profiles.
#[derive(Default)]
pub(super) struct Names {
    pub(super) known: HashSet<StringId>,
    /// Whether the profiles are of different formats.
    pub(super) formats_differ: bool,
}

impl Names {
    /// Takes in the names of a further profile's functions: what each counts as, and how many of them only did so at the second look.
    /// `None` when there is too much text.
    pub(super) fn add(&mut self, interner: &mut Interner, names: &[&str]) -> Option<(Vec<StringId>, usize)> {
        let plain = |name| if self.formats_differ { without_remark(name) } else { name };
        let mut ids = names.iter().map(|name| interner.intern(plain(name))).collect::<Option<Vec<_>>>()?;
        let mut looser = 0;
        if !self.known.is_empty() {
            let (loose, looser_of) = (self.loose(interner, &ids), &mut looser);
            for id in &mut ids {
                if let Some(&same) = loose.get(id) {
                    *id = same;
                    *looser_of += 1;
                }
            }
        }
        self.known.extend(&ids);
        Some((ids, looser))
    }

    /// Names of one side alone that are those of the other in another spelling.
    fn loose(&self, interner: &Interner, ids: &[StringId]) -> HashMap<StringId, StringId> {
        let here: HashSet<StringId> = ids.iter().copied().collect();
        let mut ours: Vec<StringId> = here.iter().copied().filter(|id| !self.known.contains(id)).collect();
        let mut theirs: Vec<StringId> = self.known.iter().copied().filter(|id| !here.contains(id)).collect();
        let mut found = HashMap::new();
        pair_up(&mut ours, &mut theirs, &mut found, |id| of_any_build(interner.get(id)).to_owned());
        if self.formats_differ {
            pair_up(&mut ours, &mut theirs, &mut found, |id| of_any_format(interner.get(id)));
        }
        found
    }
}

/// Pairs what has the same key when it is the only one on each side.
fn pair_up(
    ours: &mut Vec<StringId>,
    theirs: &mut Vec<StringId>,
    found: &mut HashMap<StringId, StringId>,
    key: impl Fn(StringId) -> String,
) {
    if ours.is_empty() || theirs.is_empty() {
        return;
    }
    let (mine, other) = (alone(ours, &key), alone(theirs, &key));
    let pairs: Vec<_> = mine.iter().filter_map(|(key, &id)| Some((id?, (*other.get(key)?)?))).collect();
    found.extend(pairs.iter().copied());
    let taken: HashSet<StringId> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    ours.retain(|id| !taken.contains(id));
    theirs.retain(|id| !taken.contains(id));
}

/// What has a key to itself; `None` for a key of several.
fn alone(ids: &[StringId], key: impl Fn(StringId) -> String) -> HashMap<String, Option<StringId>> {
    let mut map = HashMap::with_capacity(ids.len());
    for &id in ids {
        map.entry(key(id)).and_modify(|only| *only = None).or_insert(Some(id));
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the names of a second profile count as.
    fn matched(first: &[&str], second: &[&str], formats_differ: bool) -> Vec<String> {
        let (mut interner, mut names) = (Interner::default(), Names { formats_differ, ..Names::default() });
        names.add(&mut interner, first).expect("room");
        let (ids, _) = names.add(&mut interner, second).expect("room");
        ids.iter().map(|&id| interner.get(id).to_owned()).collect()
    }

    #[test]
    fn builds_differ_in_hashes_and_addresses() {
        for (a, b) in [
            ("core::fmt::write::h0123456789abcdef", "core::fmt::write::hfedcba9876543210"),
            ("run.llvm.123", "run.llvm.987654"),
            ("run.constprop.0", "run"),
            ("run.part.1.cold", "run"),
            ("0x4f10 memcpy+0x1c", "memcpy"),
            ("work", "work [i]"),
        ] {
            assert_eq!(matched(&[a, "x"], &["x", b], false), ["x", a]);
        }
    }

    #[test]
    fn what_is_not_the_only_one_stays_apart() {
        let two = ["f.part.0", "f.part.1"];
        assert_eq!(matched(&["f"], &two, false), two);
        assert_eq!(matched(&["f", "f.part.0"], &["f", "f.isra.0"], false), ["f", "f.part.0"]);
        assert_eq!(matched(&["a", "b"], &["a", "c"], false), ["a", "c"]);
        assert_eq!(matched(&["a/b.c"], &["a.b.c"], false), ["a.b.c"], "one format");
    }

    #[test]
    fn formats_differ_in_spelling() {
        assert_eq!(matched(&["java/util/Map.get"], &["java.util.Map.get"], true), ["java/util/Map.get"]);
        assert_eq!(matched(&["ns::f"], &["ns::f(int, char*)"], true), ["ns::f"]);
        assert_eq!(matched(&["ns::f"], &["ns::f(int)", "ns::f(char)"], true), ["ns::f(int)", "ns::f(char)"]);
        assert_eq!(matched(&["f", "g"], &["f", "f_[j]", "g_[k]"], true), ["f", "f", "g"]);
        assert_eq!(matched(&["json.(*Decoder).Decode"], &["json.Decode"], true), ["json.Decode"]);
    }
}

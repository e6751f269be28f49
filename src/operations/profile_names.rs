//! Names of functions where there is little room.

/// Longest name that is ever laid out, in letters: generated names can have thousands.
const LONGEST: usize = 400;

/// `name` as it is when it has at most `letters` letters, else without what tells least: template arguments, parameters, the path
/// before the package, outer namespaces. It may still be too long.
pub fn fitting_name(name: &str, letters: usize) -> String {
    if name.chars().count() <= letters {
        return name.to_owned();
    }
    let plain = without_brackets(of_type(name).as_deref().unwrap_or(name));
    let mut short = plain.rsplit_once('/').map_or(plain.as_str(), |(_, last)| last);
    // Of `a::b::c` the end says most.
    while let Some((_, inner)) = short.split_once("::").filter(|(_, inner)| !inner.is_empty() && short.chars().count() > letters) {
        short = inner;
    }
    let short = if short.is_empty() { name } else { short };
    short.chars().take(LONGEST).collect()
}

/// `name` of at most `letters` letters, with `…` where it was cut.
pub fn cut_name(name: &str, letters: usize) -> String {
    let short = fitting_name(name, letters);
    if short.chars().count() <= letters {
        return short;
    }
    let kept: String = short.chars().take(letters.saturating_sub(1)).collect();
    kept + "…"
}

/// `Vec<f64>::index` of Rust's `<alloc::vec::Vec<f64> as Index<usize>>::index`; `None` when it is no such name.
fn of_type(name: &str) -> Option<String> {
    let inner = name.strip_prefix('<')?;
    let mut depth = 1_u32;
    let end = inner.char_indices().find(|(_, letter)| {
        match letter {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let (of, method) = inner.split_at_checked(end?.0)?;
    let (of, method) = (of.split(" as ").next()?, method.strip_prefix(">::")?);
    // The last part of the type's path, with what stands in its brackets.
    let path = of.split('<').next().unwrap_or(of);
    let start = path.rfind("::").map_or(0, |at| at + 2);
    Some(format!("{}::{method}", of.get(start..)?))
}

/// Without what stands in `<…>` and `(…)`, at any depth: `std::map::at` of `std::map<int, int>::at(int const&)`. Go's receivers stay, as
/// they are part of the name: `json.(*Decoder).Decode`.
fn without_brackets(name: &str) -> String {
    let (mut depth, mut out, mut kept_to) = (0_u32, String::with_capacity(name.len().min(LONGEST)), 0);
    for (at, letter) in name.char_indices() {
        if at < kept_to {
            continue;
        }
        if let Some(kept) = name.get(at..).filter(|_| depth == 0).and_then(kept) {
            out.push_str(kept);
            kept_to = at + kept.len();
            continue;
        }
        match letter {
            '<' | '(' if !is_operator(&out) => depth += 1,
            '>' | ')' if depth > 0 => depth -= 1,
            _ if depth == 0 => out.push(letter),
            _ => {}
        }
    }
    if out.trim().is_empty() { name.to_owned() } else { out }
}

/// The bracket that `rest` begins with, when it is part of a name: `(*Decoder)` and `(anonymous namespace)` are, `(int)` is not.
fn kept(rest: &str) -> Option<&str> {
    let is_name = rest.starts_with("(*") || rest.starts_with("(anonymous");
    rest.get(..=rest.find(')')?).filter(|_| is_name)
}

/// `operator<` and `operator()` end a name with what else is a bracket.
fn is_operator(before: &str) -> bool {
    before.ends_with("operator") || before.ends_with("operator<") || before.ends_with("operator(")
}

/// Last part of a path: `deflate.go` of `compress/flate/deflate.go`.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(fitting_name("std::map<int, int>::at", 40), "std::map<int, int>::at");
        assert_eq!(cut_name("main", 4), "main");
    }

    #[test]
    fn what_tells_least_goes_first() {
        assert_eq!(fitting_name("std::map<int, std::pair<int, int> >::at(int const&)", 20), "std::map::at");
        assert_eq!(fitting_name("encoding/json.(*Decoder).Decode", 25), "json.(*Decoder).Decode");
        assert_eq!(fitting_name("std::map<int, std::pair<int, int> >::at(int const&)", 8), "map::at");
        assert_eq!(fitting_name("(anonymous namespace)::run(int)", 28), "(anonymous namespace)::run");
        assert_eq!(fitting_name("org/mozilla/javascript/Slot:.get_[j]", 20), "Slot:.get_[j]");
        assert_eq!(fitting_name("<Vec<T> as Debug>", 10), "<Vec<T> as Debug>", "all of it is in brackets");
        assert_eq!(fitting_name("<alloc::vec::Vec<f64> as core::ops::index::Index<usize>>::index", 40), "Vec::index");
        assert_eq!(fitting_name("<core::option::Option<T> as Clone>::clone::{{closure}}", 30), "Option::clone::{{closure}}");
        assert_eq!(fitting_name("<&mut dyn core::fmt::Write as core::fmt::Write>::write_str", 20), "Write::write_str");
    }

    #[test]
    fn cut_names_say_so_and_are_never_too_long() {
        assert_eq!(cut_name("compress/flate.findMatch", 12), "flate.findM…");
        let long = format!("ns::{}<{}>::run()", "a".repeat(500), "T, ".repeat(500));
        assert_eq!(cut_name(&long, 30), "run");
        assert_eq!(cut_name(&"a".repeat(500), 30).chars().count(), 30);
        assert!(fitting_name(&long, 10_000).chars().count() > LONGEST, "it fits");
        assert!(fitting_name(&long, 450).chars().count() <= LONGEST);
        assert_eq!(cut_name("日本語の長い名前です", 5), "日本語の…");
    }
}

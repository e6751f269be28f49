//! What each function of a profile does, told by its name, file and binary.

use super::super::groups::{GroupId, Groups};
use super::super::model::{MappingId, Profile};
use super::category::{Category, Marks};
use super::language::Language;
use super::lists::Lists;
use crate::jobs::{Cancel, Cancelled};

/// What profilers of the Java machine write behind names: how the function ran, `[k]` the kernel.
const ENDINGS: [&str; 6] = ["_[j]", "_[i]", "_[k]", "_[0]", "_[1]", " (inlined)"];
/// What compilers write behind names of copies that they make of functions.
const COPIES: [&str; 7] = [".part.", ".constprop.", ".isra.", ".cold", ".lto_priv.", ".llvm.", ".localalias"];

/// What is known of each group, in the order of the groups.
///
/// # Errors
/// When `cancel` is set.
pub fn marks_of_groups(profile: &Profile, groups: &Groups, cancel: &Cancel) -> Result<Vec<Marks>, Cancelled> {
    let lists = Lists::get();
    let of_format = Language::of_format(&profile.format);
    let mut marks = Vec::with_capacity(groups.len());
    for row in 0..groups.len() as u32 {
        if row.is_multiple_of(4096) {
            cancel.check()?;
        }
        let group = GroupId(row);
        marks.push(of_name(lists, groups.name(profile, group), profile.function_file(groups.function(group)), of_format));
    }
    mark_kernel(profile, groups, &mut marks);
    Ok(marks)
}

fn of_name(lists: &Lists, name: &str, file: &str, of_format: Option<Language>) -> Marks {
    if is_nameless(name) {
        return Category::Nameless.into();
    }
    let (plain, place) = split_place(name);
    let file = if file.is_empty() { place } else { file };
    // A format of one language can hold functions of the machine that runs it too.
    let of_format = of_format.filter(|language| !name.contains("::") && (*language != Language::Java || name.contains('.')));
    let mut marks = lists.marks(without_additions(plain), file, Language::of_file(file).or(of_format));
    if name.ends_with("_[k]") {
        marks = marks.and(Category::Kernel.into());
    }
    marks
}

/// Functions whose binary is an operating system's kernel.
fn mark_kernel(profile: &Profile, groups: &Groups, marks: &mut [Marks]) {
    let is_kernel: Vec<bool> = profile.mappings.iter().map(|mapping| is_kernel(profile.strings.get(mapping.file))).collect();
    if !is_kernel.contains(&true) {
        return;
    }
    let frames = profile.frames.mapping.iter().zip(0..).filter(|(mapping, _)| **mapping != MappingId::NONE);
    for (mapping, frame) in frames {
        if is_kernel.get(mapping.0 as usize) == Some(&true)
            && let Some(mark) = marks.get_mut(groups.of_frame(super::super::model::FrameId(frame)).0 as usize)
        {
            *mark = mark.and(Category::Kernel.into());
        }
    }
}

fn is_kernel(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.starts_with("[kernel")
        || name.starts_with("[guest.kernel")
        || name.starts_with("vmlinux")
        || name.ends_with(".ko")
        || name.ends_with(".ko]")
        || name == "ntoskrnl.exe"
        || name == "kernel.kallsyms"
        || name == "mach_kernel"
}

/// `loads` and `json/__init__.py` of `loads (json/__init__.py:346)`, as py-spy writes it.
fn split_place(name: &str) -> (&str, &str) {
    if let Some((function, place)) = of_v8(name) {
        return (function, place);
    }
    let split = name.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let Some((function, place)) = split else { return (name, "") };
    let is_line = |line: &str| !line.is_empty() && line.bytes().all(|digit| digit.is_ascii_digit());
    let file = place.rsplit_once(':').filter(|(_, line)| is_line(line)).map_or(place, |(file, _)| file);
    if Language::of_file(file).is_some() { (function, file) } else { (name, "") }
}

/// `outer` and `/app/a.js` of `JS:*outer /app/a.js:3:15`, as V8 names what it compiled.
fn of_v8(name: &str) -> Option<(&str, &str)> {
    let kinds = ["JS:", "LazyCompile:", "Function:", "Script:"];
    let rest = kinds.iter().find_map(|kind| name.strip_prefix(kind))?.trim_start_matches(['*', '~', '^', '+']);
    let (function, place) = rest.rsplit_once(' ')?;
    let file = place.trim_end_matches(|letter: char| letter == ':' || letter.is_ascii_digit());
    Some((if function.is_empty() { "(anonymous)" } else { function }, file))
}

/// The name that was written in the source.
fn without_additions(name: &str) -> &str {
    let name = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    let name = name.strip_prefix("__GI_").unwrap_or(name);
    // `malloc@plt`, `memcpy@@GLIBC_2.14`; packages of JavaScript begin with the sign.
    let name = name.find('@').filter(|at| *at > 0).and_then(|at| name.get(..at)).unwrap_or(name);
    let copy = COPIES.iter().filter_map(|copy| name.find(copy)).min();
    copy.filter(|at| *at > 0).and_then(|at| name.get(..at)).unwrap_or(name)
}

/// Whether a name is none: an address, a binary, `[unknown]`.
fn is_nameless(name: &str) -> bool {
    const UNKNOWN: [&str; 9] = ["", "??", "???", "[unknown]", "(unknown)", "<unknown>", "unknown", "[unknown_Java]", "UNKNOWN"];
    let name = name.trim();
    let hex = |text: &str, least: usize| text.len() >= least && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let address = |text: &str| {
        text.strip_prefix("0x").is_some_and(|digits| hex(digits, 1)) || hex(text, 8) && text.contains(|c: char| c.is_ascii_digit())
    };
    let in_brackets = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let binary =
        |text: &str| text.contains(".so") || text.starts_with("perf-") || text.ends_with(".dll") || text.ends_with(".dylib");
    let offset = || name.rsplit_once("+0x").or_else(|| name.rsplit_once('!'));
    UNKNOWN.contains(&name)
        || address(name)
        || name.starts_with("??? (in")
        || name.starts_with("???:")
        || in_brackets.is_some_and(|text| binary(text) || text.contains("+0x"))
        || offset().is_some_and(|(file, digits)| binary(file) && hex(digits.trim_start_matches("0x"), 1))
        || ["fun_", "sub_", "fcn.", "fun_0x", "func_0x"]
            .iter()
            .any(|begin| name.strip_prefix(begin).is_some_and(|rest| hex(rest, 6)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_stripped_of_what_tools_add() {
        for (name, plain) in [
            ("java/util/HashMap.get_[j]", "java/util/HashMap.get"),
            ("malloc@plt", "malloc"),
            ("memcpy@@GLIBC_2.14", "memcpy"),
            ("__GI___libc_write", "__libc_write"),
            ("foo.constprop.0.isra.1", "foo"),
            ("core::ptr::drop.llvm.123", "core::ptr::drop"),
            ("@scope/f", "@scope/f"),
        ] {
            assert_eq!(without_additions(name), plain);
        }
        assert_eq!(split_place("loads (json/__init__.py:346)"), ("loads", "json/__init__.py"));
        assert_eq!(split_place("f(int) (inlined)"), ("f(int) (inlined)", ""));
        assert_eq!(split_place("JS:*outer /app/a.js:3:15"), ("outer", "/app/a.js"));
    }

    #[test]
    fn addresses_are_no_names() {
        for name in [
            "",
            "0x7f12",
            "[unknown]",
            "00007f3a1c2d",
            "[libc.so.6]",
            "libjvm.so+0x12ab",
            "[perf-12.map]",
            "[server+0x2ed]",
            "sub_40123F",
        ] {
            assert!(is_nameless(name), "{name}");
        }
        for name in ["main", "(anonymous)", "deadbeef", "feed", "[vdso]", "f+0x12", "add", "(program)"] {
            assert!(!is_nameless(name), "{name}");
        }
    }
}

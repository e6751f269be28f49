//! Places as Gecko names them, in one text: an address, `function (in library)`, `function (script:line:column)[source]` or a label
//! (<https://github.com/firefox-devtools/profiler/blob/main/docs-developer/gecko-profile-format.md>).

/// What a text of a place says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Location<'t> {
    /// An address in the memory of the process.
    Address(u64),
    /// A function of a library.
    Native { name: &'t str, library: &'t str },
    /// A function of a script; the name is empty for what a script does outside of functions.
    Script { name: &'t str, url: &'t str, line: u32 },
    /// Anything else.
    Label(&'t str),
}

/// Takes a place apart.
pub(super) fn parse(text: &str) -> Location<'_> {
    if let Some(address) = text.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok()) {
        return Location::Address(address);
    }
    native(text).or_else(|| script(text)).unwrap_or(Location::Label(text))
}

/// `name (in library)`, also with ` + 12` or ` (file:3)` behind.
fn native(text: &str) -> Option<Location<'_>> {
    let (name, rest) = text.rsplit_once(" (in ")?;
    let (library, behind) = rest.split_once(')')?;
    let is_offset = behind.strip_prefix(" + ").is_some_and(is_number);
    let is_line = behind.starts_with(" (") && behind.ends_with(')') && behind.contains(':');
    let name = name.strip_prefix("non-virtual thunk to ").unwrap_or(name);
    (behind.is_empty() || is_offset || is_line).then_some(Location::Native { name, library })
}

fn script(text: &str) -> Option<Location<'_>> {
    let text = without_source(text);
    if let Some(inner) = text.strip_suffix(')')
        && let Some((name, place)) = inner.rsplit_once(" (")
        && let Some((url, line)) = url_and_line(place)
    {
        return Some(Location::Script { name, url, line });
    }
    let (url, line) = url_and_line(text)?;
    Some(Location::Script { name: "", url, line })
}

/// Without the number of the source in square brackets at the end.
fn without_source(text: &str) -> &str {
    let inner = text.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    inner.filter(|(_, digits)| is_number(digits)).map_or(text, |(before, _)| before)
}

/// `url:line` or `url:line:column`. Of an address that was loaded by another one, the last.
fn url_and_line(text: &str) -> Option<(&str, u32)> {
    let (before, last) = text.rsplit_once(':').filter(|(before, last)| !before.is_empty() && is_number(last))?;
    let both = before.rsplit_once(':').filter(|(url, line)| !url.is_empty() && is_number(line));
    let (url, line) = both.unwrap_or((before, last));
    let url = url.rsplit_once(" -> ").map_or(url, |(_, last)| last);
    Some((url, line.parse().unwrap_or(0)))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_every_kind() {
        let script = |name, url, line| Location::Script { name, url, line };
        for (text, found) in [
            ("0x7fe22d91a26f", Location::Address(0x7fe2_2d91_a26f)),
            ("0xnothing", Location::Label("0xnothing")),
            ("(root)", Location::Label("(root)")),
            ("js::RunScript", Location::Label("js::RunScript")),
            ("start (in libdyld.dylib)", Location::Native { name: "start", library: "libdyld.dylib" }),
            ("a (in b) + 120", Location::Native { name: "a", library: "b" }),
            ("non-virtual thunk to a::b(int) (in XUL) (a.cpp:12)", Location::Native { name: "a::b(int)", library: "XUL" }),
            ("inner (file:///p.html:2:18)[7]", script("inner", "file:///p.html", 2)),
            ("a (b) (http://host:8080/x.js:10:20)", script("a (b)", "http://host:8080/x.js", 10)),
            ("f (x.js:10)", script("f", "x.js", 10)),
            ("resource://a.js -> resource://b.js:5", script("", "resource://b.js", 5)),
            (":12", Location::Label(":12")),
            ("", Location::Label("")),
        ] {
            assert_eq!(parse(text), found, "{text}");
        }
    }
}

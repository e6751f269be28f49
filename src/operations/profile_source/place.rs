//! Paths as profiles tell them, of this and other systems.

use std::path::{Component, Path, PathBuf};

/// Parts of a path at most.
const MOST_PARTS: usize = 64;

/// The parts of a told path, from the outermost folder to the file, without drive and root. `None` for what names no file: nothing,
/// something generated such as `<string>` or `[eval]`, an address of the web, a share of another computer, and paths that climb.
pub(super) fn parts(told: &str) -> Option<Vec<&str>> {
    let told = told.strip_prefix("file://").unwrap_or(told);
    let is_elsewhere = told.contains("://") || told.starts_with("//") || told.starts_with("\\\\");
    if is_elsewhere || told.starts_with(['<', '[', '(']) || told.contains('\0') {
        return None;
    }
    let all = told.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".");
    let parts: Vec<&str> = all.filter(|part| !is_drive(part)).collect();
    let is_sound = !parts.is_empty() && parts.len() <= MOST_PARTS && parts.iter().all(|part| *part != ".." && !part.contains(':'));
    is_sound.then_some(parts)
}

fn is_drive(part: &str) -> bool {
    matches!(part.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

/// The told path as it stands, if it is a whole path of this machine.
pub(super) fn whole(told: &str) -> Option<PathBuf> {
    let path = Path::new(told.strip_prefix("file://").unwrap_or(told));
    (parts(told).is_some() && path.is_absolute()).then(|| path.to_owned())
}

/// `folder` with all parts below it, then with all but the first, and so on to the file's name alone.
pub(super) fn below<'a>(folder: &'a Path, parts: &'a [&'a str]) -> impl Iterator<Item = PathBuf> + 'a {
    (0..parts.len()).map(|skip| folder.join(parts.get(skip..).unwrap_or_default().iter().collect::<PathBuf>()))
}

/// How many parts at the end of two paths are equal.
pub(super) fn shared(path: &Path, parts: &[&str]) -> usize {
    let own = path.components().rev().map(Component::as_os_str);
    own.zip(parts.iter().rev()).take_while(|(own, part)| *own == **part).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_files_are_looked_for() {
        assert_eq!(parts("/a/./b//c.go"), Some(vec!["a", "b", "c.go"]));
        assert_eq!(parts(r"C:\a\b.cs"), Some(vec!["a", "b.cs"]));
        assert_eq!(parts("file:///a/b.js"), Some(vec!["a", "b.js"]));
        for none in [
            "",
            "<string>",
            "[eval]",
            "../../etc/passwd",
            "a/../b",
            "//host/share/x",
            r"\\host\share\x",
            "https://x/y.js",
            "node:fs",
            "/",
        ] {
            assert_eq!(parts(none), None, "{none}");
        }
    }

    #[test]
    fn the_longest_end_comes_first() {
        let found: Vec<_> = below(Path::new("f"), &["a", "b", "c"]).collect();
        assert_eq!(found, [Path::new("f/a/b/c"), Path::new("f/b/c"), Path::new("f/c")]);
        assert_eq!(shared(Path::new("x/b/c"), &["a", "b", "c"]), 2);
    }
}

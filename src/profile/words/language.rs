//! Which language a function is written in, so that `read` of C is not `read` of somebody's script.

use serde::Deserialize;

/// Languages that have a list of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub enum Language {
    /// Words that mean the same in all of them.
    Common,
    /// C, C++, Rust and whatever else is compiled to plain machine code.
    Native,
    /// Go.
    Go,
    /// Java, Kotlin, Scala.
    Java,
    /// JavaScript and TypeScript.
    JavaScript,
    /// Python.
    Python,
    /// C#, F#, Visual Basic.
    DotNet,
    /// PHP.
    Php,
    /// Ruby.
    Ruby,
    /// Haskell.
    Haskell,
}

/// Endings of source files.
const ENDINGS: &[(&str, Language)] = &[
    ("go", Language::Go),
    ("java", Language::Java),
    ("kt", Language::Java),
    ("scala", Language::Java),
    ("js", Language::JavaScript),
    ("mjs", Language::JavaScript),
    ("cjs", Language::JavaScript),
    ("ts", Language::JavaScript),
    ("tsx", Language::JavaScript),
    ("jsx", Language::JavaScript),
    ("py", Language::Python),
    ("pyx", Language::Python),
    ("cs", Language::DotNet),
    ("fs", Language::DotNet),
    ("vb", Language::DotNet),
    ("php", Language::Php),
    ("rb", Language::Ruby),
    ("hs", Language::Haskell),
    ("rs", Language::Native),
    ("c", Language::Native),
    ("h", Language::Native),
    ("cc", Language::Native),
    ("cpp", Language::Native),
    ("cxx", Language::Native),
    ("hpp", Language::Native),
    ("S", Language::Native),
];

/// Formats whose profiles hold one language only, where a function's file does not say another.
const FORMATS: &[(&str, Language)] = &[
    ("V8", Language::JavaScript),
    ("Safari", Language::JavaScript),
    ("JFR", Language::Java),
    ("Java", Language::Java),
    ("hprof", Language::Java),
    (".NET", Language::DotNet),
    ("XHProf", Language::Php),
    ("stackprof", Language::Ruby),
    ("GHC", Language::Haskell),
    ("Austin", Language::Python),
    ("pstats", Language::Python),
    ("cProfile", Language::Python),
    ("pyinstrument", Language::Python),
    ("tracemalloc", Language::Python),
    ("line_profiler", Language::Python),
    ("memory_profiler", Language::Python),
    ("Scalene", Language::Python),
    ("scalene", Language::Python),
    ("Go count", Language::Go),
];

impl Language {
    /// The language of all of a format's functions, where it has one.
    pub fn of_format(format: &str) -> Option<Self> {
        FORMATS.iter().find(|(begin, _)| format.starts_with(begin)).map(|(_, language)| *language)
    }

    /// The language of a source file, by its name.
    pub fn of_file(file: &str) -> Option<Self> {
        if file.starts_with("node:") || file.starts_with("http:") || file.starts_with("https:") {
            return Some(Self::JavaScript);
        }
        if file.starts_with("<frozen ") {
            return Some(Self::Python);
        }
        let (_, ending) = file.rsplit_once('.')?;
        ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, language)| *language)
    }

    /// Whether a list for this language says something of a function in `other`; where that is not known, every list does.
    pub fn speaks_of(self, other: Option<Self>) -> bool {
        self == Self::Common || other.is_none_or(|other| other == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn told_by_file_or_format() {
        assert_eq!(Language::of_file("/usr/lib/python3.11/json/decoder.py"), Some(Language::Python));
        assert_eq!(Language::of_file("node:internal/modules/cjs/loader"), Some(Language::JavaScript));
        assert_eq!((Language::of_file(""), Language::of_file("Makefile")), (None, None));
        assert_eq!(Language::of_format("V8 CPU profile"), Some(Language::JavaScript));
        assert_eq!(Language::of_format("folded stacks"), None);
        assert!(Language::Native.speaks_of(None) && Language::Common.speaks_of(Some(Language::Go)));
        assert!(!Language::Native.speaks_of(Some(Language::Python)));
    }
}

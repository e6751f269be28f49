//! The lists of names in `assets/words`: which names mean what, by language.
//!
//! A file holds one language, and in it for each category the names that mean it: `exact` the whole name, `prefix` how it begins,
//! `contains` what is in it, `word` a word in it whatever its case (`json` is in `toJSON` and `json_load`, not in `jsonify`), `file` what
//! is in the path of its source file. Behind each beginning, part and word stands a name that it is meant for: a test holds them together.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

use super::category::{Category, Marks};
use super::language::Language;

/// The files, with their names for messages of tests.
const SOURCES: [(&str, &str); 11] = [
    ("common", include_str!("../../../assets/words/common.ron")),
    ("native", include_str!("../../../assets/words/native.ron")),
    ("kernel", include_str!("../../../assets/words/kernel.ron")),
    ("go", include_str!("../../../assets/words/go.ron")),
    ("java", include_str!("../../../assets/words/java.ron")),
    ("javascript", include_str!("../../../assets/words/javascript.ron")),
    ("python", include_str!("../../../assets/words/python.ron")),
    ("dotnet", include_str!("../../../assets/words/dotnet.ron")),
    ("php", include_str!("../../../assets/words/php.ron")),
    ("ruby", include_str!("../../../assets/words/ruby.ron")),
    ("haskell", include_str!("../../../assets/words/haskell.ron")),
];

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    language: Language,
    lists: Vec<List>,
}

/// The names of one category.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    category: Category,
    #[serde(default)]
    exact: Vec<String>,
    #[serde(default)]
    prefix: BTreeMap<String, String>,
    #[serde(default)]
    contains: BTreeMap<String, String>,
    #[serde(default)]
    word: BTreeMap<String, String>,
    #[serde(default)]
    file: BTreeMap<String, String>,
}

/// What one pattern means, and in which language.
#[derive(Clone, Copy, Debug)]
struct Meaning {
    language: Language,
    category: Category,
}

impl Meaning {
    fn marks(self, language: Option<Language>) -> Marks {
        if self.language.speaks_of(language) { self.category.into() } else { Marks::NONE }
    }
}

/// All lists, ready to be asked.
#[derive(Debug, Default)]
pub struct Lists {
    exact: HashMap<String, Vec<Meaning>>,
    /// By their first byte.
    prefix: Vec<Vec<(String, Meaning)>>,
    contains: Vec<(String, Meaning)>,
    /// In lower case.
    word: Vec<(String, Meaning)>,
    file: Vec<(String, Meaning)>,
    /// Finds nothing where neither `contains` nor `word` does: most names.
    any_inside: Option<Regex>,
}

impl Lists {
    /// The lists that come with the program, read once.
    pub fn get() -> &'static Self {
        static LISTS: OnceLock<Lists> = OnceLock::new();
        // That they parse is held by a test; without them nothing is told rather than something wrong.
        LISTS.get_or_init(|| Self::of(SOURCES.iter().filter_map(|(_, text)| ron::from_str(text).ok())))
    }

    fn of(sheets: impl Iterator<Item = Sheet>) -> Self {
        let mut lists = Self { prefix: vec![Vec::new(); 256], ..Self::default() };
        for Sheet { language, lists: all } in sheets {
            all.into_iter().for_each(|list| lists.add(language, list));
        }
        let inside = lists.contains.iter().chain(&lists.word).map(|(text, _)| regex::escape(text));
        let pattern = inside.collect::<Vec<_>>().join("|");
        lists.any_inside = RegexBuilder::new(&pattern).case_insensitive(true).unicode(false).build().ok();
        lists
    }

    fn add(&mut self, language: Language, list: List) {
        let meaning = Meaning { language, category: list.category };
        list.exact.into_iter().for_each(|name| self.exact.entry(name).or_default().push(meaning));
        for text in list.prefix.into_keys() {
            let bucket = text.bytes().next().and_then(|first| self.prefix.get_mut(first as usize));
            bucket.into_iter().for_each(|bucket| bucket.push((text.clone(), meaning)));
        }
        self.contains.extend(list.contains.into_keys().map(|text| (text, meaning)));
        self.word.extend(list.word.into_keys().map(|text| (text.to_lowercase(), meaning)));
        self.file.extend(list.file.into_keys().map(|text| (text, meaning)));
    }

    /// What a function does whose name, without what profilers add to it, and file are these.
    pub fn marks(&self, name: &str, file: &str, language: Option<Language>) -> Marks {
        let mut marks = self.by_name(name, language);
        // `java/util/HashMap.get`, as some write it, is in the lists as `java.util.HashMap.get`.
        if name.contains('/') && language.is_none_or(|language| language == Language::Java) {
            marks = marks.and(self.by_name(&name.replace(":.", ".").replace('/', "."), language));
        }
        let in_file = self.file.iter().filter(|(text, _)| memmem::find(file.as_bytes(), text.as_bytes()).is_some());
        if file.is_empty() { marks } else { in_file.fold(marks, |marks, (_, meaning)| marks.and(meaning.marks(language))) }
    }

    fn by_name(&self, name: &str, language: Option<Language>) -> Marks {
        let exact = self.exact.get(name).into_iter().flatten();
        let mut marks = exact.fold(Marks::NONE, |marks, meaning| marks.and(meaning.marks(language)));
        let bucket = name.bytes().next().and_then(|first| self.prefix.get(first as usize));
        for (text, meaning) in bucket.into_iter().flatten().filter(|(text, _)| name.starts_with(text.as_str())) {
            debug_assert!(!text.is_empty());
            marks = marks.and(meaning.marks(language));
        }
        if self.any_inside.as_ref().is_some_and(|any| any.is_match(name.as_bytes())) {
            marks = marks.and(self.inside(name, language));
        }
        marks
    }

    fn inside(&self, name: &str, language: Option<Language>) -> Marks {
        let lower = name.to_ascii_lowercase();
        let contains = self.contains.iter().filter(|(text, _)| name.contains(text.as_str()));
        let word = self.word.iter().filter(|(text, _)| has_word(name, &lower, text));
        contains.chain(word).fold(Marks::NONE, |marks, (_, meaning)| marks.and(meaning.marks(language)))
    }
}

/// Whether `word` stands in `name` as a word of its own: `json` in `toJSON`, `parse_json`, `JsonReader`, not in `jsonify`.
fn has_word(name: &str, lower: &str, word: &str) -> bool {
    let at = |place: usize| name.as_bytes().get(place).copied().unwrap_or(b' ');
    memmem::find_iter(lower.as_bytes(), word.as_bytes()).any(|start| {
        let before = start.checked_sub(1).map_or(b' ', at);
        let begins = !before.is_ascii_alphabetic() || before.is_ascii_lowercase() && at(start).is_ascii_uppercase();
        begins && !at(start + word.len()).is_ascii_lowercase()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn sheets() -> impl Iterator<Item = (&'static str, Sheet)> {
        SOURCES.iter().map(|(name, text)| (*name, ron::from_str(text).unwrap_or_else(|error| panic!("{name}.ron:{error}"))))
    }

    #[test]
    fn every_pattern_matches_its_example_and_stands_once() {
        let mut all = HashSet::new();
        for (name, sheet) in sheets() {
            for list in sheet.lists {
                let category = list.category;
                let mut once = |kind: &str, text: &str| {
                    assert!(!text.trim().is_empty(), "{name}: an empty pattern in {category:?}");
                    let text = if kind == "word" { text.to_lowercase() } else { text.to_owned() };
                    assert!(all.insert((sheet.language, category, kind.to_owned(), text.clone())), "{name}: {text} twice");
                };
                list.exact.iter().for_each(|text| once("exact", text));
                list.prefix.keys().for_each(|text| once("prefix", text));
                list.contains.keys().for_each(|text| once("contains", text));
                list.word.keys().for_each(|text| once("word", text));
                list.file.keys().for_each(|text| once("file", text));
                let says = |function: &str, file: &str| Lists::get().marks(function, file, Some(sheet.language)).has(category);
                for text in &list.exact {
                    assert!(says(text, ""), "{name}: {text}");
                }
                for (text, example) in &list.prefix {
                    assert!(example.starts_with(text) && says(example, ""), "{name}: {text}, {example}");
                }
                for (text, example) in &list.contains {
                    assert!(example.contains(text) && says(example, ""), "{name}: {text}, {example}");
                }
                for (text, example) in &list.word {
                    assert!(has_word(example, &example.to_lowercase(), &text.to_lowercase()), "{name}: {text}, {example}");
                }
                for (text, example) in &list.file {
                    assert!(example.contains(text) && says("f", example), "{name}: {text}, {example}");
                }
            }
        }
    }

    #[test]
    fn no_exact_name_is_covered_by_a_beginning_of_its_category() {
        for (name, sheet) in sheets() {
            for list in sheet.lists {
                for exact in &list.exact {
                    let covered = list.prefix.keys().find(|prefix| exact.starts_with(prefix.as_str()));
                    assert!(covered.is_none(), "{name}: {exact} by {covered:?}");
                }
            }
        }
    }

    #[test]
    fn a_word_is_told_by_its_borders() {
        let has = |name: &str| has_word(name, &name.to_lowercase(), "json");
        assert!(["json", "toJSON", "parse_json", "JsonReader.read", "a/json.b", "JSON2"].iter().all(|name| has(name)));
        assert!(["jsonify", "myjson", "fasterjsonb"].iter().all(|name| !has(name)));
    }

    #[test]
    fn names_of_other_languages_are_not_taken() {
        let lists = Lists::get();
        assert!(lists.marks("malloc", "", None).has(Category::Allocation));
        assert!(lists.marks("malloc", "malloc.c", Some(Language::Native)).has(Category::Allocation));
        assert!(lists.marks("malloc", "shop.py", Some(Language::Python)).is_none());
        assert!(lists.marks("java/util/HashMap.get", "", None).has(Category::Hashing));
    }
}

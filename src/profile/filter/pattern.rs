//! What a name is held against: a piece of text, a whole name, or a regular expression.

use std::fmt;

use regex::{Regex, RegexBuilder};

/// Bytes that a compiled expression may take: enough for any that a person writes, too few for one that is made to exhaust.
const EXPRESSION_BYTES: usize = 2 << 20;
/// How deep groups may be nested.
const EXPRESSION_DEPTH: u32 = 100;
/// What the message of a wrong expression shows it with in front.
const INDENT: usize = 4;

/// What names are held against. Two are equal when they look for the same in the same way.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matcher: Matcher,
}

#[derive(Clone, Debug)]
enum Matcher {
    /// Somewhere in the name, in lower case.
    Text(String),
    Exact,
    Expression(Regex),
}

/// Why a text is no regular expression, in words for beside its text field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct PatternError {
    /// What is wrong, such as `unclosed group`.
    pub reason: String,
    /// The character at which it goes wrong, counted from 1; `None` when it is the whole.
    pub character: Option<usize>,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.character {
            Some(character) => write!(f, "Not a regular expression: {}, at character {character}.", self.reason),
            None => write!(f, "Not usable as a regular expression: {}.", self.reason),
        }
    }
}

impl Pattern {
    /// Matches names that hold `text` somewhere, whatever the case of its letters. An empty text matches none.
    pub fn text(text: &str) -> Self {
        Self { text: text.to_owned(), matcher: Matcher::Text(text.to_lowercase()) }
    }

    /// Matches the function of exactly this name: what a click on a function means.
    pub fn exact(name: &str) -> Self {
        Self { text: name.to_owned(), matcher: Matcher::Exact }
    }

    /// Matches names in which the expression is found, as `go tool pprof` does: case matters (unless it begins with `(?i)`), and it may
    /// match anywhere (unless it says `^` or `$`). The syntax is <https://docs.rs/regex/latest/regex/#syntax>; time to match is linear in
    /// the length of a name.
    ///
    /// # Errors
    /// When it is no regular expression, or one that needs more than 2 MB.
    pub fn regex(expression: &str) -> Result<Self, PatternError> {
        let mut builder = RegexBuilder::new(expression);
        let builder = builder.size_limit(EXPRESSION_BYTES).dfa_size_limit(EXPRESSION_BYTES).nest_limit(EXPRESSION_DEPTH);
        let regex = builder.build().map_err(|error| explained(&error))?;
        Ok(Self { text: expression.to_owned(), matcher: Matcher::Expression(regex) })
    }

    /// What was typed into a text field, with its switch for regular expressions; `None` for nothing or blanks.
    ///
    /// # Errors
    /// As [`Pattern::regex`].
    pub fn typed(text: &str, is_regex: bool) -> Result<Option<Self>, PatternError> {
        match text.trim() {
            "" => Ok(None),
            text if is_regex => Self::regex(text).map(Some),
            text => Ok(Some(Self::text(text))),
        }
    }

    /// What was asked for, as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a regular expression.
    pub const fn is_regex(&self) -> bool {
        matches!(self.matcher, Matcher::Expression(_))
    }

    /// Whether it stands for one whole name.
    pub const fn is_exact(&self) -> bool {
        matches!(self.matcher, Matcher::Exact)
    }

    /// Whether a name matches.
    pub fn matches(&self, name: &str) -> bool {
        match &self.matcher {
            Matcher::Text(lower) => contains(name, lower),
            Matcher::Exact => name == self.text,
            Matcher::Expression(regex) => regex.is_match(name),
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && std::mem::discriminant(&self.matcher) == std::mem::discriminant(&other.matcher)
    }
}

impl Eq for Pattern {}

/// Whether `name` contains `query`, which is in lower case and not empty. Plain ASCII, the usual, needs no copy.
fn contains(name: &str, query: &str) -> bool {
    if query.is_empty() {
        return false;
    }
    if name.is_ascii() {
        return name.as_bytes().windows(query.len()).any(|part| part.eq_ignore_ascii_case(query.as_bytes()));
    }
    name.to_lowercase().contains(query)
}

/// The reason and the place out of the message of the regex crate: the expression on a line of its own, marks below, `error: ` and the
/// reason.
fn explained(error: &regex::Error) -> PatternError {
    let text = error.to_string();
    match error {
        regex::Error::CompiledTooBig(_) => {
            PatternError { reason: "it is too large; repeat less, or write it shorter".into(), character: None }
        }
        _ => {
            let reason = text.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it cannot be read");
            let mark = text.lines().find(|line| {
                line.starts_with(' ') && line.trim_start().starts_with('^') && line.trim_matches([' ', '^']).is_empty()
            });
            // The mark is below the expression, so its column is the character's.
            let column = mark.map(|line| line.chars().take_while(|letter| *letter == ' ').count());
            let character = column.and_then(|column| (column + 1).checked_sub(INDENT));
            PatternError { reason: reason.to_owned(), character }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_found_whatever_its_case_and_a_whole_name_only_as_it_is() {
        assert!(Pattern::text("PARSE").matches("lex::parse_int") && Pattern::text("üb").matches("Übung"));
        assert!(!Pattern::text("").matches("main") && !Pattern::text("a.c").matches("abc"));
        assert!(Pattern::exact("main").matches("main") && !Pattern::exact("main").matches("main.main"));
        assert_eq!(Pattern::typed("  ", true), Ok(None));
        assert_ne!(Pattern::text("main"), Pattern::exact("main"));
    }

    #[test]
    fn expressions_match_anywhere_and_heed_case() {
        let found = |expression: &str, name: &str| Pattern::regex(expression).expect("valid").matches(name);
        assert!(found("a.c", "xabcx") && found("^main$", "main") && found("(?i)MAIN", "main") && found("", "main"));
        assert!(!found("MAIN", "main") && !found("^ain", "main"));
    }

    #[test]
    fn a_wrong_expression_is_told_with_its_place() {
        let told = |expression: &str| Pattern::regex(expression).expect_err("wrong").to_string();
        assert_eq!(told("main(x"), "Not a regular expression: unclosed group, at character 5.");
        assert_eq!(told("äö["), "Not a regular expression: unclosed character class, at character 3.");
        assert_eq!(told("*"), "Not a regular expression: repetition operator missing expression, at character 1.");
        assert!(told("^[").contains("at character 2"), "{}", told("^["));
        assert!(told("(?P<>x)").contains("at character "), "{}", told("(?P<>x)"));
        assert!(told(&"(".repeat(5000)).starts_with("Not a regular"));
        assert!(told("a\n(").starts_with("Not a regular expression") || told("a\n(").starts_with("Not usable"));
    }

    #[test]
    fn an_expression_made_to_exhaust_is_refused_or_quick() {
        let error = Pattern::regex("((a{100}){100}){100}").expect_err("too large");
        assert!(error.character.is_none() && error.to_string().contains("too large"), "{error}");
        let hard = Pattern::regex("(x+x+)+y").expect("small");
        assert!(!hard.matches(&"x".repeat(100_000)));
    }
}

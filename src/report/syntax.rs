//! Code in colours: the words of Python and SQL told apart, for the window and for reports.

use std::ops::Range;

use super::theme::{Rgb, Tokens};

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python.
    Python,
    /// SQL as PostgreSQL and DuckDB know it.
    Sql,
}

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Left out by the program.
    Comment,
    /// A word of the language.
    Keyword,
    /// A text in quotation marks, with them.
    Text,
    /// A number.
    Number,
    /// A name that is called.
    Call,
    /// Everything else, blanks and line ends too.
    Plain,
}

/// Words of Python.
const PYTHON: &str = "False None True and as assert async await break class continue def del elif else except finally for from global if \
import in is lambda nonlocal not or pass raise return try while with yield";
/// Words of SQL, as far as code here has them.
const SQL: &str = "AND AS BIGINT BOOLEAN CASE CAST COPY CREATE CSV DATE DELIMITER DOUBLE DROP ELSE ENCODING END ENUM ESCAPE FALSE FLOAT \
FORMAT FROM HEADER INSERT INTEGER INTO NOT NULL NUMERIC OR PRECISION QUOTE REAL SELECT SMALLINT TABLE TEMPORARY TEXT \
THEN TIMESTAMP TINYINT TRUE VARCHAR WHEN WHERE WITH";

impl Piece {
    /// Its colour.
    pub const fn color(self, tokens: &Tokens) -> Rgb {
        match self {
            Self::Comment => tokens.hint,
            Self::Keyword => tokens.accent_text,
            Self::Text => tokens.good_text,
            Self::Number => tokens.warn_text,
            Self::Call | Self::Plain => tokens.text,
        }
    }
}

/// The pieces of `code` in order, without gaps; neighbours are of different kinds or words of their own.
pub fn pieces(code: &str, language: Language) -> Vec<(Piece, Range<usize>)> {
    let mut found: Vec<(Piece, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) {
        let (piece, length) = first(rest, language);
        let end = at + length.max(1).min(rest.len());
        match found.last_mut() {
            Some((Piece::Plain, last)) if piece == Piece::Plain => last.end = end,
            _ => found.push((piece, at..end)),
        }
        at = end;
    }
    found
}

/// What `rest` begins with, and its length in bytes.
fn first(rest: &str, language: Language) -> (Piece, usize) {
    let Some(letter) = rest.chars().next() else { return (Piece::Plain, 0) };
    if let Some(length) = comment(rest, language) {
        return (Piece::Comment, length);
    }
    if let Some(length) = text(rest, language) {
        return (if language == Language::Sql && letter == '"' { Piece::Plain } else { Piece::Text }, length);
    }
    let word = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
    match letter {
        '0'..='9' => (Piece::Number, number(rest)),
        _ if word == 0 => (Piece::Plain, letter.len_utf8()),
        _ => (name(rest, word, language), word),
    }
}

fn comment(rest: &str, language: Language) -> Option<usize> {
    let line = rest.find('\n').unwrap_or(rest.len());
    match language {
        Language::Python => rest.starts_with('#').then_some(line),
        Language::Sql if rest.starts_with("--") => Some(line),
        Language::Sql => rest.strip_prefix("/*").map(|inner| inner.find("*/").map_or(rest.len(), |end| end + 4)),
    }
}

/// The length of a text in quotation marks. In Python a backslash takes the next letter's meaning away, in SQL two marks are one.
fn text(rest: &str, language: Language) -> Option<usize> {
    let mark = rest.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
    let triple = [mark; 3].iter().collect::<String>();
    if language == Language::Python && rest.starts_with(&triple) {
        return Some(end_of(rest, 3, &triple, language));
    }
    Some(end_of(rest, 1, &mark.to_string(), language))
}

/// Where the text ends that begins after `start` bytes and is closed by `close`; at the end of its line where nothing closes a Python one.
fn end_of(rest: &str, start: usize, close: &str, language: Language) -> usize {
    let mut at = start;
    while let Some(next) = rest.get(at..).and_then(|rest| rest.chars().next()) {
        let here = rest.get(at..).unwrap_or_default();
        let after = here.get(close.len()..).unwrap_or_default();
        match language {
            Language::Python if next == '\\' => at += 1 + here.chars().nth(1).map_or(0, char::len_utf8),
            Language::Python if next == '\n' && close.len() == 1 => return at,
            Language::Sql if here.starts_with(close) && after.starts_with(close) => at += 2 * close.len(),
            _ if here.starts_with(close) => return at + close.len(),
            _ => at += next.len_utf8(),
        }
    }
    rest.len()
}

fn number(rest: &str) -> usize {
    rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.' && letter != '_').unwrap_or(rest.len())
}

fn name(rest: &str, length: usize, language: Language) -> Piece {
    let (word, after) = rest.split_at(length);
    let known = match language {
        Language::Python => PYTHON.split(' ').any(|known| known == word),
        Language::Sql => SQL.split(' ').any(|known| known.eq_ignore_ascii_case(word)),
    };
    match known {
        true => Piece::Keyword,
        false if after.starts_with('(') => Piece::Call,
        false => Piece::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces that are not plain.
    fn told(code: &str, language: Language) -> Vec<(Piece, &str)> {
        let all = pieces(code, language);
        let joined: String = all.iter().map(|(_, range)| &code[range.clone()]).collect();
        assert_eq!(joined, code, "nothing is left out");
        all.into_iter().filter(|(piece, _)| *piece != Piece::Plain).map(|(piece, range)| (piece, &code[range])).collect()
    }

    #[test]
    fn python_is_told_apart() {
        use Piece::{Call, Comment, Keyword, Number, Text};
        let code = "import pandas as pd\n# Reads \"it\".\nt = pd.read_csv(\n    \"C:\\\\a \\\"b\\\".csv\",\n    sep='#', header=None, skiprows=1_0,\n)\n";
        assert_eq!(
            told(code, Language::Python),
            [
                (Keyword, "import"),
                (Keyword, "as"),
                (Comment, "# Reads \"it\"."),
                (Call, "read_csv"),
                (Text, r#""C:\\a \"b\".csv""#),
                (Text, "'#'"),
                (Keyword, "None"),
                (Number, "1_0"),
            ]
        );
        assert_eq!(told("x = \"\"\"a\n\"b\"\n\"\"\"; y", Language::Python), [(Text, "\"\"\"a\n\"b\"\n\"\"\"")]);
        assert_eq!(told("a = 'open\nimport b", Language::Python), [(Text, "'open"), (Keyword, "import")]);
    }

    #[test]
    fn sql_is_told_apart() {
        use Piece::{Call, Comment, Keyword, Number, Text};
        let code =
            "-- It's.\nCREATE TABLE \"select \"\"x\"\"\" (\n    CAST(replace(c1, '''', ';') AS numeric(38, 0)) /* a\n -- b */\n);";
        assert_eq!(
            told(code, Language::Sql),
            [
                (Comment, "-- It's."),
                (Keyword, "CREATE"),
                (Keyword, "TABLE"),
                (Keyword, "CAST"),
                (Call, "replace"),
                (Text, "''''"),
                (Text, "';'"),
                (Keyword, "AS"),
                (Keyword, "numeric"),
                (Number, "38"),
                (Number, "0"),
                (Comment, "/* a\n -- b */"),
            ]
        );
    }

    #[test]
    fn any_text_is_taken_apart_to_its_end() {
        for code in
            ["", "\\", "'", "\"\\", "\"\"\"", "'\\क", "/*", "/*/", "--", "日本(語)", "a\u{202e}'b", "''''''''", "1.e+5", "'\\\r\n'"]
        {
            told(code, Language::Python);
            told(code, Language::Sql);
        }
    }
}

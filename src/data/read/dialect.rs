//! What kind of text table a file is, found out from its start where it was not chosen: separator, quotation mark, lines before
//! the table, header.
//!
//! Separators looked for are `,` `;` tab `|` and `^`. Colons, which times are full of, and columns aligned with blanks are not.

use super::header::{self, Start};
use super::sample::Sample;
use super::tokenize::{BadRecord, FirstRecord};
use super::walk::{Dialect, NO_QUOTE};
use super::{Quote, ReadOptions};

/// Separators that are looked for; of equals the first one is taken.
const DELIMITERS: [u8; 5] = [b',', b';', b'\t', b'|', b'^'];

/// Letters of a skipped line that are told.
const TOLD: usize = 40;

/// A text table as it is to be read.
#[derive(Clone, Debug)]
pub struct Form {
    /// The signs that it is taken apart by.
    pub dialect: Dialect,
    /// Lines before the table, which are no part of it.
    pub skip: u64,
    /// The first of them that is not blank, shortened.
    pub skipped: String,
    /// Blank lines between those and the first record.
    pub blank: u64,
    /// The first record is a row of data.
    pub headless: bool,
    /// The cells of the header; blank ones when there is none.
    pub names: Vec<String>,
}

/// Why a text makes no table.
#[derive(Debug, PartialEq, Eq)]
pub enum Formless {
    /// It has no more lines than were to be skipped.
    Short,
    /// A quotation mark in the header, in this row, is not closed.
    OpenQuote(u64),
    /// The same sign was chosen to separate cells and to stand around them.
    SameSign,
}

impl Form {
    /// Looks at the start of a text, which holds its first record and as many of the next as may be.
    ///
    /// # Errors
    /// [`Formless`].
    pub fn find(text: &[u8], line_end: u8, options: &ReadOptions) -> Result<Self, Formless> {
        let told = separator_line(text, line_end);
        let chosen = options.skip_lines.unwrap_or(u64::from(told.is_some()));
        let rest = after_lines(text, line_end, chosen).ok_or(Formless::Short)?;
        let dialect = find_dialect(rest, line_end, options.delimiter.or(told), options)?;
        let sample = Sample::take(rest, dialect);
        let start = if options.skip_lines.is_some() { None } else { header::start(&sample, options.header) };
        let comments =
            if options.skip_lines.is_none() && start.is_none() && has_one_column(&sample) { header::comments(&sample) } else { 0 };
        let at = start.map_or(comments, |start| start.at);
        let more = if at > 0 { sample.lines_before(at) } else { 0 };
        let table = after_lines(rest, line_end, more).unwrap_or_default();
        let first = FirstRecord::find(table, dialect);
        let open = |bad: BadRecord| Formless::OpenQuote(chosen + more + first.blank + bad.row);
        let mut names = first.names(table, dialect).map_err(open)?;
        let headless = options.header.map_or_else(|| header::is_data(&sample, at), |header| !header);
        if headless {
            names = vec![String::new(); names.len().max(start.map_or(0, |start| start.columns))];
        }
        let skip = chosen + more;
        Ok(Self { dialect, skip, skipped: first_line(text, line_end, skip), blank: first.blank, headless, names })
    }
}

/// What of a form was found out with little evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Another sign splits the text evenly too, or none does.
    pub delimiter: bool,
    /// The first row could be names or data.
    pub header: bool,
}

impl Form {
    /// What of it, of the start of the text that it was found in, could well be otherwise. What was chosen is in no doubt.
    pub fn doubts(&self, text: &[u8], options: &ReadOptions) -> Doubts {
        let line_end = self.dialect.line_end;
        let told = separator_line(text, line_end).is_some();
        let sample = Sample::take(after_lines(text, line_end, self.skip).unwrap_or_default(), self.dialect);
        Doubts {
            delimiter: options.delimiter.is_none() && !told && has_rival(&sample, options.header),
            header: options.header.is_none() && header::is_doubtful(&sample, 0),
        }
    }
}

/// Whether the separator of a table could well be another one.
fn has_rival(sample: &Sample<'_>, header: Option<bool>) -> bool {
    if !matches!(fit(sample, header), Fit::Even(_) | Fit::Later(_)) {
        return sample.len() > 1 && !sample.is_exact(0, sample.width(0));
    }
    let own = sample.dialect.delimiter;
    let decimals = are_decimal_commas(sample);
    let others = DELIMITERS.into_iter().filter(|other| *other != own && !(*other == b',' && decimals));
    let splits = |delimiter: u8| {
        let other = Sample::take(sample.text, Dialect { delimiter, ..sample.dialect });
        other.len() > 1 && matches!(fit(&other, header), Fit::Even(_))
    };
    others.into_iter().any(splits)
}

fn has_one_column(sample: &Sample<'_>) -> bool {
    (0..sample.len()).all(|at| sample.width(at) == 1)
}

/// Text behind so many lines; none when there are fewer.
fn after_lines(text: &[u8], line_end: u8, lines: u64) -> Option<&[u8]> {
    let Some(last) = lines.checked_sub(1) else { return Some(text) };
    let end = memchr::memchr_iter(line_end, text).nth(usize::try_from(last).ok()?)?;
    text.get(end + 1..).filter(|rest| !rest.iter().all(u8::is_ascii_whitespace))
}

/// The separator in the line `sep=;` with which Excel begins a file.
fn separator_line(text: &[u8], line_end: u8) -> Option<u8> {
    let line = text.split(|byte| *byte == line_end).next()?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', sign] if sign.is_ascii() && *sign != b'"' => Some(*sign),
        _ => None,
    }
}

/// The first of `lines` lines that is not blank, shortened.
fn first_line(text: &[u8], line_end: u8, lines: u64) -> String {
    let lines = text.split(|byte| *byte == line_end).take(usize::try_from(lines).unwrap_or(usize::MAX));
    let line = lines.map(<[u8]>::trim_ascii).find(|line| !line.is_empty()).unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut told: String = line.chars().take(TOLD).filter(|letter| !letter.is_control()).collect();
    if line.chars().nth(TOLD).is_some() {
        told.push('…');
    }
    told
}

fn find_dialect(text: &[u8], line_end: u8, delimiter: Option<u8>, options: &ReadOptions) -> Result<Dialect, Formless> {
    let with = |quote: u8, escaped: bool| {
        let signs = Dialect { quote, escaped, line_end, ..Dialect::usual(b',') };
        Dialect { delimiter: delimiter.unwrap_or_else(|| find_delimiter(text, signs, options.header)), ..signs }
    };
    let usual = match options.quote {
        Some(Quote::None) => return Ok(with(NO_QUOTE, false)),
        Some(Quote::Mark(mark)) if Some(mark) == delimiter => return Err(Formless::SameSign),
        Some(Quote::Mark(mark)) => with(mark, false),
        None => with(b'"', false),
    };
    let mut found = usual;
    if options.quote.is_none() && delimiter != Some(b'\'') && memchr::memchr(b'\'', text).is_some() {
        let single = with(b'\'', false);
        if are_quoted(&Sample::take(text, usual), &Sample::take(text, single)) {
            found = single;
        }
    }
    if memchr::memmem::find(text, &[b'\\', found.quote]).is_some() {
        let escaped = with(found.quote, true);
        if are_escaped(&Sample::take(text, found), &Sample::take(text, escaped)) {
            found = escaped;
        }
    }
    Ok(found)
}

/// Whether the single marks of a text plainly stand around cells: each that opens a cell closes it, and they either make the
/// records even, which are not without them, or stand around all cells of a column with its name.
fn are_quoted(usual: &Sample<'_>, single: &Sample<'_>) -> bool {
    let quoted = single.pieces().iter().filter(|piece| piece.quoted).count();
    let broken = single.open || single.pieces().iter().any(|piece| piece.quoted && !piece.clean);
    if quoted < 2 || broken || usual.open || usual.pieces().iter().any(|piece| piece.quoted) {
        return false;
    }
    let (with, without) = (single.width(0), usual.width(0));
    let column = |at: usize| {
        let cells = (0..single.len())
            .filter_map(|row| single.record(row).get(at))
            .filter(|piece| !single.is_blank(**piece) || piece.quoted);
        single.len() > 1 && cells.clone().count() > 1 && cells.clone().all(|piece| piece.quoted)
    };
    let mends = with > 1 && single.is_exact(0, with) && !usual.is_exact(0, without);
    mends || (single.len() == usual.len() && (0..with).any(column))
}

/// Whether backslashes plainly stand before quotation marks: without them the marks make no sense, with them they do.
fn are_escaped(plain: &Sample<'_>, escaped: &Sample<'_>) -> bool {
    let broken = |sample: &Sample<'_>| sample.open || sample.pieces().iter().any(|piece| piece.quoted && !piece.clean);
    let sign = [b'\\', plain.dialect.quote];
    let has_sign = |text: &[u8]| memchr::memmem::find(text, &sign).is_some();
    broken(plain) && !broken(escaped) && escaped.pieces().iter().any(|piece| piece.quoted && has_sign(escaped.text_of(*piece)))
}

/// How well a separator splits the first records; a greater one is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Not at all.
    None,
    /// Rows without a common length; the number stands for cells of the first record and how many records have as many.
    Ragged(usize),
    /// Rows of so many cells from a later record on.
    Later(usize),
    /// Rows of so many cells from the first record on.
    Even(usize),
}

fn fit(sample: &Sample<'_>, header: Option<bool>) -> Fit {
    let first = sample.width(0);
    match header::start(sample, header) {
        Some(Start { columns, .. }) if first == columns => Fit::Even(columns),
        Some(Start { columns, .. }) => Fit::Later(columns),
        None if first > 1 => {
            let same = (0..sample.len()).filter(|at| sample.width(*at) == first).count();
            Fit::Ragged(first * same * 100 / sample.len())
        }
        None => Fit::None,
    }
}

/// The separator that splits the first records into the most cells among those that split them evenly; else the one that comes
/// nearest to that. A text that none splits has one column.
fn find_delimiter(text: &[u8], signs: Dialect, header: Option<bool>) -> u8 {
    let sample = |delimiter: u8| Sample::take(text, Dialect { delimiter, ..signs });
    let fits = DELIMITERS.map(|delimiter| {
        let sample = sample(delimiter);
        // A last record without an end is all there is of some texts.
        if sample.len() == 0 { (delimiter, Fit::None) } else { (delimiter, fit(&sample, header)) }
    });
    let best = |among: &[(u8, Fit)]| among.iter().rev().copied().max_by_key(|(_, fit)| *fit).filter(|(_, fit)| *fit != Fit::None);
    let splits = |fit: Fit| matches!(fit, Fit::Even(_) | Fit::Later(_));
    let others: Vec<(u8, Fit)> = fits.into_iter().filter(|(delimiter, fit)| *delimiter != b',' && splits(*fit)).collect();
    match best(&others) {
        Some((other, _)) if are_decimal_commas(&sample(other)) => other,
        _ => best(&fits).map_or_else(|| of_one_column(text, &sample(b',')), |(delimiter, _)| delimiter),
    }
}

/// Whether there are commas in a table, and each stands between two digits.
fn are_decimal_commas(sample: &Sample<'_>) -> bool {
    let mut commas = 0;
    let pieces = sample.pieces().iter().filter(|piece| !piece.quoted);
    let all = pieces.map(|piece| sample.text_of(*piece)).all(|text| {
        memchr::memchr_iter(b',', text).all(|at| {
            commas += 1;
            let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
            is_digit(at.checked_sub(1).and_then(|before| text.get(before))) && is_digit(text.get(at + 1))
        })
    });
    all && commas > 0
}

/// A separator for a text that none splits: one that does not occur, unless the rows below a title are even with commas.
fn of_one_column(text: &[u8], commas: &Sample<'_>) -> u8 {
    let below = commas.width(1);
    if commas.len() > 2 && below > 2 && commas.is_even(1, below) {
        return b',';
    }
    DELIMITERS.into_iter().find(|delimiter| memchr::memchr(*delimiter, text).is_none()).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form_with(text: &str, options: &ReadOptions) -> Form {
        Form::find(text.as_bytes(), b'\n', options).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    fn form(text: &str) -> Form {
        form_with(text, &ReadOptions::default())
    }

    #[test]
    fn separators_are_found() {
        for (text, delimiter) in [
            ("a;b;c\n1,5;2;3\n", b';'),
            ("a;b\n1,5;2,5\n", b';'),
            ("1,5;2,5;x\n1,5;2,5;y\n", b';'),
            ("a\tb\n1\t2\n", b'\t'),
            ("a|b\n1|2\n", b'|'),
            ("a^b\n1^2\n", b'^'),
            ("a,b\n\"x;y;z\",2\n", b','),
            ("only\n1\n", b','),
            ("name\nRao, A\nDas, B\n", b';'),
            ("amount\n1,5\n2,5\n", b';'),
            ("id\tnote\n1\tone, two, three\n2\tfour, five\n3\tsix\n", b'\t'),
            ("id;note\n1;a, b\n2;c, d\n3;e, f\n", b';'),
            ("a,b\n1,x|y\n2,z|w\n3,u|v\n", b','),
            ("time\n10:30:00\n10:31:00\n", b','),
            ("sep=|\na;b|c\n1;2|3\n", b'|'),
            ("a;b", b';'),
            ("x\n1,2,3\n4,5,6\n", b','),
        ] {
            let text_with_end = format!("{}\n", text.trim_end());
            assert_eq!(char::from(form(&text_with_end).dialect.delimiter), char::from(delimiter), "{text}");
        }
    }

    #[test]
    fn quotation_marks_are_found_where_plain() {
        for (text, quote) in [
            ("a,b\n'x,1',2\n'y,2',3\n", b'\''),
            ("'a','b'\n'x','y'\n", b'\''),
            ("a,b\n'x',2\ny,3\n", b'"'),
            ("a,b\n'tis,2\n'twas,3\n", b'"'),
            ("a,b\n1,'\n2,'\n3,'\n4,'\n", b'"'),
            ("a|b\n1|'x'\n2|y\n", b'"'),
            ("'a',b\n\"x\",y\n'z',w\n", b'"'),
        ] {
            assert_eq!(char::from(form(text).dialect.quote), char::from(quote), "{text}");
        }
        let escaped = |text: &str| form(text).dialect.escaped;
        assert!(escaped("a,b\n\"say \\\"hi\\\", then\",2\n"));
        assert!(!escaped("a,b\n\"C:\\\",2\n") && !escaped("a,b\n\"x\"\"y\",\\\"\n"));
    }

    #[test]
    fn lines_before_the_table() {
        let bank = "Account;DE12\n\nOwner;\"Rao\nand Das\"\nDay;Text;Amount;Rest\n1.1.2024;x;5,20;6,00\n2.1.2024;y;7,10;8,00\n";
        let found = form(bank);
        assert_eq!((found.skip, found.blank, found.skipped.as_str(), found.names.len()), (4, 0, "Account;DE12", 4));
        let chosen = ReadOptions { skip_lines: Some(0), ..ReadOptions::default() };
        assert_eq!(form_with("Report\na,b,c\n1,2,3\n4,5,6\n", &chosen).skip, 0);
        let chosen = ReadOptions { skip_lines: Some(2), ..ReadOptions::default() };
        assert_eq!(form_with("x,y\n\"\na,b\n1,2\n", &chosen).names, ["a", "b"]);
        let chosen = ReadOptions { skip_lines: Some(4), ..ReadOptions::default() };
        assert_eq!(Form::find(b"a,b\n1,2\n", b'\n', &chosen).err(), Some(Formless::Short));
        assert_eq!(form("sep=;\r\na;b\r\n1;2\r\n").skipped, "sep=;");
        assert_eq!(form("\n\na,b\n1,2\n").blank, 2);
    }

    #[test]
    fn a_separator_is_in_doubt_where_another_one_splits_the_text_too() {
        let doubts = |text: &str| {
            let options = ReadOptions::default();
            form(text).doubts(text.as_bytes(), &options)
        };
        for text in ["name;town, state\nRao;Kota, RJ\nDas;Pune, MH\n", "a,b,c\n1,2\n1,2,3,4\n1\n"] {
            assert!(doubts(text).delimiter, "{text}");
        }
        for text in [
            "a,b\n1,2\n3,4\n",
            "betrag;satz\n1,5;2,5\n3,5;4,5\n",
            "1,5;2,5;x\n1,5;2,5;y\n",
            "sep=;\na;b,c\n1;2,3\n4;5,6\n",
            "name\nRao, A\nDas, B\n",
            "\"a;b\",c\n\"d;e\",f\n",
        ] {
            assert!(!doubts(text).delimiter, "{text}");
        }
        let chosen = ReadOptions { delimiter: Some(b';'), header: Some(true), ..ReadOptions::default() };
        let text = "7;5,1\n1;2,1\n";
        assert_eq!(form_with(text, &chosen).doubts(text.as_bytes(), &chosen), Doubts::default());
        assert!(doubts("7,5\n1,2\n").header);
    }

    #[test]
    fn headers() {
        assert!(form("2024-01-01,5.5\n2024-01-02,6.5\n").headless);
        let chosen = ReadOptions { header: Some(false), ..ReadOptions::default() };
        let found = form_with("a,b\nx,y\n", &chosen);
        assert_eq!((found.headless, found.names), (true, vec![String::new(); 2]));
        let chosen = ReadOptions { header: Some(true), ..ReadOptions::default() };
        assert_eq!(form_with("1.5,2\n3.5,4\n", &chosen).names, ["1.5", "2"]);
    }
}

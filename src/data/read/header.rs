//! Whether the first record of a text table names its columns or is a row of data, and where the table starts.

use super::sample::{Piece, Sample};

/// Records before the table that are looked through.
const MOST_BEFORE: usize = 100;

/// What a cell looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Nothing, or a word for it.
    Blank,
    /// A whole number.
    Whole,
    /// A number with a fraction, or several numbers with points between.
    Number,
    /// A day, a moment or a time of day.
    Date,
    /// Anything else.
    Text,
}

fn look(text: &[u8]) -> Look {
    let text = text.trim_ascii();
    let unsigned = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    match unsigned {
        b"" | b"NA" | b"N/A" | b"NULL" | b"null" | b"NaN" | b"nan" => return Look::Blank,
        [first, ..] if !first.is_ascii_digit() => return Look::Text,
        _ => {}
    }
    if unsigned.iter().all(u8::is_ascii_digit) {
        Look::Whole
    } else if is_date(unsigned) || is_time(unsigned) {
        Look::Date
    } else if is_number(unsigned) {
        Look::Number
    } else {
        Look::Text
    }
}

/// `12,5`, `1.234,56`, `1e-05`.
fn is_number(text: &[u8]) -> bool {
    let mantissa = text.split(|byte| matches!(byte, b'e' | b'E')).next().unwrap_or_default();
    let power = text.get(mantissa.len() + 1..).unwrap_or(b"0");
    let power = power.strip_prefix(b"-").or_else(|| power.strip_prefix(b"+")).unwrap_or(power);
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    digits(power) && mantissa.split(|byte| matches!(byte, b'.' | b',' | b'\'' | b' ')).all(digits)
}

/// Three numbers with the same sign between, one of them with four digits or all with two; a time may follow.
fn is_date(text: &[u8]) -> bool {
    let (day, rest) = text.split_at(text.iter().position(|byte| matches!(byte, b' ' | b'T')).unwrap_or(text.len()));
    let Some(sign) = day.iter().find(|byte| matches!(byte, b'-' | b'/' | b'.')) else { return false };
    let parts: Vec<&[u8]> = day.split(|byte| byte == sign).collect();
    let digits = |part: &&[u8]| (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    let lengths: Vec<usize> = parts.iter().filter(|part| digits(part)).map(|part| part.len()).collect();
    let shape = matches!(lengths[..], [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4] | [1 | 2, 1 | 2, 2]);
    shape && parts.len() == 3 && (rest.is_empty() || is_time(rest.get(1..).unwrap_or_default()))
}

/// `9:30`, `09:30:15.250Z`.
fn is_time(text: &[u8]) -> bool {
    let hours = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let minutes = text.get(hours + 1..hours + 3).unwrap_or_default();
    let rest = text.get(hours + 3..).unwrap_or_default();
    (1..=2).contains(&hours)
        && text.get(hours) == Some(&b':')
        && minutes.len() == 2
        && minutes.iter().all(u8::is_ascii_digit)
        && rest.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',' | b'Z' | b'+' | b'-'))
}

/// What a column says of the question whether its first cell is a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hint {
    /// It is one: numbers or dates stand below it.
    Name,
    /// It is none: a date, or a number with a fraction, over others.
    Data,
    /// A whole number over numbers: a year could be a name.
    Perhaps,
    /// Nothing.
    Silent,
}

fn hint(sample: &Sample<'_>, first: usize, column: usize) -> Hint {
    let cell = |at: usize| sample.record(at).get(column).copied();
    let Some(top) = cell(first) else { return Hint::Silent };
    let below: Vec<Piece> = (first + 1..sample.len()).filter_map(cell).filter(|piece| !sample.is_blank(*piece)).collect();
    let mut looks = below.iter().map(|piece| look(sample.text_of(*piece))).filter(|look| *look != Look::Blank);
    let Some(kind) = looks.next() else { return Hint::Silent };
    let is_number = |look: Look| matches!(look, Look::Whole | Look::Number);
    if kind == Look::Text || !looks.all(|look| look == kind || (is_number(look) && is_number(kind))) {
        return Hint::Silent;
    }
    let bare = below.iter().all(|piece| !piece.quoted);
    match look(sample.text_of(top)) {
        // Programs that put marks around texts alone, put them around names.
        _ if top.quoted && bare => Hint::Name,
        Look::Text => Hint::Name,
        Look::Blank => Hint::Silent,
        look if is_number(look) != is_number(kind) => Hint::Name,
        Look::Whole => Hint::Perhaps,
        Look::Number | Look::Date => Hint::Data,
    }
}

/// Whether a record plainly names the columns of those below it.
fn is_header(sample: &Sample<'_>, at: usize) -> bool {
    (0..sample.width(at)).any(|column| hint(sample, at, column) == Hint::Name)
}

/// Whether a record plainly is a row like those below it. In doubt it is not.
pub fn is_data(sample: &Sample<'_>, at: usize) -> bool {
    let hints: Vec<Hint> = (0..sample.width(at)).map(|column| hint(sample, at, column)).collect();
    let corner = sample.record(at).first().is_none_or(|piece| sample.is_blank(*piece));
    if hints.contains(&Hint::Name) || corner {
        return false;
    }
    let all_whole = hints.iter().all(|hint| *hint == Hint::Perhaps) && !counts_up(sample, at);
    hints.contains(&Hint::Data) || all_whole
}

/// Whether it could well be the other way round: what speaks for it is little, or contradicts itself.
pub fn is_doubtful(sample: &Sample<'_>, at: usize) -> bool {
    let hints: Vec<Hint> = (0..sample.width(at)).map(|column| hint(sample, at, column)).collect();
    match (hints.contains(&Hint::Name), hints.contains(&Hint::Data)) {
        (true, true) => true,
        (true, false) | (false, true) => false,
        (false, false) => (hints.contains(&Hint::Perhaps) && !has_years(sample, at)) || comes_again(sample, at),
    }
}

/// Whether the numbers of a record, of which there are several, are one after the other, as years over columns are.
fn has_years(sample: &Sample<'_>, at: usize) -> bool {
    let number = |piece: &Piece| std::str::from_utf8(sample.text_of(*piece)).ok()?.trim().parse::<i64>().ok();
    let numbers: Vec<i64> = sample.record(at).iter().filter_map(number).collect();
    numbers.len() > 1 && numbers.windows(2).all(|pair| matches!(pair, [a, b] if b.checked_sub(*a) == Some(1)))
}

/// Whether a text of a record stands in its column once more, in a row that is not the whole record again.
fn comes_again(sample: &Sample<'_>, at: usize) -> bool {
    let text = |row: usize, column: usize| sample.record(row).get(column).map(|piece| sample.text_of(*piece));
    let again = |row: usize, column: usize| text(at, column).is_some_and(|top| !top.is_empty() && text(row, column) == Some(top));
    let width = sample.width(at);
    let is_same = |row: usize| (0..width).all(|column| text(row, column) == text(at, column));
    (at + 1..sample.len()).any(|row| (0..width).any(|column| again(row, column)) && !is_same(row))
}

/// Whether the cells of a record are numbers one after the other, as columns are numbered, or years.
fn counts_up(sample: &Sample<'_>, at: usize) -> bool {
    let number = |piece: &Piece| std::str::from_utf8(sample.text_of(*piece)).ok()?.trim().parse::<i64>().ok();
    let numbers: Option<Vec<i64>> = sample.record(at).iter().map(number).collect();
    numbers.is_some_and(|numbers| numbers.len() > 1 && numbers.windows(2).all(|pair| pair[1].checked_sub(pair[0]) == Some(1)))
}

/// Where a table starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The record of its header, or its first row.
    pub at: usize,
    /// Its columns.
    pub columns: usize,
}

/// Finds the record from which on the text is a table, looking over titles and comments before it.
pub fn start(sample: &Sample<'_>, header: Option<bool>) -> Option<Start> {
    let start = |at: usize| Start { at, columns: sample.width(at) };
    let first = (sample.len() > 0 && sample.width(0) > 1 && sample.is_even(0, sample.width(0))).then(|| start(0));
    match first {
        Some(first) if !is_before(sample, 0, first.columns) => Some(first),
        _ => (1..sample.len().min(MOST_BEFORE)).map(start).find(|later| is_start(sample, *later, header)).or(first),
    }
}

/// Comments before a table of one column; their number.
pub fn comments(sample: &Sample<'_>) -> usize {
    let count = (0..sample.len().min(MOST_BEFORE)).take_while(|at| is_comment(sample, *at, 1)).count();
    if count + 1 < sample.len() { count } else { 0 }
}

/// Whether a table starts at a record that is not the first, which must be plain: what stands before it is left out.
fn is_start(sample: &Sample<'_>, start: Start, header: Option<bool>) -> bool {
    let Start { at, columns } = start;
    let filled = sample.record(at).iter().filter(|piece| !sample.is_blank(**piece)).count();
    columns > 1
        && at + 1 < sample.len()
        && filled * 4 >= columns * 3
        && !is_before(sample, at, columns)
        && (0..at).all(|before| is_before(sample, before, columns))
        && sample.is_even(at, columns)
        && ((0..at).all(|before| is_comment(sample, before, columns))
            // A single name over rows of numbers is no title, nor is one over pairs of words.
            || ((header == Some(false) || has_names(sample, at)) && (columns > 2 || is_header(sample, at))))
}

/// Whether at least half of the cells of a record could be names.
fn has_names(sample: &Sample<'_>, at: usize) -> bool {
    let texts = sample.record(at).iter().filter(|piece| look(sample.text_of(**piece)) == Look::Text).count();
    texts * 2 >= sample.width(at)
}

/// Whether a record can stand before a table of so many columns: a comment, or at most half as many values.
fn is_before(sample: &Sample<'_>, at: usize, columns: usize) -> bool {
    (columns > 1 && sample.filled(at) * 2 <= columns) || is_comment(sample, at, columns)
}

/// Whether a record is a comment. A header may begin with the same sign.
fn is_comment(sample: &Sample<'_>, at: usize, columns: usize) -> bool {
    let starts = |at: usize, with: &[u8]| {
        sample.record(at).first().is_some_and(|piece| !piece.quoted && sample.text_of(*piece).starts_with(with))
    };
    starts(at, b"#") && (sample.filled(at) != columns || starts(at, b"##") || starts(at + 1, b"#") || is_header(sample, at + 1))
}

#[cfg(test)]
mod tests {
    use super::super::walk::Dialect;
    use super::*;

    fn of(text: &str) -> Sample<'_> {
        Sample::take(text.as_bytes(), Dialect::usual(b','))
    }

    #[test]
    fn cells_look_like_what_they_are() {
        for (text, expected) in [
            ("5", Look::Whole),
            ("-12", Look::Whole),
            ("1.5", Look::Number),
            ("1.234,56", Look::Number),
            ("1e-05", Look::Number),
            ("5 kg", Look::Text),
            ("1e", Look::Text),
            ("2024-01-31", Look::Date),
            ("31.1.2024", Look::Date),
            ("01/02/24 10:30", Look::Date),
            ("2024-01-31T10:30:00.5Z", Look::Date),
            ("9:30", Look::Date),
            ("1.2.3.4", Look::Number),
            ("", Look::Blank),
            ("-", Look::Blank),
            ("Q1", Look::Text),
        ] {
            assert_eq!(look(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_first_row_is_a_header_unless_it_plainly_is_data() {
        for data in [
            "1.5,2\n3.5,4\n",
            "2024-01-01,rice,5\n2024-01-02,dal,6\n",
            "5\n7\n9\n",
            "7,5,9\n1,2,3\n4,,6\n",
            "10:30,20.1,\n10:31,20.2,\n",
            "05.01.2024,shop\n06.01.2024,shop\n",
        ] {
            assert!(is_data(&of(data), 0), "{data}");
        }
        for header in [
            "a,b\n1,2\n",
            "a,b\nx,y\n",
            "1,2\n",
            "item,2019,2020\nrice,5,6\n",
            "2019,2020,2021\n5,6,7\n9,9,9\n",
            "0,1,2\n5,6,7\n9,9,9\n",
            ",1.5,2.5\nx,3.5,4.5\n",
            "item,2024-01-01\nrice,5\n",
            "1,bolt\n2,nut\n",
            "\"2019\",\"2025\"\n5,6\n7,8\n",
            "n\n1.5\n",
            "1.5,x\n2.5,7\n3.5,8\n",
        ] {
            assert!(!is_data(&of(header), 0), "{header}");
        }
    }

    #[test]
    fn a_first_row_is_in_doubt_where_little_speaks_for_either() {
        for doubtful in
            ["7,5,9\n1,2,3\n4,,6\n", "item,2024\nrice,5\n", "1.5,x\n2.5,7\n3.5,8\n", "north,open\nsouth,closed\nnorth,closed\n"]
        {
            assert!(is_doubtful(&of(doubtful), 0), "{doubtful}");
        }
        for clear in [
            "a,b\n1,2\n",
            "name,town\nRao,Kota\nDas,Pune\n",
            "item,2019,2020\nrice,5,6\n",
            "2024-01-01,rice,5\n2024-01-02,dal,6\n",
            "name,town\nRao,Kota\nname,town\nDas,Pune\n",
            "a,b\n",
            ",\nx,\n",
        ] {
            assert!(!is_doubtful(&of(clear), 0), "{clear}");
        }
    }

    #[test]
    fn tables_start_behind_titles_and_comments() {
        for (text, expected) in [
            ("a,b,c\n1,2,3\n", Some((0, 3))),
            ("Report\n\na,b,c\n1,2,3\n", Some((1, 3))),
            ("Report,,,\n,,,\nName,Qty,Rate,Sum\nx,1,2,3\n", Some((2, 4))),
            ("# made by x\n# a,b,c\na,b,c\n1,y,z\n", Some((2, 3))),
            ("##meta\n#CHROM,POS,ID\n1,5,x\n2,6,y\n", Some((1, 3))),
            ("#,name\n1,x\n2,y\n", Some((0, 2))),
            ("# of items,price\nbolt,5\nnut,6\n", Some((0, 2))),
            ("Account,DE12\nOwner,Rao\nday,text,sum,rest\n1.1.2024,x,5,6\n2.1.2024,y,5,6\n", Some((2, 4))),
            // A header that is one name short, and names over pairs of words or numbers.
            ("a,b\n1,2,3\n4,5,6\n", None),
            ("name\nRao, A\nDas, B\n", None),
            ("x\n1,2,3\n4,5,6\n", None),
            ("x,,\n1,2,3\n4,5,6\n", Some((0, 3))),
            ("Stock 2024\nitem,qty\nbolt,5\nnut,6\n", Some((1, 2))),
        ] {
            let found = start(&of(text), None).map(|start| (start.at, start.columns));
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(comments(&of("# made by x\nvalue\n1\n2\n")), 1);
        assert_eq!(comments(&of("# temp\n5\n6\n")), 0);
    }
}

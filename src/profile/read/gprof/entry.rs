//! Rows of gprof's tables.

use super::super::decimal::scaled;
use super::POWER;

/// Calls of one function, or the function that an entry is of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: Name,
    /// Nanoseconds.
    pub(super) own: i64,
    pub(super) children: i64,
    pub(super) calls: u64,
}

/// What a function is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) text: String,
    /// Only told line by line (`gprof -l`); empty or 0 otherwise.
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) address: u64,
}

/// A row of the flat profile.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FlatRow {
    pub(super) name: Name,
    /// Nanoseconds.
    pub(super) own: i64,
}

/// An entry of the call graph: callers, the function itself, then those that it called.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) primary: Option<Row>,
    pub(super) callees: Vec<Row>,
}

impl Entry {
    /// Takes the next line. Callers are not kept: their own entries have the same calls.
    pub(super) fn line(&mut self, line: &str) {
        if self.primary.is_none() {
            self.primary = primary(line);
        } else if let Some(row) = Row::parse(line) {
            self.callees.push(row);
        }
    }
}

impl Name {
    /// Takes the circle's number and the place off a name.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_whole = text.ends_with(" as a whole>");
        let plain = text
            .rsplit_once(" <cycle ")
            .filter(|(_, end)| end.ends_with('>') && !is_whole)
            .map_or(text, |(name, _)| name.trim_end());
        if plain.is_empty() {
            return None;
        }
        Some(Self::with_place(plain).unwrap_or_else(|| Self { text: plain.into(), ..Self::default() }))
    }

    /// `burn (circle.c:4 @ 401196)`.
    fn with_place(text: &str) -> Option<Self> {
        let (name, place) = text.strip_suffix(')')?.rsplit_once(" (")?;
        let (place, address) = place.rsplit_once(" @ ")?;
        let (file, line) = place.rsplit_once(':')?;
        let address = u64::from_str_radix(address, 16).ok()?;
        Some(Self { text: name.into(), file: file.into(), line: line.parse().ok()?, address })
    }

    /// Whether it stands for all functions of a circle.
    pub(super) fn is_cycle(&self) -> bool {
        self.text.starts_with("<cycle ") && self.text.ends_with("as a whole>")
    }
}

impl FlatRow {
    /// `100.16  1.01  1.01  541  1.87  1.87  burn`; without the three in the middle for what was not compiled with `-pg`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (_, rest) = seconds(line)?;
        let (_, rest) = seconds(rest)?;
        let (own, rest) = seconds(rest)?;
        let counted = count(rest).and_then(|(_, rest)| seconds(rest)).and_then(|(_, rest)| seconds(rest));
        let name = counted.map_or(rest, |(_, rest)| rest);
        Some(Self { name: Name::parse(without_index(name).unwrap_or(name))?, own })
    }
}

impl Row {
    /// `0.06  0.00  30/541  burn [1]`, and for calls within a circle `300  walk [4]`.
    fn parse(line: &str) -> Option<Self> {
        let times = seconds(line).and_then(|(own, rest)| seconds(rest).map(|(children, rest)| (own, children, rest)));
        let (own, children, rest) = times.unwrap_or((0, 0, line));
        let (calls, name) = count(rest)?;
        Some(Self { name: Name::parse(without_index(name)?)?, own, children, calls })
    }
}

/// `[1]  100.0  1.01  0.00  541  burn [1]`; the count may be missing.
fn primary(line: &str) -> Option<Row> {
    let (_, rest) = line.strip_prefix('[')?.split_once(']')?;
    let (_, rest) = seconds(rest)?;
    let (own, rest) = seconds(rest)?;
    let (children, rest) = seconds(rest)?;
    let (calls, name) = count(rest).unwrap_or((0, rest));
    Some(Row { name: Name::parse(without_index(name)?)?, own, children, calls })
}

/// The next word as a time, in nanoseconds. Times have a point, counts have none.
fn seconds(text: &str) -> Option<(i64, &str)> {
    let (word, rest) = word(text)?;
    let number = word.contains('.').then(|| scaled(word.as_bytes(), POWER))?;
    Some((number?, rest))
}

/// The next word as a count: `541`, `30/541` (so many of all) or `30+300` (and so many within itself).
fn count(text: &str) -> Option<(u64, &str)> {
    let (word, rest) = word(text)?;
    let digits = word.split(['/', '+']).next()?;
    let others = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/' || byte == b'+');
    Some((digits.parse().ok().filter(|_| others)?, rest))
}

fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A name without the number of its entry, `[4]` or `(4)` behind it.
fn without_index(text: &str) -> Option<&str> {
    let text = text.trim();
    let (name, index) = text.rsplit_once(' ')?;
    let inside = index.strip_prefix('[').and_then(|index| index.strip_suffix(']'));
    let inside = inside.or_else(|| index.strip_prefix('(').and_then(|index| index.strip_suffix(')')));
    inside.filter(|inside| !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit())).map(|_| name.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name { text: text.into(), ..Name::default() }
    }

    #[test]
    fn rows_of_the_call_graph() {
        let row = |text: &str, own, children, calls| Some(Row { name: name(text), own, children, calls });
        assert_eq!(primary("[4]     61.0    0.00    0.62      30+300     walk [4]"), row("walk", 0, 620_000_000, 30));
        assert_eq!(
            primary("[2]    100.0    0.10    1.01                 int f<2>(long) <cycle 3> [2]"),
            row("int f<2>(long)", 100_000_000, 1_010_000_000, 0)
        );
        assert_eq!(
            Row::parse("0.06    0.00      30/541         operator new(int) [1]"),
            row("operator new(int)", 60_000_000, 0, 30)
        );
        assert_eq!(Row::parse("80             pong <cycle 1> [7]"), row("pong", 0, 0, 80));
        assert_eq!(
            (Row::parse("<spontaneous>"), primary("0.1 [3]"), Row::parse("This is explained below [4]")),
            (None, None, None)
        );
        assert!(
            primary("[5]     33.3    0.00    0.34      20+160     <cycle 1 as a whole> [5]").is_some_and(|row| row.name.is_cycle())
        );
    }

    #[test]
    fn rows_of_the_flat_profile() {
        let row = |text: &str, own| Some(FlatRow { name: name(text), own });
        assert_eq!(FlatRow::parse("100.16      1.01     1.01      541     1.87     1.87  burn"), row("burn", 1_010_000_000));
        assert_eq!(FlatRow::parse("  0.00      1.01     0.02                             main"), row("main", 20_000_000));
        assert_eq!(FlatRow::parse("0.00 1.01 0.02 7 0.00 0.00 f(int) const"), row("f(int) const", 20_000_000));
        let place = Name { text: "burn".into(), file: "a b.c".into(), line: 4, address: 0x40_1196 };
        assert_eq!(FlatRow::parse("1.00 1.01 0.01 burn (a b.c:4 @ 401196)"), Some(FlatRow { name: place, own: 10_000_000 }));
        assert_eq!(FlatRow::parse("the number of seconds"), None);
    }
}

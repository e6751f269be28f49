//! The text form: a header with the totals, a table of cost centres, then the tree, one node a line, indented by its depth.

use super::nodes::{Node, Nodes, frame_of, header};
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::FrameId;
use crate::profile::read::decimal;
use crate::profile::read::lines::Lines;
use crate::profile::read::source::Source;

const ROUNDED: &str = "The file tells parts of the whole with one digit behind the point, so times and bytes are rounded to a thousandth of the \
     whole; “+RTS -pa” or “-pj” tells them exactly.";

/// What is known of the lines read so far.
#[derive(Default)]
struct Report {
    nodes: Nodes,
    total_ticks: i64,
    total_bytes: i64,
    /// How many numbers end a line of the tree; 0 before the tree.
    numbers: usize,
    has_source: bool,
    /// The last node of each depth, with its depth.
    open: Vec<(usize, u32)>,
}

/// Reads the file and fills the samples.
pub(super) fn read(source: &mut Source<'_>, nodes: Nodes, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let mut lines = Lines::new(source);
    let mut report = Report { nodes, ..Report::default() };
    while let Some(line) = lines.next()? {
        let line = line.to_vec();
        builder.place = lines.place();
        builder.context.cancel.check()?;
        report.line(&line, builder)?;
    }
    if report.numbers == 0 {
        return Err(builder.damaged("it holds no tree of cost centres"));
    }
    if report.numbers < 8 {
        builder.profile.warnings.push(ROUNDED.into());
    }
    header(report.nodes.tick_ns, report.total_ticks, builder)?;
    report.nodes.fill(builder, |centre, _| Ok(FrameId(u32::try_from(centre).unwrap_or(0))))
}

impl Report {
    fn line(&mut self, line: &[u8], builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let trimmed = line.trim_ascii();
        if trimmed.is_empty() {
            return Ok(());
        }
        if self.numbers > 0 {
            return self.node(line, builder);
        }
        if let Some(rest) = after(trimmed, b"total time") {
            self.times(&rest);
        } else if let Some(rest) = after(trimmed, b"total alloc") {
            self.total_bytes = rest.first().map_or(0, |bytes| whole(bytes));
        } else if trimmed.starts_with(b"COST CENTRE") {
            self.columns(trimmed);
        }
        Ok(())
    }

    /// `total time  =        0.20 secs   (203 ticks @ 1000 us, 1 processor)`
    fn times(&mut self, words: &[&[u8]]) {
        let before = |unit: &[u8]| {
            let at = words.iter().position(|word| word.trim_ascii_end().starts_with(unit))?;
            words.get(at.checked_sub(1)?).map(|word| whole(word.strip_prefix(b"(").unwrap_or(word)))
        };
        self.total_ticks = before(b"ticks").unwrap_or(0);
        let micro = before(b"us").map(|interval| interval.saturating_mul(1000));
        let milli = before(b"ms").map(|interval| interval.saturating_mul(1_000_000));
        self.nodes.tick_ns = micro.or(milli).unwrap_or(1_000_000);
    }

    /// Both tables have a line of names of columns; that of the tree has numbers of nodes.
    fn columns(&mut self, line: &[u8]) {
        let names = line.split(u8::is_ascii_whitespace).filter(|name| !name.is_empty());
        let names: Vec<&[u8]> = names.skip(2).collect();
        if names.contains(&&b"no."[..]) {
            self.has_source = names.contains(&&b"SRC"[..]);
            let texts = 1 + usize::from(self.has_source);
            self.numbers = names.len().saturating_sub(texts);
        }
    }

    fn node(&mut self, line: &[u8], builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let depth = line.iter().take_while(|byte| **byte == b' ').count();
        let words: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        let split = words.len().checked_sub(self.numbers).and_then(|texts| words.split_at_checked(texts));
        let Some((texts, numbers)) = split.filter(|(texts, _)| texts.len() >= 2) else {
            builder.flaw("is no line of the tree of cost centres and was left out");
            return Ok(());
        };
        let place = texts.get(2..).unwrap_or_default().join(&b' ');
        let (label, module) = (texts.first().copied().unwrap_or_default(), texts.get(1).copied().unwrap_or_default());
        let centre = i64::from(frame_of(label, module, &place, builder)?.0);
        while self.open.last().is_some_and(|(open, _)| *open >= depth) {
            self.open.pop();
        }
        let parent = self.open.last().map(|&(_, row)| row);
        let node = self.figures(numbers, Node { centre, parent, ..Node::default() });
        let row = self.nodes.push(node, builder)?;
        self.open.push((depth, row));
        Ok(())
    }

    /// Numbers: that of the node, entries, %time, %alloc, both with what is below, and perhaps ticks and bytes.
    fn figures(&self, numbers: &[&[u8]], node: Node) -> Node {
        let part = |column: usize, total: i64| {
            let thousandths = numbers.get(column).and_then(|word| decimal::scaled(word, 1)).unwrap_or(0);
            // Rounded to the nearest.
            let product = i128::from(thousandths) * i128::from(total);
            i64::try_from((product + 500 * product.signum()) / 1000).unwrap_or(i64::MAX)
        };
        let number = |column: usize| numbers.get(column).map(|word| whole(word));
        Node {
            entries: number(1).unwrap_or(0),
            ticks: number(6).unwrap_or_else(|| part(2, self.total_ticks)),
            bytes: number(7).unwrap_or_else(|| part(3, self.total_bytes)),
            ..node
        }
    }
}

/// The words behind `name =`.
fn after<'l>(line: &'l [u8], name: &[u8]) -> Option<Vec<&'l [u8]>> {
    let rest = line.strip_prefix(name)?.trim_ascii_start().strip_prefix(b"=")?;
    Some(rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect())
}

/// A whole number, with or without commas; 0 for anything else.
fn whole(word: &[u8]) -> i64 {
    let digits: Vec<u8> = word.iter().copied().filter(|byte| *byte != b',').collect();
    decimal::scaled(&digits, 0).unwrap_or(0)
}

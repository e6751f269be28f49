//! Printing results: a closed pipe is an error to pass on, never a panic.

use std::io::{self, Write};

use serde::Serialize;

/// Prints a line.
pub fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Prints a value as one line of JSON.
pub fn json(value: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    io::stdout().lock().write_all(text.as_bytes())
}

/// A table of text: the first column to the left, those in `right` to the right, two blanks between.
pub fn columns(rows: &[Vec<String>], right: &[usize]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.chars().count());
            let (before, after) = if right.contains(&at) { (pad.as_str(), "") } else { ("", pad.as_str()) };
            line.push_str(before);
            line.push_str(cell);
            line.push_str(after);
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn figures_stand_to_the_right() {
        let rows = [vec!["Name".to_owned(), "Size".into()], vec!["a".into(), "5 MB".into()]];
        assert_eq!(super::columns(&rows, &[1]), "Name  Size\na     5 MB\n");
    }
}

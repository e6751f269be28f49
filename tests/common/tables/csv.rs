//! A reader of text tables of its own, one character at a time, to hold what was written against what was read.

/// Rows of cells as Python's `csv` module gives them. An absent cell and an empty one are the same here.
pub fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut inside, mut fresh) = (false, true);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if inside && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' if inside => inside = false,
            '"' if fresh => (inside, fresh) = (true, false),
            _ if inside => cell.push(letter),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
                fresh = true;
            }
            _ if letter == delimiter => {
                row.push(std::mem::take(&mut cell));
                fresh = true;
            }
            _ => {
                cell.push(letter);
                fresh = false;
            }
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

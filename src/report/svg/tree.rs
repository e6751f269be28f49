//! What an interactive flame graph holds: a tree of calls, most of which show only when one zooms in, as data for its script.

use std::fmt::Write;

use serde_json::{Value, json};

use super::flame::COLORS;
use crate::report::chart::{Flame, FlameRect};
use crate::report::text::clean;

/// Steps of colour to each side of "as before" in a graph of changes.
pub const CHANGE_STEPS: i8 = 3;

/// A tree of calls whose boxes a script lays out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlameTree {
    /// Name of each function.
    pub names: Vec<String>,
    /// A shorter name for each function, for boxes that are too narrow for the whole; the name itself where there is none.
    pub short: Vec<String>,
    /// Number of each function's colour in [`crate::report::theme::Tokens::flame`].
    pub colors: Vec<usize>,
    /// How each call of `nodes` changed against a base, from −[`CHANGE_STEPS`] (much less) to [`CHANGE_STEPS`] (much more); empty when nothing is compared.
    pub changes: Vec<i8>,
    /// By how much, in the unit of the values; empty where that is not told.
    pub differences: Vec<i64>,
    /// The calls in the order of a walk: each one before those below it, siblings from left to right. The first is the root.
    pub nodes: Vec<FlameNode>,
    /// What is written on the root.
    pub root: String,
    /// What shares relate to; 0 when nothing was measured.
    pub total: i64,
    /// How values are written.
    pub measure: Measure,
    /// Calls of the whole tree, the root not counted; those beyond `nodes` are left out.
    pub calls: u64,
    /// What is left out, in a sentence; empty when nothing is.
    pub left_out: String,
}

/// A call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlameNode {
    /// Row; the root has 0.
    pub depth: u32,
    /// Row of [`FlameTree::names`]; that of the root has no meaning.
    pub name: u32,
    /// Measured in it and below.
    pub total: i64,
    /// Measured below it in calls that are left out.
    pub left_out: i64,
}

/// How a script writes values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// Size and sign of each step, the largest first, such as `(1e9, "s")`; empty for whole numbers.
    pub steps: Vec<(f64, &'static str)>,
    /// How many of the smallest step a value of 1 is.
    pub factor: f64,
    /// What follows a whole number.
    pub suffix: String,
}

impl FlameTree {
    /// The boxes that are at least `narrowest` wide, 0 to 1, as a plain picture; `words` writes what a tooltip tells of a value.
    pub fn boxes(&self, narrowest: f64, words: impl Fn(i64) -> String) -> Flame {
        let all = self.nodes.first().map_or(0, |root| root.total.unsigned_abs()) as f64;
        // Where the next box of each row begins.
        let (mut rects, mut next) = (Vec::new(), Vec::new());
        for (at, node) in self.nodes.iter().enumerate().filter(|_| all > 0.0) {
            let (row, width) = (node.depth as usize, node.total.unsigned_abs() as f64 / all);
            let x = next.get(row).copied().unwrap_or(0.0);
            next.truncate(row);
            next.extend([x + width, x]);
            if width >= narrowest {
                let name = |names: &[String]| names.get(node.name as usize).cloned().unwrap_or_default();
                let (label, detail, color) = match row {
                    0 => (self.root.clone(), String::new(), None),
                    _ => (name(&self.names), words(node.total), self.colors.get(node.name as usize).copied()),
                };
                rects.push(FlameRect { x, width, depth: node.depth, color, change: self.changes.get(at).copied(), label, detail });
            }
        }
        Flame { rects }
    }

    /// The tree as JSON that can stand in any markup: it holds no `<`, `>` or `&`.
    pub(crate) fn json(&self) -> String {
        let shorter = |(row, short): (usize, &String)| {
            self.names.get(row).filter(|name| *name != short).map(|_| (row.to_string(), Value::from(clean(short))))
        };
        let column = |value: &dyn Fn(&FlameNode) -> i64| self.nodes.iter().map(value).collect::<Vec<i64>>();
        let left_out: Vec<_> = self.nodes.iter().enumerate().filter(|(_, node)| node.left_out != 0).collect();
        inert(&json!({
            "names": self.names.iter().map(|name| clean(name)).collect::<Vec<_>>(),
            "short": self.short.iter().enumerate().filter_map(shorter).collect::<serde_json::Map<_, _>>(),
            "colors": self.colors.iter().map(|color| color % COLORS).collect::<Vec<_>>(),
            "changes": self.changes,
            "by": self.differences,
            "depth": column(&|node| i64::from(node.depth)),
            "name": column(&|node| i64::from(node.name)),
            "total": column(&|node| node.total),
            "less": [
                left_out.iter().map(|(row, _)| *row as i64).collect::<Vec<_>>(),
                left_out.iter().map(|(_, node)| node.left_out).collect::<Vec<_>>(),
            ],
            "root": clean(&self.root),
            "all": self.total,
            "steps": self.measure.steps,
            "factor": self.measure.factor,
            "suffix": clean(&self.measure.suffix),
            "calls": self.calls,
            "leftOut": clean(&self.left_out),
        }))
    }
}

/// JSON in which no text can end or begin anything of the markup around it, be that HTML or XML.
pub(crate) fn inert(value: &Value) -> String {
    let text = value.to_string();
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                // Outside of strings JSON has none of these. Writing into a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_markup_is_only_text() {
        let hostile = json!({ "</script><!--": "]]>&amp;\u{2028}\u{ffff}\u{0}\"'" });
        let text = inert(&hostile);
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{ffff}', '\u{0}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("valid"), hostile);
    }

    #[test]
    fn only_what_differs_is_held() {
        let tree = FlameTree {
            names: vec!["a".into(), "std::b<c>".into()],
            short: vec!["a".into(), "b".into()],
            colors: vec![1, 9],
            nodes: vec![
                FlameNode { total: 5, left_out: 2, ..FlameNode::default() },
                FlameNode { depth: 1, total: 3, ..FlameNode::default() },
            ],
            ..FlameTree::default()
        };
        let value: Value = serde_json::from_str(&tree.json()).expect("valid");
        assert_eq!((&value["short"], &value["less"], &value["colors"]), (&json!({ "1": "b" }), &json!([[0], [2]]), &json!([1, 3])));
    }
}

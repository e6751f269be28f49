//! The tables of the page: functions, threads, changes. Their rows are written here, so that they are read without a script too; a script
//! only sorts and filters them, by the figures in `data-v`.

use crate::profile::TopRow;
use crate::report::format;
use crate::report::html::Html;

use super::Made;
use super::changes::{Change, Verdict, relative};
use super::parts::more;

/// Rows of a table; what is left is told.
const MOST_ROWS: usize = 500;
const MOST_THREADS: usize = 200;
/// Letters of a name.
const NAME: usize = 400;

/// A column's head: its words, and whether it holds figures.
type Column = (&'static str, bool);

fn table(html: &mut Html, id: &'static str, columns: &[Column], rows: impl FnOnce(&mut Html)) {
    html.node("div", &[("class", "wide")], |html| {
        html.node("table", &[("id", id)], |html| {
            html.node("thead", &[], |html| {
                html.node("tr", &[], |html| {
                    for (words, is_figure) in columns {
                        let class = if *is_figure { "number" } else { "" };
                        html.node("th", &[("class", class), ("scope", "col")], |html| {
                            html.element("button", &[("type", "button"), ("class", "sort")], words);
                        });
                    }
                });
            });
            html.node("tbody", &[], rows);
        });
    });
}

/// A figure and what it is sorted by.
fn figure(html: &mut Html, value: &str, words: &str) {
    html.element("td", &[("class", "number"), ("data-v", value)], words);
}

fn name(html: &mut Html, text: &str) {
    html.node("td", &[("class", "name mono")], |html| html.foreign(text, NAME));
}

/// The heading of a table with its search field.
fn tools(html: &mut Html, heading: &str, id: &'static str, words: &'static str) {
    html.node("div", &[("class", "tools")], |html| {
        html.element("h2", &[], heading);
        let field = [("type", "search"), ("class", "live-only filter"), ("data-table", id), ("placeholder", words)];
        html.void("input", &[&field[..], &[("aria-label", words)]].concat());
        html.element("span", &[("class", "muted count"), ("aria-live", "polite")], "");
    });
}

/// The functions with most in themselves.
pub fn top(html: &mut Html, made: &Made<'_>) {
    let rows = &made.view.top.rows;
    html.node("section", &[], |html| {
        tools(html, "Top functions", "top", "Search functions and files");
        let columns = [("Function", false), ("Self", true), ("Self %", true), ("Total", true), ("Total %", true), ("Where", false)];
        table(html, "top", &columns, |html| {
            for row in rows.iter().take(MOST_ROWS) {
                html.node("tr", &[], |html| function(html, made, row));
            }
        });
        more(html, rows.len(), MOST_ROWS, ["function", "functions"]);
    });
}

fn function(html: &mut Html, made: &Made<'_>, row: &TopRow) {
    let view = made.view;
    name(html, view.name(row.group));
    for value in [row.self_value, row.total_value] {
        let sort = value.to_string();
        figure(html, &sort, &view.show(value));
        html.node("td", &[("class", "number share"), ("data-v", &sort)], |html| {
            html.text(&view.share(value));
            html.bar("own", view.top.percent(value).abs() / 100.0);
        });
    }
    html.node("td", &[("class", "muted mono place")], |html| html.foreign(&view.place(row.group), NAME));
}

/// What was measured on each thread.
pub fn threads(html: &mut Html, made: &Made<'_>) {
    let mut threads = made.view.threads();
    if threads.is_empty() {
        return;
    }
    threads.sort_by_key(|(_, total)| std::cmp::Reverse(*total));
    html.node("section", &[("id", "threads-part")], |html| {
        html.element("h2", &[], &format!("Threads: {}", format::count(threads.len() as u64)));
        table(html, "threads", &[("Thread", false), ("Total", true), ("%", true)], |html| {
            for (text, total) in threads.iter().take(MOST_THREADS) {
                html.node("tr", &[], |html| {
                    name(html, if text.is_empty() { "(no name)" } else { text });
                    figure(html, &total.to_string(), &made.view.show(*total));
                    figure(html, &total.to_string(), &made.view.share(*total));
                });
            }
        });
        more(html, threads.len(), MOST_THREADS, ["thread", "threads"]);
    });
}

/// What changed against the base.
pub fn changes(html: &mut Html, made: &Made<'_>) {
    let Some(changes) = made.about.changes else { return };
    html.node("section", &[], |html| {
        tools(html, "Changes", "changes", "Search changed functions");
        html.node("p", &[("class", "muted")], |html| {
            html.text("Compared with ");
            html.foreign(&changes.base, NAME);
            html.text(if changes.summary.is_empty() { "." } else { ". " });
            html.foreign(&changes.summary, NAME);
        });
        let columns = [("Function", false), ("Self before", true), ("Self", true), ("Self change", true), ("Total before", true)];
        let rest = [("Total", true), ("Total change", true), ("Verdict", false)];
        table(html, "changes", &[&columns[..], &rest].concat(), |html| {
            for row in changes.rows.iter().take(MOST_ROWS) {
                html.node("tr", &[], |html| change(html, made, row));
            }
        });
        more(html, changes.rows.len(), MOST_ROWS, ["function", "functions"]);
    });
}

fn change(html: &mut Html, made: &Made<'_>, row: &Change) {
    name(html, &row.name);
    for (base, new) in [(row.self_base, row.self_new), (row.total_base, row.total_new)] {
        figure(html, &base.to_string(), &made.view.show(base));
        figure(html, &new.to_string(), &made.view.show(new));
        // What is larger in absolute terms matters more than what is new.
        figure(html, &new.saturating_sub(base).to_string(), &relative(base, new));
    }
    let class = match row.verdict {
        Verdict::More => "warn-text",
        Verdict::Less => "accent-text",
        Verdict::WithinNoise | Verdict::NotTold => "muted",
    };
    html.node("td", &[("class", class)], |html| {
        html.text(row.verdict.words());
        if !row.evidence.is_empty() {
            html.text(" ");
            html.node("span", &[("class", "small muted")], |html| html.foreign(&row.evidence, NAME));
        }
    });
}

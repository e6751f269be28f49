//! How pages look: the tokens of both looks as variables, and what is made of them.

use std::fmt::Write;

use crate::report::syntax::Piece;
use crate::report::theme::{DARK, LIGHT, Rgb, Tokens, hex};

/// The style sheet of all pages.
pub fn sheet() -> String {
    format!(
        ":root {{ color-scheme: light; {} }}\n{LAYOUT}\
         @media screen and (prefers-color-scheme: dark) {{\n:root {{ color-scheme: dark; {} }}\n\
         .for-light {{ display: none; }}\n.for-dark {{ display: block; }}\n}}\n{PRINT}",
        variables(&LIGHT),
        variables(&DARK)
    )
}

/// What pages on profiles have beside it.
pub fn profile() -> String {
    let boxes = |tokens: &Tokens| {
        let mut text = written(&[
            ("all", tokens.flame_root),
            ("on-flame", tokens.on_flame),
            ("accent", tokens.accent),
            ("accent-text", tokens.accent_text),
            ("warn-text", tokens.warn_text),
        ]);
        for (name, colors) in [("c", &tokens.flame[..]), ("less", &tokens.less), ("more", &tokens.more)] {
            let first = usize::from(name != "c");
            for (at, color) in colors.iter().enumerate() {
                let _ = write!(text, "--{name}{}: {}; ", at + first, hex(*color));
            }
        }
        text
    };
    format!(
        ":root {{ {} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {} }} }}\n{}{}",
        boxes(&LIGHT),
        boxes(&DARK),
        include_str!("../svg/flame.css"),
        include_str!("profile.css")
    )
}

fn variables(tokens: &Tokens) -> String {
    written(&[
        ("ground", tokens.background),
        ("panel", tokens.panel),
        ("raised", tokens.raised),
        ("line", tokens.line),
        ("text", tokens.text),
        ("muted", tokens.muted),
        ("hint", tokens.hint),
        ("before", tokens.before),
        ("good", tokens.good),
        ("warn", tokens.warn),
        ("bad", tokens.bad),
        ("good-text", tokens.good_text),
        ("bad-text", tokens.bad_text),
        ("code-c", Piece::Comment.color(tokens)),
        ("code-k", Piece::Keyword.color(tokens)),
        ("code-s", Piece::Text.color(tokens)),
        ("code-n", Piece::Number.color(tokens)),
    ])
}

/// Colours as variables of a style sheet.
fn written(named: &[(&str, Rgb)]) -> String {
    named.iter().fold(String::new(), |mut text, (name, color)| {
        // Writing into a string cannot fail.
        let _ = write!(text, "--{name}: {}; ", hex(*color));
        text
    })
}

const LAYOUT: &str = r#"* { box-sizing: border-box; }
html { font: 15px/1.5 Inter, "Segoe UI", "Helvetica Neue", Arial, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
body { margin: 0; background: var(--ground); color: var(--text); }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 48px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 12px; }
p { margin: 0 0 8px; }
.lead, .muted { color: var(--muted); }
.small { font-size: 13px; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 20px; margin: 16px 0; }
.figure { font-size: 52px; font-weight: 600; line-height: 1.1; margin: 0; }
.figure.good { color: var(--good-text); }
.sizes { font-size: 19px; margin: 0 0 16px; }
.bars { display: grid; grid-template-columns: max-content 1fr max-content; gap: 8px 16px; align-items: center; margin-bottom: 16px; }
.track { background: var(--raised); border-radius: 3px; height: 14px; }
.bar { height: 14px; border-radius: 3px; min-width: 2px; }
.bar.before { background: var(--before); }
.bar.good { background: var(--good); }
.proof { font-size: 19px; font-weight: 600; color: var(--good-text); }
.proof.bad { color: var(--bad-text); }
ul { margin: 0; padding: 0; list-style: none; }
li { border-left: 3px solid var(--warn); background: var(--raised); border-radius: 3px; padding: 6px 12px; margin: 0 0 8px; overflow-wrap: anywhere; }
li.good { border-color: var(--good); }
li.bad { border-color: var(--bad); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--hint); font-size: 12px; font-weight: 500; white-space: nowrap; vertical-align: bottom; }
th, td { padding: 6px 16px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:last-child, th:last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; }
.name { font-weight: 500; overflow-wrap: anywhere; min-width: 8em; }
.why { min-width: 14em; }
.chart { margin-bottom: 16px; }
.chart svg { display: block; width: 100%; height: auto; }
.for-dark { display: none; }
details { border-top: 1px solid var(--line); }
summary { cursor: pointer; padding: 8px 0; font-weight: 500; }
pre { margin: 0 0 12px; padding: 12px 16px; background: var(--raised); border-radius: 6px; overflow-x: auto; font: 13px/1.5 "JetBrains Mono", Consolas, Menlo, "DejaVu Sans Mono", monospace; tab-size: 4; }
.c { color: var(--code-c); }
.k { color: var(--code-k); }
.s { color: var(--code-s); }
.n { color: var(--code-n); }
footer { color: var(--hint); font-size: 13px; }
@media (max-width: 640px) { main { padding: 20px 12px; } section { padding: 14px; } .figure { font-size: 40px; } }
"#;

const PRINT: &str = r#"@media print {
html { font-size: 11px; }
body { background: none; }
main { max-width: none; padding: 0; }
section { border: 0; padding: 0; margin: 16px 0; }
li, .figure, .bars, .chart { break-inside: avoid; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
h2 { break-after: avoid; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow: visible; }
.track, .bar, li, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"#;

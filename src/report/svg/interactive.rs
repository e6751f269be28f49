//! The flame graph as a file that answers: it is searched and zoomed in a browser, and is the plain picture where no script runs.
//!
//! What comes from a profile stands in it twice: as text of the picture, escaped, and as JSON that holds no character of markup. The scripts
//! are fixed; they hand names to the page as text only.

use super::canvas::{Anchor, Area, Canvas, Label};
use super::tree::FlameTree;
use super::{HEAD, MARGIN, SMALL, flame, head, size};
use crate::report::chart::{Chart, Flame, FlameRect, Kind};
use crate::report::text::clean;
use crate::report::theme::{Look, Tokens, hex};

/// Lays boxes out, zooms and searches; shared with pages.
pub(in crate::report) const FLAME_SCRIPT: &str = include_str!("flame.js");
/// Puts a search field and the rest around it.
const PICTURE_SCRIPT: &str = include_str!("picture.js");
/// Boxes of the picture that is seen without a script, the widest ones.
const MOST_RECTS: usize = 3_000;
/// Those of them that have a tooltip: it takes most of a box's bytes.
const MOST_TITLES: usize = 1_200;
/// Letters of a tooltip of that picture.
const TITLE_LETTERS: usize = 120;
/// Room below the boxes for what is left out.
const NOTE: f64 = 20.0;

/// An SVG file of its own that shows `chart`, a flame graph, and lets the calls of `tree` be searched and zoomed into where scripts run.
/// Charts of other kinds come out as they are.
pub fn interactive_flame(chart: &Chart, tree: &FlameTree) -> String {
    let Kind::Flame(all) = &chart.kind else { return super::draw(chart) };
    let tokens = chart.look.tokens();
    let (width, height) = size(chart);
    let height = height + NOTE;
    let mut canvas = Canvas::new(width, height, &clean(&chart.title), &clean(&chart.subtitle));
    canvas.markup(&format!("<style>{}</style>\n", style(tokens)));
    canvas.rect(Area { x: 0.0, y: 0.0, width, height }, tokens.panel, 0.0);
    canvas.open_group("head");
    head(&mut canvas, chart, tokens, width);
    canvas.close_group();
    let plot = Area { x: MARGIN, y: HEAD, width: width - 2.0 * MARGIN, height: height - HEAD - MARGIN - NOTE };
    canvas.open_group(if tree.changes.is_empty() { "frames" } else { "frames by-change" });
    flame::draw(&mut canvas, &widest(all), tokens, plot);
    canvas.close_group();
    canvas.open_group("note");
    let note = Label { anchor: Anchor::Start, ..Label::new(MARGIN, height - 12.0, SMALL, tokens.hint, &tree.left_out) };
    canvas.text(&note);
    canvas.close_group();
    canvas.markup("<script type=\"application/json\">");
    canvas.markup(&tree.json());
    canvas.markup(&format!("</script>\n<script><![CDATA[\n{FLAME_SCRIPT}{PICTURE_SCRIPT}]]></script>\n"));
    canvas.finish()
}

/// The boxes alone, as a drawing inside of a page that colours them by its own style; it shows until the page's script has drawn its own.
pub(in crate::report) fn picture(all: &Flame, width: f64) -> String {
    let boxes = widest(all);
    let height = flame::height(&boxes);
    let mut canvas = Canvas::piece();
    canvas.markup(&format!(
        "<svg class=\"flame\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"100%\" role=\"img\" aria-label=\"Flame graph\">\n"
    ));
    flame::draw(&mut canvas, &boxes, Look::Light.tokens(), Area { x: 0.0, y: 0.0, width, height });
    canvas.markup("</svg>\n");
    canvas.into_piece()
}

/// The widest boxes, in the order in which they stand. Names stay on those that have room for one.
fn widest(all: &Flame) -> Flame {
    let mut rows: Vec<usize> = (0..all.rects.len()).collect();
    let width = |row: &usize| all.rects.get(*row).map_or(0.0, |rect| rect.width);
    rows.sort_by(|a, b| width(b).total_cmp(&width(a)));
    rows.truncate(MOST_RECTS);
    let bare = rows.split_off(rows.len().min(MOST_TITLES));
    let titled = rows.into_iter().map(|row| (row, true));
    let mut rows: Vec<(usize, bool)> = titled.chain(bare.into_iter().map(|row| (row, false))).collect();
    rows.sort_unstable();
    let kept = |(row, is_titled): &(usize, bool)| {
        let rect = all.rects.get(*row)?;
        let text = |text: &str| if *is_titled { crate::report::shorten(text, TITLE_LETTERS) } else { String::new() };
        Some(FlameRect { label: text(&rect.label), detail: text(&rect.detail), ..*rect })
    };
    Flame { rects: rows.iter().filter_map(kept).collect() }
}

/// The colours that the script uses, by class.
fn style(tokens: &Tokens) -> String {
    let mut colors = tokens.flame.iter().enumerate().map(|(row, color)| format!("--c{row}:{};", hex(*color))).collect::<String>();
    for (name, steps) in [("less", &tokens.less), ("more", &tokens.more)] {
        colors.extend(steps.iter().zip(1..).map(|(color, step)| format!("--{name}{step}:{};", hex(*color))));
    }
    format!(
        "svg{{{colors}--all:{};--on-flame:{};--text:{};--muted:{};--hint:{};--panel:{};--raised:{};--line:{};--accent:{};}}{}",
        hex(tokens.flame_root),
        hex(tokens.on_flame),
        hex(tokens.text),
        hex(tokens.muted),
        hex(tokens.hint),
        hex(tokens.panel),
        hex(tokens.raised),
        hex(tokens.line),
        hex(tokens.accent),
        include_str!("flame.css")
    )
}

//! The Help page: first steps, shortcuts, what this is made of.

use eframe::egui::{RichText, Ui};

use crate::app::View;
use crate::app::theme::{muted, palette, strong};
use crate::app::widgets::{Card, columns, page, stat_row};

const STEPS: [(&str, &str); 6] = [
    (
        "Overview",
        "is for a glance: how this computer is, its last five minutes, what runs on it, and what you opened last. Each piece leads further.",
    ),
    (
        "Monitor",
        "shows what this computer does now: processor, memory, disks, network, and which programs use them. Pause to look closer.",
    ),
    (
        "Data",
        "opens a workbook, a text table, a Parquet or an Arrow file, shows how much memory each column takes, and makes it smaller without losing anything. Your file is not touched.",
    ),
    ("Profiles", "opens a profile of a program and shows where it spends its time or memory."),
    ("Cache", "shows what was kept of opened files, so that opening them again is quick."),
    ("Jobs", "shows what is being done, how far it is, and what was done before with how long it took."),
];

const SHORTCUTS: [(&str, &str); 16] = [
    ("Show a tab", "Ctrl+1 … Ctrl+6"),
    ("Monitor: mark a stretch of time", "Shift and drag"),
    ("Monitor: the stretch shown before", "Alt+Left"),
    ("Open files", "Ctrl+O, or drop them on the window"),
    ("Paste a table into Data", "Ctrl+V, after copying cells"),
    ("Save a chart of the tab", "Ctrl+S"),
    ("Settings", "Ctrl+,"),
    ("Find in a table; the next, the one before", "Ctrl+F; F3, Shift+F3"),
    ("Undo, redo a change of how a table is shrunk", "Ctrl+Z, Ctrl+Y"),
    ("Go to a row of a table", "Ctrl+G"),
    ("Copy the selected cells of a table", "Ctrl+C"),
    ("This page", "F1"),
    ("Close a message or dialog, cancel a job", "Esc"),
    ("Next, previous control", "Tab, Shift+Tab"),
    ("Larger, smaller", "Ctrl+plus, Ctrl+minus"),
    ("Look into a plot", "Ctrl+wheel, drag, double click"),
];

const MADE_OF: [(&str, &str); 4] = [
    ("Inter, by Rasmus Andersson", "SIL Open Font License 1.1"),
    ("JetBrains Mono", "SIL Open Font License 1.1"),
    ("Noto Sans Devanagari", "SIL Open Font License 1.1"),
    ("Phosphor Icons", "MIT License"),
];

/// Draws the page.
pub fn body(ui: &mut Ui, _view: View) {
    page(ui, 960.0, |ui| {
        Card::new("First steps").show(ui, |ui| {
            for (tab, words) in STEPS {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing.x = 5.0;
                    ui.spacing_mut().interact_size.y = 20.0;
                    ui.label(strong(tab).color(palette(ui).text));
                    ui.label(muted(ui, words));
                });
            }
        });
        ui.add_space(12.0);
        columns(ui, 300.0, &[1.0, 1.0], |index, ui| {
            let (title, rows): (_, fn(&mut Ui)) = if index == 0 { ("Keyboard", keyboard) } else { ("About", about) };
            Card::new(title).fill().show(ui, rows);
        });
    });
}

fn keyboard(ui: &mut Ui) {
    for (what, keys) in SHORTCUTS {
        stat_row(ui, what, keys);
    }
}

fn about(ui: &mut Ui) {
    stat_row(ui, "Tachograph", concat!("version ", env!("CARGO_PKG_VERSION")));
    stat_row(ui, "Licence", env!("CARGO_PKG_LICENSE"));
    for (name, licence) in MADE_OF {
        stat_row(ui, name, licence);
    }
    ui.add_space(6.0);
    let words = "Everything stays on this computer: Tachograph opens no connection to anywhere.";
    ui.label(RichText::new(words).color(palette(ui).muted));
}

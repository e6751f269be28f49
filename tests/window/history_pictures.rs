//! Pictures of the settings with the monitor's history, for whoever judges how they look. Nothing is compared here.
//!
//! `TACHOGRAPH_PICTURES=FOLDER cargo test --test window pictures:: -- --ignored`

use std::path::Path;

use crate::app_window::{LEAST_SIZE, SIZE, click, folder, give_path, open, says, show_tab, until};
use crate::history::fill;
use eframe::egui;
use tachograph::settings::Theme;

#[test]
#[ignore = "makes pictures"]
fn the_settings_with_the_history() {
    let Some(target) = std::env::var_os("TACHOGRAPH_PICTURES") else { return };
    let home = folder();
    fill(home.path());
    for (theme, size, name) in [(Theme::Dark, SIZE, "dark"), (Theme::Light, SIZE, "light"), (Theme::Dark, LEAST_SIZE, "dark-1024")]
    {
        let kept = home.path().join("history");
        let (mut window, script) = open(home.path(), size, move |parts| {
            parts.places.history = Some(kept);
            parts.settings.theme = theme;
        });
        window.ctx.set_theme(if theme == Theme::Light { egui::Theme::Light } else { egui::Theme::Dark });
        assert!(script.step());
        window.run();
        show_tab(&mut window, "Settings");
        click(&mut window, "Export history…");
        give_path(&mut window, &home.path().join("history.parquet"));
        until(&mut window, "the word on the file", |window| says(window, "Saved “history.parquet”"));
        let picture = window.render().expect("a picture");
        picture.save(Path::new(&target).join(format!("settings-history-{name}.png"))).expect("written");
    }
}

//! Charts to files and to the clipboard.

use std::path::{Path, PathBuf};

use eframe::egui::{Color32, ColorImage, Ui};

use crate::jobs::{Cancel, Failure, JobError};
use crate::operations::kind;
use crate::report::{Chart, Format, picture};
use crate::settings::write_atomic;

use super::command::Command;
use super::dialogs::{Ask, Filter};
use super::notices::Notice;
use super::theme::icons;
use super::tools::Tools;
use super::widgets::menu_item;

/// Pixels for each point of a copied picture: sharp on any screen.
const SCALE: f32 = 2.0;

/// What a chart's menu can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartAction {
    /// Ask where, and save.
    Save(Format),
    /// A picture on the clipboard.
    Copy,
}

impl ChartAction {
    /// The command that does it with `chart`.
    pub fn command(self, chart: Chart) -> Command {
        match self {
            Self::Save(format) => Command::SaveChart(Box::new(chart), format),
            Self::Copy => Command::CopyChart(Box::new(chart)),
        }
    }
}

/// The entries of a chart's menu; to be used inside `ui.menu_button` or a context menu. Returns what was chosen.
pub fn chart_menu(ui: &mut Ui) -> Option<ChartAction> {
    ui.set_min_width(160.0);
    let saves = [
        (icons::IMAGE, "Save as PNG…", Format::Png),
        (icons::FILE_CODE, "Save as SVG…", Format::Svg),
        (icons::FILE_CSV, "Save as CSV…", Format::Csv),
    ];
    let mut action = None;
    for (icon, text, format) in saves {
        if menu_item(ui, icon, text) {
            action = Some(ChartAction::Save(format));
        }
    }
    if menu_item(ui, icons::COPY, "Copy picture") {
        action = Some(ChartAction::Copy);
    }
    action
}

/// Asks where to save `chart`.
pub(super) fn save(chart: Box<Chart>, format: Format, tools: &mut Tools) {
    let name = file_name(&chart.title, format);
    let filter = Filter::new(&format.extension().to_uppercase(), &[format.extension()]);
    let ask = Ask::save("Save chart", name, vec![filter], move |path| Command::WriteChart(chart, format, path));
    tools.ask(ask.starting_in(pictures(&tools.places.data)));
}

/// Writes `chart` to `path`; the ending of its name decides the format where it is one that we write.
pub(super) fn write(chart: Box<Chart>, format: Format, path: PathBuf, tools: &mut Tools) {
    let format = Format::of_path(&path).unwrap_or(format);
    tools.errand(format!("Saving {}", chart.title), move |cancel, progress| {
        progress.operation(kind::SAVE_CHART, None);
        let bytes = format.exporter().export(&chart).map_err(|error| failed(&error))?;
        cancel.check()?;
        write_atomic(&path, |file| file.write_all(&bytes)).map_err(|error| failed(&error))?;
        progress.add_bytes(bytes.len() as u64);
        Ok(Command::Tell(Notice::saved(&path)))
    });
}

/// Draws `chart`; the picture comes back as a command.
pub(super) fn copy(chart: Box<Chart>, tools: &mut Tools) {
    tools.errand(format!("Copying {}", chart.title), move |_: &Cancel, _| {
        let picture = picture(&chart, SCALE).map_err(|error| failed(&error))?;
        Ok(Command::CopyPicture(Box::new(picture)))
    });
}

/// Puts a picture on the clipboard.
pub(super) fn to_clipboard(picture: &crate::report::Picture, tools: &mut Tools) {
    let size = [picture.width as usize, picture.height as usize];
    let pixel = |rgba: &[u8]| match rgba {
        &[r, g, b, a] => Color32::from_rgba_unmultiplied(r, g, b, a),
        _ => Color32::TRANSPARENT,
    };
    let pixels = picture.rgba.chunks_exact(4).map(pixel).collect();
    tools.ctx.copy_image(ColorImage::new(size, pixels));
    tools.tell(Notice::done("The picture is on the clipboard."));
}

fn failed(error: &impl crate::jobs::Explain) -> JobError {
    JobError::Failed(Failure::from_error(error))
}

/// The person's folder for pictures when the system tells one, else the program's own.
fn pictures(data: &Path) -> PathBuf {
    let folder = directories::UserDirs::new().and_then(|dirs| dirs.picture_dir().map(Path::to_path_buf));
    folder.unwrap_or_else(|| data.to_path_buf())
}

/// A file name from a chart's title: letters and digits of it, joined by `-`.
fn file_name(title: &str, format: Format) -> String {
    let words: Vec<String> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let stem = if words.is_empty() { "chart".to_owned() } else { words.join("-") };
    format!("{stem}.{}", format.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_have_no_characters_that_a_system_refuses() {
        assert_eq!(file_name("Disk: C:\\ 71 %", Format::Png), "disk-c-71.png");
        assert_eq!(file_name("***", Format::Svg), "chart.svg");
    }
}

//! How a file is to be read: asked before it is loaded where that is not clear, or when the person wants to say; and tables that
//! come from the clipboard.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | the state, the commands, what each does |
//! | `look.rs` | the jobs: the first rows of a file |
//! | `words.rs` | what is said about the choices, without egui |
//! | `paint.rs` | the sheet of choices; `controls.rs` its controls, `rows.rs` the first rows |
//! | `range.rs`, `pasted.rs` | a copied range of cells as text; the files that are made of it |

mod controls;
mod look;
mod paint;
mod pasted;
mod range;
mod rows;
mod words;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::ViewportCommand;

use crate::app::{Ask, Command, Filter, Notice, Tab, Tools};
use crate::data::{Choices, DayOrder, DecimalSign, Preview, Quote, ReadOptions};
use crate::jobs::{Slot, SlotState};

use super::{Change, DataCommand, DataTab, Wanted, work};

pub(super) use look::look_first;
pub(super) use paint::{after_failure, card, menu, paste_link, show};
pub(super) use pasted::is_pasted;

use look::Seen;

/// Files of which the choices are known until the program ends.
const MOST_ACCEPTED: usize = 50;

/// What is to be chosen, and what was.
#[derive(Debug, Default)]
pub struct Opening {
    sheet: Option<Sheet>,
    /// Counts the sheets, so that drawing knows a new one.
    sheets: u64,
    /// Counts the files that are looked at first: an answer about an earlier one comes too late.
    asked: u64,
    looks: bool,
    accepted: VecDeque<Accepted>,
    /// The text that could not be opened last: other choices may help.
    failed: Option<PathBuf>,
}

/// A file and how the person wants it to be read.
#[derive(Debug)]
struct Accepted {
    path: PathBuf,
    read: ReadOptions,
    choices: Choices,
}

/// Why the sheet of choices is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The file can be read in several ways.
    Doubt,
    /// The person wanted to choose before it is opened.
    Asked,
    /// The person wants to choose anew for the table in sight.
    Change,
}

/// The choices for a file that is not loaded yet, or for the table in sight.
#[derive(Debug)]
struct Sheet {
    path: PathBuf,
    why: Why,
    number: u64,
    read: ReadOptions,
    choices: Choices,
    /// What stands in the field for another separator, while there is one.
    other: Option<String>,
    /// What stands in the field for a part of the sheet.
    cells: String,
    /// The first rows as they were when the file was looked at, until they are there with what was chosen.
    first: Option<Arc<Seen>>,
    seen: Slot<Seen>,
    /// What the choices show for a text of which nothing could be found out.
    unknown: Option<Preview>,
}

/// What can be asked for about opening.
#[derive(Debug)]
pub enum OpeningCommand {
    /// Ask for a file, and then how to read it.
    AskFile,
    /// Ask how to read this file.
    Show(PathBuf),
    /// The file that was to be opened can be read in several ways: `asked` is the number of the request.
    Doubtful {
        /// Number of the request.
        asked: u64,
        /// The file.
        path: PathBuf,
        /// Its first rows.
        preview: Box<Preview>,
    },
    /// Ask anew how to read the table in sight.
    Change,
    /// Choose something.
    Set(Setting),
    /// Choose nothing: all is found out.
    Reset,
    /// Open the file so.
    Open,
    /// Leave all as it was.
    Cancel,
    /// Make a table of this text.
    Paste(String),
    /// Make a table of what is on the clipboard.
    RequestPaste,
    /// There is a picture on the clipboard, and no text.
    NoTextToPaste,
}

/// One choice; none: as found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// What separates cells.
    Delimiter(Option<u8>),
    /// The same, as typed.
    Other(String),
    /// The encoding, by its name.
    Encoding(Option<String>),
    /// The first row names the columns.
    Header(Option<bool>),
    /// Lines before the table.
    SkipLines(Option<u64>),
    /// What stands around cells.
    Quote(Option<Quote>),
    /// The sheet of a workbook.
    Sheet(Option<String>),
    /// The part of that sheet, as typed.
    Cells(String),
    /// What stands before decimals.
    Decimal(Option<DecimalSign>),
    /// What comes first in dates.
    Dates(Option<DayOrder>),
}

impl Opening {
    /// A file is about to be opened: what was chosen for it before; without that it will be looked at first.
    pub(super) fn begin(&mut self, path: &Path) -> (ReadOptions, Choices) {
        self.sheet = None;
        let known = self.accepted.iter().find(|accepted| accepted.path == path);
        self.looks = known.is_none() && !work::is_sample(path);
        known.map(|accepted| (accepted.read.clone(), accepted.choices.clone())).unwrap_or_default()
    }

    /// The number of the request, when the file that is being opened is to be looked at first.
    pub(super) fn looks(&mut self) -> Option<u64> {
        self.asked += 1;
        std::mem::take(&mut self.looks).then_some(self.asked)
    }

    /// The opening of a file has ended.
    pub(super) fn ended(&mut self, path: &Path, failed: bool) {
        self.failed = (failed && words::is_perhaps_text(path)).then(|| path.to_path_buf());
    }

    /// Takes in the first rows. Says whether there was something.
    pub(super) fn take_news(&mut self) -> bool {
        self.sheet.as_mut().is_some_and(|sheet| sheet.seen.poll())
    }

    fn put(&mut self, sheet: Sheet) {
        self.sheets += 1;
        self.sheet = Some(Sheet { number: self.sheets, ..sheet });
    }

    fn accept(&mut self, wanted: &Wanted) {
        self.accepted.retain(|accepted| accepted.path != wanted.path);
        let (path, read, choices) = (wanted.path.clone(), wanted.read.clone(), wanted.choices.clone());
        self.accepted.push_front(Accepted { path, read, choices });
        self.accepted.truncate(MOST_ACCEPTED);
    }
}

impl Sheet {
    fn new(path: PathBuf, why: Why, read: ReadOptions, choices: Choices) -> Self {
        let unknown = words::is_perhaps_text(&path).then(words::unknown_text);
        let cells = read.range.map(|range| range.to_string()).unwrap_or_default();
        Self { path, why, number: 0, read, choices, other: None, cells, first: None, seen: Slot::default(), unknown }
    }

    /// What the choices show.
    fn preview(&self) -> Option<&Preview> {
        let failed = matches!(self.seen.state(), SlotState::Failed { .. });
        self.seen().map(|seen| &seen.preview).or(self.unknown.as_ref().filter(|_| failed))
    }

    /// The first rows to show, perhaps as they were before the last choice.
    fn seen(&self) -> Option<&Arc<Seen>> {
        self.seen.value().or(self.first.as_ref())
    }

    /// Whether something is not as found out.
    fn is_chosen(&self) -> bool {
        self.read != ReadOptions::default() || self.choices != Choices::default()
    }

    fn look(&mut self, tools: &Tools) {
        self.seen.start(look::look(&self.path, &self.read, &self.choices, tools));
    }

    fn set(&mut self, setting: Setting) {
        match setting {
            Setting::Delimiter(delimiter) => (self.read.delimiter, self.other) = (delimiter, None),
            Setting::Other(text) => {
                self.read.delimiter = words::separator(&text);
                self.other = Some(text);
            }
            Setting::Encoding(encoding) => self.read.encoding = encoding,
            Setting::Header(header) => self.read.header = header,
            Setting::SkipLines(lines) => self.read.skip_lines = lines,
            Setting::Quote(quote) => self.read.quote = quote,
            Setting::Sheet(sheet) => self.read.sheet = sheet,
            Setting::Cells(text) => {
                // One corner is the beginning of what is being typed.
                if text.trim().is_empty() {
                    self.read.range = None;
                } else if let (true, Ok(range)) = (text.contains(':'), text.parse()) {
                    self.read.range = Some(range);
                }
                self.cells = text;
            }
            Setting::Decimal(decimal) => self.choices.decimal = decimal,
            Setting::Dates(dates) => self.choices.dates = dates,
        }
    }

    /// What is to be opened. A sheet that comes without choosing is no choice, so that both are one entry of the cache.
    fn read(&self) -> ReadOptions {
        let detected = self.seen().and_then(|seen| seen.preview.detected.sheet.as_ref());
        let sheet = self.read.sheet.clone().filter(|sheet| Some(sheet) != detected);
        ReadOptions { sheet, ..self.read.clone() }
    }
}

impl DataTab {
    /// Does what was asked for about opening.
    pub(super) fn apply_opening(&mut self, command: OpeningCommand, tools: &mut Tools) {
        match command {
            OpeningCommand::AskFile => tools.ask(Ask::open("Open with choices", filters(), |paths| {
                let path = paths.into_iter().next().unwrap_or_default();
                Command::Data(DataCommand::Opening(OpeningCommand::Show(path)))
            })),
            OpeningCommand::Show(path) => self.choose(path, tools),
            OpeningCommand::Doubtful { asked, path, preview } if asked == self.opening.asked => {
                let mut sheet = Sheet::new(path, Why::Doubt, ReadOptions::default(), Choices::default());
                sheet.first = Some(Arc::new(Seen::new(*preview)));
                self.opening.put(sheet);
            }
            OpeningCommand::Doubtful { .. } => {}
            OpeningCommand::Change => self.ask_again(tools),
            OpeningCommand::Set(setting) => self.set(|sheet| sheet.set(setting), tools),
            OpeningCommand::Reset => self.set(Sheet::reset, tools),
            OpeningCommand::Open => self.open_chosen(tools),
            OpeningCommand::Cancel => self.opening.sheet = None,
            OpeningCommand::Paste(text) => pasted::paste(text, self.wanted.path.clone(), tools),
            OpeningCommand::RequestPaste => tools.ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
            OpeningCommand::NoTextToPaste => tools.tell(Notice::Failed(pasted::no_text())),
        }
    }

    /// Closes the sheet of choices; `false` when there is none.
    pub(crate) fn close_choices(&mut self) -> bool {
        self.opening.sheet.take().is_some()
    }

    fn choose(&mut self, path: PathBuf, tools: &mut Tools) {
        if path.as_os_str().is_empty() {
            return;
        }
        tools.show(Tab::Data);
        let (read, choices) = self.opening.begin(&path);
        let mut sheet = Sheet::new(path, Why::Asked, read, choices);
        sheet.look(tools);
        self.opening.put(sheet);
    }

    fn ask_again(&mut self, tools: &Tools) {
        let Some(shown) = self.slot.value() else { return };
        let mut sheet = Sheet::new(shown.path.clone(), Why::Change, shown.wanted.read.clone(), shown.wanted.choices.clone());
        sheet.look(tools);
        self.opening.put(sheet);
    }

    fn set(&mut self, change: impl FnOnce(&mut Sheet), tools: &Tools) {
        if let Some(sheet) = &mut self.opening.sheet {
            change(sheet);
            sheet.look(tools);
        }
    }

    fn open_chosen(&mut self, tools: &mut Tools) {
        let Some(sheet) = self.opening.sheet.take() else { return };
        let (read, choices) = (sheet.read(), sheet.choices);
        // The steps of the table in sight stay as they are.
        if sheet.why == Why::Change && self.wanted.path == sheet.path {
            self.change(Change::Reading(Box::new(read), Box::new(choices)), tools);
            return self.opening.accept(&self.wanted);
        }
        let wanted = Wanted { read, choices, ..Wanted::of(sheet.path, self.wanted.level) };
        self.opening.accept(&wanted);
        let is_there = !self.slot.is_pending() && self.slot.value().is_some_and(|shown| shown.wanted == wanted);
        if !is_there {
            self.batch.hide();
            self.begin(wanted, tools);
        }
    }
}

impl Sheet {
    fn reset(&mut self) {
        // What was chosen for single columns was not chosen here.
        let columns = std::mem::take(&mut self.choices.columns);
        (self.read, self.choices, self.other) = (ReadOptions::default(), Choices { columns, ..Choices::default() }, None);
        self.cells.clear();
    }
}

fn filters() -> Vec<Filter> {
    vec![Filter::new("Tables", &crate::app::tabs::OPENED_TABLES)]
}

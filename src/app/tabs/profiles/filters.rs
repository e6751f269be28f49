//! What part of the profile is looked at: the menu that asks for it, and what is asked for, each with a way to take it back.

use eframe::egui::{Align2, Color32, ComboBox, Frame, Id, Key, Margin, Popup, PopupCloseBehavior, RichText, Stroke, TextEdit, Ui};

use crate::app::theme::{CONTROL_RADIUS, SMALL, icons, muted, palette};
use crate::app::widgets::{button, icon_button, small_button, toggle};
use crate::app::{Command, View};
use crate::operations::{Asked, ProfileView, cut_name};
use crate::profile::{Filters, Grouping, Modules, Pattern, PatternError, Recursion, ThreadId};
use crate::report::format;

use super::{Colors, Doc, ProfilesCommand, Shown};

/// Letters of a function's or thread's name in what is asked for.
const NAME: usize = 40;
/// Threads that the chooser lists at most.
const MOST_THREADS: usize = 500;

/// One of the five patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Only stacks with it.
    Focus,
    /// Not stacks with it.
    Ignore,
    /// Without its frames.
    Hide,
    /// Only its frames.
    Show,
    /// From it on.
    ShowFrom,
}

impl Part {
    const ALL: [Self; 5] = [Self::Focus, Self::Ignore, Self::Hide, Self::Show, Self::ShowFrom];

    const fn title(self) -> &'static str {
        match self {
            Self::Focus => "Focus",
            Self::Ignore => "Ignore",
            Self::Hide => "Hide",
            Self::Show => "Show only",
            Self::ShowFrom => "Show from",
        }
    }

    const fn why(self) -> &'static str {
        match self {
            Self::Focus => "Only stacks with a matching function",
            Self::Ignore => "No stacks with a matching function",
            Self::Hide => "Matching functions count as their callers",
            Self::Show => "All other functions count as their callers",
            Self::ShowFrom => "Stacks begin at the first matching function",
        }
    }

    fn of(self, filters: &mut Filters) -> &mut Option<Pattern> {
        match self {
            Self::Focus => &mut filters.focus,
            Self::Ignore => &mut filters.ignore,
            Self::Hide => &mut filters.hide,
            Self::Show => &mut filters.show,
            Self::ShowFrom => &mut filters.show_from,
        }
    }

    /// What is asked for when a person picks this for one function.
    pub fn asked(self, view: &ProfileView, name: &str) -> Asked {
        view.asked.with(|filters| *self.of(filters) = Some(Pattern::exact(name)))
    }
}

/// What is typed but not yet asked for.
#[derive(Clone, Default)]
struct Draft {
    text: [String; 5],
    is_regex: [bool; 5],
    error: Option<(usize, String)>,
    /// What was asked for when the fields were filled.
    of: Option<Filters>,
}

fn draft_id() -> Id {
    Id::unique("profile filters draft")
}

/// The button that opens the menu.
pub fn menu(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let response = button(ui, Some(icons::FUNNEL), "Filter…").on_hover_text("Look at a part: functions, threads, time");
    Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(330.0);
        ui.spacing_mut().item_spacing.y = 6.0;
        patterns(shown, ui, view);
        ui.separator();
        switches(shown, ui, view);
        ui.separator();
        let by_function = doc.colors() == Colors::Functions;
        if switch(ui, by_function, "Colour by function", "Each function has its own colour, instead of each module") {
            let colors = if by_function { Colors::Modules } else { Colors::Functions };
            view.commands.send(Command::Profiles(ProfilesCommand::Colors(colors)));
        }
    });
}

fn patterns(shown: &Shown, ui: &mut Ui, view: View) {
    let mut draft = ui.data(|data| data.get_temp::<Draft>(draft_id())).unwrap_or_default();
    if draft.of.as_ref() != Some(&shown.view.asked.filters) {
        draft = filled(&shown.view.asked.filters);
    }
    let mut is_wanted = false;
    for (index, part) in Part::ALL.into_iter().enumerate() {
        ui.horizontal(|ui| {
            let title = ui.add_sized([74.0, 22.0], eframe::egui::Label::new(muted(ui, part.title())));
            title.on_hover_text(part.why());
            let (Some(text), Some(is_regex)) = (draft.text.get_mut(index), draft.is_regex.get_mut(index)) else { return };
            let field =
                TextEdit::singleline(text).hint_text(RichText::new(part.why()).color(palette(ui).hint)).desired_width(170.0);
            let field = field.margin(Margin::symmetric(8, 4)).align(Align2::LEFT_CENTER);
            let response = ui.add(field).accessible_name(format!("{} pattern", part.title()));
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let sign = RichText::new(".*").monospace().color(if *is_regex { palette(ui).accent } else { palette(ui).hint });
            let regex = ui.selectable_label(*is_regex, sign).on_hover_text("Regular expression");
            let regex = regex.accessible_name(format!("{} by expression", part.title()));
            if regex.clicked() {
                *is_regex = !*is_regex;
            }
            if entered {
                is_wanted = true;
            }
        });
        if let Some((_, error)) = draft.error.as_ref().filter(|(at, _)| *at == index) {
            ui.label(RichText::new(error).size(SMALL).color(palette(ui).bad));
        }
    }
    ui.horizontal(|ui| {
        if small_button(ui, "Apply").clicked() {
            is_wanted = true;
        }
        if !shown.view.asked.filters.is_everything() && small_button(ui, "Show everything").clicked() {
            ask(view, shown.view.asked.with(|filters| *filters = Filters::default()));
        }
    });
    if is_wanted {
        match of_draft(&draft, &shown.view.asked) {
            Ok(asked) => {
                draft.error = None;
                ask(view, asked);
            }
            Err((index, error)) => draft.error = Some((index, error.to_string())),
        }
    }
    ui.data_mut(|data| data.insert_temp(draft_id(), draft));
}

fn filled(filters: &Filters) -> Draft {
    let mut draft = Draft { of: Some(filters.clone()), ..Draft::default() };
    let mut filters = filters.clone();
    for (index, part) in Part::ALL.into_iter().enumerate() {
        let Some(pattern) = part.of(&mut filters).as_ref() else { continue };
        if let (Some(text), Some(is_regex)) = (draft.text.get_mut(index), draft.is_regex.get_mut(index)) {
            (*text, *is_regex) = (pattern.as_str().to_owned(), pattern.is_regex());
        }
    }
    draft
}

/// What was typed, as something to ask for; or the field that is wrong, and why.
fn of_draft(draft: &Draft, before: &Asked) -> Result<Asked, (usize, PatternError)> {
    let mut asked = before.clone();
    for (index, part) in Part::ALL.into_iter().enumerate() {
        let (text, is_regex) = (draft.text.get(index).map_or("", String::as_str), draft.is_regex.get(index) == Some(&true));
        let slot = part.of(&mut asked.filters);
        // A name that was picked by a click stays that name.
        let is_same = slot.as_ref().is_some_and(|pattern| pattern.as_str() == text && pattern.is_regex() == is_regex);
        if !is_same {
            *slot = Pattern::typed(text, is_regex).map_err(|error| (index, error))?;
        }
    }
    Ok(asked)
}

fn switches(shown: &Shown, ui: &mut Ui, view: View) {
    let asked = &shown.view.asked;
    let change = |change: &dyn Fn(&mut Filters)| ask(view, asked.with(change));
    let filters = &asked.filters;
    if switch(ui, filters.hide_system, "Hide system code", "Kernels, runtimes and system libraries count as their callers") {
        change(&|filters| filters.hide_system = !filters.hide_system);
    }
    if switch(ui, filters.fold_recursion != Recursion::Keep, "Fold recursion", "A function that calls itself is one frame") {
        change(&|filters| {
            let on = filters.fold_recursion != Recursion::Keep;
            filters.fold_recursion = if on { Recursion::Keep } else { Recursion::Any };
        });
    }
    if switch(ui, filters.fold_modules != Modules::Keep, "Fold modules", "Calls within a module are one frame, the way into it") {
        change(&|filters| {
            let on = filters.fold_modules != Modules::Keep;
            filters.fold_modules = if on { Modules::Keep } else { Modules::All };
        });
    }
}

/// A switch with its words beside it; whether it was clicked.
fn switch(ui: &mut Ui, on: bool, words: &str, why: &str) -> bool {
    let row = ui.horizontal(|ui| {
        let clicked = toggle(ui, words, on).clicked();
        ui.label(RichText::new(words).color(palette(ui).text)).on_hover_text(why);
        clicked
    });
    row.inner
}

/// What counts as one row.
pub fn grouping(shown: &Shown, ui: &mut Ui, view: View) {
    let asked = &shown.view.asked;
    let list = ComboBox::from_id_salt("grouping").width(84.0).selected_text(asked.grouping.name()).show_ui(ui, |ui| {
        for grouping in Grouping::ALL {
            if ui.selectable_label(grouping == asked.grouping, grouping.name()).clicked() {
                ask(view, Asked { grouping, ..asked.clone() });
            }
        }
    });
    list.response.accessible_name("Group by").on_hover_text("What is one box and one row");
}

/// The choice of a thread, where there are several.
pub fn threads(shown: &Shown, ui: &mut Ui, view: View) {
    let (whole, asked) = (&shown.view.whole, &shown.view.asked);
    if whole.threads.len() < 2 {
        return;
    }
    let label = match asked.filters.threads.as_slice() {
        [] => "All threads".to_owned(),
        [one] => cut_name(&whole.thread_label(*one), 24),
        more => format::counted(more.len() as u64, "thread", "threads"),
    };
    let choose = |threads: Vec<ThreadId>| ask(view, asked.with(|filters| filters.threads = threads));
    let list = ComboBox::from_id_salt("threads").width(110.0).selected_text(label).show_ui(ui, |ui| {
        if ui.selectable_label(asked.filters.threads.is_empty(), "All threads").clicked() {
            choose(Vec::new());
        }
        // Busiest first; adding them up goes over all samples once, while the list is open.
        let mut totals: Vec<(usize, i64)> = shown.thread_totals().iter().copied().enumerate().collect();
        totals.sort_by_key(|(_, total)| std::cmp::Reverse(*total));
        for (row, total) in totals.into_iter().take(MOST_THREADS) {
            let thread = ThreadId(row as u32);
            let words = format!("{} · {}", cut_name(&whole.thread_label(thread), NAME), shown.view.share(total));
            if ui.selectable_label(asked.filters.threads == [thread], words).clicked() {
                choose(vec![thread]);
            }
        }
    });
    list.response.accessible_name("Thread").on_hover_text("Whose samples are shown");
}

/// What is asked for, each with a cross, and how much of the whole is in sight; nothing when it is everything.
pub fn chips(shown: &Shown, ui: &mut Ui, view: View) {
    let (asked, filters) = (&shown.view.asked, &shown.view.asked.filters);
    if filters.is_everything() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let without = |change: &dyn Fn(&mut Filters)| asked.with(change);
        for (words, then) in [
            (threads_words(shown), without(&|filters| filters.threads.clear())),
            (filters.range_ns.map(range_words), without(&|filters| filters.range_ns = None)),
            (filters.hide_system.then(|| "Without system code".into()), without(&|filters| filters.hide_system = false)),
            (
                (filters.fold_recursion != Recursion::Keep).then(|| "Recursion folded".into()),
                without(&|filters| filters.fold_recursion = Recursion::Keep),
            ),
            (
                (filters.fold_modules != Modules::Keep).then(|| "Modules folded".into()),
                without(&|filters| filters.fold_modules = Modules::Keep),
            ),
        ] {
            words.into_iter().for_each(|words| chip(ui, view, &words, &then));
        }
        for part in Part::ALL {
            if let Some(pattern) = part.of(&mut filters.clone()) {
                let words = format!("{}: {}", part.title(), cut_name(pattern.as_str(), NAME));
                chip(ui, view, &words, &without(&|filters| *part.of(filters) = None));
            }
        }
        if let Some(words) = shown.view.in_sight_words() {
            ui.label(muted(ui, words).size(SMALL)).on_hover_text("What is shown, of the whole profile");
        }
    });
}

fn threads_words(shown: &Shown) -> Option<String> {
    match shown.view.asked.filters.threads.as_slice() {
        [] => None,
        [one] => Some(format!("Thread: {}", cut_name(&shown.view.whole.thread_label(*one), NAME))),
        more => Some(format::counted(more.len() as u64, "thread", "threads")),
    }
}

/// A stretch of time in seconds.
fn range_words((from, to): (i64, i64)) -> String {
    format!("{} s to {} s", format::grouped(from as f64 / 1e9, 3), format::grouped(to as f64 / 1e9, 3))
}

fn chip(ui: &mut Ui, view: View, words: &str, then: &Asked) {
    let palette = palette(ui);
    let fill = palette.accent.lerp_to_gamma(Color32::TRANSPARENT, 0.85);
    let frame = Frame::new().fill(fill).stroke(Stroke::new(1.0, palette.line)).corner_radius(CONTROL_RADIUS);
    frame.inner_margin(Margin::symmetric(6, 0)).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(words).size(12.5).color(palette.text));
            if icon_button(ui, icons::X, &format!("No longer: {words}")).clicked() {
                ask(view, then.clone());
            }
        });
    });
}

/// Asks for something else of the profile.
pub fn ask(view: View, asked: Asked) {
    view.commands.send(Command::Profiles(ProfilesCommand::Ask(Box::new(asked))));
}

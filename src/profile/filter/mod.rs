//! What part of a profile is looked at: some threads, a stretch of time, some functions, frames put together.
//!
//! [`Filters`] is a plain value that can be kept, compared and shown as breadcrumbs; [`Filters::apply`] makes a profile of it again, so
//! that every view works on the part as on the whole. Tables are shared with the whole; only samples, and stacks where frames go away,
//! are made anew, in one pass.
//!
//! Order: threads and time choose samples; `focus` and `ignore` choose among these by the stacks as they are; then `hide`, `show`,
//! `hide_system` take frames away, then `show_from`; what is left is folded, first recursion, then modules. The five patterns do what
//! `go tool pprof` does with its options of the same names
//! (<https://github.com/google/pprof/blob/main/profile/filter.go>, <https://github.com/google/pprof/blob/main/internal/driver/driver_focus.go>).

mod apply;
mod fold;
mod marks;
mod pattern;
mod stacks;
mod system;
#[cfg(test)]
mod tests;

pub use pattern::{Pattern, PatternError};

use super::model::ThreadId;

/// What part of a profile is looked at. The default is everything.
///
/// A pattern is held against the name of a function, its source file and the binary it lies in. An address with all that was inlined
/// there is one place, as in pprof: it matches when any of its functions does. Of a frame of which only the binary is known a regular
/// expression sees only the binary, and `show` by expression hides it, as in pprof; plain text sees the name that is shown for it, too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// What these threads did; all of them when empty. Counters and markers of others, or of none, are left out.
    pub threads: Vec<ThreadId>,
    /// From the first to before the second, in nanoseconds from the beginning of measuring: samples taken or begun then, values of
    /// counters taken then, markers that last into it. Samples that tell no time are left out. [`super::Profile::time_span`] is all.
    pub range_ns: Option<(i64, i64)>,
    /// Samples with a matching frame.
    pub focus: Option<Pattern>,
    /// Not samples with a matching frame, even where `focus` matches too.
    pub ignore: Option<Pattern>,
    /// Takes matching frames away; what was measured in them is their callers'. Samples of which nothing is left go.
    pub hide: Option<Pattern>,
    /// Takes all other frames away, in the same way.
    pub show: Option<Pattern>,
    /// Takes away what lies above the outermost matching frame, and samples without one.
    pub show_from: Option<Pattern>,
    /// Takes the system's frames away as `hide` does: kernels, runtimes, system libraries, as `assets/filters/system.txt` lists them.
    pub hide_system: bool,
    /// Makes recursion one frame.
    pub fold_recursion: Recursion,
    /// Makes neighbours of one module one frame.
    pub fold_modules: Modules,
}

/// Which recursion is folded. Functions are the same when name and file are. The innermost frame stays, so that what was measured in a
/// function itself remains there, with its line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Recursion {
    /// None.
    #[default]
    Keep,
    /// A function that calls itself: A → A → A → B becomes A → B. Figures of all functions stay. "Collapse direct recursion" in the Firefox
    /// Profiler.
    Direct,
    /// A function that is called again, whatever lies between: A → B → A → C becomes A → C. Self stays; what lies between loses its part
    /// of the total. "Collapse recursion" in the Firefox Profiler, done for every function from the outermost on.
    Any,
}

/// Which modules are folded: the outermost of neighbouring frames stays, as the entry into the module, and has all that was measured in
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Modules {
    /// None.
    #[default]
    Keep,
    /// Every module, as [`super::Grouping::Module`] tells them.
    All,
    /// Neighbours that match the same of these, by function, file or binary.
    Like(Vec<Pattern>),
}

impl Filters {
    /// Whether everything is looked at.
    pub fn is_everything(&self) -> bool {
        let folds = self.fold_recursion != Recursion::Keep || self.folds_modules();
        self.threads.is_empty() && self.range_ns.is_none() && !self.has_patterns() && !self.hide_system && !folds
    }

    /// The five patterns with pprof's names for them.
    pub fn patterns(&self) -> [(&'static str, Option<&Pattern>); 5] {
        [
            ("focus", self.focus.as_ref()),
            ("ignore", self.ignore.as_ref()),
            ("hide", self.hide.as_ref()),
            ("show", self.show.as_ref()),
            ("show_from", self.show_from.as_ref()),
        ]
    }

    /// What is asked for, as pairs of a name and a value: for breadcrumbs and JSON. Times are in seconds. Empty when everything is looked at.
    pub fn told(&self, profile: &super::Profile) -> Vec<(&'static str, String)> {
        let mut told = Vec::new();
        if !self.threads.is_empty() {
            told.push(("threads", self.threads.iter().map(|&thread| profile.thread_label(thread)).collect::<Vec<_>>().join(", ")));
        }
        if let Some((from, to)) = self.range_ns {
            let seconds = |ns: i64| ns as f64 / 1e9;
            let range = match (from, to) {
                (i64::MIN, to) => format!("to {} s", seconds(to)),
                (from, i64::MAX) => format!("from {} s", seconds(from)),
                (from, to) => format!("{}–{} s", seconds(from), seconds(to)),
            };
            told.push(("range", range));
        }
        told.extend(self.patterns().into_iter().filter_map(|(name, pattern)| Some((name, pattern?.as_str().to_owned()))));
        if self.hide_system {
            told.push(("hide_system", "yes".to_owned()));
        }
        match self.fold_recursion {
            Recursion::Keep => {}
            Recursion::Direct => told.push(("fold_recursion", "direct".to_owned())),
            Recursion::Any => told.push(("fold_recursion", "any".to_owned())),
        }
        match &self.fold_modules {
            Modules::Keep => {}
            Modules::All => told.push(("fold_modules", "all".to_owned())),
            Modules::Like(like) => told.push(("fold_modules", like.iter().map(Pattern::as_str).collect::<Vec<_>>().join(", "))),
        }
        told
    }

    fn has_patterns(&self) -> bool {
        self.patterns().iter().any(|(_, pattern)| pattern.is_some())
    }

    fn folds_modules(&self) -> bool {
        match &self.fold_modules {
            Modules::Keep => false,
            Modules::All => true,
            Modules::Like(like) => !like.is_empty(),
        }
    }

    /// Whether stacks lose frames, not only samples.
    fn changes_stacks(&self) -> bool {
        let hides = self.hide.is_some() || self.show.is_some() || self.show_from.is_some() || self.hide_system;
        hides || self.fold_recursion != Recursion::Keep || self.folds_modules()
    }
}

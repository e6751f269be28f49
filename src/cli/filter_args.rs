//! The options of `profile` that say what part of it is looked at.

use clap::Args;

use crate::jobs::{Failure, JobError};
use crate::operations::{self, Asked};
use crate::profile::{Filters, Grouping, Modules, Pattern, Profile, Recursion};

/// Groupings that are offered by name.
const GROUPINGS: [Grouping; 5] = [Grouping::Name, Grouping::File, Grouping::Line, Grouping::Module, Grouping::Binary];

/// What part of a profile is looked at, as typed.
#[derive(Clone, Debug, Args)]
pub struct FilterArgs {
    /// Only what this thread did: its name or its number
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub thread: Option<String>,
    /// Only samples from this second of measuring on
    #[arg(long, value_name = "SECONDS", value_parser = moment, allow_hyphen_values = true)]
    pub from: Option<i64>,
    /// Only samples before this second of measuring
    #[arg(long, value_name = "SECONDS", value_parser = moment, allow_hyphen_values = true)]
    pub to: Option<i64>,
    /// Only samples with a function, file or library that matches this regular expression, as in pprof
    #[arg(long, value_name = "REGEX", value_parser = Pattern::regex)]
    pub focus: Option<Pattern>,
    /// Not samples with a match
    #[arg(long, value_name = "REGEX", value_parser = Pattern::regex)]
    pub ignore: Option<Pattern>,
    /// Take matching functions out of the stacks; what was measured in them counts for their callers
    #[arg(long, value_name = "REGEX", value_parser = Pattern::regex)]
    pub hide: Option<Pattern>,
    /// Take all other functions out of the stacks
    #[arg(long, value_name = "REGEX", value_parser = Pattern::regex)]
    pub show: Option<Pattern>,
    /// Begin stacks at the outermost match, and leave out those without one
    #[arg(long, value_name = "REGEX", value_parser = Pattern::regex)]
    pub show_from: Option<Pattern>,
    /// Take kernels, runtimes and system libraries out of the stacks
    #[arg(long)]
    pub hide_system: bool,
    /// Make recursion one call: direct (a function that calls itself) or any (whatever lies between)
    #[arg(long, value_name = "direct|any", value_parser = recursion)]
    pub fold_recursion: Option<Recursion>,
    /// Make calls within a module one call
    #[arg(long)]
    pub fold_modules: bool,
    /// What counts as one row and one box: function, file, line, module or binary
    #[arg(long, value_name = "NAME", default_value = "function", value_parser = grouping)]
    pub group: Grouping,
}

impl FilterArgs {
    /// What is asked of this profile. `file` is its name, for messages.
    ///
    /// # Errors
    /// When it does not have such a thread, or tells no times and some are asked for.
    pub fn asked(&self, profile: &Profile, sample_type: Option<usize>, file: &str) -> Result<Asked, JobError> {
        let range_ns = self.range_ns();
        if range_ns.is_some() && profile.samples.time_ns.is_empty() {
            let message = format!("{file} does not say when its samples were taken.");
            return Err(Failure::new(message, "Leave --from and --to out.").into());
        }
        Ok(Asked { sample_type, filters: Filters { range_ns, ..self.filters(profile, file)? }, grouping: self.group })
    }

    /// What is asked of two profiles that were put together; the seconds of each were cut out before. `file` is a name for messages.
    ///
    /// # Errors
    /// When neither has such a thread.
    pub fn asked_of_both(&self, merged: &Profile, file: &str) -> Result<Asked, JobError> {
        Ok(Asked { sample_type: None, filters: self.filters(merged, file)?, grouping: self.group })
    }

    /// The seconds asked for, as nanoseconds.
    pub fn range_ns(&self) -> Option<(i64, i64)> {
        (self.from.is_some() || self.to.is_some()).then_some((self.from.unwrap_or(i64::MIN), self.to.unwrap_or(i64::MAX)))
    }

    /// All but the seconds.
    fn filters(&self, profile: &Profile, file: &str) -> Result<Filters, JobError> {
        let threads = self.thread.as_ref().map(|thread| operations::threads_wanted(profile, thread, file)).transpose()?;
        let given = |pattern: &Option<Pattern>| pattern.clone().filter(|pattern| !pattern.as_str().is_empty());
        Ok(Filters {
            threads: threads.unwrap_or_default(),
            range_ns: None,
            focus: given(&self.focus),
            ignore: given(&self.ignore),
            hide: given(&self.hide),
            show: given(&self.show),
            show_from: given(&self.show_from),
            hide_system: self.hide_system,
            fold_recursion: self.fold_recursion.unwrap_or_default(),
            fold_modules: if self.fold_modules { Modules::All } else { Modules::Keep },
        })
    }
}

/// Seconds as nanoseconds.
fn moment(text: &str) -> Result<i64, String> {
    let seconds: f64 = text.parse().map_err(|_| "give a number of seconds".to_owned())?;
    if seconds.is_finite() { Ok((seconds * 1e9).round() as i64) } else { Err("give a number of seconds".into()) }
}

fn recursion(text: &str) -> Result<Recursion, String> {
    match text {
        "direct" => Ok(Recursion::Direct),
        "any" => Ok(Recursion::Any),
        _ => Err("give direct or any".into()),
    }
}

fn grouping(text: &str) -> Result<Grouping, String> {
    let names = || GROUPINGS.map(Grouping::id).join(", ");
    GROUPINGS.into_iter().find(|grouping| grouping.id() == text).ok_or_else(|| format!("give one of {}", names()))
}

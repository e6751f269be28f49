//! What a profile shows, in a sentence that is true of it.

use std::fmt::Write;

use super::super::groups::Groups;
use super::super::model::Profile;
use super::super::top::{Top, TopRow};
use super::super::units::{self, is_bytes, is_time, percent};

/// Below this share of the profile a function is not worth naming, in percent.
const WORTH_NAMING: f64 = 5.0;
/// Fewer samples than this say little.
const FEW_SAMPLES: i64 = 100;

/// What is measured: `the time`, `the memory`, else the sample type's name.
pub(super) fn subject(profile: &Profile, sample_type: usize) -> String {
    match profile.sample_type(sample_type) {
        (_, unit) if is_time(unit) => "the time".into(),
        (_, unit) if is_bytes(unit) => "the memory".into(),
        ("sample", _) => "all samples".into(),
        (name, _) if name.ends_with("samples") => "all samples".into(),
        ("", _) => "all values".into(),
        (name, _) => format!("all {name}"),
    }
}

/// How a value came about in a function itself.
fn verb(profile: &Profile, sample_type: usize) -> &'static str {
    match profile.sample_type(sample_type) {
        (_, unit) if is_time(unit) => "is spent",
        (_, unit) if is_bytes(unit) => "is allocated",
        _ => "is",
    }
}

/// One or two sentences: where most of it is, and which function holds it with all it calls.
pub fn summary(profile: &Profile, groups: &Groups, top: &Top, sample_type: usize) -> String {
    let subject = subject(profile, sample_type);
    if top.total == 0 {
        return "Nothing was measured: all values are 0.".into();
    }
    let verb = verb(profile, sample_type);
    let name = |row: &TopRow| groups.name(profile, row.group);
    let share = |value: i64| percent(top.percent(value));
    let leaf = top.rows.first().filter(|row| top.percent(row.self_value) >= WORTH_NAMING);
    let holder = holder(top);
    let mut text = match (leaf, holder) {
        (Some(leaf), Some(holder)) if leaf.group == holder.group => {
            format!(
                "{} holds {} of {subject}; {} {verb} in it itself.",
                name(leaf),
                share(leaf.total_value),
                share(leaf.self_value)
            )
        }
        (Some(leaf), Some(holder)) => format!(
            "{} holds {} of {subject}; {} {verb} in {} itself.",
            name(holder),
            share(holder.total_value),
            share(leaf.self_value),
            name(leaf)
        ),
        (Some(leaf), None) => format!("{} of {subject} {verb} in {} itself.", share(leaf.self_value), name(leaf)),
        (None, Some(holder)) => format!(
            "{} holds {} of {subject}, spread over what it calls: no function itself has more than {}.",
            name(holder),
            share(holder.total_value),
            share(top.rows.first().map_or(0, |row| row.self_value))
        ),
        (None, None) => {
            format!("No function stands out: none of the {} that were seen takes 5 % of {subject} itself.", top.rows.len())
        }
    };
    if let Some(count) = profile.sample_count().filter(|&count| count < FEW_SAMPLES) {
        let _ = write!(text, " Only {} samples were taken, so take these figures as a hint.", units::thousands(count));
    }
    text
}

/// The function with the largest total that is not merely where everything begins: at most 98 % of the whole, at least 5 %.
fn holder(top: &Top) -> Option<&TopRow> {
    let candidates = top.rows.iter().filter(|row| (WORTH_NAMING..98.0).contains(&top.percent(row.total_value)));
    candidates.max_by_key(|row| (row.total_value, row.self_value))
}

#[cfg(test)]
mod tests {
    use super::super::super::groups::Grouping;
    use super::super::super::read::testing::folded;
    use super::*;

    fn words(text: &str) -> String {
        let profile = folded(text);
        let groups = Groups::new(&profile, Grouping::Name);
        summary(&profile, &groups, &Top::new(&profile, &groups, 0), 0)
    }

    #[test]
    fn names_the_holder_and_the_leaf() {
        let text = words("main;main.next;time.Now 34\nmain;main.next 2\nmain;other 4\n");
        let hint = " Only 40 samples were taken, so take these figures as a hint.";
        assert_eq!(text, format!("main.next holds 90.0 % of all samples; 85.0 % is in time.Now itself.{hint}"));
        let alone = words("main;spin 90\nmain;x 10\n");
        assert!(alone.starts_with("spin holds 90.0 % of all samples; 90.0 % is in it itself."), "{alone}");
    }

    #[test]
    fn says_so_when_nothing_stands_out_or_was_measured() {
        let even: String = (0..200).map(|n| format!("f{n} 1\n")).collect();
        assert_eq!(words(&even), "No function stands out: none of the 200 that were seen takes 5 % of all samples itself.");
        assert_eq!(words("a;b 0\n"), "Nothing was measured: all values are 0.");
    }
}

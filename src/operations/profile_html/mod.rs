//! A profile as a page of one file that can be mailed: what it shows in words, the flame graph both ways, the top table, the call tree, its
//! threads, and what changed against a base. It is searched and zoomed in a browser; without a script it still has figures and picture.
//!
//! `parts` and `tables` have the sections, `changes` is what a comparison hands over; [`crate::report::html`] writes the page.

mod changes;
mod parts;
mod tables;

use std::collections::HashMap;
use std::time::SystemTime;

pub(super) use changes::change_percent;
pub use changes::{Change, Changes, Shaded, Verdict};

use crate::jobs::{Cancel, JobError, Progress};
use crate::profile::{NodeId, Shape, Tree};
use crate::report::FlameTree;
use crate::report::html::Html;

use super::ProfileView;
use super::profile_flame::{Steps, flame_tree};

/// What a page on a profile tells beside the profile itself.
#[derive(Clone, Copy, Debug)]
pub struct ProfilePage<'a> {
    /// Name of the file, without its folders: the page goes to others.
    pub file: &'a str,
    /// Which part of the file is shown, in words, such as `only thread worker`; empty for all of it.
    pub part: &'a str,
    /// What changed against a base, when one is compared.
    pub changes: Option<&'a Changes>,
    /// Calls of both profiles for a differential flame graph: from where stacks begin, and inverted. Without it the boxes of the profile
    /// itself take their functions' colours from `changes`.
    pub calls: Option<[Shaded<'a>; 2]>,
    /// The moment that the page tells of itself.
    pub made: SystemTime,
}

/// What the sections are made from.
struct Made<'a> {
    view: &'a ProfileView,
    about: &'a ProfilePage<'a>,
    /// Calls from where stacks begin.
    down: FlameTree,
    /// Calls from what was running.
    up: FlameTree,
}

/// The page on the sample type that `view` shows.
///
/// # Errors
/// When cancelled.
pub fn profile_html(view: &ProfileView, about: &ProfilePage<'_>, cancel: &Cancel, progress: &Progress) -> Result<String, JobError> {
    progress.phase("Writing the page", 0);
    let made =
        Made { view, about, down: calls(view, about, Shape::TopDown, cancel)?, up: calls(view, about, Shape::BottomUp, cancel)? };
    cancel.check()?;
    Ok(Html::profile_page(&format!("{}: profile", about.file), |html| {
        parts::head(html, &made);
        html.node("aside", &[], |html| {
            parts::words(html, &made);
            tables::threads(html, &made);
            parts::warnings(html, &made);
        });
        html.node("div", &[("class", "views")], |html| {
            parts::flame(html, &made);
            tables::changes(html, &made);
            tables::top(html, &made);
            parts::tree(html);
        });
        parts::foot(html, &made);
        html.calls("down", &made.down);
        html.calls("up", &made.up);
    }))
}

/// The calls in one order, with how they changed.
fn calls(view: &ProfileView, about: &ProfilePage<'_>, shape: Shape, cancel: &Cancel) -> Result<FlameTree, JobError> {
    if let Some([down, up]) = about.calls {
        let of = if shape == Shape::TopDown { down } else { up };
        return flame_tree(
            view,
            of.tree,
            NodeId::ROOT,
            Some(Steps { step: &|node| of.step(node), by: Some(of.difference) }),
            cancel,
        );
    }
    let made;
    let tree = match (&view.tree, shape) {
        (Some(tree), Shape::TopDown) => tree,
        _ => {
            made = Tree::of_shape(&view.profile, &view.groups, view.sample_type, shape, cancel)?;
            &made
        }
    };
    let Some(changes) = about.changes else { return flame_tree(view, tree, NodeId::ROOT, None, cancel) };
    let steps: HashMap<&str, i8> = changes.rows.iter().map(|row| (row.name.as_str(), row.step())).collect();
    let step = |node| if node == NodeId::ROOT { 0 } else { steps.get(view.name(tree.group(node))).copied().unwrap_or(0) };
    flame_tree(view, tree, NodeId::ROOT, Some(Steps { step: &step, by: None }), cancel)
}

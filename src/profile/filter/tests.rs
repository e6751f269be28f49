//! Filters on hand-made profiles.

use std::sync::Arc;

use super::super::graph::CallGraph;
use super::super::model::{Mapping, MappingId, Profile};
use super::super::read::testing::folded;
use super::super::strings::Interner;
use super::super::{StringId, write};
use super::*;
use crate::jobs::Cancel;

/// Folded lines of what is left, in the order of the samples.
fn left(filters: &Filters, profile: &Profile) -> Vec<String> {
    let part = filters.apply(profile, &Cancel::new()).expect("not cancelled");
    let name = |frame: &super::super::FrameId| part.function_name(part.frames.function[frame.0 as usize]).to_owned();
    let lines = part
        .samples
        .iter(0)
        .map(|(stack, value)| format!("{} {value}", part.stacks.get(stack).iter().map(name).collect::<Vec<_>>().join(";")));
    lines.collect()
}

fn regex(text: &str) -> Option<Pattern> {
    Some(Pattern::regex(text).expect("valid"))
}

fn fold(recursion: Recursion, text: &str) -> Vec<String> {
    left(&Filters { fold_recursion: recursion, ..Filters::default() }, &folded(text))
}

#[test]
fn direct_recursion_is_one_frame() {
    assert_eq!(fold(Recursion::Direct, "a;a;a 1\na;a;b;b;a 2\na;b;a;b 4\n"), ["a 1", "a;b;a 2", "a;b;a;b 4"]);
    assert_eq!(fold(Recursion::Keep, "a;a 1\n"), ["a;a 1"]);
}

#[test]
fn any_recursion_goes_back_to_the_outermost_call() {
    let text = "a;a;a 1\na;b;a;c 2\na;b;c;b;d 4\na;b;c;a;b;c 8\na;b;c;d 16\na;b;a;b;a 32\n";
    assert_eq!(fold(Recursion::Any, text), ["a 1", "a;c 2", "a;b;d 4", "a;b;c 8", "a;b;c;d 16", "a 32"]);
}

#[test]
fn the_innermost_frame_of_a_recursion_stays_with_its_line() {
    let mut profile = folded("a;b 1\n");
    let frames = Arc::make_mut(&mut profile.frames);
    let again = frames.push(frames.function[0], 77, 0, false).expect("room");
    let mut stacks = super::super::StacksBuilder::default();
    [super::super::FrameId(0), again].into_iter().for_each(|frame| stacks.push(frame));
    profile.samples.stack = vec![stacks.finish_stack().expect("room")];
    profile.stacks = stacks.finish().into();
    for recursion in [Recursion::Direct, Recursion::Any] {
        let part =
            Filters { fold_recursion: recursion, ..Filters::default() }.apply(&profile, &Cancel::new()).expect("not cancelled");
        assert_eq!(part.stacks.get(part.samples.stack[0]), [again]);
    }
}

#[test]
fn neighbours_of_a_module_become_its_entry() {
    let profile = folded("main.run;json.read;json.number;main.check;json.read 1\nmain.run;main.check;io.read 2\n");
    let all = left(&Filters { fold_modules: Modules::All, ..Filters::default() }, &profile);
    assert_eq!(all, ["main.run;json.read;main.check;json.read 1", "main.run;io.read 2"]);
    let like = Modules::Like(vec![Pattern::text("json."), Pattern::text("check")]);
    let like = left(&Filters { fold_modules: like, ..Filters::default() }, &profile);
    assert_eq!(like, ["main.run;json.read;main.check;json.read 1", "main.run;main.check;io.read 2"]);
    assert!(Filters { fold_modules: Modules::Like(vec![]), ..Filters::default() }.is_everything());
}

#[test]
fn hidden_system_code_counts_for_its_callers() {
    let profile =
        folded("_start;__libc_start_main;main;work;runtime.mallocgc 3\nmain;work;[libc.so.6] 2\nruntime.gcBgMarkWorker 9\n");
    let shown = left(&Filters { hide_system: true, ..Filters::default() }, &profile);
    assert_eq!(shown, ["main;work 3", "main;work 2"]);
}

#[test]
fn text_finds_the_shown_name_and_expressions_what_pprof_knows() {
    let mut profile = folded("main;[libz.so] 3\nmain 1\n");
    let mut texts = Interner::default();
    (0..profile.strings.len() as u32).for_each(|row| {
        texts.intern(profile.strings.get(StringId(row)));
    });
    let file = texts.intern("/lib/libz.so").expect("room");
    profile.strings = texts.finish().into();
    profile.mappings = vec![Mapping { file, ..Mapping::default() }];
    let frames = Arc::make_mut(&mut profile.frames);
    let nameless = |row: &usize| profile.functions.name[*row] != profile.functions.name[0];
    frames.mapping = (0..2).map(|row| if nameless(&row) { MappingId(0) } else { MappingId::NONE }).collect();
    let focus = |pattern| left(&Filters { focus: pattern, ..Filters::default() }, &profile).len();
    assert_eq!(
        [regex("^\\[libz"), regex("libz"), Some(Pattern::text("[LIBZ")), Some(Pattern::exact("[libz.so]"))].map(focus),
        [0, 1, 1, 1]
    );
    let show = |pattern| left(&Filters { show: pattern, ..Filters::default() }, &profile);
    assert_eq!(show(regex("libz")), Vec::<String>::new());
    assert_eq!(show(Some(Pattern::text("libz"))), ["[libz.so] 3"]);
}

#[test]
fn what_was_inlined_is_one_place_as_in_pprof() {
    // outer with inner inlined at one address, called by main and by itself.
    let mut profile = folded("main;outer;inner 5\nmain;inner;outer;inner 2\n");
    let frames = Arc::make_mut(&mut profile.frames);
    for row in 0..3 {
        let name = profile.strings.get(profile.functions.name[frames.function[row].0 as usize]);
        frames.address[row] = if name == "main" { 1 } else { 2 };
        frames.inlined[row] = name == "inner";
    }
    let from = |text: &str| left(&Filters { show_from: regex(text), ..Filters::default() }, &profile);
    // pprof cuts the place of outer and inner down to inner wherever it is.
    assert_eq!(from("inner"), ["inner 5", "inner;inner 2"]);
    assert_eq!(from("main|inner"), ["main;inner 5", "main;inner;inner 2"]);
    assert_eq!(from("outer"), ["outer;inner 5", "outer;inner 2"]);
    let hidden = Filters { hide: regex("inner"), show_from: regex("inner"), ..Filters::default() };
    assert_eq!(left(&hidden, &profile), Vec::<String>::new());
}

#[test]
fn exact_figures_go_and_unknown_names_are_told() {
    let mut profile = folded("a;b 5\n");
    profile.graph = Some(CallGraph::default());
    let part = Filters { hide: regex("zzz"), ..Filters::default() }.apply(&profile, &Cancel::new()).expect("not cancelled");
    assert!(part.graph.is_none());
    assert_eq!(part.warnings.len(), 2, "{:?}", part.warnings);
    assert_eq!(part.warnings[1], "Nothing in this profile is named like “zzz” (hide).");
    assert!(write::pprof_bytes(&part).is_ok());
}

#[test]
fn what_is_asked_can_be_told() {
    let profile = folded("a 1\n");
    let filters = Filters {
        range_ns: Some((1_500_000_000, 20_000_000_000)),
        show_from: regex("a"),
        fold_recursion: Recursion::Any,
        fold_modules: Modules::Like(vec![Pattern::text("x"), Pattern::text("y")]),
        ..Filters::default()
    };
    let told: Vec<String> = filters.told(&profile).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(told, ["range=1.5–20 s", "show_from=a", "fold_recursion=any", "fold_modules=x, y"]);
    let range = |range_ns| Filters { range_ns: Some(range_ns), ..Filters::default() }.told(&profile).remove(0).1;
    assert_eq!([range((i64::MIN, 2_000_000_000)), range((2_000_000_000, i64::MAX))], ["to 2 s", "from 2 s"]);
    assert_eq!(Filters::default().told(&profile), []);
}

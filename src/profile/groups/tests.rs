//! Groupings by hand-made tables.

use std::sync::Arc;

use super::super::graph::CallGraph;
use super::super::model::{Mapping, MappingId};
use super::super::read::testing::folded;
use super::super::top::Top;
use super::*;

/// Self, total and name of each row.
fn rows(profile: &Profile, grouping: Grouping) -> Vec<(i64, i64, String)> {
    let groups = Groups::new(profile, grouping);
    let top = Top::new(profile, &groups, 0);
    top.rows.iter().map(|row| (row.self_value, row.total_value, groups.name(profile, row.group).to_owned())).collect()
}

fn row(own: i64, total: i64, name: &str) -> (i64, i64, String) {
    (own, total, name.to_owned())
}

/// `main` calls `json::read`, that calls `json::number` and `memcpy`; files, lines and binaries are told of some.
fn profile() -> Profile {
    let mut profile = folded("main;json::read;json::number 5\nmain;json::read;memcpy 3\nmain 1\n[libc.so.6] 2\n");
    let mut texts = Interner::default();
    for row in 0..profile.strings.len() as u32 {
        texts.intern(profile.strings.get(StringId(row)));
    }
    let [file, libc] = ["src/json.rs", "/lib/libc.so.6"].map(|text| texts.intern(text).expect("room"));
    let functions = Arc::make_mut(&mut profile.functions);
    let frames = Arc::make_mut(&mut profile.frames);
    frames.mapping = vec![MappingId::NONE; frames.function.len()];
    for (row, name) in functions.name.iter().enumerate() {
        match profile.strings.get(*name) {
            name if name.starts_with("json") => functions.file[row] = file,
            "memcpy" | "[libc.so.6]" => frames.mapping[row] = MappingId(0),
            _ => {}
        }
        frames.line[row] = 10;
        frames.address[row] = if row == 0 { 0 } else { 0x40 };
    }
    profile.mappings = vec![Mapping { file: libc, ..Mapping::default() }];
    profile.strings = texts.finish().into();
    profile
}

#[test]
fn files_modules_and_binaries_add_up_their_functions() {
    let profile = profile();
    assert_eq!(rows(&profile, Grouping::File), [row(5, 5, "[libc.so.6]"), row(5, 8, "src/json.rs"), row(1, 9, "<unknown>")]);
    assert_eq!(rows(&profile, Grouping::Module), [row(5, 8, "json"), row(5, 5, "libc.so.6"), row(1, 9, "main")]);
    assert_eq!(rows(&profile, Grouping::Binary), [row(6, 9, "(binary not told)"), row(5, 5, "libc.so.6")]);
}

#[test]
fn lines_and_addresses_have_names_of_their_own() {
    let profile = profile();
    let names = |grouping| rows(&profile, grouping).into_iter().map(|(_, _, name)| name).collect::<Vec<_>>();
    assert_eq!(names(Grouping::Line), ["json::number:10", "memcpy:10", "[libc.so.6]:10", "main:10", "json::read:10"]);
    assert!(names(Grouping::Address).contains(&"0x40 memcpy".to_owned()));
    let groups = Groups::new(&profile, Grouping::Line);
    assert_eq!(groups.line(&profile, GroupId(0)), Some(10));
    let modules = Groups::new(&profile, Grouping::Module);
    assert_eq!((modules.file(&profile, GroupId(0)), modules.line(&profile, GroupId(0))), ("", None));
}

#[test]
fn exact_self_adds_up_and_total_is_exact_for_one_function_only() {
    let mut profile = profile();
    let figure = |name: &str, of: [i64; 5]| {
        let names = ["main", "json::read", "json::number", "memcpy", "[libc.so.6]"];
        names.iter().position(|known| *known == name).map_or(0, |row| of[row])
    };
    let column = |of: [i64; 5]| profile.functions.name.iter().map(|id| figure(profile.strings.get(*id), of)).collect::<Vec<_>>();
    let (own, total) = (column([10, 20, 50, 30, 7]), column([110, 100, 50, 30, 7]));
    profile.graph = Some(CallGraph { own: vec![own], total: vec![total], ..CallGraph::default() });
    assert_eq!(rows(&profile, Grouping::Name)[0], row(50, 50, "json::number"));
    // json is two functions: its total is the stacks' 8, raised to what is known to be its own. libc is two as well.
    assert_eq!(rows(&profile, Grouping::Module), [row(70, 70, "json"), row(37, 37, "libc.so.6"), row(10, 110, "main")]);
    // By line all of it is estimated.
    assert_eq!(rows(&profile, Grouping::Line)[0], row(5, 5, "json::number:10"));
}

#[test]
fn the_module_is_the_package_namespace_class_or_library() {
    for (name, expected) in [
        ("encoding/json.(*Decoder).Decode", "encoding/json"),
        ("serde_json::de::from_str<T>", "serde_json::de"),
        ("java/util/HashMap.get", "java/util/HashMap"),
        ("ntdll!Wait", "ntdll"),
        ("main", "main"),
    ] {
        assert_eq!(module(name), expected, "{name}");
    }
}

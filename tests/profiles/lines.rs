//! Figures of source lines against `go tool pprof`, and the source text beside them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tachograph::jobs::Cancel;
use tachograph::operations::{Source, SourcePlaces, SourceText, profile_source};
use tachograph::profile::{GroupId, Grouping, Groups, Lines, Profile, StringId};

fn profile() -> (Profile, Groups, usize) {
    let profile = crate::profiles::open(&crate::profiles::data("lines/cpu.pb.gz"));
    let groups = Groups::new(&profile, Grouping::Name);
    let cpu = crate::profiles::sample_type(&profile, "cpu");
    (profile, groups, cpu)
}

fn of_group(profile: &Profile, groups: &Groups, cpu: usize, group: GroupId) -> Lines {
    Lines::of_group(profile, groups, cpu, group, &Cancel::new()).expect("not cancelled")
}

fn named(profile: &Profile, groups: &Groups, name: &str) -> GroupId {
    (0..groups.len() as u32).map(GroupId).find(|&group| groups.name(profile, group) == name).expect("a function")
}

/// A figure as pprof writes it: `120000000ns`, `.` or `0` for nothing.
fn figure(text: &str) -> i64 {
    if text == "." { 0 } else { text.trim_end_matches("ns").parse().expect("a figure") }
}

fn read(name: &str) -> String {
    fs::read_to_string(crate::profiles::data(name)).expect("the file")
}

#[test]
fn every_line_is_as_go_tool_pprof_tells_it() {
    let (profile, groups, cpu) = profile();
    let text = read("lines/lines.txt");
    let mut expected = BTreeMap::new();
    for line in text.lines().skip_while(|line| !line.contains("flat%")).skip(1) {
        let words: Vec<&str> = line.split_whitespace().filter(|word| *word != "(inline)").collect();
        expected.insert((words[5].to_owned(), words[6].to_owned()), (figure(words[0]), figure(words[3])));
    }
    let mut found = BTreeMap::new();
    for group in (0..groups.len() as u32).map(GroupId) {
        for row in of_group(&profile, &groups, cpu, group).rows {
            let place = format!("{}:{}", profile.strings.get(row.file), row.line);
            found.insert((groups.name(&profile, group).to_owned(), place), (row.self_value, row.total_value));
        }
    }
    assert!(expected.len() > 25);
    assert_eq!(found, expected);
}

/// What `go tool pprof -list` tells of one function: its two sums, and figures and text of each line.
type Listed = ((i64, i64), BTreeMap<u32, (i64, i64, String)>);

fn listed() -> BTreeMap<String, Listed> {
    let (mut all, mut name) = (BTreeMap::<String, Listed>::new(), String::new());
    for line in read("lines/list.txt").lines().skip(1) {
        if let Some(rest) = line.strip_prefix("ROUTINE ======================== ") {
            name = rest.split(" in ").next().expect("a name").to_owned();
            all.insert(name.clone(), Listed::default());
            continue;
        }
        let (own, rest) = line.trim_start().split_once(' ').expect("self");
        let (total, rest) = rest.trim_start().split_once(' ').expect("total");
        let entry = all.get_mut(&name).expect("a function");
        match rest.trim_start().split_once(':').filter(|_| !rest.starts_with('(')) {
            Some((number, text)) => {
                entry.1.insert(number.parse().expect("a line"), (figure(own), figure(total), text.to_owned()));
            }
            None => entry.0 = (figure(own), figure(total)),
        }
    }
    all
}

fn found(source: Source) -> SourceText {
    match source {
        Source::Found(text) => text,
        Source::Missing(missing) => panic!("{}", missing.sentence()),
    }
}

#[test]
fn source_and_figures_are_as_go_tool_pprof_lists_them() {
    let (profile, groups, cpu) = profile();
    let places = SourcePlaces { chosen: Some(crate::profiles::data("lines/source")), profile: None };
    let listed = listed();
    assert!(listed.len() >= 6, "{:?}", listed.keys());
    for (name, (sums, expected)) in listed {
        let lines = of_group(&profile, &groups, cpu, named(&profile, &groups, &name));
        assert_eq!((lines.self_value, lines.sum_of_lines()), sums, "{name}");
        let text = found(profile_source(&profile, &lines, lines.files()[0], &places, &Cancel::new()).expect("not cancelled"));
        assert_eq!(text.elsewhere, []);
        for (number, (own, total, words)) in expected {
            let line = text.lines.iter().find(|line| line.number == number).expect("a line");
            let figures = (line.self_value.unwrap_or(0), line.total_value.unwrap_or(0), line.text.clone());
            assert_eq!(figures, (own, total, words), "{name}:{number}");
        }
    }
}

#[test]
fn a_file_has_the_lines_of_all_its_functions() {
    let (profile, groups, cpu) = profile();
    let main = named(&profile, &groups, "main.main");
    let file = of_group(&profile, &groups, cpu, main).files()[0];
    let lines = Lines::of_file(&profile, &groups, cpu, file, &Cancel::new()).expect("not cancelled");
    let own: i64 = (0..groups.len() as u32)
        .map(GroupId)
        .flat_map(|group| of_group(&profile, &groups, cpu, group).rows)
        .filter(|row| row.file == file)
        .map(|row| row.self_value)
        .sum();
    assert_eq!((lines.self_value, lines.total_value), (own, profile.total(cpu)), "everything runs below main.main");
    let mut functions: Vec<&str> = lines.rows.iter().map(|row| groups.name(&profile, row.group)).collect();
    functions.dedup();
    assert!(["main.small", "main.loop", "main.fib", "main.words", "main.main"].iter().all(|name| functions.contains(name)));
    assert!(lines.has_numbers() && lines.rows.is_sorted_by_key(|row| row.line));
    let fib = of_group(&profile, &groups, cpu, named(&profile, &groups, "main.fib"));
    assert!(fib.total_value < fib.sum_of_lines(), "recursion stands in several lines of one sample");
}

/// A folder with these files, and a profile of one function in the file `told`.
fn looked_for(told: &str, files: &[(&str, &str)], chosen: Option<&str>, profile_at: &str) -> (tempfile::TempDir, Source) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let source = look(told, chosen.map(|chosen| folder.path().join(chosen)).as_deref(), &folder.path().join(profile_at));
    (folder, source)
}

fn look(told: &str, chosen: Option<&Path>, profile_at: &Path) -> Source {
    let (mut profile, _, _) = profile();
    let mut names = tachograph::profile::Interner::default();
    let file = names.intern(told).expect("room");
    profile.strings = names.finish().into();
    let lines = Lines::default();
    let places = SourcePlaces { chosen: chosen.map(Path::to_owned), profile: Some(profile_at.to_owned()) };
    assert!(file == StringId(0) || !told.is_empty());
    profile_source(&profile, &lines, file, &places, &Cancel::new()).expect("not cancelled")
}

fn first_line(source: Source) -> String {
    found(source).lines.first().map(|line| line.text.clone()).unwrap_or_default()
}

#[test]
fn source_is_looked_for_where_it_may_be() {
    let files = [
        ("a/src/x/y.c", "near"),
        ("src/x/y.c", "far"),
        ("deep/one/x/y.c", "one"),
        ("deep/two/src/x/y.c", "two"),
        ("deep/y.c", "bare"),
    ];
    let at = |told, chosen, profile| first_line(looked_for(told, &files, chosen, profile).1);
    assert_eq!(at("src/x/y.c", None, "a/p.pb"), "near");
    assert_eq!(at("/build/17/src/x/y.c", None, "p.pb"), "far");
    assert_eq!(at(r"C:\build\src\x\y.c", None, "b/p.pb"), "far");
    assert_eq!(at("/build/src/x/y.c", Some("deep"), "p.pb"), "two");
    assert_eq!(at("/build/other/y.c", Some("deep"), "p.pb"), "bare");
    let (folder, _) = looked_for("y.c", &files, None, "p.pb");
    let whole = folder.path().join("deep/y.c");
    assert_eq!(first_line(look(&whole.to_string_lossy(), None, Path::new("nowhere/p.pb"))), "bare");
}

#[test]
fn what_is_not_found_or_no_text_is_told() {
    let missing = |source| match source {
        Source::Missing(missing) => missing.sentence(),
        Source::Found(text) => panic!("{text:?}"),
    };
    let why = |told, files: &[(&str, &str)]| missing(looked_for(told, files, Some("in"), "in/p.pb").1);
    let text = why("/nowhere/at/all.c", &[("in/other.c", "x"), ("all.c", "outside")]);
    assert!(text.starts_with("“/nowhere/at/all.c” was not found. Looked at: "), "{text}");
    assert!(
        text.contains("all folders in it; /nowhere/at/all.c; ") && text.ends_with("Choose the folder that holds the source."),
        "{text}"
    );
    assert!(why("", &[]).contains("does not tell in which file"));
    for told in ["../p.pb", "<string>", "https://example.com/x.js", "//host/x.c"] {
        assert!(why(told, &[("p.pb", "x")]).contains("names no file of this machine"), "{told}");
    }
    assert!(why("x.c", &[("in/x.c", "\0\0")]).contains("is no text."));
    assert_eq!(first_line(looked_for("x.c", &[("in/x.c", "one\r\ntwo")], Some("in"), "in/p.pb").1), "one");
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_chosen_folder() {
    let (folder, _) = looked_for("y.c", &[("in/z.c", "z"), ("out/y.c", "secret"), ("far/p.pb", "")], None, "p.pb");
    std::os::unix::fs::symlink(folder.path().join("out/y.c"), folder.path().join("in/y.c")).expect("a link");
    std::os::unix::fs::symlink(folder.path().join("out"), folder.path().join("in/more")).expect("a link");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("in/circle")).expect("a link");
    for told in ["y.c", "more/y.c", "out/y.c"] {
        let source = look(told, Some(&folder.path().join("in")), Path::new("/p.pb"));
        assert!(matches!(source, Source::Missing(_)), "{told}: {source:?}");
    }
}

//! Settings and state on disk, and writing files in one step.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tachograph::jobs::{Explain, Failure};
use tachograph::settings::{
    AtomicFile, Folders, MAX_RECENT, Recent, RecentKind, Settings, State, Store, Theme, WindowSize, WriteError,
    remove_stale_temporaries, write_atomic,
};
use tempfile::TempDir;

fn store() -> (TempDir, Store) {
    let home = tempfile::tempdir().expect("folder");
    let store = Store::at(Folders::inside(home.path()));
    (home, store)
}

fn store_with(text: &str) -> (TempDir, Store) {
    let (home, store) = store();
    fs::write(store.settings_path(), text).expect("write");
    (home, store)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).expect("list").map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn message(problem: Option<Failure>) -> String {
    let failure = problem.expect("a problem is reported");
    assert!(!failure.next_step.is_empty());
    failure.message
}

#[test]
fn defaults_are_those_promised() {
    let settings = Settings::default();
    assert_eq!((settings.theme, settings.sample_interval_ms), (Theme::System, 1000));
    assert_eq!((settings.cache.memory_limit_mb, settings.cache.memory_items), (100, 1000));
    assert_eq!((settings.cache.ttl_seconds, settings.cache.workbook_ttl_seconds, settings.cache.sweep_seconds), (3600, 1800, 300));
    assert_eq!((settings.cache.file_limit_mb, settings.cache.file_ttl_seconds), (4096, 2_592_000));
    assert_eq!(settings.cache.memory_limit_bytes(), 100_000_000);
    assert!((settings.data.category_threshold - 0.5).abs() < f64::EPSILON);
    assert_eq!(settings.clone().bring_into_range(), Vec::<String>::new());
}

#[test]
fn no_file_means_defaults_and_no_problem() {
    let (home, store) = store();
    let loaded = store.load();
    assert_eq!((loaded.value, loaded.problem, loaded.unknown), (Settings::default(), None, vec![]));
    assert!(names(home.path()).is_empty());
}

#[test]
fn what_is_saved_is_loaded() {
    let (home, store) = store();
    let mut settings = Settings { theme: Theme::Light, sample_interval_ms: 250, ..Settings::default() };
    settings.cache.memory_items = 7;
    settings.data.category_threshold = 0.25;
    settings.folders.cache = Some(home.path().join("elsewhere"));
    store.save(&settings).expect("save");
    let loaded = store.load();
    assert_eq!((loaded.problem, loaded.unknown), (None, vec![]));
    assert_eq!(loaded.value, settings);
    assert_eq!(store.cache_folder(&settings), home.path().join("elsewhere"));
    assert_eq!(store.cache_folder(&Settings::default()), home.path().join("cache"));
    assert_eq!(names(home.path()), ["settings.ron"]);
}

#[test]
fn a_part_of_a_file_is_enough_and_plain_paths_are_understood() {
    let folder = if cfg!(windows) { "C:/fast" } else { "/fast" };
    let (_home, store) = store_with(&format!("(cache: (memory_items: 5), folders: (cache: \"{folder}\"), theme: Dark)"));
    let loaded = store.load();
    assert_eq!(loaded.problem, None);
    assert_eq!((loaded.value.cache.memory_items, loaded.value.cache.memory_limit_mb), (5, 100));
    assert_eq!(loaded.value.folders.cache, Some(PathBuf::from(folder)));
    assert_eq!(loaded.value.theme, Theme::Dark);
}

#[test]
fn a_damaged_file_is_set_aside_with_its_content_and_line() {
    let text = "(\n    theme: Dark,\n    sample_interval_ms: soon,\n)";
    let (home, store) = store_with(text);
    let loaded = store.load();
    assert_eq!(loaded.value, Settings::default());
    let message = message(loaded.problem);
    assert!(message.contains("settings.ron”") && message.contains("line 3:"), "{message}");
    let left = names(home.path());
    let [copy] = left.as_slice() else { panic!("one file expected: {left:?}") };
    assert!(message.contains(copy.as_str()), "{message} names {copy}");
    assert_eq!(fs::read_to_string(home.path().join(copy)).expect("copy"), text);
    let stamp = copy.strip_prefix("settings.damaged-").and_then(|rest| rest.strip_suffix(".ron")).expect("name");
    assert_eq!((stamp.len(), stamp.as_bytes()[8]), (15, b'-'));
    assert_eq!(store.load().problem, None, "the next start is clean");
}

#[test]
fn every_damaged_file_is_kept() {
    let (home, store) = store();
    for n in 0..4 {
        fs::write(store.settings_path(), format!("damaged {n}")).expect("write");
        assert!(store.load().problem.is_some());
    }
    let mut contents: Vec<String> =
        names(home.path()).iter().map(|name| fs::read_to_string(home.path().join(name)).expect("copy")).collect();
    contents.sort();
    assert_eq!(contents, ["damaged 0", "damaged 1", "damaged 2", "damaged 3"]);
}

#[test]
fn damage_of_all_sorts_is_reported() {
    let huge = vec![b' '; 1024 * 1024 + 1];
    let cases: [(&[u8], &str); 6] = [
        (b"", "line 1"),
        (b"(theme: Dark,\n\xff)", "line 2: it is not text"),
        (b"(cache: (memory_items: -5))", "line 1"),
        (b"(theme: Purple)", "Purple"),
        (b"(sample_interval_ms: 99999999999999999999)", "line 1"),
        (&huge, "larger than 1 MB"),
    ];
    for (content, expected) in cases {
        let (_home, store) = store();
        fs::write(store.settings_path(), content).expect("write");
        let loaded = store.load();
        assert_eq!(loaded.value, Settings::default());
        let message = message(loaded.problem);
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn values_out_of_range_are_changed_and_reported() {
    let (home, store) = store_with(
        "(sample_interval_ms: 5, cache: (memory_items: 0, sweep_seconds: 90000), data: (category_threshold: 1.5), folders: (cache: \"x\"))",
    );
    let loaded = store.load();
    assert_eq!(loaded.value.sample_interval_ms, 100);
    assert_eq!((loaded.value.cache.memory_items, loaded.value.cache.sweep_seconds), (1, 86_400));
    assert!((loaded.value.data.category_threshold - 1.0).abs() < f64::EPSILON);
    assert_eq!(loaded.value.folders.cache, None);
    let message = message(loaded.problem);
    for part in [
        "sample_interval_ms is 5, but must be from 100 to 60000; 100 is used.",
        "cache.memory_items is 0, but must be from 1 to 1000000; 1 is used.",
        "cache.sweep_seconds is 90000, but must be from 1 to 86400; 86400 is used.",
        "data.category_threshold is 1.5, but must be from 0 to 1; 1 is used.",
        "folders.cache is “x”, but must be a full path; the usual folder is used.",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(names(home.path()), ["settings.ron"], "such a file stays");
}

#[test]
fn both_ends_of_a_range_are_in_it_and_nothing_beyond() {
    for (given, used, changes) in [(100, 100, 0), (60_000, 60_000, 0), (99, 100, 1), (60_001, 60_000, 1)] {
        let mut settings = Settings { sample_interval_ms: given, ..Settings::default() };
        assert_eq!((settings.bring_into_range().len(), settings.sample_interval_ms), (changes, used));
    }
    let mut settings = Settings::default();
    settings.data.category_threshold = f64::NAN;
    assert_eq!(settings.bring_into_range().len(), 1);
    assert!((settings.data.category_threshold - 0.5).abs() < f64::EPSILON);
}

#[test]
fn unknown_names_are_ignored_and_told() {
    let (_home, store) =
        store_with("(sounds: true, cache: (redis: (host: \"h\", port: 1), memory_items: 5), folders: (cache: None))");
    let loaded = store.load();
    assert_eq!((loaded.problem, loaded.unknown), (None, vec!["cache.redis".to_owned(), "sounds".to_owned()]));
    assert_eq!(loaded.value.cache.memory_items, 5);
}

#[test]
fn saving_over_a_damaged_file_keeps_it() {
    let (home, store) = store_with("damaged");
    store.save(&Settings::default()).expect("save");
    assert_eq!(names(home.path()).len(), 2);
    assert_eq!(store.load().problem, None);
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_with_a_next_step() {
    let home = tempfile::tempdir().expect("folder");
    let file = home.path().join("file");
    fs::write(&file, "content").expect("write");
    let store = Store::at(Folders::inside(&file.join("below")));
    let error = store.save(&Settings::default()).expect_err("below a file nothing can be made");
    assert!(error.to_string().contains("below") && !error.next_step().is_empty());
    assert_eq!(fs::read_to_string(&file).expect("file"), "content");
}

#[test]
fn a_settings_file_that_is_a_folder_is_reported_and_left() {
    let (_home, store) = store();
    fs::create_dir(store.settings_path()).expect("folder");
    let loaded = store.load();
    assert_eq!(loaded.value, Settings::default());
    assert!(message(loaded.problem).contains("could not be read"));
    assert!(store.save(&Settings::default()).is_err());
    assert!(store.settings_path().is_dir());
}

#[test]
fn state_survives_a_reset_of_the_settings() {
    let (_home, store) = store();
    let mut state =
        State { tab: Some("data".into()), window: Some(WindowSize { width: 1280.0, height: 800.0 }), ..State::default() };
    for n in 0..20 {
        state.remember(Path::new(&format!("/data/{n}.csv")), RecentKind::Table, 1_700_000_000 + n);
    }
    state.remember(Path::new("/data/15.csv"), RecentKind::Profile, 1_700_000_020);
    store.save_state(&state).expect("save");
    store.save(&Settings { theme: Theme::Dark, ..Settings::default() }).expect("save");
    assert_eq!(store.reset().expect("reset"), Settings::default());
    assert_eq!(store.load().value.theme, Theme::System);
    let loaded = store.load_state();
    assert_eq!(loaded.problem, None);
    assert_eq!(loaded.value, state);
    assert_eq!(loaded.value.recent.len(), MAX_RECENT);
    let recent =
        |name: &str, kind, opened: u64| Recent { path: format!("/data/{name}").into(), kind, opened: Some(1_700_000_000 + opened) };
    assert_eq!(loaded.value.recent.first(), Some(&recent("15.csv", RecentKind::Profile, 20)));
    assert_eq!(loaded.value.recent.last(), Some(&recent("8.csv", RecentKind::Table, 8)));
}

#[test]
fn state_of_other_versions_is_understood() {
    let (_home, store) = store();
    let text = r#"(recent: [(path: "/a", kind: Recording), (path: "/a", kind: Table), (path: "/b", kind: Table)], window: (width: -4, height: 9))"#;
    fs::write(store.state_path(), text).expect("write");
    let loaded = store.load_state();
    assert_eq!(loaded.problem, None);
    assert_eq!(loaded.value.window, None);
    let kinds: Vec<_> = loaded.value.recent.iter().map(|recent| (recent.path.to_str(), recent.kind)).collect();
    assert_eq!(kinds, [(Some("/a"), RecentKind::Other), (Some("/b"), RecentKind::Table)]);
    assert!(loaded.value.recent.iter().all(|recent| recent.opened.is_none()), "when was not kept then");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_does_not_stop_the_rest_from_being_kept() {
    use std::os::unix::ffi::OsStrExt;
    let (_home, store) = store();
    let mut state = State::default();
    state.remember(Path::new("/good"), RecentKind::Table, 7);
    state.remember(Path::new(std::ffi::OsStr::from_bytes(b"/bad\xff")), RecentKind::Table, 8);
    store.save_state(&state).expect("save");
    assert_eq!(store.load_state().value.recent, [Recent { path: "/good".into(), kind: RecentKind::Table, opened: Some(7) }]);
}

#[test]
fn an_atomic_file_takes_its_name_only_when_committed() {
    let home = tempfile::tempdir().expect("folder");
    let path = home.path().join("out.csv");
    fs::write(&path, "old").expect("write");
    let mut file = AtomicFile::create(&path).expect("create");
    file.write_all(b"half of the ne").expect("write");
    file.flush().expect("flush");
    assert_eq!(fs::read_to_string(&path).expect("old"), "old");
    assert_eq!(names(home.path()).len(), 2);
    drop(file);
    assert_eq!(names(home.path()), ["out.csv"]);
    let mut file = AtomicFile::create(&path).expect("create");
    file.write_all(b"_he new").expect("write");
    file.seek(SeekFrom::Start(0)).expect("seek");
    file.write_all(b"t").expect("write");
    file.commit().expect("commit");
    assert_eq!(fs::read_to_string(&path).expect("new"), "the new");
    assert_eq!(names(home.path()), ["out.csv"]);
}

#[test]
fn a_failing_writer_leaves_the_old_file() {
    let home = tempfile::tempdir().expect("folder");
    let path = home.path().join("out.csv");
    fs::write(&path, "old").expect("write");
    let error =
        write_atomic(&path, |file| file.write_all(b"new").and_then(|()| Err(io::Error::other("disk on fire")))).expect_err("fails");
    assert!(error.to_string().contains("out.csv") && error.to_string().contains("disk on fire"), "{error}");
    assert_eq!(fs::read_to_string(&path).expect("old"), "old");
    assert_eq!(names(home.path()), ["out.csv"]);
    write_atomic(&path, |file| file.write_all(b"new")).expect("write");
    assert_eq!(fs::read_to_string(&path).expect("new"), "new");
}

#[test]
fn targets_that_cannot_be_files_are_refused() {
    let home = tempfile::tempdir().expect("folder");
    let folder = home.path().join("folder");
    fs::create_dir(&folder).expect("folder");
    assert!(matches!(AtomicFile::create(&folder), Err(WriteError::IsFolder(_))));
    assert!(
        matches!(AtomicFile::create(&home.path().join("none/out.csv")), Err(WriteError::NoFolder(path)) if path.ends_with("none"))
    );
    assert!(matches!(AtomicFile::create(Path::new("")), Err(WriteError::NoName(_))));
    assert!(matches!(AtomicFile::create(Path::new("/")), Err(WriteError::NoName(_) | WriteError::IsFolder(_))));
    #[cfg(unix)]
    assert!(matches!(AtomicFile::create(Path::new("/dev/null")), Err(WriteError::NotAFile(_))));
    let protected = home.path().join("protected.csv");
    fs::write(&protected, "old").expect("write");
    let mut permissions = fs::metadata(&protected).expect("metadata").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&protected, permissions).expect("permissions");
    assert!(matches!(AtomicFile::create(&protected), Err(WriteError::WriteProtected(_))));
    assert_eq!(names(home.path()), ["folder", "protected.csv"]);
}

#[test]
fn long_names_can_be_written() {
    let home = tempfile::tempdir().expect("folder");
    let name = "n".repeat(255);
    write_atomic(&home.path().join(&name), |file| file.write_all(b"x")).expect("write");
    assert_eq!(names(home.path()), [name]);
}

#[cfg(unix)]
#[test]
fn permissions_are_kept_and_links_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let home = tempfile::tempdir().expect("folder");
    let (real, link) = (home.path().join("real"), home.path().join("link"));
    fs::write(&real, "old").expect("write");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink(&real, &link).expect("link");
    write_atomic(&link, |file| file.write_all(b"new")).expect("write");
    assert_eq!(fs::read_to_string(&real).expect("new"), "new");
    assert_eq!(fs::metadata(&real).expect("metadata").permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).expect("link").is_symlink());
}

/// A new file has what any new file of this person has: compared with one that the standard library makes.
#[cfg(unix)]
#[test]
fn new_files_have_the_usual_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().expect("folder");
    let (plain, ours) = (home.path().join("plain"), home.path().join("ours"));
    fs::write(&plain, "x").expect("write");
    write_atomic(&ours, |file| file.write_all(b"x")).expect("write");
    let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode();
    assert_eq!(mode(&ours), mode(&plain));
}

#[test]
fn only_old_temporary_files_of_ours_are_removed() {
    let home = tempfile::tempdir().expect("folder");
    let old = SystemTime::now() - Duration::from_hours(25);
    let make = |name: &str, written: SystemTime| {
        let file = fs::File::create(home.path().join(name)).expect("create");
        file.set_modified(written).expect("time");
    };
    make(".out.csv.tachograph-a1B2c3.tmp", old);
    make("..tachograph-a1B2c3.tmp", old);
    make(".out.csv.tachograph-a1B2c4.tmp", SystemTime::now());
    make(".out.csv.tachograph-a1B2.tmp", old);
    make("out.csv.tachograph-a1B2c3.tmp", old);
    make(".out.csv.other-a1B2c3.tmp", old);
    write_atomic(&home.path().join("new"), |file| file.write_all(b"x")).expect("write");
    let left = [".out.csv.other-a1B2c3.tmp", ".out.csv.tachograph-a1B2.tmp", ".out.csv.tachograph-a1B2c4.tmp", "new"];
    assert_eq!(names(home.path()), [left.as_slice(), &["out.csv.tachograph-a1B2c3.tmp"]].concat());
    assert_eq!(remove_stale_temporaries(home.path()), 0);
}

#[test]
fn large_content_passes_the_buffer_whole() {
    let home = tempfile::tempdir().expect("folder");
    let path = home.path().join("large");
    let content: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    write_atomic(&path, |file| content.chunks(70_001).try_for_each(|part| file.write_all(part))).expect("write");
    let mut read = Vec::new();
    fs::File::open(&path).expect("open").read_to_end(&mut read).expect("read");
    assert!(read == content);
}

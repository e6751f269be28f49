//! The folder of the files: the list of entries, others that use it, and what stands in the way.

use std::io::{self, ErrorKind};
use std::time::{Duration, SystemTime};

use super::*;

#[test]
fn the_list_of_entries_tells_where_they_are() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    ask(&cache, "old.csv", 10);
    fixture.pass(100);
    ask(&cache, "new.csv", 20);
    ask(&cache, "new.csv", 20);
    cache.remove(&key("none")).expect("remove");
    drop(cache);
    let cache = fixture.open();
    ask(&cache, "new.csv", 20);
    ask(&cache, "new.csv", 20);
    let entries = cache.entries().expect("entries");
    let [new, old] = entries.as_slice() else { panic!("two expected: {entries:?}") };
    assert_eq!((new.key, new.kind.as_str(), new.description.as_str()), (key("new.csv"), "bytes", "new.csv"));
    assert_eq!((new.memory_bytes, new.file_bytes, new.hits), (Some(20), Some(20 + 160), 2));
    assert_eq!((old.memory_bytes, old.file_bytes, old.hits), (None, Some(10 + 160), 0));
    assert_eq!((new.age.as_secs(), old.age.as_secs()), (0, 100));
    assert_eq!((new.expires_in.as_secs(), old.expires_in.as_secs()), (2_592_000, 2_591_900));
    assert!(cache.remove(&key("new.csv")).expect("remove"));
    assert!(!cache.remove(&key("new.csv")).expect("remove"));
    assert_eq!(cache.entries().expect("entries").len(), 1);
    assert_eq!(ask(&cache, "new.csv", 20), Origin::Made);
    assert_eq!(cache.clear(Level::File).expect("clear"), 2);
    assert_eq!(fixture.entries(), [] as [PathBuf; 0]);
    assert_eq!((file(&cache).items, file(&cache).bytes, cache.stats().memory.items), (0, 0, 1));
}

#[test]
fn two_caches_share_a_folder() {
    let fixture = Fixture::new();
    let (one, two) = (fixture.open(), fixture.open());
    assert_eq!(ask(&one, "a", 10), Origin::Made);
    assert_eq!(ask(&two, "a", 10), Origin::File);
    assert_eq!(one.clear(Level::File).expect("clear"), 1);
    assert_eq!(ask(&two, "a", 10), Origin::Memory);
    two.clear(Level::Memory).expect("clear");
    assert_eq!(ask(&two, "a", 10), Origin::Made);
    assert_eq!(one.entries().expect("entries").len(), 1);
}

#[test]
fn a_folder_that_cannot_be_used_leaves_the_memory_level() {
    let fixture = Fixture::new();
    let below_a_file = fixture.folder.path().join("file");
    fs::write(&below_a_file, "content").expect("write");
    let cache = Cache::open(&fixture.settings, &below_a_file);
    let problem = cache.problem().expect("told");
    assert!(problem.message.contains("file") && problem.next_step.contains("choose another cache folder"), "{problem}");
    assert_eq!((ask(&cache, "a", 10), ask(&cache, "a", 10)), (Origin::Made, Origin::Memory));
    assert_eq!(cache.stats().file, None);
    assert_eq!(cache.clear(Level::File).expect("nothing to clear"), 0);
    assert_eq!(cache.entries().expect("entries").len(), 1);
    cache.sweep();
}

#[test]
fn a_file_that_cannot_be_written_is_told_until_one_can() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let entries = fixture.folder.path().join("entries-1");
    fs::remove_dir(&entries).expect("remove");
    fs::write(&entries, "in the way").expect("write");
    assert_eq!(ask(&cache, "a", 10), Origin::Made);
    let problem = cache.problem().expect("told");
    assert!(problem.message.contains("could not keep “a”") || problem.message.contains("could not be read"), "{problem}");
    assert_eq!(file(&cache).this_run.write_failures, 1);
    fs::remove_file(&entries).expect("remove");
    assert_eq!(ask(&cache, "b", 10), Origin::Made);
    assert_eq!(cache.problem(), None);
    assert_eq!(fixture.entries(), [fixture.path(key("b"))]);
}

#[test]
fn a_full_disk_is_told_and_leaves_no_file() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let encode: fn(&Bytes, &mut dyn io::Write) -> io::Result<()> =
        |value, file| file.write_all(value).and(Err(ErrorKind::StorageFull.into()));
    let codec = Codec { encode, ..CODEC };
    assert_eq!(get(&cache, &codec, || Ok(vec![0; 1_000_000])).expect("made").1, Origin::Made);
    assert!(cache.problem().expect("told").next_step.contains("free some space"));
    assert_eq!(fixture.entries(), [] as [PathBuf; 0]);
    assert_eq!(counts(&file(&cache).this_run), [0, 1, 0, 0, 0, 0, 1, 0]);
}

#[test]
fn leftovers_of_killed_programs_go_when_they_are_old() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    ask(&cache, "a", 10);
    let folder = fixture.folder.path().join("entries-1");
    let (old, new) = (folder.join(".x.entry.tachograph-aaaaaa.tmp"), folder.join(".x.entry.tachograph-bbbbbb.tmp"));
    fs::write(&new, "half").expect("write");
    let day_ago = SystemTime::now() - Duration::from_hours(25);
    fs::File::create(&old).and_then(|file| file.set_modified(day_ago)).expect("old file");
    fs::write(folder.join("notes.txt"), "of a person").expect("write");
    cache.sweep();
    assert_eq!(fixture.entries(), [new, fixture.path(key("a")), folder.join("notes.txt")]);
    assert_eq!((file(&cache).items, file(&cache).bytes), (1, 10 + 154));
}

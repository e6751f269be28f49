//! Files that were changed, cut short or renamed.

use super::*;

/// Every byte of an entry, each changed alone; and every shorter length. Never anything but a miss.
#[test]
fn damage_anywhere_is_a_miss_and_counted() {
    let fixture = Fixture::new();
    drop_after(&fixture, |cache| ask(cache, "a", 300));
    let path = fixture.path(key("a"));
    let good = fs::read(&path).expect("entry");
    assert_eq!(good.len(), 454);
    let flipped = (0..good.len()).map(|at| {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        bad
    });
    let cut = (0..good.len()).map(|length| good[..length].to_vec());
    let longer = std::iter::once([good.as_slice(), b"x"].concat());
    let cache = fixture.open();
    let mut damaged = 0;
    for bad in flipped.chain(cut).chain(longer) {
        fs::write(&path, &bad).expect("write");
        cache.clear(Level::Memory).expect("clear");
        assert_eq!(ask(&cache, "a", 300), Origin::Made);
        damaged += 1;
        assert_eq!(file(&cache).this_run.damaged, damaged);
        let anew = fs::read(&path).expect("entry");
        assert!(anew.len() == good.len() && anew[154..] == good[154..], "written anew");
    }
    assert_eq!(counts(&file(&cache).this_run), [0, 909, 0, 0, 909, 909, 0, 0]);
    assert_eq!(cache.problem(), None);
}

fn drop_after<T>(fixture: &Fixture, work: impl FnOnce(&Cache) -> T) -> T {
    work(&fixture.open())
}

#[test]
fn damage_in_any_piece_of_a_large_entry_is_noticed() {
    let fixture = Fixture::new();
    let length = 5 * (1 << 20) + 12_345;
    drop_after(&fixture, |cache| ask(cache, "a", length));
    let path = fixture.path(key("a"));
    let good = fs::read(&path).expect("entry");
    let cache = fixture.open();
    assert_eq!(ask(&cache, "a", length), Origin::File);
    for piece in 0..6 {
        let mut bad = good.clone();
        bad[154 + piece * (1 << 20) + 7777] ^= 0x10;
        fs::write(&path, &bad).expect("write");
        cache.clear(Level::Memory).expect("clear");
        assert_eq!(ask(&cache, "a", length), Origin::Made, "piece {piece}");
    }
}

#[test]
fn an_entry_under_a_wrong_name_is_not_used() {
    let fixture = Fixture::new();
    drop_after(&fixture, |cache| ask(cache, "a", 10));
    fs::rename(fixture.path(key("a")), fixture.path(key("b"))).expect("rename");
    let cache = fixture.open();
    assert_eq!(ask(&cache, "b", 10), Origin::Made);
    assert_eq!(file(&cache).this_run.damaged, 1);
}

#[test]
fn what_the_decoder_does_not_understand_is_made_anew() {
    let fixture = Fixture::new();
    drop_after(&fixture, |cache| ask(cache, "a", 10));
    let cache = fixture.open();
    let codec = Codec { decode: |_| Err("unknown".into()), ..CODEC };
    let (value, origin) = get(&cache, &codec, || Ok(vec![7])).expect("made");
    assert_eq!((value.as_slice(), origin), ([7].as_slice(), Origin::Made));
    assert_eq!(counts(&file(&cache).this_run), [0, 1, 0, 0, 1, 1, 0, 0]);
}

#[test]
fn verifying_finds_all_damage_and_removes_it() {
    let fixture = Fixture::new();
    drop_after(&fixture, |cache| ["a", "b", "c"].map(|name| ask(cache, name, 3000)));
    let mut bad = fs::read(fixture.path(key("b"))).expect("entry");
    bad[2000] ^= 1;
    fs::write(fixture.path(key("b")), bad).expect("write");
    fs::write(fixture.path(key("c")), "short").expect("write");
    let (cache, progress) = (fixture.open(), Progress::new());
    let mut verified = cache.verify(&Cancel::new(), &progress).expect("verify");
    verified.sort_by_key(|entry| entry.damage.clone());
    let found: Vec<_> = verified.iter().map(|entry| (entry.key, entry.description.as_deref(), entry.damage.as_deref())).collect();
    let expected = [
        (key("a"), Some("a"), None),
        (key("b"), Some("b"), Some("its content is damaged")),
        (key("c"), None, Some("its length is wrong")),
    ];
    assert_eq!(found, expected);
    assert_eq!(fixture.entries(), [fixture.path(key("a"))]);
    assert_eq!((file(&cache).this_run.damaged, file(&cache).items), (2, 1));
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(cache.verify(&cancel, &progress).expect("verify"), []);
}

//! Keys, and the hashes of content in them.

use tachograph::cache::{HashError, hash_file};

use super::*;

#[test]
fn keys_differ_in_every_part_and_survive_text() {
    let content = ContentHash::of(b"a");
    let keys = [
        Key::new(&content, "table", "x", 1),
        Key::new(&ContentHash::of(b"b"), "table", "x", 1),
        Key::new(&content, "profile", "x", 1),
        Key::new(&content, "tablex", "", 1),
        Key::new(&content, "table", "y", 1),
        Key::new(&content, "table", "x", 2),
    ];
    for (n, key) in keys.iter().enumerate() {
        assert_eq!(keys.iter().position(|other| other == key), Some(n));
        assert_eq!(key.to_string().parse::<Key>(), Ok(*key));
    }
    assert_eq!(keys[0].to_string().len(), 64);
    assert!("12".parse::<Key>().is_err() && "g".repeat(64).parse::<Key>().is_err());
}

/// The digests are those of the published BLAKE3 test vectors (input: bytes counting up to 250, again and again).
#[test]
fn content_hashes_are_blake3() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("input");
    for (length, expected) in [
        (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
        (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
        (102_400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"),
    ] {
        let input: Bytes = (0..length).map(|n: u32| (n % 251) as u8).collect();
        fs::write(&path, &input).expect("write");
        let progress = Progress::new();
        let hash = hash_file(&path, &Cancel::new(), &progress).expect("hash");
        assert_eq!(hash.to_string(), expected);
        assert_eq!(hash, ContentHash::of(&input));
        assert_eq!(progress.view().fraction, (length > 0).then_some(1.0));
    }
}

#[test]
fn hashing_says_why_it_cannot() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("input");
    assert!(matches!(hash_file(&path, &Cancel::new(), &Progress::new()), Err(HashError::Io { .. })));
    assert!(matches!(hash_file(folder.path(), &Cancel::new(), &Progress::new()), Err(HashError::NotAFile(_))));
    fs::write(&path, "x").expect("write");
    let cancel = Cancel::new();
    cancel.cancel();
    assert!(matches!(hash_file(&path, &cancel, &Progress::new()), Err(HashError::Cancelled)));
}

//! Files under `tests/data/profiles/valgrind`, made by `make.sh` there.

mod callgrind;
mod dhat;
mod gprof;
mod heaptrack;
mod massif;

use std::io::Read as _;

/// The content of a file, unpacked if it is packed.
fn bytes(name: &str) -> Vec<u8> {
    let path = crate::profiles::data("valgrind").join(name);
    let (plain, packed) = (path.clone(), path.with_file_name(format!("{name}.gz")));
    if plain.exists() {
        return std::fs::read(plain).expect("file");
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&packed).unwrap_or_else(|error| panic!("{}: {error}", packed.display()));
    flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes).expect("gzip");
    bytes
}

/// The same as text.
fn text(name: &str) -> String {
    String::from_utf8(bytes(name)).expect("text")
}

/// The profile in a file, packed or not.
fn open(name: &str) -> tachograph::profile::Profile {
    let path = crate::profiles::data("valgrind").join(name);
    let packed = path.with_file_name(format!("{name}.gz"));
    let profile = crate::profiles::open(if path.exists() { &path } else { &packed });
    crate::profiles::check(&profile);
    profile
}

/// The formats of these files are told by what is in them, whatever they are called, and are taken for no other.
#[test]
fn formats_are_told_by_content() {
    use tachograph::profile::read::detect;
    for (file, format) in [
        ("callgrind.plain.out", "callgrind"),
        ("callgrind.go.out", "callgrind"),
        ("cachegrind.out", "cachegrind"),
        ("massif.pages.out", "massif"),
        ("heaptrack.heap.gz", "heaptrack"),
        ("dhat.heap.json", "DHAT"),
        ("dhat.rust.json", "DHAT"),
        ("gprof.full.txt", "gprof"),
        ("gprof.lines.txt", "gprof"),
    ] {
        for name in [file, "x", "x.folded", "x.pb.gz", "x.json"] {
            let packed = bytes(file);
            let profile = crate::profiles::parse(&packed, name).unwrap_or_else(|error| panic!("{file} as {name}: {error}"));
            assert_eq!(profile.format, format, "{file} as {name}");
        }
    }
    for text in [
        "name: value\nmain;a 1\n",
        "# remark\nmain;a 1\nevents: 2\n",
        "java 123 4.5: cycles:\nevents: x\n",
        "v 10\nmain;a 1\n",
        "X a 1\nb;c 2\n",
    ] {
        let format = detect(text.as_bytes(), true, "x").map(|format| format.name);
        assert!(matches!(format, None | Some("folded stacks" | "perf script")), "{text}: {format:?}");
    }
    let recording = crate::profiles::parse(&bytes("circle.gmon.out"), "gmon.out").expect_err("no text").to_string();
    assert_eq!(recording, "gmon.out cannot be opened as a profile: it seems to be a recording for gprof (gmon.out)");
}

//! Places as valgrind's tools and dhat for Rust print them: `0x10976A: main (heap.cpp:72)`, `0x48FB7B9: ??? (in /usr/lib/libx.so)`.

use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{Mapping, StringId};

/// A place, as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Printed<'a> {
    /// 0 when not told.
    pub(super) address: u64,
    pub(super) name: &'a str,
    /// Source file; empty when not told.
    pub(super) file: &'a str,
    /// 0 when not told.
    pub(super) line: u32,
    /// Binary; empty when not told.
    pub(super) object: &'a str,
}

impl<'a> Printed<'a> {
    /// Takes a text apart; what is not as it should be is part of the name.
    pub(super) fn parse(text: &'a str) -> Self {
        let text = text.trim();
        let (address, text) = address(text).unwrap_or((0, text));
        let inside = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
        let Some((name, place)) = inside else { return Self { address, name: text, ..Self::default() } };
        if let Some(object) = place.strip_prefix("in ") {
            return Self { address, name, object, ..Self::default() };
        }
        match file_and_line(place) {
            Some((file, line)) => Self { address, name, file, line, object: "" },
            None => Self { address, name: text, ..Self::default() },
        }
    }

    /// The place in the tables, as not inlined.
    pub(super) fn spot(&self, builder: &mut Builder<'_>) -> Result<Spot, ProfileError> {
        let name = match (self.name, self.object) {
            ("" | "???", "") => "???".to_owned(),
            // Code without names is at least told apart by its library.
            ("" | "???", object) => format!("??? (in {})", object.rsplit('/').next().unwrap_or(object)),
            (name, _) => name.to_owned(),
        };
        let (name, file) = (builder.text(&name)?, builder.text(self.file)?);
        let function = builder.function(name, file, 0)?;
        let mapping = match self.object {
            "" => None,
            object => Some(Mapping { file: builder.text(object)?, ..Mapping::default() }),
        };
        let mapping = mapping.map(|mapping| builder.mapping(mapping)).transpose()?;
        Ok(Spot { function, line: self.line, address: self.address, inlined: false, mapping })
    }
}

fn address(text: &str) -> Option<(u64, &str)> {
    let (digits, rest) = text.strip_prefix("0x")?.split_once(':')?;
    Some((u64::from_str_radix(digits, 16).ok()?, rest.trim_start()))
}

/// `file:12` and `file:12:5`, of which the last is a column.
fn file_and_line(place: &str) -> Option<(&str, u32)> {
    let (rest, last) = place.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    match rest.rsplit_once(':') {
        Some((file, line)) if !file.is_empty() => Some(line.parse().map_or((rest, last), |line| (file, line))),
        _ => Some((rest, last)),
    }
}

/// Adds the stack of these places, the innermost first. Of places at one address but of different functions all but the outermost are
/// inlined.
pub(super) fn add_stack(builder: &mut Builder<'_>, spots: &[Spot]) -> Result<crate::profile::model::StackId, ProfileError> {
    let callers = spots.iter().skip(1).map(Some).chain([None]);
    for (&spot, caller) in spots.iter().zip(callers) {
        let same = |caller: &Spot| caller.address == spot.address && caller.function != spot.function;
        let inlined = spot.address != 0 && caller.is_some_and(same);
        let frame = builder.frame(Spot { inlined, ..spot })?;
        builder.push(frame);
    }
    builder.reverse();
    builder.stack()
}

/// A name that stands for what has no place.
pub(super) fn named(builder: &mut Builder<'_>, name: &str) -> Result<Spot, ProfileError> {
    let name = builder.text(name)?;
    Ok(Spot { function: builder.function(name, StringId(0), 0)?, ..Spot::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_places() {
        let place = |address, name, file, line, object| Printed { address, name, file, line, object };
        for (text, expected) in [
            ("0x10976A: main (heap.cpp:72)", place(0x10_976a, "main", "heap.cpp", 72, "")),
            ("0x48FB7B9: ??? (in /usr/lib/libx.so)", place(0x48f_b7b9, "???", "", 0, "/usr/lib/libx.so")),
            ("0x1: (below main) (libc.c:1)", place(1, "(below main)", "libc.c", 1, "")),
            ("0x1: f(int, g (*)(x)) (in a b)", place(1, "f(int, g (*)(x))", "", 0, "a b")),
            ("0x1: operator() (std_thread.h:259)", place(1, "operator()", "std_thread.h", 259, "")),
            ("0x2: <T as U>::f (src\\alloc.rs:81:5)", place(2, "<T as U>::f", "src\\alloc.rs", 81, "")),
            ("0x2: f (C:\\a.rs:8:5)", place(2, "f", "C:\\a.rs", 8, "")),
            ("0x2: f (C:\\a.rs:8)", place(2, "f", "C:\\a.rs", 8, "")),
            ("[root]", place(0, "[root]", "", 0, "")),
            ("f (x)", place(0, "f (x)", "", 0, "")),
            ("0xZ: f", place(0, "0xZ: f", "", 0, "")),
        ] {
            assert_eq!(Printed::parse(text), expected, "{text}");
        }
    }
}

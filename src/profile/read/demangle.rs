//! Names of functions as people wrote them, out of the names that linkers know: Rust's (<https://doc.rust-lang.org/rustc/symbol-mangling/>)
//! and C++'s (<https://itanium-cxx-abi.github.io/cxx-abi/abi.html#mangling>).

use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use cpp_demangle::{BorrowedSymbol, DemangleOptions};

/// A name can stand for another a thousand times as long, on purpose; longer ones than this stay as they are.
const LONGEST: usize = 8 << 10;

/// The readable name, without parameters and results, as perf shows it; `None` for one that is not mangled.
pub(super) fn demangled(name: &str) -> Option<String> {
    if let Some(name) = half_demangled(name) {
        return Some(name);
    }
    let mangled = ["_Z", "_R", "__Z", "__R"].iter().any(|start| name.starts_with(start));
    if !mangled || name.len() > LONGEST {
        return None;
    }
    // The demanglers are written for names of compilers; a panic over a crafted one must not lose the file.
    catch_unwind(AssertUnwindSafe(|| rust(name).or_else(|| cpp(name)))).ok().flatten()
}

fn rust(name: &str) -> Option<String> {
    let parsed = rustc_demangle::try_demangle(name).ok()?;
    let mut text = Bounded::default();
    write!(text, "{parsed:#}").ok()?;
    Some(text.0)
}

fn cpp(name: &str) -> Option<String> {
    let bytes = name.strip_prefix("__Z").map_or(name, |_| name.get(1..).unwrap_or_default()).as_bytes();
    let (symbol, tail) = BorrowedSymbol::with_tail(bytes).ok()?;
    let mut text = Bounded::default();
    symbol.structured_demangle(&mut text, &DemangleOptions::new().no_params().no_return_type()).ok()?;
    // Such as `@plt`.
    text.write_str(std::str::from_utf8(tail).ok()?).ok()?;
    Some(text.0)
}

/// A name of Rust that a tool for C++ took apart: `core::fmt::_$LT$impl$u20$u8$GT$::add::h0123456789abcdef`.
fn half_demangled(name: &str) -> Option<String> {
    const SIGNS: [(&str, &str); 9] = [
        ("$LT$", "<"),
        ("$GT$", ">"),
        ("$u20$", " "),
        ("$RF$", "&"),
        ("$BP$", "*"),
        ("$C$", ","),
        ("$LP$", "("),
        ("$RP$", ")"),
        ("..", "::"),
    ];
    let (plain, hash) = name.rsplit_once("::h")?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hash || name.len() > LONGEST {
        return None;
    }
    let begun = plain.strip_prefix("_$").map_or_else(|| plain.to_owned(), |rest| format!("${rest}")).replace("::_$", "::$");
    Some(SIGNS.iter().fold(begun, |name, (sign, meaning)| name.replace(sign, meaning)))
}

#[derive(Default)]
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > LONGEST {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_languages() {
        for (mangled, name) in [
            ("_ZN4work3fibImEET_S1_", Some("work::fib<unsigned long>")),
            ("_ZN4workmlERKNS_6MatrixEi", Some("work::operator*")),
            ("_Z4betav", Some("beta")),
            ("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", Some("core::fmt::Write::write_fmt")),
            ("_RNvNtCs1234_7mycrate3foo3bar", Some("mycrate::foo::bar")),
            ("_$LT$u8$u20$as$u20$core..clone..Clone$GT$::clone::h7bfab8630dda96cf", Some("<u8 as core::clone::Clone>::clone")),
            ("a::_$LT$impl$u20$b$GT$::c::h0123456789abcdef", Some("a::<impl b>::c")),
            ("main::h12", None),
            ("_Znwm@plt", Some("operator new@plt")),
            ("main", None),
            ("_Zxyz", None),
            ("", None),
        ] {
            assert_eq!(demangled(mangled).as_deref(), name, "{mangled}");
        }
    }

    #[test]
    fn names_that_unfold_without_end_stay_as_they_are() {
        // Each template argument stands for two of the one before.
        let mut name = "_Z1fI1aIiiE".to_owned();
        for at in 0..60 {
            let seed = char::from_digit(at % 36, 36).unwrap_or('0').to_ascii_uppercase();
            name.push_str(&format!("1bIS{seed}_S{seed}_E"));
        }
        name.push_str("EvT_");
        assert!(demangled(&name).is_none_or(|text| text.len() <= LONGEST));
    }
}

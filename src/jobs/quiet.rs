//! Libraries that give up by panicking where this program can go on.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Whether a panic on this thread is expected, so that nothing is printed about it.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`. A panic in it is not printed and comes back as its words.
///
/// # Errors
/// The words of the panic.
pub fn catch_quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !EXPECTED.get() {
                usual(info);
            }
        }));
    });
    let before = EXPECTED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    EXPECTED.set(before);
    outcome.map_err(|panic| words(panic.as_ref()))
}

/// From here to the end of the work that this thread runs with [`catch_quietly`], a panic is a fault again and is printed.
pub fn print_panics_again() {
    EXPECTED.set(false);
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it ended without a reason".to_owned())
}

#[cfg(test)]
#[allow(clippy::panic, reason = "the panics are what is tried")]
mod tests {
    use super::catch_quietly;

    #[test]
    fn the_words_of_a_panic_come_back() {
        assert_eq!(catch_quietly(|| 7), Ok(7));
        assert_eq!(catch_quietly(|| -> u8 { panic!("no luck") }), Err("no luck".to_owned()));
        let n = 3;
        assert_eq!(catch_quietly(|| -> u8 { panic!("no luck {n} times") }), Err("no luck 3 times".to_owned()));
    }
}

//! Ctrl+C as a wish that work can follow: it ends at its next stop and leaves no half files. A second one ends the program at once.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// What a shell shows of a program that ended by Ctrl+C: 128 and the number of that signal.
const INTERRUPTED: i32 = 130;

/// Whether a person has asked the program to stop, since [`listen`].
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Takes interruptions, and requests to end, as wishes from now on.
pub fn listen() {
    // Where this is not possible, an interruption ends the program as it does by default.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    });
}

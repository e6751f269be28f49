//! Says that there is no window, to a person who looks at none.

use crate::jobs::Failure;

/// Set by desktops on Linux for what they start from a menu or a file manager: nobody reads a terminal then.
const LAUNCHED: &str = "GIO_LAUNCHED_DESKTOP_FILE";

/// Shows why there is no window in a box of the system's own, which needs none of our graphics; unless it could be read on the `console` already.
pub fn tell(failure: &Failure, console: bool) {
    if console || !(cfg!(windows) || cfg!(target_os = "macos") || std::env::var_os(LAUNCHED).is_some()) {
        return;
    }
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("Tachograph")
        .set_description(format!("{}\n\n{}", failure.message, failure.next_step))
        .show();
}

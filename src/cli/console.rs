//! Where a window program of Windows prints when it was started from a console.

/// Prints into the console that the program was started from, if there is one and output does not go elsewhere already. On other systems
/// every program has its standard streams. Says whether a person can read there what is printed.
#[cfg(not(windows))]
pub fn attach_console() -> bool {
    use std::io::IsTerminal;
    std::io::stderr().is_terminal()
}

/// Prints into the console that the program was started from, if there is one and output does not go elsewhere already. Says whether
/// there is one.
#[cfg(windows)]
#[allow(unsafe_code)]
pub fn attach_console() -> bool {
    use windows_sys::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole};
    // SAFETY: the call takes a constant and touches no memory of ours. It fails when there is no such console, which is no fault: then
    // the window shows what there is to say, or output was sent to a file or pipe.
    unsafe { AttachConsole(ATTACH_PARENT_PROCESS) != 0 }
}

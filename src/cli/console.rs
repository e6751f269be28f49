//! Where a window program of Windows prints when it was started from a console.

/// Prints into the console that the program was started from, if there is one and output does not go elsewhere already. On other systems
/// every program has its standard streams.
pub fn attach_console() {
    #[cfg(windows)]
    attach();
}

#[cfg(windows)]
#[allow(unsafe_code)]
fn attach() {
    use windows_sys::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole};
    // SAFETY: the call takes a constant and touches no memory of ours. It fails when there is no such console, which is no fault: then
    // the window shows what there is to say, or output was sent to a file or pipe.
    unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
}

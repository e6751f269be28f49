//! The real window on a screen of its own (Xvfb): what draws it, what is tried when that is broken, and what a second start does.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::program::Program;

/// Longest that anything here may take on a busy machine; far more than it does.
const PATIENCE: Duration = Duration::from_secs(60);
/// Takes OpenGL away: the drivers are looked for where there are none.
const NO_OPENGL: [(&str, &str); 4] = [
    ("__EGL_VENDOR_LIBRARY_DIRS", "/nonexistent"),
    ("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent"),
    ("__GLX_VENDOR_LIBRARY_NAME", "nonexistent"),
    ("LIBGL_DRIVERS_PATH", "/nonexistent"),
];
/// Takes Vulkan away.
const NO_VULKAN: [(&str, &str); 2] = [("VK_DRIVER_FILES", "/nonexistent.json"), ("VK_ICD_FILENAMES", "/nonexistent.json")];

/// A screen that nobody sees.
struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    fn start() -> Option<Self> {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "+extension", "GLX", "-nolisten", "tcp"]);
        let Ok(mut server) = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else {
            println!("skipped: the real window, for Xvfb is missing");
            return None;
        };
        let mut number = String::new();
        BufReader::new(server.stdout.take().expect("piped")).read_line(&mut number).expect("a line");
        Some(Self { server, name: format!(":{}", number.trim()) })
    }

    /// The program's window here, with these words on its command line and these variables.
    fn open(&self, program: &Program, args: &[&str], variables: &[(&str, &str)]) -> Window {
        let mut command = program.command(args);
        command.env("DISPLAY", &self.name).env_remove("WAYLAND_DISPLAY").env_remove("XDG_RUNTIME_DIR");
        command.env("LIBGL_ALWAYS_SOFTWARE", "1").env("TACHOGRAPH_STARTUP_TRACE", "1").envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let (send, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().expect("piped"));
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).for_each(|line| drop(send.send(line))));
        Window { child, lines }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

struct Window {
    child: Child,
    lines: Receiver<String>,
}

impl Window {
    /// Waits for the first frame and says what it was drawn with.
    fn drawn_with(&mut self) -> String {
        let (mut with, mut said) = (String::new(), Vec::new());
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                panic!("no first frame; ended: {:?}; it said:\n{}", self.child.try_wait(), said.join("\n"));
            };
            match line.strip_prefix("drawn with ") {
                Some(name) => with = name.to_owned(),
                None if line.starts_with("first frame after ") => return with,
                None => {}
            }
            said.push(line);
        }
    }

    /// Waits for its end, with all that it said.
    fn ended(mut self) -> (ExitStatus, String) {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.child.try_wait().expect("it can be asked") {
                Some(status) => return (status, self.lines.iter().collect::<Vec<_>>().join("\n")),
                None => assert!(Instant::now() < end, "it goes on"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_way_of_drawing_opens_the_window() {
    let Some(screen) = Screen::start() else { return };
    let program = Program::new();
    assert_eq!(screen.open(&program, &[], &[]).drawn_with(), "OpenGL");
    assert_eq!(screen.open(&program, &["--renderer", "glow"], &NO_VULKAN).drawn_with(), "OpenGL");
    assert_eq!(screen.open(&program, &["--renderer", "wgpu"], &NO_OPENGL).drawn_with(), "Vulkan");
}

#[test]
fn a_broken_driver_is_passed_over() {
    let Some(screen) = Screen::start() else { return };
    let program = Program::new();
    assert_eq!(screen.open(&program, &[], &NO_OPENGL).drawn_with(), "Vulkan");
    program.file("settings.ron", b"(renderer: Wgpu)");
    assert_eq!(screen.open(&program, &[], &[]).drawn_with(), "Vulkan");
    assert_eq!(screen.open(&program, &[], &NO_VULKAN).drawn_with(), "OpenGL");
}

#[test]
fn with_nothing_to_draw_it_says_so_and_ends() {
    let Some(screen) = Screen::start() else { return };
    let program = Program::new();
    let (status, said) = screen.open(&program, &[], &[&NO_OPENGL[..], &NO_VULKAN].concat()).ended();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(
        said.contains("The window could not be opened: nothing draws it. Tried: OpenGL (") && said.contains("; Vulkan ("),
        "{said}"
    );
    assert!(said.contains("sudo apt install libgl1"), "{said}");
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
    // One that was asked for is the only one tried.
    let (status, said) = screen.open(&program, &["--renderer", "wgpu"], &NO_VULKAN).ended();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("Tried: Vulkan (") && !said.contains("OpenGL ("), "{said}");
}

#[test]
fn without_a_screen_it_says_so_and_ends() {
    let program = Program::new();
    let output = program.command(&[]).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("tachograph: The window could not be opened: there is no screen"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_second_start_gives_its_file_to_the_first_window() {
    let Some(screen) = Screen::start() else { return };
    let program = Program::new();
    let mut first = screen.open(&program, &[], &[]);
    first.drawn_with();
    let file = program.file("बिल 2026.csv", b"name,amount\nAsha,12\nRavi,30\n");
    let (status, said) = screen.open(&program, &[crate::program::text(&file)], &[]).ended();
    assert_eq!((status.code(), status.signal()), (Some(0), None), "{said}");
    assert!(!said.contains("first frame"), "{said}");
    let remembered = program.home.path().join("recent.ron");
    let end = Instant::now() + PATIENCE;
    while !fs::read_to_string(&remembered).is_ok_and(|state| state.contains("बिल 2026.csv")) {
        assert!(Instant::now() < end, "the first window has not opened it");
        std::thread::sleep(Duration::from_millis(50));
    }
    // Asked for, there is a second window all the same.
    assert_eq!(screen.open(&program, &["--new-window"], &[]).drawn_with(), "OpenGL");
}

#[test]
fn a_wrong_name_of_a_renderer_is_wrong_use() {
    let program = Program::new();
    let (code, said) = program.failure(&["--renderer", "paper"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("choose auto, wgpu (Direct3D 12, Vulkan, Metal) or glow (OpenGL)"), "{said}");
}

//! Chromium without a window, driven through its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/) over a pipe.

#![allow(dead_code)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Longest wait for an answer: a busy machine starts a browser slowly.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser with one page.
pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    session: String,
    last: u64,
    runs_scripts: bool,
    /// Faults of scripts and what the console said, in their order.
    pub complaints: Vec<String>,
    /// Addresses that the page asked for, save for its own file.
    pub requests: Vec<String>,
    _home: tempfile::TempDir,
}

/// The first of the usual names of Chromium that is there.
fn chromium() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

impl Browser {
    /// Starts one; `None`, said with the test's name, where Chromium is missing.
    pub fn start(test: &str) -> Option<Self> {
        let Some(program) = chromium().filter(|_| cfg!(unix)) else {
            println!("skipped: {test} needs chromium");
            return None;
        };
        let home = tempfile::tempdir().expect("a folder");
        let flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-extensions \
                     --disable-background-networking --disable-component-update --hide-scrollbars --remote-debugging-pipe";
        // The protocol is spoken on the descriptors 3 and 4.
        let script = format!("exec \"$0\" {flags} --user-data-dir=\"$1\" about:blank 3<&0 4>&1 </dev/null >/dev/null 2>&1");
        let mut child = Command::new("sh")
            .args(["-c", &script])
            .arg(program)
            .arg(home.path())
            .env("HOME", home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let (to, out) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (sender, from) = channel();
        std::thread::spawn(move || {
            let mut out = BufReader::new(out);
            let mut bytes = Vec::new();
            while out.read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
                bytes.pop();
                let message = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
                bytes.clear();
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut browser = Self {
            child,
            to,
            from,
            session: String::new(),
            last: 0,
            runs_scripts: true,
            complaints: vec![],
            requests: vec![],
            _home: home,
        };
        let target = browser.ask("Target.createTarget", &json!({ "url": "about:blank" }))["targetId"].clone();
        let session = browser.ask("Target.attachToTarget", &json!({ "targetId": target, "flatten": true }));
        browser.session = session["sessionId"].as_str().expect("a session").to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.ask(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    /// Sends a command and waits for its answer; faults are surprises.
    pub fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = self.session.clone().into();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).expect("the browser lives");
        loop {
            let answer = self.next(method);
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    fn next(&mut self, waiting_for: &str) -> Value {
        let message = self.from.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("no answer to {waiting_for}: {error}"));
        let params = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => self.complaints.push(params["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled" => self.complaints.push(params["args"].to_string()),
            "Log.entryAdded" => self.complaints.push(params["entry"].to_string()),
            "Page.javascriptDialogOpening" => self.complaints.push(format!("a dialog: {}", params["message"])),
            "Network.requestWillBeSent" => {
                let url = params["request"]["url"].as_str().unwrap_or_default().to_owned();
                if params["type"] != "Document" {
                    self.requests.push(url);
                }
            }
            _ => {}
        }
        message
    }

    /// Opens a file in a window of this size and waits until it is loaded.
    pub fn open(&mut self, file: &Path, width: u32, height: u32) {
        self.resize(width, height);
        self.ask("Page.navigate", &json!({ "url": format!("file://{}", file.display()) }));
        while self.next("loading")["method"] != "Page.loadEventFired" {}
    }

    /// Sets the size of the window.
    pub fn resize(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", &size);
        self.settle();
    }

    /// Asks for the dark or the light look.
    pub fn dark(&mut self, is_dark: bool) {
        let value = if is_dark { "dark" } else { "light" };
        self.ask("Emulation.setEmulatedMedia", &json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] }));
    }

    /// Allows scripts or not.
    pub fn scripts(&mut self, are_allowed: bool) {
        self.runs_scripts = are_allowed;
        self.ask("Emulation.setScriptExecutionDisabled", &json!({ "value": !are_allowed }));
    }

    /// Waits for two frames: what follows from an event is drawn.
    pub fn settle(&mut self) {
        // Without scripts nothing follows from an event.
        let frames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))";
        if self.runs_scripts {
            self.eval(frames);
        }
    }

    /// What an expression gives on the page.
    pub fn eval(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.ask("Runtime.evaluate", &params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// What an expression that gives a text gives.
    pub fn text(&mut self, expression: &str) -> String {
        let value = self.eval(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression} gives {value}")).to_owned()
    }

    /// Moves the pointer to the middle of the element that an expression gives.
    pub fn hover(&mut self, element: &str) -> (f64, f64) {
        let place = self.eval(&format!(
            "(() => {{ const e = {element}; e.scrollIntoView({{ block: 'nearest' }}); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
        ));
        let (x, y) = (place[0].as_f64().expect("a place"), place[1].as_f64().expect("a place"));
        self.ask("Input.dispatchMouseEvent", &json!({ "type": "mouseMoved", "x": x, "y": y }));
        (x, y)
    }

    /// Clicks the middle of the element that an expression gives.
    pub fn click(&mut self, element: &str) {
        let (x, y) = self.hover(element);
        for kind in ["mousePressed", "mouseReleased"] {
            self.ask("Input.dispatchMouseEvent", &json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 }));
        }
    }

    /// Presses a key, with Ctrl held or not.
    pub fn key(&mut self, key: &str, ctrl: bool) {
        let code = match key {
            "Escape" => 27,
            "Enter" => 13,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            other => other.to_ascii_uppercase().bytes().next().map_or(0, i32::from),
        };
        let modifiers = if ctrl { 2 } else { 0 };
        for kind in ["rawKeyDown", "keyUp"] {
            let params = json!({ "type": kind, "key": key, "modifiers": modifiers, "windowsVirtualKeyCode": code });
            self.ask("Input.dispatchKeyEvent", &params);
        }
    }

    /// Types into what has the focus.
    pub fn type_text(&mut self, text: &str) {
        self.ask("Input.insertText", &json!({ "text": text }));
    }

    /// Writes what is seen to a PNG file; the whole page, not only the window, when `whole`.
    pub fn picture(&mut self, file: &Path, whole: bool) {
        self.settle();
        let params = json!({ "format": "png", "captureBeyondViewport": whole, "fromSurface": true });
        let params = if whole {
            let size = self.ask("Page.getLayoutMetrics", &json!({}))["cssContentSize"].clone();
            let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
            json!({ "format": "png", "captureBeyondViewport": true, "clip": clip })
        } else {
            params
        };
        let data = self.ask("Page.captureScreenshot", &params);
        std::fs::write(file, base64(data["data"].as_str().unwrap_or_default())).expect("written");
    }

    /// That no script failed, nothing was said on the console, and nothing was fetched.
    pub fn assert_quiet(&mut self) {
        self.settle();
        assert_eq!(self.complaints, [] as [String; 0]);
        assert_eq!(self.requests, [] as [String; 0]);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Closing by itself, it takes its helpers along.
        self.last += 1;
        let _ = self.to.write_all(format!("{}\0", json!({ "id": self.last, "method": "Browser.close" })).as_bytes());
        while self.from.recv_timeout(Duration::from_secs(10)).is_ok() {}
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Bytes of base64 (RFC 4648).
fn base64(text: &str) -> Vec<u8> {
    let digit = |sign: u8| match sign {
        b'A'..=b'Z' => Some(sign - b'A'),
        b'a'..=b'z' => Some(sign - b'a' + 26),
        b'0'..=b'9' => Some(sign - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u32> = text.bytes().filter_map(digit).map(u32::from).collect();
    let group = |part: &[u32]| {
        let bits = (0..4).fold(0_u32, |bits, at| bits << 6 | part.get(at).copied().unwrap_or(0));
        bits.to_be_bytes()[1..part.len().max(1)].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}

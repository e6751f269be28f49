//! Which code is the system's: a list that is data, `assets/filters/system.txt`.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// The list. Its first lines say how to write it.
const LIST: &str = include_str!("../../../assets/filters/system.txt");
/// Bytes that one part of the list may take when it is compiled.
const LIST_BYTES: usize = 16 << 20;

/// What a line of the list is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Against {
    /// Names of functions.
    Name,
    /// Source files.
    File,
    /// Binaries and libraries.
    Binary,
}

/// The lines of one part of the list.
fn lines(against: Against) -> impl Iterator<Item = &'static str> {
    let head = match against {
        Against::Name => "[name]",
        Against::File => "[file]",
        Against::Binary => "[binary]",
    };
    let inside = LIST.lines().skip_while(move |line| *line != head).skip(1);
    inside
        .take_while(|line| !matches!(*line, "[name]" | "[file]" | "[binary]"))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// All lines of one part as one expression. A test holds that they compile.
fn expression(against: Against) -> Option<&'static Regex> {
    static PARTS: [OnceLock<Option<Regex>>; 3] = [const { OnceLock::new() }; 3];
    let make = || {
        let each: Vec<String> = lines(against).map(|line| format!("(?:{line})")).collect();
        RegexBuilder::new(&each.join("|")).size_limit(LIST_BYTES).dfa_size_limit(LIST_BYTES).build().ok()
    };
    PARTS.get(against as usize)?.get_or_init(make).as_ref()
}

/// Whether this name, file or binary is the system's.
pub(super) fn is_system(against: Against, text: &str) -> bool {
    !text.is_empty() && expression(against).is_some_and(|expression| expression.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_an_expression_and_together_they_are_small_enough() {
        for against in [Against::Name, Against::File, Against::Binary] {
            assert!(lines(against).count() > 5);
            for line in lines(against) {
                assert!(Regex::new(line).is_ok(), "{line}");
            }
            assert!(expression(against).is_some());
        }
    }

    #[test]
    fn kernels_runtimes_and_system_libraries_are_the_systems() {
        let systems = [
            (Against::Name, "runtime.mallocgc"),
            (Against::Name, "cmpbody"),
            (Against::Name, "std::rt::lang_start::{{closure}}"),
            (Against::Name, "std::sys::backtrace::__rust_begin_short_backtrace"),
            (Against::Name, "__libc_start_main"),
            (Against::Name, "do_syscall_64"),
            (Against::Name, "tcp_sendmsg_[k]"),
            (Against::Name, "java/util/HashMap.get"),
            (Against::Name, "(garbage collector)"),
            (Against::Name, "[libc.so.6]"),
            (Against::File, "/usr/local/go/src/runtime/malloc.go"),
            (Against::File, "<frozen importlib._bootstrap>"),
            (Against::File, "/usr/lib/python3.11/threading.py"),
            (Against::File, "node:internal/process/task_queues"),
            (Against::Binary, "/lib/x86_64-linux-gnu/libc.so.6"),
            (Against::Binary, "/lib/x86_64-linux-gnu/libc-2.31.so"),
            (Against::Binary, "/lib64/ld-linux-x86-64.so.2"),
            (Against::Binary, "[kernel.kallsyms]"),
            (Against::Binary, "[vdso]"),
            (Against::Binary, "C:\\Windows\\System32\\NTDLL.DLL"),
            (Against::Binary, "/usr/lib/system/libsystem_kernel.dylib"),
        ];
        for (against, text) in systems {
            assert!(is_system(against, text), "{text}");
        }
    }

    #[test]
    fn what_a_program_does_is_not() {
        let programs = [
            (Against::Name, "main.main"),
            (Against::Name, "encoding/json.Unmarshal"),
            (Against::Name, "serde_json::de::from_str"),
            (Against::Name, "my_runtime.step"),
            (Against::Name, "std::collections::HashMap<K,V>::insert"),
            (Against::Name, "SystemClock::now"),
            (Against::Name, ""),
            (Against::File, "/usr/lib/python3.11/site-packages/numpy/core/fromnumeric.py"),
            (Against::File, "src/main.rs"),
            (Against::Binary, "/usr/bin/server"),
            (Against::Binary, "/usr/lib/x86_64-linux-gnu/libcrypto.so.3"),
            (Against::Binary, "/opt/app/libcurl.so.4"),
        ];
        for (against, text) in programs {
            assert!(!is_system(against, text), "{text}");
        }
    }
}

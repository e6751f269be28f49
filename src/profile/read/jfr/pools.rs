//! The pools of a chunk: values that events name by number. Its checkpoint events hold them.

use std::collections::HashMap;

use super::super::wire::Fault;
use super::input::{Input, Text};
use super::layout::{Layout, Value};
use super::meta::Classes;

const METHOD: &str = "jdk.types.Method";
const STACK: &str = "jdk.types.StackTrace";
const CLASS: &str = "java.lang.Class";
const THREAD: &str = "java.lang.Thread";

/// A method by the numbers of its class and texts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Method {
    pub(super) class: u64,
    pub(super) name: u64,
    pub(super) descriptor: u64,
}

/// A thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct JavaThread<'a> {
    pub(super) os_name: Text<'a>,
    pub(super) java_name: Text<'a>,
    pub(super) os_id: i64,
}

/// A frame of a stack, leaf first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RawFrame {
    pub(super) method: u64,
    pub(super) line: u32,
    /// Number in the pool of frame types.
    pub(super) kind: u64,
}

/// What a class of values is to the reader.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Method,
    Stack,
    Class,
    Thread,
    /// The first text in it is its name, as of all kinds of lists of names.
    Named,
}

/// All pools of a chunk. Of values told twice the first counts.
pub(super) struct Pools<'a> {
    names: HashMap<(u64, u64), Text<'a>>,
    classes: HashMap<u64, u64>,
    methods: HashMap<u64, Method>,
    threads: HashMap<u64, JavaThread<'a>>,
    /// Places of stacks; they are read when they are needed.
    stacks: HashMap<u64, usize>,
    layouts: HashMap<u64, (What, Layout)>,
    stack_layout: Layout,
    /// Numbers of the classes of symbols, texts and frame types.
    symbol: u64,
    string: u64,
    frame_type: u64,
    /// Bytes that the pools may hold.
    room: u64,
}

impl<'a> Pools<'a> {
    /// Empty pools, which may hold so many bytes.
    pub(super) fn new(classes: &Classes, room: u64) -> Self {
        let number = |name| classes.named(name).unwrap_or(u64::MAX);
        let stack = classes.named(STACK).and_then(|id| classes.get(id));
        let stack_layout = stack.and_then(|class| Layout::of(classes, class, stack_role).ok()).unwrap_or_default();
        Self {
            names: HashMap::new(),
            classes: HashMap::new(),
            methods: HashMap::new(),
            threads: HashMap::new(),
            stacks: HashMap::new(),
            layouts: HashMap::new(),
            stack_layout,
            symbol: number("jdk.types.Symbol"),
            string: number("java.lang.String"),
            frame_type: number("jdk.types.FrameType"),
            room,
        }
    }

    /// Reads a checkpoint event from the beginning of its payload.
    pub(super) fn read(&mut self, input: &mut Input<'a>, classes: &Classes) -> Result<(), Fault> {
        for _ in 0..3 {
            input.long()?;
        }
        input.byte()?;
        for _ in 0..input.int()? {
            self.pool(input, classes)?;
        }
        Ok(())
    }

    /// Bytes held, roughly.
    pub(super) fn memory_bytes(&self) -> u64 {
        let entries = self.names.len() + self.classes.len() + self.methods.len() + self.threads.len() + self.stacks.len();
        entries as u64 * 64
    }

    fn pool(&mut self, input: &mut Input<'a>, classes: &Classes) -> Result<(), Fault> {
        let at = input.at();
        let id = input.long()?;
        let count = input.count()?;
        let (what, layout) = match self.layouts.remove(&id) {
            Some(known) => known,
            None => layout_of(classes, id).map_err(|problem| Fault::new(at, problem))?,
        };
        let mut outcome = Ok(());
        for nth in 0..count {
            outcome = self.value(id, what, &layout, input);
            if nth % 4096 == 0 && self.memory_bytes() > self.room {
                outcome = Err(Fault::too_large(at));
            }
            if outcome.is_err() {
                break;
            }
        }
        self.layouts.insert(id, (what, layout));
        outcome
    }

    fn value(&mut self, id: u64, what: What, layout: &Layout, input: &mut Input<'a>) -> Result<(), Fault> {
        let key = input.long()?;
        let place = input.at();
        let mut numbers = [0_u64; 4];
        let mut texts = [Text::Null; 2];
        layout.read(input, |role, value| {
            match value {
                Value::Number(number) => numbers.iter_mut().skip(usize::from(role) - 1).take(1).for_each(|to| *to = number),
                Value::Text(text) => {
                    texts.iter_mut().skip(usize::from(role) - 1).take(1).filter(|to| **to == Text::Null).for_each(|to| *to = text);
                }
                Value::Float(_) | Value::Item => {}
            }
            Ok(())
        })?;
        let [first, name, descriptor, _] = numbers;
        match what {
            What::Named => _ = self.names.entry((id, key)).or_insert(texts[0]),
            What::Class => _ = self.classes.entry(key).or_insert(first),
            What::Method => _ = self.methods.entry(key).or_insert(Method { class: first, name, descriptor }),
            What::Stack => _ = self.stacks.entry(key).or_insert(place),
            What::Thread => {
                let [os_name, java_name] = texts;
                let thread = JavaThread { os_name, java_name, os_id: numbers[2].cast_signed() };
                self.threads.entry(key).or_insert(thread);
            }
        }
        Ok(())
    }

    /// A text, looked up where it is in the pool.
    pub(super) fn text(&self, text: Text<'a>) -> Text<'a> {
        match text {
            Text::Pool(key) => self.name(self.string, key),
            text => text,
        }
    }

    /// The name of a value of a class of names.
    pub(super) fn name(&self, class: u64, key: u64) -> Text<'a> {
        match self.names.get(&(class, key)) {
            // A text that stands for another one of the same pool would lead in a circle.
            Some(&Text::Pool(other)) if class != self.string => self.name(self.string, other),
            Some(Text::Pool(_)) | None => Text::Null,
            Some(&text) => text,
        }
    }

    pub(super) fn symbol(&self, key: u64) -> Text<'a> {
        self.name(self.symbol, key)
    }

    pub(super) fn frame_type(&self, key: u64) -> Text<'a> {
        self.name(self.frame_type, key)
    }

    /// Whether frames of machine code are told from native methods, as async-profiler does.
    pub(super) fn has_kernel_frames(&self) -> bool {
        let mut kinds = self.names.iter().filter(|((class, _), _)| *class == self.frame_type);
        kinds.any(|(_, text)| *text.decode() == *b"Kernel")
    }

    /// The name of a Java class, as the JVM writes it.
    pub(super) fn class_name(&self, key: u64) -> Text<'a> {
        self.classes.get(&key).map_or(Text::Null, |&name| self.symbol(name))
    }

    pub(super) fn method(&self, key: u64) -> Option<Method> {
        self.methods.get(&key).copied()
    }

    pub(super) fn thread(&self, key: u64) -> Option<JavaThread<'a>> {
        self.threads.get(&key).copied()
    }

    /// The frames of a stack, leaf first, and whether the recorder cut it off. `None` when there is no such stack.
    pub(super) fn stack(&self, key: u64, mut input: Input<'a>, frames: &mut Vec<RawFrame>) -> Result<Option<bool>, Fault> {
        frames.clear();
        let Some(&place) = self.stacks.get(&key) else { return Ok(None) };
        input.seek(place);
        let mut truncated = false;
        self.stack_layout.read(&mut input, |role, value| {
            let Value::Number(number) = value else {
                frames.push(RawFrame::default());
                return Ok(());
            };
            match (role, frames.last_mut()) {
                (1, _) => truncated = number != 0,
                (3, Some(frame)) => frame.method = number,
                // Negative lines are of native methods.
                (4, Some(frame)) => frame.line = (number as u32).cast_signed().max(0).cast_unsigned(),
                (5, Some(frame)) => frame.kind = number,
                _ => {}
            }
            Ok(())
        })?;
        Ok(Some(truncated))
    }
}

fn stack_role(path: &str, _: &super::meta::Field) -> u8 {
    match path {
        "truncated" => 1,
        "frames" => 2,
        "frames.method" => 3,
        "frames.lineNumber" => 4,
        "frames.type" => 5,
        _ => 0,
    }
}

fn layout_of(classes: &Classes, id: u64) -> Result<(What, Layout), String> {
    let class = classes.get(id).ok_or_else(|| format!("a pool is of class {id}, which is not described"))?;
    let string = classes.named("java.lang.String").unwrap_or(u64::MAX);
    let what = match &*class.name {
        METHOD => What::Method,
        STACK => What::Stack,
        CLASS => What::Class,
        THREAD => What::Thread,
        _ => What::Named,
    };
    let layout = Layout::of(classes, class, |path, field| match (what, path) {
        (What::Method, "type") | (What::Class, "name") | (What::Thread, "osName") => 1,
        (What::Method, "name") | (What::Thread, "javaName") => 2,
        (What::Method, "descriptor") | (What::Thread, "osThreadId") => 3,
        (What::Named, _) if path.is_empty() || field.class == string && !field.pooled && !field.array => 1,
        _ => 0,
    })?;
    Ok((what, layout))
}

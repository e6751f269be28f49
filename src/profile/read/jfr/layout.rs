//! How a value of a class lies in the data: a flat list of steps, made once from the descriptions of the classes, so that nothing
//! needs to be called recursively and classes that hold each other end in an error.

use super::super::wire::Fault;
use super::input::{Input, Text};
use super::meta::{Class, Classes, Field};

/// Classes within classes; real ones have two.
const MAX_DEPTH: usize = 12;
/// Steps of one class; real ones have at most a hundred.
const MAX_STEPS: usize = 1024;

/// A piece of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// A whole number, or the number of an entry of a pool.
    Number(u64),
    Float(f64),
    Text(Text<'a>),
    /// Another item of an array begins.
    Item,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Byte,
    /// So many bytes where whole numbers are not compressed.
    Number(u8),
    Float,
    Double,
    Text,
    /// An array; its items take so many of the following steps.
    Array(u32),
}

#[derive(Clone, Copy, Debug)]
struct Step {
    kind: Kind,
    /// 0: of no interest.
    role: u8,
}

/// The steps of a class.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    steps: Vec<Step>,
    has_arrays: bool,
}

/// A field whose steps are to be made, and what surrounds it.
struct Task<'c> {
    field: &'c Field,
    path: String,
    depth: usize,
    /// An array's length step whose items end here.
    ends: Option<usize>,
}

/// Arrays within arrays that are being read; no deeper than classes are nested.
#[derive(Default)]
struct Loops {
    arrays: [Loop; MAX_DEPTH + 2],
    depth: usize,
}

/// An array whose items are being read.
#[derive(Clone, Copy, Default)]
struct Loop {
    start: usize,
    end: usize,
    left: usize,
    role: u8,
}

impl Layout {
    /// The steps of a class. `role` gives a number above 0 to the fields of interest, by path (`stackTrace`, `frames.method`).
    pub(super) fn of(classes: &Classes, class: &Class, mut role: impl FnMut(&str, &Field) -> u8) -> Result<Self, String> {
        let mut steps: Vec<Step> = Vec::new();
        if class.fields.is_empty() {
            steps.push(Step { kind: primitive(&class.name)?, role: role("", &Field::default()) });
        }
        let mut tasks = below(class, "", 0);
        while let Some(task) = tasks.pop() {
            if let Some(array) = task.ends {
                let items = steps.len() - array - 1;
                if let Some(Step { kind: Kind::Array(count), .. }) = steps.get_mut(array) {
                    *count = items as u32;
                }
                continue;
            }
            if steps.len() >= MAX_STEPS || task.depth > MAX_DEPTH {
                return Err(format!("the class {} is nested too deep", class.name));
            }
            let (field, role) = (task.field, role(&task.path, task.field));
            if field.array {
                let ends = Some(steps.len());
                steps.push(Step { kind: Kind::Array(0), role });
                tasks.push(Task { field, path: String::new(), depth: 0, ends });
            }
            if field.pooled {
                steps.push(Step { kind: Kind::Number(8), role });
                continue;
            }
            let inner = classes.get(field.class).ok_or_else(|| format!("the class of the field {} is missing", task.path))?;
            if inner.fields.is_empty() {
                steps.push(Step { kind: primitive(&inner.name)?, role });
            } else {
                tasks.extend(below(inner, &task.path, task.depth + 1));
                if tasks.len() > MAX_STEPS {
                    return Err(format!("the class {} has too many fields", class.name));
                }
            }
        }
        let has_arrays = steps.iter().any(|step| matches!(step.kind, Kind::Array(_)));
        Ok(Self { steps, has_arrays })
    }

    /// Reads one value and hands the pieces of interest over.
    #[inline]
    pub(super) fn read<'a>(
        &self,
        input: &mut Input<'a>,
        mut each: impl FnMut(u8, Value<'a>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.has_arrays {
            return self.read_arrays(input, each);
        }
        for step in &self.steps {
            let value = step.kind.value(input)?;
            if step.role > 0 {
                each(step.role, value)?;
            }
        }
        Ok(())
    }

    fn read_arrays<'a>(
        &self,
        input: &mut Input<'a>,
        mut each: impl FnMut(u8, Value<'a>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let (mut at, mut loops) = (0, Loops::default());
        loop {
            let end = loops.innermost().map_or(self.steps.len(), |array| array.end);
            while let Some(&Step { kind, role }) = self.steps.get(at..end).and_then(<[Step]>::first) {
                at += 1;
                if let Kind::Array(steps) = kind {
                    // Every step takes a byte at least, so the bytes that are left bound the work.
                    let end = at + steps as usize;
                    loops.push(Loop { start: at, end, left: input.count()?, role });
                    at = end;
                    break;
                }
                let value = kind.value(input)?;
                if role > 0 {
                    each(role, value)?;
                }
            }
            let Some(innermost) = loops.innermost().filter(|array| at == array.end) else {
                if at < self.steps.len() {
                    continue;
                }
                return Ok(());
            };
            if innermost.left == 0 {
                loops.depth -= 1;
                continue;
            }
            innermost.left -= 1;
            at = innermost.start;
            if innermost.role > 0 {
                each(innermost.role, Value::Item)?;
            }
        }
    }
}

impl Kind {
    #[inline]
    fn value<'a>(self, input: &mut Input<'a>) -> Result<Value<'a>, Fault> {
        Ok(match self {
            Self::Byte => Value::Number(u64::from(input.byte()?)),
            Self::Number(width) => Value::Number(input.number(usize::from(width))?),
            Self::Float => Value::Float(input.float()?),
            Self::Double => Value::Float(input.double()?),
            Self::Text => Value::Text(input.text()?),
            Self::Array(_) => Value::Item,
        })
    }
}

impl Loops {
    fn push(&mut self, array: Loop) {
        if let Some(free) = self.arrays.get_mut(self.depth) {
            *free = array;
            self.depth += 1;
        }
    }

    fn innermost(&mut self) -> Option<&mut Loop> {
        self.depth.checked_sub(1).and_then(|at| self.arrays.get_mut(at))
    }
}

/// The fields of a class as tasks, the first on top.
fn below<'c>(class: &'c Class, path: &str, depth: usize) -> Vec<Task<'c>> {
    let task = |field: &'c Field| {
        let path = if path.is_empty() { field.name.to_string() } else { format!("{path}.{}", field.name) };
        Task { field, path, depth, ends: None }
    };
    class.fields.iter().rev().map(task).collect()
}

fn primitive(name: &str) -> Result<Kind, String> {
    Ok(match name {
        "boolean" | "byte" => Kind::Byte,
        "char" | "short" => Kind::Number(2),
        "int" => Kind::Number(4),
        "long" => Kind::Number(8),
        "float" => Kind::Float,
        "double" => Kind::Double,
        "java.lang.String" => Kind::Text,
        _ => return Err(format!("the class {name} has no fields and is no plain type")),
    })
}

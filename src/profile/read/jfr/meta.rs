//! The types of a chunk, as its metadata event describes them: classes with fields, annotations of both.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::wire::Fault;
use super::input::Input;

/// A JVM describes some hundreds of classes with some thousands of fields and annotations.
const MAX_CLASSES: usize = 1 << 14;
const MAX_FIELDS: usize = 1 << 18;
/// Bytes of a name; what is longer is no name.
const MAX_NAME: usize = 512;

/// What a value measures, as far as its annotations say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Unit {
    #[default]
    None,
    Bytes,
    /// A share of 1.
    Percent,
    /// A span of time in ticks of the chunk.
    Ticks,
    /// A span of time in so many nanoseconds.
    Nanoseconds(i64),
}

/// A field of a class.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    pub(super) name: Rc<str>,
    pub(super) label: Rc<str>,
    /// Number of its class.
    pub(super) class: u64,
    /// Whether only the number of an entry of the class's pool is stored.
    pub(super) pooled: bool,
    pub(super) array: bool,
    pub(super) unit: Unit,
}

/// A class: of events, of values in pools, or a plain type.
#[derive(Clone, Debug, Default)]
pub(super) struct Class {
    pub(super) id: u64,
    pub(super) name: Rc<str>,
    pub(super) super_class: Rc<str>,
    /// Name for people; empty when it has none.
    pub(super) label: Rc<str>,
    /// The innermost group it belongs to; empty when it has none.
    pub(super) category: Rc<str>,
    pub(super) fields: Vec<Field>,
}

/// All classes of a chunk.
#[derive(Debug, Default)]
pub(super) struct Classes {
    pub(super) all: Vec<Class>,
    rows: HashMap<u64, usize>,
    names: HashMap<Rc<str>, u64>,
}

/// An annotation of a class (field is `None`) or of a field: its class and its last value.
struct Annotation {
    class: usize,
    field: Option<usize>,
    kind: u64,
    value: Rc<str>,
}

/// An element whose children are being read.
struct Open {
    left: usize,
    is_field: bool,
}

/// Reads the tree of elements without recursion: only the number of children that are left at each depth is kept.
struct Reader<'i, 'a> {
    input: &'i mut Input<'a>,
    strings: Vec<Rc<str>>,
    classes: Vec<Class>,
    fields: usize,
    annotations: Vec<Annotation>,
}

impl Classes {
    /// Reads a metadata event from the beginning of its payload.
    pub(super) fn read(input: &mut Input<'_>) -> Result<Self, Fault> {
        for _ in 0..3 {
            input.long()?;
        }
        let mut strings = Vec::new();
        for _ in 0..input.count()? {
            let text = input.text()?.decode();
            let text = String::from_utf8_lossy(text.get(..MAX_NAME).unwrap_or(&text));
            // JDK 9 and 10 have other names for the same.
            strings.push(match text.strip_prefix("com.oracle.jdk.") {
                Some(name) => Rc::from(format!("jdk.{name}")),
                None => Rc::from(text),
            });
        }
        let mut reader = Reader { input, strings, classes: Vec::new(), fields: 0, annotations: Vec::new() };
        reader.elements()?;
        let Reader { classes: all, annotations, .. } = reader;
        let rows = all.iter().enumerate().map(|(row, class)| (class.id, row)).collect();
        let names = all.iter().rev().map(|class| (Rc::clone(&class.name), class.id)).collect();
        let mut classes = Self { all, rows, names };
        annotations.iter().for_each(|annotation| classes.annotate(annotation));
        Ok(classes)
    }

    /// The class of a number.
    pub(super) fn get(&self, id: u64) -> Option<&Class> {
        self.rows.get(&id).and_then(|&row| self.all.get(row))
    }

    /// Number of the class of this name.
    pub(super) fn named(&self, name: &str) -> Option<u64> {
        self.names.get(name).copied()
    }

    fn annotate(&mut self, annotation: &Annotation) {
        let kind = self.get(annotation.kind).map(|class| Rc::clone(&class.name)).unwrap_or_default();
        let Some(class) = self.all.get_mut(annotation.class) else { return };
        let value = &annotation.value;
        match annotation.field {
            None if &*kind == "jdk.jfr.Label" => class.label.clone_from(value),
            None if &*kind == "jdk.jfr.Category" => class.category.clone_from(value),
            None => {}
            Some(field) => {
                let Some(field) = class.fields.get_mut(field) else { return };
                match &*kind {
                    "jdk.jfr.Label" => field.label.clone_from(value),
                    "jdk.jfr.DataAmount" => field.unit = Unit::Bytes,
                    "jdk.jfr.Percentage" => field.unit = Unit::Percent,
                    "jdk.jfr.Timespan" => field.unit = span(value),
                    _ => {}
                }
            }
        }
    }
}

fn span(unit: &str) -> Unit {
    match unit {
        "TICKS" => Unit::Ticks,
        "MICROSECONDS" => Unit::Nanoseconds(1_000),
        "MILLISECONDS" => Unit::Nanoseconds(1_000_000),
        "SECONDS" => Unit::Nanoseconds(1_000_000_000),
        _ => Unit::Nanoseconds(1),
    }
}

impl Reader<'_, '_> {
    fn elements(&mut self) -> Result<(), Fault> {
        let mut open = vec![Open { left: 1, is_field: false }];
        while let Some(innermost) = open.last_mut() {
            if innermost.left == 0 {
                open.pop();
                continue;
            }
            innermost.left -= 1;
            let in_field = innermost.is_field;
            let kind = self.string()?;
            let is_field = self.element(&kind, in_field)?;
            let left = self.input.count()?;
            open.push(Open { left, is_field });
        }
        Ok(())
    }

    /// Reads an element up to its children; gives whether it is a field.
    fn element(&mut self, kind: &str, in_field: bool) -> Result<bool, Fault> {
        let mut attributes = Vec::new();
        for _ in 0..self.input.count()? {
            attributes.push((self.string()?, self.string()?));
        }
        if self.classes.len() > MAX_CLASSES || self.fields.max(self.annotations.len()) > MAX_FIELDS {
            return Err(self.input.fault("more classes are described than any JVM has"));
        }
        let found = |name: &str| attributes.iter().find(|(key, _)| &**key == name).map(|(_, value)| value);
        let get = |name: &str| found(name).cloned().unwrap_or_default();
        let number = |name: &str| get(name).parse().unwrap_or(u64::MAX);
        match kind {
            "class" => {
                self.classes.push(Class { id: number("id"), name: get("name"), super_class: get("superType"), ..Class::default() });
            }
            "field" => {
                let (pooled, array) = (&*get("constantPool") == "true", !matches!(&*get("dimension"), "" | "0"));
                let field = Field { name: get("name"), class: number("class"), pooled, array, ..Field::default() };
                if let Some(class) = self.classes.last_mut() {
                    class.fields.push(field);
                    self.fields += 1;
                }
            }
            "annotation" => {
                // The value, or the last of several.
                let value = attributes.iter().rev().find(|(key, _)| &**key != "class").map(|(_, value)| Rc::clone(value));
                self.annotation(number("class"), value.unwrap_or_default(), in_field);
            }
            _ => {}
        }
        Ok(kind == "field")
    }

    fn annotation(&mut self, kind: u64, value: Rc<str>, in_field: bool) {
        let Some(class) = self.classes.len().checked_sub(1) else { return };
        let fields = self.classes.last().map_or(0, |class| class.fields.len());
        let field = if in_field { fields.checked_sub(1) } else { None };
        self.annotations.push(Annotation { class, field, kind, value });
    }

    fn string(&mut self) -> Result<Rc<str>, Fault> {
        let at = self.input.at();
        let row = self.input.int()? as usize;
        let problem = || Fault::new(at, format!("text {row} is named, but there are only {}", self.strings.len()));
        self.strings.get(row).cloned().ok_or_else(problem)
    }
}

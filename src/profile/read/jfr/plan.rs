//! What is done with each class of events of a chunk, decided once.

use std::collections::HashMap;
use std::rc::Rc;

use super::kinds::{COUNTERS, INSTANTS, KINDS, Measure, NO_MARKS, kind_of};
use super::layout::Layout;
use super::meta::{Class, Classes, Field, Unit};

/// Roles of an event's fields.
pub(super) mod role {
    pub(in super::super) const START: u8 = 1;
    pub(in super::super) const DURATION: u8 = 2;
    pub(in super::super) const THREAD: u8 = 3;
    pub(in super::super) const STACK: u8 = 4;
    /// The first field of those that the plan lists.
    pub(in super::super) const FIRST: u8 = 16;
}

/// What an event is to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// A sample of the kind of this row.
    Sample(usize),
    Counter,
    Marker,
}

/// A field that is of interest.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Its name for people; of a counter, the counter's.
    pub(super) label: String,
    /// Name of its class.
    pub(super) class_name: String,
    pub(super) class: u64,
    pub(super) pooled: bool,
    pub(super) unit: Unit,
    /// Row of [`COUNTERS`], or of the column of the kind of samples.
    pub(super) row: usize,
}

/// How events of a class are read.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) layout: Layout,
    pub(super) usage: Use,
    pub(super) told: Vec<Told>,
    pub(super) label: Rc<str>,
    pub(super) category: Rc<str>,
    /// Only those of some length are of interest.
    pub(super) needs_length: bool,
}

/// The plans of all classes of events that are of interest.
#[derive(Debug, Default)]
pub(super) struct Plans {
    all: Vec<Plan>,
    /// Row + 1 of the plan of a class with a small number, which is nearly all.
    small: Vec<u32>,
    others: HashMap<u64, u32>,
}

/// Numbers below this are looked up by place.
const SMALL: u64 = 4096;

impl Plans {
    /// Plans for the classes of which there are events. Classes that cannot be understood are given back as sentences.
    pub(super) fn new(classes: &Classes, counts: &HashMap<u64, u64>) -> (Self, Vec<String>) {
        let (mut plans, mut problems) = (Self { small: vec![0; SMALL as usize], ..Self::default() }, Vec::new());
        let mut present: Vec<u64> = counts.keys().copied().collect();
        present.sort_unstable();
        for class in present.into_iter().filter_map(|id| classes.get(id)) {
            let Some(usage) = usage(class) else { continue };
            match Plan::new(classes, class, usage) {
                Ok(plan) => plans.add(class.id, plan),
                Err(problem) => problems.push(format!("Events of {} could not be read: {problem}.", class.name)),
            }
        }
        (plans, problems)
    }

    /// The plan of a class.
    #[inline]
    pub(super) fn get(&self, class: u64) -> Option<&Plan> {
        let row = if class < SMALL { self.small.get(class as usize) } else { self.others.get(&class) };
        row.copied().unwrap_or(0).checked_sub(1).and_then(|row| self.all.get(row as usize))
    }

    /// Kinds of samples that there are plans for.
    pub(super) fn has_kind(&self, kind: usize) -> bool {
        self.all.iter().any(|plan| plan.usage == Use::Sample(kind))
    }

    /// Whether any event of a kind tells what a column needs.
    pub(super) fn has_field(&self, kind: usize, column: usize) -> bool {
        let of_kind = self.all.iter().filter(|plan| plan.usage == Use::Sample(kind));
        of_kind.flat_map(|plan| &plan.told).any(|told| told.row == column)
    }

    fn add(&mut self, class: u64, plan: Plan) {
        self.all.push(plan);
        let row = self.all.len() as u32;
        match self.small.get_mut(usize::try_from(class).unwrap_or(usize::MAX)) {
            Some(place) => *place = row,
            None => _ = self.others.insert(class, row),
        }
    }
}

fn usage(class: &Class) -> Option<Use> {
    let name = &*class.name;
    if let Some(kind) = kind_of(name) {
        return Some(Use::Sample(kind));
    }
    if COUNTERS.iter().any(|(event, ..)| *event == name) {
        return Some(Use::Counter);
    }
    if &*class.super_class != "jdk.jfr.Event" || NO_MARKS.contains(&name) {
        return None;
    }
    let own = !name.starts_with("jdk.") && !name.starts_with("profiler.");
    (own || INSTANTS.contains(&name) || has(class, "duration")).then_some(Use::Marker)
}

fn has(class: &Class, field: &str) -> bool {
    class.fields.iter().any(|found| &*found.name == field)
}

impl Plan {
    fn new(classes: &Classes, class: &Class, usage: Use) -> Result<Self, String> {
        let fields = told(class, usage);
        // The names are paths, so fields of classes within the event can be told as well.
        let thread = ["sampledThread", "eventThread", "thread"].into_iter().find(|name| has(class, name)).unwrap_or_default();
        let mut told = vec![Told::default(); fields.len()];
        let layout = Layout::of(classes, class, |path, field| {
            if let Some(at) = fields.iter().position(|(told, _)| told == path) {
                let row = fields.get(at).map_or(0, |&(_, row)| row);
                told.iter_mut().skip(at).take(1).for_each(|to| *to = describe(classes, field, usage, row));
                return role::FIRST + at as u8;
            }
            match path {
                "startTime" => role::START,
                "duration" => role::DURATION,
                "stackTrace" if field.pooled => role::STACK,
                path if path == thread && field.pooled => role::THREAD,
                _ => 0,
            }
        })?;
        let label = if class.label.is_empty() { class.name.clone() } else { class.label.clone() };
        let needs_length = usage == Use::Marker && class.name.starts_with("jdk.") && !INSTANTS.contains(&&*class.name);
        Ok(Self { layout, usage, told, label, category: class.category.clone(), needs_length })
    }
}

/// Paths of the fields of interest, with rows of [`COUNTERS`] or of the columns of the kind.
fn told(class: &Class, usage: Use) -> Vec<(String, usize)> {
    match usage {
        Use::Sample(kind) => {
            let columns = KINDS.get(kind).map_or(&[][..], |kind| kind.columns);
            let field = |(row, measure)| match measure {
                Measure::Field(names) => names.iter().find(|name| has(class, name)).map(|name| ((*name).to_owned(), row)),
                Measure::Count | Measure::Period => None,
            };
            columns.iter().map(|column| column.measure).enumerate().filter_map(field).collect()
        }
        Use::Counter => {
            let counters = COUNTERS.iter().enumerate().filter(|(_, (event, field, _))| {
                let first = field.split('.').next().unwrap_or_default();
                **event == *class.name && has(class, first)
            });
            counters.map(|(row, (_, field, _))| ((*field).to_owned(), row)).collect()
        }
        Use::Marker => {
            let known = ["startTime", "duration", "stackTrace", "eventThread", "sampledThread"];
            let fields = class.fields.iter().filter(|field| !field.array && !known.contains(&&*field.name));
            fields.take(24).map(|field| (field.name.to_string(), 0)).collect()
        }
    }
}

fn describe(classes: &Classes, field: &Field, usage: Use, row: usize) -> Told {
    let label = match usage {
        Use::Counter => COUNTERS.get(row).map_or("", |(_, _, name)| name).to_owned(),
        _ if field.label.is_empty() => field.name.to_string(),
        _ => field.label.to_string(),
    };
    let class_name = classes.get(field.class).map(|class| class.name.to_string()).unwrap_or_default();
    Told { label, class_name, class: field.class, pooled: field.pooled, unit: field.unit, row }
}

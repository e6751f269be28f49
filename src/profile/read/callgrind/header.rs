//! Lines of a key and a value: what was measured, on which thread, and sums.

use super::events::{Event, unit, unit_of_long};
use super::numbers::{cost, number, word};
use super::state::{Next, State};
use crate::profile::build::At;
use crate::profile::error::ProfileError;
use crate::profile::graph::{Calls, MOST_TYPES};
use crate::profile::model::{Thread, ThreadId};

/// Most remarks that are kept; a header has fewer.
const MOST_COMMENTS: usize = 64;

impl State<'_> {
    pub(super) fn header(&mut self, key: &[u8], value: &[u8], line: &[u8]) -> Result<(), ProfileError> {
        match key {
            b"version" => match number(value) {
                Some(version) if version > 1 => Err(self.builder.damaged("it is of a later version than 1, which is not known")),
                _ => Ok(()),
            },
            b"creator" => {
                self.is_valgrind = value.starts_with(b"callgrind-");
                // Its third version writes units beside the names.
                self.is_xdebug = value.starts_with(b"xdebug 2");
                self.comment("Written by", value)
            }
            b"cmd" => self.comment("Command:", value),
            b"desc" => self.comment("", value),
            b"pid" => {
                self.process = number(value).and_then(|number| i64::try_from(number).ok());
                Ok(())
            }
            b"part" => Ok(()),
            b"thread" => self.set_thread(value),
            b"positions" => {
                self.has_line = memchr::memmem::find(value, b"line").is_some();
                self.has_address = [&b"instr"[..], b"addr"].iter().any(|name| memchr::memmem::find(value, name).is_some());
                Ok(())
            }
            b"event" => self.declare(value),
            b"events" => self.set_events(value),
            b"summary" => self.compare_sums(value),
            b"totals" => {
                self.has_totals = true;
                self.compare_sums(value)
            }
            _ => self.unknown(line),
        }
    }

    /// Keeps a line of the header for people, once.
    fn comment(&mut self, before: &str, value: &[u8]) -> Result<(), ProfileError> {
        let value = String::from_utf8_lossy(value);
        let text = format!("{before} {}", value.trim());
        let comments = &mut self.builder.profile.comments;
        let is_new = !value.is_empty() && !value.ends_with(':') && !comments.iter().any(|known| known == text.trim());
        if is_new && comments.len() < MOST_COMMENTS {
            comments.push(text.trim().into());
        }
        Ok(())
    }

    fn set_thread(&mut self, value: &[u8]) -> Result<(), ProfileError> {
        let id = number(value).and_then(|number| i64::try_from(number).ok());
        let thread = Thread { id, process_id: self.process, ..Thread::default() };
        let thread = Some(self.builder.thread(thread)?);
        self.use_thread(thread);
        Ok(())
    }

    /// Goes on with what a thread took.
    pub(super) fn use_thread(&mut self, thread: Option<ThreadId>) {
        let (threads, types) = (&mut self.threads, self.builder.samples.values.len());
        self.thread = *self.rows.entry(thread).or_insert_with(|| {
            threads.push((At { thread, ..At::default() }, Calls::new(types)));
            threads.len() - 1
        });
        (self.current, self.called, self.next) = (None, None, Next::Own);
    }

    fn declare(&mut self, value: &[u8]) -> Result<(), ProfileError> {
        match Event::parse(value) {
            Some(event) if self.declared.len() < MOST_TYPES => {
                if !self.declared.iter().any(|known| known.name == event.name) {
                    self.declared.push(event);
                }
            }
            _ => self.builder.flaw("has an event that cannot be understood and was left out"),
        }
        Ok(())
    }

    fn set_events(&mut self, value: &[u8]) -> Result<(), ProfileError> {
        let text = String::from_utf8_lossy(value).into_owned();
        self.columns.clear();
        for name in text.split_ascii_whitespace() {
            let column = match self.events.iter().find(|(event, _)| event.name == name) {
                Some(&(_, column)) => column,
                None => self.new_event(name)?,
            };
            self.columns.push((column, unit(name).2));
        }
        self.sums.resize(self.builder.samples.values.len(), 0);
        self.widen();
        Ok(())
    }

    fn new_event(&mut self, name: &str) -> Result<usize, ProfileError> {
        if self.events.len() >= MOST_TYPES {
            return Err(self.builder.damaged(format!("it names more than {MOST_TYPES} events")));
        }
        let long = self.declared.iter().find(|event| event.name == name).map_or("", |event| &event.long).to_owned();
        let (plain, by_name, _) = unit(name);
        let by_creator = match plain {
            "Time" if self.is_xdebug && by_name == "count" => Some("microseconds"),
            "Memory" if self.is_xdebug && by_name == "count" => Some("bytes"),
            _ => unit_of_long(&long),
        };
        let column = self.builder.sample_type(plain, by_creator.unwrap_or(by_name))?;
        self.events.push((Event { name: name.into(), long, terms: Vec::new() }, column));
        Ok(column)
    }

    fn widen(&mut self) {
        let types = self.builder.samples.values.len();
        for (_, calls) in self.threads.iter_mut().filter(|(_, calls)| calls.types() < types) {
            calls.widen(types);
        }
    }

    /// Compares what was added up with what the file says it is. Sums that stand before the costs are not compared.
    fn compare_sums(&mut self, value: &[u8]) -> Result<(), ProfileError> {
        if self.sums.iter().all(|&sum| sum == 0) {
            return Ok(());
        }
        let mut rest = value;
        for &(column, factor) in &self.columns {
            let told = word(rest).map_or((0, &[][..]), |(text, behind)| (cost(text).map_or(0, |(told, _)| told), behind));
            rest = told.1;
            if self.sums.get(column).is_some_and(|&sum| sum != told.0.saturating_mul(factor)) {
                self.builder.flaw("has a sum that differs from what the lines before it add up to; the lines are believed");
                break;
            }
        }
        self.sums.iter_mut().for_each(|sum| *sum = 0);
        self.has_totals = true;
        Ok(())
    }

    /// What can only be said at the end; events that others add up to are filled.
    pub(super) fn end(&mut self) -> Result<(), ProfileError> {
        if self.columns.is_empty() {
            return Err(self.builder.damaged("no line “events:” says what was measured"));
        }
        if self.is_valgrind && !self.has_totals && self.number > 0 {
            let text = "The file ends without its sums, so it is probably cut off.";
            self.builder.profile.warnings.push(text.into());
        }
        if self.threads.is_empty() {
            self.use_thread(None);
        }
        self.check()?;
        let declared = std::mem::take(&mut self.declared);
        for event in &declared {
            if !event.long.is_empty() && event.long != event.name {
                self.comment(&format!("{}:", event.name), event.long.as_bytes())?;
            }
            if !event.terms.is_empty() && !self.events.iter().any(|(known, _)| known.name == event.name) {
                self.derive(event)?;
            }
        }
        Ok(())
    }

    fn derive(&mut self, event: &Event) -> Result<(), ProfileError> {
        let column_of = |name: &str| self.events.iter().find(|(known, _)| known.name == name).map(|&(_, column)| column);
        let terms: Vec<(usize, i64)> = event.terms.iter().filter_map(|(name, factor)| Some((column_of(name)?, *factor))).collect();
        if terms.len() != event.terms.len() {
            let text = format!("The event “{}” adds up events that the file does not have, so it was left out.", event.name);
            self.builder.profile.warnings.push(text);
            return Ok(());
        }
        let column = self.new_event(&event.name)?;
        self.widen();
        self.threads.iter_mut().for_each(|(_, calls)| calls.derive(column, &terms));
        self.check()
    }
}

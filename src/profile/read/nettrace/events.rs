//! Turns events into samples, names, marks and values over time.

use super::super::wire::Problem;
use super::bytes::Bytes;
use super::kinds::Kind;
use super::rows::Row;
use super::symbols::Code;
use super::trace::{ALLOCATIONS, CONTENTIONS, EXCEPTIONS, Raw, SAMPLES, Trace};
use crate::profile::model::{StringId, ThreadId};
use crate::profile::timeline::Marker;

impl Trace<'_> {
    /// Takes an event in.
    pub(super) fn event(&mut self, row: &Row<'_>) -> Result<(), Problem> {
        let Some(about) = self.known.get(&row.metadata).copied() else {
            self.builder.flaw("is an event that nothing describes, and was left out");
            return Ok(());
        };
        if about.kind == Kind::Other {
            return Ok(());
        }
        let mut bytes = Bytes::new(row.payload);
        let now = self.time(row.time);
        self.last_ns = self.last_ns.max(now);
        match about.kind {
            Kind::Sample => {
                let managed = bytes.u32()? == 2;
                self.sample(row, SAMPLES, [1, i64::from(managed)])
            }
            Kind::UniversalSample => {
                let weight = bytes.varint()?.cast_signed();
                self.sample(row, SAMPLES, [weight, 0])
            }
            Kind::Allocation => {
                let small = bytes.u32()?;
                bytes.skip(6)?;
                let amount = if about.version >= 2 { bytes.u64()? } else { u64::from(small) };
                self.sample(row, ALLOCATIONS, [1, amount.cast_signed()])
            }
            Kind::ContentionStop => {
                bytes.skip(3)?;
                let duration = if about.version >= 1 { bytes.f64()? } else { 0.0 };
                self.sample(row, CONTENTIONS, [1, duration as i64])
            }
            Kind::Exception => {
                let (class, message) = (bytes.utf16()?, bytes.utf16()?);
                self.sample(row, EXCEPTIONS, [1, 0])?;
                let text = self.builder.text(&format!("{class}: {message}"))?;
                let (thread, _) = self.thread(row.thread)?;
                self.mark("Exception", text, thread, now, now)
            }
            Kind::Method => self.method(row, &mut bytes),
            Kind::Module => self.module(&mut bytes),
            Kind::Mapping => self.universal_mapping(&mut bytes),
            Kind::Symbol => self.universal_symbol(&mut bytes),
            _ => self.collector(about.kind, about.version, now, &mut bytes),
        }
    }

    fn sample(&mut self, row: &Row<'_>, column: usize, values: [i64; 2]) -> Result<(), Problem> {
        let stack = match self.stacks.get(&row.stack) {
            Some(&stack) => stack,
            None => {
                if row.stack != 0 {
                    self.builder.flaw("is an event whose stack is not in the file; it counts without one");
                }
                self.raw_stacks.finish_stack().ok_or_else(|| self.builder.full())?
            }
        };
        let (thread, process) = self.thread(row.thread)?;
        self.samples.push(Raw { stack, thread, process, time_ns: self.time(row.time), column, values });
        if self.samples.len().is_multiple_of(4096) {
            self.check_room()?;
        }
        Ok(self.builder.tick()?)
    }

    fn mark(&mut self, name: &str, text: StringId, thread: ThreadId, start_ns: i64, end_ns: i64) -> Result<(), Problem> {
        let name = self.builder.text(name)?;
        let category = self.builder.text(".NET")?;
        Ok(self.builder.marker(Marker { name, category, text, thread, start_ns, end_ns })?)
    }

    /// Collections of garbage, and what stops all threads.
    fn collector(&mut self, kind: Kind, version: u32, now: i64, bytes: &mut Bytes<'_>) -> Result<(), Problem> {
        match kind {
            Kind::GcStart => {
                let count = bytes.u32()?;
                let text = if version >= 1 {
                    let (generation, reason) = (bytes.u32()?, bytes.u32()?);
                    format!("Generation {generation}, reason: {}", reason_name(reason))
                } else {
                    String::new()
                };
                let text = self.builder.text(&text)?;
                self.collections.insert(count, (now, text));
                Ok(())
            }
            Kind::GcEnd => match self.collections.remove(&bytes.u32()?) {
                Some((start, text)) => self.mark("Garbage collection", text, ThreadId::NONE, start, now.max(start)),
                None => Ok(()),
            },
            Kind::SuspendBegin => {
                let reason = if version >= 1 { bytes.u32()? } else { u32::from(bytes.u16()?) };
                // The profiler itself stops all threads for each sample, for the reason 0.
                self.suspended_ns = (reason != 0).then_some(now);
                Ok(())
            }
            Kind::RestartEnd => match self.suspended_ns.take() {
                Some(start) => self.mark("Threads stopped", StringId(0), ThreadId::NONE, start, now.max(start)),
                None => Ok(()),
            },
            Kind::HeapStats => {
                let mut size = 0_u64;
                for _ in 0..4 {
                    size = size.saturating_add(bytes.u64()?);
                    bytes.skip(8)?;
                }
                let counter = match self.heap {
                    Some(counter) => counter,
                    None => self.builder.counter("Heap after collection", "bytes", ThreadId::NONE)?,
                };
                self.heap = Some(counter);
                Ok(self.builder.count(counter, now, size as f64)?)
            }
            _ => Ok(()),
        }
    }

    fn method(&mut self, row: &Row<'_>, bytes: &mut Bytes<'_>) -> Result<(), Problem> {
        bytes.skip(8)?;
        let (module, start, size) = (bytes.u64()?, bytes.u64()?, bytes.u32()?);
        bytes.skip(8)?;
        let (class, name, signature) = (bytes.utf16()?, bytes.utf16()?, bytes.utf16()?);
        let full = if class.is_empty() { name } else { format!("{class}.{name}") };
        let arguments = signature.find('(').and_then(|at| signature.get(at..)).unwrap_or_default();
        let system_name = self.builder.text(&format!("{full}{arguments}"))?;
        let name = self.builder.text(&full)?;
        let (_, process) = self.thread(row.thread)?;
        self.symbols.add(process, Code { start, end: start.saturating_add(u64::from(size)), name, system_name, module });
        Ok(self.builder.tick()?)
    }

    fn module(&mut self, bytes: &mut Bytes<'_>) -> Result<(), Problem> {
        let module = bytes.u64()?;
        bytes.skip(16)?;
        let file = self.builder.text(&bytes.utf16()?)?;
        self.modules.insert(module, (file, self.about.process));
        Ok(self.builder.tick()?)
    }

    fn universal_mapping(&mut self, bytes: &mut Bytes<'_>) -> Result<(), Problem> {
        let (id, process) = (bytes.varint()?, bytes.varint()?);
        for _ in 0..3 {
            bytes.varint()?;
        }
        let file = self.builder.text(&bytes.short_utf8()?)?;
        self.modules.insert(id, (file, process.cast_signed()));
        Ok(self.builder.tick()?)
    }

    fn universal_symbol(&mut self, bytes: &mut Bytes<'_>) -> Result<(), Problem> {
        bytes.varint()?;
        let (module, start, end) = (bytes.varint()?, bytes.varint()?, bytes.varint()?);
        let name = self.builder.text(&bytes.short_utf8()?)?;
        let process = self.modules.get(&module).map_or(self.about.process, |&(_, process)| process);
        self.symbols.add(process, Code { start, end, name, system_name: StringId(0), module });
        Ok(self.builder.tick()?)
    }
}

/// Why garbage was collected.
fn reason_name(reason: u32) -> &'static str {
    match reason {
        0 => "small objects were allocated",
        1 => "asked for",
        2 => "little memory was left",
        4 => "large objects were allocated",
        5 | 6 => "no room was left",
        7 => "asked for, not at once",
        _ => "other",
    }
}

//! Writes a profile with the crate that samply uses, from a fixed sequence of numbers: two processes, threads with each kind of weight,
//! recursion, negative weights, allocations, markers of all four phases and a counter.

use fxprof_processed_profile::{
    CategoryHandle, CpuDelta, Frame, FrameFlags, FrameInfo, LibraryInfo, MarkerFieldFlags, MarkerFieldFormat, MarkerTiming, Profile,
    ReferenceTimestamp, SamplingInterval, StaticSchemaMarker, StaticSchemaMarkerField, StringHandle, Symbol, SymbolTable, ThreadHandle,
    Timestamp, WeightType,
};
use std::sync::Arc;

struct Text(StringHandle, StringHandle);

impl StaticSchemaMarker for Text {
    const UNIQUE_MARKER_TYPE_NAME: &'static str = "Text";
    const FIELDS: &'static [StaticSchemaMarkerField] = &[StaticSchemaMarkerField {
        key: "name",
        label: "Details",
        format: MarkerFieldFormat::String,
        flags: MarkerFieldFlags::SEARCHABLE,
    }];
    fn name(&self, _: &mut Profile) -> StringHandle {
        self.0
    }
    fn category(&self, _: &mut Profile) -> CategoryHandle {
        CategoryHandle::OTHER
    }
    fn string_field_value(&self, _: u32) -> StringHandle {
        self.1
    }
    fn number_field_value(&self, _: u32) -> f64 {
        0.0
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn library(name: &str) -> LibraryInfo {
    LibraryInfo {
        name: name.into(),
        debug_name: name.into(),
        path: format!("/usr/lib/{name}"),
        debug_path: format!("/usr/lib/{name}"),
        code_id: Some("f0fc29165cbe6088c0e1adf03b0048fbecbc003a".into()),
        debug_id: Default::default(),
        arch: None,
        symbol_table: None,
    }
}

fn at(ms: f64) -> Timestamp {
    Timestamp::from_millis_since_reference(ms)
}

fn main() {
    let mut random = Random(7);
    let start = ReferenceTimestamp::from_millis_since_unix_epoch(1_700_000_000_123.0);
    let mut profile = Profile::new("made by hand", start, SamplingInterval::from_millis(1));
    let symbols = ["main", "parse", "read", "write", "walk"];
    let table = symbols.iter().zip(0..).map(|(name, row)| Symbol { address: row * 256, size: Some(256), name: (*name).into() });
    let named = profile.add_lib(library("program"));
    profile.set_lib_symbol_table(named, Arc::new(SymbolTable::new(table.collect())));
    let bare = profile.add_lib(library("libbare.so"));
    let mut threads = Vec::new();
    for (process_name, pid) in [("first", 100), ("second", 200)] {
        let process = profile.add_process(process_name, pid, at(0.0));
        profile.add_lib_mapping(process, named, 0x10000, 0x20000, 0);
        profile.add_lib_mapping(process, bare, 0x20000, 0x30000, 0);
        let memory = profile.add_counter(process, "malloc", "Memory", "Allocated memory");
        for step in 0..20_i32 {
            profile.add_counter_sample(memory, at(f64::from(step) * 10.0), random.below(2000) as f64 - 500.0, 1);
        }
        for (thread_name, tid) in [("main", pid), ("worker", pid + 1)] {
            let thread = profile.add_thread(process, tid, at(0.0), tid == pid);
            profile.set_thread_name(thread, thread_name);
            threads.push(thread);
        }
    }
    for (row, &thread) in threads.iter().enumerate() {
        samples(&mut profile, thread, row, &mut random);
    }
    allocations(&mut profile, threads[0], &mut random);
    markers(&mut profile, threads[1]);
    println!("{}", serde_json::to_string(&profile).unwrap());
}

fn stack(profile: &mut Profile, thread: ThreadHandle, random: &mut Random) -> Option<fxprof_processed_profile::StackHandle> {
    let label = profile.intern_string("a label");
    let depth = 1 + random.below(7);
    let mut frames = Vec::new();
    for nth in 0..depth {
        let address = match random.below(8) {
            0..=4 => 0x10000 + random.below(5 * 256),
            5 | 6 => 0x20000 + random.below(3) * 64,
            _ => 0,
        };
        let frame = match address {
            0 => Frame::Label(label),
            address if nth + 1 == depth => Frame::InstructionPointer(address),
            address => Frame::ReturnAddress(address),
        };
        frames.push(FrameInfo { frame, category_pair: CategoryHandle::OTHER.into(), flags: FrameFlags::empty() });
    }
    profile.intern_stack_frames(thread, frames.into_iter())
}

fn samples(profile: &mut Profile, thread: ThreadHandle, row: usize, random: &mut Random) {
    let kinds = [WeightType::Samples, WeightType::Samples, WeightType::TracingMs, WeightType::Bytes];
    profile.set_thread_samples_weight_type(thread, kinds[row].clone());
    for nth in 0..150_i32 {
        let stack = if random.below(20) == 0 { None } else { stack(profile, thread, random) };
        let weight = match row {
            0 => 1,
            1 => random.below(5) as i32 - 1,
            2 => random.below(30) as i32,
            _ => random.below(100_000) as i32 - 20_000,
        };
        profile.add_sample(thread, at(f64::from(nth) * 1.25), stack, CpuDelta::from_micros(random.below(1000)), weight);
    }
}

fn allocations(profile: &mut Profile, thread: ThreadHandle, random: &mut Random) {
    let mut held: Vec<(u64, i64)> = Vec::new();
    for nth in 0..200_i32 {
        let stack = stack(profile, thread, random);
        let time = at(f64::from(nth) * 0.9);
        if random.below(3) == 0 && !held.is_empty() {
            let (address, size) = held.remove(random.below(held.len() as u64) as usize);
            profile.add_allocation_sample(thread, time, stack, address, -size);
        } else {
            let (address, size) = (0x7000_0000 + nth as u64 * 64, 1 + random.below(5000) as i64);
            held.push((address, size));
            profile.add_allocation_sample(thread, time, stack, address, size);
        }
    }
}

fn markers(profile: &mut Profile, thread: ThreadHandle) {
    let (load, paint) = (profile.intern_string("load"), profile.intern_string("paint"));
    let text = profile.intern_string("some details");
    for (timing, name) in [
        (MarkerTiming::Instant(at(3.0)), load),
        (MarkerTiming::Interval(at(4.0), at(9.5)), load),
        (MarkerTiming::IntervalStart(at(10.0)), paint),
        (MarkerTiming::IntervalEnd(at(30.0)), paint),
        (MarkerTiming::IntervalStart(at(40.0)), load),
    ] {
        profile.add_marker(thread, timing, Text(name, text));
    }
}

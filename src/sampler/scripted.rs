//! Snapshots from a script instead of the machine: a window or a report can be tested with them, the same each time.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Sender, bounded};

use super::process::{Processes, select};
use super::snapshot::{
    Activity, DeviceUse, DiskRates, DiskUse, MemoryUse, NetworkRates, NetworkUse, OwnUse, Pressure, ProcessRow, Snapshot, Stall,
    SwapUse, Temperature,
};
use super::source::Source;
use super::thread::{Command, Config, Pace, Sampler, Waker};

/// A source that gives prepared snapshots in order, and then ends. Each comes with its own time and interval; of its
/// processes only those that are wanted.
pub struct Scripted<I>(I);

impl<I: Iterator<Item = Snapshot> + Send + 'static> Scripted<I> {
    /// Gives these.
    pub fn new(snapshots: impl IntoIterator<IntoIter = I>) -> Self {
        Self(snapshots.into_iter())
    }
}

impl<I: Iterator<Item = Snapshot> + Send + 'static> Source for Scripted<I> {
    fn prime(&mut self, _: Processes) {}

    fn sample(&mut self, processes: Processes, _: Duration) -> Option<Snapshot> {
        let mut snapshot = self.0.next()?;
        snapshot.processes = select(snapshot.processes.to_vec(), processes);
        Some(snapshot)
    }
}

/// Lets a scripted sampler take its samples one by one.
pub struct Script(Sender<Command>);

impl Script {
    /// Takes the next snapshot, and returns when it lies in the channel and the waker has been called. `false` when the
    /// sampler is paused, or the script at its end.
    pub fn step(&self) -> bool {
        let (answer, answered) = bounded(1);
        self.0.send(Command::Step(answer)).is_ok() && answered.recv().unwrap_or(false)
    }
}

impl Sampler {
    /// A sampler that gives `snapshots`, one for each [`Script::step`], and none by the clock.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn scripted(snapshots: Vec<Snapshot>, config: Config, waker: Waker) -> io::Result<(Self, Script)> {
        let sampler = Self::start_paced(Scripted::new(snapshots), config, waker, Pace::Steps)?;
        let script = Script(sampler.control());
        Ok((sampler, script))
    }
}

/// Snapshots of a machine that does not exist: four CPUs, 16 GiB, one second apart from the time 1,700,000,000 on. The same
/// for every call; CPU use swings between 20 and 80 percent once a minute.
pub fn example(count: usize) -> Vec<Snapshot> {
    (0..count).map(|at| example_at(at as u32)).collect()
}

const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;

fn example_at(second: u32) -> Snapshot {
    let swing = f64::from(second % 60) / 60.0 * std::f64::consts::TAU;
    let cpu = 50.0 + 30.0 * swing.sin();
    let rates = (Some(2e6 * (1.0 + swing.cos())), Some(5e5));
    let disk = DiskRates { read_per_s: rates.0, written_per_s: rates.1, busy_percent: Some(12.5), queue_length: Some(0.5) };
    let used = 6 * GIB + u64::from(second % 600) * MIB;
    let rates = NetworkRates { received_per_s: Some(1.2e6), sent_per_s: Some(8e4 * (1.0 + swing.sin())) };
    Snapshot {
        time: 1_700_000_000.0 + f64::from(second),
        interval_seconds: 1.0,
        cpu_percent: cpu as f32,
        cpu_per_core: [0.5, 0.75, 1.25, 1.5].map(|share| (cpu * share).min(100.0) as f32).to_vec(),
        load: Some([1.25, 0.75, 0.5]),
        memory: MemoryUse { total: 16 * GIB, used, available: 16 * GIB - used },
        swap: SwapUse { total: 2 * GIB, used: 256 * MIB },
        activity: Activity {
            context_switches_per_s: Some(4000.0 + 20.0 * cpu),
            page_faults_per_s: Some(1000.0 + 10.0 * cpu),
            major_faults_per_s: Some(0.0),
            swap_in_per_s: Some(0.0),
            swap_out_per_s: Some(0.0),
        },
        pressure: example_pressure(cpu as f32),
        disks: vec![example_disk("/dev/sda2", "/", disk), example_disk("/dev/sdb1", "/data", DiskRates::default())],
        disk_total: disk,
        devices: vec![DeviceUse { name: "sda".into(), busy_percent: Some(12.5), queue_length: Some(0.5) }],
        networks: vec![NetworkUse { name: "eth0".into(), received_per_s: rates.received_per_s, sent_per_s: rates.sent_per_s }],
        network_total: rates,
        temperatures: vec![Temperature { name: "coretemp Package id 0".into(), celsius: 54.0 }],
        gpus: Vec::new(),
        cpu_name: Some(Arc::from("Example CPU")),
        cpu_frequency_mhz: Some(2600),
        process_count: Some(4),
        processes: example_processes(cpu as f32),
        processes_age_seconds: Some(0.0),
        this_program: OwnUse {
            cpu_percent: 0.25,
            cpu_percent_of_one: 1.0,
            memory: 96 * MIB,
            threads: Some(12),
            handles: Some(48),
            sample_cost_ms: 2.5,
            frame_ms: None,
            run_time_seconds: u64::from(second),
        },
        uptime_seconds: 86_400 + u64::from(second),
    }
}

fn example_pressure(cpu: f32) -> Pressure {
    let stall = |some: f32, full: Option<f32>| {
        Some(Stall { some_avg10: some, full_avg10: full, some_percent: Some(some), full_percent: full })
    };
    Pressure { cpu: stall(cpu / 4.0, None), memory: stall(0.0, Some(0.0)), io: stall(2.0, Some(1.0)) }
}

fn example_disk(name: &str, mount: &str, rates: DiskRates) -> DiskUse {
    let DiskRates { read_per_s, written_per_s, .. } = rates;
    DiskUse { name: name.into(), mount: mount.into(), total: 512 * GIB, available: 128 * GIB, read_per_s, written_per_s }
}

fn example_processes(cpu: f32) -> Arc<[ProcessRow]> {
    let row = |pid, parent, name: &str, share: f32, memory| ProcessRow {
        pid,
        parent,
        name: Arc::from(name),
        command: Some(Arc::from(format!("/usr/bin/{name} --example"))),
        cpu_percent: cpu * share,
        memory,
        virtual_memory: Some(memory * 4),
        threads: Some(4),
        handles: Some(32),
        read_per_s: Some(0.0),
        written_per_s: Some(1024.0),
        run_time_seconds: 3600,
        user: Some(Arc::from("asha")),
    };
    let rows = [row(1, None, "init", 0.0, 12 * MIB), row(412, Some(1), "postgres", 0.5, 900 * MIB)];
    let more = [row(900, Some(1), "python3", 0.25, 1200 * MIB), row(901, Some(900), "worker", 0.125, 80 * MIB)];
    rows.into_iter().chain(more).collect()
}

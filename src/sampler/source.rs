//! Where snapshots come from: the machine, or a script in tests.

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sysinfo::System;

use super::cpu::{self, Cpu, CpuUse};
use super::disk::{self, Disks};
use super::memory;
use super::network::Networks;
use super::own::Own;
use super::process::{ProcessList, Processes};
use super::slow::Slow;
use super::snapshot::{DiskRates, DiskUse, Snapshot};

/// Something that gives snapshots when asked.
pub trait Source: Send + 'static {
    /// Takes a first reading, from which the next snapshot counts its rates. Called at the start, after a pause, and
    /// when processes are wanted again; the next snapshot comes at least [`super::WARM_UP`] later.
    fn prime(&mut self, processes: Processes);

    /// The next snapshot. `None` when there will be none any more.
    fn sample(&mut self, processes: Processes, interval: Duration) -> Option<Snapshot>;
}

/// The machine this program runs on.
pub struct Machine {
    system: System,
    cpu: Cpu,
    started: Instant,
    slow: Slow,
    disks: Disks,
    disk_use: (Vec<DiskUse>, DiskRates),
    networks: Networks,
    processes: ProcessList,
    own: Own,
}

impl Machine {
    /// Gets ready to read the machine's figures.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            system: System::new(),
            cpu: Cpu::default(),
            started: Instant::now(),
            slow: Slow::start()?,
            disks: Disks::default(),
            disk_use: <(Vec<DiskUse>, DiskRates)>::default(),
            networks: Networks::default(),
            processes: ProcessList::default(),
            own: Own::new(),
        })
    }

    /// Disks with their traffic, or those of the last answer where traffic comes with it.
    fn read_disks(&mut self) -> (Vec<DiskUse>, DiskRates) {
        let started = self.started;
        let asked = self.slow.news(started.elapsed()).map(|answer| answer.asked);
        let volumes = self.slow.latest().map(|answer| answer.volumes.as_slice()).unwrap_or_default();
        if cfg!(target_os = "linux") {
            return self.disks.rates_of(volumes, &disk_counters(), started.elapsed());
        }
        if let Some(asked) = asked {
            self.disk_use = self.disks.rates_of_volumes(volumes, asked);
        }
        self.disk_use.clone()
    }
}

/// Where the system does not tell the CPU use of the machine, that of its processes stands for it, so they must be read.
fn needed(processes: Processes, cpu_told: bool) -> Processes {
    if !cpu_told && processes == Processes::Off { Processes::Top(0) } else { processes }
}

/// What Linux counts for each device; nothing elsewhere.
fn disk_counters() -> Vec<disk::Counters> {
    disk::parse_diskstats(&std::fs::read_to_string("/proc/diskstats").unwrap_or_default())
}

impl Source for Machine {
    fn prime(&mut self, processes: Processes) {
        let started = self.started;
        self.slow.ask(started.elapsed());
        let processes = needed(processes, self.cpu.read(&mut self.system).is_some());
        if cfg!(target_os = "linux") {
            self.disks.rates_of(&[], &disk_counters(), started.elapsed());
        }
        self.networks.read(started.elapsed());
        self.processes.prime(&mut self.system, processes, started.elapsed());
        self.own.forget();
        self.own.read(&mut self.system, started.elapsed(), processes != Processes::Off);
    }

    fn sample(&mut self, processes: Processes, interval: Duration) -> Option<Snapshot> {
        // The clock is read again for each part: one that takes long must not falsify the rates of the next.
        let (started, begun) = (self.started, Instant::now());
        let cpu = self.cpu.read(&mut self.system);
        let processes = needed(processes, cpu.is_some());
        let (memory, swap) = memory::read(&mut self.system);
        let (disks, disk_total) = self.read_disks();
        let (networks, network_total) = self.networks.read(started.elapsed());
        let listed = self.processes.read(&mut self.system, processes, started.elapsed());
        let cpu = cpu.unwrap_or_else(|| CpuUse { total: self.processes.busy(), cores: Vec::new() });
        let mut this_program = self.own.read(&mut self.system, started.elapsed(), listed);
        this_program.sample_cost_ms = begun.elapsed().as_secs_f64() * 1000.0;
        Some(Snapshot {
            time: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64()),
            interval_seconds: interval.as_secs_f64(),
            cpu_percent: cpu.total,
            cpu_per_core: cpu.cores,
            load: cpu::load(),
            memory,
            swap,
            disks,
            disk_total,
            networks,
            network_total,
            temperatures: self.slow.latest().map(|answer| answer.temperatures.clone()).unwrap_or_default(),
            process_count: self.processes.count(),
            processes: self.processes.rows(),
            this_program,
            uptime_seconds: System::uptime(),
        })
    }
}

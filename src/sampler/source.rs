//! Where snapshots come from: the machine, or a script in tests.

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sysinfo::System;

use super::activity::{self, Activities};
use super::cpu::{self, Cpu, CpuFacts, CpuUse};
use super::device::{self, Devices};
use super::disk::{self, Disks};
use super::kernel::{DiskCounters, Pressures};
use super::memory;
use super::network::Networks;
use super::own::Own;
use super::process::{ProcessList, Processes};
use super::slow::Slow;
use super::snapshot::{Activity, DeviceUse, DiskRates, DiskUse, Snapshot};

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
    counted: activity::Reader,
    activities: Activities,
    pressures: Pressures,
    disks: Disks,
    devices: Devices,
    disk_use: DisksUse,
    disk_counters: DiskCounters,
    networks: Networks,
    processes: ProcessList,
    own: Own,
}

/// What is told of disks: those that are mounted, all together, and the devices below.
#[derive(Clone, Default)]
struct DisksUse {
    disks: Vec<DiskUse>,
    total: DiskRates,
    devices: Vec<DeviceUse>,
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
            counted: activity::Reader::default(),
            activities: Activities::default(),
            pressures: Pressures::default(),
            disks: Disks::default(),
            devices: Devices::default(),
            disk_use: DisksUse::default(),
            disk_counters: DiskCounters::default(),
            networks: Networks::default(),
            processes: ProcessList::default(),
            own: Own::new(),
        })
    }

    /// Disks with their traffic, or those of the last answer where traffic comes with it.
    fn read_disks(&mut self) -> DisksUse {
        let started = self.started;
        let news = self.slow.news(started.elapsed()).map(|answer| (answer.asked, answer.drives.clone()));
        let volumes = self.slow.latest().map(|answer| answer.volumes.as_slice()).unwrap_or_default();
        let (disks, total, devices) = if cfg!(target_os = "linux") {
            let (counters, at) = (self.disk_counters.read(), started.elapsed());
            let (disks, total) = self.disks.rates_of(volumes, &counters, at);
            (disks, total, self.devices.uses_of(&disk::times_of(&counters), at))
        } else if let Some((asked, drives)) = news {
            let (disks, total) = self.disks.rates_of_volumes(volumes, asked);
            (disks, total, self.devices.uses_of(&drives, asked))
        } else {
            return self.disk_use.clone();
        };
        let (busy_percent, queue_length) = device::together(&devices);
        self.disk_use = DisksUse { disks, total: DiskRates { busy_percent, queue_length, ..total }, devices };
        self.disk_use.clone()
    }

    fn read_activity(&mut self) -> Activity {
        let counters = self.counted.read(self.cpu.switches());
        self.activities.rates_of(counters, self.started.elapsed())
    }
}

/// Where the system does not tell the CPU use of the machine, that of its processes stands for it, so they must be read.
fn needed(processes: Processes, cpu_told: bool) -> Processes {
    if !cpu_told && processes == Processes::Off { Processes::Top(0) } else { processes }
}

impl Source for Machine {
    fn prime(&mut self, processes: Processes) {
        let started = self.started;
        self.slow.ask(started.elapsed());
        let processes = needed(processes, self.cpu.read(&mut self.system, started.elapsed()).is_some());
        self.read_activity();
        self.pressures.read(started.elapsed());
        if cfg!(target_os = "linux") {
            let (counters, at) = (self.disk_counters.read(), started.elapsed());
            self.disks.rates_of(&[], &counters, at);
            self.devices.uses_of(&disk::times_of(&counters), at);
        }
        self.networks.read(started.elapsed());
        self.processes.prime(&mut self.system, self.cpu.count(), processes, started.elapsed());
        self.own.forget();
        self.own.read(&mut self.system, self.cpu.count(), started.elapsed(), processes != Processes::Off);
    }

    fn sample(&mut self, processes: Processes, interval: Duration) -> Option<Snapshot> {
        // The clock is read again for each part: one that takes long must not falsify the rates of the next.
        let (started, begun) = (self.started, Instant::now());
        let cpu = self.cpu.read(&mut self.system, started.elapsed());
        let processes = needed(processes, cpu.is_some());
        let (memory, swap) = memory::read(&mut self.system);
        let (activity, pressure) = (self.read_activity(), self.pressures.read(started.elapsed()));
        let DisksUse { disks, total: disk_total, devices } = self.read_disks();
        let (networks, network_total) = self.networks.read(started.elapsed());
        let listed = self.processes.read(&mut self.system, self.cpu.count(), processes, started.elapsed());
        let cpu = cpu.unwrap_or_else(|| CpuUse { total: self.processes.busy(), cores: Vec::new() });
        let mut this_program = self.own.read(&mut self.system, self.cpu.count(), started.elapsed(), listed);
        let facts = self.slow.latest().map(|answer| (answer.temperatures.clone(), answer.gpus.clone(), answer.cpu.clone()));
        let (temperatures, gpus, CpuFacts { name: cpu_name, frequency_mhz: cpu_frequency_mhz }) = facts.unwrap_or_default();
        let processes_age_seconds = self.processes.age(started.elapsed()).map(|age| age.as_secs_f64());
        this_program.sample_cost_ms = begun.elapsed().as_secs_f64() * 1000.0;
        Some(Snapshot {
            time: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64()),
            interval_seconds: interval.as_secs_f64(),
            cpu_percent: cpu.total,
            cpu_per_core: cpu.cores,
            cpu_name,
            cpu_frequency_mhz,
            load: cpu::load(),
            memory,
            swap,
            activity,
            pressure,
            disks,
            disk_total,
            devices,
            networks,
            network_total,
            temperatures,
            gpus,
            process_count: self.processes.count(),
            processes: self.processes.rows(),
            processes_age_seconds,
            this_program,
            uptime_seconds: System::uptime(),
        })
    }
}

//! What one sample of the machine holds. Plain data: whoever shows, stores or sends it needs nothing else of the sampler.
//!
//! Sizes are bytes, rates are bytes per second, CPU figures are percent. What the system does not tell is `None`, which is
//! `null` in JSON, never 0. The names in JSON are those that `monitor --json` prints.

use std::sync::Arc;

use serde::{Serialize, Serializer};

/// The machine at one moment, and what happened since the sample before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Snapshot {
    /// When it was taken: seconds since 1970-01-01 UTC.
    pub time: f64,
    /// How far apart samples are meant to be now, in seconds. Two samples much further apart than this have a gap between them.
    pub interval_seconds: f64,
    /// CPU use of the whole machine, 0 to 100. On a Windows whose performance counters are damaged, that of the processes
    /// which may be read.
    pub cpu_percent: f32,
    /// CPU use of each logical CPU, 0 to 100 each. Empty where the system does not tell it.
    pub cpu_per_core: Vec<f32>,
    /// Load average over 1, 5 and 15 minutes. `None` on Windows, which has none.
    pub load: Option<[f64; 3]>,
    /// Physical memory.
    pub memory: MemoryUse,
    /// Swap space or page file. All 0 where there is none.
    pub swap: SwapUse,
    /// Page faults, swapping and context switches of the whole machine.
    pub activity: Activity,
    /// How much of the time work stood still for want of something. Linux only.
    pub pressure: Pressure,
    /// Mounted disks, each device once.
    pub disks: Vec<DiskUse>,
    /// Reading and writing of all disks together, no device counted twice.
    pub disk_total: DiskRates,
    /// The disks that the mounted ones lie on, and what else is built in; none made of others. Empty where the system does not tell how busy they are.
    pub devices: Vec<DeviceUse>,
    /// Network interfaces without the loopback.
    pub networks: Vec<NetworkUse>,
    /// All traffic that leaves or enters the machine, none of it counted twice for bridges and tunnels.
    pub network_total: NetworkRates,
    /// Temperature sensors. Empty where the system tells none.
    pub temperatures: Vec<Temperature>,
    /// Graphics cards that tell how busy they are or what memory they have.
    pub gpus: Vec<GpuUse>,
    /// What the CPU calls itself.
    #[serde(serialize_with = "shared_option")]
    pub cpu_name: Option<Arc<str>>,
    /// Clock of the logical CPUs now, their mean, in megahertz; at most five seconds old.
    pub cpu_frequency_mhz: Option<u32>,
    /// How many processes run. `None` while processes are not looked at and the system has no cheap count.
    pub process_count: Option<u32>,
    /// The processes, those that use most CPU first; shared, so that a snapshot is cheap to clone. Empty while not asked for.
    #[serde(serialize_with = "shared")]
    pub processes: Arc<[ProcessRow]>,
    /// How long before this sample the processes were read, in seconds: at short intervals several samples have the same list. `None` while they
    /// are not read.
    pub processes_age_seconds: Option<f64>,
    /// What this program itself costs.
    #[serde(rename = "self")]
    pub this_program: OwnUse,
    /// How long the machine has been up, in seconds.
    pub uptime_seconds: u64,
}

/// Physical memory in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MemoryUse {
    /// All there is.
    pub total: u64,
    /// What cannot be had without swapping: `total - available`.
    pub used: u64,
    /// What programs can still get, file cache that can be given up included.
    pub available: u64,
}

/// Swap space in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SwapUse {
    /// All there is; 0 where there is none.
    pub total: u64,
    /// What is in use.
    pub used: u64,
}

/// What the kernel does for all programs, per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Activity {
    /// Changes from one thread to another, on all CPUs.
    pub context_switches_per_s: Option<f64>,
    /// Page faults, those included for which a disk was read.
    pub page_faults_per_s: Option<f64>,
    /// Page faults for which a disk was read.
    pub major_faults_per_s: Option<f64>,
    /// Bytes read from swap.
    pub swap_in_per_s: Option<f64>,
    /// Bytes written to swap.
    pub swap_out_per_s: Option<f64>,
}

/// For want of what work stood still. `None` where the system does not tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Pressure {
    /// Waiting for a CPU that is free.
    pub cpu: Option<Stall>,
    /// Waiting for memory: for pages to be freed, or to be read back.
    pub memory: Option<Stall>,
    /// Waiting for disks.
    pub io: Option<Stall>,
}

/// Share of the time in which work stood still for want of one thing, percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Stall {
    /// Some thread waited, over the last ten seconds, recent ones counting more: the kernel's own figure.
    pub some_avg10: f32,
    /// The same where all threads waited that had something to do.
    pub full_avg10: Option<f32>,
    /// Some thread waited, since the sample before.
    pub some_percent: Option<f32>,
    /// All threads waited that had something to do, since the sample before.
    pub full_percent: Option<f32>,
}

/// How much one disk has to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DeviceUse {
    /// The system's name for it, such as `nvme0n1` or `disk 0`.
    pub name: String,
    /// Share of the time in which it had something to do, 0 to 100. A disk that works on many requests at once can do more even at 100.
    pub busy_percent: Option<f32>,
    /// Requests that wait for it or are carried out by it, their mean number.
    pub queue_length: Option<f32>,
}

/// One graphics card.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GpuUse {
    /// The system's name for it, such as `card0`.
    pub name: String,
    /// Share of the time in which it had something to do, 0 to 100.
    pub busy_percent: Option<f32>,
    /// Its own memory in use, bytes.
    pub memory_used: Option<u64>,
    /// All its own memory, bytes.
    pub memory_total: Option<u64>,
    /// Degrees Celsius.
    pub celsius: Option<f32>,
}

/// One mounted disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DiskUse {
    /// The device, such as `/dev/sda1`, or the volume's label on Windows and macOS.
    pub name: String,
    /// Where it is mounted, such as `/home` or `C:\`.
    pub mount: String,
    /// Size in bytes.
    pub total: u64,
    /// Bytes that a program without special rights can still write.
    pub available: u64,
    /// Bytes read per second.
    pub read_per_s: Option<f64>,
    /// Bytes written per second.
    pub written_per_s: Option<f64>,
}

/// What all disks do together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct DiskRates {
    /// Bytes read per second.
    pub read_per_s: Option<f64>,
    /// Bytes written per second.
    pub written_per_s: Option<f64>,
    /// Share of the time in which the busiest one had something to do, 0 to 100.
    pub busy_percent: Option<f32>,
    /// Requests that wait for any or are carried out, their mean number.
    pub queue_length: Option<f32>,
}

/// One network interface.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NetworkUse {
    /// The system's name for it, such as `eth0` or `Ethernet`.
    pub name: String,
    /// Bytes received per second. `None` in the first sample that has the interface.
    pub received_per_s: Option<f64>,
    /// Bytes sent per second.
    pub sent_per_s: Option<f64>,
}

/// Network traffic in bytes per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct NetworkRates {
    /// Bytes received per second.
    pub received_per_s: Option<f64>,
    /// Bytes sent per second.
    pub sent_per_s: Option<f64>,
}

/// One temperature sensor.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Temperature {
    /// The system's name for it, such as `coretemp Package id 0`.
    pub name: String,
    /// Degrees Celsius.
    pub celsius: f32,
}

/// One process.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProcessRow {
    /// Its number.
    pub pid: u32,
    /// The number of the process that started it.
    pub parent: Option<u32>,
    /// Name of the program.
    #[serde(serialize_with = "shared")]
    pub name: Arc<str>,
    /// The command line, arguments separated by spaces. `None` where it may not be read, and for kernel threads.
    #[serde(serialize_with = "shared_option")]
    pub command: Option<Arc<str>>,
    /// CPU use as a share of the whole machine, 0 to 100: 100 means all logical CPUs, as Task Manager counts.
    pub cpu_percent: f32,
    /// Physical memory in use (resident set, working set), bytes.
    pub memory: u64,
    /// Address space reserved, bytes.
    pub virtual_memory: Option<u64>,
    /// How many threads it has.
    pub threads: Option<u32>,
    /// How many files, sockets or handles it holds open.
    pub handles: Option<u32>,
    /// Bytes read from disk per second.
    pub read_per_s: Option<f64>,
    /// Bytes written to disk per second.
    pub written_per_s: Option<f64>,
    /// How long it has run, in seconds.
    pub run_time_seconds: u64,
    /// Name of the user it runs for.
    #[serde(serialize_with = "shared_option")]
    pub user: Option<Arc<str>>,
}

impl Default for ProcessRow {
    fn default() -> Self {
        Self {
            pid: 0,
            parent: None,
            name: Arc::from(""),
            command: None,
            cpu_percent: 0.0,
            memory: 0,
            virtual_memory: None,
            threads: None,
            handles: None,
            read_per_s: None,
            written_per_s: None,
            run_time_seconds: 0,
            user: None,
        }
    }
}

/// What this program itself costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct OwnUse {
    /// CPU use as a share of the whole machine, as for every process: 100 means all logical CPUs. Over the last five
    /// seconds, or over one interval where that is longer.
    pub cpu_percent: f32,
    /// The same in percent of one logical CPU: 100 means one CPU busy all the time.
    pub cpu_percent_of_one: f32,
    /// Physical memory in use, bytes.
    pub memory: u64,
    /// How many threads it has.
    pub threads: Option<u32>,
    /// How many files, sockets or handles it holds open.
    pub handles: Option<u32>,
    /// How long this sample took to make, in milliseconds.
    pub sample_cost_ms: f64,
    /// CPU time of the longest frame of the window since the sample before, in milliseconds. `None` where no window was drawn.
    pub frame_ms: Option<f32>,
    /// How long it has run, in seconds.
    pub run_time_seconds: u64,
}

fn shared<T: Serialize + ?Sized, S: Serializer>(value: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().serialize(serializer)
}

fn shared_option<S: Serializer>(value: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_deref().serialize(serializer)
}

//! What a year of the monitor's history takes on disk, and how long it takes to open a stretch of it.
//!
//! `cargo bench --bench history -- [FOLDER]`
//!
//! Simulates a machine of eight cores with forty processes: hours for a year, minutes for 90 days, ten seconds for a week and seconds for a day are
//! made from several samples each, so that smallest, mean and largest differ as they do on a machine that is in use. With a FOLDER the history
//! is made there and left there; as `history` in a folder that `TACHOGRAPH_HOME` names the window shows it.

#![allow(clippy::expect_used, reason = "a measurement stops at the first surprise")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tachograph::history::{Archive, Config, FILE, Recorder};
use tachograph::jobs::Cancel;
use tachograph::sampler::{
    Activity, DiskRates, DiskUse, MemoryUse, Metric, NetworkRates, NetworkUse, OwnUse, Pressure, ProcessRow, Snapshot, Stall,
    Temperature,
};

const DAY: f64 = 86_400.0;
const CORES: usize = 8;
const GIB: f64 = 1_073_741_824.0;
const PIXELS: usize = 1600;
const OPENINGS: usize = 9;
const LIMIT: u64 = 1_000_000_000;

fn main() {
    let folder: Option<PathBuf> = std::env::args().skip(1).find(|word| !word.starts_with("--")).map(Into::into);
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = folder.unwrap_or_else(|| temporary.path().to_owned());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs_f64().floor();
    let started = Instant::now();
    let samples = simulate(&folder, now);
    println!("{samples} samples recorded in {:.0} s", started.elapsed().as_secs_f64());
    let bytes = std::fs::metadata(folder.join(FILE)).expect("there").len();
    println!("the database: {:.1} MB", bytes as f64 / 1e6);
    let archive = Archive::at(&folder.join(FILE));
    for (name, seconds) in
        [("1 h", 3600.0), ("24 h", DAY), ("7 d", 7.0 * DAY), ("30 d", 30.0 * DAY), ("90 d", 90.0 * DAY), ("1 y", 365.0 * DAY)]
    {
        open(&archive, name, now - seconds, now, now);
    }
    open(&archive, "a day, half a year ago", now - 180.0 * DAY, now - 179.0 * DAY, now);
    open(&archive, "10 min, 3 days ago", now - 3.0 * DAY, now - 3.0 * DAY + 600.0, now);
    let took = Instant::now();
    let minute = archive.top_at(now - 40.0 * DAY).expect("readable").expect("kept");
    println!("processes of a minute 40 days ago: {} in {:.1} ms", minute.processes.len(), took.elapsed().as_secs_f64() * 1e3);
}

fn open(archive: &Archive, name: &str, from: f64, to: f64, now: f64) {
    let plain = [Metric::CpuTotal, Metric::CpuBusiest, Metric::Load, Metric::MemoryUsed, Metric::SwapUsed, Metric::DiskRead];
    let more = [Metric::DiskWritten, Metric::NetReceived, Metric::NetSent, Metric::Processes, Metric::OwnCpu, Metric::OwnMemory];
    let metrics: Vec<Metric> = plain.into_iter().chain(more).chain((0..CORES as u16).map(Metric::CpuCore)).collect();
    let mut took: Vec<Duration> = Vec::new();
    let (mut buckets, mut width) = (0, 0);
    for _ in 0..OPENINGS {
        let begun = Instant::now();
        let stretch = archive.stretch(&metrics, (from, to), PIXELS, now, &Cancel::new()).expect("readable");
        took.push(begun.elapsed());
        buckets = stretch.lines.values().map(|line| line.buckets.len()).sum::<usize>();
        width = stretch.width;
    }
    took.sort();
    let ms = |duration: Option<&Duration>| duration.map_or(f64::NAN, |duration| duration.as_secs_f64() * 1e3);
    let (median, most) = (ms(took.get(OPENINGS / 2)), ms(took.last()));
    println!(
        "{name}: {} series, {buckets} buckets of {} s: {median:.1} ms (median), {most:.1} ms (most)",
        metrics.len(),
        width / 1000
    );
}

/// A walk that comes back to its middle, with noise.
struct Walk {
    value: f64,
    random: u64,
}

impl Walk {
    fn next(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let noise = (self.random >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        self.value = (self.value * 0.98 + noise * 0.2).clamp(-0.5, 0.5);
        (self.value + 0.5 + noise * 0.1).clamp(0.0, 1.0)
    }
}

fn simulate(folder: &std::path::Path, now: f64) -> usize {
    let recorder = Recorder::start(Config::new(folder.to_owned(), LIMIT)).expect("a thread");
    let mut walks: Vec<Walk> =
        (0..80).map(|n| Walk { value: 0.0, random: 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(n + 1) }).collect();
    // From, to (days ago), seconds between samples.
    let parts = [(365.0, 90.0, 900.0), (90.0, 7.0, 15.0), (7.0, 1.0, 2.5), (1.0, 0.0, 1.0)];
    let mut count = 0;
    for (from, to, interval) in parts {
        let steps = ((from - to) * DAY / interval) as usize;
        for step in 0..steps {
            let time = now - from * DAY + step as f64 * interval;
            // What one process tells changes less often than that there are samples.
            recorder.push(&Arc::new(snapshot(time, interval, &mut walks, step % 4 == 0)));
            count += 1;
            if count % 500 == 0 {
                recorder.write();
            }
        }
    }
    recorder.write();
    assert_eq!(recorder.status().lost, 0, "none is lost");
    count
}

fn snapshot(time: f64, interval: f64, walks: &mut [Walk], with_processes: bool) -> Snapshot {
    let drawn: Vec<f64> = walks.iter_mut().map(Walk::next).collect();
    let at = |row: usize| drawn.get(row).copied().unwrap_or_default();
    let cores: Vec<f32> = (0..CORES).map(|core| (at(core) * 100.0) as f32).collect();
    let process = |row: usize| ProcessRow {
        pid: 1000 + row as u32 * 17,
        name: format!("program-{}", row % 23).into(),
        cpu_percent: (at(20 + row) * at(20 + row) * 10.0) as f32,
        memory: (at(20 + row) * GIB) as u64,
        ..ProcessRow::default()
    };
    let mut rows: Vec<ProcessRow> = if with_processes { (0..40).map(process).collect() } else { Vec::new() };
    rows.sort_by(|a, b| b.cpu_percent.total_cmp(&a.cpu_percent));
    let used = ((4.0 + 6.0 * at(9)) * GIB) as u64;
    let rate = |row: usize| Some((at(row) * at(row) * 5e7).round());
    let disk = |name: &str, free: f64| DiskUse {
        name: name.into(),
        mount: name.into(),
        total: (500.0 * GIB) as u64,
        available: free as u64,
        ..DiskUse::default()
    };
    let stall = |some: f64, full: Option<f64>| {
        let percent = |share: f64| (share * share * 40.0) as f32;
        Some(Stall { some_percent: Some(percent(some)), full_percent: full.map(percent), ..Stall::default() })
    };
    let total = (16.0 * GIB) as u64;
    Snapshot {
        time,
        interval_seconds: interval,
        cpu_percent: cores.iter().sum::<f32>() / CORES as f32,
        cpu_per_core: cores,
        load: Some([at(8) * 8.0, 1.0, 1.0]),
        memory: MemoryUse { total, used, available: total - used },
        disks: vec![disk("/", (200.0 + at(10)) * GIB), disk("/home", (100.0 + at(11)) * GIB)],
        disk_total: DiskRates {
            read_per_s: rate(12),
            written_per_s: rate(13),
            busy_percent: Some((at(12) * 100.0) as f32),
            queue_length: Some((at(13) * 4.0) as f32),
        },
        activity: Activity {
            context_switches_per_s: rate(60).map(|rate| rate / 1e3),
            page_faults_per_s: rate(61).map(|rate| rate / 1e3),
            major_faults_per_s: Some((at(62) * 1.2 - 0.2).max(0.0).round()),
            swap_in_per_s: Some(0.0),
            swap_out_per_s: Some(0.0),
        },
        pressure: Pressure { cpu: stall(at(63), None), memory: stall(0.0, Some(0.0)), io: stall(at(64), Some(at(65))) },
        cpu_frequency_mhz: Some((2000.0 + at(66) * 2000.0) as u32),
        networks: vec![NetworkUse { name: "eth0".into(), received_per_s: rate(14), sent_per_s: rate(15) }],
        network_total: NetworkRates { received_per_s: rate(14), sent_per_s: rate(15) },
        temperatures: vec![Temperature { name: "Package".into(), celsius: (40.0 + at(16) * 40.0).round() as f32 }],
        process_count: Some((300.0 + at(17) * 40.0) as u32),
        processes: rows.into(),
        this_program: OwnUse {
            cpu_percent: at(18) as f32,
            memory: 100_000_000 + (at(19) * 1e6) as u64,
            threads: Some(20),
            sample_cost_ms: 2.0 + at(18),
            frame_ms: Some((3.0 + at(67)) as f32),
            ..OwnUse::default()
        },
        ..Snapshot::default()
    }
}

//! `tachograph monitor`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::report::format;
use crate::sampler::{Config, ProcessRow, Processes, Sampler, Snapshot};

use super::args::MonitorArgs;
use super::load_settings;

/// Carries out the command: prints samples until the time is over.
pub fn run(args: &MonitorArgs) -> anyhow::Result<ExitCode> {
    let (_, settings) = load_settings()?;
    let interval = args.interval.map_or_else(|| settings.sample_interval(), Duration::from_millis);
    let processes = if args.processes == 0 { Processes::Off } else { Processes::Top(args.processes) };
    let config = Config { interval, processes };
    let sampler = Sampler::start(config, Arc::new(|| {}))?;
    let mut output = open(args)?;
    let started = Instant::now();
    let over = |at: Instant| args.duration.is_some_and(|seconds| at.duration_since(started).as_secs_f64() >= seconds);
    loop {
        let left =
            args.duration.map_or(Duration::MAX, |seconds| Duration::from_secs_f64(seconds).saturating_sub(started.elapsed()));
        let Some(snapshot) = next(&sampler, left) else { break };
        write(&mut output, &snapshot, args.json)?;
        if over(Instant::now()) {
            break;
        }
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The next sample, unless the time is over before.
fn next(sampler: &Sampler, left: Duration) -> Option<Arc<Snapshot>> {
    if left == Duration::MAX { sampler.receiver().recv().ok() } else { sampler.receiver().recv_timeout(left).ok() }
}

fn open(args: &MonitorArgs) -> anyhow::Result<Box<dyn Write>> {
    let Some(path) = &args.output else { return Ok(Box::new(io::stdout())) };
    let file = File::create(path).map_err(|error| {
        anyhow::anyhow!("“{}” could not be written: {error}. Choose another file for --output.", path.display())
    })?;
    Ok(Box::new(BufWriter::new(file)))
}

fn write(output: &mut dyn Write, snapshot: &Snapshot, json: bool) -> io::Result<()> {
    let mut text = if json { serde_json::to_string(snapshot)? } else { describe(snapshot) };
    text.push('\n');
    output.write_all(text.as_bytes())?;
    output.flush()
}

/// One line for the machine, and one for each process shown.
fn describe(snapshot: &Snapshot) -> String {
    let rate = |rate: Option<f64>| format::or_not_available(rate, format::rate);
    let mut text = format!(
        "CPU {}  memory {} of {}  swap {}  disk read {} written {}  network in {} out {}  {}",
        format::percent(f64::from(snapshot.cpu_percent)),
        format::bytes(snapshot.memory.used),
        format::bytes(snapshot.memory.total),
        format::bytes(snapshot.swap.used),
        rate(snapshot.disk_total.read_per_s),
        rate(snapshot.disk_total.written_per_s),
        rate(snapshot.network_total.received_per_s),
        rate(snapshot.network_total.sent_per_s),
        format::or_not_available(snapshot.process_count, |count| format::counted(u64::from(count), "process", "processes")),
    );
    for process in snapshot.processes.iter() {
        text.push('\n');
        text.push_str(&describe_process(process));
    }
    text
}

fn describe_process(process: &ProcessRow) -> String {
    let cpu = format::percent(f64::from(process.cpu_percent));
    format!("  {:>7}  {cpu:>7}  {:>9}  {}", process.pid, format::bytes(process.memory), process.name)
}

//! Agreement with the Linux kernel.

use super::*;

/// Two readings of this machine, far enough apart to tell rates, with `meanwhile` done in between.
fn two_readings(meanwhile: impl FnOnce()) -> Snapshot {
    let mut machine = Machine::new().expect("a thread");
    machine.prime(Processes::All);
    meanwhile();
    machine.sample(Processes::All, Duration::from_secs(1)).expect("a machine has no end")
}

/// Keeps one CPU busy until this program has used that much more CPU time.
fn burn(ticks: u64) {
    let end = own_ticks() + ticks;
    let mut number = 1_u64;
    while own_ticks() < end {
        (0..1_000_000).for_each(|at| number = std::hint::black_box(number.wrapping_mul(at | 1)));
    }
}

fn own_stat() -> Vec<u64> {
    let line = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = line.rsplit_once(')').unwrap();
    fields.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect()
}

/// User and system time of this program; fields 14 and 15 of `man 5 proc`.
fn own_ticks() -> u64 {
    let fields = own_stat();
    fields[11] + fields[12]
}

fn own_resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = statm.split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * page_bytes()
}

fn page_bytes() -> u64 {
    let smaps = std::fs::read_to_string("/proc/self/smaps").unwrap();
    let line = smaps.lines().find_map(|line| line.strip_prefix("KernelPageSize:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

fn meminfo(label: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(label)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[test]
fn totals_are_those_of_the_kernel() {
    let snapshot = two_readings(|| {});
    assert_eq!(snapshot.memory.total, meminfo("MemTotal:"));
    assert_eq!(snapshot.swap.total, meminfo("SwapTotal:"));
    let stat = std::fs::read_to_string("/proc/stat").unwrap();
    let cpus = stat.lines().filter(|line| line.starts_with("cpu") && !line.starts_with("cpu ")).count();
    assert_eq!(snapshot.cpu_per_core.len(), cpus);
}

/// Other tests run beside this one in the same program, so the two readings around the sample may differ by what
/// they take or give back: 64 MiB are allowed for.
#[test]
fn own_memory_lies_between_readings_before_and_after() {
    const BESIDE: u64 = 64 << 20;
    let block = vec![1_u8; 256 << 20];
    let before = own_resident_bytes();
    let snapshot = two_readings(|| {});
    let after = own_resident_bytes();
    assert!(std::hint::black_box(&block).iter().all(|&byte| byte == 1));
    let allowed = before.min(after) - BESIDE..=before.max(after) + BESIDE;
    let row = snapshot.processes.iter().find(|row| row.pid == std::process::id()).expect("this program");
    for memory in [snapshot.this_program.memory, row.memory] {
        assert!(memory >= 256 << 20 && allowed.contains(&memory), "{memory} not in {allowed:?}");
    }
}

/// CPU time and clock are read twice by the sampler and around it by the test: the sampler's share lies between the
/// least (its CPU time inside, the time outside) and the most, one tick of the counter either way.
#[test]
fn own_cpu_is_the_time_that_was_used() {
    let mut machine = Machine::new().expect("a thread");
    let (outer, outer_ticks) = (std::time::Instant::now(), own_ticks());
    machine.prime(Processes::All);
    let (inner, inner_ticks) = (std::time::Instant::now(), own_ticks());
    burn(60);
    let (inner_ticks, inner) = (own_ticks() - inner_ticks, inner.elapsed());
    let snapshot = machine.sample(Processes::All, Duration::from_secs(1)).expect("a snapshot");
    let (outer_ticks, outer) = (own_ticks() - outer_ticks, outer.elapsed());

    assert!(inner_ticks >= 60);
    let share = |ticks: u64, time: Duration| 100.0 * (ticks as f64 / 100.0) / time.as_secs_f64();
    let (least, most) = (share(inner_ticks - 1, outer), share(outer_ticks + 1, inner));
    let own = f64::from(snapshot.this_program.cpu_percent_of_one);
    assert!(own >= least && own <= most, "{own} not in {least}..{most}");
    let row = snapshot.processes.iter().find(|row| row.pid == std::process::id()).expect("this program");
    let cpus = snapshot.cpu_per_core.len() as f64;
    let (listed, whole) = (f64::from(row.cpu_percent), f64::from(snapshot.this_program.cpu_percent));
    // A share of the machine ends at 100, also where ticks of a busy machine add up to a little more.
    assert!(
        listed >= (least / cpus).min(100.0) - 1e-3 && listed <= most / cpus + 1e-3,
        "{listed} of {cpus} CPUs not in {least}..{most}"
    );
    assert!((whole - (own / cpus).min(100.0)).abs() < 1e-3, "{whole} is not {own} of {cpus}");
}

#[test]
fn threads_and_open_files_are_those_of_the_kernel() {
    let held: Vec<_> = (0..100).map(|_| std::fs::File::open("/proc/self/stat").unwrap()).collect();
    let (end, ended) = crossbeam_channel::bounded::<()>(0);
    let threads: Vec<_> = (0..20).map(|_| ended.clone()).map(|ended| std::thread::spawn(move || ended.recv())).collect();
    let snapshot = two_readings(|| {});
    drop(end);
    threads.into_iter().for_each(|thread| assert!(thread.join().unwrap().is_err()));
    assert!(snapshot.this_program.handles.is_some_and(|handles| handles as usize > held.len()));
    let row = snapshot.processes.iter().find(|row| row.pid == std::process::id()).expect("this program");
    for threads in [row.threads, snapshot.this_program.threads] {
        assert!(threads.is_some_and(|threads| threads > 20), "{threads:?}");
    }
}

/// A child that is a shell when it is seen first, and has become another program when it is seen again.
#[test]
fn a_child_is_listed_with_its_parent_name_and_command() {
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "read line; exec sleep 60.25"]).stdin(std::process::Stdio::piped());
    let mut child = shell.spawn().expect("sh");
    let pid = child.id();
    let command = || std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let snapshot = two_readings(|| {
        drop(child.stdin.take());
        while !command().starts_with("sleep") {
            std::thread::yield_now();
        }
    });
    child.kill().expect("the child still runs");
    child.wait().expect("the child has ended");
    let row = snapshot.processes.iter().find(|row| row.pid == pid).expect("the child");
    assert_eq!((row.parent, &*row.name, row.command.as_deref()), (Some(std::process::id()), "sleep", Some("sleep 60.25")));
    // Kernels before 6.2 tell the open files of other programs only to those who count them one by one.
    let told = std::fs::metadata("/proc/self/fd").unwrap().len() > 0;
    assert_eq!((row.threads, row.handles.is_some_and(|handles| handles >= 3)), (Some(1), told));
    assert!(!two_readings(|| {}).processes.iter().any(|row| row.pid == pid), "gone");
}

/// A figure of a file of the kernel: the one after `label` in the line that begins with `line`.
fn figure(path: &str, line: &str, label: &str) -> Option<f64> {
    let text = std::fs::read_to_string(path).ok()?;
    let rest = text.lines().find_map(|found| found.strip_prefix(line))?;
    rest.split_whitespace().find_map(|field| field.strip_prefix(label)?.parse().ok())
}

/// What the kernel counts here, with the rates of a sample that follow from it; the same order each time.
fn kernel_counts() -> [Option<f64>; 5] {
    [
        figure("/proc/vmstat", "pgfault ", ""),
        figure("/proc/vmstat", "pgmajfault ", ""),
        figure("/proc/stat", "ctxt ", ""),
        figure("/proc/pressure/cpu", "some ", "total="),
        figure("/proc/pressure/io", "full ", "total="),
    ]
}

fn kernel_rates(snapshot: &Snapshot) -> [Option<f64>; 5] {
    let (activity, pressure) = (&snapshot.activity, &snapshot.pressure);
    // Percent of the time, as microseconds per second.
    let micros = |percent: Option<f32>| percent.map(|percent| f64::from(percent) * 1e4);
    [
        activity.page_faults_per_s,
        activity.major_faults_per_s,
        activity.context_switches_per_s,
        micros(pressure.cpu.and_then(|stall| stall.some_percent)),
        micros(pressure.io.and_then(|stall| stall.full_percent)),
    ]
}

/// As for CPU time above: what the sampler tells lies between the least that was counted between its readings and the most around them.
#[test]
fn rates_of_the_kernel_are_what_its_counters_grew_by() {
    let mut machine = Machine::new().expect("a thread");
    let (outer, before) = (std::time::Instant::now(), kernel_counts());
    machine.prime(Processes::Off);
    let (inner, inside_before) = (std::time::Instant::now(), kernel_counts());
    let pages = std::hint::black_box(vec![1_u8; 64 << 20]);
    std::thread::sleep(Duration::from_millis(300));
    let (inside_after, inner) = (kernel_counts(), inner.elapsed().as_secs_f64());
    let snapshot = machine.sample(Processes::Off, Duration::from_secs(1)).expect("a snapshot");
    let (after, outer) = (kernel_counts(), outer.elapsed().as_secs_f64());
    drop(pages);
    for (at, told) in kernel_rates(&snapshot).into_iter().enumerate() {
        let (Some(first), Some(last)) = (before[at], after[at]) else {
            assert_eq!(told, None, "figure {at}");
            continue;
        };
        let inside = inside_after[at].expect("counted") - inside_before[at].expect("counted");
        let (least, most) = (inside / outer, (last - first) / inner);
        let told = told.expect("told");
        // Shares are told in single precision, and end at all of the time.
        let least = if at >= 3 { least.min(1e6) } else { least };
        assert!(told >= least * 0.999 - 1.0 && told <= most * 1.001 + 1.0, "figure {at}: {told} not in {least}..{most}");
    }
    let faults = snapshot.activity.page_faults_per_s.expect("every kernel counts them");
    assert!(faults > 0.0, "64 MiB were touched");
}

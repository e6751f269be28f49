//! Disks: space of what is mounted, and what is read and written per second.
//!
//! Space is asked for on a thread of its own (`slow.rs`), since a file system that has gone away may never answer. On
//! Linux traffic comes from `/proc/diskstats` with every sample, elsewhere from sysinfo together with the space.

use std::collections::HashMap;
use std::time::Duration;

use sysinfo::{Disk, DiskRefreshKind};

use super::device::Times;
use super::rate::{Rates, sum_known};
use super::snapshot::{DiskRates, DiskUse};

/// A mounted disk, and under what name its traffic is counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Volume {
    /// What a snapshot shows of it; on Linux still without rates.
    pub disk: DiskUse,
    /// Its name in `/proc/diskstats`, such as `sda1` or `dm-0`. Linux only.
    pub device: Option<String>,
    /// Bytes read and written since the system started. Everywhere but on Linux.
    pub counters: Option<(u64, u64)>,
}

/// File systems that hold nothing of the user's on a disk, apart from those that sysinfo leaves out.
const PSEUDO: [&str; 15] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "configfs",
    "debugfs",
    "efivarfs",
    "fuse.gvfsd-fuse",
    "fuse.lxcfs",
    "fuse.portal",
    "fuse.snapfuse",
    "fusectl",
    "nsfs",
    "ramfs",
    "securityfs",
    "tracefs",
];

/// Everything mounted that is a disk, each device once. May block for as long as the slowest file system.
pub fn volumes(disks: &mut sysinfo::Disks) -> Vec<Volume> {
    let kind = DiskRefreshKind::nothing().with_storage();
    let kind = if cfg!(target_os = "linux") { kind } else { kind.with_io_usage() };
    disks.refresh_specifics(true, kind);
    let real = disks.iter().filter(|disk| !PSEUDO.contains(&disk.file_system().to_string_lossy().as_ref()));
    distinct(real.map(volume).collect())
}

fn volume(disk: &Disk) -> Volume {
    let mount = disk.mount_point().to_string_lossy().into_owned();
    let name = Some(disk.name().to_string_lossy().into_owned()).filter(|name| !name.is_empty());
    let device = if cfg!(target_os = "linux") { name.as_deref().map(device_of) } else { None };
    let usage = disk.usage();
    let counters = (usage.total_read_bytes, usage.total_written_bytes);
    Volume {
        disk: DiskUse {
            name: name.unwrap_or_else(|| mount.clone()),
            mount,
            total: disk.total_space(),
            available: disk.available_space(),
            ..DiskUse::default()
        },
        device,
        counters: Some(counters).filter(|&counted| !cfg!(target_os = "linux") && counted != (0, 0)),
    }
}

/// `/dev/mapper/root` is a link to `/dev/dm-0`, which is counted as `dm-0`.
fn device_of(name: &str) -> String {
    let path = std::fs::canonicalize(name).unwrap_or_else(|_| name.into());
    path.strip_prefix("/dev").unwrap_or(&path).to_string_lossy().into_owned()
}

/// Leaves out what has no size, what containers mount over single files, layers of containers, and all but the shortest
/// mount of each device.
pub fn distinct(mut volumes: Vec<Volume>) -> Vec<Volume> {
    volumes.retain(|volume| volume.disk.total > 0 && !is_layer(&volume.disk) && !is_over_file(&volume.disk.mount));
    volumes.sort_by(|a, b| (a.disk.mount.len(), &a.disk.mount).cmp(&(b.disk.mount.len(), &b.disk.mount)));
    let mut kept: Vec<Volume> = Vec::with_capacity(volumes.len());
    for volume in volumes {
        if !kept.iter().any(|other| is_same_device(other, &volume)) {
            kept.push(volume);
        }
    }
    kept.sort_by(|a, b| a.disk.mount.cmp(&b.disk.mount));
    kept
}

/// A container's file system as its host sees it: its space is that of the disk below.
fn is_layer(disk: &DiskUse) -> bool {
    disk.name == "overlay" && disk.mount != "/"
}

/// Containers mount `/etc/hosts` and the like one by one.
fn is_over_file(mount: &str) -> bool {
    mount.starts_with("/etc/") && std::path::Path::new(mount).is_file()
}

/// On Linux a device has one name. Elsewhere the name is a label that several may have, so that counters and sizes tell.
fn is_same_device(a: &Volume, b: &Volume) -> bool {
    if a.device.is_some() || b.device.is_some() {
        return a.device == b.device;
    }
    let sizes = |volume: &Volume| (volume.disk.total, volume.disk.available);
    a.counters.is_some() && a.counters == b.counters && sizes(a) == sizes(b)
}

/// Bytes that one device has moved so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// The kernel's name for it.
    pub name: String,
    /// Bytes read.
    pub read: u64,
    /// Bytes written.
    pub written: u64,
    /// Milliseconds in which it had something to do, and those of all its requests together. Linux only.
    pub times: Option<(u64, u64)>,
}

/// `/proc/diskstats` counts in sectors of this size whatever the disk's own (Linux, Documentation/admin-guide/iostats.rst).
#[cfg(any(target_os = "linux", test))]
const SECTOR: u64 = 512;

/// The lines of `/proc/diskstats`: third field the name, sixth sectors read, tenth sectors written, 13th and 14th the times.
#[cfg(any(target_os = "linux", test))]
pub fn parse_diskstats(text: &str) -> Vec<Counters> {
    let counters = text.lines().filter_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(2);
        let name = fields.next()?.to_owned();
        let read: u64 = fields.nth(2)?.parse().ok()?;
        let written: u64 = fields.nth(3)?.parse().ok()?;
        let mut time = |skipped: usize| fields.nth(skipped)?.parse().ok();
        let (busy, queued) = (time(2), time(0));
        let (read, written) = (read.saturating_mul(SECTOR), written.saturating_mul(SECTOR));
        Some(Counters { name, read, written, times: busy.zip(queued) })
    });
    counters.collect()
}

/// The times of those that are disks of their own.
pub fn times_of(counters: &[Counters]) -> Vec<Times> {
    let whole = counters.iter().filter(|one| is_whole_disk(&one.name, counters));
    let times = whole.filter_map(|one| one.times.map(|(busy_ms, queued_ms)| Times { name: one.name.clone(), busy_ms, queued_ms }));
    times.collect()
}

/// Names of devices whose bytes are those of another device (or of memory): counting both would count twice.
const STACKED: [&str; 9] = ["loop", "ram", "zram", "dm-", "md", "drbd", "bcache", "zd", "sr"];

/// Whether `name` is a disk of its own: no partition of another in the list, and not made of others.
pub fn is_whole_disk(name: &str, all: &[Counters]) -> bool {
    let stacked = STACKED.iter().any(|start| name.starts_with(start));
    !stacked && !all.iter().any(|other| is_partition_of(name, &other.name))
}

/// `sda1` of `sda`, `nvme0n1p1` of `nvme0n1`: where the disk's name ends in a digit, a `p` stands between.
fn is_partition_of(name: &str, disk: &str) -> bool {
    let Some(rest) = name.strip_prefix(disk) else { return false };
    let number = if disk.ends_with(|last: char| last.is_ascii_digit()) { rest.strip_prefix('p').unwrap_or_default() } else { rest };
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Turns counters into rates.
#[derive(Default)]
pub struct Disks {
    rates: Rates<String>,
}

impl Disks {
    /// The volumes with their rates and all disks together, from counters read `at` this time of the monotonic clock. A
    /// volume whose device is not counted (a network or container file system) has none.
    pub fn rates_of(&mut self, volumes: &[Volume], counters: &[Counters], at: Duration) -> (Vec<DiskUse>, DiskRates) {
        let rates: HashMap<&str, DiskRates> = counters.iter().map(|one| (one.name.as_str(), self.rate(one, at))).collect();
        self.rates.forget_missing();
        let whole =
            || counters.iter().filter(|one| is_whole_disk(&one.name, counters)).filter_map(|one| rates.get(one.name.as_str()));
        let total = DiskRates {
            read_per_s: sum_known(whole().map(|rates| rates.read_per_s)),
            written_per_s: sum_known(whole().map(|rates| rates.written_per_s)),
            ..DiskRates::default()
        };
        let of_volume =
            |volume: &Volume| volume.device.as_deref().and_then(|device| rates.get(device)).copied().unwrap_or_default();
        (volumes.iter().map(|volume| with_rates(&volume.disk, of_volume(volume))).collect(), total)
    }

    fn rate(&mut self, one: &Counters, at: Duration) -> DiskRates {
        let (read_per_s, written_per_s) = self.rates.update(&one.name, (one.read, one.written), at);
        DiskRates { read_per_s, written_per_s, ..DiskRates::default() }
    }

    /// The same where the volumes carry their counters, as everywhere but on Linux; they were read `at` this time.
    pub fn rates_of_volumes(&mut self, volumes: &[Volume], at: Duration) -> (Vec<DiskUse>, DiskRates) {
        let mut rate = |volume: &Volume| match volume.counters {
            Some((read, written)) => {
                let name = volume.disk.mount.clone();
                self.rate(&Counters { name, read, written, times: None }, at)
            }
            None => DiskRates::default(),
        };
        let disks: Vec<DiskUse> = volumes.iter().map(|volume| with_rates(&volume.disk, rate(volume))).collect();
        self.rates.forget_missing();
        let total = DiskRates {
            read_per_s: sum_known(disks.iter().map(|disk| disk.read_per_s)),
            written_per_s: sum_known(disks.iter().map(|disk| disk.written_per_s)),
            ..DiskRates::default()
        };
        (disks, total)
    }
}

fn with_rates(disk: &DiskUse, rates: DiskRates) -> DiskUse {
    DiskUse { read_per_s: rates.read_per_s, written_per_s: rates.written_per_s, ..disk.clone() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Counters, DiskUse, Disks, Volume, distinct, is_whole_disk, parse_diskstats, times_of};

    const STATS: &str = "\
 259       0 nvme0n1   571695 101559 38943220 165643 9824246  1076193 462375378 4140037  0  1038904 4740493  254020 0  1436922320 68519 306875 366293
 259       1 nvme0n1p1 240    2360   15468    48     2        0       2         0        0  21      50       8      0  2373552    2     0      0
 253       0 dm-0      670206 0      38909056 259490 10900330 0       462374760 12906518 0  1177098 13195902 253968 0  1433473488 29894 0      0
   8       0 sda 1 0 8 0 1 0 16 0 0 0 0
   8       1 sda1 1 0 8 0 1 0 16 0 0 0 0
";

    fn volume(name: &str, mount: &str, device: Option<&str>) -> Volume {
        let disk = DiskUse { name: name.into(), mount: mount.into(), total: 100, available: 50, ..DiskUse::default() };
        Volume { disk, device: device.map(Into::into), counters: None }
    }

    fn mounts(volumes: Vec<Volume>) -> Vec<String> {
        distinct(volumes).into_iter().map(|volume| volume.disk.mount).collect()
    }

    #[test]
    fn sectors_are_512_bytes() {
        let list = parse_diskstats(STATS);
        let times = Some((1_038_904, 4_740_493));
        let first = Counters { name: "nvme0n1".into(), read: 38_943_220 * 512, written: 462_375_378 * 512, times };
        assert_eq!(list.first(), Some(&first));
        assert_eq!(list.len(), 5);
        assert_eq!(parse_diskstats("8 0 sda 1 0\n"), []);
    }

    #[test]
    fn only_whole_disks_are_counted() {
        let list = parse_diskstats(STATS);
        let whole: Vec<_> = list.iter().map(|one| one.name.as_str()).filter(|name| is_whole_disk(name, &list)).collect();
        assert_eq!(whole, ["nvme0n1", "sda"]);
        let times: Vec<_> = times_of(&list).into_iter().map(|one| (one.name, one.busy_ms, one.queued_ms)).collect();
        assert_eq!(times, [("nvme0n1".into(), 1_038_904, 4_740_493), ("sda".into(), 0, 0)]);
    }

    #[test]
    fn volumes_have_the_rates_of_their_devices_and_the_total_those_of_disks() {
        let at =
            |read, written| ["sda", "sda1", "dm-0"].map(|name| Counters { name: name.into(), read, written, times: None }).to_vec();
        let volumes = [volume("/dev/mapper/root", "/", Some("dm-0")), volume("overlay", "/x", Some("overlay"))];
        let mut disks = Disks::default();
        disks.rates_of(&volumes, &at(100, 100), Duration::from_secs(1));
        let (list, total) = disks.rates_of(&volumes, &at(300, 100), Duration::from_secs(3));
        assert_eq!((list[0].read_per_s, list[0].written_per_s), (Some(100.0), Some(0.0)));
        assert_eq!((list[1].read_per_s, list[1].written_per_s), (None, None));
        assert_eq!((total.read_per_s, total.written_per_s), (Some(100.0), Some(0.0)));
    }

    #[test]
    fn each_device_is_listed_once_where_its_path_is_shortest() {
        let volumes = vec![
            volume("/dev/sda1", "/var/snap/x", Some("sda1")),
            volume("/dev/sda1", "/", Some("sda1")),
            volume("/dev/sdb1", "/data", Some("sdb1")),
            volume("overlay", "/var/lib/docker/overlay2/abc/merged", Some("overlay")),
        ];
        assert_eq!(mounts(volumes), ["/", "/data"]);
    }

    #[test]
    fn volumes_with_counters_of_their_own_are_told_apart_by_them() {
        let counted = |mount: &str, counters| Volume { counters: Some(counters), ..volume("", mount, None) };
        assert_eq!(mounts(vec![counted("C:\\", (1, 2)), counted("D:\\", (1, 3)), counted("C:\\mnt\\c", (1, 2))]), ["C:\\", "D:\\"]);
        assert_eq!(mounts(vec![volume("", "E:\\", None), volume("", "F:\\", None)]), ["E:\\", "F:\\"]);
    }

    #[test]
    fn rates_of_volumes_add_up() {
        let counted = |mount: &str, counters| Volume { counters: Some(counters), ..volume("", mount, None) };
        let mut disks = Disks::default();
        disks.rates_of_volumes(&[counted("C:\\", (0, 0)), counted("D:\\", (0, 0))], Duration::ZERO);
        let (_, total) = disks.rates_of_volumes(&[counted("C:\\", (10, 5)), counted("D:\\", (20, 0))], Duration::from_secs(1));
        assert_eq!((total.read_per_s, total.written_per_s), (Some(30.0), Some(5.0)));
    }
}

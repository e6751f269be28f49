//! Traffic of the network interfaces. On Linux from `/proc/net/dev`: one file instead of eight per interface, a
//! fifteenth of the cost. Elsewhere from sysinfo.

use std::time::Duration;

use super::rate::{Rates, sum_known};
use super::snapshot::{NetworkRates, NetworkUse};

/// Bytes that one interface has moved so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counters {
    /// The system's name for it.
    pub name: String,
    /// Bytes received.
    pub received: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Whether it is a device, and not a bridge, tunnel or the like whose bytes pass through a device as well.
    pub physical: bool,
}

/// Turns counters into rates.
#[derive(Default)]
pub struct Networks {
    counters: platform::Reader,
    rates: Rates<String>,
}

impl Networks {
    /// Every interface and all together, `at` this time of the monotonic clock.
    pub fn read(&mut self, at: Duration) -> (Vec<NetworkUse>, NetworkRates) {
        let counters = self.counters.read();
        self.rates_of(&counters, at)
    }

    /// The rates from these counters, read `at` this time. Interfaces that are no device and have never moved a byte
    /// are left out.
    pub fn rates_of(&mut self, counters: &[Counters], at: Duration) -> (Vec<NetworkUse>, NetworkRates) {
        let in_use = counters.iter().filter(|one| one.physical || one.received + one.sent > 0);
        let list: Vec<(NetworkUse, bool)> = in_use.map(|one| (self.rate(one, at), one.physical)).collect();
        self.rates.forget_missing();
        // A container sees no device at all: there its virtual interfaces are all there is.
        let any_physical = list.iter().any(|(_, physical)| *physical);
        let counted = || list.iter().filter(|(_, physical)| *physical || !any_physical).map(|(network, _)| network);
        let total = NetworkRates {
            received_per_s: sum_known(counted().map(|network| network.received_per_s)),
            sent_per_s: sum_known(counted().map(|network| network.sent_per_s)),
        };
        (list.into_iter().map(|(network, _)| network).collect(), total)
    }

    fn rate(&mut self, one: &Counters, at: Duration) -> NetworkUse {
        let (received_per_s, sent_per_s) = self.rates.update(&one.name, (one.received, one.sent), at);
        NetworkUse { name: one.name.clone(), received_per_s, sent_per_s }
    }
}

/// The lines of `/proc/net/dev` but for the loopback: name, then eight figures received and eight sent, bytes first.
/// `physical` tells of a name whether it is a device.
#[cfg(any(target_os = "linux", test))]
pub fn parse_net_dev(text: &str, mut physical: impl FnMut(&str) -> bool) -> Vec<Counters> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let lines = lines.map(|(name, figures)| (name.trim(), figures)).filter(|(name, _)| *name != "lo");
    let counters = lines.filter_map(|(name, figures)| {
        let mut figures = figures.split_ascii_whitespace().map(str::parse);
        let received = figures.next()?.ok()?;
        let sent = figures.nth(7)?.ok()?;
        Some(Counters { name: name.to_owned(), received, sent, physical: physical(name) })
    });
    counters.collect()
}

#[cfg(target_os = "linux")]
mod platform {
    use std::collections::HashMap;
    use std::path::Path;

    use super::{Counters, parse_net_dev};

    /// Reads the counters, and remembers which interfaces are devices.
    #[derive(Default)]
    pub struct Reader(HashMap<String, bool>);

    impl Reader {
        pub fn read(&mut self) -> Vec<Counters> {
            let text = std::fs::read_to_string("/proc/net/dev").unwrap_or_default();
            parse_net_dev(&text, |name| self.is_device(name))
        }

        /// Only what is driven by a device has this link.
        fn is_device(&mut self, name: &str) -> bool {
            if let Some(known) = self.0.get(name) {
                return *known;
            }
            let device = Path::new("/sys/class/net").join(name).join("device").exists();
            self.0.insert(name.to_owned(), device);
            device
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use super::Counters;

    /// Reads the counters by way of sysinfo.
    pub struct Reader(sysinfo::Networks);

    impl Default for Reader {
        fn default() -> Self {
            Self(sysinfo::Networks::new())
        }
    }

    impl Reader {
        pub fn read(&mut self) -> Vec<Counters> {
            self.0.refresh(true);
            let mut list: Vec<Counters> = self.0.iter().filter(|(name, _)| !is_loopback(name)).map(counters).collect();
            list.sort_by(|a, b| a.name.cmp(&b.name));
            list
        }
    }

    fn counters((name, data): (&String, &sysinfo::NetworkData)) -> Counters {
        let physical = !is_virtual(name);
        Counters { name: name.clone(), received: data.total_received(), sent: data.total_transmitted(), physical }
    }

    fn is_loopback(name: &str) -> bool {
        name == "lo" || name == "lo0" || name.starts_with("Loopback")
    }

    /// Names that Windows gives to virtual switches, and macOS to bridges and tunnels.
    fn is_virtual(name: &str) -> bool {
        ["vEthernet", "bridge", "utun", "gif", "stf", "awdl", "llw", "ap"].iter().any(|start| name.starts_with(start))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Counters, Networks, parse_net_dev};

    const DEV: &str = "\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
docker0:     500       0    0    0    0     0          0         0      700       0    0    0    0     0       0          0
  eth0: 972303955   26892    0    0    0     0          0         0  1381328   14544    0    0    0     0       0          0
  ifb0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
";

    fn counters(name: &str, received: u64, sent: u64, physical: bool) -> Counters {
        Counters { name: name.into(), received, sent, physical }
    }

    #[test]
    fn the_file_is_read_without_the_loopback() {
        let expected = vec![
            counters("docker0", 500, 700, false),
            counters("eth0", 972_303_955, 1_381_328, true),
            counters("ifb0", 0, 0, false),
        ];
        assert_eq!(parse_net_dev(DEV, |name| name == "eth0"), expected);
    }

    #[test]
    fn bridges_are_shown_and_not_counted_and_idle_ones_not_shown() {
        let mut networks = Networks::default();
        let before = [counters("docker0", 500, 700, false), counters("eth0", 1000, 0, true), counters("ifb0", 0, 0, false)];
        let after = [counters("docker0", 1500, 700, false), counters("eth0", 3000, 50, true), counters("ifb0", 0, 0, false)];
        let (first, total) = networks.rates_of(&before, Duration::ZERO);
        assert_eq!((first.len(), total.received_per_s), (2, None));
        let (list, total) = networks.rates_of(&after, Duration::from_millis(500));
        let rates: Vec<_> = list.iter().map(|one| (one.name.as_str(), one.received_per_s, one.sent_per_s)).collect();
        assert_eq!(rates, [("docker0", Some(2000.0), Some(0.0)), ("eth0", Some(4000.0), Some(100.0))]);
        assert_eq!((total.received_per_s, total.sent_per_s), (Some(4000.0), Some(100.0)));
    }

    #[test]
    fn where_there_is_no_device_the_virtual_ones_count() {
        let mut networks = Networks::default();
        networks.rates_of(&[counters("eth0", 10, 10, false)], Duration::ZERO);
        let (_, total) = networks.rates_of(&[counters("eth0", 30, 10, false)], Duration::from_secs(1));
        assert_eq!((total.received_per_s, total.sent_per_s), (Some(20.0), Some(0.0)));
    }
}

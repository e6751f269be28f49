//! What the card of the machine's state tells beside the sentence.

use std::time::Duration;

use crate::app::condition::warmest;
use crate::app::tabs::monitor::fullest;
use crate::report::format::{self, NOT_AVAILABLE};
use crate::report::shorten;
use crate::sampler::Snapshot;

/// Letters of a name.
const NAME: usize = 60;

/// One of the things that are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// Its figure.
    pub value: String,
    /// The figure's context; empty for none.
    pub more: String,
}

/// All of them. `swapped`: bytes that went to swap within the last minute.
pub fn facts(snapshot: &Snapshot, swapped: u64) -> [Fact; 5] {
    [memory(snapshot), swap(snapshot, swapped), disk(snapshot), warmth(snapshot), running(snapshot)]
}

fn fact(name: &'static str, value: impl Into<String>, more: impl Into<String>) -> Fact {
    Fact { name, value: value.into(), more: more.into() }
}

fn memory(snapshot: &Snapshot) -> Fact {
    let memory = snapshot.memory;
    match memory.total {
        0 => fact("Memory available", NOT_AVAILABLE, ""),
        total => fact("Memory available", format::bytes(memory.available), format!("of {}", format::bytes(total))),
    }
}

fn swap(snapshot: &Snapshot, swapped: u64) -> Fact {
    let name = if cfg!(windows) { "Page file" } else { "Swap" };
    let swap = snapshot.swap;
    if swap.total == 0 {
        return fact(name, "none", "");
    }
    let grown = if swapped > 0 { format!(" · +{}/min", format::bytes(swapped)) } else { String::new() };
    fact(name, format::bytes(swap.used), format!("of {}{grown}", format::bytes(swap.total)))
}

fn disk(snapshot: &Snapshot) -> Fact {
    match fullest(snapshot) {
        Some((disk, used)) => {
            let free = format::bytes(disk.available);
            fact("Fullest disk", format::percent(used), format!("{} · {free} free", shorten(&disk.mount, NAME)))
        }
        None => fact("Fullest disk", NOT_AVAILABLE, ""),
    }
}

fn warmth(snapshot: &Snapshot) -> Fact {
    match warmest(snapshot) {
        Some(sensor) => {
            let celsius = format!("{} °C", format::grouped(sensor.celsius.into(), 0));
            fact("Temperature", celsius, shorten(&sensor.name, NAME))
        }
        None => fact("Temperature", NOT_AVAILABLE, ""),
    }
}

fn running(snapshot: &Snapshot) -> Fact {
    let time = match snapshot.uptime_seconds {
        0 => NOT_AVAILABLE.to_owned(),
        seconds => format::span(Duration::from_secs(seconds)),
    };
    fact("Running for", time, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::example;

    fn told(snapshot: &Snapshot, swapped: u64) -> Vec<(String, String)> {
        facts(snapshot, swapped).into_iter().map(|fact| (fact.value, fact.more)).collect()
    }

    #[test]
    fn the_facts_are_those_of_the_sample() {
        let all = told(&example(1)[0], 0);
        let expected = [
            ("10.7 GB", "of 17.2 GB"),
            ("268 MB", "of 2.1 GB"),
            ("75 %", "/ · 137 GB free"),
            ("54 °C", "coretemp Package id 0"),
            ("1 day", ""),
        ];
        assert_eq!(all, expected.map(|(value, more)| (value.to_owned(), more.to_owned())));
        assert_eq!(told(&example(1)[0], 30_000_000)[1].1, "of 2.1 GB · +30 MB/min");
    }

    #[test]
    fn what_the_system_does_not_tell_is_not_available() {
        let values: Vec<String> = told(&Snapshot::default(), 0).into_iter().map(|(value, _)| value).collect();
        assert_eq!(values, [NOT_AVAILABLE, "none", NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE]);
    }
}

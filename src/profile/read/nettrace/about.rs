//! What the head of a trace says: when it began, how time is counted, how wide addresses are.

use super::super::wire::Fault;
use super::bytes::Bytes;

/// What the head of the trace says.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    /// When measuring began, in nanoseconds since 1970.
    pub(super) time_ns: Option<i64>,
    pub(super) start_ticks: u64,
    pub(super) ticks_per_ns: f64,
    /// Bytes of an address.
    pub(super) pointer: usize,
    pub(super) process: i64,
    /// Nanoseconds between two samples, where it is told.
    pub(super) period_ns: i64,
}

impl Default for About {
    fn default() -> Self {
        Self { time_ns: None, start_ticks: 0, ticks_per_ns: 1.0, pointer: 8, process: 0, period_ns: 0 }
    }
}

/// The head of versions 4 and 5.
pub(super) fn about(bytes: &[u8]) -> Result<About, Fault> {
    let mut bytes = Bytes::new(bytes);
    let time_ns = date(&mut bytes)?;
    let (start_ticks, frequency) = (bytes.u64()?, bytes.u64()?);
    let (pointer, process, _, period_ns) = (bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?);
    let (process, period_ns) = (i64::from(process), i64::from(period_ns));
    Ok(About { time_ns, start_ticks, ticks_per_ns: per_ns(frequency), pointer: width(pointer), process, period_ns })
}

/// The head of version 6.
pub(super) fn about_6(bytes: &[u8]) -> Result<About, Fault> {
    let mut bytes = Bytes::new(bytes);
    let time_ns = date(&mut bytes)?;
    let (start_ticks, frequency, pointer) = (bytes.u64()?, bytes.u64()?, bytes.u32()?);
    let mut about = About { time_ns, start_ticks, ticks_per_ns: per_ns(frequency), pointer: width(pointer), ..About::default() };
    for _ in 0..bytes.u32()? {
        let (key, value) = (bytes.utf8()?, bytes.utf8()?);
        match key.as_str() {
            "ProcessId" => about.process = value.parse().unwrap_or(0),
            "ExpectedCPUSamplingRate" => about.period_ns = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    Ok(about)
}

fn width(pointer: u32) -> usize {
    if pointer == 4 { 4 } else { 8 }
}

fn per_ns(frequency: u64) -> f64 {
    if frequency == 0 { 1.0 } else { frequency as f64 / 1e9 }
}

/// A moment as year, month, day of the week, day, hour, minute, second and millisecond; nanoseconds since 1970.
fn date(bytes: &mut Bytes<'_>) -> Result<Option<i64>, Fault> {
    let mut parts = [0_i64; 8];
    for part in &mut parts {
        *part = i64::from(bytes.u16()?);
    }
    let [year, month, _, day, hour, minute, second, millisecond] = parts;
    // Days since 1970, the year taken to begin in March so that its last day is the one that comes and goes.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day - 719_469;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Ok((seconds * 1000 + millisecond).checked_mul(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_nanoseconds() {
        let of = |parts: [u16; 8]| date(&mut Bytes::new(&parts.map(u16::to_le_bytes).concat())).expect("whole");
        assert_eq!(of([1970, 1, 4, 1, 0, 0, 0, 0]), Some(0));
        assert_eq!(of([2000, 2, 2, 29, 12, 30, 15, 250]), Some(951_827_415_250_000_000));
        assert_eq!(of([2026, 11, 6, 21, 18, 51, 51, 879]), Some(1_795_287_111_879_000_000));
        assert_eq!(of([u16::MAX; 8]), None);
    }
}

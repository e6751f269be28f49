//! What is measured: `events: Ir Dr`, and `event: Cost = Ir + 10 Dr : what it means`.

use super::numbers::{number, word};

/// An event that others add up to, as a file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Short name.
    pub(super) name: String,
    /// Name for people; empty when not told.
    pub(super) long: String,
    /// Names of the events it is the sum of, with a factor each; empty for one that is measured.
    pub(super) terms: Vec<(String, i64)>,
}

impl Event {
    /// What stands behind `event:`.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(text);
        let (definition, long) = match text.split_once(':') {
            Some((definition, long)) => (definition, long.trim()),
            None => (&*text, ""),
        };
        let (name, terms) = match definition.split_once('=') {
            Some((name, formula)) => (name, terms(formula)?),
            None => (definition, Vec::new()),
        };
        let name = name.trim();
        (!name.is_empty()).then(|| Self { name: name.into(), long: long.into(), terms })
    }
}

/// `Ir + 10 Bm + 3*L1m` as its parts.
fn terms(formula: &str) -> Option<Vec<(String, i64)>> {
    formula.split('+').map(term).collect()
}

fn term(text: &str) -> Option<(String, i64)> {
    let (first, rest) = word(text.trim_ascii().as_bytes())?;
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (factor, name) = match number(text.get(..digits)?.as_bytes()) {
        Some(factor) => (i64::try_from(factor).ok()?, text.get(digits..)?.trim_start().trim_start_matches('*').trim_start()),
        None => (1, if rest.trim_ascii().is_empty() { std::str::from_utf8(first).ok()? } else { return None }),
    };
    (!name.is_empty()).then(|| (name.to_owned(), factor))
}

/// Name, unit and factor of an event whose name carries its unit: `Time_(10ns)` is 10 nanoseconds each, `cpu(ms)` milliseconds. Others
/// are counts.
pub(super) fn unit(name: &str) -> (&str, &str, i64) {
    let split = name.strip_suffix(')').and_then(|name| name.rsplit_once('('));
    let Some((plain, unit)) = split else { return (name, by_name(name), 1) };
    let plain = plain.trim_end_matches(['_', ' ']);
    let digits = unit.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(unit.len());
    let factor = unit.get(..digits).and_then(|digits| digits.parse().ok()).unwrap_or(1);
    let unit = match unit.get(digits..).unwrap_or_default() {
        "ns" | "nsec" | "nanoseconds" => "nanoseconds",
        "us" | "µs" | "usec" | "microseconds" => "microseconds",
        "ms" | "msec" | "milliseconds" => "milliseconds",
        "s" | "sec" | "seconds" => "seconds",
        "b" | "B" | "byte" | "bytes" => "bytes",
        "kb" | "kB" | "KB" => "kilobytes",
        "" | "count" => "count",
        other => other,
    };
    if plain.is_empty() { (name, unit, factor) } else { (plain, unit, factor) }
}

fn by_name(name: &str) -> &'static str {
    match name {
        "Ir" => "instructions",
        _ => "count",
    }
}

/// The unit that a long name tells: `sysTime (elapsed ns)`.
pub(super) fn unit_of_long(long: &str) -> Option<&'static str> {
    let (_, inside) = long.strip_suffix(')')?.rsplit_once('(')?;
    match inside.rsplit(' ').next()? {
        "ns" => Some("nanoseconds"),
        "us" => Some("microseconds"),
        "ms" => Some("milliseconds"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas() {
        let event = Event::parse(b" CEst = Ir + 10 Bm + 3*L1m + 0x2 x : Cycle estimation").expect("valid");
        let terms = [("Ir", 1), ("Bm", 10), ("L1m", 3), ("x", 2)].map(|(name, factor)| (name.to_owned(), factor));
        assert_eq!(event, Event { name: "CEst".into(), long: "Cycle estimation".into(), terms: terms.into() });
        assert_eq!(Event::parse(b"sysTime : sysTime (elapsed ns)").expect("valid").terms, []);
        assert_eq!((Event::parse(b"a = + b"), Event::parse(b"a = b c"), Event::parse(b": x")), (None, None, None));
    }

    #[test]
    fn units() {
        assert_eq!(unit("Time_(10ns)"), ("Time", "nanoseconds", 10));
        assert_eq!(unit("Memory_(bytes)"), ("Memory", "bytes", 1));
        assert_eq!(unit("cpu(ms)"), ("cpu", "milliseconds", 1));
        assert_eq!(unit("samples(count)"), ("samples", "count", 1));
        assert_eq!((unit("Ir"), unit("D1mr")), (("Ir", "instructions", 1), ("D1mr", "count", 1)));
        assert_eq!(unit_of_long("sysTime (elapsed us)"), Some("microseconds"));
    }
}

//! The values that come most often.

use std::cmp::Ordering;

/// How many are kept.
pub const MOST_FREQUENT: usize = 10;
/// Bytes of a text that are kept.
const MOST_BYTES: usize = 1_000;

/// A value and how often it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frequent {
    /// As the source spells it; only its beginning when `cut`.
    pub text: String,
    /// The text is longer than what is kept of it.
    pub cut: bool,
    /// Rows with this value.
    pub count: u64,
}

impl Frequent {
    /// Keeps the beginning of a text.
    pub(super) fn new(text: &[u8], count: u64) -> Self {
        let cut = text.len() > MOST_BYTES;
        let kept = text.get(..MOST_BYTES).unwrap_or(text);
        let whole = match std::str::from_utf8(kept) {
            Ok(text) => text,
            Err(error) => kept.get(..error.valid_up_to()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default(),
        };
        Self { text: whole.to_owned(), cut, count }
    }
}

/// Those with the highest counts; of equal ones the first in `order`.
pub(super) fn most_frequent<T>(all: impl Iterator<Item = (u64, T)>, order: impl Fn(&T, &T) -> Ordering) -> Vec<(u64, T)> {
    let mut top: Vec<(u64, T)> = Vec::with_capacity(MOST_FREQUENT + 1);
    for (count, value) in all {
        let at = top.partition_point(|(other, other_value)| {
            *other > count || (*other == count && order(other_value, &value) == Ordering::Less)
        });
        if at < MOST_FREQUENT {
            top.insert(at, (count, value));
            top.truncate(MOST_FREQUENT);
        }
    }
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_counts_come_first_and_equal_ones_in_order() {
        let all = (0..1_000i64).rev().map(|n| ((n % 100) as u64, n));
        let top = most_frequent(all, i64::cmp);
        assert_eq!(top, (0..10).map(|n| (99, 99 + 100 * n)).collect::<Vec<_>>());
        let all = (0..1_000i64).map(|n| (n as u64, n));
        assert_eq!(most_frequent(all, i64::cmp).first(), Some(&(999, 999)));
    }

    #[test]
    fn a_long_text_is_cut_between_letters() {
        let long = "é".repeat(600);
        let found = Frequent::new(format!("a{long}").as_bytes(), 1);
        assert!(found.cut && found.text.len() == 999 && found.text.starts_with("aé"));
        assert_eq!(Frequent::new(b"short", 2), Frequent { text: "short".into(), cut: false, count: 2 });
    }
}

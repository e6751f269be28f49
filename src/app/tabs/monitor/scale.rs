//! The value axis of a plot: linear, or logarithmic.

use crate::report::{LogAxis, Unit, log_axis, value_ticks};

use super::MonitorTab;
use super::cards::Card;
use super::values::Period;

/// Where values lie on the axis, and what stands beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Places on the axis and their words.
    pub marks: Vec<(f64, String)>,
    /// The upper end of the axis.
    pub top: f64,
    /// Where areas begin.
    pub ground: f64,
    logarithmic: bool,
}

impl Scale {
    /// The axis of a card for what is in sight, with about so many marks.
    pub fn of(tab: &MonitorTab, card: &Card, wanted: usize) -> Self {
        match card.top {
            Some(top) if !card.logarithmic => Self::linear(card, top, wanted),
            top => {
                let (low, high) = extent(tab, card);
                let high = top.unwrap_or(high);
                if card.logarithmic { Self::logarithmic(card.unit, low, high, wanted) } else { Self::linear(card, high, wanted) }
            }
        }
    }

    fn linear(card: &Card, high: f64, wanted: usize) -> Self {
        let mut marks = value_ticks(card.unit, 0.0, high, wanted);
        marks.retain(|(value, _)| card.top.is_none_or(|top| *value <= top));
        let top = card.top.unwrap_or_else(|| marks.last().map_or(1.0, |(value, _)| *value));
        Self { marks, top, ground: 0.0, logarithmic: false }
    }

    fn logarithmic(unit: Unit, low: f64, high: f64, wanted: usize) -> Self {
        let LogAxis { floor, top, marks } = log_axis(unit, low, high, wanted);
        let marks = marks.into_iter().map(|(value, words)| (value.log10(), words)).collect();
        Self { marks, top: top.log10(), ground: floor.log10(), logarithmic: true }
    }

    /// Where a value lies; on a logarithmic axis what lies below it, as zero does, lies at its foot.
    pub fn place(&self, value: f64) -> f64 {
        match value {
            value if !self.logarithmic => value,
            value if value > 0.0 => value.log10().max(self.ground),
            _ => self.ground,
        }
    }

    /// Whether a value lies below the axis and is drawn at its foot.
    pub fn is_below(&self, value: f64) -> bool {
        self.logarithmic && (value <= 0.0 || value.log10() < self.ground - 1e-9)
    }
}

/// The smallest and the largest value in sight, also of an earlier period.
fn extent(tab: &MonitorTab, card: &Card) -> (f64, f64) {
    let (from, to) = (tab.window().from(), tab.window().to() + 1e-3);
    let of = |period: Period| card.traces.iter().filter_map(move |trace| tab.extent(period, &trace.metric, from, to));
    let all = of(Period::Shown).chain(of(Period::Earlier));
    all.fold((f64::INFINITY, least(card.unit)), |(low, high), (min, max)| (low.min(min), high.max(max)))
}

/// An axis reaches at least this far: a quiet line lies at the bottom and not all over the card.
fn least(unit: Unit) -> f64 {
    match unit {
        Unit::BytesPerSecond => 10_000.0,
        Unit::Percent => 2.0,
        Unit::PerSecond => 10.0,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::filled;
    use super::super::{CardId, MonitorCommand};
    use super::*;

    fn words(scale: &Scale) -> Vec<&str> {
        scale.marks.iter().map(|(_, words)| words.as_str()).collect()
    }

    #[test]
    fn the_axis_ends_where_the_thing_does() {
        let tab = filled(30);
        let top = |id| {
            let scale = Scale::of(&tab, &Card::of(&tab, id), 4);
            (scale.top, scale.marks.last().map(|(_, words)| words.clone()).unwrap_or_default())
        };
        assert_eq!(top(CardId::Cpu), (100.0, "100 %".into()));
        assert_eq!(top(CardId::Memory), (16.0 * 1024f64.powi(3), "15 GB".into()));
        assert_eq!(top(CardId::Disk), (4e6, "4 MB/s".into()));
    }

    #[test]
    fn a_logarithmic_axis_has_powers_of_ten_and_zero_at_its_foot() {
        let mut tab = filled(30);
        tab.change(MonitorCommand::Logarithmic(CardId::Disk, true));
        // The example writes 500 KB/s, reads 4 MB/s and less.
        let scale = Scale::of(&tab, &Card::of(&tab, CardId::Disk), 4);
        assert_eq!(words(&scale), ["10 KB/s", "100 KB/s", "1 MB/s"]);
        assert!((scale.top - (4e6 * 1.15f64).log10()).abs() < 1e-9);
        assert_eq!((scale.place(1e6), scale.place(10.0), scale.place(0.0), scale.place(-5.0)), (6.0, 4.0, 4.0, 4.0));
        assert!(scale.is_below(0.0) && scale.is_below(9_000.0) && !scale.is_below(10_000.0));
        tab.change(MonitorCommand::Logarithmic(CardId::Cpu, true));
        assert_eq!(words(&Scale::of(&tab, &Card::of(&tab, CardId::Cpu), 4)), ["10 %", "100 %"]);
    }
}

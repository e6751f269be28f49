//! What the plots and their legends say in words of the moment under the pointer.

use std::time::Duration;

use crate::report::{format, local_moment};

use super::cards::{Card, Trace};
use super::scale::Scale;
use super::values::Period;
use super::{Comparison, MonitorTab, brush, flags};

/// Lines that a read-out tells.
const TOLD: usize = 12;

/// What a plot says beside the pointer.
pub struct Told<'a> {
    pub tab: &'a MonitorTab,
    pub card: &'a Card,
    pub scale: &'a Scale,
    pub seconds_per_point: f64,
}

impl Told<'_> {
    /// The marked stretch; else the values of the sample nearest to a moment, when that was, and what was done then.
    pub fn at(&self, moment: f64) -> Option<String> {
        let (tab, card) = (self.tab, self.card);
        if let Some(marked) = brush::told(tab, card, TOLD) {
            return Some(marked);
        }
        let moment = moment.clamp(tab.window().from(), tab.window().to());
        let is_long = tab.window().range().is_long();
        let when = |at: f64| if is_long { local_moment(tab.end() + at, tab.end()) } else { when(at) };
        let done = flags::told(tab, moment, self.seconds_per_point);
        let Some(at) = tab.sample_near(moment) else {
            let nothing = ["Nothing was recorded".to_owned(), when(moment)];
            return Some(nothing.into_iter().chain(done).collect::<Vec<_>>().join("\n"));
        };
        let values = card.traces.iter().take(TOLD).map(|trace| self.value(trace, at));
        Some(values.chain([when(at)]).chain(done).collect::<Vec<_>>().join("\n"))
    }

    /// `read  2 MB/s`; compared: `read  2 MB/s · a day earlier: 1 MB/s, +1 MB/s`.
    fn value(&self, trace: &Trace, at: f64) -> String {
        let share = self.card.share_of(&trace.metric);
        let now = self.tab.value_near(&trace.metric, at).map(|value| value * share);
        let words = format::or_not_available(now, |value| self.card.show(value));
        let below = if now.is_some_and(|value| self.scale.is_below(value)) { " (below the axis)" } else { "" };
        let Some(with) = self.tab.comparison().and_then(Comparison::with) else {
            return format!("{}  {words}{below}", trace.name);
        };
        let then = self.tab.value_of(Period::Earlier, &trace.metric, at).map(|value| value * share);
        let change = now.zip(then).map(|(now, then)| match now - then {
            change if change < 0.0 => format!(", −{}", self.card.show(-change)),
            change => format!(", +{}", self.card.show(change)),
        });
        let earlier = format::or_not_available(then, |value| self.card.show(value));
        let name = with.name(self.tab.end());
        format!("{}  {words}{below} · {name}: {earlier}{}", trace.name, change.unwrap_or_default())
    }
}

/// The value of a line at the sample nearest to `at`, for a legend; of a marked stretch its mean. `None` where it is not known.
pub fn value(tab: &MonitorTab, card: &Card, trace: &Trace, at: f64) -> Option<String> {
    let value = match tab.brush() {
        Some((from, to)) => tab.summary(&trace.metric, from, to).map(|summary| summary.mean),
        None => tab.sample_near(at).and_then(|at| tab.value_near(&trace.metric, at)),
    };
    value.map(|value| card.show(value * card.share_of(&trace.metric)))
}

/// `12 s before now`.
fn when(at: f64) -> String {
    match -at {
        ago if ago < 0.05 => "now".to_owned(),
        ago if ago < 10.0 => format!("{} s before now", format::grouped(ago, 1)),
        ago => format!("{} before now", format::span(Duration::from_secs_f64(ago.round()))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::filled;
    use super::super::{CardId, Compared, Mark, MonitorCommand, Range};
    use super::*;
    use crate::settings::Cores;

    fn told(tab: &MonitorTab, id: CardId, moment: f64) -> Option<String> {
        let card = Card::of(tab, id);
        let scale = Scale::of(tab, &card, 4);
        Told { tab, card: &card, scale: &scale, seconds_per_point: 0.5 }.at(moment)
    }

    #[test]
    fn the_read_out_tells_values_and_time() {
        let tab = filled(30);
        let text = told(&tab, CardId::Cpu, -29.2);
        assert_eq!(text.as_deref(), Some("all cores  50 %\nbusiest core  75 %\n29 s before now"));
    }

    #[test]
    fn the_read_out_tells_what_was_done_and_what_is_below_the_axis() {
        let mut tab = filled(31);
        let mark =
            |ago: f64, name: &str| Mark { from: tab.end() - ago, to: tab.end() - ago + 2.0, name: name.into(), failed: false };
        tab.set_marks([mark(20.0, "Opening bills.csv"), mark(2.0, "Exporting")].into());
        assert_eq!(told(&tab, CardId::Own, -21.0).as_deref(), Some("CPU  0.2 %\n21 s before now\nOpening bills.csv, 2 s"));
        tab.change(MonitorCommand::Marks(false));
        assert_eq!(told(&tab, CardId::Own, -21.0).as_deref(), Some("CPU  0.2 %\n21 s before now"));
        tab.change(MonitorCommand::Logarithmic(CardId::Disk, true));
        // The last sample of the example reads nothing at all.
        assert_eq!(told(&tab, CardId::Disk, 0.0).as_deref(), Some("read  0 B/s (below the axis)\nwritten  500 KB/s\nnow"));
    }

    #[test]
    fn the_read_out_of_a_comparison_tells_both_values_and_the_difference() {
        let mut tab = filled(76);
        tab.change(MonitorCommand::ShowRange(Range::Minute));
        tab.change(MonitorCommand::Compare(Some(Compared::From(tab.end() - 75.0))));
        // The stretch is a minute long and began 60 s ago: what lies under a moment was 15 s before it.
        let when = local_moment(tab.end() - 75.0, tab.end());
        let expected = format!("CPU  0.2 % · the stretch from {when}: 0.2 %, +0.0 %\nnow");
        assert_eq!(told(&tab, CardId::Own, 0.0), Some(expected));
        let text = told(&tab, CardId::Cpu, 0.0).expect("told");
        // Second 75 is at 80 %, second 60 at 50 %.
        assert!(
            text.starts_with("all cores  80 % · the stretch from ")
                && text.lines().next().is_some_and(|line| line.ends_with(" 50 %, +30 %")),
            "{text}"
        );
        tab.change(MonitorCommand::Compare(Some(Compared::Day)));
        assert!(told(&tab, CardId::Own, 0.0).is_some_and(|text| text.starts_with("CPU  0.2 % · a day earlier: not available\n")));
    }

    #[test]
    fn stacked_cores_are_told_as_their_shares_of_the_machine() {
        let mut tab = filled(1);
        tab.change(MonitorCommand::Cores(Cores::Stacked));
        let text = told(&tab, CardId::Cpu, 0.0);
        // 25, 37.5, 62.5 and 75 percent of themselves.
        assert_eq!(text.as_deref(), Some("all cores  50 %\ncore 1  6 %\ncore 2  9 %\ncore 3  16 %\ncore 4  19 %\nnow"));
        tab.change(MonitorCommand::Cores(Cores::Lines));
        assert!(told(&tab, CardId::Cpu, 0.0).is_some_and(|text| text.contains("core 4  75 %")));
    }
}

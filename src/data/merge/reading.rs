//! Columns of texts that are all numbers or all dates in one style of an office.

use polars::error::PolarsResult;

use super::{Joined, MergeRules, Merged};
use crate::data::calendar::{DateForms, DayOrder, in_words};
use crate::data::choice::{Choice, Chosen, Reading};
use crate::data::date::TimeStyle;
use crate::data::format::{Spelling, Style};
use crate::data::kind::{Kind, null_word};
use crate::data::number::parse_decimal;
use crate::data::numeral::{DecimalSign, NumberForms, NumberStyle};
use crate::data::part::{Absent, Part, Values, text_at};
use crate::data::peers::TextTally;
use crate::data::reason;
use crate::data::spelled::FloatTally;
use crate::data::steps::{Level, Step};

/// The ways in which all texts seen so far can be read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Forms {
    Numbers(NumberForms),
    Dates(DateForms),
}

impl Forms {
    fn of(text: &[u8], dates: bool) -> Option<Self> {
        if let Some(forms) = NumberForms::of(text) {
            return Some(Self::Numbers(forms));
        }
        DateForms::of(text).filter(|_| dates).map(Self::Dates)
    }

    fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Numbers(a), Self::Numbers(b)) => a.and(b).map(Self::Numbers),
            (Self::Dates(a), Self::Dates(b)) => a.and(b).map(Self::Dates),
            _ => None,
        }
    }

    fn differs(self) -> bool {
        match self {
            Self::Numbers(forms) => forms.differs,
            Self::Dates(forms) => forms.differs,
        }
    }
}

/// What is to become of a column.
pub(super) enum Decision {
    /// All texts are of this style.
    Style(Style),
    /// The texts can be read in these ways.
    Open(Vec<Reading>),
    /// What was chosen does not fit.
    Refused(Choice),
    /// The texts stay what they are.
    Text,
}

/// Looks at texts until they have nothing in common.
#[derive(Debug)]
pub(super) struct Search {
    dates: bool,
    forms: Option<Forms>,
    absent: Absent,
    /// A text that says something else in another reading.
    example: Option<Vec<u8>>,
}

impl Search {
    pub(super) fn new(dates: bool) -> Self {
        Self { dates, forms: None, absent: Absent::default(), example: None }
    }

    /// Of one part; `None` when its texts have nothing in common.
    pub(super) fn of(part: &Part, dates: bool) -> Option<Self> {
        let mut search = Self::new(dates);
        is_text(part).then(|| search.part(part))??;
        Some(search)
    }

    /// Of this and the next part.
    pub(super) fn join(mut self, next: Self) -> Option<Self> {
        self.absent(next.absent)?;
        self.forms = match (self.forms, next.forms) {
            (Some(have), Some(more)) => Some(have.and(more)?),
            (one, other) => one.or(other),
        };
        self.example = self.example.or(next.example);
        Some(self)
    }

    /// What is to become of the texts.
    pub(super) fn decide(&self, chosen: Chosen) -> Decision {
        self.forms.map_or(Decision::Text, |forms| decide(forms, chosen, self.example.as_deref().unwrap_or_default()))
    }

    /// How the time of day is written in dates.
    pub(super) fn time(&self) -> Option<TimeStyle> {
        if let Some(Forms::Dates(forms)) = self.forms { forms.time() } else { None }
    }

    /// A sentence on the two ways in which the texts can be read.
    pub(super) fn remark(&self, readings: &[Reading]) -> String {
        reason::two_readings(&String::from_utf8_lossy(self.example.as_deref().unwrap_or_default()), readings)
    }

    fn see(&mut self, text: &[u8]) -> Option<()> {
        let Some(forms) = Forms::of(text, self.dates) else {
            return self.absent(Absent { blank: false, word: Some(null_word(text)?) });
        };
        if forms.differs() && self.example.is_none() {
            self.example = Some(text.to_vec());
        }
        self.forms = Some(self.forms.map_or(Some(forms), |have| have.and(forms))?);
        Some(())
    }

    fn absent(&mut self, absent: Absent) -> Option<()> {
        self.absent = self.absent.join(absent)?;
        Some(())
    }

    fn part(&mut self, part: &Part) -> Option<()> {
        self.absent(part.absent)?;
        match &part.values {
            Values::Nothing => Some(()),
            Values::Words(_, words) => words.iter().try_for_each(|text| self.see(text)),
            Values::Text(bytes, ends) => {
                let mut rows = (0..ends.len()).filter(|row| part.validity.get(*row));
                rows.try_for_each(|row| self.see(text_at(bytes, ends, row)))
            }
            Values::Int(_) | Values::Float(..) => {
                let mut alive = Some(());
                part.texts(|text| alive = alive.and_then(|()| text.map_or(Some(()), |text| self.see(text))));
                alive
            }
            Values::Bool(..) | Values::Date(_) | Values::Time(..) => None,
        }
    }
}

fn decide(forms: Forms, chosen: Chosen, example: &[u8]) -> Decision {
    match (forms, chosen.own) {
        (Forms::Dates(_), Some(own @ (Choice::Comma | Choice::Point))) => Decision::Refused(own),
        (Forms::Numbers(_), Some(own @ (Choice::Dmy | Choice::Mdy))) => Decision::Refused(own),
        (Forms::Dates(forms), _) => decide_dates(forms, chosen.dates, example),
        (Forms::Numbers(forms), _) => decide_numbers(forms, chosen.decimal, example),
    }
}

fn decide_dates(forms: DateForms, chosen: Option<DayOrder>, example: &[u8]) -> Decision {
    let open = forms.choice();
    if chosen.is_some() || open.is_empty() {
        let refused = chosen.map_or(Decision::Text, |order| Decision::Refused(order.into()));
        return forms.style(chosen).map_or(refused, |style| Decision::Style(Style::Date(style)));
    }
    let reading = |order: DayOrder| {
        let style = forms.style(Some(order))?;
        let days = match forms.time() {
            Some(time) => style.moment(example, time)?.div_euclid(86_400 * time.per_second()) as i32,
            None => style.day(example)?,
        };
        let key = Choice::from(order);
        Some(Reading { key, words: format!("{}: {}", key.title(), in_words(days)) })
    };
    Decision::Open(open.into_iter().filter_map(reading).collect())
}

fn decide_numbers(forms: NumberForms, chosen: Option<DecimalSign>, example: &[u8]) -> Decision {
    // Plain numbers that are text here have digits that would be lost, or two words for absent values.
    let is_plain = forms.style(DecimalSign::Point) == Some(NumberStyle::default());
    if is_plain && chosen != Some(DecimalSign::Comma) {
        return Decision::Text;
    }
    let styles = DecimalSign::ALL.map(|sign| forms.style(sign).map(|style| (sign, style)));
    if let Some(sign) = chosen {
        let style = styles.into_iter().flatten().find(|(known, _)| *known == sign);
        return style.map_or(Decision::Refused(sign.into()), |(_, style)| Decision::Style(Style::Number(style)));
    }
    if forms.is_pointed() || !forms.differs || styles.iter().flatten().count() < 2 {
        // The point first, which comes last in the list.
        let style = styles.into_iter().flatten().next_back();
        return style.map_or(Decision::Text, |(_, style)| Decision::Style(Style::Number(style)));
    }
    let reading = |(sign, style): (DecimalSign, NumberStyle)| {
        let mut plain = Vec::new();
        let plain = String::from_utf8_lossy(style.plain(example, &mut plain)?).into_owned();
        let key = Choice::from(sign);
        Some(Reading { key, words: format!("{}: {}", key.title(), between(&plain)) })
    };
    Decision::Open(styles.into_iter().flatten().filter_map(reading).collect())
}

/// `1234`, and for `1.234` words that do not look like it: `between 1 and 2`.
fn between(plain: &str) -> String {
    let Some((whole, fraction)) = plain.split_once('.') else { return plain.to_owned() };
    if fraction.bytes().all(|digit| digit == b'0') {
        return format!("exactly {whole}");
    }
    let next = whole.trim_start_matches('-').parse::<u64>().map_or(0, |number| number.saturating_add(1));
    if plain.starts_with('-') { format!("between -{next} and {whole}") } else { format!("between {whole} and {next}") }
}

impl Joined<'_> {
    /// The column as numbers or dates where all texts are written in one style and can be made again, else as text.
    pub(super) fn in_style(self, chosen: Chosen) -> PolarsResult<Merged> {
        let found = self.search();
        let decision = found.as_ref().map_or(Decision::Text, |(forms, example)| decide(*forms, chosen, example));
        let refused = match decision {
            Decision::Style(style) => match self.styled(style) {
                Some(column) => return column.finish(),
                None => choice_for(style, chosen),
            },
            Decision::Open(readings) => {
                let example = found.map(|(_, example)| example).unwrap_or_default();
                let remark = reason::two_readings(&String::from_utf8_lossy(&example), &readings);
                let mut merged = self.text()?;
                merged.readings = readings;
                merged.remarks.push((None, remark));
                return Ok(merged);
            }
            Decision::Refused(choice) => Some(choice),
            Decision::Text if chosen.own.is_some() => chosen.own,
            Decision::Text => chosen.decimal.filter(|_| self.is_plain_number()).map(Choice::from),
        };
        let remark = refused.and_then(|choice| self.refusal(choice));
        let mut merged = self.text()?;
        merged.remarks.extend(remark);
        Ok(merged)
    }

    /// What all texts have in common, and one of them.
    fn search(&self) -> Option<(Forms, Vec<u8>)> {
        if !self.parts.iter().all(is_text) {
            return None;
        }
        let mut search = Search::new(self.steps().has(Step::Dates));
        // Most columns of text are done with at the first text.
        let is_spelled = |part: &&Part| matches!(part.values, Values::Words(..) | Values::Text(..));
        self.parts.iter().filter(is_spelled).try_for_each(|part| search.part(part))?;
        self.parts.iter().filter(|part| !is_spelled(part)).try_for_each(|part| search.part(part))?;
        Some((search.forms?, search.example.unwrap_or_default()))
    }

    /// The same column with the values that its texts have in this style; `None` where some text could not be made again.
    fn styled(&self, style: Style) -> Option<Self> {
        let time = self.time(style);
        let parts: Option<Vec<Part>> = self.parts.iter().map(|part| restyled(part, style, time)).collect();
        let mut column = Self::new(self.name, parts?, self.rules);
        column.style = style;
        column.texts = Some(self.text_tally());
        is_allowed(column.kind, column.spelled(), self.rules).then_some(column)
    }

    /// How the time of day is written, from any text.
    fn time(&self, style: Style) -> Option<TimeStyle> {
        let Style::Date(_) = style else { return None };
        let mut time = None;
        for part in &self.parts {
            match &part.values {
                Values::Words(_, words) => time = words.iter().find_map(DateForms::of).and_then(DateForms::time),
                Values::Text(bytes, ends) => {
                    time = (0..ends.len()).find_map(|row| DateForms::of(text_at(bytes, ends, row))).and_then(DateForms::time);
                }
                _ => {}
            }
            if time.is_some() {
                break;
            }
        }
        time
    }

    fn finish(self) -> PolarsResult<Merged> {
        match self.kind {
            Kind::Int => self.ints(),
            Kind::Float => self.floats(),
            Kind::Date => self.dates(),
            Kind::Time(style) => self.times(style),
            _ => self.text(),
        }
    }

    fn text_tally(&self) -> TextTally {
        let mut tally = TextTally::default();
        self.each_text(|text| {
            if let Some(text) = text {
                tally.add(text, 1);
            }
        });
        if self.rules.rules.typed {
            tally.keep_text();
        }
        tally
    }

    /// Whether all texts are numbers as programs write them.
    fn is_plain_number(&self) -> bool {
        let mut plain = true;
        self.each_text(|text| {
            plain = plain && text.is_none_or(|text| parse_decimal(text).is_some() || null_word(text).is_some());
        });
        plain
    }

    /// Tells the first cell that cannot be read as chosen.
    fn refusal(&self, choice: Choice) -> Option<(Option<usize>, String)> {
        let fits = |text: &[u8]| match (Forms::of(text, true), choice) {
            (Some(Forms::Dates(forms)), Choice::Dmy) => forms.style(Some(DayOrder::Dmy)).is_some(),
            (Some(Forms::Dates(forms)), Choice::Mdy) => forms.style(Some(DayOrder::Mdy)).is_some(),
            (Some(Forms::Numbers(forms)), Choice::Comma) => forms.style(DecimalSign::Comma).is_some(),
            (Some(Forms::Numbers(forms)), Choice::Point) => forms.style(DecimalSign::Point).is_some(),
            _ => null_word(text).is_some(),
        };
        let (mut row, mut first) = (0, None);
        self.each_text(|text| {
            if let (Some(text), None) = (text, &first)
                && !fits(text)
            {
                first = Some((row, String::from_utf8_lossy(text).into_owned()));
            }
            row += 1;
        });
        let (row, text) = first.map_or((None, None), |(row, text)| (Some(row), Some(text)));
        Some((row, reason::refused(choice, text.as_deref())))
    }
}

/// Numbers and dates beside texts have a spelling of ours, which says nothing of the texts'.
fn is_text(part: &Part) -> bool {
    part.blend.is_none_or(|blend| !blend.typed && blend.other_row.is_none())
}

/// Whether a column of texts becomes one of this kind: its texts can be made again, and the step is on.
pub(super) fn is_allowed(kind: Kind, spelled: FloatTally, rules: &MergeRules) -> bool {
    let steps = rules.rules.steps;
    let whole = match kind {
        Kind::Date | Kind::Time(_) => return true,
        Kind::Int => return steps.has(Step::Integers),
        Kind::Float => are_decimals_kept(spelled, rules.level),
        _ => return false,
    };
    whole.is_some_and(|whole| steps.has(Step::Floats) || (whole && steps.has(Step::Integers)))
}

/// Whether decimals can be made again as the level asks; `Some(true)` where all are whole.
fn are_decimals_kept(spelled: FloatTally, level: Level) -> Option<bool> {
    let (spelling, exact) = spelled.spelling();
    let kept = exact || (level != Level::Conservative && spelled.is_plain());
    kept.then_some(spelled.whole && matches!(spelling, Spelling::Fixed(_)))
}

/// What a person had chosen that led to a style.
fn choice_for(style: Style, chosen: Chosen) -> Option<Choice> {
    match style {
        Style::Date(_) => chosen.dates.map(Choice::from),
        Style::Number(_) => chosen.decimal.map(Choice::from),
        Style::Plain => None,
    }
}

/// The values of a part in a style; `None` when some text has another one, or more digits than are kept.
pub fn restyled(part: &Part, style: Style, time: Option<TimeStyle>) -> Option<Part> {
    match (style, time) {
        (Style::Number(style), _) => super::cells::numbers(part, style),
        (Style::Date(style), Some(time)) => {
            let (values, validity, absent) = super::cells::read(part, |text| style.moment(text, time))?;
            Some(part.with(Values::Time(values, time), validity, absent))
        }
        (Style::Date(style), None) => {
            let (values, validity, absent) = super::cells::read(part, |text| style.day(text))?;
            Some(part.with(Values::Date(values), validity, absent))
        }
        (Style::Plain, _) => None,
    }
}

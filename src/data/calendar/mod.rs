//! Dates as offices write them: `31.12.2024`, `12/31/2024`, `31-Dec-2024`, `2024/12/31`, each also with a time of day.
//!
//! The spellings of ISO 8601 are in `date`; what is here is tried only where those refuse a cell.

use std::str::FromStr;

use super::date::{TimeStyle, civil_from_days, days_from_civil, is_day, two};

/// Names of months as they are shortened in English.
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Whether the day or the month comes first where both are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

impl DayOrder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Dmy, Self::Mdy];

    /// The name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
        }
    }

    fn order(self) -> DateOrder {
        match self {
            Self::Dmy => DateOrder::Dmy,
            Self::Mdy => DateOrder::Mdy,
        }
    }
}

impl FromStr for DayOrder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|order| order.name() == text);
        known.ok_or_else(|| format!("there is no order of dates “{text}”; choose dmy or mdy"))
    }
}

/// In which order a date's parts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

impl DateOrder {
    const ALL: [Self; 3] = [Self::Dmy, Self::Mdy, Self::Ymd];

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// How a month is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum MonthStyle {
    /// `4`
    Number,
    /// `Apr`
    Name,
    /// `APR`
    Capitals,
    /// `apr`
    Small,
}

impl MonthStyle {
    /// Those with letters.
    const NAMES: [Self; 3] = [Self::Name, Self::Capitals, Self::Small];

    /// The name of a month, 1 to 12.
    pub fn name(self, month: i32) -> String {
        let name = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default();
        match self {
            Self::Capitals => name.to_uppercase(),
            Self::Small => name.to_lowercase(),
            Self::Name | Self::Number => name.to_owned(),
        }
    }

    fn of(text: &[u8]) -> Option<(Self, i32)> {
        let month = MONTHS.iter().position(|name| name.as_bytes().eq_ignore_ascii_case(text))? as i32 + 1;
        let style = Self::NAMES.into_iter().find(|style| style.name(month).as_bytes() == text)?;
        Some((style, month))
    }
}

/// How the half of a day is written where a clock has twelve hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HalfDay {
    /// `AM` rather than `am`.
    pub capitals: bool,
    /// A blank stands before it.
    pub blank: bool,
}

/// How all dates of a column are written, beside what a [`TimeStyle`] says of their time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DateStyle {
    /// Which part comes first.
    pub order: DateOrder,
    /// What stands between the parts.
    pub separator: char,
    /// How the month is written.
    pub month: MonthStyle,
    /// Days and months below ten have a zero.
    pub padded: bool,
    /// Hours below ten have a zero.
    pub padded_hour: bool,
    /// The half of the day; none where a clock has 24 hours.
    pub half: Option<HalfDay>,
}

/// One way, or both.
const PADDED: u8 = 1;
const SHORT: u8 = 2;

fn paddings(digits: usize, value: i32) -> u8 {
    match (digits, value) {
        (1, _) => SHORT,
        (_, 0..=9) => PADDED,
        _ => PADDED | SHORT,
    }
}

/// A date or moment with its parts as they stand.
struct Parts {
    numbers: [i32; 3],
    separator: u8,
    month: MonthStyle,
    padding: u8,
    clock: Option<Clock>,
    year_first: bool,
}

/// A time of day.
struct Clock {
    /// Since midnight, in the units of the style.
    units: i64,
    style: TimeStyle,
    half: Option<HalfDay>,
    padding: u8,
}

/// Digits at the start, at most `most`, and what follows them.
fn digits(text: &[u8], most: usize) -> Option<(i32, usize, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=most).contains(&count) {
        return None;
    }
    let (run, rest) = text.split_at_checked(count)?;
    Some((run.iter().fold(0, |value, digit| value * 10 + i32::from(digit - b'0')), count, rest))
}

impl Parts {
    fn of(text: &[u8]) -> Option<Self> {
        let (first, first_digits, rest) = digits(text, 4)?;
        let (&separator, rest) = rest.split_first()?;
        let (month, second, second_digits, rest) = match rest.split_at_checked(3) {
            Some((name, rest)) if name.iter().all(u8::is_ascii_alphabetic) => {
                let (style, month) = MonthStyle::of(name)?;
                (style, month, 2, rest)
            }
            _ => {
                let (value, count, rest) = digits(rest, 2)?;
                (MonthStyle::Number, value, count, rest)
            }
        };
        let (&again, rest) = rest.split_first()?;
        let (third, third_digits, rest) = digits(rest, 4)?;
        let known = match separator {
            b'.' | b'/' | b'-' => true,
            b' ' => month != MonthStyle::Number,
            _ => false,
        };
        let year_first = first_digits == 4;
        let (outer, outer_digits) = if year_first { (third, third_digits) } else { (first, first_digits) };
        let well_formed = outer_digits <= 2 && (year_first || third_digits == 4);
        if !known || again != separator || !well_formed {
            return None;
        }
        let inner = if month == MonthStyle::Number { paddings(second_digits, second) } else { PADDED | SHORT };
        let padding = inner & paddings(outer_digits, outer);
        let clock = if rest.is_empty() { None } else { Some(Clock::of(rest)?) };
        (padding != 0).then_some(Self { numbers: [first, second, third], separator, month, padding, clock, year_first })
    }

    /// Year, month and day in this order.
    fn ymd(&self, order: DateOrder) -> [i32; 3] {
        let [first, second, third] = self.numbers;
        match order {
            DateOrder::Dmy => [third, second, first],
            DateOrder::Mdy => [third, first, second],
            DateOrder::Ymd => [first, second, third],
        }
    }

    /// Orders in which it is a day of the calendar.
    fn orders(&self) -> u8 {
        let fits = |order: &DateOrder| {
            let [year, month, day] = self.ymd(*order);
            (*order == DateOrder::Ymd) == self.year_first
                && (*order != DateOrder::Mdy || self.month == MonthStyle::Number)
                && is_day(year, month, day)
        };
        DateOrder::ALL.into_iter().filter(fits).fold(0, |bits, order| bits | order.bit())
    }
}

impl Clock {
    /// `T09:30`, ` 9:30:00.5`, ` 09:30 PM` and the like.
    fn of(text: &[u8]) -> Option<Self> {
        let (between, rest) = text.split_first()?;
        if !matches!(between, b' ' | b'T') {
            return None;
        }
        let (rest, zulu) = rest.strip_suffix(b"Z").map_or((rest, false), |rest| (rest, true));
        let (rest, half) = half_of_day(rest);
        let (hour, hour_digits, rest) = digits(rest, 2)?;
        let (minute, 2, rest) = digits(rest.strip_prefix(b":")?, 2)? else { return None };
        let (second, fraction) = match rest {
            [] => (None, &[][..]),
            [b':', s1, s2, fraction @ ..] => (Some(digits(&[*s1, *s2], 2).filter(|(_, count, _)| *count == 2)?.0), fraction),
            _ => return None,
        };
        let hours = if half.is_some() { 1..=12 } else { 0..=23 };
        if !hours.contains(&hour) || minute > 59 || second.is_some_and(|second| second > 59) || (zulu && half.is_some()) {
            return None;
        }
        let fraction = match fraction {
            [] => fraction,
            [b'.', digits @ ..] if (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) => digits,
            _ => return None,
        };
        let style = TimeStyle { t: *between == b'T', seconds: second.is_some(), fraction: fraction.len() as u8, zulu };
        let parts = fraction.iter().fold(0, |parts, digit| parts * 10 + i64::from(digit - b'0'));
        let parts = parts * (style.per_second() / 10i64.pow(u32::from(style.fraction)));
        let of_24 = match half {
            Some((_, afternoon)) => hour % 12 + if afternoon { 12 } else { 0 },
            None => hour,
        };
        let seconds = i64::from(of_24 * 3600 + minute * 60 + second.unwrap_or(0));
        let units = seconds * style.per_second() + parts;
        Some(Self { units, style, half: half.map(|(half, _)| half), padding: paddings(hour_digits, hour) })
    }
}

/// The text without its `AM` or `pm`, how that is written, and whether it is the afternoon.
fn half_of_day(text: &[u8]) -> (&[u8], Option<(HalfDay, bool)>) {
    let Some((rest, word)) = text.split_last_chunk::<2>() else { return (text, None) };
    let (capitals, afternoon) = match word {
        b"AM" => (true, false),
        b"PM" => (true, true),
        b"am" => (false, false),
        b"pm" => (false, true),
        _ => return (text, None),
    };
    let (rest, blank) = rest.strip_suffix(b" ").map_or((rest, false), |rest| (rest, true));
    (rest, Some((HalfDay { capitals, blank }, afternoon)))
}

/// The ways in which a text, or every text of a column, can be read as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateForms {
    separator: u8,
    month: MonthStyle,
    clock: Option<(TimeStyle, Option<HalfDay>)>,
    orders: u8,
    padding: u8,
    hours: u8,
    /// Some text says another day when the month is read first.
    pub differs: bool,
}

impl DateForms {
    /// The ways to read one text; `None` when there is none.
    pub fn of(text: &[u8]) -> Option<Self> {
        let parts = Parts::of(text)?;
        let orders = parts.orders();
        let [first, second, _] = parts.numbers;
        let forms = Self {
            separator: parts.separator,
            month: parts.month,
            clock: parts.clock.as_ref().map(|clock| (clock.style, clock.half)),
            orders,
            padding: parts.padding,
            hours: parts.clock.as_ref().map_or(PADDED | SHORT, |clock| clock.padding),
            differs: first != second,
        };
        (orders != 0).then_some(forms)
    }

    /// The ways that both allow.
    pub fn and(self, other: Self) -> Option<Self> {
        let same = (self.separator, self.month, self.clock) == (other.separator, other.month, other.clock);
        let forms = Self {
            orders: self.orders & other.orders,
            padding: self.padding & other.padding,
            hours: self.hours & other.hours,
            differs: self.differs | other.differs,
            ..self
        };
        (same && forms.orders != 0 && forms.padding != 0 && forms.hours != 0).then_some(forms)
    }

    /// How the time of day is written; none where the column has days alone.
    pub fn time(self) -> Option<TimeStyle> {
        self.clock.map(|(style, _)| style)
    }

    /// The orders of day and month that all texts allow and that a person may choose between; empty where there is no choice.
    pub fn choice(self) -> Vec<DayOrder> {
        let both = DateOrder::Dmy.bit() | DateOrder::Mdy.bit();
        // A date with points has its day first wherever it is written.
        let open = self.orders & both == both && self.differs && self.separator != b'.';
        if open { DayOrder::ALL.to_vec() } else { Vec::new() }
    }

    /// The style: with the order that was chosen, else the one that fits. `None` when the chosen one does not.
    pub fn style(self, chosen: Option<DayOrder>) -> Option<DateStyle> {
        let fits = |order: &DateOrder| self.orders & order.bit() != 0;
        let is_free = self.month == MonthStyle::Number && !fits(&DateOrder::Ymd);
        let order = match chosen.filter(|_| is_free) {
            Some(order) => Some(order.order()).filter(fits)?,
            None => DateOrder::ALL.into_iter().find(fits)?,
        };
        Some(DateStyle {
            order,
            separator: char::from(self.separator),
            month: self.month,
            padded: self.padding & PADDED != 0,
            padded_hour: self.hours & PADDED != 0,
            half: self.clock.and_then(|(_, half)| half),
        })
    }
}

impl DateStyle {
    /// The day that a text of this style names, in days since 1970-01-01, and its time of day in units of the style.
    fn parts(self, text: &[u8], time: Option<TimeStyle>) -> Option<(i32, i64)> {
        let parts = Parts::of(text)?;
        let same = parts.separator == self.separator as u8
            && parts.month == self.month
            && parts.orders() & self.order.bit() != 0
            && parts.padding & if self.padded { PADDED } else { SHORT } != 0;
        let clock = match (parts.clock.as_ref(), time) {
            (None, None) => 0,
            (Some(clock), Some(time)) => {
                let hour = clock.padding & if self.padded_hour { PADDED } else { SHORT } != 0;
                (hour && clock.style == time && clock.half == self.half).then_some(clock.units)?
            }
            _ => return None,
        };
        let [year, month, day] = parts.ymd(self.order);
        same.then(|| (days_from_civil(year, month, day), clock))
    }

    /// A day alone, in days since 1970-01-01.
    pub fn day(self, text: &[u8]) -> Option<i32> {
        self.parts(text, None).map(|(days, _)| days)
    }

    /// A moment since 1970-01-01 00:00 in the units of `time`.
    pub fn moment(self, text: &[u8], time: TimeStyle) -> Option<i64> {
        let (days, clock) = self.parts(text, Some(time))?;
        i64::from(days).checked_mul(DAY * time.per_second())?.checked_add(clock)
    }

    /// Appends a day.
    pub fn write_day(self, out: &mut Vec<u8>, days: i32) {
        let (year, month, day) = civil_from_days(days);
        let number =
            |out: &mut Vec<u8>, value: i32| if self.padded || value > 9 { two(out, value) } else { out.push(b'0' + value as u8) };
        let word = |out: &mut Vec<u8>| match self.month {
            MonthStyle::Number => number(out, month),
            style => out.extend_from_slice(style.name(month).as_bytes()),
        };
        let year = |out: &mut Vec<u8>| {
            two(out, year / 100);
            two(out, year % 100);
        };
        let separator = self.separator as u8;
        match self.order {
            DateOrder::Dmy => {
                number(out, day);
                out.push(separator);
                word(out);
                out.push(separator);
                year(out);
            }
            DateOrder::Mdy => {
                word(out);
                out.push(separator);
                number(out, day);
                out.push(separator);
                year(out);
            }
            DateOrder::Ymd => {
                year(out);
                out.push(separator);
                word(out);
                out.push(separator);
                number(out, day);
            }
        }
    }

    /// Appends a moment in the units of `time`.
    pub fn write_moment(self, out: &mut Vec<u8>, moment: i64, time: TimeStyle) {
        let per_day = DAY * time.per_second();
        self.write_day(out, i32::try_from(moment.div_euclid(per_day)).unwrap_or(0));
        let units = moment.rem_euclid(per_day);
        let second = (units / time.per_second()) as i32;
        let (hour, afternoon) = (second / 3600, second >= 43_200);
        let hour = if self.half.is_some() { (hour + 11) % 12 + 1 } else { hour };
        out.push(if time.t { b'T' } else { b' ' });
        if self.padded_hour || hour > 9 {
            two(out, hour);
        } else {
            out.push(b'0' + hour as u8);
        }
        time.write_rest(out, second, units % time.per_second());
        if let Some(half) = self.half {
            let word: &[u8] = match (afternoon, half.capitals) {
                (false, true) => b"AM",
                (true, true) => b"PM",
                (false, false) => b"am",
                (true, false) => b"pm",
            };
            out.extend_from_slice(if half.blank { b" " } else { b"" });
            out.extend_from_slice(word);
        }
    }

    /// The pattern as offices write it: `dd/mm/yyyy`.
    pub fn pattern(self) -> String {
        let (day, month) = if self.padded { ("dd", "mm") } else { ("d", "m") };
        let month = if self.month == MonthStyle::Number { month } else { "mmm" };
        let parts = match self.order {
            DateOrder::Dmy => [day, month, "yyyy"],
            DateOrder::Mdy => [month, day, "yyyy"],
            DateOrder::Ymd => ["yyyy", month, day],
        };
        parts.join(&self.separator.to_string())
    }
}

/// A day as a person in doubt reads it: `3 April 2024`, without doubt about what is the month.
pub fn in_words(days: i32) -> String {
    const LONG: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let (year, month, day) = civil_from_days(days);
    let month = usize::try_from(month - 1).ok().and_then(|at| LONG.get(at)).copied().unwrap_or_default();
    format!("{day} {month} {year}")
}

#[cfg(test)]
mod tests;

//! Numbers as offices write them: with a decimal comma, with signs between the thousands, as percent.
//!
//! A text is turned into the plain spelling (`1.234,50` into `1234.50`), which `number` reads; writing goes the other way.

use std::str::FromStr;

/// What stands before the decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecimalSign {
    /// `1234.5`
    #[default]
    Point,
    /// `1234,5`
    Comma,
}

impl DecimalSign {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Comma, Self::Point];

    /// The name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }

    /// The sign itself.
    pub fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

impl FromStr for DecimalSign {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|sign| sign.name() == text);
        known.ok_or_else(|| format!("there is no decimal sign “{text}”; choose comma or point"))
    }
}

/// What stands between the thousands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Group {
    /// Nothing.
    #[default]
    None,
    /// `1,234`
    Comma,
    /// `1.234`
    Point,
    /// `1 234`
    Space,
    /// A blank at which a line does not break.
    NoBreak,
    /// The same, narrow.
    NarrowNoBreak,
    /// `1'234`
    Apostrophe,
    /// `1’234`
    Quote,
}

impl Group {
    const ALL: [Self; 8] =
        [Self::None, Self::Comma, Self::Point, Self::Space, Self::NoBreak, Self::NarrowNoBreak, Self::Apostrophe, Self::Quote];

    /// The sign as text; empty for none.
    pub fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Comma => ",",
            Self::Point => ".",
            Self::Space => " ",
            Self::NoBreak => "\u{a0}",
            Self::NarrowNoBreak => "\u{202f}",
            Self::Apostrophe => "'",
            Self::Quote => "\u{2019}",
        }
    }

    fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// How a percent sign follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Percent {
    /// There is none.
    #[default]
    None,
    /// `12.5%`
    Tight,
    /// `12.5 %`
    Space,
    /// The same with a blank at which a line does not break.
    NoBreak,
    /// The same with a narrow one.
    NarrowNoBreak,
}

impl Percent {
    /// Those with a sign; one that ends another stands after it.
    const SIGNS: [Self; 4] = [Self::Space, Self::NoBreak, Self::NarrowNoBreak, Self::Tight];

    /// The sign with what stands before it; empty for none.
    pub fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Tight => "%",
            Self::Space => " %",
            Self::NoBreak => "\u{a0}%",
            Self::NarrowNoBreak => "\u{202f}%",
        }
    }

    /// The text without its percent sign, and which one it had.
    fn strip(text: &[u8]) -> (&[u8], Self) {
        if text.last() != Some(&b'%') {
            return (text, Self::None);
        }
        let strip = |percent: Self| Some((text.strip_suffix(percent.text().as_bytes())?, percent));
        Self::SIGNS.into_iter().find_map(strip).unwrap_or((text, Self::None))
    }
}

/// How all numbers of a column are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NumberStyle {
    /// What stands before the decimals.
    pub decimal: DecimalSign,
    /// What stands between the thousands.
    pub group: Group,
    /// After the thousands the signs stand after every two digits: `12,34,567`.
    pub indian: bool,
    /// How a percent sign follows. The value is the number before it.
    pub percent: Percent,
}

/// The bit of signs that stand as in India, beside those of [`Group`].
const INDIAN: u16 = 1 << 8;

/// The ways in which a text, or every text of a column, can be read as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberForms {
    /// Signs between the thousands that fit where the decimal sign is a point.
    point: u16,
    /// The same for a comma.
    comma: u16,
    percent: Percent,
    /// Some text says another number with a point than with a comma.
    pub differs: bool,
}

impl NumberForms {
    /// The ways to read one text; `None` when there is none.
    pub fn of(text: &[u8]) -> Option<Self> {
        let (number, percent) = Percent::strip(text);
        let number = number.strip_prefix(b"-").unwrap_or(number);
        if !number.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let (point, comma) = (groups(number, DecimalSign::Point), groups(number, DecimalSign::Comma));
        let differs = point != 0 && comma != 0 && number.iter().any(|byte| matches!(byte, b'.' | b','));
        (point | comma != 0).then_some(Self { point, comma, percent, differs })
    }

    /// The ways that both allow.
    pub fn and(self, other: Self) -> Option<Self> {
        let (point, comma) = (self.point & other.point, self.comma & other.comma);
        let fits = self.percent == other.percent && point | comma != 0;
        fits.then_some(Self { point, comma, percent: self.percent, differs: self.differs | other.differs })
    }

    fn signs(self, decimal: DecimalSign) -> u16 {
        match decimal {
            DecimalSign::Point => self.point,
            DecimalSign::Comma => self.comma,
        }
    }

    /// All texts are numbers with a point and without signs between the thousands.
    pub fn is_pointed(self) -> bool {
        self.point & Group::None.bit() != 0
    }

    /// The style with this decimal sign, if all texts allow it. Those that remain say the same numbers; the plainest is taken.
    pub fn style(self, decimal: DecimalSign) -> Option<NumberStyle> {
        let signs = self.signs(decimal);
        let plain = NumberStyle { decimal, percent: self.percent, ..NumberStyle::default() };
        let western = Group::ALL.into_iter().find(|group| signs & group.bit() != 0);
        match western {
            Some(group) => Some(NumberStyle { group, ..plain }),
            None => (signs & INDIAN != 0).then_some(NumberStyle { group: Group::Comma, indian: true, ..plain }),
        }
    }

    fn allows(self, style: NumberStyle) -> bool {
        let bit = if style.indian { INDIAN } else { style.group.bit() };
        self.percent == style.percent && self.signs(style.decimal) & bit != 0
    }
}

/// Signs between the thousands that fit an unsigned number with this decimal sign.
fn groups(number: &[u8], decimal: DecimalSign) -> u16 {
    let sign = decimal.sign() as u8;
    let mut parts = number.splitn(2, |byte| *byte == sign);
    let whole = parts.next().unwrap_or_default();
    if parts.next().is_some_and(|fraction| fraction.is_empty() || !fraction.iter().all(u8::is_ascii_digit)) {
        return 0;
    }
    if whole.first() == Some(&b'0') {
        return if whole.len() == 1 { all_groups(decimal) } else { 0 };
    }
    match whole.iter().position(|byte| !byte.is_ascii_digit()) {
        None if whole.len() > 3 => Group::None.bit(),
        None if whole.is_empty() => 0,
        None => all_groups(decimal),
        Some(at) => grouped(whole, at) & all_groups(decimal),
    }
}

fn all_groups(decimal: DecimalSign) -> u16 {
    match decimal {
        DecimalSign::Point => 0x1FF & !Group::Point.bit(),
        DecimalSign::Comma => 0xFF & !Group::Comma.bit(),
    }
}

/// The sign that stands at `first` and between all other groups of digits, if they are as long as they have to be.
fn grouped(whole: &[u8], first: usize) -> u16 {
    let rest = whole.get(first..).unwrap_or_default();
    let starts = |group: &Group| *group != Group::None && rest.starts_with(group.text().as_bytes());
    let Some(group) = Group::ALL.into_iter().find(starts) else { return 0 };
    let sign = group.text().as_bytes();
    let (mut rest, mut lengths) = (rest, Vec::new());
    while let Some(after) = rest.strip_prefix(sign) {
        let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        lengths.push(digits);
        rest = after.get(digits..).unwrap_or_default();
    }
    let Some((last, middle)) = lengths.split_last() else { return 0 };
    if !rest.is_empty() || *last != 3 {
        return 0;
    }
    let western = first <= 3 && middle.iter().all(|length| *length == 3);
    let indian = group == Group::Comma && first <= 2 && middle.iter().all(|length| *length == 2);
    (if western { group.bit() } else { 0 }) | if indian { INDIAN } else { 0 }
}

impl NumberStyle {
    /// Puts the plain spelling of a text of this style into `out`: digits, a point, a minus. `None` when the text has another style.
    pub fn plain<'o>(self, text: &[u8], out: &'o mut Vec<u8>) -> Option<&'o [u8]> {
        if !NumberForms::of(text)?.allows(self) {
            return None;
        }
        let sign = self.decimal.sign() as u8;
        out.clear();
        out.extend(text.iter().filter_map(|byte| match byte {
            b'0'..=b'9' | b'-' => Some(*byte),
            byte if *byte == sign => Some(b'.'),
            _ => None,
        }));
        Some(out)
    }

    /// Turns the plain spelling that starts at `start` of `out` into this style.
    pub fn dress(self, out: &mut Vec<u8>, start: usize) {
        let plain = out.split_off(start.min(out.len()));
        let (sign, number) = plain.strip_prefix(b"-").map_or((&b""[..], &plain[..]), |rest| (b"-", rest));
        let (whole, fraction) = number.split_at(number.iter().position(|byte| *byte == b'.').unwrap_or(number.len()));
        out.extend_from_slice(sign);
        for (at, digit) in whole.iter().enumerate() {
            if at > 0 && self.is_border(whole.len() - at) {
                out.extend_from_slice(self.group.text().as_bytes());
            }
            out.push(*digit);
        }
        if let [_, decimals @ ..] = fraction {
            out.push(self.decimal.sign() as u8);
            out.extend_from_slice(decimals);
        }
        out.extend_from_slice(self.percent.text().as_bytes());
    }

    /// Whether a sign stands before the last `left` digits.
    fn is_border(self, left: usize) -> bool {
        if self.indian { left == 3 || (left > 3 && left % 2 == 1) } else { left.is_multiple_of(3) }
    }

    /// A number in this style, to show it.
    pub fn example(self) -> String {
        let mut out = b"1234.5".to_vec();
        if self.indian {
            out = b"1234567.8".to_vec();
        }
        self.dress(&mut out, 0);
        String::from_utf8_lossy(&out).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_styles() -> Vec<NumberStyle> {
        let mut styles = Vec::new();
        for decimal in DecimalSign::ALL {
            for group in Group::ALL.into_iter().filter(|group| group.text() != decimal.sign().to_string()) {
                for percent in Percent::SIGNS.into_iter().chain([Percent::None]) {
                    styles.push(NumberStyle { decimal, group, indian: false, percent });
                }
            }
        }
        styles.push(NumberStyle { group: Group::Comma, indian: true, ..NumberStyle::default() });
        styles
    }

    fn dressed(plain: &str, style: NumberStyle) -> String {
        let mut out = b"before".to_vec();
        out.extend_from_slice(plain.as_bytes());
        style.dress(&mut out, 6);
        String::from_utf8(out).expect("UTF-8").split_off(6)
    }

    #[test]
    fn texts_come_back_in_every_style() {
        for style in all_styles() {
            for plain in ["0", "-7", "999", "1234", "-12345.60", "0.5", "1234567.891", "123456789", "-0.00", "99999.9"] {
                let text = dressed(plain, style);
                assert_eq!(style.plain(text.as_bytes(), &mut Vec::new()), Some(plain.as_bytes()), "{text} {style:?}");
            }
        }
    }

    #[test]
    fn offices_write_numbers_so() {
        for (text, plain, decimal) in [
            ("1234,56", "1234.56", DecimalSign::Comma),
            ("1.234,56", "1234.56", DecimalSign::Comma),
            ("1,234.56", "1234.56", DecimalSign::Point),
            ("12,34,567.89", "1234567.89", DecimalSign::Point),
            ("1 234,56", "1234.56", DecimalSign::Comma),
            ("1\u{a0}234,56", "1234.56", DecimalSign::Comma),
            ("1\u{202f}234,56", "1234.56", DecimalSign::Comma),
            ("1'234.56", "1234.56", DecimalSign::Point),
            ("-12.345.678", "-12345678", DecimalSign::Comma),
            ("12,5\u{a0}%", "12.5", DecimalSign::Comma),
            ("12.5%", "12.5", DecimalSign::Point),
        ] {
            let forms = NumberForms::of(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            let style = forms.style(decimal).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(style.plain(text.as_bytes(), &mut Vec::new()), Some(plain.as_bytes()), "{text}");
            assert_eq!(dressed(plain, style), text);
            let other = DecimalSign::ALL.into_iter().find(|sign| *sign != decimal).expect("two");
            assert!(!plain.contains('.') || forms.style(other).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_any_style_is_refused() {
        for text in [
            "",
            "-",
            "%",
            ",5",
            "5,",
            "1,23,4",
            "12,345,6",
            "0,123,456",
            "01,5",
            "1,,234",
            "1.234.56",
            "1,234,56",
            "+1,5",
            "1 23",
            "1234,567,890",
            "1,234.567,8",
            "1'234’567",
            "1.234 567",
            "5 % ",
            "5%%",
            "-,5",
            "--1,5",
            "1,5e3",
            "1,2,345",
            "123,45,678",
        ] {
            assert_eq!(NumberForms::of(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_column_is_decided_by_one_cell() {
        let column = |texts: &[&str]| {
            let mut forms = texts.iter().map(|text| NumberForms::of(text.as_bytes()).expect("a number"));
            let first = forms.next().expect("a text");
            forms.try_fold(first, NumberForms::and)
        };
        let signs = |texts: &[&str]| {
            let forms = column(texts)?;
            Some((DecimalSign::ALL.map(|sign| forms.style(sign).is_some()), forms.differs))
        };
        assert_eq!(signs(&["1,234", "5,678"]), Some(([true, true], true)));
        assert_eq!(signs(&["1,234", "0,5"]).map(|found| found.0), Some([true, false]));
        assert_eq!(signs(&["1,234", "1,234.5"]).map(|found| found.0), Some([false, true]));
        assert_eq!(signs(&["1,234", "12,345,678"]).map(|found| found.0), Some([false, true]));
        assert_eq!(signs(&["1 234", "5"]), Some(([true, true], false)));
        assert_eq!(column(&["1,234.5", "1234.5"]), None, "grouped and not");
        assert_eq!(column(&["1.234,5", "1,5 %"]), None);
        let indian = column(&["12,345", "1,00,000"]).and_then(|forms| forms.style(DecimalSign::Point)).expect("a style");
        assert!(indian.indian);
        let western = column(&["12,345", "100,000"]).and_then(|forms| forms.style(DecimalSign::Point)).expect("a style");
        assert!(!western.indian && western.group == Group::Comma);
    }
}

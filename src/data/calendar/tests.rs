//! Days and moments in every style, read and written again.

use super::*;

fn written(style: DateStyle, time: Option<TimeStyle>, text: &str) -> Option<String> {
    let mut out = Vec::new();
    match time {
        None => style.write_day(&mut out, style.day(text.as_bytes())?),
        Some(time) => style.write_moment(&mut out, style.moment(text.as_bytes(), time)?, time),
    }
    String::from_utf8(out).ok()
}

#[test]
fn texts_come_back_as_they_stood() {
    for text in [
        "31.12.2024",
        "31/12/2024",
        "12/31/2024",
        "31-12-2024",
        "2024/12/31",
        "2024.12.31",
        "1/2/2024",
        "9/30/2024",
        "2024/1/31",
        "31-Dec-2024",
        "31 Dec 2024",
        "3-MAR-2024",
        "03 may 2024",
        "31.12.2024 09:05",
        "31.12.2024 9:05",
        "31/12/2024 13:47:00",
        "12/31/2024 1:47 PM",
        "12/31/2024 12:00:00 AM",
        "12/31/2024 12:00pm",
        "1/31/2024 01:00:00.250 am",
        "2024-1-31 7:30",
        "31/12/2024T00:00:00Z",
        "29.02.2000",
        "01.01.0001",
        "31/12/9999 23:59:59.999",
    ] {
        let forms = DateForms::of(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
        for order in forms.choice().into_iter().map(Some).chain([None]) {
            let style = forms.style(order).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(written(style, forms.time(), text).as_deref(), Some(text), "{style:?}");
        }
    }
}

#[test]
fn days_and_moments_have_the_value_they_name() {
    // Days and seconds as `date -u -d … +%s` tells them.
    for (text, days) in
        [("31.12.2024", 20_088), ("12/31/2024", 20_088), ("2024/12/31", 20_088), ("1-Jan-1970", 0), ("29/02/2000", 11_016)]
    {
        let style = DateForms::of(text.as_bytes()).and_then(|forms| forms.style(None)).expect("a date");
        assert_eq!(style.day(text.as_bytes()), Some(days), "{text}");
    }
    for (text, seconds) in [
        ("21/01/2022 13:47:00", 1_642_772_820),
        ("1/21/2022 1:47:00 PM", 1_642_772_820),
        ("21/01/2022 12:00:00 am", 1_642_723_200),
        ("21/01/2022 12:30:00 PM", 1_642_768_200),
    ] {
        let forms = DateForms::of(text.as_bytes()).expect("a moment");
        let (style, time) = (forms.style(None).expect("a style"), forms.time().expect("a time"));
        assert_eq!(style.moment(text.as_bytes(), time), Some(seconds * 1_000), "{text}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "",
        "1",
        "31.12.24",
        "31/13/2024",
        "30.02.2024",
        "29.02.2023",
        "00/01/2024",
        "3/04/2024",
        "03/4/2024",
        "31.12-2024",
        "31 12 2024",
        "31-Dez-2024",
        "31-dEc-2024",
        "32-Jan-2024",
        "31.12.2024 ",
        "31.12.2024 24:00",
        "31.12.2024 9:5",
        "31.12.2024 13:00 PM",
        "31.12.2024 0:10 AM",
        "31.12.2024 9:30:",
        "31.12.2024 9:30:00.",
        "31.12.20245",
        "2024/12/031",
        "20240/1/1",
        "1/1/0000",
        "31.12.2024, 9:30",
        "1.234.567",
        "Dec-31-2024",
    ] {
        assert_eq!(DateForms::of(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn a_column_is_decided_by_one_cell() {
    let column = |texts: &[&str]| {
        let mut forms = texts.iter().map(|text| DateForms::of(text.as_bytes()).expect("a date"));
        let first = forms.next().expect("a text");
        forms.try_fold(first, DateForms::and)
    };
    let choice = |texts: &[&str]| column(texts).map(DateForms::choice);
    assert_eq!(choice(&["03/04/2024", "12/11/2024"]), Some(DayOrder::ALL.to_vec()));
    assert_eq!(choice(&["03/04/2024", "13/11/2024"]), Some(vec![]));
    assert_eq!(choice(&["03/04/2024", "11/13/2024"]), Some(vec![]));
    assert_eq!(choice(&["03.04.2024"]), Some(vec![]), "points: the day first");
    assert_eq!(choice(&["03/03/2024", "05/05/2024"]), Some(vec![]), "the same day in either order");
    assert_eq!(choice(&["03/13/2024", "13/03/2024"]), None);
    assert_eq!(choice(&["03/04/2024", "3/5/2024"]), None, "one spelling for all");
    assert_eq!(choice(&["03/04/2024", "13/05/2024 10:00"]), None);
    let order = |texts: &[&str], chosen| column(texts).and_then(|forms| forms.style(chosen)).map(|style| style.order);
    assert_eq!(order(&["03/04/2024", "11/13/2024"], None), Some(DateOrder::Mdy));
    assert_eq!(order(&["03/04/2024"], Some(DayOrder::Mdy)), Some(DateOrder::Mdy));
    assert_eq!(order(&["13/04/2024"], Some(DayOrder::Mdy)), None);
    assert_eq!(order(&["2024/04/03"], Some(DayOrder::Dmy)), Some(DateOrder::Ymd));
    assert_eq!(order(&["03-Apr-2024"], Some(DayOrder::Mdy)), Some(DateOrder::Dmy));
    assert_eq!(in_words(19_816), "3 April 2024");
}

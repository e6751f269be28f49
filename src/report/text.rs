//! Foreign text made safe to draw and to embed: names from files can hold anything and be of any length.

/// Advance widths of the characters U+0020 to U+007E in Inter Regular with tabular digits, in 1/2048 of the text's size.
const ASCII_WIDTHS: [u16; 95] = [
    576, 589, 954, 1297, 1314, 2011, 1319, 614, 747, 747, 1026, 1355, 590, 942, 590, 738, 1328, 1328, 1328, 1328, 1328, 1328, 1328,
    1328, 1328, 1328, 590, 618, 1355, 1355, 1355, 1047, 1978, 1413, 1340, 1496, 1478, 1231, 1209, 1528, 1522, 550, 1169, 1376,
    1158, 1850, 1543, 1566, 1308, 1566, 1318, 1314, 1322, 1524, 1413, 2018, 1397, 1390, 1288, 747, 738, 747, 965, 934, 661, 1150,
    1254, 1170, 1254, 1194, 758, 1256, 1211, 496, 496, 1124, 496, 1794, 1210, 1228, 1254, 1254, 771, 1081, 670, 1211, 1151, 1676,
    1118, 1151, 1131, 873, 681, 873, 1355,
];

/// `text` on one line, without characters that have no picture, that turn the writing direction, or that XML forbids: each run of
/// white space becomes one space, each of the others `�`.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_whitespace() && c != '\u{a0}' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if is_unsafe(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// The text with a capital letter at its beginning.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// [`clean`] text of at most `most` characters, the last of them `…` when something was cut off.
pub fn shorten(text: &str, most: usize) -> String {
    // A name of megabytes is cut before it is looked at.
    let text = clean(&text.chars().take(most.saturating_mul(4).saturating_add(16)).collect::<String>());
    if text.chars().count() <= most {
        return text;
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.truncate(out.trim_end().len());
    if most > 0 {
        out.push('…');
    }
    out
}

/// A [`clean`] path of at most `most` characters: folders in its middle give way to `…`, where it begins and where it ends stay. When not even its last
/// folder fits, that one is cut like any text.
pub fn shorten_path(path: &str, most: usize) -> String {
    let path = clean(path);
    let length = |part: &str| part.chars().count();
    if length(&path) <= most {
        return path;
    }
    let separator = if path.contains('/') { '/' } else { '\\' };
    let parts: Vec<&str> = path.split_inclusive(separator).collect();
    // The root of a drive alone tells nothing.
    let (first, rest) = parts.split_at(parts.len().min(if path.starts_with(separator) { 2 } else { 1 }));
    let room = most.saturating_sub(2 + first.iter().map(|part| length(part)).sum::<usize>());
    let ends = rest.iter().rev().scan(0, |sum, part| {
        *sum += length(part);
        Some(*sum)
    });
    let kept = ends.take_while(|sum| *sum <= room).count();
    match rest.get(rest.len() - kept..).filter(|kept| !kept.is_empty()) {
        Some(kept) => format!("{}…{separator}{}", first.concat(), kept.concat()),
        None => shorten(&format!("…{separator}{}", parts.last().unwrap_or(&"")), most),
    }
}

/// [`clean`] text that is at most `room` points wide at `size`, ending in `…` when cut; empty when not even two characters fit.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    let most = (room / (size * 0.2)).clamp(0.0, 10_000.0) as usize;
    let text = shorten(text, most);
    if width(&text, size) <= room {
        return text;
    }
    let room = room - width("…", size);
    let mut out = String::new();
    let mut used = 0.0;
    for c in text.chars() {
        used += char_width(c) * size;
        if used > room {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    if out.chars().count() < 2 { String::new() } else { out + "…" }
}

/// Width of `text` in Inter Regular at `size`, in points; a close guess outside of ASCII.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(char_width).sum::<f64>() * size
}

/// `text`, cleaned, for use between tags or in a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Width of a character in units of the text's size.
fn char_width(c: char) -> f64 {
    let code = c as u32;
    if let Some(width) = code.checked_sub(0x20).and_then(|i| ASCII_WIDTHS.get(i as usize)) {
        return f64::from(*width) / 2048.0;
    }
    match code {
        0xb7 => 0.288,
        // Marks that sit on the letter before them.
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0.0,
        0x2026 => 0.865,
        0x2190..=0x21ff => 0.955,
        // East Asian scripts and pictures fill a square.
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xff00..=0xff60
        | 0x1_f300..=0x1_faff
        | 0x2_0000..=0x3_ffff => 1.0,
        _ => 0.66,
    }
}

/// Control characters, marks that reorder text (Unicode TR 36, 3.2), and what XML 1.0 (2.2) does not allow.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_becomes_harmless() {
        assert_eq!(clean("a\r\n\t b\u{0}c\u{202e}gpj.exe\u{7f}"), "a b�c�gpj.exe�");
        assert_eq!(escape("<b a=\"1\" c='2'>]]>&amp;\u{ffff}"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;]]&gt;&amp;amp;�");
        assert_eq!(clean("तकनीकी स्वीकृति 日本 e\u{301}"), "तकनीकी स्वीकृति 日本 e\u{301}", "ordinary text stays as it is");
    }

    #[test]
    fn long_text_is_cut_with_an_ellipsis() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("abcdefg", 6), "abcde…");
        assert_eq!(shorten("abcd efg", 6), "abcd…");
        assert_eq!(shorten("abc", 0), "");
        assert_eq!(shorten(&"x".repeat(10_000_000), 10), "xxxxxxxxx…");
    }

    #[test]
    fn the_middle_of_a_path_gives_way() {
        assert_eq!(shorten_path("/home/asha/bills", 16), "/home/asha/bills");
        assert_eq!(shorten_path("/home/asha/work/2026/bills", 20), "/home/…/2026/bills");
        assert_eq!(shorten_path("C:\\Users\\Asha\\Documents\\बिल 2026", 20), "C:\\…\\बिल 2026");
        assert_eq!(shorten_path("/data/a folder with a very long name", 12), "…/a folder…");
        assert_eq!(shorten_path("", 0), "");
        for most in 0..40 {
            let long = shorten_path("/home/asha/work/2026/bills/東京都水道局/final", most);
            assert!(long.chars().count() <= most, "{long} in {most}");
        }
    }

    #[test]
    fn fitted_text_is_no_wider_than_its_room() {
        for text in ["template::expand<T>", "日本語の列名が長い", "WWWWWWWWWWWWWW", &"i".repeat(10_000)] {
            for room in [0.0, 5.0, 20.0, 60.0, 300.0] {
                let fitted = fit(text, 11.0, room);
                assert!(width(&fitted, 11.0) <= room, "{fitted} in {room}");
            }
        }
        assert_eq!(fit("main.next", 11.0, 100.0), "main.next");
        assert_eq!(fit("main.next", 11.0, 12.0), "");
    }
}

//! The look's tokens: every colour that a chart or the window may use, for dark and light, as plain RGB.
//!
//! Text tokens (`text`, `muted`, `hint`, `*_text`) reach a contrast of 4.5:1 on `background`, `panel` and `raised`; marks (`accent`, `good`,
//! `warn`, `bad`, `series`) reach 3:1 on `panel` (WCAG 2.2, 1.4.3 and 1.4.11). `faint` and `line` are for what need not be read.

/// A colour: red, green, blue, 0 to 255, sRGB.
pub type Rgb = [u8; 3];

/// Which of the two grounds a picture or the window has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Look {
    /// Light text on a dark ground.
    #[default]
    Dark,
    /// Dark text on a light ground.
    Light,
}

/// The colours of one [`Look`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The ground behind everything.
    pub background: Rgb,
    /// Ground of cards and of pictures of charts.
    pub panel: Rgb,
    /// Ground of what lies on a card: inputs, selected rows, tracks of bars.
    pub raised: Rgb,
    /// Borders and grid lines.
    pub line: Rgb,
    /// What is to be read first.
    pub text: Rgb,
    /// Context beside it.
    pub muted: Rgb,
    /// The least of the readable texts: axis labels, shortcuts, hints.
    pub hint: Rgb,
    /// Disabled things and decoration; too weak for text that matters.
    pub faint: Rgb,
    /// The one accent: main button, selection, focus.
    pub accent: Rgb,
    /// Text and icons on the accent.
    pub on_accent: Rgb,
    /// The accent as text, for links.
    pub accent_text: Rgb,
    /// Marks for what is well.
    pub good: Rgb,
    /// Marks for what needs a look.
    pub warn: Rgb,
    /// Marks for what is wrong.
    pub bad: Rgb,
    /// `good` as text.
    pub good_text: Rgb,
    /// `warn` as text.
    pub warn_text: Rgb,
    /// `bad` as text.
    pub bad_text: Rgb,
    /// The bar of the state before, over the `good` bar of the state after.
    pub before: Rgb,
    /// Lines of plots, in the order of their use.
    pub series: [Rgb; 6],
    /// Rectangles of flame graphs; `on_flame` is readable on each.
    pub flame: [Rgb; 6],
    /// Text on the rectangles of flame graphs.
    pub on_flame: Rgb,
    /// The rectangle of a flame graph that stands for all of it.
    pub flame_root: Rgb,
    /// Rectangles of what became less, from a little to much; `on_flame` is readable on each. Blue and orange are told apart by everybody.
    pub less: [Rgb; 3],
    /// Rectangles of what became more, from a little to much.
    pub more: [Rgb; 3],
}

/// Corner radius of cards, in points.
pub const RADIUS_CARD: f32 = 8.0;
/// Corner radius of controls, in points.
pub const RADIUS_CONTROL: f32 = 6.0;
/// The grid that distances are multiples of, in points.
pub const GRID: f32 = 4.0;
/// Size of body text, in points.
pub const SIZE_BODY: f32 = 13.0;
/// Size of small text, in points.
pub const SIZE_SMALL: f32 = 11.0;
/// Size of the figure that matters on a card, in points.
pub const SIZE_FIGURE: f32 = 28.0;

const fn rgb(hex: u32) -> Rgb {
    let [_, r, g, b] = hex.to_be_bytes();
    [r, g, b]
}

/// The tokens of the dark look.
pub const DARK: Tokens = Tokens {
    background: rgb(0x12_151a),
    panel: rgb(0x19_1d24),
    raised: rgb(0x20_252e),
    line: rgb(0x2b_313c),
    text: rgb(0xe8_ebf0),
    muted: rgb(0x98_a2b1),
    hint: rgb(0x88_93a3),
    faint: rgb(0x66_7080),
    accent: rgb(0x4c_9dff),
    on_accent: rgb(0x12_151a),
    accent_text: rgb(0x4c_9dff),
    good: rgb(0x35_b37e),
    warn: rgb(0xe2_a336),
    bad: rgb(0xe5_604d),
    good_text: rgb(0x35_b37e),
    warn_text: rgb(0xe2_a336),
    bad_text: rgb(0xec_7463),
    before: rgb(0x8a_94a3),
    series: [rgb(0x4c_9dff), rgb(0xe2_a336), rgb(0x35_b37e), rgb(0xc7_7dff), rgb(0xff_7d6b), rgb(0x5b_c8d8)],
    flame: [rgb(0x39_6cac), rgb(0x92_6c2e), rgb(0x2a_7a5c), rgb(0x85_59ac), rgb(0xa8_5950), rgb(0x3a_7a86)],
    on_flame: rgb(0xff_ffff),
    flame_root: rgb(0x3a_404c),
    less: [rgb(0x34_4560), rgb(0x2a_5590), rgb(0x1f_66c4)],
    more: [rgb(0x5c_4a35), rgb(0x80_5520), rgb(0xa8_5a00)],
};

/// The tokens of the light look.
pub const LIGHT: Tokens = Tokens {
    background: rgb(0xf4_f5f7),
    panel: rgb(0xff_ffff),
    raised: rgb(0xee_f0f4),
    line: rgb(0xdd_e1e7),
    text: rgb(0x1b_2028),
    muted: rgb(0x5a_6473),
    hint: rgb(0x63_6d7c),
    faint: rgb(0x8a_94a3),
    accent: rgb(0x16_68d6),
    on_accent: rgb(0xff_ffff),
    accent_text: rgb(0x14_63cd),
    good: rgb(0x1d_8f5f),
    warn: rgb(0xb8_7400),
    bad: rgb(0xd8_452f),
    good_text: rgb(0x1b_7a52),
    warn_text: rgb(0x8f_5b00),
    bad_text: rgb(0xbd_3a27),
    before: rgb(0x8a_94a3),
    series: [rgb(0x16_68d6), rgb(0xb8_7400), rgb(0x1d_8f5f), rgb(0x94_40d6), rgb(0xd8_452f), rgb(0x12_859a)],
    flame: [rgb(0xa6_ceff), rgb(0xf0_d19a), rgb(0x9a_d9be), rgb(0xe3_beff), rgb(0xff_beb5), rgb(0xad_e4ec)],
    on_flame: rgb(0x1b_2028),
    flame_root: rgb(0xdd_e1e7),
    less: [rgb(0xd3_e6ff), rgb(0xa6_ceff), rgb(0x6f_b0ff)],
    more: [rgb(0xff_e3c2), rgb(0xff_c078), rgb(0xff_9a3c)],
};

impl Look {
    /// The colours of this look.
    pub const fn tokens(self) -> &'static Tokens {
        match self {
            Self::Dark => &DARK,
            Self::Light => &LIGHT,
        }
    }
}

impl Tokens {
    /// The colour of the `index`th line of a plot; after the last it starts anew.
    pub const fn series_color(&self, index: usize) -> Rgb {
        self.series[index % self.series.len()]
    }

    /// Colour of a rectangle that changed by so many steps, −3 to 3.
    pub fn change_color(&self, step: i8) -> Rgb {
        let colors = if step < 0 { &self.less } else { &self.more };
        let row = usize::from(step.unsigned_abs()).checked_sub(1);
        row.and_then(|row| colors.get(row.min(colors.len() - 1))).copied().unwrap_or(self.flame_root)
    }

    /// The colour of a flame graph's rectangle of colour number `index`; after the last it starts anew.
    pub const fn flame_color(&self, index: usize) -> Rgb {
        self.flame[index % self.flame.len()]
    }
}

/// Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// `#rrggbb`.
pub fn hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance").
fn luminance([r, g, b]: Rgb) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_follows_the_standard() {
        assert!((contrast([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 1e-9);
        assert!((contrast([119, 119, 119], [255, 255, 255]) - 4.478).abs() < 0.001, "#777777 is known to miss 4.5:1");
    }

    #[test]
    fn every_text_is_readable_on_every_ground() {
        for t in [DARK, LIGHT] {
            for ground in [t.background, t.panel, t.raised] {
                for text in [t.text, t.muted, t.hint, t.accent_text, t.good_text, t.warn_text, t.bad_text] {
                    assert!(contrast(text, ground) >= 4.5, "{} on {}: {:.2}", hex(text), hex(ground), contrast(text, ground));
                }
            }
            assert!(contrast(t.on_accent, t.accent) >= 4.5);
            for ground in t.flame.into_iter().chain([t.flame_root]).chain(t.less).chain(t.more) {
                assert!(contrast(t.on_flame, ground) >= 4.5, "{}: {:.2}", hex(ground), contrast(t.on_flame, ground));
            }
        }
    }

    #[test]
    fn every_mark_stands_out_from_the_panel() {
        for t in [DARK, LIGHT] {
            for mark in t.series.into_iter().chain([t.accent, t.good, t.warn, t.bad, t.before]) {
                assert!(contrast(mark, t.panel) >= 3.0, "{}: {:.2}", hex(mark), contrast(mark, t.panel));
            }
        }
    }

    #[test]
    fn colours_repeat_after_the_last() {
        assert_eq!(DARK.series_color(7), DARK.series[1]);
        assert_eq!(hex(DARK.flame_color(6)), "#396cac");
    }
}

//! Inter for text, JetBrains Mono for code and ids, Noto Sans for Devanagari, Phosphor for icons; what none of them has comes from egui's own
//! fonts and then from the system, which eframe looks up in the background when it is first needed.

use std::sync::Arc;

use eframe::egui::{FontData, FontDefinitions, FontFamily, FontId, RichText};

const INTER: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.ttf");
const INTER_MEDIUM: &[u8] = include_bytes!("../../../assets/fonts/Inter-Medium.ttf");
const INTER_SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.ttf");
const MONO: &[u8] = include_bytes!("../../../assets/fonts/JetBrainsMonoNL-Regular.ttf");
const DEVANAGARI: &[u8] = include_bytes!("../../../assets/fonts/NotoSansDevanagari-Regular.ttf");
const ICONS: &[u8] = include_bytes!("../../../assets/icons/phosphor-subset.ttf");

/// Names of the families beside the two that egui knows.
const MEDIUM: &str = "medium";
const SEMIBOLD: &str = "semibold";

/// All fonts of the window.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let bundled = [
        ("Inter", INTER),
        ("Inter Medium", INTER_MEDIUM),
        ("Inter SemiBold", INTER_SEMIBOLD),
        ("Mono", MONO),
        ("Devanagari", DEVANAGARI),
        ("Icons", ICONS),
    ];
    for (name, bytes) in bundled {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let mono_fallback = fonts.families.get(&FontFamily::Monospace).cloned().unwrap_or_default();
    let families = [
        (FontFamily::Proportional, "Inter", &fallback),
        (FontFamily::Name(MEDIUM.into()), "Inter Medium", &fallback),
        (FontFamily::Name(SEMIBOLD.into()), "Inter SemiBold", &fallback),
        (FontFamily::Monospace, "Mono", &mono_fallback),
    ];
    for (family, first, rest) in families {
        let list = [first, "Devanagari", "Icons"].into_iter().map(str::to_owned).chain(rest.iter().cloned()).collect();
        fonts.families.insert(family, list);
    }
    fonts
}

/// Inter SemiBold of this size in points: figures, names of tabs.
pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

/// Inter Medium of this size in points: titles of cards, selected things.
pub fn medium(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(MEDIUM.into()))
}

/// `text` in Inter SemiBold at body size.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).font(semibold(super::BODY))
}

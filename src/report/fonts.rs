//! The fonts of pictures: the bundled ones, and the system's for a character that they lack.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb::{Database, ID};
use resvg::usvg::{FallbackSelectionFn, FontResolver};

static BUNDLED: [&[u8]; 5] = [
    include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
    include_bytes!("../../assets/fonts/Inter-Medium.ttf"),
    include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"),
    include_bytes!("../../assets/fonts/JetBrainsMonoNL-Regular.ttf"),
    include_bytes!("../../assets/fonts/NotoSansDevanagari-Regular.ttf"),
];
/// Font files that are opened in search of one character, at most.
const MOST_FILES: usize = 60;
const MOST_FILE_BYTES: u64 = 64 << 20;
const DEEPEST_FOLDER: usize = 6;

/// The bundled fonts.
pub(super) fn bundled() -> Arc<Database> {
    static DATABASE: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut database = Database::new();
        for font in BUNDLED {
            database.load_font_data(font.to_vec());
        }
        database.set_sans_serif_family("Inter");
        database.set_serif_family("Inter");
        database.set_monospace_family("JetBrains Mono NL");
        Arc::new(database)
    };
    Arc::clone(DATABASE.get_or_init(load))
}

/// Looks for a character in the fonts at hand, then in the system's.
pub(super) fn resolver() -> FontResolver<'static> {
    let at_hand = FontResolver::default_fallback_selector();
    let select_fallback = Box::new(move |c: char, used: &[ID], database: &mut Arc<Database>| {
        at_hand(c, used, database).or_else(|| from_system(c, used, database, &at_hand))
    });
    FontResolver { select_font: FontResolver::default_font_selector(), select_fallback }
}

/// Loads the first of the system's fonts that has `c`.
fn from_system(c: char, used: &[ID], database: &mut Arc<Database>, find: &FallbackSelectionFn<'_>) -> Option<ID> {
    static FILES: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let files = FILES.get_or_init(system_files);
    let wanted = hints(c);
    let is_likely = |path: &&PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        wanted.iter().any(|hint| name.contains(hint))
    };
    let order = files.iter().filter(is_likely).chain(files.iter().filter(|path| !is_likely(path)));
    let known: Vec<ID> = used.iter().copied().chain(database.faces().map(|face| face.id)).collect();
    for data in order.take(MOST_FILES).filter_map(|path| fs::read(path).ok()) {
        // Tried in a copy, so that the picture's fonts stay the ones that it uses.
        let mut trial = Arc::clone(database);
        Arc::make_mut(&mut trial).load_font_data(data);
        if let Some(id) = find(c, &known, &mut trial) {
            *database = trial;
            return Some(id);
        }
    }
    None
}

/// Parts of the names of font files that are likely to have `c`, by its script.
fn hints(c: char) -> &'static [&'static str] {
    match u32::from(c) {
        0x0590..=0x05ff => &["hebrew", "arial", "dejavusans", "segoeui"],
        0x0600..=0x08ff => &["arabic", "arial", "geeza", "dejavusans", "segoeui"],
        0x0980..=0x0dff => {
            &["bengali", "gurmukhi", "gujarati", "oriya", "tamil", "telugu", "kannada", "malayalam", "sinhala", "nirmala", "lohit"]
        }
        0x0e00..=0x0eff => &["thai", "lao", "leelawad", "thonburi", "tlwg", "garuda"],
        0xac00..=0xd7a3 | 0x1100..=0x11ff => &["cjk", "malgun", "nanum", "applesdgothic", "gulim", "baekmuk", "unfonts"],
        0x2e80..=0xfaff | 0xff00..=0xffef | 0x2_0000..=0x3_ffff => &[
            "cjk", "meiryo", "yugoth", "msgothic", "hiragino", "ipag", "ipaex", "takao", "vlgothic", "msyh", "simsun", "pingfang",
            "wqy", "fallback",
        ],
        0x1_f000..=0x1_faff => &["symbola", "emoji", "seguiemj", "seguisym"],
        _ => &["dejavusans", "notosans-", "notosanssymbols", "segoeui", "seguisym", "arial", "symbola", "freeserif"],
    }
}

/// All font files in the system's folders, regular weights before others.
fn system_files() -> Vec<PathBuf> {
    let mut files = vec![];
    for folder in folders() {
        collect(folder, DEEPEST_FOLDER, &mut files);
    }
    let is_plain = |path: &PathBuf| {
        let name = path.to_string_lossy().to_ascii_lowercase();
        !["bold", "italic", "oblique", "black", "thin", "light", "condensed"].iter().any(|word| name.contains(word))
    };
    files.sort();
    files.sort_by_key(|path| !is_plain(path));
    files
}

fn collect(folder: PathBuf, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(metadata) = fs::metadata(entry.path()) else { continue };
        if metadata.is_dir() && depth > 0 {
            collect(entry.path(), depth - 1, files);
        } else if metadata.is_file() && metadata.len() <= MOST_FILE_BYTES && is_font(&entry.path()) {
            files.push(entry.path());
        }
    }
}

fn is_font(path: &std::path::Path) -> bool {
    let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    ["ttf", "otf", "ttc", "otc"].iter().any(|known| ending.as_deref() == Some(std::ffi::OsStr::new(known)))
}

/// Where the system keeps its fonts, and the person's own.
fn folders() -> Vec<PathBuf> {
    let below = |variable: &str, rest: &str| std::env::var_os(variable).map(|base| PathBuf::from(base).join(rest));
    let (fixed, own): (&[&str], _) = if cfg!(windows) {
        (&[], vec![below("WINDIR", "Fonts"), below("LOCALAPPDATA", r"Microsoft\Windows\Fonts")])
    } else if cfg!(target_os = "macos") {
        (&["/System/Library/Fonts", "/Library/Fonts"], vec![below("HOME", "Library/Fonts")])
    } else {
        (&["/usr/share/fonts", "/usr/local/share/fonts"], vec![below("HOME", ".local/share/fonts"), below("HOME", ".fonts")])
    };
    fixed.iter().map(PathBuf::from).chain(own.into_iter().flatten()).collect()
}

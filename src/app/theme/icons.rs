//! The icons of `assets/icons`, as one-character texts for labels and buttons. They show in every font family of the window.
//!
//! An icon alone says nothing to a screen reader: a widget that shows only an icon needs an accessible name.

/// Phosphor `activity`.
pub const ACTIVITY: &str = "\u{e000}";
/// Phosphor `archive`.
pub const ARCHIVE: &str = "\u{e00c}";
/// Phosphor `arrow-clockwise`.
pub const ARROW_CLOCKWISE: &str = "\u{e036}";
/// Phosphor `arrow-counter-clockwise`.
pub const ARROW_COUNTER_CLOCKWISE: &str = "\u{e038}";
/// Phosphor `arrow-down`.
pub const ARROW_DOWN: &str = "\u{e03e}";
/// Phosphor `arrow-left`.
pub const ARROW_LEFT: &str = "\u{e058}";
/// Phosphor `arrow-line-down`.
pub const ARROW_LINE_DOWN: &str = "\u{e05c}";
/// Phosphor `arrow-right`.
pub const ARROW_RIGHT: &str = "\u{e06c}";
/// Phosphor `arrow-square-out`.
pub const ARROW_SQUARE_OUT: &str = "\u{e5de}";
/// Phosphor `arrow-u-up-left`.
pub const ARROW_U_UP_LEFT: &str = "\u{e08a}";
/// Phosphor `arrow-u-up-right`.
pub const ARROW_U_UP_RIGHT: &str = "\u{e08c}";
/// Phosphor `arrow-up`.
pub const ARROW_UP: &str = "\u{e08e}";
/// Phosphor `arrows-clockwise`.
pub const ARROWS_CLOCKWISE: &str = "\u{e094}";
/// Phosphor `arrows-in`.
pub const ARROWS_IN: &str = "\u{e09a}";
/// Phosphor `arrows-left-right`.
pub const ARROWS_LEFT_RIGHT: &str = "\u{e0a0}";
/// Phosphor `arrows-out`.
pub const ARROWS_OUT: &str = "\u{e0a2}";
/// Phosphor `arrows-out-simple`.
pub const ARROWS_OUT_SIMPLE: &str = "\u{e0a6}";
/// Phosphor `bell`.
pub const BELL: &str = "\u{e0ce}";
/// Phosphor `binoculars`.
pub const BINOCULARS: &str = "\u{ea64}";
/// Phosphor `bookmark-simple`.
pub const BOOKMARK_SIMPLE: &str = "\u{e0ea}";
/// Phosphor `broom`.
pub const BROOM: &str = "\u{ec54}";
/// Phosphor `bug`.
pub const BUG: &str = "\u{e5f4}";
/// Phosphor `calendar-blank`.
pub const CALENDAR_BLANK: &str = "\u{e10a}";
/// Phosphor `camera`.
pub const CAMERA: &str = "\u{e10e}";
/// Phosphor `caret-double-right`.
pub const CARET_DOUBLE_RIGHT: &str = "\u{e12a}";
/// Phosphor `caret-down`.
pub const CARET_DOWN: &str = "\u{e136}";
/// Phosphor `caret-left`.
pub const CARET_LEFT: &str = "\u{e138}";
/// Phosphor `caret-right`.
pub const CARET_RIGHT: &str = "\u{e13a}";
/// Phosphor `caret-up`.
pub const CARET_UP: &str = "\u{e13c}";
/// Phosphor `caret-up-down`.
pub const CARET_UP_DOWN: &str = "\u{e140}";
/// Phosphor `chart-bar`.
pub const CHART_BAR: &str = "\u{e150}";
/// Phosphor `chart-bar-horizontal`.
pub const CHART_BAR_HORIZONTAL: &str = "\u{e152}";
/// Phosphor `chart-line`.
pub const CHART_LINE: &str = "\u{e154}";
/// Phosphor `chart-line-up`.
pub const CHART_LINE_UP: &str = "\u{e156}";
/// Phosphor `chart-pie-slice`.
pub const CHART_PIE_SLICE: &str = "\u{e15a}";
/// Phosphor `check`.
pub const CHECK: &str = "\u{e182}";
/// Phosphor `check-circle`.
pub const CHECK_CIRCLE: &str = "\u{e184}";
/// Phosphor `check-square`.
pub const CHECK_SQUARE: &str = "\u{e186}";
/// Phosphor `circle`.
pub const CIRCLE: &str = "\u{e18a}";
/// Phosphor `circle-half`.
pub const CIRCLE_HALF: &str = "\u{e18c}";
/// Phosphor `circle-notch`.
pub const CIRCLE_NOTCH: &str = "\u{eb44}";
/// Phosphor `clipboard`.
pub const CLIPBOARD: &str = "\u{e196}";
/// Phosphor `clipboard-text`.
pub const CLIPBOARD_TEXT: &str = "\u{e198}";
/// Phosphor `clock`.
pub const CLOCK: &str = "\u{e19a}";
/// Phosphor `clock-counter-clockwise`.
pub const CLOCK_COUNTER_CLOCKWISE: &str = "\u{e1a0}";
/// Phosphor `code`.
pub const CODE: &str = "\u{e1bc}";
/// Phosphor `columns`.
pub const COLUMNS: &str = "\u{e546}";
/// Phosphor `copy`.
pub const COPY: &str = "\u{e1ca}";
/// Phosphor `corners-out`.
pub const CORNERS_OUT: &str = "\u{e1d0}";
/// Phosphor `cpu`.
pub const CPU: &str = "\u{e610}";
/// Phosphor `crosshair`.
pub const CROSSHAIR: &str = "\u{e1d6}";
/// Phosphor `cursor-click`.
pub const CURSOR_CLICK: &str = "\u{e7c8}";
/// Phosphor `database`.
pub const DATABASE: &str = "\u{e1de}";
/// Phosphor `desktop`.
pub const DESKTOP: &str = "\u{e560}";
/// Phosphor `desktop-tower`.
pub const DESKTOP_TOWER: &str = "\u{e562}";
/// Phosphor `dots-three`.
pub const DOTS_THREE: &str = "\u{e1fe}";
/// Phosphor `dots-three-vertical`.
pub const DOTS_THREE_VERTICAL: &str = "\u{e208}";
/// Phosphor `download-simple`.
pub const DOWNLOAD_SIMPLE: &str = "\u{e20c}";
/// Phosphor `eraser`.
pub const ERASER: &str = "\u{e21e}";
/// Phosphor `export`.
pub const EXPORT: &str = "\u{eaf0}";
/// Phosphor `eye`.
pub const EYE: &str = "\u{e220}";
/// Phosphor `eye-slash`.
pub const EYE_SLASH: &str = "\u{e224}";
/// Phosphor `file`.
pub const FILE: &str = "\u{e230}";
/// Phosphor `file-arrow-down`.
pub const FILE_ARROW_DOWN: &str = "\u{e232}";
/// Phosphor `file-code`.
pub const FILE_CODE: &str = "\u{e914}";
/// Phosphor `file-csv`.
pub const FILE_CSV: &str = "\u{eb1c}";
/// Phosphor `file-dashed`.
pub const FILE_DASHED: &str = "\u{e704}";
/// Phosphor `file-magnifying-glass`.
pub const FILE_MAGNIFYING_GLASS: &str = "\u{e238}";
/// Phosphor `file-plus`.
pub const FILE_PLUS: &str = "\u{e236}";
/// Phosphor `file-text`.
pub const FILE_TEXT: &str = "\u{e23a}";
/// Phosphor `file-xls`.
pub const FILE_XLS: &str = "\u{eb22}";
/// Phosphor `files`.
pub const FILES: &str = "\u{e710}";
/// Phosphor `flag`.
pub const FLAG: &str = "\u{e244}";
/// Phosphor `flame`.
pub const FLAME: &str = "\u{e624}";
/// Phosphor `flask`.
pub const FLASK: &str = "\u{e79e}";
/// Phosphor `floppy-disk`.
pub const FLOPPY_DISK: &str = "\u{e248}";
/// Phosphor `folder`.
pub const FOLDER: &str = "\u{e24a}";
/// Phosphor `folder-open`.
pub const FOLDER_OPEN: &str = "\u{e256}";
/// Phosphor `function`.
pub const FUNCTION: &str = "\u{ebe4}";
/// Phosphor `funnel`.
pub const FUNNEL: &str = "\u{e266}";
/// Phosphor `gauge`.
pub const GAUGE: &str = "\u{e628}";
/// Phosphor `gear`.
pub const GEAR: &str = "\u{e270}";
/// Phosphor `gear-six`.
pub const GEAR_SIX: &str = "\u{e272}";
/// Phosphor `git-diff`.
pub const GIT_DIFF: &str = "\u{e27c}";
/// Phosphor `globe`.
pub const GLOBE: &str = "\u{e288}";
/// Phosphor `graph`.
pub const GRAPH: &str = "\u{eb58}";
/// Phosphor `hard-drive`.
pub const HARD_DRIVE: &str = "\u{e29e}";
/// Phosphor `hard-drives`.
pub const HARD_DRIVES: &str = "\u{e2a0}";
/// Phosphor `hash`.
pub const HASH: &str = "\u{e2a2}";
/// Phosphor `heartbeat`.
pub const HEARTBEAT: &str = "\u{e2ac}";
/// Phosphor `hourglass`.
pub const HOURGLASS: &str = "\u{e2b2}";
/// Phosphor `house`.
pub const HOUSE: &str = "\u{e2c2}";
/// Phosphor `image`.
pub const IMAGE: &str = "\u{e2ca}";
/// Phosphor `image-square`.
pub const IMAGE_SQUARE: &str = "\u{e2cc}";
/// Phosphor `info`.
pub const INFO: &str = "\u{e2ce}";
/// Phosphor `keyboard`.
pub const KEYBOARD: &str = "\u{e2d8}";
/// Phosphor `laptop`.
pub const LAPTOP: &str = "\u{e586}";
/// Phosphor `lightbulb`.
pub const LIGHTBULB: &str = "\u{e2dc}";
/// Phosphor `lightning`.
pub const LIGHTNING: &str = "\u{e2de}";
/// Phosphor `link`.
pub const LINK: &str = "\u{e2e2}";
/// Phosphor `list`.
pub const LIST: &str = "\u{e2f0}";
/// Phosphor `list-bullets`.
pub const LIST_BULLETS: &str = "\u{e2f2}";
/// Phosphor `list-checks`.
pub const LIST_CHECKS: &str = "\u{eadc}";
/// Phosphor `list-magnifying-glass`.
pub const LIST_MAGNIFYING_GLASS: &str = "\u{ebe0}";
/// Phosphor `list-numbers`.
pub const LIST_NUMBERS: &str = "\u{e2f6}";
/// Phosphor `lock`.
pub const LOCK: &str = "\u{e2fa}";
/// Phosphor `magic-wand`.
pub const MAGIC_WAND: &str = "\u{e6b6}";
/// Phosphor `magnifying-glass`.
pub const MAGNIFYING_GLASS: &str = "\u{e30c}";
/// Phosphor `magnifying-glass-minus`.
pub const MAGNIFYING_GLASS_MINUS: &str = "\u{e30e}";
/// Phosphor `magnifying-glass-plus`.
pub const MAGNIFYING_GLASS_PLUS: &str = "\u{e310}";
/// Phosphor `memory`.
pub const MEMORY: &str = "\u{e9c4}";
/// Phosphor `minus`.
pub const MINUS: &str = "\u{e32a}";
/// Phosphor `minus-circle`.
pub const MINUS_CIRCLE: &str = "\u{e32c}";
/// Phosphor `monitor`.
pub const MONITOR: &str = "\u{e32e}";
/// Phosphor `monitor-play`.
pub const MONITOR_PLAY: &str = "\u{e58c}";
/// Phosphor `moon`.
pub const MOON: &str = "\u{e330}";
/// Phosphor `network`.
pub const NETWORK: &str = "\u{edde}";
/// Phosphor `note`.
pub const NOTE: &str = "\u{e348}";
/// Phosphor `notebook`.
pub const NOTEBOOK: &str = "\u{e34e}";
/// Phosphor `package`.
pub const PACKAGE: &str = "\u{e390}";
/// Phosphor `palette`.
pub const PALETTE: &str = "\u{e6c8}";
/// Phosphor `path`.
pub const PATH: &str = "\u{e39c}";
/// Phosphor `pause`.
pub const PAUSE: &str = "\u{e39e}";
/// Phosphor `pencil-simple`.
pub const PENCIL_SIMPLE: &str = "\u{e3b4}";
/// Phosphor `percent`.
pub const PERCENT: &str = "\u{e3b6}";
/// Phosphor `play`.
pub const PLAY: &str = "\u{e3d0}";
/// Phosphor `play-circle`.
pub const PLAY_CIRCLE: &str = "\u{e3d2}";
/// Phosphor `plug`.
pub const PLUG: &str = "\u{e946}";
/// Phosphor `plugs`.
pub const PLUGS: &str = "\u{eb56}";
/// Phosphor `plus`.
pub const PLUS: &str = "\u{e3d4}";
/// Phosphor `plus-circle`.
pub const PLUS_CIRCLE: &str = "\u{e3d6}";
/// Phosphor `power`.
pub const POWER: &str = "\u{e3da}";
/// Phosphor `prohibit`.
pub const PROHIBIT: &str = "\u{e3de}";
/// Phosphor `pulse`.
pub const PULSE: &str = "\u{e000}";
/// Phosphor `push-pin`.
pub const PUSH_PIN: &str = "\u{e3e2}";
/// Phosphor `push-pin-simple`.
pub const PUSH_PIN_SIMPLE: &str = "\u{e65c}";
/// Phosphor `push-pin-slash`.
pub const PUSH_PIN_SLASH: &str = "\u{e3e4}";
/// Phosphor `question`.
pub const QUESTION: &str = "\u{e3e8}";
/// Phosphor `queue`.
pub const QUEUE: &str = "\u{e6ac}";
/// Phosphor `record`.
pub const RECORD: &str = "\u{e3ee}";
/// Phosphor `recycle`.
pub const RECYCLE: &str = "\u{e75a}";
/// Phosphor `rows`.
pub const ROWS: &str = "\u{e5a2}";
/// Phosphor `ruler`.
pub const RULER: &str = "\u{e6b8}";
/// Phosphor `scales`.
pub const SCALES: &str = "\u{e750}";
/// Phosphor `scissors`.
pub const SCISSORS: &str = "\u{eae0}";
/// Phosphor `share-network`.
pub const SHARE_NETWORK: &str = "\u{e408}";
/// Phosphor `shield-check`.
pub const SHIELD_CHECK: &str = "\u{e40c}";
/// Phosphor `sidebar-simple`.
pub const SIDEBAR_SIMPLE: &str = "\u{ec24}";
/// Phosphor `sigma`.
pub const SIGMA: &str = "\u{eab8}";
/// Phosphor `sliders-horizontal`.
pub const SLIDERS_HORIZONTAL: &str = "\u{e434}";
/// Phosphor `sort-ascending`.
pub const SORT_ASCENDING: &str = "\u{e444}";
/// Phosphor `sort-descending`.
pub const SORT_DESCENDING: &str = "\u{e446}";
/// Phosphor `sparkle`.
pub const SPARKLE: &str = "\u{e6a2}";
/// Phosphor `square`.
pub const SQUARE: &str = "\u{e45e}";
/// Phosphor `square-half`.
pub const SQUARE_HALF: &str = "\u{e462}";
/// Phosphor `squares-four`.
pub const SQUARES_FOUR: &str = "\u{e464}";
/// Phosphor `stack`.
pub const STACK: &str = "\u{e466}";
/// Phosphor `star`.
pub const STAR: &str = "\u{e46a}";
/// Phosphor `stop`.
pub const STOP: &str = "\u{e46c}";
/// Phosphor `stop-circle`.
pub const STOP_CIRCLE: &str = "\u{e46e}";
/// Phosphor `sun`.
pub const SUN: &str = "\u{e472}";
/// Phosphor `table`.
pub const TABLE: &str = "\u{e476}";
/// Phosphor `terminal`.
pub const TERMINAL: &str = "\u{e47e}";
/// Phosphor `terminal-window`.
pub const TERMINAL_WINDOW: &str = "\u{eae8}";
/// Phosphor `text-aa`.
pub const TEXT_AA: &str = "\u{e6ee}";
/// Phosphor `thermometer`.
pub const THERMOMETER: &str = "\u{e5c6}";
/// Phosphor `timer`.
pub const TIMER: &str = "\u{e492}";
/// Phosphor `toggle-left`.
pub const TOGGLE_LEFT: &str = "\u{e674}";
/// Phosphor `toggle-right`.
pub const TOGGLE_RIGHT: &str = "\u{e676}";
/// Phosphor `trash`.
pub const TRASH: &str = "\u{e4a6}";
/// Phosphor `tray`.
pub const TRAY: &str = "\u{e4aa}";
/// Phosphor `tree-structure`.
pub const TREE_STRUCTURE: &str = "\u{e67c}";
/// Phosphor `trend-down`.
pub const TREND_DOWN: &str = "\u{e4ac}";
/// Phosphor `trend-up`.
pub const TREND_UP: &str = "\u{e4ae}";
/// Phosphor `upload-simple`.
pub const UPLOAD_SIMPLE: &str = "\u{e4c0}";
/// Phosphor `user`.
pub const USER: &str = "\u{e4c2}";
/// Phosphor `warning`.
pub const WARNING: &str = "\u{e4e0}";
/// Phosphor `warning-circle`.
pub const WARNING_CIRCLE: &str = "\u{e4e2}";
/// Phosphor `warning-octagon`.
pub const WARNING_OCTAGON: &str = "\u{e4e4}";
/// Phosphor `wave-sine`.
pub const WAVE_SINE: &str = "\u{ea9a}";
/// Phosphor `wifi-high`.
pub const WIFI_HIGH: &str = "\u{e4ea}";
/// Phosphor `wifi-slash`.
pub const WIFI_SLASH: &str = "\u{e4f2}";
/// Phosphor `windows-logo`.
pub const WINDOWS_LOGO: &str = "\u{e692}";
/// Phosphor `wrench`.
pub const WRENCH: &str = "\u{e5d4}";
/// Phosphor `x`.
pub const X: &str = "\u{e4f6}";
/// Phosphor `x-circle`.
pub const X_CIRCLE: &str = "\u{e4f8}";
/// Phosphor `x-square`.
pub const X_SQUARE: &str = "\u{e4fa}";

//! The settings as plain values, with their defaults.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bytes in one MB of these settings: 1,000,000, as disks and file dialogs count.
pub const BYTES_PER_MB: u64 = 1_000_000;

/// All that a person can set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Colours of the window.
    pub theme: Theme,
    /// What draws the window.
    pub renderer: Renderer,
    /// Time between two samples of the monitor, in milliseconds: 100 to 60,000.
    pub sample_interval_ms: u64,
    /// What the CPU use of a process is a share of.
    pub process_cpu: ProcessCpu,
    /// What of the monitor is kept on disk.
    pub history: HistorySettings,
    /// Sizes and lifetimes of the cache.
    pub cache: CacheSettings,
    /// What a foreign file may ask for before reading it is given up.
    pub limits: LimitSettings,
    /// How tables are shrunk.
    pub data: DataSettings,
    /// Folders that are not where the system would have them.
    pub folders: FolderSettings,
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Light text on dark ground.
    Dark,
    /// Dark text on light ground.
    Light,
}

/// What draws the window. The spelling on the command line is that of the variants in lower case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Renderer {
    /// What suits the system; the other one when that does not start.
    #[default]
    Auto,
    /// Direct3D 12, Vulkan or Metal, through the library wgpu.
    Wgpu,
    /// OpenGL, through the library glow.
    Glow,
}

impl FromStr for Renderer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "wgpu" => Ok(Self::Wgpu),
            "glow" => Ok(Self::Glow),
            _ => Err("choose auto, wgpu (Direct3D 12, Vulkan, Metal) or glow (OpenGL)".to_owned()),
        }
    }
}

/// What the CPU use of a process is a share of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProcessCpu {
    /// The whole machine, as Task Manager has it: 100 % is all cores.
    #[default]
    Machine,
    /// One core, as `top` has it: a process with many threads can have more than 100 %.
    Core,
}

/// What of the monitor is kept on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistorySettings {
    /// Whether samples are kept, so that ranges longer than a run of the program can be shown.
    pub keep: bool,
    /// Most that they take on disk, in MB: 10 to 100,000. What would be more is kept for a shorter time.
    pub limit_mb: u64,
}

/// Sizes and lifetimes of the cache.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CacheSettings {
    /// Most that the memory level holds, in MB: 1 to 1,000,000.
    pub memory_limit_mb: u64,
    /// Most entries that the memory level holds: 1 to 1,000,000.
    pub memory_items: u64,
    /// How long an entry lives in memory, in seconds: 1 to ten years.
    pub ttl_seconds: u64,
    /// The same for workbooks.
    pub workbook_ttl_seconds: u64,
    /// Most that the file level holds, in MB: 1 to 100,000,000.
    pub file_limit_mb: u64,
    /// How long an entry lives in the file level, in seconds: 1 to ten years.
    pub file_ttl_seconds: u64,
    /// Time between two clean-ups, in seconds: 1 to 86,400.
    pub sweep_seconds: u64,
}

/// What a foreign file may ask for before reading it is given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitSettings {
    /// Most that a compressed file may unpack to, in MB: 1 to 1,000,000.
    pub max_decompressed_mb: u64,
    /// Most cells (rows × columns) that a sheet or table may have: 1,000 to 1,000,000,000,000.
    pub max_cells: u64,
    /// Longest that reading, shrinking and comparing one table may take, in seconds: 1 to 86,400, or 0 for no bound.
    pub max_read_seconds: u64,
    /// Share of the free memory that a batch of files may take together, in percent: 0 to 100. One file is always worked on.
    pub batch_memory_percent: u64,
}

/// How tables are shrunk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DataSettings {
    /// A text column is tried as categories when its distinct values are at most this share of its rows: 0 to 1.
    pub category_threshold: f64,
}

/// Folders that are not where the system would have them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FolderSettings {
    /// Folder of the cache's files; an absolute path. `None`: the system's cache folder.
    pub cache: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            renderer: Renderer::default(),
            sample_interval_ms: 1000,
            process_cpu: ProcessCpu::default(),
            history: HistorySettings::default(),
            cache: CacheSettings::default(),
            limits: LimitSettings::default(),
            data: DataSettings::default(),
            folders: FolderSettings::default(),
        }
    }
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self { keep: true, limit_mb: 150 }
    }
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            memory_limit_mb: 100,
            memory_items: 1000,
            ttl_seconds: 3600,
            workbook_ttl_seconds: 1800,
            file_limit_mb: 4096,
            file_ttl_seconds: 30 * 24 * 3600,
            sweep_seconds: 300,
        }
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { max_decompressed_mb: 4096, max_cells: 500_000_000, max_read_seconds: 3600, batch_memory_percent: 60 }
    }
}

impl Default for DataSettings {
    fn default() -> Self {
        Self { category_threshold: 0.5 }
    }
}

impl Settings {
    /// Time between two samples of the monitor.
    pub fn sample_interval(&self) -> Duration {
        Duration::from_millis(self.sample_interval_ms)
    }
}

impl CacheSettings {
    /// Most that the memory level holds, in bytes.
    pub fn memory_limit_bytes(&self) -> u64 {
        self.memory_limit_mb.saturating_mul(BYTES_PER_MB)
    }

    /// Most that the file level holds, in bytes.
    pub fn file_limit_bytes(&self) -> u64 {
        self.file_limit_mb.saturating_mul(BYTES_PER_MB)
    }

    /// How long an entry lives in memory.
    pub fn ttl(&self) -> Duration {
        Duration::from_secs(self.ttl_seconds)
    }

    /// How long a workbook lives in memory.
    pub fn workbook_ttl(&self) -> Duration {
        Duration::from_secs(self.workbook_ttl_seconds)
    }

    /// How long an entry lives in the file level.
    pub fn file_ttl(&self) -> Duration {
        Duration::from_secs(self.file_ttl_seconds)
    }

    /// Time between two clean-ups.
    pub fn sweep(&self) -> Duration {
        Duration::from_secs(self.sweep_seconds)
    }
}

impl LimitSettings {
    /// Most that a compressed file may unpack to, in bytes.
    pub fn max_decompressed_bytes(&self) -> u64 {
        self.max_decompressed_mb.saturating_mul(BYTES_PER_MB)
    }
}

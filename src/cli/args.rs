//! The command line as typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::data::{CodeFor, Level, OutputFormat, Steps};
use crate::settings::Renderer;

/// What was typed after the program's name.
#[derive(Debug, Parser)]
#[command(name = "tachograph", version, about = "Sees what a computer does, shrinks tables without losing a character, and shows where programs spend their time.", long_about = None)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Without a command the window opens, with the files given. When it is open already, they are opened there.\n\nExample: tachograph bills.xlsx server.pb.gz"
)]
pub struct Typed {
    /// Files to open in the window
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What draws the window: auto, wgpu (Direct3D 12, Vulkan, Metal) or glow (OpenGL). Nothing else is tried then
    #[arg(long, value_name = "NAME")]
    pub renderer: Option<Renderer>,
    /// Open a window of its own, even when there is one already
    #[arg(long)]
    pub new_window: bool,
    /// What to do instead
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shrink tables without losing a character, and prove it
    #[command(
        after_help = "Example: tachograph optimize bills.csv --out bills.parquet\n         tachograph optimize *.xlsx --all-sheets --json\n         tachograph optimize bills.csv --code pandas > bills.py"
    )]
    Optimize(OptimizeArgs),
    /// Show where a program spent its time or memory
    #[command(after_help = "Example: tachograph profile server.pb.gz --top 20")]
    Profile(ProfileArgs),
    /// Print what this computer does
    #[command(after_help = "Example: tachograph monitor --interval 1000 --duration 60 --json > minute.jsonl")]
    Monitor(MonitorArgs),
    /// Look at what is kept of files that were opened
    #[command(after_help = "Example: tachograph cache stats --json")]
    Cache(CacheArgs),
    /// Where the settings are and what they say
    #[command(after_help = "Example: tachograph settings show")]
    Settings(SettingsArgs),
}

/// Options of `optimize`.
#[derive(Debug, Args)]
pub struct OptimizeArgs {
    /// Tables: CSV and TSV (also packed, .gz or .zst), XLSX, XLSB, XLS, ODS or Parquet
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Sheet of a workbook; the first one with cells when not given
    #[arg(long, value_name = "NAME", conflicts_with = "all_sheets")]
    pub sheet: Option<String>,
    /// Every sheet of a workbook
    #[arg(long)]
    pub all_sheets: bool,
    /// How strict: conservative (byte for byte), balanced (same values), aggressive (also 4-byte decimals)
    #[arg(long, value_name = "LEVEL", default_value = "balanced")]
    pub level: Level,
    /// Steps switched off or on: +dates,-categories (integers, floats, booleans, dates, categories, nulls)
    #[arg(long, value_name = "STEPS", allow_hyphen_values = true, default_value = "")]
    pub steps: Steps,
    /// What separates cells; found out when not given
    #[arg(long, value_name = "C", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Encoding of the text, such as utf-8 or windows-1252; found out when not given
    #[arg(long, value_name = "E")]
    pub encoding: Option<String>,
    /// Write the shrunk table here; a folder for several files
    #[arg(long, value_name = "FILE|FOLDER")]
    pub out: Option<PathBuf>,
    /// Format of the output (parquet, arrow, csv, xlsx); by the name of --out when not given, else parquet
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<OutputFormat>,
    /// Print code that loads the file with the types that were found (pandas, polars, duckdb, sql)
    #[arg(long, value_name = "FOR", conflicts_with = "json")]
    pub code: Option<CodeFor>,
    /// Neither look into the cache nor keep the result there
    #[arg(long)]
    pub no_cache: bool,
    /// One line of JSON for each table
    #[arg(long)]
    pub json: bool,
    /// No progress and no messages
    #[arg(long, short)]
    pub quiet: bool,
}

/// Options of `profile`.
#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// A profile: pprof (packed or not) or folded stacks
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How many functions to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,
    /// What to count, such as cpu or alloc_space; the profile's own choice when not given
    #[arg(long, value_name = "NAME")]
    pub sample_type: Option<String>,
    /// Write the flame graph here
    #[arg(long, value_name = "OUT")]
    pub svg: Option<PathBuf>,
    /// Neither look into the cache nor keep the result there
    #[arg(long)]
    pub no_cache: bool,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
    /// No progress and no messages
    #[arg(long, short)]
    pub quiet: bool,
}

/// Options of `monitor`.
#[derive(Debug, Args)]
pub struct MonitorArgs {
    /// Stop after so many seconds; runs until stopped when not given
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub duration: Option<f64>,
    /// Milliseconds between samples, 100 to 60000
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(100..=60_000))]
    pub interval: Option<u64>,
    /// How many processes to show
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub processes: usize,
    /// Write to this file instead of the terminal
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// One line of JSON for each sample
    #[arg(long)]
    pub json: bool,
}

/// Options of `cache`.
#[derive(Debug, Args)]
pub struct CacheArgs {
    /// What to do
    #[command(subcommand)]
    pub action: CacheAction,
}

/// What to do with the cache.
#[derive(Debug, Subcommand)]
pub enum CacheAction {
    /// Items, bytes, hits and misses of each level
    Stats {
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Remove everything that is kept
    Clear {
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Options of `settings`.
#[derive(Debug, Args)]
pub struct SettingsArgs {
    /// What to do
    #[command(subcommand)]
    pub action: SettingsAction,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub enum SettingsAction {
    /// Print where the settings file is
    Path,
    /// Print all settings as they are in use
    Show,
    /// Put all settings back to their defaults; recent files stay
    Reset,
}

/// One character, or `tab`.
fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [b'"' | b'\n' | b'\r'] => Err("this character has another meaning in text tables".into()),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("give one character, or “tab”".into()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "give a number of seconds".to_owned())?;
    if seconds.is_finite() && seconds > 0.0 { Ok(seconds) } else { Err("give a number of seconds above 0".into()) }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Command, Typed, delimiter};

    #[test]
    fn the_definition_holds_together() {
        Typed::command().debug_assert();
    }

    #[test]
    fn files_alone_are_for_the_window() {
        let typed = Typed::try_parse_from(["tachograph", "a.csv", "b.pb.gz"]).expect("files");
        assert_eq!((typed.files.len(), typed.command.is_none()), (2, true));
    }

    #[test]
    fn optimize_takes_what_the_contract_says() {
        let line = "tachograph optimize a.csv --level aggressive --steps +dates,-categories --delimiter ; --out b.parquet --format parquet --no-cache --json";
        let typed = Typed::try_parse_from(line.split(' ')).expect("valid");
        let Some(Command::Optimize(args)) = typed.command else { panic!("optimize") };
        assert_eq!((args.delimiter, args.json, args.level), (Some(b';'), true, crate::data::Level::Aggressive));
        assert!(Typed::try_parse_from(["tachograph", "optimize", "a.csv", "--steps", "-dtaes"]).is_err());
        assert!(Typed::try_parse_from(["tachograph", "monitor", "--interval", "5"]).is_err());
        assert_eq!(delimiter("tab"), Ok(b'\t'));
    }
}

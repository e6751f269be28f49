//! The command line as typed.

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use crate::data::{Area, CodeFor, DayOrder, DecimalSign, Level, OutputFormat, Quote, Steps};
use crate::profile::write::Target;
use crate::settings::Renderer;

use super::filter_args::FilterArgs;
use super::history_args::HistoryArgs;
use super::profile_diff::DiffArgs;

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
        after_help = "Example: tachograph optimize bills.csv --out bills.parquet\n         tachograph optimize *.xlsx --all-sheets --json\n         tachograph optimize bills.csv --html bills.html\n         tachograph optimize bills.csv --code pandas > bills.py\n         tachograph optimize received --out shrunk\n         tachograph optimize huge.csv --memory-limit 400 --out huge.parquet\n\nMany files run side by side as far as cores and free memory allow; one that fails stops no other. How much memory they may take\ntogether, and how large a table may be and how long it may take, is set under “limits” in the settings: tachograph settings show."
    )]
    Optimize(OptimizeArgs),
    /// Show where a program spent its time or memory
    #[command(
        after_help = "Example: tachograph profile server.pb.gz --top 20\n         tachograph profile server.pb.gz --focus json --hide '^runtime\\.' --group module\n         tachograph profile trace.json --from 10 --to 20\n         tachograph profile server.pb.gz --thread worker --convert worker.speedscope.json\n         tachograph profile new.pb.gz --diff old.pb.gz\n         stackcollapse-perf.pl out.perf | tachograph profile -\n\nShares are of the whole profile, also when a part of it is looked at."
    )]
    Profile(Box<ProfileArgs>),
    /// Print what this computer does
    #[command(after_help = "Example: tachograph monitor --interval 1000 --duration 60 --json > minute.jsonl")]
    Monitor(MonitorArgs),
    /// Get what the monitor keeps out, and in again
    #[command(after_help = "Example: tachograph history export --output week.parquet --from -7d")]
    History(HistoryArgs),
    /// Look at what is kept of files that were opened
    #[command(after_help = "Example: tachograph cache stats --json")]
    Cache(CacheArgs),
    /// Where the settings are and what they say
    #[command(after_help = "Example: tachograph settings show")]
    Settings(SettingsArgs),
}

/// What `--memory-limit` may be, in megabytes (1,048,576 bytes).
const MEMORY_MB: std::ops::RangeFrom<u64> = crate::data::LEAST_MEMORY >> 20..;

/// Options of `optimize`.
#[derive(Clone, Debug, Args)]
pub struct OptimizeArgs {
    /// Tables: CSV and TSV (also packed, .gz or .zst), XLSX, XLSB, XLS, ODS, Parquet or Arrow (Feather); a folder stands for those directly in it
    #[arg(value_name = "FILE|FOLDER", required = true)]
    pub files: Vec<PathBuf>,
    /// Sheet of a workbook; the first one with cells when not given
    #[arg(long, value_name = "NAME", conflicts_with = "all_sheets")]
    pub sheet: Option<String>,
    /// Every sheet of a workbook
    #[arg(long)]
    pub all_sheets: bool,
    /// Cells of a workbook's sheet to read, such as B2:F100, B:F or 2:100; all of them when not given
    #[arg(long, value_name = "CELLS")]
    pub range: Option<Area>,
    /// How strict: conservative (byte for byte), balanced (same values), aggressive (also 4-byte decimals)
    #[arg(long, value_name = "LEVEL", default_value = "balanced")]
    pub level: Level,
    /// Steps switched off or on: +dates,-categories (integers, floats, booleans, dates, categories, nulls)
    #[arg(long, value_name = "STEPS", allow_hyphen_values = true, default_value = "")]
    pub steps: Steps,
    /// Steps of one column, in place of those of --steps: id=-integers. May be given several times
    #[arg(long, value_name = "NAME=STEPS", allow_hyphen_values = true, value_parser = column_steps)]
    pub column_steps: Vec<(String, Steps)>,
    /// What separates cells; found out when not given
    #[arg(long, value_name = "C", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Encoding of the text, such as utf-8 or windows-1252; found out when not given
    #[arg(long, value_name = "E")]
    pub encoding: Option<String>,
    /// What comes first in dates such as 03/04/2024: dmy or mdy; where no date decides it, such columns stay text when not given
    #[arg(long, value_name = "ORDER")]
    pub dates: Option<DayOrder>,
    /// What stands before decimals: comma or point; numbers such as 1,234 stay text when not given and no other one decides it
    #[arg(long, value_name = "SIGN")]
    pub decimal: Option<DecimalSign>,
    /// Whether the first row names the columns: auto, yes or no
    #[arg(long, value_name = "WHICH", value_parser = header, default_value = "auto")]
    pub header: Header,
    /// Lines before the table; found out when not given
    #[arg(long, value_name = "N")]
    pub skip_lines: Option<u64>,
    /// What stands around cells that hold separators, or none; found out when not given
    #[arg(long, value_name = "C|none", value_parser = quote)]
    pub quote: Option<Quote>,
    /// Cut the blanks at the ends of this column's cells. May be given several times
    #[arg(long, value_name = "NAME")]
    pub trim: Vec<String>,
    /// Leave this column out of what is written. May be given several times
    #[arg(long, value_name = "NAME", conflicts_with = "memory_limit")]
    pub leave_out: Vec<String>,
    /// Write the shrunk table here; a folder for several files
    #[arg(long, value_name = "FILE|FOLDER")]
    pub out: Option<PathBuf>,
    /// Format of the output (parquet, arrow, csv, xlsx); by the name of --out when not given, else parquet
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<OutputFormat>,
    /// Write a report on the table here, as a page that can be mailed; a folder for several files
    #[arg(long, value_name = "FILE|FOLDER")]
    pub html: Option<PathBuf>,
    /// Print code that loads the file with the types that were found (pandas, polars, duckdb, sql)
    #[arg(long, value_name = "FOR", conflicts_with = "json")]
    pub code: Option<CodeFor>,
    /// Take about this much memory, whatever the file's size: it is read twice, and written as Parquet when --out is given
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(MEMORY_MB), conflicts_with = "code")]
    pub memory_limit: Option<u64>,
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
    /// A profile; - reads it from standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How many functions to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,
    /// What to count, such as cpu or alloc_space; the profile's own choice when not given
    #[arg(long, value_name = "NAME")]
    pub sample_type: Option<String>,
    /// What part of it is looked at.
    #[command(flatten)]
    pub filters: FilterArgs,
    /// What it is compared with.
    #[command(flatten)]
    pub compared: DiffArgs,
    /// Write the flame graph here, to be searched and zoomed in a browser; a target that ends in .png gets a picture
    #[arg(long, value_name = "OUT")]
    pub svg: Option<PathBuf>,
    /// Write a report here, a page of one file that can be mailed: in words, flame graph, top functions, call tree
    #[arg(long, value_name = "OUT")]
    pub html: Option<PathBuf>,
    /// Write the profile here, in the format of the ending: .folded, .pb.gz or .speedscope.json
    #[arg(long, value_name = "OUT", value_parser = PathBufValueParser::new().try_map(conversion))]
    pub convert: Option<Conversion>,
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

/// A file to be written, and in which format.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The file.
    pub path: PathBuf,
    /// By its ending.
    pub format: Target,
}

/// A file with an ending that says its format.
fn conversion(path: PathBuf) -> Result<Conversion, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let format = Target::of_name(&name).ok_or_else(|| {
        let endings = Target::ALL.map(Target::ending);
        format!("the ending says the format: give one of {}", endings.join(", "))
    })?;
    Ok(Conversion { path, format })
}

/// Whether the first row names the columns, where that is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header(pub Option<bool>);

fn header(text: &str) -> Result<Header, String> {
    match text {
        "auto" => Ok(Header(None)),
        "yes" => Ok(Header(Some(true))),
        "no" => Ok(Header(Some(false))),
        _ => Err("give “auto”, “yes” or “no”".into()),
    }
}

/// One character, or `none`.
fn quote(text: &str) -> Result<Quote, String> {
    match text.as_bytes() {
        b"none" => Ok(Quote::None),
        [b'\n' | b'\r' | b'\\' | 0] => Err("this character has another meaning in text tables".into()),
        [byte] if byte.is_ascii() => Ok(Quote::Mark(*byte)),
        _ => Err("give one character, or “none”".into()),
    }
}

/// A column's name and its steps. A name may have an equals sign in it, steps have none.
fn column_steps(text: &str) -> Result<(String, Steps), String> {
    let (name, steps) = text.rsplit_once('=').ok_or("give a column and its steps, such as id=-integers")?;
    Ok((name.to_owned(), steps.parse()?))
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

    use super::{Command, Header, Quote, Typed, delimiter, quote};

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
        assert_eq!((delimiter("tab"), delimiter("\\t")), (Ok(b'\t'), Ok(b'\t')));
        let line = "tachograph optimize a.csv --header no --skip-lines 3 --quote '";
        let Some(Command::Optimize(args)) = Typed::try_parse_from(line.split(' ')).expect("valid").command else {
            panic!("optimize")
        };
        assert_eq!((args.header, args.skip_lines, args.quote), (Header(Some(false)), Some(3), Some(Quote::Mark(b'\''))));
        assert!(quote("none") == Ok(Quote::None) && quote("\\").is_err());
        assert!(Typed::try_parse_from(["tachograph", "optimize", "a.csv", "--header", "perhaps"]).is_err());
    }

    #[test]
    fn columns_have_steps_of_their_own() {
        let typed = Typed::try_parse_from([
            "tachograph",
            "optimize",
            "a.csv",
            "--steps",
            "-dates",
            "--column-steps",
            "id=-integers",
            "--column-steps",
            "-a=b=-categories,-nulls",
        ]);
        let Some(Command::Optimize(args)) = typed.expect("valid").command else { panic!("optimize") };
        let steps = |text: &str| text.parse().expect("steps");
        assert_eq!(args.column_steps, [("id".into(), steps("-integers")), ("-a=b".into(), steps("-categories,-nulls"))]);
        for wrong in ["id", "id=-dtaes"] {
            assert!(Typed::try_parse_from(["tachograph", "optimize", "a.csv", "--column-steps", wrong]).is_err());
        }
    }
}

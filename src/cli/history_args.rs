//! Options of `history`, as typed.

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, Subcommand};

use crate::history::Tier;
use crate::operations::HistoryFormat;

use super::when::When;

/// Options of `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// What to do
    #[command(subcommand)]
    pub action: HistoryAction,
}

/// What to do with the history.
#[derive(Debug, Subcommand)]
pub enum HistoryAction {
    /// Write it to a file that other programs read
    #[command(
        after_help = "Example: tachograph history export --output week.parquet --from -7d\n         tachograph history export --output cpu.csv --metric cpu --metric 'cpu core *' --from 2026-11-22T14:05 --to 2026-11-22T15:00 --step 1m\n         tachograph history export --output who.csv --processes --from -2h\n\nA row for each stretch of time that something was measured in, and none for a gap: time (where it begins, UTC), metric, min, mean, max, seconds (measured), bucket_seconds (its length), unit (% of 0 to 100, B, B/s, °C, ms). With --processes another table: time (the minute), pid, name, cpu_percent (of the whole machine), memory_bytes. In CSV, texts that a spreadsheet would take for a formula have an apostrophe before them."
    )]
    Export(HistoryExportArgs),
    /// Merge an exported file into it; what was measured here wins
    #[command(
        after_help = "Example: tachograph history import week.parquet\n\nWhat is there stays, what is not there is added, so importing twice changes nothing. It is all imported, or nothing when a row cannot be right. Seconds are kept for a day, ten seconds for a week, minutes for 90 days, hours for years, as what is measured here: what is older is put together when the window runs."
    )]
    Import(HistoryImportArgs),
    /// From when to when it reaches, and what it has
    #[command(after_help = "Example: tachograph history info --json")]
    Info {
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Options of `history export`.
#[derive(Debug, Args)]
pub struct HistoryExportArgs {
    /// Write here; a name that ends in .csv or .parquet
    #[arg(long, value_name = "FILE", value_parser = PathBufValueParser::new().try_map(target))]
    pub output: HistoryTarget,
    /// From when on: 2026-11-22T14:05 (here), 2026-11-22T14:05:00Z (UTC), 2026-11-22, -30m, -2h, -7d or now; from the beginning when not given
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub from: Option<When>,
    /// Up to when; up to the end when not given
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub to: Option<When>,
    /// Only this metric, such as cpu; * at the end stands for all that begin so. May be given several times
    #[arg(long, value_name = "NAME", conflicts_with = "processes")]
    pub metric: Vec<String>,
    /// How fine: 1s, 10s, 1m or 1h; auto: of each moment what is finest
    #[arg(long, value_name = "STEP", value_parser = step, default_value = "auto", conflicts_with = "processes")]
    pub step: Step,
    /// The processes that used most in each minute, in the place of what was measured
    #[arg(long)]
    pub processes: bool,
    /// One JSON document that says what was written
    #[arg(long)]
    pub json: bool,
    /// No progress and no messages
    #[arg(long, short)]
    pub quiet: bool,
}

/// Options of `history import`.
#[derive(Debug, Args)]
pub struct HistoryImportArgs {
    /// A file that `history export` wrote
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// One JSON document that says what was imported
    #[arg(long)]
    pub json: bool,
    /// No progress and no messages
    #[arg(long, short)]
    pub quiet: bool,
}

/// A file to be written, and in which format.
#[derive(Clone, Debug)]
pub struct HistoryTarget {
    /// The file.
    pub path: PathBuf,
    /// By its ending.
    pub format: HistoryFormat,
}

fn target(path: PathBuf) -> Result<HistoryTarget, String> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    Ok(HistoryTarget { format: ending.parse()?, path })
}

/// How fine; `None`: of each moment what is finest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step(pub Option<Tier>);

fn step(text: &str) -> Result<Step, String> {
    Ok(Step(match text {
        "auto" => None,
        "1s" => Some(Tier::Second),
        "10s" => Some(Tier::TenSeconds),
        "1m" => Some(Tier::Minute),
        "1h" => Some(Tier::Hour),
        _ => return Err("give 1s, 10s, 1m, 1h or auto".into()),
    }))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::{Command, Typed};

    fn typed(line: &str) -> Result<Typed, clap::Error> {
        Typed::try_parse_from(format!("tachograph history {line}").split(' '))
    }

    #[test]
    fn an_export_says_what_and_where() {
        let line = "export --output a.csv --from -2h --to now --metric cpu --metric load --step 10s";
        let Some(Command::History(HistoryArgs { action: HistoryAction::Export(args) })) = typed(line).expect("valid").command
        else {
            panic!("export")
        };
        assert_eq!((args.output.format, args.step, args.metric.len()), (HistoryFormat::Csv, Step(Some(Tier::TenSeconds)), 2));
        for wrong in [
            "export",
            "export --output a.xlsx",
            "export --output a",
            "export --output a.csv --step 5s",
            "export --output a.csv --from yesterday",
            "export --output a.csv --processes --metric cpu",
            "import",
            "info now",
        ] {
            assert!(typed(wrong).is_err(), "{wrong}");
        }
    }
}

//! The log of operations as a table of text.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use super::profile_chart::cell;
use crate::history::{Asker, Operation, OperationResult};

/// The head of the table; others read these names.
const HEAD: &str = "time,kind,operation,from,seconds,bytes,memory_before,memory_after,memory_change,result,message\r\n";

/// A line for each operation: time by RFC 3339 in UTC, sizes in bytes, an empty cell for what is not known.
pub fn log_csv(operations: &[Operation]) -> String {
    let mut csv = HEAD.to_owned();
    for operation in operations {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let change = operation.memory_change().map(|change| change.to_string()).unwrap_or_default();
        let (before, after) = operation.memory.unzip();
        let texts = [
            utc(operation.started),
            cell(&operation.kind),
            cell(&operation.title),
            asker(operation.asker).to_owned(),
            operation.seconds.to_string(),
            number(operation.bytes),
            number(before),
            number(after),
            change,
            result(&operation.result).to_owned(),
            cell(message(&operation.result)),
        ];
        // Writing to a text cannot fail.
        let _ = write!(csv, "{}\r\n", texts.join(","));
    }
    csv
}

/// From where an operation was asked for, as programs read it.
pub fn asker(asker: Asker) -> &'static str {
    match asker {
        Asker::Window => "window",
        Asker::CommandLine => "command line",
    }
}

/// How it ended, as programs read it.
pub fn result(result: &OperationResult) -> &'static str {
    match result {
        OperationResult::Done => "done",
        OperationResult::Failed(_) => "failed",
        OperationResult::Cancelled => "cancelled",
    }
}

fn message(result: &OperationResult) -> &str {
    if let OperationResult::Failed(message) = result { message } else { "" }
}

fn utc(seconds: f64) -> String {
    let time = SystemTime::UNIX_EPOCH + Duration::try_from_secs_f64(seconds).unwrap_or_default();
    chrono::DateTime::<chrono::Utc>::from(time).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_is_a_line_that_a_spreadsheet_reads_as_it_is() {
        let one = Operation {
            started: 1_700_000_000.25,
            seconds: 1.5,
            kind: "open table".into(),
            title: "Opening =1,2.csv".into(),
            asker: Asker::CommandLine,
            result: OperationResult::Failed("Row 3, column “a”: \"x\".".into()),
            bytes: None,
            memory: Some((500, 200)),
        };
        let line = "2023-11-14T22:13:20.250Z,open table,\"Opening =1,2.csv\",command line,1.5,,500,200,-300,failed,\
            \"Row 3, column “a”: \"\"x\"\".\"\r\n";
        assert_eq!(log_csv(&[one]), format!("{HEAD}{line}"));
    }
}

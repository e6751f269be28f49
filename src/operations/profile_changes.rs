//! The table of changes as CSV.

use crate::profile::compare::ChangeRow;
use crate::profile::compare::statistics::Judgement;

use super::ProfileComparison;
use super::profile_chart::cell;

/// The whole table of changes: a line for each function, the largest change of self first, values in the comparison's own unit. What cannot
/// be told (a percentage of nothing, an interval without samples) is empty.
pub fn changes_csv(comparison: &ProfileComparison) -> String {
    let unit = match comparison.merged.unit.as_str() {
        "" => "count",
        unit => unit,
    };
    let columns = |what: &str| {
        format!(
            "{what} change ({unit}),{what} now ({unit}),{what} before ({unit}),{what} change %,{what} verdict,{what} least change ({unit}),{what} most change ({unit}),{what} p"
        )
    };
    let mut csv = format!("function,{},{}\r\n", columns("self"), columns("total"));
    for row in &comparison.table.rows {
        csv.push_str(&format!("{},{},{}\r\n", cell(comparison.name(row)), own(row), total(row)));
    }
    csv
}

fn own(row: &ChangeRow) -> String {
    let values = [row.self_change(), row.new.self_value, row.base.self_value];
    cells(values, row.self_percent(), &row.self_judged)
}

fn total(row: &ChangeRow) -> String {
    let values = [row.total_change(), row.new.total_value, row.base.total_value];
    cells(values, row.total_percent(), &row.total_judged)
}

fn cells(values: [i64; 3], percent: Option<f64>, judged: &Judgement) -> String {
    let number = |value: Option<f64>| value.map(|value| format!("{value:.4}")).unwrap_or_default();
    let [least, most] =
        judged.interval.map_or([const { String::new() }; 2], |interval| interval.change.map(|change| change.to_string()));
    let [change, new, base] = values;
    let p = judged.adjusted_p.map(|p| format!("{p:.3e}")).unwrap_or_default();
    format!("{change},{new},{base},{},{},{least},{most},{p}", number(percent), judged.verdict.words())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::jobs::{Cancel, Progress};
    use crate::operations::compare_profiles;
    use crate::profile::compare::{Options, Sides};
    use crate::profile::{Limits, read};

    #[test]
    fn each_function_has_a_line() {
        let (cancel, progress) = (Cancel::new(), Progress::new());
        let profile = |text: &str| {
            Arc::new(read::read(text.as_bytes(), None, "x.folded", &cancel, &progress, &Limits::default()).expect("valid"))
        };
        let sides = Sides::pair(profile("main;a,b 5000\nmain;c 7\n"), profile("main;a,b 9000\nmain;c 7\n"));
        let found = compare_profiles(&sides, Options::default(), &cancel, &progress).expect("comparable");
        let csv = changes_csv(&found);
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[0].starts_with("function,self change (count),self now (count),"), "{}", lines[0]);
        assert!(lines[1].starts_with("\"a,b\",-4000,5000,9000,-44.4444,more than chance,-"), "{}", lines[1]);
        assert!(lines[3].starts_with("main,0,0,0,,"), "{}", lines[3]);
        assert!(lines.iter().all(|line| line.matches(',').count() == 16 + usize::from(line.starts_with('"'))), "{csv}");
    }
}

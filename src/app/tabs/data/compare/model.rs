//! What is said about two files, in words and figures; no drawing here.

use crate::data::Report;
use crate::data::compare::{CellChange, ColumnChange, Comparison, Side};
use crate::report::format;

use super::super::types::TypeName;
use super::What;

/// What stands where a cell is blank.
const BLANK: &str = "(blank)";

/// Two files, compared.
#[derive(Debug)]
pub struct Compared {
    /// The names of both files; with their sheets where they would be the same.
    pub names: [String; 2],
    /// What was found.
    pub found: Comparison,
    /// All of it in a sentence or two.
    pub sentences: Vec<String>,
    /// Places of the columns that changed.
    pub changed: Vec<usize>,
    /// What differs, in the order of rows.
    pub differences: Vec<Entry>,
    /// What is only spelled in another way.
    pub spellings: Vec<Entry>,
}

/// A cell or a row that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The number of its row as a spreadsheet counts, in one file or, where they are not the same, in both.
    pub row: String,
    /// The column's name; `whole row` for a row that one file lacks.
    pub column: String,
    /// What stands in each file.
    pub texts: [String; 2],
    /// Row and column of the open table, from 0, where it has them.
    pub place: Option<(u64, Option<usize>)>,
}

impl Compared {
    /// Says everything about what was found.
    pub fn new(reports: [&Report; 2], found: Comparison) -> Self {
        let names = names(reports);
        let first_row = reports.map(|report| report.first_row);
        let changed = found.columns.iter().enumerate().filter(|(_, column)| column.is_changed()).map(|(at, _)| at).collect();
        let cell = |change: &CellChange| Entry::of_cell(change, &found.columns, first_row);
        let mut differences: Vec<Entry> = found.first.iter().map(cell).collect();
        differences.extend(lone_rows(&found, first_row));
        let mut sentences = sentences(&found, &names);
        if reports.iter().any(|report| report.verified.respelled > 0) {
            sentences.push("Spellings are those of the tables: choose Conservative to compare those of the files.".to_owned());
        }
        Self { sentences, changed, differences, spellings: found.first_respelled.iter().map(cell).collect(), names, found }
    }

    /// The list that has something to show, `wanted` if it has.
    pub fn best_list(&self, wanted: What) -> What {
        let is_empty = |what| match what {
            What::Differences => self.differences.is_empty(),
            What::Spellings => self.spellings.is_empty(),
            What::Columns => false,
        };
        if is_empty(wanted) { What::Columns } else { wanted }
    }

    /// How the rows were found: `Rows found by bill_no`.
    pub fn by_words(&self) -> String {
        match &self.found.key {
            Some(key) => format!("Rows found by {key}"),
            None => "Rows found by their order".to_owned(),
        }
    }
}

impl Entry {
    fn of_cell(change: &CellChange, columns: &[ColumnChange], first_row: [u64; 2]) -> Self {
        let column = columns.get(change.column);
        let [one, other] = [0, 1].map(|at: usize| {
            let of = |numbers: [u64; 2]| numbers.get(at).copied().unwrap_or_default();
            format::count(of(change.rows) + of(first_row))
        });
        let place = column.and_then(|column| column.sides[0].as_ref()).map(|side| side.place);
        Self {
            row: if one == other { one } else { format!("{one} / {other}") },
            column: column.map(|column| column.name.clone()).unwrap_or_default(),
            texts: change.texts.clone().map(|text| text.unwrap_or_else(|| BLANK.to_owned())),
            place: Some((change.rows[0], place)),
        }
    }
}

/// Rows that only one file has.
fn lone_rows(found: &Comparison, first_row: [u64; 2]) -> Vec<Entry> {
    let entry = |row: u64, [here, there]: [&str; 2], first: u64, place| Entry {
        row: format::count(row + first),
        column: "whole row".to_owned(),
        texts: [here.to_owned(), there.to_owned()],
        place,
    };
    let [one, other] = &found.first_only;
    let first = one.iter().map(|row| entry(*row, ["only here", "–"], first_row[0], Some((*row, None))));
    first.chain(other.iter().map(|row| entry(*row, ["–", "only here"], first_row[1], None))).collect()
}

fn names(reports: [&Report; 2]) -> [String; 2] {
    let plain = reports.map(|report| report.source.file.clone());
    if plain[0] != plain[1] {
        return plain;
    }
    let sheets = reports.map(|report| report.source.sheet.clone());
    match sheets {
        [Some(one), Some(other)] if one != other => [format!("{}, {one}", plain[0]), format!("{}, {other}", plain[1])],
        _ => [plain[0].clone(), format!("the other {}", plain[1])],
    }
}

/// `Same 19 columns.` `1,204 of 1,000,000 rows differ; 3 rows only in new.csv.`
fn sentences(found: &Comparison, names: &[String; 2]) -> Vec<String> {
    let mut all = vec![columns_sentence(found, names), rows_sentence(found, names)];
    let respelled = found.respelled_cells();
    if respelled > 0 {
        let cells = format::counted(respelled, "cell has", "cells have");
        all.push(format!("{cells} the same value, spelled in another way (1.50 and 1.5)."));
    }
    if found.key.is_none() && found.rows[0] != found.rows[1] && found.differing_rows > 0 {
        all.push("Rows are compared in their order: a row more at the top makes all after it differ.".to_owned());
    }
    all
}

fn columns_sentence(found: &Comparison, names: &[String; 2]) -> String {
    let lone = |side: usize, names: &[String; 2]| {
        let missing = |column: &&ColumnChange| column.sides.get(1 - side).is_some_and(Option::is_none);
        let lone: Vec<&str> = found.columns.iter().filter(missing).map(|column| column.name.as_str()).collect();
        let name = names.get(side).map(String::as_str).unwrap_or_default();
        match lone.as_slice() {
            [] => None,
            [one] => Some(format!("{one} only in {name}")),
            more => Some(format!("{} columns only in {name}", format::count(more.len() as u64))),
        }
    };
    let both = found.columns.iter().filter(|column| column.sides.iter().all(Option::is_some)).count() as u64;
    let moved = found.columns.iter().filter(|column| column.moved).count() as u64;
    let moved = (moved > 0).then(|| format!("{} elsewhere", format::counted(moved, "column stands", "columns stand")));
    let rest: Vec<String> = [lone(0, names), lone(1, names), moved].into_iter().flatten().collect();
    let same = format!("Same {}", format::counted(both, "column", "columns"));
    if rest.is_empty() { format!("{same}.") } else { format!("{same}; {}.", rest.join("; ")) }
}

fn rows_sentence(found: &Comparison, names: &[String; 2]) -> String {
    let paired = format::counted(found.paired, "row", "rows");
    let differ = match (found.differing_rows, found.paired) {
        (0, 0) => "No row is in both files".to_owned(),
        (0, _) if found.rows == [found.paired; 2] => format!("All {paired} have the same values"),
        (0, _) => format!("{paired} in both have the same values"),
        (1, _) => format!("1 of {paired} differs"),
        (rows, _) => format!("{} of {paired} differ", format::count(rows)),
    };
    let only = |side: usize| {
        let (rows, name) = (found.only.get(side).copied().unwrap_or_default(), names.get(side)?);
        (rows > 0).then(|| format!("{} only in {name}", format::counted(rows, "row", "rows")))
    };
    format!("{}.", [Some(differ), only(0), only(1)].into_iter().flatten().collect::<Vec<_>>().join("; "))
}

/// What changed in a column, beside its cells, in a few words each.
pub fn changes(column: &ColumnChange, names: &[String; 2]) -> Vec<String> {
    let [one, other] = &column.sides;
    let (Some(a), Some(b)) = (one, other) else {
        let name = if one.is_some() { &names[0] } else { &names[1] };
        return vec![format!("only in {name}")];
    };
    let mut all = Vec::new();
    if column.moved {
        let places = [a, b].map(|side| format::count(side.place as u64 + 1));
        all.push(format!("column {} → {}", places[0], places[1]));
    }
    let mut tell = |what: &str, pick: &dyn Fn(&Side) -> String| {
        let (before, after) = (pick(a), pick(b));
        if before != after {
            all.push(format!("{what} {before} → {after}"));
        }
    };
    tell("type", &|side| TypeName::of(&side.kind).short.clone());
    tell("blank", &|side| format::count(side.nulls));
    tell("different values", &|side| side.unique.map_or_else(|| "not counted".to_owned(), format::count));
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    tell("smallest", &|side| or_none(&side.least));
    tell("largest", &|side| or_none(&side.most));
    tell("mean", &|side| side.mean.map_or_else(|| "none".to_owned(), format::number));
    tell("memory", &|side| format::bytes(side.bytes));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> [String; 2] {
        ["old.csv".into(), "new.csv".into()]
    }

    fn side(place: usize, kind: &str) -> Option<Side> {
        Some(Side { place, kind: kind.into(), bytes: 4_000, ..Side::default() })
    }

    fn column(name: &str, sides: [Option<Side>; 2]) -> ColumnChange {
        ColumnChange { name: name.into(), sides, ..ColumnChange::default() }
    }

    fn found() -> Comparison {
        let columns = (0..19).map(|at| column(&format!("c{at}"), [side(at, "Int64"), side(at, "Int64")])).collect();
        Comparison {
            key: Some("c0".into()),
            rows: [1_000_000, 1_000_003],
            paired: 1_000_000,
            only: [0, 3],
            first_only: [vec![], vec![7]],
            differing_rows: 1_204,
            columns,
            first: vec![CellChange { rows: [4, 5], column: 2, texts: [Some("1".into()), None] }],
            ..Comparison::default()
        }
    }

    #[test]
    fn the_sentences_say_what_differs() {
        let told = |found: &Comparison| sentences(found, &names()).join(" ");
        assert_eq!(told(&found()), "Same 19 columns. 1,204 of 1,000,000 rows differ; 3 rows only in new.csv.");
        let equal = Comparison { rows: [5; 2], paired: 5, only: [0; 2], differing_rows: 0, ..found() };
        assert_eq!(told(&equal), "Same 19 columns. All 5 rows have the same values.");
        let mut other = Comparison { key: None, rows: [2, 1], paired: 1, only: [1, 0], differing_rows: 1, ..found() };
        other.columns.truncate(2);
        other.columns.push(column("x", [side(2, "Int64"), None]));
        other.columns.push(column("y", [None, side(2, "Int64")]));
        other.columns.push(column("z", [None, side(3, "Int64")]));
        (other.columns[1].moved, other.columns[0].respelled) = (true, 1);
        assert_eq!(
            told(&other),
            "Same 2 columns; x only in old.csv; 2 columns only in new.csv; 1 column stands elsewhere. \
             1 of 1 row differs; 1 row only in old.csv. \
             1 cell has the same value, spelled in another way (1.50 and 1.5). \
             Rows are compared in their order: a row more at the top makes all after it differ."
        );
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let report = |file: &str| {
            let source = crate::data::SourceInfo { file: file.into(), ..Default::default() };
            Report { source, first_row: 2, ..Report::default() }
        };
        let compared = Compared::new([&report("old.csv"), &report("new.csv")], found());
        let entry = |row: &str, column: &str, texts: [&str; 2], place| Entry {
            row: row.into(),
            column: column.into(),
            texts: texts.map(str::to_owned),
            place,
        };
        assert_eq!(
            compared.differences,
            [entry("6 / 7", "c2", ["1", "(blank)"], Some((4, Some(2)))), entry("9", "whole row", ["–", "only here"], None),]
        );
        assert_eq!(compared.by_words(), "Rows found by c0");
        assert!(compared.changed.is_empty());
        assert_eq!(compared.best_list(What::Spellings), What::Columns, "there are none");
    }

    #[test]
    fn what_changed_in_a_column_is_told() {
        let mut changed = column("a", [side(0, "Int64"), side(2, "String")]);
        changed.moved = true;
        if let [Some(a), Some(b)] = &mut changed.sides {
            (a.nulls, b.nulls, a.most, b.bytes) = (3, 5, Some("9".into()), 8_000);
        }
        let told = changes(&changed, &names()).join("; ");
        assert_eq!(told, "column 1 → 3; type Int64 → Text; blank 3 → 5; largest 9 → none; memory 4 KB → 8 KB");
        assert_eq!(changes(&column("x", [None, side(0, "Int64")]), &names()), ["only in new.csv"]);
    }
}

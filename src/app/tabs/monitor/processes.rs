//! The lines of the table of processes: which, and in which order.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::app::widgets::Sort;
use crate::sampler::ProcessRow;

use super::columns::{Column, sum};

/// How the processes are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Arrangement {
    /// One under the other.
    #[default]
    List,
    /// Each under the one that started it.
    Tree,
    /// Those of one program as one.
    Programs,
}

impl Arrangement {
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 3] = [(Self::List, "List"), (Self::Tree, "Tree"), (Self::Programs, "Programs")];
}

/// A line of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Number of its row in [`ProcessTable::all`].
    pub row: usize,
    /// How many processes stand above it in the tree.
    pub depth: usize,
    /// Whether what it started is shown; `None` where it started nothing.
    pub is_open: Option<bool>,
    /// How many processes it stands for.
    pub count: usize,
}

/// Which processes are listed, and in which order.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessTable {
    /// What name or id must have in it.
    pub search: String,
    /// How they are put together.
    pub arrangement: Arrangement,
    sort: Sort<Column>,
    /// In the tree: processes below which nothing is shown.
    closed: HashSet<u32>,
    all: Arc<[ProcessRow]>,
    lines: Vec<Line>,
}

impl Default for ProcessTable {
    fn default() -> Self {
        Self {
            search: String::new(),
            arrangement: Arrangement::List,
            sort: Sort::by(Column::Cpu, true),
            closed: HashSet::new(),
            all: Arc::default(),
            lines: Vec::new(),
        }
    }
}

impl ProcessTable {
    /// The order.
    pub fn sort(&self) -> Sort<Column> {
        self.sort
    }

    /// The lines, in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What the lines are about: processes, or programs.
    pub fn all(&self) -> &[ProcessRow] {
        &self.all
    }

    /// Sorts by `column`; names from A on, all else the largest first; again turns the order round.
    pub fn sort_by(&mut self, column: Column) {
        self.sort = self.sort.clicked(column, !column.is_text() && !matches!(column, Column::Pid | Column::Parent));
    }

    /// Shows what this process started, or hides it.
    pub fn fold(&mut self, pid: u32) {
        if !self.closed.remove(&pid) {
            self.closed.insert(pid);
        }
    }

    /// Chooses and sorts anew. Equal ones stand in the order of their ids, so that rows do not jump about.
    pub fn arrange(&mut self, processes: Arc<[ProcessRow]>) {
        self.lines = match self.arrangement {
            Arrangement::List => {
                self.all = processes;
                let lines = self.all.iter().enumerate().filter(|(_, row)| self.is_wanted(row));
                self.sorted(lines.map(|(row, _)| Line { row, count: 1, ..Line::default() }).collect())
            }
            Arrangement::Programs => {
                let (programs, counts) = programs(&processes);
                self.all = programs.into();
                let lines = self.all.iter().zip(counts).enumerate().filter(|(_, (row, _))| self.is_wanted(row));
                self.sorted(lines.map(|(row, (_, count))| Line { row, count, ..Line::default() }).collect())
            }
            Arrangement::Tree => {
                self.all = processes;
                self.tree()
            }
        };
    }

    fn is_wanted(&self, row: &ProcessRow) -> bool {
        let wanted = self.search.trim().to_lowercase();
        wanted.is_empty() || row.name.to_lowercase().contains(&wanted) || row.pid.to_string().contains(&wanted)
    }

    fn sorted(&self, mut lines: Vec<Line>) -> Vec<Line> {
        lines.sort_by(|a, b| self.compare(a.row, b.row));
        lines
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        let (Some(a), Some(b)) = (self.all.get(a), self.all.get(b)) else { return Ordering::Equal };
        let Sort { column, descending } = self.sort;
        let order = column.compare(a, b);
        if descending { order.reverse() } else { order }.then(a.pid.cmp(&b.pid))
    }

    /// Each process under the one that started it; of a search, what is found and all above it.
    fn tree(&self) -> Vec<Line> {
        let places: HashMap<u32, usize> = self.all.iter().enumerate().map(|(row, process)| (process.pid, row)).collect();
        let parent = |row: usize| {
            let process = self.all.get(row)?;
            places.get(&process.parent?).copied().filter(|parent| *parent != row)
        };
        let mut kept = vec![false; self.all.len()];
        for found in (0..self.all.len()).filter(|row| self.all.get(*row).is_some_and(|process| self.is_wanted(process))) {
            let mut at = Some(found);
            // A number that was given anew can make two processes each other's parents: it ends where it has been.
            while let Some(row) = at.filter(|row| !kept.get(*row).copied().unwrap_or(true)) {
                if let Some(kept) = kept.get_mut(row) {
                    *kept = true;
                }
                at = parent(row);
            }
        }
        let rows = || (0..self.all.len()).filter(|row| kept.get(*row).copied().unwrap_or(false));
        let mut children: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
        rows().for_each(|row| children.entry(parent(row)).or_default().push(row));
        children.values_mut().for_each(|rows| rows.sort_by(|a, b| self.compare(*a, *b)));
        let mut lines = Vec::with_capacity(self.all.len());
        let mut seen = HashSet::new();
        self.walk(None, &children, &mut seen, &mut lines);
        // What is only reached from itself stands at the left.
        for row in rows() {
            if !seen.contains(&row) {
                self.walk_from(row, &children, &mut seen, &mut lines);
            }
        }
        lines
    }

    fn walk(
        &self,
        from: Option<usize>,
        children: &HashMap<Option<usize>, Vec<usize>>,
        seen: &mut HashSet<usize>,
        lines: &mut Vec<Line>,
    ) {
        for row in children.get(&from).into_iter().flatten() {
            self.walk_from(*row, children, seen, lines);
        }
    }

    fn walk_from(
        &self,
        first: usize,
        children: &HashMap<Option<usize>, Vec<usize>>,
        seen: &mut HashSet<usize>,
        lines: &mut Vec<Line>,
    ) {
        // Processes stand in each other as deep as they like.
        let mut open = vec![(first, 0, true)];
        while let Some((row, depth, is_shown)) = open.pop() {
            if !seen.insert(row) {
                continue;
            }
            let below = children.get(&Some(row)).map(Vec::as_slice).unwrap_or_default();
            let is_open = self.all.get(row).is_none_or(|process| !self.closed.contains(&process.pid));
            if is_shown {
                lines.push(Line { row, depth, is_open: (!below.is_empty()).then_some(is_open), count: 1 });
            }
            open.extend(below.iter().rev().map(|child| (*child, depth + 1, is_shown && is_open)));
        }
    }
}

/// The processes of each program as one row, and how many they are. What one of them does not tell is not told of all.
pub fn programs(processes: &[ProcessRow]) -> (Vec<ProcessRow>, Vec<usize>) {
    let (mut places, mut all, mut counts) = (HashMap::new(), Vec::<ProcessRow>::new(), Vec::new());
    for process in processes {
        let place = *places.entry(Arc::clone(&process.name)).or_insert(all.len());
        let Some((program, count)) = all.get_mut(place).zip(counts.get_mut(place)) else {
            all.push(process.clone());
            counts.push(1);
            continue;
        };
        let both = |one: Option<u32>, other: Option<u32>| one.zip(other).map(|(one, other)| one.saturating_add(other));
        *count += 1;
        program.pid = program.pid.min(process.pid);
        program.cpu_percent += process.cpu_percent;
        program.memory = program.memory.saturating_add(process.memory);
        program.threads = both(program.threads, process.threads);
        program.handles = both(program.handles, process.handles);
        program.read_per_s = sum(program.read_per_s, process.read_per_s);
        program.written_per_s = sum(program.written_per_s, process.written_per_s);
        program.run_time_seconds = program.run_time_seconds.max(process.run_time_seconds);
        program.command = None;
        program.user = program.user.take().filter(|user| process.user.as_ref() == Some(user));
    }
    (all, counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::example;

    fn processes() -> Arc<[ProcessRow]> {
        example(1)[0].processes.clone()
    }

    fn names(table: &ProcessTable) -> Vec<String> {
        table.lines().iter().map(|line| format!("{}{}", " ".repeat(line.depth), table.all()[line.row].name)).collect()
    }

    #[test]
    fn sorted_by_any_column_and_turned_round() {
        let mut table = ProcessTable::default();
        table.arrange(processes());
        assert_eq!(names(&table), ["postgres", "python3", "worker", "init"]);
        table.sort_by(Column::Memory);
        table.arrange(processes());
        assert_eq!(names(&table), ["python3", "postgres", "worker", "init"]);
        table.sort_by(Column::Name);
        table.arrange(processes());
        assert_eq!(names(&table), ["init", "postgres", "python3", "worker"]);
        table.sort_by(Column::Name);
        table.arrange(processes());
        assert_eq!(names(&table), ["worker", "python3", "postgres", "init"]);
    }

    #[test]
    fn found_by_name_in_any_case_or_by_id() {
        let mut table = ProcessTable { search: " PY".into(), ..ProcessTable::default() };
        table.arrange(processes());
        assert_eq!(names(&table), ["python3"]);
        table.search = "90".into();
        table.arrange(processes());
        assert_eq!(names(&table), ["python3", "worker"]);
    }

    #[test]
    fn the_tree_stands_on_who_started_whom() {
        let mut table = ProcessTable { arrangement: Arrangement::Tree, ..ProcessTable::default() };
        table.arrange(processes());
        assert_eq!(names(&table), ["init", " postgres", " python3", "  worker"]);
        assert_eq!(table.lines().iter().map(|line| line.is_open).collect::<Vec<_>>(), [Some(true), None, Some(true), None]);
        table.fold(900);
        table.arrange(processes());
        assert_eq!(names(&table), ["init", " postgres", " python3"]);
        table.fold(900);
        table.search = "worker".into();
        table.arrange(processes());
        assert_eq!(names(&table), ["init", " python3", "  worker"], "what is found, and what it stands under");
    }

    #[test]
    fn processes_that_are_each_others_parents_are_all_shown() {
        let row = |pid, parent| ProcessRow { pid, parent: Some(parent), name: format!("p{pid}").into(), ..ProcessRow::default() };
        let mut table = ProcessTable { arrangement: Arrangement::Tree, ..ProcessTable::default() };
        table.sort_by(Column::Pid);
        table.arrange(Arc::new([row(1, 2), row(2, 1), row(3, 3), row(4, 99), row(5, 4)]));
        let mut shown = names(&table);
        shown.sort();
        assert_eq!(shown, [" p2", " p5", "p1", "p3", "p4"]);
        let deep: Vec<ProcessRow> = (1..50_000).map(|pid| row(pid, pid - 1)).collect();
        table.arrange(deep.into());
        assert_eq!(table.lines().len(), 49_999);
    }

    #[test]
    fn programs_add_up() {
        let row = |pid, threads| ProcessRow {
            pid,
            name: "browser".into(),
            cpu_percent: 1.5,
            memory: 10,
            threads,
            ..ProcessRow::default()
        };
        let mut table = ProcessTable { arrangement: Arrangement::Programs, ..ProcessTable::default() };
        table.arrange(Arc::new([row(9, Some(3)), row(4, Some(5)), ProcessRow { name: "other".into(), ..row(7, None) }]));
        let told: Vec<_> = table
            .lines()
            .iter()
            .map(|line| (line.count, &table.all()[line.row]))
            .map(|(n, row)| (n, row.pid, row.memory, row.threads))
            .collect();
        assert_eq!(told, [(2, 4, 20, Some(8)), (1, 7, 10, None)]);
    }
}

//! Which file of a batch begins when: in the given order, as many at a time as cores and memory allow, at least one.

use std::collections::VecDeque;

/// A file that is to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// Its place in the batch.
    pub index: usize,
    /// Threads that it may work on.
    pub threads: usize,
}

/// Files that wait or run, known by their places and by the bytes of memory that they need.
#[derive(Debug)]
pub struct Schedule {
    waiting: VecDeque<(usize, u64)>,
    running: Vec<(Start, u64)>,
    cores: usize,
    budget: u64,
}

impl Schedule {
    /// Files that need so many bytes each, on so many cores, together in `budget` bytes.
    pub fn new(needs: &[u64], cores: usize, budget: u64) -> Self {
        Self { waiting: needs.iter().copied().enumerate().collect(), running: Vec::new(), cores: cores.max(1), budget }
    }

    /// The file to begin with now, if one may; `free` bytes are to be had at this moment. Files never overtake each other, so that a
    /// large one is not put off for ever by small ones.
    pub fn next(&mut self, free: u64) -> Option<Start> {
        let cores = self.free_cores();
        let &(index, need) = self.waiting.front()?;
        let beside = self.fitting(free, cores);
        if cores == 0 || (beside == 0 && !self.running.is_empty()) {
            return None;
        }
        // Of those that can begin now each gets cores by its size, so that a large one among small ones is not left to one core.
        let all: u128 = self.waiting.iter().take(beside.max(1)).map(|(_, need)| u128::from(*need)).sum();
        let share = (cores as u128 * u128::from(need)).checked_div(all).unwrap_or(1);
        let start = Start { index, threads: usize::try_from(share).unwrap_or(cores).clamp(1, cores) };
        self.waiting.pop_front();
        self.running.push((start, need));
        Some(start)
    }

    /// How many of the next files fit in beside those that run.
    fn fitting(&self, free: u64, cores: usize) -> usize {
        let taken: u64 = self.running.iter().fold(0, |sum, (_, need)| sum.saturating_add(*need));
        let left = self.budget.saturating_sub(taken).min(free);
        let sums = self.waiting.iter().scan(0u64, |sum, (_, need)| {
            *sum = sum.saturating_add(*need);
            Some(*sum)
        });
        sums.take(cores).take_while(|sum| *sum <= left).count()
    }

    fn free_cores(&self) -> usize {
        self.cores.saturating_sub(self.running.iter().map(|(start, _)| start.threads).sum())
    }

    /// A file has ended: what it took is free again.
    pub fn ended(&mut self, index: usize) {
        self.running.retain(|(start, _)| start.index != index);
    }

    /// The places of the files that run.
    pub fn running(&self) -> Vec<usize> {
        self.running.iter().map(|(start, _)| start.index).collect()
    }

    /// Gives up those that wait; their places.
    pub fn give_up(&mut self) -> Vec<usize> {
        self.waiting.drain(..).map(|(index, _)| index).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All files that begin now, with their threads.
    fn begin(schedule: &mut Schedule, free: u64) -> Vec<(usize, usize)> {
        std::iter::from_fn(|| schedule.next(free)).map(|start| (start.index, start.threads)).collect()
    }

    #[test]
    fn memory_and_cores_bound_what_runs_at_a_time() {
        let mut schedule = Schedule::new(&[10, 10, 10, 10, 10], 4, 25);
        assert_eq!(begin(&mut schedule, 100), [(0, 2), (1, 2)], "two fit into 25, and share the cores");
        schedule.ended(0);
        assert_eq!(begin(&mut schedule, 9), [], "another program has taken what was free");
        assert_eq!(begin(&mut schedule, 10), [(2, 2)]);
        schedule.ended(1);
        schedule.ended(2);
        assert_eq!(begin(&mut schedule, 100), [(3, 2), (4, 2)]);
        let mut schedule = Schedule::new(&[1; 9], 4, 100);
        assert_eq!(begin(&mut schedule, 100), [(0, 1), (1, 1), (2, 1), (3, 1)], "no more than there are cores");
    }

    #[test]
    fn one_always_runs_and_alone_it_has_all_cores() {
        let mut schedule = Schedule::new(&[10, 10], 8, 0);
        assert_eq!(begin(&mut schedule, 0), [(0, 8)]);
        schedule.ended(0);
        assert_eq!(begin(&mut schedule, 0), [(1, 8)]);
        schedule.ended(1);
        assert_eq!(begin(&mut schedule, 100), []);
        let mut large = Schedule::new(&[u64::MAX, u64::MAX, 1], 2, 50);
        assert_eq!(begin(&mut large, 100), [(0, 2)]);
        large.ended(0);
        assert_eq!(begin(&mut large, 100), [(1, 2)], "and nothing beside it");
    }

    #[test]
    fn a_large_file_gets_most_cores_and_is_not_overtaken() {
        let mut schedule = Schedule::new(&[90, 5, 5], 8, 100);
        assert_eq!(begin(&mut schedule, 100), [(0, 7), (1, 1)]);
        schedule.ended(1);
        assert_eq!(begin(&mut schedule, 100), [(2, 1)]);
        let mut schedule = Schedule::new(&[40, 90, 5], 8, 100);
        assert_eq!(begin(&mut schedule, 100), [(0, 8)]);
        let mut schedule = Schedule::new(&[40, 40, 90, 5], 8, 100);
        assert_eq!(begin(&mut schedule, 100), [(0, 4), (1, 4)]);
        schedule.ended(0);
        assert_eq!(begin(&mut schedule, 100), [], "the small one waits behind the large one");
    }

    #[test]
    fn what_waits_can_be_given_up() {
        let mut schedule = Schedule::new(&[0, 1, 1], 1, 0);
        assert_eq!(begin(&mut schedule, 0), [(0, 1)]);
        assert_eq!((schedule.give_up(), schedule.running()), (vec![1, 2], vec![0]));
        schedule.ended(0);
        assert_eq!((begin(&mut schedule, 9), schedule.running()), (vec![], vec![]));
    }
}

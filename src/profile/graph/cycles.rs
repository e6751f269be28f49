//! Functions that call each other in a circle.

/// Edges by the function they leave: those of function `f` are `edges[starts[f]..starts[f + 1]]`.
pub(super) struct Adjacency {
    starts: Vec<u32>,
    edges: Vec<u32>,
}

impl Adjacency {
    /// Puts edge numbers in order by `ends`, which has the function of each edge.
    pub(super) fn new(functions: usize, ends: &[u32]) -> Self {
        let mut starts = vec![0_u32; functions + 1];
        for &function in ends {
            if let Some(count) = starts.get_mut(function as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let (mut next, mut edges) = (starts.clone(), vec![0; ends.len()]);
        for (edge, &function) in ends.iter().enumerate() {
            if let Some(at) = next.get_mut(function as usize) {
                if let Some(slot) = edges.get_mut(*at as usize) {
                    *slot = edge as u32;
                }
                *at += 1;
            }
        }
        Self { starts, edges }
    }

    /// Edges of a function.
    pub(super) fn of(&self, function: u32) -> &[u32] {
        let at = |row: usize| self.starts.get(row).map_or(0, |&start| start as usize);
        self.edges.get(at(function as usize)..at(function as usize + 1)).unwrap_or_default()
    }
}

/// Which functions lie in one circle.
pub(super) struct Cycles {
    /// The circle of each function; a function in none is one of its own.
    pub(super) of: Vec<u32>,
    /// How many functions each circle has.
    pub(super) size: Vec<u32>,
}

/// State of the search (Tarjan's, without recursion: <https://doi.org/10.1137/0201010>).
struct Search<'a> {
    out: &'a Adjacency,
    callee: &'a [u32],
    /// When each function was met; 0 not yet.
    met: Vec<u32>,
    /// The earliest function on the stack that is reached from each.
    low: Vec<u32>,
    stack: Vec<u32>,
    /// Functions whose calls are being followed, and which call is next.
    open: Vec<(u32, u32)>,
    clock: u32,
    found: Cycles,
}

const NONE: u32 = u32::MAX;

impl Cycles {
    /// Finds the circles among `functions` functions whose calls go from `caller` to `callee`.
    pub(super) fn find(functions: usize, out: &Adjacency, callee: &[u32]) -> Self {
        let found = Self { of: vec![NONE; functions], size: Vec::new() };
        let (met, low) = (vec![0; functions], vec![0; functions]);
        let mut search = Search { out, callee, met, low, stack: Vec::new(), open: Vec::new(), clock: 0, found };
        for function in 0..functions as u32 {
            if search.met.get(function as usize) == Some(&0) {
                search.enter(function);
                search.run();
            }
        }
        search.found
    }

    /// The circle of a function.
    pub(super) fn of(&self, function: u32) -> u32 {
        self.of.get(function as usize).copied().unwrap_or(NONE)
    }

    /// How many functions the circle has.
    pub(super) fn size(&self, cycle: u32) -> u32 {
        self.size.get(cycle as usize).copied().unwrap_or(0)
    }
}

impl Search<'_> {
    fn enter(&mut self, function: u32) {
        self.clock += 1;
        for column in [&mut self.met, &mut self.low] {
            if let Some(slot) = column.get_mut(function as usize) {
                *slot = self.clock;
            }
        }
        self.stack.push(function);
        self.open.push((function, 0));
    }

    fn run(&mut self) {
        while let Some((function, next)) = self.open.last_mut() {
            let function = *function;
            let edge = self.out.of(function).get(*next as usize).copied();
            *next += 1;
            let Some(edge) = edge else {
                self.leave(function);
                continue;
            };
            let callee = self.callee.get(edge as usize).copied().unwrap_or(function);
            match self.met.get(callee as usize) {
                Some(0) => self.enter(callee),
                Some(&met) if self.found.of(callee) == NONE => self.lower(function, met),
                _ => {}
            }
        }
    }

    fn lower(&mut self, function: u32, to: u32) {
        if let Some(low) = self.low.get_mut(function as usize) {
            *low = (*low).min(to);
        }
    }

    fn leave(&mut self, function: u32) {
        self.open.pop();
        let low = self.low.get(function as usize).copied().unwrap_or(0);
        if let Some(&(caller, _)) = self.open.last() {
            self.lower(caller, low);
        }
        if self.met.get(function as usize) == Some(&low) {
            self.close(function);
        }
    }

    /// All functions above `first` on the stack are one circle with it.
    fn close(&mut self, first: u32) {
        let (cycle, mut size) = (self.found.size.len() as u32, 0);
        while let Some(member) = self.stack.pop() {
            size += 1;
            if let Some(of) = self.found.of.get_mut(member as usize) {
                *of = cycle;
            }
            if member == first {
                break;
            }
        }
        self.found.size.push(size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(functions: usize, edges: &[(u32, u32)]) -> Cycles {
        let (caller, callee): (Vec<u32>, Vec<u32>) = edges.iter().copied().unzip();
        Cycles::find(functions, &Adjacency::new(functions, &caller), &callee)
    }

    #[test]
    fn circles_are_told_from_chains() {
        let cycles = find(6, &[(0, 1), (1, 2), (2, 1), (2, 3), (3, 3), (0, 3), (4, 0)]);
        assert_eq!(cycles.of(1), cycles.of(2));
        assert_eq!(cycles.size(cycles.of(1)), 2);
        let alone = [0, 3, 4, 5].map(|function| cycles.size(cycles.of(function)));
        assert_eq!((alone, cycles.size.len()), ([1; 4], 5));
    }

    #[test]
    fn a_chain_of_a_million_and_a_circle_of_a_million_need_no_recursion() {
        let chain: Vec<(u32, u32)> = (0..999_999).map(|n| (n, n + 1)).collect();
        assert_eq!(find(1_000_000, &chain).size.len(), 1_000_000);
        let circle: Vec<(u32, u32)> = (0..1_000_000).map(|n| (n, (n + 1) % 1_000_000)).collect();
        assert_eq!(find(1_000_000, &circle).size, [1_000_000]);
    }
}

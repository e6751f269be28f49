//! Verdicts on simulated recordings: samples drawn from a profile with few large and many small functions. What differs by chance alone is
//! hardly ever called a change, and what really changed is found as often as `docs/profile-statistics.md` says.

use std::sync::Arc;
use std::time::Instant;

use tachograph::jobs::{Cancel, Progress};
use tachograph::profile::compare::statistics::{Verdict, samples_for};
use tachograph::profile::compare::{Comparison, DiffTree, Layout, Merged, Options, Sides};
use tachograph::profile::{Frames, FunctionId, Functions, Grouping, Groups, Interner, Profile, SampleType, Shape, StacksBuilder};

const FUNCTIONS: usize = 200;
const PAIRS: usize = 200;
const SAMPLES: usize = 50_000;
/// The function that changes holds so much of the whole.
const WATCHED: f64 = 0.1;

/// The same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        // SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A program: what part of its time each function takes itself. The first is the watched one, the others have a long tail.
struct Program {
    profile: Profile,
    weights: Vec<f64>,
}

impl Program {
    fn new() -> Self {
        let text: String = (0..FUNCTIONS).map(|n| format!("main;part{};f{n} 1\n", n % 10)).collect();
        let tail: Vec<f64> = (1..FUNCTIONS).map(|n| 1.0 / (n as f64).powf(1.1)).collect();
        let sum: f64 = tail.iter().sum();
        let weights = std::iter::once(WATCHED).chain(tail.iter().map(|weight| weight / sum * (1.0 - WATCHED))).collect();
        Self { profile: crate::profiles::parse(text.as_bytes(), "x.folded").expect("valid"), weights }
    }

    /// The same with the watched function taking this many times as much.
    fn changed(&self, factor: f64) -> Vec<f64> {
        let mut weights = self.weights.clone();
        weights[0] *= factor;
        weights
    }

    /// A recording: samples drawn one by one.
    fn record(&self, weights: &[f64], samples: usize, random: &mut Random) -> Arc<Profile> {
        let mut sum = 0.0;
        let bounds: Vec<f64> = weights
            .iter()
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        let mut counts = vec![0_i64; weights.len()];
        for _ in 0..samples {
            let drawn = random.next() * sum;
            counts[bounds.partition_point(|bound| *bound <= drawn).min(weights.len() - 1)] += 1;
        }
        let mut profile = self.profile.clone();
        profile.samples.values = vec![counts];
        Arc::new(profile)
    }
}

/// Whether the watched function was found, and how many others were called changed.
fn judge(sides: &Sides, normalised: bool) -> (bool, usize) {
    let merged =
        Merged::new(sides, Options { normalised, ..Options::default() }, &Cancel::new(), &Progress::new()).expect("comparable");
    let groups = Groups::new(&merged.profile, Grouping::Name);
    let table = Comparison::new(&merged, &groups, &Cancel::new()).expect("not cancelled");
    let called = |judged: Verdict| judged == Verdict::MoreThanChance;
    let is_watched = |group| groups.name(&merged.profile, group) == "f0";
    let found = table.rows.iter().any(|row| is_watched(row.group) && called(row.self_judged.verdict));
    let others = table.rows.iter().filter(|row| !is_watched(row.group));
    let alarms = others.filter(|row| called(row.self_judged.verdict) || called(row.total_judged.verdict)).count();
    (found, alarms)
}

/// In how many of so many pairs the watched function was found, and in how many another one was called changed.
fn simulate(pairs: usize, runs: usize, sizes: [usize; 2], factor: f64, normalised: bool, seed: u64) -> (usize, usize) {
    let (program, mut random) = (Program::new(), Random(seed));
    let changed = program.changed(factor);
    let (mut found, mut alarmed) = (0, 0);
    for _ in 0..pairs {
        let mut side = |weights: &[f64], size: usize| (0..runs).map(|_| program.record(weights, size, &mut random)).collect();
        let sides = Sides { new: side(&changed, sizes[0]), base: side(&program.weights, sizes[1]) };
        let (one, others) = judge(&sides, normalised);
        found += usize::from(one);
        alarmed += usize::from(others > 0);
    }
    println!("{pairs} pairs of {runs} × {sizes:?}, factor {factor}, normalised {normalised}: found {found}, alarmed {alarmed}");
    (found, alarmed)
}

#[test]
fn noise_is_hardly_ever_called_a_change() {
    for (seed, normalised) in [(1, false), (2, true)] {
        let (found, alarmed) = simulate(PAIRS, 1, [SAMPLES; 2], 1.0, normalised, seed);
        assert!((found + alarmed) * 100 < PAIRS * 5, "{found} + {alarmed} of {PAIRS}");
    }
}

#[test]
fn noise_of_small_and_unlike_recordings_neither() {
    for (seed, sizes) in [(3, [300, 300]), (4, [500, 20_000]), (5, [5_000, 5_000])] {
        let (found, alarmed) = simulate(PAIRS, 1, sizes, 1.0, true, seed);
        assert!((found + alarmed) * 100 < PAIRS * 5, "{sizes:?}: {found} + {alarmed} of {PAIRS}");
    }
}

#[test]
fn noise_of_several_runs_neither() {
    for (seed, runs) in [(6, 3), (7, 5)] {
        let (found, alarmed) = simulate(PAIRS, runs, [5_000; 2], 1.0, false, seed);
        assert!((found + alarmed) * 100 < PAIRS * 5, "{runs} runs: {found} + {alarmed} of {PAIRS}");
    }
}

/// The rates that `docs/profile-statistics.md` tells, over so many pairs that they are no luck.
#[test]
#[ignore = "takes a while; for measuring"]
fn rates_over_many_pairs() {
    for (seed, size) in [(101, 300), (102, 5_000), (103, SAMPLES)] {
        for normalised in [false, true] {
            simulate(1000, 1, [size; 2], 1.0, normalised, seed);
        }
    }
    for (runs, samples) in [(1, SAMPLES), (1, 2 * SAMPLES), (1, 125_000), (5, SAMPLES), (6, SAMPLES)] {
        for normalised in [false, true] {
            simulate(PAIRS, runs, [samples * 1005 / 1000, samples], 1.05, normalised, 200 + runs as u64);
        }
    }
    for (factor, normalised) in [(1.1, false), (1.1, true), (1.08, false), (1.2, false)] {
        let grown = SAMPLES + (SAMPLES as f64 * WATCHED * (factor - 1.0)) as usize;
        simulate(PAIRS, 1, [grown, SAMPLES], factor, normalised, 300);
    }
}

/// The function takes as much more as 5 % of the whole program: from 10 to 15.
#[test]
fn a_change_by_five_percent_of_the_whole_is_found() {
    for (seed, normalised) in [(11, false), (12, true)] {
        let (found, alarmed) = simulate(PAIRS, 1, [SAMPLES * 105 / 100, SAMPLES], 1.5, normalised, seed);
        assert!(found * 100 >= PAIRS * 80, "{found} of {PAIRS}, {alarmed} alarms");
    }
}

/// The function takes 5 % more of itself. The figures are those of the table in `docs/profile-statistics.md`.
#[test]
fn a_change_by_five_percent_of_the_function_needs_more_samples() {
    let with = |runs, samples: usize, seed| simulate(PAIRS, runs, [samples * 1005 / 1000, samples], 1.05, false, seed).0;
    let once = with(1, SAMPLES, 21);
    assert!((PAIRS * 20 / 100..PAIRS * 50 / 100).contains(&once), "{once}: none that cries wolf as seldom does much better");
    let enough = samples_for(5.0, WATCHED).expect("can be told") as usize;
    let found = with(1, enough, 22);
    assert!(found * 100 >= PAIRS * 75, "{found} of {PAIRS} at {enough} samples");
}

/// Six recordings of 50,000 samples on each side.
#[test]
fn several_runs_find_it() {
    let (found, _) = simulate(PAIRS / 2, 6, [SAMPLES * 1005 / 1000, SAMPLES], 1.05, false, 31);
    assert!(found * 100 >= PAIRS / 2 * 80, "{found} of {}", PAIRS / 2);
}

/// A profile of mostly distinct stacks.
fn large(stacks: usize, depth: u32, seed: u64) -> Profile {
    let (mut interner, mut random) = (Interner::default(), Random(seed));
    let mut profile = Profile::default();
    let (mut functions, mut frames) = (Functions::default(), Frames::default());
    for n in 0..5_000 {
        let name = interner.intern(&format!("function {n}")).expect("room");
        functions.push(name, Default::default(), Default::default(), 0).expect("room");
        frames.push(FunctionId(n), 0, 0, false).expect("room");
    }
    let mut builder = StacksBuilder::default();
    for _ in 0..stacks {
        for level in 0..depth {
            let choices = if level < 4 { 8.0 } else { 5_000.0 };
            builder.push(tachograph::profile::FrameId((random.next() * choices) as u32));
        }
        let stack = builder.finish_stack().expect("room");
        profile.samples.stack.push(stack);
    }
    profile.samples.values = vec![vec![10; stacks]];
    profile.sample_types =
        vec![SampleType { name: interner.intern("cpu").expect("room"), unit: interner.intern("ns").expect("room") }];
    (profile.strings, profile.functions, profile.frames) = (interner.finish().into(), functions.into(), frames.into());
    profile.stacks = builder.finish().into();
    profile
}

/// Two profiles of 4.7 million nodes each; prints how long each step takes.
#[test]
#[ignore = "takes a while; for measuring"]
fn large_profiles_are_compared_in_time() {
    let sides = Sides::pair(large(390_000, 16, 1).into(), large(390_000, 16, 2).into());
    let (cancel, progress) = (Cancel::new(), Progress::new());
    let started = Instant::now();
    let merged = Merged::new(&sides, Options::default(), &cancel, &progress).expect("comparable");
    println!("merged after {:?}", started.elapsed());
    let groups = Groups::new(&merged.profile, Grouping::Name);
    let table = Comparison::new(&merged, &groups, &cancel).expect("done");
    println!("table of {} rows after {:?}", table.rows.len(), started.elapsed());
    for shape in [Shape::TopDown, Shape::BottomUp] {
        let started = Instant::now();
        let tree = DiffTree::new(&merged, &groups, shape, Layout::New, &cancel).expect("done");
        println!("{shape:?}: {} nodes after {:?}", tree.tree.len(), started.elapsed());
        let started = Instant::now();
        drop(tree.laid_out(Layout::Larger, &cancel).expect("done"));
        println!("laid out anew in {:?}", started.elapsed());
    }
}

//! What a series did within a piece of time.

/// What a series did within a piece of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Where the piece begins: milliseconds since 1970-01-01 UTC.
    pub start: i64,
    /// The smallest value.
    pub min: f32,
    /// The mean over the time that was measured.
    pub mean: f32,
    /// The largest value.
    pub max: f32,
    /// How many seconds were measured.
    pub seconds: f32,
}

impl Bucket {
    /// A value that was measured for so many seconds. `None` where it is no number.
    pub fn of(start: i64, value: f32, seconds: f32) -> Option<Self> {
        value.is_finite().then_some(Self { start, min: value, mean: value, max: value, seconds: seconds.max(0.001) })
    }
}

/// Gathers buckets, and samples as buckets, into one.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    min: f32,
    max: f32,
    weighted: f64,
    seconds: f64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { min: f32::INFINITY, max: f32::NEG_INFINITY, weighted: 0.0, seconds: 0.0 }
    }
}

impl Sum {
    /// Takes one in.
    pub fn add(&mut self, bucket: &Bucket) {
        self.min = self.min.min(bucket.min);
        self.max = self.max.max(bucket.max);
        self.weighted += f64::from(bucket.mean) * f64::from(bucket.seconds);
        self.seconds += f64::from(bucket.seconds);
    }

    /// All that was taken in, as the bucket that begins there; `None` when there was nothing.
    pub fn bucket(&self, start: i64) -> Option<Bucket> {
        let mean = (self.seconds > 0.0).then(|| (self.weighted / self.seconds) as f32)?;
        // Rounding must not put the mean outside of what it is the mean of.
        Some(Bucket { start, min: self.min, mean: mean.clamp(self.min, self.max), max: self.max, seconds: self.seconds as f32 })
    }
}

/// Buckets, in the order of time, folded into coarser ones of `width` milliseconds.
pub fn folded(buckets: &[Bucket], width: i64) -> Vec<Bucket> {
    let mut coarse = Vec::new();
    let mut open: Option<(i64, Sum)> = None;
    for bucket in buckets {
        let start = bucket.start.div_euclid(width) * width;
        if let Some((at, sum)) = open.filter(|(at, _)| *at != start) {
            coarse.extend(sum.bucket(at));
            open = None;
        }
        open.get_or_insert((start, Sum::default())).1.add(bucket);
    }
    coarse.extend(open.and_then(|(at, sum)| sum.bucket(at)));
    coarse
}

/// `old` with the buckets of `new` in their places; both in the order of time.
pub fn merged(old: &[Bucket], new: &[Bucket]) -> Vec<Bucket> {
    let mut all: Vec<Bucket> = Vec::with_capacity(old.len() + new.len());
    let mut rest = old.iter().peekable();
    for bucket in new {
        while let Some(before) = rest.next_if(|kept| kept.start < bucket.start) {
            all.push(*before);
        }
        while rest.next_if(|kept| kept.start == bucket.start).is_some() {}
        all.push(*bucket);
    }
    all.extend(rest);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(start: i64, value: f32, seconds: f32) -> Bucket {
        Bucket::of(start, value, seconds).expect("a number")
    }

    #[test]
    fn means_are_of_the_time_that_was_measured() {
        let fine = [of(0, 10.0, 1.0), of(1000, 40.0, 2.0), of(10_000, 5.0, 1.0)];
        let coarse = folded(&fine, 10_000);
        assert_eq!(coarse[0], Bucket { start: 0, min: 10.0, mean: 30.0, max: 40.0, seconds: 3.0 });
        assert_eq!(coarse[1], of(10_000, 5.0, 1.0));
        assert_eq!(folded(&coarse, 60_000)[0], Bucket { start: 0, min: 5.0, mean: 23.75, max: 40.0, seconds: 4.0 });
        assert!(Bucket::of(0, f32::NAN, 1.0).is_none() && folded(&[], 10).is_empty());
    }

    #[test]
    fn what_is_written_later_takes_the_place_of_what_was_there() {
        let old = [of(0, 1.0, 1.0), of(2000, 2.0, 1.0), of(3000, 3.0, 1.0)];
        let all = merged(&old, &[of(1000, 9.0, 1.0), of(2000, 8.0, 1.0), of(9000, 7.0, 1.0)]);
        let told: Vec<_> = all.iter().map(|bucket| (bucket.start, bucket.mean)).collect();
        assert_eq!(told, [(0, 1.0), (1000, 9.0), (2000, 8.0), (3000, 3.0), (9000, 7.0)]);
    }
}

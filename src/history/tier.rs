//! How fine what lies how far back is kept.

use super::bucket::Bucket;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// One fineness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Seconds, for a day.
    Second,
    /// Ten seconds, for a week.
    TenSeconds,
    /// Minutes, for 90 days.
    Minute,
    /// Hours, for ever.
    Hour,
}

impl Tier {
    /// All, the finest first.
    pub const ALL: [Self; 4] = [Self::Second, Self::TenSeconds, Self::Minute, Self::Hour];
    /// The stretch of time whose samples are folded at once: that of one block of the finest tier, in milliseconds.
    pub(super) const SPAN: i64 = Self::Second.block();

    /// Length of a bucket in milliseconds.
    pub const fn width(self) -> i64 {
        match self {
            Self::Second => SECOND,
            Self::TenSeconds => 10 * SECOND,
            Self::Minute => MINUTE,
            Self::Hour => HOUR,
        }
    }

    /// Length of the stretch of time that one row holds, in milliseconds: a multiple of that of the finer tier.
    pub(super) const fn block(self) -> i64 {
        match self {
            Self::Second => 10 * MINUTE,
            Self::TenSeconds => HOUR,
            Self::Minute => 6 * HOUR,
            Self::Hour => 15 * DAY,
        }
    }

    /// How long it is kept, in milliseconds; `None`: for ever.
    pub const fn keep(self) -> Option<i64> {
        match self {
            Self::Second => Some(DAY),
            Self::TenSeconds => Some(7 * DAY),
            Self::Minute => Some(90 * DAY),
            Self::Hour => None,
        }
    }

    /// Buckets in a block.
    pub(super) const fn buckets(self) -> usize {
        (self.block() / self.width()) as usize
    }

    /// Its number in the database.
    pub(super) const fn id(self) -> i64 {
        match self {
            Self::Second => 0,
            Self::TenSeconds => 1,
            Self::Minute => 2,
            Self::Hour => 3,
        }
    }

    /// Where the block begins that has this moment.
    pub(super) const fn block_of(self, at: i64) -> i64 {
        at.div_euclid(self.block()) * self.block()
    }

    /// Where the bucket begins that has this moment.
    pub(super) const fn bucket_of(self, at: i64) -> i64 {
        at.div_euclid(self.width()) * self.width()
    }

    /// The next coarser one; `None` for the coarsest.
    pub(super) fn coarser(self) -> Option<Self> {
        Self::ALL.into_iter().find(|coarser| *coarser > self)
    }

    /// The one whose buckets have this length in milliseconds.
    pub fn of_width(width: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.width() == width)
    }

    /// Whether a bucket of this fineness has something from `from` up to `to`.
    pub(super) fn overlaps(self, bucket: &Bucket, from: i64, to: i64) -> bool {
        bucket.start < to && bucket.start.saturating_add(self.width()) > from
    }

    /// The fineness for a stretch of time that is shown on so many pixels: the coarsest that still has a bucket for every other pixel, of
    /// those that reach back to its beginning.
    pub(super) fn for_stretch(from: i64, to: i64, pixels: usize, now: i64) -> Self {
        let length = to.saturating_sub(from).max(1);
        let is_fine = |tier: &Self| length / tier.width() >= (pixels / 2).max(1) as i64;
        let is_kept = |tier: &Self| tier.keep().is_none_or(|keep| now.saturating_sub(keep) <= from);
        let fine = Self::ALL.into_iter().rev().find(is_fine).unwrap_or(Self::Second);
        Self::ALL.into_iter().filter(|tier| *tier >= fine).find(is_kept).unwrap_or(Self::Hour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_nest_and_have_whole_buckets() {
        for pair in Tier::ALL.windows(2) {
            let [fine, coarse] = pair else { panic!("two") };
            assert_eq!(coarse.block() % fine.block(), 0);
            assert_eq!(coarse.width() % fine.width(), 0);
            assert_eq!(fine.block() % fine.width(), 0);
        }
        assert_eq!(Tier::SPAN % Tier::Minute.width(), 0, "a span has whole buckets of all tiers but hours");
        assert_eq!(Tier::ALL.map(Tier::buckets), [600, 360, 360, 360]);
        assert_eq!((Tier::Minute.bucket_of(-1), Tier::Minute.bucket_of(60_000)), (-60_000, 60_000));
    }

    #[test]
    fn the_fineness_follows_the_pixels_and_what_is_kept() {
        let now = 1_800_000_000_000;
        let tier = |back: i64, length: i64| Tier::for_stretch(now - back, now - back + length, 1000, now);
        assert_eq!(tier(10 * MINUTE, 10 * MINUTE), Tier::Second);
        assert_eq!(tier(HOUR, HOUR), Tier::Second);
        assert_eq!(tier(DAY, DAY), Tier::Minute);
        assert_eq!(tier(7 * DAY, 7 * DAY), Tier::Minute);
        assert_eq!(tier(30 * DAY, 30 * DAY), Tier::Hour);
        assert_eq!(tier(365 * DAY, 365 * DAY), Tier::Hour);
        assert_eq!(tier(2 * DAY, HOUR), Tier::TenSeconds, "seconds are kept for a day");
        assert_eq!(tier(200 * DAY, HOUR), Tier::Hour);
    }
}

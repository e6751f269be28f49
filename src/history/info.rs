//! What is kept: of what, from when to when, how fine.

use super::blocks::Folded;
use super::bucket::Bucket;
use super::error::HistoryError;
use super::reader::Archive;
use super::tier::Tier;

/// What is kept. Moments are milliseconds since 1970-01-01 UTC, those of the bucket that begins there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Info {
    /// Bytes that the database has.
    pub bytes: u64,
    /// All series, by name.
    pub series: Vec<SeriesInfo>,
    /// All finenesses that there is something of, the finest first.
    pub tiers: Vec<TierInfo>,
    /// The first and the last minute of which the processes are kept.
    pub processes: Option<(i64, i64)>,
}

/// A series that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesInfo {
    /// Its name.
    pub name: String,
    /// When the first thing was measured.
    pub first: i64,
    /// When the last was.
    pub last: i64,
}

/// How far back one fineness reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierInfo {
    /// The fineness.
    pub tier: Tier,
    /// The first moment that is kept so finely.
    pub first: i64,
    /// The last.
    pub last: i64,
    /// Bytes of its rows in the database.
    pub bytes: u64,
}

impl Info {
    /// The first and the last moment of all. `None` while nothing is kept.
    pub fn span(&self) -> Option<(i64, i64)> {
        let first = self.series.iter().map(|series| series.first).min();
        first.zip(self.series.iter().map(|series| series.last).max())
    }
}

impl Archive {
    /// What is kept now.
    ///
    /// # Errors
    /// When there is no history, or it cannot be read.
    pub fn info(&self) -> Result<Info, HistoryError> {
        let database = self.opened()?;
        database.reading(|_| {
            let folded = Folded::new(&database)?;
            let mut series: Vec<(String, u32)> = database.series()?.into_iter().collect();
            series.sort();
            let mut info = Info { bytes: database.bytes()?, ..Info::default() };
            let mut tiers: [Option<(i64, i64)>; 4] = [None; 4];
            for (name, number) in series {
                let ends = Tier::ALL.into_iter().map(|tier| folded.ends(tier, number)).collect::<Result<Vec<_>, _>>()?;
                for (whole, ends) in tiers.iter_mut().zip(&ends) {
                    *whole = wider(*whole, ends.map(|(first, last)| (first.start, last.start)));
                }
                info.series.extend(ends_of_all(&ends).map(|(first, last)| SeriesInfo { name, first, last }));
            }
            for (tier, ends) in Tier::ALL.into_iter().zip(tiers) {
                let Some((first, last)) = ends else { continue };
                info.tiers.push(TierInfo { tier, first, last, bytes: database.tier_bytes(tier)? });
            }
            info.processes = database.process_span()?;
            Ok(info)
        })
    }
}

fn wider(whole: Option<(i64, i64)>, part: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (whole, part) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (whole, part) => whole.or(part),
    }
}

/// The first and the last moment over all finenesses, the finest first: of the first bucket as finely as it is known.
fn ends_of_all(ends: &[Option<(Bucket, Bucket)>]) -> Option<(i64, i64)> {
    let firsts = || Tier::ALL.into_iter().zip(ends).filter_map(|(tier, ends)| Some((tier, ends.as_ref()?.0.start)));
    let earliest = firsts().map(|(_, first)| first).min()?;
    let coarsest = firsts().filter(|(_, first)| *first == earliest).map(|(tier, _)| tier).max()?;
    let first = firsts().map(|(_, first)| first).find(|first| *first - earliest < coarsest.width()).unwrap_or(earliest);
    let last = ends.iter().flatten().map(|(_, last)| last.start).max()?;
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_moment_is_told_as_finely_as_it_is_known() {
        let of = |start: i64| Bucket { start, min: 0.0, mean: 0.0, max: 0.0, seconds: 1.0 };
        let ends = |first: i64, last: i64| Some((of(first), of(last)));
        // A history that began at 00:17:05.
        let young = [ends(1_025_000, 1_900_000), ends(1_020_000, 1_900_000), ends(1_020_000, 1_860_000), ends(0, 0)];
        assert_eq!(ends_of_all(&young), Some((1_025_000, 1_900_000)));
        let old = [ends(90_000_000, 99_000_000), None, ends(7_200_000, 98_940_000), ends(3_600_000, 97_200_000)];
        assert_eq!(ends_of_all(&old), Some((3_600_000, 99_000_000)));
        assert_eq!(ends_of_all(&[None; 4]), None);
        assert_eq!(wider(Some((3, 5)), Some((4, 9))), Some((3, 9)));
    }
}

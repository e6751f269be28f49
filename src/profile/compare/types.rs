//! Which sample types of two profiles are compared, and in which unit.

use super::super::model::Profile;
use super::super::units::{in_smallest, is_bytes, is_time};
use super::{CompareError, Options, Sides};

/// What is compared of each profile, the newer ones first.
pub(super) struct Chosen {
    /// Row of the sample types of each profile, and what its values are multiplied with to be in `unit`.
    pub(super) types: Vec<(usize, f64)>,
    /// Name of what is compared, of the newer side.
    pub(super) name: String,
    /// The finest unit that any of them uses.
    pub(super) unit: String,
    /// What to know about the choice, whole sentences.
    pub(super) notes: Vec<String>,
}

/// What kind of amount a unit is of. Amounts of one kind can be converted into each other.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Amount {
    Time,
    Bytes,
    Count,
    Other(String),
}

fn amount(unit: &str) -> Amount {
    match unit.to_lowercase().as_str() {
        unit if is_time(unit) => Amount::Time,
        unit if is_bytes(unit) => Amount::Bytes,
        "" | "count" | "counts" | "sample" | "samples" | "object" | "objects" | "unit" => Amount::Count,
        other => Amount::Other(other.trim_end_matches('s').to_owned()),
    }
}

/// Names are the same when they differ in case or a final s only, as `go tool pprof` has it.
fn is_same_name(a: &str, b: &str) -> bool {
    a.to_lowercase().trim_end_matches('s') == b.to_lowercase().trim_end_matches('s')
}

/// Whether shares of the two can be compared although their units cannot: samples count time.
fn is_time_counted(new: (&str, &str), base: (&str, &str)) -> bool {
    let one_way = |a: (&str, &str), b: (&str, &str)| is_time(a.1) && amount(b.1) == Amount::Count && is_same_name(b.0, "samples");
    one_way(new, base) || one_way(base, new)
}

/// Whether units can be converted into each other.
fn is_one_kind(new: (&str, &str), base: (&str, &str), normalised: bool) -> bool {
    amount(new.1) == amount(base.1) || normalised && is_time_counted(new, base)
}

/// Whether two types go together though nobody chose them: counts of samples are no counts of objects.
fn goes_with(new: (&str, &str), base: (&str, &str), normalised: bool) -> bool {
    let plain = |name: &str| ["", "sample", "samples", "count", "counts"].contains(&name.to_lowercase().as_str());
    let is_same_count = is_same_name(new.0, base.0) || plain(new.0) && plain(base.0);
    is_one_kind(new, base, normalised) && (amount(new.1) != Amount::Count || amount(base.1) != Amount::Count || is_same_count)
}

/// Chooses the sample types.
pub(super) fn choose(sides: &Sides, options: Options) -> Result<Chosen, CompareError> {
    let (Some(first), Some(other)) = (sides.new.first(), sides.base.first()) else { return Err(CompareError::NoProfile) };
    let (new_type, base_type) = pair(first, other, options)?;
    let (new, base) = (first.sample_type(new_type), other.sample_type(base_type));
    let types = sides.new.iter().map(|profile| like(profile, first, new_type, options.normalised));
    let types = types.chain(sides.base.iter().map(|profile| like(profile, other, base_type, options.normalised)));
    let types = types.collect::<Result<Vec<_>, _>>()?;
    let unit = finest(sides, &types);
    let mut notes = Vec::new();
    if !is_same_name(new.0, base.0) {
        notes.push(format!("Compared are {} of the newer side and {} of the older one.", described(new), described(base)));
    }
    let types = types.iter().zip(sides.all()).map(|(&row, profile)| (row, factor(profile.sample_type(row).1, &unit)));
    Ok(Chosen { types: types.collect(), name: new.0.to_owned(), unit, notes })
}

/// The sample types of two profiles that go together.
fn pair(new: &Profile, base: &Profile, options: Options) -> Result<(usize, usize), CompareError> {
    let fits = |n: usize, b: usize| goes_with(new.sample_type(n), base.sample_type(b), options.normalised);
    let found = match (options.new_type, options.base_type) {
        (Some(n), Some(b)) => is_one_kind(new.sample_type(n), base.sample_type(b), options.normalised).then_some((n, b)),
        (Some(n), None) => partner(new, n, base, fits).map(|b| (n, b)),
        (None, Some(b)) => partner(base, b, new, |b, n| fits(n, b)).map(|n| (n, b)),
        (None, None) => free_choice(new, base, fits),
    };
    found.ok_or_else(|| {
        let n = options.new_type.unwrap_or(new.default_sample_type);
        let b = options.base_type.unwrap_or(base.default_sample_type);
        let (new, base) = (new.sample_type(n), base.sample_type(b));
        let shares_help = !options.normalised && is_time_counted(new, base);
        CompareError::DifferentKinds { new: described(new), base: described(base), shares_help }
    })
}

/// First what a profile shows by itself, then what both have by name, then what is of one kind.
fn free_choice(new: &Profile, base: &Profile, fits: impl Fn(usize, usize) -> bool + Copy) -> Option<(usize, usize)> {
    let named = |n: usize| same_name(new, n, base).filter(|&b| fits(n, b)).map(|b| (n, b));
    let shown = new.default_sample_type;
    let by_name = || (0..new.sample_types.len()).find_map(named);
    let by_kind =
        || std::iter::once(shown).chain(0..new.sample_types.len()).find_map(|n| partner(new, n, base, fits).map(|b| (n, b)));
    named(shown).or_else(by_name).or_else(by_kind)
}

/// What goes with a sample type: the one of its name, else the one that is shown, else the first of its kind.
fn partner(of: &Profile, row: usize, other: &Profile, fits: impl Fn(usize, usize) -> bool) -> Option<usize> {
    let shown = std::iter::once(other.default_sample_type).filter(|&shown| shown < other.sample_types.len());
    let order = same_name(of, row, other).into_iter().chain(shown).chain(0..other.sample_types.len());
    order.into_iter().find(|&candidate| fits(row, candidate))
}

fn same_name(of: &Profile, row: usize, other: &Profile) -> Option<usize> {
    let wanted = of.sample_type(row).0;
    (0..other.sample_types.len()).find(|&candidate| is_same_name(other.sample_type(candidate).0, wanted))
}

/// The sample type of a further run that goes with that of the first.
fn like(profile: &Profile, first: &Profile, row: usize, normalised: bool) -> Result<usize, CompareError> {
    if std::ptr::eq(profile, first) {
        return Ok(row);
    }
    let fits = |row: usize, other: usize| goes_with(first.sample_type(row), profile.sample_type(other), normalised);
    partner(first, row, profile, fits).ok_or_else(|| CompareError::DifferentKinds {
        new: described(first.sample_type(row)),
        base: described(profile.sample_type(profile.default_sample_type)),
        shares_help: false,
    })
}

/// The unit of the smallest steps; of what cannot be converted that of the first.
fn finest(sides: &Sides, types: &[usize]) -> String {
    let units = sides.all().zip(types).map(|(profile, &row)| profile.sample_type(row).1);
    let size = |unit: &str| in_smallest(unit).unwrap_or(f64::INFINITY);
    units.min_by(|a, b| size(a).total_cmp(&size(b))).unwrap_or_default().to_owned()
}

/// What values in `unit` are multiplied with to be in the finer `target`. Where there is no way, as between samples and time, the normalising
/// that such pairs need does it.
fn factor(unit: &str, target: &str) -> f64 {
    match (in_smallest(unit), in_smallest(target)) {
        (Some(from), Some(to)) => from / to,
        _ => 1.0,
    }
}

fn described((name, unit): (&str, &str)) -> String {
    match (name, unit) {
        ("", "") => "values without a name".into(),
        (name, "") => name.to_owned(),
        ("", unit) => unit.to_owned(),
        (name, unit) => format!("{name} ({unit})"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::with_types;
    use super::*;

    fn chosen(new: &[(&str, &str)], base: &[(&str, &str)], options: Options) -> Result<(usize, usize, String), CompareError> {
        let sides = Sides::pair(Arc::new(with_types(new)), Arc::new(with_types(base)));
        choose(&sides, options).map(|chosen| {
            let row = |at: usize| chosen.types.get(at).expect("two").0;
            (row(0), row(1), chosen.unit)
        })
    }

    #[test]
    fn types_go_together_by_name_then_by_kind() {
        let cpu = [("samples", "count"), ("cpu", "nanoseconds")];
        let plain = Options::default();
        assert_eq!(chosen(&cpu, &[("cpu", "ms"), ("wall", "ns")], plain), Ok((1, 0, "nanoseconds".into())));
        assert_eq!(chosen(&cpu, &[("samples", "count")], plain), Ok((0, 0, "count".into())));
        assert_eq!(chosen(&[("wall", "us")], &[("samples", "count"), ("time", "s")], plain), Ok((0, 1, "us".into())));
        assert_eq!(chosen(&cpu, &cpu, Options { new_type: Some(0), ..plain }), Ok((0, 0, "count".into())));
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        let plain = Options::default();
        let error = chosen(&[("cpu", "ns")], &[("inuse_space", "bytes")], plain).expect_err("time and bytes");
        let text = "The profiles measure different things: cpu (ns) on the newer side, inuse_space (bytes) on the older one";
        assert_eq!(error.to_string(), text);
        let heap = [("alloc_objects", "count"), ("inuse_space", "bytes")];
        assert!(chosen(&[("samples", "count"), ("cpu", "ns")], &heap, plain).is_err(), "samples are no objects");
        let error = chosen(&[("cpu", "ns")], &[("samples", "count")], plain).expect_err("time and samples");
        assert!(matches!(error, CompareError::DifferentKinds { shares_help: true, .. }));
        let shares = Options { normalised: true, ..plain };
        assert_eq!(chosen(&[("cpu", "ns")], &[("samples", "count")], shares), Ok((0, 0, "ns".into())));
        assert!(chosen(&[("cpu", "ns")], &[("bytes", "bytes")], shares).is_err());
    }
}

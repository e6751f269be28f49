//! Ranges of whole numbers, and the narrowest type that holds one.

use polars::prelude::DataType;

/// Smallest and largest value; `None` where there is none.
pub type Range = Option<(i64, i64)>;

/// The range that holds both.
#[inline]
pub fn spanning(one: Range, other: Range) -> Range {
    match (one, other) {
        (Some((low, high)), Some((other_low, other_high))) => Some((low.min(other_low), high.max(other_high))),
        (one, other) => one.or(other),
    }
}

/// A range that also holds `value`.
#[inline]
pub fn widened(range: Range, value: i64) -> Range {
    spanning(range, Some((value, value)))
}

/// The narrowest type for whole numbers of a range, and the bytes of a number.
pub fn narrowest(range: Range) -> (DataType, usize) {
    let (low, high) = range.unwrap_or((0, 0));
    macro_rules! fit {
        ($($native:ty, $kind:ident);*) => {
            $(if <$native>::try_from(low).is_ok() && <$native>::try_from(high).is_ok() {
                return (DataType::$kind, size_of::<$native>());
            })*
        };
    }
    fit!(u8, UInt8; i8, Int8; u16, UInt16; i16, Int16; u32, UInt32; i32, Int32);
    (DataType::Int64, size_of::<i64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_grow() {
        assert_eq!([7, -3, 5].into_iter().fold(None, widened), Some((-3, 7)));
        assert_eq!(spanning(None, Some((1, 2))), Some((1, 2)));
        assert_eq!(spanning(Some((5, 9)), Some((1, 6))), Some((1, 9)));
        assert_eq!(spanning(None, None), None);
    }

    #[test]
    fn each_type_ends_where_the_next_begins() {
        let cases = [
            (0, 255, DataType::UInt8, 1),
            (-1, 127, DataType::Int8, 1),
            (0, 256, DataType::UInt16, 2),
            (-1, 128, DataType::Int16, 2),
            (0, 65_536, DataType::UInt32, 4),
            (-32_769, 0, DataType::Int32, 4),
            (0, 1 << 32, DataType::Int64, 8),
            (-1, 1 << 31, DataType::Int64, 8),
        ];
        for (low, high, kind, bytes) in cases {
            assert_eq!(narrowest(Some((low, high))), (kind, bytes), "{low} {high}");
        }
        assert_eq!(narrowest(None), (DataType::UInt8, 1));
    }
}

//! Columns against looking at every value.

use super::*;

/// The column and the values it must hold, the first under the number `start`.
fn filled(start: u64, count: u64, numbers: &mut Numbers) -> (Column, Vec<f32>) {
    let mut column = Column::starting_at(start);
    let values: Vec<f32> = (0..count).map(|_| numbers.value()).collect();
    values.iter().for_each(|&value| column.push(value));
    (column, values)
}

fn compare(column: &Column, start: u64, values: &[f32], numbers: &mut Numbers) {
    let end = start + values.len() as u64;
    assert_eq!(column.range(), start..end);
    assert_eq!(column.extent(start..end), naive(values));
    for _ in 0..500 {
        let from = numbers.below(values.len() as u64 + 1);
        let to = from + numbers.below(values.len() as u64 - from + 1);
        let expected = naive(&values[from as usize..to as usize]);
        assert_eq!(column.extent(start + from..start + to), expected, "{from}..{to} from {start}");
    }
}

#[test]
fn agrees_with_looking_at_every_value() {
    let mut numbers = Numbers(1);
    for (start, count) in [(0, 1), (0, 7), (0, 8), (0, 9), (0, 64), (0, 513), (3, 5000), (511, 40_000)] {
        let (column, values) = filled(start, count, &mut numbers);
        compare(&column, start, &values, &mut numbers);
    }
}

#[test]
fn agrees_after_dropping_at_either_end() {
    let mut numbers = Numbers(2);
    let (mut column, mut values) = filled(5, 9000, &mut numbers);
    let mut start = 5;
    for _ in 0..40 {
        let front = numbers.below(60);
        column.drop_before(start + front);
        values.drain(..front as usize);
        start += front;
        let keep = values.len() as u64 - numbers.below(60);
        column.drop_from(start + keep);
        values.truncate(keep as usize);
        for _ in 0..numbers.below(50) {
            let value = numbers.value();
            column.push(value);
            values.push(value);
        }
        compare(&column, start, &values, &mut numbers);
    }
}

#[test]
fn dropping_all_and_more_leaves_it_usable() {
    let (mut column, _) = filled(10, 100, &mut Numbers(3));
    column.drop_from(4);
    assert_eq!((column.range(), column.extent(0..200)), (4..4, None));
    column.push(1.5);
    assert_eq!(column.extent(0..200), Some(Extent { min: 1.5, max: 1.5, last: 1.5 }));
    column.drop_before(900);
    assert_eq!(column.extent(0..1000), None);
}

#[test]
fn infinities_are_not_values() {
    let mut column = Column::starting_at(0);
    [f32::INFINITY, f32::NEG_INFINITY, 2.0].into_iter().for_each(|value| column.push(value));
    assert_eq!(column.extent(0..3), Some(Extent { min: 2.0, max: 2.0, last: 2.0 }));
    assert_eq!(column.get(0), None);
}

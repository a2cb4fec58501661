//! The numbers that a column of lines states, and nothing else of them: the twin of `paicha.kernel.stated`.

use crate::shape::Scanner;

/// What the variables at these places of each text are as numbers, eight bytes each; not a number where it is none. None
/// where the buffers hold no column of text.
pub fn numbers_of_column(
    offsets: &[u8],
    data: &[u8],
    first: usize,
    rows: usize,
    places: &[usize],
) -> Option<Vec<u8>> {
    let mut numbers = Vec::with_capacity(rows * places.len() * 8);
    let mut ends = offsets
        .get(first * 4..(first + rows + 1) * 4)?
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize);
    let mut scanner = Scanner::default();
    let mut start = ends.next()?;
    for end in ends {
        scanner.scan(std::str::from_utf8(data.get(start..end)?).ok()?);
        for place in places {
            let number = scanner.slots().get(*place).and_then(|slot| slot.number);
            let value = number.map_or(f64::NAN, |number| number.value);
            numbers.extend_from_slice(&value.to_ne_bytes());
        }
        start = end;
    }
    Some(numbers)
}

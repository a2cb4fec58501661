//! The numbers that a column of lines states, and nothing else of them: the twin of `paicha.kernel.stated`.

use crate::batch::Strings;
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
    let lines = Strings::new(offsets, data, first, rows)?;
    let mut numbers = Vec::with_capacity(rows * places.len() * 8);
    let mut scanner = Scanner::default();
    for row in 0..rows {
        scanner.scan(lines.get(row));
        for place in places {
            let number = scanner.slots().get(*place).and_then(|slot| slot.number);
            let value = number.map_or(f64::NAN, |number| number.value);
            numbers.extend_from_slice(&value.to_ne_bytes());
        }
    }
    Some(numbers)
}

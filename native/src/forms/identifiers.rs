//! Identifiers of lines of a form: at the same places, of whatever characters.

use memchr::memchr2_iter;
use wide::u8x16;

use crate::skeleton::{Identifier, LOWER, SHORTEST, UUID, kind};

/// Why a stretch is an identifier (`skeleton`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Why {
    /// A letter stands before a digit.
    Mixed,
    /// It follows `0x`.
    Prefixed,
    Uuid,
}

/// Where an identifier stands in each line of a form, and of which letters it may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    pub start: u16,
    end: u16,
    why: Why,
    is_lower: bool,
}

/// Return where the identifiers of a line stand; none: digits of it decide what is an identifier.
pub fn spots(line: &[u8], identifiers: &[Identifier]) -> Option<Vec<Spot>> {
    let of = |&(start, end, mark): &Identifier| {
        let why = if is_prefix(line, start.wrapping_sub(2)) {
            Why::Prefixed
        } else if end - start == UUID && line[start + SHORTEST] == b'-' {
            Why::Uuid
        } else {
            Why::Mixed
        };
        Spot { start: start as u16, end: end as u16, why, is_lower: mark == LOWER }
    };
    let spots: Vec<Spot> = identifiers.iter().map(of).collect();
    // Another line may have `0x` where this one has `1x`.
    let is_told = |at: usize| {
        let is_spot = |spot: &Spot| spot.why == Why::Prefixed && usize::from(spot.start) == at + 2;
        !may_be_prefix(line, at) || spots.iter().any(is_spot)
    };
    let mut prefixes = memchr2_iter(b'x', b'X', line).filter_map(|at| at.checked_sub(1));
    (prefixes.all(is_told) && spots.iter().all(|spot| spot.holds(line))).then_some(spots)
}

impl Spot {
    /// Whether a line, in which what stands around it is the same but for digits, holds an identifier there.
    pub fn holds(&self, line: &[u8]) -> bool {
        let Some(text) = line.get(self.start.into()..self.end.into()) else { return false };
        let Some(Kinds { digits, lower, upper, others }) = Kinds::of(text) else { return false };
        let letters = lower | upper;
        let is_of_case = if self.is_lower { upper == 0 } else { lower == 0 && upper != 0 };
        let behind = letters != 0 && digits >> letters.trailing_zeros() != 0;
        is_of_case
            && match self.why {
                Why::Mixed => others == 0 && behind,
                Why::Prefixed => others == 0 && is_prefix(line, usize::from(self.start) - 2),
                // Its dashes stand where those of the other line do.
                Why::Uuid => others == 4 && digits != 0,
            }
    }
}

/// Where a text has digits and hexadecimal letters of a case, as bits, and how many other bytes.
struct Kinds {
    digits: u64,
    lower: u64,
    upper: u64,
    others: u32,
}

/// Bytes that are looked at together.
const PIECE: usize = 16;

impl Kinds {
    /// Look at a text; none: it is too long.
    fn of(text: &[u8]) -> Option<Self> {
        let mut found = Self { digits: 0, lower: 0, upper: 0, others: 0 };
        if text.len() > u64::BITS as usize {
            return None;
        }
        if let Some(last) = text.last_chunk::<PIECE>() {
            for (at, piece) in text.chunks_exact(PIECE).enumerate() {
                found.add(PIECE * at, piece.try_into().unwrap_or(*last));
            }
            found.add(text.len() - PIECE, *last);
        } else {
            let mut piece = [0; PIECE];
            piece[..text.len()].copy_from_slice(text);
            found.add(0, piece);
        }
        let known = found.digits | found.lower | found.upper;
        found.others = text.len() as u32 - known.count_ones();
        Some(found)
    }

    /// Note what stands at a place; what was noted may be noted again.
    #[inline(always)]
    fn add(&mut self, at: usize, piece: [u8; PIECE]) {
        let all = u8x16::splat;
        let bytes = u8x16::new(piece);
        let bits = |first: u8, count: u8| {
            let above = bytes - all(first);
            u64::from(above.min(all(count - 1)).cmp_eq(above).move_mask() as u16) << at
        };
        self.digits |= bits(b'0', 10);
        self.lower |= bits(b'a', 6);
        self.upper |= bits(b'A', 6);
    }
}

/// Whether `0x` stands at a place.
fn is_prefix(line: &[u8], at: usize) -> bool {
    matches!(line.get(at..), Some([b'0', b'x' | b'X', ..]))
}

/// Whether a run of digits and letters begins at a place that follows `0x` but for its digit.
fn may_be_prefix(line: &[u8], at: usize) -> bool {
    let begins = at.checked_sub(1).is_none_or(|before| kind(line[before]) == 0);
    begins && matches!(line[at..], [b'0'..=b'9', b'x' | b'X', more, ..] if kind(more) != 0)
}

#[cfg(test)]
mod tests {
    use super::spots;
    use crate::skeleton::{identifiers, is_beside_digits, skeleton};

    /// Return what is an identifier in every line of the form of one.
    fn of(line: &str) -> Option<Vec<super::Spot>> {
        let line = line.as_bytes();
        let is = |digit: u8, letter: u8| digit.is_ascii_digit() && is_beside_digits(letter);
        let pairs =
            (1..line.len()).filter(|&at| is(line[at - 1], line[at]) || is(line[at], line[at - 1]));
        let mut found = Vec::new();
        identifiers(line, pairs, &mut found);
        spots(line, &found)
    }

    #[test]
    fn what_holds_is_an_identifier_by_its_skeleton() {
        let characters = ["0", "1", "a", "e", "A", "F", "g", "x", "-", ".", "é"];
        for line in [
            "iar 930d6eaf dear",
            "iar 930D6EAF dear",
            "at 0xd70820fe, mask 0x34",
            "[req-38101a0b-2096-447d-96ea-a692162415ae - -]",
            "node c1a2b3c4d5-17 up",
        ] {
            let spots = of(line).unwrap();
            assert!(!spots.is_empty());
            for spot in &spots {
                let places = usize::from(spot.start)..usize::from(spot.end);
                for at in places.filter(|&at| line.as_bytes()[at] != b'-') {
                    for character in characters {
                        let other = format!("{}{character}{}", &line[..at], &line[at + 1..]);
                        let expected = skeleton(other.as_bytes()) == skeleton(line.as_bytes());
                        assert_eq!(spot.holds(other.as_bytes()), expected, "{other}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_whose_digits_decide_what_is_an_identifier_has_no_form() {
        for line in ["size 1x80 of", "size 9X80", "0x", "7xg", "0xg1"] {
            assert_eq!(of(line).is_none(), line.len() > 2, "{line}");
        }
        assert_eq!(of("a resolution of 1920x1080 and 24x7"), of("no identifier"));
    }
}

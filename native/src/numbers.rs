//! Numbers of a line: read, in millionths, and in their bucket. Twin of `kernel.slots` and `kernel.quantiles`.

use std::ops::RangeInclusive;

/// A number, and it again in millionths rounded half to even: what sums are made of.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Number {
    pub value: f64,
    pub micros: i128,
}

const POWERS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Below this what a text says in millionths is also what the nearest binary number says.
const EXACT_BELOW: f64 = (1u64 << 31) as f64;

/// Return a number with a point as Python writes it once it has read it, but for a last `.0`.
pub fn as_python_writes(text: &str) -> String {
    // Both write the shortest digits that are read as the same number, and of these the nearest.
    text.parse::<f64>().map_or_else(|_| text.to_owned(), |number| number.to_string())
}

/// Read ASCII digits, at most 15 of them.
pub fn whole(digits: &[u8]) -> Number {
    let value = digits.iter().fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    Number { value: value as f64, micros: i128::from(value) * 1_000_000 }
}

/// Read a number without commas: sign, digits, point, exponent.
pub fn parse(text: &str) -> Option<Number> {
    if let Some(number) = short(text.as_bytes()) {
        return Some(number);
    }
    let value = text.parse::<f64>().ok()? + 0.0; // no negative zero
    // Larger ones are identifiers: nobody adds them up.
    let micros = if value.abs() < 1e15 { micros(value) } else { 0 };
    Some(Number { value, micros })
}

/// Read a number that may hold commas.
pub fn read(text: &[u8]) -> Option<Number> {
    short(text).or_else(|| parse(&std::str::from_utf8(text).ok()?.replace(',', "")))
}

/// At most 15 digits, at most six of them behind the point, no exponent: exact in one division.
fn short(text: &[u8]) -> Option<Number> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.len() > 16 {
        return None;
    }
    let (mut all, mut count, mut behind, mut point) = (0i64, 0usize, 0usize, false);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                all = all * 10 + i64::from(byte - b'0');
                count += 1;
                behind += usize::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if count == 0 || count > 15 || behind > 6 {
        return None;
    }
    let size = all as f64 / POWERS[behind];
    if size >= EXACT_BELOW && behind > 0 {
        return None;
    }
    let scale = 10i64.pow(6 - behind as u32);
    let millionths = i128::from(all) * i128::from(scale);
    Some(if negative {
        Number { value: 0.0 - size, micros: -millionths }
    } else {
        Number { value: size, micros: millionths }
    })
}

/// A few digits of a text, all at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Digits {
    /// As a text of so many bytes, the first of which is the lowest.
    text: u64,
    length: u32,
}

impl Digits {
    /// How many they may be.
    pub const FEW: RangeInclusive<usize> = 1..=7;

    /// Read so many bytes of a text; none: they are too many, not all of them are digits, or the text ends near them.
    #[inline(always)]
    pub fn read(text: &[u8], length: usize) -> Option<Self> {
        let eight = u64::from_le_bytes(*text.first_chunk::<8>()?);
        if !Self::FEW.contains(&length) {
            return None;
        }
        let text = eight & (u64::MAX >> (64 - 8 * length));
        let digits = text ^ (0x3030_3030_3030_3030 & (u64::MAX >> (64 - 8 * length)));
        // What is above nine, or no digit at all, sets one of the four upper bits.
        let above = (digits.wrapping_add(0x0606_0606_0606_0606) | digits) & 0xf0f0_f0f0_f0f0_f0f0;
        (above == 0).then_some(Self { text, length: length as u32 })
    }

    /// Return the number that they are: neighbours are joined, then pairs, then fours.
    #[inline(always)]
    pub fn number(self) -> u32 {
        let digits = (self.text << (64 - 8 * self.length)) & 0x0f0f_0f0f_0f0f_0f0f;
        let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
        let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
        let high = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
        (low.wrapping_add(high) >> 32) as u32
    }

    /// Return the stable hash of the text that they are.
    #[inline(always)]
    pub fn rank(self) -> u64 {
        crate::hashing::stable_of_seven(self.text)
    }
}

/// Return a number below 10^15 in millionths, rounded half to even.
pub fn micros(number: f64) -> i128 {
    let bits = number.to_bits();
    let raised = ((bits >> 52) & 0x7ff) as i32;
    let mantissa = (bits & ((1 << 52) - 1)) | if raised == 0 { 0 } else { 1 << 52 };
    // number = mantissa * 2^-lowered
    let lowered = 1075 - raised.max(1);
    let scaled = u128::from(mantissa) * 1_000_000;
    let size = match lowered {
        ..=0 => scaled << -lowered,
        1..=127 => {
            let whole = scaled >> lowered;
            let rest = scaled & ((1 << lowered) - 1);
            let half = 1u128 << (lowered - 1);
            whole + u128::from(rest > half || (rest == half && whole % 2 == 1))
        }
        _ => 0,
    };
    if number < 0.0 { -(size as i128) } else { size as i128 }
}

/// Buckets between one power of two and the next.
const STEPS: i32 = 50;
/// Smaller magnitudes count as zero: 2^-40.
const SMALLEST: f64 = 1.0 / (1u64 << 40) as f64;
const SHIFT: i32 = 2001;

/// Return the bucket of a number.
pub fn bucket(number: f64) -> i32 {
    let size = number.abs();
    if size < SMALLEST {
        return 0;
    }
    let bits = size.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let fraction = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52)) - 1.0;
    let index = exponent * STEPS + (fraction * f64::from(STEPS)) as i32 + SHIFT;
    if number > 0.0 { index } else { -index }
}

#[cfg(test)]
mod tests {
    use super::{Digits, whole};
    use crate::hashing::stable;

    #[test]
    fn a_few_digits_are_the_number_and_the_text_that_they_are() {
        for text in ["0", "7", "10", "99", "007", "1234", "98765", "999999", "1234567", "9999999"] {
            let longer = format!("{text}x1234567");
            let digits = Digits::read(longer.as_bytes(), text.len()).unwrap();
            assert_eq!(f64::from(digits.number()), whole(text.as_bytes()).value);
            assert_eq!(digits.rank(), stable(text.as_bytes()));
        }
    }

    #[test]
    fn whatever_else_is_no_digits() {
        for byte in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit()) {
            for place in 0..7 {
                let mut text = *b"12345678";
                text[place] = byte;
                assert!(Digits::read(&text, 7).is_none());
                assert_eq!(Digits::read(&text, place).is_some(), place > 0);
            }
        }
        assert!(Digits::read(b"1234567", 7).is_none() && Digits::read(b"12345678", 8).is_none());
    }
}

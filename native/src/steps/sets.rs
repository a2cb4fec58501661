//! Sets of characters.

use super::{Answer, Watch};
use crate::classes;
use crate::routes::BEYOND;

/// Characters; beyond ASCII as ranges, and classes as bits.
#[derive(Clone, Debug)]
pub struct Set {
    /// A bit for each character.
    pub ascii: [u64; 2],
    pub ranges: Vec<(u32, u32)>,
    pub classes: u8,
    pub negated: bool,
    /// Whether it holds some hexadecimal digits and not others.
    pub parts: bool,
    /// Which digits it holds, as bits.
    pub digits: u16,
    /// Whether it holds every character.
    pub everything: bool,
}

/// Where the bits of so many characters from one on stand in a set: the half, how far, and a mask.
const fn bits(first: u8, many: u32) -> (usize, u32, u64) {
    (first as usize / 64, first as u32 % 64, (1 << many) - 1)
}

const DIGITS: (usize, u32, u64) = bits(b'0', 10);
const LOWER: (usize, u32, u64) = bits(b'a', 26);
const UPPER: (usize, u32, u64) = bits(b'A', 26);
const LOWER_HEX: (usize, u32, u64) = bits(b'a', 6);
const UPPER_HEX: (usize, u32, u64) = bits(b'A', 6);

/// All ten digits, as bits.
const ALL_DIGITS: u16 = 0x3ff;

impl Set {
    /// Whether an ASCII character is in the set.
    pub(super) fn takes(&self, byte: u8, at: usize, watch: &mut impl Watch) -> bool {
        watch.looked(at);
        let taken = self.has(byte);
        if self.parts && byte.is_ascii_hexdigit() {
            let alike = if taken { self.digits } else { !self.digits & ALL_DIGITS };
            watch.met(at, if matches!(alike, 0 | ALL_DIGITS) { 0 } else { alike });
        }
        taken
    }

    /// Whether it holds an ASCII character.
    fn has(&self, byte: u8) -> bool {
        self.ascii[usize::from(byte >> 6) & 1] >> (byte & 63) & 1 == 1
    }

    /// What it holds of some characters, as bits.
    fn held(&self, (half, shift, mask): (usize, u32, u64)) -> u64 {
        self.ascii[half] >> shift & mask
    }

    /// Note what it holds.
    pub(super) fn look(&mut self) {
        self.digits = self.held(DIGITS) as u16;
        let [digits, lower, upper] =
            [DIGITS, LOWER_HEX, UPPER_HEX].map(|some| self.held(some).count_ones());
        self.parts = !matches!((digits, lower, upper), (0, 0, 0) | (10, 6, 6));
        let all = self.ascii == [u64::MAX; 2];
        self.everything = all && self.negated && self.ranges.is_empty() && self.classes == 0;
    }

    /// Whether no character may be in this set and in another.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        let both = self.ascii[0] & other.ascii[0] | self.ascii[1] & other.ascii[1];
        both == 0 && self.beyond() & other.beyond() == 0
    }

    pub(super) fn holds(&self, char: char) -> Answer {
        let code = char as u32;
        let inside = if code < 128 {
            self.has(code as u8)
        } else {
            let listed = self.ranges.iter().any(|&(first, last)| first <= code && code <= last);
            let classed = !listed && self.classes != 0;
            match if classed { classes::of(char) } else { classes::ALL } {
                0 => return Answer::Unknown,
                class => (listed || class & self.classes != 0) != self.negated,
            }
        };
        if inside { Answer::Yes } else { Answer::No }
    }

    /// The classes of which it may hold characters beyond ASCII.
    fn beyond(&self) -> u8 {
        match (self.ranges.is_empty(), self.negated) {
            (_, true) => classes::ALL & !self.classes,
            (true, false) => self.classes,
            (false, false) => classes::ALL,
        }
    }

    /// Whether a character of a class may be in the set: `0` any digit, `A` and `a` any letter of the case, beyond ASCII
    /// any of the class.
    pub(super) fn may_hold(&self, class: u8) -> bool {
        match class {
            BEYOND.. => self.beyond() & class != 0,
            b'0' => self.held(DIGITS) != 0,
            b'A' => self.held(UPPER) != 0,
            b'a' => self.held(LOWER) != 0,
            _ => self.has(class),
        }
    }
}

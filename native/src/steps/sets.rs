//! Sets of characters.

use super::{Answer, Watch};

/// Characters; beyond ASCII as ranges, or `vague` where only Python knows.
#[derive(Clone, Debug)]
pub struct Set {
    /// A bit for each character.
    pub ascii: [u64; 2],
    pub ranges: Vec<(u32, u32)>,
    pub negated: bool,
    pub vague: bool,
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
        self.everything = all && self.negated && self.ranges.is_empty() && !self.vague;
    }

    /// Whether no character is surely or maybe in this set and in another.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        let both = self.ascii[0] & other.ascii[0] | self.ascii[1] & other.ascii[1];
        // Beyond ASCII a set without ranges that is not negated holds nothing.
        let none = |set: &Self| !set.vague && !set.negated && set.ranges.is_empty();
        // What only Python knows ends the run of a vague one.
        both == 0 && (none(self) || none(other) || self.vague)
    }

    pub(super) fn holds(&self, char: char) -> Answer {
        let code = char as u32;
        let inside = if code < 128 {
            self.has(code as u8)
        } else if self.vague {
            return Answer::Unknown;
        } else {
            let listed = self.ranges.iter().any(|&(first, last)| first <= code && code <= last);
            listed != self.negated
        };
        if inside { Answer::Yes } else { Answer::No }
    }

    /// Whether a character of a class may be in the set: `0` any digit, `A` and `a` any letter of the case.
    pub(super) fn may_hold(&self, class: u8) -> bool {
        match class {
            b'0' => self.held(DIGITS) != 0,
            b'A' => self.held(UPPER) != 0,
            b'a' => self.held(LOWER) != 0,
            _ => self.has(class),
        }
    }
}

//! What digits decide about a line, and what must hold of another one's that is to be read alike.

use crate::chunks::{Told, is_ip};
use crate::loosening::{self, Loose};
use crate::outline::{Place, Runs};
use crate::shape::{YEAR, begins_as_year};
use crate::skeleton::{Identifier, cover, is_identifier, without_digit};
use crate::steps::Seen;
use crate::words::is_term_but_for_digits;

/// What must hold of a line's digits beside its outline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check<At = Place> {
    /// The digit at a place is one of these, as bits.
    Digit(At, u16),
    /// The character at a place, of an identifier.
    Same(At, u8),
    /// Whether a stretch is an address of four numbers, none above 255.
    Address(At, At, bool),
    /// Whether a number begins as years do.
    Year(At, bool),
}

/// How many digits a run may have, at least and at most.
pub type Bounds = (u8, u8);

/// What digits decide about a line, as it is found.
#[derive(Default, Debug)]
pub struct Checks {
    /// The hash of the line's outline.
    pub outline: u64,
    skeleton: Vec<u8>,
    runs: Runs,
    stretches: Vec<(usize, usize)>,
    all: Vec<Check<usize>>,
    /// Stretches whose digits are read anew, or need not be read.
    free: Vec<(usize, usize)>,
    /// Runs that need not be as long as they are, from a place on.
    loose: Vec<Loose>,
    /// Stretches in which no run begins that may be longer or shorter.
    firm: Vec<(usize, usize)>,
}

impl Check {
    /// Whether it holds of a line whose runs are shifted so.
    pub fn fits(&self, line: &[u8], shifts: &[u16]) -> bool {
        match *self {
            Check::Digit(at, digits) => {
                let digit = line.get(at.of(shifts)).map_or(10, |byte| byte.wrapping_sub(b'0'));
                digit < 10 && digits >> digit & 1 == 1
            }
            Check::Same(at, byte) => line.get(at.of(shifts)) == Some(&byte),
            Check::Address(start, end, is) => {
                line.get(start.of(shifts)..end.of(shifts)).is_some_and(|part| is_ip(part) == is)
            }
            Check::Year(at, is) => {
                line.get(at.of(shifts)..).is_some_and(|part| begins_as_year(part) == is)
            }
        }
    }
}

impl Checks {
    /// Begin with a line of which nothing is decided yet: the hash of its outline, the line without digits, its
    /// identifiers and its runs; false: one of these is too long.
    pub fn begin(
        &mut self,
        outline: u64,
        (without_digits, identifiers): (&[u8], &[Identifier]),
        runs: &Runs,
    ) -> bool {
        self.outline = outline;
        self.skeleton.clear();
        self.skeleton.extend_from_slice(without_digits);
        for &identifier in identifiers {
            cover(&mut self.skeleton[identifier.0..identifier.1], identifier);
        }
        self.runs.clone_from(runs);
        self.all.clear();
        self.free.clear();
        self.loose.clear();
        self.firm.clear();
        runs.stretches(&self.skeleton, &mut self.stretches)
    }

    /// Return a place of the line as one of all lines alike.
    pub fn place(&self, at: usize) -> Place {
        self.runs.place(at, &self.stretches)
    }

    /// Return what is to be checked of lines alike.
    pub fn all(&self) -> impl Iterator<Item = Check> {
        self.all.iter().map(|check| match *check {
            Check::Digit(at, digits) => Check::Digit(self.place(at), digits),
            Check::Same(at, byte) => Check::Same(self.place(at), byte),
            Check::Address(start, end, is) => {
                Check::Address(self.place(start), self.place(end), is)
            }
            Check::Year(at, is) => Check::Year(self.place(at), is),
        })
    }

    /// Return how many digits each run may have: as many as it has, if anything depends on where it ends.
    pub fn bounds(&self) -> Vec<Bounds> {
        let is_pinned = |start: usize, end: usize| {
            self.all.iter().any(|check| match *check {
                Check::Digit(at, _) | Check::Same(at, _) => start <= at && at < end,
                Check::Address(..) | Check::Year(..) => false,
            })
        };
        let is_firm = |at: usize| self.firm.iter().any(|&(from, to)| from <= at && at < to);
        let of = |&(start, end): &(usize, usize)| {
            let length = (end - start) as u8;
            let loose = self.loose.iter().find(|loose| loose.0 == start);
            match loose.filter(|_| !is_firm(start) && !is_pinned(start, end)) {
                Some(&(_, least, most)) if least <= length && length <= most => (least, most),
                _ => (length, length),
            }
        };
        self.stretches.iter().map(of).collect()
    }

    /// Digits at a place would be no variable if they were a year.
    pub fn no_year(&mut self, digits: &str, at: usize) {
        self.loose.retain(|loose| !(at..at + digits.len()).contains(&loose.0));
        if digits.len() == YEAR {
            self.all.push(Check::Year(at, begins_as_year(digits.as_bytes())));
        }
    }

    /// Runs that begin in a stretch keep their lengths.
    pub fn firm(&mut self, stretch: (usize, usize)) {
        self.firm.push(stretch);
    }

    /// What a program looked at of a stretch: each character that it asked for must be answered alike.
    pub fn seen(&mut self, line: &str, seen: &Seen, (start, end): (usize, usize)) {
        // What ends where the text ends might go on in a longer one.
        let reach = start + seen.reach;
        self.firm((start, if reach > end { usize::MAX } else { reach }));
        self.met(line, &seen.met, start);
    }

    /// Whether lines alike differ in a stretch.
    pub fn varies(&self, (start, end): (usize, usize)) -> bool {
        self.skeleton[start..end].iter().any(|&byte| byte == b'0' || is_identifier(byte))
    }

    /// Whether a stretch holds characters of an identifier.
    pub fn holds_identifier(&self, (start, end): (usize, usize)) -> bool {
        self.skeleton[start..end].iter().any(|&byte| is_identifier(byte))
    }

    /// Whether some line alike holds a text.
    pub fn may_hold(&self, text: &[u8]) -> bool {
        let may_be = |(&place, &byte): (&u8, &u8)| match place {
            b'0' => byte.is_ascii_digit(),
            place if is_identifier(place) => byte.is_ascii_hexdigit(),
            place => place == byte,
        };
        let is_it = |part: &[u8]| part.iter().zip(text).all(may_be);
        // What is neither a digit nor a letter of an identifier stands where it stands.
        match text.iter().position(|byte| !byte.is_ascii_hexdigit()) {
            None => self.skeleton.windows(text.len()).any(is_it),
            Some(ahead) => memchr::memchr_iter(text[ahead], &self.skeleton).any(|at| {
                let start = at.checked_sub(ahead);
                let part = start.and_then(|start| self.skeleton.get(start..start + text.len()));
                part.is_some_and(is_it)
            }),
        }
    }

    /// Characters of identifiers in a stretch must be the same.
    pub fn same_identifiers(&mut self, line: &str, start: usize, end: usize) {
        for at in start..end {
            if is_identifier(self.skeleton[at]) {
                self.all.push(Check::Same(at, line.as_bytes()[at]));
            }
        }
    }

    /// Digits of a stretch may be any: they are read anew, or never.
    pub fn free(&mut self, start: usize, end: usize) {
        self.free.push((start, end));
    }

    /// Each character that a program asked for, counted from a place on, must be answered alike.
    fn met(&mut self, line: &str, met: &[(usize, u16)], from: usize) {
        for &(at, digits) in met {
            let at = at + from;
            if is_identifier(self.skeleton[at]) {
                self.same_identifiers(line, at, at + 1);
            } else if digits != 0 {
                self.all.push(Check::Digit(at, digits));
            }
        }
    }

    /// The digits of a stretch must be the same.
    pub fn same(&mut self, line: &str, start: usize, end: usize) {
        for at in start..end {
            let byte = line.as_bytes()[at];
            if is_identifier(self.skeleton[at]) {
                self.all.push(Check::Same(at, byte));
            } else if byte.is_ascii_digit() {
                self.all.push(Check::Digit(at, 1 << (byte - b'0')));
            }
        }
    }

    /// The digits of a stretch must be the same but for those of free stretches.
    pub fn same_but_free(&mut self, line: &str, (from, to): (usize, usize)) {
        let mut free = std::mem::take(&mut self.free);
        free.sort_unstable();
        let mut at = from;
        for &(start, end) in &free {
            if at < start {
                self.same(line, at, start);
            }
            at = at.max(end);
        }
        self.same(line, at, to);
    }

    /// What digits told of chunks must be told again; false: that cannot be checked.
    pub fn told(&mut self, line: &str, told: &[Told<'_>]) -> bool {
        let place = |text: &str| {
            let start = (text.as_ptr() as usize).wrapping_sub(line.as_ptr() as usize);
            (start, start + text.len())
        };
        for one in told {
            match *one {
                Told::Large(_) => return false,
                Told::Term(text) if is_term_but_for_digits(text) => {
                    let (start, end) = place(text);
                    self.same(line, start, end);
                }
                Told::Address(text) if may_be_address(text.as_bytes()) => {
                    let (start, end) = place(text);
                    let is = is_ip(text.as_bytes());
                    self.all.push(Check::Address(start, end, is));
                }
                Told::Beside(text) => {
                    let (start, end) = place(text);
                    self.same_identifiers(line, start, end);
                }
                Told::Chunk(text) => {
                    loosening::loosened(text, place(text).0, &mut self.loose);
                }
                Told::Text(text) => loosening::inside(text, place(text).0, &mut self.loose),
                Told::Term(_) | Told::Address(_) => {}
            }
        }
        true
    }
}

/// Whether it depends on its digits that a text is an address of four numbers.
fn may_be_address(text: &[u8]) -> bool {
    let lowest: Vec<u8> = text.iter().copied().map(without_digit).collect();
    is_ip(&lowest)
}

#[cfg(test)]
mod tests {
    use super::Checks;
    use crate::outline::{LINE, Outliner, Runs};
    use crate::skeleton::skeleton;

    fn of(line: &str) -> Checks {
        let (mut padded, mut into) = ([0; LINE], [0; LINE]);
        padded[..line.len()].copy_from_slice(line.as_bytes());
        let (mut runs, mut identifiers) = (Runs::default(), Vec::new());
        Outliner::default()
            .outline(line.as_bytes(), &mut padded, &mut into, (&mut runs, &mut identifiers))
            .unwrap();
        let mut checks = Checks::default();
        assert!(checks.begin(0, (&padded[..line.len()], &identifiers), &runs));
        checks
    }

    #[test]
    fn they_begin_with_the_skeleton_of_the_line() {
        for line in [
            "2025-12-19 10:37:32.123 [req-38101a0b-2096-447d-96ea-a692162415ae] took 12 ms",
            "2025-12-19 10:37:32.123 iar 930d6eaf dear 7EBFF206 at 0xd70820fe, 12345678ms",
        ] {
            assert_eq!(of(line).skeleton, skeleton(line.as_bytes()));
        }
    }

    #[test]
    fn a_text_is_held_where_digits_may_be_others() {
        let checks = of("2025-12-19 10:37:32.123 id 930d6eaf x1y22 kind=7, 5");
        for text in ["kind=9", "x7y", " id a", "f x", "id 0123abcd x", "7, ", "345", "id "] {
            assert!(checks.may_hold(text.as_bytes()), "{text}");
        }
        for text in ["kind=a", "xy", " id g", "5 k=", "7, 55", "Kind", "idx", "@"] {
            assert!(!checks.may_hold(text.as_bytes()), "{text}");
        }
    }
}

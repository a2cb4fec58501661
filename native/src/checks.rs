//! What digits decide about a line, and what must hold of another one's that is to be read alike.

use crate::chunks::{Told, is_ip};
use crate::loosening::{self, Loose};
use crate::outline::{Place, Runs};
use crate::shape::{YEAR, begins_as_year};
use crate::skeleton::{is_identifier, skeleton, without_digit};
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
#[derive(Debug)]
pub struct Checks {
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
    /// Return the checks of a line of which nothing is decided yet, and whose runs are known; none: one is too long.
    pub fn new(line: &str, runs: Runs) -> Option<Self> {
        let skeleton = skeleton(line.as_bytes());
        let stretches = runs.stretches(&skeleton)?;
        let (all, free, loose, firm) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Some(Self { skeleton, runs, stretches, all, free, loose, firm })
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
    pub fn seen(&mut self, line: &str, seen: Seen, (start, end): (usize, usize)) {
        // What ends where the text ends might go on in a longer one.
        let reach = start + seen.reach;
        self.firm((start, if reach > end { usize::MAX } else { reach }));
        self.met(line, seen.met, start);
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
        self.skeleton.windows(text.len()).any(|part| part.iter().zip(text).all(may_be))
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
    fn met(&mut self, line: &str, met: Vec<(usize, u16)>, from: usize) {
        for (at, digits) in met {
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

//! Programs as `paicha.kernel.steps` packs them: numbers of four bytes, the lowest first.
//!
//! How many steps, each as five numbers (what it does, and four facts); how many sets, each as four numbers for the
//! characters of ASCII, a bit for each, one that says whether it is negated (1) and which classes it holds beyond (the bits
//! above), how many ranges there are, and the first and last character of each.

use crate::classes;
use crate::steps::{Program, Set, Step};

const NEGATED: u32 = 1;

/// Return a program; none: these bytes are no program.
pub fn program(bytes: &[u8]) -> Option<Program> {
    let mut numbers = Numbers(bytes);
    let steps = (0..numbers.next()?).map(|_| step(&mut numbers)).collect::<Option<_>>()?;
    let sets = (0..numbers.next()?).map(|_| set(&mut numbers)).collect::<Option<_>>()?;
    numbers.0.is_empty().then(|| Program::new(steps, sets))
}

struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (four, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*four))
    }
}

fn step(numbers: &mut Numbers<'_>) -> Option<Step> {
    let what = numbers.next()?;
    let (a, b, c, d) = (numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?);
    Some(match what {
        0 => Step::One(a as u16),
        1 => Step::Run { set: a as u16, least: b, most: c, greedy: d != 0, sure: false },
        2 => Step::Note(a as u8),
        3 => Step::Either(a, b),
        4 => Step::Go(a),
        5 => Step::Ahead { end: a, fits: b != 0 },
        6 => Step::End,
        7 => Step::Done,
        8 => Step::Atomic { end: a },
        _ => return None,
    })
}

fn set(numbers: &mut Numbers<'_>) -> Option<Set> {
    let mut half = || Some(u64::from(numbers.next()?) | u64::from(numbers.next()?) << 32);
    let ascii = [half()?, half()?];
    let how = numbers.next()?;
    let ranges = (0..numbers.next()?)
        .map(|_| Some((numbers.next()?, numbers.next()?)))
        .collect::<Option<_>>()?;
    let (negated, classes) = (how & NEGATED != 0, (how >> 1) as u8 & classes::ALL);
    Some(Set { ascii, ranges, classes, negated, parts: false, digits: 0, everything: false })
}

#[cfg(test)]
mod tests {
    use super::program;
    use crate::steps::{Answer, NOTES, UNMET};

    fn bytes(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// `[a-c\u{e9}]+$`: a run, the end, and that all is done.
    fn letters() -> Vec<u32> {
        let steps = [3, 1, 0, 1, u32::MAX, 1, 6, 0, 0, 0, 0, 7, 0, 0, 0, 0];
        // Of ASCII the letters 97 to 99: bits of the fourth number.
        let set = [1, 0, 0, 0, 0b1110, 0, 1, 0xe9, 0xe9];
        [steps.as_slice(), &set].concat()
    }

    #[test]
    fn a_packed_program_runs() {
        let program = program(&bytes(&letters())).expect("it is one");
        for (text, expected) in [("abc\u{e9}", Answer::Yes), ("abd", Answer::No), ("", Answer::No)]
        {
            assert_eq!(program.run(text, &mut [UNMET; NOTES]), expected, "{text}");
        }
    }

    #[test]
    fn what_is_cut_or_goes_on_is_no_program() {
        let whole = bytes(&letters());
        for end in 0..whole.len() {
            assert!(program(&whole[..end]).is_none(), "{end}");
        }
        assert!(program(&[&*whole, &[0]].concat()).is_none());
        let mut unknown = letters();
        unknown[1] = 9;
        assert!(program(&bytes(&unknown)).is_none());
    }
}

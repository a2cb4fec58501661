//! The outline of a line: its skeleton with each run of digits as one. Lines that differ in how many digits
//! their numbers have share it.
//!
//! Where a line begins, mostly with a stamp, runs are left as they are: they hardly ever differ.

use wide::u8x16;

use crate::skeleton::{self, Identifier, cover};

/// Runs of digits of a line at most: more have no outline.
pub const MOST_RUNS: usize = 128;
/// Bytes in which runs are left as they are.
const BEGINNING: usize = 24;
/// So many digits, or more.
pub const MANY: u8 = u8::MAX;
/// Longer lines have no outlines [bytes].
pub const LONGEST: usize = 1024;
const MOST_BLOCKS: usize = LONGEST / BLOCK + 1;
/// Bytes of the place for a line, or for an outline.
pub const LINE: usize = (MOST_BLOCKS + 1) * BLOCK;
/// Bytes that are looked at together, and copied together.
pub const BLOCK: usize = 64;
const PIECE: usize = 16;

/// The runs of digits of a line.
#[derive(Clone, Debug)]
pub struct Runs {
    pub count: usize,
    /// How many digits each has, or `MANY`.
    pub lengths: [u8; MOST_RUNS],
    /// By how many bytes the line is longer than its outline behind so many runs.
    pub shifts: [u16; MOST_RUNS + 1],
}

impl Default for Runs {
    fn default() -> Self {
        Self { count: 0, lengths: [0; MOST_RUNS], shifts: [0; MOST_RUNS + 1] }
    }
}

/// A place in every line of an outline: behind how many runs, and where in the outline.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    at: u16,
    runs: u16,
}

impl Place {
    /// Return where it is in a line.
    pub fn of(self, shifts: &[u16]) -> usize {
        usize::from(self.at) + usize::from(shifts[usize::from(self.runs)])
    }
}

impl Runs {
    /// Write where the runs of a skeleton begin and end; false: one has too many digits.
    pub fn stretches(&self, skeleton: &[u8], into: &mut Vec<(usize, usize)>) -> bool {
        let is_run = |at: usize| skeleton.get(at) == Some(&b'0');
        let mut at = BEGINNING;
        while is_run(at - 1) && is_run(at) {
            at += 1;
        }
        into.clear();
        let lengths = &self.lengths[..self.count];
        into.extend(lengths.iter().map_while(|&length| {
            let start = at + memchr::memchr(b'0', &skeleton[at..])?;
            at = start + usize::from(length);
            (length < MANY).then_some((start, at))
        }));
        into.len() == self.count
    }

    /// Return a place of the line as one of all lines; the stretches are those of its runs.
    pub fn place(&self, at: usize, stretches: &[(usize, usize)]) -> Place {
        let runs = stretches.partition_point(|&(_, end)| end <= at);
        Place { at: at as u16 - self.shifts[runs], runs: runs as u16 }
    }
}

/// Lays out lines, one after another, in memory that it keeps.
pub struct Outliner {
    digits: [u64; MOST_BLOCKS],
    pairs: [u64; MOST_BLOCKS],
    edges: Box<[u16; 2 * MOST_RUNS + BLOCK]>,
}

impl Default for Outliner {
    fn default() -> Self {
        let (digits, pairs) = ([0; MOST_BLOCKS], [0; MOST_BLOCKS]);
        let edges = Box::new([0; 2 * MOST_RUNS + BLOCK]);
        Self { digits, pairs, edges }
    }
}

impl Outliner {
    /// Write the outline of a text and where its runs are; return its length, none where there are too many.
    ///
    /// The line is a copy of the text with zeros behind it up to the end of a block, and loses its digits. Its
    /// identifiers are written, too.
    pub fn outline(
        &mut self,
        text: &[u8],
        line: &mut [u8; LINE],
        into: &mut [u8; LINE],
        (runs, identifiers): (&mut Runs, &mut Vec<Identifier>),
    ) -> Option<usize> {
        let length = text.len();
        let blocks = length / BLOCK + 1;
        identifiers.clear();
        let may_hold_identifier = self.look(line, blocks);
        if may_hold_identifier {
            self.find_identifiers(text, blocks, identifiers);
        }
        self.pass_over_beginning()?;
        let count = self.find_edges(blocks)?;
        let (mut copied, mut written, mut shift) = (0, 0, 0);
        let places = runs.lengths.iter_mut().zip(&mut runs.shifts[1..]);
        for (edge, (length, shifts)) in self.edges[..count].chunks_exact(2).zip(places) {
            let (start, end) = (usize::from(edge[0]), usize::from(edge[1]));
            // The text before, and one digit.
            copy(&line[copied..], &mut into[written..], start + 1 - copied);
            written += start + 1 - copied;
            copied = end;
            shift += end - start - 1;
            (*length, *shifts) = ((end - start).min(MANY.into()) as u8, shift as u16);
        }
        runs.count = count / 2;
        copy(&line[copied..], &mut into[written..], length - copied);
        written += length - copied;
        into[written..written + PIECE].fill(0);
        for &identifier in &*identifiers {
            let (start, end, _) = identifier;
            let before = self.edges[..count].partition_point(|&edge| usize::from(edge) <= start);
            let shift = usize::from(runs.shifts[before / 2]);
            cover(&mut into[start - shift..end - shift], identifier);
        }
        Some(written)
    }

    /// Note where digits are, and where letters stand beside them that may belong to an identifier; write
    /// zeros for digits.
    fn look(&mut self, line: &mut [u8; LINE], blocks: usize) -> bool {
        let (mut any, mut before) = (0, (0, 0));
        let places = self.digits.iter_mut().zip(&mut self.pairs);
        for (bytes, (digits, pairs)) in line.chunks_exact_mut(BLOCK).take(blocks).zip(places) {
            let (digit, letter) = without_digits(bytes);
            *digits = digit;
            *pairs = digit & (letter << 1 | before.1) | letter & (digit << 1 | before.0);
            any |= *pairs;
            before = (digit >> (BLOCK - 1), letter >> (BLOCK - 1));
        }
        any != 0
    }

    /// Leave out the runs that begin where the line begins.
    fn pass_over_beginning(&mut self) -> Option<()> {
        let digits = &mut self.digits[0];
        let goes_on = *digits >> (BEGINNING - 1) & 1;
        let more = (*digits >> BEGINNING).trailing_ones() * goes_on as u32;
        let end = BEGINNING as u32 + more;
        *digits &= u64::MAX.checked_shl(end)?;
        Some(())
    }

    /// Find the identifiers; their digits are none of a run.
    fn find_identifiers(&mut self, line: &[u8], blocks: usize, found: &mut Vec<Identifier>) {
        skeleton::identifiers(line, places(&self.pairs[..blocks]), found);
        for &(start, end, _) in &*found {
            let (first, last) = (start / BLOCK, (end - 1) / BLOCK);
            for block in first..=last {
                let from = start.saturating_sub(block * BLOCK);
                let left = (block + 1) * BLOCK - end.min((block + 1) * BLOCK);
                self.digits[block] &= !(u64::MAX << from & u64::MAX >> left);
            }
        }
    }

    /// Note where runs of digits begin and end; return how many edges there are, none: too many.
    fn find_edges(&mut self, blocks: usize) -> Option<usize> {
        let (mut count, mut before) = (0, 0);
        for (block, &digits) in self.digits[..blocks].iter().enumerate() {
            let mut changes = digits ^ (digits << 1 | before);
            before = digits >> (BLOCK - 1);
            let many = changes.count_ones() as usize;
            for edge in self.edges.get_mut(count..count + many)? {
                *edge = (block * BLOCK) as u16 | changes.trailing_zeros() as u16;
                changes &= changes - 1;
            }
            count += many;
        }
        (count <= 2 * MOST_RUNS).then_some(count)
    }
}

/// The places of bits.
fn places(blocks: &[u64]) -> impl Iterator<Item = usize> {
    blocks.iter().enumerate().flat_map(|(block, &bits)| {
        let mut left = bits;
        std::iter::from_fn(move || {
            let place = (left != 0).then(|| block * BLOCK + left.trailing_zeros() as usize);
            left &= left.wrapping_sub(1);
            place
        })
    })
}

/// Copy so many bytes, and maybe some of those behind.
fn copy(from: &[u8], into: &mut [u8], count: usize) {
    into[..PIECE].copy_from_slice(&from[..PIECE]);
    let mut at = PIECE;
    while at < count {
        into[at..at + PIECE].copy_from_slice(&from[at..at + PIECE]);
        at += PIECE;
    }
}

/// Write zeros for the digits of 64 bytes; return as bits where these were, and where letters are that may
/// belong to an identifier (`skeleton::is_beside_digits`).
fn without_digits(bytes: &mut [u8]) -> (u64, u64) {
    let (mut digits, mut letters) = (0, 0);
    for (at, piece) in bytes.chunks_exact_mut(PIECE).enumerate() {
        let mut held = [0; PIECE];
        held.copy_from_slice(piece);
        let (digit, letter) = piece_without_digits(held, piece);
        digits |= digit << (at * PIECE);
        letters |= letter << (at * PIECE);
    }
    (digits, letters)
}

#[inline(always)]
fn piece_without_digits(bytes: [u8; PIECE], into: &mut [u8]) -> (u64, u64) {
    let all = u8x16::splat;
    let is_below = |bytes: u8x16, end: u8| bytes.min(all(end - 1)).cmp_eq(bytes);
    let bytes = u8x16::new(bytes);
    let digit = is_below(bytes - all(b'0'), 10);
    let small = bytes | all(0x20);
    let letter = is_below(small - all(b'a'), 6) | small.cmp_eq(all(b'x'));
    let less = (bytes - all(b'0')) & digit;
    into.copy_from_slice(&(bytes - less).to_array());
    (u64::from(digit.move_mask() as u32), u64::from(letter.move_mask() as u32))
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, LINE, Outliner, Runs, without_digits};
    use crate::skeleton::{is_beside_digits, without_digit};

    /// What a line begins with, here.
    const HEAD: &str = "2025-12-19 10:37:32.123  ";

    fn of(line: &str) -> (String, Vec<(usize, usize)>, Runs) {
        let line = format!("{HEAD}{line}");
        let mut padded = [0; LINE];
        padded[..line.len()].copy_from_slice(line.as_bytes());
        let (mut into, mut runs) = ([0xaa; LINE], Runs::default());
        let mut outliner = Outliner::default();
        let length = outliner
            .outline(line.as_bytes(), &mut padded, &mut into, (&mut runs, &mut Vec::new()))
            .unwrap();
        let mut stretches = Vec::new();
        assert!(runs.stretches(&padded[..line.len()], &mut stretches));
        (String::from_utf8(into[..length].to_vec()).unwrap(), stretches, runs)
    }

    #[test]
    fn each_byte_is_what_the_skeleton_says_it_is() {
        for byte in 0..=u8::MAX {
            let mut bytes = [b' '; BLOCK];
            for place in [0, 15, 16, 37, 63] {
                bytes[place] = byte;
            }
            let everywhere = 1 | 1 << 15 | 1 << 16 | 1 << 37 | 1 << 63;
            let expected = |is: bool| if is { everywhere } else { 0 };
            let told = without_digits(&mut bytes);
            assert_eq!(told.0, expected(byte.is_ascii_digit()));
            assert_eq!(told.1, expected(is_beside_digits(byte)));
            assert_eq!(bytes[37], without_digit(byte));
            assert_eq!(
                bytes.iter().filter(|&&byte| byte == b' ').count(),
                59 + 5 * usize::from(byte == b' ')
            );
        }
    }

    #[test]
    fn a_run_of_digits_is_one() {
        let long = "1234567".repeat(10);
        let (some, more) = ("y".repeat(38), "z".repeat(64));
        for (line, expected) in [
            ("", ""),
            ("7", "0"),
            ("a42b123 7", "a0b0 0"),
            (&*format!("{long}x{long}"), "0x0"),
            (&*format!("{some}42-{more}"), &*format!("{some}0-{more}")),
        ] {
            assert_eq!(of(line).0, format!("0000-00-00 00:00:00.000  {expected}"));
        }
    }

    #[test]
    fn a_run_that_begins_with_the_line_stays() {
        let mut padded = [0; LINE];
        let line = b"1234567890123456789012345678 9";
        padded[..30].copy_from_slice(line);
        let (mut into, mut runs) = ([0; LINE], Runs::default());
        let mut outliner = Outliner::default();
        let length = outliner.outline(line, &mut padded, &mut into, (&mut runs, &mut Vec::new()));
        assert_eq!((length, runs.count), (Some(30), 1));
        let mut stretches = Vec::new();
        assert!(runs.stretches(&padded[..30], &mut stretches));
        assert_eq!(stretches, [(29, 30)]);
    }

    #[test]
    fn a_place_is_found_again_where_runs_are_longer() {
        let at = HEAD.len();
        let (_, stretches, runs) = of("a12b123 7");
        assert_eq!(stretches, [(1, 3), (4, 7), (8, 9)].map(|(a, b)| (at + a, at + b)));
        let places: Vec<_> = (0..at + 10).map(|at| runs.place(at, &stretches)).collect();
        assert!(places.iter().enumerate().all(|(at, place)| place.of(&runs.shifts) == at));
        let (_, _, longer) = of("a1234b1 777");
        // The letters, the blank and the end.
        let found = [0, 3, 7, 9].map(|place| runs.place(at + place, &stretches).of(&longer.shifts));
        assert_eq!(found, [0, 5, 7, 11].map(|place| at + place));
    }
}

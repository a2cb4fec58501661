//! The outline of a skeleton: each run of digits as one. Lines that differ in how many digits their numbers
//! have share it.

/// Runs of digits of a line at most, and digits of a run: more have no outline.
pub const MOST_RUNS: usize = 128;
const LONGEST_RUN: usize = 254;
/// Bytes that are looked at together, and copied together.
const BLOCK: usize = 64;
const PIECE: usize = 16;
/// Bytes that must lie behind a skeleton, and behind an outline.
pub const BEHIND: usize = BLOCK + PIECE;

/// The runs of digits of a line.
#[derive(Clone, Debug)]
pub struct Runs {
    pub count: usize,
    /// How many digits each has.
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
    /// Return where the runs of a skeleton begin and end.
    pub fn stretches(&self, skeleton: &[u8]) -> Vec<(usize, usize)> {
        let mut at = 0;
        let next = |&length: &u8| {
            let start = at + skeleton[at..].iter().position(|&byte| byte == b'0')?;
            at = start + usize::from(length);
            Some((start, at))
        };
        self.lengths[..self.count].iter().map_while(next).collect()
    }

    /// Return a place of the line as one of all lines; the stretches are those of its runs.
    pub fn place(&self, at: usize, stretches: &[(usize, usize)]) -> Place {
        let runs = stretches.partition_point(|&(_, end)| end <= at);
        Place { at: at as u16 - self.shifts[runs], runs: runs as u16 }
    }
}

/// Write the outline of a skeleton and where its runs are; return its length, none where there are too many.
///
/// Behind the skeleton stand zeros, `BEHIND` of them; so many bytes more than it `into` has too.
pub fn outline(skeleton: &[u8], length: usize, into: &mut [u8], runs: &mut Runs) -> Option<usize> {
    let mut edges = [0u16; 2 * MOST_RUNS + BLOCK];
    let (mut count, mut carry) = (0, 0);
    for (block, bytes) in skeleton[..length + BLOCK].chunks_exact(BLOCK).enumerate() {
        let digits = digits_of(bytes);
        let mut changes = digits ^ (digits << 1 | carry);
        carry = digits >> (BLOCK - 1);
        if count > 2 * MOST_RUNS {
            return None;
        }
        while changes != 0 {
            edges[count] = (block * BLOCK) as u16 + changes.trailing_zeros() as u16;
            changes &= changes - 1;
            count += 1;
        }
    }
    if count > 2 * MOST_RUNS {
        return None;
    }
    let (mut copied, mut written, mut shift, mut longest) = (0, 0, 0, 0);
    runs.count = count / 2;
    for (run, edge) in edges[..count].chunks_exact(2).enumerate() {
        let (start, end) = (usize::from(edge[0]), usize::from(edge[1]));
        // The text before, and one digit.
        copy(&skeleton[copied..], &mut into[written..], start + 1 - copied);
        written += start + 1 - copied;
        copied = end;
        runs.lengths[run] = (end - start) as u8;
        longest = longest.max(end - start);
        shift += end - start - 1;
        runs.shifts[run + 1] = shift as u16;
    }
    copy(&skeleton[copied..], &mut into[written..], length - copied);
    written += length - copied;
    into[written..written + PIECE].fill(0);
    (longest <= LONGEST_RUN).then_some(written)
}

/// Copy so many bytes, and maybe some of those behind.
fn copy(from: &[u8], into: &mut [u8], count: usize) {
    let pieces = from.chunks_exact(PIECE).zip(into.chunks_exact_mut(PIECE));
    for (from, into) in pieces.take(count.div_ceil(PIECE)) {
        into.copy_from_slice(from);
    }
}

/// The zeros among bytes of a skeleton, as bits.
fn digits_of(bytes: &[u8]) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let mut all = 0;
    for (place, eight) in bytes.chunks_exact(8).enumerate() {
        let word = u64::from_le_bytes(eight.try_into().unwrap_or_default());
        let differs = word ^ 0x3030_3030_3030_3030;
        // The highest bit of each byte that does not differ, then all of them side by side.
        let same = !((differs & LOW) + LOW | differs | LOW);
        all |= ((same >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{BEHIND, Runs, outline};

    fn of(skeleton: &str) -> (String, Vec<(usize, usize)>, Runs) {
        let mut padded = skeleton.as_bytes().to_vec();
        padded.resize(skeleton.len() + BEHIND, 0);
        let (mut into, mut runs) = (vec![0xaa; skeleton.len() + BEHIND], Runs::default());
        let length = outline(&padded, skeleton.len(), &mut into, &mut runs).unwrap();
        let stretches = runs.stretches(skeleton.as_bytes());
        (String::from_utf8(into[..length].to_vec()).unwrap(), stretches, runs)
    }

    #[test]
    fn a_run_of_digits_is_one() {
        let long = "0".repeat(70);
        for (skeleton, expected) in [
            ("", ""),
            ("0", "0"),
            ("a00b000 0", "a0b0 0"),
            (&*format!("{long}x{long}"), "0x0"),
            (
                &*format!("{}00-{}", "y".repeat(63), "z".repeat(64)),
                &*format!("{}0-{}", "y".repeat(63), "z".repeat(64)),
            ),
        ] {
            assert_eq!(of(skeleton).0, expected);
        }
    }

    #[test]
    fn a_place_is_found_again_where_runs_are_longer() {
        let (_, stretches, runs) = of("a00b000 0");
        assert_eq!(stretches, [(1, 3), (4, 7), (8, 9)]);
        let places: Vec<_> = (0..10).map(|at| runs.place(at, &stretches)).collect();
        let shifts = &runs.shifts[..];
        assert!(places.iter().enumerate().all(|(at, place)| place.of(shifts) == at));
        let (_, _, longer) = of("a0000b0 000");
        // The letters, the blank and the end.
        let found = [0, 3, 7, 9].map(|at| runs.place(at, &stretches).of(&longer.shifts));
        assert_eq!(found, [0, 5, 7, 11]);
    }
}

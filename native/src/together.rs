//! Records of a recipe by the rows of the counts that they fall into, wherever they stand among others.

use crate::waiting::Waiting;

const MINUTE_US: i64 = 60_000_000;
/// Rows that are found again at once: most recipes have fewer.
const PLACES: usize = 256;

/// Records of one row, or some of them.
pub struct Sum {
    /// The first of them, and that of the smallest body.
    pub one: Waiting,
    pub smallest: Waiting,
    pub minute: i64,
    pub n: u64,
    pub since: i64,
    pub until: i64,
}

/// What records of a recipe are counted in.
pub struct Together {
    sums: Vec<Sum>,
    /// Which of the sums was made last of those that share a place. What a recipe before left may be any other.
    places: [u32; PLACES],
}

impl Default for Together {
    fn default() -> Self {
        Self { sums: Vec::new(), places: [0; PLACES] }
    }
}

impl Sum {
    fn new(one: &Waiting) -> Self {
        let (minute, since, until) = (one.time.div_euclid(MINUTE_US), one.time, one.time);
        Self { one: *one, smallest: *one, minute, n: 0, since, until }
    }

    /// Whether a record falls into the same row.
    #[inline]
    fn is_of(&self, one: &Waiting) -> bool {
        let names = |one: &Waiting| (one.module, one.service, one.host);
        let since = one.time.wrapping_sub(self.minute.wrapping_mul(MINUTE_US));
        (0..MINUTE_US).contains(&since) && names(one) == names(&self.one)
    }
}

impl Together {
    /// Return the sums of records whose bodies a function returns; no row need be in one sum alone.
    pub fn sums<'a>(&mut self, all: &[Waiting], body: impl Fn(&Waiting) -> &'a [u8]) -> &[Sum] {
        self.sums.clear();
        let mut smallest: &[u8] = &[];
        let mut last = usize::MAX;
        for one in all {
            if !self.sums.get(last).is_some_and(|sum| sum.is_of(one)) {
                last = self.sum_of(one);
                smallest = body(&self.sums[last].smallest);
            }
            let sum = &mut self.sums[last];
            sum.n += 1;
            (sum.since, sum.until) = (sum.since.min(one.time), sum.until.max(one.time));
            let body = body(one);
            if body < smallest {
                (sum.smallest, smallest) = (*one, body);
            }
        }
        &self.sums
    }

    /// Return the number of the sum that a record belongs to.
    fn sum_of(&mut self, one: &Waiting) -> usize {
        let mixed = (one.host ^ one.module.rotate_left(11) ^ one.service.rotate_left(22))
            .wrapping_mul(0x9e37_79b1);
        let mixed = mixed ^ (one.time.div_euclid(MINUTE_US) as u32).wrapping_mul(0x85eb_ca6b);
        let place = &mut self.places[(mixed >> 16) as usize % PLACES];
        let known = *place as usize;
        if self.sums.get(known).is_some_and(|sum| sum.is_of(one)) {
            return known;
        }
        *place = self.sums.len() as u32;
        self.sums.push(Sum::new(one));
        self.sums.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::{MINUTE_US, Together};
    use crate::waiting::Waiting;

    type Row = (u32, i64);

    /// Return how many records each row has, its times and its smallest body.
    fn summed(together: &mut Together, all: &[Waiting]) -> Vec<(Row, u64, i64, i64, u32)> {
        let bodies: Vec<[u8; 4]> =
            (0..200u32).map(|number| (number * 7 % 31).to_be_bytes()).collect();
        let sums = together.sums(all, |one| &bodies[one.line as usize]);
        let mut rows = std::collections::BTreeMap::<Row, (u64, i64, i64, u32)>::new();
        for sum in sums {
            let body = sum.smallest.line * 7 % 31;
            let row =
                rows.entry((sum.one.host, sum.minute)).or_insert((0, i64::MAX, i64::MIN, body));
            *row = (row.0 + sum.n, row.1.min(sum.since), row.2.max(sum.until), row.3.min(body));
        }
        rows.into_iter()
            .map(|(row, (n, since, until, body))| (row, n, since, until, body))
            .collect()
    }

    #[test]
    fn records_of_a_row_are_summed_wherever_they_stand() {
        let mut together = Together::default();
        for hosts in [2, 150] {
            let of = |line: u32| Waiting {
                line,
                host: line % hosts,
                time: (i64::from(line % 3) - 1) * MINUTE_US - i64::from(line % 2),
                ..Waiting::default()
            };
            let all: Vec<Waiting> = (1..200).map(of).collect();
            let mut each: Vec<_> =
                all.iter().flat_map(|one| summed(&mut together, &[*one])).collect();
            each.sort_unstable();
            let mut expected: Vec<(Row, u64, i64, i64, u32)> = Vec::new();
            for one in each {
                match expected.last_mut() {
                    Some(last) if last.0 == one.0 => {
                        *last = (
                            last.0,
                            last.1 + one.1,
                            last.2.min(one.2),
                            last.3.max(one.3),
                            last.4.min(one.4),
                        )
                    }
                    _ => expected.push(one),
                }
            }
            assert_eq!(summed(&mut together, &all), expected);
        }
    }
}

//! How often each bucket of a variable's numbers was met: neighbours side by side while they are near.

use hashbrown::HashMap;

use crate::hashing::QuickState;

/// Buckets that stand side by side at most: twenty doublings.
const WIDEST: i64 = 1024;

#[derive(Default, Debug)]
pub struct Buckets {
    /// The bucket that the first of `near` counts.
    base: i32,
    near: Vec<u64>,
    far: HashMap<i32, u64, QuickState>,
}

impl Buckets {
    /// Return something made of what is read first when a bucket is counted.
    pub fn touched(&self) -> u64 {
        self.near.get(self.near.len() / 2).map_or(0, |&n| n)
    }

    pub fn add(&mut self, bucket: i32, n: u64) {
        let at = i64::from(bucket) - i64::from(self.base);
        match usize::try_from(at).ok().and_then(|at| self.near.get_mut(at)) {
            Some(count) => *count += n,
            None => self.add_outside(bucket, n),
        }
    }

    fn add_outside(&mut self, bucket: i32, n: u64) {
        if self.near.is_empty() {
            self.base = bucket;
        }
        let (base, length) = (i64::from(self.base), self.near.len() as i64);
        let first = base.min(bucket.into());
        let end = (base + length).max(i64::from(bucket) + 1);
        if end - first > WIDEST {
            *self.far.entry(bucket).or_insert(0) += n;
            return;
        }
        if first < base {
            self.near.splice(0..0, std::iter::repeat_n(0, (base - first) as usize));
            self.base = bucket;
        }
        self.near.resize((end - first) as usize, 0);
        self.near[(i64::from(bucket) - first) as usize] += n;
    }

    /// Return all buckets that were met, sorted, with how often.
    pub fn all(&self) -> Vec<(i32, u64)> {
        let near = self.near.iter().zip(self.base..);
        let mut all: Vec<(i32, u64)> =
            near.filter(|&(&n, _)| n > 0).map(|(&n, bucket)| (bucket, n)).collect();
        for (&bucket, &n) in &self.far {
            match all.binary_search_by_key(&bucket, |&(known, _)| known) {
                Ok(at) => all[at].1 += n,
                Err(at) => all.insert(at, (bucket, n)),
            }
        }
        all
    }

    pub fn absorb(&mut self, other: &Self) {
        for (bucket, n) in other.all() {
            self.add(bucket, n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Buckets;

    #[test]
    fn near_and_far_buckets_are_counted_alike() {
        let mut buckets = Buckets::default();
        for bucket in [5, 3, 2_000_000, -7, 5, 1100, 400, -2_000_000, 1100] {
            buckets.add(bucket, 1);
        }
        let expected =
            [(-2_000_000, 1), (-7, 1), (3, 1), (5, 2), (400, 1), (1100, 2), (2_000_000, 1)];
        assert_eq!(buckets.all(), expected);
        let mut twice = Buckets::default();
        twice.absorb(&buckets);
        twice.absorb(&buckets);
        assert_eq!(twice.all(), expected.map(|(bucket, n)| (bucket, 2 * n)));
    }
}

//! Values of at most seven bytes: what they rank by is a number that each text has for itself, so it stands for the text.

use crate::hashing::{little, seven_of, stable_of_seven};
use crate::texts::Held;

/// Counts by ranks; at least half of the places are free.
#[derive(Default, Debug)]
pub struct Short {
    /// Rank and count; a count of nothing: the place is free.
    places: Vec<(u64, u64)>,
    held: usize,
}

/// Return the rank of a text, its stable hash, if it is short: a zero byte at its end would not show.
#[inline]
pub fn rank_of(text: &[u8]) -> Option<u64> {
    let is_short = text.len() <= 7 && text.last() != Some(&0);
    is_short.then(|| stable_of_seven(little(text)))
}

/// Return the text of a rank.
pub fn text_of(rank: u64) -> Held {
    let bytes = seven_of(rank).to_le_bytes();
    let length = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    Held::new(&bytes[..length])
}

impl Short {
    pub fn len(&self) -> usize {
        self.held
    }

    /// Return something made of what is read first when a value is added.
    pub fn touched(&self) -> u64 {
        self.places.first().map_or(0, |place| place.1)
    }

    /// Count a value; return whether it was not held before.
    #[inline]
    pub fn add(&mut self, rank: u64, n: u64) -> bool {
        let last = self.places.len().wrapping_sub(1);
        let mut at = rank as usize & last;
        while let Some((known, count)) = self.places.get_mut(at) {
            if *count == 0 {
                break;
            }
            if *known == rank {
                *count += n;
                return false;
            }
            at = (at + 1) & last;
        }
        self.insert(rank, n);
        true
    }

    fn insert(&mut self, rank: u64, n: u64) {
        if 2 * self.held >= self.places.len() {
            let room = (2 * self.places.len()).max(8);
            let all = std::mem::replace(&mut self.places, vec![(0, 0); room]);
            all.into_iter().filter(|one| one.1 > 0).for_each(|(rank, n)| self.put(rank, n));
        }
        self.held += 1;
        self.put(rank, n);
    }

    /// Write a value that is not held into the first place that is free.
    fn put(&mut self, rank: u64, n: u64) {
        let last = self.places.len() - 1;
        let mut at = rank as usize & last;
        while self.places[at].1 > 0 {
            at = (at + 1) & last;
        }
        self.places[at] = (rank, n);
    }

    /// Return rank and count of each value.
    pub fn all(&self) -> impl Iterator<Item = (u64, u64)> {
        self.places.iter().copied().filter(|one| one.1 > 0)
    }

    /// Keep values of some ranks alone.
    pub fn retain(&mut self, stays: impl Fn(u64) -> bool) {
        let room = self.places.len();
        let all = std::mem::replace(&mut self.places, vec![(0, 0); room]);
        self.held = 0;
        for (rank, n) in all.into_iter().filter(|one| one.1 > 0 && stays(one.0)) {
            self.held += 1;
            self.put(rank, n);
        }
    }
}

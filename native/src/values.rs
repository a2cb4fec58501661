//! The values of one variable with their counts: all while they are few, else those that rank first.

mod short;

use hashbrown::HashTable;

use crate::hashing::stable;
use crate::texts::Held;
use crate::values::short::Short;

/// Distinct values of one slot that are kept, `VALUE_CAP` of `paicha.kernel.merge`.
pub const VALUE_CAP: usize = 256;
/// Held before the surplus is dropped.
const HELD: usize = 2 * VALUE_CAP;

#[derive(Debug)]
struct Value {
    rank: u64,
    text: Held,
    n: u64,
}

/// Values with counts. A value kept of the whole was never dropped on the way, so its count is exact.
#[derive(Debug)]
pub struct Values {
    short: Short,
    long: HashTable<Value>,
    /// Values that rank behind this can no longer be kept.
    last: u64,
}

impl Default for Values {
    fn default() -> Self {
        Self { short: Short::default(), long: HashTable::new(), last: u64::MAX }
    }
}

/// What tells a longer value's place in the table; those that are kept rank first, so their highest bits are alike.
fn spread(rank: u64) -> u64 {
    rank ^ (rank << 32)
}

impl Values {
    pub fn add(&mut self, text: &[u8], n: u64) {
        match short::rank_of(text) {
            Some(rank) => self.add_short(rank, n),
            None => self.add_long(stable(text), text, n),
        }
    }

    /// Add a value that is short by its rank (`short::rank_of`).
    #[inline]
    pub fn add_short(&mut self, rank: u64, n: u64) {
        if rank <= self.last && self.short.add(rank, n) {
            self.drop_surplus();
        }
    }

    #[inline]
    fn add_long(&mut self, rank: u64, text: &[u8], n: u64) {
        if rank > self.last {
            return;
        }
        let same = |value: &Value| value.rank == rank && value.text.is(text);
        match self.long.find_mut(spread(rank), same) {
            Some(value) => value.n += n,
            None => self.hold(Value { rank, text: Held::new(text), n }),
        }
    }

    /// Return something made of what is read first when a value is added.
    pub fn touched(&self) -> u64 {
        self.last ^ self.short.touched()
    }

    pub fn absorb(&mut self, other: Self) {
        self.last = self.last.min(other.last);
        for (rank, n) in other.short.all() {
            self.add_short(rank, n);
        }
        for value in other.long {
            if value.rank > self.last {
                continue;
            }
            let bytes = value.text.bytes();
            let same = |known: &Value| known.rank == value.rank && known.text.is(bytes);
            match self.long.find_mut(spread(value.rank), same) {
                Some(known) => known.n += value.n,
                None => self.hold(value),
            }
        }
    }

    fn hold(&mut self, value: Value) {
        self.long.insert_unique(spread(value.rank), value, |value| spread(value.rank));
        self.drop_surplus();
    }

    fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }

    fn drop_surplus(&mut self) {
        if self.len() >= HELD {
            self.drop_all_surplus();
        }
    }

    #[cold]
    fn drop_all_surplus(&mut self) {
        if self.len() <= VALUE_CAP {
            return;
        }
        let short = self.short.all().map(|(rank, _)| rank);
        let mut ranks: Vec<u64> = short.chain(self.long.iter().map(|value| value.rank)).collect();
        let (before, &mut last, _) = ranks.select_nth_unstable(VALUE_CAP - 1);
        // Hardly ever do two values rank alike: then their texts tell.
        let room = VALUE_CAP - before.iter().filter(|&&rank| rank < last).count();
        let mut tied: Vec<Held> = self.texts_of(last).collect();
        tied.sort_unstable_by(|a, b| a.bytes().cmp(b.bytes()));
        tied.truncate(room);
        let stays = |rank: u64, text: &[u8]| rank < last || tied.iter().any(|one| one.is(text));
        let near = |rank: u64| rank <= last;
        self.short.retain(|rank| near(rank) && stays(rank, short::text_of(rank).bytes()));
        self.long.retain(|value| near(value.rank) && stays(value.rank, value.text.bytes()));
        self.last = last;
    }

    fn texts_of(&self, rank: u64) -> impl Iterator<Item = Held> {
        let short = self.short.all().filter(move |one| one.0 == rank);
        let long = self.long.iter().filter(move |value| value.rank == rank);
        short.map(|one| short::text_of(one.0)).chain(long.map(|value| value.text.clone()))
    }

    /// Return what is kept, sorted by the texts' bytes, and forget it.
    pub fn take(&mut self) -> Vec<(Held, u64)> {
        self.drop_all_surplus();
        let Self { short, long, .. } = std::mem::take(self);
        let short = short.all().map(|(rank, n)| (short::text_of(rank), n));
        let mut all: Vec<(Held, u64)> =
            long.into_iter().map(|value| (value.text, value.n)).chain(short).collect();
        all.sort_unstable_by(|a, b| a.0.bytes().cmp(b.0.bytes()));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{VALUE_CAP, Values};
    use crate::hashing::stable;

    fn text(number: u64) -> String {
        if number % 3 == 0 { format!("a longer text {number}") } else { number.to_string() }
    }

    fn taken(mut values: Values) -> Vec<(String, u64)> {
        values.take().into_iter().map(|(text, n)| (text.text().to_owned(), n)).collect()
    }

    #[test]
    fn values_that_rank_first_are_kept_with_all_their_counts() {
        let (mut whole, mut other) = (Values::default(), Values::default());
        let mut counts = std::collections::BTreeMap::<String, u64>::new();
        for at in 0..6000u64 {
            let text = text(at * at % 2503);
            let part = if at % 5 == 0 { &mut other } else { &mut whole };
            part.add(text.as_bytes(), 1 + at % 2);
            *counts.entry(text).or_insert(0) += 1 + at % 2;
        }
        whole.absorb(other);
        let mut expected: Vec<_> = counts.into_iter().collect();
        expected.sort_by_key(|(text, _)| stable(text.as_bytes()));
        expected.truncate(VALUE_CAP);
        expected.sort();
        assert_eq!(taken(whole), expected);
    }

    #[test]
    fn a_text_that_ends_with_a_zero_byte_is_its_own() {
        let mut values = Values::default();
        for text in ["", "\0", "1", "1\0", "\u{0}1", "1234567", "1234567\0", "12345678"] {
            values.add(text.as_bytes(), 1);
        }
        let sorted = ["", "\0", "\u{0}1", "1", "1\0", "1234567", "1234567\0", "12345678"];
        assert_eq!(taken(values), sorted.map(|text| (text.to_owned(), 1)));
    }
}

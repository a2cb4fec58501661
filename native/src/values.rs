//! The values of one variable with their counts: all while they are few, else those that rank first.

use hashbrown::HashTable;

use crate::hashing::stable;
use crate::texts::Held;

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
    table: HashTable<Value>,
    /// Values that rank behind this can no longer be kept.
    last: u64,
}

impl Default for Values {
    fn default() -> Self {
        Self { table: HashTable::new(), last: u64::MAX }
    }
}

impl Values {
    pub fn add(&mut self, text: &[u8], n: u64) {
        self.add_ranked(stable(text), text, n);
    }

    /// Add a value whose stable hash is known.
    #[inline]
    pub fn add_ranked(&mut self, rank: u64, text: &[u8], n: u64) {
        if rank <= self.last {
            self.add_near(rank, text, n);
        }
    }

    fn add_near(&mut self, rank: u64, text: &[u8], n: u64) {
        let same = |value: &Value| value.rank == rank && value.text.is(text);
        if let Some(value) = self.table.find_mut(rank, same) {
            value.n += n;
            return;
        }
        self.hold(Value { rank, text: Held::new(text), n });
    }

    pub fn absorb(&mut self, other: Self) {
        self.last = self.last.min(other.last);
        for value in other.table {
            if value.rank > self.last {
                continue;
            }
            let bytes = value.text.bytes();
            let same = |known: &Value| known.rank == value.rank && known.text.is(bytes);
            match self.table.find_mut(value.rank, same) {
                Some(known) => known.n += value.n,
                None => self.hold(value),
            }
        }
    }

    fn hold(&mut self, value: Value) {
        self.table.insert_unique(value.rank, value, |value| value.rank);
        if self.table.len() >= HELD {
            self.drop_surplus();
        }
    }

    fn drop_surplus(&mut self) {
        if self.table.len() <= VALUE_CAP {
            return;
        }
        let mut all: Vec<Value> = std::mem::take(&mut self.table).into_iter().collect();
        all.select_nth_unstable_by(VALUE_CAP - 1, |a, b| {
            (a.rank, a.text.bytes()).cmp(&(b.rank, b.text.bytes()))
        });
        all.truncate(VALUE_CAP);
        self.last = all.last().map_or(u64::MAX, |value| value.rank);
        for value in all {
            self.table.insert_unique(value.rank, value, |value| value.rank);
        }
    }

    /// Return what is kept, sorted by the texts' bytes.
    pub fn kept(&mut self) -> Vec<(&[u8], u64)> {
        self.drop_surplus();
        let mut all: Vec<(&[u8], u64)> =
            self.table.iter().map(|value| (value.text.bytes(), value.n)).collect();
        all.sort_unstable();
        all
    }
}

//! The rows of the counts. Most records fall into the minute their unit was last seen in, so a unit holds
//! that minute's figures, and what it held before is a row of a list that is summed now and then.

use hashbrown::HashTable;

use crate::hashing::Quick;

/// Rows of the list that are not summed yet, at least.
const UNSUMMED: usize = 1 << 16;

/// What makes records a row of the counts, but for the minute; texts by their ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unit {
    pub shape: u32,
    pub level: u32,
    pub module: u32,
    pub service: u32,
    pub host: u32,
    pub severity: i8,
}

impl Unit {
    fn hash(&self) -> u64 {
        use std::hash::Hasher;
        let mut hasher = Quick::default();
        hasher.write_u64(u64::from(self.shape) << 32 | u64::from(self.module));
        hasher.write_u64(u64::from(self.host) << 32 | u64::from(self.service));
        hasher.write_u64(u64::from(self.level) << 8 | u64::from(self.severity as u8));
        hasher.finish()
    }
}

/// Without a time.
pub const NO_MINUTE: i64 = i64::MAX;

/// The figures of a unit in a minute.
#[derive(Clone, Debug)]
pub struct Row {
    pub unit: u32,
    /// Minutes since 1970; `NO_MINUTE` without a time.
    pub minute: i64,
    pub n: u64,
    pub first: i64,
    pub last: i64,
    /// The smallest of the bodies.
    pub example: Box<str>,
}

impl Row {
    fn absorb(&mut self, other: Row) {
        self.n += other.n;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        if *other.example < *self.example {
            self.example = other.example;
        }
    }
}

/// The minute a unit was last seen in.
#[derive(Debug)]
struct Current {
    unit: Unit,
    minute: i64,
    n: u64,
    first: i64,
    last: i64,
    example: String,
}

#[derive(Default, Debug)]
pub struct Rows {
    table: HashTable<u32>,
    current: Vec<Current>,
    closed: Vec<Row>,
    summed: usize,
}

impl Rows {
    /// Return how many rows there are at most.
    pub fn len(&self) -> usize {
        self.current.len() + self.closed.len()
    }

    pub fn is_empty(&self) -> bool {
        self.current.is_empty()
    }

    /// Return what a row is of.
    pub fn unit(&self, id: u32) -> &Unit {
        &self.current[id as usize].unit
    }

    /// Count a record and return its unit's id.
    pub fn add(&mut self, unit: Unit, minute: i64, time: i64, example: &str) -> u32 {
        self.add_many(unit, minute, 1, (time, time), example)
    }

    /// Count records of a minute, from the first to the last time, and return their unit's id.
    pub fn add_many(
        &mut self,
        unit: Unit,
        minute: i64,
        n: u64,
        (first, last): (i64, i64),
        example: &str,
    ) -> u32 {
        let hash = unit.hash();
        let current = &self.current;
        let same = |&id: &u32| current[id as usize].unit == unit;
        let id = match self.table.find(hash, same) {
            Some(&id) => id,
            None => {
                let id = self.insert(hash, unit, minute, first, example);
                let current = &mut self.current[id as usize];
                (current.n, current.last) = (n, last);
                return id;
            }
        };
        let current = &mut self.current[id as usize];
        if current.minute == minute && current.n > 0 {
            current.n += n;
            current.first = current.first.min(first);
            current.last = current.last.max(last);
            if *example < *current.example {
                current.example.clear();
                current.example.push_str(example);
            }
            return id;
        }
        let row = (current.n > 0).then(|| current.row(id));
        (current.minute, current.n, current.first, current.last) = (minute, n, first, last);
        current.example.clear();
        current.example.push_str(example);
        if let Some(row) = row {
            self.close(row);
        }
        id
    }

    fn insert(&mut self, hash: u64, unit: Unit, minute: i64, time: i64, example: &str) -> u32 {
        let id = self.current.len() as u32;
        let example = example.to_owned();
        self.current.push(Current { unit, minute, n: 1, first: time, last: time, example });
        let current = &self.current;
        self.table.insert_unique(hash, id, |&id| current[id as usize].unit.hash());
        id
    }

    fn close(&mut self, row: Row) {
        self.closed.push(row);
        if self.closed.len() >= UNSUMMED.max(2 * self.summed) {
            self.sum();
        }
    }

    fn sum(&mut self) {
        let mut rows = std::mem::take(&mut self.closed);
        rows.sort_unstable_by_key(|row| (row.unit, row.minute));
        for row in rows {
            match self.closed.last_mut() {
                Some(last) if (last.unit, last.minute) == (row.unit, row.minute) => {
                    last.absorb(row)
                }
                _ => self.closed.push(row),
            }
        }
        self.summed = self.closed.len();
    }

    /// Return the rows that are summed.
    pub fn rows(&self) -> &[Row] {
        &self.closed
    }

    /// Sum all rows.
    pub fn all(&mut self) {
        for id in 0..self.current.len() {
            let current = &mut self.current[id];
            if current.n > 0 {
                let row = current.row(id as u32);
                (current.n, current.minute) = (0, NO_MINUTE);
                (current.first, current.last) = (i64::MAX, i64::MIN);
                current.example.clear();
                self.closed.push(row);
            }
        }
        self.sum();
    }

    /// Add the rows of another part, whose texts have other ids.
    pub fn absorb(&mut self, mut other: Self, unit: &dyn Fn(&Unit) -> Unit) {
        other.all();
        let mut ids = vec![u32::MAX; other.current.len()];
        for row in other.closed {
            let at = row.unit as usize;
            if ids[at] == u32::MAX {
                ids[at] = self.id(unit(&other.current[at].unit));
            }
            self.close(Row { unit: ids[at], ..row });
        }
    }

    /// Return the id of a unit, of which nothing is counted yet if it is new.
    fn id(&mut self, unit: Unit) -> u32 {
        let hash = unit.hash();
        let current = &self.current;
        if let Some(&id) = self.table.find(hash, |&id| current[id as usize].unit == unit) {
            return id;
        }
        let id = self.insert(hash, unit, NO_MINUTE, i64::MAX, "");
        let current = &mut self.current[id as usize];
        (current.n, current.last) = (0, i64::MIN);
        id
    }
}

impl Current {
    fn row(&self, unit: u32) -> Row {
        let (minute, n, first, last) = (self.minute, self.n, self.first, self.last);
        Row { unit, minute, n, first, last, example: self.example.as_str().into() }
    }
}

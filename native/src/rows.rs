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

/// The id of no unit.
pub const NO_UNIT: u32 = u32::MAX;

/// Without a time.
pub const NO_MINUTE: i64 = i64::MAX;

/// The figures of a unit in a minute.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub unit: u32,
    /// Minutes since 1970; `NO_MINUTE` without a time.
    pub minute: i64,
    pub n: u64,
    pub first: i64,
    pub last: i64,
    /// Where the smallest of the bodies stands among the examples.
    start: usize,
    length: u32,
}

impl Row {
    /// Return a row that counts nothing yet.
    fn of(unit: u32) -> Self {
        let (first, last) = (i64::MAX, i64::MIN);
        Self { unit, minute: NO_MINUTE, n: 0, first, last, start: 0, length: 0 }
    }

    fn absorb(&mut self, other: &Row, examples: &str) {
        self.n += other.n;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        if other.example(examples) < self.example(examples) {
            (self.start, self.length) = (other.start, other.length);
        }
    }

    fn example<'a>(&self, examples: &'a str) -> &'a str {
        &examples[self.start..self.start + self.length as usize]
    }
}

/// A unit, and the minute it was last seen in: nothing is counted where its row counts nothing.
#[derive(Debug)]
struct Current {
    unit: Unit,
    row: Row,
}

#[derive(Default, Debug)]
pub struct Rows {
    table: HashTable<u32>,
    current: Vec<Current>,
    closed: Vec<Row>,
    /// The examples of all rows, end to end, and some that were given up: a box for each takes a fifth of all the time
    /// that tables are made in.
    examples: String,
    summed: usize,
    /// Room for the list in another order: fresh memory costs more than what is done in it.
    sorted: Vec<Row>,
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
        let id = self.id(unit);
        self.add_many(id, minute, 1, (time, time), example);
        id
    }

    /// Return something made of what is read first when records of a unit are counted.
    pub fn touched(&self, id: u32) -> u64 {
        self.current
            .get(id as usize)
            .map_or(0, |current| current.row.n ^ u64::from(current.unit.level))
    }

    /// Return the id of a unit, which may be `likely`.
    pub fn id_of(&mut self, unit: Unit, likely: u32) -> u32 {
        let is_it = self.current.get(likely as usize).is_some_and(|one| one.unit == unit);
        if is_it { likely } else { self.id(unit) }
    }

    /// Count records of a unit in a minute, from the first to the last time.
    pub fn add_many(
        &mut self,
        id: u32,
        minute: i64,
        n: u64,
        (first, last): (i64, i64),
        example: &str,
    ) {
        let row = &mut self.current[id as usize].row;
        if row.minute == minute && row.n > 0 {
            row.n += n;
            row.first = row.first.min(first);
            row.last = row.last.max(last);
            if *example < *row.example(&self.examples) {
                (row.start, row.length) = write(example, &mut self.examples);
            }
            return;
        }
        if row.n > 0 {
            self.closed.push(*row);
        }
        let (start, length) = write(example, &mut self.examples);
        *row = Row { unit: id, minute, n, first, last, start, length };
        if self.closed.len() >= UNSUMMED.max(2 * self.summed) {
            self.sum();
        }
    }

    fn sum(&mut self) {
        self.sort();
        let (rows, mut summed) = (&mut self.closed, 0);
        for at in 0..rows.len() {
            let row = rows[at];
            match rows[..summed].last_mut() {
                Some(last) if (last.unit, last.minute) == (row.unit, row.minute) => {
                    last.absorb(&row, &self.examples)
                }
                _ => {
                    rows[summed] = row;
                    summed += 1;
                }
            }
        }
        rows.truncate(summed);
        self.summed = summed;
        let current = self.current.iter().map(|current| &current.row);
        let rows = self.closed.iter().chain(current.filter(|row| row.n > 0));
        let held: usize = rows.map(|row| row.length as usize).sum();
        if self.examples.len() > 2 * held {
            self.give_up();
        }
    }

    /// Sort the rows of the list by unit and minute. Those of a unit come by the minute mostly.
    fn sort(&mut self) {
        let mut places = vec![0; self.current.len() + 1];
        self.closed.iter().for_each(|row| places[row.unit as usize + 1] += 1);
        for unit in 1..places.len() {
            places[unit] += places[unit - 1];
        }
        self.sorted.resize(self.closed.len(), Row::of(NO_UNIT));
        for &row in &self.closed {
            let place = &mut places[row.unit as usize];
            self.sorted[*place] = row;
            *place += 1;
        }
        std::mem::swap(&mut self.closed, &mut self.sorted);
        for rows in self.closed.chunk_by_mut(|one, other| one.unit == other.unit) {
            if !rows.is_sorted_by_key(|row| row.minute) {
                rows.sort_unstable_by_key(|row| row.minute);
            }
        }
    }

    /// Keep the examples of rows alone.
    fn give_up(&mut self) {
        let examples = std::mem::take(&mut self.examples);
        let current = self.current.iter_mut().map(|current| &mut current.row);
        for row in self.closed.iter_mut().chain(current.filter(|row| row.n > 0)) {
            (row.start, row.length) = write(row.example(&examples), &mut self.examples);
        }
    }

    /// Return the rows that are summed.
    pub fn rows(&self) -> &[Row] {
        &self.closed
    }

    /// Return the smallest of the bodies of a row.
    pub fn example(&self, row: &Row) -> &str {
        row.example(&self.examples)
    }

    /// Sum all rows.
    pub fn all(&mut self) {
        self.close_all();
        self.sum();
        self.sorted = Vec::new();
    }

    fn close_all(&mut self) {
        for Current { row, .. } in self.current.iter_mut().filter(|current| current.row.n > 0) {
            self.closed.push(*row);
            *row = Row::of(row.unit);
        }
    }

    /// Add the rows of another part, whose texts have other ids; they are summed with the next.
    pub fn absorb(&mut self, mut other: Self, unit: &dyn Fn(&Unit) -> Unit) {
        other.close_all();
        let mut ids = vec![u32::MAX; other.current.len()];
        let shift = self.examples.len();
        self.examples.push_str(&other.examples);
        for row in other.closed {
            let at = row.unit as usize;
            if ids[at] == u32::MAX {
                ids[at] = self.id(unit(&other.current[at].unit));
            }
            self.closed.push(Row { unit: ids[at], start: row.start + shift, ..row });
        }
    }

    /// Return the id of a unit, of which nothing is counted yet if it is new.
    fn id(&mut self, unit: Unit) -> u32 {
        let hash = unit.hash();
        let current = &self.current;
        if let Some(&id) = self.table.find(hash, |&id| current[id as usize].unit == unit) {
            return id;
        }
        let id = self.current.len() as u32;
        self.current.push(Current { unit, row: Row::of(id) });
        let current = &self.current;
        self.table.insert_unique(hash, id, |&id| current[id as usize].unit.hash());
        id
    }
}

/// Write an example behind others; return where it stands.
fn write(example: &str, examples: &mut String) -> (usize, u32) {
    let start = examples.len();
    examples.push_str(example);
    (start, example.len() as u32)
}

#[cfg(test)]
mod tests {
    use super::{NO_MINUTE, Row, Rows, UNSUMMED, Unit};

    type Said = (u32, i64, u64, i64, i64, String);

    fn unit(shape: u32) -> Unit {
        Unit { shape, level: 1, module: 2, service: 3, host: 4, severity: 9 }
    }

    fn summed(mut rows: Rows) -> Vec<Said> {
        rows.all();
        let said = |row: &Row| {
            let shape = rows.unit(row.unit).shape;
            (shape, row.minute, row.n, row.first, row.last, rows.example(row).to_owned())
        };
        let mut all: Vec<Said> = rows.rows().iter().map(said).collect();
        all.sort();
        all
    }

    /// Records of a few shapes that go to and fro in time.
    fn records(n: u64) -> impl Iterator<Item = (u32, i64, i64, String)> {
        (0..n).map(|i| {
            let mixed = i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            let (shape, minute) = ((mixed % 3) as u32, (mixed / 3 % 50) as i64);
            let minute = if mixed % 17 == 0 { NO_MINUTE } else { minute };
            (shape, minute, mixed as i64, format!("example {}", mixed % 1000))
        })
    }

    fn expected(n: u64) -> Vec<Said> {
        let mut all = std::collections::BTreeMap::<(u32, i64), (u64, i64, i64, String)>::new();
        for (shape, minute, time, example) in records(n) {
            let new = (0, i64::MAX, i64::MIN, example.clone());
            let row = all.entry((shape, minute)).or_insert(new);
            *row =
                (row.0 + 1, row.1.min(time), row.2.max(time), row.3.clone().min(example.clone()));
        }
        all.into_iter().map(|((a, b), (c, d, e, f))| (a, b, c, d, e, f)).collect()
    }

    #[test]
    fn rows_are_the_same_however_often_they_are_summed_on_the_way() {
        let n = if cfg!(miri) { 300 } else { 3 * UNSUMMED as u64 };
        let mut rows = Rows::default();
        for (at, (shape, minute, time, example)) in records(n).enumerate() {
            rows.add(unit(shape), minute, time, &example);
            if at % 1009 == 0 {
                rows.all();
            }
        }
        assert_eq!(summed(rows), expected(n));
    }

    #[test]
    fn rows_of_two_parts_are_those_of_the_whole() {
        let mut parts = [Rows::default(), Rows::default()];
        for (at, (shape, minute, time, example)) in records(500).enumerate() {
            // The second knows the units by other numbers.
            let shape = if at % 2 == 0 { shape } else { 2 - shape };
            parts[at % 2].add(unit(shape), minute, time, &example);
        }
        let [mut whole, other] = parts;
        whole.absorb(other, &|one| Unit { shape: 2 - one.shape, ..*one });
        assert_eq!(summed(whole), expected(500));
    }
}

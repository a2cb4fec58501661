//! Records of recipes, which wait until the end of a stretch and are then counted together, those of one form at once.

use crate::recipes::Shifts;
use crate::tally::Facts;

/// A record that waits to be counted with others: where its line stands, and what it says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Waiting {
    pub recipe: u32,
    pub start: u32,
    pub length: u32,
    /// Where its shifts stand (`recipes::Shifts`).
    pub shifts: u32,
    /// The number of its line, counted from the first of the stretch.
    pub line: u32,
    pub module: u32,
    pub service: u32,
    pub host: u32,
    pub time: i64,
}

impl Waiting {
    /// Return a record of a recipe and some shifts; `place`: where its line begins and stops, and its number.
    #[inline]
    pub fn new(
        (recipe, shifts): (u32, u32),
        (start, stop, line): (usize, usize, u32),
        facts: &Facts,
    ) -> Self {
        let &Facts { module, service, host, .. } = facts;
        let (length, start, time) = ((stop - start) as u32, start as u32, facts.time.unwrap_or(0));
        Self { recipe, start, length, shifts, line, module, service, host, time }
    }

    /// Return its line of a text.
    pub fn line<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        &text[self.start as usize..][..self.length as usize]
    }
}

/// Records that wait, as they came.
#[derive(Default)]
pub struct Queue {
    all: Vec<Waiting>,
    groups: Vec<u32>,
    /// How many there are of each group, and which groups there are, with the recipe of each.
    sizes: Vec<u32>,
    met: Vec<(u32, u32)>,
    sorted: Vec<Waiting>,
}

impl Queue {
    /// Let a record of a group wait.
    pub fn push(&mut self, group: usize, record: Waiting) {
        if self.sizes.len() <= group {
            self.sizes.resize((group + 1).next_power_of_two(), 0);
        }
        let size = &mut self.sizes[group];
        if *size == 0 {
            self.met.push((record.recipe, group as u32));
        }
        *size += 1;
        self.all.push(record);
        self.groups.push(group as u32);
    }

    /// Return all records, those of a recipe side by side, and of these those of a group, as they came; none waits then.
    pub fn take(&mut self) -> Vec<Waiting> {
        self.met.sort_unstable();
        let mut next = 0;
        for &(_, group) in &self.met {
            let size = &mut self.sizes[group as usize];
            (*size, next) = (next, next + *size);
        }
        let mut sorted = std::mem::take(&mut self.sorted);
        sorted.resize(self.all.len(), Waiting::default());
        for (&group, &record) in self.groups.iter().zip(&self.all) {
            let place = &mut self.sizes[group as usize];
            sorted[*place as usize] = record;
            *place += 1;
        }
        self.met.drain(..).for_each(|(_, group)| self.sizes[group as usize] = 0);
        self.all.clear();
        self.groups.clear();
        sorted
    }

    /// Give back the room of records that were taken.
    pub fn give_back(&mut self, sorted: Vec<Waiting>) {
        self.sorted = sorted;
    }
}

/// Records whose lines are read together before they are counted.
const AHEAD: usize = 64;

/// Read a little of the lines of the first records, and of their shifts: what is read soon then waits for memory once and not line by line.
/// Return how many they were.
pub fn touch(records: &[Waiting], text: &[u8], shifts: Shifts<'_>) -> usize {
    let first = &records[..records.len().min(AHEAD)];
    let bytes = first.iter().flat_map(|one| one.line(text).iter().step_by(64));
    std::hint::black_box(bytes.fold(0, |sum, &byte| sum ^ byte));
    let shifts = first.iter().filter_map(|one| shifts.of(one.shifts).first());
    std::hint::black_box(shifts.fold(0, |sum, &shift| sum ^ shift));
    first.len()
}

#[cfg(test)]
mod tests {
    use super::{Queue, Waiting};

    #[test]
    fn records_of_a_group_stand_side_by_side_as_they_came() {
        let mut queue = Queue::default();
        for _ in 0..2 {
            for (line, group) in [(0, 7), (1, 2), (2, 7), (3, 900), (4, 2), (5, 7)] {
                let recipe = if group == 2 { 8 } else { 4 };
                queue.push(group, Waiting { line, recipe, ..Waiting::default() });
            }
            let sorted = queue.take();
            let lines: Vec<u32> = sorted.iter().map(|one| one.line).collect();
            assert_eq!(lines, [0, 2, 5, 3, 1, 4]);
            queue.give_back(sorted);
        }
        assert!(queue.take().is_empty());
    }
}

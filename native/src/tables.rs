//! The tables of a tally as columns, sorted by key: the buffers that Arrow arrays are made of.

use std::panic::resume_unwind;
use std::thread;

use crate::rows::{NO_MINUTE, Row, Rows};
use crate::tally::{Tally, Variable};
use crate::texts::Names;

/// A column of text: where each row ends, and all rows end to end.
pub struct Texts {
    pub offsets: Vec<u8>,
    pub data: Vec<u8>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { offsets: 0i64.to_le_bytes().to_vec(), data: Vec::new() }
    }
}

impl Texts {
    pub fn push(&mut self, text: &str) {
        self.data.extend_from_slice(text.as_bytes());
        self.offsets.extend_from_slice(&(self.data.len() as i64).to_le_bytes());
    }
}

/// A column of one of the kinds the tables have.
pub enum Column {
    Texts(Texts),
    /// Values of fixed width, end to end.
    Fixed(Vec<u8>),
    /// Values of fixed width, and one byte a row: 1 where it holds.
    Nullable(Vec<u8>, Vec<u8>),
}

pub struct Table {
    pub rows: usize,
    pub columns: Vec<Column>,
}

const MINUTE_US: i64 = 60_000_000;

fn order_of(names: &Names) -> Vec<u32> {
    let mut order = vec![0; names.len()];
    for (id, place) in names.places().into_iter().enumerate() {
        order[place as usize] = id as u32;
    }
    order
}

/// Return counts, slots, values, buckets and the counts of the time before: what is counted by the minute
/// and what is known of variables each in a thread.
pub fn all(tally: Tally) -> [Table; 5] {
    let Tally { shapes, names, mut variables, counts: during, before, .. } = tally;
    let (shapes, names) = (&shapes, &names);
    thread::scope(|scope| {
        // Each frees what it was given, too: that is many small pieces.
        let of_variables = scope.spawn(move || {
            let values = values(shapes, &mut variables);
            (slots(shapes, &variables), values, buckets(shapes, &variables))
        });
        let (before, counts) = (counts(shapes, names, before), counts(shapes, names, during));
        let (slots, values, buckets) = of_variables.join().unwrap_or_else(|why| resume_unwind(why));
        [counts, slots, values, buckets, before]
    })
}

/// `COUNTS`, or the same of the time before.
fn counts(known_shapes: &Names, known_names: &Names, mut table: Rows) -> Table {
    let shapes = known_shapes.places();
    let names = known_names.places();
    table.all();
    let mut rows: Vec<&Row> = table.rows().iter().collect();
    let name = |id: u32| names[id as usize];
    rows.sort_by_cached_key(|row| {
        let unit = table.unit(row.unit);
        (
            shapes[unit.shape as usize],
            unit.severity,
            name(unit.level),
            name(unit.module),
            name(unit.service),
            name(unit.host),
            row.minute,
        )
    });
    let mut texts: [Texts; 6] = Default::default();
    let (mut severity, mut n) = (Vec::new(), Vec::new());
    let mut times: [Vec<u8>; 3] = Default::default();
    let mut timed = Vec::new();
    for row in &rows {
        let key = table.unit(row.unit);
        let said = [key.level, key.module, key.service, key.host];
        texts[0].push(known_shapes.text(key.shape));
        for (column, id) in texts[1..5].iter_mut().zip(said) {
            column.push(known_names.text(id));
        }
        texts[5].push(&row.example);
        severity.push(key.severity as u8);
        n.extend_from_slice(&(row.n as i64).to_le_bytes());
        let has_time = row.minute != NO_MINUTE;
        let minute = if has_time { row.minute * MINUTE_US } else { 0 };
        for (column, time) in times.iter_mut().zip([minute, row.first, row.last]) {
            column.extend_from_slice(&time.to_le_bytes());
        }
        timed.push(u8::from(has_time));
    }
    let [shape, level, module, service, host, example] = texts;
    let [minute, first, last] = times;
    Table {
        rows: rows.len(),
        columns: vec![
            Column::Texts(shape),
            Column::Fixed(severity),
            Column::Texts(level),
            Column::Texts(module),
            Column::Texts(service),
            Column::Texts(host),
            Column::Nullable(minute, timed.clone()),
            Column::Fixed(n),
            Column::Nullable(first, timed.clone()),
            Column::Nullable(last, timed),
            Column::Texts(example),
        ],
    }
}

/// `SLOTS`.
fn slots(shapes: &Names, variables: &[Vec<Variable>]) -> Table {
    let (mut shape, mut name, mut unit) = (Texts::default(), Texts::default(), Texts::default());
    let (mut slot, mut n, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    let (mut minimum, mut maximum, mut total) = (Vec::new(), Vec::new(), Vec::new());
    let mut numeric = Vec::new();
    for id in order_of(shapes) {
        for (at, variable) in variables[id as usize].iter().enumerate() {
            // What a recipe was made for and never counted says nothing.
            let mut all: Vec<_> = variable.figures.iter().filter(|figures| figures.n > 0).collect();
            all.sort_unstable_by(|a, b| {
                (a.name.bytes(), a.unit.bytes()).cmp(&(b.name.bytes(), b.unit.bytes()))
            });
            for figures in all {
                shape.push(shapes.text(id));
                slot.extend_from_slice(&(at as i16).to_le_bytes());
                name.push(figures.name.text());
                unit.push(figures.unit.text());
                n.extend_from_slice(&(figures.n as i64).to_le_bytes());
                numbers.extend_from_slice(&(figures.numbers as i64).to_le_bytes());
                minimum.extend_from_slice(&figures.minimum.to_le_bytes());
                maximum.extend_from_slice(&figures.maximum.to_le_bytes());
                total.extend_from_slice(&figures.micros.to_le_bytes());
                numeric.push(u8::from(figures.numbers > 0));
            }
        }
    }
    Table {
        rows: numeric.len(),
        columns: vec![
            Column::Texts(shape),
            Column::Fixed(slot),
            Column::Texts(name),
            Column::Texts(unit),
            Column::Fixed(n),
            Column::Fixed(numbers),
            Column::Nullable(minimum, numeric.clone()),
            Column::Nullable(maximum, numeric.clone()),
            Column::Nullable(total, numeric),
        ],
    }
}

/// `SLOT_VALUES`.
fn values(shapes: &Names, variables: &mut [Vec<Variable>]) -> Table {
    let (mut shape, mut value) = (Texts::default(), Texts::default());
    let (mut slot, mut n) = (Vec::new(), Vec::new());
    let mut rows = 0;
    for id in order_of(shapes) {
        for (at, variable) in variables[id as usize].iter_mut().enumerate() {
            for (text, count) in variable.values.kept() {
                shape.push(shapes.text(id));
                slot.extend_from_slice(&(at as i16).to_le_bytes());
                value.push(text);
                n.extend_from_slice(&(count as i64).to_le_bytes());
                rows += 1;
            }
        }
    }
    let columns =
        vec![Column::Texts(shape), Column::Fixed(slot), Column::Texts(value), Column::Fixed(n)];
    Table { rows, columns }
}

/// `SLOT_BUCKETS`.
fn buckets(shapes: &Names, variables: &[Vec<Variable>]) -> Table {
    let mut shape = Texts::default();
    let (mut slot, mut bucket, mut n) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = 0;
    for id in order_of(shapes) {
        for (at, variable) in variables[id as usize].iter().enumerate() {
            for (place, count) in variable.buckets.all() {
                shape.push(shapes.text(id));
                slot.extend_from_slice(&(at as i16).to_le_bytes());
                bucket.extend_from_slice(&place.to_le_bytes());
                n.extend_from_slice(&(count as i64).to_le_bytes());
                rows += 1;
            }
        }
    }
    let columns =
        vec![Column::Texts(shape), Column::Fixed(slot), Column::Fixed(bucket), Column::Fixed(n)];
    Table { rows, columns }
}

//! The tables of a tally as columns, sorted by key: the buffers that Arrow arrays are made of.

use std::panic::resume_unwind;
use std::thread;

use crate::rows::{NO_MINUTE, Row, Rows, Unit};
use crate::tally::Tally;
use crate::texts::Names;
use crate::variables::Variable;

/// A column of text: where each row ends, and all rows end to end.
pub struct Texts {
    pub offsets: Vec<u8>,
    pub data: Vec<u8>,
}

impl Default for Texts {
    fn default() -> Self {
        Self::with_room(0, 0)
    }
}

impl Texts {
    fn with_room(rows: usize, bytes: usize) -> Self {
        let mut offsets = Vec::with_capacity((rows + 1) * 8);
        offsets.extend_from_slice(&0i64.to_le_bytes());
        Self { offsets, data: Vec::with_capacity(bytes) }
    }

    /// Forget all rows but the first.
    pub fn cut(&mut self, rows: usize) {
        self.offsets.truncate((rows + 1) * size_of::<i64>());
        let end = self.offsets.last_chunk().map_or(0, |end| i64::from_le_bytes(*end));
        self.data.truncate(end as usize);
    }

    /// Return the column of some texts, which are looked at twice so that it is never moved.
    fn of<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Self {
        let (rows, bytes) =
            texts.clone().fold((0, 0), |(rows, bytes), text| (rows + 1, bytes + text.len()));
        let mut column = Self::with_room(rows, bytes);
        texts.for_each(|text| column.push(text));
        column
    }

    pub fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// Append a text whose bytes were those of one.
    fn push_bytes(&mut self, text: &[u8]) {
        self.data.extend_from_slice(text);
        self.offsets.extend_from_slice(&(self.data.len() as i64).to_le_bytes());
    }
}

/// The texts that codes stand for.
#[derive(Clone, Copy)]
pub enum Of {
    Shapes,
    Names,
}

/// A column of one of the kinds the tables have.
pub enum Column {
    Texts(Texts),
    /// The numbers of texts, four bytes each: what many rows say would be most of the bytes.
    Coded(Vec<u8>, Of),
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

/// The tables of a tally, and the texts that their codes stand for.
pub struct Tables {
    /// Counts, slots, values, buckets and the counts of the time before.
    pub tables: [Table; 5],
    pub shapes: Texts,
    pub names: Texts,
}

/// Return the tables of a tally: what is counted by the minute and what is known of variables each in a thread.
pub fn all(tally: Tally) -> Tables {
    let Tally { shapes, names, mut variables, counts: during, before, .. } = tally;
    let (shapes, names) = (&shapes, &names);
    let tables = thread::scope(|scope| {
        // Each frees what it was given, too: that is many small pieces.
        let of_variables = scope.spawn(move || {
            let values = values(shapes, &mut variables);
            (slots(shapes, &variables), values, buckets(shapes, &variables))
        });
        let (before, counts) = (counts(shapes, names, before), counts(shapes, names, during));
        let (slots, values, buckets) = of_variables.join().unwrap_or_else(|why| resume_unwind(why));
        [counts, slots, values, buckets, before]
    });
    let of = |names: &Names| Texts::of(names.texts().iter().map(|text| &**text));
    Tables { tables, shapes: of(shapes), names: of(names) }
}

/// `COUNTS`, or the same of the time before.
fn counts(shapes: &Names, names: &Names, mut table: Rows) -> Table {
    table.all();
    let rows = sorted(&table, shapes, names);
    let codes_of = |of: Of, id: fn(&Unit) -> u32| {
        Column::Coded(fixed(rows.iter().map(|(unit, _)| id(unit).to_le_bytes())), of)
    };
    let times_of = |time: fn(&Row) -> i64| {
        let is_timed = |row: &Row| row.minute != NO_MINUTE;
        let of = |row: &Row| if is_timed(row) { time(row) } else { 0 };
        let valid = rows.iter().map(|(_, row)| u8::from(is_timed(row))).collect();
        Column::Nullable(fixed(rows.iter().map(|(_, row)| of(row).to_le_bytes())), valid)
    };
    let columns = vec![
        codes_of(Of::Shapes, |unit| unit.shape),
        Column::Fixed(rows.iter().map(|(unit, _)| unit.severity as u8).collect()),
        codes_of(Of::Names, |unit| unit.level),
        codes_of(Of::Names, |unit| unit.module),
        codes_of(Of::Names, |unit| unit.service),
        codes_of(Of::Names, |unit| unit.host),
        times_of(|row| row.minute * MINUTE_US),
        Column::Fixed(fixed(rows.iter().map(|(_, row)| row.n.to_le_bytes()))),
        times_of(|row| row.first),
        times_of(|row| row.last),
        Column::Texts(Texts::of(rows.iter().map(|(_, row)| table.example(row)))),
    ];
    Table { rows: rows.len(), columns }
}

/// Return the rows that are summed in the order of the counts, each with what it is of.
fn sorted<'a>(table: &'a Rows, shapes: &Names, names: &Names) -> Vec<(&'a Unit, &'a Row)> {
    let (shapes, names) = (shapes.places(), names.places());
    // Rows stand by unit and minute already, and there are fewer units.
    let mut units: Vec<&[Row]> = table.rows().chunk_by(|a, b| a.unit == b.unit).collect();
    units.sort_by_cached_key(|rows| {
        let unit = table.unit(rows[0].unit);
        let said = [unit.level, unit.module, unit.service, unit.host];
        (shapes[unit.shape as usize], unit.severity, said.map(|id| names[id as usize]))
    });
    let pairs = |rows: &'a [Row]| rows.iter().map(|row| (table.unit(row.unit), row));
    units.into_iter().flat_map(pairs).collect()
}

fn fixed<const WIDTH: usize>(values: impl Iterator<Item = [u8; WIDTH]>) -> Vec<u8> {
    let mut column = Vec::with_capacity(values.size_hint().0 * WIDTH);
    values.for_each(|value| column.extend_from_slice(&value));
    column
}

/// `SLOTS`.
fn slots(shapes: &Names, variables: &[Vec<Variable>]) -> Table {
    let (mut shape, mut name, mut unit) = (Vec::new(), Texts::default(), Texts::default());
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
                shape.extend_from_slice(&id.to_le_bytes());
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
            Column::Coded(shape, Of::Shapes),
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
    let (mut shape, mut value) = (Vec::new(), Texts::default());
    let (mut slot, mut n) = (Vec::new(), Vec::new());
    let mut rows = 0;
    for id in order_of(shapes) {
        for (at, variable) in variables[id as usize].iter_mut().enumerate() {
            for (text, count) in variable.values.take() {
                shape.extend_from_slice(&id.to_le_bytes());
                slot.extend_from_slice(&(at as i16).to_le_bytes());
                value.push_bytes(text.bytes());
                n.extend_from_slice(&(count as i64).to_le_bytes());
                rows += 1;
            }
        }
    }
    let columns = vec![
        Column::Coded(shape, Of::Shapes),
        Column::Fixed(slot),
        Column::Texts(value),
        Column::Fixed(n),
    ];
    Table { rows, columns }
}

/// `SLOT_BUCKETS`.
fn buckets(shapes: &Names, variables: &[Vec<Variable>]) -> Table {
    let mut shape = Vec::new();
    let (mut slot, mut bucket, mut n) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = 0;
    for id in order_of(shapes) {
        for (at, variable) in variables[id as usize].iter().enumerate() {
            for (place, count) in variable.buckets.all() {
                shape.extend_from_slice(&id.to_le_bytes());
                slot.extend_from_slice(&(at as i16).to_le_bytes());
                bucket.extend_from_slice(&place.to_le_bytes());
                n.extend_from_slice(&(count as i64).to_le_bytes());
                rows += 1;
            }
        }
    }
    let columns = vec![
        Column::Coded(shape, Of::Shapes),
        Column::Fixed(slot),
        Column::Fixed(bucket),
        Column::Fixed(n),
    ];
    Table { rows, columns }
}

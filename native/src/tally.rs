//! The running tables of a part: counts, slots, values and buckets. Twin of `kernel.count` and `kernel.slots`.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crate::checks::Checks;
use crate::chunks::Told;
use crate::headers::Header;
use crate::recipes::Shifts;
use crate::rows::{NO_MINUTE, NO_UNIT, Rows, Unit};
use crate::shape::{LINE_CAP, Scanner};
use crate::texts::Names;
use crate::thrown::example_of;
use crate::together::Together;
use crate::variables::{KnownSlot, Variable, text_of};
use crate::waiting::Waiting;

const MINUTE_US: i64 = 60_000_000;

/// What a record says beside its body; texts by their ids in `Tally::names`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    pub time: Option<i64>,
    pub severity: i8,
    pub level: u32,
    pub module: u32,
    pub service: u32,
    pub host: u32,
    /// The host's address alone.
    pub address: u32,
}

/// How the records of a recipe are counted: their shape, and where its variables stand in the line.
pub struct Known {
    pub shape: u32,
    /// The unit in which records of it were counted last.
    unit: AtomicU32,
    slots: Box<[KnownSlot]>,
}

impl Known {
    /// Read a little of it: it is needed soon.
    pub fn touch(&self) {
        std::hint::black_box(
            self.slots.iter().fold(self.shape, |sum, slot| sum.wrapping_add(slot.figures.into())),
        );
    }
}

/// A record that was counted and may be learnt: its shape, its first line, and what digits told of that.
pub struct Watched<'a> {
    pub shape: u32,
    first: &'a str,
    told: Vec<Told<'a>>,
}

/// The id of the empty text among `Tally::names`.
pub const NOTHING: u32 = 0;

/// The tables of a part, growing.
pub struct Tally {
    pub shapes: Names,
    pub names: Names,
    pub variables: Vec<Vec<Variable>>,
    pub counts: Rows,
    /// Counts of the records of the time before, when that is compared.
    pub before: Rows,
    scanner: Scanner,
    together: Together,
    units: Vec<u32>,
}

impl Default for Tally {
    fn default() -> Self {
        let mut names = Names::default();
        names.id(""); // NOTHING
        Self {
            shapes: Names::default(),
            names,
            variables: Vec::new(),
            counts: Rows::default(),
            before: Rows::default(),
            scanner: Scanner::default(),
            together: Together::default(),
            units: Vec::new(),
        }
    }
}

impl Tally {
    /// Count a record and return the ids of its shape and of its unit.
    pub fn add(&mut self, facts: &Facts, body: &str) -> (u32, u32) {
        let line = self.scanner.scan(body);
        self.add_scanned(facts, body, line)
    }

    /// Count a record and return what `learn` may be asked of before the next is counted.
    pub fn add_watched<'a>(&mut self, facts: &Facts, body: &'a str) -> Watched<'a> {
        let (first, told) = self.scanner.scan_watched(body);
        let (shape, _) = self.add_scanned(facts, body, first);
        Watched { shape, first, told }
    }

    fn add_scanned(&mut self, facts: &Facts, body: &str, line: &str) -> (u32, u32) {
        let shape = self.shapes.id(self.scanner.shape());
        let variables = room_for(&mut self.variables, shape);
        add_slots(variables, &self.scanner, line);
        (shape, row(&mut self.counts, shape, facts, body))
    }

    /// Return the same of a record that is not counted.
    pub fn watch<'a>(&mut self, body: &'a str) -> Watched<'a> {
        let (first, told) = self.scanner.scan_watched(body);
        let shape = self.shapes.id(self.scanner.shape());
        widen(room_for(&mut self.variables, shape), self.scanner.slots().len());
        Watched { shape, first, told }
    }

    /// Count records as another was counted that is alike but for digits; `text` is what they stand in.
    pub fn add_known(
        &mut self,
        known: &Known,
        header: &Header,
        waiting: &[Waiting],
        (text, shifts): (&[u8], Shifts<'_>),
    ) {
        let mut likely = known.unit.load(Ordering::Relaxed);
        let body_of = |one: &Waiting| {
            let line = one.line(text);
            &line[header.body(line.len())]
        };
        let sums = self.together.sums(waiting, body_of);
        self.units.clear();
        for sum in sums {
            likely = self.counts.id_of(header.unit(known.shape, &sum.one), likely);
            self.units.push(likely);
        }
        for (sum, &id) in sums.iter().zip(&self.units) {
            let (body, times) = (text_of(body_of(&sum.smallest)), (sum.since, sum.until));
            self.counts.add_many(id, sum.minute, sum.n, times, body);
        }
        known.unit.store(likely, Ordering::Relaxed);
        let variables = &mut self.variables[known.shape as usize];
        for (variable, slot) in variables.iter_mut().zip(&known.slots) {
            variable.figures[slot.figures as usize].n += waiting.len() as u64;
            for alike in waiting.chunk_by(|one, other| one.shifts == other.shifts) {
                let shifts = shifts.of(alike[0].shifts);
                let (start, end) = (slot.start.of(shifts), slot.end.of(shifts));
                variable.add_column(slot, (start, end), alike, text);
            }
        }
    }

    /// Read a little of the variables of a recipe: they lie anywhere in memory, and wait together.
    pub fn touch(&self, known: &Known) {
        let variables = self.variables[known.shape as usize].iter().zip(&known.slots);
        let row = self.counts.touched(known.unit.load(Ordering::Relaxed));
        std::hint::black_box(variables.fold(row, |sum, (variable, slot)| {
            variable.touched(slot.figures.into()).wrapping_add(sum)
        }));
    }

    /// Count a record of the time before, as another that is alike but for digits.
    pub fn add_before_known(&mut self, known: &Known, facts: &Facts, body: &str) {
        row(&mut self.before, known.shape, facts, body);
    }

    /// Return how the records are counted that are like the one counted last, but for digits; none: only one by one.
    pub fn learn(&mut self, line: &str, last: &Watched<'_>, checks: &mut Checks) -> Option<Known> {
        let Watched { shape, first, ref told } = *last;
        let offset = first.as_ptr() as usize - line.as_ptr() as usize;
        if !checks.told(line, told) {
            return None;
        }
        for year in self.scanner.may_be_years(first) {
            let start = year.as_ptr() as usize - line.as_ptr() as usize;
            checks.no_year(year, start);
        }
        let variables = &mut self.variables[shape as usize];
        let mut slots = Vec::with_capacity(self.scanner.slots().len());
        for (variable, slot) in variables.iter_mut().zip(self.scanner.slots()) {
            let (start, end) = self.scanner.place(slot, first)?;
            let (start, end) = (offset + start, offset + end);
            checks.free(start, end);
            let place = variable.place_of(self.scanner.name(slot), self.scanner.unit(slot, first));
            slots.push(KnownSlot {
                start: checks.place(start),
                end: checks.place(end),
                figures: place as u16,
                numeric: slot.number.is_some(),
                is_joined: line[start..end] != *self.scanner.text(slot, first),
            });
        }
        Some(Known { shape, unit: AtomicU32::new(NO_UNIT), slots: slots.into() })
    }

    /// Count a record of the time before, whose variables are not kept, and return the id of its shape.
    pub fn add_before(&mut self, facts: &Facts, body: &str) -> u32 {
        self.scanner.scan(body);
        let shape = self.shapes.id(self.scanner.shape());
        room_for(&mut self.variables, shape);
        row(&mut self.before, shape, facts, body);
        shape
    }

    /// Return the shape of a body without counting it.
    pub fn shape_of(&mut self, body: &str) -> &str {
        self.scanner.scan(body);
        self.scanner.shape()
    }

    /// About how much memory it holds: a shape with its variables, a name, and rows, as measured [bytes].
    pub fn weight(&self) -> usize {
        let texts = self.shapes.len() * 3072 + self.names.len() * 160;
        texts + self.counts.weight() + self.before.weight()
    }

    /// Add another part.
    pub fn absorb(&mut self, other: Self) {
        let shapes: Vec<u32> =
            other.shapes.texts().iter().map(|text| self.shapes.id(text)).collect();
        let names: Vec<u32> = other.names.texts().iter().map(|text| self.names.id(text)).collect();
        let unit = |unit: &Unit| Unit {
            shape: shapes[unit.shape as usize],
            level: names[unit.level as usize],
            module: names[unit.module as usize],
            service: names[unit.service as usize],
            host: names[unit.host as usize],
            severity: unit.severity,
        };
        self.variables.resize_with(self.shapes.len(), Vec::new);
        let variables = &mut self.variables;
        thread::scope(|scope| {
            scope.spawn(|| {
                for (more, &id) in other.variables.into_iter().zip(&shapes) {
                    absorb_variables(&mut variables[id as usize], more);
                }
            });
            self.counts.absorb(other.counts, &unit);
            self.before.absorb(other.before, &unit);
        });
    }
}

/// Return the variables of a shape, with room for them.
fn room_for(variables: &mut Vec<Vec<Variable>>, shape: u32) -> &mut Vec<Variable> {
    let shape = shape as usize;
    if shape >= variables.len() {
        variables.resize_with(shape + 1, Vec::new);
    }
    &mut variables[shape]
}

fn widen(variables: &mut Vec<Variable>, count: usize) {
    if variables.len() < count {
        variables.resize_with(count, Variable::default);
    }
}

fn row(rows: &mut Rows, shape: u32, facts: &Facts, body: &str) -> u32 {
    let unit = Unit {
        shape,
        level: facts.level,
        module: facts.module,
        service: facts.service,
        host: facts.host,
        severity: facts.severity,
    };
    let minute = facts.time.map_or(NO_MINUTE, |time| time.div_euclid(MINUTE_US));
    rows.add(unit, minute, facts.time.unwrap_or(0), &example_of(body, LINE_CAP))
}

fn absorb_variables(into: &mut Vec<Variable>, from: Vec<Variable>) {
    widen(into, from.len());
    for (known, more) in into.iter_mut().zip(from) {
        for figures in more.figures {
            known.absorb_figures(figures);
        }
        known.values.absorb(more.values);
        known.buckets.absorb(&more.buckets);
    }
}

fn add_slots(variables: &mut Vec<Variable>, scanner: &Scanner, line: &str) {
    let slots = scanner.slots();
    widen(variables, slots.len());
    for (variable, slot) in variables.iter_mut().zip(slots) {
        variable.add(scanner.name(slot), scanner.unit(slot, line), slot.number);
        variable.add_value(scanner.text(slot, line).as_bytes());
    }
}

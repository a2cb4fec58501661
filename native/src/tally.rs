//! The running tables of a part: counts, slots, values and buckets. Twin of `kernel.count` and `kernel.slots`.

use hashbrown::{HashMap, HashTable};

use crate::chars::prefix;
use crate::hashing::{QuickState, quick, stable};
use crate::numbers::{Number, bucket};
use crate::shape::{LINE_CAP, Scanner};
use crate::values::Values;

/// Longest value kept as it is [characters].
const VALUE_LENGTH: usize = 200;
/// What of a longer one is kept before its hash [characters].
const VALUE_HEAD: usize = VALUE_LENGTH - 18;
const MINUTE_US: i64 = 60_000_000;

/// Texts by number, each once.
#[derive(Default)]
pub struct Names {
    table: HashTable<(u64, u32)>,
    texts: Vec<Box<str>>,
}

impl Names {
    pub fn id(&mut self, text: &str) -> u32 {
        let hash = quick(text.as_bytes());
        let texts = &self.texts;
        let same = |&(known, id): &(u64, u32)| known == hash && *texts[id as usize] == *text;
        if let Some(&(_, id)) = self.table.find(hash, same) {
            return id;
        }
        let id = self.texts.len() as u32;
        self.texts.push(text.into());
        self.table.insert_unique(hash, (hash, id), |&(hash, _)| hash);
        id
    }

    pub fn text(&self, id: u32) -> &str {
        &self.texts[id as usize]
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Return the place of every id among the sorted texts.
    pub fn places(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| self.texts[a as usize].cmp(&self.texts[b as usize]));
        let mut places = vec![0; order.len()];
        for (place, &id) in order.iter().enumerate() {
            places[id as usize] = place as u32;
        }
        places
    }
}

/// What makes two records the same row of the counts; texts by their ids.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    pub shape: u32,
    pub level: u32,
    pub module: u32,
    pub service: u32,
    pub host: u32,
    pub severity: i8,
    /// Minutes since 1970; `NO_MINUTE` without a time.
    pub minute: i64,
}

pub const NO_MINUTE: i64 = i64::MAX;

/// One row of the counts.
#[derive(Debug)]
pub struct Count {
    pub n: u64,
    pub span: Option<(i64, i64)>,
    pub example: Box<str>,
}

/// The figures of a variable under one name and unit.
#[derive(Debug)]
pub struct Figures {
    pub name: Box<str>,
    pub unit: Box<str>,
    pub n: u64,
    pub numbers: u64,
    pub minimum: f64,
    pub maximum: f64,
    pub micros: i128,
}

/// One variable of a shape.
#[derive(Default, Debug)]
pub struct Variable {
    pub figures: Vec<Figures>,
    pub values: Values,
    pub buckets: HashMap<i32, u64, QuickState>,
}

/// What a record says beside its body; texts by their ids in `Tally::names`.
#[derive(Clone, Copy, Debug)]
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

/// The tables of a part, growing.
#[derive(Default)]
pub struct Tally {
    pub shapes: Names,
    pub names: Names,
    pub variables: Vec<Vec<Variable>>,
    pub counts: HashMap<Key, Count, QuickState>,
    /// Counts of the records of the time before, when that is compared.
    pub before: HashMap<Key, Count, QuickState>,
    scanner: Scanner,
}

impl Tally {
    /// Count a record and return the id of its shape.
    pub fn add(&mut self, facts: &Facts, body: &str) -> u32 {
        let line = self.scanner.scan(body);
        let shape = self.shapes.id(self.scanner.shape());
        if shape as usize >= self.variables.len() {
            self.variables.resize_with(shape as usize + 1, Vec::new);
        }
        add_slots(&mut self.variables[shape as usize], &self.scanner, line);
        row(&mut self.counts, shape, facts, body);
        shape
    }

    /// Count a record of the time before, whose variables are not kept, and return the id of its shape.
    pub fn add_before(&mut self, facts: &Facts, body: &str) -> u32 {
        self.scanner.scan(body);
        let shape = self.shapes.id(self.scanner.shape());
        if shape as usize >= self.variables.len() {
            self.variables.resize_with(shape as usize + 1, Vec::new);
        }
        row(&mut self.before, shape, facts, body);
        shape
    }

    /// Return the shape of a body without counting it.
    pub fn shape_of(&mut self, body: &str) -> &str {
        self.scanner.scan(body);
        self.scanner.shape()
    }

    /// Add another part.
    pub fn absorb(&mut self, other: Self) {
        let shapes: Vec<u32> = other.shapes.texts.iter().map(|text| self.shapes.id(text)).collect();
        let names: Vec<u32> = other.names.texts.iter().map(|text| self.names.id(text)).collect();
        self.variables.resize_with(self.shapes.len(), Vec::new);
        for (id, variables) in other.variables.into_iter().enumerate() {
            absorb_variables(&mut self.variables[shapes[id] as usize], variables);
        }
        absorb_counts(&mut self.counts, other.counts, &shapes, &names);
        absorb_counts(&mut self.before, other.before, &shapes, &names);
    }
}

type Counts = HashMap<Key, Count, QuickState>;

fn row(counts: &mut Counts, shape: u32, facts: &Facts, body: &str) {
    let key = Key {
        shape,
        level: facts.level,
        module: facts.module,
        service: facts.service,
        host: facts.host,
        severity: facts.severity,
        minute: facts.time.map_or(NO_MINUTE, |time| time.div_euclid(MINUTE_US)),
    };
    let span = facts.time.map(|time| (time, time));
    add_row(counts, key, 1, span, prefix(body, LINE_CAP));
}

fn add_row(counts: &mut Counts, key: Key, n: u64, span: Option<(i64, i64)>, example: &str) {
    match counts.get_mut(&key) {
        Some(count) => {
            count.n += n;
            count.span = match (count.span, span) {
                (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
                (a, b) => a.or(b),
            };
            if *example < *count.example {
                count.example = example.into();
            }
        }
        None => {
            counts.insert(key, Count { n, span, example: example.into() });
        }
    }
}

fn absorb_counts(into: &mut Counts, from: Counts, shapes: &[u32], names: &[u32]) {
    for (key, count) in from {
        let key = Key {
            shape: shapes[key.shape as usize],
            level: names[key.level as usize],
            module: names[key.module as usize],
            service: names[key.service as usize],
            host: names[key.host as usize],
            ..key
        };
        add_row(into, key, count.n, count.span, &count.example);
    }
}

fn absorb_variables(into: &mut Vec<Variable>, from: Vec<Variable>) {
    if into.len() < from.len() {
        into.resize_with(from.len(), Variable::default);
    }
    for (known, more) in into.iter_mut().zip(from) {
        for figures in more.figures {
            known.absorb_figures(figures);
        }
        known.values.absorb(more.values);
        for (bucket, n) in more.buckets {
            *known.buckets.entry(bucket).or_insert(0) += n;
        }
    }
}

fn add_slots(variables: &mut Vec<Variable>, scanner: &Scanner, line: &str) {
    let slots = scanner.slots();
    if variables.len() < slots.len() {
        variables.resize_with(slots.len(), Variable::default);
    }
    for (variable, slot) in variables.iter_mut().zip(slots) {
        let text = scanner.text(slot, line);
        variable.add(scanner.name(slot), scanner.unit(slot, line), slot.number);
        if text.len() <= VALUE_LENGTH || prefix(text, VALUE_LENGTH).len() == text.len() {
            variable.values.add(text, 1);
        } else {
            let head = prefix(text, VALUE_HEAD);
            variable.values.add(&format!("{head}… {:016x}", stable(text.as_bytes())), 1);
        }
    }
}

impl Variable {
    fn add(&mut self, name: &str, unit: &str, number: Option<Number>) {
        let figures = self.figures_of(name, unit);
        figures.n += 1;
        let Some(number) = number else { return };
        figures.numbers += 1;
        figures.micros += number.micros;
        figures.minimum = figures.minimum.min(number.value);
        figures.maximum = figures.maximum.max(number.value);
        *self.buckets.entry(bucket(number.value)).or_insert(0) += 1;
    }

    fn figures_of(&mut self, name: &str, unit: &str) -> &mut Figures {
        let known = self.figures.iter().position(|one| *one.name == *name && *one.unit == *unit);
        let place = known.unwrap_or_else(|| {
            self.figures.push(Figures {
                name: name.into(),
                unit: unit.into(),
                n: 0,
                numbers: 0,
                minimum: f64::INFINITY,
                maximum: f64::NEG_INFINITY,
                micros: 0,
            });
            self.figures.len() - 1
        });
        &mut self.figures[place]
    }

    fn absorb_figures(&mut self, more: Figures) {
        let known = self.figures_of(&more.name, &more.unit);
        known.n += more.n;
        known.numbers += more.numbers;
        known.micros += more.micros;
        known.minimum = known.minimum.min(more.minimum);
        known.maximum = known.maximum.max(more.maximum);
    }
}

//! The variables of shapes: their numbers, values and buckets. Twin of `kernel.slots`.

use crate::buckets::Buckets;
use crate::chars::prefix;
use crate::hashing::stable;
use crate::numbers::{self, Digits, Number, bucket};
use crate::outline::Place;
use crate::texts::Held;
use crate::values::Values;
use crate::waiting::Waiting;

/// Longest value kept as it is [characters].
const VALUE_LENGTH: usize = 200;
/// What of a longer one is kept before its hash [characters].
const VALUE_HEAD: usize = VALUE_LENGTH - 18;
/// The figures of a variable under one name and unit.
#[derive(Debug)]
pub struct Figures {
    pub name: Held,
    pub unit: Held,
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
    pub buckets: Buckets,
}

/// One variable of a recipe.
pub struct KnownSlot {
    pub start: Place,
    pub end: Place,
    pub figures: u16,
    pub numeric: bool,
    /// Whether several blanks of the line are one of its text.
    pub is_joined: bool,
}

/// The sum of some whole numbers, and the smallest and largest.
struct Column {
    n: u64,
    sum: u64,
    least: u32,
    most: u32,
}

impl Default for Column {
    fn default() -> Self {
        Self { n: 0, sum: 0, least: u32::MAX, most: 0 }
    }
}

impl Column {
    fn add(&mut self, number: u32, n: u64) {
        self.n += n;
        self.sum += u64::from(number) * n;
        self.least = self.least.min(number);
        self.most = self.most.max(number);
    }

    fn add_to(self, figures: &mut Figures) {
        if self.n > 0 {
            figures.numbers += self.n;
            figures.micros += i128::from(self.sum) * 1_000_000;
            figures.minimum = figures.minimum.min(f64::from(self.least));
            figures.maximum = figures.maximum.max(f64::from(self.most));
        }
    }
}

impl Variable {
    pub fn add(&mut self, name: &str, unit: &str, number: Option<Number>) {
        let place = self.place_of(name, unit);
        self.figures[place].n += 1;
        if let Some(number) = number {
            self.add_number(place, number);
        }
    }

    /// Return something made of what is read first when values are added.
    pub fn touched(&self, figures: usize) -> u64 {
        let n = self.figures.get(figures).map_or(0, |figures| figures.n ^ figures.numbers);
        n ^ self.values.touched() ^ self.buckets.touched()
    }

    /// Add the values that stand at a place of lines that are alike; how many there are was counted.
    pub fn add_column(
        &mut self,
        slot: &KnownSlot,
        (start, end): (usize, usize),
        alike: &[Waiting],
        text: &[u8],
    ) {
        let length = end - start;
        if !slot.numeric || slot.is_joined || !Digits::FEW.contains(&length) {
            for one in alike {
                let from = one.start as usize + start;
                self.add_known(slot, &text[from..from + length]);
            }
            return;
        }
        let mut column = Column::default();
        // Neighbours often have the same.
        let mut same: Option<(Digits, u64)> = None;
        for one in alike {
            let from = one.start as usize + start;
            let digits = text.get(from..).and_then(|text| Digits::read(text, length));
            match (&mut same, digits) {
                (Some((before, n)), Some(digits)) if *before == digits => *n += 1,
                (_, Some(digits)) => {
                    let before = same.replace((digits, 1));
                    before.into_iter().for_each(|before| self.add_digits(before, &mut column));
                }
                (_, None) => self.add_known(slot, &text[from..from + length]),
            }
        }
        same.into_iter().for_each(|same| self.add_digits(same, &mut column));
        column.add_to(&mut self.figures[slot.figures as usize]);
    }

    #[inline]
    fn add_digits(&mut self, (digits, n): (Digits, u64), column: &mut Column) {
        let number = digits.number();
        column.add(number, n);
        self.buckets.add(bucket(f64::from(number)), n);
        self.values.add_short(digits.rank(), n);
    }

    /// Add a value of a line that is read by a recipe; that there is one more was counted.
    fn add_known(&mut self, slot: &KnownSlot, text: &[u8]) {
        if let Some(number) = slot.numeric.then(|| numbers::read(text)).flatten() {
            self.add_number(slot.figures as usize, number);
        }
        if slot.is_joined {
            let words: Vec<&str> =
                text_of(text).split(' ').filter(|word| !word.is_empty()).collect();
            self.add_value(words.join(" ").as_bytes());
        } else {
            self.add_value(text);
        }
    }

    pub fn add_value(&mut self, text: &[u8]) {
        if text.len() <= VALUE_LENGTH || prefix(text_of(text), VALUE_LENGTH).len() == text.len() {
            self.values.add(text, 1);
        } else {
            let head = prefix(text_of(text), VALUE_HEAD);
            self.values.add(format!("{head}… {:016x}", stable(text)).as_bytes(), 1);
        }
    }

    fn add_number(&mut self, place: usize, number: Number) {
        let figures = &mut self.figures[place];
        figures.numbers += 1;
        figures.micros += number.micros;
        figures.minimum = figures.minimum.min(number.value);
        figures.maximum = figures.maximum.max(number.value);
        self.buckets.add(bucket(number.value), 1);
    }

    pub fn place_of(&mut self, name: &str, unit: &str) -> usize {
        let known = self
            .figures
            .iter()
            .position(|one| one.name.is(name.as_bytes()) && one.unit.is(unit.as_bytes()));
        known.unwrap_or_else(|| {
            self.figures.push(Figures {
                name: Held::new(name.as_bytes()),
                unit: Held::new(unit.as_bytes()),
                n: 0,
                numbers: 0,
                minimum: f64::INFINITY,
                maximum: f64::NEG_INFINITY,
                micros: 0,
            });
            self.figures.len() - 1
        })
    }

    pub fn absorb_figures(&mut self, more: Figures) {
        let place = self.place_of(more.name.text(), more.unit.text());
        let known = &mut self.figures[place];
        known.n += more.n;
        known.numbers += more.numbers;
        known.micros += more.micros;
        known.minimum = known.minimum.min(more.minimum);
        known.maximum = known.maximum.max(more.maximum);
    }
}

/// The text that bytes of a text are, cut between its characters.
pub fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

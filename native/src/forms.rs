//! Lines that are alike but for their digits, and have as many of them in every run: their forms.
//!
//! A recipe (`recipes`) holds for lines whose runs differ in length; which lengths a line has says its outline,
//! which takes a third of the time a line takes. Most lines have the same lengths as one before: they are known by
//! a hash that passes over digits and letters of identifiers, and by being spelt as the line their form was made of
//! but for these.

mod identifiers;
mod likeness;
mod table;

use crate::checks::Check;
use crate::chunks::is_ip;
use crate::forms::identifiers::{Spot, spots};
use crate::forms::likeness::{hash_of, is_like};
use crate::forms::table::{Form, Table};
use crate::outline::{LONGEST, Place, Runs};
use crate::recipes::GROUP;
use crate::shape::begins_as_year;
use crate::skeleton::{Identifier, cover};

/// Forms that are held, and what their texts may take in all [bytes].
const MOST: usize = 1 << 16;
const MOST_BYTES: usize = 12 << 20;
/// Forms that are remembered as met once; only what comes again is held.
const MET: usize = 1 << 16;
/// Forms of one hash: more of them differ in what is hardly ever the same.
const ALIKE: usize = 8;
/// Bytes that are read together from memory.
const FETCHED: usize = 64;

/// What must hold at a place of a line beside its text, of digits that decide something.
#[derive(Clone, Copy)]
enum Sign {
    /// The byte is one of these digits, as bits.
    Digit(u16, u16),
    Same(u16, u8),
    /// Whether the bytes up to another place are an address.
    Address(u16, u16, bool),
    /// The three digits are a number of an address.
    Byte(u16),
    Year(u16, bool),
    Identifier(Spot),
}

/// The forms of a scan.
pub struct Forms {
    table: Table,
    /// The lines they were made of, with `0` for digits and `WHATEVER` for characters of identifiers.
    texts: Vec<u8>,
    signs: Vec<Sign>,
    shifts: Vec<u16>,
    /// Where the shifts of each form begin.
    starts: Vec<u32>,
    met: Box<[u32]>,
    /// The hash of each line that is sought, if it has one, and the first form of it.
    hashes: [Option<u64>; GROUP],
    /// Apart, for what Python keeps is aligned to sixteen bytes and no more.
    sought: Box<[Option<Form>; GROUP]>,
}

impl Default for Forms {
    fn default() -> Self {
        Self {
            table: Table::default(),
            texts: Vec::new(),
            signs: Vec::new(),
            shifts: Vec::new(),
            starts: Vec::new(),
            met: vec![0; MET].into(),
            hashes: [None; GROUP],
            sought: Box::new([None; GROUP]),
        }
    }
}

impl Forms {
    /// Look for the forms of the lines of a text, `GROUP` at most.
    ///
    /// What is needed of each lies anywhere in memory: all are read a little before any is looked at.
    pub fn seek(&mut self, text: &[u8], lines: &[(usize, usize)]) {
        let mut sum = 0u32;
        for (&(start, stop), hash) in lines.iter().zip(&mut self.hashes) {
            let line = &text[start..stop];
            *hash = if line.len() <= LONGEST { hash_of(line) } else { None };
            sum = sum.wrapping_add(hash.map_or(0, |hash| self.table.touch(hash)));
        }
        for (hash, form) in self.hashes[..lines.len()].iter().zip(self.sought.iter_mut()) {
            *form = hash.and_then(|hash| self.table.first(hash)).copied();
        }
        for form in self.sought[..lines.len()].iter().flatten() {
            let text = self.text(form);
            let bytes = text.iter().step_by(FETCHED).chain(text.last());
            let sign = self.signs.get(form.beside as usize).map_or(0, |sign| sign.place());
            sum = bytes
                .fold(sum.wrapping_add(sign.into()), |sum, &byte| sum.wrapping_add(byte.into()));
        }
        std::hint::black_box(sum);
    }

    /// Return the recipes of the forms that were found by their hashes.
    pub fn recipes(&self, count: usize) -> impl Iterator<Item = u32> {
        self.sought[..count].iter().flatten().map(|form| form.recipe)
    }

    /// Return the recipe and the number of the form of a line that was sought, if it has one.
    pub fn find(&self, at: usize, line: &[u8]) -> Option<(u32, u32)> {
        let first = self.sought[at].as_ref()?;
        let form = if self.is_of(first, line) { Some(first) } else { self.other(at, line) }?;
        Some((form.recipe, form.number))
    }

    /// Return the form of a line that is not the first of its hash.
    #[cold]
    fn other(&self, at: usize, line: &[u8]) -> Option<&Form> {
        self.table.of(self.hashes[at]?).skip(1).find(|form| self.is_of(form, line))
    }

    fn is_of(&self, form: &Form, line: &[u8]) -> bool {
        let signs = &self.signs[form.beside as usize..][..form.count.into()];
        is_like(line, self.text(form), form.has_spots) && signs.iter().all(|sign| sign.holds(line))
    }

    fn text(&self, form: &Form) -> &[u8] {
        &self.texts[form.start as usize..][..form.length.into()]
    }

    /// Note that a line sought fits a recipe, if its checks hold; keep its form if it was met before and there is room.
    ///
    /// `spelling` is the line with `0` for digits, and its identifiers.
    pub fn keep(
        &mut self,
        (at, line): (usize, &[u8]),
        (spelling, identifiers): (&[u8], &[Identifier]),
        (recipe, checks): (u32, &[Check]),
        runs: &Runs,
    ) {
        let Some(hash) = self.hashes[at] else { return };
        let met = &mut self.met[hash as usize % MET];
        if *met != upper(hash) {
            *met = upper(hash);
            return;
        }
        if self.is_full() || self.table.of(hash).count() >= ALIKE {
            return;
        }
        let Some(spots) = spots(line, identifiers) else { return };
        let start = self.texts.len();
        self.texts.extend_from_slice(spelling);
        let text = &mut self.texts[start..];
        identifiers.iter().for_each(|&one| cover(&mut text[one.0..one.1], one));
        let (beside, has_spots) = (self.signs.len(), !spots.is_empty());
        for &check in checks {
            add_signs(&mut self.signs, check, &runs.shifts, text);
        }
        self.signs.extend(spots.into_iter().map(Sign::Identifier));
        let form = Form {
            hash: 0,
            number: self.table.len() as u32,
            recipe,
            start: start as u32,
            beside: beside as u32,
            length: line.len() as u16,
            count: (self.signs.len() - beside) as u16,
            has_spots,
        };
        self.starts.push(self.shifts.len() as u32);
        self.shifts.extend_from_slice(&runs.shifts[..=runs.count]);
        self.table.insert(hash, form);
    }

    /// The shifts of the lines of a form, and whatever stands behind.
    pub fn shifts(&self, number: u32) -> &[u16] {
        &self.shifts[self.starts[number as usize] as usize..]
    }

    /// Begin anew when there are many; their numbers hold up to the next call.
    pub fn make_room(&mut self) {
        if self.is_full() {
            self.forget();
        }
    }

    fn is_full(&self) -> bool {
        self.table.len() >= MOST || self.texts.len() >= MOST_BYTES
    }

    /// Forget all forms, as the recipes change.
    pub fn forget(&mut self) {
        self.table.clear();
        self.texts.clear();
        self.signs.clear();
        self.shifts.clear();
        self.starts.clear();
    }
}

/// Add what a check asks of lines with some shifts to their text, or to what must hold beside that.
fn add_signs(signs: &mut Vec<Sign>, check: Check, shifts: &[u16], text: &mut [u8]) {
    let place = |at: Place| at.of(shifts) as u16;
    match check {
        // In the text `0` is any digit.
        Check::Digit(at, digits) if digits.is_power_of_two() && digits > 1 => {
            text[at.of(shifts)] = b'0' + digits.trailing_zeros() as u8;
        }
        Check::Same(at, byte) if byte != b'0' => text[at.of(shifts)] = byte,
        Check::Digit(at, digits) => signs.push(Sign::Digit(place(at), digits)),
        Check::Same(at, byte) => signs.push(Sign::Same(place(at), byte)),
        Check::Address(start, end, true) if is_ip(&text[start.of(shifts)..end.of(shifts)]) => {
            // Its points stand where they stand in the text, and only numbers of three digits may be too large.
            let mut at = start.of(shifts);
            for part in text[at..end.of(shifts)].split(|&byte| byte == b'.') {
                signs.extend((part.len() == 3).then_some(Sign::Byte(at as u16)));
                at += part.len() + 1;
            }
        }
        Check::Address(start, end, is) => signs.push(Sign::Address(place(start), place(end), is)),
        Check::Year(at, is) => signs.push(Sign::Year(place(at), is)),
    }
}

impl Sign {
    /// Where it is looked at.
    fn place(&self) -> u16 {
        match *self {
            Self::Digit(at, _) | Self::Same(at, _) | Self::Address(at, _, _) => at,
            Self::Byte(at) | Self::Year(at, _) => at,
            Self::Identifier(spot) => spot.start,
        }
    }

    /// Whether it holds of a line of the length of its form.
    #[inline]
    fn holds(self, line: &[u8]) -> bool {
        let from = |at: u16| line.get(at.into()..).unwrap_or_default();
        match self {
            Self::Digit(at, digits) => {
                let digit = from(at).first().map_or(10, |byte| byte.wrapping_sub(b'0'));
                digit < 10 && digits >> digit & 1 == 1
            }
            Self::Same(at, byte) => from(at).first() == Some(&byte),
            Self::Address(start, end, is) => {
                line.get(start.into()..end.into()).is_some_and(|part| is_ip(part) == is)
            }
            Self::Byte(at) => from(at).first_chunk().is_some_and(|digits| digits <= b"255"),
            Self::Year(at, is) => begins_as_year(from(at)) == is,
            Self::Identifier(spot) => spot.holds(line),
        }
    }
}

fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

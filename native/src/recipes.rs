//! Lines that are alike but for their digits: read once, and what was found holds for all of them.
//!
//! The skeleton of a line (`skeleton`) is the line with `0` for every digit. Where fields and variables stand depends on
//! the skeleton and on few digits besides; a recipe holds what was found for one line and which digits that
//! depended on. A line that fits a recipe is read and counted exactly as it would be without: digits inside
//! stamps, variables and names are read anew, digits that told anything must be the same or tell the same.

use hashbrown::HashTable;

use crate::chunks::{Told, is_ip};
use crate::hashing::wide;
use crate::headers::Header;
use crate::skeleton::{is_identifier, lay_out, skeleton, without_digit};
use crate::tally::Known;
use crate::words::is_term_but_for_digits;

/// Longer lines have no recipes [bytes].
const LONGEST: usize = 1024;
/// Recipes that are held, and what their skeletons may take in all [bytes].
const MOST: usize = 1 << 16;
const MOST_BYTES: usize = 16 << 20;
/// Recipes of one skeleton: more of them differ in what is hardly ever the same.
const ALIKE: usize = 8;
/// Skeletons that are remembered as met once; only what comes again gets a recipe.
const MET: usize = 1 << 16;
/// Lines that are looked up together.
pub const GROUP: usize = 16;
/// Lines after which the use of recipes is judged, and lines that are read without where they are of none.
const TRIAL: u32 = 1 << 13;
const PAUSE: u32 = 1 << 16;

/// What must hold of a line's digits beside its skeleton.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// The digit at a place is one of these, as bits.
    Digit(u16, u16),
    /// The character at a place, of an identifier.
    Same(u16, u8),
    /// Whether a stretch is an address of four numbers, none above 255.
    Address(u16, u16, bool),
}

/// What digits decide about a line, as it is found.
#[derive(Debug)]
pub struct Checks {
    skeleton: Vec<u8>,
    all: Vec<Check>,
    /// Stretches whose digits are read anew, or need not be read.
    free: Vec<(usize, usize)>,
}

/// How a line is read and counted.
pub struct Recipe {
    pub header: Header,
    pub known: Known,
}

/// What tells whether a line fits a recipe: where its skeleton and its checks stand among all.
#[derive(Clone, Copy)]
struct Gate {
    start: u32,
    length: u32,
    checks: (u32, u32),
}

/// The recipes of a scan.
pub struct Recipes {
    list: Vec<Recipe>,
    gates: Vec<Gate>,
    checks: Vec<Check>,
    skeletons: Vec<u8>,
    hashes: Vec<u64>,
    /// The upper half of the hash of a skeleton, and the number of a recipe.
    table: HashTable<(u32, u32)>,
    met: Box<[u32]>,
    /// Skeletons whose lines cannot have a recipe, as far as they are remembered.
    unfit: Box<[u32]>,
    lines: Box<[[u8; LONGEST + 16]; GROUP]>,
    /// Lines asked for and found since use was judged, and lines that are still read without.
    trial: (u32, u32),
    pause: u32,
}

/// What is known of a line by its skeleton.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// A recipe by its number.
    Recipe(u32),
    /// It came before: it is worth a recipe. The hash of its skeleton.
    Again(u64),
    Nothing,
}

impl Default for Recipes {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            gates: Vec::new(),
            checks: Vec::new(),
            skeletons: Vec::new(),
            hashes: Vec::new(),
            table: HashTable::new(),
            met: vec![0; MET].into(),
            unfit: vec![0; MET].into(),
            lines: Box::new([[0; LONGEST + 16]; GROUP]),
            trial: (0, 0),
            pause: 0,
        }
    }
}

impl Recipes {
    /// Write what is known of each of some lines, `GROUP` at most.
    ///
    /// What a line needs lies anywhere in memory. All lines ask for theirs before any is compared, so that
    /// they wait together and not one after another.
    pub fn find(&mut self, lines: &[&str], found: &mut Vec<Found>) {
        found.clear();
        let mut hashes = [None; GROUP];
        for (hash, (line, into)) in hashes.iter_mut().zip(lines.iter().zip(&mut *self.lines)) {
            let fits = line.len() <= LONGEST && !is_pausing(&mut self.pause, &mut self.trial);
            *hash = fits.then(|| lay_out_hashed(line.as_bytes(), into));
        }
        let mut ids = [None; GROUP];
        for (id, hash) in ids.iter_mut().zip(hashes) {
            let Some(hash) = hash else { continue };
            *id = self.table.find(hash, |one| one.0 == upper(hash)).map(|one| one.1);
        }
        self.touch(&ids);
        for (at, line) in lines.iter().enumerate() {
            let known = match (hashes[at], ids[at]) {
                (Some(hash), Some(_)) => self.fitting(hash, line.as_bytes(), at),
                _ => None,
            };
            self.trial.1 += u32::from(known.is_some());
            found.push(match (known, hashes[at]) {
                (Some(id), _) => Found::Recipe(id),
                (None, Some(hash)) => self.meet(hash),
                (None, None) => Found::Nothing,
            });
        }
    }

    /// Read a little of all that recipes need.
    fn touch(&self, ids: &[Option<u32>]) {
        let gates = || ids.iter().flatten().map(|&id| (id, self.gates[id as usize]));
        let mut sum = 0;
        for (id, gate) in gates() {
            sum += gate.length + self.list[id as usize].known.shape;
        }
        for (_, gate) in gates() {
            let skeleton = &self.skeletons[gate.start as usize..][..gate.length as usize];
            sum += skeleton.iter().step_by(64).map(|&byte| u32::from(byte)).sum::<u32>();
        }
        std::hint::black_box(sum);
    }

    /// Return the recipe that a line of the group fits.
    fn fitting(&self, hash: u64, line: &[u8], at: usize) -> Option<u32> {
        let fits = |&(known, id): &(u32, u32)| {
            let gate = self.gates[id as usize];
            let (from, to) = gate.checks;
            let skeleton = &self.skeletons[gate.start as usize..][..gate.length as usize];
            known == upper(hash)
                && *skeleton == self.lines[at][..line.len()]
                && self.checks[from as usize..to as usize].iter().all(|check| check.fits(line))
        };
        self.table.find(hash, fits).map(|one| one.1)
    }

    /// Note that a skeleton without a recipe was met.
    fn meet(&mut self, hash: u64) -> Found {
        let met = &mut self.met[hash as usize % MET];
        if *met == upper(hash) && self.unfit[hash as usize % MET] != upper(hash) {
            return Found::Again(hash);
        }
        *met = upper(hash);
        Found::Nothing
    }

    /// Remember that lines of a skeleton cannot have a recipe.
    pub fn refuse(&mut self, hash: u64) {
        self.unfit[hash as usize % MET] = upper(hash);
    }

    /// Return how many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn get(&self, id: u32) -> &Recipe {
        &self.list[id as usize]
    }

    /// Keep how a line is read, under the hash of its skeleton.
    pub fn keep(&mut self, hash: u64, checks: Checks, header: Header, known: Known) {
        if self.table.iter_hash(hash).filter(|one| one.0 == upper(hash)).count() >= ALIKE {
            self.refuse(hash);
            return;
        }
        let (start, length) = (self.skeletons.len() as u32, checks.skeleton.len() as u32);
        self.skeletons.extend(checks.skeleton);
        let from = self.checks.len() as u32;
        self.checks.extend(checks.all);
        self.gates.push(Gate { start, length, checks: (from, self.checks.len() as u32) });
        let id = self.list.len() as u32;
        self.list.push(Recipe { header, known });
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.table.insert_unique(hash, (upper(hash), id), |one| hashes[one.1 as usize]);
    }

    /// Begin anew when there are many; numbers of recipes hold up to the next call.
    pub fn make_room(&mut self) {
        if self.list.len() >= MOST || self.skeletons.len() > MOST_BYTES {
            self.forget();
        }
    }

    /// Forget all recipes, as the numbers of shapes and names change.
    pub fn forget(&mut self) {
        self.list.clear();
        self.gates.clear();
        self.checks.clear();
        self.skeletons.clear();
        self.hashes.clear();
        self.table.clear();
    }
}

/// Whether recipes are of no use for a while: fewer than one line in eight had one.
fn is_pausing(pause: &mut u32, (asked, found): &mut (u32, u32)) -> bool {
    if *pause > 0 {
        *pause -= 1;
        return true;
    }
    *asked += 1;
    if *asked == TRIAL {
        *pause = if *found < TRIAL / 8 { PAUSE } else { 0 };
        (*asked, *found) = (0, 0);
    }
    false
}

/// Write the skeleton of a line and return its hash.
fn lay_out_hashed(line: &[u8], into: &mut [u8; LONGEST + 16]) -> u64 {
    lay_out(line, into);
    into[line.len()..line.len() + 16].fill(0);
    wide(&into[..line.len().next_multiple_of(16)], line.len())
}

fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl Check {
    fn fits(&self, line: &[u8]) -> bool {
        match *self {
            Check::Digit(at, digits) => {
                let digit = line.get(at as usize).map_or(10, |byte| byte.wrapping_sub(b'0'));
                digit < 10 && digits >> digit & 1 == 1
            }
            Check::Same(at, byte) => line.get(at as usize) == Some(&byte),
            Check::Address(start, end, is) => {
                line.get(start as usize..end as usize).is_some_and(|part| is_ip(part) == is)
            }
        }
    }
}

impl Checks {
    /// Return the checks of a line of which nothing is decided yet.
    pub fn new(line: &str) -> Self {
        Self { skeleton: skeleton(line.as_bytes()), all: Vec::new(), free: Vec::new() }
    }

    /// Whether lines alike differ in a stretch.
    pub fn varies(&self, (start, end): (u16, u16)) -> bool {
        let part = &self.skeleton[start as usize..end as usize];
        part.iter().any(|&byte| byte == b'0' || is_identifier(byte))
    }

    /// Whether a stretch holds characters of an identifier.
    pub fn has_identifier(&self, (start, end): (u16, u16)) -> bool {
        self.skeleton[start as usize..end as usize].iter().any(|&byte| is_identifier(byte))
    }

    /// Whether some line alike holds a text.
    pub fn may_hold(&self, text: &[u8]) -> bool {
        let may_be = |(&place, &byte): (&u8, &u8)| match place {
            b'0' => byte.is_ascii_digit(),
            place if is_identifier(place) => byte.is_ascii_hexdigit(),
            place => place == byte,
        };
        self.skeleton.windows(text.len()).any(|part| part.iter().zip(text).all(may_be))
    }

    /// Characters of identifiers in a stretch must be the same.
    pub fn same_identifiers(&mut self, line: &str, start: usize, end: usize) {
        for at in start..end {
            if is_identifier(self.skeleton[at]) {
                self.all.push(Check::Same(at as u16, line.as_bytes()[at]));
            }
        }
    }

    /// Digits of a stretch may be any: they are read anew, or never.
    pub fn free(&mut self, start: usize, end: usize) {
        self.free.push((start, end));
    }

    /// Each character that a program asked for, counted from a place on, must be answered alike.
    pub fn met(&mut self, line: &str, met: Vec<(usize, u16)>, from: usize) {
        for (at, digits) in met {
            let at = at + from;
            if is_identifier(self.skeleton[at]) {
                self.same_identifiers(line, at, at + 1);
            } else if digits != 0 {
                self.all.push(Check::Digit(at as u16, digits));
            }
        }
    }

    /// The digits of a stretch must be the same.
    pub fn same(&mut self, line: &str, start: usize, end: usize) {
        for at in start..end {
            let byte = line.as_bytes()[at];
            if is_identifier(self.skeleton[at]) {
                self.all.push(Check::Same(at as u16, byte));
            } else if byte.is_ascii_digit() {
                self.all.push(Check::Digit(at as u16, 1 << (byte - b'0')));
            }
        }
    }

    /// Digits outside the free stretches must be the same from a place on.
    pub fn same_but_free(&mut self, line: &str, from: usize) {
        let mut free = std::mem::take(&mut self.free);
        free.sort_unstable();
        let mut at = from;
        for &(start, end) in &free {
            if at < start {
                self.same(line, at, start);
            }
            at = at.max(end);
        }
        self.same(line, at, line.len());
    }

    /// What digits told of chunks must be told again; false: that cannot be checked.
    pub fn told(&mut self, line: &str, told: &[Told<'_>]) -> bool {
        let place = |text: &str| {
            let start = (text.as_ptr() as usize).wrapping_sub(line.as_ptr() as usize);
            (start, start + text.len())
        };
        for one in told {
            match *one {
                Told::Large(_) => return false,
                Told::Term(text) if is_term_but_for_digits(text) => {
                    let (start, end) = place(text);
                    self.same(line, start, end);
                }
                Told::Address(text) if may_be_address(text.as_bytes()) => {
                    let (start, end) = place(text);
                    let is = is_ip(text.as_bytes());
                    self.all.push(Check::Address(start as u16, end as u16, is));
                }
                Told::Beside(text) => {
                    let (start, end) = place(text);
                    self.same_identifiers(line, start, end);
                }
                Told::Term(_) | Told::Address(_) => {}
            }
        }
        true
    }
}

/// Whether it depends on its digits that a text is an address of four numbers.
fn may_be_address(text: &[u8]) -> bool {
    let lowest: Vec<u8> = text.iter().copied().map(without_digit).collect();
    is_ip(&lowest)
}

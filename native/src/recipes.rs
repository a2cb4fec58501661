//! Lines that are alike but for their digits: read once, and what was found holds for all of them.
//!
//! The skeleton of a line (`skeleton`) is the line with `0` for every digit, its outline (`outline`) has one
//! for each run of digits. Where fields and variables stand depends on the outline, on the lengths of some
//! runs, and on few digits besides; a recipe holds what was found for one line and what of it that depended
//! on. A line that fits a recipe is read and counted exactly as it would be without: digits inside stamps,
//! variables and names are read anew, digits that told anything must be the same or tell the same.

mod trial;

use hashbrown::HashTable;

use crate::checks::{Bounds, Check, Checks};
use crate::forms::Forms;
use crate::hashing::{wide, with_lengths};
use crate::headers::Header;
use crate::outline::{LINE, LONGEST, Outliner, Runs};
use crate::recipes::trial::Trial;
use crate::skeleton::Identifier;
use crate::tally::Known;

/// Recipes that are held, and what their skeletons may take in all [bytes].
const MOST: usize = 1 << 16;
const MOST_BYTES: usize = 16 << 20;
/// Recipes of one skeleton: more of them differ in what is hardly ever the same.
const ALIKE: usize = 8;
/// Skeletons that are remembered as met once; only what comes again gets a recipe.
const MET: usize = 1 << 16;
/// Lines that are looked up together.
pub const GROUP: usize = 32;
/// How a line is read and counted.
pub struct Recipe {
    pub header: Header,
    pub known: Known,
}

/// What tells whether a line fits a recipe: where its outline, the bounds of its runs and its checks stand.
#[derive(Clone, Copy)]
struct Gate {
    start: u32,
    length: u32,
    bounds: u32,
    checks: (u32, u32),
}

/// A line that is looked up: without its digits, its outline and the runs of these.
struct Sought {
    line: [u8; LINE],
    outline: [u8; LINE],
    length: usize,
    runs: Runs,
    identifiers: Vec<Identifier>,
}

/// The recipes of a scan.
pub struct Recipes {
    list: Vec<Recipe>,
    gates: Vec<Gate>,
    bounds: Vec<Bounds>,
    checks: Vec<Check>,
    outlines: Vec<u8>,
    hashes: Vec<u64>,
    /// By the hash of an outline: how many runs, from the first on, keep their lengths.
    firm: HashTable<(u64, u32)>,
    /// The upper half of the hash of an outline and of the lengths of these, and the number of a recipe.
    table: HashTable<(u32, u32)>,
    met: Box<[u32]>,
    /// Hashes of lines that cannot have a recipe, as far as they are remembered.
    unfit: Box<[u32]>,
    sought: Box<[Sought]>,
    outliner: Outliner,
    forms: Forms,
    /// By how much runs shift what stands behind them, of each line found since `settle` whose form is not known.
    shifts: Vec<u16>,
    trial: Trial,
    trial_of_forms: Trial,
    /// Room for what is found out about a line.
    checks_room: Checks,
}

/// By how much runs shift what stands behind them, of lines: of those whose form is known, and of others.
#[derive(Clone, Copy)]
pub struct Shifts<'a> {
    forms: &'a Forms,
    others: &'a [u16],
}

/// Where the shifts of a line stand: the number of its form with this set, or a place among those of others.
const FORM: u32 = 1 << 31;

impl<'a> Shifts<'a> {
    /// Return the shifts of a line, and whatever stands behind.
    pub fn of(self, at: u32) -> &'a [u16] {
        if at & FORM == 0 { &self.others[at as usize..] } else { self.forms.shifts(at & !FORM) }
    }
}

/// What is known of a line by its outline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// The number of a recipe, and where the shifts of the line stand (`Shifts::of`).
    Recipe(u32, u32),
    /// A line alike came before: it is worth a recipe. Under which hash that is remembered.
    Again(u64),
    Nothing,
}

impl Default for Sought {
    fn default() -> Self {
        let (line, outline) = ([0; LINE], [0; LINE]);
        Self { line, outline, length: 0, runs: Runs::default(), identifiers: Vec::new() }
    }
}

impl Sought {
    /// Lay out a line and return the hash of its outline; none: it has too many digits.
    fn lay_out(&mut self, line: &[u8], outliner: &mut Outliner) -> Option<u64> {
        self.line[..line.len()].copy_from_slice(line);
        self.line[line.len()..].iter_mut().take(64).for_each(|byte| *byte = 0);
        let Self { line: padded, outline, runs, identifiers, .. } = self;
        self.length = outliner.outline(line, padded, outline, (runs, identifiers))?;
        Some(wide(&self.outline[..self.length.next_multiple_of(16)], self.length))
    }
}

impl Default for Recipes {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            gates: Vec::new(),
            bounds: Vec::new(),
            checks: Vec::new(),
            outlines: Vec::new(),
            hashes: Vec::new(),
            firm: HashTable::new(),
            table: HashTable::new(),
            met: vec![0; MET].into(),
            unfit: vec![0; MET].into(),
            sought: (0..GROUP).map(|_| Sought::default()).collect(),
            outliner: Outliner::default(),
            forms: Forms::default(),
            shifts: Vec::new(),
            trial: Trial::default(),
            trial_of_forms: Trial::default(),
            checks_room: Checks::default(),
        }
    }
}

impl Recipes {
    /// Write what is known of each of some lines of a text, `GROUP` at most; an empty one has no recipe.
    ///
    /// What a line needs lies anywhere in memory. All lines ask for theirs before any is compared, so that
    /// they wait together and not one after another.
    pub fn find(&mut self, text: &[u8], lines: &[(usize, usize)], found: &mut Vec<Found>) {
        found.clear();
        found.resize(lines.len(), Found::Nothing);
        let sought_forms = !self.trial_of_forms.is_pausing(lines.len() as u32);
        if sought_forms {
            self.forms.seek(text, lines);
            self.touch_headers(lines.len());
            self.find_by_forms(text, lines, found);
        }
        if found.contains(&Found::Nothing) {
            self.find_by_outlines(text, lines, found, sought_forms);
        }
    }

    /// Write the recipes of lines whose forms are known.
    fn find_by_forms(&mut self, text: &[u8], lines: &[(usize, usize)], found: &mut [Found]) {
        for (at, (&(start, stop), found)) in lines.iter().zip(found).enumerate() {
            let line = &text[start..stop];
            if let Some((id, form)) = self.forms.find(at, line) {
                *found = Found::Recipe(id, form | FORM);
                self.trial_of_forms.found += 1;
            }
        }
    }

    /// Read a little of the recipes of lines whose forms were found by their hashes.
    fn touch_headers(&self, count: usize) {
        let levels = self.forms.recipes(count).map(|id| self.list[id as usize].header.level);
        std::hint::black_box(levels.fold(0, u32::wrapping_add));
    }

    /// Write what is known of each line of which nothing is yet.
    fn find_by_outlines(
        &mut self,
        text: &[u8],
        lines: &[(usize, usize)],
        found: &mut [Found],
        sought_forms: bool,
    ) {
        let mut hashes = [None; GROUP];
        for (at, &(start, stop)) in lines.iter().enumerate() {
            let may_fit = start < stop && stop - start <= LONGEST && found[at] == Found::Nothing;
            if may_fit && !self.trial.is_pausing(1) {
                hashes[at] = self.sought[at].lay_out(&text[start..stop], &mut self.outliner);
            }
        }
        for (hash, sought) in hashes.iter_mut().zip(&self.sought) {
            *hash = hash.map(|hash| self.with_firm(hash, &sought.runs));
        }
        let ids = hashes.map(|hash| {
            let hash = hash?;
            self.table.find(hash, |one| one.0 == upper(hash)).map(|one| one.1)
        });
        self.touch(&ids);
        for (at, &(start, stop)) in lines.iter().enumerate() {
            let Some(hash) = hashes[at] else { continue };
            let sought = &self.sought[at];
            let known = ids[at].and_then(|id| self.fitting((hash, id), &text[start..stop], sought));
            self.trial.found += u32::from(known.is_some());
            found[at] = match known {
                Some(id) => {
                    let place = self.shifts.len() as u32;
                    let runs = &sought.runs;
                    self.shifts.extend_from_slice(&runs.shifts[..=runs.count]);
                    if sought_forms {
                        let (from, to) = self.gates[id as usize].checks;
                        let checks = &self.checks[from as usize..to as usize];
                        let line = &text[start..stop];
                        let spelling = (&sought.line[..line.len()], &*sought.identifiers);
                        self.forms.keep((at, line), spelling, (id, checks), runs);
                    }
                    Found::Recipe(id, place)
                }
                None => self.meet(hash),
            };
        }
    }

    /// Return the hash of an outline with the lengths that tell its recipes apart.
    fn with_firm(&self, hash: u64, runs: &Runs) -> u64 {
        let firm = self.firm.find(hash, |one| one.0 == hash).map_or(0, |one| one.1);
        with_lengths(hash, &runs.lengths, runs.count.min(firm as usize))
    }

    /// Read a little of all that recipes need.
    fn touch(&self, ids: &[Option<u32>]) {
        let gates = || ids.iter().flatten().map(|&id| (id, self.gates[id as usize]));
        let mut sum = 0;
        for (id, gate) in gates() {
            sum += gate.length + self.list[id as usize].known.shape;
        }
        for (_, gate) in gates() {
            let outline = &self.outlines[gate.start as usize..][..gate.length as usize];
            sum += outline.iter().step_by(64).map(|&byte| u32::from(byte)).sum::<u32>();
        }
        std::hint::black_box(sum);
    }

    /// Return the recipe that a line fits, of those under a hash, of which one is known.
    fn fitting(&self, (hash, id): (u64, u32), line: &[u8], sought: &Sought) -> Option<u32> {
        if self.fits(id, line, sought) {
            return Some(id);
        }
        let others = self.table.iter_hash(hash).filter(|one| one.0 == upper(hash));
        others.map(|one| one.1).find(|&other| other != id && self.fits(other, line, sought))
    }

    fn fits(&self, id: u32, line: &[u8], sought: &Sought) -> bool {
        let gate = self.gates[id as usize];
        let outline = &self.outlines[gate.start as usize..][..gate.length as usize];
        if *outline != sought.outline[..sought.length] {
            return false;
        }
        // A line of the same outline has as many runs.
        let runs = &sought.runs;
        let bounds = &self.bounds[gate.bounds as usize..][..runs.count];
        lie_within(&runs.lengths[..runs.count], bounds) && self.hold(id, line, &runs.shifts)
    }

    /// Whether the checks of a recipe hold of a line.
    fn hold(&self, id: u32, line: &[u8], shifts: &[u16]) -> bool {
        let (from, to) = self.gates[id as usize].checks;
        let checks = &self.checks[from as usize..to as usize];
        checks.iter().all(|check| check.fits(line, shifts))
    }

    /// Note that a line without a recipe was met.
    fn meet(&mut self, hash: u64) -> Found {
        let met = &mut self.met[hash as usize % MET];
        if *met == upper(hash) && self.unfit[hash as usize % MET] != upper(hash) {
            return Found::Again(hash);
        }
        *met = upper(hash);
        Found::Nothing
    }

    /// Remember that lines like one that was met again cannot have a recipe.
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

    /// By how much runs shift what stands behind them in the lines found.
    pub fn shifts(&self) -> Shifts<'_> {
        Shifts { forms: &self.forms, others: &self.shifts }
    }

    /// Return a number for lines of one recipe, and of one form where that is known;
    pub fn group(&self, id: u32, shifts: u32) -> usize {
        if shifts & FORM == 0 { 2 * id as usize } else { 2 * (shifts & !FORM) as usize + 1 }
    }

    /// Forget the lines found.
    pub fn settle(&mut self) {
        self.shifts.clear();
    }

    /// Return what is to be found out about a line that was met again.
    pub fn checks_of(&mut self, line: &str) -> Option<Checks> {
        let sought = self.sought.first_mut()?;
        let hash = sought.lay_out(line.as_bytes(), &mut self.outliner)?;
        let without_digits = (&sought.line[..line.len()], &*sought.identifiers);
        let mut checks = std::mem::take(&mut self.checks_room);
        checks.begin(hash, without_digits, &sought.runs).then_some(checks)
    }

    /// Keep how lines are read that are like the one whose checks were asked for last; it was met under a hash.
    pub fn keep(&mut self, met: u64, checks: Checks, header: Header, known: Known) {
        let hash = checks.outline;
        let bounds = checks.bounds();
        if self.firm.find(hash, |one| one.0 == hash).is_none() {
            let firm = bounds.iter().take_while(|(least, most)| least == most).count();
            self.firm.insert_unique(hash, (hash, firm as u32), |one| one.0);
        }
        let sought = &self.sought[0];
        let hash = self.with_firm(hash, &sought.runs);
        if self.table.iter_hash(hash).filter(|one| one.0 == upper(hash)).count() >= ALIKE {
            self.refuse(met);
            return;
        }
        let (start, length) = (self.outlines.len() as u32, sought.length as u32);
        self.outlines.extend_from_slice(&sought.outline[..sought.length]);
        let from = self.checks.len() as u32;
        self.checks.extend(checks.all());
        self.checks_room = checks;
        let checks = (from, self.checks.len() as u32);
        self.gates.push(Gate { start, length, bounds: self.bounds.len() as u32, checks });
        self.bounds.extend(bounds);
        let id = self.list.len() as u32;
        self.list.push(Recipe { header, known });
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.table.insert_unique(hash, (upper(hash), id), |one| hashes[one.1 as usize]);
    }

    /// Begin anew when there are many; numbers of recipes hold up to the next call.
    pub fn make_room(&mut self) {
        if self.list.len() >= MOST || self.outlines.len() > MOST_BYTES {
            self.forget();
        }
        self.forms.make_room();
    }

    /// Forget all recipes, as the numbers of shapes and names change.
    pub fn forget(&mut self) {
        self.list.clear();
        self.gates.clear();
        self.bounds.clear();
        self.checks.clear();
        self.outlines.clear();
        self.hashes.clear();
        self.firm.clear();
        self.table.clear();
        self.forms.forget();
    }
}

/// Whether each run has as many digits as it may have.
fn lie_within(lengths: &[u8], bounds: &[Bounds]) -> bool {
    // Without a branch: the compiler takes several at a time.
    let out = |(&length, &(least, most)): (&u8, &Bounds)| {
        u8::from(length.wrapping_sub(least) > most - least)
    };
    lengths.iter().zip(bounds).fold(0, |any, one| any | out(one)) == 0
}

fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

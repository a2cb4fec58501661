//! Lines that are alike but for their digits: read once, and what was found holds for all of them.
//!
//! The skeleton of a line (`skeleton`) is the line with `0` for every digit, its outline (`outline`) has one
//! for each run of digits. Where fields and variables stand depends on the outline, on the lengths of some
//! runs, and on few digits besides; a recipe holds what was found for one line and what of it that depended
//! on. A line that fits a recipe is read and counted exactly as it would be without: digits inside stamps,
//! variables and names are read anew, digits that told anything must be the same or tell the same.

use hashbrown::HashTable;

use crate::checks::{Bounds, Check, Checks};
use crate::hashing::{wide, with_lengths};
use crate::headers::Header;
use crate::outline::{LINE, LONGEST, Outliner, Runs};
use crate::tally::Known;

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

/// A line that is looked up: its outline and the runs of its digits.
struct Sought {
    line: [u8; LINE],
    outline: [u8; LINE],
    length: usize,
    runs: Runs,
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
    /// By how much runs shift what stands behind them, of each line found since `settle`.
    shifts: Vec<u16>,
    /// Lines asked for and found since use was judged, and lines that are still read without.
    trial: (u32, u32),
    pause: u32,
}

/// What is known of a line by its outline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// The number of a recipe, and where the shifts of the line begin among all.
    Recipe(u32, u32),
    /// A line alike came before: it is worth a recipe. Under which hash that is remembered.
    Again(u64),
    Nothing,
}

impl Default for Sought {
    fn default() -> Self {
        let (line, outline) = ([0; LINE], [0; LINE]);
        Self { line, outline, length: 0, runs: Runs::default() }
    }
}

impl Sought {
    /// Lay out a line and return the hash of its outline; none: it has too many digits.
    fn lay_out(&mut self, line: &[u8], outliner: &mut Outliner) -> Option<u64> {
        self.line[..line.len()].copy_from_slice(line);
        self.line[line.len()..].iter_mut().take(64).for_each(|byte| *byte = 0);
        let Self { line: padded, outline, runs, .. } = self;
        self.length = outliner.outline(line, padded, outline, runs)?;
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
            shifts: Vec::new(),
            trial: (0, 0),
            pause: 0,
        }
    }
}

impl Recipes {
    /// Write what is known of each of some lines, `GROUP` at most; an empty one has no recipe.
    ///
    /// What a line needs lies anywhere in memory. All lines ask for theirs before any is compared, so that
    /// they wait together and not one after another.
    pub fn find(&mut self, lines: &[&str], found: &mut Vec<Found>) {
        found.clear();
        let mut hashes = [None; GROUP];
        for (hash, (line, sought)) in hashes.iter_mut().zip(lines.iter().zip(&mut *self.sought)) {
            let may_fit = !line.is_empty() && line.len() <= LONGEST;
            let fits = may_fit && !is_pausing(&mut self.pause, &mut self.trial);
            *hash = if fits { sought.lay_out(line.as_bytes(), &mut self.outliner) } else { None };
        }
        for (hash, sought) in hashes.iter_mut().zip(&self.sought) {
            *hash = hash.map(|hash| self.with_firm(hash, &sought.runs));
        }
        let ids = hashes.map(|hash| {
            let hash = hash?;
            self.table.find(hash, |one| one.0 == upper(hash)).map(|one| one.1)
        });
        self.touch(&ids);
        for (at, line) in lines.iter().enumerate() {
            let known = match (hashes[at], ids[at]) {
                (Some(hash), Some(id)) => {
                    self.fitting((hash, id), line.as_bytes(), &self.sought[at])
                }
                _ => None,
            };
            self.trial.1 += u32::from(known.is_some());
            found.push(match (known, hashes[at]) {
                (Some(id), _) => {
                    let start = self.shifts.len() as u32;
                    let runs = &self.sought[at].runs;
                    self.shifts.extend_from_slice(&runs.shifts[..=runs.count]);
                    Found::Recipe(id, start)
                }
                (None, Some(hash)) => self.meet(hash),
                (None, None) => Found::Nothing,
            });
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
        let (from, to) = gate.checks;
        let outline = &self.outlines[gate.start as usize..][..gate.length as usize];
        if *outline != sought.outline[..sought.length] {
            return false;
        }
        // A line of the same outline has as many runs.
        let runs = &sought.runs;
        let bounds = &self.bounds[gate.bounds as usize..][..runs.count];
        let checks = &self.checks[from as usize..to as usize];
        lie_within(&runs.lengths[..runs.count], bounds)
            && checks.iter().all(|check| check.fits(line, &runs.shifts))
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

    /// By how much runs shift what stands behind them in the lines found, end to end.
    pub fn shifts(&self) -> &[u16] {
        &self.shifts
    }

    /// Forget the lines found.
    pub fn settle(&mut self) {
        self.shifts.clear();
    }

    /// Return what is to be found out about a line that was met again.
    pub fn checks_of(&mut self, line: &str) -> Option<Checks> {
        let sought = self.sought.first_mut()?;
        sought.lay_out(line.as_bytes(), &mut self.outliner)?;
        Checks::new(line, sought.runs.clone())
    }

    /// Keep how lines are read that are like one that was met again, under a hash.
    pub fn keep(
        &mut self,
        (met, line): (u64, &str),
        checks: &Checks,
        header: Header,
        known: Known,
    ) {
        let bounds = checks.bounds();
        let Some(sought) = self.sought.first_mut() else { return };
        let Some(hash) = sought.lay_out(line.as_bytes(), &mut self.outliner) else { return };
        if self.firm.find(hash, |one| one.0 == hash).is_none() {
            let firm = bounds.iter().take_while(|(least, most)| least == most).count();
            self.firm.insert_unique(hash, (hash, firm as u32), |one| one.0);
        }
        let hash = self.with_firm(hash, &self.sought[0].runs);
        if self.table.iter_hash(hash).filter(|one| one.0 == upper(hash)).count() >= ALIKE {
            self.refuse(met);
            return;
        }
        let sought = &self.sought[0];
        let (start, length) = (self.outlines.len() as u32, sought.length as u32);
        self.outlines.extend_from_slice(&sought.outline[..sought.length]);
        let from = self.checks.len() as u32;
        self.checks.extend(checks.all());
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

fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

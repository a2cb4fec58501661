//! Lines that are alike but for their digits, and have as many of them in every run: their forms.
//!
//! A recipe (`recipes`) holds for lines whose runs differ in length; which lengths a line has says its outline,
//! which takes a third of the time a line takes. Most lines have the same lengths as one before: they are known by
//! their skeleton, and with it where the runs stand and that they are within bounds.

use hashbrown::HashTable;

use crate::checks::Check;
use crate::hashing::overlapping;
use crate::outline::{BLOCK, LINE, LONGEST, Outliner, Runs};
use crate::recipes::GROUP;

/// Forms that are held, and what their skeletons may take in all [bytes].
const MOST: usize = 1 << 16;
const MOST_BYTES: usize = 12 << 20;
/// Forms that are remembered as met once; only what comes again is held.
const MET: usize = 1 << 16;
/// Shorter lines have no form [bytes].
const SHORTEST: usize = 16;

/// A form of lines of a recipe.
#[derive(Clone, Copy)]
struct Form {
    /// Of the skeleton.
    hash: u64,
    number: u32,
    recipe: u32,
    /// Where the skeleton stands, behind it so many signs, and where the shifts of the runs stand.
    start: u32,
    length: u16,
    signs: u16,
    shifts: u32,
    /// Whether all that must hold is told by signs.
    is_plain: bool,
}

/// What a character must be: where it stands, and which digits it may be, as bits, or `SAME` and the byte that it is.
type Sign = [u8; 4];
const SAME: u16 = 1 << 15;

/// The forms of a scan.
pub struct Forms {
    /// By the hashes of the skeletons.
    table: HashTable<Form>,
    /// The skeletons, each with its signs behind it.
    skeletons: Vec<u8>,
    shifts: Vec<u16>,
    /// Where the shifts of each form begin.
    starts: Vec<u32>,
    met: Box<[u32]>,
    drafts: Box<[[u8; LINE]]>,
    hashes: [Option<u64>; GROUP],
    outliner: Outliner,
}

impl Default for Forms {
    fn default() -> Self {
        Self {
            table: HashTable::new(),
            skeletons: Vec::new(),
            shifts: Vec::new(),
            starts: Vec::new(),
            met: vec![0; MET].into(),
            drafts: vec![[0; LINE]; GROUP].into(),
            hashes: [None; GROUP],
            outliner: Outliner::default(),
        }
    }
}

impl Forms {
    /// Write the skeletons of the lines of a text, `GROUP` at most, and read a little of what is known of each.
    pub fn draft(&mut self, text: &[u8], lines: &[(usize, usize)]) {
        self.hashes = [None; GROUP];
        for (at, &(start, stop)) in lines.iter().enumerate() {
            let reach = start + (stop - start).next_multiple_of(BLOCK);
            if (SHORTEST..=LONGEST).contains(&(stop - start)) && reach <= text.len() {
                let draft = &mut self.drafts[at];
                self.outliner.skeleton(&text[start..reach], stop - start, draft);
                self.hashes[at] = Some(overlapping(&draft[..stop - start]));
            }
        }
        let mut sum = 0u32;
        let known = self
            .hashes
            .map(|hash| hash.and_then(|hash| self.table.find(hash, |one| one.hash == hash)));
        for form in known.into_iter().flatten() {
            let skeleton = &self.skeletons[form.start as usize..][..form.length as usize];
            sum += skeleton.iter().step_by(BLOCK).map(|&byte| u32::from(byte)).sum::<u32>();
        }
        std::hint::black_box(sum);
    }

    /// Return the recipe and the number of the first form that a line drafted has; `holds` says whether what a recipe
    /// asks of a line with some shifts holds.
    pub fn find(
        &self,
        at: usize,
        line: &[u8],
        holds: impl Fn(u32, &[u16]) -> bool,
    ) -> Option<(u32, u32)> {
        let hash = self.hashes[at]?;
        let draft = &self.drafts[at][..line.len()];
        let is_of = |form: &&Form| {
            let all = &self.skeletons[form.start as usize..];
            let (skeleton, signs) = all.split_at(form.length.into());
            form.hash == hash
                && *skeleton == *draft
                && signs.chunks_exact(4).take(form.signs.into()).all(|sign| fits(line, sign))
                && (form.is_plain || holds(form.recipe, &self.shifts[form.shifts as usize..]))
        };
        let form = self.table.iter_hash(hash).find(is_of)?;
        Some((form.recipe, form.number))
    }

    /// Note that a line drafted fits a recipe, if its checks hold; keep its form if it was met before and there is room.
    pub fn keep(
        &mut self,
        at: usize,
        length: usize,
        (recipe, checks): (u32, &[Check]),
        runs: &Runs,
    ) {
        let Some(hash) = self.hashes[at] else { return };
        let met = &mut self.met[hash as usize % MET];
        if *met != upper(hash) {
            *met = upper(hash);
            return;
        }
        let signs: Vec<Sign> =
            checks.iter().filter_map(|&check| sign_of(check, &runs.shifts)).collect();
        if self.is_full() || signs.len() > usize::from(u16::MAX) {
            return;
        }
        let (number, shifts) = (self.starts.len() as u32, self.shifts.len() as u32);
        let form = Form {
            hash,
            number,
            recipe,
            start: self.skeletons.len() as u32,
            length: length as u16,
            signs: signs.len() as u16,
            shifts,
            is_plain: signs.len() == checks.len(),
        };
        self.skeletons.extend_from_slice(&self.drafts[at][..length]);
        signs.iter().for_each(|sign| self.skeletons.extend_from_slice(sign));
        self.shifts.extend_from_slice(&runs.shifts[..=runs.count]);
        self.starts.push(shifts);
        self.table.insert_unique(hash, form, |one| one.hash);
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
        self.starts.len() >= MOST || self.skeletons.len() >= MOST_BYTES
    }

    /// Forget all forms, as the recipes change.
    pub fn forget(&mut self) {
        self.starts.clear();
        self.skeletons.clear();
        self.shifts.clear();
        self.table.clear();
    }
}

/// Return a check as a sign of lines with some shifts, if it is of one character.
fn sign_of(check: Check, shifts: &[u16]) -> Option<Sign> {
    let (at, what) = match check {
        Check::Digit(at, digits) => (at.of(shifts), digits),
        Check::Same(at, byte) => (at.of(shifts), SAME | u16::from(byte)),
        Check::Address(..) | Check::Year(..) => return None,
    };
    let [[a, b], [c, d]] = [(at as u16).to_le_bytes(), what.to_le_bytes()];
    Some([a, b, c, d])
}

/// Whether a character is what a sign says.
#[inline(always)]
fn fits(line: &[u8], sign: &[u8]) -> bool {
    let two = |at: usize| u16::from_le_bytes([sign[at], sign[at + 1]]);
    let (byte, what) = (line.get(usize::from(two(0))).copied().unwrap_or(0), two(2));
    let digit = byte.wrapping_sub(b'0');
    if what & SAME == 0 { digit < 10 && what >> digit & 1 == 1 } else { what as u8 == byte }
}

fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

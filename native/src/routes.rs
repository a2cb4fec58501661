//! Which formats a line may have: all their programs walked at once over its first characters.
//!
//! A place is what is left of every program after some characters. Places and the ways between them are
//! found as lines need them and are remembered: for each character, and for eight at once. For this, all
//! digits are one character, and all letters of a case; beyond ASCII all characters of a class. A program that is not offered would surely answer
//! `No`; one that is offered may still do so.

use std::hash::BuildHasher;

use hashbrown::{HashMap, HashTable};

use crate::chars::first_of;
use crate::classes;
use crate::hashing::QuickState;
use crate::steps::{Alive, Program, Room};

/// Characters of a line that are looked at.
pub const DEPTH: usize = 64;
/// Places, and ways over eight characters, that are remembered; then all are forgotten at once.
const PLACES: usize = 20_000;
/// The way from a place is not known yet.
const UNKNOWN: u32 = u32::MAX;
/// Marks a place that more characters would change nothing about.
const SETTLED: u32 = 1 << 31;
/// A step that stands for "fits whatever follows".
const FITS: u32 = u32::MAX;
const EIGHT: usize = 8;
/// Marks a class of characters beyond ASCII.
pub const BEYOND: u8 = 0x80;
/// Stands for the end of a line; no character has this class.
const END: u8 = BEYOND;

/// What is left of a program: its number, a step, and how often a run was taken.
type Left = (u16, u32, u32);

struct Place {
    left: Box<[Left]>,
    /// The formats whose programs may fit, in their order.
    offered: Box<[u16]>,
}

/// The programs of some formats, walked together.
pub struct Routes {
    members: Vec<u16>,
    /// Members that are offered always and decide nothing: a text within the line tells.
    loose: Vec<bool>,
    places: Vec<Place>,
    /// Hash and number of each place, by what is left there.
    known: HashTable<(u64, u32)>,
    hasher: QuickState,
    ways: HashMap<(u32, u8), u32, QuickState>,
    strides: HashMap<(u32, u64), u32, QuickState>,
    start: u32,
    room: Room,
    /// Bytes of the line walked last that were looked at.
    pub walked: usize,
}

impl Routes {
    /// Return the routes of some formats; `loose` says of each whether it is told by what a line holds.
    pub fn new(members: Vec<u16>, loose: Vec<bool>) -> Self {
        Self {
            members,
            loose,
            places: Vec::new(),
            known: HashTable::new(),
            hasher: QuickState::default(),
            ways: HashMap::default(),
            strides: HashMap::default(),
            start: UNKNOWN,
            room: Room::default(),
            walked: 0,
        }
    }

    /// Return the place that a line leads to.
    pub fn place<'a>(&mut self, line: &[u8], program: &dyn Fn(u16) -> &'a Program) -> u32 {
        if self.places.is_empty() || self.places.len().max(self.strides.len()) > PLACES {
            self.begin(program);
        }
        let mut at = self.start;
        let mut rest = &line[..line.len().min(DEPTH)];
        while at & SETTLED == 0 && !rest.is_empty() {
            if let Some(eight) = rest.first_chunk::<EIGHT>()
                && u64::from_le_bytes(*eight) & HIGH == 0
            {
                at = self.stride(at, classes_of(u64::from_le_bytes(*eight)), program);
                rest = &rest[EIGHT..];
                continue;
            }
            let Some(char) = first_of(rest) else { break };
            let class = match classes::of(char) {
                _ if char.is_ascii() => classes_of(char.into()) as u8,
                0 => break,
                class => BEYOND | class,
            };
            at = self.walk(at, &[class], program);
            rest = &rest[char.len_utf8()..];
        }
        self.walked = line.len().min(DEPTH) - rest.len();
        // Most programs ask for more than a short line has.
        if self.walked == line.len() { self.walk(at, &[END], program) } else { at }
    }

    /// Return the place that eight characters in ASCII lead to.
    fn stride<'a>(&mut self, at: u32, classes: u64, program: &dyn Fn(u16) -> &'a Program) -> u32 {
        if let Some(&next) = self.strides.get(&(at, classes)) {
            return next;
        }
        let next = self.walk(at, &classes.to_le_bytes(), program);
        self.strides.insert((at, classes), next);
        next
    }

    /// Return the formats offered at a place.
    pub fn offered(&self, place: u32) -> &[u16] {
        &self.places[(place & !SETTLED) as usize].offered
    }

    fn begin<'a>(&mut self, program: &dyn Fn(u16) -> &'a Program) {
        self.places.clear();
        self.known.clear();
        self.ways.clear();
        self.strides.clear();
        let mut left = Vec::new();
        for (number, &member) in self.members.iter().enumerate() {
            spread(program(member), number, (0, 0), (&mut self.room, &mut left));
        }
        self.start = self.add(left);
    }

    fn walk<'a>(
        &mut self,
        mut at: u32,
        classes: &[u8],
        program: &dyn Fn(u16) -> &'a Program,
    ) -> u32 {
        for &class in classes {
            if at & SETTLED != 0 {
                break;
            }
            at = match self.ways.get(&(at, class)) {
                Some(&next) => next,
                None => self.explore(at, class, program),
            };
        }
        at
    }

    fn explore<'a>(&mut self, from: u32, class: u8, program: &dyn Fn(u16) -> &'a Program) -> u32 {
        let mut left = Vec::new();
        for &(number, step, count) in &self.places[from as usize].left {
            if step == FITS {
                left.push((number, FITS, 0));
                continue;
            }
            let program = program(self.members[number as usize]);
            if class == END {
                left.extend(program.may_end(step as usize).then_some((number, step, count)));
                continue;
            }
            if let Some(next) = program.after(step as usize, count, class) {
                spread(program, number as usize, next, (&mut self.room, &mut left));
            }
        }
        let to = self.add(left);
        self.ways.insert((from, class), to);
        to
    }

    /// Return the place of what is left, in the order of the programs.
    fn add(&mut self, mut left: Vec<Left>) -> u32 {
        left.chunk_by_mut(|one, other| one.0 == other.0).for_each(<[Left]>::sort_unstable);
        left.dedup();
        // What fits anyway needs no other steps.
        let fits: Vec<u16> = left.iter().filter(|one| one.1 == FITS).map(|one| one.0).collect();
        left.retain(|one| one.1 == FITS || !fits.contains(&one.0));
        let hash = self.hasher.hash_one(&left);
        let is_it = |one: &(u64, u32)| *self.places[(one.1 & !SETTLED) as usize].left == *left;
        if let Some(&(_, known)) = self.known.find(hash, is_it) {
            return known;
        }
        let mut numbers: Vec<u16> = left.iter().map(|one| one.0).collect();
        numbers.dedup();
        let mut telling = numbers.iter().filter(|&&number| !self.loose[number as usize]);
        let settled = match (telling.next(), telling.next()) {
            (None, _) | (Some(_), None) => true,
            (Some(first), Some(_)) => fits.contains(first),
        };
        let offered = numbers.iter().map(|&number| self.members[number as usize]).collect();
        let id = self.places.len() as u32 | if settled { SETTLED } else { 0 };
        self.places.push(Place { left: left.into(), offered });
        self.known.insert_unique(hash, (hash, id), |one| one.0);
        id
    }
}

/// Add what of a program can follow without a character.
fn spread(
    program: &Program,
    number: usize,
    from: (usize, u32),
    (room, left): (&mut Room, &mut Vec<Left>),
) {
    let (number, before) = (number as u16, left.len());
    let tell = |step, count| left.push((number, step as u32, count));
    if program.spread(from, room, tell) == Alive::Surely {
        left.truncate(before);
        left.push((number, FITS, 0));
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Return the classes of eight ASCII characters: all digits are `0`, letters `A` or `a`.
fn classes_of(word: u64) -> u64 {
    let range = |word: u64, first: u8, last: u8| {
        let from = word + ONES * u64::from(128 - first);
        let behind = word + ONES * u64::from(127 - last);
        ((from & !behind & HIGH) >> 7) * 0xff
    };
    let [digits, upper, lower] =
        [(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')].map(|(a, b)| range(word, a, b));
    (word & !(digits | upper | lower))
        | (digits & (ONES * u64::from(b'0')))
        | (upper & (ONES * u64::from(b'A')))
        | (lower & (ONES * u64::from(b'a')))
}

#[cfg(test)]
mod tests {
    use super::classes_of;

    #[test]
    fn digits_are_one_class_and_letters_of_a_case() {
        let classes = classes_of(u64::from_le_bytes(*b"/09:@AZ["));
        assert_eq!(&classes.to_le_bytes(), b"/00:@AA[");
        let classes = classes_of(u64::from_le_bytes(*b"`az{\x7f\0 \n"));
        assert_eq!(&classes.to_le_bytes(), b"`aa{\x7f\0 \n");
    }
}

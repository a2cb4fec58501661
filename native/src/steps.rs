//! The pattern of a format as a program of few steps, run once from left to right over a line.
//!
//! A step takes one character of a set or a run of them, notes where a field begins or ends, or chooses.
//! What Python's patterns decide by tables of Unicode is decided by what Python said of them (`classes.rs`); of characters that
//! it said nothing of the answer is `Unknown`.

mod sets;
mod sure;

use crate::chars::char_at;

pub use sets::Set;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

/// One step. Places are numbers of steps; what is tried first stands first.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    One(u16),
    /// `sure`: what follows takes no character of the set, so only the longest run can fit.
    Run {
        set: u16,
        least: u32,
        most: u32,
        greedy: bool,
        sure: bool,
    },
    Note(u8),
    Either(u32, u32),
    Go(u32),
    /// What follows up to `end` must (or must not) fit here, and takes nothing.
    Ahead {
        end: u32,
        fits: bool,
    },
    End,
    Done,
    /// What follows up to `end` takes what it takes first and gives nothing back; it notes where it ends.
    Atomic {
        end: u32,
    },
}

/// Fields a program notes at most, two places each.
pub const NOTES: usize = 48;
/// Steps a line may cost before its answer is left to Python.
const FUEL: u32 = 20_000;

/// Where fields begin and end; `UNMET` where they were not met. Texts are no longer than 4096 characters.
pub type Notes = [u16; NOTES];
pub const UNMET: u16 = u16::MAX;

#[derive(Clone, Debug)]
pub struct Program {
    pub steps: Vec<Step>,
    pub sets: Vec<Set>,
}

/// Is told what a program looks at.
pub trait Watch {
    /// A set met a character that it holds unlike others of its kind: the place, and all digits that it
    /// treats like this one as bits (none: it holds all digits or none).
    fn met(&mut self, _at: usize, _digits: u16) {}

    /// The program looked at a place, or whether there is one.
    fn looked(&mut self, _at: usize) {}
}

impl Watch for () {}

/// What a program looked at.
#[derive(Default, Debug)]
pub struct Seen {
    pub met: Vec<(usize, u16)>,
    /// How many bytes of the text; one more than there are: also that it ends there.
    pub reach: usize,
}

impl Seen {
    /// With room for what is mostly met.
    pub fn with_room() -> Self {
        Self { met: Vec::with_capacity(32), reach: 0 }
    }

    pub fn clear(&mut self) {
        self.met.clear();
        self.reach = 0;
    }
}

impl Watch for Seen {
    fn met(&mut self, at: usize, digits: u16) {
        self.met.push((at, digits));
    }

    fn looked(&mut self, at: usize) {
        self.reach = self.reach.max(at + 1);
    }
}

/// A run of a program over a text.
struct Walk<'a, W> {
    text: &'a str,
    notes: &'a mut Notes,
    fuel: u32,
    watch: &'a mut W,
}

/// Where programs are spread, one after another: steps, and how often a run was taken.
pub type Room = (Vec<(usize, u32)>, Vec<(usize, u32)>);

/// What is left of a program after some characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alive {
    /// It fits whatever follows.
    Surely,
    /// It may fit, or nothing of it is left.
    Maybe,
}

impl Program {
    /// Run over a text from its beginning.
    pub fn run(&self, text: &str, notes: &mut Notes) -> Answer {
        self.run_watched(text, notes, &mut ())
    }

    /// Do the same, and say which digits it parted.
    pub fn run_watched<W: Watch>(&self, text: &str, notes: &mut Notes, watch: &mut W) -> Answer {
        notes.fill(UNMET);
        self.from(0, 0, &mut Walk { text, notes, fuel: FUEL, watch })
    }

    fn from<W: Watch>(&self, mut step: usize, mut at: usize, walk: &mut Walk<'_, W>) -> Answer {
        loop {
            if walk.fuel == 0 {
                return Answer::Unknown;
            }
            walk.fuel -= 1;
            match self.steps[step] {
                Step::One(mut set) => loop {
                    // Mostly several follow one another.
                    match walk.text.as_bytes().get(at) {
                        Some(&byte) if byte < 128 => {
                            if !self.sets[set as usize].takes(byte, at, walk.watch) {
                                return Answer::No;
                            }
                            at += 1;
                        }
                        _ => match self.one(set, at, walk) {
                            Ok(next) => at = next,
                            Err(answer) => return answer,
                        },
                    }
                    step += 1;
                    let Some(&Step::One(next)) = self.steps.get(step) else { break };
                    set = next;
                },
                Step::Note(place) => {
                    walk.notes[place as usize] = at as u16;
                    step += 1;
                }
                Step::Go(to) => step = to as usize,
                Step::Either(first, second) => {
                    if !self.may_go_on(first as usize, at, walk) {
                        step = second as usize;
                        continue;
                    }
                    let kept = *walk.notes;
                    match self.from(first as usize, at, walk) {
                        Answer::No => *walk.notes = kept,
                        other => return other,
                    }
                    step = second as usize;
                }
                Step::Ahead { end, fits } => {
                    let kept = *walk.notes;
                    let answer = self.from(step + 1, at, walk);
                    *walk.notes = kept;
                    match (answer, fits) {
                        (Answer::Unknown, _) => return Answer::Unknown,
                        (Answer::Yes, true) | (Answer::No, false) => step = end as usize,
                        _ => return Answer::No,
                    }
                }
                Step::End => {
                    walk.watch.looked(at);
                    if at != walk.text.len() {
                        return Answer::No;
                    }
                    step += 1;
                }
                Step::Done => return Answer::Yes,
                Step::Atomic { end } => {
                    match self.from(step + 1, at, walk) {
                        Answer::Yes => at = walk.notes[0] as usize,
                        other => return other,
                    }
                    step = end as usize;
                }
                Step::Run { set, least: least @ (0 | 1), most: u32::MAX, greedy: true, .. }
                    if self.takes_the_rest(set, step + 1) =>
                {
                    return self.rest(step + 1, at, least, walk);
                }
                Step::Run { set, least, most, sure: true, .. } => {
                    match self.longest(set, at, most, walk) {
                        None => return Answer::Unknown,
                        Some((_, count)) if count < least => return Answer::No,
                        Some((end, _)) => at = end,
                    }
                    step += 1;
                }
                Step::Run { set, least, most, greedy, .. } => {
                    return if greedy {
                        self.greedy(step, at, (set, least, most), walk)
                    } else {
                        self.lazy(step, at, (set, least, most), walk)
                    };
                }
            }
        }
    }

    /// Whether a set holds everything and nothing but the end of the text comes behind it.
    fn takes_the_rest(&self, set: u16, mut step: usize) -> bool {
        while let Step::Note(_) = self.steps[step] {
            step += 1;
        }
        step += usize::from(matches!(self.steps[step], Step::End));
        self.sets[set as usize].everything && matches!(self.steps[step], Step::Done)
    }

    /// Take what is left of the text, whatever it is.
    fn rest<W: Watch>(
        &self,
        mut step: usize,
        at: usize,
        least: u32,
        walk: &mut Walk<'_, W>,
    ) -> Answer {
        if least > 0 {
            walk.watch.looked(at);
            if at >= walk.text.len() {
                return Answer::No;
            }
        }
        while let Step::Note(place) = self.steps[step] {
            walk.notes[place as usize] = walk.text.len() as u16;
            step += 1;
        }
        Answer::Yes
    }

    fn one<W: Watch>(&self, set: u16, at: usize, walk: &mut Walk<'_, W>) -> Result<usize, Answer> {
        walk.watch.looked(at);
        let set = &self.sets[set as usize];
        match walk.text.as_bytes().get(at) {
            None => Err(Answer::No),
            Some(&byte) if byte < 128 => {
                if set.takes(byte, at, walk.watch) {
                    Ok(at + 1)
                } else {
                    Err(Answer::No)
                }
            }
            Some(_) => {
                let char = char_at(walk.text, at).ok_or(Answer::No)?;
                match set.holds(char) {
                    Answer::Yes => Ok(at + char.len_utf8()),
                    other => Err(other),
                }
            }
        }
    }

    /// Return where the longest run of a set ends, and how many characters it has; none: only Python knows.
    fn longest<W: Watch>(
        &self,
        set: u16,
        start: usize,
        most: u32,
        walk: &mut Walk<'_, W>,
    ) -> Option<(usize, u32)> {
        let held = &self.sets[set as usize];
        let bytes = walk.text.as_bytes();
        let (mut at, mut count) = (start, 0);
        while count < most {
            match bytes.get(at) {
                Some(&byte) if byte < 128 => {
                    if !held.takes(byte, at, walk.watch) {
                        break;
                    }
                    at += 1;
                }
                None => {
                    walk.watch.looked(at);
                    break;
                }
                Some(_) => match self.one(set, at, walk) {
                    Ok(after) => at = after,
                    Err(Answer::Unknown) => return None,
                    Err(_) => break,
                },
            }
            count += 1;
        }
        Some((at, count))
    }

    fn greedy<W: Watch>(
        &self,
        step: usize,
        start: usize,
        (set, least, most): (u16, u32, u32),
        walk: &mut Walk<'_, W>,
    ) -> Answer {
        let next = step + 1;
        let Some((mut at, mut count)) = self.longest(set, start, most, walk) else {
            return Answer::Unknown;
        };
        if count < least {
            return Answer::No;
        }
        let kept = *walk.notes;
        loop {
            if self.may_go_on(next, at, walk) {
                match self.from(next, at, walk) {
                    Answer::No => *walk.notes = kept,
                    other => return other,
                }
            }
            if count == least {
                return Answer::No;
            }
            count -= 1;
            at -= 1;
            while !walk.text.is_char_boundary(at) {
                at -= 1;
            }
        }
    }

    /// Whether the step at a place, if it takes one character, may take the one at hand.
    fn may_go_on<W: Watch>(&self, step: usize, at: usize, walk: &mut Walk<'_, W>) -> bool {
        let step = match self.steps[step] {
            Step::Note(_) => self.steps[step + 1],
            other => other,
        };
        let (Step::One(set) | Step::Run { set, least: 1.., .. }) = step else { return true };
        walk.watch.looked(at);
        match walk.text.as_bytes().get(at) {
            Some(&byte) if byte < 128 => self.sets[set as usize].takes(byte, at, walk.watch),
            Some(_) => char_at(walk.text, at)
                .is_none_or(|char| self.sets[set as usize].holds(char) != Answer::No),
            None => false,
        }
    }

    fn lazy<W: Watch>(
        &self,
        step: usize,
        start: usize,
        (set, least, most): (u16, u32, u32),
        walk: &mut Walk<'_, W>,
    ) -> Answer {
        let (mut at, mut count) = (start, 0);
        let kept = *walk.notes;
        loop {
            if count >= least && self.may_go_on(step + 1, at, walk) {
                match self.from(step + 1, at, walk) {
                    Answer::No => *walk.notes = kept,
                    other => return other,
                }
            }
            if count == most {
                return Answer::No;
            }
            match self.one(set, at, walk) {
                Ok(after) => at = after,
                Err(answer) => return answer,
            }
            count += 1;
        }
    }

    /// Return where the program stands when the step at a place takes a character of a class; none: it cannot.
    pub fn after(&self, step: usize, count: u32, class: u8) -> Option<(usize, u32)> {
        let (set, next) = match self.steps[step] {
            Step::One(set) => (set, (step + 1, 0)),
            // Behind the least number all counts are alike, but where there is a most.
            Step::Run { set, least, most: u32::MAX, .. } => {
                (set, (step, (count + 1).min(least.max(1))))
            }
            Step::Run { set, .. } => (set, (step, count + 1)),
            _ => return None,
        };
        self.sets[set as usize].may_hold(class).then_some(next)
    }

    /// Whether one of the steps that are told so fits where a text ends: the others take a character.
    pub fn may_end(&self, step: usize) -> bool {
        matches!(self.steps[step], Step::End)
    }

    /// Tell the steps that can take the next character; `Surely` when nothing more is asked of the line. The room
    /// is there to be used again.
    pub fn spread(
        &self,
        from: (usize, u32),
        (open, seen): &mut Room,
        mut tell: impl FnMut(usize, u32),
    ) -> Alive {
        open.clear();
        seen.clear();
        open.push(from);
        while let Some((step, count)) = open.pop() {
            if seen.contains(&(step, count)) {
                continue;
            }
            seen.push((step, count));
            match self.steps[step] {
                Step::Done => return Alive::Surely,
                // At the end of the line it fits; it takes no character.
                Step::One(_) | Step::End => tell(step, 0),
                Step::Note(_) | Step::Atomic { .. } => open.push((step + 1, 0)),
                Step::Go(to) => open.push((to as usize, 0)),
                Step::Either(a, b) => open.extend([(a as usize, 0), (b as usize, 0)]),
                Step::Ahead { end, .. } => open.push((end as usize, 0)),
                Step::Run { least, most, .. } => {
                    if count >= least {
                        open.push((step + 1, 0));
                    }
                    if count < most {
                        tell(step, count);
                    }
                }
            }
        }
        Alive::Maybe
    }
}

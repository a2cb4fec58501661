//! Which runs of a program give nothing back: what follows takes none of their characters.

use super::{Program, Set, Step};

/// A step that comes next, and whether something is asked of what follows it.
type Open = (usize, bool);

impl Program {
    /// Return the program, with the runs marked that give nothing back.
    pub fn new(steps: Vec<Step>, sets: Vec<Set>) -> Self {
        let mut program = Self { steps, sets };
        program.sets.iter_mut().for_each(Set::look);
        let mut room = (Vec::new(), Vec::new());
        for at in 0..program.steps.len() {
            if let Step::Run { set, least, most, greedy: true, .. } = program.steps[at] {
                room.0.clear();
                room.1.clear();
                room.0.push((at + 1, false));
                let sure = program.is_sure(set, &mut room);
                program.steps[at] = Step::Run { set, least, most, greedy: true, sure };
            }
        }
        program
    }

    /// Whether no step that may take the next character takes one that is in a set; the steps that come next
    /// are open.
    fn is_sure(&self, set: u16, (open, seen): &mut (Vec<Open>, Vec<Open>)) -> bool {
        let is_apart = |next: u16| self.sets[set as usize].is_apart(&self.sets[next as usize]);
        while let Some((step, asked)) = open.pop() {
            if seen.contains(&(step, asked)) {
                continue;
            }
            seen.push((step, asked));
            let Some(&next) = self.steps.get(step) else { return false };
            match next {
                Step::Note(_) => open.push((step + 1, asked)),
                Step::Go(to) => open.push((to as usize, asked)),
                Step::Either(a, b) => open.extend([(a as usize, asked), (b as usize, asked)]),
                // What it asks of a shorter run may be true where it is not of the longest.
                Step::Ahead { end, .. } => open.push((end as usize, true)),
                Step::One(next) if is_apart(next) => {}
                Step::Run { set: next, least, .. } if is_apart(next) => {
                    if least == 0 {
                        open.push((step + 1, asked));
                    }
                }
                Step::Done if asked => return false,
                Step::End | Step::Done => {}
                Step::One(_) | Step::Run { .. } | Step::Atomic { .. } => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Program, Set, Step};
    use crate::steps::{NOTES, UNMET};

    /// Sets of `a`, of `b`, of both, and of all but `a`.
    fn sets() -> Vec<Set> {
        let set = |ascii: [u64; 2], negated| {
            let ranges = Vec::new();
            let (classes, parts, digits, everything) = (0, false, 0, false);
            Set { ascii, ranges, classes, negated, parts, digits, everything }
        };
        let (a, b) = (1 << (b'a' - 64), 1 << (b'b' - 64));
        vec![set([0, a], false), set([0, b], false), set([0, a | b], false), set([!0, !a], true)]
    }

    /// Numbers that look as if they were drawn.
    struct Draw(u64);

    impl Draw {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (self.0 >> 33) % end
        }

        /// Append a step, or a few that belong together.
        fn steps(&mut self, into: &mut Vec<Step>, depth: u32) {
            let set = self.below(4) as u16;
            let start = into.len() as u32;
            match self.below(if depth == 0 { 4 } else { 8 }) {
                0 => into.push(Step::One(set)),
                1 => into.push(Step::Note(self.below(4) as u8)),
                2 | 3 => {
                    let least = self.below(2) as u32;
                    let most = [1, 2, u32::MAX][self.below(3) as usize];
                    let greedy = self.below(4) > 0;
                    into.push(Step::Run { set, least, most, greedy, sure: false });
                }
                4 | 5 => {
                    into.push(Step::Done);
                    self.steps(into, depth - 1);
                    self.steps(into, depth - 1);
                    into[start as usize] = Step::Either(start + 1, into.len() as u32);
                }
                6 => {
                    into.extend([Step::Done, Step::One(set)]);
                    self.steps(into, depth - 1);
                    into.push(Step::Go(start));
                    into[start as usize] = Step::Either(start + 1, into.len() as u32);
                }
                _ => {
                    into.push(Step::Done);
                    self.steps(into, depth - 1);
                    into.push(Step::Done);
                    let fits = self.below(2) == 0;
                    into[start as usize] = Step::Ahead { end: into.len() as u32, fits };
                }
            }
        }
    }

    #[test]
    fn runs_that_give_nothing_back_change_no_answer() {
        let mut draw = Draw(7);
        let texts: Vec<String> = (0..3u32.pow(5))
            .map(|number| {
                let letter = |at| ['a', 'b', 'c'][(number / 3u32.pow(at) % 3) as usize];
                (0..number % 6).map(letter).collect()
            })
            .collect();
        let (mut marked, mut fitting) = (0, 0);
        for _ in 0..2000 {
            let mut steps = Vec::new();
            for _ in 0..1 + draw.below(5) {
                draw.steps(&mut steps, 2);
            }
            if draw.below(2) == 0 {
                steps.push(Step::End);
            }
            steps.push(Step::Done);
            let program = Program::new(steps.clone(), sets());
            let plain = Program { steps, sets: program.sets.clone() };
            marked += program
                .steps
                .iter()
                .filter(|step| matches!(step, Step::Run { sure: true, .. }))
                .count();
            for text in &texts {
                let (mut notes, mut expected) = ([UNMET; NOTES], [UNMET; NOTES]);
                let answer = program.run(text, &mut notes);
                assert_eq!(answer, plain.run(text, &mut expected), "{text} {:?}", program.steps);
                if answer == crate::steps::Answer::Yes {
                    fitting += 1;
                    assert_eq!(notes, expected, "{text} {:?}", program.steps);
                }
            }
        }
        assert!(marked > 500 && fitting > 10_000, "{marked} {fitting}");
    }
}

//! What lines of stack traces are to the lines before them.

use super::stripped;
use crate::chars::prefix;
use crate::routes::Routes;
use crate::steps::{Answer, NOTES, Notes, Program, UNMET};

/// What is looked at of a line of a stack trace: `_CHARACTERS` of `kernel.stacks`.
const STACK_HEAD: usize = 600;

/// What lines of stack traces begin with that are no format's.
pub struct Stacks {
    programs: Vec<Program>,
    /// Those that continue a trace or open it by themselves, walked together.
    begins: Routes,
    /// Where the programs of what opens a trace begin, and those of what ends one directly below a line of one.
    opens: usize,
    ends: usize,
}

impl Stacks {
    /// Make them of what continues a trace, what opens one, and what ends one.
    pub fn new(continues: Vec<Program>, opens: Vec<Program>, closes: Vec<Program>) -> Self {
        let (first, ends) = (continues.len(), continues.len() + opens.len());
        let begins = Routes::new((0..ends as u16).collect(), vec![false; ends]);
        let programs = [continues, opens, closes].concat();
        Self { programs, begins, opens: first, ends }
    }

    /// Return what a text is to a trace; none: only Python knows.
    pub fn of(&mut self, text: &str) -> Option<Trace> {
        if stripped(text).as_ptr() != text.as_ptr() {
            return Some(Trace::Continues);
        }
        let (programs, text) = (&self.programs, prefix(text, STACK_HEAD));
        let place = self.begins.place(text.as_bytes(), &|at| &programs[at as usize]);
        let mut notes: Notes = [UNMET; NOTES];
        let mut found = Trace::No;
        for &at in self.begins.offered(place) {
            match programs[at as usize].run(text, &mut notes) {
                Answer::No => {}
                Answer::Unknown => return None,
                Answer::Yes if usize::from(at) < self.opens => return Some(Trace::Continues),
                Answer::Yes => found = Trace::Opens,
            }
        }
        Some(found)
    }

    /// Whether a text opens a trace by itself.
    pub fn may_open(&mut self, text: &str) -> Answer {
        let (programs, text) = (&self.programs, prefix(text, STACK_HEAD));
        let place = self.begins.place(text.as_bytes(), &|at| &programs[at as usize]);
        let mut notes: Notes = [UNMET; NOTES];
        let offered =
            self.begins.offered(place).iter().filter(|&&at| usize::from(at) >= self.opens);
        let mut answers = offered.map(|&at| programs[at as usize].run(text, &mut notes));
        answers.find(|&answer| answer != Answer::No).unwrap_or(Answer::No)
    }

    /// Whether a text ends the trace that the line before it is part of.
    pub fn ends(&self, text: &str) -> Answer {
        let text = prefix(text, STACK_HEAD);
        let mut notes: Notes = [UNMET; NOTES];
        let mut answers = self.programs[self.ends..].iter().map(|one| one.run(text, &mut notes));
        answers.find(|&answer| answer != Answer::No).unwrap_or(Answer::No)
    }
}

/// What a container's line that no format fits is to a stack trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trace {
    No,
    /// It belongs to the record before it.
    Continues,
    /// It belongs to the record of a failure before it.
    Opens,
}

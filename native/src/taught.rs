//! Lines of named fields (JSON, logfmt), which Python reads: the second of a kind is taught, and others are
//! read by what that told. `paicha.kernel.lessons` says where a line's values stand and which decide nothing.

use crate::checks::Checks;
use crate::headers::Header;
use crate::lines::Scan;
use crate::reader::Ask;

/// Characters by which Python tells which formats a line may have, `WIDTH` of `kernel.gates`.
const GATE: usize = 10;

/// Start and end in a line [bytes].
pub type Stretch = (usize, usize);

/// Spelling of the level, module, service, host, and its address.
pub type Said = (String, String, String, String, String);
/// Where module, service and host stand, if lines alike may have others.
pub type Names = (Option<Stretch>, Option<Stretch>, Option<Stretch>);

/// How lines like one are read.
#[derive(Clone, Debug)]
pub struct Lesson {
    pub format: usize,
    pub severity: i8,
    pub said: Said,
    pub names: Names,
    pub time: Stretch,
    pub body: Stretch,
    /// Values that decide nothing, and those of all values that are numbers.
    pub free: Vec<Stretch>,
    pub numbers: Vec<Stretch>,
    /// Whether no message that begins like this one is a line of a format that is looked for in it.
    pub apart: bool,
}

impl Lesson {
    /// Note what of a line decides nothing, and that everything else must be the same.
    fn check(&self, line: &str, checks: &mut Checks) {
        for &free in &self.free {
            // A number is none any more with other letters.
            if !(self.numbers.contains(&free) && checks.holds_identifier(free)) {
                checks.let_go(line, free);
            }
        }
        let (module, service, host) = self.names;
        for name in [module, service, host].into_iter().flatten() {
            checks.let_go(line, name);
        }
        for &number in &self.numbers {
            checks.no_zero(line, number);
        }
        checks.free(self.time.0, self.time.1);
        checks.same_but_free(line, (0, line.len()));
    }
}

impl Scan {
    /// Make a recipe of a line that Python reads, if it says how.
    pub(crate) fn learn_taught(&mut self, hash: u64, line: &str, ask: &dyn Ask) {
        if self.taught(hash, line, ask).is_none() {
            self.recipes.refuse(hash);
        }
    }

    fn taught(&mut self, hash: u64, line: &str, ask: &dyn Ask) -> Option<()> {
        let lesson = ask.lesson(line)?;
        let whole = |(start, end): Stretch| line.get(start..end);
        let body = whole(lesson.body)?;
        whole(lesson.time)?;
        let mut checks = self.recipes.checks_of(line)?;
        keep_beginning(line, 0, &mut checks);
        let names = &mut self.tally.names;
        let header = Header::taught(&lesson, names, &checks);
        if checks.holds_identifier(lesson.time) {
            return None;
        }
        let (start, end) = lesson.body;
        let place = (start as u16, end as u16);
        if self.reader.formats[lesson.format].inside.is_none() {
            // No format is looked for in its messages.
        } else if lesson.apart {
            keep_beginning(&line[..end], start, &mut checks);
        } else if !self.reader.is_told_apart(lesson.format, line, place, &mut checks) {
            return None;
        }
        let known = self.tally.learn(line, body, &mut checks)?;
        lesson.check(line, &mut checks);
        self.recipes.keep((hash, line), &checks, header, known);
        Some(())
    }
}

/// What a text begins with at a place, and so which formats it may have, is the same in all lines but for digits.
fn keep_beginning(line: &str, start: usize, checks: &mut Checks) {
    let text = &line[start..];
    let end = start + text.char_indices().nth(GATE).map_or(text.len(), |(at, _)| at);
    checks.firm((start, end));
    checks.same_identifiers(line, start, end);
}

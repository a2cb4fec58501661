//! Lines that no format fits where nothing above them says a time: each is a record of its own, but for what is indented below
//! it and for stack traces. Twin of what `paicha.sources.files.joining` decides of them.

use crate::lines::{Scan, State};
use crate::reader::{Ask, Line, NO_FORMAT, Trace, WARN, stripped};
use crate::recipes::Found;
use crate::record::{FOLLOWING_BYTES, FOLLOWING_LINES, Open, Record, record_of};
use crate::steps::Answer;
use crate::tally::Facts;
use crate::uncoloured::text_of;
use crate::written::Written;

/// So many records of a stretch that no format fits are Python's: it shows the first of a file.
const SHOWN: u32 = 3;

/// How a run at hand may end before a line that begins a record where nothing says a time.
pub(super) struct Ends {
    /// Whether it began with what says no time, or below nothing.
    may_end: bool,
    /// How many lines it has when Python is asked next: each time twice as many, so that no line is read often.
    asked_at: u64,
}

impl Default for Ends {
    fn default() -> Self {
        Self { may_end: false, asked_at: 1 }
    }
}

/// How many characters a text is indented by.
fn indent_of(text: &str) -> usize {
    let blank = |char: &char| crate::chars::is_blank(*char) || *char == '\u{3000}';
    text.chars().take_while(blank).count()
}

fn sure(answer: Answer) -> Option<bool> {
    (answer != Answer::Unknown).then_some(answer == Answer::Yes)
}

impl Scan {
    /// Whether a line that no format fits is part of a record above it that says no time; none: only Python knows.
    pub(super) fn goes_on(
        &mut self,
        record: &mut Record<'_>,
        (text, number): (&str, u64),
    ) -> Option<bool> {
        if !self.knows_traces {
            return None;
        }
        if record.parts + number - record.last > FOLLOWING_LINES {
            return Some(false);
        }
        // Python counts characters.
        if record.size + text.len() > FOLLOWING_BYTES {
            return None;
        }
        let indent = indent_of(text);
        if indent > 0 {
            return Some(indent > indent_of(&record.text));
        }
        let stacks = &mut self.reader.stacks;
        let found = stacks.of(text)?;
        let ends = record.in_trace && found != Trace::Continues && sure(stacks.ends(text))?;
        let opens = found == Trace::Opens && record.facts.severity >= WARN;
        record.in_trace = found == Trace::Continues || ends || opens;
        Some(record.in_trace)
    }

    /// Return the record that a line begins which no format fits, and that what stands before does not hold; none: it begins
    /// none, or Python has to read it.
    pub(super) fn unfit<'a>(
        &mut self,
        state: &mut State<'_, 'a>,
        (read, before): (&Line<'_>, &Open<'_>),
        (one, text, wide): (&Written, &'a str, bool),
    ) -> Option<Record<'a>> {
        let begins = matches!(read, Line::Nothing)
            && matches!(before, Open::None | Open::Record(_))
            && !stripped(text).is_empty();
        if !begins || !self.knows_traces {
            return None;
        }
        let in_trace = sure(self.reader.stacks.may_open(text))?;
        state.unfit += 1;
        // What a file begins with may be no record at all.
        let is_left = one.number == 1 || self.shows && state.unfit <= SHOWN;
        let read = (NO_FORMAT, Facts::default(), text.into(), false, Found::Nothing);
        Some(Record { in_trace, is_left, ..record_of(read, (one, text, wide)) })
    }

    /// Whether a line begins a record where nothing above it says a time.
    pub(crate) fn may_stand_apart(&mut self, read: &Line<'_>, text: &str) -> bool {
        match read {
            Line::Taken { format, facts, .. } => self.reader.is_weak(*format, facts),
            Line::Nothing if !self.knows_traces || text.is_empty() => false,
            Line::Nothing => {
                let stacks = &mut self.reader.stacks;
                indent_of(text) == 0
                    && stacks.of(text) == Some(Trace::No)
                    && stacks.ends(text) == Answer::No
            }
            _ => false,
        }
    }

    /// Note of the run that may begin with what is open whether what says no time can end it.
    pub(super) fn note_run(&self, state: &mut State<'_, '_>) {
        let may_end = match &state.open {
            Open::Run { .. } => return,
            Open::None => true,
            Open::Record(record) => self.reader.is_timeless(record.format, &record.facts),
            _ => false,
        };
        state.ends = Ends { may_end, ..Ends::default() };
    }

    /// End the run at hand before a line, if Python says that this begins a record and nothing else is open.
    pub(super) fn end_run(
        &mut self,
        state: &mut State<'_, '_>,
        (read, one, text): (&Line<'_>, &Written, &str),
        ask: &dyn Ask,
    ) {
        let Open::Run { start, line } = state.open else { return };
        let is_due = state.ends.may_end && !state.is_anyones;
        if !is_due || one.number - line < state.ends.asked_at || !self.may_stand_apart(read, text) {
            return;
        }
        state.ends.asked_at = 2 * (one.number - line);
        if ask.stands_apart(&state.bytes.data[start..one.end]) {
            let run = std::mem::replace(&mut state.open, Open::None);
            self.close(run, one.start, (state.bytes, state.place), &mut state.met, ask);
            (state.is_within, state.ends) = (false, Ends::default());
        }
    }

    /// Whether what a stretch ends with is over with it: what stands behind it, as far as that is at hand, surely begins a
    /// record, or nothing is open that says a time.
    pub(super) fn is_over(&mut self, state: &State<'_, '_>, behind: &[u8], ask: &dyn Ask) -> bool {
        if behind.is_empty() || state.streams.are_met() {
            return true;
        }
        let line = behind.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let text = text_of(line).unwrap_or_default();
        let text = text.trim_end_matches('\r');
        self.reader.look_away();
        let read = self.read_apart(text, ask);
        if !self.may_stand_apart(&read, text) {
            return true;
        }
        match &state.open {
            Open::None => true,
            Open::Record(record) => self.reader.is_timeless(record.format, &record.facts),
            Open::Run { start, .. } if !state.is_anyones => {
                ask.stands_apart(&[&state.bytes.data[*start..], line].concat())
            }
            _ => false,
        }
    }
}

//! Records of several lines, which the first of them opens: what belongs to one, as `paicha.sources.files.joining` decides it.
//!
//! A line that opens a record surely begins one if the lines above it are whole: where they are not, the file, or what is left
//! of it, is Python's.

use std::borrow::Cow;

use crate::lines::Scan;
use crate::reader::{Around, Ask, HEAD, Line};
use crate::recipes::Found;
use crate::record::{Open, Opened, Record, Told};
use crate::steps::Answer;
use crate::tally::Facts;
use crate::written::{Bytes, Written};

/// So much is looked at first of what may be a record of several lines [bytes].
const WINDOW: usize = 1 << 14;
/// A file that holds nothing but such records for so long is Python's: it would read them twice [bytes].
const LONGEST: usize = 1 << 20;

/// Return what is known of the first line of a record of several of a format; its body is all of them.
pub(crate) fn opens(format: usize, body: Cow<'_, str>, assumed: bool) -> Told<'_> {
    (format, Facts::default(), body, assumed, Found::Nothing)
}

/// Return behind how many lines a record of several ends that may be opened by the one before which so many stand, none: by
/// the first in its stream; the largest number: behind all of them. None: Python has to read the whole file, which begins
/// with them or not.
pub(crate) fn lines_of_block(
    lines: &[u8],
    opened: Option<u64>,
    begins_file: bool,
    ask: &dyn Ask,
) -> Option<usize> {
    let mut size = WINDOW;
    loop {
        let end = match lines.get(..size) {
            None => lines.len(),
            Some(head) => memchr::memrchr(b'\n', head).map_or(0, |at| at + 1),
        };
        match ask.block(&lines[..end], opened) {
            0 if end == lines.len() => return Some(usize::MAX),
            0 if begins_file && size >= LONGEST => return None,
            0 => size *= 4,
            n => return usize::try_from(n).ok(),
        }
    }
}

impl Scan {
    /// Return what the first line of a record of several opens; what stands around it, if it is a container's.
    pub(crate) fn opened<'a>(
        &mut self,
        lines: Record<'a>,
        around: Option<(usize, Around)>,
        ask: &dyn Ask,
    ) -> Opened<'a> {
        let seen = lines.line;
        let mut opened =
            Opened { lines, is_whole: false, holds_others: false, around, in_trace: false, seen };
        self.complete(&mut opened, ask);
        opened
    }

    /// Take a line below one that opened a record; an error: it is no part of that, and what is open then.
    #[allow(clippy::result_large_err, reason = "what goes well is as large")]
    pub(crate) fn take_below<'a>(
        &mut self,
        mut opened: Opened<'a>,
        read: &Line<'a>,
        (one, text, wide): (&Written, &'a str, bool),
        ask: &dyn Ask,
    ) -> Result<Open<'a>, Open<'a>> {
        let run = Open::Run { start: opened.lines.start, line: opened.lines.line };
        let has_room = !text.is_empty() && opened.lines.has_room(text, one.number);
        let is_part = match read {
            Line::Nothing => true,
            Line::Taken { format, facts, .. } => self.reader.is_weak(*format, facts),
            _ => false,
        };
        let is_known = is_part || matches!(read, Line::Taken { .. } | Line::Opens(_));
        match (opened.is_whole, read) {
            (true, _) if is_part && has_room => {
                opened.lines.append((text, one, wide));
                return Ok(Open::Opened(opened));
            }
            // The rest is counted, or only Python knows.
            (true, _) if is_part => return Ok(run),
            (true, _) if is_known => return Err(Open::Opened(opened)),
            (true, Line::Unknown) if !self.reader.may_open(text) => return Ok(run),
            (false, Line::Unknown) if has_room => {}
            (false, _) if has_room && is_known => {}
            _ => {
                self.facts.joined += 1;
                return Ok(run);
            }
        }
        let is_stamped = matches!(read, Line::Taken { facts, .. } if facts.time.is_some());
        let held_others = opened.holds_others;
        opened.holds_others |= !is_part;
        opened.lines.append((text, one, wide));
        self.complete(&mut opened, ask);
        if opened.is_whole || is_known && !is_stamped {
            return Ok(Open::Opened(opened));
        }
        // The lines above are none, and each is read by itself.
        if is_stamped && !held_others {
            return Err(run);
        }
        self.facts.joined += 1;
        Ok(run)
    }

    /// Note whether lines are a record by now.
    pub(crate) fn complete(&mut self, opened: &mut Opened<'_>, ask: &dyn Ask) {
        let (format, names) = (opened.lines.format, &mut self.tally.names);
        match self.reader.read_lines(format, &opened.lines.body, names, ask) {
            Ok(_) => opened.is_whole = true,
            Err(Answer::No) => {}
            Err(_) => self.facts.joined += 1,
        }
    }

    /// Return the record that lines are; what only Python can read, or does not end here, as a run.
    pub(crate) fn whole<'a>(
        &mut self,
        opened: Opened<'a>,
        bytes: &Bytes<'a>,
        ask: &dyn Ask,
    ) -> Open<'a> {
        let Opened { mut lines, is_whole, around, .. } = opened;
        let run = Open::Run { start: lines.start, line: lines.line };
        if !is_whole {
            self.facts.cut += 1;
            return run;
        }
        if lines.body.len() > HEAD {
            return run;
        }
        let names = &mut self.tally.names;
        let read = self.reader.read_lines(lines.format, &lines.body, names, ask);
        let Ok((facts, body, assumed)) = read else {
            self.facts.joined += 1;
            return run;
        };
        let body = body.into_owned();
        if let Some((wrap, around)) = around {
            let Some(format) = self.reader.number(wrap, lines.format) else { return run };
            lines.inside = Some(std::mem::take(&mut lines.body).into());
            (lines.format, lines.facts, lines.body) = (format, around.put(facts), body.into());
            lines.assumed |= assumed && around.time.is_none();
            return Open::Record(lines);
        }
        // All of it is its text, from which is read what else it says.
        let written = bytes.whole.and_then(|all| all.get(lines.start..lines.end));
        lines.text = match written.filter(|text| **text == *lines.body) {
            Some(text) => text.into(),
            None => std::mem::take(&mut lines.body),
        };
        lines.parts = 0;
        (lines.facts, lines.assumed, lines.body) = (facts, assumed, body.into());
        Open::Record(lines)
    }
}

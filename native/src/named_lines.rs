//! Records of several lines that name their fields, an object of JSON over lines or lines of KEY=value: where one ends, as
//! `paicha.sources.files.joining` decides it. What it says is told by lessons, as of a line (`taught.rs`).

use std::borrow::Cow;

use memchr::{memchr, memchr2, memrchr};

use crate::fields::name_of_property;
use crate::lines::Scan;
use crate::reader::{Ask, Fields, HEAD, Line};
use crate::recipes::Found;
use crate::record::{FOLLOWING_BYTES, FOLLOWING_LINES, Record, record_of};
use crate::steps::{Answer, NOTES, Program, UNMET};
use crate::uncoloured::ESCAPE;
use crate::written::{Bytes, Written, is_blank_line};

/// Lines of one mark that were asked about, and how long one is at most [bytes].
const OPENERS: usize = 64;
const OPENER: usize = 64;
/// What may stand behind an item of a list is shorter [bytes].
const BEHIND: usize = 8;

/// What may be a record of several lines.
pub(crate) struct Block<'a> {
    /// All of its text; none: only Python knows whether it is a record.
    pub text: Option<Cow<'a, str>>,
    /// Where the text of its last line stops, and where the next line begins.
    pub stop: usize,
    pub next: usize,
    /// The number of its last line, and how many of them are not ASCII.
    pub last: u64,
    pub wide: u64,
}

/// Return what of a text names the fields of a record: an item of a list is indented, and a comma stands behind it.
pub(crate) fn named_of(all: &str) -> &str {
    let text = all.trim_start();
    if !text.starts_with('{') {
        return all;
    }
    let Some((object, behind)) = text.rfind('}').map(|at| text.split_at(at + 1)) else {
        return text;
    };
    // Of more blanks Python reads nothing.
    if matches!(behind.trim(), "," | ";") && behind.len() < BEHIND { object } else { text }
}

/// What a line is to the record above it.
#[derive(PartialEq)]
enum Below {
    Part,
    Last,
    /// Only Python knows.
    Unsure,
    /// It begins another.
    Next,
}

impl Scan {
    /// Return the format of records over lines that name their fields of which a line surely opens one.
    pub(crate) fn opens_named(&mut self, text: &str, ask: &dyn Ask) -> Option<usize> {
        if self.frames.delimiter.is_some() {
            return None;
        }
        if text.len() <= OPENER && text.trim_matches([' ', '\t']) == "{" {
            // Formats of one line in JSON fit its beginning as well.
            if let Some(&known) = self.openers.get(text) {
                return known;
            }
            let found = ask.opens(text).filter(|&format| self.lines_of(format).is_some());
            if self.openers.len() >= OPENERS {
                self.openers.clear();
            }
            self.openers.insert(text.into(), found);
            return found;
        }
        name_of_property(text.as_bytes()).filter(|_| self.reader.may_begin_block(text))?;
        match self.reader.read(text, &mut self.tally.names, ask) {
            Line::Block(format) => self.lines_of(format).map(|_| format),
            _ => None,
        }
    }

    fn lines_of(&self, format: usize) -> Option<&Fields> {
        self.reader.formats.get(format)?.lines.as_ref()
    }

    /// Return the record that a line of a format opens; none: only Python knows where it ends.
    pub(crate) fn block_of<'a>(
        &mut self,
        bytes: &Bytes<'a>,
        (format, one): (usize, &Written),
        ask: &dyn Ask,
    ) -> Option<Block<'a>> {
        let text_of = |start: usize, end: usize| {
            let text = std::str::from_utf8(&bytes.data[start..end]).unwrap_or_default();
            text.trim_end_matches('\r')
        };
        let first = text_of(one.start, one.stop);
        let indent = &first[..first.len() - first.trim_start_matches([' ', '\t']).len()];
        let (mut at, mut size, mut is_sure) = (one.end + 1, 0, true);
        let (mut stop, mut next, mut last, mut number) =
            (one.stop, one.end + 1, one.number, one.number);
        let is_object = matches!(self.lines_of(format)?, Fields::Object(_));
        loop {
            let Some(rest) = bytes.data.get(at..).filter(|rest| !rest.is_empty()) else {
                // What a stretch ends with is whole, if that has no end of its own.
                if is_object {
                    return None;
                }
                break;
            };
            let start = at;
            let end = memchr(b'\n', rest).map_or(bytes.data.len(), |length| start + length);
            (at, number) = (end + 1, number + 1);
            if is_blank_line(&bytes.data[start..end]) {
                continue;
            }
            let text = text_of(start, end);
            let below = match is_object {
                true => self.below_object((format, indent), text, ask)?,
                false => self.below_property(format, text, ask),
            };
            if below == Below::Next {
                break;
            }
            size += end - start;
            if size > FOLLOWING_BYTES || number - one.number >= FOLLOWING_LINES {
                return None;
            }
            is_sure &= below != Below::Unsure && (is_object || number == last + 1);
            (stop, next, last) = (start + text.len(), at.min(bytes.data.len()), number);
            if below == Below::Last {
                break;
            }
        }
        let (text, wide) = match is_sure.then(|| self.text(bytes, (one.start, stop))).flatten() {
            Some((text, wide)) => (Some(text), wide),
            None => (None, 0),
        };
        Some(Block { text, stop, next, last, wide })
    }

    /// Read a record that a line begins; none: it is none, or Python has to.
    pub(crate) fn read_block<'a>(
        &mut self,
        block: Block<'a>,
        one: &Written,
        ask: &dyn Ask,
    ) -> Option<Record<'a>> {
        let all = block.text?;
        let named = named_of(&all);
        let read = match self.read_named(named, ask) {
            Some(Line::Taken { format, facts, body, .. }) => {
                // What names no message is its own, and all of it.
                let is_own = *body == *named;
                let is_other = is_own && named.len() < all.len();
                let is_unsure = is_other || is_own && self.reader.may_hold_others(format);
                (!is_unsure).then(|| (format, facts, body.into_owned()))
            }
            Some(_) => None,
            None => {
                self.learn_named(named, ask);
                None
            }
        };
        let (format, facts, body) = read?;
        let told = (format, facts, body.into(), false, Found::Nothing);
        let record = record_of(told, (one, "", false));
        let text = match named.len() == all.len() {
            true => all,
            false => named.to_owned().into(),
        };
        let (end, last, wide) = (block.stop, block.last, block.wide);
        Some(Record { text, end, last, wide, ..record })
    }

    /// Return what stands between two places and how many lines of it are not ASCII, if that is text as Python reads it.
    fn text<'a>(
        &self,
        bytes: &Bytes<'a>,
        (start, stop): (usize, usize),
    ) -> Option<(Cow<'a, str>, u64)> {
        let text = std::str::from_utf8(&bytes.data[start..stop]).ok()?;
        let is_changed = bytes.has_changed && memchr2(0, ESCAPE, text.as_bytes()).is_some();
        if is_changed || bytes.damaged_in(start, stop) > 0 {
            return None;
        }
        let is_wide = !bytes.ascii && !text.is_ascii();
        let lines = || text.split('\n').map(|line| line.trim_end_matches('\r'));
        let wide = if is_wide { lines().filter(|line| !line.is_ascii()).count() } else { 0 };
        let is_plain = |line: &str| line.is_empty() || !is_blank_line(line.as_bytes());
        let text = if memchr(b'\r', text.as_bytes()).is_none() && lines().all(is_plain) {
            Cow::Borrowed(text)
        } else {
            let said = |line| if is_plain(line) { line } else { "" };
            lines().map(said).collect::<Vec<_>>().join("\n").into()
        };
        Some((text, wide as u64))
    }

    /// Return what a line is below the first of an object, which is indented; none: only Python knows.
    fn below_object(
        &mut self,
        (format, indent): (usize, &str),
        text: &str,
        ask: &dyn Ask,
    ) -> Option<Below> {
        let is_part = if text.len() <= OPENER && text.trim_matches([' ', '\t']) == "{" {
            text.len() - text.trim_start().len() > indent.len()
        } else {
            match self.reader.read(text, &mut self.tally.names, ask) {
                Line::Nothing => !text.trim().is_empty(),
                Line::Taken { facts, .. } => facts.time.is_none(),
                _ => false,
            }
        };
        if !is_part {
            return None;
        }
        let Fields::Object(ends) = self.lines_of(format)? else { return None };
        Some(match text.strip_prefix(indent) {
            Some(rest) if is_end(ends, rest)? => Below::Last,
            _ => Below::Part,
        })
    }

    /// Return what a line is below one of KEY=value.
    fn below_property(&mut self, format: usize, text: &str, ask: &dyn Ask) -> Below {
        let is_property = name_of_property(text.as_bytes()).is_some();
        if !is_property || self.reader.may_begin_block(text) {
            let is_next = is_property && self.opens_named(text, ask) == Some(format);
            return if is_next { Below::Next } else { Below::Unsure };
        }
        // What else it may be says nothing.
        if self.reader.may_open(text) { Below::Unsure } else { Below::Part }
    }

    /// Whether the last line of some may end such a record, and none of those that may open one is far above it.
    pub(crate) fn may_end_named(&mut self, data: &[u8]) -> bool {
        let mut end = data.len();
        loop {
            let start = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            let line = &data[start..end];
            if !is_blank_line(line) {
                let text = std::str::from_utf8(line).unwrap_or_default().trim();
                return self.is_last_of_named(text) && self.opened_before(data).is_some();
            }
            match start.checked_sub(1) {
                None => return false,
                Some(before) => end = before,
            }
        }
    }

    /// Whether a text may be the last line of such a record, without what it is indented by.
    fn is_last_of_named(&self, text: &str) -> bool {
        let ends = |lines: &Fields| match lines {
            Fields::Object(ends) => is_end(ends, text) != Some(false),
            Fields::Properties => name_of_property(text.as_bytes()).is_some(),
        };
        self.reader.formats.iter().filter_map(|format| format.lines.as_ref()).any(ends)
    }

    /// Whether a line stands behind the end of a record of a format, as far as that can be seen: what a stretch ends with that is none
    /// voids it.
    pub(crate) fn stands_behind(&mut self, (data, line): (&[u8], &str), format: usize) -> bool {
        let above = data.trim_ascii_end();
        let start = memrchr(b'\n', above).map_or(0, |before| before + 1);
        let Ok(last) = std::str::from_utf8(&above[start..]) else { return false };
        let ends = match self.lines_of(format) {
            Some(Fields::Object(ends)) => {
                let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
                let rest = last.strip_prefix(&line[..indent]);
                rest.is_some_and(|rest| is_end(ends, rest) == Some(true))
            }
            Some(Fields::Properties) => name_of_property(last.as_bytes()).is_some(),
            None => false,
        };
        ends && self.may_end_named(data)
    }
}

/// Whether a program fits the last line of a record; none: only Python knows.
fn is_end(ends: &Program, line: &str) -> Option<bool> {
    if line.len() > HEAD {
        return None;
    }
    match ends.run(line, &mut [UNMET; NOTES]) {
        Answer::Yes => Some(true),
        Answer::No => Some(false),
        Answer::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::named_of;

    #[test]
    fn what_names_fields_stands_without_what_sets_it_apart() {
        for (text, expected) in [
            ("{\n}", "{\n}"),
            ("  {\n  },", "{\n  }"),
            ("{\n} ;  ", "{\n}"),
            ("{\n}, }", "{\n}, }"),
            ("{\n}          ,", "{\n}          ,"),
            ("A=1\nB={}", "A=1\nB={}"),
        ] {
            assert_eq!(named_of(text), expected);
        }
    }
}

//! What lines are to the record above them, as `paicha.sources.files.joining` decides it.

use std::borrow::Cow;

use super::{Ask, Format, HEAD, Parts, Reader, Use, facts_of, head_of, stripped, with_error};
use crate::steps::{Answer, NOTES, Notes, UNMET};
use crate::tally::Facts;
use crate::texts::Names;

/// The format of records that no format fits: they are counted under none.
pub const NO_FORMAT: usize = usize::MAX;

impl Reader {
    /// Whether a record shows that further ones need no format: it has none, or none that tells much.
    pub fn is_timeless(&self, format: usize, facts: &Facts) -> bool {
        format == NO_FORMAT || self.is_weak(format, facts)
    }

    /// Whether a line that was read may be part of what a line above it prints, which says when.
    pub fn is_weak(&self, format: usize, facts: &Facts) -> bool {
        facts.time.is_none() && self.formats.get(format).is_some_and(|one| one.is_generic)
    }

    /// The format whose records lines of a format continue.
    pub fn followed_by(&self, format: usize) -> Option<usize> {
        self.formats.get(format)?.follows
    }

    /// Whether lines of two formats are of one process; none: only Python knows.
    pub fn are_of_one_process(
        &self,
        (format, line): (usize, &str),
        (other, below): (usize, &str),
    ) -> Option<bool> {
        Some(self.process_of(format, line)? == self.process_of(other, below)?)
    }

    fn process_of<'a>(&self, format: usize, line: &'a str) -> Option<&'a str> {
        let format = self.formats.get(format)?;
        let mut notes: Notes = [UNMET; NOTES];
        if format.program.run(head_of(line), &mut notes) != Answer::Yes {
            return None;
        }
        Some(format.process.map_or("", |field| match (notes[2 * field], notes[2 * field + 1]) {
            (UNMET, _) | (_, UNMET) => "",
            (start, end) => &line[start as usize..end as usize],
        }))
    }

    /// Whether records of a format may hold those of others.
    pub(crate) fn may_hold_others(&self, format: usize) -> bool {
        self.formats.get(format).is_none_or(Format::may_hold_others)
    }

    /// Whether a line that Python must read may open a record of several lines.
    pub fn may_open(&mut self, line: &str) -> bool {
        let formats = &self.formats;
        let place = self.routes.place(line.as_bytes(), &|at| &formats[at as usize].program);
        let mut notes: Notes = [UNMET; NOTES];
        line.is_empty()
            || self.routes.offered(place).iter().any(|&at| {
                let Format { program, purpose, .. } = &formats[at as usize];
                let opens = matches!(purpose, Use::Opens | Use::Joined);
                opens && program.run(head_of(line), &mut notes) != Answer::No
            })
    }

    /// Return what the lines of a record of a format say that a line of it opened.
    pub(crate) fn read_lines<'a>(
        &mut self,
        format: usize,
        text: &'a str,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Result<(Facts, Cow<'a, str>, bool), Answer> {
        let mut notes: Notes = [UNMET; NOTES];
        // What more lines say changes nothing of whether the first of them are a record.
        let mut end = text.len().min(HEAD);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let head = &text[..end];
        match self.formats[format].whole.as_ref().map(|whole| whole.run(head, &mut notes)) {
            Some(Answer::Yes) => {}
            Some(Answer::No) if head.len() == text.len() => return Err(Answer::No),
            _ => return Err(Answer::Unknown),
        }
        let said = self.said(format, head, &notes, names, ask)?;
        let told = &self.formats[format];
        let body = match &told.says {
            None => with_error(said.body, said.error),
            Some(parts) => put_together(parts, head, &notes).into(),
        };
        let mut facts = facts_of(&said, names);
        if let Some(parts) = told.says_logger.as_ref().filter(|_| said.file.is_empty()) {
            facts.module = names.id(&put_together(parts, head, &notes));
        }
        Ok((facts, body, said.assumed))
    }
}

/// Return a field that is put together, as `paicha.kernel.line_formats` does: what others say, each on one line but for a
/// message.
pub(crate) fn put_together(parts: &Parts, text: &str, notes: &Notes) -> String {
    let mut said = String::new();
    for (before, field) in parts {
        said.push_str(before);
        let Some((field, is_whole)) = *field else { continue };
        let (start, end) = (notes[2 * field], notes[2 * field + 1]);
        if start == UNMET || end == UNMET {
            continue;
        }
        let value = &text[start as usize..end as usize];
        if is_whole {
            said.push_str(value);
            continue;
        }
        let words = value.split(is_blank).filter(|one| !one.is_empty());
        for (at, word) in words.enumerate() {
            said.push_str(if at > 0 { " " } else { "" });
            said.push_str(word);
        }
    }
    stripped(&said).to_owned()
}

/// Whether Python parts words by a character.
fn is_blank(char: char) -> bool {
    crate::chars::is_blank(char) || char == '\u{3000}'
}

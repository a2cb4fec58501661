//! The shape of one line and its variables; the twin of `paicha.kernel.shape` and `variables`.

mod ends;
mod lists;
mod naming;
mod spans;
mod years;

use crate::chars::{
    CLASSES, Class, WIDE, char_at, char_before, chunk_end, held, holds, is_blank, is_delimiter,
    is_letter, is_letter_or_digit, prefix,
};
use crate::chunks::{
    Emitted, Kind, Pieces, Told, looked_at_for_unit, take_apart, take_apart_knowing, unit_after,
};
use crate::thrown::{BELOW, thrown_below};
use crate::words::is_method;

use ends::{begin_of, close_of, extended, first_line, is_key, is_plain_word, says_something};
use lists::LIST_FROM;
use spans::Out;
pub use spans::{Slot, Span};
pub use years::{YEAR, begins_as_year};

/// Characters of a line that are looked at.
pub const LINE_CAP: usize = 4096;
const KEY_DIGITS: usize = 2;
/// Room for what digits tell of a line.
const TOLD: usize = 32;
const FOLLOWS: usize = 12;

/// Shapes lines, one after another, in buffers that it keeps.
#[derive(Default)]
pub struct Scanner {
    out: Out,
    slots: Vec<Slot>,
    composed: String,
    listed: String,
    has_lists: bool,
    /// Numbers that are joined with the time before them when they are years.
    years: Vec<Span>,
    pieces: Vec<Emitted<'static>>,
}

fn span(line: &str, part: &str) -> Span {
    if part.is_empty() {
        return Span::default();
    }
    let start = (part.as_ptr() as usize).wrapping_sub(line.as_ptr() as usize);
    Span { start: start as u32, end: (start + part.len()) as u32 }
}

impl Scanner {
    /// Shape a body; the result stays until the next call. The line is what `text` of a slot lies in.
    pub fn scan<'a>(&mut self, body: &'a str) -> &'a str {
        self.scan_telling(body, None).0
    }

    /// Do the same, and return what digits told.
    pub fn scan_watched<'a>(&mut self, body: &'a str) -> (&'a str, Vec<Told<'a>>) {
        let (line, told) = self.scan_telling(body, Some(Vec::with_capacity(TOLD)));
        (line, told.unwrap_or_default())
    }

    fn scan_telling<'a>(
        &mut self,
        body: &'a str,
        told: Option<Vec<Told<'a>>>,
    ) -> (&'a str, Option<Vec<Told<'a>>>) {
        let mut pieces = Pieces { list: std::mem::take(&mut self.pieces), told };
        let line = self.line(body, &mut pieces);
        pieces.list.clear();
        self.pieces = pieces.list.into_iter().map(|_| unreachable!("cleared")).collect();
        (line, pieces.told)
    }

    fn line<'a>(&mut self, body: &'a str, pieces: &mut Pieces<'a>) -> &'a str {
        let (line, cut) = first_line(body);
        self.out.clear();
        self.slots.clear();
        self.composed.clear();
        self.years.clear();
        self.has_lists = false;
        self.part(line, 0, line.len(), pieces);
        self.finish(line, cut);
        self.below(body, line);
        line
    }

    /// Write what was thrown below the first line behind it.
    fn below(&mut self, body: &str, line: &str) {
        let name = thrown_below(body);
        if name.is_empty() || line.contains(name) {
            return;
        }
        let text = if self.has_lists { &mut self.listed } else { &mut self.out.text };
        text.push_str(BELOW);
        text.push_str(name);
    }

    /// The shape of the line scanned last.
    pub fn shape(&self) -> &str {
        if self.has_lists { &self.listed } else { &self.out.text }
    }

    /// The variables of the line scanned last, in the order of the placeholders.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    pub fn name(&self, slot: &Slot) -> &str {
        slot.name.of(&self.out.text)
    }

    pub fn unit<'a>(&self, slot: &Slot, line: &'a str) -> &'a str {
        slot.unit.of(line)
    }

    /// Where the text of a slot stands in the line, with more blanks than it has maybe; none: its parts stand apart.
    pub fn place(&self, slot: &Slot, line: &str) -> Option<(usize, usize)> {
        let Span { start, end } = slot.text;
        if !slot.composed {
            return Some((start as usize, end as usize));
        }
        let end = slot.end as usize;
        let start = begin_of(slot.text.of(&self.composed), line.get(..end)?)?;
        Some((start, end))
    }

    pub fn text<'a>(&'a self, slot: &Slot, line: &'a str) -> &'a str {
        slot.text.of(if slot.composed { &self.composed } else { line })
    }

    /// Take the line apart from `at` up to `end`; return where it stopped, at `end` or behind it.
    fn part<'a>(
        &mut self,
        line: &'a str,
        mut at: usize,
        end: usize,
        pieces: &mut Pieces<'a>,
    ) -> usize {
        let bytes = line.as_bytes();
        while at < end {
            at = match CLASSES[bytes[at] as usize] {
                Class::Blank => self.blank(at + 1),
                Class::Chunk => self.words(line, at, end, pieces),
                Class::Delimiter => self.delimiter(line, at, bytes[at] as char, pieces),
                Class::Other => self.other(line, at, pieces),
            };
        }
        at
    }

    /// Take plain words and the blanks between them as they are, or the one chunk at hand.
    fn words<'a>(
        &mut self,
        line: &'a str,
        start: usize,
        limit: usize,
        pieces: &mut Pieces<'a>,
    ) -> usize {
        let bytes = line.as_bytes();
        let shift = self.out.text.len();
        let mut at = start;
        let held = loop {
            let held = chunk_end(line, at);
            if !is_plain_word(&bytes[at..held.0], held.1) {
                break Some(held);
            }
            at = held.0;
            self.out.ends.push((shift + at - start) as u32);
            if at >= limit || bytes[at] != b' ' {
                break None;
            }
            at += 1;
            self.out.ends.push((shift + at - start) as u32);
            if at >= limit || CLASSES[bytes[at] as usize] != Class::Chunk {
                break None;
            }
        };
        self.out.text.push_str(&line[start..at]);
        match held {
            Some(held) => self.chunk(line, at, held, pieces),
            None => at,
        }
    }

    fn blank(&mut self, next: usize) -> usize {
        if self.out.len() > 0 && !self.out.ends_blank() {
            self.out.push(" ");
        }
        next
    }

    fn other<'a>(&mut self, line: &'a str, at: usize, pieces: &mut Pieces<'a>) -> usize {
        let char = char_at(line, at).unwrap_or(' ');
        let next = at + char.len_utf8();
        if is_blank(char) {
            self.blank(next)
        } else if char >= WIDE {
            self.wide(line, at, char, pieces)
        } else if is_delimiter(char) {
            self.delimiter(line, at, char, pieces)
        } else {
            self.chunk(line, at, chunk_end(line, at), pieces)
        }
    }

    fn wide<'a>(&mut self, line: &'a str, at: usize, char: char, pieces: &mut Pieces<'a>) -> usize {
        if let Some(close) = close_of(char) {
            return self.quoted(line, at, char, close, pieces);
        }
        let mut end = at + char.len_utf8();
        if is_letter(char) {
            while let Some(next) =
                char_at(line, end).filter(|&next| next >= WIDE && is_letter(next))
            {
                end += next.len_utf8();
            }
        }
        self.out.push(&line[at..end]);
        end
    }

    fn delimiter<'a>(
        &mut self,
        line: &'a str,
        at: usize,
        char: char,
        pieces: &mut Pieces<'a>,
    ) -> usize {
        if let Some(close) = close_of(char) {
            let inside = char < '‘'
                && char_before(line, at)
                    .is_some_and(|before| before < WIDE && is_letter_or_digit(before));
            if !inside {
                return self.quoted(line, at, char, close, pieces);
            }
        }
        let next = at + char.len_utf8();
        self.out.push(if char == '<' { "＜" } else { &line[at..next] });
        next
    }

    fn quoted<'a>(
        &mut self,
        line: &'a str,
        at: usize,
        mark: char,
        close: char,
        pieces: &mut Pieces<'a>,
    ) -> usize {
        let next = at + mark.len_utf8();
        self.out.push(&line[at..next]);
        let Some(length) = line[next..].find(close) else { return next };
        let inner = &line[next..next + length];
        let end = next + length + close.len_utf8();
        let after = char_at(line, end);
        if inner.is_empty() || after.is_some_and(|char| char < WIDE && is_letter_or_digit(char)) {
            return next;
        }
        let closing = &line[next + length..end];
        if after == Some(':') && self.is_key_place() {
            self.literal(inner);
            self.out.push(closing);
            return end;
        }
        if inner.find(' ').is_some_and(|blank| is_method(&inner[..=blank])) {
            return next;
        }
        if self.out.len() == 1 && mark == '"' && inner.contains(' ') && after.is_none_or(is_blank) {
            let close = next + length;
            let stopped = self.part(line, next, close, pieces);
            if stopped > close {
                return stopped;
            }
            self.out.push(closing);
            return end;
        }
        let begins_wide = char_at(inner, 0).is_some_and(|char| char >= WIDE);
        if !begins_wide && !inner.chars().any(is_delimiter) {
            pieces.list.clear();
            pieces.tell(Told::Chunk(inner));
            take_apart(inner, pieces);
            if pieces.list.iter().any(says_something) {
                self.quoted_text(line, inner);
            } else {
                self.put(line, pieces, "");
            }
        } else {
            pieces.tell(Told::Text(inner));
            self.quoted_text(line, inner);
        }
        self.out.push(closing);
        end
    }

    /// Append text so that it cannot be taken for a placeholder.
    fn literal(&mut self, text: &str) {
        if text.contains('<') {
            let changed = text.replace('<', "＜");
            self.out.push(&changed);
        } else {
            self.out.push(text);
        }
    }

    /// Whether a quoted key of JSON may stand here; the opening mark is the last piece.
    fn is_key_place(&self) -> bool {
        for back in [2, 3] {
            let piece = self.out.last(back);
            if !piece.is_empty() && piece != " " {
                return piece == "{" || piece == ",";
            }
        }
        true
    }

    fn chunk<'a>(
        &mut self,
        line: &'a str,
        start: usize,
        (end, has): (usize, u16),
        pieces: &mut Pieces<'a>,
    ) -> usize {
        let chunk = &line[start..end];
        let (chunk, has) = match extended(line, start, end, has) {
            longer if longer == end => (chunk, has),
            longer => (&line[start..longer], held(&line[start..longer])),
        };
        let end = start + chunk.len();
        let rest = &line[end..];
        if rest.starts_with('=') {
            pieces.tell(Told::Beside(chunk));
        }
        if rest.starts_with("()") || is_key(chunk, rest) {
            self.out.push(chunk);
            return end;
        }
        if has & holds::DIGIT != 0 && !rest.starts_with('=') {
            pieces.tell(Told::Chunk(chunk));
        }
        pieces.list.clear();
        take_apart_knowing(chunk, has, pieces);
        self.put(line, pieces, rest);
        end
    }

    fn put<'a>(&mut self, line: &'a str, pieces: &mut Pieces<'a>, follows: &'a str) {
        let ends_with_number = pieces.list.last().is_some_and(|last| last.kind == Kind::Number);
        if ends_with_number {
            pieces.tell(Told::Beside(looked_at_for_unit(prefix(follows, FOLLOWS))));
        }
        let mut name: Option<Span> = None;
        for (place, piece) in pieces.list.iter().enumerate() {
            if piece.kind == Kind::Literal {
                self.out.push(piece.text);
                continue;
            }
            let name = match name {
                Some(known) if self.out.last(1) == "/" => known,
                _ => *name.insert(self.name_of(self.out.len())),
            };
            let mut unit = piece.unit;
            if piece.kind == Kind::Number && unit.is_empty() && place + 1 == pieces.list.len() {
                unit = unit_after(prefix(follows, FOLLOWS));
            }
            if piece.kind == Kind::Time && self.absorbed(line, piece.text) {
                continue;
            }
            if piece.kind == Kind::Number && self.is_year_after(line, piece.text) {
                continue;
            }
            self.out.push(piece.kind.placeholder());
            let text = span(line, piece.text);
            self.slots.push(Slot {
                name,
                unit: span(line, unit),
                text,
                composed: false,
                end: text.end,
                number: piece.number,
            });
            if !piece.unit.is_empty() {
                self.out.push(piece.unit);
            }
        }
    }

    /// Append quoted text as a variable; its opening mark is the last piece.
    fn quoted_text(&mut self, line: &str, text: &str) {
        let name = self.name_of(self.out.len() - 1);
        let text = span(line, text);
        self.slots.push(Slot {
            name,
            unit: Span::default(),
            text,
            composed: false,
            end: text.end,
            number: None,
        });
        self.out.push("<text>");
    }

    /// Append the text of a slot to what is composed.
    fn append(&mut self, slot: &Slot, line: &str) {
        if slot.composed {
            let text = slot.text.of(&self.composed).to_owned();
            self.composed.push_str(&text);
        } else {
            self.composed.push_str(slot.text.of(line));
        }
    }

    /// Append texts to what is composed, and return all from a place on.
    fn compose(&mut self, start: usize, parts: &[&str]) -> Span {
        parts.iter().for_each(|part| self.composed.push_str(part));
        Span { start: start as u32, end: self.composed.len() as u32 }
    }

    fn finish(&mut self, line: &str, cut: bool) {
        if self.out.last(1) == " " {
            self.out.drop(1);
        }
        if cut {
            self.out.push("…");
        }
        if self.slots.len() >= LIST_FROM && (0..self.out.len()).any(|at| self.run(at) > 0) {
            self.join_lists(line);
        }
    }
}

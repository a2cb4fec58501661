//! The shape of one line and its variables; the twin of `paicha.kernel.shape` and `variables`.

use crate::chars::{
    CLASSES, Class, WIDE, char_at, char_before, chunk_end, ends_path, held, holds, is_blank,
    is_delimiter, is_letter, is_letter_or_digit, prefix,
};
use crate::chunks::{
    Emitted, Kind, Pieces, Told, looked_at_for_unit, take_apart, take_apart_knowing, unit_after,
};
use crate::numbers::Number;
use crate::thrown::{BELOW, thrown_below};
use crate::words::{MONTHS, WEEKDAYS, is_method, is_zone};

/// Characters of a line that are looked at.
pub const LINE_CAP: usize = 4096;
const NAME_CAP: usize = 64;
const WIDE_NAME_CAP: usize = 8;
const KEY_DIGITS: usize = 2;
const LIST_FROM: usize = 6;
const FOLLOWS: usize = 12;
/// Digits of a year.
pub const YEAR: usize = 4;

/// A stretch of one of the scanner's texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// One variable of a line; its texts lie in the scanner.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    name: Span,
    unit: Span,
    text: Span,
    composed: bool,
    /// Where the last part of a composed text ends in the line.
    end: u32,
    pub number: Option<Number>,
}

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

/// The pieces of a shape so far, end to end.
#[derive(Default)]
struct Out {
    text: String,
    ends: Vec<u32>,
}

impl Out {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn start(&self, at: usize) -> usize {
        if at == 0 { 0 } else { self.ends[at - 1] as usize }
    }

    fn piece(&self, at: usize) -> &str {
        &self.text[self.start(at)..self.ends[at] as usize]
    }

    fn bytes(&self, at: usize) -> &[u8] {
        &self.text.as_bytes()[self.start(at)..self.ends[at] as usize]
    }

    /// The piece that many places from the end, 1 being the last; empty where there is none.
    fn last(&self, back: usize) -> &str {
        if back > self.len() { "" } else { self.piece(self.len() - back) }
    }

    /// Whether the last piece is a blank.
    fn ends_blank(&self) -> bool {
        self.text.ends_with(' ') && self.text.len() - self.start(self.len() - 1) == 1
    }

    fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
        self.ends.push(self.text.len() as u32);
    }

    fn drop(&mut self, count: usize) {
        let keep = self.len() - count;
        self.text.truncate(self.start(keep));
        self.ends.truncate(keep);
    }
}

/// The first line of a body, and whether it was cut.
fn first_line(body: &str) -> (&str, bool) {
    let head = prefix(body, LINE_CAP + 1).trim_start_matches(['\r', '\n']);
    let end = memchr::memchr(b'\n', head.as_bytes()).unwrap_or(head.len());
    let line = &head[..end];
    let kept = prefix(line, LINE_CAP);
    (kept, kept.len() < line.len())
}

fn close_of(char: char) -> Option<char> {
    Some(match char {
        '"' | '\'' | '`' => char,
        '“' => '”',
        '‘' => '’',
        '「' => '」',
        '『' => '』',
        _ => return None,
    })
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
        let mut pieces = Pieces { list: std::mem::take(&mut self.pieces), told: None };
        let line = self.line(body, &mut pieces);
        pieces.list.clear();
        self.pieces = pieces.list.into_iter().map(|_| unreachable!("cleared")).collect();
        line
    }

    /// Do the same, and return what digits told.
    pub fn scan_watched<'a>(&mut self, body: &'a str) -> (&'a str, Vec<Told<'a>>) {
        let mut pieces = Pieces { list: Vec::new(), told: Some(Vec::new()) };
        let line = self.line(body, &mut pieces);
        (line, pieces.told.unwrap_or_default())
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

    /// The numbers of the line scanned last that would be no variables if they were written as years are.
    pub fn may_be_years<'a>(&self, line: &'a str) -> impl Iterator<Item = &'a str> {
        self.years.iter().map(move |year| year.of(line))
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

    fn compose(&mut self, parts: &[&str]) -> Span {
        let start = self.composed.len() as u32;
        for part in parts {
            self.composed.push_str(part);
        }
        Span { start, end: self.composed.len() as u32 }
    }

    /// Join a clock with the date right before it.
    fn absorbed(&mut self, line: &str, clock: &str) -> bool {
        if self.out.len() < 2 || self.out.last(1) != " " {
            return false;
        }
        let Some(last) = self.slots.last().copied() else { return false };
        let before = self.text(&last, line).to_owned();
        if self.out.last(2) == "<time>" && !before.contains(':') && clock.contains(':') {
            let text = self.compose(&[&before, " ", clock]);
            self.slots.pop();
            self.slots.push(Slot { text, composed: true, end: span(line, clock).end, ..last });
            self.out.drop(1);
            return true;
        }
        let fits = self.out.len() >= 4
            && self.out.last(2) == "<number>"
            && MONTHS.contains(&self.out.last(4).as_bytes())
            && clock.contains(':');
        if !fits {
            return false;
        }
        let mut parts = vec![self.out.last(4).to_owned(), format!(" {before} {clock}")];
        self.out.drop(4);
        if self.out.len() > 1 && self.out.last(1) == " " && WEEKDAYS.contains(&self.out.last(2)) {
            parts.insert(0, format!("{} ", self.out.last(2)));
            self.out.drop(2);
        }
        let text = self.compose(&parts.iter().map(String::as_str).collect::<Vec<_>>());
        let name = self.name_of(self.out.len());
        self.out.push("<time>");
        self.slots.pop();
        let end = span(line, clock).end;
        let unit = Span::default();
        self.slots.push(Slot { name, unit, text, composed: true, end, number: None });
        true
    }

    /// Join the year behind `Fri Jun 17 10:00:00`, also over a zone.
    fn is_year_after(&mut self, line: &str, text: &str) -> bool {
        if self.out.len() < 2 || self.out.last(1) != " " {
            return false;
        }
        let zone = self.out.len() > 3 && self.out.last(4) == "<time>" && is_zone(self.out.last(2));
        if !zone && self.out.last(2) != "<time>" {
            return false;
        }
        self.years.push(span(line, text));
        if text.len() != YEAR || !begins_as_year(text.as_bytes()) {
            return false;
        }
        let Some(last) = self.slots.last().copied() else { return false };
        let before = self.text(&last, line).to_owned();
        if !before.chars().next().is_some_and(is_letter) {
            return false;
        }
        let between = if zone { format!(" {} ", self.out.last(2)) } else { " ".to_owned() };
        let joined = self.compose(&[&before, &between, text]);
        self.slots.pop();
        let end = span(line, text).end;
        self.slots.push(Slot { text: joined, composed: true, end, ..last });
        self.out.drop(if zone { 3 } else { 1 });
        true
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

    /// Write runs of equal placeholders as lists, and join their slots.
    fn join_lists(&mut self, line: &str) {
        self.has_lists = true;
        let mut listed = std::mem::take(&mut self.listed);
        listed.clear();
        let slots = std::mem::take(&mut self.slots);
        let (mut at, mut slot) = (0, 0);
        while at < self.out.len() {
            let piece = self.out.piece(at);
            if !piece.starts_with('<') {
                listed.push_str(piece);
                at += 1;
                continue;
            }
            let more = self.run(at);
            let members = &slots[slot..=slot + more];
            slot += 1 + more;
            if more == 0 {
                listed.push_str(piece);
                self.slots.push(members[0]);
                at += 1;
                continue;
            }
            listed.push_str("<list>");
            at += 1 + more * (self.mark_pieces(at + 1) + 1);
            let joined = self.joined(members, line);
            self.slots.push(joined);
        }
        self.listed = listed;
    }

    fn joined(&mut self, members: &[Slot], line: &str) -> Slot {
        let texts: Vec<String> =
            members.iter().map(|one| self.text(one, line).to_owned()).collect();
        let text = self.compose(&[&texts.join(" ")]);
        let (name, end) = (members[0].name, members[members.len() - 1].end);
        Slot { name, unit: Span::default(), text, composed: true, end, number: None }
    }

    /// How many more of the placeholder at a place follow with one mark between; 0: too few for a list.
    fn run(&self, at: usize) -> usize {
        let piece = self.out.piece(at);
        if !piece.starts_with('<') || at + 1 >= self.out.len() {
            return 0;
        }
        let width = self.mark_pieces(at + 1);
        let mark = &self.out.text[self.out.start(at + 1)..self.out.ends[at + width] as usize];
        if !matches!(mark, " " | "," | ", " | "，" | "、") {
            return 0;
        }
        let (mut more, mut end) = (0, at + 1);
        while end + width < self.out.len() && self.out.piece(end + width) == piece {
            let between =
                &self.out.text[self.out.start(end)..self.out.ends[end + width - 1] as usize];
            if between != mark {
                break;
            }
            more += 1;
            end += width + 1;
        }
        if more + 1 >= LIST_FROM { more } else { 0 }
    }

    /// How many pieces the mark at a place is made of: itself, and a blank behind it.
    fn mark_pieces(&self, at: usize) -> usize {
        if at + 1 < self.out.len() && self.out.piece(at + 1) == " " { 2 } else { 1 }
    }

    /// What the line calls the variable that comes behind the first `count` pieces.
    fn name_of(&self, count: usize) -> Span {
        let blank = |piece: &[u8]| matches!(piece, [b' ' | b'"' | b'\'' | b'`']);
        let mut at = count;
        while at > 0 && blank(self.out.bytes(at - 1)) {
            at -= 1;
        }
        if at == 0 {
            return Span::default();
        }
        at -= 1;
        let last = self.out.piece(at);
        if last == "=" || last == "＝" {
            while at > 0 && blank(self.out.bytes(at - 1)) {
                at -= 1;
            }
            return if at > 0 { self.as_name(at - 1, 0) } else { Span::default() };
        }
        let mark = if last.ends_with(':') {
            1
        } else if last.ends_with('：') {
            3
        } else {
            0
        };
        if mark > 0 {
            return self.before_colon(at, mark);
        }
        let first = last.chars().next().unwrap_or(' ');
        if first >= WIDE && is_letter(first) && last.chars().count() <= WIDE_NAME_CAP {
            return self.piece_span(at, 0);
        }
        Span::default()
    }

    /// The name before a colon that ends the piece at a place: a word that stands alone.
    fn before_colon(&self, at: usize, mark: usize) -> Span {
        let long = self.out.piece(at).len() > mark;
        let (word, cut, mut before) = if long {
            (Some(at), mark, at)
        } else if at > 0 {
            (Some(at - 1), 0, at - 1)
        } else {
            (None, 0, 0)
        };
        // `before` counts the pieces in front of the word.
        let Some(word) = word else { return Span::default() };
        let text = self.piece_span(word, cut).of(&self.out.text);
        if (text == "\"" || text == "'") && before > 0 {
            return self.as_name(before - 1, 0);
        }
        while before > 0 && self.out.piece(before - 1) == " " {
            before -= 1;
        }
        let alone = before == 0
            || !self.out.piece(before - 1).chars().next_back().is_some_and(is_letter_or_digit);
        if alone { self.as_name(word, cut) } else { Span::default() }
    }

    fn piece_span(&self, at: usize, cut: usize) -> Span {
        Span { start: self.out.start(at) as u32, end: self.out.ends[at] - cut as u32 }
    }

    /// A piece (without its last bytes) where it can be a name: a letter and no placeholder in it.
    fn as_name(&self, at: usize, cut: usize) -> Span {
        let found = self.piece_span(at, cut);
        let word = found.of(&self.out.text);
        let short = word.len() <= NAME_CAP || word.chars().count() <= NAME_CAP;
        let fits = short && !word.contains('<') && word.chars().any(is_letter);
        if fits { found } else { Span::default() }
    }
}

/// Where a text begins that ends where a line ends; a blank of it may be several in the line.
fn begin_of(text: &str, line: &str) -> Option<usize> {
    let mut rest = line.as_bytes();
    for &byte in text.as_bytes().iter().rev() {
        rest = rest.strip_suffix(&[byte])?;
        while byte == b' ' && rest.ends_with(b" ") {
            rest = &rest[..rest.len() - 1];
        }
    }
    Some(rest.len())
}

pub fn begins_as_year(digits: &[u8]) -> bool {
    matches!(digits, [b'1', b'9', ..] | [b'2', b'0', ..])
}

/// A word of letters with at most one mark behind it, which is no hexadecimal identifier.
fn is_plain_word(chunk: &[u8], has: u16) -> bool {
    if has & !(holds::LETTERS | holds::COLON | holds::DOT) != 0 {
        return false;
    }
    let word = match chunk {
        [word @ .., b':' | b'.'] => word,
        _ => chunk,
    };
    let letters = has & (holds::COLON | holds::DOT) == 0
        || !word.is_empty() && word.iter().all(u8::is_ascii_alphabetic);
    letters && (word.len() < 8 || has & holds::LETTER != 0)
}

/// Where a chunk ends that goes on over delimiters: a path, an address, digits with commas.
fn extended(line: &str, start: usize, mut end: usize, has: u16) -> usize {
    let chunk = &line[start..end];
    let with_scheme = |chunk: &str| has & holds::COLON != 0 && chunk.contains("://");
    // A slash alone, as in `[3]/[5]`, parts what stands around it.
    let path = chunk.len() > 1 && chunk.starts_with('/');
    if has & holds::SLASH != 0 && (path || with_scheme(chunk)) {
        while let Some(char) = char_at(line, end).filter(|&char| char < WIDE && !ends_path(char)) {
            end += char.len_utf8();
        }
        return end;
    }
    let bytes = line.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    while bytes.get(end) == Some(&b',') && digit(end - 1) && digit(end + 1) {
        end = chunk_end(line, end + 2).0;
    }
    end
}

/// Whether a chunk is the key of a value: `eth0=up`.
fn is_key(chunk: &str, rest: &str) -> bool {
    if !rest.starts_with('=') || rest.starts_with("==") {
        return false;
    }
    let bytes = chunk.as_bytes();
    let mut digits = 0;
    for &byte in bytes {
        match byte {
            b'_' | b'-' | b'.' => {}
            b'0'..=b'9' => digits += 1,
            _ if byte.is_ascii_alphabetic() => {}
            _ => return false,
        }
    }
    bytes.first().is_some_and(u8::is_ascii_alphabetic) && digits <= KEY_DIGITS
}

/// Whether a piece is literal text with a letter, and not a scheme.
fn says_something(piece: &Emitted<'_>) -> bool {
    piece.kind == Kind::Literal && !piece.text.ends_with("://") && piece.text.chars().any(is_letter)
}

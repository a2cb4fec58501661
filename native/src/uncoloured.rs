//! A stretch without the colours of a terminal and with what is no text made visible, and where its lines are written:
//! `TextLines._decode` of `sources.files.lines` does both to each line once.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use crate::written::LINE_LIMIT;

/// Begins what a terminal is told, its colours above all.
pub const ESCAPE: u8 = 0x1b;
/// Longer lines that hold what is no text are Python's [bytes].
const DAMAGED: usize = 1 << 16;
/// Digits and marks between the bracket and the letter of such a sequence, at most.
const PARAMETERS: usize = 20;

/// A line in which bytes are visible that are no text: where it begins, how many these are, and whether it is UTF-8 for all that.
#[derive(Clone, Copy, Debug)]
pub struct Damage {
    pub begins: usize,
    pub count: u64,
    pub is_utf8: bool,
}

/// A text as it is read; a line that Python must look at stays as it is written, with a zero byte behind it that says so.
#[derive(Default)]
pub struct Uncoloured {
    text: Vec<u8>,
    /// From a place in the text on, and where that is written: behind what was left out or put in.
    moved: Vec<(u32, u32)>,
    /// How long the text and what is written are.
    lengths: (usize, usize),
    /// Lines in which bytes are visible that are no text.
    damaged: Vec<Damage>,
}

impl Uncoloured {
    /// Read a text without its colours, and with what is no text visible; false: it is so as it is written.
    pub fn read(&mut self, written: &[u8]) -> bool {
        self.forget();
        let (mut at, mut text_until) = (0, 0);
        while let Some(escape) = next_other(written, at, &mut text_until) {
            let start = memrchr(b'\n', &written[at..escape]).map_or(at, |end| at + end + 1);
            let end = memchr(b'\n', &written[escape..]).map_or(written.len(), |end| escape + end);
            self.text.extend_from_slice(&written[at..start]);
            self.add_line(written, start, end);
            at = end;
        }
        if self.is_other() {
            self.text.extend_from_slice(&written[at..]);
            self.lengths = (self.text.len(), written.len());
        }
        self.is_other()
    }

    /// What was read.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Forget the text, not its room.
    pub fn forget(&mut self) {
        self.text.clear();
        self.moved.clear();
        self.damaged.clear();
        self.lengths = (0, 0);
    }

    /// Lines in which bytes are visible that are no text, in their order.
    pub fn damaged(&self) -> &[Damage] {
        &self.damaged
    }

    /// Whether it is other than what is written.
    pub fn is_other(&self) -> bool {
        !self.moved.is_empty()
    }

    /// Return where a line of the text begins or ends as it is written, the colours before its end left out.
    pub fn place(&self, at: usize) -> usize {
        if !self.moved.is_empty() && at == self.lengths.0 {
            return self.lengths.1;
        }
        let before = self.moved.partition_point(|&(text, _)| (text as usize) < at);
        let (text, written) = before.checked_sub(1).map_or((0, 0), |last| self.moved[last]);
        at - text as usize + written as usize
    }

    /// Add a line in which bytes are no text; one that may be of another encoding, or has colours, is Python's.
    fn add_damaged(&mut self, written: &[u8], start: usize, end: usize) {
        let line = without_end(&written[start..end]);
        let chunks = || line.utf8_chunks();
        let (begins, mut count) = (self.text.len(), 0);
        let bad: usize = chunks().map(|chunk| chunk.invalid().len()).sum();
        let high = line.iter().filter(|byte| !byte.is_ascii()).count();
        let is_text = bad == 0 || 4 * bad < high || is_no_gb(line);
        if line.len() > DAMAGED || memchr(ESCAPE, line).is_some() || !is_text {
            // As far as it is text it may say whose it is.
            let text = chunks().next().map_or("", |chunk| chunk.valid()).as_bytes();
            let text = &text[..memchr(0, text).unwrap_or(text.len())];
            self.text.extend_from_slice(text);
            self.text.push(0);
            self.moved.push((self.text.len() as u32, end as u32));
            return;
        }
        let mut at = start;
        for chunk in chunks() {
            for (place, byte) in chunk.valid().bytes().enumerate() {
                match byte {
                    0 => self.show(0, at + place),
                    byte => self.text.push(byte),
                }
                count += u64::from(byte == 0);
            }
            at += chunk.valid().len();
            for (place, &byte) in chunk.invalid().iter().enumerate() {
                self.show(byte, at + place);
                count += 1;
            }
            at += chunk.invalid().len();
        }
        self.text.extend_from_slice(&written[at..end]);
        self.damaged.push(Damage { begins, count, is_utf8: bad == 0 });
    }

    /// Add a byte that is no text, which stands at a place, as Python shows it.
    fn show(&mut self, byte: u8, at: usize) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |value: u8| DIGITS[usize::from(value)];
        self.text.extend_from_slice(&[b'\\', b'x', digit(byte >> 4), digit(byte & 15)]);
        // What follows is found from within it: a line may end there.
        self.moved.push((self.text.len() as u32 - 1, at as u32));
    }

    /// Add a line that has an escape, or in which bytes are no text.
    fn add_line(&mut self, written: &[u8], start: usize, end: usize) {
        let line = &written[start..end];
        if memchr(0, line).is_some() || std::str::from_utf8(line).is_err() {
            return self.add_damaged(written, start, end);
        }
        let (text, moved) = (self.text.len(), self.moved.len());
        pieces(without_end(line), |from, to| {
            if from > 0 {
                self.moved.push((self.text.len() as u32, (start + from) as u32));
            }
            self.text.extend_from_slice(&line[from..to]);
        });
        let is_same = self.moved.len() == moved;
        if is_same || line.len() <= LINE_LIMIT && is_read(&self.text[text..]) {
            self.text.extend_from_slice(&line[without_end(line).len()..]);
        } else {
            self.text.truncate(text);
            self.moved.truncate(moved);
            self.text.extend_from_slice(line);
            self.text.push(0);
            self.moved.push((self.text.len() as u32, end as u32));
        }
    }
}

/// Return where the next byte stands from a place on that ends or colours no text as it is; what is text up to where is known.
fn next_other(written: &[u8], at: usize, text_until: &mut usize) -> Option<usize> {
    let rest = &written[at..];
    let marked = memchr2(0, ESCAPE, rest).map(|found| at + found);
    let end = marked.unwrap_or(written.len());
    if end <= *text_until {
        return marked;
    }
    let from = at.max(*text_until);
    match std::str::from_utf8(&written[from..]) {
        Ok(_) => *text_until = written.len(),
        Err(error) => *text_until = from + error.valid_up_to(),
    }
    if *text_until < end { Some(*text_until) } else { marked }
}

/// Whether bytes surely are no GB18030: one stands where none may.
fn is_no_gb(line: &[u8]) -> bool {
    let (is_lead, is_digit) =
        (|byte: &u8| (0x81..=0xfe).contains(byte), |byte: &u8| byte.is_ascii_digit());
    let mut rest = line;
    while let Some((first, behind)) = rest.split_first() {
        rest = match behind {
            _ if first.is_ascii() => behind,
            _ if !is_lead(first) => return true,
            // A zero byte is shown before it is asked: as `\x00`.
            [0 | 0x40..=0x7e | 0x80..=0xfe, behind @ ..] => behind,
            [second, third, fourth, behind @ ..]
                if is_digit(second) && is_lead(third) && is_digit(fourth) =>
            {
                behind
            }
            _ => return true,
        };
    }
    false
}

/// Return the text of a line as Python reads it; none where Python must look at it.
pub fn text_of(line: &[u8]) -> Option<Cow<'_, str>> {
    if line.len() > LINE_LIMIT {
        return None;
    }
    let line = without_end(line);
    if memchr(0, line).is_some() {
        return None;
    }
    match once(line) {
        Cow::Borrowed(text) => std::str::from_utf8(text).ok().map(Cow::Borrowed),
        Cow::Owned(text) if text.len() < line.len() && !is_read(&text) => None,
        Cow::Owned(text) => String::from_utf8(text).ok().map(Cow::Owned),
    }
}

/// Return what of a line is left when colours are left out of it once.
pub fn once(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr(ESCAPE, line).is_none() {
        return Cow::Borrowed(line);
    }
    let mut text = Vec::with_capacity(line.len());
    pieces(line, |from, to| text.extend_from_slice(&line[from..to]));
    Cow::Owned(text)
}

/// Return a line without the returns at its end.
fn without_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|&byte| byte != b'\r').map_or(0, |last| last + 1);
    &line[..end]
}

/// Whether what is left of a line would be left of it once more: nothing in it is a colour now, and no return ends it.
fn is_read(line: &[u8]) -> bool {
    let is_colour = |at: usize| colour(&line[at + 1..]).is_some();
    line.last() != Some(&b'\r') && !memchr_iter(ESCAPE, line).any(is_colour)
}

/// Hand out from where to where a line says something else than colours.
fn pieces(line: &[u8], mut piece: impl FnMut(usize, usize)) {
    let (mut from, mut at) = (0, 0);
    while let Some(found) = memchr(ESCAPE, &line[at..]) {
        let escape = at + found;
        match colour(&line[escape + 1..]) {
            Some(length) => {
                piece(from, escape);
                from = escape + 1 + length;
                at = from;
            }
            None => at = escape + 1,
        }
    }
    piece(from, line.len());
}

/// Return how long the rest of a sequence behind its escape is: `COLOURS` of `kernel.parsed_line`; none: it is none.
fn colour(rest: &[u8]) -> Option<usize> {
    let inside = rest.strip_prefix(b"[")?;
    let is_parameter = |byte: &&u8| byte.is_ascii_digit() || b";?".contains(byte);
    let length = inside.iter().take(PARAMETERS + 1).take_while(is_parameter).count();
    let is_whole = length <= PARAMETERS && inside.get(length).is_some_and(u8::is_ascii_alphabetic);
    is_whole.then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::{Uncoloured, text_of};

    fn read(written: &str) -> String {
        let mut plain = Uncoloured::default();
        let text = if plain.read(written.as_bytes()) { plain.text() } else { written.as_bytes() };
        String::from_utf8_lossy(text).into_owned()
    }

    #[test]
    fn what_colours_a_text_is_left_out_once() {
        for (written, expected) in [
            ("a\x1b[0mb\x1b[1;31mc\x1b[K\n", "abc\n"),
            ("\x1b[m\n\x1b[0m", "\n"),
            ("\x1b[?25l\x1b[12345678901234567890mx\r\r\n", "x\r\r\n"),
            // What is no such sequence stays.
            (
                "\x1b[123456789012345678901m \x1b[0m\x1b(B\n\x1b[0my\n",
                "\x1b[123456789012345678901m \x1b(B\ny\n",
            ),
            ("\x1b[0m\x1b[\n\x1b[0m\x1b\n\x1b[3", "\x1b[\n\x1b\n\x1b[3"),
            // What is one only when another was left out is for Python to see.
            ("a\x1b\x1b[0m[0m\nb\x1b[0m\n", "a\x1b\x1b[0m[0m\0\nb\n"),
            // So is a return that ends a line only when colours behind it were left out.
            ("a\r\x1b[0m\nb\r\x1b[0mc\r\n", "a\r\x1b[0m\0\nb\rc\r\n"),
            ("plain\n", "plain\n"),
        ] {
            assert_eq!(read(written), expected, "{written:?}");
        }
    }

    #[test]
    fn a_line_of_python_stays_beside_others() {
        let long = format!("\x1b[0m{}\n", "x".repeat(super::LINE_LIMIT));
        let expected = format!("{}\0\nshort\n", long.trim_end());
        assert_eq!(read(&format!("{long}\x1b[0mshort\n")), expected);
    }

    #[test]
    fn lines_are_found_where_they_are_written() {
        let written =
            "\x1b[0ma\n\x1b[0m\x1b[1mb\x1b[0m\n\x1b\x1b[0m[0m\n\n\x1b(Bc\x1b[0m\nd\x1b[0m";
        let mut plain = Uncoloured::default();
        assert!(plain.read(written.as_bytes()));
        let text = plain.text().to_vec();
        let starts = |text: &[u8]| {
            let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect::<Vec<_>>()
        };
        let found: Vec<_> = starts(&text).into_iter().map(|at| plain.place(at)).collect();
        assert_eq!(found, starts(written.as_bytes()));
        assert_eq!(plain.place(text.len()), written.len());
    }

    #[test]
    fn the_text_of_a_line_is_what_python_reads() {
        let read = |line: &'static [u8]| text_of(line).map(|text| text.into_owned());
        assert_eq!(read(b"\x1b[0m\xe4\xb8\x1b[1m\xad\r\r"), Some("中".to_owned()));
        assert_eq!(read(b"a\x1b[0m\r"), Some("a".to_owned()));
        assert_eq!(read(b"\x1b(B\x1b[1m"), Some("\x1b(B".to_owned()));
        for line in [&b"a\0\x1b[0m"[..], b"a\r\x1b[0m", b"\x1b\x1b[0m[1m", b"\xff\x1b[0m"] {
            assert_eq!(read(line), None, "{line:?}");
        }
    }
}

//! The lines of a stretch as they are written.

use memchr::{memchr, memchr_iter, memchr2, memchr3};
use wide::u8x16;

use crate::chars::is_ascii_blank;
use crate::reader::HEAD;
use crate::recipes::GROUP;
use crate::uncoloured::{Damage, ESCAPE, once};

/// Longer lines are cut by Python, visibly [bytes].
pub const LINE_LIMIT: usize = 1 << 20;

/// A line that says something: where it begins, where its text stops and where it ends.
pub struct Written {
    pub start: usize,
    pub stop: usize,
    pub end: usize,
    pub number: u64,
}

/// The bytes of a stretch, and what they are as a whole.
pub struct Bytes<'a> {
    pub data: &'a [u8],
    pub whole: Option<&'a str>,
    pub ascii: bool,
    pub has_changed: bool,
    /// Lines in which bytes were made visible that are no text.
    pub damaged: &'a [Damage],
}

/// The lines of a stretch.
pub struct Lines<'a> {
    pub data: &'a [u8],
    /// Where lines end that are not written yet.
    pub ends: std::slice::Iter<'a, u32>,
    pub at: usize,
    pub number: u64,
}

/// Longer rows over lines are Python's [lines, bytes]: `_ROW_LINES` and `_ROW_CHARACTERS` of `sources.files.records`.
const ROW_LINES: u64 = 999;
const ROW: usize = 1 << 18;

/// Bytes that are looked at together.
const BLOCK: usize = 64;
const PIECE: usize = 16;

/// Note where the lines of a text end; return whether it is ASCII, and whether it holds a zero byte or an escape.
fn look(data: &[u8], ends: &mut Vec<u32>) -> (bool, bool) {
    ends.clear();
    let (mut all, mut met) = (u8x16::default(), u8x16::default());
    let blocks = data.chunks_exact(BLOCK);
    let (rest, start) = (blocks.remainder(), data.len() - data.len() % BLOCK);
    for (at, block) in blocks.enumerate() {
        let mut found = 0;
        for (place, piece) in block.chunks_exact(PIECE).enumerate() {
            let piece = u8x16::new(piece.try_into().unwrap_or_default());
            all |= piece;
            met |= piece.cmp_eq(u8x16::default()) | piece.cmp_eq(u8x16::splat(ESCAPE));
            let is_end = piece.cmp_eq(u8x16::splat(b'\n')).move_mask();
            found |= u64::from(is_end as u16) << (PIECE * place);
        }
        while found != 0 {
            ends.push((at * BLOCK) as u32 + found.trailing_zeros());
            found &= found - 1;
        }
    }
    let behind = rest.iter().zip(start as u32..).filter(|(byte, _)| **byte == b'\n');
    ends.extend(behind.map(|(_, at)| at));
    let is_ascii = all.to_array().is_ascii() && rest.is_ascii();
    (is_ascii, met != u8x16::default() || is_changed(rest))
}

impl<'a> Bytes<'a> {
    /// Look at the bytes of a stretch, and note where its lines end.
    pub fn new(data: &'a [u8], ends: &mut Vec<u32>) -> Self {
        let (ascii, has_changed) = look(data, ends);
        Self { data, whole: std::str::from_utf8(data).ok(), ascii, has_changed, damaged: &[] }
    }

    /// The lines that begin between two places in which bytes are visible that are no text.
    fn damaged_lines(&self, start: usize, end: usize) -> &[Damage] {
        let place = |at: usize| self.damaged.partition_point(|line| line.begins < at);
        &self.damaged[place(start)..place(end).max(place(start))]
    }

    /// How many bytes of them are no text.
    pub fn damaged_in(&self, start: usize, end: usize) -> u64 {
        self.damaged_lines(start, end).iter().map(|line| line.count).sum()
    }

    /// Whether a line is counted as one of UTF-8 beyond ASCII.
    pub fn is_wide(&self, line: &Written, text: &str) -> bool {
        let is_utf8 = || self.damaged_lines(line.start, line.end + 1).iter().all(|one| one.is_utf8);
        !self.ascii && !text.is_ascii() && is_utf8()
    }

    /// The text of a line; nothing where Python must look at it.
    pub fn text(&self, line: &Written) -> &'a str {
        let bytes = &self.data[line.start..line.stop];
        let text = match self.whole {
            _ if line.end - line.start > LINE_LIMIT => None,
            Some(text) => text.get(line.start..line.stop),
            None => std::str::from_utf8(bytes).ok(),
        };
        // What of a row of several lines is beyond ASCII is counted by its lines.
        let is_over_lines =
            || memchr(b'\n', bytes).is_some() && self.damaged_in(line.start, line.end) > 0;
        text.filter(|_| !self.has_changed || memchr(0, bytes).is_none())
            .filter(|_| self.damaged.is_empty() || !is_over_lines())
            .unwrap_or_default()
    }

    /// The beginning of a line as far as it is text, without the colours that Python leaves out.
    pub fn head(&self, line: &Written) -> String {
        let head = once(&self.data[line.start..line.stop.min(line.start + HEAD)]);
        let head = &head[..memchr2(0, ESCAPE, &head).unwrap_or(head.len())];
        head.utf8_chunks().next().map_or("", |chunk| chunk.valid()).to_owned()
    }
}

impl Lines<'_> {
    /// Write the next lines; false: there are none.
    pub fn fill(&mut self, group: &mut Vec<Written>) -> bool {
        group.clear();
        while group.len() < GROUP && self.at < self.data.len() {
            let one = self.next_line();
            if !is_blank_line(&self.data[one.start..one.stop]) {
                group.push(one);
            }
        }
        !group.is_empty()
    }

    /// The same of a table: a row that goes on over lines is one, where that is what it is.
    pub fn fill_rows(
        &mut self,
        group: &mut Vec<Written>,
        is_row: &mut dyn FnMut(&str) -> bool,
    ) -> bool {
        group.clear();
        while group.len() < GROUP && self.at < self.data.len() {
            let one = self.next_line();
            if !is_blank_line(&self.data[one.start..one.stop]) {
                let row = if self.is_open(&one) { self.row(&one, is_row) } else { None };
                group.push(row.unwrap_or(one));
            }
        }
        !group.is_empty()
    }

    /// Return a row with the lines that it goes on over, and go on behind them; none: nobody knows whether it is one.
    fn row(&mut self, one: &Written, is_row: &mut dyn FnMut(&str) -> bool) -> Option<Written> {
        let Self { data, ref ends, at, number } = *self;
        let mut ahead = Self { data, ends: ends.clone(), at, number };
        let has_room =
            |ahead: &Self| ahead.at - one.start < ROW && ahead.number - one.number < ROW_LINES;
        while ahead.at < data.len() && has_room(&ahead) {
            let last = ahead.next_line();
            if !self.is_open(&last) {
                continue;
            }
            let lines = &data[one.start..last.stop];
            let is_plain = memchr3(b'\r', 0, ESCAPE, lines).is_none();
            let text = std::str::from_utf8(lines).ok().filter(|_| is_plain)?;
            let row = Written { start: one.start, number: one.number, ..last };
            return is_row(text).then(|| {
                *self = ahead;
                row
            });
        }
        None
    }

    /// Whether a line opens what stands in quotation marks, or closes it.
    fn is_open(&self, line: &Written) -> bool {
        memchr_iter(b'"', &self.data[line.start..line.stop]).count() % 2 == 1
    }

    fn next_line(&mut self) -> Written {
        let (start, number) = (self.at, self.number);
        let end = self.ends.next().map_or(self.data.len(), |&end| end as usize);
        (self.at, self.number) = (end + 1, number + 1);
        line_between(self.data, (start, end), number)
    }
}

/// Return the line of a number that begins at a place.
pub fn line_from(data: &[u8], start: usize, number: u64) -> Written {
    let end = memchr(b'\n', &data[start..]).map_or(data.len(), |length| start + length);
    line_between(data, (start, end), number)
}

fn line_between(data: &[u8], (start, end): (usize, usize), number: u64) -> Written {
    let mut stop = end;
    while stop > start && data[stop - 1] == b'\r' {
        stop -= 1;
    }
    Written { start, stop, end, number }
}

/// Whether a line holds what Python writes in another way, or may leave out.
pub fn is_changed(line: &[u8]) -> bool {
    memchr2(0, ESCAPE, line).is_some()
}

pub fn is_blank_line(line: &[u8]) -> bool {
    line.iter().all(|&byte| is_ascii_blank(byte))
}

#[cfg(test)]
mod tests {
    use super::{ESCAPE, is_changed, look};

    #[test]
    fn what_a_text_is_and_where_its_lines_end_is_seen_at_once() {
        for length in 0..200 {
            let mut text = vec![b'a'; length];
            let mut ends = Vec::new();
            assert_eq!((look(&text, &mut ends), &*ends), ((true, false), &[][..]));
            let changed = if length % 3 == 0 { ESCAPE } else { 0 };
            for (at, byte) in [(length / 3, b'\n'), (length / 2, changed), (length * 3 / 4, 0xc3)] {
                if let Some(place) = text.get_mut(at) {
                    *place = byte;
                }
            }
            text.extend(b"\n\n");
            let expected: Vec<u32> =
                (0..text.len() as u32).filter(|&at| text[at as usize] == b'\n').collect();
            let told = look(&text, &mut ends);
            assert_eq!(told, (text.is_ascii(), is_changed(&text)), "{length}");
            assert_eq!(ends, expected, "{length}");
        }
    }
}

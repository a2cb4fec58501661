//! The lines of a stretch as they are written.

use memchr::memchr;

use crate::chars::is_ascii_blank;
use crate::reader::HEAD;
use crate::recipes::GROUP;

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
    pub has_zero: bool,
}

/// The lines of a stretch.
pub struct Lines<'a> {
    pub data: &'a [u8],
    pub at: usize,
    pub number: u64,
}

impl<'a> Bytes<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        let (whole, has_zero) = (std::str::from_utf8(data).ok(), memchr(0, data).is_some());
        Self { data, whole, ascii: data.is_ascii(), has_zero }
    }

    /// The text of a line; nothing where Python must look at it.
    pub fn text(&self, line: &Written) -> &'a str {
        let bytes = &self.data[line.start..line.stop];
        let text = match self.whole {
            _ if line.end - line.start > LINE_LIMIT => None,
            Some(text) => text.get(line.start..line.stop),
            None => std::str::from_utf8(bytes).ok(),
        };
        text.filter(|_| !self.has_zero || !bytes.contains(&0)).unwrap_or_default()
    }

    /// The beginning of a line as far as it is text.
    pub fn head(&self, line: &Written) -> &'a str {
        let bytes = &self.data[line.start..line.stop.min(line.start + HEAD)];
        let bytes = &bytes[..memchr(0, bytes).unwrap_or(bytes.len())];
        bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
    }
}

impl Lines<'_> {
    /// Write the next lines; false: there are none.
    pub fn fill(&mut self, group: &mut Vec<Written>) -> bool {
        group.clear();
        while group.len() < GROUP && self.at < self.data.len() {
            let (start, number) = (self.at, self.number);
            let rest = &self.data[start..];
            let end = memchr(b'\n', rest).map_or(self.data.len(), |length| start + length);
            let mut stop = end;
            while stop > start && self.data[stop - 1] == b'\r' {
                stop -= 1;
            }
            if !is_blank_line(&self.data[start..stop]) {
                group.push(Written { start, stop, end, number });
            }
            (self.at, self.number) = (end + 1, number + 1);
        }
        !group.is_empty()
    }
}

pub fn is_blank_line(line: &[u8]) -> bool {
    line.iter().all(|&byte| is_ascii_blank(byte))
}

//! Rows of tables taken apart.

use crate::fields::{Fields, Value};

impl Fields {
    /// Note the cells of a row.
    pub(super) fn row(&mut self, line: &[u8], delimiter: u8) -> Option<()> {
        let mut at = 0;
        loop {
            at = self.cell(line, at, delimiter)?;
            match line.get(at) {
                None => return Some(()),
                Some(&mark) if mark == delimiter => at += 1,
                Some(_) => return None,
            }
        }
    }

    /// Note a cell; return where it ends.
    fn cell(&mut self, line: &[u8], start: usize, delimiter: u8) -> Option<usize> {
        if line.get(start) != Some(&b'"') {
            let found = memchr::memchr2(delimiter, b'"', &line[start..]);
            let end = found.map_or(line.len(), |length| start + length);
            self.note(Value { start, end, is_quoted: true, is_escaped: false });
            return Some(end);
        }
        let (mut at, mut is_escaped) = (start + 1, false);
        loop {
            at += memchr::memchr(b'"', &line[at..])?;
            if line.get(at + 1) != Some(&b'"') {
                break;
            }
            is_escaped = true;
            at += 2;
        }
        self.note(Value { start: start + 1, end: at, is_quoted: true, is_escaped });
        Some(at + 1)
    }
}

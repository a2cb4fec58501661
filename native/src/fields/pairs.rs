//! Lines of pairs taken apart: logfmt, and lines of KEY=value.

use crate::chars::{first_of, is_ascii_blank};
use crate::classes;
use crate::fields::{Fields, OF_LINE, Passed, Value};

/// The longest name in lines of KEY=value, and what of the length of a binary value Python shows of it.
const LONGEST_PROPERTY: usize = 64;
const BINARY: &[u8] = b"\\x00";
/// The first pairs of a line, which tell that it is one of pairs.
const FIRST_PAIRS: usize = 2;

impl Fields {
    /// Note what such lines say.
    pub(super) fn properties(&mut self, text: &[u8]) -> Option<()> {
        let mut start = 0;
        while start <= text.len() {
            let length = memchr::memchr(b'\n', &text[start..]).unwrap_or(text.len() - start);
            let (line, end) = (&text[start..start + length], start + length);
            let name = name_of_property(line)?;
            if memchr::memmem::find(line, BINARY).is_some() {
                return None;
            }
            let before = self.layout.len();
            self.layout.extend_from_slice(&line[..=name]);
            self.note(Value { start: start + name + 1, end, is_quoted: true, is_escaped: false });
            if start > 0 && self.how_asked(&line[..name]) & OF_LINE == 0 {
                self.layout.truncate(before);
                let leaf = self.values.pop();
                let (name, value) = ((start, start + name), (start + name + 1, end));
                self.passed.push(Passed { name, value, leaf });
            }
            start = end + 1;
        }
        Some(())
    }

    /// Take apart pairs of a name and a value, in quotes or without.
    pub(super) fn pairs(&mut self, line: &[u8]) -> Option<()> {
        let (mut at, mut count) = (0, 0);
        while at < line.len() {
            let end = end_of_name(line, at)?;
            if end == at || line.get(end) != Some(&b'=') {
                return None;
            }
            let (name, before) = ((at, end), (self.layout.len(), self.values.len()));
            self.layout.extend_from_slice(&line[at..=end]);
            at = self.paired(line, end + 1)?;
            count += 1;
            if count > FIRST_PAIRS && self.how_asked(&line[name.0..name.1]) & OF_LINE == 0 {
                self.layout.truncate(before.0);
                let leaf = self.values.pop();
                self.passed.push(Passed { name, value: (end + 1, at), leaf });
            }
            let behind = line[at..].iter().position(|&byte| !is_ascii_blank(byte));
            if behind == Some(0) {
                return None;
            }
            at = behind.map_or(line.len(), |blanks| at + blanks);
        }
        Some(())
    }

    /// Note the value of a pair; return where it ends.
    fn paired(&mut self, line: &[u8], start: usize) -> Option<usize> {
        if line.get(start) != Some(&b'"') {
            let rest = &line[start..];
            let end = rest.iter().position(|&byte| is_ascii_blank(byte) || byte == b'"');
            let end = end.map_or(line.len(), |length| start + length);
            // Between pairs any blank may stand, of those beyond ASCII too: that is seldom.
            let text = std::str::from_utf8(&line[start..end]).ok()?;
            if text.contains(char::is_whitespace) {
                return None;
            }
            self.note(Value { start, end, is_quoted: true, is_escaped: false });
            return Some(end);
        }
        let (mut at, mut is_escaped) = (start + 1, false);
        loop {
            at += memchr::memchr2(b'"', b'\\', &line[at..])?;
            if line[at] == b'"' {
                break;
            }
            is_escaped = true;
            // What is escaped may be a character of several bytes: the others are no marks.
            at += 2;
            line.get(at)?;
        }
        self.note(Value { start: start + 1, end: at, is_quoted: true, is_escaped });
        Some(at + 1)
    }
}

/// Whether a line begins as one of pairs does.
pub fn begins_with_name(line: &str) -> bool {
    let bytes = line.as_bytes();
    end_of_name(bytes, 0).is_some_and(|end| end > 0 && bytes.get(end) == Some(&b'='))
}

/// Return how long the name is of a line of KEY=value; none: it is no such.
pub fn name_of_property(line: &[u8]) -> Option<usize> {
    let is_of_name =
        |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_';
    let length = line.iter().take_while(is_of_name).count();
    let is_name = (1..=LONGEST_PROPERTY).contains(&length) && !line[0].is_ascii_digit();
    (is_name && line.get(length) == Some(&b'=')).then_some(length)
}

/// Return where the name of a pair ends; none: only Python knows.
fn end_of_name(line: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match line.get(at) {
            Some(&byte) if is_of_name(byte) => at += 1,
            Some(byte) if !byte.is_ascii() => {
                let char = first_of(&line[at..])?;
                match classes::of(char) {
                    0 => return None,
                    class if class & (classes::DIGIT | classes::LETTER) == 0 => return Some(at),
                    _ => at += char.len_utf8(),
                }
            }
            _ => return Some(at),
        }
    }
}

/// Whether a text surely is no line of pairs, which are two at least.
pub fn are_no_pairs(text: &str) -> bool {
    let line = text.as_bytes();
    let (mut at, mut first, mut are_two) = (0, None, false);
    while at < line.len() {
        let Some(end) = end_of_name(line, at) else { return false };
        if end == at || line.get(end) != Some(&b'=') {
            return true;
        }
        let name = &line[at..end];
        are_two |= *first.get_or_insert(name) != name;
        let Some(behind) = behind_value(line, end + 1) else { return true };
        let blanks = line[behind..].iter().take_while(|&&byte| is_ascii_blank(byte)).count();
        at = behind + blanks;
        // Blanks beyond ASCII may end a value as well, or stand between two pairs.
        if text[end..behind].contains(is_wide_blank) || text[at..].starts_with(is_wide_blank) {
            return false;
        }
        if blanks == 0 && at < line.len() {
            return true;
        }
    }
    !are_two
}

fn is_wide_blank(char: char) -> bool {
    !char.is_ascii() && char.is_whitespace()
}

/// Return where the value of a pair ends, if no blank beyond ASCII ends it; none: it does not.
fn behind_value(line: &[u8], start: usize) -> Option<usize> {
    if line.get(start) != Some(&b'"') {
        let ends = |byte: &u8| is_ascii_blank(*byte) || *byte == b'"';
        return Some(start + line[start..].iter().take_while(|byte| !ends(byte)).count());
    }
    let mut at = start + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', &line[at..])?;
        if line[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
        line.get(at)?;
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.@/-".contains(&byte)
}

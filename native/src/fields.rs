//! Lines that name their fields (JSON, logfmt), taken apart: their names in order, and their values.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::chars::{first_of, is_ascii_blank};
use crate::classes;
use crate::hashing::QuickState;

/// Longer lines are left to Python [bytes].
const LONGEST: usize = 1 << 18;
/// Objects and lists inside one another at most.
const DEEPEST: usize = 64;
/// Longer numbers are left to Python, which limits how many digits it reads.
const LONGEST_NUMBER: usize = 300;
/// Characters by whose kinds Python tells which formats a line may have, `WIDTH` of `kernel.gates`.
const GATE: usize = 10;
/// The longest name in lines of KEY=value, and what of the length of a binary value Python shows of it.
const LONGEST_PROPERTY: usize = 64;
const BINARY: &[u8] = b"\\x00";
/// Stands for a value in the layout of a line.
const VALUE: u8 = b'v';
/// The first pairs of a line, which tell that it is one of pairs.
const FIRST_PAIRS: usize = 2;

/// How a name is asked for, as `kernel.asked_names` says: among those of the line itself; wherever it stands; the same where
/// one of the next stands in a line; by what its value says.
const OF_LINE: u8 = 1;
const ANYWHERE: u8 = 2;
const WITH_TELLING: u8 = 4;
const TELLING: u8 = 8;

/// The names that some format asks for, and how.
pub type Asked = HashMap<Box<[u8]>, u8, QuickState>;

/// A value: where what it says begins and ends, and whether that stands in quotes and with escapes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Value {
    pub start: usize,
    pub end: usize,
    pub is_quoted: bool,
    pub is_escaped: bool,
}

/// A value that no format asks for: where its name stands, and all of it with its marks.
#[derive(Clone, Copy, Debug)]
pub struct Passed {
    pub name: (usize, usize),
    pub value: (usize, usize),
    /// What it says; none: it has parts.
    pub leaf: Option<Value>,
}

/// A part of the outermost object that is being read.
#[derive(Clone, Copy, Default, Debug)]
struct Part {
    /// What layout and values were before it.
    before: (usize, usize),
    name: (usize, usize),
    value: usize,
    /// Whether no format asked for any of its names so far.
    may_pass: bool,
}

/// One line taken apart, in memory that is kept for the next.
#[derive(Default, Debug)]
pub struct Fields {
    /// The kinds of the first characters, then names and marks without values and blanks: equal for lines
    /// with the same names.
    pub layout: Vec<u8>,
    pub values: Vec<Value>,
    /// What stands beside these that no format asks for, wherever it stands but at first: whether it is there decides nothing.
    pub passed: Vec<Passed>,
    /// What formats ask for; none: whatever a line names.
    pub asked: Option<Arc<Asked>>,
    open: Vec<u8>,
    part: Part,
    /// Whether a name was met that is asked for by its value, and whether one is known to stand in the line.
    tells: bool,
    is_telling: bool,
}

impl Value {
    /// Return what it says of its line.
    pub fn of<'a>(&self, line: &'a str) -> &'a str {
        &line[self.start..self.end]
    }
}

impl Fields {
    /// Take a line apart; false: it names no fields, or only Python knows what it says.
    pub fn take_apart(&mut self, line: &str) -> bool {
        (self.tells, self.is_telling) = (false, false);
        if !self.take_once(line) {
            return false;
        }
        self.is_telling = self.tells && !self.passed.is_empty();
        !self.is_telling || self.take_once(line)
    }

    fn take_once(&mut self, line: &str) -> bool {
        self.layout.clear();
        self.values.clear();
        self.passed.clear();
        self.open.clear();
        self.part = Part::default();
        if line.len() > LONGEST {
            return false;
        }
        self.layout.extend(line.chars().take(GATE).map(kind_of));
        let bytes = line.as_bytes();
        if bytes.first() == Some(&b'{') { self.object(bytes) } else { self.pairs(bytes) }.is_some()
    }

    /// Take apart lines of KEY=value; false: a value may go on in the next line, or only Python knows what it says.
    pub fn take_lines_apart(&mut self, text: &str) -> bool {
        self.layout.clear();
        self.values.clear();
        self.passed.clear();
        // No line is of the same layout.
        self.layout.push(b'\n');
        text.len() <= LONGEST && self.properties(text.as_bytes()).is_some()
    }

    /// Note what such lines say.
    fn properties(&mut self, text: &[u8]) -> Option<()> {
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

    /// Take apart a row of a table by what stands between its cells; false: only Python knows what it says, or it may go on
    /// in the next line.
    pub fn take_row_apart(&mut self, line: &str, delimiter: u8) -> bool {
        self.layout.clear();
        self.values.clear();
        self.passed.clear();
        line.len() <= LONGEST && self.row(line.as_bytes(), delimiter).is_some()
    }

    /// Note the cells of a row.
    fn row(&mut self, line: &[u8], delimiter: u8) -> Option<()> {
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

    /// Take apart an object that is all of a line, as strict as Python is.
    fn object(&mut self, line: &[u8]) -> Option<()> {
        let mut at = 0;
        loop {
            at = behind_blanks(line, at);
            at = match *line.get(at)? {
                mark @ (b'{' | b'[') => {
                    let (next, is_empty) = self.begin(line, at, mark)?;
                    at = next;
                    if !is_empty {
                        continue;
                    }
                    at
                }
                b'"' => self.text(line, at)?,
                _ => self.bare(line, at)?,
            };
            match self.end(line, at)? {
                Some(next) => at = next,
                None => return Some(()),
            }
        }
    }

    /// Begin an object or list; return where its first value stands, or where it ends because it has none.
    fn begin(&mut self, line: &[u8], at: usize, mark: u8) -> Option<(usize, bool)> {
        self.layout.push(mark);
        self.open.push(closing(mark));
        if self.open.len() > DEEPEST {
            return None;
        }
        let at = behind_blanks(line, at + 1);
        if line.get(at) == self.open.last() {
            return Some((at, true));
        }
        let before = self.layout.len();
        Some((if mark == b'{' { self.name(line, at, before)? } else { at }, false))
    }

    /// Pass over what stands behind a value; return where the next one stands, nothing: the line ends.
    fn end(&mut self, line: &[u8], mut at: usize) -> Option<Option<usize>> {
        loop {
            let end = at;
            at = behind_blanks(line, at);
            let Some(&closing) = self.open.last() else {
                return (at == line.len()).then_some(None);
            };
            let mark = *line.get(at)?;
            self.pass(line, end);
            let before = self.layout.len();
            self.layout.push(mark);
            at += 1;
            if mark == closing {
                self.open.pop();
            } else if mark == b',' {
                let at = behind_blanks(line, at);
                return Some(Some(if closing == b'}' { self.name(line, at, before)? } else { at }));
            } else {
                return None;
            }
        }
    }

    /// Leave out the part of the outermost object that ends at a place, if no format asks for it.
    fn pass(&mut self, line: &[u8], end: usize) {
        let Part { before, name, value, may_pass } = self.part;
        if self.open.len() != 1 || !may_pass {
            return;
        }
        let has_parts = matches!(line.get(value), Some(b'{' | b'['));
        let leaf = self.values.get(before.1).copied().filter(|_| !has_parts);
        self.layout.truncate(before.0);
        self.values.truncate(before.1);
        self.passed.push(Passed { name, value: (value, end), leaf });
        self.part.may_pass = false;
    }

    /// How formats ask for a name.
    fn how_asked(&self, name: &[u8]) -> u8 {
        self.asked
            .as_ref()
            .map_or(OF_LINE | ANYWHERE, |asked| asked.get(name).copied().unwrap_or(0))
    }

    /// Note a name, before which the layout was so long; return where its value may stand.
    fn name(&mut self, line: &[u8], at: usize, before: usize) -> Option<usize> {
        if *line.get(at)? != b'"' {
            return None;
        }
        let (end, is_escaped) = end_of_text(line, at + 1)?;
        if self.open.len() == 1 {
            // By the first a line is told from others.
            let (is_first, name) = (before <= GATE + 1, (at + 1, end));
            let before = (before, self.values.len());
            self.part = Part { before, name, value: 0, may_pass: !is_first };
        }
        let how = self.how_asked(&line[at + 1..end]);
        let mut matters = ANYWHERE | TELLING;
        matters |= if self.open.len() == 1 { OF_LINE } else { 0 };
        matters |= if self.is_telling { WITH_TELLING } else { 0 };
        self.tells |= how & TELLING != 0;
        self.part.may_pass &= !is_escaped && how & matters == 0;
        self.layout.extend_from_slice(&line[at..=end]);
        let at = self.blanks(line, end + 1);
        if *line.get(at)? != b':' {
            return None;
        }
        self.layout.push(b':');
        let at = self.blanks(line, at + 1);
        if self.open.len() == 1 {
            self.part.value = at;
        }
        Some(at)
    }

    /// Pass over blanks beside a colon, and note any but a single one: patterns look for names with these.
    fn blanks(&mut self, line: &[u8], at: usize) -> usize {
        let end = behind_blanks(line, at);
        let blanks = &line[at..end];
        if !matches!(blanks, b"" | b" ") {
            self.layout.extend_from_slice(blanks);
        }
        end
    }

    fn text(&mut self, line: &[u8], at: usize) -> Option<usize> {
        let (end, is_escaped) = end_of_text(line, at + 1)?;
        self.note(Value { start: at + 1, end, is_quoted: true, is_escaped });
        Some(end + 1)
    }

    /// Note a number, or a word that stands for a value.
    fn bare(&mut self, line: &[u8], start: usize) -> Option<usize> {
        let rest = &line[start..];
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b',' | b'}' | b']') || is_blank(*byte))
            .unwrap_or(rest.len());
        let text = &rest[..length];
        if !matches!(text, b"true" | b"false" | b"null") && !is_number(text) {
            return None;
        }
        self.note(Value { start, end: start + length, is_quoted: false, is_escaped: false });
        Some(start + length)
    }

    fn note(&mut self, value: Value) {
        self.layout.push(VALUE);
        self.values.push(value);
    }

    /// Take apart pairs of a name and a value, in quotes or without.
    fn pairs(&mut self, line: &[u8]) -> Option<()> {
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

/// The kind of one of the first characters, as `beginning` of `kernel.gates` tells them apart.
fn kind_of(char: char) -> u8 {
    match char {
        '0'..='9' => b'0',
        'a'..='z' => b'a',
        'A'..='Z' => b'A',
        char if char.is_ascii() => char as u8,
        _ => 0x80,
    }
}

fn closing(mark: u8) -> u8 {
    if mark == b'{' { b'}' } else { b']' }
}

/// A blank between the values of JSON.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.@/-".contains(&byte)
}

pub(crate) fn behind_blanks(line: &[u8], mut at: usize) -> usize {
    while line.get(at).is_some_and(|&byte| is_blank(byte)) {
        at += 1;
    }
    at
}

/// Return where the quotation mark stands that ends a text of JSON, and whether something in it is escaped.
///
/// None: it does not end, or holds what JSON forbids.
pub(crate) fn end_of_text(line: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut is_escaped = false;
    loop {
        at = next_mark(line, at)?;
        match line[at] {
            b'"' => return Some((at, is_escaped)),
            b'\\' => {
                is_escaped = true;
                at += escape(line, at)?;
            }
            _ => return None,
        }
    }
}

/// Return how long an escape of JSON is; none: there is no such.
fn escape(line: &[u8], at: usize) -> Option<usize> {
    let mark = line.get(at + 1)?;
    if *mark == b'u' {
        return code(line, at).map(|_| 6);
    }
    b"\"\\/bfnrt".contains(mark).then_some(2)
}

/// Return the number that stands behind `\u`.
pub fn code(line: &[u8], at: usize) -> Option<u16> {
    let digits = line.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let is_number = digits.iter().all(u8::is_ascii_hexdigit);
    is_number.then(|| u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())?
}

/// Return where the next quotation mark, backslash or control character stands.
fn next_mark(line: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let below = |word: u64, least: u64| word.wrapping_sub(ONES * least) & !word & TOPS;
    let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    // Eight bytes at a time; what is carried from one byte to the next is behind the first found.
    while let Some(eight) = line.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*eight);
        let found = is(word, b'"') | is(word, b'\\') | below(word, 0x20);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let is_mark = |&byte: &u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    Some(at + line.get(at..)?.iter().position(is_mark)?)
}

/// Whether a text is a number of JSON.
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || whole > 1 && text[0] == b'0' || text.len() > LONGEST_NUMBER {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        rest = &fraction[count..];
        if count == 0 {
            return false;
        }
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let bare = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !bare.is_empty() && digits(bare) == bare.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layout behind the kinds of the first characters, and what the values say.
    fn apart(line: &str) -> Option<(String, Vec<&str>)> {
        let mut fields = Fields::default();
        fields.take_apart(line).then(|| {
            let layout = &fields.layout[line.chars().take(10).count()..];
            let values = fields.values.iter().map(|value| value.of(line)).collect();
            (String::from_utf8(layout.to_vec()).unwrap(), values)
        })
    }

    #[test]
    fn names_are_told_from_values() {
        let line =
            r#"{"a": "x", "b" :{"c":[1, -2.5e3,"\"\u4e2d\ud83d\ude00"], "d":{}} , "e":null } "#;
        let layout = r#"{"a":v,"b":{"c":[v,v,v],"d":{}},"e":v}"#;
        assert_eq!(
            apart(line),
            Some((layout.into(), vec!["x", "1", "-2.5e3", r#"\"\u4e2d\ud83d\ude00"#, "null"]))
        );
    }

    #[test]
    fn what_python_takes_for_no_json_or_reads_otherwise_is_left() {
        for line in [
            r#"{"a":1"#,
            r#"{"a":1,}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":1e}"#,
            r#"{"a":+1}"#,
            r#"{"a":NaN}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u4e2"}"#,
            "{\"a\":\"tab\there\"}",
            r#"{"a":1} b"#,
            r#"{"a" 1}"#,
            r#"{a:1}"#,
            r#"{"a":[1}"#,
            r#"{"a":"x}"#,
            "{",
            "",
            " {}",
        ] {
            assert!(apart(line).is_none_or(|it| it.1.is_empty() && line.is_empty()), "{line}");
        }
    }

    #[test]
    fn what_is_no_pairs_is_told_where_that_is_sure() {
        for (line, expected) in [
            ("a=1 b", true),
            ("a=1", true),
            ("a=1 a=2", true),
            ("a=1 b=2", false),
            ("a=1 b=\"x y\"", false),
            ("a=\"x", true),
            ("a=\"x\"y b=1", true),
            ("a=\"x\\\" y\" b=1", false),
            ("a=1 é=2", false),
            ("a=é b", true),
            ("a=中 b=文", false),
            ("a=\u{3000}b=1 c", false),
            ("a=1 \u{3000}b=1", false),
            ("a=1 (b)", true),
            ("a=x\"y", true),
            ("", true),
        ] {
            assert_eq!(are_no_pairs(line), expected, "{line}");
        }
    }

    #[test]
    fn lines_of_a_record_are_told_apart() {
        let mut fields = Fields::default();
        for (text, expected) in [
            ("__CURSOR=s=1\nA_1=\nB=c d", Some(vec!["s=1", "", "c d"])),
            ("A=1", Some(vec!["1"])),
            ("A=1\nMESSAGE\nB=2", None),
            ("A=1\nlower=2", None),
            ("A=1\n1B=2", None),
            ("A=1\nB=\\x00", None),
            ("A=1\n", None),
        ] {
            let are_fields = fields.take_lines_apart(text);
            let values = fields.values.iter().map(|value| value.of(text)).collect();
            assert_eq!(are_fields.then_some(values), expected, "{text}");
        }
        assert_eq!(name_of_property(format!("{}=", "A".repeat(64)).as_bytes()), Some(64));
        assert_eq!(name_of_property(format!("{}=", "A".repeat(65)).as_bytes()), None);
    }

    #[test]
    fn cells_are_told_apart() {
        for (row, expected) in [
            ("a,,\"b, \"\"c\"\"\",", Some(vec!["a", "", "b, \"\"c\"\"", ""])),
            ("\"\"", Some(vec![""])),
            ("中,\"é\"", Some(vec!["中", "é"])),
            ("a,\"b", None),
            ("a,\"b\"c", None),
            ("a\"b,c", None),
        ] {
            let mut fields = Fields::default();
            let is_row = fields.take_row_apart(row, b',');
            let cells: Vec<&str> = fields.values.iter().map(|value| value.of(row)).collect();
            assert_eq!(is_row.then_some(cells), expected, "{row}");
        }
    }

    #[test]
    fn what_no_format_asks_for_is_no_part_of_the_layout() {
        let names =
            [("time", OF_LINE), ("kept", ANYWHERE), ("method", WITH_TELLING), ("status", TELLING)];
        let asked = names.map(|(name, how)| (name.as_bytes().into(), how)).into_iter().collect();
        let mut fields = Fields { asked: Some(Arc::new(asked)), ..Fields::default() };
        for (line, layout, passed) in [
            (r#"{"a":1,"b":{"c":[2]},"time":3,"d":4}"#, r#"{"a":v,"time":v}"#, &["b", "d"][..]),
            (r#"{"a":1,"b":{"kept":2},"method":3}"#, r#"{"a":v,"b":{"kept":v}}"#, &["method"]),
            (
                r#"{"a":1,"method":3,"b":[{"status":5}]}"#,
                r#"{"a":v,"method":v,"b":[{"status":v}]}"#,
                &[],
            ),
            (r#"{"a":1,"\u0062":2,"c":3}"#, r#"{"a":v,"\u0062":v}"#, &["c"]),
            ("x=1 y=2 z=3 time=4 w=5", "x=vy=vtime=v", &["z", "w"]),
        ] {
            assert!(fields.take_apart(line));
            let told = String::from_utf8_lossy(&fields.layout[GATE..]).into_owned();
            let name = |one: &Passed| &line[one.name.0..one.name.1];
            let names: Vec<&str> = fields.passed.iter().map(name).collect();
            assert_eq!((&*told, &*names), (layout, passed), "{line}");
        }
    }

    #[test]
    fn pairs_are_told_apart() {
        let line = r#"a=1 b.c="x \"y\"" d= e=中"#;
        assert_eq!(apart(line), Some(("a=vb.c=vd=ve=v".into(), vec!["1", r#"x \"y\""#, "", "中"])));
        for line in [
            "a=1 b",
            "a=1 b=\"x",
            "a=1 b=x\"y",
            "a=1 =x",
            "a=\"x\"b=1",
            "a=\u{3000} b=1",
            "no pairs",
        ] {
            assert_eq!(apart(line), None, "{line}");
        }
    }
}

//! Lines of JSON taken apart.

use crate::fields::{ANYWHERE, Fields, GATE, OF_LINE, Part, Passed, TELLING, Value, WITH_TELLING};

/// Objects and lists inside one another at most.
const DEEPEST: usize = 64;
/// Longer numbers are left to Python, which limits how many digits it reads.
const LONGEST_NUMBER: usize = 300;

impl Fields {
    /// Take apart an object that is all of a line, as strict as Python is.
    pub(super) fn object(&mut self, line: &[u8]) -> Option<()> {
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
}

fn closing(mark: u8) -> u8 {
    if mark == b'{' { b'}' } else { b']' }
}

/// A blank between the values of JSON.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
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

//! What lines that are alike have in common: the line without its digits and without the letters of
//! identifiers in hexadecimal.
//!
//! An identifier is one of these, with nothing beside it that would make its characters decide where a
//! chunk begins or ends:
//! * eight and more of `0-9a-f` (or all capital) with a letter before a digit: no number with a unit;
//! * what follows `0x`;
//! * a UUID that holds a digit.
//!
//! Whether they are taken apart, and how, then depends on where they stand alone. What else asks for their
//! characters notes it while a recipe is made (`recipes::Checks`).

/// Stands for a digit or letter of an identifier: no byte of UTF-8.
pub const LOWER: u8 = 0xfe;
const UPPER: u8 = 0xff;
pub const SHORTEST: usize = 8;
pub const UUID: usize = 36;

/// An identifier of a line: where it begins and ends, and what stands for its characters.
pub type Identifier = (usize, usize, u8);

/// Return the skeleton of a line.
pub fn skeleton(line: &[u8]) -> Vec<u8> {
    identified(line).0
}

/// Return the skeleton of a line and its identifiers.
pub fn identified(line: &[u8]) -> (Vec<u8>, Vec<Identifier>) {
    let mut all: Vec<u8> = line.iter().map(|&byte| without_digit(byte)).collect();
    let beside = |&at: &usize| {
        let is = |digit: u8, letter: u8| digit.is_ascii_digit() && is_beside_digits(letter);
        is(line[at - 1], line[at]) || is(line[at], line[at - 1])
    };
    let mut found = Vec::new();
    identifiers(line, (1..line.len()).filter(beside), &mut found);
    for &identifier in &found {
        cover(&mut all[identifier.0..identifier.1], identifier);
    }
    (all, found)
}

/// Whether a letter beside a digit may belong to an identifier.
pub fn is_beside_digits(byte: u8) -> bool {
    let small = byte | 0x20;
    (small.wrapping_sub(b'a') < 6) | (small == b'x')
}

/// Append the identifiers of a line, of which all pairs of a digit and a letter are given.
pub fn identifiers(line: &[u8], pairs: impl Iterator<Item = usize>, found: &mut Vec<Identifier>) {
    let mut end = 0;
    for at in pairs {
        if at >= end {
            let (identifier, next) = identifier_at(line, at, end);
            found.extend(identifier);
            end = next;
        }
    }
}

/// Write what stands for the characters of an identifier; its dashes stay.
pub fn cover(characters: &mut [u8], (_, _, mark): Identifier) {
    for byte in characters {
        if *byte != b'-' {
            *byte = mark;
        }
    }
}

/// Whether a byte of a skeleton stands for a character of an identifier.
pub fn is_identifier(byte: u8) -> bool {
    byte >= LOWER
}

pub fn without_digit(byte: u8) -> u8 {
    if byte.wrapping_sub(b'0') < 10 { b'0' } else { byte }
}

/// What a byte is, as bits: a digit, a hexadecimal letter of a case, another letter; nothing of these.
pub mod kinds {
    pub const DIGIT: u8 = 1;
    pub const LOWER: u8 = 2;
    pub const UPPER: u8 = 4;
    pub const OTHER: u8 = 8;
}

static KINDS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => kinds::DIGIT,
            b'a'..=b'f' => kinds::LOWER,
            b'A'..=b'F' => kinds::UPPER,
            b'g'..=b'z' | b'G'..=b'Z' => kinds::OTHER,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// Return what a byte is (`kinds`).
pub fn kind(byte: u8) -> u8 {
    KINDS[byte as usize]
}

/// Return the identifier that a place lies in, if any, and where what was looked at ends; no other place before
/// that lies in one. What stands before `from` was looked at already.
fn identifier_at(line: &[u8], at: usize, from: usize) -> (Option<Identifier>, usize) {
    let kind = |at: usize| line.get(at).map_or(0, |&byte| KINDS[byte as usize]);
    let (mut start, mut end) = (at, at);
    while start > from && kind(start - 1) != 0 {
        start -= 1;
    }
    while kind(end) != 0 {
        end += 1;
    }
    let run = &line[start..end];
    if matches!(run, [b'0', b'x' | b'X', _, ..]) {
        return (identifier(line, (start, end), start + 2), end);
    }
    if let Some(start) = uuid_around(line, start).filter(|&start| start >= from) {
        return (identifier(line, (start, start + UUID), start), start + UUID);
    }
    let all = run.iter().fold(0, |all, &byte| all | KINDS[byte as usize]);
    if all & kinds::OTHER == 0 && is_mixed(run) {
        return (identifier(line, (start, end), start), end);
    }
    (None, end)
}

/// Return a stretch as an identifier, whose characters stand from a place on, if it is one.
fn identifier(line: &[u8], (start, end): (usize, usize), from: usize) -> Option<Identifier> {
    let held = line[from..end].iter().fold(0, |all, &byte| all | KINDS[byte as usize]);
    let mark = match held & (kinds::LOWER | kinds::UPPER | kinds::OTHER) {
        0 | kinds::LOWER => LOWER,
        kinds::UPPER => UPPER,
        _ => return None,
    };
    stands_alone(line, start, end).then_some((from, end, mark))
}

/// Return where the UUID begins that has a group beginning at a place.
fn uuid_around(line: &[u8], group: usize) -> Option<usize> {
    [0, 9, 14, 19, 24].into_iter().find_map(|before| {
        let start = group.checked_sub(before)?;
        line.get(start..start + UUID).filter(|text| is_uuid(text)).map(|_| start)
    })
}

/// Whether it is long enough, and a digit stands behind a letter.
fn is_mixed(text: &[u8]) -> bool {
    let letter = text.iter().position(u8::is_ascii_alphabetic);
    text.len() >= SHORTEST && letter.is_some_and(|at| text[at..].iter().any(u8::is_ascii_digit))
}

fn is_uuid(text: &[u8]) -> bool {
    let fits = text.iter().enumerate().all(|(at, &byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    fits && text.iter().any(u8::is_ascii_digit)
}

/// Whether what stands around a run asks for none of its characters.
fn stands_alone(line: &[u8], start: usize, end: usize) -> bool {
    let at = |place: Option<usize>| place.and_then(|at| line.get(at)).copied().unwrap_or(b' ');
    let (before, after) = (at(start.checked_sub(1)), at(Some(end)));
    let is_word = |byte: u8| byte >= 0x80 || byte.is_ascii_alphanumeric();
    // A sign or point may belong to a number, a percent sign too; a comma may join digits.
    let apart = !is_word(before) && !is_word(after);
    let joined = after == b',' && is_word(at(Some(end + 1)))
        || before == b',' && is_word(at(start.checked_sub(2)));
    apart && !joined && !b"+.%".contains(&before) && after != b'%'
}

#[cfg(test)]
mod tests {
    use super::skeleton;

    fn of(line: &str) -> String {
        let shown = |byte| match byte {
            super::LOWER => 'x',
            super::UPPER => 'X',
            _ => char::from(byte),
        };
        skeleton(line.as_bytes()).into_iter().map(shown).collect()
    }

    #[test]
    fn identifiers_lose_their_letters() {
        assert_eq!(of("iar 930d6eaf dear 7EBFF206"), "iar xxxxxxxx dear XXXXXXXX");
        assert_eq!(of("at 0xd70820fe, mask 0x34"), "at 0xxxxxxxxx, mask 0xxx");
        assert_eq!(
            of("[req-38101a0b-2096-447d-96ea-a692162415ae - -]"),
            "[req-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx - -]"
        );
    }

    #[test]
    fn what_may_be_a_number_or_a_word_keeps_its_letters() {
        for line in ["took 12345678ms", "1234567e-12", "12345678b", "cafe babe", "a1b2", "12e5"] {
            assert_eq!(of(line), line.replace(|char: char| char.is_ascii_digit(), "0"));
        }
        assert_eq!(of("1,930d6eaf .930d6eaf 930d6eaf%"), "0,000d0eaf .000d0eaf 000d0eaf%");
    }
}

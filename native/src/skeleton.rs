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
const LOWER: u8 = 0xfe;
const UPPER: u8 = 0xff;
const SHORTEST: usize = 8;
const UUID: usize = 36;

/// Write the skeleton of a line in front of `into`, which is longer.
pub fn lay_out(line: &[u8], into: &mut [u8]) {
    let into = &mut into[..line.len()];
    for (to, &byte) in into.iter_mut().zip(line) {
        *to = without_digit(byte);
    }
    if may_hold_identifier(into) {
        let mut at = 0;
        while at < line.len() {
            at = run(line, at, into);
        }
    }
}

/// Return the skeleton of a line.
pub fn skeleton(line: &[u8]) -> Vec<u8> {
    let mut all = vec![0; line.len()];
    lay_out(line, &mut all);
    all
}

/// Whether a byte of a skeleton stands for a character of an identifier.
pub fn is_identifier(byte: u8) -> bool {
    byte >= LOWER
}

pub fn without_digit(byte: u8) -> u8 {
    if byte.wrapping_sub(b'0') < 10 { b'0' } else { byte }
}

/// Whether somewhere a letter stands beside a digit that both may be hexadecimal.
fn may_hold_identifier(skeleton: &[u8]) -> bool {
    // Sums of bytes without a branch: the compiler takes 16 of them at a time.
    let digit = |byte: u8| u8::from(byte == b'0');
    let letter = |byte: u8| {
        let small = byte | 0x20;
        u8::from(small.wrapping_sub(b'a') < 6) | u8::from(small == b'x')
    };
    let Some(next) = skeleton.get(1..) else { return false };
    let beside = |(&a, &b): (&u8, &u8)| digit(a) & letter(b) | letter(a) & digit(b);
    skeleton.iter().zip(next).fold(0u8, |any, pair| any | beside(pair)) != 0
}

/// What a byte is, as bits: a digit, a hexadecimal letter of a case, another letter; nothing of these.
mod kinds {
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

/// Look at the run of letters and digits that begins at a place, or go over what is none; return what follows.
fn run(line: &[u8], start: usize, into: &mut [u8]) -> usize {
    let (mut end, mut all) = (start, 0);
    while let Some(kind) = line.get(end).map(|&byte| KINDS[byte as usize]).filter(|&kind| kind != 0)
    {
        all |= kind;
        end += 1;
    }
    if end == start {
        return start + 1;
    }
    let prefixed = matches!(line[start..end], [b'0', b'x' | b'X', _, ..]);
    let uuid = end - start == 8 && all & kinds::OTHER == 0;
    let uuid = uuid && line.get(start..start + UUID).is_some_and(is_uuid);
    let (from, end) = match (prefixed, uuid) {
        (true, _) => (start + 2, end),
        (_, true) => (start, start + UUID),
        _ if all & kinds::OTHER == 0 && is_mixed(&line[start..end]) => (start, end),
        _ => return end,
    };
    let held = line[from..end].iter().fold(0, |all, &byte| all | KINDS[byte as usize]);
    let kind = match held & (kinds::LOWER | kinds::UPPER | kinds::OTHER) {
        0 | kinds::LOWER => LOWER,
        kinds::UPPER => UPPER,
        _ => return end,
    };
    if stands_alone(line, start, end) {
        for (to, &byte) in into[from..end].iter_mut().zip(&line[from..end]) {
            if byte != b'-' {
                *to = kind;
            }
        }
    }
    end
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

//! Word lists of `paicha.kernel.chunks`, `units`, `shape` and `variables`, each sorted by its bytes.
//! `tests/unit/kernel/test_native_words.py` compares them.

mod lists;

use lists::{ENDINGS, LONG_ENDINGS, METHODS, TERMS, UNIT_WORDS, UNITS, WIDE_UNITS, ZONES};
pub use lists::{MONTHS, WEEKDAYS};

/// Lengths of words as bits, by their first byte: what has none of them is not among the words.
const fn lengths(words: &[&str]) -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < words.len() {
        let word = words[at].as_bytes();
        table[word[0] as usize] |= 1 << word.len();
        at += 1;
    }
    table
}

/// Lengths of terms as bits, of each run of digits one if `joined`; by their first byte, zero for all digits.
const fn lengths_but_for_digits(joined: bool) -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < TERMS.len() {
        let word = TERMS[at].as_bytes();
        let (mut length, mut place) = (0, 0);
        while place < word.len() {
            let goes_on =
                place > 0 && word[place].is_ascii_digit() && word[place - 1].is_ascii_digit();
            length += if joined && goes_on { 0 } else { 1 };
            place += 1;
        }
        let first = if word[0].is_ascii_digit() { b'0' } else { word[0] };
        table[first as usize] |= 1 << length;
        at += 1;
    }
    table
}

static LENGTHS_BUT_FOR_DIGITS: [u32; 256] = lengths_but_for_digits(false);
static LENGTHS_BUT_FOR_RUNS: [u32; 256] = lengths_but_for_digits(true);
static UNIT_LENGTHS: [u32; 256] = lengths(&UNITS);
static UNIT_WORD_LENGTHS: [u32; 256] = lengths(&UNIT_WORDS);
static TERM_LENGTHS: [u32; 256] = lengths(&TERMS);
static ENDING_LENGTHS: [u32; 256] = lengths(&ENDINGS);
static LONG_ENDING_LENGTHS: [u32; 256] = lengths(&LONG_ENDINGS);

fn may_be(lengths: &[u32; 256], first: u8, length: usize) -> bool {
    length < 32 && lengths[first as usize] >> length & 1 == 1
}

fn among(words: &[&str], text: &str) -> bool {
    words.binary_search(&text).is_ok()
}

fn among_lower(words: &[&str], lengths: &[u32; 256], text: &str) -> bool {
    let first = text.bytes().next().unwrap_or(0).to_ascii_lowercase();
    if text.len() > 16 || !may_be(lengths, first, text.len()) || !text.is_ascii() {
        return false;
    }
    let mut lower = [0u8; 16];
    for (place, byte) in lower.iter_mut().zip(text.bytes()) {
        *place = byte.to_ascii_lowercase();
    }
    let lower = &lower[..text.len()];
    words.binary_search_by(|word| word.as_bytes().cmp(lower)).is_ok()
}

pub fn is_unit(text: &str) -> bool {
    may_be(&UNIT_LENGTHS, text.bytes().next().unwrap_or(0), text.len()) && among(&UNITS, text)
}

pub fn is_unit_word(text: &str) -> bool {
    may_be(&UNIT_WORD_LENGTHS, text.bytes().next().unwrap_or(0), text.len())
        && among(&UNIT_WORDS, text)
}

pub fn is_wide_unit(text: &str) -> bool {
    among(&WIDE_UNITS, text)
}

pub fn is_term(text: &str) -> bool {
    among_lower(&TERMS, &TERM_LENGTHS, text)
}

/// Whether a text would be a word of the trade with other digits, or is one.
pub fn is_term_but_for_digits(text: &str) -> bool {
    let same =
        |a: u8, b: u8| a.eq_ignore_ascii_case(&b) || a.is_ascii_digit() && b.is_ascii_digit();
    let alike = |term: &str| {
        term.len() == text.len() && term.bytes().zip(text.bytes()).all(|(a, b)| same(a, b))
    };
    may_be(&LENGTHS_BUT_FOR_DIGITS, first_but_for_digits(text), text.len())
        && TERMS.iter().any(|term| alike(term))
}

/// Whether a text would be a word of the trade with other runs of digits, or is one.
pub fn is_term_but_for_runs(text: &str) -> bool {
    may_be(&LENGTHS_BUT_FOR_RUNS, first_but_for_digits(text), outline(text).count())
        && TERMS.iter().any(|term| outline(term).eq(outline(text)))
}

/// The first byte of a text in small letters, zero for all digits.
fn first_but_for_digits(text: &str) -> u8 {
    match text.bytes().next().unwrap_or(0) {
        b'0'..=b'9' => b'0',
        byte => byte.to_ascii_lowercase(),
    }
}

/// The bytes of a text in small letters, of each run of digits one.
fn outline(text: &str) -> impl Iterator<Item = u8> {
    let mut inside = false;
    text.bytes().filter_map(move |byte| {
        let is_digit = byte.is_ascii_digit();
        let repeats = is_digit && inside;
        inside = is_digit;
        let kept = if is_digit { b'0' } else { byte.to_ascii_lowercase() };
        (!repeats).then_some(kept)
    })
}

pub fn is_ending(text: &str) -> bool {
    among_lower(&ENDINGS, &ENDING_LENGTHS, text)
}

pub fn is_long_ending(text: &str) -> bool {
    among_lower(&LONG_ENDINGS, &LONG_ENDING_LENGTHS, text)
}

pub fn is_zone(text: &str) -> bool {
    text.len() <= 4 && among(&ZONES, text)
}

pub fn is_method(text: &str) -> bool {
    (4..=8).contains(&text.len()) && among(&METHODS, text)
}

#[cfg(test)]
mod tests {
    use super::{TERMS, is_term_but_for_digits, is_term_but_for_runs};

    #[test]
    fn a_term_is_known_whatever_its_digits_are() {
        for term in TERMS {
            let other = term.to_uppercase().replace(|char: char| char.is_ascii_digit(), "7");
            assert!(is_term_but_for_digits(&other) && is_term_but_for_runs(&other), "{term}");
            let longer = term.replace(|char: char| char.is_ascii_digit(), "123");
            assert!(is_term_but_for_runs(&longer), "{term}");
        }
        for text in ["", "7", "x", "http2x", "x86_y", "1080p", "sha", &"s3".repeat(40)] {
            assert!(!is_term_but_for_digits(text) && !is_term_but_for_runs(text), "{text}");
        }
    }
}

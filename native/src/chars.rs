//! Classes of characters, as `paicha.kernel.chunks` defines them.

/// From here on scripts without blanks, their punctuation, and emoji: each delimits.
pub const WIDE: char = '\u{2e80}';

/// Beyond ASCII everything is a letter but for these ranges (first, last).
const SYMBOLS: [(u32, u32); 21] = [
    (0x80, 0xA9),
    (0xAB, 0xB4),
    (0xB6, 0xB9),
    (0xBB, 0xBF),
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x2000, 0x2BFF),
    (0x2E00, 0x2E7F),
    (0x3000, 0x3004),
    (0x3008, 0x3020),
    (0x3030, 0x3030),
    (0x303D, 0x303F),
    (0x30FB, 0x30FB),
    (0xE000, 0xF8FF),
    (0xFE00, 0xFE6F),
    (0xFF00, 0xFF20),
    (0xFF3B, 0xFF40),
    (0xFF5B, 0xFF65),
    (0xFFE0, 0xFFFF),
    (0x1F000, 0x1FAFF),
    (0xE0000, 0x10FFFF),
];

pub fn is_letter(char: char) -> bool {
    if char.is_ascii() {
        return char.is_ascii_alphabetic();
    }
    let code = char as u32;
    let after = SYMBOLS.partition_point(|&(first, _)| first <= code);
    after == 0 || code > SYMBOLS[after - 1].1
}

pub fn is_letter_or_digit(char: char) -> bool {
    char.is_ascii_digit() || is_letter(char)
}

pub fn is_blank(char: char) -> bool {
    matches!(
        char,
        ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1f}' | '\u{85}' | '\u{a0}'
            | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}'
    )
}

pub fn is_delimiter(char: char) -> bool {
    match char {
        ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\'' | '`' | '<' | '>' | '='
        | '|' => true,
        '‘' | '’' | '“' | '”' => true,
        _ => is_blank(char),
    }
}

/// Where a path or an address with a scheme ends.
pub fn ends_path(char: char) -> bool {
    matches!(char, '"' | '\'' | '`' | '<' | '>' | ',' | ';' | ')' | ']' | '}' | '|')
        || is_blank(char)
}

/// What a byte of a line is: part of a chunk, a blank, a delimiter, or the start of what is no ASCII.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Chunk,
    Blank,
    Delimiter,
    Other,
}

const fn class_of(byte: u8) -> Class {
    match byte {
        b' ' | 9..=13 | 0x1c..=0x1f => Class::Blank,
        b',' | b';' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'"' | b'\'' | b'`' | b'<'
        | b'>' | b'=' | b'|' => Class::Delimiter,
        0x80..=0xff => Class::Other,
        _ => Class::Chunk,
    }
}

/// The class of every byte.
pub static CLASSES: [Class; 256] = {
    let mut table = [Class::Chunk; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class_of(byte as u8);
        byte += 1;
    }
    table
};

/// The character that starts at a place; `at` is a boundary within the text.
pub fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..).and_then(|rest| rest.chars().next())
}

/// The character that ends at a place.
pub fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at).and_then(|head| head.chars().next_back())
}

/// Where the run of chunk characters from `at` on ends: at a delimiter or a wide character.
pub fn chunk_end(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match CLASSES[bytes[at] as usize] {
            Class::Chunk => at += 1,
            Class::Other => match char_at(text, at) {
                Some(char) if char < WIDE && !is_delimiter(char) => at += char.len_utf8(),
                _ => break,
            },
            _ => break,
        }
    }
    at
}

/// Where the first `count` characters of a text end.
pub fn prefix(text: &str, count: usize) -> &str {
    if text.len() <= count {
        return text;
    }
    match text.char_indices().nth(count) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

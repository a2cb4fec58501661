//! Classes of characters, as `paicha.kernel.characters` defines them.

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

/// Whether a byte is a blank in ASCII.
pub fn is_ascii_blank(byte: u8) -> bool {
    matches!(CLASSES[byte as usize], Class::Blank)
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

/// The character that bytes begin with; none: there is no whole one.
pub fn first_of(bytes: &[u8]) -> Option<char> {
    let four = &bytes[..bytes.len().min(4)];
    four.utf8_chunks().next()?.valid().chars().next()
}

/// The character that ends at a place.
pub fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at).and_then(|head| head.chars().next_back())
}

/// What a chunk holds, as bits: letters that are hexadecimal digits, other letters, digits, marks.
pub mod holds {
    pub const HEX_LETTER: u16 = 1;
    pub const LETTER: u16 = 2;
    pub const DIGIT: u16 = 4;
    pub const COLON: u16 = 8;
    pub const DOT: u16 = 16;
    pub const SLASH: u16 = 32;
    pub const BACKSLASH: u16 = 64;
    pub const AT: u16 = 128;
    pub const DASH: u16 = 256;
    pub const OTHER: u16 = 512;
    pub const BEYOND_ASCII: u16 = 1024;
    pub const COMMA: u16 = 2048;
    /// It delimits, or is a blank.
    pub const STOP: u16 = 4096;
    pub const LETTERS: u16 = HEX_LETTER | LETTER;
}

const fn held_by(byte: u8) -> u16 {
    match byte {
        b'a'..=b'f' | b'A'..=b'F' => holds::HEX_LETTER,
        b'g'..=b'z' | b'G'..=b'Z' => holds::LETTER,
        b'0'..=b'9' => holds::DIGIT,
        b':' => holds::COLON,
        b'.' => holds::DOT,
        b'/' => holds::SLASH,
        b'\\' => holds::BACKSLASH,
        b'@' => holds::AT,
        b'-' => holds::DASH,
        b',' => holds::COMMA | holds::STOP,
        0x80..=0xff => holds::BEYOND_ASCII,
        _ => match class_of(byte) {
            Class::Chunk => holds::OTHER,
            _ => holds::OTHER | holds::STOP,
        },
    }
}

/// What every byte adds to what a chunk holds.
static HELD: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = held_by(byte as u8);
        byte += 1;
    }
    table
};

/// What a text holds.
pub fn held(text: &str) -> u16 {
    text.bytes().fold(0, |all, byte| all | HELD[byte as usize]) & !holds::STOP
}

/// Where the run of chunk characters from `at` on ends, at a delimiter or a wide character, and what it holds.
pub fn chunk_end(text: &str, mut at: usize) -> (usize, u16) {
    let bytes = text.as_bytes();
    let mut all = 0;
    while at < bytes.len() {
        let held = HELD[bytes[at] as usize];
        if held & (holds::STOP | holds::BEYOND_ASCII) == 0 {
            at += 1;
        } else if held & holds::STOP != 0 {
            break;
        } else {
            match char_at(text, at) {
                Some(char) if char < WIDE && !is_delimiter(char) => at += char.len_utf8(),
                _ => break,
            }
        }
        all |= held;
    }
    (at, all)
}

/// Where the first `count` characters of a text end.
pub fn prefix(text: &str, count: usize) -> &str {
    if text.len() <= count {
        return text;
    }
    if text.as_bytes()[..count].is_ascii() {
        return &text[..count];
    }
    match text.char_indices().nth(count) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

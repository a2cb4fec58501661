//! Where what belongs together ends, and what a chunk is at first sight.

use crate::chars::{WIDE, char_at, chunk_end, ends_path, holds, is_letter, prefix};
use crate::chunks::{Emitted, Kind};
use crate::shape::{KEY_DIGITS, LINE_CAP};

/// The first line of a body, and whether it was cut.
pub(super) fn first_line(body: &str) -> (&str, bool) {
    let head = prefix(body, LINE_CAP + 1).trim_start_matches(['\r', '\n']);
    let end = memchr::memchr(b'\n', head.as_bytes()).unwrap_or(head.len());
    let line = &head[..end];
    let kept = prefix(line, LINE_CAP);
    (kept, kept.len() < line.len())
}

pub(super) fn close_of(char: char) -> Option<char> {
    Some(match char {
        '"' | '\'' | '`' => char,
        '“' => '”',
        '‘' => '’',
        '「' => '」',
        '『' => '』',
        _ => return None,
    })
}

/// Where a text begins that ends where a line ends; a blank of it may be several in the line.
pub(super) fn begin_of(text: &str, line: &str) -> Option<usize> {
    let mut rest = line.as_bytes();
    for &byte in text.as_bytes().iter().rev() {
        rest = rest.strip_suffix(&[byte])?;
        while byte == b' ' && rest.ends_with(b" ") {
            rest = &rest[..rest.len() - 1];
        }
    }
    Some(rest.len())
}

/// A word of letters with at most one mark behind it, which is no hexadecimal identifier.
pub(super) fn is_plain_word(chunk: &[u8], has: u16) -> bool {
    if has & !(holds::LETTERS | holds::COLON | holds::DOT) != 0 {
        return false;
    }
    let word = match chunk {
        [word @ .., b':' | b'.'] => word,
        _ => chunk,
    };
    let letters = has & (holds::COLON | holds::DOT) == 0
        || !word.is_empty() && word.iter().all(u8::is_ascii_alphabetic);
    letters && (word.len() < 8 || has & holds::LETTER != 0)
}

/// Where a chunk ends that goes on over delimiters: a path, an address, digits with commas.
pub(super) fn extended(line: &str, start: usize, mut end: usize, has: u16) -> usize {
    let chunk = &line[start..end];
    let with_scheme = |chunk: &str| has & holds::COLON != 0 && chunk.contains("://");
    // A slash alone, as in `[3]/[5]`, parts what stands around it.
    let path = chunk.len() > 1 && chunk.starts_with('/');
    if has & holds::SLASH != 0 && (path || with_scheme(chunk)) {
        while let Some(char) = char_at(line, end).filter(|&char| char < WIDE && !ends_path(char)) {
            end += char.len_utf8();
        }
        return before_place(line, start, end);
    }
    let bytes = line.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    while bytes.get(end) == Some(&b',') && digit(end - 1) && digit(end + 1) {
        end = chunk_end(line, end + 2).0;
    }
    end
}

/// Where a path ends that goes up to `end`: before a number in brackets, which says where in it: `x.php(12)`.
pub(super) fn before_place(line: &str, start: usize, end: usize) -> usize {
    if !matches!(line.as_bytes().get(end), Some(b',' | b')')) {
        return end;
    }
    match line[start..end].rfind('(') {
        Some(opens) if opens > 1 => {
            let inside = &line.as_bytes()[start + opens + 1..end];
            let number = !inside.is_empty() && inside.iter().all(u8::is_ascii_digit);
            if number { start + opens } else { end }
        }
        _ => end,
    }
}

/// Whether a chunk is the key of a value: `eth0=up`.
pub(super) fn is_key(chunk: &str, rest: &str) -> bool {
    if !rest.starts_with('=') || rest.starts_with("==") {
        return false;
    }
    let bytes = chunk.as_bytes();
    let mut digits = 0;
    for &byte in bytes {
        match byte {
            b'_' | b'-' | b'.' => {}
            b'0'..=b'9' => digits += 1,
            _ if byte.is_ascii_alphabetic() => {}
            _ => return false,
        }
    }
    bytes.first().is_some_and(u8::is_ascii_alphabetic) && digits <= KEY_DIGITS
}

/// Whether a piece is literal text with a letter, and not a scheme.
pub(super) fn says_something(piece: &Emitted<'_>) -> bool {
    piece.kind == Kind::Literal && !piece.text.ends_with("://") && piece.text.chars().any(is_letter)
}

//! What a text looks like: a time, an address, a path, a host.

use crate::chars::{char_at, is_letter, is_letter_or_digit};
use crate::words::{MONTHS, is_ending, is_long_ending};

pub fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is an address of four numbers.
pub fn is_ip(text: &[u8]) -> bool {
    if text.len() > 15 || text.len() < 7 {
        return false;
    }
    let mut count = 0;
    for part in text.split(|&byte| byte == b'.') {
        count += 1;
        let fits = (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
        if !fits || part.iter().fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0')) > 255 {
            return false;
        }
    }
    count == 4
}

fn all_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

pub(super) fn is_clock(text: &str) -> bool {
    is_clock_bytes(text.as_bytes())
}

fn is_clock_bytes(text: &[u8]) -> bool {
    let Some(colon) = text.iter().take(3).position(|&byte| byte == b':') else { return false };
    let (hour, rest) = (&text[..colon], &text[colon + 1..]);
    if !(all_digits(hour) && rest.len() >= 5 && rest[2] == b':') {
        return false;
    }
    all_digits(&rest[..2])
        && all_digits(&rest[3..5])
        && rest[5..].iter().all(|byte| byte.is_ascii_digit() || b".,Z+-:".contains(byte))
}

pub(super) fn is_date(text: &[u8]) -> bool {
    for mark in *b"-/." {
        let mut parts = text.split(|&byte| byte == mark);
        let (Some(one), Some(month), Some(three), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let (year, day) = if one.len() == 4 { (one, three) } else { (three, one) };
        return year.len() == 4
            && all_digits(year)
            && all_digits(day)
            && day.len() <= 2
            && (MONTHS.contains(&month) || (all_digits(month) && month.len() <= 2));
    }
    false
}

pub(super) fn is_date_and_clock(text: &str) -> bool {
    let bytes = text.as_bytes();
    for size in [10, 11] {
        let marked = matches!(bytes.get(size), Some(b'T' | b':' | b'_' | b'-'));
        if marked && is_date(&bytes[..size]) {
            return is_clock_bytes(&bytes[size + 1..]);
        }
    }
    false
}

pub(super) fn is_hex_groups(text: &str) -> bool {
    let head = text.split('%').next().unwrap_or("");
    let count = head.split(':').count();
    if count < 3 || (count < 6 && !text.contains("::")) {
        return false;
    }
    head.split(':').all(|group| group.len() <= 4 && is_hex(group))
}

/// What paths into the registry of Windows begin with, before a backslash.
const REGISTRY_ROOTS: [&str; 10] = [
    "HKLM",
    "HKCU",
    "HKCR",
    "HKU",
    "HKCC",
    "HKEY_LOCAL_MACHINE",
    "HKEY_CURRENT_USER",
    "HKEY_CLASSES_ROOT",
    "HKEY_USERS",
    "HKEY_CURRENT_CONFIG",
];

pub(super) fn is_windows_path(text: &str) -> bool {
    if text.starts_with("\\\\") {
        return true;
    }
    if text.starts_with("HK") {
        return text.split_once('\\').is_some_and(|(root, _)| REGISTRY_ROOTS.contains(&root));
    }
    char_at(text, 0)
        .is_some_and(|first| is_letter(first) && text[first.len_utf8()..].starts_with(":\\"))
}

pub(super) fn is_host(text: &str) -> bool {
    let Some(point) = memchr::memrchr(b'.', text.as_bytes()) else { return false };
    // Most endings are none.
    let (last, is_of_more) = (&text[point + 1..], text[..point].contains('.'));
    if !(is_ending(last) || is_of_more && is_long_ending(last)) {
        return false;
    }
    let fits = |char| char == '.' || char == '-' || is_letter_or_digit(char);
    text.chars().all(fits) && text.split('.').all(|label| !label.is_empty())
}

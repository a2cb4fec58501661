//! What the lines below a message say was thrown, as `kernel/thrown.py`.

use std::borrow::Cow;

use crate::chars::prefix;

/// Stands between a message and what was thrown below it.
pub const BELOW: &str = " ⏎ ";
const CAUSED_BY: &str = "Caused by: ";
const ENDINGS: [&str; 7] =
    ["Exception", "Error", "Failure", "Throwable", "Timeout", "Interrupt", "Exit"];
/// Longer names are none, and of what is thrown beyond an example's end so much is shown.
const LONGEST: usize = 300;

/// The name, without its package, of what was thrown last below the first line; empty: nothing was.
pub fn thrown_below(body: &str) -> &str {
    let body = body.trim_start_matches(['\r', '\n']);
    let Some(end) = memchr::memchr(b'\n', body.as_bytes()) else { return "" };
    let mut name = "";
    for line in body[end + 1..].split('\n') {
        let found = name_of(line);
        if !found.is_empty() {
            name = found;
        }
    }
    if name.bytes().any(|byte| byte.is_ascii_digit()) { "" } else { name }
}

/// The first `cap` characters of a body, and where what was thrown last stands beyond them, the line that tells it.
pub fn example_of(body: &str, cap: usize) -> Cow<'_, str> {
    let head = prefix(body, cap);
    if head.len() == body.len() {
        return Cow::Borrowed(head);
    }
    let text = body.trim_start_matches(['\r', '\n']);
    let mut lines = text.split('\n');
    let mut start = body.len() - text.len() + lines.next().map_or(0, str::len) + 1;
    let mut told = "";
    for line in lines {
        if !name_of(line).is_empty() {
            told = if start >= head.len() { line } else { "" };
        }
        start += line.len() + 1;
    }
    if told.is_empty() {
        return Cow::Borrowed(head);
    }
    Cow::Owned(format!("{head} …\n{}", prefix(told, LONGEST)))
}

/// The name that a line of a stack trace begins with, without its package; empty: none.
fn name_of(line: &str) -> &str {
    let head = line.strip_prefix(CAUSED_BY).unwrap_or(line);
    let bytes = head.as_bytes();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.');
    let end = bytes.iter().take(LONGEST + 1).take_while(|byte| is_name(byte)).count();
    if end > LONGEST || !matches!(bytes.get(end), None | Some(b':' | b'\r')) {
        return "";
    }
    let name = &head[..end];
    let name = &name[name.rfind('.').map_or(0, |at| at + 1)..];
    let ending = ENDINGS.iter().find(|ending| name.ends_with(**ending));
    if ending.is_some_and(|ending| *ending != name) { name } else { "" }
}

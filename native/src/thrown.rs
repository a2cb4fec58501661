//! What the lines below a message say was thrown, as `kernel/thrown.py`.

/// Stands between a message and what was thrown below it.
pub const BELOW: &str = " ⏎ ";
const CAUSED_BY: &str = "Caused by: ";
const ENDINGS: [&str; 7] =
    ["Exception", "Error", "Failure", "Throwable", "Timeout", "Interrupt", "Exit"];
/// Longer names are none.
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

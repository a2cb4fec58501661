//! What texts of JSON mean.

use memchr::memchr;

use crate::fields::code;
use crate::uncoloured::{ESCAPE, text_of};

/// Return what a text of JSON means; none: it holds what controls something, or ends of lines where there are none.
pub(crate) fn unescaped(text: &str, has_lines: bool) -> Option<String> {
    with_escapes(text, has_lines).filter(|plain| !plain.contains(char::from(ESCAPE)))
}

/// Return the same of a message, of which colours of a terminal are no part.
pub(crate) fn unescaped_message(text: &str, has_lines: bool) -> Option<String> {
    let plain = with_escapes(text, has_lines)?;
    if !plain.contains(char::from(ESCAPE)) {
        return Some(plain);
    }
    let message = text_of(plain.as_bytes())?.into_owned();
    let is_other = message.is_empty() && has_lines || message.ends_with(['\r', '\n']);
    (!is_other && !message.contains(char::from(ESCAPE))).then_some(message)
}

/// Return what a text of JSON means, in which nothing else is controlled than a terminal.
pub(super) fn with_escapes(text: &str, has_lines: bool) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(before) = memchr(b'\\', &text.as_bytes()[at..]) {
        plain.push_str(&text[at..at + before]);
        at += before;
        at += unescape(text, at, &mut plain, has_lines)?;
    }
    plain.push_str(&text[at..]);
    Some(plain)
}

/// Append what an escape of JSON means and return how long it is; none: what controls something, or ends a line where
/// there is only one.
pub(super) fn unescape(
    text: &str,
    at: usize,
    plain: &mut String,
    has_lines: bool,
) -> Option<usize> {
    match text.as_bytes().get(at + 1)? {
        mark @ (b'"' | b'\\' | b'/') => plain.push(char::from(*mark)),
        b't' => plain.push('\t'),
        b'n' if has_lines => plain.push('\n'),
        b'r' if has_lines => plain.push('\r'),
        b'u' => {
            let halves = [code(text.as_bytes(), at), code(text.as_bytes(), at + 6)];
            // The second half counts where the first is one.
            let char = char::decode_utf16(halves.into_iter().flatten()).next()?.ok()?;
            if char.is_control() && char != char::from(ESCAPE)
                || matches!(char, '\u{2028}' | '\u{2029}')
            {
                return None;
            }
            plain.push(char);
            return Some(6 * char.len_utf16());
        }
        _ => return None,
    }
    Some(2)
}

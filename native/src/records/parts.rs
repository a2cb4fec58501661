//! Objects and lists as Python writes them: sorted by their names.

use super::json::{write_bare, write_text};
use crate::fields::{behind_blanks, end_of_text};
use crate::taught::unescaped;

/// Write a value of JSON that was taken apart before; none: only Python can.
pub(super) fn write_parts(text: &str, into: &mut String) -> Option<()> {
    write(text, 0, into).map(drop)
}

/// Write the value that begins at a place; return where it ends.
fn write(text: &str, at: usize, into: &mut String) -> Option<usize> {
    match text.as_bytes().get(at)? {
        b'{' => write_object(text, at + 1, into),
        b'[' => write_list(text, at + 1, into),
        b'"' => {
            let (end, is_escaped) = end_of_text(text.as_bytes(), at + 1)?;
            let said = &text[at + 1..end];
            match is_escaped {
                true => write_text(&unescaped(said, true)?, into),
                false => write_text(said, into),
            }
            Some(end + 1)
        }
        _ => {
            let rest = &text[at..];
            let is_end = |char: char| matches!(char, ',' | '}' | ']' | ' ' | '\t' | '\n' | '\r');
            let end = at + rest.find(is_end).unwrap_or(rest.len());
            write_bare(&text[at..end], into)?;
            Some(end)
        }
    }
}

fn write_object(text: &str, at: usize, into: &mut String) -> Option<usize> {
    let line = text.as_bytes();
    let mut at = behind_blanks(line, at);
    let mut parts: Vec<(&str, String)> = Vec::new();
    while line.get(at) != Some(&b'}') {
        let (end, is_escaped) = end_of_text(line, at + 1)?;
        if is_escaped {
            return None;
        }
        let (name, mut value) = (&text[at + 1..end], String::new());
        at = behind_blanks(line, behind_blanks(line, end + 1) + 1);
        at = behind_mark(line, write(text, at, &mut value)?);
        parts.push((name, value));
    }
    parts.sort_by_key(|part| part.0);
    if parts.windows(2).any(|two| two[0].0 == two[1].0) {
        return None;
    }
    into.push('{');
    for (number, (name, value)) in parts.iter().enumerate() {
        into.push_str(if number == 0 { "" } else { ", " });
        write_text(name, into);
        into.push_str(": ");
        into.push_str(value);
    }
    into.push('}');
    Some(at + 1)
}

fn write_list(text: &str, at: usize, into: &mut String) -> Option<usize> {
    let line = text.as_bytes();
    let mut at = behind_blanks(line, at);
    let mut before = "[";
    while line.get(at) != Some(&b']') {
        into.push_str(before);
        at = behind_mark(line, write(text, at, into)?);
        before = ", ";
    }
    into.push_str(if before == "[" { "[]" } else { "]" });
    Some(at + 1)
}

/// Return where the next part begins, or the mark stands that ends all of them.
fn behind_mark(line: &[u8], at: usize) -> usize {
    let at = behind_blanks(line, at);
    if line.get(at) == Some(&b',') { behind_blanks(line, at + 1) } else { at }
}

#[cfg(test)]
mod tests {
    use super::write_parts;

    #[test]
    fn parts_are_written_sorted_by_their_names() {
        for (text, expected) in [
            ("{}", Some("{}")),
            ("[ ]", Some("[]")),
            (
                r#"{"b" : 1.50,"a":[ 1,{"d":null , "c":"x\\n"} ]}"#,
                Some(r#"{"a": [1, {"c": "x\\n", "d": null}], "b": 1.5}"#),
            ),
            (r#"{"a":1,"a":2}"#, None),
            (r#"{"\u0061":1}"#, None),
        ] {
            let mut written = String::new();
            assert_eq!(write_parts(text, &mut written).map(|()| &*written), expected, "{text}");
        }
    }
}

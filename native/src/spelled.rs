//! Messages that a line gives as the numbers of their bytes, as journald does where they are more than plain text: such a line is
//! read as if it gave the text (`as_text` of `paicha.kernel.parsed_line`).

use std::fmt::Write;

use crate::fields::behind_blanks;
use crate::frames::{Role, Stretch};
use crate::items::{Item, list_in};
use crate::lines::Scan;
use crate::reader::{Ask, HEAD, Line};

/// What such a message is called.
const NAME: &str = "MESSAGE";

impl Scan {
    /// Read a line that spells its message; none: it is no such, or only Python knows what it says.
    pub(crate) fn read_spelled<'a>(&mut self, line: &str, ask: &dyn Ask) -> Option<Line<'a>> {
        // What tells the format of a longer one may stand elsewhere.
        if line.len() > HEAD {
            return None;
        }
        let items = list_in(line, 0, NAME)?;
        let (start, end) = around(line, &items)?;
        let mut text = line[..start].to_owned();
        write_text(&bytes_of(line, &items)?, &mut text);
        text.push_str(&line[end..]);
        let Some((read, _)) = self.read_kind(&text, ask) else {
            self.learn_named(&text, ask);
            return None;
        };
        let Line::Taken { format, facts, body, .. } = read else { return None };
        let body = body.into_owned();
        // Whatever else it may be for is a list.
        let (_, roles, values, _) = self.frames.known(&text)?;
        let at = values.iter().position(|value| value.start == start + 1)?;
        if roles[at] != Role::Body {
            return None;
        }
        let pieces = vec![(0, line.len())];
        Some(Line::Items(vec![Item { format, facts, body, text, pieces }]))
    }
}

/// Return where a list begins and ends whose items stand at some places.
fn around(line: &str, items: &[Stretch]) -> Option<Stretch> {
    let (first, last) = (items.first()?, items.last()?);
    let end = behind_blanks(line.as_bytes(), last.1);
    Some((line[..first.0].rfind('[')?, end + 1))
}

/// Return the bytes that numbers stand for; none: they are none.
fn bytes_of(line: &str, items: &[Stretch]) -> Option<Vec<u8>> {
    let number = |&(start, end): &Stretch| {
        let digits = line[start..end].trim_end_matches([' ', '\t', '\r', '\n']);
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_own = digits == "0" || !digits.starts_with('0');
        if is_number && is_own { digits.parse().ok() } else { None }
    };
    items.iter().map(number).collect()
}

/// Write what bytes spell as a text of JSON, those that are no text as Python shows them.
fn write_text(bytes: &[u8], into: &mut String) {
    into.push('"');
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '"' | '\\' => into.extend(['\\', char]),
                '\n' => into.push_str("\\n"),
                '\r' => into.push_str("\\r"),
                '\t' => into.push_str("\\t"),
                // A text that holds them is no text of JSON as it is.
                char if char.is_control() => {
                    let _ = write!(into, "\\u{:04x}", u32::from(char));
                }
                char => into.push(char),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(into, "\\\\x{byte:02x}");
        }
    }
    into.push('"');
}

#[cfg(test)]
mod tests {
    use super::{around, bytes_of, write_text};
    use crate::items::list_in;

    #[test]
    fn a_text_is_what_numbers_spell() {
        for (list, expected) in [
            ("[108, 228,184,173 ]", Some(r#""l中""#)),
            ("[34,92,10,27,255,0]", Some(r#""\"\\\n\u001b\\xff\u0000""#)),
            ("[256]", None),
            ("[-1]", None),
            ("[1.0]", None),
            ("[01]", None),
            ("[true]", None),
            (r#"["1"]"#, None),
            ("[[1]]", None),
            ("[]", None),
        ] {
            let line = format!(r#"{{"a":"[","MESSAGE" : {list},"b":[2]}}"#);
            let items = list_in(&line, 0, "MESSAGE");
            let text = items.as_ref().and_then(|items| bytes_of(&line, items)).map(|bytes| {
                let mut text = String::new();
                write_text(&bytes, &mut text);
                text
            });
            assert_eq!(text.as_deref(), expected, "{list}");
            if expected.is_some() {
                let (start, end) = around(&line, &items.unwrap_or_default()).unwrap_or_default();
                assert_eq!(&line[start..end], list);
            }
        }
    }
}

//! Attributes as `paicha.kernel.parsed_line.object_as_json` writes them.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

/// Where Python writes a number with a point without an exponent.
const PLAIN: Range<f64> = 1e-4..1e16;

/// The name of an attribute, and how it is written before the value.
#[derive(Clone, Debug)]
pub struct Key {
    name: Box<str>,
    written: Box<str>,
}

/// Attributes, sorted by their names.
#[derive(Default)]
pub struct Attributes<'a> {
    /// Names, and where what is written of the value ends.
    keys: Vec<(Cow<'a, Key>, usize)>,
    written: String,
}

impl Key {
    pub fn new(name: &str) -> Self {
        let mut written = String::new();
        write_text(name, &mut written);
        written.push_str(": ");
        Self { name: name.into(), written: written.into() }
    }
}

impl<'a> Attributes<'a> {
    /// Return where the value of the next attribute is written.
    pub fn value(&mut self) -> &mut String {
        &mut self.written
    }

    /// Take what was written as the value of an attribute.
    pub fn put(&mut self, key: &'a Key) {
        self.keys.push((Cow::Borrowed(key), self.written.len()));
    }

    /// The same under a name that only this line has.
    pub fn put_named(&mut self, name: &str) {
        self.keys.push((Cow::Owned(Key::new(name)), self.written.len()));
    }

    /// Return them with others, which they come before.
    pub fn with(self, others: Self) -> Self {
        if self.keys.is_empty() || others.keys.is_empty() {
            return if self.keys.is_empty() { others } else { self };
        }
        let mut all = Self::default();
        let (mut ours, mut theirs) = (self.pairs().peekable(), others.pairs().peekable());
        while let Some(&(key, value)) = ours.peek().or(theirs.peek()) {
            let (key, value) = match theirs.peek() {
                Some(&other) if other.0.name < key.name => other,
                _ => (key, value),
            };
            ours.next_if(|one| one.0.name == key.name);
            theirs.next_if(|one| one.0.name == key.name);
            all.written.push_str(value);
            all.keys.push((key.clone(), all.written.len()));
        }
        all
    }

    /// Write them as one object; nothing where there are none.
    pub fn write(&self, into: &mut String) {
        let mut before = "{";
        for (key, value) in self.pairs() {
            for text in [before, &key.written, value] {
                into.push_str(text);
            }
            before = ", ";
        }
        if before == ", " {
            into.push('}');
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (&Cow<'a, Key>, &str)> {
        let mut start = 0;
        self.keys
            .iter()
            .map(move |(key, end)| (key, &self.written[std::mem::replace(&mut start, *end)..*end]))
    }
}

/// Write a text as JSON, as Python does that leaves what is beyond ASCII.
pub fn write_text(text: &str, into: &mut String) {
    into.push('"');
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        into.push_str(&text[written..at]);
        written = at + 1;
        match byte {
            b'"' => into.push_str("\\\""),
            b'\\' => into.push_str("\\\\"),
            b'\n' => into.push_str("\\n"),
            b'\r' => into.push_str("\\r"),
            b'\t' => into.push_str("\\t"),
            0x0c => into.push_str("\\f"),
            0x08 => into.push_str("\\b"),
            // Writing to a text cannot fail.
            other => {
                let _ = write!(into, "\\u{other:04x}");
            }
        }
    }
    into.push_str(&text[written..]);
    into.push('"');
}

/// Write what Python writes of a number of JSON once it has read it, or of a word; none: only Python knows.
pub(super) fn write_bare(text: &str, into: &mut String) -> Option<()> {
    if text == "-0" {
        into.push('0');
    } else if !text.starts_with(['t', 'f', 'n']) && text.contains(['.', 'e', 'E']) {
        let number: f64 = text.parse().ok()?;
        if !number.is_finite() {
            return None;
        }
        // Both write the shortest digits that are read as the same number, and of these the nearest.
        if number == 0.0 || PLAIN.contains(&number.abs()) {
            let start = into.len();
            let _ = write!(into, "{number}");
            if !into[start..].contains('.') {
                into.push_str(".0");
            }
            return Some(());
        }
        let written = format!("{number:e}");
        let (digits, exponent) = written.split_once('e')?;
        let exponent: i32 = exponent.parse().ok()?;
        let _ =
            write!(into, "{digits}e{}{:02}", ['+', '-'][usize::from(exponent < 0)], exponent.abs());
    } else {
        into.push_str(text);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{Attributes, Key, write_bare, write_text};

    #[test]
    fn a_number_is_written_as_python_writes_it() {
        for (text, expected) in [
            ("12", Some("12")),
            ("-0", Some("0")),
            ("-0.0", Some("-0.0")),
            ("1.50", Some("1.5")),
            ("1e3", Some("1000.0")),
            ("1E15", Some("1000000000000000.0")),
            ("1e16", Some("1e+16")),
            ("1.25E300", Some("1.25e+300")),
            ("0.0001", Some("0.0001")),
            ("-0.000015", Some("-1.5e-05")),
            ("5e-324", Some("5e-324")),
            ("1e999", None),
            ("0.1234567890123456789", Some("0.12345678901234568")),
            ("true", Some("true")),
            ("false", Some("false")),
            ("null", Some("null")),
        ] {
            let mut written = String::new();
            let found = write_bare(text, &mut written).map(|()| &*written);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn attributes_of_a_line_come_before_those_of_its_message() {
        let keys = ["a", "a b", "b\"", "c"].map(Key::new);
        let of = |pairs: &[(usize, &str)]| {
            let mut all = Attributes::default();
            for &(key, value) in pairs {
                write_text(value, all.value());
                all.put(&keys[key]);
            }
            all
        };
        for (outer, inner, expected) in [
            (&[][..], &[][..], ""),
            (&[(0, "1")], &[], r#"{"a": "1"}"#),
            (&[], &[(0, "\"")], r#"{"a": "\""}"#),
            (&[(1, "1")], &[(0, "2")], r#"{"a": "2", "a b": "1"}"#),
            (&[(2, "1")], &[(0, "2"), (2, "3"), (3, "4")], r#"{"a": "2", "b\"": "1", "c": "4"}"#),
        ] {
            let mut written = String::new();
            of(outer).with(of(inner)).write(&mut written);
            assert_eq!(written, expected);
        }
    }
}

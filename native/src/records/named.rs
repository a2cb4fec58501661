//! What lines of named fields say beside what is counted: where each value goes is told once for all lines of a kind
//! (`paicha.kernel.kept_values`).

use std::borrow::Cow;

use super::beside::{Beside, Column};
use super::json::{Key, write_bare, write_text};
use crate::fields::Value;
use crate::frames::{Frames, GivenAttribute, GivenKept, Role, Stretch};
use crate::taught::{Written, message_of, unescaped, wrapped};

/// What all lines of a kind say beside what is counted; values by their places among those of a line.
#[derive(Debug)]
pub struct Named {
    /// Value, column, and whether it must say something.
    columns: Box<[(u16, Column, bool)]>,
    attributes: Box<[Attribute]>,
}

#[derive(Debug)]
struct Attribute {
    key: Key,
    is_text: bool,
    must_say: bool,
    /// What is written: texts, and a value behind each.
    parts: Box<[(Box<str>, Option<u16>)]>,
}

impl Named {
    /// Return what was told of a line with some values; none: it speaks of others.
    pub fn new((columns, attributes): GivenKept, values: &[Value]) -> Option<Self> {
        let place = |(start, end): Stretch| {
            values.iter().position(|value| (value.start, value.end) == (start, end))
        };
        let columns = columns.into_iter().map(|(stretch, name, must_say)| {
            Some((place(stretch)? as u16, Column::of(&name)?, must_say))
        });
        let part = |(text, stretch): (String, Option<Stretch>)| match stretch {
            None => Some((text.into(), None)),
            Some(stretch) => Some((text.into(), Some(place(stretch)? as u16))),
        };
        let attribute = |(name, is_text, must_say, parts): GivenAttribute| {
            let parts = parts.into_iter().map(part).collect::<Option<_>>()?;
            Some(Attribute { key: Key::new(&name), is_text, must_say, parts })
        };
        Some(Self {
            columns: columns.collect::<Option<_>>()?,
            attributes: attributes.into_iter().map(attribute).collect::<Option<_>>()?,
        })
    }
}

impl Attribute {
    /// The value that it is, if it is one and has no parts.
    fn leaf(&self) -> Option<u16> {
        match &*self.parts {
            [(text, value)] if text.is_empty() => *value,
            _ => None,
        }
    }
}

/// The line at hand.
struct Line<'a, 'v> {
    text: &'a str,
    values: &'v [Value],
    how: Written,
}

impl<'a> Line<'a, '_> {
    /// Whether a value says something.
    fn says(&self, value: u16) -> bool {
        let value = self.values[value as usize];
        let text = value.of(self.text);
        if value.is_quoted { !text.is_empty() } else { text != "null" }
    }

    /// Return a value as Python reads it; none: only Python knows.
    fn plain(&self, value: Value) -> Option<Cow<'a, str>> {
        let text = value.of(self.text);
        Some(match self.how {
            _ if !value.is_escaped => text.into(),
            Written::Json => unescaped(text, true)?.into(),
            Written::Row => text.replace("\"\"", "\"").into(),
            Written::Pairs => text.replace("\\\"", "\"").replace("\\n", "\n").into(),
        })
    }

    /// Return a value as text; none: only Python knows.
    fn said(&self, value: u16) -> Option<Cow<'a, str>> {
        let value = self.values[value as usize];
        if value.is_quoted {
            let text = self.plain(value)?;
            // Python cuts the ends of lines off.
            return Some(match text.trim_end_matches(['\r', '\n']) {
                cut if cut.len() < text.len() => cut.to_owned().into(),
                _ => text,
            });
        }
        let mut text = String::new();
        write_bare(value.of(self.text), &mut text)?;
        Some(text.into())
    }

    /// Write a value as JSON; none: only Python can.
    fn write(&self, value: u16, into: &mut String) -> Option<()> {
        let value = self.values[value as usize];
        if !value.is_quoted {
            return write_bare(value.of(self.text), into);
        }
        write_text(&self.plain(value)?, into);
        Some(())
    }
}

/// Return what a line of a format says beside what is counted; none: only Python knows.
pub(super) fn said<'a>(frames: &'a mut Frames, format: usize, text: &'a str) -> Option<Beside<'a>> {
    let how = Written::of(text, frames.delimiter);
    let (taught, roles, values) = frames.known(text)?;
    let named = taught.kept.as_ref().filter(|_| taught.format == format)?;
    let line = Line { text, values, how };
    let mut said = Beside::default();
    if taught.stream.is_some() {
        let body = roles.iter().position(|&role| role == Role::Body)?;
        said.body = wrapped(values[body], text)?;
    } else if let Some(message) = message_of((roles, values), (text, how)) {
        said.body = message;
    }
    for &(value, column, must_say) in &named.columns {
        if line.says(value) {
            said.put(column, line.said(value)?)?;
        } else if must_say {
            return None;
        }
    }
    for attribute in &named.attributes {
        let leaf = attribute.leaf();
        if leaf.is_some_and(|value| !line.says(value)) {
            if attribute.must_say {
                return None;
            }
            continue;
        }
        let into = said.attributes.value();
        match leaf.filter(|_| attribute.is_text) {
            Some(value) => write_text(&line.said(value)?, into),
            None => {
                for (text, value) in &attribute.parts {
                    into.push_str(text);
                    if let Some(value) = value {
                        line.write(*value, into)?;
                    }
                }
            }
        }
        said.attributes.put(&attribute.key);
    }
    Some(said)
}

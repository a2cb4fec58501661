//! What lines of named fields say beside what is counted: where each value goes is told once for all lines of a kind
//! (`paicha.kernel.kept_values`).

use std::borrow::Cow;

use super::beside::{Beside, Column};
use super::json::{Attributes, Key, write_bare, write_text};
use super::parts::write_parts;
use crate::fields::{Fields, Passed, Value};
use crate::frames::{Frames, GivenAttribute, GivenKept, Role, Stretch};
use crate::taught::{self, Written, message_of, unescaped, unescaped_message, wrapped};

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
    /// Return what was told of a line that was taken apart; none: it speaks of others. What no format asks for each line says.
    pub fn new((columns, attributes): GivenKept, line: &str, fields: &Fields) -> Option<Self> {
        let Fields { values, passed, .. } = fields;
        let passed: Vec<&str> = passed.iter().map(|one| &line[one.name.0..one.name.1]).collect();
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
            attributes: attributes
                .into_iter()
                .filter(|(name, ..)| !passed.contains(&&**name))
                .map(attribute)
                .collect::<Option<_>>()?,
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
    fn says(&self, value: Value) -> bool {
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

    /// Return what a value says in a column; none: only Python knows.
    fn column(&self, at: u16, column: Column) -> Option<Cow<'a, str>> {
        let value = self.values[at as usize];
        if column == Column::Body && value.is_quoted {
            return taught::said(value, self.text, (self.how, true), unescaped_message);
        }
        self.said(at)
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

    /// Return the attributes of what no format asks for; none: only Python knows.
    fn others(&self, passed: &[Passed]) -> Option<Attributes<'a>> {
        let name = |one: &Passed| &self.text[one.name.0..one.name.1];
        let mut sorted: Vec<&Passed> = passed.iter().collect();
        sorted.sort_by_key(|one| name(one));
        if sorted.windows(2).any(|two| name(two[0]) == name(two[1])) {
            return None;
        }
        let mut others = Attributes::default();
        for one in sorted {
            match one.leaf {
                Some(value) if !self.says(value) => continue,
                Some(value) => self.write(value, others.value())?,
                None => write_parts(&self.text[one.value.0..one.value.1], others.value())?,
            }
            others.put_named(name(one));
        }
        Some(others)
    }

    /// Write a value as JSON; none: only Python can.
    fn write(&self, value: Value, into: &mut String) -> Option<()> {
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
    let (taught, roles, values, passed) = frames.known(text)?;
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
        if line.says(values[value as usize]) {
            said.put(column, line.column(value, column)?)?;
        } else if must_say {
            return None;
        }
    }
    for attribute in &named.attributes {
        let leaf = attribute.leaf();
        if leaf.is_some_and(|value| !line.says(values[value as usize])) {
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
                        line.write(values[*value as usize], into)?;
                    }
                }
            }
        }
        said.attributes.put(&attribute.key);
    }
    if !passed.is_empty() {
        said.attributes = std::mem::take(&mut said.attributes).with(line.others(passed)?);
    }
    Some(said)
}

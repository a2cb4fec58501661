//! Records as a case keeps them: the columns of `RECORDS` of `paicha.model.schema`, filled row by row.
//!
//! A record of one line is written here; what else is read of a stretch is left to Python, and its place is noted.

use std::fmt::Write;

use crate::facts::Place;
use crate::reader::{Reader, Use, file_of, stripped};
use crate::record::Record;
use crate::steps::{Answer, NOTES, Notes, UNMET};
use crate::tables::Texts;
use crate::tally::NOTHING;
use crate::texts::Names;

/// Where a field of a header goes that counts do not need.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// The message, as far as this format tells.
    Body,
    File,
    /// The number of a line of the source.
    Line,
    Logger,
    Trace,
    Span,
}

/// What a record of a format says beside what is counted: numbers of fields (as the program notes them) and where they go.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// In the order in which Python puts them.
    pub columns: Vec<(usize, Column)>,
    /// By their names, which are written as JSON with the colon behind them.
    pub attributes: Vec<(usize, Box<str>)>,
}

/// The texts of a record that are not counted.
#[derive(Default)]
struct Beside<'a> {
    body: &'a str,
    file: &'a str,
    line: Option<i32>,
    logger: &'a str,
    trace: &'a str,
    span: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

/// The rows of a stretch.
#[derive(Default)]
pub struct Records {
    pub times: Vec<u8>,
    pub severities: Vec<u8>,
    /// Numbers of lines in the source, and whether each holds.
    pub code_lines: Vec<u8>,
    pub have_lines: Vec<u8>,
    /// Where each begins in its file: its line, and its first byte.
    pub numbers: Vec<u8>,
    pub offsets: Vec<u8>,
    /// Level, body, service, address and id of the host, file, logger, trace, span and attributes.
    pub texts: [Texts; 10],
    /// How many rows there were when each run was left to Python.
    pub before: Vec<u64>,
    attributes: String,
}

impl Records {
    pub fn len(&self) -> usize {
        self.severities.len()
    }

    pub fn is_empty(&self) -> bool {
        self.severities.is_empty()
    }

    /// Note that what comes next is Python's.
    pub fn leave(&mut self) {
        self.before.push(self.len() as u64);
    }

    /// Write a record; false: Python has to.
    pub fn add(
        &mut self,
        record: &Record<'_>,
        place: Place,
        (reader, names): (&Reader, &Names),
    ) -> bool {
        let beside = match beside(record, reader) {
            Some(beside) if record.parts == 0 => beside,
            _ => return false,
        };
        let facts = &record.facts;
        let Some(time) = facts.time else { return false };
        let (address, id) = match facts.address {
            NOTHING => ("", names.text(facts.host)),
            address => (names.text(address), ""),
        };
        self.times.extend_from_slice(&time.to_le_bytes());
        self.severities.push(facts.severity as u8);
        self.code_lines.extend_from_slice(&beside.line.unwrap_or_default().to_le_bytes());
        self.have_lines.push(u8::from(beside.line.is_some()));
        self.numbers.extend_from_slice(&record.line.to_le_bytes());
        let offset = place.offset + record.start as u64;
        self.offsets.extend_from_slice(&offset.to_le_bytes());
        self.attributes.clear();
        write_attributes(&beside.attributes, &mut self.attributes);
        let texts = [
            names.text(facts.level),
            &record.body,
            names.text(facts.service),
            address,
            id,
            beside.file,
            beside.logger,
            beside.trace,
            beside.span,
            &self.attributes,
        ];
        self.texts.iter_mut().zip(texts).for_each(|(column, text)| column.push(text));
        true
    }
}

/// Return what a record says beside what is counted; none: only Python tells.
fn beside<'a>(record: &'a Record<'_>, reader: &'a Reader) -> Option<Beside<'a>> {
    let known = reader.formats.len();
    let (outer, inner) = match record.format / known {
        0 => (record.format, None),
        wrap => (reader.wrapping_at(wrap - 1), Some(record.format % known)),
    };
    let said = said_of(reader, outer, record.text)?;
    let Some(inner) = inner else { return Some(said) };
    let inside = said_of(reader, inner, said.body)?;
    Some(joined(said, &inside))
}

/// Return what a line says beside what is counted, read once more by its format.
fn said_of<'a>(reader: &'a Reader, format: usize, line: &'a str) -> Option<Beside<'a>> {
    let format = &reader.formats[format];
    let told = format.told.as_ref()?;
    let mut notes: Notes = [UNMET; NOTES];
    let is_read = matches!(format.purpose, Use::Read | Use::Wraps);
    if !is_read || format.program.run(line, &mut notes) != Answer::Yes {
        return None;
    }
    let value = |field: usize| match (notes[2 * field], notes[2 * field + 1]) {
        (UNMET, _) | (_, UNMET) => "",
        (start, end) => &line[start as usize..end as usize],
    };
    let mut said = Beside::default();
    for &(field, column) in &told.columns {
        let value = value(field);
        if value.is_empty() {
            continue;
        }
        match column {
            Column::Body => said.body = value,
            Column::File => {
                said.file = file_of(value).ok()?;
                said.line = line_behind(stripped(value), said.file).or(said.line);
            }
            // Digits beyond ASCII are Python's to tell.
            Column::Line if !value.is_ascii() => return None,
            Column::Line => said.line = number_of(value, 9),
            Column::Logger => said.logger = stripped(value),
            Column::Trace => said.trace = unless_zero(value),
            Column::Span => said.span = unless_zero(value),
        }
    }
    let attributes = told.attributes.iter().map(|(field, name)| (&**name, value(*field)));
    said.attributes = attributes.filter(|(_, value)| !value.is_empty()).collect();
    Some(said)
}

/// Return what both say, as `paicha.kernel.normalise.join` does.
fn joined<'a>(outer: Beside<'a>, inner: &Beside<'a>) -> Beside<'a> {
    let either = |one: &'a str, other: &'a str| if one.is_empty() { other } else { one };
    let mut attributes = outer.attributes;
    for &(name, value) in &inner.attributes {
        if let Err(at) = attributes.binary_search_by(|(known, _)| (*known).cmp(name)) {
            attributes.insert(at, (name, value));
        }
    }
    Beside {
        body: inner.body,
        file: either(outer.file, inner.file),
        line: outer.line.or(inner.line),
        logger: either(outer.logger, inner.logger),
        trace: either(outer.trace, inner.trace),
        span: either(outer.span, inner.span),
        attributes,
    }
}

/// Return the number behind the name of a file.
fn line_behind(text: &str, file: &str) -> Option<i32> {
    text.get(file.len() + 1..).and_then(|number| number_of(number, 7))
}

/// Return a number of so many digits at most.
fn number_of(text: &str, digits: usize) -> Option<i32> {
    let is_number = text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Return an id, unless it is nothing but zeros.
fn unless_zero(id: &str) -> &str {
    if id.trim_matches(['0', '-']).is_empty() { "" } else { id }
}

/// Write attributes as `paicha.kernel.parsed_line.object_as_json` does.
fn write_attributes(attributes: &[(&str, &str)], into: &mut String) {
    let mut before = "{";
    for (name, value) in attributes {
        into.push_str(before);
        into.push_str(name);
        write_quoted(value, into);
        before = ", ";
    }
    if !attributes.is_empty() {
        into.push('}');
    }
}

/// Write a text as JSON, as Python does that leaves what is beyond ASCII.
fn write_quoted(text: &str, into: &mut String) {
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
            other => drop(write!(into, "\\u{other:04x}")),
        }
    }
    into.push_str(&text[written..]);
    into.push('"');
}

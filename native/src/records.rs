//! Records as a case keeps them: the columns of `RECORDS` of `paicha.model.schema`, filled row by row.
//!
//! A record is written here with the lines that follow it; what else is read of a stretch is left to Python, and its
//! place is noted.

mod beside;
mod json;
mod named;
mod parts;
mod stored;
mod traces;

use crate::facts::Place;
use crate::frames::Frames;
use crate::reader::{NO_FORMAT, Reader, Use};
use crate::record::Record;
use crate::tables::Texts;
use crate::tally::NOTHING;
use crate::texts::Names;
use crate::uncoloured::Uncoloured;

pub use beside::{Column, Told};
pub use json::{Attributes, Key, write_text};
pub use named::Named;
pub use stored::{Row, Stored, Values};
pub use traces::{Language, Pattern, Traces};

use beside::{Beside, said};

/// How lines are read.
pub struct Readers<'r> {
    pub reader: &'r Reader,
    pub frames: &'r mut Frames,
    pub inner_frames: &'r mut [Frames],
    pub traces: &'r Traces,
}

/// The rows of a stretch.
#[derive(Default)]
pub struct Records {
    pub times: Vec<u8>,
    /// Whether each record says a time.
    pub have_times: Vec<u8>,
    pub severities: Vec<u8>,
    /// Numbers of lines in the source, and whether each holds.
    pub code_lines: Vec<u8>,
    pub have_lines: Vec<u8>,
    /// Where each begins in its file: its line, and its first byte.
    pub numbers: Vec<u8>,
    pub offsets: Vec<u8>,
    /// Which of their line they are, from 1; 0: the only one.
    pub items: Vec<u8>,
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

    /// Forget all rows but the first.
    pub fn cut(&mut self, rows: usize) {
        self.have_times.truncate(rows);
        self.severities.truncate(rows);
        self.have_lines.truncate(rows);
        self.code_lines.truncate(rows * size_of::<i32>());
        let wide = [&mut self.times, &mut self.numbers, &mut self.offsets, &mut self.items];
        wide.into_iter().for_each(|column| column.truncate(rows * size_of::<i64>()));
        self.texts.iter_mut().for_each(|column| column.cut(rows));
    }

    /// Let records from a row on stand where they are written, in a stretch of an offset that was read without colours.
    pub fn put_back(&mut self, rows: usize, offset: u64, read: &Uncoloured) {
        for bytes in self.offsets.chunks_exact_mut(size_of::<u64>()).skip(rows) {
            let at = u64::from_le_bytes((&*bytes).try_into().unwrap_or_default()) - offset;
            let place = offset + read.place(at as usize) as u64;
            bytes.copy_from_slice(&place.to_le_bytes());
        }
    }

    /// Note that what comes next is Python's.
    pub fn leave(&mut self) {
        self.before.push(self.len() as u64);
    }

    /// Write a record; none: Python has to.
    pub fn add(
        &mut self,
        record: &Record<'_>,
        place: Place,
        readers: &mut Readers<'_>,
        names: &Names,
    ) -> Option<()> {
        if record.format == NO_FORMAT {
            let trace = readers.traces.of(&record.body)?;
            let nothing = Beside::default();
            self.push(record, place, (&nothing, &nothing, &trace), names);
            return Some(());
        }
        let known = readers.reader.formats.len();
        let (wrap, format) = (record.format / known, record.format % known);
        let outer = match wrap.checked_sub(1) {
            None => format,
            Some(wrap) => readers.reader.wrapping_at(wrap),
        };
        let Readers { reader, frames, inner_frames, traces } = readers;
        // What all lines of a record say together is read from where these stand as they are.
        if record.parts > 0 && reader.formats[outer].purpose == Use::Opens {
            return None;
        }
        let trace = traces.of(&record.body)?;
        let mut outside = said(reader, frames, outer, &record.text)?;
        let attributes = std::mem::take(&mut outside.attributes);
        let mut inside = match wrap.checked_sub(1) {
            None => Beside::default(),
            Some(wrap) => {
                let text = record.inside.as_deref().unwrap_or(&outside.body);
                said(reader, &mut inner_frames[wrap], format, text)?
            }
        };
        let attributes = trace.with(attributes.with(std::mem::take(&mut inside.attributes)));
        self.push(record, place, (&outside, &inside, &attributes), names);
        Some(())
    }

    /// Write what a line and its message say together, as `paicha.kernel.normalise.join` puts it.
    fn push(
        &mut self,
        record: &Record<'_>,
        place: Place,
        (outside, inside, attributes): (&Beside<'_>, &Beside<'_>, &Attributes<'_>),
        names: &Names,
    ) {
        let facts = &record.facts;
        let (address, id) = match facts.address {
            NOTHING => ("", names.text(facts.host)),
            address => (names.text(address), ""),
        };
        let line = outside.line.or(inside.line);
        self.times.extend_from_slice(&facts.time.unwrap_or_default().to_le_bytes());
        self.have_times.push(u8::from(facts.time.is_some()));
        self.severities.push(facts.severity as u8);
        self.code_lines.extend_from_slice(&line.unwrap_or_default().to_le_bytes());
        self.have_lines.push(u8::from(line.is_some()));
        self.numbers.extend_from_slice(&record.line.to_le_bytes());
        let offset = place.offset + record.start as u64;
        self.offsets.extend_from_slice(&offset.to_le_bytes());
        self.items.extend_from_slice(&i64::from(record.item).to_le_bytes());
        self.attributes.clear();
        attributes.write(&mut self.attributes);
        let [level, service] = [facts.level, facts.service].map(|id| names.text(id));
        let [file, logger, trace, span] =
            std::array::from_fn(|at| match (&*outside.texts[at], &*inside.texts[at]) {
                ("", inner) => inner,
                (outer, _) => outer,
            });
        let attributes = &*self.attributes;
        let texts =
            [level, &record.body, service, address, id, file, logger, trace, span, attributes];
        self.texts.iter_mut().zip(texts).for_each(|(column, text)| column.push(text));
    }
}

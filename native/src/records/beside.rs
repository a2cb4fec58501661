//! What a line says beside what is counted, read once more by its format.

use std::borrow::Cow;

use super::json::{Attributes, Key, write_text};
use super::named;
use crate::frames::Frames;
use crate::reader::{Parts, Reader, Use, file_of, head_of, put_together, stripped, with_rest};
use crate::steps::{Answer, NOTES, Notes, Program, UNMET};

/// Where a field of a header goes that counts do not need.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    File,
    Logger,
    Trace,
    Span,
    /// The number of a line of the source.
    Line,
    /// The message, as far as this format tells.
    Body,
}

/// What a record of a format says beside what is counted: numbers of fields (as the program notes them) and where they go.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// In the order in which Python puts them.
    pub columns: Vec<(usize, Column)>,
    /// Sorted by their names.
    pub attributes: Vec<(usize, Key)>,
}

/// The texts of a record that are not counted.
#[derive(Default)]
pub(super) struct Beside<'a> {
    pub body: Cow<'a, str>,
    /// File, logger, trace and span.
    pub texts: [Cow<'a, str>; 4],
    pub line: Option<i32>,
    pub attributes: Attributes<'a>,
}

impl Column {
    /// Return the column of a field.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "body" => Self::Body,
            "file" => Self::File,
            "line" => Self::Line,
            "logger" => Self::Logger,
            "trace" => Self::Trace,
            "span" => Self::Span,
            _ => return None,
        })
    }
}

impl<'a> Beside<'a> {
    /// Put a value into its column; none: only Python can.
    pub fn put(&mut self, column: Column, value: Cow<'a, str>) -> Option<()> {
        let said = match column {
            Column::Body => {
                self.body = value;
                return Some(());
            }
            Column::Line => {
                // Digits beyond ASCII are Python's to tell.
                self.line = if value.is_ascii() { number_of(&value, 9) } else { return None };
                return Some(());
            }
            Column::File => {
                let file = part_of(&value, |text| file_of(text).ok())?;
                self.line = line_behind(stripped(&value), &file).or(self.line);
                file
            }
            Column::Logger => part_of(&value, |text| Some(stripped(text)))?,
            Column::Trace | Column::Span => part_of(&value, |text| Some(unless_zero(text)))?,
        };
        self.texts[column as usize] = said;
        Some(())
    }
}

/// Return what a line of a format says beside what is counted; none: only Python knows.
pub(super) fn said<'a>(
    reader: &'a Reader,
    frames: &'a mut Frames,
    format: usize,
    line: &'a str,
) -> Option<Beside<'a>> {
    let known = &reader.formats[format];
    match &known.told {
        Some(told) if matches!(known.purpose, Use::Read | Use::Wraps) => {
            said_by_pattern(&known.program, (told, None), line)
        }
        Some(told) if known.purpose == Use::Opens => {
            said_by_pattern(known.whole.as_ref()?, (told, known.says_logger.as_ref()), line)
        }
        _ => named::said(frames, format, line),
    }
}

fn said_by_pattern<'a>(
    program: &Program,
    (told, logger): (&'a Told, Option<&Parts>),
    line: &'a str,
) -> Option<Beside<'a>> {
    let mut notes: Notes = [UNMET; NOTES];
    if program.run(head_of(line), &mut notes) != Answer::Yes {
        return None;
    }
    let value = |field: usize| match (notes[2 * field], notes[2 * field + 1]) {
        (UNMET, _) | (_, UNMET) => "",
        (start, end) => &line[start as usize..end as usize],
    };
    let mut said = Beside::default();
    for &(field, column) in &told.columns {
        let value = value(field);
        match column {
            Column::Body => said.body = with_rest(value, line)?.into(),
            _ if value.is_empty() => {}
            _ => said.put(column, value.into())?,
        }
    }
    if let Some(parts) = logger {
        said.put(Column::Logger, put_together(parts, line, &notes).into())?;
    }
    for (field, key) in &told.attributes {
        let value = value(*field);
        if !value.is_empty() {
            write_text(value, said.attributes.value());
            said.attributes.put(key);
        }
    }
    Some(said)
}

/// Return a part of a value.
fn part_of<'a>(
    value: &Cow<'a, str>,
    part: impl for<'t> Fn(&'t str) -> Option<&'t str>,
) -> Option<Cow<'a, str>> {
    Some(match value {
        Cow::Borrowed(text) => part(text)?.into(),
        Cow::Owned(text) => part(text)?.to_owned().into(),
    })
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

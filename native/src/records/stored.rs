//! Rows that a store hands out one by one, written as records: what their fields say, and what the line says that one of
//! them holds. The twin of `RowBuilder` of `paicha.kernel.row_records`, which does whatever is refused here.

use memchr::memchr;

use super::beside::{Beside, said};
use super::json::Attributes;
use super::{Column, Records};
use crate::lines::Scan;
use crate::reader::{Ask, Line, PLAIN, with_error};
use crate::recipes::Found;
use crate::tables::Texts;
use crate::tally::{Facts, NOTHING};

/// Longer lines are Python's [bytes].
const LONGEST_LINE: usize = 1 << 15;
/// Characters of a file before its line, and digits of that, as `FILE_AND_LINE` of `kernel.parsed_line` has them.
const LONGEST_FILE: usize = 1000;
const LINE_DIGITS: usize = 7;

/// What a row says in fields.
pub struct Row<'a> {
    pub time: Option<i64>,
    pub locator: &'a str,
    pub severity: i8,
    pub level: &'a str,
    pub message: &'a str,
    /// The line as it was written, and whether that is the message.
    pub written: &'a str,
    pub is_message: bool,
    pub error: &'a str,
    /// Service, address and id of the host, file, logger, trace and span.
    pub texts: [&'a str; 7],
    pub line: Option<i32>,
    /// Whether any of these is said.
    pub is_named: bool,
    pub attributes: Attributes<'a>,
}

/// The columns of `RECORDS` but for the locator, in their order.
pub struct Values<'a> {
    pub time: Option<i64>,
    pub severity: i8,
    /// Level, body, service, address and id of the host, file, logger, trace, span and attributes.
    pub texts: [&'a str; 10],
    pub line: Option<i32>,
}

/// Writes rows.
pub struct Stored {
    pub scan: Scan,
    pub records: Records,
    pub locators: Texts,
    attributes: String,
}

/// What a line says.
#[derive(Default)]
struct Said<'a> {
    severity: i8,
    level: &'a str,
    body: &'a str,
    /// As in a row.
    texts: [&'a str; 7],
    line: Option<i32>,
}

impl Stored {
    pub fn new(scan: Scan) -> Self {
        let (records, locators) = (Records::default(), Texts::default());
        Self { scan, records, locators, attributes: String::new() }
    }

    /// Write a row; none: Python has to.
    pub fn add(&mut self, row: &mut Row<'_>, ask: &dyn Ask) -> Option<()> {
        let is_told = !row.message.is_empty() && (row.severity != 0 || !row.level.is_empty());
        if is_told {
            return self.write(row);
        }
        let text = row.written;
        if text.len() > LONGEST_LINE || text.trim().is_empty() || text.bytes().any(is_strange) {
            return None;
        }
        let scan = &mut self.scan;
        let first = match memchr(b'\n', text.as_bytes()) {
            None => None,
            Some(end) => Some(format_of_first(scan, &text[..end], ask)?),
        };
        if scan.frames.may_know(text) {
            scan.frames.look(text.as_bytes());
        }
        let (format, facts, body) = match scan.read(text, Found::Nothing, ask).0 {
            Line::Nothing if first.is_none_or(|first| first.is_none()) => return self.write(row),
            Line::Taken { format, facts, body, stream: PLAIN, .. }
                if first.is_none_or(|first| first == Some(format)) =>
            {
                (format, facts, body)
            }
            Line::Unknown | Line::Unread => {
                scan.learn_named(text, ask);
                return None;
            }
            _ => return None,
        };
        self.joined(row, (format, &facts, &body))
    }

    /// Write a row with what its line says.
    fn joined(
        &mut self,
        row: &mut Row<'_>,
        (format, facts, body): (usize, &Facts, &str),
    ) -> Option<()> {
        let Scan { reader, frames, inner_frames, tally, .. } = &mut self.scan;
        let (reader, names) = (&*reader, &tally.names);
        let known = reader.formats.len();
        let (wrap, format) = (format / known, format % known);
        let outer = wrap.checked_sub(1).map_or(format, |wrap| reader.wrapping_at(wrap));
        let mut outside = said(reader, frames, outer, row.written)?;
        let attributes = std::mem::take(&mut outside.attributes);
        let mut inside = match wrap.checked_sub(1) {
            None => Beside::default(),
            Some(wrap) => said(reader, &mut inner_frames[wrap], format, &outside.body)?,
        };
        let attributes = attributes.with(std::mem::take(&mut inside.attributes));
        let own = std::mem::take(&mut row.attributes);
        self.attributes.clear();
        own.with(attributes).write(&mut self.attributes);
        let beside = |column: Column| match (
            &*outside.texts[column as usize],
            &*inside.texts[column as usize],
        ) {
            ("", inner) => inner,
            (outer, _) => outer,
        };
        let (address, id) = match facts.address {
            NOTHING => ("", names.text(facts.host)),
            address => (names.text(address), ""),
        };
        let [file, logger, trace, span] =
            [Column::File, Column::Logger, Column::Trace, Column::Span].map(beside);
        let said = Said {
            severity: facts.severity,
            level: names.text(facts.level),
            body,
            texts: [names.text(facts.service), address, id, file, logger, trace, span],
            line: outside.line.or(inside.line),
        };
        let written = std::mem::take(&mut self.attributes);
        let done = push((&mut self.records, &mut self.locators), row, &said, &written);
        self.attributes = written;
        done
    }

    /// Write a row of which no line is read, or none that says anything.
    fn write(&mut self, row: &mut Row<'_>) -> Option<()> {
        let body = if row.message.is_empty() { row.written } else { row.message };
        let said = Said { body, ..Said::default() };
        self.attributes.clear();
        std::mem::take(&mut row.attributes).write(&mut self.attributes);
        push((&mut self.records, &mut self.locators), row, &said, &self.attributes)
    }

    /// Write a record as Python read it.
    pub fn put(&mut self, values: &Values<'_>, locator: &str) {
        self.records.put(values);
        self.locators.push(locator);
    }
}

/// Return the format of the first of several lines, or none where it has none; an outer none: it may open a record of several,
/// of which formats are told by that line alone, and Python reads them.
fn format_of_first(scan: &mut Scan, line: &str, ask: &dyn Ask) -> Option<Option<usize>> {
    if line.is_empty() || scan.frames.may_know(line) {
        return None;
    }
    match scan.read(line, Found::Nothing, ask).0 {
        Line::Nothing => Some(None),
        Line::Taken { format, stream: PLAIN, .. } => Some(Some(format)),
        _ => None,
    }
}

/// Whether a byte tells that only Python reads a text: coloured, or none.
fn is_strange(byte: u8) -> bool {
    byte < b' ' && byte != b'\t' && byte != b'\n' || byte == 0x7f
}

/// Write what a row and its line say: what fields say is better than what the line says.
fn push(
    (records, locators): (&mut Records, &mut Texts),
    row: &Row<'_>,
    said: &Said<'_>,
    attributes: &str,
) -> Option<()> {
    let body = if row.is_message || row.message.is_empty() { said.body } else { row.message };
    let body = match (body, row.error) {
        ("", error) => error.into(),
        (body, error) => with_error(body, error),
    };
    let is_levelled = row.severity != 0 || !row.level.is_empty();
    let (severity, level) =
        if is_levelled { (row.severity, row.level) } else { (said.severity, said.level) };
    let texts: [&str; 7] = std::array::from_fn(|at| match row.texts[at] {
        "" => said.texts[at],
        named => named,
    });
    let [service, address, id, mut file, logger, trace, span] = texts;
    let mut line = row.line.or(said.line);
    if row.is_named
        && let Some((head, number)) = parted(file)?
    {
        file = head;
        line = line.or(Some(number));
    }
    let texts = [level, &body, service, address, id, file, logger, trace, span, attributes];
    records.put(&Values { time: row.time, severity, texts, line });
    locators.push(row.locator);
    Some(())
}

/// Return a file and the line behind it, where one stands there; none: only Python knows.
fn parted(file: &str) -> Option<Option<(&str, i32)>> {
    let Some((head, tail)) = file.rsplit_once(':') else { return Some(None) };
    if !tail.is_ascii() {
        return None; // digits of other scripts
    }
    let is_number =
        (1..=LINE_DIGITS).contains(&tail.len()) && tail.bytes().all(|byte| byte.is_ascii_digit());
    let is_file = !head.is_empty() && !head.contains('\n') && head.chars().count() <= LONGEST_FILE;
    Some(if is_number && is_file { Some((head, tail.parse().ok()?)) } else { None })
}

impl Records {
    /// Append a record.
    pub fn put(&mut self, values: &Values<'_>) {
        let Values { time, severity, texts, line } = values;
        self.times.extend_from_slice(&time.unwrap_or_default().to_le_bytes());
        self.have_times.push(u8::from(time.is_some()));
        self.severities.push(*severity as u8);
        self.code_lines.extend_from_slice(&line.unwrap_or_default().to_le_bytes());
        self.have_lines.push(u8::from(line.is_some()));
        self.texts.iter_mut().zip(texts).for_each(|(column, text)| column.push(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_behind_a_file_is_taken_from_it() {
        assert_eq!(parted("pay/main.go:12"), Some(Some(("pay/main.go", 12))));
        assert_eq!(parted("C:\\pay\\main.go"), Some(None));
        assert_eq!(parted("main.go:12345678"), Some(None));
        assert_eq!(parted(":12"), Some(None));
        assert_eq!(parted("main.go:١٢"), None);
    }
}

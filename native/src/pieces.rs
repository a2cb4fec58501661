//! A container's line that was written in pieces: put together where its other pieces stand near, and a record then as a whole
//! line is one. What they do not decide is left to Python with all that stands between.

use crate::containers::Relation;
use crate::lines::Scan;
use crate::reader::{Ask, Line, Outer};
use crate::recipes::Found;
use crate::record::{Open, record_of};
use crate::streams::{Part, STREAM_LINES, Streams};
use crate::written::{Bytes, Written, is_blank_line, line_from};

/// Lines among which the pieces of a line are looked for.
const NEAR: u64 = 64;
/// A longer line is Python's [bytes].
const LONGEST: usize = 1 << 18;

/// A whole line, and the lines that hold its pieces behind the first.
type Whole = (Outer<'static>, Vec<(Written, bool)>);

impl Scan {
    /// Take all of a line of which one is the first piece; false: it has to be taken as a piece.
    pub(crate) fn take_whole<'a>(
        &mut self,
        (streams, bytes): (&mut Streams<'a>, &Bytes<'a>),
        stream: u8,
        (one, text, wide): (&Written, &'a str, bool),
        ask: &dyn Ask,
    ) -> bool {
        // What is written of records is read from one line.
        let is_known = !text.is_empty() && self.records.is_none();
        let is_held = streams.is_piece(stream) || streams.holds(stream, one.number);
        if !is_known || is_held || streams.opened(stream).is_some() {
            return false;
        }
        let Some((outer, more)) = self.whole_line(bytes, (one, text), ask) else { return false };
        let read = self.unwrapped(Line::Wrapped(outer), ask);
        let Line::Taken { format, facts, body, assumed, trace, .. } = read else { return false };
        let relation = match format < self.reader.formats.len() {
            true => self.relation(streams, (stream, trace), &body),
            false => Relation::Begins,
        };
        let last = more.last().map_or(one.number, |(line, _)| line.number);
        let may_go_on = streams.may_go_on(stream);
        match (relation, streams.record(stream)) {
            (Relation::Continues, Some(record))
                if may_go_on
                    && last - record.line <= STREAM_LINES
                    && record.has_room_below(&body) =>
            {
                record.append_below((&body, one, wide));
                more.iter().for_each(|(line, wide)| record.reach((line, *wide)));
            }
            (Relation::Begins, _) if facts.time.is_some() => {
                let read = (format, facts, body, assumed, Found::Nothing);
                let mut record = record_of(read, (one, text, wide));
                more.iter().for_each(|(line, wide)| record.reach((line, *wide)));
                streams.take((stream, Part::Begins), one.number, Open::Record(record));
                self.facts.joined += u64::from(streams.is_undecided());
            }
            _ => return false,
        }
        streams.go_on(stream, last);
        streams.pass_over(stream, more.iter().map(|(line, _)| line.number));
        true
    }

    /// Return all of the line of which one is the first piece, if only lines of containers stand between its pieces.
    fn whole_line(
        &mut self,
        bytes: &Bytes<'_>,
        (one, text): (&Written, &str),
        ask: &dyn Ask,
    ) -> Option<Whole> {
        let Outer { format, around, assumed, stream, body, .. } = self.outer_of(text, ask)?;
        let (mut body, mut more) = (body.into_owned(), Vec::new());
        let mut before = (one.end, one.number);
        while before.0 + 1 < bytes.data.len() && before.1 < one.number + NEAR {
            let line = line_from(bytes.data, before.0 + 1, before.1 + 1);
            before = (line.end, line.number);
            if is_blank_line(&bytes.data[line.start..line.stop]) {
                continue;
            }
            let text = bytes.text(&line);
            let piece = self.outer_of(text, ask)?;
            if piece.stream != stream {
                continue;
            }
            if body.len() + piece.body.len() > LONGEST {
                return None;
            }
            body.push_str(&piece.body);
            let wide = bytes.is_wide(&line, text);
            more.push((line, wide));
            if !piece.is_piece {
                let body = body.into();
                let whole = Outer { format, around, assumed, stream, is_piece: false, body };
                return Some((whole, more));
            }
        }
        None
    }

    /// Return what a container runtime says of a line; none: it is no container's, or only Python knows.
    pub(crate) fn outer_of<'a>(&mut self, text: &'a str, ask: &dyn Ask) -> Option<Outer<'a>> {
        if text.is_empty() {
            return None;
        }
        let known = if self.frames.may_know(text) { self.read_named(text, ask) } else { None };
        match known.unwrap_or_else(|| self.reader.read(text, &mut self.tally.names, ask)) {
            Line::Wrapped(outer) => Some(outer),
            _ => None,
        }
    }
}

//! Lines of containers: of which stream they are, what stands inside, and what that is to the record before it.

use std::borrow::Cow;

use crate::lines::Scan;
use crate::opened::opens;
use crate::opened_inside::Below;
use crate::reader::{Around, Ask, Inside, Line, Outer, PLAIN, Trace, WARN, joined, stripped};
use crate::recipes::Found;
use crate::record::{Open, record_of};
use crate::routes::DEPTH;
use crate::steps::Answer;
use crate::streams::{Part, STREAM_LINES, Streams};
use crate::tally::{Facts, NOTHING};
use crate::written::Written;

/// Lines that Python reads rather than to be asked whether one of them surely begins a record.
const NEAR: u64 = 2;

/// What a line is to the record that its stream has open.
pub(crate) enum Relation {
    Begins,
    Continues,
    Unsure,
}

impl Scan {
    /// Take a line of a file that holds lines of containers.
    pub(crate) fn take_streamed<'a>(
        &mut self,
        streams: &mut Streams<'a>,
        (read, found): (Line<'a>, Found),
        (one, text, wide): (&Written, &'a str, bool),
        (data, ask): (&[u8], &dyn Ask),
    ) {
        let (start, line) = (one.start, one.number);
        let run = Open::Run { start, line };
        let stream = read.stream();
        let below = self.take_inside(streams, &read, (one, text, wide), (data, ask));
        let has_ended = match below {
            Below::Part => return,
            Below::Held => {
                let part = if let Line::Piece(..) = read { Part::Piece } else { Part::Unsure };
                let is_sure = streams.take((stream, part), line, run);
                self.facts.joined += u64::from(!is_sure || streams.is_undecided());
                return self.hold_torn(streams, (data, ask));
            }
            Below::Ended => true,
            Below::Other => false,
        };
        let (part, open) = match read {
            Line::Joined | Line::Block(_) => {
                self.facts.joined += 1;
                return;
            }
            Line::Unread => {
                streams.take_any(line, run);
                return self.hold_torn(streams, (data, ask));
            }
            Line::Unknown => {
                self.learn_named(text, ask);
                (Part::Unsure, run)
            }
            Line::Piece(_, opens) => {
                if opens && !streams.is_piece(stream) {
                    self.hold(streams, (stream, start, line), (data, ask));
                }
                (Part::Piece, run)
            }
            Line::Empty(_) => (Part::Empty, run),
            Line::OpensInside(format, outer) => {
                let record = record_of(opens(format, outer.body, outer.assumed), (one, text, wide));
                let around = Some((outer.format, outer.around));
                (Part::Begins, Open::Opened(self.opened(record, around, ask)))
            }
            Line::BlockInside(_) => {
                self.hold(streams, (stream, start, line), (data, ask));
                (Part::Begins, run)
            }
            Line::Taken { format, facts, body, assumed, trace, .. } => {
                let is_plain = stream != PLAIN && format < self.reader.formats.len();
                let relation = match is_plain && !has_ended {
                    true => self.relation(streams, (stream, trace), &body),
                    false => Relation::Begins,
                };
                // What is written of records is a run where Python has to, with all that stands between.
                let may_go_on = self.records.is_none() && streams.may_go_on(stream);
                let known = streams.record(stream);
                match (relation, known) {
                    (Relation::Continues, Some(record))
                        // The lines between are of other streams, of which so many end it.
                        if (record.last + 1 == line
                            || may_go_on && line - record.line <= STREAM_LINES)
                            && record.has_room_below(&body) =>
                    {
                        record.append_below((&body, one, wide));
                        return streams.go_on(stream, line);
                    }
                    // Only Python makes records without a time.
                    (Relation::Begins, _) if facts.time.is_none() => (Part::Begins, run),
                    (Relation::Begins, _) => {
                        let read = (format, facts, body, assumed, found);
                        (Part::Begins, Open::Record(record_of(read, (one, text, wide))))
                    }
                    _ => (Part::Unsure, run),
                }
            }
            Line::Holds { .. }
            | Line::Nothing
            | Line::Items(_)
            | Line::Opens(_)
            | Line::Unsure(_)
            | Line::Wrapped(_) => (if has_ended { Part::Begins } else { Part::Unsure }, run),
        };
        let is_far = part == Part::Unsure && streams.span(stream, line) > NEAR;
        let part = if is_far && ask.begins(text) { Part::Begins } else { part };
        let is_sure = streams.take((stream, part), line, open)
            || part == Part::Begins
            || part == Part::Unsure && ask.begins(text);
        self.facts.joined += u64::from(!is_sure || streams.is_undecided());
        self.hold_torn(streams, (data, ask));
    }

    /// Return what a container's line that no format fits is to what its stream has open.
    pub(crate) fn relation(
        &self,
        streams: &mut Streams<'_>,
        (stream, trace): (u8, Trace),
        body: &str,
    ) -> Relation {
        let may_be_in_trace = streams.may_be_in_trace(stream);
        let Some(record) = streams.record(stream) else {
            // Nothing stands before it, or Python reads that.
            return match trace {
                Trace::No if !may_be_in_trace => Relation::Begins,
                Trace::No if self.reader.stacks.ends(body) == Answer::No => Relation::Begins,
                _ => Relation::Unsure,
            };
        };
        // Below a record of no failure an exception is news of its own.
        let tells_failure = record.facts.severity == 0 || record.facts.severity >= WARN;
        match trace {
            Trace::Continues => Relation::Continues,
            Trace::Opens if tells_failure => Relation::Continues,
            _ if record.parts == 0 => Relation::Begins,
            _ => match self.reader.stacks.ends(body) {
                Answer::Yes => Relation::Continues,
                Answer::No => Relation::Begins,
                Answer::Unknown => Relation::Unsure,
            },
        }
    }

    /// Let Python say of which stream a line is that it must read.
    pub(crate) fn placed<'a>(&mut self, text: &'a str, ask: &dyn Ask) -> Line<'a> {
        match ask.stream(text) {
            None => Line::Joined,
            Some(None) => Line::Unknown,
            Some(Some((name, is_piece, opens))) => {
                self.learn_named(text, ask);
                match self.reader.stream(&name) {
                    Some(stream) if is_piece => Line::Piece(stream, opens),
                    Some(stream) if opens => Line::BlockInside(stream),
                    Some(stream) => Line::Unsure(stream),
                    None => Line::Joined,
                }
            }
        }
    }

    /// Find the stream of a line of which only the head is text.
    pub(crate) fn placed_by_head<'a>(&mut self, head: &str, ask: &dyn Ask) -> Line<'a> {
        match self.reader.read(head, &mut self.tally.names, ask) {
            Line::Wrapped(outer) if outer.body.is_empty() => Line::Unread,
            Line::Wrapped(outer) if outer.is_piece => Line::Piece(outer.stream, false),
            Line::Wrapped(outer) => Line::Unsure(outer.stream),
            Line::Unread => Line::Unread,
            _ if head.len() < DEPTH => Line::Unread,
            _ => Line::Unknown,
        }
    }

    /// Read a line of a format whose message is named fields; none: Python has to.
    fn held<'a>(
        &mut self,
        (outer, facts, assumed): (usize, Facts, bool),
        text: &'a str,
        ask: &dyn Ask,
    ) -> Option<Line<'a>> {
        let around = Around { time: Some(facts.time?), service: NOTHING };
        let Some((format, inner, body)) = self.read_named_inside((outer, around), text, ask) else {
            self.learn_named_inside(outer, text, ask);
            return None;
        };
        let facts = joined(facts, inner)?;
        Some(Line::Taken { format, facts, body, assumed, stream: PLAIN, trace: Trace::No })
    }

    /// Read what stands inside a container's line, if it is one, or in a message.
    pub(crate) fn unwrapped<'a>(&mut self, line: Line<'a>, ask: &dyn Ask) -> Line<'a> {
        let outer = match line {
            Line::Wrapped(outer) => outer,
            Line::Holds { format, facts, body, assumed } => {
                return self.held((format, facts, assumed), body, ask).unwrap_or(Line::Unknown);
            }
            line => return line,
        };
        if outer.is_piece {
            return Line::Piece(outer.stream, true);
        }
        if stripped(&outer.body).is_empty() {
            return Line::Empty(outer.stream);
        }
        let Outer { format: wrap, around, assumed, stream, body: text, .. } = outer;
        let is_raw = matches!(text, Cow::Borrowed(_));
        let found = match self.read_named_inside((wrap, around), &text, ask) {
            Some((format, facts, body)) => Some((format, facts, body, assumed, Trace::No)),
            None => {
                let names = &mut self.tally.names;
                match self.reader.read_inside((wrap, around, is_raw), &text, names, ask) {
                    Inside::Joined => return Line::Joined,
                    Inside::Unsure => None,
                    Inside::Unread => return Line::Unread,
                    Inside::Block => return Line::BlockInside(stream),
                    Inside::Opens(format) => {
                        let outer = Outer {
                            format: wrap,
                            around,
                            assumed,
                            stream,
                            is_piece: false,
                            body: text,
                        };
                        return Line::OpensInside(format, outer);
                    }
                    Inside::Taken { format, facts, body, assumed: inner, trace } => {
                        let body = Cow::Borrowed(&text[body.0..body.1]);
                        Some((format, facts, body, assumed || inner, trace))
                    }
                }
            }
        };
        let Some((format, facts, body, assumed, trace)) = found else {
            self.learn_named_inside(wrap, &text, ask);
            return Line::Unsure(stream);
        };
        let body = match (body, &text) {
            (Cow::Owned(body), _) => Cow::Owned(body),
            (Cow::Borrowed(body), Cow::Owned(_)) => Cow::Owned(body.to_owned()),
            (Cow::Borrowed(body), &Cow::Borrowed(text)) => {
                let start = body.as_ptr() as usize - text.as_ptr() as usize;
                Cow::Borrowed(&text[start..start + body.len()])
            }
        };
        Line::Taken { format, facts, body, assumed, stream, trace }
    }
}

//! Records of several lines inside the lines of a container, which the first of them opens: what belongs to one there.
//!
//! Lines that stand one below another are read here. Where others stand between, or only Python knows whose a line is, it says
//! where such a record ends in its stream, and all before that is its.

use std::borrow::Cow;

use crate::lines::Scan;
use crate::opened::lines_of_block;
use crate::reader::{Ask, Line, Trace};
use crate::record::Opened;
use crate::steps::Answer;
use crate::streams::{STREAM_LINES, Streams};
use crate::written::Written;

/// What a line is to the record of several lines that its stream has open.
pub(crate) enum Below {
    /// There is none, or the line says nothing.
    Other,
    /// It was made part of it.
    Part,
    /// It is part of what Python reads.
    Held,
    /// It begins another.
    Ended,
}

/// The same as far as its text tells.
enum Relation<'t> {
    /// It is part of it, as part of a trace or not.
    Part(Cow<'t, str>, bool),
    Ends,
    Unsure,
}

impl Scan {
    /// Take a line if it is part of a record of several lines.
    pub(crate) fn take_inside<'a>(
        &mut self,
        streams: &mut Streams<'a>,
        read: &Line<'a>,
        (one, text, wide): (&Written, &'a str, bool),
        (data, ask): (&[u8], &dyn Ask),
    ) -> Below {
        let stream = read.stream();
        if streams.holds(stream, one.number) {
            return Below::Held;
        }
        let Some(opened) = streams.opened(stream) else { return Below::Other };
        let is_next = opened.seen + 1 == one.number
            && one.number - opened.lines.line <= STREAM_LINES
            && opened.lines.has_room(text, one.number);
        if let Line::Empty(_) = read {
            opened.seen = if is_next { one.number } else { opened.seen };
            return Below::Other;
        }
        match self.relation_inside(opened, read, text, ask) {
            Relation::Ends => return Below::Ended,
            Relation::Part(more, in_trace) if is_next => {
                opened.lines.append((&more, one, wide));
                (opened.seen, opened.in_trace) = (one.number, in_trace);
                if !opened.is_whole {
                    self.complete(opened, ask);
                }
                streams.prolong(one.number);
                return Below::Part;
            }
            _ => {}
        }
        let (start, line, is_whole) = (opened.lines.start, opened.lines.line, opened.is_whole);
        self.hold(streams, (stream, start, line), (data, ask));
        let is_part = streams.holds(stream, one.number);
        if is_part || !is_whole {
            streams.leave_opened(stream);
        }
        if is_part { Below::Held } else { Below::Ended }
    }

    /// Ask Python where a record ends that a line may open in its stream.
    pub(crate) fn hold(
        &mut self,
        streams: &mut Streams<'_>,
        (stream, start, line): (u8, usize, u64),
        (data, ask): (&[u8], &dyn Ask),
    ) {
        match lines_of_block(&data[start..], None, false, ask) {
            Some(count) => streams.hold(stream, line.saturating_add(count as u64)),
            None => self.facts.joined += 1,
        }
    }

    /// The same of those that became part of a run.
    pub(crate) fn hold_torn(&mut self, streams: &mut Streams<'_>, at: (&[u8], &dyn Ask)) {
        while let Some(torn) = streams.torn() {
            self.hold(streams, torn, at);
        }
    }

    /// Return what a line is to the lines of a record that is open in its stream.
    fn relation_inside<'t>(
        &mut self,
        opened: &Opened<'_>,
        read: &'t Line<'_>,
        text: &'t str,
        ask: &dyn Ask,
    ) -> Relation<'t> {
        let known = self.reader.formats.len();
        let (more, in_trace) = match read {
            Line::OpensInside(..) if opened.is_whole => return Relation::Ends,
            Line::Taken { format, body, trace, .. } if *format < known => {
                let goes_on = match trace {
                    Trace::Continues => Answer::Yes,
                    _ if opened.in_trace => self.reader.stacks.ends(body),
                    _ => Answer::No,
                };
                match goes_on {
                    Answer::Yes => return Relation::Part(body.as_ref().into(), true),
                    Answer::No if opened.is_whole => return Relation::Ends,
                    Answer::No => (Cow::Borrowed(&**body), false),
                    Answer::Unknown => return Relation::Unsure,
                }
            }
            Line::Taken { format, facts, .. } => {
                let is_weak = self.reader.is_weak(format % known, facts);
                if opened.is_whole && !is_weak {
                    return Relation::Ends;
                }
                match self.inner_text(text, ask) {
                    Some(inner) if is_weak => return Relation::Part(inner, opened.in_trace),
                    Some(inner) => (inner, opened.in_trace),
                    None => return Relation::Unsure,
                }
            }
            _ => return Relation::Unsure,
        };
        // What says when it was may begin another where the lines above are none.
        match self.reader.read(&more, &mut self.tally.names, ask) {
            Line::Nothing => Relation::Part(more, in_trace),
            Line::Taken { facts, .. } if facts.time.is_none() => Relation::Part(more, in_trace),
            _ => Relation::Unsure,
        }
    }

    /// Return what stands inside a container's line.
    pub(crate) fn inner_text<'a>(&mut self, text: &'a str, ask: &dyn Ask) -> Option<Cow<'a, str>> {
        self.outer_of(text, ask).map(|outer| outer.body)
    }
}

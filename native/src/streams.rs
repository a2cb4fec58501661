//! The records of a stretch that further lines may still belong to, where a file holds lines of containers:
//! lines of one stream stand between those of another. Twin of `sources.files.joining.Joiner`, as far as
//! that decides where a record begins.
//!
//! Records are handed out in the order of their first lines. What is not sure becomes a run, from the record
//! that a line may belong to up to that line, with all that stands between: Python reads it.

use std::collections::VecDeque;

use crate::reader::{PLAIN, STREAMS};
use crate::record::{Open, Opened, Record};

/// After so many lines of other streams a record is whole: `STREAM_LINES` of `sources.files.joining`.
pub(crate) const STREAM_LINES: u64 = 1000;

/// What a line of a stream is to the record before it there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// It begins another.
    Begins,
    /// Only Python knows.
    Unsure,
    /// The same, and what follows in the stream is part of it.
    Piece,
    /// It adds nothing.
    Empty,
}

/// A record, or a run, and the streams whose next line may belong to it; streams as bits.
struct Element<'a> {
    open: Open<'a>,
    line: u64,
    last: u64,
    streams: u64,
    pieces: u64,
    /// Of a line that adds nothing: which of all elements it stands below in its stream.
    below: Option<u64>,
    /// The last line that adds nothing to it.
    holds: Option<u64>,
    /// Whether a line of its stream said nothing since it was begun.
    is_blank: bool,
}

impl Element<'_> {
    /// What was opened and may go on, as a run that it becomes part of: stream, place and line.
    fn torn(&self) -> Option<(u8, usize, u64)> {
        let Open::Opened(opened) = &self.open else { return None };
        let stream = self.streams.trailing_zeros() as u8;
        (self.streams != 0).then_some((stream, opened.lines.start, self.line))
    }
}

/// What waits, oldest first.
pub(crate) struct Streams<'a> {
    queue: VecDeque<Element<'a>>,
    /// How many were handed out.
    gone: u64,
    /// Which of all elements a stream's next line may belong to.
    latest: [Option<u64>; STREAMS],
    /// Streams met in this stretch, and where it begins.
    met: u64,
    first: u64,
    /// Whether a run holds a line that belongs to a record before it.
    is_torn: bool,
    /// Of each stream, the line before which all belong to the run that it has open; 0: nobody said so.
    held: [u64; STREAMS],
    /// What became part of a run while further lines may belong to it: stream, place and line of the first.
    torn: Vec<(u8, usize, u64)>,
    /// Lines that hold pieces of lines which were taken whole above them, and their streams.
    passed: Vec<(u64, u8)>,
}

impl<'a> Streams<'a> {
    pub fn new(first: u64) -> Self {
        Self {
            queue: VecDeque::new(),
            gone: 0,
            latest: [None; STREAMS],
            met: 0,
            first,
            is_torn: false,
            held: [0; STREAMS],
            torn: Vec::new(),
            passed: Vec::new(),
        }
    }

    /// Let lines be passed over: they are pieces of what a stream has open.
    pub fn pass_over(&mut self, stream: u8, lines: impl Iterator<Item = u64>) {
        self.passed.extend(lines.map(|line| (line, stream)));
    }

    /// Whether a line was taken with the first piece of its own.
    pub fn was_taken(&mut self, line: u64) -> bool {
        if self.passed.is_empty() {
            return false;
        }
        let was_taken = self.passed.iter().any(|&(passed, _)| passed == line);
        self.passed.retain(|&(passed, _)| passed > line);
        was_taken
    }

    /// Whether a line of a container was met.
    pub fn are_met(&self) -> bool {
        self.met != 0
    }

    /// Whether the next line of a stream stands below a line that may be part of a trace.
    pub fn may_be_in_trace(&self, stream: u8) -> bool {
        self.element(stream).is_some_and(|one| matches!(one.open, Open::Run { .. }))
    }

    /// The record that a line of a stream may belong to, if that is the last that was begun, and read here.
    pub fn record(&mut self, stream: u8) -> Option<&mut Record<'a>> {
        let at = (self.latest[stream as usize]? - self.gone) as usize;
        match &mut self.queue.get_mut(at)?.open {
            Open::Record(record) => Some(record),
            _ => None,
        }
    }

    /// Whether the record of a stream may go on below lines of others: no line of its own said nothing since it was begun, and
    /// what stands last is surely no part of a run, which would hold the line as well.
    pub fn may_go_on(&self, stream: u8) -> bool {
        let is_blank = self.element(stream).is_none_or(|one| one.is_blank);
        let last = self.queue.back().map(|one| &one.open);
        !is_blank && matches!(last, Some(Open::Record(_) | Open::Nothing { .. }))
    }

    /// The record of a stream goes on with a line; others may stand between.
    pub fn go_on(&mut self, stream: u8, line: u64) {
        let Some(latest) = self.latest[stream as usize] else { return };
        if let Some(element) = self.queue.get_mut((latest - self.gone) as usize) {
            element.last = line;
        }
    }

    /// What the first line of several opened, if that is the last that was begun in a stream, and read here.
    pub fn opened(&mut self, stream: u8) -> Option<&mut Opened<'a>> {
        let at = (self.latest[stream as usize]? - self.gone) as usize;
        match &mut self.queue.get_mut(at)?.open {
            Open::Opened(opened) => Some(opened),
            _ => None,
        }
    }

    /// Leave to Python what a stream has open of such lines.
    pub fn leave_opened(&mut self, stream: u8) {
        let Some(latest) = self.latest[stream as usize] else { return };
        if let Some(element) = self.queue.get_mut((latest - self.gone) as usize) {
            let (start, line) = (element.open.start().unwrap_or_default(), element.line);
            element.open = Open::Run { start, line };
        }
    }

    /// Let all lines of a stream before one belong to the run that it has open.
    pub fn hold(&mut self, stream: u8, before: u64) {
        self.held[stream as usize] = before;
    }

    /// Whether a line of a stream belongs to the run that it has open.
    pub fn holds(&self, stream: u8, line: u64) -> bool {
        line < self.held[stream as usize]
    }

    /// Return what became part of a run that further lines may belong to.
    pub fn torn(&mut self) -> Option<(u8, usize, u64)> {
        self.torn.pop()
    }

    /// The last record goes on with a line.
    pub fn prolong(&mut self, line: u64) {
        if let Some(element) = self.queue.back_mut() {
            element.last = line;
        }
    }

    /// How many lines Python reads if a line belongs to what its stream has open.
    pub fn span(&self, stream: u8, line: u64) -> u64 {
        self.element(stream).map_or(0, |one| line - one.line)
    }

    /// Take a line of a stream; false: what it belongs to may have begun before this stretch.
    pub fn take(&mut self, (stream, part): (u8, Part), line: u64, open: Open<'a>) -> bool {
        if stream != PLAIN {
            self.close(PLAIN);
        }
        self.close_old(stream, line);
        let was_met = self.met & bit(stream) != 0;
        self.met |= bit(stream);
        let known = self.element(stream).map(|one| (one.line, one.pieces & bit(stream) != 0));
        let is_record = !self.may_be_in_trace(stream);
        let is_closed = |begun: u64| {
            line - begun > STREAM_LINES && self.latest[stream as usize] != self.newest()
        };
        match (known, part) {
            (Some((_, true)), _) => self.extend(stream, line, part),
            (_, Part::Begins) => self.push(stream, line, open, part),
            (Some((begun, _)), Part::Empty) if is_record && !is_closed(begun) => {
                self.pass(stream, line, open);
            }
            (Some((begun, _)), _) if !is_record || !is_closed(begun) => {
                self.extend(stream, line, part)
            }
            (Some(_), _) => self.push(stream, line, open, part),
            (None, _) => {
                self.push(stream, line, open, part);
                let is_far = line > self.first + STREAM_LINES && self.queue.len() > 1;
                return stream == PLAIN || was_met || self.first == 1 || is_far;
            }
        }
        true
    }

    /// Take a line of which nobody knows whose it is.
    pub fn take_any(&mut self, line: u64, open: Open<'a>) {
        self.met |= bit(PLAIN);
        let oldest = (0..STREAMS).filter_map(|at| self.latest[at]).min();
        let at = match oldest {
            Some(oldest) => self.merge(oldest, line),
            None => {
                self.push(PLAIN, line, open, Part::Unsure);
                self.gone + self.queue.len() as u64 - 1
            }
        };
        self.queue[(at - self.gone) as usize].streams = u64::MAX >> (u64::BITS as usize - STREAMS);
        self.latest = [Some(at); STREAMS];
    }

    /// Whether only the whole file tells: a run is so long that a stream may have ended in it that is open before,
    /// or holds what belongs to a record before it.
    pub fn is_undecided(&self) -> bool {
        let lines = |one: &Element| one.last - one.line >= STREAM_LINES;
        let is_run = |one: &Element| matches!(one.open, Open::Run { .. });
        let is_long = self.queue.back().is_some_and(|one| is_run(one) && lines(one));
        self.is_torn || self.met.count_ones() > 1 && is_long
    }

    /// Whether more is still to come of the line that a stream has begun.
    pub fn is_piece(&self, stream: u8) -> bool {
        self.element(stream).is_some_and(|one| one.pieces & bit(stream) != 0)
    }

    /// Whether more of a line of a container is still to come.
    pub fn are_cut(&self) -> bool {
        self.queue.iter().any(|one| one.pieces != 0)
    }

    /// Return the oldest record if nothing more can belong to it, and where the next begins.
    pub fn whole(&mut self) -> Option<(Open<'a>, Option<usize>)> {
        let oldest = self.queue.front()?;
        if self.may_be_in_run(oldest) || self.is_tied() { None } else { self.rest() }
    }

    /// Whether one is open, or holds what a run may hold that is: this would begin with it.
    fn may_be_in_run(&self, one: &Element<'_>) -> bool {
        let below = one.holds.map_or(0, |last| (last - self.gone) as usize);
        one.streams != 0 || self.queue.iter().take(below).any(|other| other.streams != 0)
    }

    /// Whether one that is open was begun before the last line of the oldest, or of one that was begun before that: as a run
    /// it would hold lines of both.
    fn is_tied(&self) -> bool {
        let mut last = self.queue.front().map_or(0, |oldest| oldest.last);
        for one in self.queue.iter().skip(1) {
            if one.line > last {
                return false;
            }
            if self.may_be_in_run(one) {
                return true;
            }
            last = last.max(one.last);
        }
        false
    }

    /// Return the oldest record, and where the next begins.
    pub fn rest(&mut self) -> Option<(Open<'a>, Option<usize>)> {
        let element = self.queue.pop_front()?;
        self.gone += 1;
        Some((element.open, self.queue.front().and_then(|next| next.open.start())))
    }

    fn newest(&self) -> Option<u64> {
        (self.gone + self.queue.len() as u64).checked_sub(1)
    }

    fn element(&self, stream: u8) -> Option<&Element<'a>> {
        let at = self.latest[stream as usize]? - self.gone;
        self.queue.get(at as usize)
    }

    /// Nothing more of a stream belongs to what it had open.
    fn close(&mut self, stream: u8) {
        let Some(at) = self.latest[stream as usize].take() else { return };
        if let Some(element) = self.queue.get_mut((at - self.gone) as usize) {
            element.streams &= !bit(stream);
            element.pieces &= !bit(stream);
        }
    }

    /// Close the oldest record that is open if it is of other streams and many lines ago.
    fn close_old(&mut self, stream: u8, line: u64) {
        let Some(at) = self.queue.iter().position(|one| one.streams != 0) else { return };
        let oldest = &self.queue[at];
        let is_old = oldest.last + STREAM_LINES < line && oldest.pieces == 0;
        if is_old && oldest.streams & bit(stream) == 0 {
            for other in (0..STREAMS as u8).filter(|&other| oldest.streams & bit(other) != 0) {
                self.latest[other as usize] = None;
            }
            self.queue[at].streams = 0;
        }
    }

    fn push(&mut self, stream: u8, line: u64, open: Open<'a>, part: Part) {
        self.close(stream);
        self.latest[stream as usize] = Some(self.gone + self.queue.len() as u64);
        let pieces = if part == Part::Piece { bit(stream) } else { 0 };
        let is_read = matches!(open, Open::Record(_) | Open::Nothing { .. });
        self.queue.push_back(Element {
            open,
            line,
            last: line,
            streams: bit(stream),
            pieces,
            below: None,
            holds: None,
            is_blank: false,
        });
        // A run would hold the pieces that stand below it.
        if !is_read && !self.passed.is_empty() {
            self.merge(self.gone + self.queue.len() as u64 - 1, line);
        }
    }

    /// Note a line that adds nothing to the record of its stream, if others stand between.
    fn pass(&mut self, stream: u8, line: u64, open: Open<'a>) {
        let below = self.latest[stream as usize];
        if let Some(owner) = below.and_then(|at| self.queue.get_mut((at - self.gone) as usize)) {
            owner.is_blank = true;
        }
        if below != self.newest() {
            let open = Open::Nothing { start: open.start().unwrap_or_default() };
            let holds = Some(self.gone + self.queue.len() as u64);
            if let Some(owner) = below.and_then(|at| self.queue.get_mut((at - self.gone) as usize))
            {
                owner.holds = holds;
            }
            let (streams, pieces, last) = (0, 0, line);
            let (holds, is_blank) = (None, false);
            let nothing = Element { open, line, last, streams, pieces, below, holds, is_blank };
            self.queue.push_back(nothing);
        }
    }

    /// Let a line belong to what its stream has open.
    fn extend(&mut self, stream: u8, line: u64, part: Part) {
        let Some(at) = self.latest[stream as usize] else { return };
        let at = self.merge(at, line);
        let element = &mut self.queue[(at - self.gone) as usize];
        element.pieces &= !bit(stream);
        element.pieces |= if part == Part::Piece { bit(stream) } else { 0 };
    }

    /// Make one run of an element and all that stand behind it.
    fn merge(&mut self, mut into: u64, line: u64) -> u64 {
        // What adds nothing would be a record of its own without the one it stands below.
        let mut looked = self.gone + self.queue.len() as u64;
        loop {
            while looked > into {
                looked -= 1;
                let below = self.queue[(looked - self.gone) as usize].below;
                self.is_torn |= below.is_some_and(|below| below < self.gone);
                into = below.map_or(into, |below| below.clamp(self.gone, into));
            }
            // A run holds what stands between its lines, and may hold no part of another record.
            let first = (into - self.gone) as usize;
            let begun = self.queue[first].line;
            let mut before = self.queue.iter().take(first);
            match before.position(|one| one.last > begun) {
                Some(at) => into = self.gone + at as u64,
                None => break,
            }
        }
        let at = (into - self.gone) as usize;
        let (mut streams, mut pieces) = (0, 0);
        for element in self.queue.drain(at + 1..) {
            streams |= element.streams;
            pieces |= element.pieces;
            self.torn.extend(element.torn());
        }
        let element = &mut self.queue[at];
        self.torn.extend(element.torn());
        element.streams |= streams;
        element.pieces |= pieces;
        element.last = line;
        element.holds = None;
        // What was taken whole is part of the run in its pieces.
        let is_part = |of: u8| element.streams & bit(of) != 0;
        let parts = self.passed.iter().filter(|&&(_, of)| is_part(of));
        element.pieces |= parts.fold(0, |parts, &(_, of)| parts | bit(of));
        self.passed.retain(|&(_, of)| element.streams & bit(of) == 0);
        let start = element.open.start().unwrap_or_default();
        element.open = Open::Run { start, line: element.line };
        let streams = element.streams;
        for stream in (0..STREAMS).filter(|&at| streams & 1 << at != 0) {
            self.latest[stream] = Some(into);
        }
        into
    }
}

fn bit(stream: u8) -> u64 {
    1 << stream
}

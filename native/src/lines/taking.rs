//! One line after another taken: what it is, and whether it is part of the record that is open.

use std::borrow::Cow;

use crate::lines::{Scan, State};
use crate::opened::{lines_of_block, opens};
use crate::reader::{Ask, Line, PLAIN, stripped};
use crate::recipes::Found;
use crate::record::{Known, Open, Opened, Record, record_of, records_of, run_of};
use crate::waiting::Waiting;
use crate::written::Written;

impl Scan {
    /// Take a line, by a recipe where it fits one.
    pub(super) fn take_line<'a>(
        &mut self,
        state: &mut State<'_, 'a>,
        (one, text, wide): (&Written, &'a str, bool),
        found: Found,
        ask: &dyn Ask,
    ) {
        if one.start < state.next || state.streams.was_taken(one.number) {
            return;
        }
        // What is no record yet may go on with any line.
        let is_held = matches!(&state.open, Open::Opened(opened) if !opened.is_whole);
        if !state.streams.are_met() && !is_held {
            let known = self.read_known((one, text, wide), found, (state.place.line, ask));
            if let Some(known) = known {
                self.take_known(state, known, ask);
                return;
            }
        }
        if let Open::Known(known) = state.open {
            state.open = Open::Record(self.unfolded(&known, (state.bytes, state.place)));
        }
        // A row that may begin within another is Python's.
        let text = if state.is_within && text.contains('\n') { "" } else { text };
        if !state.streams.are_met() && self.take_named(state, (one, text), ask) {
            return;
        }
        let (read, found) = self.read(text, found, ask);
        let read = match read {
            Line::Unread => self.placed(text, ask),
            Line::Unknown if text.is_empty() && self.frames.delimiter.is_none() => {
                self.placed_by_head(&state.bytes.head(one), ask)
            }
            read => read,
        };
        if state.streams.are_met() || read.stream() != PLAIN {
            self.take_of_container(state, (read, found), (one, text, wide), ask);
        } else {
            self.take_plain(state, (read, found), (one, text, wide), ask);
        }
    }

    /// Take a record of one line that was read by a recipe.
    #[inline]
    fn take_known(&mut self, state: &mut State<'_, '_>, known: Known, ask: &dyn Ask) {
        let start = known.waiting.start as usize;
        state.is_anyones = false;
        // Mostly in the place of another like it, which is not moved for that.
        if let Open::Known(before) = &mut state.open {
            let before = std::mem::replace(before, known);
            self.close_known(&before, (state.bytes, state.place), &mut state.met);
        } else {
            let before = std::mem::replace(&mut state.open, Open::Known(known));
            self.close(before, start, (state.bytes, state.place), &mut state.met, ask);
        }
    }

    /// Take a line of a file that holds lines of containers.
    fn take_of_container<'a>(
        &mut self,
        state: &mut State<'_, 'a>,
        read: (Line<'a>, Found),
        (one, text, wide): (&Written, &'a str, bool),
        ask: &dyn Ask,
    ) {
        let read = match read {
            // Lines of containers stand around what opens a record, or says no time.
            (Line::Opens(_), found) => (Line::Joined, found),
            (Line::Taken { facts, stream: PLAIN, .. }, _) if facts.time.is_none() => {
                (Line::Unknown, Found::Nothing)
            }
            (Line::Taken { format, .. }, _) if self.reader.followed_by(format).is_some() => {
                (Line::Unknown, Found::Nothing)
            }
            read => read,
        };
        self.facts.joined += u64::from(matches!(state.open, Open::Opened(_)));
        let (start, at) = (one.start, (state.bytes, state.place));
        match std::mem::replace(&mut state.open, Open::None) {
            Open::Run { start, line } if state.is_anyones => {
                state.streams.take_any(line, Open::Run { start, line });
            }
            plain => self.close(plain, start, at, &mut state.met, ask),
        }
        let (streams, bytes) = (&mut state.streams, state.bytes);
        let was_taken = match read.0 {
            Line::Piece(stream, _) => {
                self.take_whole((streams, bytes), stream, (one, text, wide), ask)
            }
            _ => false,
        };
        if !was_taken {
            self.take_streamed(&mut state.streams, read, (one, text, wide), (bytes.data, ask));
        }
        while let Some((whole, next)) = state.streams.whole() {
            self.close(whole, next.unwrap_or(start), at, &mut state.met, ask);
        }
    }

    /// Take a line of a file without containers that was read whole.
    fn take_plain<'a>(
        &mut self,
        state: &mut State<'_, 'a>,
        (read, found): (Line<'a>, Found),
        (one, text, wide): (&Written, &'a str, bool),
        ask: &dyn Ask,
    ) {
        self.note_run(state);
        self.end_run(state, (&read, one, text), ask);
        let start = one.start;
        let is_idle = matches!(state.open, Open::None)
            || state.is_idle && matches!(state.open, Open::Run { .. });
        state.is_idle = is_idle && matches!(read, Line::Nothing);
        let before = match std::mem::replace(&mut state.open, Open::None) {
            Open::Opened(opened) => match self.take_below(opened, &read, (one, text, wide), ask) {
                Ok(open) => {
                    state.open = open;
                    return;
                }
                Err(before) => before,
            },
            before => before,
        };
        let (read, before) = match self.take_more(before, read, (one, text, wide)) {
            Ok(open) => {
                state.open = open;
                return;
            }
            Err(both) => both,
        };
        let next = match (self.unfit(state, (&read, &before), (one, text, wide)), read) {
            (Some(record), _) => Open::Record(record),
            (_, Line::Taken { format, facts, body, assumed, .. }) => {
                // What continues others begins a record only where it stands.
                let is_sure = self.reader.followed_by(format).is_none();
                let found = if is_sure { found } else { Found::Nothing };
                let read = (format, facts, body, assumed, found);
                Open::Record(record_of(read, (one, text, wide)))
            }
            (_, Line::Opens(format)) => {
                let record = record_of(opens(format, text.into(), false), (one, text, wide));
                Open::Opened(self.opened(record, None, ask))
            }
            (_, Line::Items(items)) => Open::Items(records_of(items, (one, text, wide))),
            (None, read) => {
                self.facts.joined += u64::from(matches!(read, Line::Joined));
                let is_unknown = matches!(read, Line::Unknown);
                let is_whole = memchr::memchr_iter(b'"', text.as_bytes()).count() % 2 == 0;
                state.is_within |= text.is_empty() || !is_whole;
                let is_block =
                    matches!(read, Line::Block(_)) || is_unknown && self.may_begin_block(text);
                state.is_anyones |= matches!(read, Line::Unread);
                if is_unknown {
                    self.learn_named(text, ask);
                }
                let run = run_from(before, one, state.place.line);
                if is_block {
                    self.pass_over_block(state, &run, one, ask);
                }
                state.open = run;
                return;
            }
        };
        self.close(before, start, (state.bytes, state.place), &mut state.met, ask);
        state.is_anyones = false;
        state.is_within = false;
        state.open = next;
    }

    /// Take a record over lines that name its fields, which a line opens; false: Python may have to say where it ends.
    fn take_named<'a>(
        &mut self,
        state: &mut State<'_, 'a>,
        (one, text): (&Written, &'a str),
        ask: &dyn Ask,
    ) -> bool {
        let Some(format) = self.opens_named(text, ask) else { return false };
        if let Open::Record(record) = &mut state.open {
            let is_part = self.is_weak_block(format) && record.facts.time.is_some();
            if is_part && record.has_room(text, one.number) {
                record.append((text, one, state.bytes.is_wide(one, text)));
                state.is_idle = false;
                return true;
            }
        }
        let may_begin = match &state.open {
            Open::None => true,
            Open::Run { .. } => state.is_idle,
            // What says no time may be part of what is above it.
            Open::Record(record) => {
                !self.reader.formats[format].is_generic || record.facts.time.is_none()
            }
            Open::Items(_) => !self.reader.formats[format].is_generic,
            _ => false,
        };
        let block = may_begin.then(|| self.block_of(state.bytes, (format, one), ask)).flatten();
        let Some(block) = block else { return false };
        let next = block.next;
        let data = &state.bytes.data[one.start..next];
        let open = match self.read_block(block, one, ask) {
            Some(record) => Open::Record(record),
            None if ask.is_record(data) => Open::Run { start: one.start, line: one.number },
            None => return false,
        };
        let before = std::mem::replace(&mut state.open, Open::None);
        self.close(before, one.start, (state.bytes, state.place), &mut state.met, ask);
        self.close(open, next, (state.bytes, state.place), &mut state.met, ask);
        (state.is_idle, state.is_anyones, state.is_within) = (false, false, false);
        (state.next, state.behind) = (next, next);
        true
    }

    /// Go on behind a record of several lines which a line may open that ends a run; only Python knows where that is.
    fn pass_over_block(
        &mut self,
        state: &mut State<'_, '_>,
        run: &Open<'_>,
        one: &Written,
        ask: &dyn Ask,
    ) {
        let Open::Run { start, line } = *run else { return };
        let lines = &state.bytes.data[start..];
        match lines_of_block(lines, Some(one.number - line), line == 1, ask) {
            Some(count) => state.next = start + end_of_line(lines, count),
            None => {
                // It is void: nothing more of it needs to be read.
                self.facts.joined += 1;
                state.next = usize::MAX;
            }
        }
    }

    /// Take a line that is part of the record before it, or may be; an error: it is not, and both.
    #[allow(clippy::result_large_err, reason = "what goes well is as large")]
    fn take_more<'a>(
        &mut self,
        before: Open<'a>,
        read: Line<'a>,
        (one, text, wide): (&Written, &'a str, bool),
    ) -> Result<Open<'a>, (Line<'a>, Open<'a>)> {
        let more: Cow<'a, str> = match &read {
            Line::Nothing if !stripped(text).is_empty() => text.into(),
            Line::Taken { format, facts, .. } if self.reader.is_weak(*format, facts) => text.into(),
            Line::Taken { format, body, .. } if self.reader.followed_by(*format).is_some() => {
                body.clone()
            }
            _ => return Err((read, before)),
        };
        let number = one.number;
        match before {
            Open::Record(mut record) => match self.is_part(&mut record, &read, (text, number)) {
                Some(true) if record.has_room(&more, number) => {
                    record.append((&more, one, wide));
                    Ok(Open::Record(record))
                }
                Some(false) => Err((read, Open::Record(record))),
                _ => Ok(Open::Run { start: record.start, line: record.line }),
            },
            // Which of a line's records it may be part of only Python knows.
            Open::Items(records) => Ok(run_of(&records)),
            Open::Run { start, line } => Ok(Open::Run { start, line }),
            before => Err((read, before)),
        }
    }

    /// Whether a line that may be part of a record is; none: only Python knows.
    fn is_part(
        &mut self,
        record: &mut Record<'_>,
        read: &Line<'_>,
        (text, number): (&str, u64),
    ) -> Option<bool> {
        let Line::Taken { format, .. } = *read else {
            // Below what says no time and hardly anything else lines stand for themselves, but for traces.
            let is_timeless = self.reader.is_timeless(record.format, &record.facts);
            return if is_timeless { self.goes_on(record, (text, number)) } else { Some(true) };
        };
        match self.reader.followed_by(format) {
            None => Some(record.facts.time.is_some()),
            Some(followed) if followed != record.format => Some(false),
            Some(_) => {
                self.reader.are_of_one_process((record.format, &record.text), (format, text))
            }
        }
    }

    /// Read a line that fits a recipe by that; none: it has to be read whole.
    #[inline]
    fn read_known(
        &mut self,
        (one, text, wide): (&Written, &str, bool),
        found: Found,
        (first, ask): (u64, &dyn Ask),
    ) -> Option<Known> {
        let Found::Recipe(recipe, shifts) = found else { return None };
        let header = &self.recipes.get(recipe).header;
        let names = &mut self.tally.names;
        let (facts, assumed) = self.reader.facts_again(header, text, names, ask)?;
        let place = (one.start, one.stop, (one.number - first) as u32);
        let waiting = Waiting::new((recipe, shifts), place, &facts);
        Some(Known { waiting, address: facts.address, assumed, wide })
    }

    /// Read a line, by a recipe where it has one.
    pub(crate) fn read<'a>(
        &mut self,
        text: &'a str,
        found: Found,
        ask: &dyn Ask,
    ) -> (Line<'a>, Found) {
        if text.is_empty() {
            return (Line::Unknown, Found::Nothing);
        }
        if self.frames.may_know(text) {
            if let Some(line) = self.read_named(text, ask) {
                return (self.unwrapped(line, ask), Found::Nothing);
            }
            if let Some(line) = self.read_items(text, ask) {
                return (line, Found::Nothing);
            }
            if let Some(line) = self.read_spelled(text, ask) {
                return (line, Found::Nothing);
            }
            if self.frames.delimiter.is_some() {
                return (Line::Unknown, Found::Nothing);
            }
        }
        let names = &mut self.tally.names;
        if let Found::Recipe(id, _) = found {
            let header = &self.recipes.get(id).header;
            if let Some(line) = self.reader.read_again(header, text, names, ask) {
                return (line, found);
            }
            let read = self.reader.read(text, names, ask);
            return (self.unwrapped(read, ask), Found::Nothing);
        }
        let read = self.reader.read(text, names, ask);
        if matches!(read, Line::Wrapped(_) | Line::Holds { .. }) {
            return (self.unwrapped(read, ask), Found::Nothing);
        }
        // What holds a line of another format has no recipe.
        let is_inner = matches!(read, Line::Taken { format, .. } if self.reader.is_inner(format));
        (read, if is_inner { Found::Nothing } else { found })
    }
}

/// Return the run that a line ends which Python must read, in a stretch that begins with a line.
fn run_from<'a>(before: Open<'a>, one: &Written, first: u64) -> Open<'a> {
    match before {
        Open::None | Open::Nothing { .. } => Open::Run { start: one.start, line: one.number },
        Open::Known(known) => known.run(first),
        Open::Items(records) => run_of(&records),
        Open::Opened(Opened { lines: Record { start, line, .. }, .. })
        | Open::Record(Record { start, line, .. })
        | Open::Run { start, line } => Open::Run { start, line },
    }
}

/// Return where so many of some lines end.
fn end_of_line(lines: &[u8], count: usize) -> usize {
    memchr::memchr_iter(b'\n', lines).nth(count - 1).map_or(lines.len(), |at| at + 1)
}

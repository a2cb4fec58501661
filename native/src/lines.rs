//! A stretch of a file: its lines read, counted, and what Python must read itself.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::facts::{Counting, FileFacts, Left, Order, Place, Spans};
use crate::frames::Frames;
use crate::hashing::QuickState;
use crate::kept::{Kept, Source};
use crate::opened::{lines_of_block, opens};
use crate::reader::{Ask, Line, PLAIN, Reader, stripped};
use crate::recipes::{Found, GROUP, Recipes};
use crate::record::{Known, Met, Open, Opened, Record, record_of, records_of, run_of};
use crate::records::{Records, Traces};
use crate::streams::Streams;
use crate::tally::{NOTHING, Tally};
use crate::uncoloured::Uncoloured;
use crate::waiting::{Queue, Waiting};
use crate::written::{Bytes, Lines, Written, is_blank_line};

/// Reads the stretches of a file, one after another.
pub struct Scan {
    pub reader: Reader,
    pub tally: Tally,
    pub facts: FileFacts,
    pub kept: HashMap<(u32, i8), Kept, QuickState>,
    /// Whether locators of the file say where in it records begin.
    pub offsets: bool,
    pub(crate) spans: Spans,
    /// The files it was told of: the last is at hand.
    pub(crate) files: Vec<Source>,
    /// What records are given that name no service, and those that name no host.
    pub(crate) given: (u32, u32),
    pub(crate) recipes: Recipes,
    pub(crate) frames: Frames,
    /// The frames of what stands inside the formats that wrap others.
    pub(crate) inner_frames: Vec<Frames>,
    pub traces: Traces,
    pub(crate) waiting: Queue,
    /// The records of a stretch, where these are asked for instead of counts.
    pub(crate) records: Option<Records>,
    /// Lines of one mark, and the format of records over lines that they open.
    pub(crate) openers: HashMap<Box<str>, Option<usize>, QuickState>,
    /// Room for where the lines of a stretch end, and for what it is without colours.
    ends: Vec<u32>,
    uncoloured: Uncoloured,
}

/// A stretch that is read: its bytes, where it begins, and what was met so far.
struct State<'b, 'a> {
    bytes: &'b Bytes<'a>,
    place: Place,
    open: Open<'a>,
    streams: Streams<'a>,
    /// Whether nobody knows whose the lines of the run at hand are.
    is_anyones: bool,
    /// Whether the run at hand may end within a cell of a row.
    is_within: bool,
    /// Where lines begin that are read next: those before are part of a run.
    next: usize,
    /// Where the last record over lines ended that named its fields.
    behind: usize,
    /// Whether nothing was open above the run at hand, and no line of it opened anything.
    is_idle: bool,
    met: Met<'a>,
}

impl Scan {
    pub fn new(reader: Reader, spans: Spans) -> Self {
        let formats = vec![0; reader.kinds_of_records()];
        let inner_frames = (0..reader.wrapping()).map(|_| Frames::default()).collect();
        Self {
            reader,
            inner_frames,
            traces: Traces::new(None),
            tally: Tally::default(),
            facts: FileFacts { formats, ..FileFacts::default() },
            kept: HashMap::default(),
            offsets: true,
            spans,
            files: Vec::new(),
            given: (NOTHING, NOTHING),
            recipes: Recipes::default(),
            frames: Frames::of_lines(),
            waiting: Queue::default(),
            records: None,
            openers: HashMap::default(),
            ends: Vec::new(),
            uncoloured: Uncoloured::default(),
        }
    }

    /// Tell lines of named fields by the names alone that formats ask for.
    pub fn ask_for(&mut self, names: Vec<(String, u8)>) {
        let named =
            names.into_iter().map(|(name, how)| (name.into_bytes().into_boxed_slice(), how));
        let asked = Arc::new(named.collect());
        self.frames.ask_for(&asked);
        self.inner_frames.iter_mut().for_each(|frames| frames.ask_for(&asked));
    }

    /// Begin another file; its place gives records a service and a host where they name none.
    pub fn begin_file(&mut self, file: Source, (service, host): (&str, &str)) {
        self.files.push(file);
        self.given = (self.tally.names.id(service), self.tally.names.id(host));
    }

    /// Read a stretch of a file that was begun, the last or not; facts are of this stretch alone. None: its records may be
    /// joined over lines that could stand alone, so nothing of it counts.
    pub fn piece(
        &mut self,
        data: &[u8],
        place: Place,
        is_last: bool,
        ask: &dyn Ask,
    ) -> Option<Left> {
        self.forget_facts();
        let left = self.counted(data, place, Counting::Whole { is_last }, ask);
        (!self.is_void(is_last)).then_some(left)
    }

    fn is_void(&self, is_last: bool) -> bool {
        self.facts.joined > 0 || self.facts.cut > 0 && !is_last
    }

    fn forget_facts(&mut self) {
        let formats = vec![0; self.facts.formats.len()];
        self.facts = FileFacts { formats, ..FileFacts::default() };
    }

    /// Read a stretch that begins with a record and ends before the next; return what Python must read.
    pub fn stretch(&mut self, written: &[u8], place: Place, ask: &dyn Ask) -> Left {
        self.counted(written, place, Counting::AtOnce, ask)
    }

    fn counted(&mut self, written: &[u8], place: Place, counting: Counting, ask: &dyn Ask) -> Left {
        let mut ends = std::mem::take(&mut self.ends);
        let mut uncoloured = std::mem::take(&mut self.uncoloured);
        let mut bytes = Bytes::new(written, &mut ends);
        if (bytes.has_changed || bytes.whole.is_none()) && uncoloured.read(written) {
            bytes = Bytes::new(uncoloured.text(), &mut ends);
            bytes.damaged = uncoloured.damaged();
        }
        let rows = self.records.as_ref().map_or(0, Records::len);
        let mut left = self.read_lines((&bytes, &ends), place, counting, ask);
        let of_python = left.runs.iter().map(|run| bytes.damaged_in(run.start, run.end));
        self.facts.damaged += bytes.damaged_in(0, bytes.data.len() + 1) - of_python.sum::<u64>();
        self.kept.values_mut().for_each(|kept| kept.own(written, &uncoloured));
        if uncoloured.is_other() {
            let places = left.runs.iter_mut().flat_map(|run| [&mut run.start, &mut run.end]);
            places.for_each(|at| *at = uncoloured.place(*at));
            let records = self.records.iter_mut();
            records.for_each(|records| records.put_back(rows, place.offset, &uncoloured));
            uncoloured.forget();
        }
        (self.ends, self.uncoloured) = (ends, uncoloured);
        left
    }

    fn read_lines(
        &mut self,
        (bytes, ends): (&Bytes<'_>, &[u32]),
        place: Place,
        counting: Counting,
        ask: &dyn Ask,
    ) -> Left {
        let data = bytes.data;
        self.reader.look(data);
        self.frames.look(data);
        self.inner_frames.iter_mut().for_each(|frames| frames.look(data));
        self.recipes.make_room();
        let mut state = State {
            bytes,
            place,
            open: Open::None,
            streams: Streams::new(place.line),
            is_anyones: false,
            is_within: false,
            next: 0,
            behind: 0,
            is_idle: false,
            met: Met {
                left: Left { runs: Vec::new(), orders: vec![Order::default()] },
                later: (counting != Counting::AtOnce).then(Vec::new),
            },
        };
        let mut lines = Lines { data, ends: ends.iter(), at: 0, number: place.line };
        let (mut group, mut texts, mut found) = (Vec::new(), Vec::new(), Vec::new());
        let mut sought = Vec::with_capacity(GROUP);
        while self.fill(&mut lines, &mut group) {
            texts.clear();
            texts.extend(group.iter().map(|one| bytes.text(one)));
            // Recipes count what they hold in a whole text.
            let by_recipe = bytes.whole.is_some() && self.records.is_none();
            let is_for_recipe = |text: &str| by_recipe && !self.frames.may_know(text);
            sought.clear();
            sought.extend(group.iter().zip(&texts).map(|(one, text)| {
                let is_sought = !text.is_empty() && is_for_recipe(text);
                (one.start, if is_sought { one.stop } else { one.start })
            }));
            self.recipes.find(data, &sought, &mut found);
            for ((one, &text), &found) in group.iter().zip(&texts).zip(&found) {
                let wide = bytes.is_wide(one, text);
                self.take_line(&mut state, (one, text, wide), found, ask);
            }
        }
        if !is_blank_line(&data[state.behind..]) && self.may_end_named(data) {
            self.facts.cut += 1;
        }
        let State { mut streams, open, mut met, .. } = state;
        self.facts.cut += u64::from(streams.are_cut());
        while let Some((whole, next)) = streams.rest() {
            self.close(whole, next.unwrap_or(data.len()), (bytes, place), &mut met, ask);
        }
        self.close(open, data.len(), (bytes, place), &mut met, ask);
        match counting {
            Counting::Whole { is_last } if self.is_void(is_last) => self.forget_waiting(),
            _ => self.settle(data, place, met.later),
        }
        met.left
    }

    /// Write the next lines, or rows of a table; false: there are none.
    fn fill(&mut self, lines: &mut Lines<'_>, group: &mut Vec<Written>) -> bool {
        match self.frames.delimiter {
            None => lines.fill(group),
            Some(_) => lines.fill_rows(group, &mut |text| self.frames.is_row(text)),
        }
    }

    /// Read a stretch likewise, but write its records instead of counting them; facts are of this stretch alone.
    pub fn rows(&mut self, data: &[u8], place: Place, ask: &dyn Ask) -> (Left, Records) {
        self.forget_facts();
        self.records = Some(Records::default());
        let left = self.stretch(data, place, ask);
        (left, self.records.take().unwrap_or_default())
    }

    /// Write the records of stretches, each of which is one by itself; return which of them are left to Python.
    pub fn each<'d>(
        &mut self,
        stretches: impl Iterator<Item = (&'d [u8], Place)>,
        ask: &dyn Ask,
    ) -> (Vec<usize>, Records) {
        self.records = Some(Records::default());
        let mut others = Vec::new();
        for (at, (data, place)) in stretches.enumerate() {
            let rows = self.records.as_ref().map_or(0, Records::len);
            let left = self.stretch(data, place, ask);
            let records = self.records.get_or_insert_default();
            if !left.runs.is_empty() || records.len() != rows + 1 {
                records.cut(rows);
                others.push(at);
            }
        }
        self.forget_facts();
        (others, self.records.take().unwrap_or_default())
    }

    /// Take a line, by a recipe where it fits one.
    fn take_line<'a>(
        &mut self,
        state: &mut State<'_, 'a>,
        (one, text, wide): (&Written, &'a str, bool),
        found: Found,
        ask: &dyn Ask,
    ) {
        if one.start < state.next {
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
        self.take_streamed(&mut state.streams, read, (one, text, wide), (state.bytes.data, ask));
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
        let next = match read {
            Line::Taken { format, facts, body, assumed, .. } => {
                // What continues others begins a record only where it stands.
                let is_sure = self.reader.followed_by(format).is_none();
                let found = if is_sure { found } else { Found::Nothing };
                let read = (format, facts, body, assumed, found);
                Open::Record(record_of(read, (one, text, wide)))
            }
            Line::Opens(format) => {
                let record = record_of(opens(format, text.into(), false), (one, text, wide));
                Open::Opened(self.opened(record, None, ask))
            }
            Line::Items(items) => Open::Items(records_of(items, (one, text, wide))),
            read => {
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
            Open::Record(mut record) => match self.is_part(&record, &read, text) {
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
    fn is_part(&self, record: &Record<'_>, read: &Line<'_>, text: &str) -> Option<bool> {
        let Line::Taken { format, .. } = *read else { return Some(true) };
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

    /// Forget what was counted.
    #[cfg(fuzzing)]
    pub fn forget_counts(&mut self) {
        let formats = vec![0; self.facts.formats.len()];
        self.facts = FileFacts { formats, ..FileFacts::default() };
        self.take();
    }

    /// Forget all that was learnt.
    #[cfg(fuzzing)]
    pub fn forget(&mut self) {
        self.forget_counts();
        self.frames = Frames::of_lines();
        self.inner_frames.iter_mut().for_each(|frames| *frames = Frames::default());
        self.recipes = Recipes::default();
    }

    /// About how much memory its tables and kept records hold [bytes].
    pub fn weight(&self) -> usize {
        self.tally.weight() + self.kept.values().map(Kept::bytes).sum::<usize>()
    }

    /// Return the tables so far; they and the kept records are forgotten.
    pub fn take(&mut self) -> Tally {
        self.kept.clear();
        self.files.clear();
        self.given = (NOTHING, NOTHING);
        self.recipes.forget();
        self.frames.forget_names();
        self.inner_frames.iter_mut().for_each(Frames::forget_names);
        std::mem::take(&mut self.tally)
    }

    /// Add what another scan of the same file counted.
    pub fn absorb(&mut self, other: Self) {
        let shapes: Vec<String> = (0..other.tally.shapes.len() as u32)
            .map(|id| other.tally.shapes.text(id).to_owned())
            .collect();
        self.tally.absorb(other.tally);
        for ((shape, severity), kept) in other.kept {
            let shape = self.tally.shapes.id(&shapes[shape as usize]);
            let known = self.kept.entry((shape, severity)).or_default();
            let examples = kept.first.into_iter().chain(kept.last);
            examples.for_each(|example| known.offer(example, &self.files, self.offsets));
        }
        self.facts.absorb(other.facts);
    }
}

/// Return where so many of some lines end.
fn end_of_line(lines: &[u8], count: usize) -> usize {
    memchr::memchr_iter(b'\n', lines).nth(count - 1).map_or(lines.len(), |at| at + 1)
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

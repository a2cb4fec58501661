//! A stretch of a file: its lines read, counted, and what Python must read itself.

mod apart;
mod taking;

use std::sync::Arc;

use hashbrown::HashMap;

use apart::Ends;

use crate::facts::{Counting, FileFacts, Left, Order, Place, Spans};
use crate::frames::Frames;
use crate::hashing::QuickState;
use crate::kept::{Kept, Source};
use crate::reader::{Ask, Reader};
use crate::recipes::{GROUP, Recipes};
use crate::record::{Met, Open};
use crate::records::{Records, Traces};
use crate::streams::Streams;
use crate::tally::{NOTHING, Tally};
use crate::uncoloured::Uncoloured;
use crate::waiting::Queue;
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
    /// Whether it knows of every line what it is to a stack trace.
    pub knows_traces: bool,
    /// Whether the first records that no format fits are left to Python, which shows them.
    shows: bool,
    /// Whether a line was met that says when it was, where ends of stretches were looked for.
    pub(crate) has_met_time: bool,
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
    /// How the run at hand may end, and how many records no format fits.
    ends: Ends,
    unfit: u32,
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
            knows_traces: false,
            shows: true,
            has_met_time: false,
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
        data: (&[u8], &[u8]),
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
        self.has_met_time = false;
    }

    /// Read a stretch that begins with a record and ends before the next, given with what stands behind it as far as that is at
    /// hand; return what Python must read.
    pub fn stretch(&mut self, written: (&[u8], &[u8]), place: Place, ask: &dyn Ask) -> Left {
        self.counted(written, place, Counting::AtOnce, ask)
    }

    fn counted(
        &mut self,
        (written, behind): (&[u8], &[u8]),
        place: Place,
        counting: Counting,
        ask: &dyn Ask,
    ) -> Left {
        let mut ends = std::mem::take(&mut self.ends);
        let mut uncoloured = std::mem::take(&mut self.uncoloured);
        let mut bytes = Bytes::new(written, &mut ends);
        if (bytes.has_changed || bytes.whole.is_none()) && uncoloured.read(written) {
            bytes = Bytes::new(uncoloured.text(), &mut ends);
            bytes.damaged = uncoloured.damaged();
        }
        let rows = self.records.as_ref().map_or(0, Records::len);
        let mut left = self.read_lines((&bytes, &ends, behind), place, counting, ask);
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
        (bytes, ends, behind): (&Bytes<'_>, &[u32], &[u8]),
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
            ends: Ends::default(),
            unfit: 0,
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
        self.facts.cut += u64::from(!self.is_over(&state, behind, ask));
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
    pub fn rows(&mut self, data: (&[u8], &[u8]), place: Place, ask: &dyn Ask) -> (Left, Records) {
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
        self.shows = false;
        let mut others = Vec::new();
        for (at, (data, place)) in stretches.enumerate() {
            let rows = self.records.as_ref().map_or(0, Records::len);
            let left = self.stretch((data, &[]), place, ask);
            let records = self.records.get_or_insert_default();
            if !left.runs.is_empty() || records.len() != rows + 1 {
                records.cut(rows);
                others.push(at);
            }
        }
        self.shows = true;
        self.forget_facts();
        (others, self.records.take().unwrap_or_default())
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

//! A stretch of a file: its lines read, counted, and what Python must read itself.

use std::borrow::Cow;
use std::cmp::Ordering;

use hashbrown::HashMap;
use memchr::{memchr, memrchr};

use crate::chars::is_ascii_blank;
use crate::frames::Frames;
use crate::hashing::QuickState;
use crate::headers::Header;
use crate::reader::{Ask, HEAD, Inside, Line, Outer, PLAIN, Reader, Trace, stripped};
use crate::recipes::{Found, GROUP, Recipes};
use crate::routes::DEPTH;
use crate::steps::Answer;
use crate::streams::{Part, Streams};
use crate::tally::{Facts, NOTHING, Tally};
use crate::waiting::{self, Queue, Waiting};

/// Longer lines are cut by Python, visibly [bytes].
const LINE_LIMIT: usize = 1 << 20;
/// Lines that follow the first of a record at most, and their text: `FOLLOWING_LINES` and `FOLLOWING_CHARACTERS` of
/// `sources.files.joining` [bytes, which are no fewer than characters].
const FOLLOWING_LINES: u64 = 500;
const FOLLOWING_BYTES: usize = 1 << 16;
/// Lines of a stretch of which Python is asked whether they begin a record.
const ASKED: u32 = 64;
/// Lines after which a stream goes on with a record of its own: `STREAM_LINES` of `sources.files.joining`.
const AHEAD: usize = 1001;
/// Lines among which a stream's last one is looked for.
const BACK: usize = 64;
/// Lines that Python reads rather than to be asked whether one of them surely begins a record.
const NEAR: u64 = 2;
/// Severity of OpenTelemetry's from which on a record tells of a failure.
const WARN: i8 = 13;
/// Records kept of each shape and severity: the earliest, and the last.
pub const FIRST: usize = 3;
pub const LAST: usize = 1;

/// A stretch that Python reads: from the line that begins a record up to the next that surely does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    pub start: usize,
    pub end: usize,
    pub line: u64,
}

/// What one file turned out to hold, of the records read here.
#[derive(Clone, Debug, Default)]
pub struct FileFacts {
    pub records: u64,
    pub outside: u64,
    pub kept: u64,
    pub before: u64,
    pub without_level: u64,
    pub kept_without_level: u64,
    pub before_without_level: u64,
    pub assumed: u64,
    /// Records with text beyond ASCII.
    pub wide: u64,
    /// Lines of formats whose records are joined over lines: the file is Python's.
    pub joined: u64,
    /// Stretches that end within a line of a container.
    pub cut: u64,
    pub first: Option<i64>,
    pub last: Option<i64>,
    pub formats: Vec<u64>,
}

/// A record that is kept: when, and where it stands.
#[derive(Clone, Debug)]
pub struct Example {
    pub time: i64,
    pub line: u64,
    pub offset: u64,
    pub text: Text,
}

/// The bytes of a kept record: a place in the stretch at hand, or its own.
#[derive(Clone, Debug)]
pub enum Text {
    Here(usize, usize),
    Own(Box<[u8]>),
}

#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub first: Vec<Example>,
    pub last: Vec<Example>,
}

/// Where a stretch begins in its file.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub offset: u64,
    pub line: u64,
}

/// Stretches of time [µs]: what is asked for, and what that is compared with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spans {
    pub window: Option<(i64, i64)>,
    pub before: Option<(i64, i64)>,
}

/// How far records between two runs go back in time, and where each host's begin and end.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// Records a second and more before the one read before them.
    pub steps: u64,
    /// The longest step back [µs].
    pub largest: i64,
    /// Host, time of its first record and of its last; hosts by their ids in the tally.
    pub hosts: Vec<(u32, i64, i64)>,
    places: HashMap<u32, usize, QuickState>,
}

impl Spans {
    /// Whether a record of a time is asked for.
    fn keeps(&self, time: i64) -> bool {
        !inside(self.before, time) && (self.window.is_none() || inside(self.window, time))
    }
}

impl FileFacts {
    /// Count records of a recipe that are kept, but for what only some of them say.
    fn add_many(&mut self, header: &Header, alike: &[Waiting]) {
        let n = alike.len() as u64;
        self.records += n;
        self.kept += n;
        self.formats[header.format] += n;
        self.without_level += if header.level == NOTHING { n } else { 0 };
        self.kept_without_level += if header.severity == 0 { n } else { 0 };
        let times = alike.iter().map(|one| one.time);
        let (first, last) = times
            .fold((i64::MAX, i64::MIN), |(first, last), time| (first.min(time), last.max(time)));
        self.span(first, last);
    }

    /// Note between which times records were read.
    fn span(&mut self, first: i64, last: i64) {
        self.first = Some(self.first.map_or(first, |known| known.min(first)));
        self.last = Some(self.last.map_or(last, |known| known.max(last)));
    }
}

impl Order {
    fn add(&mut self, host: u32, time: i64) {
        let next = self.hosts.len();
        let place = match self.hosts.last() {
            Some(&(known, _, _)) if known == host => next - 1,
            _ => *self.places.entry(host).or_insert(next),
        };
        if place == next {
            self.hosts.push((host, time, time));
            return;
        }
        let last = &mut self.hosts[place].2;
        let back = *last - time;
        self.steps += u64::from(back >= 1_000_000);
        self.largest = self.largest.max(back);
        *last = time;
    }
}

/// What a stretch left: what Python must read, and the order of what lies before, between and behind.
#[derive(Debug, Default)]
pub struct Left {
    pub runs: Vec<Run>,
    pub orders: Vec<Order>,
}

/// Reads the stretches of a file, one after another.
pub struct Scan {
    pub reader: Reader,
    pub tally: Tally,
    pub facts: FileFacts,
    pub kept: HashMap<(u32, i8), Kept, QuickState>,
    spans: Spans,
    recipes: Recipes,
    pub(crate) frames: Frames,
    /// The frames of what stands inside the formats that wrap others.
    pub(crate) inner_frames: Vec<Frames>,
    waiting: Queue,
}

/// What a line turned out to be: format, facts and body.
type Taken<'a> = (usize, &'a Facts, &'a str);

/// A record that is read: its first line, and as much as was read of others.
pub(crate) struct Record<'a> {
    pub start: usize,
    pub line: u64,
    text: &'a str,
    format: usize,
    pub facts: Facts,
    body: Cow<'a, str>,
    assumed: bool,
    /// Lines with text beyond ASCII.
    wide: u64,
    found: Found,
    /// Where its last line ends, which that is, and how many lines and bytes follow the first.
    end: usize,
    pub last: u64,
    pub parts: u64,
    size: usize,
}

impl Record<'_> {
    /// Return it as it was read by a recipe, if it was.
    fn known(&self) -> Option<Known> {
        let Found::Recipe(recipe, shifts) = self.found else { return None };
        let &Self { start, end: stop, line, facts, assumed, wide, .. } = self;
        Some(Known { start, stop, line, recipe, shifts, facts, assumed, wide: wide > 0 })
    }

    /// Whether it has room for a line.
    fn has_room(&self, text: &str, number: u64) -> bool {
        let lines = self.parts + number - self.last;
        lines <= FOLLOWING_LINES && self.size + text.len() <= FOLLOWING_BYTES
    }

    /// Let a line be part of it, with the blank ones before that.
    fn append(&mut self, (text, one, wide): (&str, &Written, bool)) {
        let blank = one.number - self.last - 1;
        let body = self.body.to_mut();
        (0..=blank).for_each(|_| body.push('\n'));
        body.push_str(text);
        (self.end, self.last, self.parts) = (one.stop, one.number, self.parts + blank + 1);
        (self.size, self.wide) = (self.size + text.len(), self.wide + u64::from(wide));
        self.found = Found::Nothing;
    }
}

/// A record of one line that was read by a recipe.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    start: usize,
    stop: usize,
    line: u64,
    recipe: u32,
    shifts: u32,
    facts: Facts,
    assumed: bool,
    wide: bool,
}

/// The record at hand.
pub(crate) enum Open<'a> {
    None,
    Known(Known),
    Record(Record<'a>),
    Run {
        start: usize,
        line: u64,
    },
    /// A line that adds nothing to another.
    Nothing {
        start: usize,
    },
}

impl Open<'_> {
    /// Return where it begins.
    pub(crate) fn start(&self) -> Option<usize> {
        match *self {
            Open::None => None,
            Open::Known(Known { start, .. })
            | Open::Record(Record { start, .. })
            | Open::Run { start, .. }
            | Open::Nothing { start } => Some(start),
        }
    }
}

/// What a line is to the record that its stream has open.
enum Relation {
    Begins,
    Continues,
    Unsure,
}

/// What a line turned out to be: format, facts, body, whether its year or day was assumed, and by what it was found.
type Told<'a> = (usize, Facts, Cow<'a, str>, bool, Found);

fn record_of<'a>(
    (format, facts, body, assumed, found): Told<'a>,
    (one, text, wide): (&Written, &'a str, bool),
) -> Record<'a> {
    Record {
        start: one.start,
        line: one.number,
        text,
        format,
        facts,
        body,
        assumed,
        wide: u64::from(wide),
        found,
        end: one.stop,
        last: one.number,
        parts: 0,
        size: 0,
    }
}

fn inside(span: Option<(i64, i64)>, time: i64) -> bool {
    span.is_some_and(|(start, end)| start <= time && time < end)
}

fn is_blank_line(line: &[u8]) -> bool {
    line.iter().all(|&byte| is_ascii_blank(byte))
}

/// Whether the locator of one line stands before that of another: as text, as locators are.
fn locator_before(a: u64, b: u64) -> bool {
    let digits = |number: u64| number.checked_ilog10().unwrap_or(0);
    let (one, other) = (digits(a), digits(b));
    // Behind the number stands "@" or nothing; "@" is above all digits.
    match one.cmp(&other) {
        Ordering::Equal => a < b,
        Ordering::Less => a < b / 10u64.pow(other - one),
        Ordering::Greater => a / 10u64.pow(one - other) <= b,
    }
}

/// A line that says something: where it begins, where its text stops and where it ends.
struct Written {
    start: usize,
    stop: usize,
    end: usize,
    number: u64,
}

/// The bytes of a stretch, and what they are as a whole.
struct Bytes<'a> {
    data: &'a [u8],
    whole: Option<&'a str>,
    ascii: bool,
    has_zero: bool,
}

impl<'a> Bytes<'a> {
    fn new(data: &'a [u8]) -> Self {
        let (whole, has_zero) = (std::str::from_utf8(data).ok(), memchr(0, data).is_some());
        Self { data, whole, ascii: data.is_ascii(), has_zero }
    }

    /// The text of a line; nothing where Python must look at it.
    fn text(&self, line: &Written) -> &'a str {
        let bytes = &self.data[line.start..line.stop];
        let text = match self.whole {
            _ if line.end - line.start > LINE_LIMIT => None,
            Some(text) => text.get(line.start..line.stop),
            None => std::str::from_utf8(bytes).ok(),
        };
        text.filter(|_| !self.has_zero || !bytes.contains(&0)).unwrap_or_default()
    }

    /// The beginning of a line as far as it is text.
    fn head(&self, line: &Written) -> &'a str {
        let bytes = &self.data[line.start..line.stop.min(line.start + HEAD)];
        let bytes = &bytes[..memchr(0, bytes).unwrap_or(bytes.len())];
        bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
    }
}

/// The lines of a stretch.
struct Lines<'a> {
    data: &'a [u8],
    at: usize,
    number: u64,
}

impl Lines<'_> {
    /// Write the next lines; false: there are none.
    fn fill(&mut self, group: &mut Vec<Written>) -> bool {
        group.clear();
        while group.len() < GROUP && self.at < self.data.len() {
            let (start, number) = (self.at, self.number);
            let rest = &self.data[start..];
            let end = memchr(b'\n', rest).map_or(self.data.len(), |length| start + length);
            let mut stop = end;
            while stop > start && self.data[stop - 1] == b'\r' {
                stop -= 1;
            }
            if !is_blank_line(&self.data[start..stop]) {
                group.push(Written { start, stop, end, number });
            }
            (self.at, self.number) = (end + 1, number + 1);
        }
        !group.is_empty()
    }
}

impl Scan {
    pub fn new(reader: Reader, spans: Spans) -> Self {
        let formats = vec![0; reader.kinds_of_records()];
        let inner_frames = (0..reader.wrapping()).map(|_| Frames::default()).collect();
        Self {
            reader,
            inner_frames,
            tally: Tally::default(),
            facts: FileFacts { formats, ..FileFacts::default() },
            kept: HashMap::default(),
            spans,
            recipes: Recipes::default(),
            frames: Frames::default(),
            waiting: Queue::default(),
        }
    }

    /// Read a stretch that begins with a record and ends before the next; return what Python must read.
    pub fn stretch(&mut self, data: &[u8], place: Place, ask: &dyn Ask) -> Left {
        let bytes = Bytes::new(data);
        self.reader.look(data);
        self.frames.look(data);
        self.inner_frames.iter_mut().for_each(|frames| frames.look(data));
        self.recipes.make_room();
        let mut left = Left { runs: Vec::new(), orders: vec![Order::default()] };
        let mut open = Open::None;
        let mut streams = Streams::new(place.line);
        // Whether nobody knows whose the lines of the run at hand are.
        let mut is_anyones = false;
        let mut lines = Lines { data, at: 0, number: place.line };
        let (mut group, mut texts, mut found) = (Vec::new(), Vec::new(), Vec::new());
        let mut sought = Vec::with_capacity(GROUP);
        while lines.fill(&mut group) {
            texts.clear();
            texts.extend(group.iter().map(|one| bytes.text(one)));
            // Recipes count what they hold in a whole text.
            let is_for_recipe = |text: &str| bytes.whole.is_some() && !self.frames.may_know(text);
            sought.clear();
            sought.extend(group.iter().zip(&texts).map(|(one, text)| {
                let is_sought = !text.is_empty() && is_for_recipe(text);
                (one.start, if is_sought { one.stop } else { one.start })
            }));
            self.recipes.find(data, &sought, &mut found);
            for ((one, &text), &found) in group.iter().zip(&texts).zip(&found) {
                let wide = !bytes.ascii && !text.is_ascii();
                if !streams.are_met() {
                    if let Some(known) = self.read_known((one, text, wide), found, ask) {
                        let before = std::mem::replace(&mut open, Open::Known(known));
                        self.close(before, one.start, (&bytes, place), &mut left);
                        is_anyones = false;
                        continue;
                    }
                }
                if let Open::Known(known) = open {
                    open = Open::Record(self.unfolded(&known, &bytes));
                }
                let (read, found) = self.read(text, found, ask);
                let read = match read {
                    Line::Unread => self.placed(text, ask),
                    Line::Unknown if text.is_empty() => self.placed_by_head(bytes.head(one), ask),
                    read => read,
                };
                let (start, line) = (one.start, one.number);
                if streams.are_met() || read.stream() != PLAIN {
                    match std::mem::replace(&mut open, Open::None) {
                        Open::Run { start, line } if is_anyones => {
                            streams.take_any(line, Open::Run { start, line });
                        }
                        plain => self.close(plain, start, (&bytes, place), &mut left),
                    }
                    self.take_streamed(&mut streams, (read, found), (one, text, wide), ask);
                    while let Some((whole, next)) = streams.whole() {
                        self.close(whole, next.unwrap_or(start), (&bytes, place), &mut left);
                    }
                    continue;
                }
                open = match (read, open) {
                    (Line::Taken { format, facts, body, assumed, .. }, before) => {
                        self.close(before, start, (&bytes, place), &mut left);
                        is_anyones = false;
                        let read = (format, facts, body, assumed, found);
                        Open::Record(record_of(read, (one, text, wide)))
                    }
                    (Line::Nothing, Open::Record(mut record))
                        if !stripped(text).is_empty() && record.has_room(text, line) =>
                    {
                        record.append((text, one, wide));
                        Open::Record(record)
                    }
                    (read, before) => {
                        self.facts.joined += u64::from(matches!(read, Line::Joined));
                        is_anyones |= matches!(read, Line::Unread);
                        if matches!(read, Line::Unknown) {
                            self.learn_named(text, ask);
                        }
                        match before {
                            Open::None | Open::Nothing { .. } => Open::Run { start, line },
                            Open::Known(Known { start, line, .. })
                            | Open::Record(Record { start, line, .. })
                            | Open::Run { start, line } => Open::Run { start, line },
                        }
                    }
                };
            }
        }
        self.facts.cut += u64::from(streams.are_cut());
        while let Some((whole, next)) = streams.rest() {
            self.close(whole, next.unwrap_or(data.len()), (&bytes, place), &mut left);
        }
        self.close(open, data.len(), (&bytes, place), &mut left);
        self.settle(data, place);
        self.own(data);
        left
    }

    /// Take a line of a file that holds lines of containers.
    fn take_streamed<'a>(
        &mut self,
        streams: &mut Streams<'a>,
        (read, found): (Line<'a>, Found),
        (one, text, wide): (&Written, &'a str, bool),
        ask: &dyn Ask,
    ) {
        let (start, line) = (one.start, one.number);
        let run = Open::Run { start, line };
        let stream = read.stream();
        let (part, open) = match read {
            Line::Joined => {
                self.facts.joined += 1;
                return;
            }
            Line::Unread => return streams.take_any(line, run),
            Line::Unknown => {
                self.learn_named(text, ask);
                (Part::Unsure, run)
            }
            Line::Piece(_) => (Part::Piece, run),
            Line::Empty(_) => (Part::Empty, run),
            Line::Taken { format, facts, body, assumed, trace, .. } => {
                let is_plain = stream != PLAIN && format < self.reader.formats.len();
                let relation = match is_plain {
                    true => self.relation(streams, (stream, trace), &body),
                    false => Relation::Begins,
                };
                let known = streams.record(stream);
                match (relation, known) {
                    (Relation::Continues, Some(record))
                        if record.last + 1 == line && record.has_room(&body, line) =>
                    {
                        record.append((&body, one, wide));
                        return streams.prolong(line);
                    }
                    (Relation::Begins, _) => {
                        let read = (format, facts, body, assumed, found);
                        (Part::Begins, Open::Record(record_of(read, (one, text, wide))))
                    }
                    _ => (Part::Unsure, run),
                }
            }
            Line::Nothing | Line::Unsure(_) | Line::Wrapped(_) => (Part::Unsure, run),
        };
        let is_far = part == Part::Unsure && streams.span(stream, line) > NEAR;
        let part = if is_far && ask.begins(text) { Part::Begins } else { part };
        let is_sure = streams.take((stream, part), line, open)
            || part == Part::Begins
            || part == Part::Unsure && ask.begins(text);
        self.facts.joined += u64::from(!is_sure || streams.is_undecided());
    }

    /// Read a line that fits a recipe by that; none: it has to be read whole.
    fn read_known(
        &mut self,
        (one, text, wide): (&Written, &str, bool),
        found: Found,
        ask: &dyn Ask,
    ) -> Option<Known> {
        let Found::Recipe(recipe, shifts) = found else { return None };
        let header = &self.recipes.get(recipe).header;
        let places = self.recipes.shifts().of(shifts);
        let names = &mut self.tally.names;
        let (facts, assumed) = self.reader.facts_again(header, (text, places), names, ask)?;
        let &Written { start, stop, number: line, .. } = one;
        Some(Known { start, stop, line, recipe, shifts, facts, assumed, wide })
    }

    /// Return the record that a line begins which was read by a recipe.
    fn unfolded<'a>(&self, known: &Known, bytes: &Bytes<'a>) -> Record<'a> {
        let &Known { start, stop, line, recipe, shifts, facts, assumed, wide } = known;
        let one = Written { start, stop, end: stop, number: line };
        let (text, header) = (bytes.text(&one), &self.recipes.get(recipe).header);
        let body = &text[header.body(text.len(), self.recipes.shifts().of(shifts))];
        let found = Found::Recipe(recipe, shifts);
        record_of((header.format, facts, body.into(), assumed, found), (&one, text, wide))
    }

    /// Read a line, by a recipe where it has one.
    fn read<'a>(&mut self, text: &'a str, found: Found, ask: &dyn Ask) -> (Line<'a>, Found) {
        if text.is_empty() {
            return (Line::Unknown, Found::Nothing);
        }
        if self.frames.may_know(text) {
            if let Some(line) = self.read_named(text, ask) {
                return (self.unwrapped(line, ask), Found::Nothing);
            }
        }
        let names = &mut self.tally.names;
        if let Found::Recipe(id, shifts) = found {
            let header = &self.recipes.get(id).header;
            let shifts = self.recipes.shifts().of(shifts);
            if let Some(line) = self.reader.read_again(header, (text, shifts), names, ask) {
                return (line, found);
            }
            let read = self.reader.read(text, names, ask);
            return (self.unwrapped(read, ask), Found::Nothing);
        }
        let read = self.reader.read(text, names, ask);
        if matches!(read, Line::Wrapped(_)) {
            return (self.unwrapped(read, ask), Found::Nothing);
        }
        (read, found)
    }

    /// Return what a container's line that no format fits is to what its stream has open.
    fn relation(
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
    fn placed<'a>(&mut self, text: &'a str, ask: &dyn Ask) -> Line<'a> {
        match ask.stream(text) {
            None => Line::Joined,
            Some(None) => Line::Unknown,
            Some(Some((name, is_piece))) => {
                self.learn_named(text, ask);
                match self.reader.stream(&name) {
                    Some(stream) if is_piece => Line::Piece(stream),
                    Some(stream) => Line::Unsure(stream),
                    None => Line::Joined,
                }
            }
        }
    }

    /// Find the stream of a line of which only the head is text.
    fn placed_by_head<'a>(&mut self, head: &'a str, ask: &dyn Ask) -> Line<'a> {
        match self.reader.read(head, &mut self.tally.names, ask) {
            Line::Wrapped(outer) if outer.body.is_empty() => Line::Unread,
            Line::Wrapped(outer) if outer.is_piece => Line::Piece(outer.stream),
            Line::Wrapped(outer) => Line::Unsure(outer.stream),
            Line::Unread => Line::Unread,
            _ if head.len() < DEPTH => Line::Unread,
            _ => Line::Unknown,
        }
    }

    /// Read what stands inside a container's line, if it is one.
    fn unwrapped<'a>(&mut self, line: Line<'a>, ask: &dyn Ask) -> Line<'a> {
        let Line::Wrapped(outer) = line else { return line };
        if outer.is_piece {
            return Line::Piece(outer.stream);
        }
        if stripped(&outer.body).is_empty() {
            return Line::Empty(outer.stream);
        }
        let Outer { format: wrap, time, assumed, stream, body: text, .. } = outer;
        let is_raw = matches!(text, Cow::Borrowed(_));
        let found = match self.read_named_inside((wrap, time), &text, ask) {
            Some((format, facts, body)) => Some((format, facts, body, Trace::No)),
            None => {
                let names = &mut self.tally.names;
                match self.reader.read_inside((wrap, time, is_raw), &text, names, ask) {
                    Inside::Joined => return Line::Joined,
                    Inside::Unsure => None,
                    Inside::Taken { format, facts, body, trace } => {
                        Some((format, facts, Cow::Borrowed(&text[body.0..body.1]), trace))
                    }
                }
            }
        };
        let Some((format, facts, body, trace)) = found else {
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

    /// Count the records that wait, those of a recipe together.
    fn settle(&mut self, data: &[u8], place: Place) {
        let waiting = self.waiting.take();
        let (mut done, mut touched) = (0, 0);
        for alike in waiting.chunk_by(|one, other| one.recipe == other.recipe) {
            done += alike.len();
            while touched < done {
                touched += waiting::touch(&waiting[touched..], data);
            }
            let recipe = self.recipes.get(alike[0].recipe);
            let (known, header) = (&recipe.known, &recipe.header);
            self.facts.add_many(header, alike);
            self.tally.add_known(known, header, alike, (data, self.recipes.shifts()));
            let kept = self.kept.entry((known.shape, header.severity)).or_default();
            let last = alike.iter().map(|one| one.time).max();
            for one in alike {
                if Some(one.time) != last && !kept.may_take(one.time) {
                    continue;
                }
                let start = one.start as usize;
                kept.offer(Example {
                    time: one.time,
                    line: place.line + u64::from(one.line),
                    offset: place.offset + start as u64,
                    text: Text::Here(start, start + one.length as usize),
                });
            }
        }
        self.waiting.give_back(waiting);
        self.recipes.settle();
    }

    /// Take a record that was read by a recipe: it waits until it is counted with others.
    fn close_known(&mut self, known: &Known, place: Place, left: &mut Left) {
        let &Known { start, stop, line, recipe, shifts, facts, assumed, wide } = known;
        let time = facts.time.unwrap_or(0);
        self.facts.assumed += u64::from(assumed);
        self.facts.wide += u64::from(wide);
        if let Some(order) = left.orders.last_mut() {
            order.add(facts.address, time);
        }
        let Facts { module, service, host, .. } = facts;
        let (line, length) = ((line - place.line) as u32, (stop - start) as u32);
        let start = start as u32;
        let waiting = Waiting { recipe, start, length, shifts, line, module, service, host, time };
        self.waiting.push(self.recipes.group(recipe, shifts), waiting);
    }

    /// Make a recipe of a line, if its digits allow it.
    fn learn(&mut self, hash: u64, line: &str, (format, facts, body): Taken<'_>) {
        let Some(mut checks) = self.recipes.checks_of(line) else { return };
        let header = self.reader.learn(format, line, facts, &mut checks);
        match header.zip(self.tally.learn(line, body, &mut checks)) {
            Some((header, known)) => {
                let start = body.as_ptr() as usize - line.as_ptr() as usize;
                checks.same_but_free(line, (start, line.len()));
                self.recipes.keep((hash, line), &checks, header, known);
            }
            None => self.recipes.refuse(hash),
        }
    }

    fn close(
        &mut self,
        open: Open<'_>,
        next: usize,
        (bytes, place): (&Bytes<'_>, Place),
        left: &mut Left,
    ) {
        match open {
            Open::None | Open::Nothing { .. } => {}
            Open::Run { start, line } => {
                left.runs.push(Run { start, end: next, line });
                left.orders.push(Order::default());
            }
            Open::Known(known) if self.spans.keeps(known.facts.time.unwrap_or(0)) => {
                self.close_known(&known, place, left);
            }
            Open::Known(known) => {
                let record = self.unfolded(&known, bytes);
                self.close_record(record, place, left);
            }
            Open::Record(record) => match record.known() {
                Some(known) if self.spans.keeps(known.facts.time.unwrap_or(0)) => {
                    self.close_known(&known, place, left);
                }
                _ => self.close_record(record, place, left),
            },
        }
    }

    /// Count a record that does not wait.
    fn close_record(&mut self, record: Record<'_>, place: Place, left: &mut Left) {
        let Record { start, line, text, format, facts, body, assumed, wide, found, end, .. } =
            record;
        let seen = &mut self.facts;
        let time = facts.time.unwrap_or(0);
        seen.records += 1;
        seen.formats[format] += 1;
        seen.assumed += u64::from(assumed);
        seen.wide += wide;
        seen.without_level += u64::from(facts.level == NOTHING);
        seen.span(time, time);
        if inside(self.spans.before, time) {
            seen.before += 1;
            seen.before_without_level += u64::from(facts.severity == 0);
            match found {
                Found::Recipe(id, _) => {
                    let known = &self.recipes.get(id).known;
                    self.tally.add_before_known(known, &facts, &body);
                }
                _ => drop(self.tally.add_before(&facts, &body)),
            }
        } else if self.spans.keeps(time) {
            seen.kept += 1;
            seen.kept_without_level += u64::from(facts.severity == 0);
            if let Some(order) = left.orders.last_mut() {
                order.add(facts.address, time);
            }
            let (shape, _) = self.tally.add(&facts, &body);
            if let Found::Again(hash) = found {
                self.learn(hash, text, (format, &facts, &body));
            }
            let offset = place.offset + start as u64;
            let example = Example { time, line, offset, text: Text::Here(start, end) };
            self.keep(shape, facts.severity, example);
        } else {
            seen.outside += 1;
        }
    }

    fn keep(&mut self, shape: u32, severity: i8, example: Example) {
        let kept = self.kept.entry((shape, severity)).or_default();
        kept.offer(example);
    }

    /// Give the kept records of this stretch bytes of their own.
    fn own(&mut self, data: &[u8]) {
        for kept in self.kept.values_mut() {
            for example in kept.first.iter_mut().chain(&mut kept.last) {
                if let Text::Here(start, end) = example.text {
                    example.text = Text::Own(data[start..end].into());
                }
            }
        }
    }

    /// Return the tables so far; they and the kept records are forgotten.
    pub fn take(&mut self) -> Tally {
        self.kept.clear();
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
            kept.first.into_iter().chain(kept.last).for_each(|example| known.offer(example));
        }
        let (seen, more) = (&mut self.facts, other.facts);
        seen.records += more.records;
        seen.outside += more.outside;
        seen.kept += more.kept;
        seen.before += more.before;
        seen.without_level += more.without_level;
        seen.kept_without_level += more.kept_without_level;
        seen.before_without_level += more.before_without_level;
        seen.assumed += more.assumed;
        seen.wide += more.wide;
        seen.joined += more.joined;
        seen.cut += more.cut;
        seen.first = [seen.first, more.first].into_iter().flatten().min();
        seen.last = [seen.last, more.last].into_iter().flatten().max();
        for (n, more) in seen.formats.iter_mut().zip(more.formats) {
            *n += more;
        }
    }

    /// Return where the last line begins that surely begins a record, if any but the first line does.
    pub fn last_record(&mut self, data: &[u8], ask: &dyn Ask) -> Option<usize> {
        let mut end = memrchr(b'\n', data)?;
        self.reader.look(data);
        if self.reader.streams() > 0 {
            return self.last_of_streams(data, ask);
        }
        let mut asked = 0;
        loop {
            let start = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            if start == 0 {
                return None;
            }
            let line = std::str::from_utf8(&data[start..end]).unwrap_or("").trim_end_matches('\r');
            let plain =
                !line.is_empty() && line.len() <= LINE_LIMIT && !line.as_bytes().contains(&0);
            let surely = plain
                && match self.reader.read(line, &mut self.tally.names, ask) {
                    Line::Taken { .. } => true,
                    Line::Unknown if asked < ASKED => {
                        asked += 1;
                        ask.begins(line)
                    }
                    _ => false,
                };
            if surely {
                return Some(start);
            }
            end = start - 1;
        }
    }

    /// The same where a file holds lines of containers: what each of their streams goes on with there surely
    /// begins a record, too.
    fn last_of_streams(&mut self, data: &[u8], ask: &dyn Ask) -> Option<usize> {
        // What no stream goes on with in so many lines is whole.
        let mut end = memrchr(b'\n', data)?;
        for _ in 0..=AHEAD {
            end = memrchr(b'\n', &data[..end])?;
        }
        for _ in 0..ASKED {
            let start = memrchr(b'\n', &data[..end])? + 1;
            if self.all_begin(&data[start..], ask) && !self.is_within_line(&data[..start], ask) {
                return Some(start);
            }
            end = start - 1;
        }
        None
    }

    /// Whether the first line surely begins a record, and so does the first of each stream in what follows.
    fn all_begin(&mut self, data: &[u8], ask: &dyn Ask) -> bool {
        let mut met = 0;
        for line in data.split(|&byte| byte == b'\n').take(AHEAD + 1) {
            let text = std::str::from_utf8(line).unwrap_or("").trim_end_matches('\r');
            if is_blank_line(line) && met != 0 {
                continue;
            }
            let stream = match self.stream_of(text, ask) {
                Some(stream) if met & 1 << stream == 0 => stream,
                Some(_) => continue,
                None => return false,
            };
            let (read, _) = self.read(text, Found::Nothing, ask);
            let formats = self.reader.formats.len();
            let surely = match read {
                Line::Taken { format, stream, .. } if format >= formats || stream == PLAIN => true,
                Line::Taken { body, trace: Trace::No, .. } => {
                    self.reader.stacks.ends(&body) == Answer::No
                }
                Line::Unsure(_) | Line::Unknown | Line::Unread | Line::Nothing => ask.begins(text),
                _ => false,
            };
            // What stands between containers' lines belongs to none of them.
            if !surely && (met == 0 || stream != PLAIN) {
                return false;
            }
            met |= 1 << stream;
        }
        true
    }

    /// Return the stream of a line; none: nobody knows.
    fn stream_of(&mut self, text: &str, ask: &dyn Ask) -> Option<u8> {
        let plain = !text.is_empty() && text.len() <= LINE_LIMIT && !text.as_bytes().contains(&0);
        let known = if self.frames.may_know(text) { self.read_named(text, ask) } else { None };
        match known.unwrap_or_else(|| self.reader.read(text, &mut self.tally.names, ask)) {
            Line::Joined => None,
            Line::Unread => match self.placed(text, ask) {
                Line::Joined => None,
                line => plain.then_some(line.stream()),
            },
            line => plain.then_some(line.stream()),
        }
    }

    /// Whether a line of a container before the end of some was cut there.
    fn is_within_line(&mut self, data: &[u8], ask: &dyn Ask) -> bool {
        let mut met = 0u32;
        let mut end = data.len().saturating_sub(1);
        for _ in 0..BACK {
            let start = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            let text = std::str::from_utf8(&data[start..end]).unwrap_or("");
            let names = &mut self.tally.names;
            if let Line::Wrapped(outer) = self.reader.read(text, names, ask) {
                if outer.is_piece && met & 1 << outer.stream == 0 {
                    return true;
                }
                met |= 1 << outer.stream;
            }
            if start == 0 || met.count_ones() as usize == self.reader.streams() {
                return false;
            }
            end = start - 1;
        }
        false
    }
}

impl Kept {
    /// Whether a record of a time may be among the earliest.
    fn may_take(&self, time: i64) -> bool {
        self.first.get(FIRST - 1).is_none_or(|early| time <= early.time)
    }

    /// Keep an example if it is among the earliest or the last; one that is there is not kept twice.
    fn offer(&mut self, example: Example) {
        if let ([_, _, early], [last]) = (&*self.first, &mut *self.last) {
            if early.time < example.time && last.time != example.time {
                if last.time < example.time {
                    *last = example;
                }
                return;
            }
        }
        let before = |a: &Example, b: &Example| {
            a.time < b.time
                || (a.time == b.time && a.line != b.line && locator_before(a.line, b.line))
        };
        let place =
            self.first.iter().rposition(|one| !before(&example, one)).map_or(0, |at| at + 1);
        let known = place > 0 && self.first[place - 1].line == example.line;
        let late = match self.last.first() {
            Some(last) => before(last, &example),
            None => true,
        };
        if late {
            self.last.clear();
            self.last.push(example.clone());
        }
        if place < FIRST && !known {
            self.first.insert(place, example);
            self.first.truncate(FIRST);
        }
    }
}

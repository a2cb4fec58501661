//! The record at hand.

use std::borrow::Cow;

use crate::facts::Left;
use crate::frames::Stretch;
use crate::items::Item;
use crate::reader::Around;
use crate::recipes::Found;
use crate::tally::Facts;
use crate::waiting::Waiting;
use crate::written::Written;

/// Lines that follow the first of a record at most, and their text: `FOLLOWING_LINES` and `FOLLOWING_CHARACTERS` of
/// `sources.files.joining` [bytes, which are no fewer than characters].
pub const FOLLOWING_LINES: u64 = 500;
pub const FOLLOWING_BYTES: usize = 1 << 16;

/// A record that is read: its first line, and as much as was read of others.
pub struct Record<'a> {
    pub start: usize,
    pub line: u64,
    pub text: Cow<'a, str>,
    /// Which of its line it is, from 1; 0: it is the only one.
    pub item: u32,
    pub format: usize,
    pub facts: Facts,
    pub body: Cow<'a, str>,
    pub assumed: bool,
    /// Lines with text beyond ASCII.
    pub wide: u64,
    pub found: Found,
    /// Where its last line ends, which that is, and how many lines and bytes follow the first.
    pub end: usize,
    pub last: u64,
    pub parts: u64,
    pub size: usize,
    /// Of what says no time: whether its last line looked like part of a trace.
    pub in_trace: bool,
    /// Whether Python reads it, though it is known what it is.
    pub is_left: bool,
    /// All that stands inside its lines, where the first of a container's opened it.
    pub inside: Option<Box<str>>,
    /// Where all of it stands, if something else stands between; with ends of lines between these if it is of several lines.
    pub pieces: Vec<Stretch>,
}

/// Lines of a record that the first of them opened.
pub struct Opened<'a> {
    pub lines: Record<'a>,
    /// Whether they are a record by now.
    pub is_whole: bool,
    /// Whether one of those below the first might stand alone, or open a record.
    pub holds_others: bool,
    /// Where a container wrote them: the format and what else stands around the first of them.
    pub around: Option<(usize, Around)>,
    /// Likewise, whether the last of them looked like part of a trace, and the last line of the stream.
    pub in_trace: bool,
    pub seen: u64,
}

/// A record of one line that was read by a recipe.
#[derive(Clone, Copy)]
pub struct Known {
    pub waiting: Waiting,
    /// The host's address alone.
    pub address: u32,
    pub assumed: bool,
    pub wide: bool,
}

/// The record at hand.
pub enum Open<'a> {
    None,
    Known(Known),
    Record(Record<'a>),
    /// Those of one line.
    Items(Vec<Record<'a>>),
    /// Lines of a record that the first of them opened; its body is all of them.
    Opened(Opened<'a>),
    Run {
        start: usize,
        line: u64,
    },
    /// A line that adds nothing to another.
    Nothing {
        start: usize,
    },
}

/// What was met of a stretch: what it leaves, and the records that wait until all of it was read, where they have to.
pub struct Met<'a> {
    pub left: Left,
    pub later: Option<Vec<Record<'a>>>,
}

/// What a line turned out to be: format, facts, body, whether its year or day was assumed, and by what it was found.
pub type Told<'a> = (usize, Facts, Cow<'a, str>, bool, Found);

impl Known {
    /// Return the run that begins with it, in a stretch that begins with a line.
    pub fn run(&self, first: u64) -> Open<'static> {
        let Waiting { start, line, .. } = self.waiting;
        Open::Run { start: start as usize, line: first + u64::from(line) }
    }
}

impl Record<'_> {
    /// Return it as it was read by a recipe, if it was, in a stretch that begins with a line.
    pub fn known(&self, first: u64) -> Option<Known> {
        let Found::Recipe(recipe, shifts) = self.found else { return None };
        let &Self { start, end, line, facts, assumed, wide, .. } = self;
        let place = (start, end, (line - first) as u32);
        let waiting = Waiting::new((recipe, shifts), place, &facts);
        Some(Known { waiting, address: facts.address, assumed, wide: wide > 0 })
    }

    /// Whether it has room for a line.
    pub fn has_room(&self, text: &str, number: u64) -> bool {
        let lines = self.parts + number - self.last;
        lines <= FOLLOWING_LINES && self.size + text.len() <= FOLLOWING_BYTES
    }

    /// Whether it has room for a line, whatever stands between.
    pub fn has_room_below(&self, text: &str) -> bool {
        self.parts < FOLLOWING_LINES && self.size + text.len() <= FOLLOWING_BYTES
    }

    /// Let a line be part of it, with the blank ones before that.
    pub fn append(&mut self, (text, one, wide): (&str, &Written, bool)) {
        self.put(one.number - self.last - 1, (text, one, wide));
    }

    /// Let a line be part of it; those between are of others.
    pub fn append_below(&mut self, (text, one, wide): (&str, &Written, bool)) {
        self.stand_in(one);
        self.put(0, (text, one, wide));
    }

    /// Let a line hold a piece of its last line; those between are of others.
    pub fn reach(&mut self, (one, wide): (&Written, bool)) {
        self.stand_in(one);
        (self.end, self.last) = (one.stop, one.number);
        self.wide += u64::from(wide);
    }

    /// Note that a line holds some of it.
    fn stand_in(&mut self, one: &Written) {
        if self.last + 1 < one.number {
            if self.pieces.is_empty() {
                self.pieces.push((self.start, self.end));
            }
            self.pieces.push((one.start, one.stop));
        } else if let Some(piece) = self.pieces.last_mut() {
            piece.1 = one.stop;
        }
    }

    fn put(&mut self, blank: u64, (text, one, wide): (&str, &Written, bool)) {
        let body = self.body.to_mut();
        (0..=blank).for_each(|_| body.push('\n'));
        body.push_str(text);
        (self.end, self.last, self.parts) = (one.stop, one.number, self.parts + blank + 1);
        (self.size, self.wide) = (self.size + text.len(), self.wide + u64::from(wide));
        self.found = Found::Nothing;
    }
}

impl Open<'_> {
    /// Return where it begins.
    pub fn start(&self) -> Option<usize> {
        match *self {
            Open::None => None,
            Open::Items(ref records) => records.first().map(|record| record.start),
            Open::Known(Known { waiting, .. }) => Some(waiting.start as usize),
            Open::Record(Record { start, .. })
            | Open::Opened(Opened { lines: Record { start, .. }, .. })
            | Open::Run { start, .. }
            | Open::Nothing { start } => Some(start),
        }
    }
}

pub fn record_of<'a>(
    (format, facts, body, assumed, found): Told<'a>,
    (one, text, wide): (&Written, &'a str, bool),
) -> Record<'a> {
    Record {
        start: one.start,
        line: one.number,
        text: text.into(),
        item: 0,
        format,
        facts,
        body,
        assumed,
        wide: wide_lines(text, wide),
        found,
        end: one.stop,
        last: one.number,
        parts: 0,
        size: 0,
        in_trace: false,
        is_left: false,
        inside: None,
        pieces: Vec::new(),
    }
}

/// Return how many lines of a text are no ASCII, if one is.
fn wide_lines(text: &str, wide: bool) -> u64 {
    match memchr::memchr(b'\n', text.as_bytes()) {
        Some(_) if wide => text.split('\n').filter(|line| !line.is_ascii()).count() as u64,
        _ => u64::from(wide),
    }
}

/// Return the records of one line, in their order.
pub fn records_of<'a>(
    items: Vec<Item>,
    (one, text, wide): (&Written, &'a str, bool),
) -> Vec<Record<'a>> {
    let record = |(item, found): (u32, Item)| {
        let Item { format, facts, body, text: alone, mut pieces } = found;
        pieces.iter_mut().for_each(|piece| *piece = (one.start + piece.0, one.start + piece.1));
        let read = (format, facts, body.into(), false, Found::Nothing);
        let record = record_of(read, (one, text, wide && item == 1));
        Record { text: alone.into(), item, pieces, ..record }
    };
    (1..).zip(items).map(record).collect()
}

/// Return the run that begins with the line of some records.
pub fn run_of(records: &[Record<'_>]) -> Open<'static> {
    records.first().map_or(Open::None, |&Record { start, line, .. }| Open::Run { start, line })
}

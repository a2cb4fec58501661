//! Which format a line has, and what its header says: the first format in their order that fits.

mod formats;
mod inside;
mod joining;
mod saying;
mod stacks;
mod stamps;

use std::borrow::Cow;

use hashbrown::HashMap;

use crate::chars::prefix;
use crate::fields::are_no_pairs;
use crate::frames::Lesson;
use crate::hashing::QuickState;
use crate::items::Item;
use crate::routes::Routes;
use crate::steps::{Answer, NOTES, Notes, Program, UNMET};
use crate::tally::{Facts, NOTHING};
use crate::texts::Names;

pub use formats::{Field, Fields, Format, Parts, Use};
pub use inside::{Inside, joined};
pub use joining::NO_FORMAT;
pub(crate) use joining::put_together;
use saying::{Said, facts_of};
pub(crate) use saying::{file_of, with_error, with_rest};
pub use stacks::{Stacks, Trace};
pub use stamps::{Asked, How, Kind, epoch};

/// What only Python can say; every answer is remembered.
pub trait Ask {
    /// Severity number and spelling of a level word; an empty spelling: no level.
    fn level(&self, format: usize, word: &str) -> Option<(i8, String)>;
    /// Microseconds of a minute in a kind of stamp; none: no time.
    fn minute(
        &self,
        format: usize,
        kind: &str,
        minute: &str,
        offset: &str,
        zone: &str,
    ) -> Option<Option<i64>>;
    /// A stamp of a kind that is not taken apart here.
    fn stamp(&self, format: usize, kind: &str, text: &str, zone: &str) -> Option<Option<Asked>>;
    /// The workload that a pod belongs to.
    fn workload(&self, pod: &str) -> Option<String>;
    /// Whether a line that Python reads surely begins a record, and is all of it.
    fn begins(&self, line: &str) -> bool;
    /// Behind how many lines a record of several ends that one may open before which so many stand; none: that the first
    /// of them may open in its stream of a container. 0: behind all of them, below: Python reads the whole file.
    fn block(&self, _lines: &[u8], _opened: Option<u64>) -> i64 {
        -1
    }
    /// Whether some lines are one record, which the first of them opens, and that has ended with them.
    fn is_record(&self, _lines: &[u8]) -> bool {
        false
    }
    /// The format of records of several lines of which a line opens one; none: it opens none.
    fn opens(&self, _line: &str) -> Option<usize> {
        None
    }
    /// Whether the last of some lines, the first of which begins a record, begins another, and nothing else is open.
    fn stands_apart(&self, _lines: &[u8]) -> bool {
        false
    }
    /// How lines like one that Python reads are read; none: they cannot be.
    fn lesson(&self, line: &str) -> Option<Lesson>;
    /// The stream of a line if it is a container's, whether more of it follows, and whether it opens a record of several.
    fn stream(&self, line: &str) -> Option<Option<(String, bool, bool)>>;
    /// The same of a text inside a line of a format.
    fn lesson_inside(&self, wrap: usize, text: &str) -> Option<Lesson>;
}

/// Levels, minutes and pods that are remembered; then all are forgotten at once.
const REMEMBERED: usize = 20_000;

pub struct Reader {
    pub formats: Vec<Format>,
    pub kinds: Vec<Kind>,
    pub(crate) address: Program,
    /// Minutes that their stamps say, and those that are placed by what they are read by.
    minutes: [HashMap<Box<str>, Option<i64>, QuickState>; 2],
    pods: HashMap<Box<str>, Box<str>, QuickState>,
    pub(crate) routes: Routes,
    /// The formats that wrap others.
    wraps: Vec<usize>,
    pub(crate) stacks: Stacks,
    /// What lists of records in one line are called.
    pub lists: Vec<Box<str>>,
    /// Lines that were read whole since bytes were looked at.
    read_whole: usize,
    /// Streams of containers and their numbers, and the name of the one at hand.
    streams: HashMap<Box<str>, u8, QuickState>,
    stream_name: String,
}

/// The number of what is no container's.
pub const PLAIN: u8 = 0;
/// Streams of containers that are told apart.
pub const STREAMS: usize = 64;

/// What a line turned out to be.
pub enum Line<'a> {
    /// A record of a format: its facts, its body, whether its year or day was assumed, and its stream.
    Taken {
        format: usize,
        facts: Facts,
        body: Cow<'a, str>,
        assumed: bool,
        stream: u8,
        trace: Trace,
    },
    /// Records of one line.
    Items(Vec<Item>),
    /// What a container runtime put around a line.
    Wrapped(Outer<'a>),
    /// A container's line that may belong to the one before it in its stream, or Python must read.
    Unsure(u8),
    /// A container's line that opens a record of several lines of a format inside.
    OpensInside(usize, Outer<'a>),
    /// A container's line that may open one of which only Python says where it ends.
    BlockInside(u8),
    /// A piece of a container's line: more of it follows; and whether all of it may open a record of several lines.
    Piece(u8, bool),
    /// A container's line that says nothing.
    Empty(u8),
    /// What is read of it but for what stands in its message, which is named fields or Python's.
    Holds { format: usize, facts: Facts, body: &'a str, assumed: bool },
    /// It opens a record of several lines of a format.
    Opens(usize),
    /// Surely no format fits.
    Nothing,
    /// Python must read it.
    Unknown,
    /// Python must read it, and it may be a container's.
    Unread,
    /// Python must read the whole file.
    Joined,
    /// It may open a record of a format, of several lines that could stand alone.
    Block(usize),
}

impl Line<'_> {
    /// Return the number of its stream.
    pub fn stream(&self) -> u8 {
        match self {
            Line::Taken { stream, .. } => *stream,
            Line::Wrapped(outer) | Line::OpensInside(_, outer) => outer.stream,
            Line::BlockInside(stream) => *stream,
            Line::Unsure(stream) | Line::Piece(stream, _) | Line::Empty(stream) => *stream,
            Line::Holds { .. } | Line::Opens(_) | Line::Nothing => PLAIN,
            Line::Unknown | Line::Unread | Line::Joined | Line::Block(_) | Line::Items(_) => PLAIN,
        }
    }
}

/// What a container runtime says of a line: its format, when and of which service, in which stream, and what stands inside.
pub struct Outer<'a> {
    pub format: usize,
    pub around: Around,
    pub assumed: bool,
    pub stream: u8,
    pub is_piece: bool,
    pub body: Cow<'a, str>,
}

/// What is said around a line: when it was, if that is said, and of which service.
#[derive(Clone, Copy)]
pub struct Around {
    pub time: Option<i64>,
    pub service: u32,
}

/// Severity of OpenTelemetry's from which on a record tells of a failure: `WARN` of `kernel.levels`.
pub const WARN: i8 = 13;
/// A pattern sees this much of a text, what follows belongs to the body: `HEAD` of `kernel.line_formats` [characters]. Lines
/// of a fuzzer are short.
pub const HEAD: usize = if cfg!(fuzzing) { 256 } else { 4096 };

/// Return what a pattern sees of a text.
#[inline]
pub(crate) fn head_of(text: &str) -> &str {
    if text.len() <= HEAD { text } else { prefix(text, HEAD) }
}

impl Reader {
    pub fn new(
        mut formats: Vec<Format>,
        kinds: Vec<Kind>,
        address: Program,
        stacks: Stacks,
    ) -> Self {
        let routes = routes_of(&formats, (0..formats.len()).collect());
        for at in 0..formats.len() {
            let inner = std::mem::take(&mut formats[at].inner);
            let unlevelled = std::mem::take(&mut formats[at].unlevelled);
            let inside = |inner: Vec<usize>| {
                (!inner.is_empty()).then(|| Box::new(routes_of(&formats, inner)))
            };
            let both = (inside(inner), inside(unlevelled));
            (formats[at].inside, formats[at].inside_unlevelled) = both;
        }
        let wraps = (0..formats.len())
            .filter(|&at| {
                let Format { purpose, inside, inside_unlevelled, .. } = &formats[at];
                *purpose == Use::Wraps || inside.is_some() || inside_unlevelled.is_some()
            })
            .collect();
        Self {
            formats,
            kinds,
            address,
            minutes: <[_; 2]>::default(),
            pods: HashMap::default(),
            routes,
            wraps,
            stacks,
            lists: Vec::new(),
            read_whole: 0,
            streams: HashMap::default(),
            stream_name: String::new(),
        }
    }

    /// How many formats there are, and those inside each that wraps others or may hold them.
    pub fn kinds_of_records(&self) -> usize {
        self.formats.len() * (1 + self.wraps.len())
    }

    /// The number of a format among those that wrap others or may hold them.
    pub fn wrap_of(&self, format: usize) -> Option<usize> {
        self.wraps.iter().position(|&one| one == format)
    }

    /// Return the number of a format by its place among those that wrap others or may hold them.
    pub fn wrapping_at(&self, place: usize) -> usize {
        self.wraps[place]
    }

    /// How many formats wrap others or may hold them.
    pub fn wrapping(&self) -> usize {
        self.wraps.len()
    }

    /// How many streams of containers were met.
    pub fn streams(&self) -> usize {
        self.streams.len()
    }

    /// Return the number of a stream; none: there are too many.
    pub fn stream(&mut self, name: &str) -> Option<u8> {
        if let Some(&known) = self.streams.get(name) {
            return Some(known);
        }
        let at = self.streams.len() + 1;
        if at >= STREAMS {
            return None;
        }
        self.streams.insert(name.into(), at as u8);
        Some(at as u8)
    }

    /// Read a line without its end.
    pub fn read<'a>(&mut self, line: &'a str, names: &mut Names, ask: &dyn Ask) -> Line<'a> {
        let formats = &self.formats;
        let place = self.routes.place(line.as_bytes(), &|at| &formats[at as usize].program);
        let head = head_of(line);
        self.read_whole += 1;
        let mut notes: Notes = [UNMET; NOTES];
        for at in 0..self.routes.offered(place).len() {
            let format = self.routes.offered(place)[at] as usize;
            let told = &self.formats[format];
            if told.absent || told.is_missed_by(line.as_bytes()) {
                continue;
            }
            match self.formats[format].program.run(head, &mut notes) {
                Answer::No => continue,
                Answer::Unknown => return self.unread(place),
                Answer::Yes => {}
            }
            match self.formats[format].purpose {
                Use::Pairs if are_no_pairs(line) => continue,
                Use::Python | Use::Pairs => return self.unread(place),
                Use::Joined => return Line::Joined,
                Use::Block => return Line::Block(format),
                // Of a long line that opens a record of several only Python knows what it says.
                Use::Opens if head.len() < line.len() => return self.unread(place),
                Use::Opens => return Line::Opens(format),
                // An object is Python's until it taught how its like are read.
                Use::Wraps if self.formats[format].fields.is_empty() => return Line::Unread,
                Use::Read | Use::Wraps => {}
            }
            match self.said(format, line, &notes, names, ask) {
                Err(Answer::No) => {}
                Err(_) => return self.unread(place),
                Ok(said) if self.formats[format].purpose == Use::Wraps => {
                    return self.wrapped(format, &said, names);
                }
                Ok(said) => return self.finished(format, &said, names, ask),
            }
        }
        Line::Nothing
    }

    /// Return what a line at a place is that Python must read.
    fn unread<'a>(&self, place: u32) -> Line<'a> {
        let may_wrap = |&at: &u16| self.formats[at as usize].purpose == Use::Wraps;
        if self.routes.offered(place).iter().any(may_wrap) { Line::Unread } else { Line::Unknown }
    }

    /// Whether a line may open a record of several lines that could stand alone.
    pub(crate) fn may_begin_block(&mut self, line: &str) -> bool {
        let formats = &self.formats;
        let place = self.routes.place(line.as_bytes(), &|at| &formats[at as usize].program);
        let opens = |&at: &u16| {
            let format = &formats[at as usize];
            format.purpose == Use::Block
                && !format.is_missed_by(line.as_bytes())
                && format.program.run(head_of(line), &mut [UNMET; NOTES]) != Answer::No
        };
        self.routes.offered(place).iter().any(opens)
    }

    /// Return the formats that a line may have by its first characters, in their order.
    pub fn offered(&mut self, line: &str) -> Vec<usize> {
        let formats = &self.formats;
        let place = self.routes.place(line.as_bytes(), &|at| &formats[at as usize].program);
        self.routes.offered(place).iter().map(|&at| at.into()).collect()
    }

    fn wrapped<'a>(&mut self, format: usize, said: &Said<'a>, names: &Names) -> Line<'a> {
        let Said { time, assumed, is_piece, body, .. } = *said;
        let service = said.service.unwrap_or(NOTHING);
        let Some(stream) = self.stream_of(said, names.text(service)) else { return Line::Joined };
        let around = Around { time, service };
        Line::Wrapped(Outer { format, around, assumed, stream, is_piece, body: body.into() })
    }

    /// Return the number of the stream of a line; none: there are too many. Its name is that of `stream_of` of
    /// `kernel.value_roles`.
    fn stream_of(&mut self, said: &Said<'_>, service: &str) -> Option<u8> {
        if service.is_empty() && said.among.iter().all(|one| one.is_empty()) {
            return self.stream(said.stream);
        }
        let mut name = std::mem::take(&mut self.stream_name);
        name.clear();
        for part in [service, said.stream].iter().chain(&said.among) {
            name.push('/');
            name.push_str(part);
        }
        let found = self.stream(&name);
        self.stream_name = name;
        found
    }

    fn finished<'a>(
        &mut self,
        format: usize,
        said: &Said<'a>,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Line<'a> {
        let outer = facts_of(said, names);
        let inner = match said.body {
            "" => None,
            _ if !said.error.is_empty() => None,
            text => {
                let outside = (format, outer.time.unwrap_or_default());
                self.read_message(outside, true, text, names, ask)
            }
        };
        let (format, facts, body) = match inner {
            None => (format, Some(outer), said.body),
            // It was when what stands inside says.
            Some(_) if outer.time.is_none() => return Line::Unknown,
            Some(Inside::Taken { format, facts, body: (start, end), .. }) => {
                (format, joined(outer, facts), &said.body[start..end])
            }
            Some(_) => {
                let Said { body, assumed, .. } = *said;
                return Line::Holds { format, facts: outer, body, assumed };
            }
        };
        let Some(facts) = facts else { return Line::Unknown };
        let (body, assumed) = (with_error(body, said.error), said.assumed);
        Line::Taken { format, facts, body, assumed, stream: PLAIN, trace: Trace::No }
    }

    /// Whether a body may be a line of one of the formats that its own format looks for in it; in lines that state no
    /// level these may be more.
    pub(crate) fn may_hold_another(
        &mut self,
        format: usize,
        body: &str,
        is_levelled: bool,
    ) -> bool {
        if body.is_empty() {
            return false;
        }
        let further = self.formats[format].looks_further(is_levelled);
        let Some(mut inside) = self.formats[format].inside_of(further).take() else { return false };
        let formats = &self.formats;
        let place = inside.place(body.as_bytes(), &|at| &formats[at as usize].program);
        let mut notes: Notes = [UNMET; NOTES];
        let found = inside.offered(place).iter().any(|&at| {
            let format = &formats[at as usize];
            !format.is_missed_by(body.as_bytes())
                && format.program.run(head_of(body), &mut notes) != Answer::No
        });
        *self.formats[format].inside_of(further) = Some(inside);
        found
    }
}

/// Return the routes of some formats, in their order.
fn routes_of(formats: &[Format], members: Vec<usize>) -> Routes {
    let loose = members.iter().map(|&at| formats[at].holds.is_some()).collect();
    Routes::new(members.iter().map(|&at| at as u16).collect(), loose)
}

/// A text without blanks at its ends, as Python strips it.
pub(crate) fn stripped(text: &str) -> &str {
    text.trim_matches(|char| crate::chars::is_blank(char) || char == '\u{3000}')
}

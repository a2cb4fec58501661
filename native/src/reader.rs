//! Which format a line has, and what its header says: the first format in their order that fits.

mod formats;
mod inside;
mod joining;
mod stacks;
mod stamps;

use std::borrow::Cow;

use hashbrown::HashMap;

use crate::fields::are_no_pairs;
use crate::frames::Lesson;
use crate::hashing::QuickState;
use crate::items::Item;
use crate::routes::Routes;
use crate::steps::{Answer, NOTES, Notes, Program, UNMET};
use crate::tally::{Facts, NOTHING};
use crate::texts::Names;

pub use formats::{Field, Format, Use};
pub use inside::{Inside, joined};
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
    /// Behind how many lines a record of several ends that one may open before which so many stand; 0: behind all of
    /// them, below: Python reads the whole file.
    fn block(&self, _lines: &[u8], _opened: u64) -> i64 {
        -1
    }
    /// How lines like one that Python reads are read; none: they cannot be.
    fn lesson(&self, line: &str) -> Option<Lesson>;
    /// The stream of a line if it is a container's, and whether more of it follows.
    fn stream(&self, line: &str) -> Option<Option<(String, bool)>>;
    /// The same of a text inside a line of a format.
    fn lesson_inside(&self, wrap: usize, text: &str) -> Option<Lesson>;
}

/// Levels, minutes and pods that are remembered; then all are forgotten at once.
const REMEMBERED: usize = 20_000;

pub struct Reader {
    pub formats: Vec<Format>,
    pub kinds: Vec<Kind>,
    pub(crate) address: Program,
    minutes: HashMap<Box<str>, Option<i64>, QuickState>,
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
    /// A piece of a container's line: more of it follows.
    Piece(u8),
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
    /// It may open a record of several lines that could stand alone.
    Block,
}

impl Line<'_> {
    /// Return the number of its stream.
    pub fn stream(&self) -> u8 {
        match self {
            Line::Taken { stream, .. } => *stream,
            Line::Wrapped(outer) => outer.stream,
            Line::Unsure(stream) | Line::Piece(stream) | Line::Empty(stream) => *stream,
            Line::Holds { .. } | Line::Opens(_) | Line::Nothing => PLAIN,
            Line::Unknown | Line::Unread | Line::Joined | Line::Block | Line::Items(_) => PLAIN,
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

/// What a line says so far.
struct Said<'a> {
    time: Option<i64>,
    assumed: bool,
    severity: i8,
    level: Option<u32>,
    body: &'a str,
    file: &'a str,
    logger: &'a str,
    service: Option<u32>,
    address: &'a str,
    id: &'a str,
    stream: &'a str,
    /// Namespace, pod, container and replica, which tell streams apart.
    among: [&'a str; 4],
    is_piece: bool,
    /// What went wrong, which belongs to the message.
    error: &'a str,
}

/// Longer lines are left to Python [bytes].
pub const HEAD: usize = 4096;
const PRIORITIES: [(i8, &str); 8] = [
    (24, "EMERG"),
    (23, "ALERT"),
    (21, "CRIT"),
    (17, "ERR"),
    (13, "WARNING"),
    (10, "NOTICE"),
    (9, "INFO"),
    (5, "DEBUG"),
];

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
            minutes: HashMap::default(),
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
        if line.len() > HEAD {
            return self.unread(place);
        }
        self.read_whole += 1;
        let mut notes: Notes = [UNMET; NOTES];
        for at in 0..self.routes.offered(place).len() {
            let format = self.routes.offered(place)[at] as usize;
            let told = &self.formats[format];
            if told.absent || told.is_missed_by(line.as_bytes()) {
                continue;
            }
            match self.formats[format].program.run(line, &mut notes) {
                Answer::No => continue,
                Answer::Unknown => return self.unread(place),
                Answer::Yes => {}
            }
            match self.formats[format].purpose {
                Use::Pairs if are_no_pairs(line) => continue,
                Use::Python | Use::Pairs => return self.unread(place),
                Use::Joined => return Line::Joined,
                Use::Block => return Line::Block,
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
                && format.program.run(line, &mut [UNMET; NOTES]) != Answer::No
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
                && format.program.run(body, &mut notes) != Answer::No
        });
        *self.formats[format].inside_of(further) = Some(inside);
        found
    }

    fn said<'a>(
        &mut self,
        format: usize,
        line: &'a str,
        notes: &Notes,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Result<Said<'a>, Answer> {
        let mut said = Said {
            time: None,
            assumed: false,
            severity: 0,
            level: None,
            body: "",
            file: "",
            logger: "",
            service: None,
            address: "",
            id: "",
            stream: "",
            among: [""; 4],
            is_piece: false,
            error: "",
        };
        if !self.formats[format].level.is_empty() {
            let word = self.formats[format].level.clone();
            (said.severity, said.level) = match self.level(format, &word, names, ask) {
                Err(Answer::No) => (0, None),
                found => found?,
            };
        }
        if let Some(field) = self.formats[format].zone_field {
            let (start, end) = (notes[2 * field], notes[2 * field + 1]);
            let is_named = start != UNMET && end != UNMET;
            self.in_zone(format, if is_named { &line[start as usize..end as usize] } else { "" });
        }
        for at in 0..self.formats[format].fields.len() {
            let (field, what) = self.formats[format].fields[at];
            let (start, end) = (notes[2 * field], notes[2 * field + 1]);
            if start == UNMET || end == UNMET || start == end {
                continue;
            }
            let value = &line[start as usize..end as usize];
            match what {
                Field::Time => (said.time, said.assumed) = self.time(format, value, ask)?,
                Field::Level => {
                    (said.severity, said.level) = self.level(format, value, names, ask)?
                }
                Field::Body => said.body = value,
                Field::File => said.file = file_of(value)?,
                Field::Logger => said.logger = stripped(value),
                Field::Service => said.service = Some(names.id(value)),
                Field::Pod => {
                    said.among[1] = value;
                    if said.service.is_none() {
                        said.service = Some(names.id(&self.workload(value, ask)?));
                    }
                }
                // Several addresses stand in brackets: Python takes one.
                Field::Host if value.starts_with('[') => return Err(Answer::Unknown),
                Field::Host if self.is_address(value)? => said.address = value,
                Field::Host => said.id = value,
                Field::Priority if !value.is_ascii() => return Err(Answer::Unknown),
                Field::Priority => {
                    if value.len() <= 9 && value.bytes().all(|byte| byte.is_ascii_digit()) {
                        let number = value
                            .bytes()
                            .last()
                            .map_or(0, |_| value.parse::<u32>().unwrap_or(0) % 8);
                        let (severity, word) = PRIORITIES[number as usize];
                        (said.severity, said.level) = (severity, Some(names.id(word)));
                    }
                }
                // A message that stands behind it is all there is.
                Field::Error if said.body.is_empty() || self.formats[format].may_hold_others() => {
                    return Err(Answer::Unknown);
                }
                Field::Error => said.error = value,
                Field::Stream => said.stream = value,
                Field::Partial => said.is_piece = value == "P",
                Field::Namespace => said.among[0] = value,
                Field::Container => said.among[2] = value,
                Field::Replica => said.among[3] = value,
                Field::Zone | Field::Other => {}
            }
        }
        Ok(said)
    }

    fn level(
        &mut self,
        format: usize,
        word: &str,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Result<(i8, Option<u32>), Answer> {
        let known = self.formats[format].levels.iter().position(|(one, _, _)| **one == *word);
        let place = match known {
            Some(place) => place,
            None => {
                let (number, spelling) = ask.level(format, word).ok_or(Answer::Unknown)?;
                let levels = &mut self.formats[format].levels;
                if levels.len() >= 64 {
                    levels.clear();
                }
                levels.push((word.into(), number, spelling.into()));
                levels.len() - 1
            }
        };
        let (_, number, spelling) = &self.formats[format].levels[place];
        if spelling.is_empty() { Err(Answer::No) } else { Ok((*number, Some(names.id(spelling)))) }
    }

    /// Whether a host is told by its address.
    pub(crate) fn is_address(&self, host: &str) -> Result<bool, Answer> {
        if is_name(host) {
            return Ok(false);
        }
        match self.address.run(host, &mut [0; NOTES]) {
            Answer::Unknown => Err(Answer::Unknown),
            answer => Ok(answer == Answer::Yes),
        }
    }

    pub(crate) fn workload(&mut self, pod: &str, ask: &dyn Ask) -> Result<Box<str>, Answer> {
        if let Some(known) = self.pods.get(pod) {
            return Ok(known.clone());
        }
        let found: Box<str> = ask.workload(pod).ok_or(Answer::Unknown)?.into();
        if self.pods.len() >= REMEMBERED {
            self.pods.clear();
        }
        self.pods.insert(pod.into(), found.clone());
        Ok(found)
    }
}

/// Return what a header says, but for the year it assumed.
fn facts_of(said: &Said<'_>, names: &mut Names) -> Facts {
    let module = if said.file.is_empty() { said.logger } else { said.file };
    let host = if said.address.is_empty() { said.id } else { said.address };
    Facts {
        time: said.time,
        severity: said.severity,
        level: said.level.unwrap_or(NOTHING),
        module: names.id(module),
        service: said.service.unwrap_or(NOTHING),
        host: names.id(host),
        address: names.id(said.address),
    }
}

/// Return a message with what went wrong, as `paicha.kernel.parsed_line.with_error` puts it.
fn with_error<'a>(body: &'a str, error: &str) -> Cow<'a, str> {
    match error {
        "" => body.into(),
        _ if error.contains('\n') => format!("{body}\n{error}").into(),
        _ => format!("{body} error={error}").into(),
    }
}

/// Return the routes of some formats, in their order.
fn routes_of(formats: &[Format], members: Vec<usize>) -> Routes {
    let loose = members.iter().map(|&at| formats[at].holds.is_some()).collect();
    Routes::new(members.iter().map(|&at| at as u16).collect(), loose)
}

/// Whether a host surely is no address.
fn is_name(host: &str) -> bool {
    let other = host.bytes().find(|byte| !(byte.is_ascii_hexdigit() || b".:".contains(byte)));
    other.is_some_and(|byte| byte.is_ascii())
}

/// A file's name without the number of a line behind it.
pub(crate) fn file_of(text: &str) -> Result<&str, Answer> {
    let file = stripped(text);
    let Some((name, line)) = file.rsplit_once(':') else { return Ok(file) };
    if name.is_empty() || line.is_empty() || line.len() > 7 && line.is_ascii() {
        return Ok(file);
    }
    if !line.is_ascii() || name.len() > 1000 {
        return Err(Answer::Unknown);
    }
    Ok(if line.bytes().all(|byte| byte.is_ascii_digit()) { name } else { file })
}

/// A text without blanks at its ends, as Python strips it.
pub(crate) fn stripped(text: &str) -> &str {
    text.trim_matches(|char| crate::chars::is_blank(char) || char == '\u{3000}')
}

//! How lines of named fields are read that have the same names in the same order: told once by Python
//! (`paicha.kernel.lessons`), and then known for whatever letters and digits their values have.

use std::sync::Arc;

use hashbrown::{HashMap, HashTable};

use crate::fields::{Asked, Fields, Passed, Value, begins_with_name};
use crate::hashing::{QuickState, quick};
use crate::reader::HEAD;
use crate::records::Named;
use crate::texts::Names;

/// Layouts that are known at most, and what they may take in all [bytes].
const MOST: usize = 1 << 12;
const MOST_BYTES: usize = 4 << 20;
/// Ways in which lines of one layout are read, and kinds of lines of one way.
const WAYS: usize = 8;
const KINDS: usize = 1 << 12;
/// What the values of a kind say that decide, at most [bytes].
const DECIDING: usize = 1 << 12;
/// Values of a line of which Python is asked, at most.
const VALUES: usize = 1 << 11;
/// Kinds of lines whose tries are remembered, and lines of a kind of which Python is asked: not the first.
const TRIED: usize = 1 << 14;
const TRIES: u8 = 4;
/// Lines of which Python is asked in all: a lesson costs it as much as six lines.
const LESSONS: u32 = 10_000;

/// Start and end in a line [bytes].
pub type Stretch = (usize, usize);
/// Spelling of the level, module, service, host, and its address.
pub type Said = (String, String, String, String, String);
/// Where module, file, service, pod and host stand, if they are read from each line.
pub type Spots =
    (Option<Stretch>, Option<Stretch>, Option<Stretch>, Option<Stretch>, Option<Stretch>);

/// Where a value stands that is a column, which, and whether it must say something.
pub type GivenColumn = (Stretch, String, bool);
/// Name, whether it is a text, whether it must say something, and what is written: texts, and a value behind each.
pub type GivenAttribute = (String, bool, bool, Vec<(String, Option<Stretch>)>);
/// As `kernel.kept_values.Kept` says.
pub type GivenKept = (Vec<GivenColumn>, Vec<GivenAttribute>);

/// How lines like one are read, as `kernel.lessons.Lesson` says.
#[derive(Clone, Debug)]
pub struct Lesson {
    pub format: usize,
    pub severity: i8,
    pub said: Said,
    pub names: Spots,
    pub time: Option<Stretch>,
    pub body: Option<Stretch>,
    pub error: Option<Stretch>,
    pub free: Vec<Stretch>,
    pub absent: Vec<String>,
    /// The stream of a container whose line it is around.
    pub stream: Option<String>,
    /// What they say beside what is counted.
    pub kept: Option<GivenKept>,
    /// Whether a line may hold several such in a list.
    pub may_be_listed: bool,
    /// Where what tells its format ends.
    pub told: usize,
}

/// What a value is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Nothing depends on it.
    Free,
    /// It has to be the same.
    Decides,
    Time,
    Body,
    Error,
    Module,
    File,
    Service,
    Pod,
    Host,
}

/// What lines of a kind are, what each value of one is for, the values, and what no format asks for.
type Known<'f> = (&'f Taught, &'f [Role], &'f [Value], &'f [Passed]);
/// The way in which a line is read, what of it decides, and the same of its values.
type Met<'f> = (&'f mut Way, &'f [u8], &'f [Value], &'f [Passed]);

/// The ids of what is said by all lines of a kind: level, module, service, host, and its address.
pub type Ids = [u32; 5];

/// One kind of lines: same names, and the same in every value that decides.
#[derive(Debug)]
pub struct Taught {
    pub format: usize,
    pub severity: i8,
    said: Said,
    ids: Option<Ids>,
    /// Which texts none of its lines may hold, by their places.
    absent: Box<[u16]>,
    pub stream: Option<Box<str>>,
    /// What they say beside what is counted; none: only Python tells.
    pub kept: Option<Named>,
    /// Whether a line may hold several such in a list.
    pub may_be_listed: bool,
    /// The first value behind what tells its format.
    behind: usize,
}

#[derive(Debug)]
struct Way {
    roles: Box<[Role]>,
    kinds: HashMap<Box<[u8]>, Taught, QuickState>,
}

#[derive(Debug)]
struct Frame {
    hash: u64,
    layout: Box<[u8]>,
    ways: Vec<Way>,
}

/// The kinds of lines that are known.
pub struct Frames {
    fields: Fields,
    frames: HashTable<Frame>,
    /// What the layouts take [bytes].
    bytes: usize,
    /// Texts that lines of other formats hold, and whether the bytes at hand hold them.
    texts: Vec<(Box<str>, bool)>,
    deciding: Vec<u8>,
    tried: Box<[(u32, u8)]>,
    lessons: u32,
    /// Whether a line that is no object is known.
    has_pairs: bool,
    /// Whether a text of several lines may be a record of lines that name its fields.
    holds_blocks: bool,
    /// What stands between the cells of lines that are rows of a table, and how many of these each has.
    pub delimiter: Option<u8>,
    pub columns: usize,
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            fields: Fields::default(),
            frames: HashTable::new(),
            bytes: 0,
            texts: Vec::new(),
            deciding: Vec::new(),
            tried: vec![(0, 0); TRIED].into(),
            lessons: 0,
            has_pairs: false,
            holds_blocks: false,
            delimiter: None,
            columns: 0,
        }
    }
}

impl Taught {
    /// Return the ids of what all lines of the kind say.
    pub fn ids(&mut self, names: &mut Names) -> Ids {
        let (level, module, service, host, address) = &self.said;
        *self.ids.get_or_insert_with(|| {
            [level, module, service, host, address].map(|text| names.id(text))
        })
    }
}

impl Frames {
    /// Return none, of what stands in a file by itself: records over lines are among that.
    pub fn of_lines() -> Self {
        Self { holds_blocks: true, ..Self::default() }
    }

    /// Tell lines by the names alone that formats ask for.
    pub fn ask_for(&mut self, names: &Arc<Asked>) {
        self.fields.asked = Some(Arc::clone(names));
    }

    /// Look at the bytes whose lines are read next.
    pub fn look(&mut self, data: &[u8]) {
        for (text, held) in &mut self.texts {
            *held = memchr::memmem::find(data, text.as_bytes()).is_some();
        }
    }

    /// Whether a line may be of a kind that is known, or can be.
    pub fn may_know(&self, line: &str) -> bool {
        line.starts_with('{')
            || self.delimiter.is_some()
            || self.has_pairs && begins_with_name(line)
    }

    /// Whether a text of several lines is a row, and none of the lines behind the first may be one by itself.
    pub fn is_row(&mut self, text: &str) -> bool {
        let Some(delimiter) = self.delimiter else { return false };
        let has_cells = |line: &str| {
            memchr::memchr_iter(delimiter, line.as_bytes()).count() + 1 >= self.columns
        };
        !text.split('\n').skip(1).any(has_cells)
            && self.fields.take_row_apart(text, delimiter)
            && self.fields.values.len() == self.columns
    }

    fn take_apart(&mut self, line: &str) -> bool {
        match self.delimiter {
            Some(delimiter) => self.fields.take_row_apart(line, delimiter),
            None if self.holds_blocks && is_of_properties(line) => {
                self.fields.take_lines_apart(line)
            }
            None => self.fields.take_apart(line),
        }
    }

    /// What tells the names of the line taken apart last from others.
    pub fn layout(&self) -> u64 {
        quick(&self.fields.layout)
    }

    /// Return how a line is read, the values that are read, and for what; none: no such kind is known.
    pub fn find(
        &mut self,
        line: &str,
    ) -> Option<(&mut Taught, impl Iterator<Item = (Role, Value)>)> {
        let (way, deciding, values, _) = self.way_of(line)?;
        let Way { roles, kinds } = way;
        let kind = kinds.get_mut(deciding)?;
        if line.len() > HEAD && !kind.is_told(values) {
            return None;
        }
        let read = roles.iter().copied().zip(values.iter().copied());
        Some((kind, read.filter(|one| one.0 > Role::Decides)))
    }

    /// Return what lines of its kind are, a line's values with what these are for, and what no format asks for.
    pub fn known(&mut self, line: &str) -> Option<Known<'_>> {
        let (way, deciding, values, passed) = self.way_of(line)?;
        Some((way.kinds.get(deciding)?, &way.roles, values, passed))
    }

    /// Return the way in which a line is read, what of it decides, its values, and what no format asks for; none: no such kind
    /// is known.
    fn way_of(&mut self, line: &str) -> Option<Met<'_>> {
        if !self.take_apart(line) {
            return None;
        }
        let (values, deciding, texts) = (&self.fields.values, &mut self.deciding, &self.texts);
        let hash = quick(&self.fields.layout);
        let same = |frame: &Frame| frame.hash == hash && *frame.layout == *self.fields.layout;
        let frame = self.frames.find_mut(hash, same)?;
        let known = frame.ways.iter().position(|way| {
            way.decide(line, values, deciding);
            way.kinds.get(&**deciding).is_some_and(|kind| !kind.is_ruled_out(line, texts))
        })?;
        Some((&mut frame.ways[known], deciding, values, &self.fields.passed))
    }

    /// Whether Python is to be asked about a line that is of no kind known: not the first of its kind, and not often.
    pub fn is_worth_asking(&mut self, line: &str) -> bool {
        if self.lessons >= LESSONS || !self.take_apart(line) || self.fields.values.len() > VALUES {
            return false;
        }
        let mut hash = quick(&self.fields.layout);
        if let Some(frame) = self.frames.find(hash, |frame| frame.hash == hash) {
            for way in &frame.ways {
                way.decide(line, &self.fields.values, &mut self.deciding);
                hash ^= quick(&self.deciding).rotate_left(1);
            }
        }
        let (kind, times) = &mut self.tried[hash as usize % TRIED];
        if *kind != (hash >> 32) as u32 {
            (*kind, *times) = ((hash >> 32) as u32, 0);
        }
        *times = times.saturating_add(1);
        let is_worth = (2..2 + TRIES).contains(times);
        self.lessons += u32::from(is_worth);
        is_worth
    }

    /// Remember how lines like one are read that was found worth asking about.
    pub fn learn(&mut self, line: &str, lesson: Lesson) {
        let Some(roles) = roles_of(&self.fields.values, &lesson) else { return };
        let hash = quick(&self.fields.layout);
        let same = |frame: &Frame| frame.hash == hash && *frame.layout == *self.fields.layout;
        if self.frames.find(hash, same).is_none() {
            if self.frames.len() >= MOST || self.bytes > MOST_BYTES {
                return;
            }
            let layout: Box<[u8]> = self.fields.layout.as_slice().into();
            self.bytes += layout.len();
            let frame = Frame { hash, layout, ways: Vec::new() };
            self.frames.insert_unique(hash, frame, |frame| frame.hash);
        }
        let absent = lesson.absent.iter().map(|text| text_of(&mut self.texts, text)).collect();
        let Some(frame) = self.frames.find_mut(hash, same) else { return };
        let known = frame.ways.iter().position(|way| *way.roles == roles);
        if known.is_none() && frame.ways.len() >= WAYS {
            return;
        }
        let at = known.unwrap_or_else(|| {
            frame.ways.push(Way { roles: roles.into(), kinds: HashMap::default() });
            frame.ways.len() - 1
        });
        let way = &mut frame.ways[at];
        way.decide(line, &self.fields.values, &mut self.deciding);
        let Lesson { format, severity, said, stream, kept, may_be_listed, told, .. } = lesson;
        if way.kinds.len() < KINDS && self.deciding.len() <= DECIDING {
            let stream = stream.map(String::into_boxed_str);
            let kept = kept.and_then(|kept| Named::new(kept, line, &self.fields));
            let behind = self.fields.values.partition_point(|value| value.start < told);
            let taught = Taught {
                format,
                severity,
                said,
                ids: None,
                absent,
                stream,
                kept,
                may_be_listed,
                behind,
            };
            way.kinds.insert(self.deciding.as_slice().into(), taught);
            self.has_pairs |= !line.starts_with('{') && !line.contains('\n');
        }
    }

    /// Forget the ids of names; how lines are read stays known.
    pub fn forget_names(&mut self) {
        let ways = self.frames.iter_mut().flat_map(|frame| &mut frame.ways);
        for taught in ways.flat_map(|way| way.kinds.values_mut()) {
            taught.ids = None;
        }
    }
}

impl Way {
    /// Write what the values say that decide.
    fn decide(&self, line: &str, values: &[Value], deciding: &mut Vec<u8>) {
        deciding.clear();
        for (_, value) in self.roles.iter().zip(values).filter(|one| *one.0 == Role::Decides) {
            deciding.push(u8::from(value.is_quoted) | u8::from(value.is_escaped) << 1);
            deciding.extend_from_slice(&(value.end - value.start).to_le_bytes());
            deciding.extend_from_slice(value.of(line).as_bytes());
        }
    }
}

impl Taught {
    /// Whether what tells the format of a line stands in what a pattern sees of it.
    fn is_told(&self, values: &[Value]) -> bool {
        values.get(self.behind).is_some_and(|value| value.start <= HEAD)
    }

    /// Whether a line holds what those of a format hold that would be asked first.
    fn is_ruled_out(&self, line: &str, texts: &[(Box<str>, bool)]) -> bool {
        self.absent.iter().map(|&at| &texts[at as usize]).any(|(text, held)| {
            *held && memchr::memmem::find(line.as_bytes(), text.as_bytes()).is_some()
        })
    }
}

/// Whether a text is several lines of KEY=value, and no object.
fn is_of_properties(text: &str) -> bool {
    !text.starts_with('{') && memchr::memchr(b'\n', text.as_bytes()).is_some()
}

/// Return the place of a text, as one that the bytes at hand may hold if it is new.
fn text_of(texts: &mut Vec<(Box<str>, bool)>, text: &str) -> u16 {
    let known = texts.iter().position(|one| *one.0 == *text);
    known.unwrap_or_else(|| {
        texts.push((text.into(), true));
        texts.len() - 1
    }) as u16
}

/// Return what each value is for; none: what is read is none of them.
fn roles_of(values: &[Value], lesson: &Lesson) -> Option<Vec<Role>> {
    let (module, file, service, pod, host) = lesson.names;
    let read = [
        (lesson.time, Role::Time),
        (lesson.body, Role::Body),
        (lesson.error, Role::Error),
        (module, Role::Module),
        (file, Role::File),
        (service, Role::Service),
        (pod, Role::Pod),
        (host, Role::Host),
    ];
    let free = lesson.free.iter().map(|&stretch| (stretch, Role::Free));
    let told = free.chain(read.into_iter().filter_map(|(stretch, role)| Some((stretch?, role))));
    let mut roles = vec![Role::Decides; values.len()];
    for ((start, end), role) in told {
        let at = values.iter().position(|value| (value.start, value.end) == (start, end));
        match at {
            Some(at) => roles[at] = role,
            // No format asks for it.
            None if role == Role::Free => {}
            None => return None,
        }
    }
    Some(roles)
}

//! A format: what its fields are for, and what is done with its lines.

use memchr::memmem::Finder;

use super::Reader;
use super::stamps::{LastMinute, Stamps};
use crate::records::Told;
use crate::routes::Routes;
use crate::steps::{Notes, Program, UNMET};

/// What a field of a header is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    Time,
    /// The zone of the time.
    Zone,
    Level,
    Body,
    File,
    Logger,
    Service,
    Pod,
    Host,
    Priority,
    Error,
    /// The stream of a container.
    Stream,
    /// P: more of the line follows.
    Partial,
    /// What else tells streams apart.
    Namespace,
    Container,
    Replica,
    Other,
}

/// What is done with a line that a format's program fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// It is read here.
    Read,
    /// Python reads it: JSON, lines that continue others.
    Python,
    /// Python reads it if it may be a line of pairs.
    Pairs,
    /// Python reads the whole file: records are joined over lines that could stand alone.
    Joined,
    /// It opens a record of several lines, which are read here.
    Opens,
    /// It may open a record of such lines: Python says where that ends.
    Block,
    /// It is what a container runtime puts around a line: what stands inside is read.
    Wraps,
}

/// Texts, and a field behind each, if one stands there, with whether it is put there as it is, or in one line.
pub type Parts = Vec<(String, Option<(usize, bool)>)>;

/// What the lines of a record are that name its fields.
pub enum Fields {
    /// An object of JSON, and what fits its last line.
    Object(Program),
    /// Lines of KEY=value.
    Properties,
}

pub struct Format {
    pub program: Program,
    pub purpose: Use,
    /// Pairs of number of the field (as the program notes it) and what it is for, in order.
    pub fields: Vec<(usize, Field)>,
    pub kinds: Vec<usize>,
    pub inner: Vec<usize>,
    /// The same of lines that state no level; empty: no others.
    pub unlevelled: Vec<usize>,
    /// The level of every line of it that says no other; empty: none.
    pub level: Box<str>,
    /// What every line of it holds; none: nothing that is worth a look.
    pub holds: Option<Finder<'static>>,
    /// What its lines say beside what is counted; none: only Python tells.
    pub told: Option<Told>,
    /// Whether it fits almost anything.
    pub is_generic: bool,
    /// The format whose records its lines continue, where the process is the same.
    pub follows: Option<usize>,
    /// The number of the field that names the process.
    pub process: Option<usize>,
    /// Of a format whose lines open a record: fits all lines of one, whose fields are told.
    pub whole: Option<Program>,
    /// What the message of such a record is put together from, and its module; none: it stands there.
    pub says: Option<Parts>,
    pub says_logger: Option<Parts>,
    /// Of a format of records over lines: what these are, if they name its fields and a program fits each first line and no other.
    pub lines: Option<Fields>,
    pub(super) levels: Vec<(Box<str>, i8, Box<str>)>,
    pub(super) stamps: Stamps,
    /// Whether the text that every line of it holds is not in the bytes at hand.
    pub(super) absent: bool,
    /// The formats that its bodies may not have, walked together.
    pub(crate) inside: Option<Box<Routes>>,
    pub(crate) inside_unlevelled: Option<Box<Routes>>,
    pub(super) last_minute: LastMinute,
    /// The zone that the line at hand names; the stamp and the minute read last are in it.
    pub(super) zone: String,
    /// The number of the field that names it, if its lines may have one.
    pub(super) zone_field: Option<usize>,
}

impl Format {
    /// Whether the messages of lines that state a level or none may have other formats than those of all lines.
    pub(super) fn looks_further(&self, is_levelled: bool) -> bool {
        !is_levelled && self.inside_unlevelled.is_some()
    }

    /// The formats that its messages may have; `further`: also those of lines that state no level.
    pub(super) fn inside_of(&mut self, further: bool) -> &mut Option<Box<Routes>> {
        if further { &mut self.inside_unlevelled } else { &mut self.inside }
    }

    /// Whether its lines may name the zone of their time.
    pub(crate) fn is_zoned(&self) -> bool {
        self.zone_field.is_some()
    }

    /// Say what the fields of its lines are for.
    pub fn with_fields(&mut self, fields: Vec<(usize, Field)>) {
        self.zone_field = fields.iter().find(|one| one.1 == Field::Zone).map(|one| one.0);
        self.fields = fields;
    }

    /// Whether its messages may be lines of other formats.
    pub(super) fn may_hold_others(&self) -> bool {
        self.inside.is_some() || self.inside_unlevelled.is_some()
    }

    /// Where in a text that was read, and that the program fits, a word stands that is no level here, so that the text is no
    /// line of it: nor is any in which the word is the same. None: it may be one.
    pub(crate) fn refused(&self, text: &str, notes: &Notes) -> Option<(usize, usize)> {
        let is_none =
            |word: &str| self.levels.iter().any(|one| *one.0 == *word && one.2.is_empty());
        let levels = self.fields.iter().filter(|one| one.1 == Field::Level);
        let mut places = levels.map(|one| (notes[2 * one.0], notes[2 * one.0 + 1]));
        let found = places.find(|&(start, end)| {
            let is_said = start != UNMET && end != UNMET && start < end;
            is_said && is_none(&text[start as usize..end as usize])
        });
        found.filter(|_| self.purpose == Use::Read).map(|(start, end)| (start.into(), end.into()))
    }

    /// Whether a text lacks what every line of it holds.
    pub fn is_missed_by(&self, text: &[u8]) -> bool {
        self.holds.as_ref().is_some_and(|holds| holds.find(text).is_none())
    }

    pub fn new(program: Program, purpose: Use) -> Self {
        Self {
            program,
            purpose,
            fields: Vec::new(),
            kinds: Vec::new(),
            inner: Vec::new(),
            unlevelled: Vec::new(),
            level: "".into(),
            holds: None,
            told: None,
            is_generic: false,
            follows: None,
            process: None,
            whole: None,
            says: None,
            says_logger: None,
            lines: None,
            levels: Vec::new(),
            stamps: Stamps::default(),
            absent: false,
            inside: None,
            inside_unlevelled: None,
            last_minute: LastMinute::default(),
            zone: String::new(),
            zone_field: None,
        }
    }
}

/// So many bytes or more for each line that is read whole: only those lines are looked at.
const BYTES_A_LINE: usize = 1 << 10;

impl Reader {
    /// Look at the bytes whose lines are read next, unless hardly any line was read whole lately: then it is cheaper to
    /// look at these.
    pub fn look(&mut self, data: &[u8]) {
        let few = data.len() / BYTES_A_LINE;
        if std::mem::take(&mut self.read_whole) < few {
            return self.look_away();
        }
        for format in &mut self.formats {
            format.absent = format.is_missed_by(data);
        }
    }

    /// Look at no bytes: lines that are read next may hold whatever formats hold.
    pub fn look_away(&mut self) {
        self.formats.iter_mut().for_each(|format| format.absent = false);
    }
}

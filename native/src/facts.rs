//! What a file and its stretches turned out to hold, but for the tables.

use hashbrown::HashMap;

use crate::hashing::QuickState;
use crate::headers::Header;
use crate::record::Record;
use crate::tally::NOTHING;
use crate::waiting::Waiting;

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
    pub without_time: u64,
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
    /// Bytes of lines read here that are no text.
    pub damaged: u64,
    pub first: Option<i64>,
    pub last: Option<i64>,
    pub formats: Vec<u64>,
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

/// What a stretch is counted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counting {
    /// As it is read.
    AtOnce,
    /// When all of it was read and nothing of it is Python's to join.
    Whole { is_last: bool },
}

/// What a stretch left: what Python must read, and the order of what lies before, between and behind.
#[derive(Debug, Default)]
pub struct Left {
    pub runs: Vec<Run>,
    pub orders: Vec<Order>,
}

impl Spans {
    /// Whether a record of a time is asked for.
    pub fn keeps(&self, time: i64) -> bool {
        !inside(self.before, time) && (self.window.is_none() || inside(self.window, time))
    }
}

impl FileFacts {
    /// Count records of a recipe that are kept, but for what only some of them say.
    pub fn add_many(&mut self, header: &Header, alike: &[Waiting]) {
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

    /// Count a record of a recipe that is not asked for; whether its year or day was assumed, and whether it is beyond ASCII.
    pub fn pass(&mut self, header: &Header, time: i64, (assumed, wide): (bool, bool)) {
        self.records += 1;
        self.outside += 1;
        self.formats[header.format] += 1;
        self.without_level += u64::from(header.level == NOTHING);
        self.assumed += u64::from(assumed);
        self.wide += u64::from(wide);
        self.span(time, time);
    }

    /// Count a record, but for whether it is asked for.
    pub fn add(&mut self, record: &Record<'_>) {
        self.records += 1;
        if let Some(n) = self.formats.get_mut(record.format) {
            *n += 1;
        }
        self.assumed += u64::from(record.assumed);
        self.wide += record.wide;
        self.without_level += u64::from(record.facts.level == NOTHING);
        match record.facts.time {
            Some(time) => self.span(time, time),
            None => self.without_time += 1,
        }
    }

    /// Add what another scan of the same file found.
    pub fn absorb(&mut self, more: Self) {
        self.records += more.records;
        self.outside += more.outside;
        self.kept += more.kept;
        self.before += more.before;
        self.without_time += more.without_time;
        self.without_level += more.without_level;
        self.kept_without_level += more.kept_without_level;
        self.before_without_level += more.before_without_level;
        self.assumed += more.assumed;
        self.wide += more.wide;
        self.joined += more.joined;
        self.cut += more.cut;
        self.damaged += more.damaged;
        self.first = [self.first, more.first].into_iter().flatten().min();
        self.last = [self.last, more.last].into_iter().flatten().max();
        for (n, more) in self.formats.iter_mut().zip(more.formats) {
            *n += more;
        }
    }

    /// Note between which times records were read.
    pub fn span(&mut self, first: i64, last: i64) {
        self.first = Some(self.first.map_or(first, |known| known.min(first)));
        self.last = Some(self.last.map_or(last, |known| known.max(last)));
    }
}

impl Order {
    pub fn add(&mut self, host: u32, time: i64) {
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

pub fn inside(span: Option<(i64, i64)>, time: i64) -> bool {
    span.is_some_and(|(start, end)| start <= time && time < end)
}

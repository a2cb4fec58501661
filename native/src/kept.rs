//! The records kept of each shape and severity.

use std::cmp::Ordering;

use crate::uncoloured::Uncoloured;

/// Records kept of each shape and severity: the earliest, and the last.
pub const FIRST: usize = 3;
pub const LAST: usize = 1;
/// Stands for the time of a record that says none: behind all that do, and never the last.
pub const NO_TIME: i64 = i64::MAX;

/// A record that is kept: when, and where it stands.
#[derive(Clone, Debug)]
pub struct Example {
    pub time: i64,
    /// Which of the scan's files it is of.
    pub file: u32,
    pub line: u64,
    /// Which of its line it is, from 1; 0: the only one.
    pub item: u32,
    pub offset: u64,
    pub text: Text,
}

/// A file that is scanned, as locators have it.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: Box<str>,
    /// Whether offsets mean something in it, so that they stand behind the numbers of lines.
    pub offsets: bool,
}

/// The bytes of a kept record: a place in the stretch at hand, or its own.
#[derive(Clone, Debug)]
pub enum Text {
    Here(usize, usize),
    /// Several, and what is put between them.
    Apart(Box<[(usize, usize)]>, &'static str),
    Own(Box<[u8]>),
}

#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub first: Vec<Example>,
    pub last: Vec<Example>,
}

impl Kept {
    /// Give the records of a stretch bytes of their own, as they are written.
    pub fn own(&mut self, written: &[u8], read: &Uncoloured) {
        for example in self.first.iter_mut().chain(&mut self.last) {
            let text =
                |&(start, end): &(usize, usize)| &written[read.place(start)..read.place(end)];
            let (start, own) = match &example.text {
                Text::Here(start, end) => (*start, text(&(*start, *end)).into()),
                Text::Apart(pieces, between) => {
                    let texts: Vec<&[u8]> = pieces.iter().map(text).collect();
                    let start = pieces.first().map_or(0, |first| first.0);
                    (start, texts.join(between.as_bytes()).into())
                }
                Text::Own(_) => continue,
            };
            example.offset += (read.place(start) - start) as u64;
            example.text = Text::Own(own);
        }
    }

    /// Return how many bytes of their own the records have.
    pub fn bytes(&self) -> usize {
        let own = |example: &Example| match &example.text {
            Text::Here(..) | Text::Apart(..) => 0,
            Text::Own(bytes) => bytes.len(),
        };
        self.first.iter().chain(&self.last).map(own).sum()
    }

    /// Whether a record of a time may be among the earliest.
    pub fn may_take(&self, time: i64) -> bool {
        self.first.get(FIRST - 1).is_none_or(|early| time <= early.time)
    }

    /// Keep an example of one of some files if it is among the earliest or the last; one that is there is not kept twice.
    /// `offsets`: whether locators say them where no file is named.
    pub fn offer(&mut self, example: Example, files: &[Source], offsets: bool) {
        if let ([_, _, early], [last]) = (&*self.first, &mut *self.last) {
            if early.time < example.time && last.time != example.time {
                if last.time < example.time && example.time != NO_TIME {
                    *last = example;
                }
                return;
            }
        }
        let before = |a: &Example, b: &Example| {
            a.time < b.time || a.time == b.time && stands_before(a, b, files, offsets)
        };
        let place =
            self.first.iter().rposition(|one| !before(&example, one)).map_or(0, |at| at + 1);
        let place_of = |one: &Example| (one.file, one.line, one.item);
        let same = |one: &Example| place_of(one) == place_of(&example);
        let known = place > 0 && same(&self.first[place - 1]);
        let late = match self.last.first() {
            _ if example.time == NO_TIME => false,
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

/// Whether the locator of one record stands before that of another: as text, as locators are.
/// Without a time the order of lines is all there is: line 9 stands before line 10.
fn stands_before(a: &Example, b: &Example, files: &[Source], offsets: bool) -> bool {
    let source = |one: &Example| files.get(one.file as usize);
    let offsets = source(a).map_or(offsets, |source| source.offsets);
    if a.time == NO_TIME {
        if a.file == b.file && a.item < 2 && b.item < 2 {
            return a.line < b.line;
        }
        let (one, other) = (located(a, source(a), offsets), located(b, source(b), offsets));
        let key = |text: &str| (text.find(':').unwrap_or(text.len()), text.chars().count());
        let ((file, length), (other_file, other_length)) = (key(&one), key(&other));
        return (&one[..file], length, &*one) < (&other[..other_file], other_length, &*other);
    }
    if a.file == b.file {
        return match a.line == b.line {
            true => item_before(a.item, b.item),
            false => line_before(a.line, b.line, offsets),
        };
    }
    let locator = |one: &Example| {
        let (path, line) = (source(one).map_or("", |source| &source.path), one.line);
        match source(one).is_none_or(|source| source.offsets) {
            true => format!("{path}:{line}@{}", one.offset),
            false => format!("{path}:{line}"),
        }
    };
    locator(a) < locator(b)
}

/// The locator of a record, as Python writes it.
fn located(one: &Example, source: Option<&Source>, offsets: bool) -> String {
    let (path, line) = (source.map_or("", |source| &source.path), one.line);
    let mut text = format!("{path}:{line}");
    if source.map_or(offsets, |source| source.offsets) {
        text += &format!("@{}", one.offset);
    }
    if one.item > 1 {
        text += &format!("#{}", one.item);
    }
    text
}

/// Whether the number of one line stands before that of another.
fn line_before(a: u64, b: u64, offsets: bool) -> bool {
    let digits = |number: u64| number.checked_ilog10().unwrap_or(0);
    let (one, other) = (digits(a), digits(b));
    // Behind the number stands "@", which is above all digits, or nothing.
    match one.cmp(&other) {
        Ordering::Equal => a < b,
        Ordering::Less if offsets => a < b / 10u64.pow(other - one),
        Ordering::Less => a <= b / 10u64.pow(other - one),
        Ordering::Greater if offsets => a / 10u64.pow(one - other) <= b,
        Ordering::Greater => a / 10u64.pow(one - other) < b,
    }
}

/// Whether the locator of one record of a line stands before that of another: the first says no more, others their number.
fn item_before(a: u32, b: u32) -> bool {
    a != b && (a < 2 || b >= 2 && a.to_string() < b.to_string())
}

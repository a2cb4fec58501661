//! Stamps: the kinds of them, and when they say it was.

use wide::u8x16;

use super::{Ask, REMEMBERED, Reader};
use crate::classes;
use crate::numbers::Digits;
use crate::steps::{Answer, NOTES, Notes, Program, Seen, UNMET};

/// How a kind of stamp is read.
pub enum How {
    /// The program notes minute, seconds, fraction, offset and maybe year, in this order.
    Steps(Program),
    Epoch,
    /// Python is asked what the program, if there is one, does not refuse.
    Asked(Option<Program>),
}

/// What Python says of a stamp: when, whether its year or day was assumed, and where its minute begins and its seconds
/// and their fraction stand.
pub type Asked = (i64, bool, Option<(i64, [usize; 4])>);

/// A kind of stamp; `placed`: it does not say its year or day.
pub struct Kind {
    pub name: String,
    pub how: How,
    pub placed: bool,
}

/// A stamp read, and where its seconds and their fraction stand: stamps that differ only there need no program.
#[derive(Default)]
pub(super) struct Stamp {
    pub(super) text: String,
    pub(super) time: i64,
    pub(super) assumed: bool,
    minute: Option<Minute>,
}

/// What stamps of a minute have in common.
struct Minute {
    /// When it begins [µs].
    base: i64,
    /// Start and end of seconds and of the fraction.
    places: [usize; 4],
    /// The stamp, and which bytes of it all have; zeros behind it.
    bytes: [u8; WIDEST],
    common: [u8; WIDEST],
    /// How many pieces hold it.
    pieces: usize,
}

/// The stamp read last, and some that were spelt otherwise: lines of several devices or programs take turns.
#[derive(Default)]
pub(super) struct Stamps {
    last: Stamp,
    others: Vec<Stamp>,
}

/// Spellings of stamps that are remembered beside the last.
const SPELLINGS: usize = 3;

impl Stamps {
    /// Note a stamp; one that was read before stays known where it is spelt otherwise.
    fn put(&mut self, text: &str, (time, assumed): (i64, bool), minute: Option<Minute>) {
        if self.last.minute.is_some() && !self.last.is_spelt_like(text, minute.as_ref()) {
            let known = |one: &Stamp| one.is_spelt_like(text, minute.as_ref());
            match self.others.iter().position(known) {
                Some(at) => std::mem::swap(&mut self.last, &mut self.others[at]),
                None => {
                    self.others.truncate(SPELLINGS - 1);
                    self.others.insert(0, std::mem::take(&mut self.last));
                }
            }
        }
        let last = &mut self.last;
        last.text.clear();
        last.text.push_str(text);
        (last.time, last.assumed, last.minute) = (time, assumed, minute);
    }

    /// Return the time of a stamp of one of the minutes behind the last, and whether its year or day was assumed.
    fn find(&mut self, text: &str) -> Option<(i64, bool)> {
        let at = self.others.iter().position(|one| one.time_of(text).is_some())?;
        std::mem::swap(&mut self.last, &mut self.others[at]);
        Some((self.last.time_of(text)?, self.last.assumed))
    }
}

impl Stamp {
    /// Whether seconds and fraction stand where they stand in another stamp.
    fn is_spelt_like(&self, text: &str, minute: Option<&Minute>) -> bool {
        let places = |of: Option<&Minute>| of.map(|minute| minute.places);
        self.text.len() == text.len() && places(self.minute.as_ref()) == places(minute)
    }

    /// Return the time of a stamp of its minute; none: it is of another.
    fn time_of(&self, text: &str) -> Option<i64> {
        let minute = self.minute.as_ref().filter(|_| self.text.len() == text.len())?;
        let mut bytes = [0; WIDEST];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        minute.time(&bytes)
    }
}

/// Minutes of longer stamps are not remembered [bytes].
const WIDEST: usize = 3 * PIECE;
/// Bytes that are compared at once.
const PIECE: usize = 16;

impl Minute {
    /// Return what stamps like one have in common; none: it is too long.
    fn new(text: &str, base: i64, places: [usize; 4]) -> Option<Self> {
        let [start, end, from, to] = places;
        let (mut bytes, mut common) = ([0; WIDEST], [0; WIDEST]);
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        common[..text.len()].fill(u8::MAX);
        common[start..end].fill(0);
        common[from..to].fill(0);
        Some(Self { base, places, bytes, common, pieces: text.len().div_ceil(PIECE) })
    }

    /// Return the time of a stamp of this minute that a text begins with; none: it is of another, or hardly longer.
    #[inline]
    fn time(&self, text: &[u8]) -> Option<i64> {
        let piece = |of: &[u8]| of.try_into().map_or_else(|_| u8x16::default(), u8x16::new);
        let text = text.get(..self.pieces * PIECE)?;
        let mut all = text.chunks_exact(PIECE).zip(self.bytes.chunks_exact(PIECE));
        let mut common = self.common.chunks_exact(PIECE).map(piece);
        let is_alike = all.all(|(one, other)| {
            let differs = piece(one) ^ piece(other);
            common.next().is_some_and(|common| (differs & common) == u8x16::default())
        });
        let [start, _, from, to] = self.places;
        let (tens, ones) = (text[start].wrapping_sub(b'0'), text[start + 1].wrapping_sub(b'0'));
        let seconds = i64::from(tens) * 10 + i64::from(ones);
        let fraction = &text[from..to];
        let millionths = match Digits::read(&text[from..], to - from) {
            Some(digits) if to - from <= 6 => i64::from(digits.number()) * POWERS[6 - (to - from)],
            _ if fraction.is_empty() => 0,
            _ if fraction.iter().all(u8::is_ascii_digit) => millionths(fraction),
            _ => return None,
        };
        let is = is_alike && tens < 6 && ones < 10;
        is.then(|| self.base + seconds * 1_000_000 + millionths)
    }
}

/// Millionths of one of so many digits less than six.
const POWERS: [i64; 6] = [1, 10, 100, 1000, 10_000, 100_000];

/// The minute read last: neighbouring lines share it.
#[derive(Default)]
pub(super) struct LastMinute {
    pub(super) kind: usize,
    pub(super) minute: String,
    pub(super) offset: String,
    pub(super) base: Option<i64>,
}

impl Reader {
    /// Forget when stamps say it was: Python places by another moment what they leave open.
    pub fn forget_times(&mut self) {
        self.minutes[1].clear();
        for format in &mut self.formats {
            (format.stamps, format.last_minute) = (Stamps::default(), LastMinute::default());
        }
    }

    /// Return the time of a stamp that stands in a line, and whether its year or day was assumed; none: nobody knows.
    #[inline]
    pub(crate) fn time_again(
        &mut self,
        format: usize,
        line: &str,
        (start, end): (usize, usize),
        ask: &dyn Ask,
    ) -> Option<(i64, bool)> {
        let last = &self.formats[format].stamps.last;
        let bytes = line.as_bytes().get(start..);
        let known = bytes.zip(last.minute.as_ref().filter(|_| last.text.len() == end - start));
        if let Some(time) = known.and_then(|(bytes, minute)| minute.time(bytes)) {
            return Some((time, last.assumed));
        }
        let (time, assumed) = self.time(format, &line[start..end], ask).ok()?;
        Some((time?, assumed))
    }

    pub(crate) fn time(
        &mut self,
        format: usize,
        text: &str,
        ask: &dyn Ask,
    ) -> Result<(Option<i64>, bool), Answer> {
        let stamps = &mut self.formats[format].stamps;
        let last = &stamps.last;
        if last.text == text && !text.is_empty() {
            return Ok((Some(last.time), last.assumed));
        }
        if let Some(time) = last.time_of(text) {
            return Ok((Some(time), last.assumed));
        }
        if let Some((time, assumed)) = stamps.find(text) {
            return Ok((Some(time), assumed));
        }
        if text.chars().any(|char| !char.is_ascii() && classes::of(char) == classes::DIGIT) {
            return Err(Answer::Unknown); // Python counts with the digits of all scripts
        }
        for at in 0..self.formats[format].kinds.len() {
            let kind = self.formats[format].kinds[at];
            let mut base = None;
            if let Some((time, assumed)) = self.time_of_kind(format, kind, text, &mut base, ask)? {
                // Python looks at those as well.
                let is_asked = matches!(self.kinds[kind].how, How::Asked(_));
                let is_sure = |places| is_asked || self.are_apart(format, at, text, places);
                let base = base.filter(|&(_, places)| is_sure(places));
                let minute = base.and_then(|(base, places)| Minute::new(text, base, places));
                self.formats[format].stamps.put(text, (time, assumed), minute);
                return Ok((Some(time), assumed));
            }
        }
        Err(Answer::No)
    }

    /// The line at hand names a zone, or none.
    pub(crate) fn in_zone(&mut self, format: usize, zone: &str) {
        let format = &mut self.formats[format];
        if format.zone != zone {
            format.zone = zone.into();
            (format.stamps, format.last_minute) = (Stamps::default(), LastMinute::default());
        }
    }

    /// Whether no kind before one takes a stamp, whatever its seconds and their fraction are.
    fn are_apart(&self, format: usize, at: usize, text: &str, places: [usize; 4]) -> bool {
        let [start, end, from, to] = places;
        let mut seen = Seen::default();
        self.formats[format].kinds[..at].iter().all(|&kind| match &self.kinds[kind].how {
            How::Steps(program) | How::Asked(Some(program)) => {
                seen.clear();
                let answer = program.run_watched(text, &mut [UNMET; NOTES], &mut seen);
                let told = |at| (start..end).contains(&at) || (from..to).contains(&at);
                answer == Answer::No && !seen.met.iter().any(|&(at, _)| told(at))
            }
            How::Epoch => !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'),
            How::Asked(None) => false,
        })
    }

    fn time_of_kind(
        &mut self,
        format: usize,
        kind: usize,
        text: &str,
        place: &mut Option<(i64, [usize; 4])>,
        ask: &dyn Ask,
    ) -> Result<Option<(i64, bool)>, Answer> {
        let program = match &self.kinds[kind].how {
            How::Steps(program) => program,
            How::Epoch => return Ok(epoch(text).map(|time| (time, false))),
            How::Asked(gate) => {
                let mut notes: Notes = [UNMET; NOTES];
                if gate.as_ref().is_some_and(|gate| gate.run(text, &mut notes) == Answer::No) {
                    return Ok(None);
                }
                let (name, zone) = (&self.kinds[kind].name, &self.formats[format].zone);
                let told = ask.stamp(format, name, text, zone).ok_or(Answer::Unknown)?;
                if told.is_some_and(|(time, ..)| time == UNSET) {
                    return Err(Answer::Unknown);
                }
                return Ok(told.map(|(time, assumed, minute)| {
                    *place = minute;
                    (time, assumed)
                }));
            }
        };
        let placed = self.kinds[kind].placed;
        let mut notes: Notes = [UNMET; NOTES];
        match program.run(text, &mut notes) {
            Answer::Yes => {}
            Answer::No => return Ok(None),
            Answer::Unknown => return Err(Answer::Unknown),
        }
        let part = |number: usize| match (notes[2 * number], notes[2 * number + 1]) {
            (UNMET, _) | (_, UNMET) => "",
            (start, end) => &text[start as usize..end as usize],
        };
        let year = part(5);
        let joined;
        let (minute, offset) = if year.is_empty() {
            (part(1), part(4))
        } else {
            joined = format!("{}@{year}", part(1));
            (&*joined, part(4))
        };
        let (second, fraction) = (part(2), part(3));
        let base = match self.minute(format, kind, minute, offset, ask)? {
            Some(UNSET) => return Err(Answer::Unknown),
            Some(base) => base,
            None => return Ok(None),
        };
        if second.is_empty() {
            return Ok(Some((base, placed)));
        }
        let seconds: i64 = second.parse().map_err(|_| Answer::Unknown)?;
        if seconds > 60 {
            return Ok(None);
        }
        let start = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
        if second.len() == 2 && (fraction.is_empty() || start(fraction) > start(second)) {
            let end = start(second) + 2;
            let (from, to) = match fraction {
                "" => (end, end),
                _ => (start(fraction), start(fraction) + fraction.len()),
            };
            *place = Some((base, [start(second), end, from, to]));
        }
        Ok(Some((base + seconds * 1_000_000 + millionths(fraction.as_bytes()), placed)))
    }

    fn minute(
        &mut self,
        format: usize,
        kind: usize,
        minute: &str,
        offset: &str,
        ask: &dyn Ask,
    ) -> Result<Option<i64>, Answer> {
        let last = &self.formats[format].last_minute;
        if last.minute == minute && last.kind == kind && last.offset == offset {
            return Ok(last.base);
        }
        let base = self.minute_of(format, kind, minute, offset, ask)?;
        let last = &mut self.formats[format].last_minute;
        (last.kind, last.base) = (kind, base);
        last.minute.clear();
        last.minute.push_str(minute);
        last.offset.clear();
        last.offset.push_str(offset);
        Ok(base)
    }

    fn minute_of(
        &mut self,
        format: usize,
        kind: usize,
        minute: &str,
        offset: &str,
        ask: &dyn Ask,
    ) -> Result<Option<i64>, Answer> {
        let zone = &self.formats[format].zone;
        let key = format!("{format} {kind} {offset} {zone} {minute}");
        let Kind { name, placed, .. } = &self.kinds[kind];
        let minutes = &mut self.minutes[usize::from(*placed)];
        if let Some(&known) = minutes.get(&*key) {
            return Ok(known);
        }
        let found = ask.minute(format, name, minute, offset, zone).ok_or(Answer::Unknown)?;
        if minutes.len() >= REMEMBERED {
            minutes.clear();
        }
        minutes.insert(key.into(), found);
        Ok(found)
    }
}

/// A fraction of a second in microseconds; digits beyond the sixth are cut off.
fn millionths(fraction: &[u8]) -> i64 {
    let mut sum = 0;
    for place in 0..6 {
        let digit = fraction.get(place).map_or(0, |digit| i64::from(digit.wrapping_sub(b'0')));
        sum = sum * 10 + digit;
    }
    sum
}

/// Said of a stamp of a clock that was never set: Python reads such records.
const UNSET: i64 = -1;
const EARLIEST_US: i64 = 366 * 86_400_000_000;
const LATEST_US: i64 = 7_258_118_400_000_000; // the year 2200

/// An epoch in seconds, milli-, micro- or nanoseconds, told by its size; twin of `kernel.epochs.read_epoch`.
pub fn epoch(text: &str) -> Option<i64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.len() <= 9 => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(9..=19).contains(&whole.len()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number = whole.parse::<u64>().ok()?;
    let micros = match whole.len() {
        ..=10 => number as i64 * 1_000_000 + millionths(fraction.as_bytes()),
        11..=13 => number as i64 * 1000,
        14..=16 => number as i64,
        _ => (number / 1000) as i64,
    };
    (EARLIEST_US..LATEST_US).contains(&micros).then_some(micros)
}

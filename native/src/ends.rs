//! Where a stretch of a file may end: before a line that surely begins a record.

use std::borrow::Cow;

use memchr::memrchr;

use crate::lines::Scan;
use crate::reader::{Ask, Line, PLAIN, STREAMS, Trace};
use crate::recipes::Found;
use crate::record::FOLLOWING_LINES;
use crate::steps::Answer;
use crate::uncoloured::text_of;
use crate::written::is_blank_line;

/// Lines of a stretch of which Python is asked whether they begin a record.
const ASKED: u32 = 64;
/// Lines after which a stream goes on with a record of its own: `STREAM_LINES` of `sources.files.joining`.
const AHEAD: usize = 1001;
/// Lines among which a stream's last one is looked for.
const BACK: usize = 64;
/// Whether a line says when it was.
fn says_time(read: &Line<'_>) -> bool {
    match read {
        Line::Taken { facts, .. } | Line::Holds { facts, .. } => facts.time.is_some(),
        _ => false,
    }
}

/// At the end of so much of a block its last record mostly begins [bytes].
const TAIL: usize = 1 << 14;

impl Scan {
    /// Return where the last line begins that surely begins a record, if any but the first line does.
    ///
    /// What is looked at begins at a place; before that stand lines from a record on, as far as they are at hand.
    pub fn last_record(&mut self, (data, from): (&[u8], usize), ask: &dyn Ask) -> Option<usize> {
        let mut end = from + memrchr(b'\n', data.get(from..)?)?;
        // Few lines are read.
        self.reader.look_away();
        if self.reader.streams() > 0 {
            return self.last_of_streams(&data[from..], ask).map(|at| from + at);
        }
        let (mut asked, mut looked, mut apart) = (0, 0, None);
        loop {
            let start = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            if start <= from || looked > ASKED && apart.is_some() {
                match self.apart_at(data, apart.take(), ask) {
                    Ok(found) if found.is_some() || start <= from => return found,
                    Ok(_) => {}
                    Err(opened) if opened <= from => return None,
                    Err(opened) => end = opened - 1,
                }
                looked = 0;
                continue;
            }
            let line = text_of(&data[start..end]).unwrap_or_default();
            if let Some(format) = self.opens_named(line.trim_end_matches('\r'), ask) {
                let is_behind = self.stands_behind((&data[..start], &line), format);
                if is_behind
                    && !(self.is_weak_block(format) && self.is_below_record(data, start, ask))
                {
                    return Some(start);
                }
            }
            let read = self.read_apart(&line, ask);
            self.has_met_time |= says_time(&read);
            if apart.is_none() && self.has_no_times() && self.may_stand_apart(&read, &line) {
                apart = Some(start);
            }
            looked += 1;
            let surely = self.surely_begins(read, (&data[..start], &line), &mut asked, ask);
            end = start - 1;
            // What a stretch ends with that may end a record over lines voids it.
            if surely && !self.may_end_named(&data[..start]) {
                match self.open_before(&data[..end], ask) {
                    Some(opened) if opened <= from => return None,
                    Some(opened) => end = opened - 1,
                    None if self.meets_streams(&data[..end], ask) => {
                        return self.last_of_streams(&data[from..], ask).map(|at| from + at);
                    }
                    None => return Some(start),
                }
            }
        }
    }

    /// Whether a line surely begins a record below some others; Python is asked of few.
    fn surely_begins(
        &mut self,
        read: Line<'_>,
        (above, line): (&[u8], &str),
        asked: &mut u32,
        ask: &dyn Ask,
    ) -> bool {
        if line.is_empty() {
            return false;
        }
        match read {
            Line::Taken { format, facts, .. } => {
                let begins = !self.reader.is_weak(format, &facts)
                    && self.reader.followed_by(format).is_none();
                begins && self.is_whole(above, ask).unwrap_or(true)
            }
            Line::Holds { .. } => self.is_whole(above, ask).unwrap_or(true),
            Line::Opens(_) => self.is_whole(above, ask).unwrap_or(false),
            Line::Unknown if *asked < ASKED => {
                *asked += 1;
                ask.begins(line)
            }
            _ => false,
        }
    }

    /// Whether nothing that was read so far said a time.
    fn has_no_times(&self) -> bool {
        self.facts.first.is_none() && !self.has_met_time
    }

    /// Return a place where a line stands that begins a record if nothing above it says a time, as far as nothing near it says
    /// otherwise; an error: where a record begins that may go on behind it.
    fn apart_at(
        &mut self,
        data: &[u8],
        at: Option<usize>,
        ask: &dyn Ask,
    ) -> Result<Option<usize>, usize> {
        let Some(at) = at.filter(|_| self.has_no_times()) else { return Ok(None) };
        let above = &data[..at];
        if self.is_whole(above, ask).is_some() || self.may_end_named(above) {
            return Ok(None);
        }
        match self.open_before(&above[..at - 1], ask) {
            Some(opened) => Err(opened),
            None if self.meets_streams(&above[..at - 1], ask) => Ok(None),
            None => Ok(Some(at)),
        }
    }

    /// Whether one of the lines before the end of some is a container's, whose stream may go on behind other lines.
    fn meets_streams(&mut self, data: &[u8], ask: &dyn Ask) -> bool {
        let mut end = data.len();
        for _ in 0..AHEAD {
            let start = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            let text = text_of(&data[start..end]).unwrap_or_default();
            // Asking is how a stream becomes known.
            self.stream_of(&text, ask);
            if self.reader.streams() > 0 {
                return true;
            }
            let Some(before) = start.checked_sub(1) else { return false };
            end = before;
        }
        false
    }

    /// Return where a line begins that may open a record of several lines which may go on behind some text.
    pub(crate) fn opened_before(&mut self, data: &[u8]) -> Option<usize> {
        self.line_before(data, |_, _, _| true)
    }

    /// The same, but for what stands below a record, part of which it is.
    fn open_before(&mut self, data: &[u8], ask: &dyn Ask) -> Option<usize> {
        self.line_before(data, |scan, line, start| {
            let format = scan.opens_named(line.trim_end_matches('\r'), ask);
            let is_weak = format.is_some_and(|format| scan.is_weak_block(format));
            !is_weak || !scan.is_below_record(data, start, ask)
        })
    }

    /// Return where the last line begins that may open a record of several lines, and that something else holds of.
    fn line_before(
        &mut self,
        data: &[u8],
        holds: impl Fn(&mut Self, &str, usize) -> bool,
    ) -> Option<usize> {
        let (mut lines, mut end) = (0, data.len());
        while lines < FOLLOWING_LINES {
            let start = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            if !is_blank_line(&data[start..end]) {
                lines += 1;
                let line = text_of(&data[start..end]).unwrap_or_default();
                if self.may_begin_block(&line) && holds(self, &line, start) {
                    return Some(start);
                }
            }
            end = start.checked_sub(1)?;
        }
        None
    }

    /// Whether records over lines of a format say no time by their first line: below a record that does it opens none.
    pub(crate) fn is_weak_block(&self, format: usize) -> bool {
        self.reader.formats[format].is_generic
    }

    /// Whether a line surely is part of a record above it that says when it was, as far as nothing says more than what stands between.
    fn is_below_record(&mut self, data: &[u8], line: usize, ask: &dyn Ask) -> bool {
        let mut at = line;
        for _ in 0..FOLLOWING_LINES {
            let Some(end) = at.checked_sub(1) else { return false };
            at = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            if is_blank_line(&data[at..end]) {
                continue;
            }
            let Some(text) = text_of(&data[at..end]).filter(|text| !text.is_empty()) else {
                return false;
            };
            if let Some(format) = self.opens_named(&text, ask) {
                if self.is_weak_block(format) {
                    continue;
                }
                return false;
            }
            match self.read_apart(&text, ask) {
                Line::Nothing => {}
                Line::Taken { format, facts, .. } if self.reader.is_weak(format, &facts) => {}
                Line::Taken { format, facts, .. } => {
                    return facts.time.is_some() && self.reader.followed_by(format).is_none();
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether a line may open a record of several lines that could stand alone; what stands in a row opens none.
    pub(crate) fn may_begin_block(&mut self, line: &str) -> bool {
        self.frames.delimiter.is_none() && self.reader.may_begin_block(line)
    }

    /// Whether nothing can be part any more of a record that a line opened near the end of some; none: there is none near.
    fn is_whole(&mut self, data: &[u8], ask: &dyn Ask) -> Option<bool> {
        let mut end = data.len().checked_sub(1)?;
        for _ in 0..BACK {
            let start = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            let line = std::str::from_utf8(&data[start..end]).unwrap_or("").trim_end_matches('\r');
            match self.read_apart(line, ask) {
                Line::Opens(format) => {
                    let text = std::str::from_utf8(&data[start..]).ok()?.trim_end();
                    let text = text.replace("\r\n", "\n");
                    let names = &mut self.tally.names;
                    return Some(self.reader.read_lines(format, &text, names, ask).is_ok());
                }
                Line::Taken { format, facts, .. } if !self.reader.is_weak(format, &facts) => {
                    return Some(true);
                }
                Line::Holds { .. } => return Some(true),
                _ if start == 0 => return None,
                _ => end = start - 1,
            }
        }
        None
    }

    /// Read a line by its pattern, or as a row.
    pub(crate) fn read_apart<'a>(&mut self, line: &'a str, ask: &dyn Ask) -> Line<'a> {
        match self.frames.delimiter {
            Some(_) => self.read_named(line, ask).unwrap_or(Line::Unknown),
            None => self.reader.read(line, &mut self.tally.names, ask),
        }
    }

    /// The same of a block: its end is looked at first.
    pub fn last_record_of(&mut self, (data, from): (&[u8], usize), ask: &dyn Ask) -> Option<usize> {
        // Where streams go on is a matter of a thousand lines.
        if self.reader.streams() == 0 && data.len() > from + TAIL {
            let found = self.last_record((data, data.len() - TAIL), ask);
            if found.is_some() {
                return found;
            }
        }
        self.last_record((data, from), ask)
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
            end = start - 1;
            if self.all_begin(&data[start..], ask) && !self.is_within_line(&data[..start], ask) {
                match self.open_inside(&data[..start], ask) {
                    None => return Some(start),
                    Some(opened) => end = opened.checked_sub(1)?,
                }
            }
        }
        None
    }

    /// Whether the first line surely begins a record, and so does the first of each stream in what follows.
    fn all_begin(&mut self, data: &[u8], ask: &dyn Ask) -> bool {
        let mut met = 0u64;
        for line in data.split(|&byte| byte == b'\n').take(AHEAD + 1) {
            let Some(text) = text_of(line) else { return false };
            if is_blank_line(text.as_bytes()) && met != 0 {
                continue;
            }
            let stream = match self.stream_of(&text, ask) {
                Some(stream) if met & 1 << stream == 0 => stream,
                Some(_) => continue,
                None => return false,
            };
            let (read, _) = self.read(&text, Found::Nothing, ask);
            let formats = self.reader.formats.len();
            let surely = match read {
                Line::Taken { facts, stream: PLAIN, .. } if facts.time.is_none() => false,
                Line::Taken { format, .. } if self.reader.followed_by(format).is_some() => false,
                Line::Taken { format, stream, .. } if format >= formats || stream == PLAIN => true,
                Line::OpensInside(..) => true,
                Line::Taken { body, trace: Trace::No, .. } => {
                    self.reader.stacks.ends(&body) == Answer::No
                }
                Line::Unsure(_) | Line::Unknown | Line::Unread | Line::Nothing => ask.begins(&text),
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

    /// Return where a line begins that may open a record of several lines inside which is not whole where some end.
    fn open_inside(&mut self, data: &[u8], ask: &dyn Ask) -> Option<usize> {
        let mut below: Vec<Vec<Cow<'_, str>>> = vec![Vec::new(); STREAMS];
        let mut end = data.len().checked_sub(1)?;
        for _ in 0..AHEAD {
            let start = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            let text = text_of(&data[start..end]).unwrap_or_default();
            let read = match self.read(&text, Found::Nothing, ask).0 {
                Line::Unread => self.placed(&text, ask),
                read => read,
            };
            let lines = &mut below[read.stream() as usize];
            match read {
                Line::BlockInside(_) => return Some(start),
                Line::OpensInside(format, outer) if lines.len() < BACK => {
                    let more = std::mem::take(lines);
                    let inner = more.iter().rev().filter_map(|line| self.inner_text(line, ask));
                    let mut all = outer.body.into_owned();
                    for text in inner {
                        all.push('\n');
                        all.push_str(&text);
                    }
                    let names = &mut self.tally.names;
                    if self.reader.read_lines(format, &all, names, ask).is_err() {
                        return Some(start);
                    }
                    // What stands above it is over.
                    lines.resize(BACK, "".into());
                }
                _ if lines.len() < BACK => lines.push(text.clone()),
                _ => {}
            }
            end = start.checked_sub(1)?;
        }
        None
    }

    /// Return the stream of a line; none: nobody knows.
    fn stream_of(&mut self, text: &str, ask: &dyn Ask) -> Option<u8> {
        if text.is_empty() {
            return None;
        }
        let known = if self.frames.may_know(text) { self.read_named(text, ask) } else { None };
        match known.unwrap_or_else(|| self.reader.read(text, &mut self.tally.names, ask)) {
            Line::Joined | Line::Opens(_) => None,
            Line::Unread => match self.placed(text, ask) {
                Line::Joined => None,
                line => Some(line.stream()),
            },
            line => Some(line.stream()),
        }
    }

    /// Whether a line of a container before the end of some was cut there.
    fn is_within_line(&mut self, data: &[u8], ask: &dyn Ask) -> bool {
        let mut met = 0u64;
        let mut end = data.len().saturating_sub(1);
        for _ in 0..BACK {
            let start = memrchr(b'\n', &data[..end]).map_or(0, |before| before + 1);
            let line = &data[start..end];
            let written = || std::str::from_utf8(line).unwrap_or_default().into();
            let text = text_of(line).unwrap_or_else(written);
            let names = &mut self.tally.names;
            if let Line::Wrapped(outer) = self.reader.read(&text, names, ask) {
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

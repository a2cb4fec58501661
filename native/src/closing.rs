//! Records that are whole: counted at once, or left waiting until they are counted with others alike.

use hashbrown::HashSet;

use crate::facts::{Order, Place, Run, inside};
use crate::hashing::QuickState;
use crate::kept::{Example, NO_TIME, Text};
use crate::lines::Scan;
use crate::reader::Ask;
use crate::recipes::Found;
use crate::record::{Known, Met, Open, Record, record_of, run_of};
use crate::records::{Readers, Records};
use crate::tally::{Facts, NOTHING, Watched};
use crate::waiting::{self, Waiting};
use crate::written::{Bytes, Written};

/// What a line turned out to be: format, facts and body.
type Taken<'a> = (usize, &'a Facts, &'a str);

/// Return what is kept of a record: what of its stretch it is.
fn text_of(record: &Record<'_>) -> Text {
    if record.pieces.is_empty() {
        return Text::Here(record.start, record.end);
    }
    let between = if record.item > 0 { "" } else { "\n" };
    Text::Apart(record.pieces.as_slice().into(), between)
}

impl Scan {
    /// Count the records that wait, those of a recipe together.
    pub(crate) fn settle(&mut self, data: &[u8], place: Place, later: Option<Vec<Record<'_>>>) {
        // Of lines alike one tells how the others are read.
        let mut learnt = HashSet::<u64, QuickState>::default();
        for mut record in later.into_iter().flatten() {
            if matches!(record.found, Found::Again(hash) if !learnt.insert(hash)) {
                record.found = Found::Nothing;
            }
            self.count(record, place);
        }
        let file = self.file();
        let waiting = self.waiting.take();
        let (mut done, mut touched) = (0, 0);
        let by_recipe = || waiting.chunk_by(|one, other| one.recipe == other.recipe);
        let (mut ahead, mut far_ahead) = (by_recipe().skip(2), by_recipe().skip(4));
        for alike in by_recipe() {
            done += alike.len();
            while touched < done {
                touched += waiting::touch(&waiting[touched..], data, self.recipes.shifts());
            }
            let known_of = |next: &[Waiting]| &self.recipes.get(next[0].recipe).known;
            far_ahead.next().map(known_of).inspect(|known| known.touch());
            ahead.next().map(known_of).inspect(|known| self.tally.touch(known));
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
                let example = Example {
                    time: one.time,
                    file,
                    line: place.line + u64::from(one.line),
                    item: 0,
                    offset: place.offset + start as u64,
                    text: Text::Here(start, start + one.length as usize),
                };
                kept.offer(example, &self.files, self.offsets);
            }
        }
        self.waiting.give_back(waiting);
        self.recipes.settle();
    }

    /// Forget the records that wait.
    pub(crate) fn forget_waiting(&mut self) {
        let waiting = self.waiting.take();
        self.waiting.give_back(waiting);
        self.recipes.settle();
    }

    /// Return which of the scan's files is at hand.
    fn file(&self) -> u32 {
        self.files.len().saturating_sub(1) as u32
    }

    /// Take a record that was read by a recipe: it waits until it is counted with others, if it is asked for.
    #[inline]
    pub(crate) fn close_known<'a>(
        &mut self,
        known: &Known,
        (bytes, place): (&Bytes<'a>, Place),
        met: &mut Met<'a>,
    ) {
        let Known { waiting, address, assumed, wide } = *known;
        if !self.spans.keeps(waiting.time) {
            if !inside(self.spans.before, waiting.time) {
                let header = &self.recipes.get(waiting.recipe).header;
                return self.facts.pass(header, waiting.time, (assumed, wide));
            }
            let record = self.unfolded(known, (bytes, place));
            return self.close_record(record, place, met);
        }
        self.facts.assumed += u64::from(assumed);
        self.facts.wide += u64::from(wide);
        if let Some(order) = met.left.orders.last_mut() {
            order.add(address, waiting.time);
        }
        let mut waiting = waiting;
        self.give(&mut waiting.service, &mut waiting.host);
        self.waiting.push(self.recipes.group(waiting.recipe, waiting.shifts), waiting);
    }

    /// Return the record that a line begins which was read by a recipe.
    pub(crate) fn unfolded<'a>(
        &self,
        known: &Known,
        (bytes, place): (&Bytes<'a>, Place),
    ) -> Record<'a> {
        let Known { waiting, address, assumed, wide } = *known;
        let Waiting { recipe, shifts, module, service, host, .. } = waiting;
        let start = waiting.start as usize;
        let (stop, number) =
            (start + waiting.length as usize, place.line + u64::from(waiting.line));
        let one = Written { start, stop, end: stop, number };
        let (text, header) = (bytes.text(&one), &self.recipes.get(recipe).header);
        let (severity, level) = (header.severity, header.level);
        let time = Some(waiting.time);
        let facts = Facts { time, severity, level, module, service, host, address };
        let body = &text[header.body(text.len())];
        let found = Found::Recipe(recipe, shifts);
        record_of((header.format, facts, body.into(), assumed, found), (&one, text, wide))
    }

    /// Make a recipe of a line, if its digits allow it.
    fn learn(&mut self, hash: u64, line: &str, (format, facts, body): Taken<'_>, last: &Watched) {
        let Some(mut checks) = self.recipes.checks_of(line) else { return };
        let header = self.reader.learn(format, line, facts, &mut checks);
        match header.and_then(|header| Some((header, self.tally.learn(line, last, &mut checks)?))) {
            Some((header, known)) => {
                let start = body.as_ptr() as usize - line.as_ptr() as usize;
                checks.same_but_free(line, (start, line.len()));
                self.recipes.keep(hash, checks, header, known);
            }
            None => self.recipes.refuse(hash),
        }
    }

    /// Take a record or a run that ends where the next begins.
    pub(crate) fn close<'a>(
        &mut self,
        open: Open<'a>,
        next: usize,
        (bytes, place): (&Bytes<'a>, Place),
        met: &mut Met<'a>,
        ask: &dyn Ask,
    ) {
        match open {
            Open::Opened(opened) => {
                let open = self.whole(opened, bytes, ask);
                self.close(open, next, (bytes, place), met, ask);
            }
            Open::None | Open::Nothing { .. } => {}
            Open::Run { start, line } => {
                self.records.iter_mut().for_each(Records::leave);
                met.left.runs.push(Run { start, end: next, line });
                met.left.orders.push(Order::default());
            }
            Open::Record(Record { start, line, is_left: true, .. }) => {
                self.close(Open::Run { start, line }, next, (bytes, place), met, ask);
            }
            Open::Record(record) if self.records.is_some() => {
                if !self.write(&record, place) {
                    let Record { start, line, .. } = record;
                    self.close(Open::Run { start, line }, next, (bytes, place), met, ask);
                }
            }
            Open::Items(records) if self.records.is_some() => {
                if !self.write_all(&records, place) {
                    self.close(run_of(&records), next, (bytes, place), met, ask);
                }
            }
            Open::Items(records) => {
                records.into_iter().for_each(|record| self.close_record(record, place, met));
            }
            Open::Known(known) => self.close_known(&known, (bytes, place), met),
            Open::Record(record) => match record.known(place.line) {
                Some(known) => self.close_known(&known, (bytes, place), met),
                None => self.close_record(record, place, met),
            },
        }
    }

    /// Give a record that names no service or no host those of its file.
    #[inline]
    fn give(&self, service: &mut u32, host: &mut u32) {
        for (said, given) in [(service, self.given.0), (host, self.given.1)] {
            *said = if *said == NOTHING { given } else { *said };
        }
    }

    /// Take a record that was not read by a recipe alone, and count it, unless it waits until all of the stretch was read.
    fn close_record<'a>(&mut self, record: Record<'a>, place: Place, met: &mut Met<'a>) {
        self.facts.add(&record);
        let (seen, is_silent) = (&mut self.facts, u64::from(record.facts.severity == 0));
        let time = record.facts.time;
        if time.is_some_and(|time| inside(self.spans.before, time)) {
            seen.before += 1;
            seen.before_without_level += is_silent;
        } else if time.is_none_or(|time| self.spans.keeps(time)) {
            seen.kept += 1;
            seen.kept_without_level += is_silent;
            if let (Some(order), Some(time)) = (met.left.orders.last_mut(), time) {
                order.add(record.facts.address, time);
            }
        } else {
            seen.outside += 1;
            // Others like it may be asked for, and many more may not.
            if let (Found::Again(hash), Record { text, format, facts, body, .. }) =
                (record.found, &record)
            {
                let watched = self.tally.watch(body);
                self.learn(hash, text, (*format, facts, body), &watched);
            }
            return;
        }
        match &mut met.later {
            Some(later) => later.push(record),
            None => self.count(record, place),
        }
    }

    /// Count a record that is asked for.
    fn count(&mut self, record: Record<'_>, place: Place) {
        let kept = text_of(&record);
        let Record { start, line, text, item, format, facts: said, body, found, .. } = record;
        let mut facts = said;
        self.give(&mut facts.service, &mut facts.host);
        let file = self.file();
        let Some(time) = facts.time else {
            let shape = self.tally.add(&facts, &body).0;
            let offset = place.offset + start as u64;
            let example = Example { time: NO_TIME, file, line, item, offset, text: kept };
            return self.keep(shape, facts.severity, example);
        };
        if inside(self.spans.before, time) {
            match found {
                Found::Recipe(id, _) => {
                    let known = &self.recipes.get(id).known;
                    self.tally.add_before_known(known, &facts, &body);
                }
                Found::Again(hash) => {
                    let watched = self.tally.watch(&body);
                    self.learn(hash, &text, (format, &said, &body), &watched);
                    self.tally.add_before(&facts, &body);
                }
                Found::Nothing => drop(self.tally.add_before(&facts, &body)),
            }
        } else {
            let shape = if let Found::Again(hash) = found {
                let counted = self.tally.add_watched(&facts, &body);
                // Lines alike may stand in another place.
                self.learn(hash, &text, (format, &said, &body), &counted);
                counted.shape
            } else {
                self.tally.add(&facts, &body).0
            };
            let offset = place.offset + start as u64;
            let example = Example { time, file, line, item, offset, text: kept };
            self.keep(shape, facts.severity, example);
        }
    }

    /// Write the records of a line, all or none; false: Python has to.
    fn write_all(&mut self, all: &[Record<'_>], place: Place) -> bool {
        let rows = self.records.as_ref().map_or(0, Records::len);
        let are_written = all.iter().all(|record| self.write_row(record, place));
        if are_written {
            all.iter().for_each(|record| self.facts.add(record));
        } else {
            self.records.iter_mut().for_each(|records| records.cut(rows));
        }
        are_written
    }

    /// Write a record as a case keeps it; false: Python has to.
    fn write(&mut self, record: &Record<'_>, place: Place) -> bool {
        let is_written = self.write_row(record, place);
        if is_written {
            self.facts.add(record);
        }
        is_written
    }

    fn write_row(&mut self, record: &Record<'_>, place: Place) -> bool {
        let Some(records) = &mut self.records else { return false };
        let mut readers = Readers {
            reader: &self.reader,
            frames: &mut self.frames,
            inner_frames: &mut self.inner_frames,
            traces: &self.traces,
        };
        records.add(record, place, &mut readers, &self.tally.names).is_some()
    }

    fn keep(&mut self, shape: u32, severity: i8, example: Example) {
        let kept = self.kept.entry((shape, severity)).or_default();
        kept.offer(example, &self.files, self.offsets);
    }
}

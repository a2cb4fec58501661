//! Headers of lines that are alike but for digits: where their fields stand, found once.

use std::ops::Range;

use crate::checks::Checks;
use crate::reader::{Ask, Field, Line, PLAIN, Reader, Trace, file_of, stripped};
use crate::rows::Unit;
use crate::steps::{Answer, NOTES, Notes, Seen, UNMET};
use crate::tally::{Facts, NOTHING};
use crate::texts::Names;
use crate::waiting::Waiting;

/// How the headers of a recipe are read: no run of digits before the end of one is longer in one line than in another.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Header {
    pub format: usize,
    pub level: u32,
    time: Stretch,
    /// Where the zone of the time stands.
    zone: Stretch,
    module: Name,
    service: Name,
    host: Name,
    address: Name,
    body: Stretch,
    pub severity: i8,
    /// Whether the body ends where the line ends.
    is_open: bool,
}

/// Start and end in a line.
type Stretch = (u16, u16);
/// All of a line.
const ALL: (usize, usize) = (0, usize::MAX);

/// A name of a header: always the same, read at a place, or the workload of the pod there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Name {
    Same(u32),
    At(Stretch),
    OfPod(Stretch),
}

/// The fields of a header met so far.
#[derive(Default)]
struct Fields<'a> {
    told: Vec<Field>,
    file: Option<&'a str>,
    logger: Option<&'a str>,
    body: Option<Stretch>,
}

impl Fields<'_> {
    /// Note a field; false: there was one of its kind, and which of them counts a recipe does not know.
    fn tell(&mut self, what: Field) -> bool {
        let kind = if what == Field::Pod { Field::Service } else { what };
        let first = !self.told.contains(&kind);
        self.told.push(kind);
        first
    }
}

impl Header {
    /// Where the body of a line of a length stands.
    pub fn body(&self, length: usize) -> Range<usize> {
        let (start, end) = wide(self.body);
        start..if self.is_open { length } else { end }
    }

    /// What a record of a shape is counted under.
    pub fn unit(&self, shape: u32, record: &Waiting) -> Unit {
        let Waiting { module, service, host, .. } = *record;
        Unit { shape, level: self.level, module, service, host, severity: self.severity }
    }
}

fn of(line: &str, (start, end): Stretch) -> &str {
    &line[start as usize..end as usize]
}

fn wide((start, end): Stretch) -> (usize, usize) {
    (start.into(), end.into())
}

fn place_of(line: &str, part: &str) -> Stretch {
    let start = (part.as_ptr() as usize).wrapping_sub(line.as_ptr() as usize);
    (start as u16, (start + part.len()) as u16)
}

impl Reader {
    /// Read a line as another that is alike but for digits; none: they decide something here.
    pub fn read_again<'a>(
        &mut self,
        header: &Header,
        line: &'a str,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Option<Line<'a>> {
        let (facts, assumed) = self.facts_again(header, line, names, ask)?;
        let (format, body) = (header.format, line[header.body(line.len())].into());
        Some(Line::Taken { format, facts, body, assumed, stream: PLAIN, trace: Trace::No })
    }

    /// The same without the body: what it says, and whether its year or day was assumed.
    #[inline]
    pub fn facts_again(
        &mut self,
        header: &Header,
        line: &str,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Option<(Facts, bool)> {
        if self.formats[header.format].is_zoned() {
            self.in_zone(header.format, of(line, header.zone));
        }
        let (time, assumed) = self.time_again(header.format, line, wide(header.time), ask)?;
        let host = self.name(header.host, line, names, ask)?;
        let facts = Facts {
            time: Some(time),
            severity: header.severity,
            level: header.level,
            module: self.name(header.module, line, names, ask)?,
            service: self.name(header.service, line, names, ask)?,
            host,
            address: match header.address {
                name if name == header.host => host,
                name => self.name(name, line, names, ask)?,
            },
        };
        Some((facts, assumed))
    }

    #[inline]
    fn name(&mut self, name: Name, line: &str, names: &mut Names, ask: &dyn Ask) -> Option<u32> {
        let at = |(start, end): Stretch| &line[start.into()..end.into()];
        Some(match name {
            Name::Same(id) => id,
            Name::At(place) => names.id(at(place)),
            Name::OfPod(place) => names.id(&self.workload(at(place), ask).ok()?),
        })
    }

    /// Return how a line was read that was taken, and add what digits decided; none: it has to be read whole.
    pub fn learn(
        &mut self,
        format: usize,
        line: &str,
        facts: &Facts,
        checks: &mut Checks,
    ) -> Option<Header> {
        let notes = self.notes_of(format, line, checks)?;
        let mut header = Header {
            format,
            severity: facts.severity,
            level: facts.level,
            time: Default::default(),
            zone: Default::default(),
            module: Name::Same(facts.module),
            service: Name::Same(facts.service),
            host: Name::Same(facts.host),
            address: Name::Same(facts.address),
            body: Default::default(),
            is_open: false,
        };
        let mut said = Fields::default();
        for &(field, what) in &self.formats[format].fields {
            let place = (notes[2 * field], notes[2 * field + 1]);
            let silent = place.0 == UNMET || place.1 == UNMET || place.0 == place.1;
            if !silent && what != Field::Other && !said.tell(what) {
                return None;
            }
            if !silent && what != Field::Body {
                // Fields keep their places: no run before one is longer.
                checks.firm((0, place.1.into()));
            }
            if !silent {
                self.note(&mut header, &mut said, (what, place), line, checks)?;
            }
        }
        if !said.told.contains(&Field::Time) {
            return None;
        }
        let body = said.body?;
        header.is_open = usize::from(body.1) == line.len();
        header.body = body;
        let module = said.file.filter(|file| !file.is_empty()).or(said.logger);
        if let Some(place) =
            module.map(|text| place_of(line, text)).filter(|&at| checks.varies(wide(at)))
        {
            header.module = Name::At(place);
        }
        self.is_told_apart(format, line, body, checks).then_some(header)
    }

    /// Note where a field stands, and that its digits must be the same where they tell something.
    fn note<'a>(
        &self,
        header: &mut Header,
        said: &mut Fields<'a>,
        (what, place): (Field, Stretch),
        line: &'a str,
        checks: &mut Checks,
    ) -> Option<()> {
        let value = of(line, place);
        match what {
            Field::Time if checks.holds_identifier(wide(place)) => return None,
            Field::Time => header.time = place,
            Field::Body => said.body = Some(place),
            Field::Zone => {
                checks.same(line, place.0 as usize, place.1 as usize);
                header.zone = place;
            }
            Field::Level | Field::Priority => {
                checks.same(line, place.0 as usize, place.1 as usize);
            }
            Field::File => said.file = Some(file_of(value).ok()?),
            Field::Logger => said.logger = Some(stripped(value)),
            Field::Service if checks.varies(wide(place)) => header.service = Name::At(place),
            Field::Pod if checks.varies(wide(place)) => header.service = Name::OfPod(place),
            Field::Host if checks.varies(wide(place)) => {
                header.host = Name::At(place);
                if !matches!(header.address, Name::Same(NOTHING)) {
                    header.address = Name::At(place);
                }
                let mut seen = Seen::default();
                self.address.run_watched(value, &mut [0; NOTES], &mut seen);
                checks.seen(line, &seen, wide(place));
            }
            Field::Service | Field::Pod | Field::Host | Field::Other => {}
            Field::Error | Field::Stream | Field::Partial => return None,
            Field::Namespace | Field::Container | Field::Replica => return None,
        }
        Some(())
    }

    /// Return what the program of a format notes, if the formats before it do not fit whatever the digits.
    fn notes_of(&mut self, format: usize, line: &str, checks: &mut Checks) -> Option<Notes> {
        let formats = &self.formats;
        let place = self.routes.place(line.as_bytes(), &|at| &formats[at as usize].program);
        checks.same_identifiers(line, 0, self.routes.walked);
        checks.firm((0, self.routes.walked));
        let (mut notes, mut seen): (Notes, _) = ([UNMET; NOTES], Seen::with_room());
        for &at in self.routes.offered(place) {
            let offered = &formats[at as usize];
            if let Some(holds) =
                offered.holds.as_ref().filter(|_| offered.is_missed_by(line.as_bytes()))
            {
                let holds = holds.needle();
                // A line alike may hold it where this one has other digits, or more of them.
                if checks.may_hold(holds) {
                    return None;
                }
                if holds.iter().any(u8::is_ascii_digit) {
                    checks.firm(ALL);
                }
                continue;
            }
            seen.clear();
            let answer = offered.program.run_watched(line, &mut notes, &mut seen);
            checks.seen(line, &seen, (0, line.len()));
            match answer {
                Answer::No => {}
                Answer::Yes if at as usize == format => return Some(notes),
                Answer::Yes => {
                    let (start, end) = offered.refused(line, &notes)?;
                    checks.same(line, start, end);
                }
                Answer::Unknown => return None,
            }
        }
        None
    }

    /// Whether a body is a line of no other format whatever its digits.
    fn is_told_apart(
        &mut self,
        format: usize,
        line: &str,
        (start, end): Stretch,
        checks: &mut Checks,
    ) -> bool {
        let body = of(line, (start, end));
        let Some(mut inside) = self.formats[format].inside.take() else { return true };
        let formats = &self.formats;
        let place = inside.place(body.as_bytes(), &|at| &formats[at as usize].program);
        checks.same_identifiers(line, start.into(), start as usize + inside.walked);
        checks.firm((start.into(), start as usize + inside.walked));
        let (mut notes, mut seen): (Notes, _) = ([UNMET; NOTES], Seen::with_room());
        let apart = inside.offered(place).iter().all(|&at| {
            let offered = &formats[at as usize];
            seen.clear();
            let answer = offered.program.run_watched(body, &mut notes, &mut seen);
            checks.seen(line, &seen, (start.into(), end.into()));
            let refused = match answer {
                Answer::Yes => offered.refused(body, &notes),
                _ => None,
            };
            if let Some((from, to)) = refused {
                checks.same(line, start as usize + from, start as usize + to);
            }
            answer == Answer::No || refused.is_some()
        });
        self.formats[format].inside = Some(inside);
        apart
    }
}

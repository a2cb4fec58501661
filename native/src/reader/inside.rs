//! What stands inside the line of a container.

use super::{Around, Ask, Format, Reader, Trace, Use, WARN, are_no_pairs, facts_of, head_of};
use crate::steps::{Answer, NOTES, Notes, UNMET};
use crate::tally::{Facts, NOTHING};
use crate::texts::Names;

/// What stands inside a container's line.
pub enum Inside {
    /// A record: the number under which its formats are counted, its facts, where its body stands, and whether the year or
    /// day of its own stamp was assumed, which counts where nothing around it says when it was.
    Taken {
        format: usize,
        facts: Facts,
        body: (usize, usize),
        assumed: bool,
        trace: Trace,
    },
    Unsure,
    Joined,
    /// It opens a record of several lines of a format.
    Opens(usize),
    /// It opens one of which only Python says where it ends.
    Block,
    /// Only Python knows, and whether it opens one.
    Unread,
}

/// How what stands inside is read: what is said around it, whether it stands in the bytes at hand, and whether it counts only
/// if it says when or how bad it was.
#[derive(Clone, Copy)]
struct How {
    around: Around,
    is_raw: bool,
    must_tell: bool,
}

impl Reader {
    /// Read what stands inside a container's line; `is_raw`: as it stands in the bytes at hand.
    pub fn read_inside(
        &mut self,
        (wrap, around, is_raw): (usize, Around, bool),
        text: &str,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Inside {
        if self.formats[wrap].inside.is_none() {
            return Inside::Joined;
        }
        let how = How { around, is_raw, must_tell: false };
        let found = self.look_inside((wrap, false), how, text, names, ask);
        found.unwrap_or_else(|| self.plain_inside((wrap, around), text))
    }

    /// Read what the message of a line of a format is that says when; none: no line of another format.
    pub fn read_message(
        &mut self,
        (outer, time): (usize, i64),
        is_levelled: bool,
        text: &str,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Option<Inside> {
        let further = self.formats[outer].looks_further(is_levelled);
        let around = Around { time: Some(time), service: NOTHING };
        let how = How { around, is_raw: false, must_tell: further };
        self.look_inside((outer, further), how, text, names, ask)
    }

    /// Return what a text is inside a line of a format, `further`: of more formats than in all lines; none: of none.
    fn look_inside(
        &mut self,
        (outer, further): (usize, bool),
        how: How,
        text: &str,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Option<Inside> {
        let mut inside = self.formats[outer].inside_of(further).take()?;
        let formats = &self.formats;
        let place = inside.place(text.as_bytes(), &|at| &formats[at as usize].program);
        let found = self.first_inside((outer, how), inside.offered(place), text, names, ask);
        *self.formats[outer].inside_of(further) = Some(inside);
        found
    }

    /// Return what a text is of the first format that fits it, of those offered; none: none fits.
    fn first_inside(
        &mut self,
        (wrap, how): (usize, How),
        offered: &[u16],
        text: &str,
        names: &mut Names,
        ask: &dyn Ask,
    ) -> Option<Inside> {
        let mut notes: Notes = [UNMET; NOTES];
        let head = head_of(text);
        for (place, &at) in offered.iter().enumerate() {
            let unsure = |this: &Self| Some(this.unsure(&offered[place..], text));
            let format = at as usize;
            let told = &self.formats[format];
            if how.is_raw && told.absent || told.is_missed_by(text.as_bytes()) {
                continue;
            }
            match self.formats[format].program.run(head, &mut notes) {
                Answer::No => continue,
                Answer::Unknown => return unsure(self),
                Answer::Yes => {}
            }
            match self.formats[format].purpose {
                Use::Pairs if are_no_pairs(text) => continue,
                Use::Python | Use::Pairs | Use::Wraps => return unsure(self),
                Use::Joined => return Some(Inside::Joined),
                Use::Opens if head.len() < text.len() => return unsure(self),
                Use::Opens => return Some(Inside::Opens(format)),
                Use::Block => return Some(Inside::Block),
                Use::Read => {}
            }
            match self.said(format, text, &notes, names, ask) {
                Err(Answer::No) => {}
                Err(_) => return unsure(self),
                Ok(said) if !said.error.is_empty() => return Some(Inside::Unsure),
                Ok(said) if self.may_hold_another(format, said.body, true) => {
                    return Some(Inside::Unsure);
                }
                Ok(said) if how.must_tell && said.time.is_none() && said.level.is_none() => {
                    return Some(Inside::Unsure);
                }
                Ok(said) => {
                    let facts = how.around.put(facts_of(&said, names));
                    let start = match said.body {
                        "" => 0,
                        body => body.as_ptr() as usize - text.as_ptr() as usize,
                    };
                    let body = (start, start + said.body.len());
                    let (format, trace) = (self.number(wrap, format)?, Trace::No);
                    let assumed = said.assumed && how.around.time.is_none();
                    return Some(Inside::Taken { format, facts, body, assumed, trace });
                }
            }
        }
        None
    }

    /// Return what a text is that only Python reads, by one of the formats offered.
    fn unsure(&self, offered: &[u16], text: &str) -> Inside {
        let opens = |&at: &u16| {
            let Format { purpose, program, .. } = &self.formats[at as usize];
            matches!(purpose, Use::Opens | Use::Block)
                && program.run(head_of(text), &mut [UNMET; NOTES]) != Answer::No
        };
        if offered.iter().any(opens) { Inside::Unread } else { Inside::Unsure }
    }

    /// The number under which records of a format inside another are counted.
    pub fn number(&self, wrap: usize, format: usize) -> Option<usize> {
        Some(self.formats.len() * (1 + self.wrap_of(wrap)?) + format)
    }

    /// Whether records of a number are of a format inside another.
    pub fn is_inner(&self, number: usize) -> bool {
        number >= self.formats.len()
    }

    /// Return what a text inside a container's line is that no format fits.
    fn plain_inside(&mut self, (wrap, around): (usize, Around), text: &str) -> Inside {
        let Some(trace) = self.stacks.of(text) else { return Inside::Unsure };
        let (facts, body) = (around.put(Facts::default()), (0, text.len()));
        Inside::Taken { format: wrap, facts, body, assumed: false, trace }
    }
}

impl Around {
    /// Return what a line says inside with what is said around it, which comes first.
    pub fn put(self, inner: Facts) -> Facts {
        let service = if self.service == NOTHING { inner.service } else { self.service };
        Facts { time: self.time.or(inner.time), service, ..inner }
    }
}

/// Return what a line and its message say together, as `paicha.kernel.normalise.join` does; none: what both say of
/// the module or the host has to be told apart further.
pub fn joined(outer: Facts, inner: Facts) -> Option<Facts> {
    let either = |one: u32, other: u32| if one == NOTHING { other } else { one };
    let both = [(outer.module, inner.module), (outer.host, inner.host)];
    if both.iter().any(|&(one, other)| one != NOTHING && other != NOTHING) {
        return None;
    }
    let prints = 0 < outer.severity && outer.severity < WARN && WARN <= inner.severity;
    let (is_levelled, has_host) = (outer.level != NOTHING && !prints, outer.host != NOTHING);
    Some(Facts {
        time: outer.time,
        severity: if is_levelled { outer.severity } else { inner.severity },
        level: if is_levelled { outer.level } else { inner.level },
        module: either(outer.module, inner.module),
        service: either(outer.service, inner.service),
        host: either(outer.host, inner.host),
        address: if has_host { outer.address } else { inner.address },
    })
}

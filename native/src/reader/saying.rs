//! What a line's header says: when, how bad, of whom.

use std::borrow::Cow;

use super::{Ask, Field, HEAD, REMEMBERED, Reader, head_of, stripped};
use crate::steps::{Answer, NOTES, Notes, UNMET};
use crate::tally::{Facts, NOTHING};
use crate::texts::Names;

/// What a line says so far.
pub(super) struct Said<'a> {
    pub(super) time: Option<i64>,
    pub(super) assumed: bool,
    pub(super) severity: i8,
    pub(super) level: Option<u32>,
    pub(super) body: &'a str,
    pub(super) file: &'a str,
    pub(super) logger: &'a str,
    pub(super) service: Option<u32>,
    pub(super) address: &'a str,
    pub(super) id: &'a str,
    pub(super) stream: &'a str,
    /// Namespace, pod, container and replica, which tell streams apart.
    pub(super) among: [&'a str; 4],
    pub(super) is_piece: bool,
    /// What went wrong, which belongs to the message.
    pub(super) error: &'a str,
}

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
    /// Return what a line of a format says, whose fields stand where its program noted them: what it did not see of a long
    /// one belongs to the body.
    pub(super) fn said<'a>(
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
        if line.len() > HEAD {
            let is_body = said.error.is_empty();
            let body = with_rest(said.body, line).filter(|_| is_body);
            said.body = body.ok_or(Answer::Unknown)?;
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
pub(super) fn facts_of(said: &Said<'_>, names: &mut Names) -> Facts {
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
pub(crate) fn with_error<'a>(body: &'a str, error: &str) -> Cow<'a, str> {
    match error {
        "" => body.into(),
        _ if error.contains('\n') => format!("{body}\n{error}").into(),
        _ => format!("{body} error={error}").into(),
    }
}

/// Return a body with what no pattern sees of a long line; none: that stands elsewhere.
pub(crate) fn with_rest<'a>(body: &'a str, line: &'a str) -> Option<&'a str> {
    let seen = head_of(line).len();
    if seen == line.len() {
        return Some(body);
    }
    let start = (body.as_ptr() as usize).wrapping_sub(line.as_ptr() as usize);
    let is_last = !body.is_empty() && start.wrapping_add(body.len()) == seen;
    is_last.then(|| &line[start..])
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

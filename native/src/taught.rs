//! Lines of named fields (JSON, logfmt), which Python reads: the second of a kind is taught, and others are
//! read here by what that told. `paicha.kernel.lessons` says what the values of a line are for.

mod escapes;

use std::borrow::Cow;

use memchr::memmem;

use crate::fields::Value;
use crate::frames::{Frames, Ids, Role};
use crate::lines::Scan;
use crate::numbers::as_python_writes;
use crate::reader::{
    Around, Ask, HEAD, Inside, Line, Outer, PLAIN, Reader, Trace, file_of, joined,
};
use crate::tally::{Facts, NOTHING};
use crate::texts::Names;

pub(crate) use escapes::{unescaped, unescaped_message};

/// What stands between a message and what went wrong, where both belong to it.
const BETWEEN: &str = " error=";
/// Docker cuts a line into pieces of this size [bytes].
const PIECE: usize = 1 << 14;
/// Digits of a number that may be a time, at most, and of its fraction.
const WHOLE: usize = 20;
const BEFORE_POINT: usize = 10;
const FRACTION: usize = 9;

/// How a text says what may not stand in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Json,
    Pairs,
    Row,
}

impl Written {
    /// How texts are written in a line, which is a row where something stands between its cells.
    pub(crate) fn of(line: &str, delimiter: Option<u8>) -> Self {
        match delimiter {
            Some(_) => Self::Row,
            None if line.starts_with('{') => Self::Json,
            None => Self::Pairs,
        }
    }
}

/// The number under which records of a format inside another are counted, and what they say.
type Other = (usize, Facts);

/// The values of a line that are read.
#[derive(Default)]
struct Read<'a> {
    time: Option<Cow<'a, str>>,
    body: Cow<'a, str>,
    module: Option<&'a str>,
    service: Option<&'a str>,
    pod: Option<&'a str>,
    host: Option<&'a str>,
    /// Only Python knows what stands inside.
    is_unsure: bool,
    /// It names no message: the line is its own.
    is_own: bool,
}

impl Scan {
    /// Read a line of named fields; none: it is of no kind that is known, or Python has to.
    pub(crate) fn read_named<'a>(&mut self, line: &'a str, ask: &dyn Ask) -> Option<Line<'a>> {
        self.read_kind(line, ask).map(|(line, _)| line)
    }

    /// The same, and whether a line may hold several such in a list.
    pub(crate) fn read_kind<'a>(
        &mut self,
        line: &'a str,
        ask: &dyn Ask,
    ) -> Option<(Line<'a>, bool)> {
        let names = &mut self.tally.names;
        let (kind, read) = values_of(&mut self.frames, line, names)?;
        let format = kind.format;
        let (time, _) = self.reader.time(format, read.time.as_deref()?, ask).ok()?;
        let (time, assumed) = (time?, false);
        if let Some(stream) = &kind.stream {
            let stream = self.reader.stream(stream)?;
            if read.is_unsure {
                return Some((Line::Unsure(stream), false));
            }
            let (body, is_piece) = (read.body, false);
            let around = Around { time: Some(time), service: NOTHING };
            let outer = Outer { format, around, assumed, stream, is_piece, body };
            return Some((Line::Wrapped(outer), false));
        }
        let outer = read.facts(&kind, time, names, (&mut self.reader, ask))?;
        let (inner, body) = match read.is_own {
            true => (None, read.body),
            false => self.read_message((format, &outer), read.body, ask)?,
        };
        let (format, facts) = match inner {
            Some((format, inner)) => (format, joined(outer, inner)?),
            None => (format, outer),
        };
        let (stream, trace) = (PLAIN, Trace::No);
        let line = Line::Taken { format, facts, body, assumed, stream, trace };
        Some((line, kind.may_be_listed))
    }

    /// Return the format and the facts of what a message of a line of a format is, if it is a line of another, and its
    /// message; none: Python has to say.
    fn read_message<'a>(
        &mut self,
        (format, outer): (usize, &Facts),
        text: Cow<'a, str>,
        ask: &dyn Ask,
    ) -> Option<(Option<Other>, Cow<'a, str>)> {
        let is_levelled = outer.level != NOTHING;
        let time = outer.time?;
        let around = Around { time: Some(time), service: NOTHING };
        if text.is_empty() {
            return Some((None, text));
        }
        let may_hold_named =
            !is_levelled && self.reader.formats[format].inside_unlevelled.is_some();
        let named = match may_hold_named {
            true => self.read_named_inside((format, around), &text, ask),
            false => None,
        };
        if let Some((format, facts, body)) = named {
            let body = body.into_owned();
            return Some((Some((format, facts)), body.into()));
        }
        let names = &mut self.tally.names;
        match self.reader.read_message((format, time), is_levelled, &text, names, ask) {
            None => Some((None, text)),
            Some(Inside::Taken { format, facts, body: (start, end), .. }) => {
                let body = match text {
                    Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
                    Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
                };
                Some((Some((format, facts)), body))
            }
            Some(_) => {
                if may_hold_named {
                    self.learn_named_inside(format, &text, ask);
                }
                None
            }
        }
    }

    /// Read what stands inside a container's line of a format; none: Python or patterns have to.
    pub(crate) fn read_named_inside<'a>(
        &mut self,
        (wrap, around): (usize, Around),
        text: &'a str,
        ask: &dyn Ask,
    ) -> Option<(usize, Facts, Cow<'a, str>)> {
        let frames = &mut self.inner_frames[self.reader.wrap_of(wrap)?];
        if !frames.may_know(text) {
            return None;
        }
        let names = &mut self.tally.names;
        let (kind, read) = values_of(frames, text, names)?;
        let is_levelled = kind.ids[0] != NOTHING;
        if !read.is_own && self.reader.may_hold_another(kind.format, &read.body, is_levelled) {
            return None;
        }
        // What names no message must say when it was.
        let stamp = match around.time {
            Some(time) if !read.is_own => time,
            _ => self.reader.time(kind.format, read.time.as_deref()?, ask).ok()?.0?,
        };
        let format = self.reader.number(wrap, kind.format)?;
        let facts = read.facts(&kind, stamp, names, (&mut self.reader, ask))?;
        Some((format, around.put(facts), read.body))
    }

    /// Let Python say how a line is read that it has to read, if that is worth it.
    pub(crate) fn learn_named(&mut self, line: &str, ask: &dyn Ask) {
        let is_worth = self.frames.is_worth_asking(line);
        if let Some(lesson) = is_worth.then(|| ask.lesson(line)).flatten() {
            self.frames.learn(line, lesson);
        }
    }

    /// The same of what stands inside a container's line of a format.
    pub(crate) fn learn_named_inside(&mut self, wrap: usize, text: &str, ask: &dyn Ask) {
        let Some(at) = self.reader.wrap_of(wrap) else { return };
        let frames = &mut self.inner_frames[at];
        let is_worth = frames.is_worth_asking(text);
        if let Some(lesson) = is_worth.then(|| ask.lesson_inside(wrap, text)).flatten() {
            frames.learn(text, lesson);
        }
    }
}

/// What all lines of a kind are: their format and severity, the ids of what they say, and their stream.
struct Kind {
    format: usize,
    severity: i8,
    ids: Ids,
    stream: Option<Box<str>>,
    may_be_listed: bool,
}

impl Read<'_> {
    /// Return what a line of a kind says at a time; none: only Python knows.
    fn facts(
        &self,
        kind: &Kind,
        time: i64,
        names: &mut Names,
        (reader, ask): (&mut Reader, &dyn Ask),
    ) -> Option<Facts> {
        let [level, module, service, host, address] = kind.ids;
        let workload = self.pod.map(|pod| reader.workload(pod, ask)).transpose().ok()?;
        let is_address = self.host.map(|host| reader.is_address(host)).transpose().ok()?;
        let mut id = |text: Option<&str>, same: u32| text.map_or(same, |text| names.id(text));
        let host = id(self.host, host);
        Some(Facts {
            time: Some(time),
            severity: kind.severity,
            level,
            module: id(self.module, module),
            service: id(self.service.or(workload.as_deref()), service),
            host,
            address: match is_address {
                None => address,
                Some(true) => host,
                Some(false) => names.id(""),
            },
        })
    }
}

/// Return what lines of its kind are, and what is read of a line.
fn values_of<'a>(
    frames: &mut Frames,
    line: &'a str,
    names: &mut Names,
) -> Option<(Kind, Read<'a>)> {
    let how = Written::of(line, frames.delimiter);
    let mut read = Read::default();
    let (taught, values) = frames.find(line)?;
    let wraps = taught.stream.is_some();
    let (mut body, mut error) = (None, None);
    for (role, value) in values {
        match role {
            Role::Time => read.time = stamp(value, line),
            Role::Body if wraps && value.is_quoted => match wrapped(value, line) {
                // Of a line that may go on in the next Python says so.
                Some(_) if may_be_piece(value, line) => return None,
                Some(text) => body = Some(text),
                None => read.is_unsure = true,
            },
            Role::Body => body = Some(said(value, line, (how, true), unescaped_message)?),
            Role::Error => error = Some(said(value, line, (how, true), unescaped)?),
            Role::Module => read.module = Some(name(value, line)?),
            Role::File => {
                let file = name(value, line).filter(|file| !may_be_log_file(file))?;
                read.module = Some(file_of(file).ok()?);
            }
            Role::Service => read.service = Some(name(value, line)?),
            Role::Pod => read.pod = Some(name(value, line)?),
            // Several addresses stand in brackets.
            Role::Host => read.host = Some(name(value, line).filter(|it| !it.starts_with('['))?),
            Role::Free | Role::Decides => {}
        }
    }
    // What names no message is its own.
    read.is_own = body.is_none();
    read.body = body.unwrap_or(line.into());
    read.body = with_error(read.body, error);
    let (format, severity, stream) = (taught.format, taught.severity, taught.stream.clone());
    let may_be_listed = taught.may_be_listed;
    Some((Kind { format, severity, ids: taught.ids(names), stream, may_be_listed }, read))
}

/// Return a message with what went wrong.
fn with_error<'a>(body: Cow<'a, str>, error: Option<Cow<'_, str>>) -> Cow<'a, str> {
    let Some(error) = error else { return body };
    let between = if error.contains('\n') { "\n" } else { BETWEEN };
    format!("{body}{between}{error}").into()
}

/// Return the message of a line whose values are for something; none: it names none, or only Python knows.
pub(crate) fn message_of<'a>(
    (roles, values): (&[Role], &[Value]),
    (line, how): (&'a str, Written),
) -> Option<Cow<'a, str>> {
    let place = |role: Role| roles.iter().position(|&one| one == role);
    let error = match place(Role::Error) {
        Some(at) => Some(said(values[at], line, (how, true), unescaped)?),
        None => None,
    };
    let body = said(values[place(Role::Body)?], line, (how, true), unescaped_message)?;
    Some(with_error(body, error))
}

/// Whether a file may be one of logs, and where the line was found: `is_log_file` of `kernel.log_places`.
fn may_be_log_file(file: &str) -> bool {
    [".log", ".out", ".err", "/var/log/", "/var/lib/docker/"].iter().any(|part| file.contains(part))
}

/// Return what a value says around which a container runtime put a line: the ends of lines behind it are no part.
pub(crate) fn wrapped(value: Value, line: &str) -> Option<Cow<'_, str>> {
    let value = without_ends(value, line);
    if value.is_quoted && value.start == value.end {
        return Some("".into());
    }
    said(value, line, (Written::Json, false), unescaped_message)
}

/// Whether a runtime may have cut a line here: `_is_piece` of `kernel.line_formats`.
fn may_be_piece(value: Value, line: &str) -> bool {
    let is_ended = || without_ends(value, line) != value && value.of(line).ends_with('n');
    // What is escaped is no shorter than what it means.
    value.end - value.start >= PIECE && !is_ended()
}

/// Return a text of JSON without the ends of lines behind it.
fn without_ends(mut value: Value, line: &str) -> Value {
    while let Some(text) = value.of(line).strip_suffix(['n', 'r']) {
        let escapes = text.len() - text.trim_end_matches('\\').len();
        if escapes % 2 == 0 {
            break;
        }
        value.end -= 2;
    }
    value
}

/// Return what a value says that may be a stamp: a text, or a number as Python writes it.
fn stamp(value: Value, line: &str) -> Option<Cow<'_, str>> {
    let text = value.of(line);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if value.is_escaped || text.is_empty() || text.len() > HEAD || text.contains('\n') {
        return None;
    }
    match text.split_once('.') {
        _ if value.is_quoted => Some(text.into()),
        None => (text.len() <= WHOLE && digits(text)).then_some(text.into()),
        Some((whole, fraction)) => {
            let short = whole.len() <= BEFORE_POINT && fraction.len() <= FRACTION;
            (short && digits(whole) && digits(fraction)).then(|| as_python_writes(text).into())
        }
    }
}

/// Return what a value says in a message, which may be of several lines; none: Python reads it.
pub(crate) fn said(
    value: Value,
    line: &str,
    (how, has_lines): (Written, bool),
    meaning: fn(&str, bool) -> Option<String>,
) -> Option<Cow<'_, str>> {
    let is_escaped = value.is_escaped;
    let is_json = how == Written::Json;
    let value = if is_json && is_escaped { without_ends(value, line) } else { value };
    let text = value.of(line);
    // Python cuts the ends of lines off a message.
    if text.is_empty() || !value.is_quoted || text.ends_with(['\r', '\n']) {
        return None;
    }
    if !is_escaped {
        return Some(text.into());
    }
    if how == Written::Row {
        return Some(text.replace("\"\"", "\"").into());
    }
    if !is_json {
        let plain = text.replace("\\\"", "\"");
        return memmem::find(plain.as_bytes(), b"\\n").is_none().then_some(plain.into());
    }
    meaning(text, has_lines).map(Cow::Owned)
}

/// Return a name that stands in its line as it is, without blanks around it; none: it is no such, or very long.
fn name(value: Value, line: &str) -> Option<&str> {
    let text = value.of(line);
    let ends = [text.chars().next()?, text.chars().next_back()?];
    let is_plain = value.is_quoted && !value.is_escaped && text.len() <= HEAD;
    let shows =
        |char: &char| if char.is_ascii() { char.is_ascii_graphic() } else { !char.is_whitespace() };
    (is_plain && ends.iter().all(shows)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{Written, said, stamp, unescaped, unescaped_message};
    use crate::fields::Value;

    fn value(text: &str, is_quoted: bool) -> Value {
        Value { start: 0, end: text.len(), is_quoted, is_escaped: text.contains('\\') }
    }

    #[test]
    fn a_message_is_what_its_escapes_mean() {
        const JSON: Written = Written::Json;
        for (text, how, expected) in [
            (r#"say \"a\\b\/c\t\""#, JSON, Some("say \"a\\b/c\t\"")),
            (r"\u4e2d\u6587 \ud83d\ude00\u0041", JSON, Some("中文 😀A")),
            (r"bell \u0007", JSON, None),
            (r"half \ud83d", JSON, None),
            (r"other half \ude00", JSON, None),
            (r"half \ud83d\u0041", JSON, None),
            (r"two\nlines\r\n", JSON, Some("two\nlines")),
            (r"a \\n", JSON, Some("a \\n")),
            (r"\n", JSON, None),
            (r#"say \"a\\b\""#, Written::Pairs, Some(r#"say "a\\b""#)),
            (r"two\nlines", Written::Pairs, None),
            ("", JSON, None),
            (r#"say ""a\n"""#, Written::Row, Some(r#"say "a\n""#)),
        ] {
            let found = said(value(text, true), text, (how, true), unescaped);
            assert_eq!(found.as_deref(), expected);
        }
    }

    #[test]
    fn a_message_is_what_is_left_without_colours() {
        for (text, expected) in [
            (r"\u001b[0m", None),
            (r"\u001b[1ma\u001B[0m\n", Some("a")),
            (r"\u001b[1m中\u001b[0m\nb", Some("中\nb")),
            (r"a\n\u001b[0m", None),
            (r"\u001b(B\u001b[0m", None),
            (r"\u001b\u001b[0m[0m", None),
        ] {
            let found = said(value(text, true), text, (Written::Json, true), unescaped_message);
            assert_eq!(found.as_deref(), expected, "{text}");
            assert_eq!(unescaped(text, true), None);
        }
    }

    #[test]
    fn a_number_is_a_stamp_as_python_writes_it() {
        for (text, expected) in [
            ("1741064767891", Some("1741064767891")),
            ("1741064767.8912345", Some("1741064767.8912344")),
            ("1741064767.0", Some("1741064767")),
            ("1741064767.1234567890", None),
            ("1e9", None),
            ("-5", None),
        ] {
            assert_eq!(stamp(value(text, false), text).as_deref(), expected, "{text}");
        }
    }
}

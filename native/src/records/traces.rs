//! What the stack trace of a record says: twin of `paicha.kernel.stacks.StackReader.read`.

use memchr::memchr;

use super::json::{Attributes, Key, write_text};
use crate::chars::prefix;
use crate::steps::{Answer, NOTES, Notes, Program, UNMET};

/// What of a record is looked at, and of each line: `_LINES` and `_CHARACTERS` of `kernel.stacks`.
const LINES: usize = 400;
const CHARACTERS: usize = 600;

/// A pattern over the beginning of a line, and the numbers of up to three of its groups; 0: it has no such.
pub struct Pattern {
    pub program: Program,
    pub groups: [usize; 3],
}

/// How one language writes stack traces.
pub struct Language {
    /// Exception and message.
    pub head: Pattern,
    /// The same of what caused the one before.
    pub cause: Option<Pattern>,
    /// Function, file and line.
    pub frame: Pattern,
    /// The function of a frame, in the line above it.
    pub above: Option<Pattern>,
    pub innermost_is_last: bool,
    pub head_is_last: bool,
    pub libraries: Vec<String>,
    pub library_paths: Vec<String>,
}

/// The languages in the order they are tried; none: what a trace says is Python's to tell.
pub struct Traces {
    languages: Option<Vec<Language>>,
    keys: [Key; 6],
}

/// One exception and its frames.
#[derive(Default)]
struct Trace<'a> {
    name: &'a str,
    message: &'a str,
    has_frames: bool,
    /// The innermost frame of the application's own.
    own: Option<[&'a str; 3]>,
}

impl Pattern {
    /// Return what its groups hold at the beginning of a line, if it fits; none: only Python knows.
    fn read<'a>(&self, line: &'a str) -> Option<Option<[&'a str; 3]>> {
        let mut notes: Notes = [UNMET; NOTES];
        match self.program.run(line, &mut notes) {
            Answer::Unknown => None,
            Answer::No => Some(None),
            Answer::Yes => {
                Some(Some(self.groups.map(|at| match (notes[2 * at], notes[2 * at + 1]) {
                    (UNMET, _) | (_, UNMET) => "",
                    (start, end) => &line[start as usize..end as usize],
                })))
            }
        }
    }
}

impl Traces {
    pub fn new(languages: Option<Vec<Language>>) -> Self {
        let names = ["code.file.path", "code.function.name", "code.line.number"];
        let others = ["exception.cause", "exception.message", "exception.type"];
        let [[file, function, line], [cause, message, name]] =
            [names, others].map(|names| names.map(Key::new));
        Self { languages, keys: [file, function, line, cause, message, name] }
    }

    /// Return what a body says of a stack trace, if it is of several lines; none: only Python knows.
    pub(super) fn of(&self, body: &str) -> Option<Attributes<'_>> {
        match memchr(b'\n', body.as_bytes()) {
            None => Some(Attributes::default()),
            Some(_) => self.read(body),
        }
    }

    /// Return the attributes that the stack trace in a body gives; none: only Python knows.
    fn read(&self, body: &str) -> Option<Attributes<'_>> {
        let lines = || body.split('\n').take(LINES).map(|line| prefix(line, CHARACTERS));
        let mut said = Attributes::default();
        for language in self.languages.as_ref()? {
            for line in lines() {
                if language.frame.read(line)?.is_some() {
                    self.put(language, &language.traces(lines())?, &mut said)?;
                    return Some(said);
                }
            }
        }
        Some(said)
    }

    /// Put what traces say, in the order of the names.
    fn put<'k>(
        &'k self,
        language: &Language,
        traces: &[Trace<'_>],
        said: &mut Attributes<'k>,
    ) -> Option<()> {
        let mut traces: Vec<&Trace<'_>> =
            traces.iter().filter(|one| !one.name.is_empty()).collect();
        if language.head_is_last {
            traces.reverse();
        }
        let (Some(told), Some(root)) = (traces.first(), traces.last()) else { return Some(()) };
        // What was raised first stands last.
        let own = traces.iter().rev().find_map(|one| one.own);
        let [function, file, line] = own.unwrap_or_default();
        let cause = if traces.len() > 1 { root.name } else { "" };
        let texts = [file, function, line, cause, told.message, told.name];
        for (at, (key, text)) in self.keys.iter().zip(texts).enumerate() {
            match text {
                "" => continue,
                line if at == 2 => said.value().push_str(&number_of(line)?.to_string()),
                text => write_text(text, said.value()),
            }
            said.put(key);
        }
        Some(())
    }
}

impl Language {
    /// Return the exceptions in the order they are written; none: only Python knows.
    fn traces<'a>(&self, lines: impl Iterator<Item = &'a str>) -> Option<Vec<Trace<'a>>> {
        let (mut traces, mut trace) = (Vec::new(), Trace::default());
        let mut before = "";
        for line in lines {
            let above = std::mem::replace(&mut before, line);
            let cause = self.cause.as_ref().map_or(Some(None), |cause| cause.read(line))?;
            let head = if cause.is_some() { cause } else { self.head.read(line)? };
            if head.is_none() && trace.own.is_some() && !self.innermost_is_last {
                continue; // a frame further out, or nothing
            }
            if let Some(frame) = self.frame.read(line)? {
                trace.has_frames = true;
                let own = self.own(frame, above)?;
                trace.own =
                    if self.innermost_is_last { own.or(trace.own) } else { trace.own.or(own) };
                continue;
            }
            let Some([name, message, _]) = head else { continue };
            let is_further = cause.is_some() && (!trace.name.is_empty() || trace.has_frames);
            if self.head_is_last && trace.has_frames {
                traces.push(Trace { name, message, ..std::mem::take(&mut trace) });
            } else if !self.head_is_last && is_further {
                traces.push(std::mem::replace(
                    &mut trace,
                    Trace { name, message, ..Trace::default() },
                ));
            } else if !self.head_is_last && trace.name.is_empty() && !trace.has_frames {
                (trace.name, trace.message) = (name, message);
            }
        }
        traces.push(trace);
        Some(traces)
    }

    /// Return a frame if it is the application's own; none: only Python knows.
    fn own<'a>(
        &self,
        [mut function, file, line]: [&'a str; 3],
        above: &'a str,
    ) -> Option<Option<[&'a str; 3]>> {
        if let Some(pattern) = &self.above {
            function = pattern.read(above)?.map_or("", |[function, ..]| function);
        }
        let is_library = self.libraries.iter().any(|one| function.starts_with(one.as_str()))
            || self.library_paths.iter().any(|one| file.contains(one.as_str()));
        Some((!is_library).then_some([function, file, line]))
    }
}

/// Return the number of a line of the source; none: its digits are Python's to tell.
fn number_of(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

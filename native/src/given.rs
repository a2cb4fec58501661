//! Formats, stamps, stack traces and lessons as Python hands them over.

use crate::frames::{GivenKept, Lesson, Said, Spots, Stretch};
use crate::packed;
use crate::reader::{Field, Fields, Format, How, Kind, Parts, Reader, Stacks, Use};
use crate::records::{Column, Key, Language, Pattern, Told, Traces};
use crate::steps::Program;
use memchr::memmem::Finder;

/// A program, packed.
#[cfg(feature = "python")]
pub type GivenProgram = pyo3::pybacked::PyBackedBytes;
#[cfg(not(feature = "python"))]
pub type GivenProgram = Vec<u8>;
/// Program, use, fields, kinds, inner, inner of lines without a level, level, a text that every line of it holds,
/// what its lines say beside what is counted, and what a list of its records in one line is called.
pub type GivenFormat = (
    GivenProgram,
    u8,
    Vec<(usize, String)>,
    Vec<usize>,
    Vec<usize>,
    Vec<usize>,
    String,
    String,
    Option<GivenTold>,
    String,
    GivenJoins,
);
/// Whether a format fits almost anything, which format's records its lines continue, the number of the field that names the
/// process, what fits all lines of a record that one of it opens, what its message and its module are put together from, and whether the lines of
/// its records name their fields in no object of JSON, and what fits the last line of one that is.
type GivenJoins = (
    bool,
    Option<usize>,
    Option<usize>,
    Option<GivenProgram>,
    (Option<Parts>, Option<Parts>),
    Option<(bool, Option<GivenProgram>)>,
);
/// Where the fields go that are kept and not counted, and the attributes.
type GivenTold = (Vec<(usize, String)>, Vec<(usize, String)>);
/// Name, how it is read, program, whether its year or day is placed.
pub type GivenKind = (String, String, Option<GivenProgram>, bool);
/// What continues a stack trace, what opens one, and what ends one; and how languages write them.
pub type GivenStacks =
    (Vec<GivenProgram>, Vec<GivenProgram>, Vec<GivenProgram>, Option<Vec<GivenLanguage>>);

/// A pattern of stack traces and numbers of its groups.
type GivenPattern = (GivenProgram, [usize; 3]);
/// Head, cause, frame and what stands above it; whether the innermost frame and the head stand last; libraries, and
/// parts of their paths.
type GivenLanguage = (
    GivenPattern,
    Option<GivenPattern>,
    GivenPattern,
    Option<GivenPattern>,
    (bool, bool),
    Vec<String>,
    Vec<String>,
);

fn program(given: GivenProgram) -> Option<Program> {
    packed::program(&given)
}

/// Return the program that may be given; none: what is given is none.
fn maybe_program(given: Option<GivenProgram>) -> Option<Option<Program>> {
    given.map_or(Some(None), |given| program(given).map(Some))
}

fn field(name: &str) -> Field {
    match name {
        "time" => Field::Time,
        "zone" => Field::Zone,
        "level" => Field::Level,
        "body" => Field::Body,
        "file" => Field::File,
        "logger" => Field::Logger,
        "service" => Field::Service,
        "pod" => Field::Pod,
        "host" => Field::Host,
        "pri" => Field::Priority,
        "error" => Field::Error,
        "stream" => Field::Stream,
        "partial" => Field::Partial,
        "namespace" => Field::Namespace,
        "container" => Field::Container,
        "replica" => Field::Replica,
        _ => Field::Other,
    }
}

fn told_of((columns, attributes): GivenTold) -> Told {
    let column = |(field, name): (usize, String)| Some((field, Column::of(&name)?));
    Told {
        columns: columns.into_iter().filter_map(column).collect(),
        attributes: attributes.into_iter().map(|(field, name)| (field, Key::new(&name))).collect(),
    }
}

fn language_of(given: GivenLanguage) -> Option<Language> {
    let (head, cause, frame, above, (innermost_is_last, head_is_last), libraries, library_paths) =
        given;
    let pattern = |(given, groups): GivenPattern| -> Option<Pattern> {
        Some(Pattern { program: program(given)?, groups })
    };
    // Of a pattern that is given there has to be a program.
    let maybe =
        |given: Option<GivenPattern>| given.map_or(Some(None), |one| pattern(one).map(Some));
    Some(Language {
        head: pattern(head)?,
        cause: maybe(cause)?,
        frame: pattern(frame)?,
        above: maybe(above)?,
        innermost_is_last,
        head_is_last,
        libraries,
        library_paths,
    })
}

/// As `kernel.lessons.Lesson` says, but for the format.
pub type GivenLesson = (
    i8,
    Said,
    Spots,
    Option<Stretch>,
    Option<Stretch>,
    Option<Stretch>,
    Vec<Stretch>,
    Vec<String>,
    Option<String>,
    Option<GivenKept>,
    bool,
    usize,
);

/// Return what reads lines of some formats, whose stamps are of some kinds, and their stack traces.
///
/// None: a program is none.
pub fn reader_of(
    (formats, kinds): (Vec<GivenFormat>, Vec<GivenKind>),
    address: GivenProgram,
    (continues, opens, closes, languages): GivenStacks,
) -> Option<(Reader, Traces)> {
    let lists = formats.iter().map(|given| &*given.9).filter(|list| !list.is_empty());
    let lists = lists.map(Into::into).collect();
    let formats = formats.into_iter().map(format_of).collect::<Option<_>>()?;
    let kinds = kinds.into_iter().map(kind_of).collect::<Option<_>>()?;
    let programs = |given: Vec<GivenProgram>| -> Option<Vec<Program>> {
        given.into_iter().map(program).collect()
    };
    let stacks = Stacks::new(programs(continues)?, programs(opens)?, programs(closes)?);
    let mut reader = Reader::new(formats, kinds, program(address)?, stacks);
    reader.lists = lists;
    let language = |all: Vec<_>| all.into_iter().map(language_of).collect::<Option<_>>();
    Some((reader, Traces::new(languages.map_or(Some(None), |all| language(all).map(Some))?)))
}

fn format_of(given: GivenFormat) -> Option<Format> {
    let (steps, purpose, fields, kinds, inner, unlevelled, level, holds, told, _, joins) = given;
    let purpose = match purpose {
        0 => Use::Read,
        1 => Use::Python,
        3 => Use::Wraps,
        4 => Use::Pairs,
        5 => Use::Opens,
        6 => Use::Block,
        _ => Use::Joined,
    };
    let mut format = Format::new(program(steps)?, purpose);
    format.with_fields(fields.into_iter().map(|(at, name)| (at, field(&name))).collect());
    (format.kinds, format.level) = (kinds, level.into());
    (format.inner, format.unlevelled) = (inner, unlevelled);
    format.told = told.map(told_of);
    (format.is_generic, format.follows, format.process) = (joins.0, joins.1, joins.2);
    format.whole = maybe_program(joins.3)?;
    (format.says, format.says_logger) = joins.4;
    format.lines = match joins.5 {
        Some((false, Some(ends))) => Some(Fields::Object(program(ends)?)),
        Some((true, None)) => Some(Fields::Properties),
        _ => None,
    };
    format.holds = (!holds.is_empty()).then(|| Finder::new(&holds).into_owned());
    Some(format)
}

fn kind_of((name, how, steps, placed): GivenKind) -> Option<Kind> {
    let steps = maybe_program(steps)?;
    let how = match (&*how, steps) {
        ("steps", Some(steps)) => How::Steps(steps),
        ("epoch", _) => How::Epoch,
        (_, gate) => How::Asked(gate),
    };
    Some(Kind { name, how, placed })
}

/// Return how lines are read that are like one, with the number of their format.
pub fn lesson_of((format, told): (usize, GivenLesson)) -> Option<Lesson> {
    let (severity, said, names, time, body, error, free, absent, stream, kept, may_be_listed, told) =
        told;
    Some(Lesson {
        format,
        severity,
        said,
        names,
        time,
        body,
        error,
        free,
        absent,
        stream,
        kept,
        may_be_listed,
        told,
    })
}

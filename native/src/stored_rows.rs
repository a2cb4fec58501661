//! `StoredRows`: rows of stores as records, as Python sees it.

use std::collections::hash_map::{Entry, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::facts::Spans;
use crate::given::{GivenFormat, GivenKind, GivenProgram, GivenStacks, reader_of};
use crate::lines::Scan;
use crate::python::table;
use crate::records::{Attributes, Key, Row, Stored, Values, write_text};
use crate::scan::PyAsk;
use crate::tables::{Column, Table};

/// Layouts and words that are remembered; then all are forgotten at once.
const REMEMBERED: usize = 10_000;
const LAYOUTS: usize = 1000;
/// Lists and objects within each other; deeper ones are Python's.
const DEEPEST: usize = 32;
/// What no service is called, as `_named_service` of `kernel.row_records` has it.
const NO_SERVICE: &str = "unknown_service";

type Words<T> = HashMap<String, T, BuildHasherDefault<DefaultHasher>>;
type Value<'r, 'py> = Borrowed<'r, 'py, PyAny>;

/// The fields of a record that a row may say, as `_Layout.given` of `kernel.row_records` numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Field {
    /// Service, address and id of the host, file, logger, trace and span.
    Text(usize),
    Line,
    Level,
    Severity,
    Priority,
    Message,
    Error,
}

const ADDRESS: usize = 1;
const ID: usize = 2;
const FILE: usize = 3;

impl Field {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "service" => Self::Text(0),
            "host_ip" => Self::Text(ADDRESS),
            "host_id" => Self::Text(ID),
            "file" => Self::Text(FILE),
            "logger" => Self::Text(4),
            "trace" => Self::Text(5),
            "span" => Self::Text(6),
            "line" => Self::Line,
            "level" => Self::Level,
            "severity_number" => Self::Severity,
            "priority" => Self::Priority,
            "message" => Self::Message,
            "error" => Self::Error,
            _ => return None,
        })
    }

    /// Whether all that a list names is said.
    fn is_whole(self) -> bool {
        matches!(self, Self::Message | Self::Error | Self::Text(ADDRESS | ID))
    }
}

/// Name and places of the values of a field; place, name and whether it has to be a list, of an attribute; whether a level is
/// said, any of the columns, and whether numbers are levels as syslog counts them; and the place of the line as it was written.
type GivenLayout =
    (Vec<(String, Vec<usize>)>, Vec<(usize, String, bool)>, (bool, bool, bool), Option<usize>);

/// Where rows with the same keys say what.
struct Layout {
    names: Vec<Box<str>>,
    fields: Vec<(Field, Vec<usize>)>,
    attributes: Vec<(usize, Key, bool)>,
    is_levelled: bool,
    is_named: bool,
    graylog: bool,
    written: Option<usize>,
}

/// What a row says of a field: a text that stands in it, or one that was made of it.
#[derive(Clone, Copy, Default)]
struct Told<'t> {
    text: &'t str,
    /// The value that it is, where it is one of those in ASCII, which Python hands on as they are.
    same: Option<usize>,
}

/// Takes rows and hands them out as columns of `RECORDS`.
#[pyclass(name = "StoredRows")]
pub struct PyStoredRows {
    stored: Stored,
    ask: PyAsk,
    /// Says what only Python knows of rows, and which layout these have.
    teller: Py<PyAny>,
    layouts: HashMap<u64, Layout, BuildHasherDefault<DefaultHasher>>,
    levels: Words<(i8, String)>,
    log_files: Words<bool>,
    hosts: Words<String>,
    log_file: Key,
    read: usize,
}

#[pymethods]
impl PyStoredRows {
    #[new]
    fn new(
        formats: Vec<GivenFormat>,
        kinds: Vec<GivenKind>,
        address: GivenProgram,
        stacks: GivenStacks,
        ask: Py<PyAny>,
        teller: Py<PyAny>,
    ) -> PyResult<Self> {
        let (reader, _) = reader_of((formats, kinds), address, stacks)
            .ok_or_else(|| PyValueError::new_err("no such program"))?;
        Ok(Self {
            stored: Stored::new(Scan::new(reader, Spans::default())),
            ask: PyAsk::new(ask),
            teller,
            layouts: HashMap::default(),
            levels: Words::default(),
            log_files: Words::default(),
            hosts: Words::default(),
            log_file: Key::new("log.file.name"),
            read: 0,
        })
    }

    /// Take a flat row with attributes beside its own; false: Python has to read it.
    fn add(
        &mut self,
        row: &Bound<'_, PyDict>,
        time: Option<i64>,
        locator: &Bound<'_, PyString>,
        beside: &Bound<'_, PyDict>,
    ) -> bool {
        let taken =
            locator.to_str().is_ok_and(|locator| self.taken(row, time, locator, beside).is_some());
        self.read += usize::from(taken);
        taken
    }

    /// Take a record that Python read.
    fn put(&mut self, record: Vec<Bound<'_, PyAny>>) -> PyResult<()> {
        let text = |at: usize| record[at].cast::<PyString>()?.to_str();
        if record.len() != 14 {
            return Err(PyValueError::new_err("not the columns of a record"));
        }
        let values = Values {
            time: record[0].extract()?,
            severity: record[1].extract()?,
            texts: [
                text(2)?,
                text(3)?,
                text(4)?,
                text(5)?,
                text(6)?,
                text(7)?,
                text(9)?,
                text(10)?,
                text(11)?,
                text(13)?,
            ],
            line: record[8].extract()?,
        };
        self.stored.put(&values, text(12)?);
        Ok(())
    }

    /// Rows that were taken since the last batch.
    #[getter]
    fn read(&self) -> usize {
        self.read
    }

    fn __len__(&self) -> usize {
        self.stored.records.len()
    }

    /// About how much memory the names hold that were met [bytes].
    #[getter]
    fn weight(&self) -> usize {
        self.stored.scan.weight()
    }

    /// Return the columns of `RECORDS`, and forget them.
    fn take<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        use Column::{Fixed, Nullable};
        self.read = 0;
        let records = std::mem::take(&mut self.stored.records);
        let locators = std::mem::take(&mut self.stored.locators);
        let rows = records.len();
        let [level, body, service, address, id, file, logger, trace, span, attributes] =
            records.texts.map(Column::Texts);
        let columns = vec![
            Nullable(records.times, records.have_times),
            Fixed(records.severities),
            level,
            body,
            service,
            address,
            id,
            file,
            Nullable(records.code_lines, records.have_lines),
            logger,
            trace,
            span,
            Column::Texts(locators),
            attributes,
        ];
        table(py, Table { rows, columns })
    }
}

impl PyStoredRows {
    fn taken(
        &mut self,
        row: &Bound<'_, PyDict>,
        time: Option<i64>,
        locator: &str,
        beside: &Bound<'_, PyDict>,
    ) -> Option<()> {
        let (keys, values): (Vec<_>, Vec<_>) = row.iter().unzip();
        let number = self.layout(&keys)?;
        let py = row.py();
        let Self { stored, ask, teller, layouts, levels, log_files, hosts, log_file, .. } = self;
        let layout = layouts.get(&number)?;
        let teller = teller.bind(py);
        let mut made: Vec<String> = Vec::new();
        let found = said(layout, &values, &mut made)?;
        let of = |field: Field| {
            let found = found.iter().find(|(one, _)| *one == field).map(|(_, place)| place);
            found.map_or(Some(Told::default()), |place| place.told(&values, &made))
        };
        let (message, error) = (of(Field::Message)?, of(Field::Error)?.text);
        let written = match layout.written {
            None => Told::default(),
            Some(at) => match place_of(&values, &[at], Field::Message, &mut Vec::new())? {
                Some(place @ Place::At(_)) => place.told(&values, &[])?,
                Some(Place::Made(_)) => return None,
                None => Told::default(),
            },
        };
        let is_message =
            written.text.is_empty() || written.same.is_some() && written.same == message.same;
        let written = if written.text.is_empty() { message.text } else { written.text };
        // Texts of one character are one object in Python, wherever they come from.
        if written.is_empty() || layout.written.is_some() && written.chars().count() < 2 {
            return None;
        }
        let (severity, level) = match layout.is_levelled {
            false => (0, ""),
            true => {
                let words = [Field::Level, Field::Severity, Field::Priority].map(&of);
                let [Some(word), Some(number), Some(priority)] = words else { return None };
                level_of(levels, teller, layout.graylog, [word.text, number.text, priority.text])?
            }
        };
        let mut texts = [""; 7];
        for (at, text) in texts.iter_mut().enumerate() {
            *text = of(Field::Text(at))?.text;
        }
        if texts[0] == NO_SERVICE {
            texts[0] = "";
        }
        let mut attributes = attributes_of(layout, &values)?;
        let (keys, pairs) = sorted(beside)?;
        let mut more = Attributes::default();
        for (key, value) in keys.iter().zip(&pairs) {
            write_json(value.as_borrowed(), more.value(), DEEPEST)?;
            more.put(key);
        }
        attributes = more.with(attributes);
        let mut place = Attributes::default();
        if !texts[FILE].is_empty() && is_log_file(log_files, teller, texts[FILE])? {
            write_text(texts[FILE], place.value());
            place.put(log_file);
            texts[FILE] = "";
            attributes = place.with(attributes);
        }
        for at in [ADDRESS, ID] {
            if texts[at].starts_with('[') && !hosts.contains_key(texts[at]) {
                learn_host(hosts, teller, texts[at])?;
            }
        }
        for at in [ADDRESS, ID] {
            if texts[at].starts_with('[') {
                texts[at] = hosts.get(texts[at])?;
            }
        }
        let line = line_of(of(Field::Line)?.text)?;
        let is_named = layout.is_named;
        let mut row = Row {
            time,
            locator,
            severity,
            level,
            message: message.text,
            written,
            is_message,
            error,
            texts,
            line,
            is_named,
            attributes,
        };
        stored.add(&mut row, ask)
    }

    /// Return the number of the layout of rows with some keys; none: they are Python's.
    fn layout(&mut self, keys: &[Bound<'_, PyAny>]) -> Option<u64> {
        let mut names: Vec<&str> = Vec::with_capacity(keys.len());
        let mut number = keys.len() as u64;
        for key in keys {
            let name = key.cast_exact::<PyString>().ok()?.to_str().ok()?;
            number = (number.rotate_left(5) ^ crate::hashing::quick(name.as_bytes()))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
            names.push(name);
        }
        if self.layouts.len() >= LAYOUTS {
            self.layouts.clear();
        }
        match self.layouts.entry(number) {
            Entry::Occupied(known) => {
                let known = &known.get().names;
                let is_same = known.len() == names.len()
                    && known.iter().zip(&names).all(|(one, other)| **one == **other);
                is_same.then_some(number)
            }
            Entry::Vacant(room) => {
                let py = keys.first()?.py();
                let names_of = PyTuple::new(py, keys).ok()?;
                let told = self.teller.bind(py).call_method1("layout", (names_of,)).ok()?;
                room.insert(layout_of(told.extract().ok()?, &names)?);
                Some(number)
            }
        }
    }
}

fn layout_of(given: GivenLayout, names: &[&str]) -> Option<Layout> {
    let (fields, attributes, (is_levelled, is_named, graylog), written) = given;
    let fields = fields.into_iter().map(|(name, places)| Some((Field::of(&name)?, places)));
    let attributes =
        attributes.into_iter().map(|(at, name, is_list)| (at, Key::new(&name), is_list));
    Some(Layout {
        names: names.iter().map(|&name| name.into()).collect(),
        fields: fields.collect::<Option<_>>()?,
        attributes: attributes.collect(),
        is_levelled,
        is_named,
        graylog,
        written,
    })
}

/// Where what a field says stands: the value of a place, or a text that was made.
#[derive(Clone, Copy)]
enum Place {
    At(usize),
    Made(usize),
}

impl Place {
    fn told<'t>(self, values: &'t [Bound<'_, PyAny>], made: &'t [String]) -> Option<Told<'t>> {
        Some(match self {
            Self::Made(at) => Told { text: made.get(at)?, same: None },
            Self::At(at) => {
                let text = values[at].cast_exact::<PyString>().ok()?.to_str().ok()?;
                Told { text, same: text.is_ascii().then_some(at) }
            }
        })
    }
}

/// Return where each field says something; none: only Python can tell.
fn said(
    layout: &Layout,
    values: &[Bound<'_, PyAny>],
    made: &mut Vec<String>,
) -> Option<Vec<(Field, Place)>> {
    let mut found = Vec::with_capacity(layout.fields.len());
    for (field, places) in &layout.fields {
        if let Some(place) = place_of(values, places, *field, made)? {
            found.push((*field, place));
        }
    }
    Some(found)
}

/// Return where the first of some places stands that says something, as `_first` of `kernel.row_records`; an outer none: only
/// Python can tell.
fn place_of(
    values: &[Bound<'_, PyAny>],
    places: &[usize],
    field: Field,
    made: &mut Vec<String>,
) -> Option<Option<Place>> {
    for &at in places {
        let value = &values[at];
        if value.is_none() {
            continue;
        }
        if let Ok(text) = value.cast_exact::<PyString>() {
            if text.to_str().ok()?.is_empty() {
                continue;
            }
            return Some(Some(Place::At(at)));
        }
        let one;
        let value = match value.cast_exact::<PyList>() {
            Ok(list) if list.len() == 1 || !field.is_whole() => {
                let mut said = list.iter().filter(|one| !says_nothing(one));
                let Some(first) = said.next() else { continue };
                one = first;
                &one
            }
            _ => value,
        };
        let mut text = String::new();
        match value.cast_exact::<PyString>() {
            Ok(said) => text.push_str(said.to_str().ok()?),
            Err(_) => write_json(value.as_borrowed(), &mut text, DEEPEST)?,
        }
        made.push(text);
        return Some(Some(Place::Made(made.len() - 1)));
    }
    Some(None)
}

fn says_nothing(value: &Bound<'_, PyAny>) -> bool {
    value.is_none()
        || value.cast_exact::<PyString>().is_ok_and(|text| text.to_str().is_ok_and(str::is_empty))
}

/// Return the names and values of attributes, sorted by name.
fn sorted<'py>(beside: &Bound<'py, PyDict>) -> Option<(Vec<Key>, Vec<Bound<'py, PyAny>>)> {
    let pair =
        |(name, value): (Bound<'py, PyAny>, _)| Some((name.extract::<String>().ok()?, value));
    let mut pairs: Vec<_> = beside.iter().map(pair).collect::<Option<_>>()?;
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    Some(pairs.into_iter().map(|(name, value)| (Key::new(&name), value)).unzip())
}

/// Return what a row says beside its columns, as `_rest` of `kernel.row_records`; none: only Python can write it.
fn attributes_of<'l>(layout: &'l Layout, values: &[Bound<'_, PyAny>]) -> Option<Attributes<'l>> {
    let mut all = Attributes::default();
    for (at, key, is_list) in &layout.attributes {
        let value = &values[*at];
        let is_said = match is_list {
            true => value.cast_exact::<PyList>().is_ok_and(|list| list.len() > 1),
            false => !says_nothing(value),
        };
        if is_said {
            write_json(value.as_borrowed(), all.value(), DEEPEST)?;
            all.put(key);
        }
    }
    Some(all)
}

/// Write a value as `as_json` of `kernel.parsed_line` does; none: only Python can.
fn write_json(value: Value<'_, '_>, into: &mut String, deepest: usize) -> Option<()> {
    if let Ok(text) = value.cast_exact::<PyString>() {
        write_text(text.to_str().ok()?, into);
    } else if value.is_none() {
        into.push_str("null");
    } else if let Ok(is_so) = value.cast_exact::<PyBool>() {
        into.push_str(if is_so.is_true() { "true" } else { "false" });
    } else if value.cast_exact::<PyInt>().is_ok() {
        into.push_str(&value.extract::<i64>().ok()?.to_string());
    } else if let Ok(number) = value.cast_exact::<PyFloat>() {
        if !number.value().is_finite() {
            return None;
        }
        into.push_str(number.repr().ok()?.to_str().ok()?);
    } else if let Ok(list) = value.cast_exact::<PyList>() {
        write_list(list, into, deepest.checked_sub(1)?)?;
    } else {
        let object = value.cast_exact::<PyDict>().ok()?;
        let deepest = deepest.checked_sub(1)?;
        let name = |(name, value): (Bound<'_, PyAny>, _)| {
            Some((name.cast_exact::<PyString>().ok()?.to_str().ok()?.to_owned(), value))
        };
        let mut pairs: Vec<_> = object.iter().map(name).collect::<Option<_>>()?;
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        into.push('{');
        for (at, (name, value)) in pairs.iter().enumerate() {
            into.push_str(if at > 0 { ", " } else { "" });
            write_text(name, into);
            into.push_str(": ");
            write_json(value.as_borrowed(), into, deepest)?;
        }
        into.push('}');
    }
    Some(())
}

fn write_list(list: Borrowed<'_, '_, PyList>, into: &mut String, deepest: usize) -> Option<()> {
    into.push('[');
    for (at, one) in list.iter().enumerate() {
        into.push_str(if at > 0 { ", " } else { "" });
        write_json(one.as_borrowed(), into, deepest)?;
    }
    into.push(']');
    Some(())
}

/// Return severity and level of a row, of which Python says each once.
fn level_of<'w>(
    known: &'w mut Words<(i8, String)>,
    teller: &Bound<'_, PyAny>,
    graylog: bool,
    [word, number, priority]: [&str; 3],
) -> Option<(i8, &'w str)> {
    let mut key = String::with_capacity(word.len() + number.len() + priority.len() + 3);
    for part in [if graylog { "1" } else { "0" }, word, number, priority] {
        key.push_str(part);
        key.push('\0');
    }
    if word.contains('\0') || number.contains('\0') || priority.contains('\0') {
        return None;
    }
    if known.len() >= REMEMBERED {
        known.clear();
    }
    let (severity, level) = match known.entry(key) {
        Entry::Occupied(found) => found.into_mut(),
        Entry::Vacant(room) => {
            let told = teller.call_method1("level", (graylog, word, number, priority)).ok()?;
            room.insert(told.extract().ok()?)
        }
    };
    Some((*severity, level))
}

fn is_log_file(known: &mut Words<bool>, teller: &Bound<'_, PyAny>, path: &str) -> Option<bool> {
    if let Some(&found) = known.get(path) {
        return Some(found);
    }
    if known.len() >= REMEMBERED {
        known.clear();
    }
    let found = teller.call_method1("is_log_file", (path,)).ok()?.extract().ok()?;
    known.insert(path.to_owned(), found);
    Some(found)
}

fn learn_host(known: &mut Words<String>, teller: &Bound<'_, PyAny>, words: &str) -> Option<()> {
    if known.len() >= REMEMBERED {
        known.clear();
    }
    let found = teller.call_method1("main_address", (words,)).ok()?.extract().ok()?;
    known.insert(words.to_owned(), found);
    Some(())
}

/// Return the number of a line, as `_line_number` of `kernel.row_records`, or none where that is nothing; an outer none: only
/// Python knows.
fn line_of(words: &str) -> Option<Option<i32>> {
    if words.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = if words.len() < 11 { words.parse::<i32>().ok() } else { None };
        return Some(number.filter(|&number| number != 0));
    }
    let is_plain = words.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain { Some(None) } else { None }
}

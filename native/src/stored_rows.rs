//! `StoredRows`: rows of stores as records, as Python sees it.

mod layouts;
mod memory;
mod values;

use std::borrow::Cow;
use std::collections::HashMap;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::facts::Spans;
use crate::given::{GivenFormat, GivenKind, GivenProgram, GivenStacks, reader_of};
use crate::hashing::{QuickState, quick};
use crate::lines::Scan;
use crate::python::table;
use crate::records::{Attributes, Key, Row, Stored, Values, write_text};
use crate::scan::PyAsk;
use crate::tables::{Column, Table};

use layouts::{ADDRESS, FILE, Field, ID, Layout, SERVICE};
use memory::Memory;
use values::{attributes_of, attributes_with, line_written, said, sorted, told};

/// Layouts that are remembered; then all are forgotten at once.
const LAYOUTS: usize = 1000;
/// What no service is called, as `_named_service` of `kernel.row_records` has it.
const NO_SERVICE: &str = "unknown_service";
/// Spreads what is the same in few of its bits.
const SPREADS: u64 = 0x9e37_79b9_7f4a_7c15;

/// Takes rows and hands them out as columns of `RECORDS`.
#[pyclass(name = "StoredRows")]
pub struct PyStoredRows {
    stored: Stored,
    ask: PyAsk,
    /// Says what only Python knows of rows, and which layout these have.
    teller: Py<PyAny>,
    layouts: HashMap<u64, Layout, QuickState>,
    levels: Memory<(i8, String)>,
    log_files: Memory<bool>,
    hosts: Memory<String>,
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
            levels: Memory::new("level"),
            log_files: Memory::new("is_log_file"),
            hosts: Memory::new("main_address"),
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
        let (layout, teller) = (self.layouts.get(&number)?, self.teller.bind(row.py()));
        let mut made = Vec::new();
        let found = said(layout, &values, &mut made)?;
        let of = |field| told(&found, field, (&values, &made));
        let (message, error) = (of(Field::Message)?, of(Field::Error)?.text);
        let line = line_written(layout, &values)?;
        let is_message = line.text.is_empty() || line.same.is_some() && line.same == message.same;
        let said = one_line(message.text);
        let written = if line.text.is_empty() { said } else { one_line(line.text) };
        // Texts of one character are one object in Python, wherever they come from.
        if written.is_empty() || layout.written.is_some() && written.chars().count() < 2 {
            return None;
        }
        let (severity, level) = match layout.is_levelled {
            false => (0, ""),
            true => {
                let words = (of(Field::Level)?, of(Field::Severity)?, of(Field::Priority)?);
                let words = (words.0.text, words.1.text, words.2.text);
                level_of(&mut self.levels, layout.graylog, words, teller)?
            }
        };
        let mut texts = [""; 7];
        for (at, text) in texts.iter_mut().enumerate() {
            *text = of(Field::Text(at))?.text;
        }
        let address = host_of(&mut self.hosts, texts[ADDRESS], teller)?;
        let id = host_of(&mut self.hosts, texts[ID], teller)?;
        (texts[ADDRESS], texts[ID]) = (&address, &id);
        if texts[SERVICE] == NO_SERVICE {
            texts[SERVICE] = "";
        }
        let further = sorted(beside)?;
        let mut attributes = attributes_with(&further).with(attributes_of(layout, &values)?);
        let file = texts[FILE];
        if !file.is_empty() && *self.log_files.answer(file, teller, (file,))? {
            let mut place = Attributes::default();
            write_text(file, place.value());
            place.put(&self.log_file);
            attributes = place.with(attributes);
            texts[FILE] = "";
        }
        let mut row = Row {
            time,
            locator,
            severity,
            level,
            message: said,
            written,
            is_message,
            error,
            texts,
            line: line_of(of(Field::Line)?.text)?,
            is_named: layout.is_named,
            attributes,
        };
        self.stored.add(&mut row, &self.ask)
    }

    /// Return the number of the layout of rows with some keys; none: they are Python's.
    fn layout(&mut self, keys: &[Bound<'_, PyAny>]) -> Option<u64> {
        let mut names: Vec<&str> = Vec::with_capacity(keys.len());
        let mut number = keys.len() as u64;
        for key in keys {
            let name = key.cast_exact::<PyString>().ok()?.to_str().ok()?;
            number = (number.rotate_left(5) ^ quick(name.as_bytes())).wrapping_mul(SPREADS);
            names.push(name);
        }
        if let Some(known) = self.layouts.get(&number) {
            return known.is_of(&names).then_some(number);
        }
        if self.layouts.len() >= LAYOUTS {
            self.layouts.clear();
        }
        let py = keys.first()?.py();
        let asked = (PyTuple::new(py, keys).ok()?,);
        let told = self.teller.bind(py).call_method1("layout", asked).ok()?;
        self.layouts.insert(number, Layout::new(told.extract().ok()?, &names)?);
        Some(number)
    }
}

/// Return a line without its end, which container runtimes ship with it; a blank one as it is.
fn one_line(words: &str) -> &str {
    match words.trim_end_matches(['\r', '\n']) {
        "" => words,
        line => line,
    }
}

/// Return severity and level of a row; none: only Python can tell.
fn level_of<'w>(
    levels: &'w mut Memory<(i8, String)>,
    graylog: bool,
    (word, number, priority): (&str, &str, &str),
    teller: &Bound<'_, PyAny>,
) -> Option<(i8, &'w str)> {
    let question = [if graylog { "1" } else { "0" }, word, number, priority].join("\0");
    if question.bytes().filter(|&byte| byte == 0).count() != 3 {
        return None;
    }
    let asked = (graylog, word, number, priority);
    levels.answer(&question, teller, asked).map(|(severity, level)| (*severity, &**level))
}

/// Return the one address that stands for a host which may name several.
fn host_of<'t>(
    hosts: &mut Memory<String>,
    words: &'t str,
    teller: &Bound<'_, PyAny>,
) -> Option<Cow<'t, str>> {
    match words.starts_with('[') {
        false => Some(words.into()),
        true => hosts.answer(words, teller, (words,)).map(|host| host.clone().into()),
    }
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

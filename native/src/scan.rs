//! `Scan`: the lines of files read, as Python sees it.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList, PyString};

use crate::blocks::Buffer;
use crate::facts::{Order, Place, Spans};
use crate::frames::Lesson;
use crate::given::{GivenFormat, GivenKind, GivenProgram, GivenStacks, lesson_of, reader_of};
use crate::kept::{Source, Text};
use crate::lines::Scan;
use crate::python::{Tables, table, taken};
use crate::reader::{Ask, Asked, Reader, Stacks};
use crate::records::Records;
use crate::steps::Program;
use crate::tables::Table;
use crate::tally::Tally;

type Span = Option<(i64, i64)>;
/// Names that formats ask for, and how.
type GivenNames = Vec<(String, u8)>;

/// Asks an object of Python's.
pub struct PyAsk(Py<PyAny>);

impl PyAsk {
    pub fn new(answers: Py<PyAny>) -> Self {
        Self(answers)
    }
}

impl Ask for PyAsk {
    fn level(&self, format: usize, word: &str) -> Option<(i8, String)> {
        Python::attach(|py| self.0.call_method1(py, "level", (format, word)).ok()?.extract(py).ok())
    }

    fn minute(
        &self,
        format: usize,
        kind: &str,
        minute: &str,
        offset: &str,
        zone: &str,
    ) -> Option<Option<i64>> {
        let asked = (format, kind, minute, offset, zone);
        Python::attach(|py| self.0.call_method1(py, "minute", asked).ok()?.extract(py).ok())
    }

    fn stamp(&self, format: usize, kind: &str, text: &str, zone: &str) -> Option<Option<Asked>> {
        let asked = (format, kind, text, zone);
        Python::attach(|py| self.0.call_method1(py, "stamp", asked).ok()?.extract(py).ok())
    }

    fn workload(&self, pod: &str) -> Option<String> {
        Python::attach(|py| self.0.call_method1(py, "workload", (pod,)).ok()?.extract(py).ok())
    }

    fn begins(&self, line: &str) -> bool {
        Python::attach(|py| self.0.call_method1(py, "begins", (line,)).ok()?.extract(py).ok())
            .unwrap_or(false)
    }

    fn block(&self, lines: &[u8], opened: Option<u64>) -> i64 {
        Python::attach(|py| {
            let lines = PyBytes::new(py, lines);
            self.0.call_method1(py, "block", (lines, opened)).ok()?.extract(py).ok()
        })
        .unwrap_or(-1)
    }

    fn is_record(&self, lines: &[u8]) -> bool {
        Python::attach(|py| {
            let lines = PyBytes::new(py, lines);
            self.0.call_method1(py, "is_record", (lines,)).ok()?.extract(py).ok()
        })
        .unwrap_or(false)
    }

    fn stands_apart(&self, lines: &[u8]) -> bool {
        Python::attach(|py| {
            let lines = PyBytes::new(py, lines);
            self.0.call_method1(py, "stands_apart", (lines,)).ok()?.extract(py).ok()
        })
        .unwrap_or(false)
    }

    fn opens(&self, line: &str) -> Option<usize> {
        Python::attach(|py| self.0.call_method1(py, "opens", (line,)).ok()?.extract(py).ok()?)
    }

    fn stream(&self, line: &str) -> Option<Option<(String, bool, bool)>> {
        Python::attach(|py| self.0.call_method1(py, "stream", (line,)).ok()?.extract(py).ok())
    }

    fn lesson(&self, line: &str) -> Option<Lesson> {
        lesson_of(Python::attach(|py| {
            self.0.call_method1(py, "lesson", (line,)).ok()?.extract::<Option<_>>(py).ok()?
        })?)
    }

    fn lesson_inside(&self, wrap: usize, text: &str) -> Option<Lesson> {
        lesson_of(Python::attach(|py| {
            let told = self.0.call_method1(py, "lesson_inside", (wrap, text)).ok()?;
            told.extract::<Option<_>>(py).ok()?
        })?)
    }
}

/// Return the columns of `RECORDS` but for the locator, in whose place line, offset and item stand, behind the others.
fn table_of(records: Records) -> Table {
    use crate::tables::Column::{Fixed, Nullable, Texts};
    let rows = records.len();
    let Records {
        times,
        have_times,
        severities,
        code_lines,
        have_lines,
        numbers,
        offsets,
        items,
        texts,
        ..
    } = records;
    let [level, body, service, address, id, file, logger, trace, span, attributes] =
        texts.map(Texts);
    let columns = vec![
        Nullable(times, have_times),
        Fixed(severities),
        level,
        body,
        service,
        address,
        id,
        file,
        Nullable(code_lines, have_lines),
        logger,
        trace,
        span,
        attributes,
        Fixed(numbers),
        Fixed(offsets),
        Fixed(items),
    ];
    Table { rows, columns }
}

/// Return a stretch within data, and what stands behind it there.
fn parted(data: &[u8], (start, end): (usize, usize)) -> (&[u8], &[u8]) {
    (data.get(start..end).unwrap_or_default(), data.get(end..).unwrap_or_default())
}

/// Reads the stretches of files and counts their records.
#[pyclass(name = "Scan")]
pub struct PyScan {
    scan: Scan,
    ask: PyAsk,
    buffer: Buffer,
}

/// Start, end and line of each run.
type Runs = Vec<(usize, usize, u64)>;
/// Steps back, the largest [µs], and host, first and last time of each.
pub type Orders = Vec<(u64, i64, Vec<(String, i64, i64)>)>;
/// Counts in the order of their names in `kernel.scan`, the span, and how many records each format has that has any.
type Facts = (Vec<u64>, Option<i64>, Option<i64>, Vec<(usize, u64)>);
/// Line, offset and bytes of a kept record, its severity and shape, which of its line and of which file it is.
type Example<'py> = (u64, u64, Bound<'py, PyBytes>, i8, Bound<'py, PyString>, u32, u32);

#[pymethods]
impl PyScan {
    #[new]
    fn new(
        formats: Vec<GivenFormat>,
        kinds: Vec<GivenKind>,
        address: GivenProgram,
        stacks: GivenStacks,
        ask: Py<PyAny>,
        spans: (Span, Span),
        told: (Option<(u8, usize)>, bool, GivenNames, bool),
    ) -> PyResult<Self> {
        let (reader, traces) = reader_of((formats, kinds), address, stacks)
            .ok_or_else(|| PyValueError::new_err("no such program"))?;
        let spans = Spans { window: spans.0, before: spans.1 };
        let mut scan = Scan::new(reader, spans);
        let (rows, offsets, names, knows_traces) = told;
        scan.ask_for(names);
        scan.frames.delimiter = rows.map(|(delimiter, _)| delimiter);
        scan.frames.columns = rows.map_or(0, |(_, columns)| columns);
        (scan.offsets, scan.knows_traces) = (offsets, knows_traces);
        scan.traces = traces;
        Ok(Self { scan, ask: PyAsk(ask), buffer: Buffer::default() })
    }

    /// Count the stretch `within` the data, whose offset and first line in the file are where it `begins`;
    /// return what of it must be read by Python, and the order of what was read between.
    fn stretch(
        &mut self,
        py: Python<'_>,
        data: &[u8],
        within: (usize, usize),
        begins: (u64, u64),
    ) -> (Runs, Orders) {
        let (scan, ask) = (&mut self.scan, &self.ask);
        let parts = parted(data, within);
        let (offset, line) = begins;
        py.detach(|| {
            let left = scan.stretch(parts, Place { offset, line }, ask);
            let runs = left.runs.iter().map(|run| (run.start, run.end, run.line)).collect();
            (runs, orders_of(&left.orders, &scan.tally))
        })
    }

    /// Begin another file of a path, in which offsets mean something or not; its place gives records a service and a host
    /// where they name none. The tables and kept records are of all files.
    fn begin_file(&mut self, path: &str, offsets: bool, service: &str, host: &str) {
        self.scan.begin_file(Source { path: path.into(), offsets }, (service, host));
    }

    /// Count a stretch `within` the data of the file that was begun, likewise; facts are of this stretch alone. None: it is Python's, and nothing
    /// of it counts.
    fn piece(
        &mut self,
        py: Python<'_>,
        data: &[u8],
        within: (usize, usize),
        begins: (u64, u64),
        is_last: bool,
    ) -> Option<(Runs, Orders)> {
        let (scan, ask) = (&mut self.scan, &self.ask);
        let (offset, line) = begins;
        py.detach(|| {
            let left = scan.piece(parted(data, within), Place { offset, line }, is_last, ask)?;
            let runs = left.runs.iter().map(|run| (run.start, run.end, run.line)).collect();
            Some((runs, orders_of(&left.orders, &scan.tally)))
        })
    }

    /// Write the records of such a stretch instead of counting them: return what is left to Python, how many records
    /// stand before each run of that, and the columns. The facts are of this stretch alone.
    fn rows<'py>(
        &mut self,
        py: Python<'py>,
        data: &[u8],
        within: (usize, usize),
        begins: (u64, u64),
    ) -> PyResult<(Runs, Vec<u64>, Bound<'py, PyList>)> {
        let (scan, ask) = (&mut self.scan, &self.ask);
        let parts = parted(data, within);
        let (offset, line) = begins;
        let (left, records) = py.detach(|| scan.rows(parts, Place { offset, line }, ask));
        let runs = left.runs.iter().map(|run| (run.start, run.end, run.line)).collect();
        let before = records.before.clone();
        Ok((runs, before, table(py, table_of(records))?))
    }

    /// Write records that each stand alone in bytes of an offset and a line: return which of them are left to Python, and
    /// the columns of the others.
    fn each<'py>(
        &mut self,
        py: Python<'py>,
        stretches: Vec<(PyBackedBytes, u64, u64)>,
    ) -> PyResult<(Vec<usize>, Bound<'py, PyList>)> {
        let (scan, ask) = (&mut self.scan, &self.ask);
        let (left, records) = py.detach(|| {
            let placed = |one: &'_ (PyBackedBytes, u64, u64)| Place { offset: one.1, line: one.2 };
            scan.each(stretches.iter().map(|one| (&*one.0, placed(one))), ask)
        });
        Ok((left, table(py, table_of(records))?))
    }

    /// Return where between `start` and `end` the last record begins that surely does, and how many lines
    /// stand between `start` and it.
    fn last_record(
        &mut self,
        py: Python<'_>,
        data: &[u8],
        start: usize,
        end: usize,
    ) -> Option<(usize, usize)> {
        let (scan, ask) = (&mut self.scan, &self.ask);
        let data = data.get(..end).unwrap_or_default();
        py.detach(|| {
            let at = scan.last_record((data, start), ask)?;
            Some((at, memchr::memchr_iter(b'\n', &data[start..at]).count()))
        })
    }

    /// Forget when stamps say it was.
    fn forget_times(&mut self) {
        self.scan.reader.forget_times();
    }

    /// Return the numbers of the formats that a line is offered to.
    fn offered(&mut self, line: &str) -> Vec<usize> {
        self.scan.reader.offered(line)
    }

    /// Add what another scan of the same file counted, and empty that.
    fn absorb(&mut self, py: Python<'_>, other: &mut Self) {
        let other = other.taken();
        let scan = &mut self.scan;
        py.detach(|| scan.absorb(other));
    }

    /// About how much memory the tables hold [bytes].
    #[getter]
    fn weight(&self) -> usize {
        self.scan.weight()
    }

    /// Return the tables so far and forget them.
    fn take<'py>(&mut self, py: Python<'py>) -> PyResult<Tables<'py>> {
        taken(py, self.scan.take())
    }

    /// Return what the file held.
    #[getter]
    fn facts(&self) -> Facts {
        let seen = &self.scan.facts;
        let counts = vec![
            seen.records,
            seen.outside,
            seen.kept,
            seen.before,
            seen.without_level,
            seen.kept_without_level,
            seen.before_without_level,
            seen.assumed,
            seen.wide,
            seen.joined,
            seen.cut,
            seen.without_time,
            seen.damaged,
        ];
        let formats = seen.formats.iter().copied().enumerate().filter(|&(_, n)| n > 0);
        (counts, seen.first, seen.last, formats.collect())
    }

    /// Return the kept records, sorted by file and line, each once.
    fn examples<'py>(&self, py: Python<'py>) -> Vec<Example<'py>> {
        let shapes = &self.scan.tally.shapes;
        type Found<'s> = (u32, u64, u64, &'s [u8], i8, u32, u32);
        let mut found: Vec<Found<'_>> = self
            .scan
            .kept
            .iter()
            .flat_map(|(&(shape, severity), kept)| {
                kept.first.iter().chain(&kept.last).map(move |one| {
                    let bytes = match &one.text {
                        Text::Own(bytes) => &**bytes,
                        Text::Here(..) | Text::Apart(..) => &[],
                    };
                    (one.file, one.line, one.offset, bytes, severity, shape, one.item)
                })
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
            .into_iter()
            .map(|(file, line, offset, text, severity, shape, item)| {
                let shape = PyString::new(py, shapes.text(shape));
                (line, offset, PyBytes::new(py, text), severity, shape, item, file)
            })
            .collect()
    }
}

impl PyScan {
    /// Return the scan itself; none is left.
    pub fn taken(&mut self) -> Scan {
        let fresh = Scan::new(
            Reader::new(
                Vec::new(),
                Vec::new(),
                Program::new(Vec::new(), Vec::new()),
                Stacks::new(Vec::new(), Vec::new(), Vec::new()),
            ),
            Spans::default(),
        );
        std::mem::replace(&mut self.scan, fresh)
    }

    /// Return what it asks.
    pub fn ask(&self, py: Python<'_>) -> PyAsk {
        PyAsk(self.ask.0.clone_ref(py))
    }

    /// Return the scan, what it asks, and what it reads blocks into.
    pub fn parts(&mut self) -> (&mut Scan, &PyAsk, &mut Buffer) {
        (&mut self.scan, &self.ask, &mut self.buffer)
    }
}

/// Return orders with the names of their hosts.
pub fn orders_of(orders: &[Order], tally: &Tally) -> Orders {
    let name = |id: u32| tally.names.text(id).to_owned();
    let named = |order: &Order| {
        let hosts = order.hosts.iter().map(|&(id, first, last)| (name(id), first, last));
        (order.steps, order.largest, hosts.collect())
    };
    orders.iter().map(named).collect()
}

//! What Python sees: `paicha._native`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::batch::{Batch, Strings};
use crate::files::PyBlocks;
use crate::scan::PyScan;
use crate::stored_rows::PyStoredRows;
use crate::tables::{self, Column, Of, Table, Texts};
use crate::tally::Tally;

/// Changes with the grammar of shapes, the tables and the calls, as `TWIN` of `paicha.kernel.native` does.
const TWIN: u32 = 24;

/// Python aligns what it keeps to so much, whatever its parts ask for [bytes].
const ALIGNED: usize = 16;
const _: () = assert!(
    align_of::<PyTally>() <= ALIGNED
        && align_of::<PyScan>() <= ALIGNED
        && align_of::<PyBlocks>() <= ALIGNED
        && align_of::<PyStoredRows>() <= ALIGNED
);

/// Counts, slots, values, buckets, the counts of the time before, and the texts of shapes and names.
pub type Tables<'py> = (Vec<Bound<'py, PyList>>, Vec<Bound<'py, PyTuple>>);

/// A column of text as it comes: offsets of 32 bits, data, and the first row.
type Given = (PyBackedBytes, PyBackedBytes, usize);

/// The running tables of a part.
#[pyclass(name = "Tally")]
#[derive(Default)]
struct PyTally {
    tally: Tally,
}

#[pymethods]
impl PyTally {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Count a batch of records and return the column of their shapes.
    fn add<'py>(
        &mut self,
        py: Python<'py>,
        rows: usize,
        fixed: (PyBackedBytes, PyBackedBytes, PyBackedBytes),
        texts: Vec<Given>,
        before: Option<(i64, i64)>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let (times, valid, severities) = &fixed;
        let shapes = py
            .detach(|| {
                let strings: Option<Vec<Strings<'_>>> = texts
                    .iter()
                    .map(|(ends, data, first)| Strings::new(ends, data, *first, rows))
                    .collect();
                let batch = Batch::new(rows, times, valid, severities, strings?)?;
                batch.count(&mut self.tally, before)
            })
            .ok_or_else(|| PyValueError::new_err("not the columns of a batch of records"))?;
        texts_of(py, &shapes)
    }

    /// Return the number of rows of the counts so far.
    #[getter]
    fn rows(&self) -> usize {
        self.tally.counts.len() + self.tally.before.len()
    }

    /// Return the tables; then all is forgotten.
    fn take<'py>(&mut self, py: Python<'py>) -> PyResult<Tables<'py>> {
        taken(py, std::mem::take(&mut self.tally))
    }
}

/// Return the tables of a tally.
pub fn taken(py: Python<'_>, tally: Tally) -> PyResult<Tables<'_>> {
    let tables::Tables { tables, shapes, names } = py.detach(|| tables::all(tally));
    let tables = tables.into_iter().map(|one| table(py, one)).collect::<PyResult<_>>()?;
    Ok((tables, vec![texts_of(py, &shapes)?, texts_of(py, &names)?]))
}

fn texts_of<'py>(py: Python<'py>, texts: &Texts) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, [PyBytes::new(py, &texts.offsets), PyBytes::new(py, &texts.data)])
}

pub fn table<'py>(py: Python<'py>, table: Table) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    list.append(table.rows)?;
    for column in table.columns {
        match column {
            Column::Texts(texts) => list.append(texts_of(py, &texts)?)?,
            Column::Coded(codes, of) => {
                let of = match of {
                    Of::Shapes => 0,
                    Of::Names => 1,
                };
                list.append((PyBytes::new(py, &codes), of))?;
            }
            Column::Fixed(data) => list.append(PyTuple::new(py, [PyBytes::new(py, &data)])?)?,
            Column::Nullable(data, valid) => {
                list.append(PyTuple::new(
                    py,
                    [PyBytes::new(py, &data), PyBytes::new(py, &valid)],
                )?)?;
            }
        }
    }
    Ok(list)
}

/// A variable of a line: name, unit, text, number.
type Said = (String, String, String, Option<f64>);

/// Return the shape of a line, and its variables: name, unit, text, number.
#[pyfunction]
fn shape(body: &str) -> (String, Vec<Said>) {
    let mut scanner = crate::shape::Scanner::default();
    let line = scanner.scan(body);
    let slots = scanner
        .slots()
        .iter()
        .map(|slot| {
            let number = slot.number.map(|number| number.value);
            (
                scanner.name(slot).to_owned(),
                scanner.unit(slot, line).to_owned(),
                scanner.text(slot, line).to_owned(),
                number,
            )
        })
        .collect();
    (scanner.shape().to_owned(), slots)
}

/// Return what the variables at these places of each text of a column are as numbers, eight bytes each, those of one text
/// after another; not a number where it is none.
#[pyfunction]
fn numbers_of_column<'py>(
    py: Python<'py>,
    offsets: &[u8],
    data: &[u8],
    first: usize,
    rows: usize,
    places: Vec<usize>,
) -> PyResult<Bound<'py, PyBytes>> {
    let numbers = py
        .detach(|| crate::stated::numbers_of_column(offsets, data, first, rows, &places))
        .ok_or_else(|| PyValueError::new_err("not a column of text"))?;
    Ok(PyBytes::new(py, &numbers))
}

/// Return the stable hash of a text.
#[pyfunction]
fn stable_hash(text: &str) -> u64 {
    crate::hashing::stable(text.as_bytes())
}

/// Return the stable hashes of texts.
#[pyfunction]
fn stable_hashes(texts: Vec<PyBackedStr>) -> Vec<u64> {
    texts.iter().map(|text| crate::hashing::stable(text.as_bytes())).collect()
}

/// Return the stable hashes of a column of text, eight bytes each.
#[pyfunction]
fn hashes_of_column<'py>(
    py: Python<'py>,
    offsets: &[u8],
    data: &[u8],
    first: usize,
    rows: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    let hashes = crate::hashing::stable_of_column(offsets, data, first, rows)
        .ok_or_else(|| PyValueError::new_err("not a column of text"))?;
    Ok(PyBytes::new(py, &hashes))
}

/// Take what characters beyond ASCII are to Python's patterns: `paicha.kernel.steps.classes_beyond`.
#[pyfunction]
fn tell_classes(runs: &[u8]) -> PyResult<()> {
    crate::classes::tell(runs).ok_or_else(|| PyValueError::new_err("no classes of characters"))
}

/// Return the bucket of a number, and the number in millionths as text.
#[pyfunction]
fn number(value: f64) -> (i32, String) {
    (crate::numbers::bucket(value), crate::numbers::micros(value).to_string())
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("TWIN", TWIN)?;
    module.add_class::<PyTally>()?;
    module.add_class::<PyScan>()?;
    module.add_class::<PyStoredRows>()?;
    module.add_class::<PyBlocks>()?;
    module.add_function(wrap_pyfunction!(crate::files::opened, module)?)?;
    module.add_function(wrap_pyfunction!(shape, module)?)?;
    module.add_function(wrap_pyfunction!(stable_hash, module)?)?;
    module.add_function(wrap_pyfunction!(stable_hashes, module)?)?;
    module.add_function(wrap_pyfunction!(hashes_of_column, module)?)?;
    module.add_function(wrap_pyfunction!(numbers_of_column, module)?)?;
    module.add_function(wrap_pyfunction!(number, module)?)?;
    module.add_function(wrap_pyfunction!(tell_classes, module)?)?;
    Ok(())
}

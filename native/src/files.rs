//! `Blocks`: a file that is read by the threads that scan it, as Python sees it.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::blocks::{Blocks, Next, share};
use crate::facts::Place;
use crate::lines::Scan;
use crate::scan::{Orders, PyAsk, PyScan, orders_of};

/// A file, and what finds where its stretches end: none before its beginning was looked at.
struct Reading {
    blocks: Blocks<File>,
    /// How long the file was when it was opened [bytes], and how many threads may read it.
    length: u64,
    threads: usize,
    edges: Option<(Scan, PyAsk)>,
}

/// A file of which several threads read stretches, one after another.
#[pyclass(name = "Blocks", frozen)]
pub struct PyBlocks {
    reading: Mutex<Reading>,
}

/// Open the plain file at a path, to be read from where it `begins`; none where that is not the one with these numbers.
#[pyfunction]
pub fn opened(path: PathBuf, device: u64, inode: u64, begins: u64) -> Option<PyBlocks> {
    let mut file = File::open(path).ok()?;
    if numbers(&file)? != (device, inode) {
        return None;
    }
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(begins)).ok()?;
    let threads = available_parallelism().map_or(1, NonZeroUsize::get);
    let reading = Reading { blocks: Blocks::new(file, begins), length, threads, edges: None };
    Some(PyBlocks { reading: Mutex::new(reading) })
}

/// Bytes, offset and first line of what Python must read.
type Left<'py> = (Bound<'py, PyBytes>, u64, u64);
/// Number, offset, first line and length of a stretch, whether the file ends with it, what of it Python must
/// read, and the order of what was read between.
type Read<'py> = (u64, u64, u64, usize, bool, Vec<Left<'py>>, Orders);

#[pymethods]
impl PyBlocks {
    /// Find where stretches end by a scan that looked at the file's beginning; none is left of that.
    fn begin(&self, py: Python<'_>, edges: &mut PyScan) {
        let edges = (edges.taken(), edges.ask(py));
        py.detach(|| self.lock().edges = Some(edges));
    }

    /// Read about `size` bytes, fewer near the file's end, and count the next stretch by a scan; none: the file has ended. A stretch of no
    /// length: no record surely begins in what was read, so Python must read the file.
    fn stretch<'py>(&self, py: Python<'py>, scan: &mut PyScan, size: usize) -> Option<Read<'py>> {
        let (scan, ask, buffer) = scan.parts();
        let (stretch, left, orders) = py.detach(|| {
            let (next, behind) = {
                let Reading { blocks, length, threads, edges } = &mut *self.lock();
                let size = share(size, length.saturating_sub(blocks.taken()), *threads);
                let next = blocks.next(buffer, size, |data, from| {
                    let (edges, ask) = edges.as_mut()?;
                    edges.last_record_of((data, from), ask)
                });
                (next, blocks.next_line().to_owned())
            };
            let stretch = match next {
                Next::End => return None,
                Next::Endless => return Some((None, Vec::new(), Vec::new())),
                Next::Stretch(stretch) => stretch,
            };
            let place = Place { offset: stretch.offset, line: stretch.line };
            let left = scan.stretch((buffer.data(), &behind), place, ask);
            Some((Some(stretch), left.runs, orders_of(&left.orders, &scan.tally)))
        })?;
        let Some(stretch) = stretch else {
            return Some((0, 0, 0, 0, false, Vec::new(), orders));
        };
        let data = buffer.data();
        let of = |start: usize, end: usize| PyBytes::new(py, &data[start..end]);
        let left = left
            .iter()
            .map(|run| (of(run.start, run.end), stretch.offset + run.start as u64, run.line))
            .collect();
        let (offset, line) = (stretch.offset, stretch.line);
        Some((stretch.index, offset, line, data.len(), stretch.is_last, left, orders))
    }

    /// Whether something may come next.
    fn goes_on(&self, py: Python<'_>) -> bool {
        py.detach(|| self.lock().blocks.goes_on())
    }

    /// Let the file end behind the line that was not read to its end.
    fn stop(&self, py: Python<'_>) {
        py.detach(|| self.lock().blocks.stop());
    }

    /// How much was read [bytes].
    #[getter]
    fn taken(&self, py: Python<'_>) -> u64 {
        py.detach(|| self.lock().blocks.taken())
    }

    /// The system's number of what kept the rest from being read, and what it says.
    #[getter]
    fn error(&self, py: Python<'_>) -> Option<(i32, String)> {
        py.detach(|| {
            let reading = self.lock();
            let error = reading.blocks.error()?;
            Some((error.raw_os_error().unwrap_or_default(), error.to_string()))
        })
    }
}

impl PyBlocks {
    // Never while Python waits: who holds it may ask Python.
    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Return the numbers that tell a plain file from all others; none where there are none.
#[cfg(unix)]
fn numbers(file: &File) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let found = file.metadata().ok()?;
    found.is_file().then(|| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn numbers(_: &File) -> Option<(u64, u64)> {
    None
}

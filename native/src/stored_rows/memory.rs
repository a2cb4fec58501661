//! What Python was asked of rows, each once.

use std::collections::HashMap;

use pyo3::prelude::*;

use crate::hashing::QuickState;

/// Words that are remembered; then all are forgotten at once.
const REMEMBERED: usize = 10_000;

/// Answers by what was asked.
pub struct Memory<T> {
    /// What is asked: a method of an object of Python's.
    method: &'static str,
    known: HashMap<String, T, QuickState>,
}

impl<T: for<'a, 'py> FromPyObject<'a, 'py>> Memory<T> {
    pub fn new(method: &'static str) -> Self {
        Self { method, known: HashMap::default() }
    }

    /// Return the answer to a question, `asked` of an object of Python's the first time; none: there is none.
    pub fn answer<'py>(
        &mut self,
        question: &str,
        teller: &Bound<'py, PyAny>,
        asked: impl pyo3::call::PyCallArgs<'py>,
    ) -> Option<&T> {
        if !self.known.contains_key(question) {
            if self.known.len() >= REMEMBERED {
                self.known.clear();
            }
            let told = teller.call_method1(self.method, asked).ok()?.extract().ok()?;
            self.known.insert(question.to_owned(), told);
        }
        self.known.get(question)
    }
}

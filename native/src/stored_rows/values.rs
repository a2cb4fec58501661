//! What the values of a row say, as Python would write it.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

use super::layouts::{Field, Layout};
use crate::records::{Attributes, Key, write_text};

/// Lists and objects within each other; deeper ones are Python's.
const DEEPEST: usize = 32;

type Value<'r, 'py> = Borrowed<'r, 'py, PyAny>;

/// What a row says of a field: a text that stands in it, or one that was made of it.
#[derive(Clone, Copy, Default)]
pub struct Told<'t> {
    pub text: &'t str,
    /// The value that it is, where it is one of those in ASCII, which Python hands on as they are.
    pub same: Option<usize>,
}

/// Where what a field says stands: the value of a place, or a text that was made.
#[derive(Clone, Copy)]
pub enum Place {
    At(usize),
    Made(usize),
}

impl Place {
    pub fn told<'t>(self, values: &'t [Bound<'_, PyAny>], made: &'t [String]) -> Option<Told<'t>> {
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
pub fn said(
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

/// Return what a field says, by where it stands; none: only Python can tell.
pub fn told<'t>(
    found: &[(Field, Place)],
    field: Field,
    (values, made): (&'t [Bound<'_, PyAny>], &'t [String]),
) -> Option<Told<'t>> {
    let place = found.iter().find(|(one, _)| *one == field);
    place.map_or(Some(Told::default()), |(_, place)| place.told(values, made))
}

/// Return the line as it was written, or nothing where none is; none: only Python can tell.
pub fn line_written<'t>(layout: &Layout, values: &'t [Bound<'_, PyAny>]) -> Option<Told<'t>> {
    let Some(at) = layout.written else { return Some(Told::default()) };
    match place_of(values, &[at], Field::Message, &mut Vec::new())? {
        Some(place @ Place::At(_)) => place.told(values, &[]),
        Some(Place::Made(_)) => None,
        None => Some(Told::default()),
    }
}

/// Return attributes of which it is known what is written.
pub fn attributes_with(further: &[(Key, String)]) -> Attributes<'_> {
    let mut all = Attributes::default();
    for (key, written) in further {
        all.value().push_str(written);
        all.put(key);
    }
    all
}

/// Return the names of attributes and what is written of each, sorted by name; none: only Python can write one.
pub fn sorted(given: &Bound<'_, PyDict>) -> Option<Vec<(Key, String)>> {
    let pair = |(name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let mut written = String::new();
        write_json(value.as_borrowed(), &mut written, DEEPEST)?;
        Some((name.extract::<String>().ok()?, written))
    };
    let mut pairs: Vec<_> = given.iter().map(pair).collect::<Option<_>>()?;
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    Some(pairs.into_iter().map(|(name, written)| (Key::new(&name), written)).collect())
}

/// Return what a row says beside its columns, as `_rest` of `kernel.row_records`; none: only Python can write it.
pub fn attributes_of<'l>(
    layout: &'l Layout,
    values: &[Bound<'_, PyAny>],
) -> Option<Attributes<'l>> {
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

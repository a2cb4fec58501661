//! Where rows with the same keys say what.

use crate::records::Key;

/// The fields of a record that a row may say, as `_Layout.given` of `kernel.row_records` numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// Service, address and id of the host, file, logger, trace and span.
    Text(usize),
    Line,
    Level,
    Severity,
    Priority,
    Message,
    Error,
}

pub const SERVICE: usize = 0;
pub const ADDRESS: usize = 1;
pub const ID: usize = 2;
pub const FILE: usize = 3;

impl Field {
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "service" => Self::Text(SERVICE),
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
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Message | Self::Error | Self::Text(ADDRESS | ID))
    }
}

/// Name and places of the values of a field; place, name and whether it has to be a list, of an attribute; whether a level is
/// said, any of the columns, and whether numbers are levels as syslog counts them; and the place of the line as it was written.
pub type GivenLayout =
    (Vec<(String, Vec<usize>)>, Vec<(usize, String, bool)>, (bool, bool, bool), Option<usize>);

/// Where rows with the same keys say what.
pub struct Layout {
    pub names: Vec<Box<str>>,
    pub fields: Vec<(Field, Vec<usize>)>,
    pub attributes: Vec<(usize, Key, bool)>,
    pub is_levelled: bool,
    pub is_named: bool,
    pub graylog: bool,
    pub written: Option<usize>,
}

impl Layout {
    /// Return what was told of rows with keys of some names; none: it is of no field that is known.
    pub fn new(given: GivenLayout, names: &[&str]) -> Option<Self> {
        let (fields, attributes, (is_levelled, is_named, graylog), written) = given;
        let fields = fields.into_iter().map(|(name, places)| Some((Field::of(&name)?, places)));
        let attributes =
            attributes.into_iter().map(|(at, name, is_list)| (at, Key::new(&name), is_list));
        Some(Self {
            names: names.iter().map(|&name| name.into()).collect(),
            fields: fields.collect::<Option<_>>()?,
            attributes: attributes.collect(),
            is_levelled,
            is_named,
            graylog,
            written,
        })
    }

    /// Whether it is of rows with keys of these names.
    pub fn is_of(&self, names: &[&str]) -> bool {
        self.names.len() == names.len()
            && self.names.iter().zip(names).all(|(one, &other)| **one == *other)
    }
}

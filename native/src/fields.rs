//! Lines that name their fields (JSON, logfmt), taken apart: their names in order, and their values.

mod json;
mod pairs;
mod rows;

use std::sync::Arc;

use hashbrown::HashMap;

use crate::hashing::QuickState;

pub use json::code;
pub(crate) use json::{behind_blanks, end_of_text};
pub use pairs::{are_no_pairs, begins_with_name, name_of_property};

/// Longer lines are left to Python [bytes].
const LONGEST: usize = 1 << 18;
/// Characters by whose kinds Python tells which formats a line may have, `WIDTH` of `kernel.gates`.
const GATE: usize = 10;
/// Stands for a value in the layout of a line.
const VALUE: u8 = b'v';

/// How a name is asked for, as `kernel.asked_names` says: among those of the line itself; wherever it stands; the same where
/// one of the next stands in a line; by what its value says.
const OF_LINE: u8 = 1;
const ANYWHERE: u8 = 2;
const WITH_TELLING: u8 = 4;
const TELLING: u8 = 8;

/// The names that some format asks for, and how.
pub type Asked = HashMap<Box<[u8]>, u8, QuickState>;

/// A value: where what it says begins and ends, and whether that stands in quotes and with escapes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Value {
    pub start: usize,
    pub end: usize,
    pub is_quoted: bool,
    pub is_escaped: bool,
}

/// A value that no format asks for: where its name stands, and all of it with its marks.
#[derive(Clone, Copy, Debug)]
pub struct Passed {
    pub name: (usize, usize),
    pub value: (usize, usize),
    /// What it says; none: it has parts.
    pub leaf: Option<Value>,
}

/// A part of the outermost object that is being read.
#[derive(Clone, Copy, Default, Debug)]
struct Part {
    /// What layout and values were before it.
    before: (usize, usize),
    name: (usize, usize),
    value: usize,
    /// Whether no format asked for any of its names so far.
    may_pass: bool,
}

/// One line taken apart, in memory that is kept for the next.
#[derive(Default, Debug)]
pub struct Fields {
    /// The kinds of the first characters, then names and marks without values and blanks: equal for lines
    /// with the same names.
    pub layout: Vec<u8>,
    pub values: Vec<Value>,
    /// What stands beside these that no format asks for, wherever it stands but at first: whether it is there decides nothing.
    pub passed: Vec<Passed>,
    /// What formats ask for; none: whatever a line names.
    pub asked: Option<Arc<Asked>>,
    open: Vec<u8>,
    part: Part,
    /// Whether a name was met that is asked for by its value, and whether one is known to stand in the line.
    tells: bool,
    is_telling: bool,
}

impl Value {
    /// Return what it says of its line.
    pub fn of<'a>(&self, line: &'a str) -> &'a str {
        &line[self.start..self.end]
    }
}

impl Fields {
    /// Take a line apart; false: it names no fields, or only Python knows what it says.
    pub fn take_apart(&mut self, line: &str) -> bool {
        (self.tells, self.is_telling) = (false, false);
        if !self.take_once(line) {
            return false;
        }
        self.is_telling = self.tells && !self.passed.is_empty();
        !self.is_telling || self.take_once(line)
    }

    fn take_once(&mut self, line: &str) -> bool {
        self.layout.clear();
        self.values.clear();
        self.passed.clear();
        self.open.clear();
        self.part = Part::default();
        if line.len() > LONGEST {
            return false;
        }
        self.layout.extend(line.chars().take(GATE).map(kind_of));
        let bytes = line.as_bytes();
        if bytes.first() == Some(&b'{') { self.object(bytes) } else { self.pairs(bytes) }.is_some()
    }

    /// Take apart lines of KEY=value; false: a value may go on in the next line, or only Python knows what it says.
    pub fn take_lines_apart(&mut self, text: &str) -> bool {
        self.layout.clear();
        self.values.clear();
        self.passed.clear();
        // No line is of the same layout.
        self.layout.push(b'\n');
        text.len() <= LONGEST && self.properties(text.as_bytes()).is_some()
    }

    /// Take apart a row of a table by what stands between its cells; false: only Python knows what it says, or it may go on
    /// in the next line.
    pub fn take_row_apart(&mut self, line: &str, delimiter: u8) -> bool {
        self.layout.clear();
        self.values.clear();
        self.passed.clear();
        line.len() <= LONGEST && self.row(line.as_bytes(), delimiter).is_some()
    }

    /// How formats ask for a name.
    fn how_asked(&self, name: &[u8]) -> u8 {
        self.asked
            .as_ref()
            .map_or(OF_LINE | ANYWHERE, |asked| asked.get(name).copied().unwrap_or(0))
    }

    fn note(&mut self, value: Value) {
        self.layout.push(VALUE);
        self.values.push(value);
    }
}

/// The kind of one of the first characters, as `beginning` of `kernel.gates` tells them apart.
fn kind_of(char: char) -> u8 {
    match char {
        '0'..='9' => b'0',
        'a'..='z' => b'a',
        'A'..='Z' => b'A',
        char if char.is_ascii() => char as u8,
        _ => 0x80,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layout behind the kinds of the first characters, and what the values say.
    fn apart(line: &str) -> Option<(String, Vec<&str>)> {
        let mut fields = Fields::default();
        fields.take_apart(line).then(|| {
            let layout = &fields.layout[line.chars().take(10).count()..];
            let values = fields.values.iter().map(|value| value.of(line)).collect();
            (String::from_utf8(layout.to_vec()).unwrap(), values)
        })
    }

    #[test]
    fn names_are_told_from_values() {
        let line =
            r#"{"a": "x", "b" :{"c":[1, -2.5e3,"\"\u4e2d\ud83d\ude00"], "d":{}} , "e":null } "#;
        let layout = r#"{"a":v,"b":{"c":[v,v,v],"d":{}},"e":v}"#;
        assert_eq!(
            apart(line),
            Some((layout.into(), vec!["x", "1", "-2.5e3", r#"\"\u4e2d\ud83d\ude00"#, "null"]))
        );
    }

    #[test]
    fn what_python_takes_for_no_json_or_reads_otherwise_is_left() {
        for line in [
            r#"{"a":1"#,
            r#"{"a":1,}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":1e}"#,
            r#"{"a":+1}"#,
            r#"{"a":NaN}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u4e2"}"#,
            "{\"a\":\"tab\there\"}",
            r#"{"a":1} b"#,
            r#"{"a" 1}"#,
            r#"{a:1}"#,
            r#"{"a":[1}"#,
            r#"{"a":"x}"#,
            "{",
            "",
            " {}",
        ] {
            assert!(apart(line).is_none_or(|it| it.1.is_empty() && line.is_empty()), "{line}");
        }
    }

    #[test]
    fn what_is_no_pairs_is_told_where_that_is_sure() {
        for (line, expected) in [
            ("a=1 b", true),
            ("a=1", true),
            ("a=1 a=2", true),
            ("a=1 b=2", false),
            ("a=1 b=\"x y\"", false),
            ("a=\"x", true),
            ("a=\"x\"y b=1", true),
            ("a=\"x\\\" y\" b=1", false),
            ("a=1 é=2", false),
            ("a=é b", true),
            ("a=中 b=文", false),
            ("a=\u{3000}b=1 c", false),
            ("a=1 \u{3000}b=1", false),
            ("a=1 (b)", true),
            ("a=x\"y", true),
            ("", true),
        ] {
            assert_eq!(are_no_pairs(line), expected, "{line}");
        }
    }

    #[test]
    fn lines_of_a_record_are_told_apart() {
        let mut fields = Fields::default();
        for (text, expected) in [
            ("__CURSOR=s=1\nA_1=\nB=c d", Some(vec!["s=1", "", "c d"])),
            ("A=1", Some(vec!["1"])),
            ("A=1\nMESSAGE\nB=2", None),
            ("A=1\nlower=2", None),
            ("A=1\n1B=2", None),
            ("A=1\nB=\\x00", None),
            ("A=1\n", None),
        ] {
            let are_fields = fields.take_lines_apart(text);
            let values = fields.values.iter().map(|value| value.of(text)).collect();
            assert_eq!(are_fields.then_some(values), expected, "{text}");
        }
        assert_eq!(name_of_property(format!("{}=", "A".repeat(64)).as_bytes()), Some(64));
        assert_eq!(name_of_property(format!("{}=", "A".repeat(65)).as_bytes()), None);
    }

    #[test]
    fn cells_are_told_apart() {
        for (row, expected) in [
            ("a,,\"b, \"\"c\"\"\",", Some(vec!["a", "", "b, \"\"c\"\"", ""])),
            ("\"\"", Some(vec![""])),
            ("中,\"é\"", Some(vec!["中", "é"])),
            ("a,\"b", None),
            ("a,\"b\"c", None),
            ("a\"b,c", None),
        ] {
            let mut fields = Fields::default();
            let is_row = fields.take_row_apart(row, b',');
            let cells: Vec<&str> = fields.values.iter().map(|value| value.of(row)).collect();
            assert_eq!(is_row.then_some(cells), expected, "{row}");
        }
    }

    #[test]
    fn what_no_format_asks_for_is_no_part_of_the_layout() {
        let names =
            [("time", OF_LINE), ("kept", ANYWHERE), ("method", WITH_TELLING), ("status", TELLING)];
        let asked = names.map(|(name, how)| (name.as_bytes().into(), how)).into_iter().collect();
        let mut fields = Fields { asked: Some(Arc::new(asked)), ..Fields::default() };
        for (line, layout, passed) in [
            (r#"{"a":1,"b":{"c":[2]},"time":3,"d":4}"#, r#"{"a":v,"time":v}"#, &["b", "d"][..]),
            (r#"{"a":1,"b":{"kept":2},"method":3}"#, r#"{"a":v,"b":{"kept":v}}"#, &["method"]),
            (
                r#"{"a":1,"method":3,"b":[{"status":5}]}"#,
                r#"{"a":v,"method":v,"b":[{"status":v}]}"#,
                &[],
            ),
            (r#"{"a":1,"\u0062":2,"c":3}"#, r#"{"a":v,"\u0062":v}"#, &["c"]),
            ("x=1 y=2 z=3 time=4 w=5", "x=vy=vtime=v", &["z", "w"]),
        ] {
            assert!(fields.take_apart(line));
            let told = String::from_utf8_lossy(&fields.layout[GATE..]).into_owned();
            let name = |one: &Passed| &line[one.name.0..one.name.1];
            let names: Vec<&str> = fields.passed.iter().map(name).collect();
            assert_eq!((&*told, &*names), (layout, passed), "{line}");
        }
    }

    #[test]
    fn pairs_are_told_apart() {
        let line = r#"a=1 b.c="x \"y\"" d= e=中"#;
        assert_eq!(apart(line), Some(("a=vb.c=vd=ve=v".into(), vec!["1", r#"x \"y\""#, "", "中"])));
        for line in [
            "a=1 b",
            "a=1 b=\"x",
            "a=1 b=x\"y",
            "a=1 =x",
            "a=\"x\"b=1",
            "a=\u{3000} b=1",
            "no pairs",
        ] {
            assert_eq!(apart(line), None, "{line}");
        }
    }
}

//! Lines that hold several records in a list (BlueKing's collectors write such): each is read as if it stood there alone.

use crate::fields::{behind_blanks, end_of_text};
use crate::frames::Stretch;
use crate::lines::Scan;
use crate::reader::{Ask, HEAD, Line};
use crate::tally::Facts;

/// What stands around the items of a line is read with each: so much in all, or Python reads it [bytes].
const READ: usize = 1 << 22;
/// What lists are called in a batch of OpenTelemetry's: of resources, of the scopes of one, of the records of one.
const RESOURCES: &str = "resourceLogs";
const SCOPES: &str = "scopeLogs";
const RECORDS: &str = "logRecords";

/// A record of a line: the number under which its formats are counted, its facts and body, and the line that would hold it
/// alone, where that is asked for.
pub struct Item {
    pub format: usize,
    pub facts: Facts,
    pub body: String,
    pub text: String,
    /// Where the line that would hold it alone stands in its line.
    pub pieces: Vec<Stretch>,
}

impl Scan {
    /// Read a line that holds several records; none: it is no such, or only Python knows what it says.
    pub(crate) fn read_items<'a>(&mut self, line: &str, ask: &dyn Ask) -> Option<Line<'a>> {
        let (items, is_batch) = match batch_of(line, &self.reader.lists) {
            Some(items) => (items, true),
            None => (apart(line, &items_of(line, &self.reader.lists)?), false),
        };
        let size = |pieces: &[Stretch]| pieces.iter().map(|one| one.1 - one.0).sum::<usize>();
        if items.iter().map(|pieces| size(pieces)).sum::<usize>() > READ + line.len() {
            return None;
        }
        let (mut alone, mut layout) = (String::new(), 0);
        let mut found = Vec::with_capacity(items.len());
        let mut are_known = true;
        for pieces in items {
            alone.clear();
            alone.extend(pieces.iter().map(|&(start, end)| &line[start..end]));
            let Some((read, may_be_listed)) = self.read_kind(&alone, ask) else {
                self.learn_named(&alone, ask);
                are_known = false;
                continue;
            };
            // All have the same names: a format of two others may stand over several. A batch is one by how it begins.
            let same = std::mem::replace(&mut layout, self.frames.layout());
            let Line::Taken { format, facts, body, .. } = read else { return None };
            if !may_be_listed || !is_batch && !found.is_empty() && same != layout {
                return None;
            }
            let text = if self.records.is_some() { alone.clone() } else { String::new() };
            found.push(Item { format, facts, body: body.into_owned(), text, pieces });
        }
        are_known.then_some(Line::Items(found))
    }
}

/// Return where the lines stand that would each hold one of the items of a list alone.
fn apart(line: &str, items: &[Stretch]) -> Vec<Vec<Stretch>> {
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return Vec::new() };
    items.iter().map(|&item| vec![(0, first.0), item, (last.1, line.len())]).collect()
}

/// Return likewise those of the records of a batch as OpenTelemetry writes it (`paicha.kernel.otlp_values`); none: it is
/// none, or holds no list of several, or one of none.
fn batch_of(line: &str, names: &[Box<str>]) -> Option<Vec<Vec<Stretch>>> {
    let text = line.as_bytes();
    let records = names.iter().find(|name| ***name == *RECORDS)?;
    let at = behind_blanks(text, 1);
    if text.get(at..at + RESOURCES.len() + 2)? != format!("\"{RESOURCES}\"").as_bytes() {
        return None;
    }
    let mut found = Vec::new();
    let resources = list_in(line, 0, RESOURCES)?;
    let (first, last) = (resources.first()?.0, resources.last()?.1);
    for &(start, end) in &resources {
        let scopes = list_in(line, start, SCOPES)?;
        let around = (scopes.first()?.0, scopes.last()?.1);
        for &scope in &scopes {
            let items = list_in(line, scope.0, records)?;
            let inner = (items.first()?.0, items.last()?.1);
            found.extend(items.iter().map(|&item| {
                let before = [(0, first), (start, around.0), (scope.0, inner.0)];
                let behind = [(inner.1, scope.1), (around.1, end), (last, line.len())];
                [&before[..], &[item], &behind[..]].concat()
            }));
        }
    }
    (found.len() > 1).then_some(found)
}

/// Return where the items stand of the list that the object at a place has under a name.
pub(crate) fn list_in(line: &str, at: usize, name: &str) -> Option<Vec<Stretch>> {
    let text = line.as_bytes();
    if text.get(at) != Some(&b'{') {
        return None;
    }
    let mut at = behind_blanks(text, at + 1);
    while text.get(at) == Some(&b'"') {
        let (end, _) = end_of_text(text, at + 1)?;
        let is_list = line[at + 1..end] == *name;
        at = behind_blanks(text, end + 1);
        if text.get(at) != Some(&b':') {
            return None;
        }
        at = behind_blanks(text, at + 1);
        if is_list && text.get(at) == Some(&b'[') {
            return listed(text, at + 1);
        }
        at = behind_blanks(text, behind_value(text, at)?);
        if text.get(at) != Some(&b',') {
            return None;
        }
        at = behind_blanks(text, at + 1);
    }
    None
}

/// Return where the items of a list stand that stands under one of some names in a line; none: there are not several.
fn items_of(line: &str, names: &[Box<str>]) -> Option<Vec<Stretch>> {
    let text = line.as_bytes();
    let mut at = behind_blanks(text, 1);
    while at < HEAD && text.get(at) == Some(&b'"') {
        let (end, _) = end_of_text(text, at + 1)?;
        let name = &line[at + 1..end];
        at = behind_blanks(text, end + 1);
        if text.get(at) != Some(&b':') {
            return None;
        }
        at = behind_blanks(text, at + 1);
        // What names the list has to stand in what a pattern sees.
        if at <= HEAD && text.get(at) == Some(&b'[') && names.iter().any(|one| **one == *name) {
            return listed(text, at + 1).filter(|items| items.len() > 1);
        }
        at = behind_blanks(text, behind_value(text, at)?);
        if text.get(at) != Some(&b',') {
            return None;
        }
        at = behind_blanks(text, at + 1);
    }
    None
}

/// Return where the items of a list stand whose first begins at a place.
fn listed(text: &[u8], at: usize) -> Option<Vec<Stretch>> {
    let (mut items, mut at) = (Vec::new(), behind_blanks(text, at));
    loop {
        let end = behind_value(text, at)?;
        items.push((at, end));
        at = behind_blanks(text, end);
        match text.get(at)? {
            b',' => at = behind_blanks(text, at + 1),
            b']' => return Some(items),
            _ => return None,
        }
    }
}

/// Return where a value ends, if it is one.
fn behind_value(text: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0usize;
    loop {
        match text.get(at)? {
            b'"' => at = end_of_text(text, at + 1)?.0,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => {
                let is_mark = |byte: &u8| matches!(byte, b',' | b'}' | b']');
                return Some(at + text[at..].iter().position(is_mark)?);
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{batch_of, items_of};

    #[test]
    fn items_of_a_list_are_told_apart() {
        for (line, expected) in [
            (
                r#"{"a":{"items":[1,2]},"b":-2, "items" : [{"x":"]}, {"}, {"x":[1,{}]}],"t":1}"#,
                Some(vec![r#"{"x":"]}, {"}"#, r#"{"x":[1,{}]}"#]),
            ),
            (r#"{"items":["a\",","b"]}"#, Some(vec![r#""a\",""#, r#""b""#])),
            (r#"{"items":["a"]}"#, None),
            (r#"{"items":[]}"#, None),
            (r#"{"other":["a","b"]}"#, None),
            (r#"{"items":["a","b""#, None),
            (r#"{"items":{"a":1}}"#, None),
            ("{", None),
        ] {
            let found = items_of(line, &["items".into()]);
            let texts = found.map(|all| all.iter().map(|&(a, b)| &line[a..b]).collect::<Vec<_>>());
            assert_eq!(texts, expected, "{line}");
        }
    }

    #[test]
    fn records_of_a_batch_stand_alone_with_what_is_around_them() {
        let one = |around: &str, scope: &str, record: &str| {
            let scopes = format!(r#"[{{"scope":{scope},"logRecords":[{record}],"s":1}}]"#);
            format!(r#"{{ "resourceLogs": [{{"resource":{around},"scopeLogs":{scopes}}}],"x":2}}"#)
        };
        let line = r#"{ "resourceLogs": [{"resource":1,"scopeLogs":[{"scope":"a","logRecords":[{"n":[1]},{"n":"]"}],"s":1},{"scope":"b","logRecords":[3],"s":1}]},{"resource":2,"scopeLogs":[{"scope":"c","logRecords":[4],"s":1}]}],"x":2}"#;
        let names = ["logRecords".into()];
        let found = batch_of(line, &names).unwrap_or_default();
        let alone: Vec<String> = found
            .iter()
            .map(|pieces| pieces.iter().map(|&(start, end)| &line[start..end]).collect())
            .collect();
        assert_eq!(
            alone,
            [
                one("1", "\"a\"", r#"{"n":[1]}"#),
                one("1", "\"a\"", r#"{"n":"]"}"#),
                one("1", "\"b\"", "3"),
                one("2", "\"c\"", "4"),
            ]
        );
        for line in [
            r#"{"a":1,"resourceLogs":[{"scopeLogs":[{"logRecords":[1,2]}]}]}"#,
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[1]}]}]}"#,
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[1,2]}]},{"resource":1}]}"#,
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[1,2]},{}]}]}"#,
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[1,2"#,
            r#"{"resourceLogs":[]}"#,
            "{",
        ] {
            assert_eq!(batch_of(line, &names), None, "{line}");
        }
        assert_eq!(batch_of(line, &["items".into()]), None);
    }
}

//! Lines that hold several records in a list (BlueKing's collectors write such): each is read as if it stood there alone.

use crate::fields::{behind_blanks, end_of_text};
use crate::frames::Stretch;
use crate::lines::Scan;
use crate::reader::{Ask, HEAD, Line};
use crate::tally::Facts;

/// What stands around the items of a line is read with each: so much in all, or Python reads it [bytes].
const READ: usize = 1 << 22;

/// A record of a line: the number under which its formats are counted, its facts and body, and the line that would hold it
/// alone, where that is asked for.
pub struct Item {
    pub format: usize,
    pub facts: Facts,
    pub body: String,
    pub text: String,
}

impl Scan {
    /// Read a line that holds several records; none: it is no such, or only Python knows what it says.
    pub(crate) fn read_items<'a>(&mut self, line: &str, ask: &dyn Ask) -> Option<Line<'a>> {
        let items = items_of(line, &self.reader.lists)?;
        let (first, last) = (items.first()?.0, items.last()?.1);
        if (first + line.len() - last) * items.len() > READ {
            return None;
        }
        let (mut alone, mut layout) = (String::new(), 0);
        let mut found = Vec::with_capacity(items.len());
        for &(start, end) in &items {
            alone.clear();
            alone.extend([&line[..first], &line[start..end], &line[last..]]);
            let Some((read, may_be_listed)) = self.read_kind(&alone, ask) else {
                self.learn_named(&alone, ask);
                return None;
            };
            // All have the same names: a format of two others may stand over several.
            let same = std::mem::replace(&mut layout, self.frames.layout());
            let Line::Taken { format, facts, body, .. } = read else { return None };
            if !may_be_listed || !found.is_empty() && same != layout {
                return None;
            }
            let text = if self.records.is_some() { alone.clone() } else { String::new() };
            found.push(Item { format, facts, body: body.into_owned(), text });
        }
        Some(Line::Items(found))
    }
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
    use super::items_of;

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
}

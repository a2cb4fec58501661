//! Numbers with their units.

use super::{Emitted, Kind, NUMBER_DIGITS, Pieces, Told, put};
use crate::numbers;
use crate::words::is_unit;

/// The number with its unit; nothing when it is none.
pub fn number<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let bytes = core.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut at = sign;
    let mut commas = false;
    while at < bytes.len() && (bytes[at].is_ascii_digit() || bytes[at] == b',') {
        commas |= bytes[at] == b',';
        at += 1;
    }
    if at + 1 < bytes.len() && bytes[at] == b'.' && bytes[at + 1].is_ascii_digit() {
        at += 1;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
    }
    if at == sign {
        return false;
    }
    at = exponent(bytes, at);
    let (text, unit) = core.split_at(at);
    if !unit.is_empty() && !is_unit(unit) {
        return false;
    }
    if commas && !is_grouped(&text[sign..]) {
        return false;
    }
    let plain;
    let bare = if commas {
        plain = text.replace(',', "");
        &plain
    } else {
        text
    };
    let head = bare[sign..].find('.').unwrap_or(bare.len() - sign);
    if may_be_too_large(&bare[sign..], head) {
        out.tell(Told::Large(text));
    }
    let value = if head > NUMBER_DIGITS { None } else { numbers::parse(bare) };
    match value {
        Some(found) if -1e15 < found.value && found.value < 1e15 => {
            out.push(Emitted { text, kind: Kind::Number, unit, number: value });
        }
        _ => put(out, Kind::Id, core),
    }
    true
}

/// Whether it depends on the digits of a number that it is below 10^15.
fn may_be_too_large(bare: &str, head: usize) -> bool {
    bare.contains('+') || (head == NUMBER_DIGITS && bare.len() > head)
}

fn exponent(core: &[u8], at: usize) -> usize {
    let marked =
        matches!(core.get(at), Some(b'e' | b'E')) && matches!(core.get(at + 1), Some(b'+' | b'-'));
    if !marked {
        return at;
    }
    let mut end = at + 2;
    while end < core.len() && core[end].is_ascii_digit() {
        end += 1;
    }
    if at + 2 < end && end <= at + 5 { end } else { at }
}

/// Whether the commas part thousands.
fn is_grouped(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or("");
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)
}

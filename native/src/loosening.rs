//! Which runs of digits of a chunk may be longer or shorter without the chunk being taken apart differently.
//!
//! The twin of `paicha.kernel.loosening`, for lengths: `take_apart` decides by what a chunk looks like, and
//! how many digits a number or an identifier has rarely matters to it. What digits themselves decide is told
//! while the line is scanned (`chunks::Told`). Runs that nothing is said of keep their lengths.

use crate::chunks::{self, Kind, MOST_PARTS, Pieces, core_of, is_ip, is_number, place_of};
use crate::words::{MONTHS, is_term_but_for_runs};

/// Digits of a whole number at most, and of one with decimals before the point: one less, so that rounding
/// never takes it to the bound of `chunks`.
const WHOLE: u8 = 15;
const BEFORE_POINT: u8 = 14;
/// Any number of digits.
pub const ANY: u8 = u8::MAX;

/// A run of digits of a text: where it begins, and how many there may be.
pub type Loose = (usize, u8, u8);

/// Append the runs of a chunk, counted from `at`.
pub fn loosened(chunk: &str, at: usize, out: &mut Vec<Loose>) {
    if is_number(chunk) {
        out.push(digits(chunk, at));
        return;
    }
    let (start, end) = core_of(chunk.as_bytes());
    if start < end {
        core(&chunk[start..end], at + start, out);
    }
}

/// Append the runs of a text that is a variable as a whole, whatever its digits are.
pub fn inside(text: &str, at: usize, out: &mut Vec<Loose>) {
    out.extend(runs(text).map(|(start, _)| (at + start, 1, ANY)));
}

/// Where runs of digits begin and end.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
        let rest = &bytes[start..];
        at = start + rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        Some((start, at))
    })
}

fn digits(text: &str, at: usize) -> Loose {
    if text.len() > WHOLE as usize { (at, WHOLE + 1, ANY) } else { (at, 1, WHOLE) }
}

/// Of a chunk without its marks; in the order in which `chunks` asks its recognisers.
fn core(core: &str, at: usize, out: &mut Vec<Loose>) {
    if let Some((kind, _)) = number_of(core) {
        if kind == Kind::Number {
            number(core, at, out);
        }
    } else if is_term_but_for_runs(core) {
    } else if place_of(core, b"...").is_some() {
        if core.matches("...").count() <= MOST_PARTS {
            both(core, at, "...", out);
        }
    } else if let Some(scheme) = place_of(core, b"://") {
        inside(&core[scheme + 3..], at + scheme + 3, out);
    } else if core.contains(':') {
        with_colon(core, at, out);
    } else {
        plain(core, at, out);
    }
}

/// The kind of a number, and whether a unit stands behind it; none: it is no number.
fn number_of(core: &str) -> Option<(Kind, bool)> {
    let mut pieces = Pieces::default();
    let known = chunks::number(core, &mut pieces);
    let last = pieces.list.last().filter(|_| known)?;
    Some((last.kind, !last.unit.is_empty()))
}

/// Of a number: with commas or an exponent the lengths stay.
fn number(core: &str, at: usize, out: &mut Vec<Loose>) {
    let Some((whole, fraction)) = simple(core) else { return };
    let most = if fraction.is_some() { BEFORE_POINT } else { WHOLE };
    if whole.1 - whole.0 <= most as usize {
        out.push((at + whole.0, 1, most));
        out.extend(fraction.map(|(start, _)| (at + start, 1, ANY)));
    }
}

/// A stretch of a text.
type Stretch = (usize, usize);

/// The digits before and behind the point of a number without commas and exponent; none: it is not one.
fn simple(core: &str) -> Option<(Stretch, Option<Stretch>)> {
    let bytes = core.as_bytes();
    let mut all = runs(core);
    let whole = all.next()?;
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let fraction = all.next().filter(|run| run.0 == whole.1 + 1 && bytes[whole.1] == b'.');
    let end = fraction.map_or(whole.1, |run| run.1);
    let ends = bytes.get(end).is_none_or(|byte| !b".,eE+-".contains(byte));
    (whole.0 == sign && ends).then_some((whole, fraction))
}

fn both(core: &str, at: usize, mark: &str, out: &mut Vec<Loose>) {
    let Some((head, tail)) = core.split_once(mark) else { return };
    loosened(head, at, out);
    let tail = if mark == "..." { tail.trim_start_matches('.') } else { tail };
    if !tail.is_empty() {
        loosened(tail, at + core.len() - tail.len(), out);
    }
}

fn with_colon(core: &str, at: usize, out: &mut Vec<Loose>) {
    let colons = core.bytes().filter(|&byte| byte == b':').count();
    if colons > MOST_PARTS || core.contains('\\') {
        return;
    }
    let mut pieces = Pieces::default();
    chunks::with_colon(core, &mut pieces);
    if matches!(&*pieces.list, [one] if one.text == core) {
        return; // a clock, an address, a path of Windows
    }
    let all = |held: &dyn Fn(u8) -> bool| core.bytes().all(held);
    let is_clock = all(&|byte| byte.is_ascii_digit() || b".,Z+-:T_/".contains(&byte));
    let groups = core.split('%').next().unwrap_or_default();
    let is_hex = groups.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    let head = core.split(':').next().unwrap_or_default();
    // Before the first colon of a clock stand two digits, before that of a date and clock three parts.
    if !(is_clock || is_hex || has_month(core)) || is_four_parts(head) {
        both(core, at, ":", out);
    }
}

/// Of a chunk without colons that is no number.
fn plain(core: &str, at: usize, out: &mut Vec<Loose>) {
    let any = |out: &mut Vec<Loose>| inside(core, at, out);
    if is_four_parts(core) {
        if is_ip(core.trim_start_matches('/').as_bytes()) {
            out.extend(runs(core).map(|(start, _)| (at + start, 1, 3)));
        }
        return;
    }
    if core.contains(',')
        && core.split(',').all(|part| is_four_parts(part) && !part.starts_with('/'))
    {
        return any(out); // a list: too many points for a number
    }
    if core.starts_with('/') {
        return any(out);
    }
    if let Some((head, tail)) = core.split_once('/').filter(|&(_, tail)| is_four_parts(tail)) {
        if is_ip(tail.as_bytes()) {
            loosened(head, at, out);
            let start = at + head.len() + 1;
            out.extend(runs(tail).map(|(run, _)| (start + run, 1, 3)));
        }
        return;
    }
    let is_date = core.bytes().all(|byte| byte.is_ascii_digit() || b"-/.".contains(&byte));
    if has_exponent(core) || core.contains(',') || is_date || has_month(core) {
        return;
    }
    if core.contains(['/', '\\']) {
        let first = core.as_bytes()[0];
        if first.is_ascii_digit() || b"+-.".contains(&first) {
            with_slash(core, at, out);
        } else {
            any(out);
        }
    } else {
        last(core, at, out);
    }
}

/// Of `50/50`; a path that begins as a number does keeps its lengths.
fn with_slash(core: &str, at: usize, out: &mut Vec<Loose>) {
    let Some((left, right)) = core.split_once('/') else { return };
    let is_simple =
        |side| simple(side).is_some() && number_of(side).is_some_and(|it| it.0 == Kind::Number);
    if is_simple(left) && is_simple(right) && number_of(left).is_some_and(|(_, unit)| !unit) {
        number(left, at, out);
        number(right, at + left.len() + 1, out);
    }
}

/// Of `CPU#3`, `core.2275`, of a host's name, of an identifier; the number of an object keeps its length.
fn last(core: &str, at: usize, out: &mut Vec<Loose>) {
    if let Some(start) = chunks::count_in(core) {
        loosened(&core[..start - 1], at, out);
        out.push(digits(&core[start..], at + start));
        return;
    }
    if chunks::object_in(core).is_some() {
        return;
    }
    let mut pieces = Pieces::default();
    if chunks::prefixed(core, &mut pieces) {
        let tail = core.rsplit('.').next().unwrap_or_default();
        out.push(digits(tail, at + core.len() - tail.len()));
    } else {
        inside(core, at, out);
    }
}

/// Whether it is written as four numbers with points between, a stroke before them or none.
fn is_four_parts(text: &str) -> bool {
    let bare = text.strip_prefix('/').unwrap_or(text);
    let mut parts = bare.split('.');
    parts.by_ref().take(4).filter(|part| is_number(part)).count() == 4 && parts.next().is_none()
}

fn has_exponent(text: &str) -> bool {
    let is =
        |part: &[u8]| matches!(part, [b'e' | b'E', b'+' | b'-', digit] if digit.is_ascii_digit());
    text.as_bytes().windows(3).any(is)
}

fn has_month(text: &str) -> bool {
    let may_be = |part: &[u8]| part[0].is_ascii_uppercase() && part[1].is_ascii_lowercase();
    text.as_bytes().windows(3).any(|part| may_be(part) && MONTHS.contains(&part))
}

//! What one chunk of a line is; the twin of `paicha.kernel.chunks`, in the same order.

mod looks;
mod quantities;

use crate::chars::{WIDE, char_at, held, holds, is_letter};
use crate::numbers::{self, Number};
use crate::words::{is_term, is_unit_word, is_wide_unit};

use looks::{
    is_clock, is_date, is_date_and_clock, is_hex, is_hex_groups, is_host, is_windows_path,
};
pub use looks::{is_ip, is_number};
pub use quantities::number;

/// Digits beyond these make an identifier, not a quantity.
const NUMBER_DIGITS: usize = 15;
/// A chunk with more colons (or dotted lines) in it is an identifier.
pub const MOST_PARTS: usize = 16;
/// The colons of a clock at most, those of its zone with it.
const COLONS_OF_CLOCK: usize = 4;
/// Digits in hexadecimal that tell an object from others of its class, at least and at most.
const SHORTEST_HASH: usize = 5;
const LONGEST_HASH: usize = 16;

/// What stands in the place of a variable; `Literal` is text as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Literal,
    Number,
    Id,
    Ip,
    Host,
    Path,
    Url,
    Time,
    Text,
    List,
}

impl Kind {
    /// The placeholder of a variable.
    pub fn placeholder(self) -> &'static str {
        match self {
            Kind::Literal => "",
            Kind::Number => "<number>",
            Kind::Id => "<id>",
            Kind::Ip => "<ip>",
            Kind::Host => "<host>",
            Kind::Path => "<path>",
            Kind::Url => "<url>",
            Kind::Time => "<time>",
            Kind::Text => "<text>",
            Kind::List => "<list>",
        }
    }
}

/// A piece of a chunk: literal text, or a variable of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Emitted<'a> {
    pub text: &'a str,
    pub kind: Kind,
    pub unit: &'a str,
    pub number: Option<Number>,
}

/// A text whose digits told how a chunk is taken apart, not only where they stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told<'a> {
    /// Whether it is a word of the trade.
    Term(&'a str),
    /// Whether it is an address of four numbers.
    Address(&'a str),
    /// Whether its letters are a unit or a key, which an identifier beside may hold.
    Beside(&'a str),
    /// A number so large that its digits decide whether it is one.
    Large(&'a str),
    /// A chunk with digits that is taken apart.
    Chunk(&'a str),
    /// A text that is a variable whatever it is.
    Text(&'a str),
}

/// The pieces of a chunk so far; and, while that is asked for, what its digits told.
#[derive(Default, Debug)]
pub struct Pieces<'a> {
    pub list: Vec<Emitted<'a>>,
    pub told: Option<Vec<Told<'a>>>,
}

impl<'a> Pieces<'a> {
    fn push(&mut self, piece: Emitted<'a>) {
        self.list.push(piece);
    }

    pub fn tell(&mut self, told: Told<'a>) {
        if let Some(all) = &mut self.told {
            all.push(told);
        }
    }
}

fn put<'a>(out: &mut Pieces<'a>, kind: Kind, text: &'a str) {
    out.push(Emitted { text, kind, unit: "", number: None });
}

fn literal<'a>(out: &mut Pieces<'a>, text: &'a str) {
    put(out, Kind::Literal, text);
}

/// Append the pieces of a chunk, in order.
pub fn take_apart<'a>(chunk: &'a str, out: &mut Pieces<'a>) {
    take_apart_knowing(chunk, held(chunk), out);
}

/// Append the pieces of a chunk, knowing what it holds.
pub fn take_apart_knowing<'a>(chunk: &'a str, has: u16, out: &mut Pieces<'a>) {
    if has == holds::DIGIT {
        digits(chunk, out);
        return;
    }
    let (start, end) = core_of(chunk.as_bytes());
    if start == end {
        literal(out, chunk);
        return;
    }
    let core = &chunk[start..end];
    if start > 0 {
        literal(out, &chunk[..start]);
    }
    if has & holds::DIGIT != 0 {
        variable(core, has, out);
    } else {
        wordlike(core, has, out);
    }
    if end < chunk.len() {
        literal(out, &chunk[end..]);
    }
}

/// Return the unit that stands behind a number; the text is at most 12 characters.
pub fn unit_after(text: &str) -> &str {
    let start = usize::from(text.starts_with(' '));
    if start == 1 {
        let mut end = start;
        while let Some(char) = char_at(text, end) {
            if char >= WIDE || !(is_letter(char) || char == '%' || char == '/') {
                break;
            }
            end += char.len_utf8();
        }
        if is_unit_word(&text[start..end]) {
            return &text[start..end];
        }
    }
    if char_at(text, start).is_none_or(|char| char < WIDE) {
        return "";
    }
    let rest = &text[start..];
    for length in [4, 3, 2, 1] {
        let head = crate::chars::prefix(rest, length);
        if is_wide_unit(head) {
            return head;
        }
    }
    ""
}

/// Return what `unit_after` looks at: up to the character that ends the word, or all where it is wide.
pub fn looked_at_for_unit(text: &str) -> &str {
    let Some(rest) = text.strip_prefix(' ') else {
        return if text.is_ascii() { "" } else { text };
    };
    let ends = |char: char| char >= WIDE || !(is_letter(char) || char == '%' || char == '/');
    match rest.char_indices().find(|&(_, char)| ends(char)) {
        Some((_, char)) if char >= WIDE => text,
        Some((at, char)) => &text[..1 + at + char.len_utf8()],
        None => text,
    }
}

/// Where the chunk's content starts and ends, without the marks around it.
pub fn core_of(chunk: &[u8]) -> (usize, usize) {
    let mut end = chunk.len();
    while end > 0 && b".:!?*-_~%#&@$^+\\".contains(&chunk[end - 1]) {
        end -= 1;
    }
    if end < chunk.len() && chunk[end] == b'%' && end > 0 && chunk[end - 1].is_ascii_digit() {
        end += 1;
    }
    let mut start = 0;
    while start < chunk.len() && b"#$@~*&!?:%^+.".contains(&chunk[start]) {
        start += 1;
    }
    if start > 0
        && (chunk[start - 1] == b'+' || chunk[start - 1] == b'.')
        && start < end
        && chunk[start].is_ascii_digit()
    {
        start -= 1;
    }
    if start < end { (start, end) } else { (0, 0) }
}

fn digits<'a>(text: &'a str, out: &mut Pieces<'a>) {
    if text.len() > NUMBER_DIGITS {
        put(out, Kind::Id, text);
    } else {
        let number = Some(numbers::whole(text.as_bytes()));
        out.push(Emitted { text, kind: Kind::Number, unit: "", number });
    }
}

fn wordlike<'a>(core: &'a str, has: u16, out: &mut Pieces<'a>) {
    if core.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let kind = if core.len() >= 8 && is_hex(core) { Kind::Id } else { Kind::Literal };
        put(out, kind, core);
        return;
    }
    let any = |marks: u16| has & marks != 0;
    let known = any(holds::COLON) && address(core, out)
        || any(holds::SLASH | holds::BACKSLASH) && path(core, out)
        || any(holds::AT) && mail(core, out)
        || any(holds::DOT) && host(core, out);
    if !known {
        literal(out, core);
    }
}

fn variable<'a>(core: &'a str, has: u16, out: &mut Pieces<'a>) {
    let any = |marks: u16| has & marks != 0;
    let known = number(core, out)
        || term(core, out)
        || any(holds::DOT) && with_dots(core, out)
        || any(holds::COLON) && (address(core, out) || with_colon(core, out))
        || any(holds::DOT) && address_of_numbers(core, out)
        || any(holds::DOT | holds::DASH | holds::SLASH) && date(core, out)
        || any(holds::COMMA) && list(core, out)
        || any(holds::SLASH | holds::BACKSLASH) && with_slash(core, out)
        || any(holds::OTHER) && counted(core, out)
        || any(holds::AT) && object(core, out)
        || any(holds::DOT) && (prefixed(core, out) || host(core, out));
    if !known {
        put(out, Kind::Id, core);
    }
}

/// Where three characters stand first in a short text.
pub fn place_of(text: &str, three: &[u8; 3]) -> Option<usize> {
    text.as_bytes().windows(3).position(|window| window == three)
}

fn term<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    out.tell(Told::Term(core));
    let known = is_term(core);
    if known {
        literal(out, core);
    }
    known
}

fn address<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let Some(at) = place_of(core, b"://") else { return false };
    literal(out, &core[..at + 3]);
    if at + 3 < core.len() {
        put(out, Kind::Url, &core[at + 3..]);
    }
    true
}

pub fn with_colon<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let Some(first) = memchr::memchr(b':', core.as_bytes()) else { return false };
    let colons = core.bytes().filter(|&byte| byte == b':').count();
    if colons > MOST_PARTS {
        put(out, Kind::Id, core);
    } else if colons > COLONS_OF_CLOCK && is_hex_groups(core) {
        // An address of digits alone looks like a clock.
        put(out, if colons == 5 { Kind::Id } else { Kind::Ip }, core);
    } else if is_clock(core) || is_date_and_clock(core) {
        put(out, Kind::Time, core);
    } else if is_hex_groups(core) {
        put(out, if colons == 5 { Kind::Id } else { Kind::Ip }, core);
    } else if is_windows_path(core) {
        put(out, Kind::Path, core);
    } else {
        if first > 0 {
            take_apart(&core[..first], out);
        }
        literal(out, &core[first..first + 1]);
        if first + 1 < core.len() {
            take_apart(&core[first + 1..], out);
        }
    }
    true
}

fn with_dots<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let Some(at) = place_of(core, b"...") else { return false };
    if core.matches("...").count() > MOST_PARTS {
        put(out, Kind::Id, core);
        return true;
    }
    let tail = core[at + 3..].trim_start_matches('.');
    if at > 0 {
        take_apart(&core[..at], out);
    }
    literal(out, &core[at..core.len() - tail.len()]);
    if !tail.is_empty() {
        take_apart(tail, out);
    }
    true
}

fn address_of_numbers<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let bare = core.strip_prefix('/').unwrap_or(core);
    out.tell(Told::Address(bare));
    let known = is_ip(bare.as_bytes());
    if known {
        put(out, Kind::Ip, bare);
    }
    known
}

fn date<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let known = (8..=11).contains(&core.len()) && is_date(core.as_bytes());
    if known {
        put(out, Kind::Time, core);
    }
    known
}

fn list<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let known = core.contains(',');
    if known {
        put(out, Kind::List, core);
    }
    known
}

fn with_slash<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let slash = core.find('/');
    if slash.is_none() && !core.contains('\\') {
        return false;
    }
    if let Some(at) = slash.filter(|&at| at > 0 && at + 1 < core.len()) {
        let mark = out.list.len();
        if number(&core[..at], out) && out.list.last().is_some_and(|left| left.unit.is_empty()) {
            literal(out, &core[at..at + 1]);
            if number(&core[at + 1..], out) {
                return true;
            }
        }
        out.list.truncate(mark);
        let tail = &core[at + 1..];
        out.tell(Told::Address(tail));
        if is_ip(tail.as_bytes()) {
            take_apart(&core[..at], out);
            literal(out, &core[at..at + 1]);
            put(out, Kind::Ip, tail);
            return true;
        }
    }
    put(out, Kind::Path, core);
    true
}

/// Where the number begins in `CPU#3`; none: it is not written so.
pub fn count_in(core: &str) -> Option<usize> {
    let at = core.rfind('#').filter(|&at| at > 0)?;
    let parts = core.bytes().filter(|&byte| byte == b'#').count();
    (is_number(&core[at + 1..]) && parts <= MOST_PARTS).then_some(at + 1)
}

fn counted<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let Some(at) = count_in(core) else { return false };
    take_apart(&core[..at - 1], out);
    literal(out, &core[at - 1..at]);
    digits(&core[at..], out);
    true
}

/// Where the number begins of an object of a class, `Page@3f2a1b7`; none: it is not written so.
pub fn object_in(core: &str) -> Option<usize> {
    let (head, tail) = core.split_once('@')?;
    let is = !tail.is_empty() && is_hex(tail) && !head.bytes().any(|byte| byte.is_ascii_digit());
    is.then_some(head.len() + 1)
}

fn object<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let Some(at) = object_in(core) else { return false };
    let known = (SHORTEST_HASH..=LONGEST_HASH).contains(&(core.len() - at));
    if known {
        literal(out, &core[..at]);
        put(out, Kind::Id, &core[at..]);
    }
    known
}

pub fn prefixed<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let Some(at) = core.rfind('.') else { return false };
    let (head, tail) = (&core[..at], &core[at + 1..]);
    let known = !head.is_empty() && head.chars().all(is_letter) && is_number(tail);
    if known {
        literal(out, &core[..at + 1]);
        digits(tail, out);
    }
    known
}

fn path<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    if core.starts_with('/') || is_windows_path(core) {
        let known = core.chars().nth(1).is_some();
        if known {
            put(out, Kind::Path, core);
        }
        return known;
    }
    let Some(at) = core.find(":/") else { return false };
    literal(out, &core[..at + 1]);
    put(out, Kind::Path, &core[at + 1..]);
    true
}

fn mail<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let inner = core.len() > 1 && core.as_bytes()[1..core.len() - 1].contains(&b'@');
    let known = inner && core.contains('.');
    if known {
        put(out, Kind::Id, core);
    }
    known
}

fn host<'a>(core: &'a str, out: &mut Pieces<'a>) -> bool {
    let known = is_host(core);
    if known {
        put(out, Kind::Host, core);
    }
    known
}

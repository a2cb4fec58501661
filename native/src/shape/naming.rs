//! The name of a variable, by what stands before it.

use super::{Scanner, Span};
use crate::chars::{WIDE, is_letter, is_letter_or_digit};

const NAME_CAP: usize = 64;
const WIDE_NAME_CAP: usize = 8;

impl Scanner {
    /// How many pieces the mark at a place is made of: itself, and a blank behind it.
    pub(super) fn mark_pieces(&self, at: usize) -> usize {
        if at + 1 < self.out.len() && self.out.piece(at + 1) == " " { 2 } else { 1 }
    }

    /// What the line calls the variable that comes behind the first `count` pieces.
    pub(super) fn name_of(&self, count: usize) -> Span {
        let blank = |piece: &[u8]| matches!(piece, [b' ' | b'"' | b'\'' | b'`']);
        let mut at = count;
        while at > 0 && blank(self.out.bytes(at - 1)) {
            at -= 1;
        }
        if at == 0 {
            return Span::default();
        }
        at -= 1;
        let last = self.out.piece(at);
        if last == "=" || last == "＝" {
            while at > 0 && blank(self.out.bytes(at - 1)) {
                at -= 1;
            }
            return if at > 0 { self.as_name(at - 1, 0) } else { Span::default() };
        }
        let mark = if last.ends_with(':') {
            1
        } else if last.ends_with('：') {
            3
        } else {
            0
        };
        if mark > 0 {
            return self.before_colon(at, mark);
        }
        let first = last.chars().next().unwrap_or(' ');
        if first >= WIDE && is_letter(first) && last.chars().count() <= WIDE_NAME_CAP {
            return self.piece_span(at, 0);
        }
        Span::default()
    }

    /// The name before a colon that ends the piece at a place: a word that stands alone.
    fn before_colon(&self, at: usize, mark: usize) -> Span {
        let long = self.out.piece(at).len() > mark;
        let (word, cut, mut before) = if long {
            (Some(at), mark, at)
        } else if at > 0 {
            (Some(at - 1), 0, at - 1)
        } else {
            (None, 0, 0)
        };
        // `before` counts the pieces in front of the word.
        let Some(word) = word else { return Span::default() };
        let text = self.piece_span(word, cut).of(&self.out.text);
        if (text == "\"" || text == "'") && before > 0 {
            return self.as_name(before - 1, 0);
        }
        while before > 0 && self.out.piece(before - 1) == " " {
            before -= 1;
        }
        let alone = before == 0
            || !self.out.piece(before - 1).chars().next_back().is_some_and(is_letter_or_digit);
        if alone { self.as_name(word, cut) } else { Span::default() }
    }

    fn piece_span(&self, at: usize, cut: usize) -> Span {
        Span { start: self.out.start(at) as u32, end: self.out.ends[at] - cut as u32 }
    }

    /// A piece (without its last bytes) where it can be a name: a letter and no placeholder in it.
    fn as_name(&self, at: usize, cut: usize) -> Span {
        let found = self.piece_span(at, cut);
        let word = found.of(&self.out.text);
        let short = word.len() <= NAME_CAP || word.chars().count() <= NAME_CAP;
        let fits = short && !word.contains('<') && word.chars().any(is_letter);
        if fits { found } else { Span::default() }
    }
}

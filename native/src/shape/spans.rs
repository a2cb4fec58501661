//! Stretches of a scanner's texts: of its shape, and of the variables that it found.

use crate::numbers::Number;

/// A stretch of one of the scanner's texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// One variable of a line; its texts lie in the scanner.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub(super) name: Span,
    pub(super) unit: Span,
    pub(super) text: Span,
    pub(super) composed: bool,
    /// Where the last part of a composed text ends in the line.
    pub(super) end: u32,
    pub number: Option<Number>,
}

/// The pieces of a shape so far, end to end.
#[derive(Default)]
pub(super) struct Out {
    pub(super) text: String,
    pub(super) ends: Vec<u32>,
}

impl Out {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn start(&self, at: usize) -> usize {
        if at == 0 { 0 } else { self.ends[at - 1] as usize }
    }

    pub(super) fn piece(&self, at: usize) -> &str {
        &self.text[self.start(at)..self.ends[at] as usize]
    }

    pub(super) fn bytes(&self, at: usize) -> &[u8] {
        &self.text.as_bytes()[self.start(at)..self.ends[at] as usize]
    }

    /// The piece that many places from the end, 1 being the last; empty where there is none.
    pub(super) fn last(&self, back: usize) -> &str {
        if back > self.len() { "" } else { self.piece(self.len() - back) }
    }

    /// Whether the last piece is a blank.
    pub(super) fn ends_blank(&self) -> bool {
        self.text.ends_with(' ') && self.text.len() - self.start(self.len() - 1) == 1
    }

    pub(super) fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
        self.ends.push(self.text.len() as u32);
    }

    pub(super) fn drop(&mut self, count: usize) {
        let keep = self.len() - count;
        self.text.truncate(self.start(keep));
        self.ends.truncate(keep);
    }
}

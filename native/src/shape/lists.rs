//! Variables in a row that make a list.

use super::{Scanner, Slot, Span};

pub(super) const LIST_FROM: usize = 6;

impl Scanner {
    /// Write runs of equal placeholders as lists, and join their slots.
    pub(super) fn join_lists(&mut self, line: &str) {
        self.has_lists = true;
        let mut listed = std::mem::take(&mut self.listed);
        listed.clear();
        let slots = std::mem::take(&mut self.slots);
        let (mut at, mut slot) = (0, 0);
        while at < self.out.len() {
            let piece = self.out.piece(at);
            if !piece.starts_with('<') {
                listed.push_str(piece);
                at += 1;
                continue;
            }
            let more = self.run(at);
            let members = &slots[slot..=slot + more];
            slot += 1 + more;
            if more == 0 {
                listed.push_str(piece);
                self.slots.push(members[0]);
                at += 1;
                continue;
            }
            listed.push_str("<list>");
            at += 1 + more * (self.mark_pieces(at + 1) + 1);
            let joined = self.joined(members, line);
            self.slots.push(joined);
        }
        self.listed = listed;
    }

    fn joined(&mut self, members: &[Slot], line: &str) -> Slot {
        let start = self.composed.len();
        for (at, one) in members.iter().enumerate() {
            if at > 0 {
                self.composed.push(' ');
            }
            self.append(one, line);
        }
        let text = self.compose(start, &[]);
        let (name, end) = (members[0].name, members[members.len() - 1].end);
        Slot { name, unit: Span::default(), text, composed: true, end, number: None }
    }

    /// How many more of the placeholder at a place follow with one mark between; 0: too few for a list.
    pub(super) fn run(&self, at: usize) -> usize {
        let piece = self.out.piece(at);
        if !piece.starts_with('<') || at + 1 >= self.out.len() {
            return 0;
        }
        let width = self.mark_pieces(at + 1);
        let mark = &self.out.text[self.out.start(at + 1)..self.out.ends[at + width] as usize];
        if !matches!(mark, " " | "," | ", " | "，" | "、") {
            return 0;
        }
        let (mut more, mut end) = (0, at + 1);
        while end + width < self.out.len() && self.out.piece(end + width) == piece {
            let between =
                &self.out.text[self.out.start(end)..self.out.ends[end + width - 1] as usize];
            if between != mark {
                break;
            }
            more += 1;
            end += width + 1;
        }
        if more + 1 >= LIST_FROM { more } else { 0 }
    }
}

//! Dates written over several chunks, and the years that end them.

use super::{Scanner, Slot, Span, span};
use crate::chars::is_letter;
use crate::words::{MONTHS, WEEKDAYS, is_zone};

/// Digits of a year.
pub const YEAR: usize = 4;

impl Scanner {
    /// The numbers of the line scanned last that would be no variables if they were written as years are.
    pub fn may_be_years<'a>(&self, line: &'a str) -> impl Iterator<Item = &'a str> {
        self.years.iter().map(move |year| year.of(line))
    }

    /// Join a clock with the date right before it.
    pub(super) fn absorbed(&mut self, line: &str, clock: &str) -> bool {
        if self.out.len() < 2 || self.out.last(1) != " " {
            return false;
        }
        let Some(last) = self.slots.last().copied() else { return false };
        if !clock.contains(':') {
            return false;
        }
        let start = self.composed.len();
        if self.out.last(2) == "<time>" && !self.text(&last, line).contains(':') {
            self.append(&last, line);
            let text = self.compose(start, &[" ", clock]);
            self.slots.pop();
            self.slots.push(Slot { text, composed: true, end: span(line, clock).end, ..last });
            self.out.drop(1);
            return true;
        }
        let fits = self.out.len() >= 4
            && self.out.last(2) == "<number>"
            && MONTHS.contains(&self.out.last(4).as_bytes());
        if !fits {
            return false;
        }
        let has_weekday =
            self.out.len() > 5 && self.out.last(5) == " " && WEEKDAYS.contains(&self.out.last(6));
        if has_weekday {
            self.composed.push_str(self.out.last(6));
            self.composed.push(' ');
        }
        self.composed.push_str(self.out.last(4));
        self.composed.push(' ');
        self.append(&last, line);
        let text = self.compose(start, &[" ", clock]);
        self.out.drop(if has_weekday { 6 } else { 4 });
        let name = self.name_of(self.out.len());
        self.out.push("<time>");
        self.slots.pop();
        let end = span(line, clock).end;
        let unit = Span::default();
        self.slots.push(Slot { name, unit, text, composed: true, end, number: None });
        true
    }

    /// Join the year behind `Fri Jun 17 10:00:00`, also over a zone.
    pub(super) fn is_year_after(&mut self, line: &str, text: &str) -> bool {
        if self.out.len() < 2 || self.out.last(1) != " " {
            return false;
        }
        let zone = self.out.len() > 3 && self.out.last(4) == "<time>" && is_zone(self.out.last(2));
        if !zone && self.out.last(2) != "<time>" {
            return false;
        }
        self.years.push(span(line, text));
        if text.len() != YEAR || !begins_as_year(text.as_bytes()) {
            return false;
        }
        let Some(last) = self.slots.last().copied() else { return false };
        if !self.text(&last, line).chars().next().is_some_and(is_letter) {
            return false;
        }
        let start = self.composed.len();
        self.append(&last, line);
        if zone {
            self.composed.push(' ');
            self.composed.push_str(self.out.last(2));
        }
        let joined = self.compose(start, &[" ", text]);
        self.slots.pop();
        let end = span(line, text).end;
        self.slots.push(Slot { text: joined, composed: true, end, ..last });
        self.out.drop(if zone { 3 } else { 1 });
        true
    }
}

pub fn begins_as_year(digits: &[u8]) -> bool {
    matches!(digits, [b'1', b'9', ..] | [b'2', b'0', ..])
}

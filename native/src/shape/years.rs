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
        let before = self.text(&last, line).to_owned();
        if self.out.last(2) == "<time>" && !before.contains(':') && clock.contains(':') {
            let text = self.compose(&[&before, " ", clock]);
            self.slots.pop();
            self.slots.push(Slot { text, composed: true, end: span(line, clock).end, ..last });
            self.out.drop(1);
            return true;
        }
        let fits = self.out.len() >= 4
            && self.out.last(2) == "<number>"
            && MONTHS.contains(&self.out.last(4).as_bytes())
            && clock.contains(':');
        if !fits {
            return false;
        }
        let mut parts = vec![self.out.last(4).to_owned(), format!(" {before} {clock}")];
        self.out.drop(4);
        if self.out.len() > 1 && self.out.last(1) == " " && WEEKDAYS.contains(&self.out.last(2)) {
            parts.insert(0, format!("{} ", self.out.last(2)));
            self.out.drop(2);
        }
        let text = self.compose(&parts.iter().map(String::as_str).collect::<Vec<_>>());
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
        let before = self.text(&last, line).to_owned();
        if !before.chars().next().is_some_and(is_letter) {
            return false;
        }
        let between = if zone { format!(" {} ", self.out.last(2)) } else { " ".to_owned() };
        let joined = self.compose(&[&before, &between, text]);
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

//! Whether recipes are of use: where lines have none, looking them up costs and finds nothing.

/// Lines after which the use of recipes is judged, and lines that are read without where they are of none.
const TRIAL: u32 = 1 << 13;
const PAUSE: u32 = 1 << 16;

/// Whether something is of use: lines asked for and found since that was judged, and lines that are still read without.
#[derive(Default)]
pub struct Trial {
    asked: u32,
    pub found: u32,
    pause: u32,
}

impl Trial {
    /// Whether so many lines are read without: fewer than one in eight was found.
    pub fn is_pausing(&mut self, lines: u32) -> bool {
        if self.pause > 0 {
            self.pause = self.pause.saturating_sub(lines);
            return true;
        }
        self.asked += lines;
        if self.asked >= TRIAL {
            self.pause = if self.found < TRIAL / 8 { PAUSE } else { 0 };
            (self.asked, self.found) = (0, 0);
        }
        false
    }
}

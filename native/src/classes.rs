//! What characters beyond ASCII are to Python's patterns: the running Python says it, once.

use std::sync::OnceLock;

/// Digits, letters that are none, spaces, and all others, as bits: those of `paicha.kernel.steps`.
pub const DIGIT: u8 = 1;
pub const LETTER: u8 = 2;
pub const SPACE: u8 = 4;
pub const ALL: u8 = 15;

/// The class of each character; of what lies behind the last nothing is known.
static CLASSES: OnceLock<Box<[u8]>> = OnceLock::new();

/// Take where runs of characters of a class begin, and which class, four bytes each; the last of them ends what is told.
/// What was told before holds. None: these are no runs.
pub fn tell(runs: &[u8]) -> Option<()> {
    if CLASSES.get().is_some() {
        return Some(());
    }
    let number = |four: &[u8]| Some(u32::from_le_bytes(four.try_into().ok()?) as usize);
    let runs: Vec<(usize, usize)> = runs
        .chunks(8)
        .map(|run| Some((number(run.get(..4)?)?, number(run.get(4..)?)?)))
        .collect::<Option<_>>()?;
    let end = runs.last()?.0;
    let mut classes = vec![0; end.min(char::MAX as usize)].into_boxed_slice();
    for run in runs.windows(2) {
        let [(start, class), (end, _)] = *run else { return None };
        classes.get_mut(start..end)?.fill(class as u8 & ALL);
    }
    CLASSES.get_or_init(|| classes);
    Some(())
}

/// Return the class of a character beyond ASCII; 0: nobody said.
pub fn of(char: char) -> u8 {
    CLASSES.get().and_then(|classes| classes.get(char as usize)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{ALL, LETTER, SPACE, of, tell};

    fn bytes(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn characters_are_of_the_class_that_was_told_first() {
        for wrong in [&[][..], &[128], &[128, 1, 127, 0], &[128, 1, 130]] {
            assert!(tell(&bytes(wrong)).is_none(), "{wrong:?}");
        }
        assert_eq!(of('é'), 0);
        let told = [128, 8, 0xe9, 2, 0xea, 4, 0x100, 0];
        assert!(tell(&bytes(&told)).is_some());
        assert!(tell(&bytes(&[128, 1, 0x200, 0])).is_some());
        assert_eq!(['\u{80}', 'é', 'ê', 'ā'].map(of), [8, LETTER, SPACE, 0]);
        assert_eq!(ALL, 15);
    }
}

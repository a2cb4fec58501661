//! Whether a line is spelt as another: 16 bytes at a time, without laying it out.

use wide::u8x16;

use crate::hashing::of_piece;

/// Shorter lines are not compared [bytes].
const PIECE: usize = 16;

/// Return a hash of a line but for digits and letters that are hexadecimal digits; none: it is too short.
pub fn hash_of(line: &[u8]) -> Option<u64> {
    let last = line.last_chunk::<PIECE>()?;
    // What stands between the digits and `g` is one: two operations a piece, and hardly anything more is alike.
    let (low, high) = (u8x16::splat(b'0'), u8x16::splat(b'g' - 1));
    // Each place of a piece is a sum of its own, to the base of three.
    let sum = |sums: u8x16, piece: u8x16| sums + sums + sums + (piece.min(low) + piece.max(high));
    let sums = pieces(line).fold(u8x16::default(), sum);
    Some(of_piece(sum(sums, u8x16::new(*last)).to_array(), line.len()))
}

/// Whether a line is a text of the same length, in which `0` is any digit and `WHATEVER` and above any byte.
pub fn is_like(line: &[u8], text: &[u8], holds_whatever: bool) -> bool {
    if holds_whatever { compare::<true>(line, text) } else { compare::<false>(line, text) }
}

/// From here on bytes of a text stand for any.
pub const WHATEVER: u8 = 0xfe;

fn compare<const WHATEVERS: bool>(line: &[u8], text: &[u8]) -> bool {
    let (Some(last), Some(its_last)) = (line.last_chunk::<PIECE>(), text.last_chunk::<PIECE>())
    else {
        return false;
    };
    let is_alike = |line: u8x16, text: u8x16| {
        let all = u8x16::splat;
        // How far a byte may be above that of the text.
        let most = text.cmp_eq(all(b'0')) & all(9);
        let above = line - text;
        let is = above.min(most).cmp_eq(above);
        if WHATEVERS { is | text.max(all(WHATEVER)).cmp_eq(text) } else { is }
    };
    let both = pieces(line).zip(pieces(text));
    let ends = is_alike(u8x16::new(*last), u8x16::new(*its_last));
    let is = both.fold(ends, |is, (line, text)| is & is_alike(line, text));
    line.len() == text.len() && is.all()
}

/// The whole pieces of a text, from its beginning.
fn pieces(text: &[u8]) -> impl Iterator<Item = u8x16> {
    text.chunks_exact(PIECE).map(|piece| u8x16::new(piece.try_into().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{WHATEVER, hash_of, is_like};

    #[test]
    fn digits_are_alike_and_nothing_else() {
        let text = *b"took 000 ms of 00 0 and then more";
        for at in 0..text.len() {
            for byte in 0..=u8::MAX {
                let mut line = text;
                line[at] = byte;
                let expected = byte == text[at] || (text[at] == b'0' && byte.is_ascii_digit());
                assert_eq!(is_like(&line, &text, false), expected);
                assert_eq!(is_like(&line, &text, true), expected);
                let mut any = text;
                any[at] = WHATEVER + (byte & 1);
                assert!(is_like(&line, &any, true) && hash_of(&line).is_some());
            }
        }
        assert!(!is_like(&text[1..], &text, false) && !is_like(&text[..9], &text[..9], false));
    }

    #[test]
    fn lines_that_differ_in_digits_have_one_hash() {
        let of = |line: &str| hash_of(line.as_bytes());
        assert_eq!(of("block 1234567890 of 17"), of("block 0987654321 of 00"));
        assert_eq!(of("block 12345678 of a17b"), of("block ab34cd78 of 100f"));
        assert_ne!(of("block 1234567890 of 17"), of("block 1234567890. of 17"));
        assert_ne!(of("block 12345.6789 of 17"), of("block 123456.789 of 17"));
        assert_eq!(of("too short"), None);
    }
}

//! The stable hash of `kernel.merge`, and a quick one for tables in memory.

use std::hash::{BuildHasherDefault, Hasher};

const PRIME: u64 = (1 << 61) - 1;
const MIX: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0x243F_6A88_85A3_08D3];

/// Return 64 bits of a text, as `paicha.kernel.merge.stable_hash` does.
pub fn stable(text: &[u8]) -> u64 {
    let mut chunks = text.rchunks_exact(7);
    let head = chunks.remainder();
    // The last bytes are the highest digits of the number: Horner from the end, 56 bits at a time.
    let mut sum = 0u64;
    let mut widths = chunks.len();
    for chunk in chunks.by_ref() {
        sum = step(sum, chunk);
        widths -= 1;
    }
    debug_assert_eq!(widths, 0);
    if !head.is_empty() {
        let shift = 1u128 << (8 * head.len());
        sum = fold(u128::from(sum) * shift + u128::from(little(head)));
    }
    MIX.iter().fold(sum, |mixed, odd| {
        let mixed = mixed.wrapping_mul(*odd);
        mixed ^ (mixed >> 32)
    })
}

fn step(sum: u64, chunk: &[u8]) -> u64 {
    fold((u128::from(sum) << 56) + u128::from(little(chunk)))
}

fn little(bytes: &[u8]) -> u64 {
    let mut word = [0u8; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(word)
}

/// Return a number modulo 2^61 - 1.
fn fold(number: u128) -> u64 {
    let once = (number & u128::from(PRIME)) as u64 + (number >> 61) as u64;
    let twice = (once & PRIME) + (once >> 61);
    if twice >= PRIME { twice - PRIME } else { twice }
}

/// A multiplying hash for keys in memory; nothing it gives is stored.
#[derive(Default, Clone, Copy)]
pub struct Quick(u64);

impl Quick {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in words.by_ref() {
            self.mix(u64::from_le_bytes(word.try_into().unwrap_or([0; 8])));
        }
        let rest = words.remainder();
        if !rest.is_empty() {
            self.mix(little(rest) | (rest.len() as u64) << 56);
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.mix(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.mix(word);
    }

    fn write_i64(&mut self, word: i64) {
        self.mix(word as u64);
    }

    fn write_i32(&mut self, word: i32) {
        self.mix(word as u32 as u64);
    }

    fn write_usize(&mut self, word: usize) {
        self.mix(word as u64);
    }

    fn write_u8(&mut self, word: u8) {
        self.mix(u64::from(word));
    }
}

pub type QuickState = BuildHasherDefault<Quick>;

/// Return the quick hash of bytes.
pub fn quick(bytes: &[u8]) -> u64 {
    let mut hasher = Quick::default();
    hasher.write(bytes);
    hasher.write_usize(bytes.len());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::stable;

    #[test]
    fn the_number_of_an_empty_text_is_zero() {
        assert_eq!(stable(b""), 0);
    }
}

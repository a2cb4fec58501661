//! The stable hash of `kernel.merge`, and a quick one for tables in memory.

use std::hash::{BuildHasherDefault, Hasher};

const PRIME: u64 = (1 << 61) - 1;
const MIX: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0x243F_6A88_85A3_08D3];

/// Return 64 bits of a text, as `paicha.kernel.merge.stable_hash` does.
pub fn stable(text: &[u8]) -> u64 {
    // The last bytes are the highest digits of the number: Horner from the end, 56 bits at a time.
    let mut sum = 0u64;
    let mut head = text;
    while let Some((_, last)) = head.split_last_chunk::<8>() {
        sum = step(sum, u64::from_le_bytes(*last) >> 8);
        head = &head[..head.len() - 7];
    }
    if let Ok(seven) = <&[u8; 7]>::try_from(head) {
        sum = step(sum, little(seven));
    } else if !head.is_empty() {
        let shift = 1u128 << (8 * head.len());
        sum = fold(u128::from(sum) * shift + u128::from(little(head)));
    }
    stable_of_seven(sum)
}

/// The same of a column of text, eight bytes each; none where the buffers do not hold it.
pub fn stable_of_column(offsets: &[u8], data: &[u8], first: usize, rows: usize) -> Option<Vec<u8>> {
    let mut hashes = Vec::with_capacity(rows * 8);
    let mut ends = offsets
        .get(first * 4..(first + rows + 1) * 4)?
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize);
    let mut start = ends.next()?;
    for end in ends {
        hashes.extend_from_slice(&stable(data.get(start..end)?).to_ne_bytes());
        start = end;
    }
    Some(hashes)
}

/// The same of at most seven bytes, the first of which is the lowest, or of the sum of more.
#[inline(always)]
pub fn stable_of_seven(bytes: u64) -> u64 {
    MIX.iter().fold(bytes, |mixed, odd| {
        let mixed = mixed.wrapping_mul(*odd);
        mixed ^ (mixed >> 32)
    })
}

/// Return the bytes that `stable_of_seven` was given: both of its steps can be undone.
pub fn seven_of(hash: u64) -> u64 {
    MIX.iter().rev().fold(hash, |mixed, &odd| (mixed ^ (mixed >> 32)).wrapping_mul(inverse(odd)))
}

/// Return the number by which an odd one gives one, modulo 2^64.
const fn inverse(odd: u64) -> u64 {
    // Each step doubles how many bits are right, of which the first three are.
    let (mut sum, mut steps) = (odd, 0);
    while steps < 5 {
        sum = sum.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(sum)));
        steps += 1;
    }
    sum
}

fn step(sum: u64, seven: u64) -> u64 {
    fold((u128::from(sum) << 56) + u128::from(seven))
}

/// Up to eight bytes as a little-endian number, read without a loop.
#[inline]
pub fn little(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let high = u64::from(u32::from_le_bytes(*last));
        return u64::from(u32::from_le_bytes(*first)) | high << (8 * (bytes.len() - 4));
    }
    match *bytes {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(a) | u64::from(b) << 8,
        [a, b, c, ..] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
    }
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

/// Return a quick hash of whole blocks of 16 bytes, two words at a time.
pub fn wide(blocks: &[u8], length: usize) -> u64 {
    let mut sums = (length as u64, SEED);
    blocks.chunks_exact(16).for_each(|block| add_block(&mut sums, block));
    mixed(sums)
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline(always)]
fn add_block((one, other): &mut (u64, u64), block: &[u8]) {
    let (low, high) = block.split_at(8);
    *one = (one.rotate_left(23) ^ eight(low)).wrapping_mul(0x517c_c1b7_2722_0a95);
    *other = (other.rotate_left(29) ^ eight(high)).wrapping_mul(0x9fb2_1c65_1e98_df25);
}

/// Every bit of the blocks reaches every bit of the hash: the last block was multiplied once only.
fn mixed((one, other): (u64, u64)) -> u64 {
    let mut mixed = one ^ other.rotate_left(32);
    for odd in MIX {
        mixed = (mixed ^ (mixed >> 32)).wrapping_mul(odd);
    }
    mixed ^ (mixed >> 32)
}

/// Return a hash of 16 bytes and of the length of what they were made of.
pub fn of_piece(piece: [u8; 16], length: usize) -> u64 {
    let mut sums = (length as u64, SEED);
    add_block(&mut sums, &piece);
    mixed(sums)
}

/// Return a hash of a hash and of some lengths; behind them lie enough others to read eight at a time.
pub fn with_lengths(hash: u64, lengths: &[u8], count: usize) -> u64 {
    let mut mixed = hash;
    for (at, word) in lengths.chunks_exact(8).take(count.div_ceil(8)).enumerate() {
        let left = (count - 8 * at).min(8);
        let kept = eight(word) & (u64::MAX >> (8 * (8 - left)));
        mixed = (mixed.rotate_left(23) ^ kept).wrapping_mul(MIX[0]);
        mixed ^= mixed >> 32;
    }
    mixed
}

fn eight(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().unwrap_or([0; 8]))
}

#[cfg(test)]
mod tests {
    use super::{little, seven_of, stable, stable_of_seven};

    #[test]
    fn the_bytes_of_a_short_text_are_told_by_its_hash() {
        for bytes in [0, 1, 0x37, 0x0031_3233, 0x00ff_ffff_ffff_ffff, 0x0030_3132_3334_3536] {
            assert_eq!(seven_of(stable_of_seven(bytes)), bytes);
        }
    }

    #[test]
    fn the_number_of_an_empty_text_is_zero() {
        assert_eq!(stable(b""), 0);
    }

    #[test]
    fn a_number_of_any_length_is_that_of_its_bytes() {
        for length in 0..9usize {
            let bytes: Vec<u8> = (1..=length as u8).map(|byte| byte * 31).collect();
            let slow = bytes.iter().rev().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
            assert_eq!(little(&bytes), slow);
        }
    }
}

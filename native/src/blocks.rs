//! A file read block by block by whoever scans it next: only where a stretch ends is found one after another.
//!
//! Nothing is mapped into memory: a file that is cut off while it is read ends there, and one that cannot be read on
//! ends with an error.

use std::io::{Error, ErrorKind, Read};

use memchr::{memchr, memchr_iter, memrchr};

use crate::facts::Place;

/// A stretch without a record that surely begins is left to Python, and the file with it [bytes].
const LONGEST: usize = 1 << 26;
/// How much further is read for the end of a line, when no more is asked for [bytes].
const PATIENCE: usize = 1 << 20;

/// No block is made smaller than this for the sake of others who read the same file [bytes].
const LEAST: usize = 1 << 20;

/// Return how much of a file is read next, `size` bytes at most, where so much is left for some threads:
/// they shall end at about the same time.
pub fn share(size: usize, left: u64, threads: usize) -> usize {
    // Of a file that grew nobody knows what is left.
    if left == 0 || threads < 2 {
        return size;
    }
    let even = usize::try_from(left).unwrap_or(usize::MAX) / (2 * threads);
    size.min(even.max(LEAST))
}

/// Bytes that are filled again and again: fresh memory costs as much as reading.
#[derive(Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
}

impl Buffer {
    /// Return what it holds.
    pub fn data(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// Hold something else, in no more memory than is needed for a block.
    fn begin(&mut self, first: &[u8], size: usize) {
        let room = first.len() + size;
        if self.bytes.len() > 2 * room {
            self.bytes.truncate(room);
            self.bytes.shrink_to_fit();
        }
        self.make_room(first.len());
        self.bytes[..first.len()].copy_from_slice(first);
        self.filled = first.len();
    }

    fn make_room(&mut self, length: usize) {
        if self.bytes.len() < length {
            self.bytes.resize(length, 0);
        }
    }

    fn keep(&mut self, length: usize) {
        self.filled = length;
    }
}

/// What comes next of a file; the bytes are in the buffer.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it has ended.
    End,
    /// Some whole records.
    Stretch(Stretch),
    /// So much without a record that surely begins that Python must read the file.
    Endless,
}

/// Which stretch of a file it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its number, from 0.
    pub index: u64,
    pub offset: u64,
    pub line: u64,
    /// Whether the file ends with it.
    pub is_last: bool,
}

/// A file of which some was read.
pub struct Blocks<R> {
    source: R,
    /// What was read and not handed out: it begins the next stretch.
    rest: Vec<u8>,
    place: Place,
    index: u64,
    taken: u64,
    has_ended: bool,
    error: Option<Error>,
    longest: usize,
}

impl<R: Read> Blocks<R> {
    /// Begin with a source of which so many bytes were read.
    pub fn new(source: R, begins: u64) -> Self {
        Self {
            source,
            rest: Vec::new(),
            place: Place { offset: begins, line: 1 },
            index: 0,
            taken: begins,
            has_ended: false,
            error: None,
            longest: LONGEST,
        }
    }

    /// How much was read [bytes].
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// What kept the rest from being read.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Whether something may come next.
    pub fn goes_on(&self) -> bool {
        !self.has_ended || !self.rest.is_empty()
    }

    /// Return the line that the next stretch begins with; nothing: it was not read yet.
    pub fn next_line(&self) -> &[u8] {
        let end = memchr(b'\n', &self.rest).map_or(0, |at| at + 1);
        &self.rest[..end]
    }

    /// Read about `size` more bytes and fill the buffer with the next stretch. `last` returns where in a text, behind a
    /// place, the last record begins that surely does.
    pub fn next(
        &mut self,
        buffer: &mut Buffer,
        size: usize,
        mut last: impl FnMut(&[u8], usize) -> Option<usize>,
    ) -> Next {
        buffer.begin(&self.rest, size);
        self.rest.clear();
        let mut searched = 0;
        loop {
            self.read(buffer, size);
            if self.has_ended {
                return if buffer.filled == 0 { Next::End } else { self.hand_out(buffer) };
            }
            let data = buffer.data();
            if let Some(at) = last(data, searched) {
                self.rest.extend_from_slice(&data[at..]);
                buffer.keep(at);
                return self.hand_out(buffer);
            }
            // No record surely begins before the last line's end.
            searched += memrchr(b'\n', &data[searched..]).unwrap_or(0);
            if data.len() > self.longest {
                return Next::Endless;
            }
        }
    }

    /// Let it end behind the line that was not read to its end.
    pub fn stop(&mut self) {
        let mut more = Buffer::default();
        if !self.has_ended {
            self.read(&mut more, PATIENCE);
        }
        let data = more.data();
        let end = memchr(b'\n', data).map_or(data.len(), |at| at + 1);
        self.rest.extend_from_slice(&data[..end]);
        self.has_ended = true;
    }

    fn hand_out(&mut self, buffer: &Buffer) -> Next {
        let Place { offset, line } = self.place;
        let is_last = self.has_ended && self.rest.is_empty();
        let stretch = Stretch { index: self.index, offset, line, is_last };
        let data = buffer.data();
        self.index += 1;
        self.place.offset += data.len() as u64;
        self.place.line += memchr_iter(b'\n', data).count() as u64;
        Next::Stretch(stretch)
    }

    fn read(&mut self, buffer: &mut Buffer, size: usize) {
        let end = buffer.filled + size;
        buffer.make_room(end);
        while buffer.filled < end && !self.has_ended {
            match self.source.read(&mut buffer.bytes[buffer.filled..end]) {
                Ok(0) => self.has_ended = true,
                Ok(more) => {
                    buffer.filled += more;
                    self.taken += more as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error = Some(error);
                    self.has_ended = true;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::io::{Error, ErrorKind, Read};

    use memchr::memrchr;

    use super::{Blocks, Buffer, LEAST, Next, Stretch, share};

    #[test]
    fn blocks_become_smaller_near_the_end_of_a_file_that_several_threads_read() {
        let of = |left: usize, threads| share(8 * LEAST, left as u64, threads);
        assert_eq!([of(100 * LEAST, 2), of(100 * LEAST, 1)], [8 * LEAST; 2]);
        assert_eq!([of(20 * LEAST, 2), of(20 * LEAST, 16), of(9, 2)], [5 * LEAST, LEAST, LEAST]);
        assert_eq!([of(20 * LEAST, 1), of(0, 2), share(70, 9, 2)], [8 * LEAST, 8 * LEAST, 70]);
    }

    /// A source that hands out pieces and errors as it was told.
    struct Told(VecDeque<Result<&'static [u8], ErrorKind>>);

    impl Read for Told {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match self.0.pop_front() {
                None => Ok(0),
                Some(Err(kind)) => Err(Error::from(kind)),
                Some(Ok(piece)) => {
                    let now = piece.len().min(buffer.len());
                    buffer[..now].copy_from_slice(&piece[..now]);
                    if now < piece.len() {
                        self.0.push_front(Ok(&piece[now..]));
                    }
                    Ok(now)
                }
            }
        }
    }

    fn told(pieces: &[Result<&'static [u8], ErrorKind>]) -> Blocks<Told> {
        Blocks::new(Told(pieces.iter().copied().collect()), 0)
    }

    /// Every line is a record.
    fn last_line(data: &[u8], from: usize) -> Option<usize> {
        let end = memrchr(b'\n', data)?;
        memrchr(b'\n', &data[..end]).map(|before| before + 1).filter(|&at| at > from)
    }

    fn all<R: Read>(blocks: &mut Blocks<R>, size: usize) -> Vec<(Stretch, String)> {
        let (mut buffer, mut all) = (Buffer::default(), Vec::new());
        while let Next::Stretch(stretch) = blocks.next(&mut buffer, size, last_line) {
            all.push((stretch, String::from_utf8_lossy(buffer.data()).into_owned()));
        }
        all
    }

    #[test]
    fn stretches_follow_one_another_whatever_is_read_at_once() {
        let text: &'static [u8] = b"a\nbb\n\nccc\ndddd\ne\nlast without an end";
        for size in 1..=text.len() + 1 {
            let mut blocks = told(&[Ok(&text[..7]), Err(ErrorKind::Interrupted), Ok(&text[7..])]);
            let (mut offset, mut line) = (0, 1);
            let found = all(&mut blocks, size);
            for (at, (stretch, data)) in found.iter().enumerate() {
                let is_last = offset as usize + data.len() == text.len();
                let expected = Stretch { index: at as u64, offset, line, is_last };
                assert_eq!(*stretch, expected, "{size}");
                assert!(text[offset as usize..].starts_with(data.as_bytes()));
                offset += data.len() as u64;
                line += data.matches('\n').count() as u64;
            }
            assert_eq!(blocks.taken(), text.len() as u64);
            assert_eq!(offset, text.len() as u64);
            assert!(!blocks.goes_on());
        }
    }

    #[test]
    fn what_was_read_before_an_error_is_handed_out() {
        let mut blocks = told(&[Ok(b"a\nb\nhal"), Err(ErrorKind::PermissionDenied), Ok(b"f\n")]);
        let found: String = all(&mut blocks, 4).into_iter().map(|(_, data)| data).collect();
        assert_eq!(found, "a\nb\nhal");
        assert_eq!(blocks.error().map(Error::kind), Some(ErrorKind::PermissionDenied));
    }

    #[test]
    fn a_source_that_is_stopped_ends_with_the_line_it_was_in() {
        let mut blocks = told(&[Ok(b"a\nb\nhalf\nmore\n")]);
        let mut buffer = Buffer::default();
        blocks.next(&mut buffer, 6, last_line);
        assert_eq!(buffer.data(), b"a\n");
        blocks.stop();
        let found: String = all(&mut blocks, 4).into_iter().map(|(_, data)| data).collect();
        assert_eq!(found, "b\nhalf\n");
        assert!(!blocks.goes_on());
    }

    #[test]
    fn nothing_is_handed_out_of_nothing() {
        let mut blocks = told(&[]);
        assert_eq!(blocks.next(&mut Buffer::default(), 4, last_line), Next::End);
        assert!(!blocks.goes_on());
    }

    #[test]
    fn a_line_without_an_end_is_pythons() {
        let mut blocks = Blocks::new(std::io::repeat(b'x'), 0);
        blocks.longest = 100;
        let mut buffer = Buffer::default();
        assert_eq!(blocks.next(&mut buffer, 16, last_line), Next::Endless);
        assert_eq!(buffer.data().len(), 112);
    }
}

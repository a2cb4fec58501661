//! Texts kept in memory: short ones in place, and each once by number.

use hashbrown::HashTable;

use crate::hashing::quick;

/// Bytes that are kept in place.
const SHORT: usize = 23;

/// A text: a short one in place, a longer one elsewhere. What is looked up most is short.
#[derive(Clone, Debug)]
pub enum Held {
    Short(u8, [u8; SHORT]),
    Long(Box<str>),
}

impl Held {
    pub fn new(text: &[u8]) -> Self {
        if text.len() > SHORT {
            return Self::Long(std::str::from_utf8(text).unwrap_or_default().into());
        }
        let mut bytes = [0; SHORT];
        bytes[..text.len()].copy_from_slice(text);
        Self::Short(text.len() as u8, bytes)
    }

    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Short(length, bytes) => &bytes[..*length as usize],
            Self::Long(text) => text.as_bytes(),
        }
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    /// Whether it is a text.
    pub fn is(&self, text: &[u8]) -> bool {
        same(self.bytes(), text)
    }
}

/// Whether two texts are equal: short ones without a call.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let (mut a, mut b) = (a, b);
    if a.len() > 32 {
        return a == b;
    }
    while let (Some((one, more)), Some((other, rest))) =
        (a.split_first_chunk::<8>(), b.split_first_chunk::<8>())
    {
        if one != other {
            return false;
        }
        (a, b) = (more, rest);
    }
    a.iter().zip(b).all(|(one, other)| one == other)
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    id: u32,
    text: Held,
}

/// Texts by number, each once.
#[derive(Default, Debug)]
pub struct Names {
    table: HashTable<Entry>,
    texts: Vec<Box<str>>,
}

impl Names {
    pub fn id(&mut self, text: &str) -> u32 {
        let hash = quick(text.as_bytes());
        if let Some(entry) =
            self.table.find(hash, |entry| entry.hash == hash && entry.text.is(text.as_bytes()))
        {
            return entry.id;
        }
        let id = self.texts.len() as u32;
        self.texts.push(text.into());
        let entry = Entry { hash, id, text: Held::new(text.as_bytes()) };
        self.table.insert_unique(hash, entry, |entry| entry.hash);
        id
    }

    pub fn text(&self, id: u32) -> &str {
        &self.texts[id as usize]
    }

    /// Return the texts by their numbers.
    pub fn texts(&self) -> &[Box<str>] {
        &self.texts
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Return the place of every id among the sorted texts.
    pub fn places(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| self.texts[a as usize].cmp(&self.texts[b as usize]));
        let mut places = vec![0; order.len()];
        for (place, &id) in order.iter().enumerate() {
            places[id as usize] = place as u32;
        }
        places
    }
}

//! Forms by the hashes of their lines: side by side, so that a look-up reads from one place in memory.

/// A form of lines of a recipe.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub struct Form {
    /// The upper half of the hash of its lines.
    pub hash: u32,
    pub number: u32,
    pub recipe: u32,
    /// Where its text stands, and what must hold beside that.
    pub start: u32,
    pub beside: u32,
    pub length: u16,
    pub count: u16,
    /// Whether its lines hold identifiers.
    pub has_spots: bool,
}

/// The number of no form.
const NONE: u32 = u32::MAX;
const FREE: Form = Form {
    hash: 0,
    number: NONE,
    recipe: 0,
    start: 0,
    beside: 0,
    length: 0,
    count: 0,
    has_spots: false,
};

/// At least half of its places are free, so that few forms stand behind their own.
#[derive(Debug)]
pub struct Table {
    places: Vec<Form>,
    /// The hash of each form, by number.
    hashes: Vec<u64>,
}

impl Default for Table {
    fn default() -> Self {
        Self { places: vec![FREE; 1 << 10], hashes: Vec::new() }
    }
}

impl Table {
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Read where a hash is looked up.
    #[inline]
    pub fn touch(&self, hash: u64) -> u32 {
        self.places[self.place(hash)].hash
    }

    /// Return the first form of a hash.
    #[inline]
    pub fn first(&self, hash: u64) -> Option<&Form> {
        let form = &self.places[self.place(hash)];
        let is_it = form.hash == upper(hash) && form.number != NONE;
        if is_it { Some(form) } else { self.of(hash).next() }
    }

    /// Return the forms of a hash.
    #[inline]
    pub fn of(&self, hash: u64) -> impl Iterator<Item = &Form> {
        let place = self.place(hash);
        let all = self.places[place..].iter().chain(&self.places);
        all.take_while(|form| form.number != NONE).filter(move |form| form.hash == upper(hash))
    }

    /// Add a form of lines of a hash; its number is how many there were.
    pub fn insert(&mut self, hash: u64, form: Form) {
        self.hashes.push(hash);
        if 2 * self.hashes.len() > self.places.len() {
            let room = 2 * self.places.len();
            let all = std::mem::replace(&mut self.places, vec![FREE; room]);
            for form in all.into_iter().filter(|form| form.number != NONE) {
                self.put(self.hashes[form.number as usize], form);
            }
        }
        self.put(hash, Form { hash: upper(hash), ..form });
    }

    pub fn clear(&mut self) {
        self.places.fill(FREE);
        self.hashes.clear();
    }

    fn put(&mut self, hash: u64, form: Form) {
        let mut place = self.place(hash);
        while self.places[place].number != NONE {
            place = (place + 1) & (self.places.len() - 1);
        }
        self.places[place] = form;
    }

    fn place(&self, hash: u64) -> usize {
        hash as usize & (self.places.len() - 1)
    }
}

fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::{FREE, Form, Table};

    #[test]
    fn every_form_is_found_by_its_hash() {
        let mut table = Table::default();
        // Many of a place, and two of a hash.
        let hash = |number: u32| u64::from(number / 2) << 32 | 1023 - u64::from(number % 3 / 2);
        for number in 0..3000 {
            table.insert(hash(number), Form { number, ..FREE });
        }
        let found = |number| table.of(hash(number)).map(|form| form.number).collect::<Vec<_>>();
        assert!((0..3000).all(|number| found(number).contains(&number)));
        assert!((0..3000).all(|number| found(number).len() <= 2));
        assert_eq!(table.of(5 << 40).count(), 0);
        table.clear();
        assert_eq!(table.of(hash(7)).count(), 0);
    }
}

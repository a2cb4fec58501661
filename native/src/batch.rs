//! A batch of records as Arrow lays it out, and how it is counted.

use crate::tables::Texts;
use crate::tally::{Facts, Tally};

/// A column of text: offsets of 32 bits into data.
pub struct Strings<'a> {
    ends: Vec<u32>,
    data: &'a str,
}

impl<'a> Strings<'a> {
    /// Return the column; none when the buffers do not hold it, or hold no UTF-8.
    pub fn new(offsets: &[u8], data: &'a [u8], first: usize, rows: usize) -> Option<Self> {
        let from = offsets.get(first * 4..(first + rows + 1) * 4)?;
        let ends: Vec<u32> = from
            .chunks_exact(4)
            .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
            .collect();
        let data = std::str::from_utf8(data).ok()?;
        let fits =
            ends.windows(2).all(|pair| data.get(pair[0] as usize..pair[1] as usize).is_some());
        fits.then_some(Self { ends, data })
    }

    pub fn get(&self, row: usize) -> &'a str {
        &self.data[self.ends[row] as usize..self.ends[row + 1] as usize]
    }
}

/// The columns that counting needs.
pub struct Batch<'a> {
    rows: usize,
    times: &'a [u8],
    valid: &'a [u8],
    severities: &'a [u8],
    /// level, body, service, address, host id, file, logger
    texts: [Strings<'a>; 7],
}

impl<'a> Batch<'a> {
    /// Return the batch; none when a column is too short.
    pub fn new(
        rows: usize,
        times: &'a [u8],
        valid: &'a [u8],
        severities: &'a [u8],
        texts: Vec<Strings<'a>>,
    ) -> Option<Self> {
        let texts: [Strings<'a>; 7] = texts.try_into().ok()?;
        let fits = times.len() >= rows * 8 && valid.len() >= rows && severities.len() >= rows;
        fits.then_some(Self { rows, times, valid, severities, texts })
    }

    fn time(&self, row: usize) -> Option<i64> {
        let bytes = self.times.get(row * 8..row * 8 + 8)?.try_into().ok()?;
        (self.valid[row] != 0).then(|| i64::from_le_bytes(bytes))
    }

    /// Count every record and return the shapes.
    pub fn count(&self, tally: &mut Tally, before: Option<(i64, i64)>) -> Option<Texts> {
        let mut shapes = Texts::default();
        let [level, body, service, address, id, file, logger] = &self.texts;
        let either =
            |first: &'a str, second: &'a str| if first.is_empty() { second } else { first };
        for row in 0..self.rows {
            let time = self.time(row);
            let facts = Facts {
                time,
                severity: self.severities[row] as i8,
                level: tally.names.id(level.get(row)),
                module: tally.names.id(either(file.get(row), logger.get(row))),
                service: tally.names.id(service.get(row)),
                host: tally.names.id(either(address.get(row), id.get(row))),
                address: 0,
            };
            let earlier = match (time, before) {
                (Some(time), Some((start, end))) => start <= time && time < end,
                _ => false,
            };
            let shape = if earlier {
                tally.add_before(&facts, body.get(row))
            } else {
                tally.add(&facts, body.get(row)).0
            };
            shapes.push(tally.shapes.text(shape));
        }
        Some(shapes)
    }
}

//! Arbitrary bytes as lines: no panic, as many variables as placeholders, and any cut gives the same tables.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paicha_native::shape::Scanner;
use paicha_native::tables::{Column, Of, Table, Tables, Texts, all};
use paicha_native::tally::{Facts, Tally};

const KINDS: [&str; 9] = [
    "<number>", "<id>", "<ip>", "<host>", "<path>", "<url>", "<time>", "<text>", "<list>",
];

fn facts(tally: &mut Tally, line: &str) -> Facts {
    let level = tally.names.id(if line.len() % 2 == 0 { "ERROR" } else { "" });
    let other = tally.names.id("");
    Facts {
        time: (line.len() % 3 > 0).then_some(line.len() as i64 * 10_000_000),
        severity: (line.len() % 4) as i8,
        level,
        module: other,
        service: other,
        host: other,
        address: other,
    }
}

fn count(lines: &[&str]) -> Tally {
    let mut tally = Tally::default();
    for line in lines {
        let said = facts(&mut tally, line);
        tally.add(&said, line);
    }
    tally
}

/// Return the text of a column that a code stands for.
fn decoded(texts: &Texts, code: &[u8]) -> Vec<u8> {
    let code = u32::from_le_bytes(code.try_into().unwrap()) as usize;
    let end = |at: usize| {
        i64::from_le_bytes(texts.offsets[8 * at..8 * at + 8].try_into().unwrap()) as usize
    };
    texts.data[end(code)..end(code + 1)].to_vec()
}

fn bytes(table: Table, shapes: &Texts, names: &Texts) -> Vec<Vec<u8>> {
    let column = |column| match column {
        Column::Texts(texts) => vec![texts.offsets, texts.data],
        // Codes are as texts were met: what they stand for is the same for any cut.
        Column::Coded(codes, of) => {
            let texts = if matches!(of, Of::Shapes) { shapes } else { names };
            codes.chunks_exact(4).map(|code| decoded(texts, code)).collect()
        }
        Column::Fixed(data) => vec![data],
        Column::Nullable(data, valid) => vec![data, valid],
    };
    table.columns.into_iter().flat_map(column).collect()
}

fn tables(tally: Tally) -> Vec<Vec<Vec<u8>>> {
    let Tables { tables, shapes, names } = all(tally);
    tables.into_iter().map(|table| bytes(table, &shapes, &names)).collect()
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.split('\n').collect();
    let mut scanner = Scanner::default();
    for line in &lines {
        let seen = scanner.scan(line);
        let placeholders: usize = KINDS.iter().map(|kind| scanner.shape().matches(kind).count()).sum();
        assert_eq!(placeholders, scanner.slots().len(), "{line:?}");
        for slot in scanner.slots() {
            let _ = (scanner.name(slot), scanner.unit(slot, seen), scanner.text(slot, seen));
        }
    }
    let (first, second) = lines.split_at(lines.len() / 2);
    let mut parts = count(second);
    parts.absorb(count(first));
    assert!(tables(parts) == tables(count(&lines)), "a cut changed the tables");
});

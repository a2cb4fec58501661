//! Arbitrary lines read as those of a file: no panic; what is left to Python and what is read are all of it; colours change
//! nothing, nor does where a stretch is cut. Formats and what Python says are those that scripts/fuzzed-plan.py wrote.
#![no_main]

use std::collections::HashMap;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use paicha_native::facts::{Left, Place, Spans};
use paicha_native::frames::Lesson;
use paicha_native::given::{
    GivenFormat, GivenKind, GivenLesson, GivenProgram, GivenStacks, lesson_of, reader_of,
};
use paicha_native::lines::Scan;
use paicha_native::reader::{Ask, Asked};
use paicha_native::{classes, tables};
use serde::Deserialize;

const BEGIN: Place = Place { offset: 0, line: 1 };
/// What Python was asked, and what it said.
type Said<A, T> = Vec<(A, T)>;

#[derive(Deserialize)]
struct Plan {
    formats: Vec<GivenFormat>,
    kinds: Vec<GivenKind>,
    address: GivenProgram,
    stacks: GivenStacks,
    classes: Vec<u8>,
    said: Answers,
}

#[derive(Deserialize)]
struct Answers {
    level: Said<(usize, String), (i8, String)>,
    minute: Said<(usize, String, String, String, String), Option<i64>>,
    stamp: Said<(usize, String, String, String), Option<Asked>>,
    workload: Said<(String,), String>,
    begins: Said<(String,), bool>,
    block: Said<(String, Option<u64>), i64>,
    stream: Said<(String,), Option<(String, bool, bool)>>,
    lesson: Said<(String,), Option<(usize, GivenLesson)>>,
    lesson_inside: Said<(usize, String), Option<(usize, GivenLesson)>>,
}

/// What Python said, looked up; of what it was never asked it says what costs least.
struct Told {
    level: HashMap<(usize, String), (i8, String)>,
    stamp: HashMap<(usize, String, String, String), Option<Asked>>,
    workload: HashMap<(String,), String>,
    begins: HashMap<(String,), bool>,
    block: HashMap<(String, Option<u64>), i64>,
    stream: HashMap<(String,), Option<(String, bool, bool)>>,
    minute: HashMap<(usize, String, String, String, String), Option<i64>>,
    /// By the line, and by its outline.
    lesson: HashMap<String, Lesson>,
    lesson_inside: HashMap<(usize, String), Lesson>,
}

/// Return a line with a letter in the place of each, and a digit likewise: places in a line are those of others like it.
fn outline(line: &str) -> String {
    let one = |char: char| match char {
        'a'..='z' | 'A'..='Z' => 'a',
        '0'..='9' => '0',
        other => other,
    };
    line.chars().map(one).collect()
}

impl Ask for Told {
    fn level(&self, format: usize, word: &str) -> Option<(i8, String)> {
        self.level.get(&(format, word.to_owned())).cloned().or(Some((0, String::new())))
    }

    fn minute(
        &self,
        format: usize,
        kind: &str,
        minute: &str,
        offset: &str,
        zone: &str,
    ) -> Option<Option<i64>> {
        let [kind, minute, offset, zone] = [kind, minute, offset, zone].map(str::to_owned);
        let digits = || minute.bytes().filter(u8::is_ascii_digit);
        let number = digits().take(14).fold(0i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        let other = (number % 7 > 0).then_some(number % 100_000_000 * 60_000_000);
        Some(*self.minute.get(&(format, kind, minute.clone(), offset, zone)).unwrap_or(&other))
    }

    fn stamp(&self, format: usize, kind: &str, text: &str, zone: &str) -> Option<Option<Asked>> {
        let [kind, text, zone] = [kind, text, zone].map(str::to_owned);
        Some(*self.stamp.get(&(format, kind, text, zone)).unwrap_or(&None))
    }

    fn workload(&self, pod: &str) -> Option<String> {
        Some(self.workload.get(&(pod.to_owned(),)).cloned().unwrap_or_else(|| pod.to_owned()))
    }

    fn begins(&self, line: &str) -> bool {
        self.begins.get(&(line.to_owned(),)).copied().unwrap_or(false)
    }

    fn block(&self, lines: &[u8], opened: Option<u64>) -> i64 {
        let text = String::from_utf8_lossy(lines).into_owned();
        let lines = lines.iter().filter(|&&byte| byte == b'\n').count() as i64;
        let behind = opened.unwrap_or_default() as i64 + 2;
        let other = if behind < lines { behind } else { 0 };
        self.block.get(&(text, opened)).copied().unwrap_or(other)
    }

    fn lesson(&self, line: &str) -> Option<Lesson> {
        self.lesson.get(&outline(line)).cloned()
    }

    fn stream(&self, line: &str) -> Option<Option<(String, bool, bool)>> {
        Some(self.stream.get(&(line.to_owned(),)).cloned().flatten())
    }

    fn lesson_inside(&self, wrap: usize, text: &str) -> Option<Lesson> {
        self.lesson_inside.get(&(wrap, outline(text))).cloned()
    }
}

fn plan() -> &'static (String, Told) {
    static PLAN: OnceLock<(String, Told)> = OnceLock::new();
    PLAN.get_or_init(|| {
        let path = std::env::var("PAICHA_FUZZED_PLAN").expect("PAICHA_FUZZED_PLAN");
        let text = std::fs::read_to_string(path).expect("it can be read");
        let plan: Plan = serde_json::from_str(&text).expect("it is one");
        classes::tell(&plan.classes).expect("these are classes");
        let said = plan.said;
        let lesson = said.lesson.into_iter();
        let inside = said.lesson_inside.into_iter();
        let told = Told {
            level: said.level.into_iter().collect(),
            minute: said.minute.into_iter().collect(),
            stamp: said.stamp.into_iter().collect(),
            workload: said.workload.into_iter().collect(),
            begins: said.begins.into_iter().collect(),
            block: said.block.into_iter().collect(),
            stream: said.stream.into_iter().collect(),
            lesson: lesson
                .filter_map(|((line,), told)| Some((outline(&line), lesson_of(told?)?)))
                .collect(),
            lesson_inside: inside
                .filter_map(|((wrap, text), told)| {
                    Some(((wrap, outline(&text)), lesson_of(told?)?))
                })
                .collect(),
        };
        (text, told)
    })
}

fn scan() -> Scan {
    let plan: Plan = serde_json::from_str(&plan().0).expect("it is one");
    let read = reader_of((plan.formats, plan.kinds), plan.address, plan.stacks);
    let (reader, traces) = read.expect("these are programs");
    let mut scan = Scan::new(reader, Spans::default());
    scan.traces = traces;
    scan
}

type Columns = Vec<Vec<Vec<u8>>>;

/// What a file turned out to be.
struct Found {
    tables: Columns,
    runs: Vec<(usize, usize)>,
    records: u64,
    is_whole: bool,
}

/// Read a file that was read before, in one or two parts.
fn read(scan: &mut Scan, parts: &[&[u8]], told: &Told) -> Found {
    scan.forget_counts();
    let (mut at, mut line, mut runs) = (0, 1, Vec::new());
    for part in parts {
        let left = scan.stretch((part, &[]), Place { offset: at as u64, line }, told);
        check_runs(part, &left);
        runs.extend(left.runs.iter().map(|run| (at + run.start, at + run.end)));
        at += part.len();
        line += part.iter().filter(|&&byte| byte == b'\n').count() as u64;
    }
    let facts = &scan.facts;
    let (records, is_whole) = (facts.records, facts.joined + facts.cut == 0);
    Found { tables: columns(scan), runs, records, is_whole }
}

/// Whatever is left to Python is whole lines, in their order, none of them twice.
fn check_runs(data: &[u8], left: &Left) {
    let mut behind = 0;
    for run in &left.runs {
        assert!(behind <= run.start && run.start < run.end && run.end <= data.len(), "{run:?}");
        let is_edge = |at: usize| at == 0 || at == data.len() || data[at - 1] == b'\n';
        assert!(is_edge(run.start) && is_edge(run.end), "{run:?}");
        behind = run.end;
    }
    let lines = |at: usize| data[..at].iter().filter(|&&byte| byte == b'\n').count() as u64;
    let firsts: Vec<u64> = left.runs.iter().map(|run| run.line - lines(run.start)).collect();
    assert!(firsts.windows(2).all(|two| two[0] == two[1]), "{:?}", left.runs);
}

fn columns(scan: &mut Scan) -> Columns {
    use tables::{Column, Of};
    let tables::Tables { tables, shapes, names } = tables::all(scan.take());
    let text = |texts: &tables::Texts, code: &[u8]| {
        let end = |at: usize| {
            i64::from_le_bytes(texts.offsets[8 * at..8 * at + 8].try_into().unwrap()) as usize
        };
        let code = u32::from_le_bytes(code.try_into().unwrap()) as usize;
        texts.data[end(code)..end(code + 1)].to_vec()
    };
    let column = |column| match column {
        Column::Texts(texts) => vec![texts.offsets, texts.data],
        // Codes are as texts were met: what they stand for is the same for any cut.
        Column::Coded(codes, of) => {
            let texts = if matches!(of, Of::Shapes) { &shapes } else { &names };
            codes.chunks_exact(4).map(|code| text(texts, code)).collect()
        }
        Column::Fixed(data) => vec![data],
        Column::Nullable(data, valid) => vec![data, valid],
    };
    tables.into_iter().map(|one| one.columns.into_iter().flat_map(column).collect()).collect()
}

/// The records of a file that are written are as many as were read, and none stands in what is left.
fn check_rows(scan: &mut Scan, data: &[u8], found: &Found, told: &Told) {
    let (left, records) = scan.rows((data, &[]), BEGIN, told);
    check_runs(data, &left);
    assert_eq!(left.runs.len(), records.before.len());
    assert!(records.before.is_sorted());
    assert_eq!(records.len() as u64, scan.facts.records);
    let left_bytes = left.runs.iter().map(|run| run.end - run.start).sum::<usize>();
    let found_bytes = found.runs.iter().map(|run| run.1 - run.0).sum::<usize>();
    assert!(left_bytes >= found_bytes || found.is_whole, "counted by Python, but written");
    let mut before = left.runs.iter().zip(&records.before).peekable();
    for (row, offset) in (0..).zip(records.offsets.chunks_exact(8)) {
        let at = u64::from_le_bytes(offset.try_into().unwrap()) as usize;
        assert!(at < data.len() && (at == 0 || data[at - 1] == b'\n'));
        while before.next_if(|(_, first)| **first <= row).is_some() {}
        let next = before.peek().map_or(data.len(), |(run, _)| run.start);
        let is_left = left.runs.iter().any(|run| (run.start..run.end).contains(&at));
        assert!(at < next && !is_left, "row {row} at {at}");
    }
}

fuzz_target!(|data: &[u8]| {
    thread_local!(static SCAN: std::cell::RefCell<Scan> = scan().into());
    let told = &plan().1;
    SCAN.with_borrow_mut(|scan| {
        scan.forget();
        // What is met more than once is learnt.
        for _ in 0..3 {
            read(scan, &[data], told);
        }
        let found = read(scan, &[data], told);
        let is_said = |line: &[u8]| line.iter().any(u8::is_ascii_alphanumeric);
        if found.runs.is_empty() && found.records == 0 && !data.contains(&0x1b) {
            assert!(!data.split(|&byte| byte == b'\n').any(is_said), "lines were lost");
        }
        check_rows(scan, data, &found, told);
        if let Some(at) = scan.last_record((data, 0), told) {
            let parts = read(scan, &[&data[..at], &data[at..]], told);
            if parts.runs == found.runs && parts.is_whole && found.is_whole {
                assert!(parts.tables == found.tables, "a cut at {at} changed the tables");
            }
        }
        if !data.contains(&0x1b) {
            let mut coloured = Vec::new();
            for line in data.split_inclusive(|&byte| byte == b'\n') {
                coloured.extend_from_slice(b"\x1b[0m");
                coloured.extend_from_slice(line);
            }
            let other = read(scan, &[&coloured], told);
            assert!(
                other.runs.len() != found.runs.len() || other.tables == found.tables,
                "colours"
            );
        }
    });
});

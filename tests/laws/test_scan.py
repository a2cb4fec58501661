"""
The laws of scans of files: counts, kept records and coverage are those of reading line by line.

Each holds for the native kernel and for the Python that scans where it is not built.
"""

from __future__ import annotations

import itertools
import random
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paicha.engines.local import LocalEngine
from paicha.errors import InputError
from paicha.kernel import native, recipes
from paicha.kernel.count import Partial
from paicha.kernel.keeping import kept
from paicha.kernel.scan import Plan, Scan
from paicha.kernel.steps import NotCompilable, compile_steps
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.model.coverage import SourceCoverage
from paicha.model.knowledge import LogFormat
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import STORED_RECORDS
from paicha.sources.files import FileSource, scanning

FOUND = native.find()
KERNELS = (
    pytest.param(
        FOUND,
        id="native",
        marks=pytest.mark.skipif(
            FOUND.extension is None,
            reason="the native kernel is not built: make native needs cargo",
        ),
    ),
    pytest.param(native.Found(None), id="reference"),
)
ZOO = Path(__file__).parents[1] / "cases" / "formats" / "zoo"
LOGS = sorted(path for path in ZOO.iterdir() if path.suffix != ".jsonl")
FORMATS = load_formats()
LINES = [line for path in LOGS for line in path.read_bytes().split(b"\n")[:6]]
PLAN = Plan(FORMATS, "UTC", datetime(2025, 3, 5, tzinfo=UTC))
WINDOW = Window(datetime(2025, 3, 5, 1, tzinfo=UTC), datetime(2025, 3, 5, 3, tzinfo=UTC))
BEFORE = Window(datetime(2025, 3, 4, tzinfo=UTC), datetime(2025, 3, 5, 1, tzinfo=UTC))


@pytest.fixture(params=KERNELS, autouse=True)
def kernel(request: pytest.FixtureRequest) -> Iterator[native.Found]:
    """Scan with one kernel, then with the other."""
    found: native.Found = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "find", lambda: found)
        yield found


def read(
    path: Path,
    keep_bytes: int | None,
    window: Window | None = None,
    before: Window | None = None,
    formats: Sequence[LogFormat] = FORMATS,
) -> tuple[Partial, pa.Table, tuple[SourceCoverage, ...]]:
    """Return the sums, the records handed out, and the coverage of window and baseline."""
    source = FileSource([path], formats, stacks=load_stacks())
    query = LogQuery(window, Scope(), "Asia/Shanghai", sys.maxsize, keep_bytes=keep_bytes)
    stored = [pa.RecordBatch.from_pylist([], STORED_RECORDS)]
    if before is None:
        with source.open(query) as reading:
            sums = LocalEngine().summarise(reading, stored.append)
            covered: tuple[SourceCoverage, ...] = (reading.coverage,)
    else:
        with source.open_both(query, before) as both:
            sums = LocalEngine().summarise(both, stored.append, before)
            covered = (both.coverage, both.baseline_coverage)
    return sums, pa.Table.from_batches(stored), covered


def assert_same(
    path: Path,
    window: Window | None = None,
    before: Window | None = None,
    formats: Sequence[LogFormat] = FORMATS,
) -> None:
    """Assert that a file read natively gives what it gives read line by line."""
    try:
        whole, records, covered = read(path, None, window, before, formats)
    except InputError as error:  # no text
        with pytest.raises(InputError, match=re.escape(str(error))):
            read(path, 0, window, before, formats)
        return
    sums, handed, covered_too = read(path, 0, window, before, formats)
    for name in ("counts", "slots", "slot_values", "slot_buckets", "baseline"):
        assert getattr(whole, name) == getattr(sums, name), name
    assert kept([records]).equals(kept([handed]))
    assert covered == covered_too


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_scanned_file_gives_what_its_lines_give(path: Path) -> None:
    """Every kind of log of the zoo: the same tables, kept records and coverage."""
    assert_same(path)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.binary(max_size=40)), max_size=80))
def test_any_mixture_of_lines_is_scanned_as_it_is_read(lines: list[bytes]) -> None:
    """Lines of a hundred programs and arbitrary bytes in any order, read in stretches of a few lines."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mixture.log"
        path.write_bytes(b"2025-03-04 05:06:07 INFO begun\n" + b"\n".join(lines))

        assert_same(path)


#: What digits and hexadecimal letters decide, or might: each stands for many lines that are alike but for them.
DECIDED = (
    *("10.0.0.1", "300.1.1.1", "192.168.255.254", "ssh2", "utf9", "k8s", "802.11", "http/1.1", "5xx"),
    *("930d6eaf", "7EBFF206", "0xd70820fe", "38101a0b-2096-447d-96ea-a692162415ae", "abcdef1a=1"),
    *("Jun 17 10:00:00 2005", "Fri Jun 17 10:00:00 UTC 1999", "2025-12-19", "999999999999999.9", "9.9e-300", "1e+14", "1.5e+12"),
    *("5 B7EBFF206", "12ms", "83%", "1,234", "930d6eaf,12", ".930d6eaf", "eth0=up", "f1()", "1 2 3 4 5 6 7"),
    *("a", " ", " ", ": ", "=", '"', "user", "(", ")", "/", "，"),
    *("1.2.3.4,5.6.7.8", "10.0.0.1:8080", "50/50", "core.2275", "blk_-123456", "/a/b12/c", "x=12", "x12="),
    *("10:37:32,279", "2025-12-19T10:37:32Z", "19/Dec/2025:10:37:32", "19-Dec-2025", "1e-05/12", "-5"),
    *("1e+12345", "9.5e-12345", "7E+3", "1  2 3 4 5 6 7 2005", "1, 2, 3, 4, 5, 6", "930d6eaf/12", "930d6eaf:12", "0x1f.12"),
    *("enabled.....12", "12:34", "1:2:3", "db22", "'x12'", '"a 12 b"', "Sun Jul  7 10:00:00 1999", "12 a1b2c3d4"),
)  # fmt: skip
HEADERS = (
    "2025-03-04 05:06:17,123 INFO ",
    "Mar  4 05:06:17 host7 sshd[123]: ",
    "<34>1 2025-03-04T05:06:07.003Z machine8 app 12 ID47 - ",
    "1741064767 ",
    "1741064767.123 WARN ",
    "2025-03-04 05:06:17.123 10.0.0.1 DEBUG req-38101a0b-2096-447d-96ea-a692162415ae ",
)
HEX_LETTERS = re.compile("(?<=[0-9a-f])[a-f](?=[0-9a-f])|(?<=[0-9A-F ])[A-F](?=[0-9A-F])")


def alike(line: str, drawn: random.Random) -> str:
    """Return a line with other digits, mostly, here and there more or fewer, and other hexadecimal letters."""
    digits = {True: "0123456789ABCDEF", False: "0123456789abcdef"}
    line = HEX_LETTERS.sub(
        lambda met: drawn.choice((met[0], drawn.choice(digits[met[0].isupper()]))), line
    )
    line = re.sub("[0-9]", lambda met: drawn.choice((met[0], drawn.choice("0123456789"))), line)
    lengths = (1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 8, 12, 14, 15, 16, 17)
    return re.sub(
        "[0-9]+",
        lambda met: met[0] if drawn.random() < 0.7 else (met[0] * 17)[: drawn.choice(lengths)],
        line,
    )


@pytest.mark.parametrize("header", HEADERS)
def test_what_digits_decide_is_asked_of_every_line(tmp_path: Path, header: str) -> None:
    """Each text whose digits decide something, a hundred times with other digits, and all texts mixed."""
    drawn = random.Random(3)
    lines = [
        f"{header if drawn.random() < 0.9 else alike(header, drawn)}at {alike(text, drawn)} now"
        for text in DECIDED * 100
    ]
    drawn.shuffle(lines)
    path = tmp_path / "decided.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert_same(path)


def named(number: int) -> str:
    """Return a word of its own for a number, none that could be hexadecimal."""
    word = "w"
    while number:
        number, letter = divmod(number, 19)
        word += "ghijklmnopqrstuvwyz"[letter]
    return word


def in_rounds(groups: Sequence[Sequence[str]]) -> str:
    """
    Return the first lines of all groups, then the second ones, and so on.

    Lines are looked up several at once: what the first of a group teach must be known when the next are read.
    """
    rounds = zip(*groups, strict=True)
    return "".join(f"{line}\n" for lines in rounds for line in lines)


def test_what_digits_decide_is_asked_whichever_line_comes_first(tmp_path: Path) -> None:
    """Groups of lines alike, each with a word of its own: what the first two teach meets digits of every kind."""
    drawn = random.Random(11)
    groups = []
    for number, text in enumerate(DECIDED * 15):
        first = f"{HEADERS[0]}at {named(number)} {alike(text, drawn)} now"
        groups.append([first, first, *(alike(first, drawn) for _ in range(4))])
    path = tmp_path / "first.log"
    path.write_text(in_rounds(groups), encoding="utf-8")

    assert_same(path)


#: Formats of one's own that count digits: far into a line, near its beginning, inside a message; and one whose
#: logger is the rest of the message.
COUNTING = """
[far]
title = { zh = "远", en = "far" }
order = 10
pattern = '''(?P<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) INFO [a-z ]+ took \\d{3} ms and (?P<body>.+)'''
matches = ["2025-03-04 05:06:07 INFO the nightly copy of all the tables took 123 ms and ended well"]
rejects = ["2025-03-04 05:06:07 INFO the nightly copy of all the tables took 12 ms and ended well"]

[near]
title = { zh = "近", en = "near" }
order = 11
pattern = '''(?P<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) WARN [(]no \\d{3} of (?P<body>.+)'''
matches = ["2025-03-04 05:06:07 WARN (no 123 of them"]
rejects = ["2025-03-04 05:06:07 WARN (no 12 of them"]

[around]
title = { zh = "外", en = "around" }
order = 12
pattern = '''(?P<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) NOTE (?P<body>.+)'''
inner = ["inside", "beside"]
matches = ["2025-03-04 05:06:07 NOTE ended well"]
rejects = ["2025-03-04 05:06:07 INFO ended well"]

[inside]
title = { zh = "内", en = "inside" }
order = 13
pattern = '''[(]no [a-z ]+ \\d{3} of (?P<logger>[a-z]+): (?P<body>.+)'''
matches = ["(no more than 123 of them: ended"]
rejects = ["(no more than 12 of them: ended"]

[beside]
title = { zh = "旁", en = "beside" }
order = 13
pattern = '''[(]no [a-z ]+ \\d{3} or (?P<logger>[a-z]+): (?P<body>.+)'''
matches = ["(no more than 123 or them: ended"]
rejects = ["(no more than 12 or them: ended"]

[tail]
title = { zh = "尾", en = "tail" }
order = 14
pattern = '''(?P<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) TAIL (?P<body>[(]of (?P<logger>.+))'''
matches = ["2025-03-04 05:06:07 TAIL (of disk 3"]
rejects = ["2025-03-04 05:06:07 INFO (of disk 3"]
"""
#: Two lines of each that differ in how many digits a number has: the first two of one teach, or of the other. Shipped
#: formats that are tried before do not look beyond a bracket, and no more than 64 characters tell which are tried.
COUNTED = (
    ("INFO the nightly copy of all the tables of {} to the other side took {} ms and 3 ended", "12", "123"),
    ("WARN (no {1} of {0}: 3 ended", "12", "123"),
    ("INFO {} ended {}", "3", "4"),  # a line that Python reads takes the one before with it
    ("NOTE (no copy of all the tables has been made of {1} of {0}: 3 ended", "12", "123"),
    ("TAIL (of {} disk {}", "3", "1234"),
)  # fmt: skip


def test_how_far_a_format_looked_is_where_numbers_may_not_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line with three digits is of the format, others alike are not: no recipe of one holds for the other."""
    monkeypatch.setattr(scanning, "_LEFT_SHARE", 2.0)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "counting.toml").write_text(COUNTING, encoding="utf-8")
    groups = []
    for number, (text, one, other) in enumerate(COUNTED * 6):
        first, then = (one, other) if number % 10 < 5 else (other, one)
        form = f"2025-03-04 05:06:07 {text}"
        groups.append([form.format(named(number), n) for n in (first, first, then, then, first)])
    path = tmp_path / "counted.log"
    path.write_text(in_rounds(groups), encoding="utf-8")

    assert_same(path, formats=load_formats((tmp_path / "own",)))


#: Lines of named fields; `~` is a stamp, everything else may have other digits.
NAMED = (
    '{"time":"~","level":"warn","logger":"app.m3","msg":"took 12ms on 10.0.0.1:80","trace_id":"c6d07ef7b77e90d3593ad699fc1f7cd5","d":36.71,"http":{"status":404}}',
    '{"a": [1, {"b": 20}], "host": "web-12", "@timestamp": "~", "severity": "INFO", "message": "order 4711 of 38101a0b-2096-447d-96ea-a692162415ae", "n": 7, "x": -0.5}',
    '{"level":30,"ts":"~","pid":7,"service":"pay2","msg":"é 12 is 0x1f","caller":"main.go:45","e":12345e10}',
    '{"time":"~","msg":"say \\"12\\"","level":"info","k":null}',
    '{"time":"~","error":"E12","msg":"failed 3 times","level":"error"}',
    'time=~ level=info caller=head.go:45 msg="took 12 ms" blocks=3 id=c6d07ef7b77e90d3593ad699fc1f7cd5',
    'ts=~ level=warn host=web12 component=store3 msg="http/1.1 from 10.0.0.1" n=007',
)


@pytest.mark.parametrize("changes", [0.02, 0.2, 1.0])
def test_lines_of_named_fields_are_scanned_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: float
) -> None:
    """Each a hundred times: with other values, and here and there broken by other digits."""
    monkeypatch.setattr(scanning, "_LEFT_SHARE", 2.0)
    drawn = random.Random(5)
    lines = []
    for number in range(100 * len(NAMED)):
        line = drawn.choice(NAMED)
        line = alike(line, drawn) if drawn.random() < changes else line.replace("12", str(number))
        lines.append(line.replace("~", f"2025-03-04T05:06:{number % 60:02}.{number % 1000:03}Z"))
    path = tmp_path / "named.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)  # all of it is of the time before


def test_lines_of_named_fields_are_soon_read_natively(kernel: native.Found) -> None:
    """What two lines of a kind taught holds for nearly all others: Python reads one in ten at most."""
    if kernel.extension is None:
        return  # Python reads all of them
    lines = [
        line.replace("~", f"2025-03-04T05:06:{number % 60:02}.{number % 1000:03}Z").replace(
            "12", str(number)
        )
        for number in range(200)
        for line in (NAMED[0], NAMED[1], NAMED[5], NAMED[6])
    ]
    scan = Scan(Plan(FORMATS, "UTC", datetime(2025, 3, 5, tzinfo=UTC)), None, None)

    scan.stretch("\n".join(lines).encode() + b"\n", 0, 1)

    assert scan.facts.seen.records >= 0.9 * len(lines)


def test_lines_with_many_headers_are_told_apart_by_how_they_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Addresses of every length in front of the time: dozens of headers whose lines differ in digits alone."""
    monkeypatch.setattr(scanning, "REFERENCE_BLOCK", 40_000)
    drawn = random.Random(5)
    addresses = (".".join(str(drawn.randrange(256)) for _ in range(4)) for _ in range(2000))
    path = tmp_path / "access.log"
    path.write_text(
        "".join(
            f"{address} - - [04/Mar/2025:05:{i // 60 % 60:02}:{i % 60:02} +0800] "
            f'"GET /order/{drawn.randrange(5000)} HTTP/1.1" 200 {drawn.randrange(9999)} "-" "curl/8.5"\n'
            for i, address in enumerate(addresses)
        ),
        encoding="utf-8",
    )

    assert_same(path)


def test_window_and_baseline_are_told_apart_in_one_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records of the window, of the stretch before and outside of both, over many stretches and threads."""
    for name in ("VARIED", "BLOCK", "REFERENCE_BLOCK"):
        monkeypatch.setattr(scanning, name, 4096)
    path = tmp_path / "app.log"
    rows = (
        f"2025-03-0{4 + i // 600} 0{i % 9}:{i % 60:02}:0{i % 10},{i % 1000:03} "
        f"{('INFO', 'ERROR', 'WARN')[i % 3]} order {i * 37 % 1009} of shop-{i % 4} took {i % 250} ms"
        + ("\n  at shop.Main.run(Main.java:1)" if i % 50 == 0 else "")
        for i in range(1200)
    )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")

    assert_same(path, WINDOW, BEFORE)


def rows_of_all_kinds() -> bytes:
    """Return records of one line and of several, and one that is longer than the head of a block."""
    rows = []
    for i in range(300):
        rows.append(f"2025-03-04 05:{i % 60:02}:06,{i:03} INFO order {i * 37 % 101} took {i} ms")
        rows += ["  at shop.Main.run(Main.java:1)"] * (i % 13 if i % 20 == 7 else 0)
    rows[150] += "x" * 3000
    return ("\n".join(rows) + "\n").encode()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from((50, 900, 9000)), st.sampled_from((400, 3000)))
def test_a_file_is_cut_into_stretches_wherever_its_blocks_end(
    seed: int, longest: int, size: int
) -> None:
    """Stretches follow one another without a gap, their lines are numbered right, and the sums are those of the whole."""
    draw, data = random.Random(seed), rows_of_all_kinds()
    ends = [0]
    while ends[-1] < len(data):
        ends.append(min(ends[-1] + draw.randrange(1, longest), len(data)))
    whole = scanning.FileScan(PLAN, None, None)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("VARIED", "BLOCK", "REFERENCE_BLOCK"):
            patch.setattr(scanning, name, size)
        patch.setattr(scanning, "_HEAD", draw.choice((90, 1 << 14)))
        cut = scanning.FileScan(PLAN, None, None)
        stretches = [
            read.stretch for read in cut.read(data[a:b] for a, b in itertools.pairwise(ends))
        ]
    for _ in whole.read([data]):
        pass
    texts = [one.data[one.start : one.end] for one in stretches]
    offsets = list(itertools.accumulate(map(len, texts), initial=0))

    assert data == b"".join(texts)
    assert offsets[:-1] == [one.offset for one in stretches]
    assert [data.count(b"\n", 0, at) + 1 for at in offsets[:-1]] == [s.line for s in stretches]
    assert [take() for take, _ in whole.close()] == [take() for take, _ in cut.close()]


def with_other_digits(line: bytes, draw: random.Random) -> bytes:
    """Return a line with some of its digits changed, here and there one more or one fewer."""

    def run(found: re.Match[bytes]) -> bytes:
        digits = bytearray(found.group())
        for at in range(len(digits)):
            if draw.random() < 0.3:
                digits[at] = draw.choice(b"0123456789")
        change = draw.random()
        return bytes(digits[1:] if change < 0.05 else digits + b"7" if change > 0.95 else digits)

    return re.sub(rb"[0-9]+", run, line)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=6), st.integers(0, 2**32), st.booleans()
)
def test_lines_like_one_another_are_scanned_as_they_are_read(
    lines: list[bytes], seed: int, forgets: bool
) -> None:
    """The same lines again and again with other digits: what was learned from one holds for the others, or is checked."""
    draw = random.Random(seed)
    begun = b"2025-03-04 05:06:07 INFO begun with 10.0.0.17:80 over ssh2 in 12.5ms"
    many = [with_other_digits(draw.choice([begun, *lines]), draw) for _ in range(120)]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "REFERENCE_BLOCK", draw.choice((1000, 4000, 1 << 20)))
        patch.setattr(recipes, "_ENOUGH", draw.choice((1, 2, 8)))
        patch.setattr(recipes, "_TOGETHER", draw.choice((1, 2, 4)))
        if forgets:
            for name in ("_RECIPES", "_MET"):
                patch.setattr(recipes, name, 3)
        path = Path(folder) / "alike.log"
        path.write_bytes(b"\n".join([begun, *many]) + b"\n")

        assert_same(path)


#: Objects over several lines that end, that do not, and what may stand between their lines.
OVER_LINES = (
    *(b"{", b"  {", b"}", b"  },", b"[", b""),
    *(b'  "time": "2025-03-04T05:06:07Z",', b'  "message": "took 12 ms"', b'"level": "error",'),
    *(b'{"time":"2025-03-04T05:06:07Z","msg":"took 12 ms"}', b'{"a":1}', b'  {"a":2},', b"{}"),
    *(b"2025-03-04 05:06:07 INFO took 12 ms", b"Mar  4 05:06:17 host7 sshd[123]: at 12"),
    *(b"  at shop.Main.run(Main.java:1)", b"ERROR: no time", b"level=info ts=2025-03-04T05:06:07Z n=1"),
    b"y" * 1000,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@example([b"2025-03-04 05:06:07 INFO took 12 ms", b'{"a":1}'], 1, 60)
@given(
    st.lists(st.sampled_from(OVER_LINES), min_size=1, max_size=40),
    st.sampled_from((1, 1, 90)),
    st.sampled_from((60, 400, 1 << 20)),
)
def test_objects_that_never_end_are_scanned_as_they_are_read(
    lines: list[bytes], times: int, size: int
) -> None:
    """Whatever stands between braces, and wherever the file is cut: lines with a time are records of their own."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name in ("VARIED", "BLOCK", "REFERENCE_BLOCK"):
            patch.setattr(scanning, name, size)
        patch.setattr(scanning, "_HEAD", min(size, 1 << 14))
        patch.setattr(scanning, "_LEFT_SHARE", 2.0)
        path = Path(folder) / "objects.log"
        begun = b"2025-03-04 05:06:07 INFO begun"
        path.write_bytes(b"\n".join([b"{", *lines * times, b"{", begun]) + b"\n")

        assert_same(path)


def test_damage_of_a_first_line_is_counted_once(tmp_path: Path) -> None:
    """That line is looked at before the others, to tell a table by its header."""
    line = b"2025-03-04 05:06:07 INFO took 12 ms"
    path = tmp_path / "damaged.log"
    path.write_bytes(b"\n".join([line + b"\xff", *[line] * 50, line + b"\xfe"]) + b"\n")
    _, _, (covered,) = read(path, 0)

    assert 2 == covered.files[0].damaged_bytes
    assert_same(path)


def test_nearly_every_shipped_pattern_becomes_a_program() -> None:
    """Patterns that do not are left to Python line by line, so there must be few."""
    left = []
    for entry in FORMATS:
        try:
            compile_steps(entry.begins or entry.pattern)
        except NotCompilable:
            left.append(entry.name)

    assert len(left) <= 2, left
    # Which lines hold a text with digits depends on how many digits they have: none could be longer or shorter.
    assert [] == [given.holds for given in PLAN.given[0] if re.search("[0-9]", given.holds)]


def test_a_program_has_the_groups_of_its_pattern() -> None:
    """Numbers and names of groups are those of Python's engine."""
    for entry in FORMATS:
        try:
            _, groups = compile_steps(entry.pattern)
        except NotCompilable:
            continue

        assert dict(re.compile(entry.pattern, re.DOTALL).groupindex) == groups

"""The laws of recipes: what one line taught holds for every line that a recipe takes."""

from __future__ import annotations

import random
import re
import string
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paicha.kernel.form_columns import FormColumns
from paicha.kernel.header_stamps import Stamps
from paicha.kernel.headers import Header, Headers, facts_of
from paicha.kernel.line_groups import Lines
from paicha.kernel.normalise import LineReader
from paicha.kernel.plan import Plan
from paicha.kernel.recipe_tables import RecipeTables
from paicha.kernel.recipes import Book
from paicha.kernel.runs import DIGITS
from paicha.kernel.shape import shape
from paicha.kernel.spellings import Spelling, number_of, spelling_of
from paicha.kernel.times import TimeReader
from paicha.kernel.variables import Slot
from paicha.kernel.whole_lines import Recipe
from paicha.knowledge.formats_loader import load_formats

#: What the grammar of shapes looks at where digits stand, to be put together in any order.
PIECES = st.sampled_from(
    (
        *("a", "usage=", "1", "12", "10.0.0.1", "300.1.1.1", ":", " ", ", ", ",", '"', "'", "“", "”", "-", "."),
        *("http://x.y/z?a=1", "/var/log/x1", "C:\\x1", "2025-12-19", "10:37:32", "T", "Jun", "Fri", " 17 "),
        *("2025", "1999", "19.5", "UTC", "µs", "ms", "秒", "次/分钟", "中文", "{", "}", '"k1":', "(", ")", "[", "]"),
        *("<", ">", "|", "=", "＝", "：", "1,234", "5e-05", "1e+10", "...", "::1", "fe80::1", "a1@b.c", "/10.0.0.1:80"),
        *("www.x1.com", "x1.net", "0x1f", "deadbeefcafe", "83%", "-5", ".5", "+3", "/", "\\", "\t", "12:30:45,123"),
        *("\u00a0", "é", "²", "ssh2", "GET ", "5 MB", "7 minutes", "999999999999999", "sha256", "http/1.1"),
        *("0.1234567890123", "1234567.1234565", "#1", "~", "eth0=", "p99_ms=", "f1()", "--", "_", "，", "、"),
        *("1 2 3 4 5 6 7", "1,2,3,4,5,6,7", "a1 b2 c3 d4 e5 f6", "x1=", "order4711=", "core.2275", "1/2", "50/50ms"),
        *("CPU#3", "10.0.0.1#53", "Page@3f2a1", "web1/10.0.0.1"),
        *("f32879aa5.net.example.com", "pool-fe3c3.dsl.x.net", "52fd-495-4.x.org", "/data_44ec/x", "/a/snap.6e60", ".4bc2.cn"),
        *("0f93e2b0-1c2d-4e5f-8a9b-0c1d2e3f4a5b", "54fadb412c4e40cdbaed9335e4c35a9e", "1:2", "12-34", "v1.2.3"),
        *("Fri Jun 17 10:00:00 ", "Jul  9 10:00:00", "930d6eaf", "12345678d", "deadbeef1", "19/Dec/2025:10:37:32", "1.2.3.4,5.6.7.8", "e", "12e45", "1.", "%", "blk_-12"),
    )
)  # fmt: skip
BODIES = st.lists(PIECES, min_size=1, max_size=14).map("".join)
FORMATS = load_formats()
ZOO = Path(__file__).parents[1] / "cases" / "formats" / "zoo"
LINES = [
    line
    for path in sorted(ZOO.iterdir())
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n")[:20]
    if line.strip()
]
PLACED_BY = datetime(2025, 12, 20, tzinfo=UTC)
NO_STAMPS = Stamps(TimeReader(), (), "", place=slice(0, 0), header="", known={})


def other_digits(text: str, seed: int, *, lengths: bool) -> str:
    """Return a text with other digits, here and there more or fewer of them, or hexadecimal ones."""
    draw = random.Random(seed)

    def digits(found: re.Match[str]) -> str:
        run = found.group()
        if draw.random() < 0.3:
            return run
        size = len(run)
        if lengths and draw.random() < 0.6:
            size = draw.choice((1, 2, 3, 4, 5, 14, 15, 16, 19))
        if size == 4 and draw.random() < 0.3:
            return draw.choice(("1999", "2025", "2100"))
        return "".join(draw.choice("0123456789") for _ in range(size))

    def letters(found: re.Match[str]) -> str:
        return "".join(draw.choice("0123456789abcdef") if c != "-" else c for c in found.group())

    if draw.random() < 0.5:
        text = re.sub(
            r"(?<=0x)[0-9a-f]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|(?<![^\W_])[0-9a-f]{4,}(?![^\W_])",
            letters,
            text,
        )
    return re.sub("[0-9]+", digits, text)


def said_by(spelling: Spelling, body: str) -> tuple[str, tuple[Slot, ...]] | None:
    """Return shape and variables of a body as a spelling has them; None where it does not fit."""
    found = re.fullmatch(spelling.pattern, body.encode())
    if found is None:
        return None
    slots = []
    for one in spelling.variables:
        text = (found[one.group] if one.group else one.text).decode()
        text = " ".join(text.split()) if one.is_joined else text
        number = number_of(text) if one.is_number else None
        slots.append(Slot(one.name, one.unit, text, number))
    return spelling.shape, tuple(slots)


@given(body=BODIES, seed=st.integers(0, 2**32), firm=st.integers(0, 20))
def test_every_body_that_a_spelling_fits_is_shaped_as_it_says(
    body: str, seed: int, firm: int
) -> None:
    """Whatever the digits and however many of them: shape, names, units, texts and numbers are those of `shape`."""
    spelling = spelling_of(body, firm)
    if spelling is None:
        return
    for at in range(4):
        other = other_digits(body, seed + at, lengths=at > 1)
        said = said_by(spelling, other)

        assert said is None or said == tuple(shape(other)), (body, other)
    assert said_by(spelling, body) in (None, tuple(shape(body)))


@given(
    st.sampled_from(LINES),
    st.lists(st.tuples(BODIES, st.integers(0, 2**32)), min_size=1, max_size=6),
)
@example(
    "Mar  1 00:00:00 web-3 sshd[812]: hello",
    [("connection from 10.0.0.1 17", seed) for seed in range(4)]
    + [("a at Fri Jun 17 10:00:00 1234", seed) for seed in range(4)],
)
def test_lines_are_read_by_their_forms_as_by_patterns(
    line: str, drawn: list[tuple[str, int]]
) -> None:
    """Many lines of several recipes at once: those that fit, and their variables, are those of each alone."""
    reader = LineReader(FORMATS, "UTC", PLACED_BY)
    parsed = reader.open_line(line)
    header = (
        Headers(Plan(FORMATS, "UTC", PLACED_BY), reader).learn(line, parsed) if parsed else None
    )
    if header is None:
        return
    tables = RecipeTables()
    texts: list[bytes] = []
    asked: list[tuple[int, int]] = []
    for body, seed in drawn:
        spelling = spelling_of(body)
        first = (line[: header.body] + body).encode()
        recipe = Recipe(header, spelling, body.encode()) if spelling else None
        if recipe is None or recipe.whole is None or b"\n" in first or not recipe.fits(first):
            continue
        tables.add(recipe)
        others = [first, *(one.encode() for one in varied(line[: header.body], body, seed))]
        alike = [one for one in others if one.translate(None, DIGITS) == recipe.whole.letters]
        asked += ((len(texts) + at, recipe.number) for at in range(len(alike)))
        texts += alike
    fitting: list[int] = []
    wanted: list[tuple[int, int, bytes]] = []
    before = [0]
    for one in tables.recipes:
        before.append(before[-1] + sum(variable.group > 0 for variable in one.spelling.variables))
    for at, (place, number) in enumerate(asked):
        recipe = tables.recipes[number]
        message = texts[place][header.body :]
        found = re.fullmatch(recipe.spelling.pattern, message)
        assert recipe.spelling.fits(message) == (found is not None), (
            recipe.spelling.pattern,
            message,
        )
        if header.fits(texts[place]) and found is not None:
            groups = enumerate(found.groups(), before[number])
            wanted += [(len(fitting), variable, text) for variable, text in groups]
            fitting.append(at)
    lines = Lines(b"".join(one + b"\n" for one in texts))
    places, recipes = (pa.array([pair[at] for pair in asked], pa.int32()) for at in (0, 1))
    columns = FormColumns(lines, places, recipes, tables)
    cut = columns.variables()

    assert columns.fitting.to_pylist() == fitting
    assert list(zip(*(column.to_pylist() for column in cut), strict=True)) == wanted


def varied(beginning: str, body: str, seed: int) -> list[str]:
    """Return lines with other digits, of the header now and then too, or with digits elsewhere."""
    line = beginning + body
    runs = [found.span() for found in re.finditer("[0-9]+", line)]
    moved = [
        line[: start - 1] + line[start:end] + line[start - 1] + line[end:]
        for start, end in runs
        if start
    ]
    replaced = [
        line[:start] + digits + line[end:] for start, end in runs for digits in ("300", "1999")
    ]
    return [
        *moved,
        *replaced,
        *_with_other_digits(beginning, body, seed),
    ]


def _with_other_digits(beginning: str, body: str, seed: int) -> list[str]:
    return [
        (other_digits(beginning, seed + at, lengths=at > 6) if at % 2 else beginning)
        + other_digits(body, seed + at, lengths=at > 1)
        for at in range(8)
    ]


@given(line=st.sampled_from(LINES), seed=st.integers(0, 2**32), tail=BODIES)
@example("Mar  1 00:00:00 web-3 logrotate: ALERT exited with [1]", 1, "WARN: lease is late")
@example("<13>Mar  1 00:00:00 web-3 cron[17]: ERROR lease 5 lost", 2, "x")
@example("2025-12-19 10:37:32 web-3 cron[17]: [error] lease 5 lost", 3, " lost")
def test_every_line_that_a_header_fits_is_read_as_it_says(line: str, seed: int, tail: str) -> None:
    """Other digits, other messages: format, facts, time and where the message begins are those that are read."""
    reader = LineReader(FORMATS, "Asia/Shanghai", PLACED_BY)
    headers = Headers(Plan(FORMATS, "Asia/Shanghai", PLACED_BY), reader)
    parsed = reader.open_line(line)
    header = None if parsed is None else headers.learn(line, parsed)
    if header is None or parsed is None:
        return
    other = other_digits(line, seed, lengths=False)
    for text in (line, other, other[: header.end] + tail.replace("\n", " ")):
        data = text.encode()
        if not header.fits(data):
            continue
        read = reader.open_line(text)
        (time,) = header.stamps.read(pa.array([data[: header.end]])).to_pylist()
        told = [data[span] for span in header.told] == [line.encode()[span] for span in header.told]
        if read is None or time is None or not told:
            assert time is None or not told
            continue
        inside = headers.inside(header, text[header.body :])
        if inside is None:
            continue

        assert (read.format, read.timestamp_us) == (header.name, time), (line, text)
        assert facts_of(read) == header.facts
        assert read.body == text[header.body :]


MESSAGES = (
    "connection from 10.1.2.3 () at Sun Jul 27 31:82:54 7579",
    "Received disconnect from 10.1.2.3: 54: Bye Bye [preauth]",
    "answered: by ops [7] in 5 ms",
    "Failed password for ops from 10.1.2.3 port 22",
)


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_of_syslog_is_known_by_its_first_two_words(message: str) -> None:
    """Formats that may stand behind a header look no further into other messages: numbers there may have any length."""
    line = f"Mar  1 00:00:00 web-3 sshd[812]: {message}"
    reader = LineReader(FORMATS, "UTC", PLACED_BY)
    headers = Headers(Plan(FORMATS, "UTC", PLACED_BY), reader)
    parsed = reader.open_line(line)
    assert parsed is not None
    header = headers.learn(line, parsed)
    assert header is not None
    looked = headers.inside(header, message)
    assert looked is not None
    reach, pins = looked

    assert reach <= message.replace(" ", "_", 1).index(" ") + 1
    assert pins == frozenset()


def learnt(line: str) -> tuple[LineReader, Headers, Header]:
    """Return a reader, what learns headers of its lines, and the header of a line."""
    reader = LineReader(FORMATS, "UTC", PLACED_BY)
    headers = Headers(Plan(FORMATS, "UTC", PLACED_BY), reader)
    parsed = reader.open_line(line)
    assert parsed is not None
    header = headers.learn(line, parsed)
    assert header is not None
    return reader, headers, header


def test_the_level_that_a_message_begins_with_belongs_to_the_header() -> None:
    """Syslog states none: the message's is the line's, and what follows is the message."""
    _, headers, header = learnt("Mar 11 00:00:00 web-3 logrotate: ALERT exited with [1]")

    assert header.name == "syslog_rfc3164/level_in_message"
    assert (header.facts.level, header.facts.service) == ("ALERT", "logrotate")
    assert header.fits(b"Mar 17 12:34:56 web-3 logrotate: ALERT exited with [99]")
    assert not header.fits(b"Mar 17 12:34:56 web-3 logrotate: CRIT: exited with [99]")
    assert headers.inside(header, "exited with [1]") is not None


@pytest.mark.parametrize("message", ["rpc.statd startup succeeded", "DMI 2.3 present."])
def test_a_message_that_formats_look_at_to_its_end_keeps_its_length(message: str) -> None:
    """An access log could begin so: what decides is that the message ends there, so digits may be others but not more."""
    reader, headers, header = learnt(f"Mar  1 00:00:00 web-3 kernel: {message}")
    looked = headers.inside(header, message)
    assert looked is not None
    spelling = spelling_of(message, *looked)
    assert spelling is not None

    other = message.translate(str.maketrans("23", "45"))
    assert looked[0] > len(message)
    assert spelling.fits(other.encode())
    read = reader.open_line(f"Mar  1 00:00:00 web-3 kernel: {other}")
    assert read is not None
    assert (read.format, read.body) == (header.name, other)
    assert not spelling.fits(message.replace("2", "22").replace("rpc", "rpc2").encode())


def test_messages_of_a_program_are_learnt_whatever_letter_they_begin_with() -> None:
    """Formats look at the first letter of a message too, and there are more of these than headers that begin alike had room."""
    reader = LineReader(FORMATS, "UTC", PLACED_BY)
    book = Book(Plan(FORMATS, "UTC", PLACED_BY), reader)
    for letter in string.ascii_letters:
        line = f"Mar  1 00:00:00 web-3 kernel: {letter}olume 17 is late"
        parsed = reader.open_line(line)
        assert parsed is not None
        key = line.encode().translate(None, DIGITS)
        book.is_time(key, 9)

        assert book.learn(key, line.encode(), parsed) is not None, line


def test_lines_with_another_header_are_told_among_those_of_one() -> None:
    """A pattern asks how long it is: what it is, all lines are asked together, and each where one differs."""
    _, _, header = learnt("Mar 11 00:00:00 web-3 kernel: lease 0x1f is late")
    same = b"Mar 17 12:34:56 web-3 kernel: "
    others = b"Mar 17 12:34:56 wob-3 kernel: ", b"Apr 17 12:34:56 web-3 kernel: "

    assert header.among([same, b"", same]) == [same, b"", same]
    assert header.among([same, *others, same]) == [same, b"", b"", same]


@st.composite
def beginnings(draw: st.DrawFn) -> tuple[Header, list[bytes]]:
    """Return a header of any kinds, and what stands before other messages; each is as long, or nothing."""
    letters = st.text("0149afgF-[ ", min_size=1, max_size=1)
    drawn = draw(st.lists(st.tuples(letters, st.sampled_from("kdh")), min_size=1, max_size=12))
    kinds = "".join(
        kind if char in {"d": "0149", "h": "0149af", "k": char}[kind] else "k"
        for char, kind in drawn
    )
    text = "".join(char for char, _ in drawn)
    header = Header(text, kinds, len(text), NO_STAMPS)
    other = st.text("0149afgF-[ ", min_size=len(text), max_size=len(text))
    same = st.just(text)
    near = st.tuples(st.integers(0, len(text) - 1), letters).map(
        lambda one: text[: one[0]] + one[1] + text[one[0] + 1 :]
    )
    rows = draw(st.lists(st.one_of(same, near, other, st.just("")), min_size=1, max_size=6))
    return header, [row.encode() for row in rows]


@given(beginnings())
def test_beginnings_looked_at_together_are_told_as_by_the_headers_pattern(
    found: tuple[Header, list[bytes]],
) -> None:
    """Digits that stay, digits of base ten and of sixteen, letters that could be such digits and are none."""
    header, rows = found
    pattern = re.compile(header.pattern(0, header.body))
    expected = [row if pattern.fullmatch(row) else b"" for row in rows]

    assert list(header.among(rows)) == expected
    lines = [row + b" x" for row in rows]  # of an empty row these two may be the header
    fits = [pattern.fullmatch(line[: header.end]) is not None for line in lines]
    assert [header.begins(line) for line in lines] == fits

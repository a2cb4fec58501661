"""The zoo: logs of many programs, each record with what must be read of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cases.formats import generate
from tests.cases.formats.writing import Species

from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.sources.files.lines import TextLines
from paicha.sources.files.records import read_records

FOLDER = Path(__file__).parent / "zoo"
FORMATS = load_formats()
STACKS = StackReader(load_stacks())
NAMES = ("time", "level", "module", "message")
#: What stamps without a year or a day are placed by: the evening of the day the zoo's clocks show.
REFERENCE = datetime(2025, 3, 5, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """What is read, or must be read, of one record."""

    line: int
    said: tuple[object, ...]  # time, level, module, message
    attributes: dict[str, object]


def expected_of(path: Path) -> list[Row]:
    """Return what the program that wrote a file was given to say."""
    rows = map(json.loads, path.with_suffix(".jsonl").read_text("utf-8").rstrip("\n").split("\n"))
    return [Row(row[0], tuple(row[1:5]), row[5] if len(row) > 5 else {}) for row in rows]


def read(path: Path) -> list[Row]:
    """Return every record of a file as it is read."""
    reader = LineReader(FORMATS, "Asia/Shanghai", REFERENCE)
    lines = TextLines([path.read_bytes()], path.name, offsets=True)
    records = read_records(lines, reader, named=True, stacks=STACKS)
    found = []
    for record in records:
        parsed = record.parsed
        time = parsed.timestamp
        said = (
            time.isoformat(timespec="microseconds").replace("+00:00", "Z") if time else None,
            parsed.severity_text,
            parsed.code_file_path or parsed.scope_name,
            parsed.body,
        )
        found.append(Row(record.line.number, said, parsed.attributes))
    return found


def wrong_in(path: Path) -> Iterator[str]:
    """Yield what is read wrongly of one file, one sentence for each record."""
    by_line: dict[int, list[Row]] = {}
    for row in read(path):
        by_line.setdefault(row.line, []).append(row)
    for want in expected_of(path):
        place = f"{path.name}:{want.line}"
        rows = by_line.get(want.line, [])
        if not rows:
            yield f"{place}: no record begins here: {want.said}"
            continue
        row = rows.pop(0)
        differing = [
            f"{name} is {found!r}, not {wanted!r}"
            for name, found, wanted in zip(NAMES, row.said, want.said, strict=True)
            if found != wanted
        ] + [
            f"{name} is {row.attributes.get(name)!r}, not {wanted!r}"
            for name, wanted in want.attributes.items()
            if row.attributes.get(name) != wanted
        ]
        if differing:
            yield f"{place}: {'; '.join(differing)}"
    for rows in by_line.values():
        yield from (f"{path.name}:{row.line}: no record begins here: {row.said}" for row in rows)


def test_more_than_995_of_1000_records_of_the_zoo_are_read_right() -> None:
    """Time, level, module, message and exception, for at least 45 formats of about 50 lines each."""
    files = sorted(FOLDER.glob("*.log"))
    wrong = [sentence for path in files for sentence in wrong_in(path)]
    records = sum(len(expected_of(path)) for path in files)

    assert len(files) >= 45
    assert 995 * records < 1000 * (records - len(wrong)), "\n" + "\n".join(wrong)


@pytest.mark.parametrize("species", generate.SPECIES, ids=lambda species: species.name)
def test_the_zoo_is_what_its_programs_write(species: Species) -> None:
    """Its files can be made again: python -m tests.cases.formats.generate."""
    log, rows = generate.contents(species)

    assert (FOLDER / f"{species.name}.log").read_bytes() == log
    assert (FOLDER / f"{species.name}.jsonl").read_text("utf-8") == rows


def test_what_a_line_says_does_not_depend_on_the_lines_before_it() -> None:
    """The format that fitted last is tried first, which must not change the answer."""
    running = LineReader(FORMATS, "Asia/Shanghai", REFERENCE)
    lines = [
        line.text
        for path in sorted(FOLDER.glob("*.log"))
        for line in TextLines([path.read_bytes()], path.name, offsets=True)
    ][::41]

    for text in lines:
        alone = LineReader(FORMATS, "Asia/Shanghai", REFERENCE).open_line(text)
        assert alone == running.open_line(text)

"""The zoo: logs of many programs, each record with what must be read of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.sources.files.lines import TextLines
from paicha.sources.files.records import read_records

FOLDER = Path(__file__).parent / "zoo"
FORMATS = load_formats()
STACKS = StackReader(load_stacks())
#: What stamps without a year or a day are placed by: the evening of the day the zoo's clocks show.
REFERENCE = datetime(2025, 3, 5, 15, tzinfo=UTC)


def read(path: Path, formats: object = FORMATS) -> list[list[object]]:
    """Return ``[line, time, level, module, message, attributes]`` of every record of a file."""
    reader = LineReader(FORMATS, "Asia/Shanghai", REFERENCE)
    lines = TextLines([path.read_bytes()], path.name, offsets=True)
    records = read_records(lines, reader, named=True, stacks=STACKS)
    return [
        [
            record.line.number,
            record.parsed.timestamp.isoformat(timespec="microseconds").replace("+00:00", "Z")
            if record.parsed.timestamp
            else None,
            record.parsed.severity_text,
            record.parsed.code_file_path or record.parsed.scope_name,
            record.parsed.body,
            record.parsed.attributes,
        ]
        for record in records
    ]


def wrong_in(path: Path) -> Iterator[str]:
    """Yield what is read wrongly of one file, one sentence for each record."""
    expected = [json.loads(line) for line in path.with_suffix(".jsonl").read_text("utf-8").split("\n") if line]
    found = read(path)
    by_line = {}
    for row in found:
        by_line.setdefault(row[0], []).append(row)
    for want in expected:
        rows = by_line.get(want[0], [])
        row = rows.pop(0) if rows else None
        if row is None:
            yield f"{path.name}:{want[0]}: no record begins here: {want[1:5]}"
            continue
        for name, position in (("time", 1), ("level", 2), ("module", 3), ("message", 4)):
            if row[position] != want[position]:
                yield f"{path.name}:{want[0]}: {name} is {row[position]!r}, not {want[position]!r}"
                break
        else:
            attributes = want[5] if len(want) > 5 else {}
            for name, value in attributes.items():
                if row[5].get(name) != value:
                    yield f"{path.name}:{want[0]}: {name} is {row[5].get(name)!r}, not {value!r}"
                    break
    for rows in by_line.values():
        for row in rows:
            yield f"{path.name}:{row[0]}: no record begins here, but was read: {row[1:5]}"


def test_more_than_995_of_1000_records_of_the_zoo_are_read_right() -> None:
    """Time, level, module, message and exception, for at least 45 formats of about 50 lines each."""
    files = sorted(FOLDER.glob("*.log"))
    wrong = [sentence for path in files for sentence in wrong_in(path)]
    records = sum(len(path.with_suffix(".jsonl").read_text("utf-8").splitlines()) for path in files)

    assert len(files) >= 45
    assert 995 * records < 1000 * (records - len(wrong)), "\n" + "\n".join(wrong)

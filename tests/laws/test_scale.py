"""
The laws at scale, over whole investigations: however lines lie in files, the case has the same tables.

Compared to the byte are the tables below. Records and locators are not: they name file and line, which is
what differs.
"""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from tests.case_tables import TABLES

import paicha
from paicha.engines.local import LocalEngine
from paicha.kernel.caps import Caps
from paicha.kernel.count import Partial, add
from paicha.knowledge.formats_loader import load_formats
from paicha.model.question import LogQuery, Scope
from paicha.sources.files.source import FileSource

START = datetime(2025, 12, 19, 10, tzinfo=UTC)
LINES = 12_000
FORMATS = load_formats(())


def corpus() -> list[str]:
    """Return lines of three programs over four hours, most of few shapes and some of very many."""
    chance = random.Random(11)
    lines = []
    for at in range(LINES):
        moment = START + timedelta(seconds=chance.randrange(4 * 3600))
        user, took, host = chance.randrange(400), chance.randrange(9000), chance.randrange(8)
        stamp = f"{moment:%Y-%m-%d %H:%M:%S}"
        if at % 3 == 0:
            level = chance.choice(("INFO", "WARN", "ERROR"))
            lines.append(
                f"{stamp},{took % 1000:03} {level} [main] com.acme.Web - u{user} {took} ms"
            )
        elif at % 3 == 1:
            iso = moment.isoformat()
            lines.append(
                f'{{"time":"{iso}","level":"warn","host":"10.0.0.{host}","msg":"disk {took % 100}%"}}'
            )
        else:
            name = "".join(chance.choices("abcdefgh", k=5))
            lines.append(f"{stamp},000 INFO [main] com.acme.Job - step {name} done in {took} ms")
    return lines


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The corpus."""
    return corpus()


@pytest.fixture(scope="module")
def whole(lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    """The tables of the corpus in one file."""
    file = tmp_path_factory.mktemp("whole") / "app.log"
    file.write_text("\n".join(lines) + "\n")
    return investigated(file)


def investigated(*files: Path) -> dict[str, pa.Table]:
    """Return the tables of an investigation of *files*."""
    found = paicha.investigate(*files, zone="UTC", language="en")
    return {name: found.sql(f"FROM {name}") for name in TABLES}


def shuffled(lines: list[str], seed: int) -> list[str]:
    """Return the lines in another order."""
    mixed = list(lines)
    random.Random(seed).shuffle(mixed)
    return mixed


@pytest.mark.parametrize(("files", "packed"), [(1, True), (2, False), (7, False), (100, True)])
def test_lines_in_any_order_in_any_number_of_files_give_the_same_case_tables(
    lines: list[str], whole: dict[str, pa.Table], tmp_path: Path, files: int, packed: bool
) -> None:
    """Shuffled, dealt to files, plain or packed with gzip: to the byte the same tables."""
    mixed = shuffled(lines, files)
    for number in range(files):
        text = "\n".join(mixed[number::files]) + "\n"
        if packed:
            (tmp_path / f"app-{number:03}.log.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (tmp_path / f"app-{number:03}.log").write_text(text)

    tables = investigated(tmp_path)

    assert [] == [name for name in TABLES if tables[name] != whole[name]]


@pytest.mark.parametrize("caps", [Caps(), Caps(rows=3000, units=500, slots=800)])
def test_any_number_of_partitions_adds_up_to_the_same_sums(
    lines: list[str], tmp_path: Path, caps: Caps
) -> None:
    """1, 2, 7 and 64 parts, added in a row or as a tree; also where far too many shapes meet the caps."""
    sums = [partitioned(lines, tmp_path / str(n), n, caps) for n in (1, 2, 7, 64)]

    assert sums[0].cut.untouched == (caps == Caps())
    assert sums == [sums[0]] * 4
    assert LINES == sum(sums[0].counts["n"].to_pylist())


def partitioned(lines: list[str], folder: Path, parts: int, caps: Caps) -> Partial:
    """Return the sums of shuffled lines dealt to *parts* engines, added two by two."""
    folder.mkdir()
    mixed = shuffled(lines, parts)
    waiting = [counted(mixed[n::parts], folder / f"{n}.log", caps) for n in range(parts)]
    while len(waiting) > 1:
        waiting = [add(waiting[at : at + 2], caps) for at in range(0, len(waiting), 2)]
    return add(waiting, caps)


def counted(lines: list[str], file: Path, caps: Caps) -> Partial:
    """Return what one engine counts of some lines."""
    file.write_text("\n".join(lines) + "\n")
    query = LogQuery(None, Scope(), "UTC", LINES)
    with FileSource([file], FORMATS).open(query) as reading:
        return LocalEngine(caps=caps).summarise(reading, lambda _: None)

"""What the sums of large files may hold is what the settings say, above and below what is usual."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from paicha.engines.local import LocalEngine
from paicha.kernel.caps import CAPS, OTHER
from paicha.knowledge.formats_loader import load_formats
from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource
from paicha.wiring.assembly import Assembly
from paicha.wiring.settings import General, Settings

FORMATS = load_formats()
SHAPES = CAPS.units + 40


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose lines share no shape, more of them than are told apart without a setting."""
    file = tmp_path_factory.mktemp("varied") / "app.log"
    with file.open("w") as out:
        for at in range(SHAPES):
            word = "".join(chr(97 + at // 26**place % 26) for place in range(4))
            out.write(f"2025-12-19 10:00:00,001 ERROR [main] com.acme.Web - step {word} ended\n")
    return file


@pytest.mark.parametrize("most", [500, CAPS.units, SHAPES])
def test_a_large_file_tells_apart_what_the_settings_allow(log: Path, most: int) -> None:
    """Shapes in the sums, kinds of records kept, and records counted together."""
    caps = replace(CAPS, units=most)
    records: list[pa.RecordBatch] = []
    source = FileSource([log], FORMATS, caps=caps)
    query = LogQuery(None, Scope(), "UTC", sys.maxsize, keep_bytes=0)

    with source.open(query) as reading:
        sums = LocalEngine(caps=caps).summarise(reading, records.append)

    shapes = set(sums.counts["shape"].to_pylist()) - {OTHER}
    assert (most, most, SHAPES - most) == (
        len(shapes),
        sum(batch.num_rows for batch in records),
        sums.others,
    )


def test_the_setting_reaches_the_reading_of_files(log: Path) -> None:
    """What assembles the sources hands `max_shapes` on to them."""
    settings = replace(Settings.empty(), general=General(max_shapes=700))
    query = LogQuery(None, Scope(), "UTC", sys.maxsize, keep_bytes=0)

    with Assembly(settings).log_files([str(log)]).open(query) as reading:
        kept = sum(item.num_rows for item in reading if isinstance(item, pa.RecordBatch))

    assert kept == 700

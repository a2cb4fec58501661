"""Large plain files are read by the threads that scan them, whatever happens to the files meanwhile."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scans import FORMATS, PLAN, STACKS

from paicha.engines.local import LocalEngine
from paicha.kernel import native
from paicha.kernel.count import Partial
from paicha.kernel.scan import Scan, opened
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource, scanning
from paicha.sources.files.packing import CHUNK

pytestmark = pytest.mark.skipif(
    native.find().extension is None, reason="the native kernel is not built: make native"
)


@pytest.fixture(autouse=True)
def in_small_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read 4 kB at once, so that a small file has many stretches."""
    for name in ("VARIED", "BLOCK"):
        monkeypatch.setattr(scanning, name, 4096)


def lines(first: int, end: int) -> str:
    """Return some records, of which each tells its number."""
    return "".join(
        f"2025-03-04 05:{i // 60 % 60:02}:{i % 60:02} INFO order {i} took {i % 77} ms\n"
        for i in range(first, end)
    )


def read(path: Path, stop: Callable[[], bool] = lambda: False) -> tuple[Partial, SourceCoverage]:
    """Return the sums of a file whose records are not kept, and what was covered."""
    query = LogQuery(None, Scope(), "UTC", sys.maxsize, keep_bytes=0, stop=stop)
    with FileSource([path], FORMATS, stacks=STACKS).open(query) as reading:
        sums = LocalEngine().summarise(reading, lambda _: None)
        return sums, reading.coverage


def at_call(number: int, then: Callable[[], bool]) -> Callable[[], bool]:
    """Return what says no until it was asked so often, and does something then."""
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked == number and then()

    return stop


def test_a_file_that_grows_while_it_is_read_is_read_to_its_new_end(tmp_path: Path) -> None:
    """Somebody goes on writing to it: what stands there when its end is reached counts."""
    path, whole = tmp_path / "app.log", tmp_path / "whole.log"
    path.write_text(lines(0, 4000))
    whole.write_text(lines(0, 4100))

    def grow() -> bool:
        with path.open("a") as log:
            log.write(lines(4000, 4100))
        return False

    sums, coverage = read(path, at_call(4, grow))

    assert 4100 == coverage.files[0].records
    assert read(whole)[0] == sums


def test_a_file_that_is_cut_off_while_it_is_read_ends_there(tmp_path: Path) -> None:
    """It was rotated by copying and emptying it: what was read until then counts, and that it was more is said."""
    path = tmp_path / "app.log"
    path.write_text(lines(0, 4000))
    before, after = len(lines(0, 4000)), len(lines(0, 3000))

    def cut_off() -> bool:
        os.truncate(path, after)
        return False

    sums, coverage = read(path, at_call(4, cut_off))

    assert 3000 == coverage.files[0].records
    assert 3000 == sum(sums.counts.column("n").to_pylist())
    assert (
        f"of the {before:,} bytes it had when it was opened, {after:,}" in coverage.incomplete[0].en
    )


def test_a_small_file_that_is_cut_off_while_it_is_read_says_so_too(tmp_path: Path) -> None:
    """Whoever reads it line by line finds its end as early, and the coverage says what is missing."""
    path = tmp_path / "app.log"
    path.write_text(lines(0, 30_000))
    end = CHUNK * 2

    def cut_off() -> bool:
        os.truncate(path, end)
        return False

    query = LogQuery(None, Scope(), "UTC", sys.maxsize, stop=at_call(2, cut_off))
    with FileSource([path], FORMATS, stacks=STACKS).open(query) as reading:
        for _ in reading:
            pass
        [said] = reading.coverage.incomplete

    assert f", {end:,} could be read" in said.en


def test_a_file_of_which_no_more_is_wanted_ends_with_a_line(tmp_path: Path) -> None:
    """What was counted until then are its first lines, as many as the coverage says."""
    path, head = tmp_path / "app.log", tmp_path / "head.log"
    path.write_text(lines(0, 4000))
    sums, coverage = read(path, at_call(6, lambda: True))
    n = coverage.files[0].records
    head.write_text(lines(0, n))

    assert 0 < n < 4000
    assert read(head)[0] == sums
    assert "0 of 1 file was read whole" in coverage.incomplete[0].en


def test_another_file_in_its_place_is_not_read_for_it(tmp_path: Path) -> None:
    """A file is opened twice; if it was rotated in between, the second is not the same one."""
    path = tmp_path / "app.log"
    path.write_text(lines(0, 9))
    found = path.stat()
    path.rename(tmp_path / "app.log.1")
    path.write_text(lines(0, 9))

    assert opened(path, found) is None
    assert opened(path, path.stat()) is not None


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has such a file")
def test_what_cannot_be_read_says_so_as_python_does() -> None:
    """The first bytes of a process's memory belong to nobody: the system refuses to read them."""
    path = Path("/proc/self/mem")
    blocks = opened(path, path.stat())
    assert blocks is not None
    with pytest.raises(OSError, match="Errno") as refused, path.open("rb", buffering=0) as file:
        file.read(16)
    scan = Scan(PLAN, None, None)
    scan.begin(blocks)

    assert Scan(PLAN, None, None).block(blocks, 4096) is None
    assert str(refused.value) == blocks.damage

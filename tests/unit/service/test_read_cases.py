"""Cases kept ready: shared, never stale, and let go."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

import paicha
from paicha.errors import CaseError
from paicha.service.read_cases import ReadCases


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give the scenario's case, and one of ten other lines."""
    folder = tmp_path_factory.mktemp("cases")
    paicha.demo(language="en", case=folder / "demo.duckdb")
    lines = "".join(f"2025-12-19 10:40:{n:02},000 ERROR [b.py:2] quite new\n" for n in range(10))
    (folder / "x.log").write_text(lines, "utf-8")
    paicha.investigate(folder / "x.log", case=folder / "other.duckdb")
    return folder / "demo.duckdb", folder / "other.duckdb"


@pytest.fixture
def place(tmp_path: Path, cases: tuple[Path, Path]) -> Path:
    """Give a copy of the scenario's case."""
    return Path(shutil.copy(cases[0], tmp_path / "a.duckdb"))


def files_open(path: Path) -> int:
    """Return how many files this process holds open under that name."""
    held = Path("/proc/self/fd").iterdir()
    return sum(str(it.readlink()).startswith(str(path)) for it in held if it.is_symlink())


def test_a_case_asked_for_again_is_the_one_that_is_open(place: Path) -> None:
    """
    One file is open however often it is asked for, and none after the end.
    """
    ready = ReadCases()

    first, again = ready.get("a", place), ready.get("a", place)
    totals = [found.lines(1, 1).total for found in (first, again)]

    assert first is again
    assert [first.findings.problems[0].n] * 2 == totals
    assert 1 == files_open(place)
    ready.close()
    assert 0 == files_open(place)
    assert totals[0] == first.lines(1, 1).total  # whoever still has it can still read it


def test_a_case_that_took_the_place_of_another_is_read_anew(
    place: Path, cases: tuple[Path, Path]
) -> None:
    """
    Findings and lines are of the new file, also while somebody reads the old one.
    """
    ready = ReadCases()
    old = ready.get("a", place)
    found: list[int] = []

    with old.case() as case:
        new = Path(shutil.copy(cases[1], place.with_name("new")))
        new.replace(place)
        waiting = threading.Thread(
            target=lambda: found.append(ready.get("a", place).lines(1).total), daemon=True
        )
        waiting.start()
        waiting.join(0.2)
        assert [] == found
        assert 1800 == case.query("select count(*) as n from records")["n"][0].as_py()
    waiting.join(60)

    assert [10] == found
    ready.close()


def test_a_deleted_case_is_gone(place: Path) -> None:
    """
    Asked for it is missing, and its space is given back though nobody asks.
    """
    ready = ReadCases()
    ready.get("a", place)
    place.unlink()

    with pytest.raises(CaseError, match=r"a\.duckdb"):
        ready.get("a", place)
    assert 0 == files_open(place)


def test_what_nobody_asks_for_is_let_go(place: Path) -> None:
    """
    After two minutes, or as soon as its file is another.
    """
    now = [0.0]
    ready = ReadCases(clock=lambda: now[0])
    ready.get("a", place)
    now[0] = 119.0
    ready.sweep()
    assert 1 == files_open(place)

    now[0] = 121.0
    ready.sweep()
    assert 0 == files_open(place)

    ready.get("a", place)
    place.unlink()
    ready.sweep()
    assert 0 == files_open(place)


def test_of_many_cases_the_last_ones_are_kept(tmp_path: Path, cases: tuple[Path, Path]) -> None:
    """
    Nine are asked for, eight stay open: the first one is let go.
    """
    ready = ReadCases()
    places = [Path(shutil.copy(cases[1], tmp_path / f"{n}.duckdb")) for n in range(9)]
    for place in places:
        ready.get(place.name, place)

    assert [0, *[1] * 8] == [files_open(place) for place in places]
    ready.close()


def test_many_threads_read_one_case_at_once(place: Path) -> None:
    """
    Each gets every line of what it asked for.
    """
    ready = ReadCases()
    found: list[tuple[int, int]] = []

    def read(problem: int) -> None:
        for _ in range(5):
            lines = ready.get("a", place).lines(problem)
            found.append((problem, len(lines.lines)))

    threads = [threading.Thread(target=read, args=(n,)) for n in (1, 2, 3, 1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    counts = {p.number: p.n for p in ready.get("a", place).findings.problems[:3]}

    assert 30 == len(found)
    assert counts == dict(found)
    assert 3 == len(set(found))
    ready.close()

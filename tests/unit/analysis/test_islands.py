"""Records in stretches that lie far apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from paicha.analysis.islands import Island, islands_of, years_in_doubt
from paicha.model.coverage import FileCoverage, SourceCoverage
from paicha.model.question import Question, Scope, Window

BEGIN = datetime(2025, 12, 19, 10, tzinfo=UTC)


def source(*spans: tuple[int, int]) -> tuple[SourceCoverage, ...]:
    """Return files of ten records each that hold these minutes."""
    files = tuple(
        FileCoverage(
            path=f"{number}.log",
            size=1,
            records=10,
            formats=(),
            without_time=0,
            without_level=0,
            first=BEGIN + timedelta(minutes=first),
            last=BEGIN + timedelta(minutes=last),
        )
        for number, (first, last) in enumerate(spans)
    )
    whole = 10 * len(spans)
    return (
        SourceCoverage(
            source="files",
            kind="files",
            window=None,
            present=whole,
            read=whole,
            kept=whole,
            outside=0,
            filtered=0,
            duplicates=0,
            without_time=0,
            without_level=0,
            files=files,
        ),
    )


def island(first: int, last: int, files: int) -> Island:
    """Return the stretch of so many files."""
    return Island(BEGIN + timedelta(minutes=first), BEGIN + timedelta(minutes=last), 10 * files)


def test_two_captures_months_apart_are_two_stretches() -> None:
    """Whatever the order of their files, and with files that overlap or follow one another."""
    files = ((100_000, 100_010), (0, 3), (3, 6), (2, 4), (100_011, 100_020))

    assert (island(0, 6, 3), island(100_000, 100_020, 2)) == islands_of(source(*files))


def test_a_quiet_night_is_no_gap() -> None:
    """Two thirds of the whole hold records."""
    assert () == islands_of(source((0, 40), (80, 120)))
    assert () == islands_of(source((0, 10)))
    assert () == islands_of(source())


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 300)), max_size=8))
def test_every_record_stands_in_one_stretch(spans: list[tuple[int, int]]) -> None:
    """None is lost or counted twice, and stretches do not touch."""
    found = islands_of(source(*((first, first + length) for first, length in spans)))

    assert not found or sum(one.records for one in found) == 10 * len(spans)
    assert all(a.last < b.first for a, b in pairwise(found))


def question(*, asked: bool) -> Question:
    """Return a question whose window somebody asked for, or which is that of the records."""
    return Question(Window(BEGIN, BEGIN + timedelta(days=1)), asked, Scope(), "UTC", "en")


def test_stamps_without_a_year_may_lie_in_a_wrong_one() -> None:
    """Placed by when a file was copied, two years after records that say theirs; a window asked for places them anew."""
    (whole,) = source((0, 30), (730 * 1440, 730 * 1440 + 30))
    files = (whole.files[0], replace(whole.files[1], placed=10))
    both = (replace(whole, files=files),)
    one = replace(whole.files[0], last=files[1].last, placed=5)

    said = years_in_doubt(both, question(asked=False))
    assert said is not None
    assert said.en.startswith("10 records of 1.log say no year")
    assert "730 d apart" in said.en
    assert years_in_doubt((replace(whole, files=(one,)),), question(asked=False)) is not None
    assert years_in_doubt(both, question(asked=True)) is None


def test_stamps_without_a_year_near_others_or_alone_are_in_no_doubt() -> None:
    """Where none says its year, or all lie within one, nothing tells that it is another."""
    (near,) = source((0, 30), (200 * 1440, 200 * 1440 + 30))
    beside = replace(near, files=(near.files[0], replace(near.files[1], placed=10)))
    alone = replace(
        near,
        files=tuple(
            replace(one, placed=10) for one in source((0, 30), (800_000, 800_030))[0].files
        ),
    )

    for coverage in (near, beside, alone):
        assert years_in_doubt((coverage,), question(asked=False)) is None

"""Records in stretches that lie far apart: a curve over all of them shows nothing of either."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.wording import counted, lasting, listed, stretch
from paicha.locales import Text, text
from paicha.model.coverage import SourceCoverage
from paicha.model.question import Question
from paicha.values import dataclass

#: A stamp without a year that is placed in a wrong one lies whole years from where it belongs; less is no sign of that.
_DOUBTFUL = timedelta(days=360)
#: Files that lie nearer than this share of the whole stand together.
_NEAR = 0.05
#: So much of the whole holds no record, or nothing is said.
_EMPTY = 0.8
_NAMED = 3
#: Where one stretch holds so much of all records, the others are strays.
_NEARLY_ALL = 0.95


@dataclass(frozen=True, slots=True)
class Island:
    """Files that follow one another or overlap: from their first record to their last."""

    first: datetime
    last: datetime
    records: int


def islands_of(coverage: Sequence[SourceCoverage]) -> tuple[Island, ...]:
    """
    Return the stretches that hold records, in order; none when they do not lie far apart.

    Far apart: at least four fifths of the whole lie between them.
    """
    spans = sorted(
        (file.first, file.last, file.records)
        for source in coverage
        for file in source.files
        if file.first and file.last
    )
    return _apart(spans)


def strays_of(counts: pa.Table) -> tuple[Island, ...]:
    """
    Return the stretches that hold records, in order, where nearly all records are in one of them; else none.

    One line of a clock that was not set yet makes a window of decades, in which all else is one step of a curve.

    Args:
        counts: `COUNTS`.
    """
    dated = counts.filter(pc.is_valid(counts["first"]))
    sums = dated.group_by("minute", use_threads=False).aggregate(
        [("first", "min"), ("last", "max"), ("n", "sum")]
    )
    columns = (sums[name].to_pylist() for name in ("first_min", "last_max", "n_sum"))
    found = _apart(sorted(zip(*columns, strict=True)))
    most = max((one.records for one in found), default=0)
    return found if most >= _NEARLY_ALL * sum(one.records for one in found) else ()


def _apart(spans: Sequence[tuple[datetime, datetime, int]]) -> tuple[Island, ...]:
    """Return the stretches that *spans*, in order, make; none where less than four fifths of the whole lie between them."""
    if not spans:
        return ()
    whole = max(last for _, last, _ in spans) - spans[0][0]
    found: list[Island] = []
    for first, last, records in spans:
        if found and first - found[-1].last <= _NEAR * whole:
            known = found.pop()
            found.append(Island(known.first, max(known.last, last), known.records + records))
        else:
            found.append(Island(first, last, records))
    held = sum((one.last - one.first).total_seconds() for one in found)
    empty = whole.total_seconds() - held
    return tuple(found) if len(found) > 1 and empty >= _EMPTY * whole.total_seconds() else ()


def far_apart(
    coverage: Sequence[SourceCoverage], question: Question, strays: Sequence[Island] = ()
) -> Text | None:
    """
    Return that records lie far apart, where nobody asked for such a window; None: they do not.

    Args:
        coverage: What the sources gave.
        question: The window, and who asked for it.
        strays: What `strays_of` returns: few records far from all others, in whatever file.
    """
    found = () if question.asked_window else islands_of(coverage) or tuple(strays)
    if not found:
        return None
    shown = [
        text(
            "islands.one",
            stretch=stretch(one.first, one.last, question),
            records=counted("record", one.records),
        )
        for one in found
    ]
    gap = max((after.first - before.last).total_seconds() for before, after in pairwise(found))
    return text(
        "islands.apart", n=f"{len(found):,}", gap=lasting(gap), stretches=listed(shown, _NAMED)
    )


def years_in_doubt(coverage: Sequence[SourceCoverage], question: Question) -> Text | None:
    """
    Return that stamps without a year were placed about a year or more from other records; None: none were.

    A file that was copied, or unpacked, years later says the year of that; where a window is asked for, such stamps
    are placed by it.
    """
    files = [one for source in coverage for one in source.files if one.first and one.last]
    if question.asked_window or not any(
        one.placed < one.records - one.without_time for one in files
    ):
        return None
    ends = [(one.first, one.last) for one in files]
    apart = max(last for _, last in ends if last) - min(first for first, _ in ends if first)
    placed = [one for one in files if one.placed]
    if not placed or apart < _DOUBTFUL:
        return None
    return text(
        "islands.years",
        records=counted("record", sum(one.placed for one in placed)),
        paths=listed([one.path for one in placed], _NAMED),
        apart=lasting(apart.total_seconds()),
    )

"""
What is read of a window that holds more than may be read whole: in which order, and how it is spread over the window.

Abnormal levels come first, then lines with a word of trouble, then the rest. A portion that does not fit as a whole is
read in many short stretches: its earliest records alone would end before the trouble begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate

from paicha.kernel.levels import WARN, number_of
from paicha.kernel.query_text import all_of, any_of
from paicha.model.knowledge import TroubleWords
from paicha.model.question import Window
from paicha.sources.blueking.fields import LINE, FieldMap
from paicha.sources.blueking.windows import DAY_MS, Slice
from paicha.values import dataclass

_MINUTE_MS = 60_000
_FEWEST_STRETCHES = 60
_ROWS_PER_STRETCH = 5_000  # half of what paging by offset gives
_SHORTEST_MS = 1_000
#: Of which each day's date is asked for, in so many fields: an engine takes 1,024 clauses.
_MOST_DAYS, _MOST_FIELDS = 31, 3


@dataclass(frozen=True, slots=True)
class Portion:
    """Records that are read before others, by their query."""

    query: str
    kind: str  # all, abnormal, words, rest


def portions(
    query: str,
    fields: FieldMap,
    levels: Iterable[str],
    trouble: Iterable[TroubleWords],
    window: Window,
) -> list[Portion]:
    """
    Return the portions of *query* in the order they are to be read; none holds a record of another.

    Args:
        query: What was asked for.
        fields: Fields and aliases of the index set.
        levels: The levels that the store counted, as spelled.
        trouble: Words that tell of trouble, group by group.
        window: What is read; words that hold a date are asked for its days.
    """
    said = [word for word in levels if number_of(word) >= WARN]
    lines = dict.fromkeys(
        (*((LINE,) if LINE in fields.settings.real_fields else ()), *fields.queried("message"))
    )
    lines = dict.fromkeys(list(lines)[:_MOST_FIELDS])
    days = _days(window)
    clauses = [("abnormal", any_of(fields.queried("level"), said))]
    clauses += [("words", any_of(lines, group.asked(days))) for group in trouble if lines]
    found: list[Portion] = []
    before: list[str] = []
    for kind, clause in clauses:
        if clause:
            found.append(Portion(all_of(query, clause, *before), kind))
            before.append(f"* AND NOT {clause}")
    return [*found, Portion(all_of(query, *before), "rest")] if found else [Portion(query, "all")]


def _days(window: Window) -> list[date]:
    # In whatever zone the lines are written.
    first = (window.start - timedelta(days=1)).date()
    n = ((window.end + timedelta(days=1)).date() - first).days + 1
    return [first + timedelta(days=day) for day in range(n)] if n <= _MOST_DAYS else []


def stretches(whole: Slice, minutes: Mapping[int, int], most: int) -> list[tuple[Slice, int]]:
    """
    Return stretches of *whole* that hold records, in order of time, each with how many of them are read up to its end.

    All have the same length and are read in the proportion in which they hold records, so that a curve of what was read
    has the shape of the whole; at least one is read of each where that takes no more than a quarter of *most*.

    Args:
        whole: The window.
        minutes: Records by minute (its start, epoch ms).
        most: Records to read in all.

    Example:
        >>> [upto for _, upto in stretches(Slice(0, 120_000), {0: 9000, 60_000: 1000}, 1000)][29::30]
        [876, 1000]
    """
    wanted = max(_FEWEST_STRETCHES, -(-most // _ROWS_PER_STRETCH))
    width = min(DAY_MS, max(_SHORTEST_MS, -(-whole.length_ms // wanted)))
    pieces = [
        Slice(start, min(start + width, whole.end_ms))
        for start in range(whole.start_ms, whole.end_ms, width)
    ]
    held = _held(pieces, width, minutes)
    found = [(piece, n) for piece, n in zip(pieces, held, strict=True) if n]
    return list(zip([piece for piece, _ in found], _upto([n for _, n in found], most), strict=True))


def _held(pieces: Sequence[Slice], width: int, minutes: Mapping[int, int]) -> list[float]:
    # How many records each piece holds, were those of a minute spread evenly over it.
    held = [0.0] * len(pieces)
    for start, n in minutes.items():
        first = max(0, (start - pieces[0].start_ms) // width)
        last = min(len(pieces) - 1, (start + _MINUTE_MS - 1 - pieces[0].start_ms) // width)
        parts = {
            place: min(pieces[place].end_ms, start + _MINUTE_MS)
            - max(pieces[place].start_ms, start)
            for place in range(first, last + 1)
        }
        covered = sum(parts.values())
        for place, length in parts.items():
            held[place] += n * length / covered
    return held


def _upto(held: Sequence[float], most: int) -> list[int]:
    each = 1 if 4 * len(held) <= most else 0
    shared, total = most - each * len(held), sum(held)
    return [
        each * (place + 1) + int(shared * min(1.0, so_far / total) + 1e-6)
        for place, so_far in enumerate(accumulate(held))
    ]

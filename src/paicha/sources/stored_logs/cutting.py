"""How a window is cut so that every piece can be held in memory: by the store's own counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from paicha.model.question import Window
from paicha.values import dataclass

SECOND_NS = 1_000_000_000
MINUTE_NS = 60 * SECOND_NS
#: Widths to count by, each a multiple of the next [ns].
_STEPS = (MINUTE_NS, SECOND_NS, 1_000_000, 1_000, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """A half-open stretch ``[start_ns, end_ns)`` of epoch nanoseconds."""

    start_ns: int
    end_ns: int

    @property
    def length_ns(self) -> int:
        """How long it is [ns]."""
        return self.end_ns - self.start_ns


#: Counts a piece in steps of that many nanoseconds: ``start of the step -> records``.
Histogram = Callable[[Piece, int], Mapping[int, int]]


def of_window(window: Window) -> Piece:
    """
    Return *window* in nanoseconds, exact.

    Example:
        >>> start = datetime(2026, 1, 5, 9, tzinfo=UTC)
        >>> of_window(Window(start, start + timedelta(microseconds=1))).length_ns
        1000
    """
    return Piece(nanoseconds(window.start), nanoseconds(window.end))


def nanoseconds(moment: datetime) -> int:
    """Return epoch nanoseconds, exact in integers."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000


def moment(ns: int) -> datetime:
    """Return the UTC time of epoch nanoseconds, cut off to microseconds."""
    return _EPOCH + timedelta(microseconds=ns // 1000)


def cut(whole: Piece, most: int, histogram: Histogram) -> Iterator[tuple[Piece, int]]:
    """
    Yield ``(piece, records)`` in order of time: together they are *whole*, each counts at most *most*.

    A single nanosecond cannot be cut any more and comes out as it is.

    Args:
        whole: What to cut.
        most: Records that a piece may hold.
        histogram: Counts in steps.

    Example:
        >>> stamps = [0, 1, 2, MINUTE_NS, MINUTE_NS + 5]
        >>> def counted(piece, step):
        ...     found = {}
        ...     for stamp in stamps:
        ...         if piece.start_ns <= stamp < piece.end_ns:
        ...             found[stamp // step * step] = found.get(stamp // step * step, 0) + 1
        ...     return found
        >>> [(p.start_ns, n) for p, n in cut(Piece(0, 2 * MINUTE_NS), 2, counted)]
        [(0, 2), (2, 1), (1000, 0), (1000000, 0), (1000000000, 0), (60000000000, 2)]
    """
    yield from _cut(whole, most, histogram, 0)


def _cut(whole: Piece, most: int, histogram: Histogram, level: int) -> Iterator[tuple[Piece, int]]:
    step = _STEPS[level]
    start, gathered = whole.start_ns, 0
    for bucket, n in sorted(histogram(whole, step).items()):
        begin, end = max(bucket, whole.start_ns), min(bucket + step, whole.end_ns)
        if gathered and gathered + n > most:
            yield Piece(start, begin), gathered
            start, gathered = begin, 0
        if n > most and step > 1:
            if begin > start:
                yield Piece(start, begin), gathered
            yield from _cut(Piece(begin, end), most, histogram, level + 1)
            start, gathered = end, 0
        else:
            gathered += n
    if start < whole.end_ns:
        yield Piece(start, whole.end_ns), gathered

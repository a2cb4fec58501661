"""How a window is cut so that every piece can be read whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from paicha.model.question import Window
from paicha.values import dataclass

DAY_MS = 86_400_000  # the gateway refuses anything longer
MOST_ROWS = 10_000  # paging by offset ends here
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Slice:
    """A half-open stretch ``[start_ms, end_ms)`` of epoch milliseconds."""

    start_ms: int
    end_ms: int

    @property
    def last_ms(self) -> int:
        """Its last millisecond: what is sent, because the engine includes both ends."""
        return self.end_ms - 1

    @property
    def length_ms(self) -> int:
        """How long it is [ms]."""
        return self.end_ms - self.start_ms

    def halves(self) -> tuple[Slice, Slice]:
        """Return its two halves; it must be longer than a millisecond."""
        middle = self.start_ms + self.length_ms // 2
        return Slice(self.start_ms, middle), Slice(middle, self.end_ms)


def of_window(window: Window) -> Slice:
    """
    Return the milliseconds that cover *window*, rounded outwards.

    Example:
        >>> start = datetime(2026, 1, 5, 9, tzinfo=UTC)
        >>> of_window(Window(start, start + timedelta(seconds=1))).length_ms
        1000
    """
    return Slice(milliseconds(window.start), milliseconds(window.end, up=True))


def milliseconds(moment: datetime, *, up: bool = False) -> int:
    """Return epoch milliseconds, exact in integers, rounded down or *up*."""
    microseconds = (moment - _EPOCH) // timedelta(microseconds=1)
    return -(-microseconds // 1000) if up else microseconds // 1000


def moment(microseconds: int) -> datetime:
    """Return the UTC time of epoch *microseconds*, exact."""
    return _EPOCH + timedelta(microseconds=microseconds)


def days(whole: Slice) -> Iterator[Slice]:
    """
    Yield pieces of at most a day, in order.

    Example:
        >>> [piece.length_ms for piece in days(Slice(0, DAY_MS + 5))]
        [86400000, 5]
    """
    start = whole.start_ms
    while start < whole.end_ms:
        end = min(start + DAY_MS, whole.end_ms)
        yield Slice(start, end)
        start = end


def readable(piece: Slice, count: Callable[[Slice], int]) -> Iterator[tuple[Slice, int]]:
    """
    Yield ``(slice, rows)`` in order of time, cut until a slice holds at most `MOST_ROWS`.

    A single millisecond cannot be cut any more and comes out as it is, with its count; slices
    without rows are left out.
    """
    waiting = [piece]
    while waiting:
        current = waiting.pop()
        rows = count(current)
        if rows > MOST_ROWS and current.length_ms > 1:
            first, second = current.halves()
            waiting += [second, first]
        elif rows:
            yield current, rows

"""
All entries of a stretch, page by page.

Loki gives the first `limit` entries of a stretch and no way to go on but by time. So a full page is kept
up to its last nanosecond, and the next one begins with that nanosecond: nothing is lost or doubled. A
nanosecond that fills a whole page by itself is cut by the text of its lines: those that begin like the
page's and those that do not, and then by the next letter, until each part fits a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from paicha.sources.loki.logql import letters, pattern, quoted
from paicha.values import dataclass

_LAST_LETTER = 0x10FFFF
_END = r"\z"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as Loki gave it."""

    time_ns: int
    line: str
    labels: Mapping[str, str]  # of its stream
    metadata: Mapping[str, str]  # structured metadata
    place: str = ""  # the selector of its stream


#: Asks for at most a page: first nanosecond, end (left out), further stages; entries in order of time.
AskPage = Callable[[int, int, str], Sequence[Entry]]
#: Hears of a nanosecond that holds more entries with one and the same text than fit a page.
Complain = Callable[[int], None]


def entries(
    ask: AskPage, start_ns: int, end_ns: int, limit: int, complain: Complain
) -> Iterator[Entry]:
    """
    Yield every entry of ``[start_ns, end_ns)`` once, in order of time.

    Args:
        ask: Asks for a page.
        start_ns: Where it begins.
        end_ns: Where it ends.
        limit: How many entries fill a page.
        complain: Hears of what cannot be read whole.
    """
    start = start_ns
    while start < end_ns:
        page = ask(start, end_ns, "")
        if len(page) < limit:
            yield from page
            return
        last = page[-1].time_ns
        if last > start:
            yield from (entry for entry in page if entry.time_ns < last)
            start = last
        else:
            yield from _instant(ask, last, limit, complain)
            start = last + 1


def _instant(ask: AskPage, stamp: int, limit: int, complain: Complain) -> Iterator[Entry]:
    waiting = [("", False)]
    while waiting:
        stages, one_text = waiting.pop()
        page = ask(stamp, stamp + 1, stages)
        if len(page) < limit or one_text:
            if len(page) >= limit:
                complain(stamp)
            yield from page
            continue
        lines = sorted(entry.line for entry in page)
        waiting += [(f"{stages} {stage}".strip(), one) for stage, one in _split(lines)]


def _split(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield stages that share all lines among them, and whether one keeps a single text only."""
    begin = _common(lines[0], lines[-1])
    known = f"^{pattern(begin)}"
    if begin:
        yield f"!~ {quoted(known)}", False
    yield f"|~ {quoted(known + _END)}", True
    # Letters that follow in the page: some of its lines fall into the one part, some into the other.
    following = sorted({ord(line[len(begin)]) for line in lines if len(line) > len(begin)})
    middle = following[(len(following) - 1) // 2] if following else 0
    yield f"|~ {quoted(known + letters(0, middle))}", False
    yield f"|~ {quoted(known + letters(middle + 1, _LAST_LETTER))}", False


def _common(one: str, other: str) -> str:
    pairs = enumerate(zip(one, other, strict=False))
    return one[: next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))]

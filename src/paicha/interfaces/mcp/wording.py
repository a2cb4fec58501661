r"""
The short text beside a structured answer, with everything untrusted behind one mark.

Our own sentences come first; then a notice; then the data, each line with ``| `` in front. What does not
show is written out, line ends too, so no log line can begin a line of its own: whatever stands on a line
without the mark is ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from paicha.analysis.redaction import covered
from paicha.interfaces.mcp.spoken import said
from paicha.locales import Language
from paicha.renderers.visible import visible

MARK = "| "
#: A log line is shown up to here [characters].
LONGEST_LINE = 2_000


def framed(
    head: Iterable[str],
    rows: Iterable[str],
    language: Language,
    tail: Iterable[str] = (),
    notice: str = "notice",
) -> str:
    """
    Return the text of an answer.

    Args:
        head: Our own sentences.
        rows: Data, one row each; may hold anything.
        language: Of the notice.
        tail: Our own sentences behind the data: how to get the rest, what to do next.
        notice: Which notice stands before the data.
    """
    data = [MARK + visible(row) for row in rows]
    lines = [visible(line) for line in head]
    if data:
        lines += [said(notice, language), said("data_begins", language), *data]
        lines.append(said("data_ends", language))
    return "\n".join([*lines, *(visible(line) for line in tail)])


def clipped(text: str, language: Language) -> tuple[str, bool]:
    """
    Return *text* with secrets covered and what does not show written out, and whether it was cut.

    Cut is what is longer than `LONGEST_LINE`.
    """
    shown = visible(covered(text))
    if len(shown) <= LONGEST_LINE:
        return shown, False
    more = said("cut", language, n=f"{len(shown) - LONGEST_LINE:,}")
    return shown[:LONGEST_LINE] + more, True


def stamp(moment: datetime | None, zone: str) -> str | None:
    """Return a time in *zone* with its offset, so that nobody has to know the zone to read it."""
    return (
        None
        if moment is None
        else moment.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")
    )


def rest(total: int, offset: int, shown: int, language: Language) -> list[str]:
    """Return how to get the rest; nothing when there is none."""
    left = total - offset - shown
    if left <= 0:
        return []
    return [said("say.rest", language, left=f"{left:,}", offset=offset + shown)]


def extent(
    key: str, total: int, offset: int, shown: int, language: Language, **more: object
) -> str:
    """
    Return the sentence that says which rows of how many are shown.

    Where there are none at all it says of what: "none" alone could mean that nothing was looked at.
    """
    if not total:
        return said(f"{key}_none", language, **more)
    if not shown:
        return said("say.none", language, total=f"{total:,}", offset=offset)
    rows = {"from": offset + 1, "to": offset + shown, "total": f"{total:,}"}
    return said(key, language, **rows, **more)

"""Statements of a timeline: at this time, this happened, there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paicha.analysis.audit.figures import moments_of
from paicha.analysis.audit.reading import Reading
from paicha.model.audit import Place, Stated

_LEAD = re.compile(r"^[\s—–\-:：|,，.、]+")
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
#: Nothing but marks may stand before the time of an event.
_BEFORE = re.compile(r"^[\s\[(（~约@*-]*$")


def timeline_statements(reading: Reading) -> Iterator[Stated]:
    """Yield the events of a report: lines that begin with a time, at least two in its neighbourhood."""
    events = [
        found
        for row in reading.document.rows
        if row.kind in ("item", "text")
        and row.number not in _window_lines(reading)
        and reading.block_of(row.number) is None
        and (found := event_of(reading, row.text, row.number)) is not None
    ]
    lines = [event.place.line for event in events]
    for event in events:
        # One line that begins with a time is a sentence; several are a timeline.
        if sum(abs(line - event.place.line) <= 8 for line in lines) >= 3:
            yield event


def event_of(reading: Reading, text: str, line: int) -> Stated | None:
    """Return the event that a line states; None: it does not begin with a time, or says nothing."""
    moments = moments_of(text)
    if not moments or reading.day is None or not _BEFORE.match(text[: moments[0].start]):
        return None
    said = _LEAD.sub("", text[moments[0].end :])
    modules = reading.lexicon.modules_in(said)
    subject = _BRACKETED.sub("", said)
    for module in modules:
        subject = subject.replace(module, "")
    subject = _LEAD.sub("", subject.replace("|", " ").replace(" — ", " ")).strip(" -—–·,，:：")
    if not subject:
        return None
    return Stated(
        "event",
        subject,
        Place(line, text),
        start=moments[0].on(reading.day),
        names=tuple(modules[:1]),
        unit="s" if moments[0].clock.second or re.search(r"\d:\d{2}:\d{2}", text) else "min",
    )


def _window_lines(reading: Reading) -> tuple[int, ...]:
    return (reading.window[2].line,) if reading.window else ()

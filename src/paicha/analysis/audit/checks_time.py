"""A report's times against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from paicha.locales import Text, text
from paicha.model.audit import Objection, Place, Stated

#: A stated length may be rounded: by this share of it, and by this much at least [s].
_ROUNDED_SHARE, _ROUNDED_S = 0.1, 30.0


def time_objections(stated: Sequence[Stated]) -> Iterator[Objection]:
    """Yield what cannot be about a report's window, its length, its events and when it was written."""
    window = next((each for each in stated if each.measure == "window"), None)
    if window is None or window.start is None or window.end is None:
        return
    start, end = window.start, window.end
    if end <= start:
        words = text("audit.check.window_order", start=_clock(start), end=_clock(end))
        yield Objection("window_order", "error", (window.place,), words)
        return
    yield from _length(stated, window)
    yield from _outside(stated, start, end)
    yield from _order(stated)
    written = next((each for each in stated if each.measure == "written_at"), None)
    if written is not None and written.start is not None:
        yield from _after_writing(stated, written, written.start, end)


def _length(stated: Sequence[Stated], window: Stated) -> Iterator[Objection]:
    start, end = window.start, window.end
    assert start is not None
    assert end is not None
    length = (end - start).total_seconds()
    wrong = [
        each
        for each in stated
        if each.measure == "window.length"
        and each.number is not None
        and abs(each.number - length) > max(_ROUNDED_S, _ROUNDED_SHARE * length)
    ]
    if wrong:
        words = text(
            "audit.check.length",
            said=wrong[0].place.says,
            start=_clock(start),
            end=_clock(end),
            length=span(length),
        )
        places = tuple(dict.fromkeys([*(each.place for each in wrong), window.place]))
        yield Objection("length", "error", tuple(sorted(places)), words)


def _outside(stated: Sequence[Stated], start: datetime, end: datetime) -> Iterator[Objection]:
    times = [each for each in stated if each.measure in ("event", "problem.first", "problem.last")]
    places = tuple(
        dict.fromkeys(
            each.place
            for each in times
            if each.start is not None and not start - _slack(each) <= each.start <= end
        )
    )
    if places:
        words = text("audit.check.outside", n=len(places), start=_clock(start), end=_clock(end))
        yield Objection("outside", "error", places, words)


def _slack(each: Stated) -> timedelta:
    """Return how much earlier a time may be: one to the minute may stand for any second in it."""
    return timedelta(seconds=59 if each.unit == "min" else 0.999)


def _order(stated: Sequence[Stated]) -> Iterator[Objection]:
    firsts = {e.subject: e for e in stated if e.measure == "problem.first" and e.start is not None}
    for last in stated:
        first = firsts.get(last.subject)
        if last.measure != "problem.last" or first is None or first.start is None:
            continue
        if last.start is not None and last.start < first.start:
            words = text("audit.check.last_before_first", problem=last.subject)
            yield Objection("order", "error", (first.place, last.place), words)


def _after_writing(
    stated: Sequence[Stated], written: Stated, moment: datetime, end: datetime
) -> Iterator[Objection]:
    late = tuple(
        each.place
        for each in stated
        if each.measure == "event" and each.start is not None and each.start > moment
    )
    if late:
        words = text("audit.check.after_writing", n=len(late), written=_clock(moment))
        yield Objection("after_writing", "error", (*late, written.place), words)
    if end > moment + timedelta(seconds=1):
        words = text("audit.check.window_after_writing", end=_clock(end), written=_clock(moment))
        yield Objection("window_after_writing", "warning", (written.place,), words)


def _clock(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def span(seconds: float) -> Text:
    """
    Return a length in words.

    Example:
        >>> span(500).en, span(500).zh
        ('8 min 20 s', '8 分 20 秒')
    """
    whole = round(seconds)
    parts = [(whole // 3600, "hours"), (whole // 60 % 60, "minutes"), (whole % 60, "seconds")]
    said = [text(f"audit.length.{name}", n=n) for n, name in parts if n] or [
        text("audit.length.seconds", n=0)
    ]
    return Text(zh=" ".join(one.zh for one in said), en=" ".join(one.en for one in said))


def only(places: Sequence[Place]) -> tuple[Place, ...]:
    """Return places in order, each once."""
    return tuple(sorted(dict.fromkeys(places)))

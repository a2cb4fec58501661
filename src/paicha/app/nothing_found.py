"""The window that the records fill, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.doubts import notes_of
from paicha.analysis.zones import doubtful_hours
from paicha.app.gathering import Gathered
from paicha.app.inquiry import Inquiry
from paicha.errors import QuestionError
from paicha.kernel.times import find_zone
from paicha.locales import Text
from paicha.model.question import Window

_SECOND = timedelta(seconds=1)


def window_of(counts: pa.Table) -> Window | None:
    """Return the whole seconds that hold every record; None: no record has a time."""
    first, last = pc.min(counts["first"]).as_py(), pc.max(counts["last"]).as_py()
    if first is None or last is None:
        return None
    start = first.astimezone(UTC).replace(microsecond=0)
    return Window(start, last.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1))


def nothing_found(inquiry: Inquiry, gathered: Gathered) -> QuestionError:
    """Return the error that says why no record is left: none there, none read, all filtered, or all outside."""
    inputs = ", ".join(inquiry.inputs)
    held = [
        moment
        for source in gathered.coverage
        for file in source.files
        for moment in (file.first, file.last)
        if moment is not None
    ]
    read = sum(source.read for source in gathered.coverage)
    window = inquiry.window
    filtered = sum(source.filtered for source in gathered.coverage)
    if filtered:
        facts = {
            "filtered": f"{filtered:,}",
            "read": f"{read:,}",
            "where": inquiry.scope.where,
        }
        facts |= _reasons(gathered, inquiry)
        return QuestionError("investigate.filtered", input=inputs, **facts)
    if window is None:
        return QuestionError("investigate.empty", input=inputs, **_reasons(gathered, inquiry))
    asked = {"start": _shown(window.start, inquiry), "end": _shown(window.end, inquiry)}
    reasons = _reasons(gathered, inquiry)
    there = sum(source.present or 0 for source in gathered.coverage)
    if there and not read:  # a store counted them, and a limit let none through
        return QuestionError(
            "investigate.none_read", input=inputs, n=f"{there:,}", **asked, **reasons
        )
    if held:
        reasons.pop("note", None)  # that nothing lies in the window is said already
        first, last = min(held), max(held)
        if doubtful := _said(inquiry, doubtful_hours(held, [window], inquiry.zone)):
            reasons["note"] = doubtful
        asked |= {"first": _shown(first, inquiry), "last": _shown(last, inquiry)}
        asked |= {"from": _asked(first, inquiry), "to": _asked(last + _SECOND, inquiry)}
        return QuestionError(
            "investigate.outside", input=inputs, read=f"{read:,}", **asked, **reasons
        )
    if inquiry.now is not None and window.start >= inquiry.now:
        asked |= {"now": _shown(inquiry.now.replace(microsecond=0), inquiry)}
        return QuestionError("investigate.future", input=inputs, **asked, **reasons)
    return QuestionError(
        "investigate.no_records", input=inputs, read=f"{read:,}", **asked, **reasons
    )


def _reasons(gathered: Gathered, inquiry: Inquiry) -> dict[str, str]:
    """Return the scope, and what the sources say of themselves, as facts of an error; none is empty."""
    scope = inquiry.scope
    said = {
        "host": ", ".join(scope.hosts),
        "service": ", ".join(scope.services),
        "where": scope.where,
        "incomplete": _said(
            inquiry, (reason for s in gathered.coverage for reason in s.incomplete)
        ),
        "note": _said(inquiry, (note for s in gathered.coverage for note in notes_of(s, scope))),
    }
    return {name: words for name, words in said.items() if words}


def _said(inquiry: Inquiry, words: Iterable[Text]) -> str:
    return "; ".join(one.in_language(inquiry.language) for one in words)


def _asked(moment: datetime, inquiry: Inquiry) -> str:
    """Return *moment* as an option of the command line takes it, in the reader's zone."""
    return moment.astimezone(find_zone(inquiry.zone)).strftime("%Y-%m-%d %H:%M:%S")


def _shown(moment: datetime, inquiry: Inquiry) -> str:
    there = moment.astimezone(find_zone(inquiry.zone))
    return there.isoformat(sep=" ", timespec="milliseconds" if there.microsecond else "seconds")

"""Who fell silent, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.suspects.silence import Silent
from paicha.analysis.suspects.silent_places import SilentPlace
from paicha.analysis.wording import clock, lasting, significant
from paicha.locales import Text, text
from paicha.model.findings import Statement
from paicha.model.question import Question

#: Silent services told of before the rest is counted.
_TOLD = 3


def silent_said(silent: Sequence[Silent], question: Question) -> list[Statement]:
    """Return a sentence for each who fell silent, the earliest first; beyond a few their number."""
    told = [
        Statement("warning", said(one, question, "working" if one.spans else "statement"))
        for one in silent[:_TOLD]
    ]
    if len(silent) > len(told):
        more = len(silent) - len(told)
        told.append(Statement("warning", text("silence.more", n=more), more))
    return told


def silent_places_said(places: Sequence[SilentPlace], question: Question) -> list[Statement]:
    """Return a sentence for each place that fell silent, the earliest first; beyond a few their number."""
    told = [Statement("warning", _place_said(one, question)) for one in places[:_TOLD]]
    if len(places) > len(told):
        more = len(places) - len(told)
        told.append(Statement("warning", text("silence.more_places", n=more), more))
    return told


def _place_said(place: SilentPlace, question: Question) -> Text:
    one = place.silent
    return text(
        f"silence.{place.kind}",
        name=one.name,
        service=place.service,
        at=clock(one.last, question),
        pace=significant(one.per_minute, 2),
        lasted=lasting((one.until - one.last).total_seconds()),
    )


def said(one: Silent, question: Question, key: str) -> Text:
    """Return when somebody wrote last, how much until then, and for how long nothing since."""
    return text(
        f"silence.{key}",
        name=one.name,
        at=clock(one.last, question),
        pace=significant(one.per_minute, 2),
        lasted=lasting((one.until - one.last).total_seconds()),
        pause=lasting(one.longest_pause.total_seconds()),
        spans=f"{one.spans:,}",
    )

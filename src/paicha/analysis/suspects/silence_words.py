"""Who fell silent, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.suspects.silence import Silent
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

"""What was done before it began, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from paicha.analysis.suspects.interventions import Before
from paicha.analysis.wording import clock, lasting, listed
from paicha.locales import Text, text
from paicha.model.findings import Statement
from paicha.model.question import Question
from paicha.model.suspects import Intervened

#: Interventions told of before the rest is counted; of a line so much is shown [characters].
_TOLD, _SHOWN = 3, 120
#: What shows in so large a first part of the window may have gone on before it.
_BEGIN_PART: Final = 0.05
#: So many times as far counts what was done after a sign.
_AFTER: Final = 3


def interventions_said(
    found: Sequence[Intervened], question: Question, signs: Sequence[datetime] = ()
) -> list[Statement]:
    """
    Return a sentence with what was done right before it began, or else in the window; none where nothing was.

    Args:
        found: What was done, what lies right before it began first.
        question: Window and zone.
        signs: When something began to go wrong; where nobody knows when *it* began, those nearest to one of these are told.
    """
    near = [one for one in found if one.before_s is not None]
    told = [_one(one, question) for one in (near or _nearest(found, question, signs))]
    if not told:
        return []
    key = "interventions.before" if near else "interventions.inside"
    return [Statement("done", text(key, n=len(told), names=listed(told, _TOLD)))]


def _nearest(
    found: Sequence[Intervened], question: Question, signs: Sequence[datetime]
) -> Sequence[Intervened]:
    """Return the few nearest to a sign of trouble by time, then the rest; what a window begins with says nothing."""
    start = question.extent.start
    late = [at for at in signs if at - start > question.extent.length * _BEGIN_PART]
    if len(found) <= _TOLD or not late:
        return found
    first = sorted(found, key=lambda one: (min(_away(one.at, at) for at in late), one.at))[:_TOLD]
    return [*sorted(first, key=lambda one: one.at), *(one for one in found if one not in first)]


def _away(done: datetime, sign: datetime) -> timedelta:
    """Return how far a sign is from what was done; what was done after it is hardly why."""
    return sign - done if sign >= done else _AFTER * (done - sign)


def changed(one: Before, question: Question) -> Text:
    """Return an intervention as what speaks for a suspect."""
    done = one.intervention
    words = text(
        f"interventions.clue_{one.follows}",
        title=done.kind.title,
        at=clock(done.at, question),
        ago=lasting((one.began - done.at).total_seconds()),
        said=_short(done.said),
        names=listed(one.loaded, _TOLD),
    )
    return text("interventions.clue_again", clue=words, n=one.earlier) if one.earlier else words


def _one(one: Intervened, question: Question) -> Text:
    return text(
        "interventions.one_before" if one.before_s is not None else "interventions.one",
        at=clock(one.at, question),
        name=one.name or text("analysis.name.unnamed"),
        title=one.title,
        said=_short(one.said),
        ago=lasting(one.before_s or 0.0),
    )


def _short(said: str) -> str:
    return said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1]}…"

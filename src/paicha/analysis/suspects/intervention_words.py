"""What was done before it began, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.suspects.interventions import Before
from paicha.analysis.wording import clock, lasting, listed
from paicha.locales import Text, text
from paicha.model.findings import Statement
from paicha.model.question import Question
from paicha.model.suspects import Intervened

#: Interventions told of before the rest is counted; of a line so much is shown [characters].
_TOLD, _SHOWN = 3, 120


def interventions_said(found: Sequence[Intervened], question: Question) -> list[Statement]:
    """Return a sentence with what was done right before it began, or else in the window; none where nothing was."""
    near = [one for one in found if one.before_s is not None]
    told = [_one(one, question) for one in (near or found)]
    if not told:
        return []
    key = "interventions.before" if near else "interventions.inside"
    return [Statement("done", text(key, n=len(told), names=listed(told, _TOLD)))]


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

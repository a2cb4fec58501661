"""When a problem began, how it went on, whether it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from paicha.analysis.change.turns import LEAST_RECORDS, Cut, turns_of
from paicha.analysis.records import Buckets
from paicha.analysis.wording import RATE_FIGURES, clock, lasting, significant
from paicha.locales import Text, text
from paicha.model.change import Change, Course, Turn, TurnKind
from paicha.model.question import Question, Window
from paicha.values import dataclass

#: Turns that one sentence names; the rest is counted.
_NAMED = 3
#: In fewer steps of the curve nobody sees at what pace records came.
_LEAST_STEPS = 3
#: Independent records have a variance of their mean; beyond this they come in bursts.
_BURSTS = 2.0
_RISES: frozenset[TurnKind] = frozenset(("start", "step_up", "burst", "ramp_up"))
_KINDS: dict[str, TurnKind] = {
    "step_up": "step_up",
    "step_down": "step_down",
    "burst": "burst",
    "ramp_up": "ramp_up",
    "ramp_down": "ramp_down",
}


@dataclass(frozen=True, slots=True)
class CourseTeller:
    """
    Tells the course of problems.

    Args:
        question: The window and the reader's zone.
        buckets: The steps of the curves.
        end: The last record of any kind.
        begin: The first one; None: there is none, or it is not known.
    """

    question: Question
    buckets: Buckets
    end: datetime | None
    begin: datetime | None = None

    def course(
        self,
        curve: Sequence[int],
        first: datetime | None,
        last: datetime | None,
        change: Change | None,
        *,
        over: bool,
    ) -> Course:
        """
        Return the course of one problem.

        Args:
            curve: Its records per step.
            first: Its first record.
            last: Its last record.
            change: What the baseline says of it; None: nothing.
            over: Whether it stopped before the records did.
        """
        before = None if change is None else change.before > 0
        turns: list[Turn] = []
        for cut in turns_of(curve, _exposures(self.question.extent, self.buckets)):
            turn = self._turn(cut, first, last, over=over)
            if turn is not None:
                turns.append(turn)
        pace = _pace(curve)
        words = self._words(turns, first, last, before, over=over, pace=pace)
        rise = next((turn.at for turn in turns if turn.kind in _RISES), None)
        return Course(rise if before else first, before, over, tuple(turns), words)

    def _turn(
        self, cut: Cut, first: datetime | None, last: datetime | None, *, over: bool
    ) -> Turn | None:
        kind, at = _KINDS[cut.kind], self._moment(cut.at)
        if kind == "step_up" and not cut.before.n and first is not None:
            kind, at = "start", first
        elif kind == "step_down" and not cut.after.n and last is not None:
            if not over:  # at its pace the next record was not due yet
                return None
            kind, at = "end", last
        elif kind == "step_down" and over and last is not None and last - at < self._width:
            kind, at = (
                "end",
                last,
            )  # what is left stands in the first step after it: no pace of its own
        per_minute = 60 / self.buckets.width_s
        return Turn(
            at=min(max(at, first or at), last or at),
            until=None if cut.until is None else self._moment(cut.until),
            kind=kind,
            rate_before=cut.before.pace * per_minute,
            rate_after=0.0 if kind == "end" else cut.after.pace * per_minute,
            score=cut.score,
        )

    @property
    def _width(self) -> timedelta:
        return timedelta(seconds=self.buckets.width_s)

    def _moment(self, step: int) -> datetime:
        moment = self.buckets.start + timedelta(seconds=step * self.buckets.width_s)
        return min(max(moment, self.question.extent.start), self.question.extent.end)

    def _words(
        self,
        turns: Sequence[Turn],
        first: datetime | None,
        last: datetime | None,
        before: bool | None,
        *,
        over: bool,
        pace: Text | None,
    ) -> Text:
        if first is None or last is None:
            return text("course.no_time")
        parts = [self._beginning(first, before)]
        told = [turn for turn in turns if turn.kind not in ("start", "end")]
        strongest = sorted(told, key=lambda turn: -abs(turn.score))[:_NAMED]
        parts += [self.told(turn) for turn in told if turn in strongest]
        if len(told) > len(strongest):
            parts.append(text("course.more", n=len(told) - len(strongest)))
        elif not told and pace is not None:
            parts.append(pace)
        parts.append(text(f"course.{self._ending(last, over=over)}", at=clock(last, self.question)))
        return Text(zh="；".join(p.zh for p in parts), en="; ".join(p.en for p in parts))

    def _beginning(self, first: datetime, before: bool | None) -> Text:
        """Return when it began; what was not read says nothing of it, what was read before it in the window does."""
        at = clock(first, self.question)
        if before is not None:
            return text(f"course.{'before' if before else 'begins'}", at=at)
        # Both as they are shown: 10:00:00.9 and 10:36:01.2 lie 36 min 1 s apart for whoever reads them.
        first, begin = (at.replace(microsecond=0) for at in (first, self.begin or first))
        lead = first - begin
        if lead < self._width:
            return text("course.unknown", at=at)
        return text("course.later", at=at, lead=lasting(lead.total_seconds()))

    def _ending(self, last: datetime, *, over: bool) -> str:
        if over:
            return "over"
        near = 2 * self._width
        return "ongoing" if self.end is not None and self.end - last <= near else "last_seen"

    def told(self, turn: Turn) -> Text:
        """Return one turn in words."""
        return text(
            f"course.{turn.kind}",
            at=clock(turn.at, self.question),
            until=clock(turn.until, self.question) if turn.until else "",
            before=significant(turn.rate_before, RATE_FIGURES),
            after=significant(turn.rate_after, RATE_FIGURES),
        )


def _pace(curve: Sequence[int]) -> Text | None:
    """
    Return how evenly records came from the first step that has any to the last; None where too few tell.

    Several stretches with as many empty steps between them are no pace, however alike they are.
    """
    met = [step for step, n in enumerate(curve) if n]
    if sum(curve) < LEAST_RECORDS or not met or met[-1] - met[0] + 1 < _LEAST_STEPS:
        return None
    inside = curve[met[0] : met[-1] + 1]
    mean = sum(inside) / len(inside)
    spread = sum((n - mean) ** 2 for n in inside) / len(inside)
    if spread <= _BURSTS * mean:
        return text("course.even")
    stretches = 1 + sum(later - step > 1 for step, later in pairwise(met))
    if stretches > 1 and 2 * len(met) <= len(inside):
        return text("course.stretches", n=stretches)
    return text("course.uneven")


@lru_cache(maxsize=8)
def _exposures(window: Window, buckets: Buckets) -> tuple[float, ...]:
    """Return which part of each step lies in *window*: the same for every problem."""
    width = timedelta(seconds=buckets.width_s)
    parts = []
    for number in range(buckets.number):
        start = buckets.start + number * width
        inside = min(start + width, window.end) - max(start, window.start)
        parts.append(max(inside / width, 0.0))
    return tuple(parts)

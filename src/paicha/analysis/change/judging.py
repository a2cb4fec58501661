"""
From two paces to a verdict.

::

    score       signed root of the Poisson likelihood ratio, see `scores.score`
    burstiness  variance over mean per step, pooled over both stretches, each around its own mean:
                raw = (unevenness before + unevenness during) / (steps - 2)
                common = median of raw over what has enough records to show it, at least 1
                pooled = (freedom * raw + PRIOR * common) / (freedom + PRIOR)
                quiet = (w * raw of the quieter stretch + PRIOR * pooled) / (w + PRIOR), w = min(steps - 1, n)
                burstiness = max(1, quiet)
    p           the larger of the binomial tail of the counts over the burstiness, and Student's tail of
                score / sqrt(burstiness)
    q           p adjusted for everything that was compared (Benjamini and Hochberg)

    new         none before;  gone: none during
    louder      at least `LEAST_RATIO` times the rate;  quieter: the other way round
    firm        q <= 5 %
    not firm    p <= 2 %, or new (gone) with at least 3 records, the other stretch being no shorter, and a
                chance of at most one in eight that all of them fell on one side
    unchanged   everything else; firm when three times the rate would have shown

Why the quieter stretch: what makes a stretch loud is often one burst or one step in it, and its own
unevenness would hide just that; how bursty a thing is on quiet days the quieter stretch says, as far as it
has records to say it. Both stretches are treated alike, so swapping them turns the sign and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import TypeVar

from paicha.analysis.change.paces import Pace, Steps
from paicha.analysis.change.scores import adjusted, score, student_p, tail_p
from paicha.model.change import ChangeKind
from paicha.values import dataclass

#: A firm change is a false discovery in at most this share of cases.
FALSE_DISCOVERIES = 0.05
#: Below this ratio of rates nobody would call it louder, however certain it is.
LEAST_RATIO = 1.3
#: Without the adjustment for their number, so unlikely a division is at least worth saying.
_SAID = 0.02
#: New by so many records, with a chance so small that all fell on one side: said, not firm.
_FEW, _ONE_SIDED = 3, 0.125
#: So many times the rate has to show before "unchanged" means more than "nothing to see".
_SHOWN = 3
#: Steps' worth of trust in what is common to all things compared.
_PRIOR = 4.0
#: Records that show whether a thing comes in bursts.
_SHOWS = 10
_NOTHING = Pace(0, 0.0)
_K = TypeVar("_K")


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one thing."""

    kind: ChangeKind
    firm: bool
    before: int
    during: int
    score: float
    burstiness: float
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class _Weighed:
    before: Pace
    during: Pace
    burstiness: float
    score: float
    p: float


@dataclass(frozen=True, slots=True)
class Judge:
    """
    Compares everything that was counted in two stretches.

    Args:
        before: The baseline, cut into steps.
        during: The window, cut into steps of the same width.
    """

    before: Steps
    during: Steps

    def judge(
        self, before: Mapping[_K, Pace], during: Mapping[_K, Pace], keys: Sequence[_K]
    ) -> dict[_K, Judged]:
        """
        Return the verdict on each of *keys*; all of them are adjusted for each other.

        Args:
            before: What the baseline holds.
            during: What the window holds.
            keys: What to compare; in either or in both.
        """
        pairs = [(before.get(key, _NOTHING), during.get(key, _NOTHING)) for key in keys]
        common = self._common(pairs)
        weighed = [self._weighed(one, other, common) for one, other in pairs]
        q_values = adjusted([found.p for found in weighed])
        return {
            key: self._judged(found, q)
            for key, found, q in zip(keys, weighed, q_values, strict=True)
        }

    def _common(self, pairs: Sequence[tuple[Pace, Pace]]) -> float:
        raw = [self._raw(one, other)[0] for one, other in pairs if one.n + other.n >= _SHOWS]
        return max(1.0, median(raw)) if raw else 1.0

    def _raw(self, before: Pace, during: Pace) -> tuple[float, int]:
        """Return the variance over the mean per step, and the steps it rests on."""
        freedom = sum(
            steps.number - 1
            for pace, steps in ((before, self.before), (during, self.during))
            if pace.n
        )
        return (before.unevenness + during.unevenness) / max(freedom, 1), freedom

    def _weighed(self, before: Pace, during: Pace, common: float) -> _Weighed:
        raw, freedom = self._raw(before, during)
        pooled = (freedom * raw + _PRIOR * common) / (freedom + _PRIOR)
        lengths = self.before.seconds, self.during.seconds
        quiet, steps = (
            (before, self.before)
            if before.n * lengths[1] <= during.n * lengths[0]
            else (during, self.during)
        )
        alone = steps.number - 1
        weight = min(alone, quiet.n)
        own = quiet.unevenness / alone if alone else 0.0
        burstiness = max(1.0, (weight * own + _PRIOR * pooled) / (weight + _PRIOR))
        found = score(before.n, during.n, *lengths)
        p = max(
            tail_p(before.n, during.n, *lengths, burstiness),
            student_p(found / math.sqrt(burstiness), freedom + _PRIOR),
        )
        return _Weighed(before, during, burstiness, found, min(p, 1.0))

    def _judged(self, found: _Weighed, q: float) -> Judged:
        before, during = found.before.n, found.during.n
        kind = self._kind(before, during)
        firm = q <= FALSE_DISCOVERIES
        if not (firm or found.p <= _SAID or self._all_on_one_side(before, during)):
            kind = "unchanged"
        if kind == "unchanged":
            firm = self._would_show(before, during, found.burstiness)
        return Judged(kind, firm, before, during, found.score, found.burstiness, found.p, q)

    def _kind(self, before: int, during: int) -> ChangeKind:
        if not before or not during:
            return "new" if during else "gone"
        ratio = during / self.during.seconds / (before / self.before.seconds)
        if ratio >= LEAST_RATIO:
            return "louder"
        return "quieter" if ratio <= 1 / LEAST_RATIO else "unchanged"

    def _all_on_one_side(self, before: int, during: int) -> bool:
        n = before + during
        if (before and during) or n < _FEW:
            return False
        whole = self.before.seconds + self.during.seconds
        share = (self.during if during else self.before).seconds / whole
        # A short stretch without it says little: only one at least as long counts as "never seen".
        return share <= 0.5 and share**n <= _ONE_SIDED

    def _would_show(self, before: int, during: int, burstiness: float) -> bool:
        """Return whether three times the rate would have been said, at this burstiness."""
        lengths = self.before.seconds, self.during.seconds
        if not before and not during:
            return False
        rate = (before + during) / sum(lengths)
        expected = rate * lengths[0], _SHOWN * rate * lengths[1]
        return tail_p(*expected, *lengths, burstiness) <= _SAID

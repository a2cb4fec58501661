"""
Which step usually follows another inside a span and no longer does, and which failing step is new.

A rule is *where A, there B*: of the spans of one operation that took step A, nearly all took step B. A
rule says nothing about how often the operation is called, so neither a busier hour nor another mix of
requests breaks it. A step that tells of a failure is never missed, and only such a step is news: what
goes on where it used to stop is a recovery.

A log may be thinned, by its writer or on its way: then no line stands in nearly all spans, however regular the code. How much is
kept shows in the lines that most spans of each operation have; rules that end in a line are held to that.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import median
from typing import Literal

from paicha.analysis.traces.paths import Paths, Place
from paicha.values import dataclass

#: The step that every span takes: it began.
BEGIN = ""
#: A rule holds for so many of the spans at least.
USUAL = 0.95
#: Spans before and during that a rule needs to be compared at all.
_LEAST_BEFORE, _LEAST_DURING = 3, 2

#: A share has to fall by so much to be called a shift, and differs by at least so much by itself.
_LEAST_SHIFT, _LEAST_SPREAD = 0.2, 0.03
#: With fewer minutes than that nothing is known of how much a share differs by itself, and with few little.
_LEAST_MINUTES, _FEW_MINUTES = 5, 3

#: Spans of an operation, and operations, from which on it is told whether lines are kept; and the part from which on all are.
_LEAST_SPANS, _LEAST_PLACES, _ALL = 20, 3, 0.9

_Sets = Mapping[frozenset[str], int]
#: Per minute: in how many of how many spans.
Minutes = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Break:
    """One rule that held before and holds less often now."""

    place: Place
    kind: Literal["lost", "new_failure", "shift"]
    after: str  # the step it usually follows; "": the begin of the span
    step: str
    before: int  # of so many spans before
    followed_before: int
    during: int  # of so many spans now
    followed_during: int
    score: float  # [sigma]

    @property
    def change(self) -> float:
        """By how much the share of spans changed, 0..1."""
        was, now = self.followed_before / self.before, self.followed_during / self.during
        return abs(was - now)


@dataclass(frozen=True, slots=True)
class Lines:
    """Which steps are log lines, and which part of those written is there, before and during."""

    steps: frozenset[str] = frozenset()
    kept: float = 1.0
    kept_now: float = 1.0

    def usual(self, step: str, n: int) -> float:
        """Return how many of *n* spans a step that follows has at least."""
        if step not in self.steps or self.kept >= 1:
            return USUAL * n
        chance = math.sqrt(n * self.kept * (1 - self.kept))
        return max(1.0, USUAL * self.kept * n - chance)

    def expected(self, step: str, followed: int, n: int) -> float:
        """
        Return how many of *n* spans before count as followed.

        No more than the part that is kept: a few spans that all have their line have it by chance. Where less is kept
        now than before, less of them.
        """
        if step not in self.steps:
            return followed
        usual = followed if self.kept >= 1 else min(followed, self.kept * n)
        return usual * min(1.0, self.kept_now / self.kept)


def lines_of(before: Paths, during: Paths, steps: Collection[str]) -> Lines:
    """
    Return how much of the log is kept, by the lines that most spans of each operation have.

    Args:
        before: The paths of the usual stretch.
        during: The paths of the stretch asked about.
        steps: Those that are log lines.
    """
    lines = frozenset(steps)
    return Lines(lines, _kept(before, lines), _kept(during, lines))


def _kept(paths: Paths, lines: frozenset[str]) -> float:
    shares = []
    for sets in paths.values():
        whole = sum(sets.values())
        found = {step for steps in sets for step in steps} & lines
        if whole >= _LEAST_SPANS and found:
            shares.append(max(_with(sets, step) for step in found) / whole)
    usual = median(shares) if len(shares) >= _LEAST_PLACES else 1.0
    return usual if usual < _ALL else 1.0


def breaks_of(
    before: Paths, during: Paths, failing: Collection[str], lines: Lines | None = None
) -> tuple[Break, ...]:
    """
    Return the worst break of every operation and kind, worst first.

    Args:
        before: The paths of the usual stretch.
        during: The paths of the stretch asked about.
        failing: Steps that tell of a failure.
        lines: Which steps are log lines, and how much of the log is kept; None: calls alone.
    """
    written = lines or Lines()
    found = [
        worst
        for place in sorted(set(before) & set(during))
        for candidates in _breaks(place, before[place], during[place], failing, written)
        if (worst := max(candidates, key=_order, default=None)) is not None
    ]
    return tuple(sorted(found, key=_order, reverse=True))


def _order(found: Break) -> tuple[float, float, Place, str, str]:
    # The latest "after" of equally broken rules stands nearest to where the span stopped.
    return (found.score * found.change, found.score, found.place, found.after, found.step)


def _breaks(
    place: Place, before: _Sets, during: _Sets, failing: Collection[str], lines: Lines
) -> Iterator[Iterator[Break]]:
    known = {step for steps in before for step in steps}
    seen = {step for steps in during for step in steps}
    yield _lost(place, before, during, sorted(known - set(failing)), lines)
    yield _failures(place, before, during, sorted((seen & set(failing)) - known))


def _lost(
    place: Place, before: _Sets, during: _Sets, steps: list[str], lines: Lines
) -> Iterator[Break]:
    for after in (BEGIN, *steps):
        n, m = _with(before, after), _with(during, after)
        if n < _LEAST_BEFORE or m < _LEAST_DURING:
            continue
        for step in steps:
            if step == after:
                continue
            followed = _with(before, after, step)
            if followed < lines.usual(step, n):
                continue
            now = _with(during, after, step)
            score = -signed_score(now, m, lines.expected(step, followed, n), n)
            if score > 0:
                yield Break(place, "lost", after, step, n, followed, m, now, score)


def _failures(place: Place, before: _Sets, during: _Sets, steps: list[str]) -> Iterator[Break]:
    n, m = _with(before, BEGIN), _with(during, BEGIN)
    if n < _LEAST_BEFORE or m < _LEAST_DURING:
        return
    for step in steps:
        now = _with(during, step)
        score = signed_score(now, m, 0, n)
        yield Break(place, "new_failure", BEGIN, step, n, 0, m, now, score)


def shifts_of(
    before: Mapping[tuple[Place, str], Minutes], during: Mapping[tuple[Place, str], Minutes]
) -> tuple[Break, ...]:
    """
    Return the operations that make a call much less often than in any usual minute, or make none.

    No rule: another mix of requests does the same. So the change is measured against how much the share
    differs from minute to minute, and has to be large.

    Args:
        before: `shares_by_minute` of the usual stretch.
        during: The same of the stretch asked about.
    """
    found = []
    for key in sorted(set(before) & set(during)):
        place, step = key
        was, now = before[key], during[key]
        if len(was) < _LEAST_MINUTES:
            continue
        hits, tries = _added(was)
        hits_now, tries_now = _added(now)
        share, share_now = hits / tries, hits_now / tries_now
        less = share - share_now if step else share_now - share
        if less < _LEAST_SHIFT:
            continue
        chance = math.sqrt(max(share * (1 - share), 1 / tries_now) / tries_now)
        usual = max(_spread(was), _LEAST_SPREAD) * (1 + _FEW_MINUTES / len(was))
        score = less / math.hypot(usual, chance)
        found.append(Break(place, "shift", BEGIN, step, tries, hits, tries_now, hits_now, score))
    return tuple(sorted(found, key=_order, reverse=True))


def _added(minutes: Minutes) -> tuple[int, int]:
    return sum(hits for hits, _ in minutes), sum(tries for _, tries in minutes)


def _spread(minutes: Minutes) -> float:
    """Return the standard deviation of the share from minute to minute, by the median deviation."""
    shares = [hits / tries for hits, tries in minutes]
    middle = median(shares)
    return 1.4826 * median(abs(share - middle) for share in shares)


def _with(sets: _Sets, *steps: str) -> int:
    wanted = {step for step in steps if step != BEGIN}
    return sum(n for taken, n in sets.items() if wanted <= taken)


def signed_score(hits: float, tries: int, hits_before: float, tries_before: int) -> float:
    """
    Return the signed root of the likelihood ratio of two shares, about one standard deviation each.

    Args:
        hits: Of *tries* now.
        tries: > 0.
        hits_before: Of *tries_before*.
        tries_before: > 0.

    Example:
        >>> round(signed_score(0, 20, 6, 6), 1), round(signed_score(5, 10, 50, 100), 1)
        (-5.3, 0.0)
    """
    share = (hits + hits_before) / (tries + tries_before)
    gain = sum(
        _x_log_ratio(count, of * part)
        for count, of, part in (
            (hits, tries, share),
            (tries - hits, tries, 1 - share),
            (hits_before, tries_before, share),
            (tries_before - hits_before, tries_before, 1 - share),
        )
    )
    sign = 1.0 if hits / tries > hits_before / tries_before else -1.0
    return sign * math.sqrt(max(0.0, 2 * gain)) + 0.0


def _x_log_ratio(x: float, y: float) -> float:
    return x * math.log(x / y) if x else 0.0

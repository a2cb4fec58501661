"""The turning points of a window, few enough to read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from paicha.analysis.stated.words import told_in, what_of
from paicha.analysis.wording import RATE_FIGURES, amount, counted, lasting, significant, span
from paicha.locales import Text, text
from paicha.model.change import Turn
from paicha.model.findings import Example, MetricSummary, Problem, TimelineEntry, Totals
from paicha.model.question import Window
from paicha.model.stated import MovedNumber
from paicha.model.suspects import Intervened
from paicha.values import dataclass

#: More entries are a log again.
MOST = 40
#: Who restarts something every few minutes tells of it more often.
_CHANGES = 10
#: A bucket is a peak when an even pace would make one as full in fewer than 1 of 1,000 windows
#: (Poisson tail times the number of buckets).
_PEAK_CHANCE = 0.001
#: Fewer records in one step are a beginning, not a peak.
_PEAK_RECORDS = 5
#: A problem stopped when at its own pace this many more records were due: an even pace leaves out
#: five in a row in 7 of 1,000 cases. Fewer records have no pace.
_DUE = 5


class _Counted(Protocol):
    """Something with a first record, a last one, and a count of those that have a time."""

    @property
    def first(self) -> datetime | None: ...
    @property
    def last(self) -> datetime | None: ...
    @property
    def timed(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Moment:
    """An entry with its weight in the choice: lower goes first."""

    entry: TimelineEntry
    weight: tuple[int, int]


def timeline_of(
    problems: Sequence[Problem],
    last_lines: Mapping[str, Example],
    metrics: Iterable[MetricSummary],
    window: Window,
    totals: Totals,
    *,
    interventions: Sequence[Intervened] = (),
    numbers: Sequence[MovedNumber] = (),
) -> tuple[TimelineEntry, ...]:
    """
    Return at most `MOST` turning points inside the window, by time.

    A turning point is where something becomes otherwise: the first record of a problem (unless the
    baseline held it already), a step, a burst, a ramp, the last record of what stopped, a metric that
    crosses its threshold, a change that lines tell of. Where there are too many, the first record of each problem comes before its
    turns and its end, better ranked problems before others; a metric or a change is never left out for a turn.

    Args:
        problems: In the order of rank.
        last_lines: The last record of the problems that stopped.
        metrics: The metrics with their thresholds.
        window: What the entries must lie in.
        totals: The counts of the window.
        interventions: What was done, nearest before it began first.
        numbers: Numbers that lines state and that moved, the largest move first.
    """
    covered = covered_steps(totals)
    moments = [_first(problem) for problem in problems if problem.first and _begins(problem)]
    moments += [moment for problem in problems for moment in _turns(problem, window, totals)]
    moments += [_crossing(metric) for metric in metrics if _crossed(metric)]
    moments += [_done(one) for one in interventions[:_CHANGES]]
    moments += [_number(one) for one in numbers[:_CHANGES]]
    moments += [
        _peak(problem, covered, totals.bucket_s)
        for problem in problems
        if has_peak(problem.curve, covered) and not _turned(problem)
    ]
    moments += [
        _stop(problem, last_lines.get(problem.id))
        for problem in problems
        if totals.last and stopped(problem, totals.last)
    ]
    inside = [moment for moment in moments if window.holds(moment.entry.timestamp)]
    chosen = sorted(inside, key=lambda m: m.weight)[:MOST]
    return tuple(
        sorted(
            (moment.entry for moment in chosen),
            key=lambda e: (e.timestamp, e.kind, e.problem_id, e.text),
        )
    )


def covered_steps(totals: Totals) -> int:
    """Return how many buckets of the curves the records reach over; at least 1."""
    start = totals.bucket_start
    if totals.first is None or totals.last is None or start is None:
        return 1
    width = timedelta(seconds=totals.bucket_s)
    first, last = ((at - start) // width for at in (totals.first, totals.last))
    return last - first + 1


def has_peak(curve: Sequence[int], covered: int) -> bool:
    """
    Return whether one bucket stands out of the problem's own even pace.

    Args:
        curve: Records per bucket.
        covered: Over how many buckets there are records of any kind.

    Example:
        >>> has_peak([1, 0, 12, 1, 0, 1], 6), has_peak([1, 2, 3, 2, 1, 1], 6)
        (True, False)
    """
    highest = max(curve, default=0)
    mean = sum(curve) / covered
    if highest < _PEAK_RECORDS:
        return False
    return highest > mean > 0 and _tail(highest, mean) * covered < _PEAK_CHANCE


def _tail(n: int, mean: float) -> float:
    """Return the chance of *n* or more independent events where *mean* are expected, n > mean."""
    term = math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))
    chance = 0.0
    while term > 1e-18:
        chance += term
        n += 1
        term *= mean / n
    return chance


def stopped(problem: Problem, end: datetime) -> bool:
    """Return whether a problem was over before *end*, the last record of any kind."""
    return has_stopped(problem, end)


def has_stopped(problem: _Counted, end: datetime) -> bool:
    """
    Return whether a problem was over before *end*.

    Args:
        problem: Its first, last and how many have a time make its pace.
        end: The last record of any kind.
    """
    if problem.first is None or problem.last is None or problem.timed < _DUE:
        return False
    lasted = (problem.last - problem.first).total_seconds()
    silence = (end - problem.last).total_seconds()
    return (problem.timed - 1) * silence >= _DUE * max(lasted, 1.0)


def _begins(problem: Problem) -> bool:
    return problem.change is None or not problem.change.before


def _turned(problem: Problem) -> bool:
    """Return whether the course names the loudest stretch better than a peak would."""
    louder = ("burst", "step_up", "ramp_up")
    return problem.course is not None and any(t.kind in louder for t in problem.course.turns)


def _length(turn: Turn, window: Window, totals: Totals) -> Text:
    """
    Return how long the steps of a burst or a ramp last: what its rate is the rate of.

    It is told at its first record, which may be the last moment of its first step.
    """
    width = timedelta(seconds=totals.bucket_s)
    assert turn.until is not None
    assert totals.bucket_start is not None  # a curve has no turn where there is none
    step = totals.bucket_start + (turn.at - totals.bucket_start) // width * width
    return lasting((turn.until - max(step, window.start)).total_seconds())


def _turns(problem: Problem, window: Window, totals: Totals) -> Iterator[_Moment]:
    for turn in problem.course.turns if problem.course else ():
        if turn.kind == "start" or turn.kind == "end":  # noqa: PLR1714 - mypy narrows this
            continue  # told as the first and the last record
        words = text(
            f"timeline.{turn.kind}",
            title=problem.title,
            before=significant(turn.rate_before, RATE_FIGURES),
            after=significant(turn.rate_after, RATE_FIGURES),
            length=_length(turn, window, totals) if turn.until else "",
        )
        entry = TimelineEntry(turn.at, turn.kind, problem.id, words, problem.modules[0].name, "")
        yield _Moment(entry, (2, problem.number))


def _first(problem: Problem) -> _Moment:
    example = problem.examples[0] if problem.examples else None
    module = example.module if example else problem.modules[0].name
    single = problem.n == 1
    words = text(
        "timeline.single" if single else "timeline.first",
        title=problem.title,
        records=counted("record", problem.n),
    )
    assert problem.first is not None
    entry = TimelineEntry(
        timestamp=problem.first,
        kind="single" if single else "first",
        problem_id=problem.id,
        text=words,
        module=module,
        locator=example.locator if example else "",
    )
    return _Moment(entry, (0, problem.number))


def _peak(problem: Problem, covered: int, bucket_s: int) -> _Moment:
    assert problem.peak is not None
    mean = sum(problem.curve) / covered
    words = text(
        "timeline.peak",
        title=problem.title,
        records=counted("record", problem.peak_n),
        length=lasting(bucket_s),
        mean=f"{mean:.1f}",
    )
    # A peak's bucket may begin before the problem or the window does.
    at = max(problem.peak, problem.first) if problem.first else problem.peak
    entry = TimelineEntry(at, "peak", problem.id, words, problem.modules[0].name, "")
    return _Moment(entry, (2, problem.number))


def _stop(problem: Problem, line: Example | None) -> _Moment:
    assert problem.last is not None
    words = text("timeline.last", title=problem.title, records=counted("record", problem.n))
    module = line.module if line else problem.modules[0].name
    locator = line.locator if line else ""
    entry = TimelineEntry(problem.last, "last", problem.id, words, module, locator)
    return _Moment(entry, (3, problem.number))


def _done(one: Intervened) -> _Moment:
    words = text("timeline.done", title=one.title, said=one.said)
    return _Moment(TimelineEntry(one.at, "done", "", words, one.name, ""), (1, 0))


def _number(one: MovedNumber) -> _Moment:
    words = text(
        "timeline.number_of" if one.service else "timeline.number",
        what=what_of(one),
        service=one.service,
        before=told_in(one.before.of(one.of), one.unit),
        after=told_in(one.after.of(one.of), one.unit),
    )
    return _Moment(TimelineEntry(one.at, "metric", "", words, "", one.locators[1]), (1, 0))


def _crossed(metric: MetricSummary) -> bool:
    return metric.status == "abnormal" and _beyond(metric) is not None


def _beyond(metric: MetricSummary) -> tuple[datetime, float] | None:
    if metric.threshold is None:
        return None
    for moment, value in metric.curve:
        if value is not None and (
            value >= metric.threshold if metric.comparison == "above" else value <= metric.threshold
        ):
            return moment, value
    return None


def _crossing(metric: MetricSummary) -> _Moment:
    found = _beyond(metric)
    assert found is not None
    assert metric.threshold is not None
    words: Text = text(
        "timeline.metric",
        title=metric.title,
        host=metric.host,
        value=amount(found[1], metric.digits, metric.unit),
        threshold=span(metric.threshold, metric.threshold, metric.unit),
    )
    return _Moment(TimelineEntry(found[0], "metric", "", words, "", ""), (1, 0))

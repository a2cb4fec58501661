"""
Whether a log looks generated: an even pace, no bursts, problems anywhere.

Real logs come in waves: requests arrive in bursts, failures begin and end, and a problem shows where
the code that meets it stands. Each of the three has innocent exceptions (a poller is even, a constant
error has no burst, a shared logger knows no modules), so only all three together are called
suspicious, and only with enough records to tell.

Dispersion is variance over mean of the counts per bucket: 1 for events that come independently
(Poisson), far below 1 for a metronome, above 1 for bursts.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from paicha.analysis.records import Buckets, RecordQueries
from paicha.analysis.wording import counted, percent
from paicha.locales import Text, text
from paicha.model.findings import Generated, Indication, Problem, Totals
from paicha.values import dataclass

#: Least data for an answer: below, chance alone looks even.
_RECORDS, _ABNORMAL, _PROBLEMS, _MODULES = 300, 100, 3, 3
#: Least records of a problem, and least steps, to ask whether it has bursts.
_PER_PROBLEM, _STEPS = 10, 10
#: Independent events over 60 steps have a dispersion below 0.62 in 1 of 100 cases (chi-square with
#: 59 degrees of freedom), below 0.3 practically never.
_EVEN, _EVEN_STEPS = 0.3, 60
#: Three standard deviations of the dispersion of a Poisson process.
_SIGMAS = 3.0
#: Records of classified problems in modules whose names have nothing to do with them.
_UNRELATED = 0.4
#: Records per step of the pace, and most steps looked at.
_PACE_RECORDS, _PACE_STEPS = 3, 3600


@dataclass(frozen=True, slots=True)
class PaceReader:
    """
    Reads how evenly all records come.

    Args:
        totals: The counts of the window.
        records: Asked for steps finer than the curves.
        whole: Whether every record of the window was read; else the pace is that of the reading.
        least_s: The finest step that can be asked for [s].
    """

    totals: Totals
    records: RecordQueries
    whole: bool
    least_s: int = 1

    def dispersion(self) -> tuple[float | None, int]:
        """Return the dispersion per step and the width of a step [s]; None where it says nothing."""
        first, last = self.totals.first, self.totals.last
        if not self.whole or first is None or last is None or last <= first:
            return None, 0
        lasted = (last - first).total_seconds()
        width = max(1, math.ceil(lasted * _PACE_RECORDS / self.totals.records))
        width = max(width, math.ceil(lasted / _PACE_STEPS))
        width = -(-width // self.least_s) * self.least_s
        begun = int(first.timestamp()) // self.least_s * self.least_s
        start = datetime.fromtimestamp(begun + self.least_s, UTC)
        number = int((last - start).total_seconds() // width)
        if number < _EVEN_STEPS:
            return None, width
        return dispersion(self.records.pace(Buckets(start, width, number))), width


def generated_of(
    problems: Sequence[Problem],
    totals: Totals,
    records: RecordQueries,
    *,
    homes: frozenset[str],
    whole: bool,
    least_s: int = 1,
) -> Generated:
    """
    Return whether the log looks generated, with every indication and its number.

    Args:
        problems: All of them, in any order.
        totals: The counts of the window.
        records: Asked for the pace of all records.
        homes: The classes that say which modules they belong to.
        whole: Whether every record of the window was read.
        least_s: The finest step that can be asked for [s].
    """
    if not _enough(problems, totals):
        return Generated(suspected=False, text=_too_little(problems, totals), indications=())
    value, width_s = PaceReader(totals, records, whole, least_s).dispersion()
    indications = (_pace(value, width_s), _bursts(problems, totals), _relation(problems, homes))
    suspicious = [one for one in indications if one.suspicious]
    if len(suspicious) == len(indications):
        return Generated(suspected=True, text=text("generated.suspected"), indications=indications)
    words = text("generated.unsuspected", n=len(suspicious), all=len(indications))
    return Generated(suspected=False, text=words, indications=indications)


def dispersion(counts: Sequence[int]) -> float | None:
    """
    Return variance over mean; None without a count.

    Example:
        >>> dispersion([3, 3, 3, 3]), dispersion([0, 12, 0, 0]), dispersion([0, 0])
        (0.0, 12.0, None)
    """
    if len(counts) < 2 or not any(counts):
        return None
    return round(statistics.variance(counts) / statistics.fmean(counts), 4)


def _enough(problems: Sequence[Problem], totals: Totals) -> bool:
    testable = [problem for problem in problems if problem.n >= _PER_PROBLEM]
    return (
        totals.records >= _RECORDS
        and sum(problem.n for problem in problems) >= _ABNORMAL
        and len(testable) >= _PROBLEMS
        and totals.modules >= _MODULES
    )


def _too_little(problems: Sequence[Problem], totals: Totals) -> Text:
    testable = sum(problem.n >= _PER_PROBLEM for problem in problems)
    return text(
        "generated.too_little",
        records=counted("record", totals.records),
        abnormal=f"{sum(problem.n for problem in problems):,}",
        problems=counted("problem", testable),
        modules=counted("module", totals.modules),
        least_records=_RECORDS,
        least_abnormal=_ABNORMAL,
        least_problems=_PROBLEMS,
        least_each=_PER_PROBLEM,
        least_modules=_MODULES,
    )


def _pace(value: float | None, width_s: int) -> Indication:
    if value is None:
        words = text("generated.pace_unknown")
        return Indication("pace", None, _EVEN, suspicious=False, text=words)
    words = text("generated.pace", value=f"{value:.2f}", limit=f"{_EVEN:g}", seconds=width_s)
    return Indication("pace", value, _EVEN, suspicious=value < _EVEN, text=words)


def _bursts(problems: Sequence[Problem], totals: Totals) -> Indication:
    start = totals.bucket_start or datetime.min.replace(tzinfo=UTC)
    buckets = Buckets(start, totals.bucket_s, totals.buckets)
    found: list[tuple[float, Problem]] = []
    steps = 0
    inside = _inside(totals.first, totals.last, buckets)
    for problem in problems:
        curve = problem.curve[inside]
        value = dispersion(curve)
        if problem.n >= _PER_PROBLEM and len(curve) >= _STEPS and value is not None:
            found.append((value, problem))
            steps = len(curve)
    if not found:
        limit = 1 + _SIGMAS * math.sqrt(2 / (_STEPS - 1))
        words = text("generated.bursts_unknown", least=_STEPS)
        return Indication("bursts", None, round(limit, 2), suspicious=False, text=words)
    limit = round(1 + _SIGMAS * math.sqrt(2 / (steps - 1)), 2)
    value, problem = max(found, key=lambda one: (one[0], one[1].id))
    words = text(
        "generated.bursts",
        problems=counted("problem", len(found)),
        title=problem.title,
        value=f"{value:.2f}",
        limit=f"{limit:g}",
        seconds=totals.bucket_s,
    )
    return Indication("bursts", value, limit, suspicious=value <= limit, text=words)


def _inside(first: datetime | None, last: datetime | None, buckets: Buckets) -> slice:
    """Return the steps of a curve that lie between *first* and *last*."""
    # The outer steps are cut off by the ends of the records and would look like a change of pace.
    if first is None or last is None:
        return slice(0)
    step = timedelta(seconds=buckets.width_s)
    begun = -((buckets.start - first) // step)
    return slice(max(begun, 0), max((last - buckets.start) // step, 0))


def _relation(problems: Sequence[Problem], homes: frozenset[str]) -> Indication:
    known = 0
    unrelated = 0
    for problem in problems:
        if problem.class_id in homes:
            strangers = set(problem.unrelated_modules)
            known += sum(share.n for share in problem.modules if share.name)
            unrelated += sum(share.n for share in problem.modules if share.name in strangers)
    if known < _ABNORMAL:
        words = text("generated.relation_unknown", n=known, least=_ABNORMAL)
        return Indication("relation", None, _UNRELATED, suspicious=False, text=words)
    value = round(unrelated / known, 4)
    words = text(
        "generated.relation",
        n=f"{unrelated:,}",
        all=f"{known:,}",
        value=percent(value),
        limit=percent(_UNRELATED),
    )
    return Indication("relation", value, _UNRELATED, suspicious=value > _UNRELATED, text=words)

"""What single statements of the verdict say."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.by_value import ByValue
from paicha.analysis.claims import claimed_words
from paicha.analysis.wording import amount, clock, counted, listed, measured, measured_host
from paicha.locales import Text, text
from paicha.model.findings import Claim, MetricSummary
from paicha.model.question import Question

#: Values named of what is of a class by a value, and characters of each and of its shape.
_VALUES, _VALUE, _SHAPE = 4, 60, 100


def moved_words(moved: Sequence[Moved], metric: MetricSummary, question: Question) -> Text:
    """Return which metric of a host moved, from where to where, and of how many others that is true."""
    key, first = "unjudged" if metric.threshold is None else "below", moved[0]
    said = text(
        f"moved.{key}",
        host=measured_host(metric.host, metric.labels),
        title=metric.title,
        usual=amount(first.usual, metric.digits, metric.unit),
        level=amount(first.level, metric.digits, metric.unit),
        at=clock(first.at, question),
    )
    return text("moved.others", said=said, n=len(moved) - 1) if len(moved) > 1 else said


def by_value_words(same: Sequence[ByValue]) -> Text:
    """Return how many records of a shape are of a class by a value alone, and by which."""
    values: dict[str, int] = {}
    for one in same:
        for value, n in one.values:
            values[value] = values.get(value, 0) + n
    most = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    shape = same[0].shape
    key = "at_least" if any(one.least for one in same) else "exactly"
    how_many = text(f"statements.{key}", n=f"{sum(one.n for one in same):,}")
    return text(
        "statements.by_value" if same[0].quiet else "statements.by_value_in_problem",
        n=how_many,
        of=counted("record", sum(one.of for one in same)),
        title=same[0].title,
        values=listed([f"{_cut(value, _VALUE)}: {n:,}" for value, n in most], _VALUES),
        shape=_cut(shape, _SHAPE),
    )


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[:most]}…"


def contradiction_words(claim: Claim) -> Text:
    """Return what lines claim, and what was measured instead."""
    verdict = claim.verdict
    low, high = verdict.measured_min or 0.0, verdict.measured_max or 0.0
    numbers = None
    if claim.claimed_min is not None and claim.claimed_max is not None:
        numbers = (claim.claimed_min, claim.claimed_max)
    return text(
        "statements.contradiction",
        concept=claim.concept_title,
        records=counted("record", claim.n),
        claimed=claimed_words(numbers, claim.comparison, claim.threshold, claim.unit),
        host=verdict.host,
        measured=measured(low, high, 2, claim.unit),
        points=counted("point", verdict.points),
    )

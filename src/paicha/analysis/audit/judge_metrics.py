"""What a report states of a metric, beside what was measured."""

from __future__ import annotations

import math

from paicha.analysis.audit.evidence import AuditEvidence
from paicha.analysis.wording import amount
from paicha.locales import Text, text
from paicha.model.audit import Judged, Judgement, Stated
from paicha.model.findings import MetricSummary

_TOLD: dict[bool, Judged] = {True: "supported", False: "contradicted"}
#: Factors by which a figure is off when its unit is: percent, thousands, binary thousands.
_FACTORS = (100, 1000, 1024, 60)


def judge_metric(each: Stated, evidence: AuditEvidence) -> Judgement | None:
    """Return the judgement on a figure of a metric: its average, maximum, minimum, or any value of it."""
    found = evidence.metric(each.subject, each.detail)
    if found is None or each.number is None:
        return Judgement(each, "not_verifiable", text("audit.fact.metric_unknown"))
    real = _real(each, found)
    if real is None or found.minimum is None or found.maximum is None or found.mean is None:
        return Judgement(each, "not_verifiable", text("audit.fact.no_metric"))
    slack = _half_a_digit(each.number)
    if each.measure == "metric.value":
        fine = found.minimum - slack <= each.number <= found.maximum + slack
    else:
        fine = abs(each.number - real) <= max(slack, 0.5 * 10**-found.digits)
    factor = None if fine else _factor(each.number, real)
    if factor is not None:
        way = "audit.fact.bigger" if each.number > real else "audit.fact.smaller"
        words = text(
            "audit.fact.unit", real=_shown(real, found), factor=factor, direction=text(way)
        )
        return Judgement(each, "contradicted", words)
    words = text(
        "audit.fact.metric",
        low=_shown(found.minimum, found),
        high=_shown(found.maximum, found),
        mean=_shown(found.mean, found),
        points=found.points,
    )
    return Judgement(each, _TOLD[fine], words)


def judge_status(each: Stated, evidence: AuditEvidence) -> Judgement | None:
    """Return the judgement on a claim that a metric is normal, or that it is not."""
    found = evidence.metric(each.subject, each.detail)
    if found is None or found.maximum is None:
        return Judgement(each, "not_verifiable", text("audit.fact.metric_unknown"))
    said = " ".join(each.names)
    normal, abnormal = evidence.lexicon.says_normal(said), evidence.lexicon.says_abnormal(said)
    status = text(f"labels.badges.{found.status}")
    words = text("audit.fact.status_normal", high=_shown(found.maximum, found), status=status)
    if found.status not in ("normal", "abnormal") or normal == abnormal:
        return Judgement(each, "not_verifiable", words)
    return Judgement(each, _TOLD[normal == (found.status == "normal")], words)


def _real(each: Stated, found: MetricSummary) -> float | None:
    match each.measure:
        case "metric.maximum":
            return found.maximum
        case "metric.minimum":
            return found.minimum
        case _:
            return found.mean


def _half_a_digit(number: float) -> float:
    """Return half of the last digit of a figure: so much rounding may hide."""
    digits = len(repr(number).partition(".")[2].rstrip("0"))
    return 0.5 * 10.0**-digits + 1e-9


def _factor(said: float, real: float) -> int | None:
    if not said or not real:
        return None
    ratio = max(said / real, real / said)
    return next((f for f in _FACTORS if math.isclose(ratio, f, rel_tol=0.06)), None)


def _shown(value: float, found: MetricSummary) -> Text:
    return amount(value, found.digits, found.unit)

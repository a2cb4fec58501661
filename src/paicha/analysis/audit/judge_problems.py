"""What a report states of a problem, beside the problem of the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from paicha.analysis.audit.checks_sums import figure
from paicha.analysis.audit.evidence import AuditEvidence
from paicha.analysis.audit.lexicon import likeness
from paicha.analysis.audit.reading import Reading
from paicha.locales import Text, text
from paicha.model.audit import Judged, Judgement, Stated
from paicha.model.findings import Problem

_TOLD: dict[bool, Judged] = {True: "supported", False: "contradicted"}
_SHARE_SLACK = 0.06
_WHOLE_SLACK = 0.51
#: A part of a problem is meant when so much of the statement's words stand in its template.
_PART = 0.75
_NAMED = 5


def judge_problem(reading: Reading, each: Stated, evidence: AuditEvidence) -> Judgement | None:
    """Return the judgement on a statement about one problem."""
    block = reading.block_of(each.place.line)
    problem = evidence.problem(each.subject, block.text if block else "")
    if problem is None:
        return Judgement(each, "not_verifiable", text("audit.fact.problem_unknown"))
    if each.measure in ("problem.first", "problem.last"):
        real = problem.first if each.measure == "problem.first" else problem.last
        return _time(each, real, evidence)
    if each.measure == "problem.share":
        return _share(each, problem, evidence)
    return _JUDGES[each.measure](each, problem)


def _listed(each: Stated, problem: Problem) -> Judgement:
    words = text("audit.fact.problem_found", title=problem.title, n=figure(problem.n))
    return Judgement(each, "supported", words, _locators(problem))


def _locators(problem: Problem) -> tuple[str, ...]:
    return tuple(example.locator for example in problem.examples[:3])


def _count(each: Stated, problem: Problem) -> Judgement:
    """Compare with the problem's count, or with that of the part of it that is meant."""
    parts = [v.n for v in problem.variants if likeness(each.subject, v.text) >= _PART]
    fine = each.number == problem.n or (each.number in parts and len(problem.variants) > 1)
    words = text("audit.fact.count", real=figure(problem.n))
    return Judgement(each, _TOLD[fine], words, _locators(problem))


def _share(each: Stated, problem: Problem, evidence: AuditEvidence) -> Judgement | None:
    if each.number is None:
        return None
    wholes = (
        sum(other.n for other in evidence.findings.problems),
        evidence.findings.totals.abnormal,
        evidence.findings.totals.records,
    )
    slack = _SHARE_SLACK if each.number != int(each.number) else _WHOLE_SLACK
    fine = any(whole and abs(100 * problem.n / whole - each.number) <= slack for whole in wholes)
    whole = wholes[0] or 1
    real = f"{100 * problem.n / whole:.1f}"
    words = text("audit.fact.share", real=real, n=figure(problem.n), whole=figure(whole))
    return Judgement(each, _TOLD[fine], words)


def _modules(each: Stated, problem: Problem) -> Judgement:
    real = {share.name: share.n for share in problem.modules if share.name}
    extra = [name for name in each.names if name not in real]
    missing = [] if each.detail == "some" else [name for name in real if name not in each.names]
    if not extra and not missing:
        return Judgement(each, "supported", text("audit.fact.modules_equal", n=len(each.names)))
    said: list[Text] = []
    if missing:
        named = ", ".join(f"{name} ({figure(real[name])})" for name in missing[:_NAMED])
        said.append(text("audit.fact.modules_missing", missing=named + _more(missing)))
    if extra:
        named = ", ".join(extra[:_NAMED])
        said.append(text("audit.fact.modules_extra", extra=named + _more(extra)))
    words = Text(zh="；".join(one.zh for one in said), en="; ".join(one.en for one in said))
    locators = tuple(e.locator for e in problem.examples if e.module in missing)
    return Judgement(each, "contradicted", words, locators[:3])


def _more(names: Sequence[str]) -> str:
    return f" +{len(names) - _NAMED}" if len(names) > _NAMED else ""


def _range(each: Stated, problem: Problem) -> Judgement:
    ranges = [
        (found.minimum, found.maximum)
        for variant in problem.variants
        for found in variant.ranges
        if found.minimum is not None and found.maximum is not None
    ]
    if not ranges:
        return Judgement(each, "not_verifiable", text("audit.fact.no_range"))
    fine = (each.number, each.high) in ranges
    low, high = (each.number, each.high) if fine else ranges[0]
    words = text("audit.fact.range", low=figure(low or 0.0), high=figure(high or 0.0))
    return Judgement(each, _TOLD[fine], words)


def _values(each: Stated, problem: Problem) -> Judgement:
    found = [r for variant in problem.variants for r in variant.ranges if r.values and r.complete]
    sets = [{share.name for share in r.values} for r in found]
    said = set(each.names)
    overlapping = [values for values in sets if values & said]
    if not overlapping:
        return Judgement(each, "not_verifiable", text("audit.fact.no_range"))
    best = max(overlapping, key=lambda values: (len(values & said), -len(values)))
    words = text("audit.fact.values", values=", ".join(sorted(best)))
    return Judgement(each, _TOLD[said <= best], words)


def _time(each: Stated, real: datetime | None, evidence: AuditEvidence) -> Judgement | None:
    if real is None or each.start is None:
        return None
    there = evidence.local(real)
    step = 60 if each.unit == "min" or (each.start.second == 0 and there.second != 0) else 1
    fine = 0 <= (there - each.start).total_seconds() < step
    return Judgement(each, _TOLD[fine], text("audit.fact.time", real=there.strftime("%H:%M:%S")))


def _priority(each: Stated, problem: Problem) -> Judgement:
    # How urgent something is stays the writer's judgement: another one is no error of fact.
    judged: Judged = "supported" if problem.priority in each.names else "not_verifiable"
    return Judgement(each, judged, text("audit.fact.priority", real=problem.priority))


_JUDGES: Mapping[str, Callable[[Stated, Problem], Judgement]] = {
    "problem.listed": _listed,
    "problem.count": _count,
    "problem.modules": _modules,
    "problem.range": _range,
    "problem.values": _values,
    "problem.priority": _priority,
}

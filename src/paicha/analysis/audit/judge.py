"""Each statement beside the evidence: supported, contradicted, or not verifiable and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from paicha.analysis.audit.checks_sums import figure
from paicha.analysis.audit.checks_time import span
from paicha.analysis.audit.evidence import AuditEvidence
from paicha.analysis.audit.judge_metrics import judge_metric, judge_status
from paicha.analysis.audit.judge_problems import judge_problem
from paicha.analysis.audit.reading import Reading
from paicha.locales import Text, text
from paicha.model.audit import Judged, Judgement, Stated

_ERROR = 17
#: Shares with one decimal.
_SHARE_SLACK = 0.06
_WHOLE_SLACK = 0.51
_TOLD: dict[bool, Judged] = {True: "supported", False: "contradicted"}


def judge(
    reading: Reading, stated: Sequence[Stated], evidence: AuditEvidence
) -> Iterator[Judgement]:
    """Yield a judgement for every statement that says something about the evidence."""
    for each in stated:
        judged = _judges()[each.measure.partition(".")[0]](reading, each, evidence)
        if judged is not None:
            yield judged


_Judge = Callable[[Reading, Stated, AuditEvidence], Judgement | None]


def _judges() -> Mapping[str, _Judge]:
    return {
        "window": _window,
        "written_at": _nothing,
        "scope": _nothing,
        "records": _records,
        "level": _level,
        "module": _module,
        "problem": judge_problem,
        "metric": _metric,
        "event": _event,
    }


def _nothing(reading: Reading, each: Stated, evidence: AuditEvidence) -> Judgement | None:
    """Return nothing: no evidence speaks of it."""
    del reading, each, evidence
    return None


def _metric(reading: Reading, each: Stated, evidence: AuditEvidence) -> Judgement | None:
    del reading
    judges = judge_status if each.measure == "metric.normal" else judge_metric
    return judges(each, evidence)


def _window(reading: Reading, each: Stated, evidence: AuditEvidence) -> Judgement | None:
    del reading
    totals, window = evidence.findings.totals, evidence.findings.question.window
    if window is None:
        return Judgement(each, "not_verifiable", text("audit.fact.no_window"))
    if each.measure == "window.length" and each.number is not None:
        length = window.length.total_seconds()
        lengths = [length]
        # A wider window may be asked of the evidence than its records fill, which are what the report is about.
        if totals.first is not None and totals.last is not None:
            lengths.append((totals.last - totals.first).total_seconds())
        fine = any(abs(each.number - one) <= max(30.0, 0.1 * one) for one in lengths)
        return Judgement(each, _TOLD[fine], text("audit.fact.length", length=span(length)))
    if each.start is None or each.end is None:
        return None
    ends = [(evidence.local(window.start), evidence.local(window.end))]
    if totals.first is not None and totals.last is not None:
        ends.append((evidence.local(totals.first), evidence.local(totals.last)))
    fine = any(_same(each.start, start) and _same(each.end, end) for start, end in ends)
    said = text("audit.fact.window", start=_shown(ends[0][0]), end=_shown(ends[0][1]))
    if fine or not evidence.records.complete:
        return Judgement(each, _TOLD[fine], said)
    n, _ = evidence.records.count(evidence.utc(each.start), evidence.utc(each.end), "", "")
    inside = text("audit.fact.outside_window", n=figure(n), records=figure(totals.records))
    return Judgement(each, "contradicted", Text(zh=said.zh + inside.zh, en=said.en + inside.en))


def _same(said: datetime, real: datetime) -> bool:
    return abs((said - real).total_seconds()) < 1.0


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _records(reading: Reading, each: Stated, evidence: AuditEvidence) -> Judgement | None:
    del reading
    totals = evidence.findings.totals
    if each.number is None:
        return None
    if each.measure == "records.total":
        fine = each.number == totals.records
        return Judgement(each, _TOLD[fine], text("audit.fact.count", real=figure(totals.records)))
    errors = sum(level.n for level in evidence.findings.levels if level.severity_number >= _ERROR)
    problems = sum(problem.n for problem in evidence.findings.problems)
    fine = each.number in (totals.abnormal, errors, problems)
    words = text("audit.fact.errors_only", real=figure(totals.abnormal), errors=figure(errors))
    return Judgement(each, _TOLD[fine], words)


def _level(reading: Reading, each: Stated, evidence: AuditEvidence) -> Judgement | None:
    counts = {level.level: level.n for level in evidence.findings.levels}
    wholes = [evidence.findings.totals.records, evidence.findings.totals.abnormal]
    if each.detail:
        block = reading.block_of(each.place.line)
        problem = evidence.problem(each.detail, block.text if block else "")
        if problem is None:
            return _unknown(each)
        counts = {share.name: share.n for share in problem.levels}
        for variant in problem.variants:
            if variant.text and variant.text in each.place.says:
                counts = {variant.level: variant.n}
        wholes = [problem.n]
    real = _of_level(counts, each.subject)
    if real is None:
        return Judgement(each, "contradicted", text("audit.fact.no_level"))
    return _counted(each, [real], wholes)


def _of_level(counts: Mapping[str, int], said: str) -> int | None:
    """Return the count of a level; WARN and WARNING are one where only one of them occurs."""
    if said in counts:
        return counts[said]
    for one, other in (("WARN", "WARNING"), ("FATAL", "CRITICAL")):
        if said in (one, other):
            return counts.get(other if said == one else one)
    return None


def _module(reading: Reading, each: Stated, evidence: AuditEvidence) -> Judgement | None:
    if each.detail:
        block = reading.block_of(each.place.line)
        problem = evidence.problem(each.detail, block.text if block else "")
        if problem is None:
            return _unknown(each)
        counts = {share.name: share.n for share in problem.modules}
        real = counts.get(each.subject)
        if real is None:
            return Judgement(
                each, "contradicted", text("audit.fact.modules_extra", extra=each.subject)
            )
        return _counted(each, [real], [problem.n])
    found = next((m for m in evidence.findings.modules if m.name == each.subject), None)
    if found is None:
        words = text("audit.fact.no_module", n=figure(evidence.findings.totals.modules))
        return Judgement(each, "contradicted", words)
    whole = evidence.findings.totals
    return _counted(each, [found.abnormal, found.n], [whole.abnormal, whole.records])


def _counted(each: Stated, reals: Sequence[int], wholes: Sequence[int]) -> Judgement | None:
    """Judge a count, or a share of one of several wholes."""
    if each.number is None:
        return None
    if each.measure.endswith(".count"):
        fine = each.number in reals
        return Judgement(each, _TOLD[fine], text("audit.fact.count", real=figure(reals[0])))
    pairs = [(reals[min(at, len(reals) - 1)], whole) for at, whole in enumerate(wholes) if whole]
    slack = _SHARE_SLACK if each.number != int(each.number) else _WHOLE_SLACK
    fine = any(abs(100 * real / whole - each.number) <= slack for real, whole in pairs)
    if not pairs:
        return None
    real, whole = pairs[0]
    words = text(
        "audit.fact.share", real=f"{100 * real / whole:.1f}", n=figure(real), whole=figure(whole)
    )
    return Judgement(each, _TOLD[fine], words)


#: A turn of a curve begins with a step of it, in which the second need hold no record; so does a peak.
_PACE = re.compile(
    r"\d\s*(?:/\s*min\b|per minute|[条次]?\s*/\s*分钟|每分钟|records? in \d|\S{1,2}\s*内\s*[\d,]+ 条)",
    re.IGNORECASE,
)


def _event(reading: Reading, each: Stated, evidence: AuditEvidence) -> Judgement | None:
    del reading
    if each.start is None:
        return None
    problem = evidence.problem(each.subject)
    if problem is None:
        return _unknown(each)
    window = evidence.findings.question.window
    if window is None:
        return Judgement(each, "not_verifiable", text("audit.fact.no_window"))
    start = evidence.utc(each.start)
    outside = _outside(each, start, window.start, window.end, evidence)
    return outside or _looked_up(each, start.replace(microsecond=0), problem.id, evidence)


def _looked_up(each: Stated, start: datetime, problem: str, evidence: AuditEvidence) -> Judgement:
    """Look for the records of an event in its second, or in its minute where it names no second."""
    records = evidence.records
    if not records.complete:
        return Judgement(each, "not_verifiable", text("audit.fact.no_records"))
    step = timedelta(minutes=1) if each.unit == "min" else timedelta(seconds=1)
    module = each.names[0] if each.names else ""
    n, locators = records.count(start, start + step, problem, module)
    if n:
        words = text("audit.fact.event_minute" if each.unit == "min" else "audit.fact.event", n=n)
        return Judgement(each, "supported", words, locators)
    if _PACE.search(each.subject):
        return Judgement(each, "not_verifiable", text("audit.fact.pace"))
    nearest = records.nearest(start, problem, module)
    if nearest is None:
        return Judgement(each, "contradicted", text("audit.fact.no_event_at_all"))
    shown = evidence.local(nearest).strftime("%H:%M:%S")
    return Judgement(each, "contradicted", text("audit.fact.no_event", nearest=shown))


def _outside(
    each: Stated, moment: datetime, start: datetime, end: datetime, evidence: AuditEvidence
) -> Judgement | None:
    if moment >= end:
        words = text("audit.fact.outside_evidence", end=_shown(evidence.local(end)))
        return Judgement(each, "not_verifiable", words)
    if moment < start - timedelta(seconds=59):
        words = text("audit.fact.before_evidence", start=_shown(evidence.local(start)))
        return Judgement(each, "not_verifiable", words)
    return None


def _unknown(each: Stated) -> Judgement:
    return Judgement(each, "not_verifiable", text("audit.fact.problem_unknown"))

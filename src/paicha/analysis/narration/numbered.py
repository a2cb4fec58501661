"""
The findings a model may phrase: sentences of ours with numbers.

No log text is among them: a problem without a class of its own is called by its number, and names out of
the log stand only where they are written like names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from paicha.locales import Text, text
from paicha.model.findings import Claim, Findings, Problem
from paicha.model.narration import NumberedFinding

#: Problems that are told; what is beyond is told as a number.
MOST_PROBLEMS = 12
_MODULES = 3
#: What is written like a name: no blank, so no sentence and no instruction.
_NAME = re.compile(r"[\w./:-]{1,60}")


def numbered(findings: Findings) -> tuple[NumberedFinding, ...]:
    """Return what may be said of an investigation, each sentence with its number from 1."""
    return tuple(NumberedFinding(n, said) for n, said in enumerate(_sentences(findings), start=1))


def _sentences(findings: Findings) -> Iterator[Text]:
    zone = ZoneInfo(findings.question.zone)
    totals, window = findings.totals, findings.question.extent
    yield text(
        "narration.fact.scope" if findings.question.window else "narration.fact.scope_no_window",
        start=_moment(window.start, zone),
        end=_moment(window.end, zone),
        zone=findings.question.zone,
        records=f"{totals.records:,}",
        abnormal=f"{totals.abnormal:,}",
        problems=len(findings.problems),
    )
    for problem in findings.problems[:MOST_PROBLEMS]:
        yield _problem(problem, zone)
    if len(findings.problems) > MOST_PROBLEMS:
        rest = findings.problems[MOST_PROBLEMS:]
        yield text("narration.fact.rest", n=len(rest), records=f"{sum(p.n for p in rest):,}")
    for claim in findings.contradictions:
        yield _contradiction(claim)
    if findings.change is not None:
        yield findings.change.baseline.text
        for change in findings.change.changes:
            if change.dimension == "problem" and change.changed and change.firm:
                title = _title_of(findings, change.key)
                kind = text(f"narration.change.{change.kind}")
                counts = {"before": f"{change.before:,}", "during": f"{change.during:,}"}
                yield text("narration.fact.change", title=title, kind=kind, **counts)
    if findings.generated is not None and findings.generated.suspected:
        yield text("narration.fact.generated")
    if findings.coverage.incomplete:
        yield text("narration.fact.incomplete")


def _problem(problem: Problem, zone: ZoneInfo) -> Text:
    modules = [share for share in problem.modules if _NAME.fullmatch(share.name)]
    named = ", ".join(f"{share.name} ({share.n:,})" for share in modules[:_MODULES])
    return text(
        "narration.fact.problem" if problem.first else "narration.fact.problem_no_time",
        number=problem.number,
        title=_title(problem),
        priority=problem.priority,
        n=f"{problem.n:,}",
        share=f"{100 * problem.share:.1f}",
        modules=sum(1 for share in problem.modules if share.name),
        named=named or text("narration.fact.unnamed"),
        first=_clock(problem.first, zone),
        last=_clock(problem.last, zone),
        without_time=_without_time(problem),
    )


def _without_time(problem: Problem) -> Text:
    n = problem.without_time
    return text("narration.fact.without_time", n=f"{n:,}") if n else Text.same("")


def _title(problem: Problem) -> Text:
    return problem.title if problem.class_id else text("narration.fact.own", n=problem.number)


def _title_of(findings: Findings, key: str) -> Text:
    found = next((problem for problem in findings.problems if problem.id == key), None)
    return _title(found) if found is not None else text("narration.fact.gone")


def _contradiction(claim: Claim) -> Text:
    verdict = claim.verdict
    return text(
        "narration.fact.contradiction",
        concept=claim.concept_title,
        host=verdict.host if _NAME.fullmatch(verdict.host) else text("narration.fact.unnamed"),
        n=f"{claim.n:,}",
        low=_figure(verdict.measured_min),
        high=_figure(verdict.measured_max),
        unit=claim.unit,
    )


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _clock(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else moment.astimezone(zone).strftime("%H:%M:%S")


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")

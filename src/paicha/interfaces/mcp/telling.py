"""From findings to the answers of the tools; every text in them shows and does nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict, TypeVar

from paicha.analysis.wording import alternatives
from paicha.app.evidence import Line, Lines
from paicha.composition.option_names import renamed
from paicha.interfaces.mcp.answers import (
    ClaimCounts,
    ClaimRow,
    ClaimsAnswer,
    Count,
    EvidenceAnswer,
    InvestigationAnswer,
    LogLine,
    ProblemRow,
    ProblemsAnswer,
    ValueRange,
    Variant,
)
from paicha.interfaces.mcp.runs import Run
from paicha.interfaces.mcp.spoken import said
from paicha.interfaces.mcp.wording import LONGEST_LINE, clipped, stamp
from paicha.locales import Language, Text, pair
from paicha.model.findings import Claim, Findings, Problem, Share
from paicha.renderers.visible import is_web_address, visible
from paicha.values import dataclass

#: Rows in a headline, a problem's modules in a list, variants and ranges of a problem.
HEADLINE, MODULES, VARIANTS = 5, 3, 10
#: Text of log lines in one answer; it ends early beyond that, and says where the next begins [characters]. Twenty
#: records with their stack traces were 90 kB, which an agent pays for; twenty usual lines are four.
MOST_TEXT = 20_000

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows of an answer are wanted, and in which language."""

    offset: int
    limit: int
    language: Language


class Extent(TypedDict):
    """The fields of `answers.Page`."""

    total: int
    offset: int
    truncated: bool
    next_offset: int | None


def page(rows: Sequence[Row], wanted: Slice) -> tuple[tuple[Row, ...], Extent]:
    """Return the wanted rows, and which part of all that is."""
    shown = tuple(rows[wanted.offset : wanted.offset + wanted.limit])
    return shown, extent_of(len(rows), wanted.offset, len(shown))


def extent_of(total: int, offset: int, shown: int) -> Extent:
    """Return which part *shown* rows from *offset* on are of *total*."""
    more = offset + shown < total
    return Extent(
        total=total,
        offset=offset,
        truncated=more,
        next_offset=offset + shown if more else None,
    )


def spoken(words: Text, language: Language) -> str:
    """Return a text that may quote logs, with what does not show written out."""
    return clipped(words.in_language(language), language)[0]


def unfinished(run: Run, language: Language) -> InvestigationAnswer:
    """Return the state of an investigation that has no findings."""
    return InvestigationAnswer(
        id=run.id,
        state=run.state,
        notice=said("notice", language),
        stage=visible(run.progress.stage),
        done=run.progress.done,
        step_total=run.progress.total,
        reason=visible(renamed(run.reason.in_language(language)), lines=True) if run.reason else "",
        start=None,
        end=None,
        zone="",
        records=None,
        abnormal=None,
        problem_count=None,
        verdict=(),
        incomplete=(),
        problems=(),
        contradiction_count=None,
        contradictions=(),
        suspects="",
        baseline="",
        report_uri=None,
    )


def headline(run_id: str, findings: Findings, language: Language, uri: str) -> InvestigationAnswer:
    """Return what an investigation found, in short."""
    question, totals = findings.question, findings.totals
    contradicted = findings.contradictions
    change, suspects = findings.change, findings.suspects
    return InvestigationAnswer(
        id=run_id,
        state="done",
        notice=said("notice", language),
        stage="",
        done=totals.records,
        step_total=totals.records,
        reason="",
        start=stamp(question.window.start, question.zone) if question.window else None,
        end=stamp(question.window.end, question.zone) if question.window else None,
        zone=question.zone,
        records=totals.records,
        abnormal=totals.abnormal,
        problem_count=len(findings.problems),
        verdict=tuple(spoken(each.text, language) for each in findings.statements),
        incomplete=incomplete_of(findings, language),
        problems=tuple(
            problem_row(problem, findings, language) for problem in findings.problems[:HEADLINE]
        ),
        contradiction_count=len(contradicted),
        contradictions=tuple(
            spoken(alternatives((claim.text, claim.verdict.reason)), language)
            for claim in contradicted[:HEADLINE]
        ),
        suspects="" if suspects is None else spoken(suspects.text, language),
        baseline="" if change is None else spoken(change.baseline.text, language),
        report_uri=uri,
    )


def incomplete_of(findings: Findings, language: Language) -> tuple[str, ...]:
    """Return every reason why an investigation is not the whole truth, with its source."""
    coverage = findings.coverage
    reasons = [(s.source, reason) for s in coverage.logs for reason in s.incomplete]
    reasons += [(s.source, reason) for s in coverage.metrics for reason in s.incomplete]
    reasons += [(s.source, reason) for s in coverage.traces for reason in s.incomplete]
    return tuple(
        pair(visible(source), spoken(reason, language), language) for source, reason in reasons
    )


def problem_row(problem: Problem, findings: Findings, language: Language) -> ProblemRow:
    """Return one problem as a row of a list."""
    zone = findings.question.zone
    services, modules = (
        [share for share in shares if share.name] for shares in (problem.services, problem.modules)
    )
    return ProblemRow(
        number=problem.number,
        id=problem.id,
        title=spoken(problem.title, language),
        priority=problem.priority,
        n=problem.n,
        share=problem.share,
        first=stamp(problem.first, zone),
        last=stamp(problem.last, zone),
        without_time=problem.without_time,
        services=_first_of(services, language),
        service_count=len(services),
        modules=_first_of(modules, language),
        module_count=len(modules),
        change=None if problem.change is None else problem.change.kind,
        before=None if problem.change is None else problem.change.before,
        claims=claim_counts(problem.claims),
    )


def _first_of(shares: Sequence[Share], language: Language) -> tuple[Count, ...]:
    return tuple(
        Count(name=clipped(share.name, language)[0], n=share.n) for share in shares[:MODULES]
    )


def claim_counts(claims: Sequence[Claim]) -> ClaimCounts:
    """Return how often each verdict stands."""
    kinds = [claim.verdict.kind for claim in claims]
    return ClaimCounts(
        confirmed=kinds.count("confirmed"),
        contradicted=kinds.count("contradicted"),
        not_verifiable=kinds.count("not_verifiable"),
    )


def problems_answer(
    run_id: str, findings: Findings, priority: str | None, wanted: Slice
) -> ProblemsAnswer:
    """Return a page of the ranked problems."""
    language = wanted.language
    rows = [p for p in findings.problems if priority in (None, p.priority)]
    shown, extent = page(rows, wanted)
    return ProblemsAnswer(
        id=run_id,
        notice=said("notice", language),
        problems=tuple(problem_row(problem, findings, language) for problem in shown),
        **extent,
    )


def evidence_answer(run_id: str, findings: Findings, found: Lines, wanted: Slice) -> EvidenceAnswer:
    """Return a problem in detail and those of its lines that *found* holds: the wanted ones."""
    offset, language = wanted.offset, wanted.language
    found = replace(found, lines=_fitting(found.lines))
    problem, zone = found.problem, findings.question.zone
    return EvidenceAnswer(
        id=run_id,
        notice=said("notice", language),
        problem=problem_row(problem, findings, language),
        why=spoken(problem.why, language),
        risk="" if problem.risk is None else spoken(problem.risk, language),
        causes=tuple(spoken(cause, language) for cause in problem.causes),
        actions=tuple(f"{a.priority}: {spoken(a.text, language)}" for a in problem.actions),
        variants=tuple(
            Variant(text=clipped(variant.text, language)[0], n=variant.n)
            for variant in problem.variants[:VARIANTS]
        ),
        variant_count=len(problem.variants),
        ranges=_ranges(problem, language),
        pages=tuple(page.address for page in problem.pages if is_web_address(page.address)),
        query=visible(problem.evidence.sql, lines=True),
        lines=tuple(
            _log_line(offset + place + 1, line, zone, language)
            for place, line in enumerate(found.lines)
        ),
        kept=found.kept,
        notes=tuple(spoken(note, language) for note in found.notes),
        **_extent_of_lines(found, offset),
    )


def _fitting(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the first of *lines* as far as they fit into one answer, at least one."""
    kept: list[Line] = []
    size = 0
    for line in lines:
        size += min(len(line.body), LONGEST_LINE)
        if kept and size > MOST_TEXT:
            break
        kept.append(line)
    return tuple(kept)


def _extent_of_lines(found: Lines, offset: int) -> Extent:
    """Return which part the lines are of all; a next page there is only among those that the case keeps."""
    reached = offset + len(found.lines)
    return Extent(
        total=found.total,
        offset=offset,
        truncated=reached < found.total,
        next_offset=reached if reached < found.kept else None,
    )


def _ranges(problem: Problem, language: Language) -> tuple[ValueRange, ...]:
    found = [
        ValueRange(
            name=clipped(each.name, language)[0],
            unit=visible(each.unit),
            n=each.n,
            minimum=each.minimum,
            maximum=each.maximum,
        )
        for variant in problem.variants
        for each in variant.ranges
        if each.minimum is not None and each.maximum is not None
    ]
    return tuple(found[:VARIANTS])


def _log_line(number: int, line: Line, zone: str, language: Language) -> LogLine:
    text, cut = clipped(line.body, language)
    return LogLine(
        number=number,
        time=stamp(line.timestamp, zone),
        level=clipped(line.level, language)[0],
        module=clipped(line.module, language)[0],
        host=clipped(line.host, language)[0],
        text=text,
        cut=cut,
        locator=clipped(line.locator, language)[0],
    )


def claims_answer(
    run_id: str, findings: Findings, verdict: str | None, wanted: Slice
) -> ClaimsAnswer:
    """Return a page of the claims, contradicted ones first."""
    language = wanted.language
    rows = sorted(
        (c for c in findings.claims if verdict in (None, c.verdict.kind)),
        key=lambda claim: claim.verdict.kind != "contradicted",
    )
    numbers = {problem.id: problem.number for problem in findings.problems}
    shown, extent = page(rows, wanted)
    return ClaimsAnswer(
        id=run_id,
        notice=said("notice", language),
        counts=claim_counts(findings.claims),
        claims=tuple(_claim_row(claim, numbers, language) for claim in shown),
        **extent,
    )


def _claim_row(claim: Claim, numbers: dict[str, int], language: Language) -> ClaimRow:
    verdict = claim.verdict
    return ClaimRow(
        problem=numbers[claim.problem_id],
        problem_id=claim.problem_id,
        concept=claim.concept,
        host=visible(verdict.host),
        claim=spoken(claim.text, language),
        verdict=verdict.kind,
        reason=spoken(verdict.reason, language),
        metric=visible(verdict.metric),
        unit=claim.unit,
        claimed_min=claim.claimed_min,
        claimed_max=claim.claimed_max,
        measured_min=verdict.measured_min,
        measured_mean=verdict.measured_mean,
        measured_max=verdict.measured_max,
        points=verdict.points,
        both_true=tuple(spoken(each, language) for each in claim.both_true),
    )

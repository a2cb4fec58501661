"""What the evidence shows and the report does not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paicha.analysis.audit.checks_sums import figure
from paicha.analysis.audit.evidence import AuditEvidence
from paicha.analysis.audit.reading import Reading
from paicha.locales import text
from paicha.model.audit import Omission, Stated
from paicha.model.findings import Problem

_URGENT = ("P1", "P2")


def omissions(
    reading: Reading, stated: Sequence[Stated], evidence: AuditEvidence
) -> Iterator[Omission]:
    """Yield the urgent problems, contradictions and gaps of the evidence that the report leaves out."""
    known = set(_known_problems(reading, stated, evidence))
    for problem in evidence.findings.problems:
        if problem.priority in _URGENT and problem.id not in known:
            modules = sum(1 for share in problem.modules if share.name)
            words = text(
                "audit.left.problem",
                priority=problem.priority,
                title=problem.title,
                n=figure(problem.n),
                modules=modules,
            )
            yield Omission("problem", words, tuple(e.locator for e in problem.examples[:3]))
    measured = {
        found.concept
        for each in stated
        if each.measure.startswith("metric.")
        and (found := evidence.metric(each.subject, each.detail)) is not None
    }
    for claim in evidence.findings.contradictions:
        if claim.concept not in measured or claim.problem_id not in known:
            yield Omission("contradiction", claim.verdict.reason)
    if not _speaks_of_gaps(reading):
        coverage = evidence.findings.coverage
        gaps = [gap for logs in coverage.logs for gap in logs.incomplete]
        gaps += [gap for metrics in coverage.metrics for gap in metrics.incomplete]
        yield from (Omission("gap", gap) for gap in gaps)


def _known_problems(
    reading: Reading, stated: Sequence[Stated], evidence: AuditEvidence
) -> Iterator[str]:
    for each in stated:
        if each.measure in ("problem.listed", "problem.count"):
            block = reading.block_of(each.place.line)
            found: Problem | None = evidence.problem(each.subject, block.text if block else "")
            if found is not None:
                yield found.id


def _speaks_of_gaps(reading: Reading) -> bool:
    words = (
        "incomplete",
        "missing",
        "cut short",
        "not read",
        "truncated",
        "不完整",
        "缺失",
        "截断",
        "未读取",
    )
    return any(word in row.text.lower() for row in reading.document.rows for word in words)

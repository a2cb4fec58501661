"""What a case knows, asked the way a report speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from paicha.analysis.audit.lexicon import Lexicon, likeness
from paicha.model.findings import Findings, MetricSummary, Problem
from paicha.values import dataclass

#: So much of a name's words must stand in a problem's title or templates.
_LIKE = 0.6


class RecordLookup(Protocol):
    """Counts single records of a case."""

    @property
    def complete(self) -> bool:
        """Whether the case keeps every record."""
        ...

    def count(
        self, start: datetime, end: datetime, problem: str, module: str
    ) -> tuple[int, tuple[str, ...]]:
        """
        Return how many records lie in ``[start, end)``, and the locators of the first three.

        Args:
            start: UTC.
            end: UTC; not included.
            problem: Of this problem only; "": any record.
            module: Of this module only; "": any.
        """
        ...

    def nearest(self, moment: datetime, problem: str, module: str) -> datetime | None:
        """Return the time of the nearest such record; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class AuditEvidence:
    """
    The evidence a report is held against.

    Args:
        findings: What the investigation found.
        records: Its records.
        lexicon: What words mean, with the modules of the evidence.
    """

    findings: Findings
    records: RecordLookup
    lexicon: Lexicon
    _matched: dict[str, Problem | None] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the evidence: that of local times in the report."""
        return ZoneInfo(self.findings.question.zone)

    def utc(self, local: datetime) -> datetime:
        """Return a local time of the report as a moment."""
        return local.replace(tzinfo=self.zone)

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the report would write it, without its zone."""
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def problem(self, said: str, block: str = "") -> Problem | None:
        """
        Return the problem that a name means: by title, by class, by its templates, by likeness.

        Args:
            said: The name.
            block: What else the report says of it.
        """
        key = f"{said}\0{block}"
        if key not in self._matched:
            self._matched[key] = self._problem(said, block)
        return self._matched[key]

    def _problem(self, said: str, block: str) -> Problem | None:
        problems = self.findings.problems
        by_id = {problem.class_id: problem for problem in problems if problem.class_id}
        titled = self.lexicon.titled(said)
        if titled in by_id:
            return by_id[titled]
        for text in filter(None, (said, block)):
            quoted = _quoted(text, problems)
            if quoted is not None:
                return quoted
        known = self.lexicon.problem_class(said)
        if known in by_id:
            return by_id[known]
        scores = [(max(likeness(said, name) for name in _names(p)), -p.number, p) for p in problems]
        best = max(scores, key=lambda score: score[:2], default=None)
        return best[2] if best is not None and best[0] >= _LIKE else None

    def metric(self, said: str, host: str = "") -> MetricSummary | None:
        """Return the metric that a name means, of *host* where it is named and several have it."""
        concept = self.lexicon.concept(said)
        found = [m for m in self.findings.metrics if concept and m.concept == concept]
        named = [m for m in found if m.host and (m.host == host or m.host in said)]
        return next(iter(named or found), None)


def _names(problem: Problem) -> list[str]:
    return [problem.title.zh, problem.title.en, *(variant.text for variant in problem.variants)]


def _quoted(text: str, problems: Sequence[Problem]) -> Problem | None:
    """
    Return the problem one of whose templates begins as a line of *text* does, the longest first.

    Of templates that begin alike the one that stands there as a whole.
    """
    said = text.lower()
    best: tuple[tuple[int, int], Problem] | None = None
    for problem in problems:
        for variant in problem.variants:
            words = variant.text.lower()
            lead = words.split("<", 1)[0].strip(" :=,")
            length = len(lead), len(words) if words in said else 0
            if len(lead) >= 12 and lead in said and (best is None or length > best[0]):
                best = length, problem
    return best[1] if best else None

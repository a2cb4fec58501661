"""What the tools do, without the protocol: questions to runs and cases, synchronous and in one language."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from paicha.analysis.redaction import covered, shown_findings
from paicha.app.check_aliases import check_aliases
from paicha.app.evidence import find_problem
from paicha.audits import Auditor
from paicha.comparisons import change_of_investigation, compare
from paicha.errors import CaseError, UsageError
from paicha.facade import Asked, Investigation
from paicha.interfaces.mcp import comparing, telling
from paicha.interfaces.mcp.answers import (
    AliasesAnswer,
    AuditAnswer,
    ClaimsAnswer,
    ComparisonAnswer,
    EndedAnswer,
    EvidenceAnswer,
    InvestigationAnswer,
    ProblemsAnswer,
    SourceRow,
    SourcesAnswer,
)
from paicha.interfaces.mcp.cases import Cases
from paicha.interfaces.mcp.permissions import Permissions
from paicha.interfaces.mcp.runs import Run, Runs
from paicha.interfaces.mcp.telling import Slice
from paicha.kernel.moments import resolve_window
from paicha.kernel.times import find_zone
from paicha.locales import Language
from paicha.model.findings import Findings
from paicha.model.question import LogQuery, Scope
from paicha.renderers.visible import visible
from paicha.service.read_cases import ReadCases
from paicha.values import dataclass
from paicha.wiring.assembly import Assembly
from paicha.wiring.settings import (
    LOG_TYPES,
    METRIC_TYPES,
    BluekingSettings,
    ChatModelSettings,
    Settings,
    SourceSettings,
    WebSettings,
    kind_of,
)

#: A report that is longer is no matter for a conversation [characters].
LONGEST_REPORT = 1_000_000
#: Long enough to see every table of an index set that is written to at all.
_USUAL_LENGTH = "15m"


@dataclass(frozen=True, slots=True)
class Aliases:
    """
    Which aliases are verified over which rows; "" stands for what is usual.

    Args:
        source: Name of the source.
        scope: Business and index set.
        start: Start of the window, as asked.
        end: End of the window, as asked.
        last: Its length, as asked.
        zone: IANA name.
        max_records: Rows looked at; None: the settings'.
    """

    source: str
    scope: Scope
    start: str
    end: str
    last: str
    zone: str
    max_records: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """
    Answers the questions of the tools.

    Args:
        settings: The settings in force.
        permissions: What may be read.
        cases: Where investigations are kept.
        runs: Those that are under way.
        zone: Read and shown in where a call names none.
        language: Spoken where a call names none.
    """

    settings: Settings
    permissions: Permissions
    cases: Cases
    runs: Runs
    zone: str
    language: Language
    _read: ReadCases = field(default_factory=ReadCases, repr=False)

    def sources(self, language: Language) -> SourcesAnswer:
        """Return what may be read."""
        folder = self.permissions.files
        rows = (
            self._source(source)
            for source in self.settings.sources
            if not isinstance(source, ChatModelSettings)
        )
        return SourcesAnswer(
            sources=tuple(rows),
            file_folder=None if folder is None else visible(str(folder)),
            zone=self.zone,
            language=language,
        )

    def _source(self, source: SourceSettings) -> SourceRow:
        kinds = LOG_TYPES if isinstance(source, LOG_TYPES) else METRIC_TYPES
        alike = [s for s in self.settings.sources if isinstance(s, kinds)]
        general = self.settings.general
        named = general.logs if kinds is LOG_TYPES else general.metrics
        only = kinds is LOG_TYPES and len(alike) == 1
        gives: Literal["logs", "metrics"] = "logs" if kinds is LOG_TYPES else "metrics"
        return SourceRow(
            name=visible(source.name),
            kind=kind_of(source),
            gives=gives,
            place=visible(covered(_place(source))),
            usual=source.name in named if named else only,
        )

    def start(
        self, asked: Asked, files: list[str], metrics: list[str] | None, metric_files: list[str]
    ) -> Run:
        """
        Start an investigation of what may be read.

        Raises:
            PaichaError: If it may not be, or cannot be started.
        """
        paths = self.permissions.log_files(files)
        self.permissions.refuse_nothing(paths, asked.sources)
        chosen = self.permissions.metrics(metrics, metric_files)
        return self.runs.start(
            replace(asked, files=paths, metrics=chosen, zone=asked.zone or self.zone)
        )

    def stop(self, run_id: str) -> EndedAnswer:
        """
        End an investigation that is running; nothing of it is kept.

        Raises:
            CaseError: If there is none of this id.
        """
        run = self.runs.find(run_id)
        self.runs.stop(run)
        assert run.state != "running"  # whoever asked waited for its end
        return EndedAnswer(id=run.id, state=run.state)

    def report_uri(self, run_id: str) -> str:
        """Return where the whole report can be read."""
        return f"paicha://investigations/{run_id}/report.md"

    def state(self, run: Run, language: Language) -> InvestigationAnswer:
        """Return how far an investigation is, or what it found."""
        if run.state != "done":
            return telling.unfinished(run, language)
        findings = self.findings(run.id)
        return telling.headline(run.id, findings, language, self.report_uri(run.id))

    def problems(self, run_id: str, priority: str | None, wanted: Slice) -> ProblemsAnswer:
        """Return a page of problems."""
        return telling.problems_answer(run_id, self.findings(run_id), priority, wanted)

    def evidence(self, run_id: str, problem: str, wanted: Slice) -> EvidenceAnswer:
        """Return a problem and a page of its lines."""
        found = self._open(run_id)
        lines = found.lines(problem, wanted.limit, wanted.offset)
        findings = shown_findings(found.findings)
        lines = replace(lines, problem=find_problem(findings, problem))
        return telling.evidence_answer(run_id, findings, lines, wanted)

    def claims(self, run_id: str, verdict: str | None, wanted: Slice) -> ClaimsAnswer:
        """Return a page of claims."""
        return telling.claims_answer(run_id, self.findings(run_id), verdict, wanted)

    def compare_cases(self, before_id: str, during_id: str, wanted: Slice) -> ComparisonAnswer:
        """Return what differs between two investigations."""
        places = [self._case(before_id), self._case(during_id)]
        found = compare(*places, settings=self.settings, language=wanted.language)
        return comparing.comparison_answer(during_id, found.found, wanted)

    def compare_baseline(self, run_id: str, wanted: Slice) -> ComparisonAnswer:
        """
        Return what differs between an investigation and its own baseline.

        Raises:
            QuestionError: If it was asked without one.
        """
        found = change_of_investigation(self._open(run_id))
        return comparing.comparison_answer(run_id, found.found, wanted)

    def aliases(self, asked: Aliases, wanted: Slice) -> AliasesAnswer:
        """
        Return whether the aliases of an index set hold.

        Raises:
            PaichaError: If the source cannot be asked, or knows no aliases.
        """
        assembly = Assembly(self.settings)
        zone = find_zone(asked.zone or self.zone).key
        length = asked.last or (None if asked.start else _USUAL_LENGTH)
        start, end = asked.start or None, asked.end or None
        window = resolve_window(start, end, length, zone, datetime.now(UTC))
        assert window is not None  # one of start and length is always given
        named = (asked.source,) if asked.source else ()
        self.permissions.refuse_nothing((), named)
        (name, *_) = assembly.choices.chosen_logs((), named)
        query = LogQuery(
            window,
            assembly.choices.scope(asked.scope, (name,)),
            zone,
            asked.max_records or self.settings.general.max_records,
        )
        found = check_aliases(assembly.log_source(name, zone), query)
        return comparing.aliases_answer(found, window, zone, wanted)

    def audit(
        self, text: str, name: str, run_id: str, wanted: Slice, *, everything: bool
    ) -> AuditAnswer:
        """
        Return the audit of a report.

        Raises:
            UsageError: If it is longer than `LONGEST_REPORT`.
        """
        if len(text) > LONGEST_REPORT:
            raise UsageError("mcp.too_long", length=f"{len(text):,}", most=f"{LONGEST_REPORT:,}")
        against = self._open(run_id) if run_id else None
        audited = Auditor(against, self.settings).audit(text, name or "report")
        return comparing.audit_answer(audited, wanted, everything=everything)

    def report(self, run_id: str, language: Language | None) -> str:
        """
        Return the whole report as Markdown.

        Nothing is added to it: `audit_report` holds every line of it against the evidence.
        """
        return self._open(run_id).render("md", language).decode()

    def findings(self, run_id: str) -> Findings:
        """
        Return what an investigation found, secrets covered.

        Raises:
            CaseError: If there is no such investigation, or nothing came of it.
        """
        return shown_findings(self._open(run_id).findings)

    def _open(self, run_id: str) -> Investigation:
        return self._read.get(run_id, self._case(run_id))

    def _case(self, run_id: str) -> Path:
        run = self.runs.find(run_id)
        if run.state == "running":
            raise CaseError("mcp.still_running", id=run_id)
        return self.cases.case(run_id)


def _place(source: SourceSettings) -> str:
    if isinstance(source, BluekingSettings):
        return source.monitor_url or source.log_url
    if isinstance(source, WebSettings):
        return source.url
    return ", ".join(source.paths)

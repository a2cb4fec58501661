"""What the tools return: their fields are the output schemas that clients are told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from paicha.interfaces.mcp.spoken import both

#: Text that comes from the investigated systems: what does not show is written out, secrets are covered.
Untrusted = Annotated[str, Field(description=both("notice"))]


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(Shape):
    """An answer with rows: which part of them it holds."""

    total: int
    offset: int
    truncated: bool
    next_offset: int | None


class SourceRow(Shape):
    """One configured source."""

    name: str
    kind: str
    gives: Literal["logs", "metrics"]
    place: str
    usual: bool


class SourcesAnswer(Shape):
    """Everything that may be read."""

    sources: tuple[SourceRow, ...]
    file_folder: str | None
    zone: str
    language: Literal["zh", "en"]


class Count(Shape):
    """A name and how often it occurred."""

    name: Untrusted
    n: int


class ClaimCounts(Shape):
    """Verdicts of a problem's claims."""

    confirmed: int
    contradicted: int
    not_verifiable: int


class ProblemRow(Shape):
    """One problem in a list."""

    number: int
    id: str
    title: Untrusted
    priority: Literal["P1", "P2", "P3"]
    n: int
    share: float
    first: str | None
    last: str | None
    without_time: int
    services: tuple[Count, ...]
    service_count: int
    modules: tuple[Count, ...]
    module_count: int
    change: Literal["new", "gone", "louder", "quieter", "unchanged"] | None
    before: int | None
    claims: ClaimCounts


class InvestigationAnswer(Shape):
    """State and headline of an investigation."""

    id: str
    state: Literal["running", "done", "failed", "stopped"]
    notice: str
    stage: str
    done: int
    step_total: int | None
    reason: str
    start: str | None
    end: str | None
    zone: str
    records: int | None
    abnormal: int | None
    problem_count: int | None
    verdict: tuple[Untrusted, ...]
    incomplete: tuple[Untrusted, ...]
    problems: tuple[ProblemRow, ...]
    contradiction_count: int | None
    contradictions: tuple[Untrusted, ...]
    suspects: Untrusted
    baseline: Untrusted
    report_uri: str | None


class ProblemsAnswer(Page):
    """Ranked problems."""

    id: str
    notice: str
    problems: tuple[ProblemRow, ...]


class Variant(Shape):
    """One template of a problem."""

    text: Untrusted
    n: int


class ValueRange(Shape):
    """What a variable of a problem's lines was."""

    name: Untrusted
    unit: str
    n: int
    minimum: float
    maximum: float


class LogLine(Shape):
    """One log line; `cut` when it is longer than what is shown."""

    number: int
    time: str | None
    level: Untrusted
    module: Untrusted
    host: Untrusted
    text: Untrusted
    cut: bool
    locator: Untrusted


class EvidenceAnswer(Page):
    """One problem and the lines behind it."""

    id: str
    notice: str
    problem: ProblemRow
    why: str
    risk: str
    causes: tuple[str, ...]
    actions: tuple[str, ...]
    variants: tuple[Variant, ...]
    variant_count: int
    ranges: tuple[ValueRange, ...]
    pages: tuple[str, ...]  # where the store shows these records itself
    query: str
    kept: int
    notes: tuple[Untrusted, ...]
    lines: tuple[LogLine, ...]


class ClaimRow(Shape):
    """One claim beside what was measured."""

    problem: int
    problem_id: str
    concept: str
    host: Untrusted
    claim: Untrusted
    verdict: Literal["confirmed", "contradicted", "not_verifiable"]
    reason: Untrusted
    metric: str
    unit: str
    claimed_min: float | None
    claimed_max: float | None
    measured_min: float | None
    measured_mean: float | None
    measured_max: float | None
    points: int
    both_true: tuple[str, ...]


class EndedAnswer(Shape):
    """What became of an investigation that was told to end."""

    id: str
    state: Literal["done", "failed", "stopped"]


class ClaimsAnswer(Page):
    """Claims and verdicts; the counts are of all claims, whichever are listed."""

    id: str
    notice: str
    counts: ClaimCounts
    claims: tuple[ClaimRow, ...]


class ChangeRow(Shape):
    """One thing before and during."""

    dimension: Literal["all", "problem", "template", "level", "module", "service", "host"]
    key: Untrusted
    title: Untrusted
    kind: Literal["new", "gone", "louder", "quieter", "unchanged"]
    firm: bool
    before: int
    during: int
    rate_before: float | None
    rate_during: float | None
    score: float


class ComparisonAnswer(Page):
    """What differs; while the window is investigated first, `state` is running and nothing is listed."""

    id: str
    state: Literal["running", "done", "failed", "stopped"]
    reason: str
    notice: str
    baseline: Untrusted
    before_records: int | None
    during_records: int | None
    compared: int | None
    false_discoveries: float | None
    incomplete: tuple[Untrusted, ...]
    changes: tuple[ChangeRow, ...]


class AliasTable(Shape):
    """What the rows of one table say of an alias."""

    table: str
    rows: int
    with_field: int
    resolved: int


class AliasRow(Shape):
    """One declared alias."""

    alias: str
    field: str
    path_type: str
    tables: tuple[AliasTable, ...]


class AliasProblem(Shape):
    """One thing about one alias."""

    severity: Literal["error", "warning", "info"]
    kind: str
    alias: str
    rows: int
    text: Untrusted


class AliasesAnswer(Page):
    """Whether the aliases of an index set hold; findings are all listed, pairs are paged."""

    index_set: int
    name: Untrusted
    notice: str
    start: str
    end: str
    rows: int
    failed: bool
    incomplete: tuple[Untrusted, ...]
    findings: tuple[AliasProblem, ...]
    pairs: tuple[AliasRow, ...]


class AuditRow(Shape):
    """One thing about the report: an objection, a statement beside the evidence, or an omission."""

    kind: Literal["objection", "statement", "omission"]
    line: int | None
    says: Untrusted
    verdict: str
    check: str
    text: Untrusted
    locators: tuple[Untrusted, ...]


class AuditAnswer(Page):
    """The audit of a report; the counts are of everything, whichever is listed."""

    name: Untrusted
    notice: str
    failed: bool
    against_evidence: bool
    lines: int
    stated: int
    supported: int
    contradicted: int
    not_verifiable: int
    objections: int
    omissions: int
    rows: tuple[AuditRow, ...]

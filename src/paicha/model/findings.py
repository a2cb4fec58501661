"""
What the analysis decided: one tree, in no language's favour and without markup.

The JSON report is this tree; every other report is composed from it. Times are UTC; texts carry both
languages; shares are 0..1; every list is sorted by a rule its comment names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from paicha.locales import Text
from paicha.model.aliases import AliasReport
from paicha.model.change import Change, ChangeReport, Course
from paicha.model.coverage import Coverage
from paicha.model.question import Question
from paicha.model.stated import MovedNumber
from paicha.model.suspects import SuspectReport
from paicha.model.told import Told
from paicha.values import dataclass

Priority = Literal["P1", "P2", "P3"]
Status = Literal["normal", "abnormal", "no_threshold", "no_data"]
StatementKind = Literal[
    "immediate", "change", "done", "contradiction", "warning", "calm", "incomplete"
]
VerdictKind = Literal["confirmed", "contradicted", "not_verifiable"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How to see it with one's own eyes: a table of the case, its keys, the query that re-reads it."""

    table: str
    sql: str  # runs as it is with `paicha sql CASE`


@dataclass(frozen=True, slots=True)
class Share:
    """A name with its count, and its part of the whole it stands in."""

    name: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class LevelCount:
    """One level. Sorted by severity falling, then text."""

    level: str  # as the source spells it; "" for records that say none
    severity_number: int
    n: int
    share_of_all: float
    share_of_abnormal: float | None  # None below WARN
    abnormal: bool


@dataclass(frozen=True, slots=True)
class ModuleCount:
    """One code file (or logger). Sorted by abnormal count falling, then total, then name."""

    name: str
    n: int
    abnormal: int
    share: float  # of all abnormal records
    problems: tuple[Share, ...]  # its main problems (problem id), most first; at most 3
    curve: tuple[int, ...]  # abnormal records per bucket of `Totals.bucket_s`


@dataclass(frozen=True, slots=True)
class StoreCount:
    """What the store counted of one module, host, minute or clustering pattern, read or not."""

    dimension: Literal["module", "host", "minute", "pattern"]
    value: str  # a minute as ISO 8601 in UTC; "": records without such a value
    n: int
    read: int | None  # of these, read and analysed; None: cannot be said


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts everything else adds up to."""

    records: int
    abnormal: int  # WARN and above
    without_level: int
    without_time: int
    first: datetime | None
    last: datetime | None
    bucket_s: int  # width of a bucket in every curve [s]
    buckets: int
    bucket_start: datetime | None  # left edge of the first bucket; None: no time, so no curves
    curve_all: tuple[int, ...]
    curve_abnormal: tuple[int, ...]
    templates: int
    modules: int
    services: int
    hosts: int


@dataclass(frozen=True, slots=True)
class Example:
    """One line with the place it can be found again."""

    timestamp: datetime | None
    level: str
    module: str
    service: str
    host: str
    body: str
    locator: str


@dataclass(frozen=True, slots=True)
class Range:
    """What a variable of a problem's lines was: a range of numbers, or words with their counts."""

    name: str  # "usage"; "" when the line gives none
    unit: str
    n: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    p50: float | None
    p95: float | None
    values: tuple[Share, ...]  # most first; not `complete`: of those few that were kept, not of all
    distinct: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Variant:
    """One template of a problem. Sorted by count falling, then text."""

    template_id: str
    text: str
    n: int
    level: str
    ranges: tuple[Range, ...]
    modules: tuple[Share, ...] = ()  # all of them, most first


@dataclass(frozen=True, slots=True)
class Factor:
    """One term of the rank, shown as it was added."""

    name: str  # severity | level | count | spread | novelty | metric | outage | cause
    value: float  # what it was computed from
    points: float
    text: Text
    moments: tuple[datetime, ...] = ()  # that the text names


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the machine's own metrics say of a claim."""

    kind: VerdictKind
    reason: Text  # always with the numbers, or why there are none
    host: str
    metric: str
    measured_min: float | None
    measured_mean: float | None
    measured_max: float | None
    points: int
    labels: str = ""  # of the series that was compared, as its summary has them


@dataclass(frozen=True, slots=True)
class Claim:
    """What log lines say about a resource. One per problem, concept and host."""

    problem_id: str
    concept: str
    concept_title: Text
    unit: str
    comparison: Literal["above", "below"]
    threshold: float  # what the words alone imply
    claimed_min: float | None  # what the lines say in numbers
    claimed_max: float | None
    n: int
    text: Text
    verdict: Verdict
    both_true: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. Sorted by priority, then by the best problem it rests on."""

    priority: Priority
    text: Text
    problems: tuple[str, ...]  # problem ids


@dataclass(frozen=True, slots=True)
class Occurrences:
    """What records say that stand for more than one occurrence. Every other figure counts records."""

    records: int  # that say how often
    n: int  # occurrences for which these stand together; of an event told again its highest count


@dataclass(frozen=True, slots=True)
class Page:
    """
    Where a store itself shows the records of a problem, in the problem's own time.

    The words are looked for: of other records with the same words the page shows those, too.
    """

    source: str  # name of the source
    address: str
    variants: int  # whose words are looked for; 0: all records of its time are shown
    of: int  # variants there are


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. Sorted by rank."""

    id: str  # class id, or the template's id for a problem of its own
    number: int  # 1-based rank
    class_id: str  # "" for a problem of its own
    title: Text
    category: str
    priority: Priority
    why: Text  # one sentence: why this priority
    score: float
    factors: tuple[Factor, ...]
    n: int
    share: float  # of all abnormal records
    levels: tuple[Share, ...]
    first: datetime | None
    last: datetime | None
    curve: tuple[int, ...]
    peak: datetime | None  # start of the fullest bucket
    peak_n: int
    variants: tuple[Variant, ...]
    modules: tuple[Share, ...]  # all of them, most first
    services: tuple[Share, ...]
    hosts: tuple[Share, ...]
    unrelated_modules: tuple[str, ...]  # modules whose names have nothing to do with it
    claims: tuple[Claim, ...]
    risk: Text | None
    causes: tuple[Text, ...]
    actions: tuple[Action, ...]
    examples: tuple[Example, ...]  # three, earliest first
    evidence: Evidence
    course: Course | None = None
    change: Change | None = None  # None: there is no baseline that could say
    told: Told | None = None  # None: its class asks for nothing, or no record says it
    occurrences: Occurrences | None = None  # None: no record that is there says how often
    without_time: int = 0  # of n; first, last, curve and every pace are of the others
    pages: tuple[Page, ...] = ()  # none: no source of its records has a page

    @property
    def timed(self) -> int:
        """Records that have a time."""
        return self.n - self.without_time


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """One metric of one host over the window."""

    concept: str
    title: Text
    metric: str
    host: str
    labels: str
    unit: str
    digits: int
    mean: float | None
    maximum: float | None
    minimum: float | None
    points: int
    expected_points: int | None
    null_points: int
    status: Status
    threshold: float | None
    comparison: Literal["above", "below"]
    threshold_source: Text | None
    curve: tuple[tuple[datetime, float | None], ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Device:
    """A host, what it reported and what its metrics say. Sorted by attention, then abnormal count."""

    host: str
    host_id: str
    n: int
    abnormal: int
    problems: tuple[Share, ...]
    metrics_status: Status
    attention: bool
    text: Text  # why it needs attention, or why not
    focus: tuple[Text, ...]  # what to look at on it


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A turning point. Sorted by time, inside the window."""

    timestamp: datetime
    kind: Literal[
        "first",
        "peak",
        "last",
        "metric",
        "done",
        "single",
        "step_up",
        "step_down",
        "burst",
        "ramp_up",
        "ramp_down",
    ]
    problem_id: str
    text: Text
    module: str
    locator: str


@dataclass(frozen=True, slots=True)
class QualityNote:
    """Something about the evidence itself. Sorted by kind of trouble, worst first."""

    kind: Literal[
        "coverage",
        "alias",
        "clock",
        "duplicates",
        "levels",
        "parsing",
        "generated",
        "metrics",
        "scope",
    ]
    severity: Literal["warning", "info", "ok"]
    text: Text
    details: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Indication:
    """One of the indications behind "looks generated", with its number."""

    name: str
    value: float | None
    limit: float
    suspicious: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Generated:
    """Whether the log looks generated, and by which indications."""

    suspected: bool
    text: Text
    indications: tuple[Indication, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the verdict on top."""

    kind: StatementKind
    text: Text
    more: int = 0  # how many others of its kind it counts instead of telling one; 0: it tells one


@dataclass(frozen=True, slots=True)
class Reproduction:
    """How to get the same report again."""

    case_id: str
    product_version: str
    configuration: str  # fingerprint of settings and knowledge
    commands: tuple[str, ...]
    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything."""

    schema_version: str
    question: Question
    coverage: Coverage
    totals: Totals
    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...]
    claims: tuple[Claim, ...]
    metrics: tuple[MetricSummary, ...]
    levels: tuple[LevelCount, ...]
    modules: tuple[ModuleCount, ...]
    devices: tuple[Device, ...]
    actions: tuple[Action, ...]
    timeline: tuple[TimelineEntry, ...]
    summary: tuple[Text, ...]
    quality: tuple[QualityNote, ...]
    generated: Generated | None
    aliases: AliasReport | None
    reproduction: Reproduction
    store_levels: tuple[LevelCount, ...] = ()  # counted by the store when not every line was read
    store_counts: tuple[StoreCount, ...] = ()  # likewise; most first, minutes in order
    change: ChangeReport | None = None  # None: nothing to compare with was asked for
    suspects: SuspectReport | None = None  # None: kept by a version that ranked none
    numbers: tuple[MovedNumber, ...] = ()  # that lines state, and that left their own past

    @property
    def untimed(self) -> bool:
        """Whether there are records and none of them has a time."""
        return 0 < self.totals.records == self.totals.without_time

    @property
    def contradictions(self) -> tuple[Claim, ...]:
        """The claims that the machine's own metrics contradict."""
        return tuple(claim for claim in self.claims if claim.verdict.kind == "contradicted")

"""
What differs between two stretches of time: before (the baseline) and during (the window).

`paicha.analysis.change` decides it; `paicha compare` decides the same of two cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import pyarrow as pa

from paicha.locales import Text
from paicha.model.question import Window
from paicha.values import dataclass

ChangeKind = Literal["new", "gone", "louder", "quieter", "unchanged"]
#: What is compared; ``all``: the records as a whole.
Dimension = Literal["all", "problem", "template", "level", "module", "service", "host"]
DIMENSIONS: tuple[Dimension, ...] = (
    *("all", "problem", "template", "level", "module", "service", "host"),
)
#: How much a baseline can say. ``unread``: it could not be read at all.
BaselineState = Literal["sound", "thin", "empty", "incomplete", "unread"]
TurnKind = Literal["start", "step_up", "step_down", "burst", "ramp_up", "ramp_down", "end"]


@dataclass(frozen=True, slots=True)
class Change:
    """
    One thing, before and during.

    `kind` is what the counts say; `firm` whether they say it within the bound on false discoveries.
    Not firm: new or gone by so few records that it may be chance, or unchanged by so few records
    that a change would not have shown.
    """

    dimension: Dimension
    key: str  # id of the problem or template; name of the level, module, service or host; "": all
    title: Text
    kind: ChangeKind
    firm: bool
    before: int  # records
    during: int
    rate_before: float | None  # [records/min]; None: no record has a time
    rate_during: float | None
    score: float  # signed root of the Poisson likelihood ratio [sigma]; > 0: louder
    burstiness: float  # variance over mean per minute, at least 1: records that come together
    p: float  # chance of so large a difference, either way, had nothing changed
    q: float  # the same, adjusted for everything that was compared (Benjamini and Hochberg)
    sql: str  # re-counts it: runs as it is with `paicha sql CASE`; "": two cases were compared
    in_problem: bool = False  # whether records of it belong to a problem: abnormal, or of a class

    @property
    def changed(self) -> bool:
        """Whether it is called anything but unchanged."""
        return self.kind != "unchanged"

    @property
    def ratio(self) -> float | None:
        """How many times the rate before, without rates the records; None: there was none before."""
        if self.rate_before is None or self.rate_during is None:
            return self.during / self.before if self.before else None
        return self.rate_during / self.rate_before if self.rate_before else None


@dataclass(frozen=True, slots=True)
class Baseline:
    """The stretch that the window is compared with, and how much it can say."""

    window: Window | None  # None: no record has a time
    choice: str  # as asked: previous, 1h-before, yesterday, last-week, FROM..TO
    asked: bool  # False: nobody asked, it is the stretch before the window
    records: int
    state: BaselineState
    text: Text  # one sentence that says so
    #: Who writes from the beginning of the window on, and of whom the baseline holds nothing.
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """
    Everything that was compared.

    Changes are sorted by dimension, then changed before unchanged, new, louder, gone, quieter, then
    by the size of the score, then by key. Of what is unchanged beside the problems a long tail is left
    out; the case's table ``changes`` has all.
    """

    baseline: Baseline
    during: Window | None  # None: no record has a time
    records: int  # in the window
    changes: tuple[Change, ...]
    compared: tuple[tuple[Dimension, int], ...]  # how many things of each dimension were compared
    false_discoveries: float  # share of the firm changes that may be chance, at most

    @property
    def comparisons(self) -> int:
        """How many things were compared in all."""
        return sum(n for _, n in self.compared)

    def of(self, dimension: Dimension, key: str) -> Change | None:
        """Return what was decided about one thing; None when it was not compared."""
        return next((c for c in self.changes if c.dimension == dimension and c.key == key), None)

    def by_key(self, dimension: Dimension) -> Mapping[str, Change]:
        """Return all that was decided of one dimension, by key."""
        return {c.key: c for c in self.changes if c.dimension == dimension}

    def called(self, *kinds: ChangeKind, dimension: Dimension) -> tuple[Change, ...]:
        """Return what of *dimension* is called one of *kinds*, in order."""
        return tuple(c for c in self.changes if c.dimension == dimension and c.kind in kinds)

    def fails(self, on: Literal["new", "louder"]) -> bool:
        """
        Return whether a problem, or a template of one, is new (or new or louder).

        New counts however few the records are; louder only where it is certain.
        """
        watched = (
            c for c in self.changes if c.in_problem and c.dimension in ("problem", "template")
        )
        return any(
            c.kind == "new" or (on == "louder" and c.kind == "louder" and c.firm) for c in watched
        )


@dataclass(frozen=True, slots=True)
class Side:
    """One of two things compared: a case, or a window of one."""

    name: str  # the case's file, or how the stretch was asked for; "": the window itself
    case_id: str
    inputs: tuple[str, ...]
    window: Window | None  # None: no record has a time
    records: int
    incomplete: tuple[Text, ...]  # every reason why this is not the whole truth


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and everything that differs; `zone` is the reader's of the second."""

    before: Side
    during: Side
    change: ChangeReport
    zone: str
    product_version: str
    commands: tuple[str, ...] = ()

    @property
    def incomplete(self) -> bool:
        """Whether a side is not the whole truth, or holds nothing that could be compared."""
        silent = self.change.baseline.state in ("empty", "unread")
        return silent or bool(self.before.incomplete or self.during.incomplete)


@dataclass(frozen=True, slots=True)
class Turn:
    """One change point of a curve."""

    at: datetime  # start of the first step of the new pace; for a start the first record
    until: datetime | None  # for a burst or a ramp: when the pace after it begins
    kind: TurnKind
    rate_before: float  # [records/min]
    rate_after: float  # for a burst: its own rate
    score: float  # signed root of the likelihood ratio of the two paces [sigma]


@dataclass(frozen=True, slots=True)
class Course:
    """When a problem began, how it went on, whether it is over."""

    #: When what is new about it began: its first record; where it went on before, its first rise;
    #: None: it went on before and did not rise, or its records have no time.
    onset: datetime | None
    ongoing_before: bool | None  # None: no baseline says it
    over: bool
    turns: tuple[Turn, ...]  # by time
    text: Text  # one sentence that says so


#: One row per thing compared, as the case keeps it.
CHANGES = pa.schema(
    [
        pa.field("dimension", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),  # English
        pa.field("kind", pa.string(), nullable=False),
        pa.field("firm", pa.bool_(), nullable=False),
        pa.field("before", pa.int64(), nullable=False),
        pa.field("during", pa.int64(), nullable=False),
        pa.field("rate_before", pa.float64(), nullable=False),
        pa.field("rate_during", pa.float64(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("burstiness", pa.float64(), nullable=False),
        pa.field("p", pa.float64(), nullable=False),
        pa.field("q", pa.float64(), nullable=False),
    ]
)

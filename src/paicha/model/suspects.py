"""
Who may have started it, and what speaks for and against each.

A suspect is a suspect: what is named first explains best what was measured, logged and traced. Whether
it is the cause is for people to find out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from paicha.locales import Text
from paicha.values import dataclass

#: What speaks for a suspect; `paicha.analysis.suspects.scores` says what each can add.
ClueKind = Literal[
    "resource",
    "sequence",
    "calls",
    "own_time",
    "change",
    "silence",
    "onset",
    "named",
    "intervention",
    "mix",
    "metric",
]
UnitKind = Literal["service", "module", "file", "host"]
#: suspect: something of its own speaks for it; symptom: it suffers from one that stands higher;
#: faint: too little speaks for it to say anything.
Role = Literal["suspect", "symptom", "faint"]
#: Whether a series moved before or after the first record of the problem it concerns.
Order = Literal["before", "after", "unknown"]


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that speaks for a suspect. Sorted by points falling, then kind."""

    kind: ClueKind
    text: Text  # with the numbers
    strength: float  # 0..1
    points: float  # what it adds: its cap times its strength, after what another explains
    explained_by: str  # who explains it better; "": nobody
    sql: str  # shows it: runs as it is with `paicha sql CASE`


@dataclass(frozen=True, slots=True)
class Suspect:
    """One service, module, log file or host. Sorted by points falling, then name."""

    number: int  # 1-based place
    unit: UnitKind
    name: str
    role: Role
    points: float
    first: datetime | None  # earliest dated clue
    clues: tuple[Clue, ...]
    against: tuple[Text, ...]
    missing: tuple[Text, ...]  # what nothing could be said about


@dataclass(frozen=True, slots=True)
class MovedSeries:
    """One metric series that left its past. Sorted by strength falling, then metric and host."""

    concept: str
    title: Text
    service: str
    host: str
    unit: str
    digits: int
    usual: float  # median of the past
    level: float  # what it moved to
    at: datetime  # first point beyond the usual
    deviations: float  # robust standard deviations
    strength: float  # 0..1
    points_before: int
    points_during: int
    order: Order
    problem_id: str  # first problem of the same service or host; "": none


@dataclass(frozen=True, slots=True)
class Intervened:
    """One line that tells of a release, a setting, a job. Nearest before it began first, then by time."""

    at: datetime
    kind: str  # release | configuration | restart | …
    title: Text
    name: str  # who wrote it; "": the line names nobody
    said: str
    before_s: float | None  # before the earliest sign of trouble; None: not right before any [s]


@dataclass(frozen=True, slots=True)
class SuspectReport:
    """The whole ranking."""

    conclusive: bool
    text: Text  # the answer in one sentence
    reasons: tuple[Text, ...]  # why it is not conclusive; empty: it is
    suspects: tuple[Suspect, ...]  # those for whom anything speaks
    considered: int  # all that were looked at
    caps: tuple[tuple[ClueKind, float], ...]  # most points of each kind
    least: float  # points from which on somebody stands out
    margin: float  # part of the first's points that the second must not reach
    moved: tuple[MovedSeries, ...]
    spans_before: int
    spans_during: int
    interventions: tuple[Intervened, ...] = ()

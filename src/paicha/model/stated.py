"""A number that log lines state and that left its own past: values only."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from paicha.locales import Text
from paicha.values import dataclass

#: What moved: the level, or what one of twenty reaches.
What = Literal["median", "slowest"]


@dataclass(frozen=True, slots=True)
class Level:
    """What a number was over a stretch of time, in `MovedNumber.unit`; each figure is one of the values, or the mean of two."""

    n: int
    minimum: float
    p50: float
    p95: float
    maximum: float

    def of(self, what: What) -> float:
        """Return the median, or what one of twenty reaches."""
        return self.p50 if what == "median" else self.p95


@dataclass(frozen=True, slots=True)
class MovedNumber:
    """One number of a template and service. Sorted by ratio falling, then n falling, then service and template."""

    kind: str  # duration, backlog, …: id of a `MeasureKind`
    title: Text
    template_id: str
    template: str
    service: str
    name: str  # what the line calls it; "": only its unit is said
    unit: str  # ms, MB, %, /s; "": the lines say none
    of: What
    n: int  # lines that state it
    before: Level
    after: Level
    ratio: float  # how many times more or less; at most 100
    at: datetime  # the first line that is away
    until: datetime | None  # the first line that is back; None: none is
    grows: bool  # step by step, and not at once
    curve: tuple[tuple[datetime, float], ...]  # what moved, over time
    locators: tuple[str, str]  # the last line before, and the first one away
    sql: str  # re-reads the lines: runs as it is with `paicha sql CASE`

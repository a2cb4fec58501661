"""What a conformance suite needs of a source's test: somebody who puts records where the source finds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import pyarrow as pa

from paicha.errors import SourceError
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import RECORDS
from paicha.ports import LogSource, MetricSource
from paicha.values import dataclass

#: gone: the place disappears in the middle of a long answer; silent: it stops answering there;
#: credentials: it does not know us; forbidden: it knows us and refuses;
#: rate_limited: it asks us to slow down, and goes on.
Trouble = Literal["gone", "silent", "credentials", "forbidden", "rate_limited"]

START = datetime(2026, 1, 5, 9, 0, 0, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=10))
HOST = "10.0.0.8"
CONCEPT = "cpu_usage"
SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record to be found again. Times have whole milliseconds."""

    timestamp: datetime
    body: str
    level: str = "INFO"  # "": the record says none
    module: str = "pay.py"  # code file; "": none
    host: str = HOST
    attributes: Mapping[str, object] = field(default_factory=dict)  # further fields, may be nested


class LogStage(Protocol):
    """Puts records where a log source finds them."""

    def serve(self, lines: Sequence[LogLine]) -> AbstractContextManager[LogSource]:
        """Return a source over exactly these records."""
        ...

    def failing(
        self, lines: Sequence[LogLine], trouble: Trouble
    ) -> AbstractContextManager[LogSource] | None:
        """Return a source over these records that gets into *trouble*; None: it cannot happen."""
        ...


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One point to be found again, in percent; None: the place says "no value"."""

    timestamp: datetime
    value: float | None
    host: str = HOST


class MetricStage(Protocol):
    """Puts points of the concept `CONCEPT` where a metric source finds them."""

    def serve(self, points: Sequence[MetricPoint]) -> AbstractContextManager[MetricSource]:
        """Return a source over exactly these points."""
        ...

    def failing(
        self, points: Sequence[MetricPoint], trouble: Trouble
    ) -> AbstractContextManager[MetricSource] | None:
        """Return a source that gets into *trouble*; None: it cannot happen."""
        ...


def read_all(
    source: LogSource,
    window: Window = WINDOW,
    *,
    scope: Scope | None = None,
    max_records: int = 1_000_000,
) -> tuple[pa.Table, SourceCoverage]:
    """Return everything a log source has for *window*, and its coverage."""
    query = LogQuery(window, scope or Scope(), "UTC", max_records)
    with source.open(query) as reading:
        table = pa.Table.from_batches(list(reading), schema=RECORDS)
        return table, reading.coverage


def line(offset: timedelta, body: str, level: str = "INFO", module: str = "pay.py") -> LogLine:
    """Return a record of the window."""
    return LogLine(START + offset, body, level, module)


def bodies(table: pa.Table) -> list[str]:
    """Return the messages of a table."""
    return [str(body) for body in table["body"].to_pylist()]


def must_fail(act: Callable[[], object], kind: type[SourceError]) -> None:
    """Check that *act* raises an error of *kind* that says something in both languages."""
    raised: SourceError | None = None
    try:
        act()
    except kind as error:
        raised = error
    assert raised is not None, f"no {kind.__name__} was raised"
    assert raised.what, "the error says nothing"
    assert raised.text("zh") != raised.text("en"), "the error speaks one language only"

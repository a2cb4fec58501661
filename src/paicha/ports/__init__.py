"""What the outside fulfils. Adapters are classes that fit; there are no base classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, runtime_checkable

import pyarrow as pa

from paicha.locales import Text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import MetricCoverage, SourceCoverage, TraceCoverage
from paicha.model.findings import Findings
from paicha.model.narration import Completion
from paicha.model.question import LogQuery, MetricQuery, TraceQuery, Window
from paicha.model.reading import Mark, ReadFile, Reading
from paicha.model.report import Report


class LogReading(Protocol):
    """
    One answer being read.

    Iterate it once to the end; the properties hold only after that.
    """

    def __iter__(self) -> Iterator[pa.RecordBatch | Summaries | Mark]:
        """
        Yield batches of `RECORDS`, in bounded memory, trimmed to window and scope.

        A place that counts by itself yields its sums (`paicha.kernel.count.Partial`) instead, and the
        records that go with them as `STORED_RECORDS`, which are not counted again.
        """
        ...

    @property
    def coverage(self) -> SourceCoverage:
        """What was there, what was read, what is missing and why."""
        ...

    @property
    def store_counts(self) -> pa.Table | None:
        """`STORE_COUNTS` where the store counted what was not read; else None."""
        ...

    @property
    def aliases(self) -> tuple[AliasSettings, pa.Table] | None:
        """The index set's aliases and `ALIAS_COUNTS` over the rows read; None: no such thing here."""
        ...


@runtime_checkable
class ResumableReading(Protocol):
    """A reading of files: it can say how far it is, and where to go on after a stop."""

    @property
    def whole(self) -> tuple[ReadFile, ...]:
        """The files read from beginning to end."""
        ...

    @property
    def rest(self) -> tuple[str, ...]:
        """Places of the files that were not read, or not to their end, because of a stop."""
        ...

    @property
    def extent(self) -> tuple[int, int | None]:
        """Bytes read so far, and of how many (None: nobody knows)."""
        ...


class LogSource(Protocol):
    """A place logs come from. Raises only `SourceError` (and `QuestionError` for a bad filter)."""

    @property
    def name(self) -> str:
        """Its name in the settings."""
        ...

    def open(self, query: LogQuery) -> AbstractContextManager[LogReading]:
        """Start reading; window, scope and filter are pushed down where the place can."""
        ...

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return ``(what was checked, fine, what came back or how to mend it)`` for `paicha doctor`."""
        ...


@runtime_checkable
class CountsRecords(Protocol):
    """A log source that can count without reading. Raises as `LogSource` does."""

    def count(self, query: LogQuery) -> int | None:
        """Return how many records the window holds in scope; None: it cannot tell for this query."""
        ...


class TwoWindowReading(LogReading, Protocol):
    """One answer that holds the records of two windows, read in one pass."""

    @property
    def baseline_coverage(self) -> SourceCoverage:
        """What was there of the baseline; `coverage` is about the window alone."""
        ...


@runtime_checkable
class TwoWindowSource(LogSource, Protocol):
    """A log source that reads a window and its baseline in one pass: what is read whole anyway."""

    def open_both(
        self, query: LogQuery, baseline: Window
    ) -> AbstractContextManager[TwoWindowReading]:
        """Start reading the records of the query's window and of *baseline*, in any order."""
        ...


@runtime_checkable
class ReducedReading(LogReading, Protocol):
    """A reading that may count records itself and hand out only some of them."""

    @property
    def reduced(self) -> tuple[int, float] | None:
        """How many records go back in time by a second, and the longest step [s]; None: all are handed out."""
        ...


class MetricReading(Protocol):
    """One answer of a metric source, whole."""

    @property
    def series(self) -> pa.Table:
        """The points, as `SERIES`."""
        ...

    @property
    def coverage(self) -> MetricCoverage:
        """What was asked and what was missing."""
        ...


class MetricSource(Protocol):
    """A place metrics come from. Raises only `SourceError`."""

    @property
    def name(self) -> str:
        """Its name in the settings."""
        ...

    def read(self, query: MetricQuery) -> MetricReading:
        """Read every concept it knows for the hosts asked for."""
        ...

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return ``(what was checked, fine, what came back or how to mend it)`` for `paicha doctor`."""
        ...


class ChatModel(Protocol):
    """A language model that phrases what it is given. Raises only `SourceError`."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    def complete(self, instructions: str, given: str) -> Completion:
        """Return its answer to *given* under *instructions*."""


class TraceReading(Protocol):
    """One answer of a trace source, whole."""

    @property
    def spans(self) -> pa.Table:
        """The spans, as `SPANS`."""
        ...

    @property
    def coverage(self) -> TraceCoverage:
        """What was read and what could not be."""
        ...


class TraceSource(Protocol):
    """A place traces come from. Raises only `SourceError`."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    def read(self, query: TraceQuery) -> TraceReading:
        """Read every span that began inside the window or the baseline."""
        ...

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return ``(what was checked, fine, what came back or how to mend it)`` for `paicha doctor`."""
        ...


class Progress(Protocol):
    """Somebody who wants to know how far it is."""

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Hear that *done* of *total* (None: unknown) is done in *stage*; perhaps in another thread, never in two at once."""
        ...


class CaseStore(Protocol):
    """One investigation's file."""

    @property
    def path(self) -> Path:
        """Where it is."""
        ...

    def append(self, table: str, batches: Iterable[pa.RecordBatch]) -> None:
        """Add rows to a table of that name, creating it at the first batch."""
        ...

    def put(self, table: str, rows: pa.Table) -> None:
        """Write a whole table, replacing it."""
        ...

    def putting(self, tables: Mapping[str, pa.Table]) -> AbstractContextManager[None]:
        """Write whole tables while a block runs that needs none of them."""
        ...

    def get(self, table: str) -> pa.Table | None:
        """Read a whole table; None when there is none."""
        ...

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Run one reading statement."""
        ...

    def put_findings(self, findings: Findings) -> None:
        """Keep the findings."""
        ...

    def get_findings(self) -> Findings:
        """Read the findings back, equal to what was put."""
        ...

    def put_reading(self, reading: Reading) -> None:
        """Keep how far the files were read."""
        ...

    def get_reading(self) -> Reading | None:
        """Read that back; None: a case whose files cannot be read on."""
        ...

    def close(self) -> None:
        """Finish; a second time does nothing."""
        ...


class Engine(Protocol):
    """Runs the kernel's stages over batches and adds the partial summaries."""

    def summarise(
        self,
        batches: Iterable[pa.RecordBatch | Summaries | Mark],
        sink: Sink,
        baseline: Window | None = None,
        reached: Callable[[Mark, Callable[[], Summaries]], None] | None = None,
    ) -> Summaries:
        """
        Shape and count every batch, hand each shaped batch to *sink*, return the merged tables.

        What was counted already (see `LogReading`) is only added, or only handed on. Records whose
        time lies in *baseline* are counted apart and not handed to *sink*. At each mark *reached* hears
        of it, with a way to the sums over everything before it.
        """
        ...


class Sink(Protocol):
    """Where the shaped records go (the case file)."""

    def __call__(self, batch: pa.RecordBatch, /) -> None:
        """Take one batch of `STORED_RECORDS`."""
        ...


class Summaries(Protocol):
    """The merged tables of one reading."""

    @property
    def counts(self) -> pa.Table:
        """`COUNTS`."""
        ...

    @property
    def slots(self) -> pa.Table:
        """`SLOTS`."""
        ...

    @property
    def slot_values(self) -> pa.Table:
        """`SLOT_VALUES`."""
        ...

    @property
    def slot_buckets(self) -> pa.Table:
        """`SLOT_BUCKETS`."""
        ...

    @property
    def baseline(self) -> pa.Table | None:
        """`COUNTS` of the baseline; None where none was asked for."""
        ...

    @property
    def minute_s(self) -> int:
        """How wide the minutes of the counts are; wider than 60 where a cap was hit [s]."""
        ...

    @property
    def others(self) -> int:
        """How many records are counted together, because their shapes, or modules and hosts, are too many."""
        ...

    @property
    def others_whole(self) -> bool:
        """Whether not even the modules and hosts of these are told apart."""
        ...

    @property
    def unplaced(self) -> int:
        """How many records of a known shape are counted without their modules, services and hosts."""
        ...

    @property
    def without_variables(self) -> bool:
        """Whether the variables of some shapes are no longer kept."""
        ...


class Renderer(Protocol):
    """Turns a report into bytes; pure."""

    def render(self, report: Report) -> bytes:
        """Return the report in this renderer's format; the same report gives the same bytes."""
        ...


@runtime_checkable
class PiecewiseRenderer(Protocol):
    """A renderer whose reports may be large: they need not be in memory as a whole."""

    def pieces(self, report: Report) -> Iterator[bytes]:
        """Yield what its `render` returns, in pieces."""
        ...

"""One reading of files: batches of records, and afterwards what was there and what is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

import pyarrow as pa

from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial
from paicha.kernel.reducing import Choosing, Reducer
from paicha.kernel.stacks import StackReader
from paicha.locales import Text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import SourceCoverage
from paicha.model.knowledge import LogFormat
from paicha.model.question import LogQuery, Window
from paicha.model.reading import Mark, ReadFile
from paicha.sources.files.account import Account
from paicha.sources.files.contents import Contents
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.manner import Manner
from paicha.sources.files.stopping import Advance, read_file
from paicha.sources.files.weighing import HEADER_BYTES, is_endless, weight
from paicha.sources.files.windows import WindowRows

#: Records between two marks from which reading can go on after a stop.
MARK_ROWS = 100_000


class FileReading:
    """
    One answer of a `FileSource`.

    Args:
        name: The source's name.
        files: What to read.
        formats: The log formats known.
        query: What is asked.
        stdin: Where ``-`` is read from; None: the process's own.
        reference: What stamps without a year in the standard input are placed by when no window is
            asked for.
        stacks: Reads stack traces.
        log_format: The name of the one format lines are in; "": each line tells.
        baseline: A second window that is read in the same pass, its records counted apart.
        notes: What was noticed about the files before.
        caps: What the sums of large files may hold.
        known: Files that were read before: whether files are large is a matter of all together.
        wanted: Whether one of some records, which were summed up, is looked for; None: all are.
    """

    def __init__(
        self,
        name: str,
        files: Sequence[FoundFile],
        formats: Sequence[LogFormat],
        query: LogQuery,
        *,
        stdin: BinaryIO | None,
        reference: datetime | None,
        stacks: StackReader,
        log_format: str = "",
        baseline: Window | None = None,
        notes: Sequence[Text] = (),
        caps: Caps = CAPS,
        known: Sequence[ReadFile] = (),
        wanted: Callable[[Partial], bool] | None = None,
    ) -> None:
        self._files = files
        self._rows = WindowRows(query, baseline)
        self._advance = Advance(files, query.stop)
        self._account = Account(
            name, files, formats, query, rows=self._rows, advance=self._advance, notes=notes
        )
        self._marked_rows = 0
        total = weight(files, known, query.keep_bytes or 0)
        large = query.keep_bytes is not None and total > query.keep_bytes
        self._reducer = Reducer(baseline, caps) if large else None
        self._choosing = None if large else _choosing_of(files, query, baseline, caps)
        unlimited = not log_format and query.max_records >= sys.maxsize
        # What is asked of single records is asked in Python.
        self._scans = unlimited and not self._rows.narrowed
        manner = Manner(
            formats,
            query.zone,
            stacks,
            log_format=log_format,
            latest=self._rows.latest,
            reference=reference,
            caps=caps,
        )
        self._contents = Contents(
            manner,
            self._rows,
            self._account,
            self._advance,
            files,
            stdin=stdin,
            reducer=self._reducer if self._scans else None,
            total=total,
            wanted=wanted if unlimited else None,
        )

    def __iter__(self) -> Iterator[pa.RecordBatch | Partial | Mark]:
        """
        Yield batches of `RECORDS`, trimmed to window and scope, and marks between files.

        Of large files the sums, and of their records the earliest and the last of each kind.
        """
        if self._choosing is not None:
            yield from self._chosen(self._choosing)
            return
        if self._reducer is None:
            yield from self._batches()
            return
        for item in self._batches():
            if isinstance(item, Mark):
                yield from self._reducer.rest()
                yield item
            else:
                self._reducer.add(item)
        yield from self._reducer.rest()

    @property
    def reduced(self) -> tuple[int, float] | None:
        """See `paicha.ports.ReducedReading`."""
        order = self._reducer.order if self._reducer else None
        if self._choosing is not None:
            order = self._choosing.order
        if order is None:
            return None
        return order.steps, order.largest_us / 1_000_000

    def _chosen(self, choosing: Choosing) -> Iterator[pa.RecordBatch | Partial]:
        """Yield the records of a stream as they are until they are many; nothing can go on from a mark in it."""
        for item in self._batches():
            if not isinstance(item, Mark):
                yield from choosing.take(item)
                if self._scans:
                    self._contents.reducer = choosing.reducer
        yield from choosing.rest()

    def _batches(self) -> Iterator[pa.RecordBatch | Mark]:
        for file in self._files:
            if self._advance.asked_to_stop():
                break
            yield from self._contents.read(file)
            self._advance.extent.end(file)
            if not self._advance.cut_short:
                self._advance.whole += read_file(file)
                yield from self._mark()
        self._contents.settle()
        yield from self._rows.take()
        self._account.check_usable()

    def _mark(self) -> Iterator[pa.RecordBatch | Mark]:
        """Yield what was gathered and a mark, where enough was read since the last one."""
        rows = self._rows.seen
        if rows - self._marked_rows < MARK_ROWS:
            return
        self._marked_rows = rows
        self._contents.settle()
        yield from self._rows.take()
        baseline = None if self._rows.before.window is None else self.baseline_coverage
        yield Mark(self.whole, self.coverage, baseline, self.reduced)

    @property
    def whole(self) -> tuple[ReadFile, ...]:
        """The files read from beginning to end."""
        return tuple(self._advance.whole)

    @property
    def rest(self) -> tuple[str, ...]:
        """Places of the files that were not read, or not to their end, because of a stop."""
        return self._advance.rest

    @property
    def extent(self) -> tuple[int, int | None]:
        """Bytes read so far, and of how many (None: nobody knows)."""
        return self._advance.extent.done, self._advance.extent.total

    @property
    def store_counts(self) -> pa.Table | None:
        """None: files are read whole."""
        return None

    @property
    def aliases(self) -> tuple[AliasSettings, pa.Table] | None:
        """None: files have no aliases."""
        return None

    @property
    def coverage(self) -> SourceCoverage:
        """What was there, what was read, what is missing and why."""
        summed = self._choosing is not None and self._choosing.order is not None
        return self._account.coverage(summed=summed)

    @property
    def baseline_coverage(self) -> SourceCoverage:
        """The same of the baseline."""
        return self._account.baseline_coverage()


def _choosing_of(
    files: Sequence[FoundFile], query: LogQuery, baseline: Window | None, caps: Caps
) -> Choosing | None:
    """Return what decides of a stream whether its records are kept; None: there is none, or all are, however many."""
    if query.keep_bytes is None or not any(map(is_endless, files)):
        return None
    return Choosing(query.keep_bytes, baseline, ordered=True, caps=caps, each=HEADER_BYTES)

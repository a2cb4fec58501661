"""
The stretches of a large file that hold what is looked for; the others are only scanned.

A scan says of each stretch which shapes and levels it holds. What it leaves is read in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import pyarrow as pa

from paicha.kernel import native
from paicha.kernel.count import Partial
from paicha.kernel.normalise import LineReader
from paicha.kernel.plan import Plan
from paicha.kernel.scan import Scan
from paicha.kernel.stacks import StackReader
from paicha.model.question import Window
from paicha.sources.files.archives import TAR_HEAD, Chunks
from paicha.sources.files.feeds import refuse_archive
from paicha.sources.files.large import refuse_other_text
from paicha.sources.files.lines import SAMPLE, TextLines
from paicha.sources.files.scanning import FileScan, LeftToPython, scan_of
from paicha.sources.files.stretch_records import StretchRecords, is_joined, pieces
from paicha.sources.files.tally import Tally


class SelectedFile:
    """
    A file of which only some stretches are handed out.

    Args:
        reader: Reads lines.
        stacks: Reads stack traces.
        tally: Counts what is handed out.
        window: What is asked for; None: everything.
        wanted: Whether one of the records that were summed up is looked for.
    """

    def __init__(
        self,
        reader: LineReader,
        stacks: StackReader,
        tally: Tally,
        window: Window | None,
        wanted: Callable[[Partial], bool],
    ) -> None:
        self._reader = reader
        self._stacks = stacks
        self._tally = tally
        self._window = window
        self._wanted = wanted

    def batches(
        self, chunks: Iterable[bytes], plan: Plan, *, packed: bool
    ) -> Iterator[pa.RecordBatch]:
        """
        Yield every record that is looked for, and others near it, in their order.

        Args:
            chunks: The file's bytes.
            plan: What the formats became.
            packed: Whether it is compressed, so that a byte offset in it means nothing.

        Raises:
            LeftToPython: Before the first record, if the file must be read line by line.
            InputError: If it is no text.
        """
        stream = Chunks(chunks)
        refuse_archive(stream.peek(TAR_HEAD))
        lines = TextLines(stream, self._tally.file.shown, offsets=not packed)
        blocks = lines.opened()
        first = next(blocks, b"")
        while len(first) < SAMPLE and (more := next(blocks, b"")):
            first += more
        if refuse_other_text(first[:SAMPLE], self._reader) is not None:
            raise LeftToPython
        FileScan(plan, self._window, None).check(first[:SAMPLE])
        writing = None if native.find().extension is None else Scan(plan, None, None)
        records = StretchRecords(self._reader, self._stacks, self._tally, lines)
        scan = scan_of(plan, self._window, None)
        blocks = chain([first], blocks)
        for data, end, number, offset in pieces(scan, blocks, lines.begins):
            runs = scan.stretch(data, offset, number, end=end)[0] if end else []
            if not end or is_joined(scan.facts.seen):
                # Records may be joined over any number of lines from here on.
                yield from records.read(chain([data], blocks), number, offset)
                return
            if self._wanted(scan.take()):
                batch = None
                if writing is not None:
                    batch = records.written(writing, data, end, number, offset)
                if batch is not None:
                    yield batch
                else:
                    yield from records.read([data[:end]], number, offset)
            else:
                for run in runs:
                    part = data[run.start : run.end]
                    yield from records.read([part], run.line, offset + run.start)

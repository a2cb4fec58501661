"""
The stretches of a large file that hold what is looked for, read line by line; the others are only scanned.

A scan says of each stretch which shapes and levels it holds. What it leaves is read in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from paicha.kernel.count import Partial
from paicha.kernel.normalise import LineReader
from paicha.kernel.plan import Plan
from paicha.kernel.stacks import StackReader
from paicha.model.question import Window
from paicha.sources.files.joining import Record
from paicha.sources.files.large import refuse_other_text
from paicha.sources.files.lines import SAMPLE, Line, TextLines
from paicha.sources.files.records import joined_records
from paicha.sources.files.scanning import FileScan, LeftToPython, scan_of

#: Without a line that surely begins a record, so much is read line by line, and the rest of the file with it. [bytes]
_LONGEST = 1 << 23


class SelectedFile:
    """
    A file of which only some stretches are read.

    Args:
        shown: Its name, as locators have it.
        reader: Reads lines.
        stacks: Reads stack traces.
        window: What is asked for; None: everything.
        wanted: Whether one of the records that were summed up is looked for.
    """

    def __init__(
        self,
        shown: str,
        reader: LineReader,
        stacks: StackReader,
        window: Window | None,
        wanted: Callable[[Partial], bool],
    ) -> None:
        self._shown = shown
        self._reader = reader
        self._stacks = stacks
        self._window = window
        self._wanted = wanted

    def records(self, chunks: Iterable[bytes], plan: Plan, *, packed: bool) -> Iterator[Record]:
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
        lines = TextLines((), self._shown, offsets=not packed)
        blocks = iter(chunks)
        first = next(blocks, b"")
        while len(first) < SAMPLE and (more := next(blocks, b"")):
            first += more
        if refuse_other_text(first[:SAMPLE], lines, self._reader) is not None:
            raise LeftToPython
        FileScan(plan, self._window, None).check(first[:SAMPLE])
        scan = scan_of(plan, self._window, None)
        rest, offset, number = b"", 0, 1
        for block in chain([first], blocks):
            data = rest + block
            edge = scan.last_record(data)
            if edge is None and len(data) <= _LONGEST:
                rest = data
                continue
            at, more_lines = edge or (0, 0)
            runs = scan.stretch(data[:at], offset, number)[0] if at else []
            seen = scan.facts.seen
            if not at or seen.joined or seen.cut:
                # Records may be joined over any number of lines from here on.
                yield from self._joined(lines.parts(chain([data], blocks), number, offset))
                return
            if self._wanted(scan.take()):
                yield from self._joined(lines.part(data[:at], number, offset))
            else:
                for run in runs:
                    part = data[run.start : run.end]
                    yield from self._joined(lines.part(part, run.line, offset + run.start))
            rest, offset, number = data[at:], offset + at, number + more_lines
        if rest:
            yield from self._joined(lines.part(rest, number, offset))

    def _joined(self, lines: Iterable[Line]) -> Iterator[Record]:
        return joined_records(lines, self._reader, self._stacks)

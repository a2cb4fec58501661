"""Where a record of several lines ends that the native kernel met: only Python tells which lines are part of it."""

from __future__ import annotations

from paicha.kernel.answers import NOT_DECIDED, OF_PYTHON
from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.sources.files.joining import Joiner
from paicha.sources.files.lines import TextLines


class BlockEnds:
    """
    Finds where such records end.

    Args:
        stacks: Reads stack traces.
    """

    def __init__(self, stacks: StackReader) -> None:
        self._stacks = stacks

    def __call__(self, reader: LineReader, data: bytes, opened: int) -> int:
        """
        Return behind how many lines a line begins the only record that is open; `NOT_DECIDED`: behind all of them;
        `OF_PYTHON`: the whole file has to be read line by line.

        Args:
            reader: Reads lines.
            data: Some whole lines, of which the first begins a record.
            opened: How many stand before the one that may open a record of several lines.
        """
        joiner = Joiner(reader, self._stacks)
        for number, line in enumerate(TextLines((), "", offsets=False).part(data, 1, 0)):
            if reader.opens_rows(line.text):
                return OF_PYTHON
            for _ in joiner.take(line):
                pass
            if joiner.has_streams:
                return OF_PYTHON
            if number > opened and joiner.has_begun(line):
                return number
        return NOT_DECIDED

"""Where a record of several lines ends that the native kernel met: only Python tells which lines are part of it."""

from __future__ import annotations

from collections.abc import Iterable

from paicha.kernel.answers import NOT_DECIDED, OF_PYTHON
from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.sources.files.joining import STREAM_LINES, Joiner
from paicha.sources.files.lines import Line, TextLines


class BlockEnds:
    """
    Finds where such records end.

    Args:
        stacks: Reads stack traces.
    """

    def __init__(self, stacks: StackReader) -> None:
        self._stacks = stacks

    def __call__(self, reader: LineReader, data: bytes, opened: int | None) -> int:
        """
        Return behind how many lines a line begins the only record that is open; `NOT_DECIDED`: behind all of them;
        `OF_PYTHON`: the whole file has to be read line by line.

        Args:
            reader: Reads lines.
            data: Some whole lines, of which the first begins a record.
            opened: How many stand before the one that may open a record of several lines; None: the first may open it in
                its stream of a container, and the only record that counts is that stream's.
        """
        lines = TextLines((), "", offsets=False).part(data, 1, 0)
        joiner = Joiner(reader, self._stacks)
        if opened is None:
            return _in_stream(reader, joiner, lines)
        for number, line in enumerate(lines):
            if reader.opens_rows(line.text):
                return OF_PYTHON
            for _ in joiner.take(line):
                pass
            if joiner.has_streams:
                return OF_PYTHON
            if number > opened and joiner.has_begun(line):
                return number
        return NOT_DECIDED

    def has_apart(self, reader: LineReader, data: bytes) -> bool:
        """
        Return whether the last of some lines begins a record of whatever kind, and nothing else is open.

        Args:
            reader: Reads lines.
            data: The lines, of which the first begins a record.
        """
        joiner = Joiner(reader, self._stacks)
        last: Line | None = None
        for last in TextLines((), "", offsets=False).part(data, 1, 0):
            if reader.opens_rows(last.text):
                return False
            for _ in joiner.take(last):
                pass
            if joiner.has_streams:
                return False
        return last is not None and joiner.is_apart(last)

    def are_one(self, reader: LineReader, data: bytes) -> bool:
        """
        Return whether lines are one record of several, which the first of them opens, and that has ended with them or
        ends where another begins.

        Args:
            reader: Reads lines.
            data: The lines.
        """
        joiner = Joiner(reader, self._stacks)
        lines = list(TextLines((), "", offsets=False).part(data, 1, 0))
        opened = reader.open_line(lines[0].text) if lines else None
        if opened is None or any(reader.opens_rows(line.text) for line in lines):
            return False
        records = [record for line in lines for record in joiner.take(line)]
        if joiner.has_streams or (reader.has_end(opened) and joiner.first_line("") is not None):
            return False
        records += joiner.rest()
        # Lines that are none after all are read each by itself.
        return (
            opened.opens
            and len(records) == 1
            and records[0].parsed.format.partition("/")[0] == opened.format
        )


def _in_stream(reader: LineReader, joiner: Joiner, lines: Iterable[Line]) -> int:
    """Return the same of the record that the first of some lines opens in its stream."""
    stream = ""
    for number, line in enumerate(lines):
        if reader.opens_rows(line.text) or number > STREAM_LINES + 1:
            return OF_PYTHON
        for _ in joiner.take(line):
            pass
        stream = stream or next(iter(joiner.streams), "")
        first = joiner.first_line(stream)
        if first is None and not joiner.has_pieces(stream):
            return number + 1
        if number and first is line:
            return number
    return NOT_DECIDED

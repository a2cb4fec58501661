"""
Lines joined to records: stack traces to the line they belong to, pieces to the whole line, blocks.

What a container runtime wrote, or a command that prints the logs of many containers, is joined by what
stands inside, for each of its streams alone: lines of one stream may stand between those of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from heapq import heappop, heappush

from paicha.kernel.levels import WARN
from paicha.kernel.normalise import LineReader, ParsedLine, block_of, join
from paicha.kernel.parsed_line import STREAM
from paicha.kernel.stacks import StackReader
from paicha.sources.files.lines import LINE_LIMIT, Line
from paicha.values import dataclass

#: How many further lines, and how much text, join one record; the rest is counted.
FOLLOWING_LINES = 500
FOLLOWING_CHARACTERS = 1 << 16
#: After so many lines of other streams a record of a container's stream is whole.
STREAM_LINES = 1000
#: Lines seen in part are held up to so much; then those that went on least lately are whole. [characters]
PIECES = 1 << 24
#: So often a line may open a record of a kind of which it was found to be part of none.
_LEVELS = 3
#: Records that are whole by now in the heap of those that were opened, at most as many again as are open and so many.
_SPENT = 16


@dataclass(frozen=True, slots=True)
class Record:
    """One record and where it begins."""

    parsed: ParsedLine
    line: Line
    fits: bool  # whether any format fitted
    left_out: int  # further lines that were not joined any more
    item: int = 0  # which of the records of one line, from 0


@dataclass(frozen=True, slots=True)
class _Part:
    """One line of a record."""

    line: Line
    text: str
    outer: ParsedLine | None  # what a container runtime put around it
    #: Formats that a line above it was found to open no record of, and how far that is indented.
    no_block: frozenset[tuple[str, int]] = frozenset()


@dataclass(slots=True)
class _Open:
    """A record that further lines may still belong to."""

    parsed: ParsedLine
    first: _Part
    parts: list[_Part] = field(default_factory=list)
    size: int = 0
    left_out: int = 0
    blank: int = 0
    in_trace: bool = False  # the last line looked like part of a stack trace
    fits: bool = True  # whether any format fitted

    def has_room(self, part: _Part) -> bool:
        """Return whether a line that follows is kept, with the blank ones before it."""
        room = self.size + len(part.text) <= FOLLOWING_CHARACTERS
        lines = len(self.parts) + self.blank
        return room and lines < FOLLOWING_LINES and not self.left_out

    def add(self, part: _Part) -> None:
        """Add a line that follows, or count it where there is no room."""
        if not self.has_room(part):
            self.left_out += 1
            return
        self.parts += [_Part(part.line, "", part.outer)] * self.blank
        self.parts.append(part)
        self.size += len(part.text)
        self.blank = 0

    @property
    def text(self) -> str:
        """The record's lines."""
        return "\n".join([self.parsed.body, *(part.text for part in self.parts)])


class Joiner:
    """
    Joins the lines of one file.

    Args:
        reader: Reads one line.
        stacks: Tells what belongs to a stack trace and what it says.
    """

    def __init__(self, reader: LineReader, stacks: StackReader) -> None:
        self._reader = reader
        self._stacks = stacks
        self._open: dict[str, _Open] = {}
        # First lines of records that were opened and their streams, a heap; some are whole by now.
        self._begun: list[tuple[int, str]] = []
        # Whole, but begun after one that is still open; a heap by place in the file.
        self._held: list[tuple[int, int, int, Record]] = []
        self._holds = 0
        # Lines seen in part only, those that went on last behind the others, and how long they are in all.
        self._pieces: dict[str, tuple[Line, ParsedLine]] = {}
        self._pieces_size = 0

    def take(self, line: Line) -> Iterator[Record]:
        """Take one line; yield the records that are whole, in the order of their first lines."""
        if not self._held and len(self._open) <= 1:
            yield from self._take(line)
            return
        while self._open and self._oldest()[0] < line.number - STREAM_LINES:
            self._hold(self._close_all(self._oldest()[1]))
        self._hold(self._take(line))
        oldest = self._oldest()[0] if self._open else line.number + 1
        while self._held and self._held[0][0] < oldest:
            yield heappop(self._held)[-1]

    @property
    def has_streams(self) -> bool:
        """Whether a line of a container is part of what is open."""
        return bool(self._pieces) or any(self._open)

    @property
    def streams(self) -> Iterable[str]:
        """The streams that have a record open, or a line."""
        return (*self._open, *self._pieces)

    def has_pieces(self, stream: str) -> bool:
        """Return whether more is to come of the line that a stream has open."""
        return stream in self._pieces

    def first_line(self, stream: str) -> Line | None:
        """Return the line that begins the record that a stream has open; None: it has none."""
        opened = self._open.get(stream)
        return None if opened is None else opened.first.line

    def has_begun(self, line: Line) -> bool:
        """Return whether a line begins the record that is open, and is no more than its own line so far."""
        opened = self._open.get("")
        return (
            opened is not None
            and opened.fits
            and opened.first.line is line
            and not opened.parsed.opens
        )

    def is_apart(self, line: Line) -> bool:
        """Return whether a line begins the record that is open, of any format or none, which is one of lines by themselves."""
        opened = self._open.get("")
        return opened is not None and opened.first.line is line and not opened.parsed.opens

    def _oldest(self) -> tuple[int, str]:
        """Return the line at which the first of all open records began, and its stream."""
        while True:
            number, stream = self._begun[0]
            opened = self._open.get(stream)
            if opened is not None and opened.first.line.number == number:
                return number, stream
            heappop(self._begun)

    def _hold(self, records: Iterator[Record]) -> None:
        for record in records:
            self._holds += 1
            heappush(self._held, (*_place_in_file(record), self._holds, record))

    def _take(self, line: Line) -> Iterator[Record]:
        # Of a long line only blanks may have been kept.
        if not line.cut_bytes and (not line.text or line.text.isspace()):
            opened = self._open.get("")
            if opened is not None:
                opened.blank += 1
            return
        parsed = self._reader.open_line(line.text)
        if parsed is None or not self._reader.wraps(parsed):
            yield from self._place("", _Part(line, line.text, None), parsed)
            return
        yield from self._close_all("")
        yield from self._unwrap(_stream_of(parsed), line, parsed)

    def rest(self) -> Iterator[Record]:
        """Yield the records still held, in the order of their first lines."""
        for stream in sorted(self._pieces):
            self._hold(self._inside(stream, *self._taken(stream)))
        for stream in sorted(self._open):
            self._hold(self._close_all(stream))
        while self._held:
            yield heappop(self._held)[-1]

    def _unwrap(self, stream: str, line: Line, outer: ParsedLine) -> Iterator[Record]:
        """Take a container runtime's line: put it to the pieces before it, or look inside."""
        if stream in self._pieces:
            first, whole = self._taken(stream)
            room = max(LINE_LIMIT - len(whole.body), 0)
            cut = first.cut_bytes + line.cut_bytes + len(outer.body[room:].encode())
            whole.body += outer.body[:room]
            whole.partial = outer.partial
            line, outer = replace(first, cut_bytes=cut), whole
        if outer.partial:
            self._pieces[stream] = (line, outer)
            self._pieces_size += len(outer.body)
            while self._pieces_size > PIECES:
                least = next(iter(self._pieces))
                yield from self._inside(least, *self._taken(least))
            return
        yield from self._inside(stream, line, outer)

    def _taken(self, stream: str) -> tuple[Line, ParsedLine]:
        """Return what was seen of a stream's line; it waits no longer."""
        line, outer = self._pieces.pop(stream)
        self._pieces_size -= len(outer.body)
        return line, outer

    def _inside(self, stream: str, line: Line, outer: ParsedLine) -> Iterator[Record]:
        opened = self._open.get(stream)
        if opened is not None and not line.cut_bytes and not outer.body.strip():
            opened.blank += 1
            return
        parsed = self._reader.look_inside(outer)
        yield from self._place(stream, _Part(line, outer.body, outer), parsed)

    def _place(self, stream: str, part: _Part, parsed: ParsedLine | None) -> Iterator[Record]:
        """Join a line to the record before it in its stream, or close that and open another."""
        while (opened := self._open.get(stream)) is not None and opened.parsed.opens:
            if self._belongs(opened, part, parsed):
                opened.add(part)
                if self._reader.ends_block(opened.parsed, part.text):
                    yield from self._close(stream)
                return
            yield from self._close(stream)
        above = None if opened is None else opened.parsed
        if parsed is None and self._reader.is_heading(part.text, above):
            return
        if opened is not None and self._follows(opened, part, parsed):
            is_line = parsed is None or parsed is part.outer or self._is_weak(parsed)
            opened.add(part if is_line or parsed is None else replace(part, text=parsed.body))
            return
        yield from self._close(stream)
        yield from self._begin(stream, part, parsed)

    def _begin(self, stream: str, part: _Part, parsed: ParsedLine | None) -> Iterator[Record]:
        if parsed is None and part.line.number == 1 and part.text.strip() == "[":
            return  # opens a list of JSON: its items are the records
        fits = parsed is not None
        if parsed is None:
            parsed = ParsedLine("", body=part.text)
            if part.no_block:  # a line of what looked like a block is a record of its own
                yield Record(shortened(parsed, part.line), part.line, fits, 0)
                return
        if not parsed.opens:
            shortened(parsed, part.line)
        in_trace = not fits and self._stacks.opens(part.text)
        self._open[stream] = _Open(parsed, part, in_trace=in_trace, fits=fits)
        if len(self._begun) > 2 * len(self._open) + _SPENT:
            self._begun = sorted((one.first.line.number, of) for of, one in self._open.items())
        else:
            heappush(self._begun, (part.line.number, stream))
        if parsed.opens and self._reader.ends_block(parsed, part.text):
            yield from self._close(stream)

    def _belongs(self, opened: _Open, part: _Part, parsed: ParsedLine | None) -> bool:
        """Return whether a line belongs to the block that is open."""
        is_line = parsed is None or self._is_weak(parsed)
        has_end = self._reader.has_end(opened.parsed)
        if not opened.has_room(part):
            # Of a stack that is too long the rest is counted; what has no end by then was no block.
            return is_line and not has_end and (opened.left_out > 0 or self._is_whole(opened))
        if parsed is not None and has_end:
            return not self._breaks_off(opened, part, parsed)
        if parsed is None or is_line or self._reader.is_field(opened.parsed, part.text, parsed):
            return True
        if parsed is part.outer:
            opened.in_trace = self._stacks.continues(part.text, in_trace=opened.in_trace)
            if opened.in_trace:
                return True
        # A line that could stand alone ends a block that is whole.
        return not self._is_whole(opened) and (
            not self._is_stamped(part, parsed) or self._completes(opened, part)
        )

    def _breaks_off(self, opened: _Open, part: _Part, parsed: ParsedLine) -> bool:
        """Return whether a line shows that a block with an end has none: it cannot stand inside."""
        if parsed.opens and block_of(parsed) == block_of(opened.parsed):
            deeper = _indent(part.text) > _indent(opened.first.text)
            return not deeper and not self._reader.ends_block(opened.parsed, part.text)
        return not self._reader.may_hold_records(opened.parsed) and self._is_stamped(part, parsed)

    def _is_stamped(self, part: _Part, parsed: ParsedLine) -> bool:
        """Return whether a line is a record with a time of its own."""
        alone = parsed if part.outer is None else self._reader.open_line(part.text)
        return alone is not None and alone.is_stamped and not alone.opens

    def _completes(self, opened: _Open, part: _Part) -> bool:
        whole = "\n".join([opened.text, *[""] * opened.blank, part.text])
        return self._reader.read_block(opened.parsed, whole) is not None

    def _follows(self, opened: _Open, part: _Part, parsed: ParsedLine | None) -> bool:
        """Return whether a line continues the record before it."""
        if parsed is None:
            return not self._is_timeless(opened) or self._goes_on(opened, part)
        if parsed is part.outer:
            opened.in_trace = self._stacks.continues(part.text, in_trace=opened.in_trace) or (
                self._stacks.opens(part.text) and self._tells_failure(opened.parsed)
            )
            return opened.in_trace
        if opened.fits and self._reader.follows(opened.parsed, parsed):
            return True
        # "ERROR: …" without a time below a line with one is part of what that line prints.
        return part.outer is None and self._is_weak(parsed) and opened.parsed.is_stamped

    def _is_timeless(self, opened: _Open) -> bool:
        """Return whether a record shows that further ones need no format: it has none, or none that tells much."""
        return not opened.fits or self._is_weak(opened.parsed)

    def _goes_on(self, opened: _Open, part: _Part) -> bool:
        """Return whether a line of no format continues a record without a time: by how it is indented, or a trace."""
        if not opened.has_room(part):
            return False
        if part.text[:1].isspace():
            return _indent(part.text) > _indent(opened.first.text)
        opened.in_trace = self._stacks.continues(part.text, in_trace=opened.in_trace) or (
            self._stacks.opens(part.text) and opened.parsed.severity_number >= WARN
        )
        return opened.in_trace

    @staticmethod
    def _tells_failure(parsed: ParsedLine) -> bool:
        # Below a record of no failure an exception is news of its own.
        return parsed.severity_number == 0 or parsed.severity_number >= WARN

    def _is_weak(self, parsed: ParsedLine) -> bool:
        return not parsed.is_stamped and self._reader.is_generic(parsed)

    def _is_whole(self, opened: _Open) -> bool:
        return self._whole(opened) is not None

    def _whole(self, opened: _Open) -> ParsedLine | None:
        return self._reader.read_block(opened.parsed, opened.text)

    def _close_all(self, stream: str) -> Iterator[Record]:
        # A block that turned out to be none leaves its last line's record open, or another block.
        while stream in self._open:
            yield from self._close(stream)

    def _close(self, stream: str) -> Iterator[Record]:
        opened = self._open.pop(stream, None)
        if opened is None:
            return
        if not opened.parsed.opens:
            yield from self._finished(opened)
            return
        whole = self._whole(opened)
        if whole is None:
            yield from self._one_by_one(stream, opened)
            return
        if opened.first.outer is not None:
            whole = join(opened.first.outer, whole)
        opened.parsed, opened.parts = shortened(whole, opened.first.line), []
        yield from self._finished(opened)

    def _finished(self, opened: _Open) -> Iterator[Record]:
        parsed, line = opened.parsed, opened.first.line
        if opened.parts:
            more = f"\n[+{opened.left_out}]" if opened.left_out else ""
            parsed.body = opened.text + more
        for item, one in enumerate((parsed, *parsed.more)):
            if "\n" in one.body:
                one.attributes = {**one.attributes, **self._stacks.read(one.body)}
            yield Record(one, line, opened.fits, 0 if item else opened.left_out, item)

    def _one_by_one(self, stream: str, opened: _Open) -> Iterator[Record]:
        """Read the lines of a block that turned out to be none once more, the first as a line of its own."""
        no_block = frozenset(((block_of(opened.parsed), _indent(opened.first.text)),))
        for part in (opened.first, *opened.parts):
            if part.text:
                # Few of them open such a block again: each is read a few times for each kind of block at most.
                again = replace(part, no_block=part.no_block | no_block)
                yield from self._place(stream, again, self._read_again(again))
            elif stream in self._open:
                self._open[stream].blank += 1

    def _read_again(self, part: _Part) -> ParsedLine | None:
        parsed = self._read_part(part)
        if parsed is None or not parsed.opens:
            return parsed
        around = [indent for name, indent in part.no_block if name == block_of(parsed)]
        # What was opened around it and is too long may list what is not: the hits of a search.
        may_open = not around or (len(around) < _LEVELS and _indent(part.text) > max(around))
        return parsed if may_open else self._read_part(part, blocks=False)

    def _read_part(self, part: _Part, *, blocks: bool = True) -> ParsedLine | None:
        if part.outer is None:
            return self._reader.open_line(part.text, blocks=blocks)
        return self._reader.look_inside(part.outer, blocks=blocks)


def _stream_of(outer: ParsedLine) -> str:
    """Return the name of the stream that a line of a container was written to, never empty."""
    said = (str(outer.attributes.get(name, "")) for name in STREAM)
    return "/".join(("", outer.service_name, *said))


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _place_in_file(record: Record) -> tuple[int, int]:
    return record.line.number, record.item


def shortened(parsed: ParsedLine, line: Line) -> ParsedLine:
    """Return *parsed* with a word on what was left out of its line."""
    if line.cut_bytes:
        parsed.body += f"[+{line.cut_bytes} bytes]"
    return parsed


def locator_of(path: str, record: Record) -> str:
    """Return what finds a record again."""
    line = record.line
    place = (
        f"{path}:{line.number}" if line.offset is None else f"{path}:{line.number}@{line.offset}"
    )
    item = line.item + record.item
    return f"{place}#{item + 1}" if item else place

"""
Large files read by Python alone: what `paicha.kernel.scan.Scan` does where the native twin is not built.

Lines that are alike are read together by a recipe and counted together: what is the same in all of them is
looked at once. Where a recipe is still to be learned, and where there is none, they are read one by one.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.count import Partial
from paicha.kernel.given_formats import READ
from paicha.kernel.group_counts import GroupCounts
from paicha.kernel.headers import Facts, Header, facts_of
from paicha.kernel.line_groups import LONG, LONGEST, Lines, as_read
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.plan import Plan
from paicha.kernel.recipes import Book
from paicha.kernel.record_groups import Reading, Trial
from paicha.kernel.scan import Example, Run, Segment
from paicha.kernel.scan import Facts as FileFacts
from paicha.model.question import Window

#: What a header's lines said, before all is forgotten.
_KNOWN_FACTS = 20_000


class _Waiting(NamedTuple):
    """
    Lines of one key that were not read yet.

    Args:
        key: The key.
        places: Which lines they are, in order.
        tried: So many of the key's recipes do not fit them.
    """

    key: bytes
    places: pa.Array
    tried: int = 0


class ReferenceScan:
    """
    One scan of one file.

    Args:
        plan: What the formats became.
        window: What is asked for; None: everything.
        baseline: Records inside it are counted apart.
    """

    def __init__(
        self, plan: Plan, window: Window | None, baseline: Window | None, *, offsets: bool = True
    ) -> None:
        self._reader = LineReader(plan.formats, plan.zone, plan.reference)
        self._readers = dict(zip(plan.names, plan.given[0], strict=True))
        self._follows = {entry.name for entry in plan.formats if entry.follows}
        self._book = Book(plan, self._reader)
        self._fresh = partial(GroupCounts, window, baseline, offsets=offsets)
        self._counts = self._fresh()
        self._joined = 0
        #: Recipes that were tried with all lines of the stretch.
        self._tried: frozenset[int] = frozenset()
        self._lines = Lines(b"")
        self._reading = Reading(self._lines, self._book.tables, self._facts, self._counts.facts)
        self._left: set[int] = set()
        self._blank: set[int] = set()
        self._singles: dict[int, ParsedLine] = {}

    def last_record(
        self, data: bytes, start: int = 0, end: int | None = None
    ) -> tuple[int, int] | None:
        """Return where the last record surely begins; see `paicha.kernel.scan.Scan.last_record`."""
        behind = data.rfind(b"\n", start, end)
        while behind >= 0:
            at = data.rfind(b"\n", start, behind) + 1
            if at == 0:
                return None
            if self._taken(as_read(data[at:behind])) is not None:
                return at, data.count(b"\n", start, at)
            behind = at - 1
        return None

    def stretch(
        self, data: bytes, offset: int, line: int, *, start: int = 0, end: int | None = None
    ) -> tuple[list[Run], list[Segment]]:
        """Count a stretch; see `paicha.kernel.scan.Scan.stretch`."""
        with _uncollected():
            return self._stretch(data[start:end], offset, line)

    def _stretch(self, data: bytes, offset: int, line: int) -> tuple[list[Run], list[Segment]]:
        self._lines = Lines(data)
        self._counts.begin(self._lines, offset, line)
        self._reading = Reading(self._lines, self._book.tables, self._facts, self._counts.facts)
        self._tried = self._book.tables.offered()
        left = self._reading.known()
        waiting = [
            part
            for key, places in self._lines.groups(self._book.letters, left)
            for part in self._parts(key, self._without_blank(key, places))
        ]
        while waiting:
            waiting = self._round(waiting)
        read = self._reading.read()
        self._counts.add(read)
        for place in read.others:
            self._read(place, self._lines[place])
        runs, counted_there = self._runs()
        for place, parsed in self._singles.items():
            self._counts.add_one(place, parsed)
        found = self._counts.finish(runs, counted_there, len(data))
        for held in (self._left, self._blank, self._singles):
            held.clear()
        self._book.forget()
        return found

    def forget(self) -> None:
        """Forget what was counted, not what was learned."""
        self._counts, self._joined = self._fresh(), 0

    def _without_blank(self, key: bytes, places: pa.Array) -> pa.Array:
        if key.strip() or key == LONG:
            return places
        blank = [place for place in places.to_pylist() if not self._lines[place].strip()]
        self._blank.update(blank)
        return places.filter(pc.invert(pc.is_in(places, value_set=pa.array(blank, places.type))))

    def _parts(self, key: bytes, places: pa.Array) -> Iterator[_Waiting]:
        """Yield lines of a key, by how they begin where it has many recipes."""
        width = self._book.beginning(key)
        if not width:
            yield _Waiting(key, places)
            return
        for beginning, part in self._lines.parted(places, width):
            yield _Waiting(key + b"\n" + beginning, part)

    def _round(self, waiting: list[_Waiting]) -> list[_Waiting]:
        """Read lines by the next recipe of their keys, or the first to learn one; return what is left."""
        trials: list[Trial] = []
        tried: list[_Waiting] = []
        left: list[_Waiting] = []
        for one in waiting:
            known = self._book.recipes(one.key)
            while one.tried < len(known) and known[one.tried].number in self._tried:
                one = one._replace(tried=one.tried + 1)  # noqa: PLW2901
            if one.tried < len(known):
                trials.append(Trial(known[one.tried], one.places))
                tried.append(one)
            else:
                left += self._learned(one)
        for number, places in sorted(self._reading.together(trials).items()):
            one = tried[number]
            left.append(_Waiting(one.key, places, one.tried + 1))
        return left

    def _learned(self, waiting: _Waiting) -> Iterator[_Waiting]:
        """Read lines until one teaches how others are read; yield what is left of them then."""
        key, places, tried = waiting
        for at, place in enumerate(places.to_pylist()):
            line = self._lines[place]
            learned = None if key == LONG else self._book.recall(key, line)
            rest = places[at:]
            if learned is None:
                parsed = self._read(place, line)
                if parsed is not None and self._book.is_time(key, len(rest) - 1):
                    learned = self._book.learn(key, line, parsed)
            if learned is None:
                continue
            # It is counted with those it taught to read.
            self._singles.pop(place, None)
            if learned[0] == key:
                yield from self._again(key, rest, tried)
                return
            of_key = self._lines.like(place, rest)
            yield from self._again(learned[0], rest.filter(of_key), 0)
            yield from self._again(key, rest.filter(pc.invert(of_key)), tried)
            return

    def _again(self, key: bytes, places: pa.Array, tried: int) -> Iterator[_Waiting]:
        if not len(places):
            return
        if self._book.beginning(key):
            yield from self._parts(key, places)
        else:
            yield _Waiting(key, places, tried)

    def _facts(self, header: Header, text: bytes, place: int) -> Facts | None:
        """Return what a header's line says; None where such a line is of another format."""
        known = header.known
        if text not in known:
            if len(known) > _KNOWN_FACTS:
                known.clear()
            parsed = self._reader.open_line(self._lines[place].decode())
            same = parsed is not None and parsed.format == header.name
            known[text] = facts_of(parsed) if same and parsed is not None else None
        return known[text]

    def _read(self, place: int, line: bytes) -> ParsedLine | None:
        parsed = self._taken(line)
        if parsed is None:
            self._left.add(place)
        else:
            self._singles[place] = parsed
        return parsed

    def _taken(self, line: bytes) -> ParsedLine | None:
        """Return what a line says that surely begins a record; None for any other."""
        if len(line) > LONGEST or b"\0" in line or b"\x1b" in line or not line:
            return None
        try:
            text = line.decode()
        except UnicodeDecodeError:
            return None
        if self._reader.opens_rows(text):
            self._joined += 1
            return None
        parsed = self._reader.open_line(text)
        if parsed is None:
            return None
        if parsed.opens or self._reader.wraps(parsed):
            self._joined += 1
            return None
        given = self._readers.get(parsed.format)
        # An escape of JSON may be half a character.
        whole = (given is not None and given.how == READ) or "\\u" not in text
        plain = not (parsed.partial or parsed.more or "\n" in parsed.body)
        continues = parsed.format.rpartition("/")[2] in self._follows
        return (
            parsed
            if whole and plain and not continues and parsed.timestamp_us is not None
            else None
        )

    def _runs(self) -> tuple[list[tuple[int, int]], set[int]]:
        """Return what is left, from line to line, and the records that are counted there."""
        runs: list[tuple[int, int]] = []
        counted_there: set[int] = set()
        end = -1
        for place in sorted(self._left):
            if place < end:
                continue
            start = place - 1
            while start in self._blank:
                start -= 1
            start = start if start >= 0 else place
            end = place + 1
            while end < len(self._lines) and (end in self._left or end in self._blank):
                end += 1
            counted_there.add(start)
            runs.append((start, end))
        return runs, counted_there

    @property
    def weight(self) -> int:
        """About how much memory the sums hold [bytes]."""
        return self._counts.weight

    def examples(self) -> list[Example]:
        """Return the earliest and the last records of each shape and severity, by line."""
        return self._counts.examples()

    def take(self) -> Partial:
        """Return the sums so far; they and the examples are forgotten."""
        with _uncollected():
            return self._counts.take()

    @property
    def facts(self) -> FileFacts:
        """What the file held."""
        return self._counts.seen(self._joined)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let nobody look for what refers to itself: nothing here does, and looking takes a fifth of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()

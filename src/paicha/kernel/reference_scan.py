"""
Large files read by Python alone: what `paicha.kernel.scan.Scan` does where the native twin is not built.

Lines that are alike are read together by a recipe and counted together: what is the same in all of them is
looked at once. Where a recipe is still to be learned, and where there is none, they are read one by one.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from operator import itemgetter, not_
from typing import cast

from paicha.kernel.count import Partial
from paicha.kernel.group_counts import GroupCounts
from paicha.kernel.headers import Facts, Header, facts_of
from paicha.kernel.line_groups import Alike, Lines
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.recipes import Book, Recipe
from paicha.kernel.record_groups import Group
from paicha.kernel.scan import READ, Example, Plan, Run, Segment
from paicha.kernel.scan import Facts as FileFacts
from paicha.model.question import Window

#: Longer lines are left, as the native twin leaves them [bytes].
_LINE_LIMIT = 4096
#: What a header's lines said, before all is forgotten.
_KNOWN_FACTS = 20_000


class ReferenceScan:
    """
    One scan of one file.

    Args:
        plan: What the formats became.
        window: What is asked for; None: everything.
        baseline: Records inside it are counted apart.
    """

    def __init__(self, plan: Plan, window: Window | None, baseline: Window | None) -> None:
        self._reader = LineReader(plan.formats, plan.zone, plan.reference)
        self._readers = dict(zip(plan.names, plan.given[0], strict=True))
        self._follows = {entry.name for entry in plan.formats if entry.follows}
        self._book = Book(plan, self._reader)
        self._counts = GroupCounts(window, baseline)
        self._joined = 0
        self._lines = Lines(b"")
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
            if self._taken(data[at:behind].rstrip(b"\r")) is not None:
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
        groups = [group for alike in self._lines.groups() for group in self._groups(alike)]
        runs, counted_there = self._runs()
        for group in groups:
            self._counts.add(group.without(counted_there) if counted_there else group)
        for place, parsed in self._singles.items():
            if place not in counted_there:
                self._counts.add_one(place, parsed)
        found = self._counts.finish(runs, len(data))
        for held in (self._left, self._blank, self._singles):
            held.clear()
        self._book.forget()
        return found

    def _groups(self, alike: Alike) -> Iterator[Group]:
        """Yield the lines of one key by their recipes; those without one are read one by one."""
        if alike.is_blank:
            alike = self._without_blank(alike)
        width = self._book.beginning(alike.key) if alike.places else 0
        if width:
            for part in self._lines.parted(alike, width):
                yield from self._groups_of(part)
        else:
            yield from self._groups_of(alike)

    def _groups_of(self, alike: Alike) -> Iterator[Group]:
        for recipe in self._book.recipes(alike.key):
            if alike.places:
                group, alike = self._by(recipe, alike)
                yield group
        at = 0
        while at < len(alike.places):
            learned = self._learned(alike, at)
            at += 1
            if learned is None or at == len(alike.places):
                continue
            group, alike = self._by(learned, self._lines.chosen(alike.key, alike.places[at:]))
            at = 0
            yield group
            if self._book.beginning(alike.key):
                yield from self._groups(alike)
                return

    def _without_blank(self, alike: Alike) -> Alike:
        blank = {place for place in alike.places if not self._lines[place].strip()}
        self._blank |= blank
        others = [place for place in alike.places if place not in blank]
        return self._lines.chosen(alike.key, others) if blank else alike

    def _learned(self, alike: Alike, at: int) -> Recipe | None:
        """Read a line, and return what it teaches where so many of its key are still to come."""
        line = self._lines[alike.places[at]]
        parsed = self._read(alike.places[at], line)
        if parsed is None or alike.is_long:
            return None
        if not self._book.is_time(alike.key, len(alike.places) - at - 1):
            return None
        return self._book.learn(alike.key, line, parsed)

    def _by(self, recipe: Recipe, alike: Alike) -> tuple[Group, Alike]:
        """Return the lines that a recipe fits, in the order of their times, and the others."""
        places = list(alike.places)
        columns = recipe.columns(alike)
        fits = columns[0]  # headers: empty where it does not
        for one in recipe.header.absent:
            if self._lines.hold(one):
                pairs = zip(fits, places, strict=True)
                fits = [head if one not in self._lines[at] else b"" for head, at in pairs]
        if all(fits):
            return self._timed(recipe, places, columns), alike._replace(places=())
        others = list(compress(places, map(not_, fits)))
        places = list(compress(places, fits))
        columns = [list(compress(column, fits)) for column in columns]
        return self._timed(recipe, places, columns), self._lines.chosen(alike.key, others)

    def _timed(self, recipe: Recipe, places: list[int], columns: list[list[bytes]]) -> Group:
        """Return lines with times and facts; those whose header is not what the recipe says are read here."""
        heads, *variables = columns
        bodies = variables.pop(0) if recipe.spelling.varies else None
        times = recipe.header.stamps.read(heads)
        said = self._said(recipe.header, heads, places)
        group = Group(
            recipe,
            places,
            cast("list[int]", times),
            cast("list[Facts] | None", said),
            bodies,
            variables,
        )
        if None in times or (said is not None and None in said):
            holds = [time is not None for time in times]
            if said is not None:
                holds = [
                    time and facts is not None for time, facts in zip(holds, said, strict=True)
                ]
            for place in compress(places, map(not_, holds)):
                self._read(place, self._lines[place])
            group = group.where(holds)
        return group.ordered()

    def _said(
        self, header: Header, heads: Sequence[bytes], places: Sequence[int]
    ) -> list[Facts | None] | None:
        """Return what headers say where that differs; None for one that is of another format."""
        if not header.told:
            return None
        texts = list(map(itemgetter(*header.told), heads))
        said = list(map(header.known.get, texts))
        if None in said:
            said = [self._facts(header, *pair) for pair in zip(texts, places, strict=True)]
        return said

    def _facts(self, header: Header, text: bytes | tuple[bytes, ...], place: int) -> Facts | None:
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
        if len(line) > _LINE_LIMIT or b"\0" in line or not line:
            return None
        try:
            text = line.decode()
        except UnicodeDecodeError:
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
        return self._counts.facts(self._joined)


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

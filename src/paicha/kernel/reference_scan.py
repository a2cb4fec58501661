"""
Large files read by Python alone: what `paicha.kernel.scan.Scan` does where the native twin is not built.

Lines are put to their recipes one by one, and then counted recipe by recipe: what is the same in all of its
lines is looked at once.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from operator import itemgetter

from paicha.kernel.count import Partial
from paicha.kernel.digits import ZEROS
from paicha.kernel.group_counts import Group, GroupCounts
from paicha.kernel.headers import Facts, Header, facts_of
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.recipes import LONGEST, Book, Recipe
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
        self._lines: list[bytes] = []
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
        data = data[start:end]
        lines, skeletons = data.split(b"\n"), data.translate(ZEROS).split(b"\n")
        if b"\r" in data:
            lines = [one.rstrip(b"\r") for one in lines]
            skeletons = [one.rstrip(b"\r") for one in skeletons]
        collects = gc.isenabled()
        gc.disable()  # nothing here refers to itself; looking for what does takes a fifth of the time
        try:
            return self._stretch(data, lines, skeletons, (offset, line))
        finally:
            if collects:
                gc.enable()

    def _stretch(
        self, data: bytes, lines: list[bytes], skeletons: list[bytes], at: tuple[int, int]
    ) -> tuple[list[Run], list[Segment]]:
        offset, line = at
        self._lines = lines
        self._counts.begin(data, lines, offset, line)
        self._sort(skeletons)
        groups = self._groups()
        runs, counted_there = self._runs()
        for group in groups:
            self._counts.add(group.without(counted_there) if counted_there else group)
        for place, parsed in self._singles.items():
            if place not in counted_there:
                self._counts.add_one(place, parsed)
        found = self._counts.finish(runs)
        for held in (self._left, self._blank, self._singles):
            held.clear()
        self._book.forget()
        return found

    def _sort(self, skeletons: list[bytes]) -> None:
        """Put every line to its recipe, or read it."""
        known, lines, put = self._book.skeletons, self._lines, self._put
        for place, skeleton in enumerate(skeletons):
            found = known.get(skeleton)
            if found is None:
                put(place, lines[place], skeleton)
            else:
                found.lines.append(place)

    def _put(self, place: int, line: bytes, skeleton: bytes) -> None:
        if not line or line.isspace():
            self._blank.add(place)
            return
        short = len(line) <= LONGEST
        if short and self._book.put(place, line, skeleton):
            return
        parsed = self._read(place, line)
        if short and parsed is not None:
            self._book.learn(line, line.decode(), parsed)

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

    def _groups(self) -> list[Group]:
        """Return the lines of each recipe, without those that turn out to be none of its."""
        found: list[Group] = []
        for recipe in self._book.recipes:
            places, recipe.lines = recipe.lines, []
            groups, recipe.groups = recipe.groups, []
            columns = list(map(list, zip(*groups, strict=True)))
            if not places:
                columns = [[] for _ in range(recipe.spelling.pattern.groups)]
            from_patterns = len(places)
            for skeleton in recipe.skeletons:
                if skeleton.lines:
                    more, skeleton.lines = skeleton.lines, []
                    lines = list(map(self._lines.__getitem__, more))
                    for group, cut in skeleton.cuts:
                        columns[group - 1] += map(cut, lines)
                    places += more
            if places:
                lines = list(map(self._lines.__getitem__, places))
                wrong = self._wrong(recipe, lines, columns, from_patterns)
                found += self._timed(recipe, places, lines, columns, wrong)
        return found

    @staticmethod
    def _wrong(
        recipe: Recipe,
        lines: Sequence[bytes],
        columns: Sequence[Sequence[bytes]],
        from_patterns: int,
    ) -> set[int]:
        """Return which lines found by their skeletons alone have digits that the recipe does not take."""
        if from_patterns == len(lines):
            return set()
        found: set[int] = set()
        for group, pattern in recipe.spelling.checks:
            texts = columns[group - 1]
            bad = {text for text in set(texts) if not pattern.fullmatch(text)}
            if bad:
                found.update(at for at, text in enumerate(texts) if text in bad)
        if recipe.header.pinned:
            fits = recipe.header.pattern.match
            found.update(at for at, line in enumerate(lines) if not fits(line))
        return found

    def _timed(
        self,
        recipe: Recipe,
        places: list[int],
        lines: list[bytes],
        columns: Sequence[Sequence[bytes]],
        wrong: set[int],
    ) -> Iterator[Group]:
        """Yield the lines that are not *wrong* and whose header is what the recipe says, with times and facts."""
        header = recipe.header
        times = header.stamps.read(list(map(itemgetter(header.stamp), lines)))
        said: list[Facts | None] | None = None
        if header.told:
            texts = list(map(itemgetter(*header.told), lines))
            said = list(map(header.known.get, texts))
            if None in said:
                said = [self._facts(header, *pair) for pair in zip(texts, lines, strict=True)]
        if None in times:
            wrong.update(at for at, time in enumerate(times) if time is None)
        if said is not None and None in said:
            wrong.update(at for at, facts in enumerate(said) if facts is None)
        for at in wrong:
            self._read(places[at], lines[at])
        group = Group(recipe, places, lines, times, said, columns)
        if wrong:
            group = group.without({places[at] for at in wrong})
        if group.places:
            yield group

    def _facts(self, header: Header, text: bytes | tuple[bytes, ...], line: bytes) -> Facts | None:
        """Return what a header's line says; None where such a line is of another format."""
        known = header.known
        if text not in known:
            if len(known) > _KNOWN_FACTS:
                known.clear()
            parsed = self._reader.open_line(line.decode())
            same = parsed is not None and parsed.format == header.name
            known[text] = facts_of(parsed) if same and parsed is not None else None
        return known[text]

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
        return self._counts.take()

    @property
    def facts(self) -> FileFacts:
        """What the file held."""
        return self._counts.facts(self._joined)

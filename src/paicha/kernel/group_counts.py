"""Records of one file counted, recipe by recipe and one by one, and the order they came in."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate, compress, islice
from operator import itemgetter, sub
from typing import NamedTuple, cast

from paicha.kernel import native
from paicha.kernel.count import Partial, Shaper
from paicha.kernel.headers import Facts, facts_of
from paicha.kernel.normalise import ParsedLine
from paicha.kernel.recipe_sums import MINUTE_US, Earliest, Kept, Row, Sums, Values
from paicha.kernel.recipes import Recipe
from paicha.kernel.scan import Example, Run, Seen, Segment
from paicha.kernel.scan import Facts as FileFacts
from paicha.kernel.spellings import Variable
from paicha.model.question import Window

_SECOND_US = 1_000_000


class Group(NamedTuple):
    """
    Lines that are counted together.

    Args:
        recipe: How they are read.
        places: Which lines of the stretch they are.
        lines: Their bytes.
        times: Their times [µs]; none of those that are counted is None.
        said: Their facts where these differ; likewise.
        columns: What the groups of the spelling held, those that are no variable maybe of some lines only.
    """

    recipe: Recipe
    places: Sequence[int]
    lines: Sequence[bytes]
    times: Sequence[int | None]
    said: Sequence[Facts | None] | None
    columns: Sequence[Sequence[bytes]]

    def without(self, places: Collection[int]) -> Group:
        """Return the group without some lines."""
        return self.where([place not in places for place in self.places])

    def where(self, holds: Sequence[bool]) -> Group:
        """Return the lines for which something holds."""
        if all(holds):
            return self

        def chosen(values: Iterable[object]) -> list[object]:
            return list(compress(values, holds))

        return Group(
            self.recipe,
            cast("list[int]", chosen(self.places)),
            cast("list[bytes]", chosen(self.lines)),
            cast("list[int | None]", chosen(self.times)),
            None if self.said is None else cast("list[Facts | None]", chosen(self.said)),
            [cast("list[bytes]", chosen(texts)) for texts in self.columns],
        )


class GroupCounts:
    """
    What was counted of a file.

    Args:
        window: What is asked for; None: everything.
        baseline: Records inside it are counted apart.
    """

    def __init__(self, window: Window | None, baseline: Window | None) -> None:
        self._window, self._baseline = native.span_of(window), native.span_of(baseline)
        self._shaper = Shaper()
        self._sums = Sums()
        self._variables: dict[Recipe, list[tuple[Variable, Values]]] = {}
        self._seen: Counter[str] = Counter()
        self._formats: Counter[str] = Counter()
        self._first: int | None = None
        self._last: int | None = None
        # Of the stretch at hand.
        self._lines: Sequence[bytes] = ()
        self._offset, self._number = 0, 1
        self._times: list[int | None] = []
        self._addresses: dict[int, str] = {}
        self._starts: list[int] = []
        self._data = b""

    def begin(self, data: bytes, lines: Sequence[bytes], offset: int, number: int) -> None:
        """Begin a stretch."""
        self._data, self._lines, self._offset, self._number = data, lines, offset, number
        self._times = [None] * len(lines)
        self._addresses.clear()
        whole = lines if b"\r" not in data else data.split(b"\n")
        self._starts = [0, *accumulate(map(len, whole))]  # without line ends

    def add(self, group: Group) -> None:
        """Count a group."""
        if not group.places:
            return
        self._note(group)
        if self._baseline is not None:
            inside = _inside(group.times, self._baseline)
            before = group.where(inside)
            if before.places:
                self._add_rows(before, before=True)
            group = group.where([not one for one in inside])
        if self._window is not None and group.places:
            n = len(group.places)
            group = group.where(_inside(group.times, self._window))
            self._seen["outside"] += n - len(group.places)
        if group.places:
            self._add_rows(group, before=False)
            self._add_values(group)

    def _note(self, group: Group) -> None:
        """Note what the file holds."""
        header, n = group.recipe.header, len(group.places)
        silent = (
            n * (not header.facts.level)
            if group.said is None
            else sum(facts is not None and not facts.level for facts in group.said)
        )
        wide = n * group.recipe.is_wide
        times = cast("Sequence[int]", group.times)
        self._note_file(header.name, n, min(times), max(times))
        self._seen.update(without_level=silent, wide=wide, assumed=n * header.assumed)

    def _note_file(self, name: str, n: int, first: int, last: int) -> None:
        self._seen["records"] += n
        self._formats[name] += n
        self._first = first if self._first is None else min(first, self._first)
        self._last = last if self._last is None else max(last, self._last)

    def _add_rows(self, group: Group, *, before: bool) -> None:
        shape = group.recipe.spelling.shape
        if group.said is None:
            self._add_alike(group, shape, group.recipe.header.facts, before=before)
            return
        rows: dict[Facts, dict[int, Row]] = {}
        body = group.recipe.header.body
        said = cast("Sequence[Facts]", group.said)
        times = cast("Sequence[int]", group.times)
        for time, facts, line in zip(times, said, group.lines, strict=True):
            found = rows.get(facts)
            if found is None:
                found = rows[facts] = self._sums.rows(shape, facts, before=before)
            _add_row(found, time // MINUTE_US, 1, (time, time), line[body:])
        severities = {facts.severity for facts in rows}
        silent = sum(facts.severity == 0 for facts in said) if 0 in severities else 0
        self._note_kept(len(said), silent, before=before)
        if before:
            return
        for place, time, facts in zip(group.places, times, said, strict=True):
            self._follow(place, time, facts.address)
        for severity in severities:
            one = group.where([facts.severity == severity for facts in said])
            self._offer(self._sums.earliest(shape, severity), one)

    def _add_alike(self, group: Group, shape: str, facts: Facts, *, before: bool) -> None:
        rows = self._sums.rows(shape, facts, before=before)
        times = cast("Sequence[int]", group.times)
        _add_rows(rows, times, group.lines, slice(group.recipe.header.body, None))
        n = len(times)
        self._note_kept(n, n * (facts.severity == 0), before=before)
        if before:
            return
        known = self._times
        for place, time in zip(group.places, times, strict=True):
            known[place] = time
        if facts.address:
            self._addresses.update(dict.fromkeys(group.places, facts.address))
        self._offer(self._sums.earliest(shape, facts.severity), group)

    def _follow(self, place: int, time: int, address: str) -> None:
        self._times[place] = time
        if address:
            self._addresses[place] = address

    def _note_kept(self, n: int, silent: int, *, before: bool) -> None:
        self._seen["before" if before else "kept"] += n
        self._seen["before_without_level" if before else "kept_without_level"] += silent

    def _offer(self, earliest: Earliest, group: Group) -> None:
        times = cast("Sequence[int]", group.times)
        for at in earliest.wanted(times):
            self._keep(earliest, group.places[at], times[at])

    def _keep(self, earliest: Earliest, place: int, time: int) -> None:
        number = self._number + place
        offset = self._offset + self._starts[place] + place
        earliest.offer(Kept(time, f"{number}@", number, offset, self._lines[place]))

    def _add_values(self, group: Group) -> None:
        for one, values in self._variables_of(group.recipe):
            if not one.group:
                values.waiting[one.text] += len(group.places)
            elif one.is_joined:
                values.add(map(_with_single_blanks, group.columns[one.group - 1]))
            else:
                values.add(group.columns[one.group - 1])

    def _variables_of(self, recipe: Recipe) -> list[tuple[Variable, Values]]:
        shape = recipe.spelling.shape
        found = self._variables.get(recipe)
        if found is None:
            found = self._variables[recipe] = [
                (
                    one,
                    self._sums.values(
                        shape, one.place, one.name, one.unit, is_number=one.is_number
                    ),
                )
                for one in recipe.spelling.variables
            ]
        return found

    def add_one(self, place: int, parsed: ParsedLine) -> None:
        """Count a record that was read alone; it has a time."""
        time = parsed.timestamp_us or 0
        facts = facts_of(parsed)
        self._note_file(parsed.format, 1, time, time)
        self._seen.update(
            without_level=not facts.level,
            wide=not self._lines[place].isascii(),
            assumed=parsed.time_assumed,
        )
        before = self._baseline is not None and _inside((time,), self._baseline)[0]
        if not before and self._window is not None and not _inside((time,), self._window)[0]:
            self._seen["outside"] += 1
            return
        self._note_kept(1, facts.severity == 0, before=before)
        shaped = self._shaper(parsed.body)
        rows = self._sums.rows(shaped.shape, facts, before=before)
        _add_row(rows, time // MINUTE_US, 1, (time, time), parsed.body.encode())
        if before:
            return
        self._sums.add_slots(shaped.shape, shaped.values)
        self._follow(place, time, facts.address)
        self._keep(self._sums.earliest(shaped.shape, facts.severity), place, time)

    def finish(self, runs: Sequence[tuple[int, int]]) -> tuple[list[Run], list[Segment]]:
        """
        End a stretch.

        Args:
            runs: What is left of it, from line to line.

        Returns:
            The same by bytes, and the order of what was counted before, between and behind.
        """
        edges = [0, *(edge for run in runs for edge in run), len(self._lines)]
        stretches = zip(edges[::2], edges[1::2], strict=True)
        segments = [self._segment(start, end) for start, end in stretches]
        size = len(self._data)
        found = [
            Run(
                self._starts[start] + start,
                min(self._starts[end] + end, size),
                self._number + start,
            )
            for start, end in runs
        ]
        self._data, self._lines, self._starts = b"", (), []
        return found, segments

    def _segment(self, start: int, end: int) -> Segment:
        places = range(start, end)
        if not self._addresses:
            times = [time for time in self._times[start:end] if time is not None]
            steps, largest, hosts = _ordered("", times)
            return steps, largest, hosts
        of: dict[str, list[int]] = {}
        for place in places:
            time = self._times[place]
            if time is not None:
                of.setdefault(self._addresses.get(place, ""), []).append(time)
        found = [_ordered(host, times) for host, times in of.items()]
        return (
            sum(steps for steps, _, _ in found),
            max((largest for _, largest, _ in found), default=0),
            [host for _, _, hosts in found for host in hosts],
        )

    @property
    def weight(self) -> int:
        """About how much memory the sums hold [bytes]."""
        return self._sums.weight

    def examples(self) -> list[Example]:
        """Return the earliest and the last records of each shape and severity, by line."""
        found = {
            (one.line, one.offset, one.data, severity, shape)
            for (shape, severity), earliest in self._sums.kept.items()
            for one in (*earliest.first, earliest.last)
            if one is not None
        }
        return [Example(*one) for one in sorted(found)]

    def take(self) -> Partial:
        """Return the sums so far; they and the examples are forgotten."""
        found = self._sums.take(baseline=self._baseline is not None)
        self._sums = Sums()
        self._variables.clear()
        return found

    def facts(self, joined: int) -> FileFacts:
        """
        Return what the file held.

        Args:
            joined: Lines of formats whose records are joined over lines.
        """
        seen = Seen(*(self._seen[name] for name in Seen._fields))._replace(joined=joined)
        return FileFacts(seen, self._first, self._last, dict(self._formats))


def _inside(times: Sequence[int | None], span: tuple[int, int]) -> list[bool]:
    start, end = span
    return [time is not None and start <= time < end for time in times]


def _add_rows(
    rows: dict[int, Row], times: Sequence[int], lines: Sequence[bytes], cut: slice
) -> None:
    first, last = min(times), max(times)
    bodies = map(itemgetter(cut), lines)
    minute = first // MINUTE_US
    if minute == last // MINUTE_US:
        _add_row(rows, minute, len(times), (first, last), min(bodies))
        return
    minutes = [time // MINUTE_US for time in times]
    examples: dict[int, bytes] = {}
    for minute, body in zip(minutes, bodies, strict=True):
        known = examples.get(minute)
        if known is None or body < known:
            examples[minute] = body
    ordered = sorted(times)
    at = 0
    for minute in sorted(examples):
        end = bisect_left(ordered, (minute + 1) * MINUTE_US, at)
        _add_row(rows, minute, end - at, (ordered[at], ordered[end - 1]), examples[minute])
        at = end


def _with_single_blanks(text: bytes) -> bytes:
    return b" ".join(text.split())


def _add_row(
    rows: dict[int, Row], minute: int, n: int, span: tuple[int, int], example: bytes
) -> None:
    row = rows.get(minute)
    if row is None:
        rows[minute] = Row(n, span, example)
    else:
        row.add(n, span, example)


def _ordered(host: str, times: Sequence[int]) -> Segment:
    """Return how far times go back, and the first and last of them."""
    if not times:
        return 0, 0, []
    back = list(map(sub, times, islice(times, 1, None)))
    largest = max(back, default=0)
    steps = sum(step >= _SECOND_US for step in back) if largest >= _SECOND_US else 0
    return steps, max(largest, 0), [(host, times[0], times[-1])]

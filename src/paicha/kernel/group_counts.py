"""Records of one file counted, recipe by recipe and one by one, and the order they came in."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import sub

from paicha.kernel import native
from paicha.kernel.count import Partial, Shaper
from paicha.kernel.headers import Facts, facts_of
from paicha.kernel.line_groups import Lines
from paicha.kernel.normalise import ParsedLine
from paicha.kernel.recipe_sums import MINUTE_US, Earliest, Kept, Row, Sums, Values
from paicha.kernel.recipes import Recipe
from paicha.kernel.record_groups import Group
from paicha.kernel.scan import Example, Run, Seen, Segment
from paicha.kernel.scan import Facts as FileFacts
from paicha.kernel.spellings import Variable
from paicha.model.question import Window

_SECOND_US = 1_000_000


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
        self._lines = Lines(b"")
        self._offset, self._number = 0, 1
        self._times: list[int | None] = []
        self._addresses: dict[int, str] = {}

    def begin(self, lines: Lines, offset: int, number: int) -> None:
        """Begin a stretch."""
        self._lines, self._offset, self._number = lines, offset, number
        self._times = [None] * len(lines)
        self._addresses.clear()

    def add(self, group: Group) -> None:
        """Count a group."""
        if not group.places:
            return
        self._note(group)
        if self._baseline is not None:
            before, group = group.parted(*self._baseline)
            if before.places:
                self._add_rows(before, before=True)
        if self._window is not None and group.places:
            group, outside = group.parted(*self._window)
            self._seen["outside"] += len(outside.places)
        if group.places:
            self._add_rows(group, before=False)
            self._add_values(group)

    def _note(self, group: Group) -> None:
        """Note what the file holds."""
        header, n = group.recipe.header, len(group.places)
        said = group.said
        silent = (
            n * (not header.facts.level) if said is None else sum(not one.level for one in said)
        )
        wide = n * group.recipe.is_wide
        self._note_file(header.name, n, group.times[0], group.times[-1])
        self._seen["without_level"] += silent
        self._seen["wide"] += wide
        self._seen["assumed"] += n * header.assumed

    def _note_file(self, name: str, n: int, first: int, last: int) -> None:
        self._seen["records"] += n
        self._formats[name] += n
        self._first = first if self._first is None else min(first, self._first)
        self._last = last if self._last is None else max(last, self._last)

    def _add_rows(self, group: Group, *, before: bool) -> None:
        """Count the records of a group by what their headers say and by minute."""
        shape, body, silent = group.recipe.spelling.shape, group.recipe.body, 0
        parts = list(_by_facts(group))
        for facts, places, times, bodies in parts:
            _add_alike(self._sums.rows(shape, facts, before=before), times, bodies or body)
            silent += len(places) * (facts.severity == 0)
            if facts.address and not before:
                self._addresses.update(dict.fromkeys(places, facts.address))
        self._note_kept(len(group.places), silent, before=before)
        if before:
            return
        known = self._times
        for place, time in zip(group.places, group.times, strict=True):
            known[place] = time
        severities = {facts.severity for facts, *_ in parts}
        if len(severities) == 1:
            self._offer(self._sums.earliest(shape, *severities), group.places, group.times)
            return
        for facts, places, times, _ in parts:
            self._offer(self._sums.earliest(shape, facts.severity), places, times)

    def _follow(self, place: int, time: int, address: str) -> None:
        self._times[place] = time
        if address:
            self._addresses[place] = address

    def _note_kept(self, n: int, silent: int, *, before: bool) -> None:
        self._seen["before" if before else "kept"] += n
        self._seen["before_without_level" if before else "kept_without_level"] += silent

    def _offer(self, earliest: Earliest, places: Sequence[int], times: Sequence[int]) -> None:
        wanted = places[: earliest.wanted(times)]
        for place, time in zip(wanted, times, strict=False):
            self._keep(earliest, place, time)
        late = times[-1]
        if earliest.last is None or late >= earliest.last.time:
            same = places[bisect_left(times, late, len(wanted)) :]
            if len(same) > 1:
                same = [max(same, key=lambda place: f"{self._number + place}@")]
            for place in same:
                self._keep(earliest, place, late)

    def _keep(self, earliest: Earliest, place: int, time: int) -> None:
        number = self._number + place
        offset = self._offset + self._lines.start(place)
        earliest.offer(Kept(time, f"{number}@", number, offset, self._lines[place]))

    def _add_values(self, group: Group) -> None:
        for one, values in self._variables_of(group.recipe):
            if not one.group:
                values.waiting[one.text] += len(group.places)
            elif one.is_joined:
                values.add(list(map(_with_single_blanks, group.columns[one.group - 1])))
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
        before = _inside(time, self._baseline)
        if not before and self._window is not None and not _inside(time, self._window):
            self._seen["outside"] += 1
            return
        self._note_kept(1, facts.severity == 0, before=before)
        shaped = self._shaper(parsed.body)
        rows = self._sums.rows(shaped.shape, facts, before=before)
        _add_alike(rows, (time,), parsed.body.encode())
        if before:
            return
        self._sums.add_slots(shaped.shape, shaped.values)
        self._follow(place, time, facts.address)
        self._keep(self._sums.earliest(shaped.shape, facts.severity), place, time)

    def finish(self, runs: Sequence[tuple[int, int]], size: int) -> tuple[list[Run], list[Segment]]:
        """
        End a stretch.

        Args:
            runs: What is left of it, from line to line.
            size: How long it is [bytes].

        Returns:
            The same by bytes, and the order of what was counted before, between and behind.
        """
        edges = [0, *(edge for run in runs for edge in run), len(self._lines)]
        stretches = zip(edges[::2], edges[1::2], strict=True)
        segments = [self._segment(start, end) for start, end in stretches]
        at = self._lines.start
        found = [Run(at(start), min(at(end), size), self._number + start) for start, end in runs]
        self._lines = Lines(b"")
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
        self._variables.clear()
        return self._sums.take(baseline=self._baseline is not None)

    def facts(self, joined: int) -> FileFacts:
        """
        Return what the file held.

        Args:
            joined: Lines of formats whose records are joined over lines.
        """
        seen = Seen(*(self._seen[name] for name in Seen._fields))._replace(joined=joined)
        return FileFacts(seen, self._first, self._last, dict(self._formats))


def _inside(time: int, span: tuple[int, int] | None) -> bool:
    return span is not None and span[0] <= time < span[1]


def _by_facts(group: Group) -> Iterator[tuple[Facts, list[int], list[int], list[bytes] | None]]:
    """Yield what headers say, with places, times and differing messages of the records that say it."""
    places, times, bodies = group.places, group.times, group.bodies
    if group.said is None:
        yield group.recipe.header.facts, places, times, bodies
        return
    found: defaultdict[Facts, list[int]] = defaultdict(list)
    for at, facts in enumerate(group.said):
        found[facts].append(at)
    for facts, chosen in found.items():
        yield (
            facts,
            [places[at] for at in chosen],
            [times[at] for at in chosen],
            bodies and [bodies[at] for at in chosen],
        )


def _add_alike(rows: dict[int, Row], times: Sequence[int], bodies: Sequence[bytes] | bytes) -> None:
    """Count records by minute, the earliest first."""
    at, n = 0, len(times)
    while at < n:
        minute = times[at] // MINUTE_US
        behind = (minute + 1) * MINUTE_US
        end = n if times[-1] < behind else bisect_left(times, behind, at)
        example = bodies if isinstance(bodies, bytes) else min(bodies[at:end])
        row = rows.get(minute)
        if row is None:
            rows[minute] = Row(end - at, times[at], times[end - 1], example)
        else:
            row.add(end - at, times[at], times[end - 1], example)
        at = end


def _with_single_blanks(text: bytes) -> bytes:
    return b" ".join(text.split())


def _ordered(host: str, times: Sequence[int]) -> Segment:
    """Return how far times go back, and the first and last of them."""
    if not times:
        return 0, 0, []
    back = list(map(sub, times, islice(times, 1, None)))
    largest = max(back, default=0)
    steps = sum(map(_SECOND_US.__le__, back)) if largest >= _SECOND_US else 0
    return steps, max(largest, 0), [(host, times[0], times[-1])]

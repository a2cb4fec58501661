"""What the native kernel asks Python while it reads lines, each once: how levels, stamps and lines of new kinds are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from paicha.kernel.lessons import Lessons
from paicha.kernel.levels import LevelReader
from paicha.kernel.line_formats import service_of_pod
from paicha.kernel.normalise import LineReader
from paicha.kernel.second_places import Places, seconds_of
from paicha.kernel.stamps import GUESS_ORDER
from paicha.kernel.times import TimeReader
from paicha.model.knowledge import LogFormat

#: What is said where nobody can say where a record of several lines ends: more lines are needed, or the whole file is Python's.
NOT_DECIDED, OF_PYTHON = 0, -1
#: Stamps of a kind of which it is asked where their seconds stand, where nobody knows.
_TRIES = 4
#: Said of a stamp of a clock that was never set: only Python reads records without a time.
UNSET = -1
#: What a stamp says [µs], whether its day was assumed, and where its minute begins and its seconds stand.
Stamp = tuple[int, bool, tuple[int, Places] | None]


class BlockEnds(Protocol):
    """Says where records of several lines end."""

    def __call__(self, reader: LineReader, data: bytes, opened: int | None, /) -> int:
        """
        Return of lines, of which so many stand before the one that may open such a record, behind how many it has ended;
        None: the first of them may open it in its stream of a container.
        """
        ...

    def are_one(self, reader: LineReader, data: bytes) -> bool:
        """Return whether lines are one such record, which the first of them opens, and that has ended with them."""
        ...

    def has_apart(self, reader: LineReader, data: bytes) -> bool:
        """Return whether the last of some lines, the first of which begins a record, begins another, and nothing else is open."""
        ...


class Answers:
    """What the twin asks Python once and remembers."""

    def __init__(
        self,
        formats: Sequence[LogFormat],
        times: Sequence[TimeReader],
        lessons: Lessons,
        block_ends: BlockEnds | None,
    ) -> None:
        self._levels = [LevelReader(entry.levels, entry.level_names) for entry in formats]
        self._kinds = [tuple(entry.time_formats) or GUESS_ORDER for entry in formats]
        #: Stamps of each kind of which nobody knows where their seconds stand.
        self._unplaced: Counter[str] = Counter()
        self.times = times
        self._names = [entry.name for entry in formats]
        self._places = {name: at for at, name in enumerate(self._names)}
        self._lessons = lessons
        self._block_ends = block_ends

    def level(self, at: int, word: str) -> tuple[int, str]:
        """Return severity number and spelling of a level word."""
        return self._levels[at].read(word)

    def minute(self, at: int, kind: str, minute: str, offset: str, zone: str) -> int | None:
        """Return the minute of a stamp [µs], in *zone* where the line names one; `UNSET`, too."""
        times = self._times_in(at, zone)
        found = times.minute(kind, minute, offset)
        return UNSET if found is None and times.is_unset_minute(kind, minute, offset) else found

    def stamp(self, at: int, kind: str, text: str, zone: str) -> Stamp | None:
        """Return a stamp that the twin does not take apart [µs], whether its day was assumed, and where its seconds stand."""
        times = self._times_in(at, zone)
        before = times.assumed
        found = times.micros(text, (kind,))
        if found is None:
            return (UNSET, False, None) if times.is_unset(text, (kind,)) else None
        assumed = times.assumed != before
        if self._unplaced[kind] >= _TRIES:
            return found, assumed, None
        kinds = self._kinds[at]
        asked = kinds[: kinds.index(kind) + 1]
        places = seconds_of(text, found, lambda other: times.micros(other, asked))
        self._unplaced[kind] += places is None
        return found, assumed, places

    def _times_in(self, at: int, zone: str) -> TimeReader:
        return self.times[at].in_zone(zone) if zone else self.times[at]

    def workload(self, pod: str) -> str:
        """Return the workload a pod belongs to."""
        return service_of_pod(pod)

    def begins(self, line: str) -> bool:
        """Return whether a line that the twin does not read surely begins a record, and is all of it."""
        return self._lessons.begins(line)

    def block(self, data: bytes, opened: int | None) -> int:
        """Return behind how many lines a record of several lines ends (`BlockEnds`)."""
        if self._block_ends is None:
            return OF_PYTHON
        return self._block_ends(self._lessons.reader, data, opened)

    def stands_apart(self, data: bytes) -> bool:
        """Return whether the last of some lines, the first of which begins a record, begins another, and nothing else is open."""
        return self._block_ends is not None and self._block_ends.has_apart(
            self._lessons.reader, data
        )

    def is_record(self, data: bytes) -> bool:
        """Return whether some lines are one record, which the first of them opens, and that has ended with them."""
        return self._block_ends is not None and self._block_ends.are_one(self._lessons.reader, data)

    def opens(self, line: str) -> int | None:
        """Return the number of the format of records of several lines of which a line opens one; None: it opens none."""
        found = self._lessons.opens(line)
        return None if found is None else self._places[found]

    def stream(self, line: str) -> tuple[str, bool, bool] | None:
        """Return the stream of a line if it is a container's, whether more of it follows, and whether it opens a record of several."""
        return self._lessons.stream(line)

    def lesson(self, line: str) -> tuple[int, tuple[object, ...]] | None:
        """Return the number of the format of such a line, and how lines like it are read."""
        found = self._lessons.teach(line)
        return None if found is None else (self._places[found.format], tuple(found[1:]))

    def lesson_inside(self, wrap: int, text: str) -> tuple[int, tuple[object, ...]] | None:
        """Return the same of a text inside a line of the format with a number."""
        found = self._lessons.teach_inside(self._names[wrap], text)
        return None if found is None else (self._places[found.format], tuple(found[1:]))

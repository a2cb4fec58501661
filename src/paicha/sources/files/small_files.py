"""Small files of which counts are taken, and streams: one scan reads them one after another, and adds them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from paicha.kernel.plan import Plan
from paicha.kernel.reducing import Reducer
from paicha.kernel.scan import Example, Left, Scan
from paicha.kernel.times import PlacedBy
from paicha.sources.files.counting import Counting
from paicha.sources.files.large import add_facts, refuse_other_text
from paicha.sources.files.lines import SAMPLE, TextLines
from paicha.sources.files.manner import Manner
from paicha.sources.files.places import Place, place_of
from paicha.sources.files.scanning import LeftToPython
from paicha.sources.files.stretch_records import Piece, Rest, pieces
from paicha.sources.files.tally import Tally
from paicha.sources.files.windows import WindowRows

#: What a scan's sums and kept records may weigh, and how many files they may be of, before they are handed on. [bytes]
_HEAVY, _MANY = 1 << 25, 4096
_NOWHERE = Place("", "")


class _Begun(NamedTuple):
    """
    A file that was begun.

    Args:
        shown: Its name, as locators have it.
        place: Whose it is.
        placed_by: What stamps without a year or a day are placed by; None: nothing places them.
        offsets: Whether byte offsets mean something in it.
    """

    shown: str
    place: Place
    placed_by: PlacedBy | None
    offsets: bool


class SmallFiles:
    """
    Counts files one after another.

    A file costs little by itself: the scan knows the kinds of lines of those before, and its sums, with the
    records that are kept, are of all of them. They count when they are `settle`d.

    Args:
        manner: How lines are read.
        rows: Counts what the windows hold.
        reducer: Takes the sums.
    """

    def __init__(self, manner: Manner, rows: WindowRows, reducer: Reducer) -> None:
        self._manner = manner
        self._spans = (rows.during.window, rows.before.window)
        self._reducer = reducer
        self._counting = Counting(
            manner.reader(None),
            manner.stacks,
            *self._spans,
            hosts=(),
            reducer=reducer,
            counts=(rows.during.counts, rows.before.counts),
        )
        self._plan: Plan | None = None
        self._scan: Scan | None = None
        self._placed_by: PlacedBy | None = None
        self._files: list[_Begun] = []

    def read(
        self,
        first: bytes,
        blocks: Iterator[bytes],
        lines: TextLines,
        tally: Tally,
        placed_by: PlacedBy | None,
    ) -> None:
        """
        Read a file.

        Args:
            first: What it begins with, as it was `opened`.
            blocks: What follows.
            lines: Makes lines of what the kernel leaves.
            tally: Counts what it holds.
            placed_by: What stamps without a year or a day are placed by; None: nothing places them.

        Raises:
            LeftToPython: Before anything of it counts, if it must be read otherwise.
        """
        if refuse_other_text(first[:SAMPLE], self._manner.reader(placed_by)) is not None:
            raise LeftToPython
        begins, second = lines.begins, next(blocks, b"")
        found = iter([Piece(first, len(first), 1, begins)])
        if second:
            scan = self._placed(placed_by)
            blocks = chain([first, second], blocks)
            found = pieces(scan, blocks, begins)
        self.go_on(Rest(found, blocks), lines, tally, placed_by)

    def go_on(self, rest: Rest, lines: TextLines, tally: Tally, placed_by: PlacedBy | None) -> None:
        """Read what is left of a file."""
        file = tally.file
        place = place_of(file.shown, among_pods=file.among_pods)
        begun = _Begun(file.shown, place, placed_by, lines.has_offsets)
        scan = self._begin(begun)
        for piece in rest.found:
            if not self._take(scan, piece, lines, tally):
                # Records may be joined over any number of lines from here on.
                below = chain([piece.data], rest.blocks)
                self._counting.read(lines.parts(below, piece.number, piece.offset), tally)
                break
            if scan.weight > _HEAVY:
                self.settle()
                self._begin(begun)
        if len(self._files) >= _MANY:
            self.settle()

    def _take(self, scan: Scan, piece: Piece, lines: TextLines, tally: Tally) -> bool:
        """Count a stretch; false: it is Python's."""
        data, end, number, offset = piece
        read = scan.piece(data, offset, number, end) if end else None
        if read is None:
            return False
        runs, segments = read
        left = [Left(data[run.start : run.end], offset + run.start, run.line) for run in runs]
        self._counting.take(segments, left, lines, tally)
        facts = scan.facts
        self._counting.count_facts(facts)
        add_facts(tally, facts)
        lines.count_read(facts.seen.wide, facts.seen.damaged)
        return True

    def settle(self) -> None:
        """Hand on what was counted."""
        self._counting.count_batch()
        scan = self._scan
        if scan is None or not self._files:
            return
        self._counting.keep(self._counting.stored(scan.examples(), self._lines_of()))
        self._counting.begin("", _NOWHERE, None)  # the sums are named already
        self._counting.put(scan.take())
        self._files = []

    def _lines_of(self) -> Callable[[Example], TextLines]:
        """Return what begins the file of a kept record and makes lines of that."""
        at, lines = -1, TextLines((), "", offsets=False)

        def lines_of(example: Example) -> TextLines:
            nonlocal at, lines
            if example.file != at:
                at, begun = example.file, self._files[example.file]
                self._manner.reader(begun.placed_by)
                self._counting.begin(begun.shown, begun.place, None)
                lines = TextLines((), begun.shown, offsets=begun.offsets)
            return lines

        return lines_of

    def _begin(self, begun: _Begun) -> Scan:
        """Begin a file and return what reads it."""
        shown, place, placed_by, offsets = begun
        scan = self._placed(placed_by)
        self._manner.reader(placed_by)
        scan.begin_file(shown, offsets=offsets, service=place.service, host=place.host)
        self._files.append(begun)
        self._counting.begin(shown, place, None)
        return scan

    def _placed(self, placed_by: PlacedBy | None) -> Scan:
        """Return what reads a file whose stamps are placed by *placed_by*."""
        plan = self._manner.plan(placed_by)
        if self._plan is not plan or self._scan is None:
            self.settle()
            self._plan, self._scan = plan, Scan(plan, *self._spans)
        elif plan.reference != self._placed_by:
            self._scan.forget_times()
        self._placed_by = plan.reference
        return self._scan

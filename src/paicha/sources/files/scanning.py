"""
Large files read by the native kernel, in stretches and threads.

A stretch begins with a line that surely begins a record and ends before another, so stretches can be
read in any order. A plain file the threads read themselves, each the stretch it counts. What the kernel leaves (records of several lines, text it cannot decide) is read
as any other file is, from the line that begins the record.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple, cast

from paicha.kernel import native
from paicha.kernel.count import Partial
from paicha.kernel.plan import Plan
from paicha.kernel.scan import Block, Blocks, Example, Facts, Left, Scan
from paicha.model.question import Window

if TYPE_CHECKING:
    from paicha.kernel.reference_scan import ReferenceScan

#: A stretch of lines that share no shape: they fill a scan with 25 times as much. [bytes]
VARIED = 1 << 20
#: What is read at once, and a stretch where lines share shapes: those alike are counted together. With 2, 4, 8
#: and 16 MiB a line of a mixed log costs 0.76, 0.71, 0.67 and 0.68 us. [bytes]
BLOCK = 1 << 23
#: The same of Python: it counts lines that are alike together, so the more of them the better, until memory is
#: asked for anew each time. 2 M lines of a mixed log in one run: 15.6, 12.7 and 12.8 CPU s with 8, 16, 32 MiB. [bytes]
REFERENCE_BLOCK = 1 << 24
#: In so much of a block its first record surely begins; where not, the block is copied. [bytes]
_HEAD = 1 << 14
#: A stretch without a record that surely begins is left to Python, and the file with it. [bytes]
_LONGEST = 1 << 26
#: Stretches that wait per thread, every other one a head of a block.
_AHEAD = 4
#: What a scan's sums may weigh before they are handed on. [bytes]
_HELD = 1 << 26
#: When more of a file's beginning than this is left to Python, the whole file is.
_LEFT_SHARE = 0.3


class LeftToPython(Exception):
    """The file is better, or only rightly, read line by line."""


class Stretch(NamedTuple):
    """
    Some whole records of a file, and where they begin.

    Args:
        data: What holds them, and maybe what stands around them: copying costs.
        start: Where they begin in it.
        end: Where they end in it.
        offset: Where it begins in the file [bytes].
        line: The number of its first line.
        is_last: Whether the file ends there.
    """

    data: bytes
    start: int
    end: int
    offset: int
    line: int
    is_last: bool = False


class Read(NamedTuple):
    """
    A stretch that was read.

    Args:
        block: What it is, what of it is left, and the order of what was read around that.
        handed_on: Sums and examples of the scan that read it, where these became many.
    """

    block: Block
    handed_on: tuple[Partial, list[Example]] | None = None


#: Counts the next stretch by a scan; None: there is none.
_Task = Callable[["Scan | ReferenceScan"], Block | None]


def scan_of(
    plan: Plan, window: Window | None, baseline: Window | None, *, offsets: bool = True
) -> Scan | ReferenceScan:
    """Return an empty scan, the native one where that is built."""
    if native.find().extension is not None:
        return Scan(plan, window, baseline, offsets=offsets)
    from paicha.kernel.reference_scan import ReferenceScan  # noqa: PLC0415 - twenty modules that the native one needs not

    return ReferenceScan(plan, window, baseline, offsets=offsets)


class FileScan:
    """
    One file, scanned once.

    Args:
        plan: What the formats became.
        window: What is asked for.
        baseline: What that is compared with.
        offsets: Whether locators of the file say where in it records begin.
    """

    def __init__(
        self, plan: Plan, window: Window | None, baseline: Window | None, *, offsets: bool = True
    ) -> None:
        self._built = native.find().extension is not None
        self._threads = _cores() if self._built else 1
        self._fresh = partial(scan_of, plan, window, baseline, offsets=offsets)
        self._scans: list[Scan | ReferenceScan] = []
        # Tries the file's beginning, then finds where stretches end; what it counts is nobody's.
        self._edges = self._fresh()
        self._least = self._size = VARIED if self._built else REFERENCE_BLOCK
        self._free: SimpleQueue[Scan | ReferenceScan] = SimpleQueue()

    def check(self, sample: bytes) -> None:
        """
        Look at a file's beginning.

        Raises:
            LeftToPython: If the kernel would leave too much of it.
        """
        whole = sample[: sample.rfind(b"\n") + 1]
        runs, _ = self._edges.stretch(whole, 0, 1)
        if self._built:
            # What was learned then is known now, as it will be soon; Python leaves the same.
            runs, _ = self._edges.stretch(whole, 0, 1)
        left = sum(run.end - run.start for run in runs)
        if not whole or left > _LEFT_SHARE * len(whole) or self._edges.facts.seen.joined:
            raise LeftToPython
        if not isinstance(self._edges, Scan):
            # What it learned it need not learn again; another finds where stretches end while it counts.
            self._edges.forget()
            self._scans.append(self._edges)
            self._free.put(self._edges)
            self._edges = self._fresh()

    def read(self, blocks: Iterable[bytes], begins: int = 0) -> Iterator[Read]:
        """
        Yield the stretches of a file in their order, as they are read.

        Args:
            blocks: Its bytes.
            begins: Where in it the first of them stands [bytes].

        Raises:
            LeftToPython: If the file turns out to be Python's; what was counted is void then.
        """
        stretches = self._stretches(blocks, begins)
        return filter(None, self._side_by_side(partial(_counted, one) for one in stretches))

    def read_opened(self, blocks: Blocks, stop: Callable[[], bool]) -> Iterator[Read]:
        """
        Yield the stretches of a file that the threads read themselves.

        Args:
            blocks: The file, of which nothing was read.
            stop: Asked before each stretch whether to read no further, until it says so.

        Raises:
            LeftToPython: If the file turns out to be Python's; what was counted is void then.
        """
        cast("Scan", self._edges).begin(blocks)
        early: dict[int, Read] = {}
        due = 0
        for read in self._side_by_side(self._next_of(blocks, stop)):
            if read is not None:  # who began first may have come second
                early[read.block.number] = read
            while due in early:
                yield early.pop(due)
                due += 1

    def _next_of(self, blocks: Blocks, stop: Callable[[], bool]) -> Iterator[_Task]:
        stopped = False
        while blocks.goes_on():
            if not stopped and stop():
                stopped = True
                blocks.stop()
            yield lambda scan: cast("Scan", scan).block(blocks, self._size)

    def _side_by_side(self, tasks: Iterable[_Task]) -> Iterator[Read | None]:
        with ThreadPoolExecutor(self._threads) as pool:
            running: deque[Future[Read | None]] = deque()
            try:
                for task in tasks:
                    running.append(pool.submit(self._read, task))
                    if len(running) >= self._threads * _AHEAD:
                        yield running.popleft().result()
                while running:
                    yield running.popleft().result()
            finally:
                for future in running:
                    future.cancel()

    def _read(self, task: _Task) -> Read | None:
        scan = self._free_scan()
        try:
            before = scan.weight
            block = task(scan)
            if block is None:
                return None
            seen = scan.facts.seen
            if not block.size or seen.joined or (seen.cut and not block.is_last):
                raise LeftToPython
            # Lines that share no shape weigh many times their bytes: little of them at once. A head tells nothing.
            if block.size > _HEAD:
                share = scan.weight - before < block.size
                self._size = block_size() if share else self._least
            handed_on = self._handed_on(scan)
        finally:
            self._free.put(scan)
        return Read(block, handed_on)

    def _free_scan(self) -> Scan | ReferenceScan:
        """Return one that no thread reads with; each thread makes its own while the others read."""
        with suppress(Empty):
            return self._free.get_nowait()
        scan = self._fresh()
        self._scans.append(scan)
        return scan

    def _handed_on(self, scan: Scan | ReferenceScan) -> tuple[Partial, list[Example]] | None:
        # By the thread that holds the scan: the others go on.
        if scan.weight <= _HELD:
            return None
        examples = scan.examples()
        return scan.take(), examples

    def _stretches(self, blocks: Iterable[bytes], begins: int) -> Iterator[Stretch]:
        rest, offset, line = b"", begins, 1
        for block in blocks:
            edge = None if self._built else self._edges.last_record(block)
            if edge is not None:
                # A short stretch takes Python as long as ten copies.
                data = b"".join((rest, memoryview(block)[: edge[0]]))
                yield Stretch(data, 0, len(data), offset, line)
                offset, line = offset + len(data), line + rest.count(b"\n") + edge[1]
                rest = block[edge[0] :]
                continue
            found = self._head(rest, block)
            if found is None:
                data, start = rest + block, 0
                searched = max(data.rfind(b"\n", 0, len(rest)), 0)
            else:
                head, at, lines = found
                yield Stretch(head, 0, at, offset, line)
                data, start, offset, line = block, at - len(rest), offset + at, line + lines
                searched = start
            for at, lines in self._ends(data, start, searched):
                yield Stretch(data, start, at, offset, line)
                start, offset, line = at, offset + at - start, line + lines
            rest = data[start:]
            if len(rest) > _LONGEST:
                raise LeftToPython
        if rest:
            yield Stretch(rest, 0, len(rest), offset, line, is_last=True)

    def _head(self, rest: bytes, block: bytes) -> tuple[bytes, int, int] | None:
        """
        Return what a block left with the head of the next, where that ends, and how many lines it has.

        So no block is copied for what stands between two. None: a longer record does, or nothing.
        """
        if not 0 < len(rest) <= _HEAD:
            return None
        head = rest + block[:_HEAD]
        at, lines = self._edges.last_record(head) or (0, 0)
        return (head, at, lines) if at >= len(rest) else None

    def _ends(self, data: bytes, start: int, searched: int) -> Iterator[tuple[int, int]]:
        """
        Yield where stretches of a block end, and how many lines each has.

        Args:
            data: The block.
            start: Where the first stretch begins.
            searched: Until where no record surely begins behind that: there, or at the end of a line.
        """
        end = searched
        while end < len(data):
            end = min(end + self._size, len(data))
            edge = self._edges.last_record(data, searched, end)
            if edge is None:
                searched = max(data.rfind(b"\n", searched, end), searched)
                continue
            at, lines = edge
            yield at, lines + data.count(b"\n", start, searched)
            start = searched = end = at

    def close(self) -> Iterator[tuple[Callable[[], Partial], list[Example]]]:
        """Yield what gives the sums of all scans, and their kept records; call it. `facts` hold afterwards."""
        self._scans = self._scans or [self._fresh()]
        first, *others = self._scans
        for scan in others:
            if first.weight + scan.weight > _HELD:
                yield first.take, first.examples()
            if isinstance(first, Scan) and isinstance(scan, Scan):  # Python has one
                first.absorb(scan)
        yield first.take, first.examples()

    @property
    def facts(self) -> Facts:
        """What the file held."""
        return self._scans[0].facts


def _counted(stretch: Stretch, scan: Scan | ReferenceScan) -> Block:
    """Count a stretch and return what is left of it."""
    data, start, end, offset, line, is_last = stretch
    runs, segments = scan.stretch(data, offset, line, start=start, end=end)
    left = [
        Left(data[start + run.start : start + run.end], offset + run.start, run.line)
        for run in runs
    ]
    return Block(0, offset, line, end - start, is_last, left, segments)


def block_size() -> int:
    """Return how much of a file is best read at once [bytes]."""
    return REFERENCE_BLOCK if native.find().extension is None else BLOCK


def _cores() -> int:
    """Return how many cores this process may use; only Linux says which are left to it."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

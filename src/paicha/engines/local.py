"""The kernel in this process, or in several on this machine."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pyarrow as pa

from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial, Room, Running, Shaper, Sum, count_by_reference
from paicha.model.question import Window
from paicha.model.reading import Mark
from paicha.model.schema import STORED_RECORDS
from paicha.ports import Sink
from paicha.values import dataclass

#: Batches that are under way per worker: enough to keep it busy, few enough to hold in memory.
_AHEAD = 2

_worker_shaper = Shaper()
#: A batch for the sink and what it adds to the sums.
_Counted = tuple[pa.RecordBatch | None, Partial | None]


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """
    Counts batches on this machine, as a `paicha.ports.Engine`.

    Memory holds a few batches and the summaries, whose size the caps of `paicha.kernel` bound.
    The tables are the same for any number of workers, and with the native twin or without.

    Args:
        workers: Processes; 1: this one. They are started afresh (spawn), so a script that asks for
            more than one needs the usual ``if __name__ == "__main__":``. The native twin needs none:
            it is faster than any source.
        caps: What the sums may hold.
    """

    workers: int = 1
    caps: Caps = CAPS

    def summarise(
        self,
        batches: Iterable[pa.RecordBatch | Partial | Mark],
        sink: Sink,
        baseline: Window | None = None,
        reached: Callable[[Mark, Callable[[], Partial]], None] | None = None,
    ) -> Partial:
        """
        Shape and count every batch, hand each shaped one to *sink* in order, return the sums.

        A `Partial` is only added, a batch of `STORED_RECORDS` only handed on: their place counted them.
        Records inside *baseline* are counted apart and not handed on. *reached* hears of every mark.
        """
        total = Sum(self.caps)
        for counted in self._counted(batches, baseline):
            if isinstance(counted, Mark):
                if reached is not None:
                    reached(counted, total.so_far())
                continue
            stored, part = counted
            if stored is not None:
                sink(stored)
            if part is not None:
                total.put(part)
        return total.take()

    def _counted(
        self, batches: Iterable[pa.RecordBatch | Partial | Mark], baseline: Window | None
    ) -> Iterator[_Counted | Mark]:
        twin = Running.of_twin(baseline)
        if twin is not None:
            yield from _by_twin(batches, twin)
            return
        if self.workers <= 1:
            shaper = Shaper()
            for batch in batches:
                yield _given(batch) or count_by_reference(batch, shaper, baseline)
            return
        yield from _by_processes(batches, self.workers, baseline)


def _by_processes(
    batches: Iterable[pa.RecordBatch | Partial | Mark], workers: int, baseline: Window | None
) -> Iterator[_Counted | Mark]:
    # Few runs ask for processes; the rest need not load what starts them.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_leave_signals
    ) as pool:
        running: deque[Callable[[], _Counted | Mark]] = deque()
        for batch in batches:
            given = _given(batch)
            if given is None:
                running.append(pool.submit(_count, batch, baseline).result)
            else:
                running.append(partial(_same, given))
            if len(running) >= workers * _AHEAD:
                yield running.popleft()()
        while running:
            yield running.popleft()()


def _leave_signals() -> None:
    # Ctrl-C goes to every process of a terminal; when to stop is for the first one to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _same(given: _Counted | Mark) -> _Counted | Mark:
    return given


def _by_twin(
    batches: Iterable[pa.RecordBatch | Partial | Mark], sums: Running
) -> Iterator[_Counted | Mark]:
    room = Room()
    for batch in batches:
        if isinstance(batch, Mark):
            yield None, sums.take()  # what stands before the mark is in the sums by then
        yield _given(batch) or (sums.add(batch), None)
        if sums.rows > room.rows:
            part = sums.take()
            room.learn(part)
            yield None, part
    yield None, sums.take()


def _given(batch: pa.RecordBatch | Partial | Mark) -> _Counted | Mark | None:
    """Return what was counted already as it is; None when there is something to count."""
    if isinstance(batch, Mark):
        return batch
    if isinstance(batch, Partial):
        return None, batch
    return (batch, None) if batch.schema.names == STORED_RECORDS.names else None


def _count(batch: pa.RecordBatch, baseline: Window | None) -> _Counted:
    """Count in a worker, whose memory of shapes lives as long as it does."""
    return count_by_reference(batch, _worker_shaper, baseline)

"""The kernel in this process, or in several on this machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import pyarrow as pa

from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial, Running, Shaper, add, count_by_reference
from paicha.model.question import Window
from paicha.model.schema import STORED_RECORDS
from paicha.ports import Sink

#: Partial tables that wait before they are added.
_PARTS = 16
#: Batches that are under way per worker: enough to keep it busy, few enough to hold in memory.
_AHEAD = 2
#: Rows of counts that the native twin holds before they are handed on to be added.
_HELD_ROWS = 200_000

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
        batches: Iterable[pa.RecordBatch | Partial],
        sink: Sink,
        baseline: Window | None = None,
    ) -> Partial:
        """
        Shape and count every batch, hand each shaped one to *sink* in order, return the sums.

        A `Partial` is only added, a batch of `STORED_RECORDS` only handed on: their place counted them.
        Records inside *baseline* are counted apart and not handed on.
        """
        total = add([])
        waiting: list[Partial] = []
        for stored, part in self._counted(batches, baseline):
            if stored is not None:
                sink(stored)
            if part is not None:
                waiting.append(part)
            if len(waiting) >= _PARTS:
                total = add([total, *waiting], self.caps)
                waiting.clear()
        return add([total, *waiting], self.caps)

    def _counted(
        self, batches: Iterable[pa.RecordBatch | Partial], baseline: Window | None
    ) -> Iterator[_Counted]:
        twin = Running.of_twin(baseline)
        if twin is not None:
            yield from _by_twin(batches, twin)
            return
        if self.workers <= 1:
            shaper = Shaper()
            for batch in batches:
                yield _given(batch) or count_by_reference(batch, shaper, baseline)
            return
        with ProcessPoolExecutor(self.workers, mp_context=get_context("spawn")) as pool:
            running: deque[Future[_Counted]] = deque()
            for batch in batches:
                running.append(pool.submit(_count, batch, baseline))
                if len(running) >= self.workers * _AHEAD:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()


def _by_twin(batches: Iterable[pa.RecordBatch | Partial], sums: Running) -> Iterator[_Counted]:
    for batch in batches:
        yield _given(batch) or (sums.add(batch), None)
        if sums.rows > _HELD_ROWS:
            yield None, sums.take()
    yield None, sums.take()


def _given(batch: pa.RecordBatch | Partial) -> _Counted | None:
    """Return what was counted already as it is; None when there is something to count."""
    if isinstance(batch, Partial):
        return None, batch
    return (batch, None) if batch.schema.names == STORED_RECORDS.names else None


def _count(batch: pa.RecordBatch | Partial, baseline: Window | None) -> _Counted:
    """Count in a worker, whose memory of shapes lives as long as it does."""
    return _given(batch) or count_by_reference(batch, _worker_shaper, baseline)

"""Records counted where they are read: sums, the records worth keeping, and their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.caps import CAPS, Caps, Cut
from paicha.kernel.count import Partial, Room, Running, Shaper, Sum, count_by_reference
from paicha.kernel.keeping import kept
from paicha.model.question import Window
from paicha.model.schema import STORED_RECORDS

#: Records that wait before it is seen which of them are kept.
_WAITING_ROWS = 50_000
#: The same in memory [bytes].
_WAITING_BYTES = 64 << 20
_SECOND_US = 1_000_000


class Order:
    """How far records go back in time against the order they were read in, for each file and host."""

    def __init__(self) -> None:
        self.steps = 0
        self.largest_us = 0
        self._last: dict[tuple[str, str], int] = {}

    def one(self, path: str, host: str, micros: int) -> None:
        """Take the time of the record that was read next."""
        back = self._last.get((path, host), micros) - micros
        self.steps += back >= _SECOND_US
        self.largest_us = max(self.largest_us, back)
        self._last[path, host] = micros

    def follow(self, records: pa.Table) -> None:
        """Take records in the order they were read, those without a time left out."""
        records = records.filter(records["timestamp"].is_valid()).combine_chunks()
        if not records.num_rows:
            return
        paths = pc.list_element(pc.split_pattern(records["locator"], ":", max_splits=1), 0)
        path, host = (
            column.combine_chunks().dictionary_encode() for column in (paths, records["host_ip"])
        )
        key = pc.add(pc.multiply(path.indices, len(host.dictionary)), host.indices)
        times = records["timestamp"].cast(pa.int64()).combine_chunks()
        if len(path.dictionary) * len(host.dictionary) > 1:
            order = pc.array_sort_indices(key)  # which leaves records of one key in their order
            key, times = key.take(order), times.take(order)
        same = pc.equal(key[:-1], key[1:])
        back = pc.subtract(times[:-1], times[1:]).filter(same)
        steps, largest_us = pc.sum(pc.greater_equal(back, _SECOND_US)), pc.max(back)
        ends = pc.indices_nonzero(pc.invert(same)).to_pylist()
        for first, last in zip([0, *(end + 1 for end in ends)], [*ends, len(key) - 1], strict=True):
            at, of = divmod(key[first].as_py(), len(host.dictionary))
            span = (host.dictionary[of].as_py(), times[first].as_py(), times[last].as_py())
            self.several(path.dictionary[at].as_py(), 0, 0, [span])
        self.several("", steps.as_py() or 0, largest_us.as_py() or 0, ())

    def several(
        self, path: str, steps: int, largest_us: int, hosts: Sequence[tuple[str, int, int]]
    ) -> None:
        """Take records that were read in a row: their own steps, and each host's first and last time."""
        self.steps += steps
        self.largest_us = max(self.largest_us, largest_us)
        for host, first, last in hosts:
            self.one(path, host, first)
            self._last[path, host] = last


class Reducer:
    """
    Counts batches of `RECORDS` and keeps few of them.

    Args:
        baseline: Records inside it are counted apart and none is kept.
        caps: What the sums may hold; so many kinds of records are kept.
    """

    def __init__(self, baseline: Window | None, caps: Caps = CAPS) -> None:
        self._baseline = baseline
        self._twin = Running.of_twin(baseline)
        self._shaper = Shaper()
        self._caps = caps
        self._sum = Sum(caps)
        self._room = Room()
        self._kept = STORED_RECORDS.empty_table()
        self._offered: list[pa.Table] = []
        self._rows = self._bytes = 0  # of these
        self.order = Order()

    @property
    def cut(self) -> Cut:
        """What the sums gave up so far."""
        return self._sum.cut

    def add(self, batch: pa.RecordBatch, *, ordered: bool = True) -> None:
        """Count a batch; its records take their place in the order, unless somebody saw to that."""
        if self._twin is not None:
            stored = self._twin.add(batch)
            if self._twin.rows > self._room.rows:
                self._hand_on(self._twin)
        else:
            stored, part = count_by_reference(batch, self._shaper, self._baseline)
            self.put(part)
        self.keep(stored)
        if ordered:
            self.order.follow(pa.Table.from_batches([stored]))

    def put(self, part: Partial) -> None:
        """Add what was counted elsewhere."""
        self._sum.put(part)

    def keep(self, stored: pa.RecordBatch) -> None:
        """Offer `STORED_RECORDS` to be kept."""
        self._offered.append(pa.Table.from_batches([stored]))
        self._rows += stored.num_rows
        self._bytes += stored.nbytes
        if self._rows > _WAITING_ROWS or self._bytes > _WAITING_BYTES:
            self._choose()

    def rest(self) -> Iterator[pa.RecordBatch | Partial]:
        """Yield the sums and the kept records, and begin anew."""
        if self._twin is not None:
            self._hand_on(self._twin)
        whole, self._sum = self._sum.take(), Sum(self._caps)
        yield whole
        self._choose()
        rows, self._kept = self._kept, STORED_RECORDS.empty_table()
        yield from rows.to_batches()

    def _hand_on(self, twin: Running) -> None:
        part = twin.take()
        self._room.learn(part)
        self._sum.put(part)

    def _choose(self) -> None:
        offered, self._offered = self._offered, []
        self._rows = self._bytes = 0
        if offered:
            self._kept = kept([self._kept, *offered], self._caps.units)

    def absorb(self, other: Reducer) -> None:
        """Add what was reduced of one file."""
        for item in other.rest():
            if isinstance(item, Partial):
                self.put(item)
            elif self._offered or self._kept.num_rows:
                self.keep(item)
            else:  # that of the first file is chosen already
                self._kept = pa.Table.from_batches([item])
        self.order.steps += other.order.steps
        self.order.largest_us = max(self.order.largest_us, other.order.largest_us)


class Choosing:
    """
    Hands records on as they come or, where their messages are many bytes, their sums and few of them.

    Until that is clear they wait, so it depends on the records alone and not on their order or cut.

    Args:
        most_bytes: Of messages in UTF-8 that are handed on as they are; None: all, at once [bytes].
        baseline: Records inside it are counted apart and none is kept.
        ordered: Whether the order of the records is that of their place, so that it says something.
        caps: What the sums may hold.
        each: What a record counts for beside its message [bytes].
    """

    def __init__(
        self,
        most_bytes: int | None,
        baseline: Window | None = None,
        *,
        ordered: bool,
        caps: Caps = CAPS,
        each: int = 0,
    ) -> None:
        self.most_bytes = most_bytes
        self._baseline = baseline
        self._ordered = ordered
        self._caps = caps
        self._each = each
        self._bytes = 0
        self._waiting: deque[pa.RecordBatch] = deque()
        self._reducer: Reducer | None = None
        #: Of the records that were reduced: the id of every host that has one.
        self.host_ids: dict[str, str] = {}
        #: Likewise: every address with an id that a record names beside it.
        self.host_pairs: set[tuple[str, str]] = set()

    @property
    def reducer(self) -> Reducer | None:
        """What takes the sums; None: records are handed on as they are."""
        return self._reducer

    @property
    def order(self) -> Order | None:
        """How far the records go back in time; None: they were handed on as they are."""
        return None if self._reducer is None else self._reducer.order

    def take(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """Take a batch of `RECORDS`, and yield it where it need not wait."""
        if self.most_bytes is None:
            yield batch
            return
        self._bytes += pc.sum(pc.binary_length(batch.column("body"))).as_py() or 0
        self._bytes += self._each * batch.num_rows
        self._waiting.append(batch)
        if self._bytes <= self.most_bytes:
            return
        self._reducer = self._reducer or Reducer(self._baseline, self._caps)
        while self._waiting:
            one = self._waiting.popleft()
            self._reducer.add(one, ordered=self._ordered)
            self._note_hosts(one)

    def rest(self) -> Iterator[pa.RecordBatch | Partial]:
        """Yield what waits, or the sums and the kept records."""
        if self._reducer is not None:
            yield from self._reducer.rest()
        yield from self._waiting
        self._waiting.clear()

    def _note_hosts(self, batch: pa.RecordBatch) -> None:
        named = batch.select(["host_ip", "host_id"])
        named = pa.Table.from_batches([named.filter(pc.not_equal(named.column("host_id"), ""))])
        for row in named.group_by(named.column_names, use_threads=False).aggregate([]).to_pylist():
            host, identity = row["host_ip"] or row["host_id"], row["host_id"]
            self.host_ids[host] = min(identity, self.host_ids.get(host, identity))
            if row["host_ip"]:
                self.host_pairs.add((row["host_ip"], identity))

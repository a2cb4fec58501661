"""Running sums of the variables of records: figures, buckets, and the values that are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.merge import VALUE_CAP, hashes_of, merge
from paicha.kernel.number_columns import FigureSums, buckets, decimals, wholes
from paicha.kernel.quantiles import bucket
from paicha.kernel.slots import VALUE_LENGTH, kept_text
from paicha.kernel.spellings import DECIMAL, OTHER, WHOLE, number_of
from paicha.kernel.texts import counting, joined
from paicha.model.schema import SLOT_BUCKETS, SLOT_VALUES, SLOTS

#: Values or buckets that wait until they are added up; then twice as many as there are sums.
_WAITING = 100_000
_MOST_HASH = 2**64 - 1
_VALUES = pa.schema([("slot", pa.int32()), ("value", pa.binary()), ("n", pa.int64())])
_BUCKETS = pa.schema([("slot", pa.int32()), ("value", pa.int64()), ("n", pa.int64())])


class Waiting:
    """
    Rows of numbered things with their counts, added up now and then.

    Args:
        like: Their schema.
    """

    def __init__(self, like: pa.Schema) -> None:
        self._like = like
        self.sums = like.empty_table()
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def add(self, *columns: pa.Array | list[object]) -> bool:
        """Take rows, and return whether it is time to add up."""
        self._waiting.append(pa.table(list(columns), schema=self._like))
        self._rows += len(columns[0])
        return self._rows > max(_WAITING, 2 * len(self.sums))

    def settle(self) -> None:
        """Add up what waits."""
        if self._waiting:
            table = pa.concat_tables([self.sums, *self._waiting])
            summed = table.group_by(["slot", "value"], use_threads=False).aggregate([("n", "sum")])
            self.sums = pa.table(summed.columns, schema=self._like).combine_chunks()
            self._waiting, self._rows = [], 0

    @property
    def nbytes(self) -> int:
        """What the rows take [bytes]."""
        return sum(table.nbytes for table in (self.sums, *self._waiting))


class ValueSums:
    """The variables of a part: a variable is known by its number, a *slot*."""

    def __init__(self) -> None:
        self._slots: dict[tuple[str, int, str, str], int] = {}
        self._is_number: list[bool] = []
        self._n: Counter[int] = Counter()
        self._figures = FigureSums()
        #: Values that were met alone.
        self._alone: Counter[tuple[int, bytes]] = Counter()
        self._values, self._buckets = Waiting(_VALUES), Waiting(_BUCKETS)
        #: Buckets of numbers that were read one by one.
        self._few: Counter[tuple[int, int]] = Counter()
        #: The hashes behind which values are no longer kept.
        self._bounds: list[int] = []

    def slot(self, shape: str, place: int, name: str, unit: str, *, is_number: bool) -> int:
        """Return the number of a variable."""
        key = (shape, place, name, unit)
        found = self._slots.get(key)
        if found is None:
            found = self._slots[key] = len(self._slots)
            self._is_number.append(is_number)
            self._bounds.append(_MOST_HASH)
        return found

    def add_alone(self, slot: int, text: bytes, n: int = 1) -> None:
        """Count one text."""
        self._alone[slot, text] += n
        if len(self._alone) > _WAITING:
            self._settle_alone()

    def add(
        self,
        slots: pa.Int32Array,
        texts: pa.BinaryArray,
        kinds: pa.Int32Array,
        are_joined: pa.Int32Array,
    ) -> None:
        """
        Count texts.

        Args:
            slots: The variable of each.
            texts: What they are.
            kinds: What numbers they are, as `paicha.kernel.spellings` tells them apart.
            are_joined: 1 for those in which blanks count as one.
        """
        if not len(texts):
            return
        counted = slots.value_counts()
        self._n.update(dict(zip(*(counted.field(at).to_pylist() for at in (0, 1)), strict=True)))
        for kind, read in ((WHOLE, wholes), (DECIMAL, decimals)):
            chosen = pc.equal(kinds, kind)
            if pc.any(chosen).as_py():
                self._add_numbers(slots.filter(chosen), read(texts.filter(chosen)))
        for slot, text in _others(slots, texts, kinds):
            self._add_number(slot, number_of(text.decode()), 1)
        others = _kept_otherwise(texts, pc.equal(are_joined, 1))
        if pc.any(others).as_py():
            # They are few: all others would be copied to put them into their places.
            found = (column.filter(others).to_pylist() for column in (texts, are_joined))
            kept = list(map(_as_kept, *found))
            self._keep(slots.filter(others), pa.array(kept, pa.binary()))
            same = pc.invert(others)
            slots, texts = slots.filter(same), texts.filter(same)
        self._keep(slots, texts)

    def _add_numbers(self, slots: pa.Int32Array, numbers: pa.Array) -> None:
        self._figures.add(slots, numbers)
        table = pa.table([slots, buckets(numbers)], names=["slot", "value"])
        summed = table.group_by(["slot", "value"], use_threads=False).aggregate([([], "count_all")])
        if self._buckets.add(*(column.combine_chunks() for column in summed.columns)):
            self._buckets.settle()

    def _add_number(self, slot: int, number: float, n: int) -> None:
        self._figures.add_one(slot, number, n)
        self._few[slot, bucket(number)] += n

    def _keep(self, slots: pa.Int32Array, texts: pa.BinaryArray) -> None:
        """Count the texts that rank within the bounds of their variables."""
        bounds = pa.array(self._bounds, pa.uint64()).take(slots)
        bounded = pc.less(bounds, pa.scalar(_MOST_HASH, pa.uint64()))
        few = pc.less_equal(hashes_of(texts.filter(bounded)), bounds.filter(bounded))
        within = pc.replace_with_mask(pc.invert(bounded), bounded, few)
        slots, texts = slots.filter(within), texts.filter(within)
        encoded = texts.dictionary_encode()
        codes = encoded.indices.cast(pa.int64())
        pairs = pc.add(pc.shift_left(slots.cast(pa.int64()), 32), codes)
        counted = pairs.value_counts()
        pairs = counted.field(0)
        found = encoded.dictionary.take(pc.bit_wise_and(pairs, 2**32 - 1))
        slots = pc.shift_right(pairs, 32).cast(pa.int32())
        if self._values.add(slots, found, counted.field(1)):
            self._settle_values()

    def _settle_values(self) -> None:
        """Add up, and of each variable keep the values that rank first."""
        self._values.settle()
        sums = self._values.sums
        counted = sums["slot"].value_counts()
        large = counted.field(0).filter(pc.greater(counted.field(1), VALUE_CAP))
        if not len(large):
            return
        is_large = pc.is_in(sums["slot"], value_set=large)
        many = sums.filter(is_large).combine_chunks()
        many = many.append_column("hash", hashes_of(joined(many["value"].chunks, pa.binary())))
        many = many.sort_by([(name, "ascending") for name in ("slot", "hash", "value")])
        sizes = many["slot"].value_counts().field(1)
        starts = pc.subtract(pc.cumulative_sum(sizes), sizes)
        owners = pc.list_parent_indices(
            pa.ListArray.from_arrays(
                pa.concat_arrays([starts, pa.array([len(many)])]).cast(pa.int32()),
                pa.nulls(len(many)),
            )
        )
        ranks = pc.subtract(counting(len(many)).cast(pa.int64()), starts.take(owners))
        for slot, bound in zip(
            *(
                many.filter(pc.equal(ranks, VALUE_CAP - 1))[name].to_pylist()
                for name in ("slot", "hash")
            ),
            strict=True,
        ):
            self._bounds[slot] = bound
        first = many.filter(pc.less(ranks, VALUE_CAP)).drop_columns("hash")
        self._values.sums = pa.concat_tables([sums.filter(pc.invert(is_large)), first])

    def _settle_alone(self) -> None:
        alone, self._alone = self._alone, Counter()
        texts: list[bytes] = []
        for (slot, text), n in alone.items():
            self._n[slot] += n
            if self._is_number[slot]:
                self._add_number(slot, number_of(text.decode()), n)
            texts.append(text if len(text) <= VALUE_LENGTH else kept_text(text.decode()).encode())
        slots = [slot for slot, _ in alone]
        self._values.add(slots, texts, list(alone.values()))

    @property
    def weight(self) -> int:
        """About how much memory it holds [bytes]."""
        held = len(self._n) * 1024 + (len(self._alone) + len(self._few)) * 200
        return held + self._values.nbytes + self._buckets.nbytes

    def take(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        """Return the tables, and begin anew; values that are no longer kept are not kept then either."""
        self._settle_alone()
        self._settle_values()
        few, self._few = self._few, Counter()
        self._buckets.add([slot for slot, _ in few], [one for _, one in few], list(few.values()))
        self._buckets.settle()
        names = _Named(self._slots)
        found = (
            self._slot_table(),
            names.table(self._values.sums, SLOT_VALUES),
            names.table(self._buckets.sums, SLOT_BUCKETS),
        )
        self._n.clear()
        self._figures.clear()
        self._values, self._buckets = Waiting(_VALUES), Waiting(_BUCKETS)
        return found

    def _slot_table(self) -> pa.Table:
        rows = [self._row(key, slot) for key, slot in self._slots.items() if self._n[slot]]
        columns = list(zip(*rows, strict=True)) or [() for _ in SLOTS]
        arrays = [
            pa.array(column, field.type) for column, field in zip(columns, SLOTS, strict=True)
        ]
        return merge([pa.table(arrays, schema=SLOTS)], SLOTS)

    def _row(self, key: tuple[str, int, str, str], slot: int) -> tuple[object, ...]:
        n, one = self._n[slot], self._figures.of(slot)
        if one is None:
            return (*key, n, 0, None, None, None)
        total = Decimal(one.micros).scaleb(-6)
        return (*key, n, n, one.minimum, one.maximum, total)


class _Named:
    """
    Numbered variables by their shapes and places.

    Args:
        slots: Their numbers.
    """

    def __init__(self, slots: Iterable[tuple[str, int, str, str]]) -> None:
        keys = list(slots)
        self._shapes = pa.array([key[0] for key in keys], pa.string())
        self._places = pa.array([key[1] for key in keys], pa.int16())

    def table(self, rows: pa.Table, like: pa.Schema) -> pa.Table:
        """Return the table of rows."""
        slots = rows["slot"]
        columns = [self._shapes.take(slots), self._places.take(slots), *rows.columns[1:]]
        cast = [one.cast(field.type) for one, field in zip(columns, like, strict=True)]
        return merge([pa.table(cast, schema=like)], like)


def _kept_otherwise(texts: pa.BinaryArray, are_joined: pa.BooleanArray) -> pa.BooleanArray:
    """Return which texts are not kept as they are: long ones, and those joined with more than one blank."""
    found = pc.greater(pc.binary_length(texts), VALUE_LENGTH)
    if not pc.any(are_joined).as_py():
        return found
    doubled = pc.match_substring(texts.filter(are_joined), b"  ")
    return pc.or_(found, pc.replace_with_mask(are_joined, are_joined, doubled))


def _as_kept(text: bytes, is_joined: int) -> bytes:
    """Return a text of a variable as it is kept."""
    text = b" ".join(text.split()) if is_joined else text
    return kept_text(text.decode()).encode()


def _others(
    slots: pa.Int32Array, texts: pa.BinaryArray, kinds: pa.Int32Array
) -> Sequence[tuple[int, bytes]]:
    """Return numbers of other kinds, each with its variable."""
    chosen = pc.equal(kinds, OTHER)
    if not pc.any(chosen).as_py():
        return ()
    return list(
        zip(slots.filter(chosen).to_pylist(), texts.filter(chosen).to_pylist(), strict=True)
    )

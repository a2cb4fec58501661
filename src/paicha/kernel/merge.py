"""Adding partial tables: the one operation that lets any machine count any part."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from functools import reduce
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel import native
from paicha.kernel.columns import whole
from paicha.kernel.texts import rising
from paicha.model import schema
from paicha.model.schema import SLOT_VALUES

#: Distinct values of one slot that are kept with their counts.
VALUE_CAP = 256


def merge(parts: Iterable[pa.Table], like: pa.Schema) -> pa.Table:
    """
    Return the sum of tables: one row per key, sorted by key.

    Associative, commutative, and the empty table is its zero; so equal inputs in any order and any
    cut are equal tables. `SLOT_VALUES` keeps the `VALUE_CAP` values with the smallest hashes per
    slot: a value kept of the whole was kept in every part, so its count is exact.

    Args:
        parts: Tables of schema *like*; none at all is fine. Of what an iterator hands out texts are let go of before the
            sums hold theirs.
        like: A schema whose fields say how they merge.
    """
    tables = [part for part in parts if part.num_rows]
    if not tables:
        return like.empty_table()
    together = pa.concat_tables(tables)
    tables.clear()
    numbered = _numbered(together, like)
    del together
    added = _added(*numbered, like)
    return _capped(added) if like.equals(SLOT_VALUES) else added


def _numbered(table: pa.Table, like: pa.Schema) -> tuple[pa.Table, dict[str, pa.Array]]:
    """Return a table with the places of its texts in their stead, and the distinct texts of each column in their order."""
    texts: dict[str, pa.Array] = {}
    for at, field in enumerate(like):
        if pa.types.is_string(field.type):
            places, texts[field.name] = _placed(table.column(at))
            table = table.set_column(at, field.name, places)
    return table, texts


def _added(table: pa.Table, texts: dict[str, pa.Array], like: pa.Schema) -> pa.Table:
    """
    Return the sums, sorted by key.

    Cost:
        Texts stand as numbers while they are grouped and sorted, and of the sums one column is put in order after
        another, so beside these there are some bytes a row, not copies of the texts.
    """
    by, how = schema.keys(like), schema.merges(like)
    grouped = table.group_by(by, use_threads=False).aggregate(how)
    del table
    order = pc.sort_indices(grouped, sort_keys=[(name, "ascending") for name in by])
    named = {name: name for name in by} | {name: f"{name}_{op}" for name, op in how}
    columns: list[pa.ChunkedArray] = []
    for field in like:
        column = grouped[named[field.name]].take(order)
        grouped = grouped.drop_columns(named[field.name])
        known = texts.pop(field.name, None)
        columns.append(column.cast(field.type) if known is None else known.take(column))
    return pa.table(columns, schema=like).combine_chunks()


def _placed(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Array]:
    """Return texts as their places among the sorted distinct ones, and these."""
    # One dictionary for all chunks: the whole column is encoded at once.
    encoded = column.dictionary_encode()
    texts = encoded.chunk(0).dictionary
    order = pc.sort_indices(texts)
    places = rising(order.cast(pa.int32()), len(order))
    chunks = [places.take(chunk.indices) for chunk in encoded.chunks]
    return pa.chunked_array(chunks, pa.int32()), texts.take(order)


def _capped(values: pa.Table) -> pa.Table:
    """Keep the bottom `VALUE_CAP` values by hash of every slot; the table is sorted by slot."""
    if values.num_rows <= VALUE_CAP:
        return values
    ends = slot_ends(values)
    sizes = [end - start for start, end in pairwise((0, *ends))]
    if max(sizes) <= VALUE_CAP:
        return values
    keep: list[pa.Table] = []
    start = 0  # of slots within the cap: these stay as they are
    for end, size in zip(ends, sizes, strict=True):
        if size > VALUE_CAP:
            many = values.slice(end - size, size)
            texts: list[str] = many["value"].to_pylist()
            ranked = zip(stable_hashes(texts), texts, range(size), strict=True)
            first = heapq.nsmallest(VALUE_CAP, ranked)
            keep += [
                values.slice(start, end - size - start),
                many.take(sorted(row for _, _, row in first)),
            ]
            start = end
    return pa.concat_tables([*keep, values.slice(start)]).combine_chunks()


def slot_ends(values: pa.Table) -> list[int]:
    """Return where each slot's rows end in a table sorted by slot (a group-by has no order), not empty."""
    before: list[int] = pc.indices_nonzero(_changes(values, "shape", "slot")).to_pylist()
    return [*(row + 1 for row in before), values.num_rows]


def runs(table: pa.Table, first: str, second: str) -> int:
    """Return how many different pairs two columns hold, by which the table is sorted."""
    if not table.num_rows:
        return 0
    return int(pc.sum(_changes(table, first, second)).as_py() or 0) + 1


def _changes(table: pa.Table, *names: str) -> pa.Array:
    """Return for every row but the first whether it differs from the one before in columns of that name."""
    columns = [whole(table[name]) for name in names]
    return reduce(pc.or_, (pc.not_equal(column[1:], column[:-1]) for column in columns))


#: A prime, and two odd numbers without a pattern (digits of the golden ratio and of pi).
_PRIME = 2**61 - 1
_MIX = (0x9E3779B97F4A7C15, 0x243F6A8885A308D3)
_WORD = 2**64 - 1
#: Seven remainders add up to less than 2**64: one that so many were added up to, and as many again.
_WORDS = 6
#: Texts of so many words of 64 bits are divided all at once, each with those of about its length; most have three at most.
_SIZES = (1, 3, 7, 16)


def stable_hash(text: str) -> int:
    """
    Return 64 bits of a text: the same on every machine, spread evenly, no secret.

    Its UTF-8 as one little-endian number modulo a prime, then mixed twice; cheap in any language.

    Example:
        >>> stable_hash("a") < stable_hash("b"), stable_hash("")
        (True, 0)
    """
    mixed = int.from_bytes(text.encode("utf-8", "surrogatepass"), "little") % _PRIME
    for odd in _MIX:
        mixed = mixed * odd & _WORD
        mixed ^= mixed >> 32
    return mixed


def stable_hashes(texts: Sequence[str]) -> list[int]:
    """Return `stable_hash` of every text, by the native twin where it is built."""
    twin = native.find().extension
    if twin is not None:
        with suppress(UnicodeEncodeError):  # half of a surrogate pair is Python's
            return twin.stable_hashes(texts)
    return hashes_of_bytes([text.encode("utf-8", "surrogatepass") for text in texts])


def hashes_of_column(texts: pa.StringArray) -> pa.UInt64Array:
    """Return `stable_hash` of every text, by the native twin where it is built."""
    twin = native.find().extension
    if twin is None:
        return hashes_of(texts.cast(pa.binary()))
    hashes = twin.hashes_of_column(*native.text_of(texts), len(texts))
    return pa.Array.from_buffers(pa.uint64(), len(texts), [None, pa.py_buffer(hashes)])


def hashes_of_bytes(texts: Collection[bytes]) -> list[int]:
    """Return `stable_hash` of texts given as UTF-8, mixed all at once."""
    hashes: list[int] = hashes_of(pa.array(texts, pa.binary())).to_pylist()
    return hashes


def hashes_of(texts: pa.BinaryArray) -> pa.UInt64Array:
    """Return `stable_hash` of texts given as UTF-8."""
    sizes = pc.binary_length(texts)
    mixed = pa.repeat(pa.scalar(0, pa.uint64()), len(texts))
    least = -1
    # Texts are as many words as the longest of them, and few are long; the very long are no columns.
    for most in (8 * words for words in _SIZES) if sys.byteorder == "little" else ():
        chosen = pc.and_(pc.greater(sizes, least), pc.less_equal(sizes, most))
        if len(texts) and pc.all(chosen).as_py():
            mixed = _remainders(texts)
        elif pc.any(chosen).as_py():
            mixed = pc.replace_with_mask(mixed, chosen, _remainders(texts.filter(chosen)))
        least = most
    long = pc.greater(sizes, least)
    if pc.any(long).as_py():
        numbers = [
            int.from_bytes(text, "little") % _PRIME for text in texts.filter(long).to_pylist()
        ]
        mixed = pc.replace_with_mask(mixed, long, pa.array(numbers, pa.uint64()))
    for odd in _MIX:
        mixed = pc.multiply(mixed, pa.scalar(odd, pa.uint64()))  # wraps
        mixed = pc.bit_wise_xor(mixed, pc.shift_right(mixed, pa.scalar(32, pa.uint64())))
    return mixed


def _remainders(texts: pa.BinaryArray) -> pa.UInt64Array:
    """
    Return texts of a few words of 64 bits, as numbers, modulo the prime.

    2**64 is 8 modulo 2**61 - 1: the nth word counts 8**n, which takes a turn of its bits and an addition.
    """
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    words = max(-(-longest // 8), 1)
    unchecked = pa.Array.from_buffers(pa.string(), len(texts), texts.buffers(), offset=texts.offset)
    filled = pc.ascii_rpad(unchecked, 8 * words, padding="\0")
    columns = memoryview(filled.buffers()[2])[: 8 * words * len(texts)].cast("Q")
    prime = pa.scalar(_PRIME, pa.uint64())
    total = None
    for at in range(words):
        word = pa.Array.from_buffers(
            pa.uint64(), len(texts), [None, pa.py_buffer(columns[at::words].tobytes())]
        )
        turn = pa.scalar(3 * at, pa.uint64())
        low = pc.bit_wise_and(pc.shift_left(word, turn), prime)
        turned = pc.add(low, pc.shift_right(word, pa.scalar(61 - 3 * at, pa.uint64())))
        total = turned if total is None else pc.add(total, turned)
        if at % _WORDS == _WORDS - 1:
            total = _folded(total)
    total = _folded(_folded(total))
    return pc.if_else(pc.equal(total, prime), pa.scalar(0, pa.uint64()), total)


def _folded(numbers: pa.UInt64Array) -> pa.UInt64Array:
    """Return numbers below 2**61 + 8 that are the same modulo the prime."""
    low = pc.bit_wise_and(numbers, pa.scalar(_PRIME, pa.uint64()))
    return pc.add(low, pc.shift_right(numbers, pa.scalar(61, pa.uint64())))


def rank(value: str) -> tuple[int, str]:
    """Return the place of a value in the order by which values are kept: a stable hash, then itself."""
    return stable_hash(value), value


def estimated(kept: int, largest: int) -> int:
    """
    Return how many distinct values there were of which so many with the smallest hashes were kept, up to *largest*.

    The k-minimum-values estimate: its relative error is about 1/sqrt(k) = 6 %.
    """
    return kept if kept < 2 else max(kept, round((kept - 1) * 2**64 / (largest + 1)))

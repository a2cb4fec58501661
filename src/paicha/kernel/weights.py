"""What rows of `COUNTS` weigh, told by the texts of their keys, and the mark of those that do not say who wrote."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.columns import whole
from paicha.model.schema import COUNTS

#: Stands for modules, services and hosts that are too many to be told apart.
MANY = "<many>"
#: Who wrote, and all texts of a key.
PLACES = ("module", "service_name", "host")
_TEXTS = ("shape", "severity_text", *PLACES)
#: What a row weighs beside the texts of its key, and its places beside theirs [bytes].
_ROW_BYTES, _PLACE_BYTES = 160, 96


def row_weights(counts: pa.Table, most: int) -> pa.Array:
    """
    Return what rows weigh; one of `MANY`: what those can weigh that it stands for, of one minute [bytes].

    Args:
        counts: `COUNTS`.
        most: What places of one unit weigh that are told apart.
    """
    texts = _lengths(counts, _TEXTS)
    stood_for = pc.multiply(pc.add(_lengths(counts, ["shape"]), _ROW_BYTES), most)
    stood_for = pc.divide(stood_for, _PLACE_BYTES)
    return pc.if_else(are_many(counts), stood_for, pc.add(texts, _ROW_BYTES))


def weight_of(counts: pa.Table, most: int) -> int:
    """Return the sum of `row_weights` [bytes]."""
    if pc.any(are_many(counts)).as_py():
        return total(row_weights(counts, most))
    texts = sum(total(pc.binary_length(whole(counts[name]))) for name in _TEXTS)
    rows: int = counts.num_rows
    return texts + rows * _ROW_BYTES


def place_weights(counts: pa.Table, most: int) -> pa.Array:
    """Return what modules, services and hosts of rows weigh; `MANY`: *most* [bytes]."""
    texts = pc.add(_lengths(counts, _TEXTS[1:]), _PLACE_BYTES)
    return pc.if_else(are_many(counts), pa.scalar(most, pa.int64()), texts)


def _lengths(counts: pa.Table, names: Sequence[str]) -> pa.Array:
    lengths = (pc.binary_length(whole(counts[name])).cast(pa.int64()) for name in names)
    return reduce(pc.add, lengths)


def are_many(counts: pa.Table) -> pa.Array:
    """Return which rows do not say of which modules, services and hosts they are."""
    first, *others = PLACES
    many = pc.equal(whole(counts[first]), MANY)
    if not pc.any(many).as_py():  # as nearly always
        return many
    return reduce(pc.and_, (pc.equal(whole(counts[name]), MANY) for name in others), many)


def put_many(counts: pa.Table, chosen: pa.Array, mark: str = MANY) -> pa.Table:
    """Return rows, with one mark for the places of those that are *chosen*."""
    for name in PLACES:
        at = counts.schema.get_field_index(name)
        column = pc.if_else(chosen, pa.scalar(mark, pa.string()), whole(counts[name]))
        counts = counts.set_column(at, COUNTS.field(name), column)
    return counts


def begins(counts: pa.Table, *names: str) -> pa.Array:
    """Return which rows differ in one of the columns from the row before, as the first does."""
    if not counts.num_rows:
        return pa.array([], pa.bool_())
    columns = [whole(counts[name]) for name in names]
    differ = reduce(pc.or_, (pc.not_equal(column[1:], column[:-1]) for column in columns))
    return pa.concat_arrays([pa.array([True]), differ])


def total(numbers: pa.Array) -> int:
    """Return the sum of numbers; of none 0."""
    return int(pc.sum(numbers).as_py() or 0)


def without_many(counts: pa.Table) -> pa.Table:
    """Return rows that name no module, service or host where these are `MANY`."""
    many = are_many(counts)
    return put_many(counts, many, "") if pc.any(many).as_py() else counts

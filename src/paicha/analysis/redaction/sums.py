"""
Sums over lines that were taken apart: a secret may be a word of a shape, or the value of a variable.

The value of a variable is looked at where it stood: put back into its shape, whose words say what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.redaction.credentials import Found
from paicha.analysis.redaction.prefilter import TELLING, candidates, either, worth_a_look
from paicha.analysis.redaction.redactor import Redactor, clipped
from paicha.analysis.redaction.tokens import TOKEN, token
from paicha.kernel.columns import whole
from paicha.kernel.merge import merge, slot_ends
from paicha.kernel.shape import shape as shape_of
from paicha.model.redaction import Kind
from paicha.model.schema import COUNTS, SLOT_BUCKETS, SLOT_VALUES, SLOTS

_PLACEHOLDER = re.compile(r"<(?:number|id|ip|host|path|url|time|text|list)>")
#: What stands in a shape for a ``<`` of the line.
_LESS = "＜"
#: Stand for the value of a variable to see whether the words around it make any value a secret.
_PROBES = ("Zq7Zq7Zq7Zq7", "482910")
#: Shapes that are remembered as they may be shown.
_MOST_KNOWN = 1 << 16
#: From here on a number may be a mobile, an identity card or a bank card.
_LARGE = 13_000_000_000.0


class Sums(NamedTuple):
    """`COUNTS`, `SLOTS`, `SLOT_VALUES`, `SLOT_BUCKETS`, and `COUNTS` of a baseline."""

    counts: pa.Table
    slots: pa.Table
    slot_values: pa.Table
    slot_buckets: pa.Table
    baseline: pa.Table | None


class Shapes:
    """
    Shapes with the secrets among their words covered; the same shape always the same way.

    Args:
        redactor: The case's.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._known: dict[str, str] = {}

    def column(self, shapes: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Return a column of shapes, covered; placeholders stay."""
        plain = whole(shapes)
        coded = plain.dictionary_encode()
        changed = self.changed(coded.dictionary)
        if not changed:
            return plain
        shown = [changed.get(text, text) for text in coded.dictionary.to_pylist()]
        return pa.array(shown, plain.type).take(coded.indices)

    def changed(self, shapes: pa.Array) -> dict[str, str]:
        """Return those of distinct *shapes* that hold a secret, with what they become; each is looked at once."""
        texts = shapes.to_pylist()
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        unknown = [text for text in texts if text not in self._known]
        self._known.update(zip(unknown, unknown, strict=True))
        rows, _ = candidates(pa.array(unknown, pa.string()), self._redactor.further)
        self._known.update((unknown[row], self._shape(unknown[row])) for row in rows.to_pylist())
        return {text: shown for text in texts if (shown := self._known[text]) != text}

    def _shape(self, text: str) -> str:
        found: list[Found] = []
        for start, end, kind in self._redactor.found(text.replace(_LESS, "<")):
            at = start
            for mark in _PLACEHOLDER.finditer(text, start, end):
                found.append(Found(at, mark.start(), kind))
                at = mark.end()
            found.append(Found(at, end, kind))
        # Between two variables only what says something is a part of the secret.
        said = [one for one in found if any(map(str.isalnum, text[one.start : one.end]))]
        return self._redactor.replaced(text, said)


class _Values:
    """The values of variables, looked at where they stood."""

    def __init__(self, redactor: Redactor, shapes: pa.Array) -> None:
        self._redactor = redactor
        near = shapes.filter(pc.match_substring_regex(shapes, either((TELLING, *redactor.further))))
        self.near = near  # shapes whose words can make a value a secret
        probes = [
            (shape, slot, probe)
            for shape in near.to_pylist()
            for slot in range(len(_PLACEHOLDER.findall(shape)))
            for probe in _PROBES
        ]
        #: Variables whose values are secrets whatever they are.
        self.secret = {
            (shape, slot)
            for (shape, slot, probe), found in zip(probes, self._found(probes), strict=True)
            if any(start <= 0 and len(probe) <= end for start, end, _ in found)
        }

    def shown(self, values: Sequence[tuple[str, int, str]]) -> list[str]:
        """Return values, given with shape and number of their variables, as they may be shown."""
        return [
            self._redactor.replaced(value, found)
            for (_, _, value), found in zip(values, self._found(values), strict=True)
        ]

    def part(self, value: str, kind: Kind) -> str:
        """Return what stands for a value that is a part of a secret."""
        return value if TOKEN.fullmatch(value) else token(kind, value, self._redactor.seed)

    def _found(self, values: Sequence[tuple[str, int, str]]) -> list[list[Found]]:
        """Return the places in each value that are to be covered."""
        lines, starts = [], []
        for shape, slot, value in values:
            texts = _split(shape)
            before, behind = "".join(texts[: 2 * slot + 1]), "".join(texts[2 * slot + 2 :])
            lines.append(f"{before}{value}{behind}")
            starts.append(len(before))
        places = self._redactor.places(pa.array(lines, pa.string()))
        return [
            clipped(places.get(row, ()), start, start + len(value))
            for row, (start, (_, _, value)) in enumerate(zip(starts, values, strict=True))
        ]


@lru_cache(1 << 12)
def _split(shape: str) -> list[str]:
    """Return the words of a shape as the line had them, and between them what stands for its variables."""
    pieces = re.split(f"({_PLACEHOLDER.pattern})", shape)
    for at in range(1, len(pieces), 2):
        pieces[at] = "/0" if pieces[at] == "<path>" else "0"
    return [piece.replace(_LESS, "<") for piece in pieces]


class Looks(NamedTuple):
    """
    What RE2, which needs no lock of Python's, may look at in threads of its own.

    Args:
        examples: Gives the examples of the counts, covered; the column itself where there is nothing to cover.
        values: Gives which values of `SLOT_VALUES` are worth a close look by themselves.
    """

    examples: Callable[[], pa.Array]
    values: Callable[[], pa.Array]


def looks_at(sums: Sums, redactor: Redactor, pool: Executor) -> Looks:
    """Return what *pool* looks at from now on."""
    examples = pool.submit(redactor.column, whole(sums.counts["example"]))
    values = pool.submit(worth_a_look, whole(sums.slot_values["value"]), redactor.further)
    return Looks(examples.result, values.result)


def covered_sums(sums: Sums, redactor: Redactor, shapes: Shapes, looks: Looks) -> Sums:
    """
    Return sums with every secret covered; what was counted stays counted.

    Of a variable that holds secrets the values become tokens, and its figures and sketch are left out: the
    least of some mobile numbers is a mobile number.

    Args:
        sums: Merged tables.
        redactor: The case's.
        shapes: What covers shapes.
        looks: What is looked at meanwhile.

    Cost:
        One pass of RE2 over the distinct shapes, the values and the examples; a close look at what it lets through.
    """
    distinct = pc.unique(sums.counts["shape"])
    if sums.baseline is not None:
        distinct = pc.unique(pa.chunked_array([distinct, pc.unique(sums.baseline["shape"])]))
    distinct = whole(distinct)
    changed = shapes.changed(distinct)
    values = _Values(redactor, distinct)
    counts, parted = _counts(sums.counts, looks.examples(), redactor, changed, values)
    baseline = None
    if sums.baseline is not None:
        before = redactor.column(whole(sums.baseline["example"]))
        baseline, _ = _counts(sums.baseline, before, redactor, changed, values)
    shown, hidden = _shown_values(sums.slot_values, looks.values(), values, parted)
    hidden |= parted.keys() | values.secret | _by_figures(sums.slots, values)
    slots, buckets = _without_figures(sums.slots, hidden), _without(sums.slot_buckets, hidden)
    return Sums(
        counts,
        _renamed(slots, SLOTS, changed),
        _renamed(shown, SLOT_VALUES, changed),
        _renamed(buckets, SLOT_BUCKETS, changed),
        baseline,
    )


_Slot = tuple[str, int]


def _counts(
    counts: pa.Table,
    shown: pa.Array,
    redactor: Redactor,
    changed: dict[str, str],
    values: _Values,
) -> tuple[pa.Table, dict[_Slot, Kind]]:
    """
    Return counts with examples and shapes covered, and the variables that only a whole line tells.

    Args:
        counts: `COUNTS`.
        shown: Their examples, covered; the column itself where there is nothing to cover.
        redactor: The case's.
        changed: Shapes that hold a secret, with what they become.
        values: Looks at values.
    """
    examples = whole(counts["example"])
    parted: dict[_Slot, Kind] = {}
    if shown is not examples:
        rows = counts.select(["shape", "example"]).filter(pc.not_equal(shown, examples))
        # One line of each shape tells enough.
        first = dict(zip(*(rows[name].to_pylist() for name in ("shape", "example")), strict=True))
        parted = _parts(first, redactor, values)
        counts = _put(counts, "example", shown)
    return _renamed(counts, COUNTS, changed), parted


def _parts(lines: dict[str, str], redactor: Redactor, values: _Values) -> dict[_Slot, Kind]:
    """
    Return the variables that hold a secret, or a part of one, as only their whole lines tell.

    ``138 0013 8000`` is three numbers, and of ``"name": "PASSWORD", "value": …`` one variable tells the other.
    """
    held: list[tuple[str, int, str]] = []
    kinds: list[Kind] = []
    for shape, line in lines.items():
        found = redactor.found(line)
        at = 0
        for slot, value in enumerate(shape_of(line).values):
            start = line.find(value.text, at)
            if start < 0:
                continue
            at = start + len(value.text)
            over = [one for one in found if one.start < at and start < one.end]
            if over and not TOKEN.search(value.text):
                held.append((shape, slot, value.text))
                kinds.append(over[0].kind)
    return {
        (shape, slot): kind
        for (shape, slot, value), kind, new in zip(held, kinds, values.shown(held), strict=True)
        if new == value
    }


def _shown_values(
    table: pa.Table, close: pa.Array, values: _Values, parted: dict[_Slot, Kind]
) -> tuple[pa.Table, set[_Slot]]:
    """
    Return the values covered, and the variables that hold a secret.

    Args:
        table: `SLOT_VALUES`.
        close: Which values are worth a close look by themselves.
        values: Takes that look.
        parted: Variables that hold a secret, or a part of one, as their lines tell.
    """
    texts = whole(table["value"])
    near = pa.array(
        sorted({*values.near.to_pylist(), *(shape for shape, _ in parted)}), pa.string()
    )
    close = pc.or_(pc.is_in(whole(table["shape"]), value_set=near), close)
    taken = table.select(["shape", "slot", "value"]).filter(close).to_pydict().values()
    rows = list(zip(*taken, strict=True))
    shown = [
        values.part(value, parted[shape, slot]) if (shape, slot) in parted else new
        for (shape, slot, value), new in zip(rows, values.shown(rows), strict=True)
    ]
    hidden = {
        (shape, slot)
        for (shape, slot, value), new in zip(rows, shown, strict=True)
        if new != value or TOKEN.search(value)
    }
    if not hidden:
        return table, hidden
    column = pc.replace_with_mask(texts, close, pa.array(shown, texts.type))
    return _merged_again(_put(table, "value", column), hidden), hidden


def _merged_again(table: pa.Table, hidden: set[_Slot]) -> pa.Table:
    """
    Return values merged again of which those of *hidden* variables changed.

    A token stands elsewhere than what it covers, and maybe for two values; all other rows stay where they are.
    """
    mask = _mask(table, hidden)
    changed = table.filter(mask)
    merged = merge([changed], SLOT_VALUES)
    if merged.num_rows == changed.num_rows:
        # Each variable has as many rows as before: the texts of shapes, which are most of the table, need no copy.
        for name in ("value", "n"):
            put = pc.replace_with_mask(whole(table[name]), mask, whole(merged[name]))
            table = _put(table, name, put)
        return table
    rows = pc.indices_nonzero(mask).to_pylist()
    pieces: list[pa.Table] = []
    start = first = behind = (
        0  # of a variable in what changed and in what is merged; in the table, behind the last
    )
    for end, last in zip(slot_ends(changed), slot_ends(merged), strict=True):
        pieces += [table.slice(behind, rows[start] - behind), merged.slice(first, last - first)]
        start, first, behind = end, last, rows[end - 1] + 1
    return pa.concat_tables([*pieces, table.slice(behind)]).combine_chunks()


def _by_figures(slots: pa.Table, values: _Values) -> set[_Slot]:
    """Return the variables whose least or largest number is a secret by itself."""
    large = slots.filter(pc.greater_equal(slots["maximum"], _LARGE))  # nulls are left out
    names = ("shape", "slot", "minimum", "maximum")
    ends = [
        (shape, slot, f"{end:.0f}")
        for shape, slot, *both in zip(*(large[name].to_pylist() for name in names), strict=True)
        for end in both
    ]
    pairs = zip(ends, values.shown(ends), strict=True)
    return {(shape, slot) for (shape, slot, text), new in pairs if text != new}


def _mask(table: pa.Table, hidden: set[_Slot]) -> pa.Array:
    """Return which rows belong to one of the *hidden* variables."""
    shapes = pa.array(sorted({shape for shape, _ in hidden}), pa.string())
    near = pc.is_in(whole(table["shape"]), value_set=shapes)
    rows = pc.indices_nonzero(near)
    taken = table.select(["shape", "slot"]).take(rows)
    pairs = zip(taken["shape"].to_pylist(), taken["slot"].to_pylist(), strict=True)
    chosen = pa.array([pair in hidden for pair in pairs], pa.bool_())
    return pc.replace_with_mask(near, near, chosen)


def _without_figures(slots: pa.Table, hidden: set[_Slot]) -> pa.Table:
    if not hidden:
        return slots
    mask = _mask(slots, hidden)
    for name in ("minimum", "maximum", "total"):
        kind = slots.schema.field(name).type
        slots = _put(slots, name, pc.if_else(mask, pa.scalar(None, kind), whole(slots[name])))
    return _put(
        slots,
        "numbers",
        pc.if_else(mask, pa.scalar(0, pa.int64()), whole(slots["numbers"])),
    )


def _without(table: pa.Table, hidden: set[_Slot]) -> pa.Table:
    return table.filter(pc.invert(_mask(table, hidden))) if hidden and table.num_rows else table


def _renamed(table: pa.Table, like: pa.Schema, changed: dict[str, str]) -> pa.Table:
    """Return a merged table with shapes covered, added up again where two rows became one."""
    if not changed:
        return table
    coded = whole(table["shape"]).dictionary_encode()
    shown = [changed.get(text, text) for text in coded.dictionary.to_pylist()]
    table = _put(table, "shape", pa.array(shown, pa.string()).take(coded.indices))
    return merge([table], like)


def _put(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)

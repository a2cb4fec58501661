"""Points that several metric sources give of one host: each is shown once, and another value of it is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.wording import listed
from paicha.locales import Text, text
from paicha.model.schema import SERIES
from paicha.values import dataclass

_KEYS = [name for name in SERIES.names if name != "value"]
#: Two servers that measure one host ask it at other moments; what is farther apart is no such pair [share of the larger].
_FAR = 0.1
_NAMED = 3
_PLACE = "place"


@dataclass(frozen=True, slots=True)
class Differing:
    """What of one source has another value in a source before it."""

    text: Text
    far: bool  # one of the values is far from the one that is shown


@dataclass(frozen=True, slots=True)
class _Pair:
    """A point of two values."""

    metric: str
    host: str
    here: float
    shown: float

    @property
    def apart(self) -> float:
        """How far they are apart, as a share of the larger."""
        return abs(self.here - self.shown) / max(abs(self.here), abs(self.shown))


def once(parts: Sequence[tuple[str, pa.Table]]) -> tuple[pa.Table, Mapping[str, list[Differing]]]:
    """
    Return the points, each once, and what of each source differs from what is shown.

    The first source that has a value is shown. Points at the window's edge, which a source gives twice, are one.

    Args:
        parts: Sources by name, and their tables of schema SERIES.
    """
    series = pa.concat_tables(table for _, table in parts).combine_chunks()
    n = series.num_rows
    if not n:
        return series, {}
    # A value before none, and among values the first.
    rows = pa.array(range(n), pa.int64())
    places = pc.if_else(pc.is_null(series["value"]), pc.add(rows, n), rows)
    found = (
        series.append_column(_PLACE, places)
        .group_by(_KEYS, use_threads=False)
        .aggregate([(_PLACE, "min"), ("value", "min"), ("value", "max")])
    )
    first = found[f"{_PLACE}_min"]
    first = pc.if_else(pc.less(first, n), first, pc.subtract(first, n))
    shown = series.take(pc.take(first, pc.sort_indices(first))).combine_chunks()
    points = found.filter(pc.less(found["value_min"], found["value_max"]))
    return shown, _differing(points, series, parts) if points.num_rows else {}


def _differing(
    points: pa.Table, series: pa.Table, parts: Sequence[tuple[str, pa.Table]]
) -> Mapping[str, list[Differing]]:
    """Return of each source what differs, by the source that is shown."""
    owners = [number for number, (_, table) in enumerate(parts) for _ in range(table.num_rows)]
    some = series.append_column(_PLACE, pa.array(owners, pa.int64()))
    for name in ("metric", "host"):  # what may be among these points, few of all as a rule
        some = some.filter(pc.is_in(some[name], pc.unique(points[name])))
    shown: dict[tuple[object, ...], tuple[float, int]] = {}
    pairs: dict[tuple[int, int], list[_Pair]] = defaultdict(list)
    for row in some.filter(pc.is_valid(some["value"])).to_pylist():
        value, owner = row["value"], row[_PLACE]
        known, of = shown.setdefault(tuple(row[name] for name in _KEYS), (value, owner))
        if owner != of and value != known:
            pairs[owner, of].append(_Pair(row["metric"], row["host"], value, known))
    said: dict[str, list[Differing]] = defaultdict(list)
    for (owner, of), those in sorted(pairs.items()):
        said[parts[owner][0]].append(_told(those, parts[of][0]))
    return said


def _told(pairs: Sequence[_Pair], source: str) -> Differing:
    worst = max(pairs, key=lambda pair: pair.apart)
    names = sorted({f"{pair.metric} · {pair.host}" if pair.host else pair.metric for pair in pairs})
    said = text(
        "app.other_values",
        n=f"{len(pairs):,}",
        names=listed(names, _NAMED),
        source=source,
        here=f"{worst.here:,.6g}",
        shown=f"{worst.shown:,.6g}",
    )
    return Differing(said, worst.apart > _FAR)

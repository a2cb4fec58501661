"""
Which files speak of the same thing that none of them names, and which of different ones.

web1.csv and web2.csv without a column for the host hold two machines' series under one name: put together,
the points of one would stand for both. Exports of one machine, one after the other or overlapping, are one
series.
"""

from __future__ import annotations

import json
import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from paicha.sources.metric_files.raw import Point

#: A metric and its labels, as JSON.
Key = tuple[str, str]
#: Moments [µs since 1970], ascending, each once, and their values; NaN: none.
_Points: TypeAlias = "tuple[array[int], array[float]]"
_Held: TypeAlias = dict[Key, _Points]


class Nameless:
    """Series whose labels name no host, by the file that holds them."""

    def __init__(self) -> None:
        self._files: dict[Path, _Held] = {}

    def take(self, path: Path, key: Key, points: Sequence[Point]) -> None:
        """
        Take one series of a file.

        All its points, also those that nobody asked for: what is told apart in the window is so before it.
        """
        if any(one[0] >= other[0] for one, other in pairwise(points)):
            first: dict[int, Point] = {}
            for point in points:
                first.setdefault(point[0], point)
            points = [first[moment] for moment in sorted(first)]
        moments = array("q", (moment for moment, _ in points))
        values = array("d", (math.nan if value is None else value for _, value in points))
        self._files.setdefault(path, {}).setdefault(key, (moments, values))

    def files(self) -> Mapping[tuple[Path, Key], str]:
        """
        Return the file that tells a series from one of the same name; nothing of series that need none.

        Files are told apart as a whole: of two machines, those figures that happen to be equal are two as well.
        """
        groups: list[list[Path]] = []
        for path, held in self._files.items():
            of_one = (g for g in groups if all(_is_one(self._files[other], held) for other in g))
            fitting = next(of_one, None)
            if fitting is None:
                groups.append([path])
            else:
                fitting.append(path)
        shown = _shown(tuple(self._files))
        found: dict[tuple[Path, Key], str] = {}
        for key in dict.fromkeys(key for held in self._files.values() for key in held):
            holding = [[path for path in group if key in self._files[path]] for group in groups]
            if sum(map(bool, holding)) > 1:
                found |= {(path, key): shown[paths[0]] for paths in holding for path in paths}
        return found


def by_file(labels: Mapping[str, str], file: str) -> dict[str, str]:
    """Return *labels* with the file that tells a series from another one."""
    return {**labels, "source_file" if "file" in labels else "file": file}


def as_json(labels: Mapping[str, str]) -> str:
    """Return labels as tables hold them."""
    return json.dumps(dict(labels), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _is_one(one: _Held, other: _Held) -> bool:
    """Return whether two files may hold parts of the same series: where both speak, they say the same."""
    return all(_agree(one[key], other[key]) for key in one.keys() & other.keys())


def _agree(one: _Points, other: _Points) -> bool:
    first, last = max(one[0][0], other[0][0]), min(one[0][-1], other[0][-1])
    return _between(one, first, last) == _between(other, first, last)


def _between(points: _Points, first: int, last: int) -> tuple[bytes, bytes]:
    """Return the points of a stretch as bytes: a value that is missing in both is the same in both."""
    moments, values = points
    part = slice(bisect_left(moments, first), bisect_right(moments, last))
    return moments[part].tobytes(), values[part].tobytes()


def _shown(paths: Sequence[Path]) -> dict[Path, str]:
    """Return as much of each path as tells it from the others."""
    for length in (1, 2, 3):
        names = {path: "/".join(path.parts[-length:]) for path in paths}
        if len(set(names.values())) == len(names):
            return names
    return {path: str(path) for path in paths}

"""Prometheus and OpenMetrics text, as a scrape or ``promtool tsdb dump-openmetrics`` writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from paicha.errors import InputError
from paicha.locales import text
from paicha.sources.metric_files.raw import COUNTER, Point, RawFile, RawSeries, microseconds, number
from paicha.values import dataclass

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:.]*")
_LABEL = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_.]*)\s*=\s*"')
_ESCAPES = {"n": "\n", "\\": "\\", '"': '"'}
#: What a histogram or a summary is made of: parts of a distribution, no measurement of their own.
_PARTS = ("_bucket", "_count", "_sum", "_created", "_gcount", "_gsum")

Labels = tuple[tuple[str, str], ...]


def looks_like_exposition(content: str) -> bool:
    """Return whether the first line that is no comment is a sample."""
    lines = (line.strip() for line in content[:100_000].splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return _sample(first) is not None


def read_exposition(path: Path, content: str) -> RawFile:
    """
    Return the series of all samples that have a time.

    Raises:
        InputError: ``metrics.no_times`` when none has one.
    """
    types: dict[str, str] = {}
    found = _Samples()
    for line in map(str.strip, content.splitlines()):
        if line.startswith("# TYPE "):
            words = line.split()
            if len(words) >= 4:
                types[words[2]] = words[3]
        elif line and not line.startswith("#"):
            found.take(line, types)
    if not found.points and found.without_time:
        raise InputError("metrics.no_times", path=path)
    notes = []
    if found.parts:
        notes.append(text("metrics.histograms_left_out", count=len(found.parts), path=path.name))
    series = [
        RawSeries(
            name,
            dict(labels),
            sorted(points, key=lambda point: point[0]),
            counter=name.endswith(COUNTER) or types.get(name) == "counter",
        )
        for (name, labels), points in found.points.items()
    ]
    return RawFile(series, notes=notes, unreadable_values=found.unreadable + found.without_time)


@dataclass(slots=True)
class _Samples:
    """Collects samples by series."""

    points: dict[tuple[str, Labels], list[Point]] = field(default_factory=dict)
    parts: set[tuple[str, Labels]] = field(default_factory=set)
    without_time: int = 0
    unreadable: int = 0

    def take(self, line: str, types: Mapping[str, str]) -> None:
        """Take one line."""
        sample = _sample(line)
        if sample is None:
            self.unreadable += 1
            return
        name, labels, value, epoch = sample
        if _is_part(name, types):
            self.parts.add((name, labels))
        elif (moment := microseconds(epoch) if epoch is not None else None) is None:
            self.without_time += 1
        else:
            self.points.setdefault((name, labels), []).append((moment, value))


def _is_part(name: str, types: Mapping[str, str]) -> bool:
    for ending in _PARTS:
        if name.endswith(ending):
            kind = types.get(name.removesuffix(ending))
            return kind in ("histogram", "gaugehistogram", "summary") or ending == "_bucket"
    return types.get(name) == "summary"


def _sample(line: str) -> tuple[str, Labels, float | None, float | None] | None:
    """Return name, labels, value and epoch time of a line; None when it is no sample."""
    named = _NAME.match(line)
    if named is None:
        return None
    at = named.end()
    labels: Labels = ()
    if line[at : at + 1] == "{":
        parsed = _labels(line, at + 1)
        if parsed is None:
            return None
        labels, at = parsed
    elif not line[at : at + 1].isspace():
        return None
    words = line[at:].partition(" # ")[0].split()  # after " # " OpenMetrics puts an exemplar
    if not 1 <= len(words) <= 2:
        return None
    try:
        epoch = float(words[1]) if len(words) == 2 else None
        return named[0], labels, number(words[0]), epoch
    except ValueError:
        return None


def _labels(line: str, at: int) -> tuple[Labels, int] | None:
    """Return the labels that begin at *at*, sorted, and where the line goes on after them."""
    labels: list[tuple[str, str]] = []
    while found := _LABEL.match(line, at):
        letters: list[str] = []
        at = found.end()
        while at < len(line) and line[at] != '"':
            if line[at] == "\\":
                at += 1
                letters.append(_ESCAPES.get(line[at : at + 1], line[at - 1 : at + 1]))
            else:
                letters.append(line[at])
            at += 1
        labels.append((found[1], "".join(letters)))
        at += 1
        if line[at : at + 1] == ",":
            at += 1
    end = line.find("}", at)
    if end < 0 or line[at:end].strip():
        return None
    return tuple(sorted(labels)), end + 1

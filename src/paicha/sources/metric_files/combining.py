"""
Shares of a resource from the raw series that an exporter gives.

A metrics server computes how much of a disk is used from what is free and what there is; a file of what was scraped holds
the parts. They are put together where all are there: series of the same labels, at the same moments.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from paicha.model.knowledge import MetricConcept, MetricShare
from paicha.sources.metric_files.identity import is_identity
from paicha.sources.metric_files.nameless import Key, as_json, by_file
from paicha.sources.metric_files.raw import Point, RawSeries, rates

#: Who scraped it.
_JOB = "job"
_Labels = tuple[tuple[str, str], ...]


class Combining:
    """
    Gathers the parts that files hold, and makes shares of them.

    Args:
        concepts: What the knowledge base knows to be measured.
    """

    def __init__(self, concepts: Sequence[MetricConcept]) -> None:
        self._shares = [share for concept in concepts for share in concept.shares]
        self._parts = frozenset(name for share in self._shares for name in share.parts)
        self._series: dict[str, list[tuple[Path, RawSeries]]] = defaultdict(list)
        self._files: Mapping[tuple[Path, Key], str] = {}
        self._used: set[str] = set()

    def is_part(self, metric: str) -> bool:
        """Return whether a share may be made of *metric*."""
        return metric in self._parts

    def take(self, series: Iterable[RawSeries], path: Path) -> None:
        """Take what a file holds."""
        for one in series:
            if one.metric in self._parts and one.points:
                self._series[one.metric].append((path, one))

    def combined(self, files: Mapping[tuple[Path, Key], str]) -> Iterator[RawSeries]:
        """
        Yield the shares of whose parts all are there, each under what it was computed as [%].

        Args:
            files: By which file a series is told from another of its name.
        """
        self._files = files
        for share in self._shares:
            for one in _by_label(share, self) if share.label else _by_name(share, self):
                if one.points:
                    self._used |= set(share.parts)
                    yield one

    @property
    def alone(self) -> tuple[str, ...]:
        """The parts of which nothing was made, because others are not there."""
        return tuple(sorted(self._series.keys() - self._used))

    def of(self, share: MetricShare, metric: str) -> Iterator[RawSeries]:
        """Yield the series of a part that the share is made of."""
        for path, one in self._series.get(metric, ()):
            of = self._files.get((path, (metric, as_json(one.labels))))
            labels = by_file(one.labels, of) if of else one.labels
            if not any(
                re.fullmatch(pattern, one.labels.get(label, "")) for label, pattern in share.without
            ):
                yield replace(one, labels=labels)


def not_told(made: Sequence[RawSeries], told: Sequence[RawSeries]) -> tuple[RawSeries, ...]:
    """
    Return those of some series that were *made* which no series of the same concept and host tells, as a recording rule does.

    It tells the same where it says all that sets the made ones apart (of which mount point), contradicts none of what they say,
    and has half as many points or more: a rule that was added late does not stand for what was before.

    Args:
        made: Of one concept and host.
        told: Likewise, as files hold them.
    """
    names = {name for one in made for name in one.labels}
    telling = {name for name in names if len({one.labels.get(name) for one in made}) > 1}
    return tuple(
        one for one in made if not any(_tells_the_same(other, one, telling) for other in told)
    )


def _tells_the_same(told: RawSeries, made: RawSeries, telling: set[str]) -> bool:
    both = told.labels.keys() & made.labels.keys()
    of_it = {name for name in both if name != _JOB and not is_identity(name)}
    return (
        telling <= both
        and all(told.labels[name] == made.labels[name] for name in of_it)
        and 2 * len(told.points) >= len(made.points)
    )


def _by_name(share: MetricShare, parts: Combining) -> Iterator[RawSeries]:
    wholes = _merged(parts.of(share, share.whole))
    for labels, some in sorted(_merged(parts.of(share, share.part)).items()):
        whole = wholes.get(labels, {})
        points = [
            (moment, _percent(share, value, whole[moment]))
            for moment, value in sorted(some.items())
            if moment in whole
        ]
        yield RawSeries(share.formula, dict(labels), _known(points), "%")


def _by_label(share: MetricShare, parts: Combining) -> Iterator[RawSeries]:
    """Of a counter by modes: what of the increase of all of them is that of one."""
    left_out = {share.label, *share.over}
    groups: dict[_Labels, list[RawSeries]] = defaultdict(list)
    for one in parts.of(share, share.whole):
        if share.label in one.labels:
            kept = {name: said for name, said in one.labels.items() if name not in left_out}
            groups[_key(kept)].append(one)
    for labels, series in sorted(groups.items(), key=lambda group: group[0]):
        modes = {one.labels[share.label] for one in series}
        # Of some modes alone a machine would look at rest.
        if len(modes) == 1 or not modes.issuperset((share.part, *share.needs)):
            continue
        moving = [
            (dict(of)[share.label] == share.part, dict(rates(sorted(points.items()))))
            for of, points in _merged(series).items()
        ]
        moments = set.intersection(*(set(points) for _, points in moving))
        points = [(moment, _percent(share, *_sums(moving, moment))) for moment in sorted(moments)]
        yield RawSeries(share.formula, dict(labels), _known(points), "%")


def _sums(
    moving: Iterable[tuple[bool, Mapping[int, float | None]]], moment: int
) -> tuple[float | None, float | None]:
    """Return what the mode in question and what all of them did at a moment; None where a value is missing."""
    part = whole = 0.0
    for is_part, points in moving:
        value = points[moment]
        if value is None:
            return None, None
        whole += value
        part += value if is_part else 0.0
    return part, whole


def _percent(share: MetricShare, part: float | None, whole: float | None) -> float | None:
    if part is None or not whole or whole < 0:
        return None
    used = 1 - part / whole if share.is_rest else part / whole
    return 100 * used


def _known(points: Iterable[Point]) -> list[Point]:
    return [point for point in points if point[1] is not None]


def _merged(series: Iterable[RawSeries]) -> dict[_Labels, dict[int, float | None]]:
    """Return the points of series by their labels: files may hold one after the other."""
    found: dict[_Labels, dict[int, float | None]] = defaultdict(dict)
    for one in series:
        found[_key(one.labels)].update(one.points)
    return found


def _key(labels: Mapping[str, str]) -> _Labels:
    return tuple(sorted(labels.items()))

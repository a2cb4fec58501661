"""
What was done to the system before it began, as its logs tell: a release, a setting, a job.

Lines below ERROR that tell of such a thing, and that are rare: what is written every few minutes is part of
the day, also of the few who write it less often than most others do. What lies within half an hour before the earliest sign of trouble is told first, and speaks for the
service that it names, or else for the one that wrote it, the more the nearer.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.classify import joined, opening, possible
from paicha.model.knowledge import InterventionKind
from paicha.model.question import Window
from paicha.model.suspects import Intervened
from paicha.values import dataclass

#: OpenTelemetry's ERROR: from here on a record is a problem.
_ERROR = 17
#: Not more often than once in so long is a line rare; a few are, however short the time.
_RARE, _FEW = timedelta(minutes=10), 3
#: Before the earliest sign: certain up to here, nothing from there on.
_NEAR, _FAR = timedelta(minutes=5), timedelta(minutes=30)
#: What was done so often before is done as a matter of routine.
_HABIT = 3
#: Which version a line speaks of.
_VERSION = re.compile(r"\d+(?:\.\d+)+[\w.-]*|\b(?=[a-f]*\d)[0-9a-f]{7,40}\b")
#: A clock's hour, and how late what runs by it may begin.
_HOUR, _PUNCTUAL = timedelta(hours=1), timedelta(seconds=30)
#: Of a line so much is looked at, and shown [characters].
_LOOKED_AT, _SHOWN = 4096, 200


@dataclass(frozen=True, slots=True)
class Intervention:
    """One line that tells of a change. Sorted by time, then name, then text."""

    at: datetime
    kind: InterventionKind
    name: str  # of the service or module that wrote it; "": it names none
    said: str  # first line of the record
    shape: str = ""  # what it says but for its variables


#: What came of it: the suspect's own trouble was the first after it; its own trouble came later, or others'
#: errors name it since; the load of others moved at once; it was stopped, and others had trouble at once; nothing of it
#: changed.
Follows = Literal["first", "later", "load", "gone", "nothing"]


@dataclass(frozen=True, slots=True)
class Before:
    """An intervention right before the earliest sign of trouble, as what speaks for somebody."""

    intervention: Intervention
    began: datetime
    follows: Follows = "nothing"
    loaded: tuple[str, ...] = ()  # whose load moved, or who had trouble at once
    earlier: int = 0  # so often the same was done before, long before any sign of trouble


def interventions_of(
    tables: Iterable[pa.Table | None],
    column: str,
    length: timedelta,
    kinds: Sequence[InterventionKind],
) -> tuple[Intervention, ...]:
    """
    Return what was done, as far as lines tell.

    Args:
        tables: `COUNTS` of baseline and window; None where there is none.
        column: What names whoever writes.
        length: Of baseline and window together.
        kinds: What tells of an intervention.

    Cost:
        The patterns over one example of every rare shape, linear in its length.
    """
    parts = [table for table in tables if table is not None and table.num_rows]
    if not parts or not kinds:
        return ()
    most = max(_FEW, int(length / _RARE))
    names = ["shape", "severity_number", column, "n", "first", "example"]
    rows = pa.concat_tables([table.select(names) for table in parts])
    # Over a day and more nearly all is rare: no column of text is copied before it is known what tells.
    quiet = pc.and_(pc.less(rows["severity_number"], _ERROR), pc.is_valid(rows["first"]))
    sums = rows.append_column("quiet", quiet).group_by(
        ["shape", column, "quiet"], use_threads=False
    )
    sums = sums.aggregate([("n", "sum"), ("example", "min")])
    rare = _rare(sums.filter(sums["quiet"]), most)
    shapes = rare.group_by(["shape"], use_threads=False).aggregate([("example_min", "min")])
    texts = pa.array([opening(text) for text in shapes["example_min_min"].to_pylist()], pa.string())
    kind_of = {
        shapes["shape"][place].as_py(): kind for place, kind in kinds_of(texts, kinds).items()
    }
    told = set(zip(rare["shape"].to_pylist(), rare[column].to_pylist(), strict=True))
    named = pc.is_in(rows["shape"], value_set=pa.array(sorted(kind_of), pa.string()))
    lines = rows.filter(pc.and_(quiet, named))
    columns = (lines[name].to_pylist() for name in ("shape", column, "first", "example"))
    found = {
        Intervention(first, kind_of[shape], name, example.split("\n", 1)[0].strip(), shape)
        for shape, name, first, example in zip(*columns, strict=True)
        if (shape, name) in told
    }
    return _started_anew(sorted(found, key=lambda one: (one.at, one.name, one.said)), kinds)


def _started_anew(
    found: Iterable[Intervention], kinds: Iterable[InterventionKind]
) -> tuple[Intervention, ...]:
    """
    Return what was done, with what starts really mean.

    The start of another version than the same program started before is a release. Where the same version had begun to run
    well before, nothing new came with it: a restart.
    """
    known = {kind.id: kind for kind in kinds}
    release, restart = known.get("release"), known.get("restart")
    ran: dict[tuple[str, ...], datetime] = {}
    versions: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    told = []
    for one in found:
        version = tuple(_VERSION.findall(one.said))
        key = (one.name, one.shape, *version)
        another = bool(versions[one.name, one.shape] - {version})
        if one.kind.id in ("release", "start") and one.shape:
            ran.setdefault(key, one.at)
            versions[one.name, one.shape].add(version)
        kind: InterventionKind | None = None
        if key in ran and one.at - ran[key] >= _FAR:
            kind = restart
        elif one.kind.id == "start" and another and one.at == ran.get(key):
            kind = release
        told.append(one if kind is None else replace(one, kind=kind))
    return tuple(told)


def _rare(sums: pa.Table, most: int) -> pa.Table:
    """
    Return the rows of what is written rarely, by whom.

    Where most who write a line write it often, it is part of the day of those who happened to write it less, too.
    """
    often = pc.greater(sums["n_sum"], most)
    if not pc.any(often).as_py():
        return sums
    votes = pa.table({"shape": sums["shape"], "vote": pc.if_else(often, 1, -1)})
    votes = votes.group_by("shape", use_threads=False).aggregate([("vote", "sum")])
    daily = votes.filter(pc.greater(votes["vote_sum"], 0))["shape"]
    usual = pc.is_in(sums["shape"], value_set=daily)
    return sums.filter(pc.invert(pc.or_(often, usual)))


def kinds_of(texts: pa.Array, kinds: Sequence[InterventionKind]) -> dict[int, InterventionKind]:
    """Return, for the places in *texts* that tell of an intervention, the first kind that fits."""
    found: dict[int, InterventionKind] = {}
    words = "\n".join(texts.to_pylist()).casefold()
    for kind in kinds:
        patterns = possible(kind.patterns, words)
        if not patterns:
            continue
        fits = pc.match_substring_regex(texts, joined(patterns))
        if kind.excludes and pc.any(fits).as_py():
            excluded = pc.match_substring_regex(texts, joined(kind.excludes))
            fits = pc.and_(fits, pc.invert(excluded))
        for place in pc.indices_nonzero(fits).to_pylist():
            found.setdefault(place, kind)
    return dict(sorted(found.items()))


def before(
    interventions: Sequence[Intervention], began: datetime | None
) -> tuple[Intervention, ...]:
    """Return those within half an hour before *began*, the nearest first; none where nothing began."""
    if began is None:
        return ()
    near = [one for one in interventions if timedelta() <= began - one.at < _FAR]
    return tuple(sorted(near, key=lambda one: (began - one.at, one.name, one.said)))


def strength_of(one: Intervention, began: datetime, earlier: int = 0) -> float:
    """
    Return how much an intervention so long before says, 0..1.

    Args:
        one: The intervention.
        began: The first sign of trouble.
        earlier: How often the same was done before and nothing came of it: a job of every hour is always near.
    """
    left: float = (_FAR - (began - one.at)) / (_FAR - _NEAR)
    return min(1.0, max(0.0, left)) / (1 + earlier)


def earlier_of(one: Intervention, interventions: Iterable[Intervention], began: datetime) -> int:
    """
    Return how often the same was done by the same, so long before trouble *began* that it did not begin with it.

    Once or twice is no habit: the release before this one was another release. Then it is 0.
    """
    same = (other for other in interventions if one.shape and other.shape == one.shape)
    n = sum(other.name == one.name and began - other.at >= _FAR for other in same)
    return n if n >= _HABIT else 0


def unscheduled(interventions: Sequence[Intervention]) -> tuple[Intervention, ...]:
    """
    Return those that do not recur as by a clock: the same by the same after equal times, or a job at the same minute of the hour.

    Steps of one roll-out follow each other evenly, too, but hardly for half an hour.
    """
    alike: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for one in interventions:
        alike[one.name, one.shape].append(one.at)
    return tuple(
        one
        for one in interventions
        if not one.shape or not _is_due(one, sorted(set(alike[one.name, one.shape])))
    )


def _is_due(one: Intervention, moments: Sequence[datetime]) -> bool:
    """Return whether what was done at *moments* was due when it was done once more."""
    if one.kind.id == "job" and any(_is_hours(one.at - at) for at in moments):
        return True
    if len(moments) < _HABIT or moments[-1] - moments[0] < _FAR:
        return False
    gap = min(later - at for at, later in itertools.pairwise(moments))
    late = min(_PUNCTUAL, gap / 10)
    return gap >= _NEAR and all(_off(at - moments[0], gap) <= late for at in moments)


def _is_hours(length: timedelta) -> bool:
    """Return whether a length is one or more hours; what is begun anew at once is no hour later."""
    return abs(length) > _PUNCTUAL and _off(length, _HOUR) <= _PUNCTUAL


def _off(length: timedelta, step: timedelta) -> timedelta:
    """Return how much a length is off the nearest multiple of a step."""
    rest = abs(length) % step
    return min(rest, step - rest)


def concerned(
    one: Intervention, patterns: Mapping[str, re.Pattern[str]], hosts: Collection[str] = ()
) -> tuple[str, ...]:
    """
    Return whom an intervention concerns: whom its line names, or else who wrote it.

    A host that is named may be the one it was done to or from: then it concerns who wrote it as well.

    Args:
        one: The intervention.
        patterns: What finds each suspect's name.
        hosts: Those of the suspects that are hosts.
    """
    others = [
        name
        for name, pattern in patterns.items()
        if name != one.name and pattern.search(one.said[:_LOOKED_AT])
    ]
    if one.name and all(name in hosts for name in others):
        others.append(one.name)
    return tuple(sorted(others))


def intervened(
    interventions: Sequence[Intervention], began: datetime | None, window: Window
) -> tuple[Intervened, ...]:
    """
    Return those of the window, and those right before it began, as a report holds them.

    What runs on a schedule, and did when nothing was wrong, is nothing that was done.
    """
    told = unscheduled(interventions)
    near = before(told, began)
    others = (one for one in told if one not in near and window.start <= one.at < window.end)
    return tuple(
        Intervened(
            at=one.at,
            kind=one.kind.id,
            title=one.kind.title,
            name=one.name,
            said=one.said[:_SHOWN],
            before_s=(began - one.at).total_seconds() if began and one in near else None,
        )
        for one in (*near, *others)
    )

"""
Which problem took the place of what went well: from when on every request fails, however few there are.

A service that is asked three times a minute and fails each time writes fewer lines than one that fails once in a hundred
of ten thousand, and is down where the other limps. Counts alone cannot say so; what ceased can. A problem is a total
outage where something else that the same service wrote steadily came not once for so long that ten of it were due, and
the problem came in its place: hardly before, and at half of its pace at least. Where other lines that are no problem
make up for what ceased, it was worded anew and nothing is lost.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.gathering import Gathered
from paicha.analysis.membership import ABNORMAL
from paicha.analysis.suspects.units import unit_column
from paicha.analysis.tables import CaseTables
from paicha.analysis.wording import clock, counted, shortened
from paicha.locales import Text, text
from paicha.model.question import Question
from paicha.values import dataclass

#: Records that make a pace; records that were due and did not come, and those of the problem in their place.
_STEADY, _DUE = 20, 10
#: A gap is so many times the longest other pause, and at least so long: minutes are all that is known.
_PAUSES, _LEAST = 3, timedelta(minutes=3)
#: The problem's pace against that of what ceased, and its pace outside the gap against that inside.
_IN_PLACE, _OUTSIDE = 0.5, 0.25
#: Levels and severities that say of a record that what was asked for failed.
_ERROR = 17
_GRAVE = frozenset(("outage", "critical", "major"))
#: Of whoever writes a problem so many of its most frequent other templates are looked at.
_LOOKED_AT = 50
#: A template longer than this is cut where it is told.
_TITLE_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Outage:
    """What a problem took the place of."""

    unit: str  # the service that wrote both; "": no record names one
    ceased: str  # text of the template that came no more; "": all that is no problem
    since: datetime  # first minute of the window in which it came not once
    until: datetime | None  # when what ceased came again; None: not in what was read
    due: int  # records of it that were due meanwhile, about
    n: int  # records of the problem meanwhile

    @property
    def moments(self) -> tuple[datetime, ...]:
        """When it began, and when it was over, if it was."""
        return (self.since, self.until) if self.until else (self.since,)


class _Gap(NamedTuple):
    """The one long stretch in which something that is written steadily was not."""

    begin: datetime
    end: datetime
    over: bool  # it came again
    pause: timedelta  # the longest other
    wrote_s: float  # how long it was written, before and after
    pace: float  # meanwhile [records per s]

    @property
    def length_s(self) -> float:
        return (self.end - self.begin).total_seconds()

    def holds(self, minute: datetime) -> bool:
        return self.begin < minute < self.end or (minute == self.end and not self.over)


#: Records per minute.
_Minutes = Mapping[datetime, int]


def outages_of(
    tables: CaseTables,
    rows: pa.Table,
    gathered: Sequence[Gathered],
    question: Question,
) -> dict[str, Outage]:
    """
    Return the total outages by the id of their problem.

    Args:
        tables: The tables of the case.
        rows: `MEMBERSHIP`.
        gathered: The problems.
        question: Window and baseline; the baseline counts as what directly precedes the window.
    """
    grave = {one.id for one in gathered if _is_grave(one)}
    if not grave:
        return {}
    found: dict[str, Outage] = {}
    step, start = timedelta(seconds=tables.minute_s), question.extent.start
    texts = dict(
        zip(
            tables.templates["template_id"].to_pylist(),
            tables.templates["text"].to_pylist(),
            strict=True,
        )
    )
    for unit, minutes_of in sorted(_written(tables, rows, question).items()):
        problems = {name: one for (name, is_problem), one in minutes_of.items() if is_problem}
        usual = {name: one for (name, is_problem), one in minutes_of.items() if not is_problem}
        end = max(max(one) for one in minutes_of.values())
        frequent = [one for one in sorted(problems.keys() & grave) if _is_due(problems[one])]
        gaps = _gaps(usual, end) if frequent else []
        for name in frequent:
            one = _outage(unit, problems[name], gaps, step)
            if one is None or one.since + _LEAST < start:  # it failed before the window as well
                continue
            if name not in found or one.n > found[name].n:
                told = texts.get(one.ceased, one.ceased)
                found[name] = replace(one, ceased=told, since=max(one.since, start))
    return found


def outage_words(outage: Outage, question: Question) -> Text:
    """
    Return what a problem took the place of, in words.

    Args:
        outage: The outage.
        question: Tells how times are written.
    """
    ceased = shortened(" ".join(outage.ceased.split()), _TITLE_CHARACTERS)
    over = "over" if outage.until else "on"
    return text(
        f"rank.factor.outage_{over}",
        ceased=text("rank.ceased.line", line=ceased) if ceased else text("rank.ceased.all"),
        since=clock(outage.since, question),
        until=clock(outage.until, question) if outage.until else "",
        due=f"{outage.due}",
        n=counted("record", outage.n),
    )


def _is_grave(one: Gathered) -> bool:
    if one.problem_class is not None:
        return one.problem_class.severity in _GRAVE
    return one.level.severity_number >= _ERROR


def _written(
    tables: CaseTables, rows: pa.Table, question: Question
) -> dict[str, dict[tuple[str, bool], dict[datetime, int]]]:
    """Return by unit, and by problem or template, how many records each minute holds; the baseline is laid right before the window."""
    columns = (rows[name].to_pylist() for name in ("shape", "severity_number", "problem"))
    problem_of = {(shape, number): name for shape, number, name in zip(*columns, strict=True)}
    shapes = tables.template_shapes
    template_of = dict(
        zip(shapes["shape"].to_pylist(), shapes["template_id"].to_pylist(), strict=True)
    )
    kind, column = unit_column(tables.counts)
    shift = timedelta()
    if question.baseline is not None:
        shift = question.extent.start - question.baseline.end
    found: dict[str, dict[tuple[str, bool], dict[datetime, int]]] = {}
    for table, moved in ((tables.baseline_counts, shift), (tables.counts, timedelta())):
        if table is None:
            continue
        for unit, shape, number, minute, n in _sums(table, column if kind == "service" else None):
            name = problem_of.get((shape, number))
            if name is None and number >= ABNORMAL:
                continue
            key = (template_of.get(shape, shape), False) if name is None else (name, True)
            minutes = found.setdefault(unit, {}).setdefault(key, {})
            at = minute + moved if moved else minute
            minutes[at] = minutes.get(at, 0) + n
    return found


def _sums(table: pa.Table, column: str | None) -> Iterable[tuple[str, str, int, datetime, int]]:
    timed = table.filter(pc.is_valid(table["minute"]))
    keys = [*([column] if column else []), "shape", "severity_number", "minute"]
    sums = timed.group_by(keys, use_threads=False).aggregate([("n", "sum")])
    units = _shared(sums[column]) if column else itertools.repeat("", sums.num_rows)
    numbers, n = sums["severity_number"].to_pylist(), sums["n_sum"].to_pylist()
    return zip(units, _shared(sums["shape"]), numbers, _shared(sums["minute"]), n, strict=True)


def _shared(column: pa.ChunkedArray) -> Iterable[Any]:
    """Return the values of a column; equal ones are one object, which is made and hashed once."""
    encoded = column.combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_pylist()
    return map(values.__getitem__, encoded.indices.to_pylist())


def _is_due(came: _Minutes) -> bool:
    return sum(came.values()) >= _DUE


def _gaps(usual: Mapping[str, _Minutes], end: datetime) -> list[tuple[str, _Gap]]:
    """Return what ceased of one unit, all together first, then its most frequent templates, and when."""
    together: dict[datetime, int] = {}
    for minute, n in itertools.chain.from_iterable(one.items() for one in usual.values()):
        together[minute] = together.get(minute, 0) + n
    most = sorted(usual, key=lambda name: (-sum(usual[name].values()), name))[:_LOOKED_AT]
    found = []
    for name, minutes in (("", together), *((name, usual[name]) for name in most)):
        gap = _gap(minutes, end)
        if gap is not None and _lost(gap, together, end):
            found.append((name, gap))
    return found


def _outage(
    unit: str, came: _Minutes, gaps: Sequence[tuple[str, _Gap]], step: timedelta
) -> Outage | None:
    """Return what a problem of one unit took the place of; None: of nothing."""
    for name, gap in gaps:
        meanwhile = {minute: n for minute, n in came.items() if gap.holds(minute)}
        if _in_place(gap, meanwhile, sum(came.values())):
            return Outage(
                unit=unit,
                ceased=name,
                since=gap.begin + step,
                until=gap.end if gap.over else None,
                due=round(gap.pace * gap.length_s),
                n=sum(meanwhile.values()),
            )
    return None


def _gap(minutes: _Minutes, end: datetime) -> _Gap | None:
    """Return the long stretch in which something steady did not come; *end*: when anybody of the unit last wrote."""
    if sum(minutes.values()) < _STEADY:
        return None
    marks = sorted(minutes)
    pauses = [(b - a, a, b) for a, b in itertools.pairwise(marks)]
    pauses.append((end - marks[-1], marks[-1], end))
    pauses.sort(key=lambda pause: (-pause[0], pause[1]))
    length, begin, until = pauses[0]
    other = pauses[1][0] if len(pauses) > 1 else timedelta()
    before = sum(n for minute, n in minutes.items() if minute <= begin)
    wrote = (end - marks[0] - length).total_seconds()
    if length < max(_LEAST, _PAUSES * other) or before < _STEADY or wrote <= 0:
        return None
    gap = _Gap(begin, until, begin != marks[-1], other, wrote, sum(minutes.values()) / wrote)
    return gap if gap.pace * gap.length_s >= _DUE else None


def _lost(gap: _Gap, together: _Minutes, end: datetime) -> bool:
    """Return whether all that is no problem got less by what ceased, rather than being worded anew."""
    inside = sum(n for minute, n in together.items() if gap.holds(minute))
    wrote = (end - min(together)).total_seconds() - gap.length_s
    usual = (sum(together.values()) - inside) / wrote
    return usual - inside / gap.length_s >= _IN_PLACE * gap.pace


def _in_place(gap: _Gap, meanwhile: _Minutes, whole: int) -> bool:
    """Return whether a problem came where something ceased: from then on, as long, as often, and hardly else."""
    n = sum(meanwhile.values())
    if n < _DUE:
        return False
    near = max(_LEAST, _PAUSES * gap.pause)
    if min(meanwhile) - gap.begin > near or gap.end - max(meanwhile) > near:
        return False
    pace, outside = n / gap.length_s, (whole - n) / gap.wrote_s
    return pace >= _IN_PLACE * gap.pace and outside <= _OUTSIDE * pace

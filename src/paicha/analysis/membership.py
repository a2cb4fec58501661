"""Which records belong to which problem: by the class of their template, or by the template itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.classify import classify
from paicha.analysis.records import MEMBERSHIP
from paicha.kernel.caps import OTHER
from paicha.kernel.columns import whole
from paicha.kernel.levels import WARN
from paicha.kernel.thrown import BELOW
from paicha.model.knowledge import ProblemClass
from paicha.values import dataclass

#: OpenTelemetry's WARN: from here on a record is abnormal.
ABNORMAL = WARN
#: A template's class is voted for by its most frequent shapes, each with its count; the work stays bounded by the
#: templates. Where fewer than half of their records match a class, what matches is a value (``Depends: <word>``): one
#: odd example cannot name a whole template, and each shape is asked by itself.
_VOTERS = 5


@dataclass(frozen=True, slots=True)
class Membership:
    """
    The records of all problems.

    Args:
        rows: `MEMBERSHIP`, sorted by shape and severity.
        tagged: The rows of `COUNTS` that belong to a problem, with ``problem`` and ``template_id``.
        class_of: The class of every problem that has one.
    """

    rows: pa.Table
    tagged: pa.Table
    class_of: Mapping[str, ProblemClass]


@dataclass(frozen=True, slots=True)
class _Cell:
    """One shape at one level."""

    shape: str
    severity: int
    template: str
    n: int
    example: str

    @property
    def text(self) -> str:
        """What the cell's class is told by: of a long trace the example may end before what was thrown first."""
        thrown = self.shape.rpartition(BELOW)[2] if BELOW in self.shape else ""
        return self.example if thrown in self.example else f"{self.example}\nCaused by: {thrown}"

    @property
    def band(self) -> str:
        """Abnormal, without a level, or below WARN: bands are judged apart."""
        return band_of(self.severity)


class _Winner(NamedTuple):
    """The class that most of a template's records match; "": none matches. And whether at least half of them do."""

    name: str
    is_of_all: bool


def band_of(severity_number: int) -> str:
    """Return ``abnormal``, ``low``, or ``none`` where the line says no level."""
    return "abnormal" if severity_number >= ABNORMAL else "low" if severity_number else "none"


def membership_of(
    counts: pa.Table,
    template_shapes: pa.Table,
    problems: Sequence[ProblemClass],
    instead: Mapping[tuple[str, str], str] | None = None,
) -> Membership:
    """
    Decide for every shape and level which problem its records are part of.

    A template's records at WARN and above belong to the class that most of them match, and where no
    class matches to a problem of their own, named by the template: nothing abnormal is left out.
    Records without a level, and those below WARN, belong only to a class that matches them. Below WARN, and where the
    class is that of fewer than half, each shape is asked by itself.

    Args:
        counts: `COUNTS`.
        template_shapes: `TEMPLATE_SHAPES`.
        problems: The classes of the knowledge base.
        instead: Of ``(shape, class)`` where a class is that of some records of a shape only, the class of all of them ("": none).
    """
    low = any(p.any_level or p.below_warn.patterns for p in problems)
    groups = _groups(_cells(counts, template_shapes), low)
    winners = _vote(groups, problems, instead or {})
    alone = {
        key: cells
        for key, cells in groups.items()
        if winners[key].name and (key[1] == "low" or not winners[key].is_of_all)
    }
    told_alone = _told(
        [cell for cells in alone.values() for cell in cells], problems, instead or {}
    )
    by_id = {problem.id: problem for problem in problems}
    rows: list[tuple[str, int, str]] = []
    for (template, band), cells in groups.items():
        for cell in cells:
            winner = winners[template, band].name
            told = told_alone[cell] if (template, band) in alone else winner
            name = told or (template if band == "abnormal" else "")
            if name:
                rows.append((cell.shape, cell.severity, name))
    class_of = {name: by_id[name] for *_, name in rows if name in by_id}
    rows.sort()
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    table = pa.table(
        [pa.array(list(c), f.type) for c, f in zip(columns, MEMBERSHIP, strict=True)],
        schema=MEMBERSHIP,
    )
    return Membership(table, tagged(counts, table, template_shapes), class_of)


def _cells(counts: pa.Table, template_shapes: pa.Table) -> list[_Cell]:
    sums = counts.group_by(["shape", "severity_number"]).aggregate(
        [("n", "sum"), ("example", "min")]
    )
    template_of = _template_of(template_shapes)
    return [
        # What was counted together has many messages: the one shown must not name them all.
        _Cell(shape, severity, template_of.get(shape, shape), n, "" if shape == OTHER else example)
        for shape, severity, n, example in zip(
            *(
                sums[name].to_pylist()
                for name in ("shape", "severity_number", "n_sum", "example_min")
            ),
            strict=True,
        )
    ]


def _template_of(template_shapes: pa.Table) -> dict[str, str]:
    return dict(
        zip(
            template_shapes["shape"].to_pylist(),
            template_shapes["template_id"].to_pylist(),
            strict=True,
        )
    )


def _groups(cells: Iterable[_Cell], any_level: bool) -> dict[tuple[str, str], list[_Cell]]:
    groups: dict[tuple[str, str], list[_Cell]] = {}
    for cell in cells:
        if cell.band != "low" or any_level:
            groups.setdefault((cell.template, cell.band), []).append(cell)
    return {
        key: sorted(groups[key], key=lambda c: (-c.n, c.shape, c.severity))
        for key in sorted(groups)
    }


def _vote(
    groups: Mapping[tuple[str, str], Sequence[_Cell]],
    problems: Sequence[ProblemClass],
    instead: Mapping[tuple[str, str], str],
) -> dict[tuple[str, str], _Winner]:
    told = _told([cell for cells in groups.values() for cell in cells[:_VOTERS]], problems, instead)
    winners: dict[tuple[str, str], _Winner] = {}
    for key, cells in groups.items():
        votes: Counter[str] = Counter()
        for cell in cells[:_VOTERS]:
            votes[told[cell] or ""] += cell.n
        name = min(filter(None, votes), key=lambda name: (-votes[name], name), default="")
        winners[key] = _Winner(name, 2 * votes[name] >= votes.total())
    return winners


def _told(
    cells: Sequence[_Cell], problems: Sequence[ProblemClass], instead: Mapping[tuple[str, str], str]
) -> dict[_Cell, str | None]:
    """Return the class of each cell by its own text."""
    classes = classify([cell.text for cell in cells], [cell.severity for cell in cells], problems)
    return {
        cell: instead.get((cell.shape, name), name) if name else None
        for cell, name in zip(cells, classes, strict=True)
    }


def tagged(counts: pa.Table, rows: pa.Table, template_shapes: pa.Table) -> pa.Table:
    """Return the rows of *counts* that `MEMBERSHIP` names, with ``problem`` and ``template_id``."""
    template_of = _template_of(template_shapes)
    templates = pa.array(
        [template_of.get(shape, shape) for shape in rows["shape"].to_pylist()], pa.string()
    )
    keyed = rows.append_column("template_id", templates)
    shapes = pc.unique(rows["shape"])
    # A number stands for shape and severity: the texts are looked up once and need not be joined.
    found = pc.index_in(_keys(counts, shapes), value_set=_keys(rows, shapes))
    named, at = counts.filter(found.is_valid()), found.drop_null()
    for name in ("problem", "template_id"):
        named = named.append_column(name, whole(keyed[name]).take(at))
    return named.combine_chunks()


def _keys(table: pa.Table, shapes: pa.Array) -> pa.Array:
    """Return one number for the shape and the severity of each row; none where the shape is not among *shapes*."""
    place = pc.index_in(whole(table["shape"]), value_set=shapes).cast(pa.int64())
    return pc.add(pc.multiply(place, 1 << 8), whole(table["severity_number"]).cast(pa.int64()))

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
    return Voting(counts, template_shapes, problems).membership(instead or {})


class Voting:
    """
    The votes of a case's shapes for classes; each text is classified once, however often its membership is asked for.

    Args:
        counts: `COUNTS`.
        template_shapes: `TEMPLATE_SHAPES`.
        problems: The classes of the knowledge base.
    """

    def __init__(
        self, counts: pa.Table, template_shapes: pa.Table, problems: Sequence[ProblemClass]
    ) -> None:
        self._counts, self._template_shapes, self._problems = counts, template_shapes, problems
        low = any(problem.any_level or problem.below_warn.patterns for problem in problems)
        self._groups = _groups(_cells(counts, template_shapes), low)
        self._classes: dict[_Cell, str | None] = {}

    def membership(self, instead: Mapping[tuple[str, str], str]) -> Membership:
        """Return which problem the records of each shape belong to (`membership_of`)."""
        winners = self._winners(instead)
        alone = {
            key
            for key in self._groups
            if winners[key].name and (key[1] == "low" or not winners[key].is_of_all)
        }
        told_alone = self._told((cell for key in alone for cell in self._groups[key]), instead)
        rows: list[tuple[str, int, str]] = []
        for key, cells in self._groups.items():
            for cell in cells:
                told = told_alone[cell] if key in alone else winners[key].name
                name = told or (cell.template if cell.band == "abnormal" else "")
                if name:
                    rows.append((cell.shape, cell.severity, name))
        rows.sort()
        columns = zip(*rows, strict=True) if rows else ((), (), ())
        arrays = [pa.array(list(c), f.type) for c, f in zip(columns, MEMBERSHIP, strict=True)]
        table = pa.table(arrays, schema=MEMBERSHIP)
        by_id = {problem.id: problem for problem in self._problems}
        class_of = {name: by_id[name] for *_, name in rows if name in by_id}
        return Membership(table, tagged(self._counts, table, self._template_shapes), class_of)

    def _winners(self, instead: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], _Winner]:
        """Return the class of each group by the votes of its most frequent cells."""
        voters = {key: cells[:_VOTERS] for key, cells in self._groups.items()}
        told = self._told((cell for cells in voters.values() for cell in cells), instead)
        winners: dict[tuple[str, str], _Winner] = {}
        for key, cells in voters.items():
            votes: Counter[str] = Counter()
            for cell in cells:
                votes[told[cell] or ""] += cell.n
            name = min(filter(None, votes), key=lambda name: (-votes[name], name), default="")
            winners[key] = _Winner(name, 2 * votes[name] >= votes.total())
        return winners

    def _told(
        self, cells: Iterable[_Cell], instead: Mapping[tuple[str, str], str]
    ) -> dict[_Cell, str | None]:
        """Return the class of each cell by its own text."""
        asked = list(cells)
        new = [cell for cell in asked if cell not in self._classes]
        texts, severities = [cell.text for cell in new], [cell.severity for cell in new]
        self._classes |= zip(new, classify(texts, severities, self._problems), strict=True)
        classes = ((cell, self._classes[cell]) for cell in asked)
        return {
            cell: instead.get((cell.shape, name), name) if name else None for cell, name in classes
        }


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

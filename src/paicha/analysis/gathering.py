"""Everything the counts say of each problem, before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.membership import Membership
from paicha.model.findings import Share
from paicha.model.knowledge import ProblemClass
from paicha.values import dataclass

Counted = tuple[str, int]  # a name with its count


@dataclass(frozen=True, slots=True)
class LevelUse:
    """How many records of a problem say one level."""

    severity_number: int
    text: str
    n: int


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """
    How many records of a template belong to a problem, at which level most of them are, and where.

    Modules: most first, then name.
    """

    template_id: str
    n: int
    level: str
    modules: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """
    One problem's counts. Modules, services, hosts and templates: most first, then name; levels: then the worse.

    Args:
        problem_class: Its class; None for a problem of its own.
    """

    id: str
    problem_class: ProblemClass | None
    n: int
    first: datetime | None
    last: datetime | None
    levels: tuple[LevelUse, ...]
    modules: tuple[Counted, ...]
    services: tuple[Counted, ...]
    hosts: tuple[Counted, ...]
    templates: tuple[TemplateUse, ...]
    without_time: int = 0

    @property
    def timed(self) -> int:
        """Records that have a time: first, last and every pace are of these alone."""
        return self.n - self.without_time

    @property
    def level(self) -> LevelUse:
        """
        The most frequent level, all its spellings together, as most of these spell it; of equal ones the worse.

        ERR, ERROR and E are one level: a problem of 40 ERROR, 35 WARN and 30 WARNING is one of warnings.
        """
        each = self._by_rung()
        main = max(each, key=lambda rung: (sum(use.n for use in each[rung]), rung))
        n = sum(use.n for use in each[main])
        return replace(each[main][0], n=n)

    @property
    def level_beside(self) -> LevelUse | None:
        """The worst of the other levels that as many records are at as at `level`; None: there is none."""
        main = self.level
        own = _rung(main.severity_number)
        beside = {
            rung: uses
            for rung, uses in self._by_rung().items()
            if rung != own and sum(use.n for use in uses) == main.n
        }
        return beside[max(beside)][0] if beside else None

    def _by_rung(self) -> dict[int, list[LevelUse]]:
        each: dict[int, list[LevelUse]] = {}
        for use in self.levels:
            each.setdefault(_rung(use.severity_number), []).append(use)
        return each


def _rung(severity_number: int) -> int:
    """Return which of OpenTelemetry's six levels a number is of; -1: none is said."""
    return max((severity_number - 1) // 4, -1)


def gather(membership: Membership) -> tuple[Gathered, ...]:
    """Return every problem with its counts, sorted by id."""
    tagged = membership.tagged
    totals = tagged.group_by(["problem"]).aggregate(
        [("n", "sum"), ("first", "min"), ("last", "max")]
    )
    untimed = _untimed(tagged)
    modules, services, hosts = (
        counts_by(tagged, "problem", name) for name in ("module", "service_name", "host")
    )
    levels, templates = _levels(tagged), _templates(tagged)
    return tuple(
        Gathered(
            id=row["problem"],
            problem_class=membership.class_of.get(row["problem"]),
            n=row["n_sum"],
            first=row["first_min"],
            last=row["last_max"],
            levels=levels[row["problem"]],
            modules=modules[row["problem"]],
            services=services[row["problem"]],
            hosts=hosts[row["problem"]],
            templates=templates[row["problem"]],
            without_time=untimed.get(row["problem"], 0),
        )
        for row in sorted(totals.to_pylist(), key=lambda row: str(row["problem"]))
    )


def counts_by(table: pa.Table, outer: str, inner: str) -> dict[str, tuple[Counted, ...]]:
    """
    Return for every value of *outer* the counts of *inner*, most first, then name.

    Args:
        table: Rows with ``n`` and both columns.
        outer: Name of the column to group by.
        inner: Name of the column that is counted in each group.
    """
    sums = table.group_by([outer, inner]).aggregate([("n", "sum")])
    rows: dict[str, list[Counted]] = {}
    for key, name, n in zip(
        sums[outer].to_pylist(), sums[inner].to_pylist(), sums["n_sum"].to_pylist(), strict=True
    ):
        rows.setdefault(key, []).append((name, n))
    return {key: tuple(sorted(found, key=lambda c: (-c[1], c[0]))) for key, found in rows.items()}


def shares(counted: Sequence[Counted], whole: int) -> tuple[Share, ...]:
    """Return counts as shares of *whole* (0 where the whole is nothing)."""
    return tuple(Share(name, n, n / whole if whole else 0.0) for name, n in counted)


def _untimed(tagged: pa.Table) -> dict[str, int]:
    rows = tagged.filter(pc.is_null(tagged["minute"]))
    sums = rows.group_by(["problem"]).aggregate([("n", "sum")])
    return dict(zip(sums["problem"].to_pylist(), sums["n_sum"].to_pylist(), strict=True))


def _levels(tagged: pa.Table) -> Mapping[str, tuple[LevelUse, ...]]:
    sums = tagged.group_by(["problem", "severity_number", "severity_text"]).aggregate(
        [("n", "sum")]
    )
    found: dict[str, list[LevelUse]] = {}
    for row in sums.to_pylist():
        use = LevelUse(row["severity_number"], row["severity_text"], row["n_sum"])
        found.setdefault(row["problem"], []).append(use)
    return {
        problem: tuple(sorted(uses, key=lambda u: (-u.n, -u.severity_number, u.text)))
        for problem, uses in found.items()
    }


def _templates(tagged: pa.Table) -> Mapping[str, tuple[TemplateUse, ...]]:
    sums = tagged.group_by(["problem", "template_id", "severity_number", "severity_text"])
    seen: dict[tuple[str, str], list[LevelUse]] = {}
    for row in sums.aggregate([("n", "sum")]).to_pylist():
        use = LevelUse(row["severity_number"], row["severity_text"], row["n_sum"])
        seen.setdefault((row["problem"], row["template_id"]), []).append(use)
    modules = _template_modules(tagged)
    found: dict[str, list[TemplateUse]] = {}
    for (problem, template), uses in seen.items():
        main = max(uses, key=lambda u: (u.n, u.severity_number, u.text))
        found.setdefault(problem, []).append(
            TemplateUse(template, sum(u.n for u in uses), main.text, modules[problem, template])
        )
    return {
        problem: tuple(sorted(templates, key=lambda t: (-t.n, t.template_id)))
        for problem, templates in found.items()
    }


def _template_modules(tagged: pa.Table) -> Mapping[tuple[str, str], tuple[Counted, ...]]:
    sums = tagged.group_by(["problem", "template_id", "module"]).aggregate([("n", "sum")])
    found: dict[tuple[str, str], list[Counted]] = {}
    for row in sums.to_pylist():
        key = row["problem"], row["template_id"]
        found.setdefault(key, []).append((row["module"], row["n_sum"]))
    return {
        key: tuple(sorted(counted, key=lambda c: (-c[1], c[0]))) for key, counted in found.items()
    }

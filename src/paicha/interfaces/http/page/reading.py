"""A report on the page: the same tree that the file shows, with filters and links of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from markupsafe import Markup

from paicha.composition.draft import Draft
from paicha.interfaces.http.page.words import PageWords
from paicha.model.findings import Findings, Problem
from paicha.model.report import Detail, Report, Table
from paicha.renderers.visible import visible
from paicha.values import dataclass

#: Names offered beside a field; any part of any name may be typed.
MOST_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """Which problems are wanted; empty: all of them. Names fit by a part of them."""

    text: str = ""
    priority: str = ""
    module: str = ""
    host: str = ""

    @property
    def empty(self) -> bool:
        """Whether everything fits."""
        return not (self.text or self.priority or self.module or self.host)

    def fits(self, problem: Problem, words: str) -> bool:
        """Return whether *problem*, shown as *words*, is wanted."""
        return (
            (not self.priority or problem.priority == self.priority)
            and self.text.lower() in words.lower()
            and _named(self.module, [share.name for share in problem.modules])
            and _named(self.host, [share.name for share in problem.hosts])
        )


def _named(part: str, names: Sequence[str]) -> bool:
    return not part or any(part.lower() in name.lower() for name in names)


@dataclass(frozen=True, slots=True)
class More:
    """Where more of a problem stands."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Live:
    """
    What a served page adds to the report's ranked problems, as a `paicha.renderers.blocks.Live`.

    Args:
        words: The reader's words.
        address: Address of the run's page.
        problems: Problems by the id of their detail.
        hidden: Ids of details that do not fit the filter.
        toolbar: The filter, drawn.
    """

    words: PageWords
    address: str
    problems: Mapping[str, Problem]
    hidden: frozenset[str]
    toolbar: Markup

    def marks(self, target: str) -> Markup:
        """Return the attributes of a problem's row that filters read."""
        problem = self.problems.get(target)
        if problem is None:
            return Markup("")
        return Markup(' data-priority-of="{}" data-module="{}" data-host="{}"{}').format(
            json.dumps([problem.priority]),
            _list(share.name for share in problem.modules),
            _list(share.name for share in problem.hosts),
            Markup(" hidden") if target in self.hidden else "",
        )

    def more(self, target: str) -> More | None:
        """Return where all lines of a problem stand."""
        problem = self.problems.get(target)
        if problem is None:
            return None
        words = self.words.say("report.all_lines", n=f"{problem.n:,}")
        return More(problem_address(self.address, problem.id), words)

    def tools(self, rows: int) -> Markup:
        """Return the filter above the table of *rows* problems."""
        return self.toolbar if rows else Markup("")


def _list(names: Iterable[str]) -> str:
    return json.dumps([visible(name) for name in names], ensure_ascii=False)


def problem_address(run: str, problem: str) -> str:
    """Return the address of a problem's page under that of its run."""
    return f"{run}/problems/{quote(problem, safe='')}"


def details_of(report: Report) -> tuple[Detail, ...]:
    """Return the details of the problems, in the order of their rank."""
    return tuple(
        block
        for section in report.sections
        if section.id == "problems"
        for block in section.blocks
        if isinstance(block, Detail)
    )


def problems_by_detail(report: Report, findings: Findings) -> dict[str, Problem]:
    """Return the problems that have a detail in *report*, by its id."""
    draft = Draft.of(findings, report.language, report.zone)
    return {anchor: draft.problems[identity] for identity, anchor in draft.anchors.items()}


def hidden_by(
    report: Report, findings: Findings, wanted: Filter, words: PageWords
) -> frozenset[str]:
    """Return the ids of details whose problems do not fit *wanted*."""
    if wanted.empty:
        return frozenset()
    shown = problems_by_detail(report, findings)
    said = _rows(report)
    return frozenset(
        target
        for target, problem in shown.items()
        if not wanted.fits(problem, said.get(target, "") + words.read(problem.title))
    )


def _rows(report: Report) -> dict[str, str]:
    """Return what a reader sees of each problem's row, as far as it is text."""
    tables = (
        block
        for section in report.sections
        if section.id == "problems"
        for block in section.blocks
        if isinstance(block, Table)
    )
    return {row.target: _text(row.cells) for table in tables for row in table.rows if row.target}


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(_text, value))
    for name in ("text", "lines"):
        found = getattr(value, name, None)
        if found is not None:
            return found if isinstance(found, str) else _text(found)
    return ""


def names_of(findings: Findings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return modules and hosts of the problems, those with the most lines first."""
    found: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for problem in findings.problems:
        for counts, shares in zip(found, (problem.modules, problem.hosts), strict=True):
            for share in shares:
                if share.name:
                    counts[share.name] = counts.get(share.name, 0) + share.n
    modules, hosts = (
        tuple(sorted(counts, key=lambda name: (-counts[name], name))[:MOST_OFFERED])
        for counts in found
    )
    return modules, hosts

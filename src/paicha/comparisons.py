"""
Two investigations, or two windows of one source, side by side: for scripts and notebooks.

>>> import paicha
>>> found = paicha.demo(language="en")
>>> same = paicha.compare(found.case_path, found.case_path)
>>> [change.key for change in same.found.change.changes if change.changed]
[]
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from paicha.app.compare import change_of
from paicha.app.compare import compare as compare_cases
from paicha.app.report import told_comparison
from paicha.errors import CaseError, QuestionError
from paicha.facade import Asked, Investigation, Preparation, carry_out, prepare
from paicha.facade.investigation import case_place
from paicha.kernel.baselines import NONE
from paicha.kernel.times import find_zone
from paicha.locales import Language
from paicha.model.change import Comparison
from paicha.ports import Progress
from paicha.renderers.json import tree_json
from paicha.values import dataclass
from paicha.wiring.assembly import Assembly
from paicha.wiring.settings import Settings

__all__ = ["Compared", "change", "compare"]

ComparisonFormat = Literal["md", "html", "json", "terminal", "chat"]
FailOn = Literal["new", "louder"]
COMPARISON_SCHEMA = "urn:paicha:schema:comparison:1"


@dataclass(frozen=True, slots=True)
class Compared:
    """
    A comparison.

    Args:
        found: Everything that was decided.
        language: The language it is told in where none is named.
    """

    found: Comparison
    language: Language = "en"

    def __repr__(self) -> str:
        """Return a line, for a prompt or a log."""
        changes = self.found.change.changes
        changed = sum(change.changed for change in changes)
        return f"<Compared: {changed} of {self.found.change.comparisons} things changed>"

    def _repr_markdown_(self) -> str:
        """Return the comparison, which a notebook shows."""
        return self.render("md").decode("utf-8")

    def render(
        self,
        kind: ComparisonFormat = "md",
        language: Language | None = None,
        zone: str | None = None,
        *,
        width: int = 100,
        colour: bool = False,
    ) -> bytes:
        """
        Return the comparison as bytes.

        Args:
            kind: What it is written as.
            language: None: the one it was asked in.
            zone: IANA name; None: the one the later side was asked in.
            width: Columns of the terminal, for ``terminal``.
            colour: Whether colour may be written, for ``terminal``.
        """
        if kind == "json":
            return tree_json(self.found, COMPARISON_SCHEMA)
        there = find_zone(zone).key if zone else None
        told = told_comparison(self.found, language or self.language, there, short=kind == "chat")
        return Assembly.renderer(kind, width, colour=colour).render(told)

    def exit_code(self, fail_on: FailOn | None = None) -> int:
        """
        Return 4 when something of *fail_on* was found, else 3 when a side is not whole, else 0.

        A baseline that holds nothing is not whole: nothing can be called new, and nothing fine.
        """
        if fail_on is not None and self.found.change.fails(fail_on):
            return 4
        return 3 if self.found.incomplete else 0


def compare(
    before: str | os.PathLike[str] | Investigation,
    during: str | os.PathLike[str] | Investigation,
    *,
    settings: Settings | None = None,
    language: Language | None = None,
    commands: tuple[str, ...] = (),
) -> Compared:
    """
    Compare two kept cases: before a release and after it, last week and this week.

    Args:
        before: What to compare with: a case file, the folder of its report, or what `investigate` returned.
        during: The other one, likewise.
        settings: Where further problem classes come from; None: nowhere.
        language: None: that of the later case.
        commands: How to ask the same again.

    Raises:
        CaseError: If a case cannot be read.
    """
    assembly = Assembly(settings or Settings.empty())
    places = case_place(before), case_place(during)
    first = Assembly.open_case(places[0])
    # One process cannot open a case twice; a case compared with itself is one case.
    same = places[1].exists() and places[0].samefile(places[1])
    try:
        second = first if same else Assembly.open_case(places[1])
    except CaseError:
        first.close()
        raise
    try:
        found = compare_cases(first, second, assembly.knowledge().problems, commands)
        spoken = language or second.get_findings().question.language
    finally:
        first.close()
        second.close()
    return Compared(found, spoken)


def change(
    asked: Asked,
    *,
    settings: Settings | None = None,
    now: datetime | None = None,
    environ: Mapping[str, str] | None = None,
    case: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Compared:
    """
    Investigate a window with its baseline, and return what differs.

    Arguments mean what they mean to `prepare` and `carry_out`.

    Raises:
        QuestionError: If there is no window, or no baseline.
    """
    prepared = prepare_change(asked, settings=settings, now=now, environ=environ)
    return change_of_investigation(carry_out(prepared, case=case, progress=progress))


def prepare_change(
    asked: Asked,
    *,
    settings: Settings | None = None,
    now: datetime | None = None,
    environ: Mapping[str, str] | None = None,
) -> Preparation:
    """
    Return what `change` will ask, before anything is read.

    Raises:
        QuestionError: If there is no window, or no baseline.
    """
    if asked.baseline == NONE:
        raise QuestionError("baseline.needed")
    asked = replace(asked, baseline=asked.baseline or "previous")
    return prepare(asked, settings=settings, now=now, environ=environ)


def change_of_investigation(found: Investigation) -> Compared:
    """Return the window of an investigation against its baseline."""
    compared = change_of(found.findings)
    commands = (c.replace("paicha investigate", "paicha change", 1) for c in compared.commands)
    language = found.findings.question.language
    return Compared(replace(compared, commands=tuple(commands)), language)

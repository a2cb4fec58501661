"""A finished investigation, and what can be made of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa

from paicha.app.evidence import Lines
from paicha.app.evidence import evidence as evidence_of
from paicha.app.redacting import shown_rows
from paicha.app.rereading import EveryLine
from paicha.app.surroundings import Choice, LinePage, Surroundings, around, page_of
from paicha.facade.writing import written_beside
from paicha.kernel.times import find_zone
from paicha.locales import Language
from paicha.model.findings import Findings, Priority
from paicha.model.messages import Digest
from paicha.model.report import Report
from paicha.ports import PiecewiseRenderer, Progress
from paicha.stores.case import Case
from paicha.wiring.assembly import Assembly
from paicha.wiring.reading import load_settings
from paicha.wiring.settings import Settings

Format = Literal["md", "html", "json", "terminal", "chat", "page"]
_PRIORITIES: tuple[Priority, ...] = ("P1", "P2", "P3")
#: Files that `Investigation.write` makes beside the case.
REPORT_FILES: tuple[tuple[Format, str], ...] = (
    ("md", "report.md"),
    ("html", "report.html"),
    ("json", "report.json"),
)
#: Formats that tell less than the whole.
_EXTENTS: dict[Format, Literal["chat", "page"]] = {"chat": "chat", "page": "page"}
CASE_FILE = "paicha.case.duckdb"


def case_place(kept: str | os.PathLike[str] | Investigation) -> Path:
    """Return the case file that is meant: a folder stands for the one that `paicha investigate` wrote into it."""
    if isinstance(kept, Investigation):
        return kept.case_path
    place = Path(kept)
    return place / CASE_FILE if place.is_dir() else place


class Silent:
    """Nobody wants to know how far it is."""

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Investigation:
    """
    A finished investigation: its findings, and the case file with every table behind them.

    Args:
        findings: Everything that was decided.
        case_path: The case file; removed with this object when no place was named for it.
        opened: Opens the case for reading; None: it is opened where it stands, each time anew.
    """

    findings: Findings
    case_path: Path
    opened: Callable[[], AbstractContextManager[Case]] | None = field(
        default=None, repr=False, compare=False
    )

    def __repr__(self) -> str:
        """Return a line: a prompt or a log would be flooded by everything that was found."""
        totals, problems = self.findings.totals, self.findings.problems
        at_once = sum(problem.priority == "P1" for problem in problems)
        return (
            f"<Investigation {self.findings.reproduction.case_id}: {totals.records} records, "
            f"{len(problems)} problems, {at_once} of them P1; {self.case_path}>"
        )

    def _repr_markdown_(self) -> str:
        """Return the report of a page, which a notebook shows."""
        return self.render("page").decode("utf-8")

    def case(self) -> AbstractContextManager[Case]:
        """Return the case, open for reading, for one thread and one `with`."""
        opened = self.opened or (lambda: Assembly.open_case(self.case_path))
        return opened()

    def sql(self, statement: str) -> pa.Table:
        """Return the rows of one reading statement over the tables of the case, secrets covered."""
        with self.case() as case:
            return shown_rows(case, case.query(statement))

    def lines(self, problem: str | int, limit: int | None = None, offset: int = 0) -> Lines:
        """Return records behind the problem with that id or number, earliest first, after *offset*."""
        originals = Assembly.originals()
        with self.case() as case:
            return evidence_of(
                case, self.findings, originals, str(problem), limit=limit, offset=offset
            )

    def every_line(
        self,
        problem: str | int,
        limit: int | None = None,
        offset: int = 0,
        *,
        settings: Settings | None = None,
        progress: Progress | None = None,
    ) -> EveryLine:
        """
        Return every line behind the problem with that id or number, read again from the files, in their order.

        Args:
            problem: Its id or number.
            limit: How many lines at most; None: all of them.
            offset: How many lines are passed over.
            settings: What further formats come from; None: the settings of the usual places.
            progress: Hears how far it is.

        Raises:
            CaseError: If the case was not made of files that can be read again.
        """
        settings = load_settings(None, os.environ, Path()) if settings is None else settings
        again = Assembly(settings).again(progress or Silent())
        with self.case() as case:
            return EveryLine(case, self.findings, again, str(problem), limit=limit, offset=offset)

    def line_page(
        self, problem: str | int, choice: Choice | None = None, offset: int = 0, limit: int = 50
    ) -> LinePage:
        """Return some lines of the problem with that id or number, and how many fit *choice*."""
        with self.case() as case:
            return page_of(
                case,
                self.findings,
                Assembly.kept_lines(case),
                Assembly.originals(),
                str(problem),
                choice=choice or Choice(),
                offset=offset,
                limit=limit,
            )

    def around(self, locator: str, before: int = 5, after: int = 5) -> Surroundings:
        """Return the line at *locator* with the lines before and after it."""
        with self.case() as case:
            kept, originals = Assembly.kept_lines(case), Assembly.originals()
            return around(case, kept, originals, locator, before=before, after=after)

    def render(
        self,
        kind: Format = "md",
        language: Language | None = None,
        zone: str | None = None,
        *,
        width: int = 100,
        colour: bool = False,
        told: Report | None = None,
    ) -> bytes:
        """
        Return the report as bytes.

        Args:
            kind: What it is written as.
            language: None: the one it was asked in.
            zone: IANA name; None: the one it was asked in.
            width: Columns of the terminal, for ``terminal``.
            colour: Whether colour may be written, for ``terminal``.
            told: What `told` returned, where several formats are wanted; language and zone are its own then.
        """
        return b"".join(self.pieces(kind, language, zone, width=width, colour=colour, told=told))

    def told(self, language: Language | None = None, zone: str | None = None) -> Report:
        """
        Return the whole report before it is written as anything, to write it as several things.

        Args:
            language: None: the one it was asked in.
            zone: IANA name; None: the one it was asked in.
        """
        from paicha.app.report import report  # noqa: PLC0415 - imported while logs are read, see `carry_out`

        return report(self.findings, language, find_zone(zone).key if zone else None)

    def pieces(
        self,
        kind: Format = "md",
        language: Language | None = None,
        zone: str | None = None,
        *,
        width: int = 100,
        colour: bool = False,
        told: Report | None = None,
    ) -> Iterator[bytes]:
        """Yield what `render` returns, in pieces: the JSON of 20,000 problems is 90 MB."""
        from paicha.app.report import report  # noqa: PLC0415 - see `told`

        if told is None or kind in _EXTENTS:
            there = find_zone(zone).key if zone else None
            told = report(self.findings, language, there, _EXTENTS.get(kind, "whole"))
        renderer = Assembly.renderer(kind, width, colour=colour)
        if isinstance(renderer, PiecewiseRenderer):
            yield from renderer.pieces(told)
        else:
            yield renderer.render(told)

    def digest(self, language: Language | None = None, zone: str | None = None) -> Digest:
        """
        Return what a message says of it.

        Args:
            language: None: the one it was asked in.
            zone: IANA name; None: the one it was asked in.
        """
        from paicha.app.report import told_digest  # noqa: PLC0415 - see `told`

        there = find_zone(zone).key if zone else None
        return told_digest(self.findings, language or self.findings.question.language, there)

    def write(
        self,
        folder: str | os.PathLike[str],
        language: Language | None = None,
        *,
        told: Report | None = None,
    ) -> tuple[Path, ...]:
        """
        Write the report in every file format into *folder* and return the paths.

        Args:
            folder: Where; it is made where it is missing.
            language: None: the one it was asked in.
            told: What `told` returned, where more is made of it; the language is its own then.

        Raises:
            OSError: If a file cannot be written; one that was there before stays as it was.
        """
        with self.writing(folder, told or self.told(language)) as paths:
            return paths

    @contextmanager
    def writing(self, folder: str | os.PathLike[str], told: Report) -> Iterator[tuple[Path, ...]]:
        """Write what `write` does, and let the files take their names when the block ends well."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        with ExitStack() as written:
            for kind, name in REPORT_FILES:
                written.enter_context(written_beside(place / name, self.pieces(kind, told=told)))
            yield tuple(place / name for _, name in REPORT_FILES)

    def exit_code(self, fail_on: Priority | None = None) -> int:
        """Return 4 when a problem is at or above *fail_on*, else 3 when a source was incomplete, else 0."""
        if fail_on is not None:
            bad = _PRIORITIES[: _PRIORITIES.index(fail_on) + 1]
            if any(problem.priority in bad for problem in self.findings.problems):
                return 4
        return 3 if self.findings.coverage.incomplete else 0

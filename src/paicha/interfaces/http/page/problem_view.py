"""One problem: its curve, its lines by page, and the lines around one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from paicha.app.evidence import Line, find_problem
from paicha.app.report import report as told_report
from paicha.app.surroundings import MOST_NEIGHBOURS, Choice, LinePage
from paicha.composition.draft import PRIORITY_TONES
from paicha.facade import Investigation
from paicha.interfaces.http.page.plots import claimed_metric, plot_of_problem
from paicha.interfaces.http.page.reading import (
    MOST_OFFERED,
    details_of,
    problem_address,
    problems_by_detail,
)
from paicha.interfaces.http.page.words import PageWords
from paicha.locales import Text
from paicha.model.findings import Findings, Problem
from paicha.model.report import (
    Block,
    Callout,
    Curve,
    Detail,
    Facts,
    Group,
    LogLines,
    Report,
    Span,
    Tone,
)
from paicha.renderers.visible import visible
from paicha.values import dataclass

LINES_PER_PAGE = 50
#: More of one line than this is cut on the page [characters]; the case file has the rest.
_LONGEST_LINE = 20_000


@dataclass(frozen=True, slots=True)
class LineRow:
    """A log line as the page shows it."""

    place: str
    time: str
    level: str
    module: str
    host: str
    body: str
    locator: str
    tone: Tone
    context: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class LinesShown:
    """A page of lines."""

    lines: tuple[LineRow, ...]
    offset: int
    fitting: int
    kept: int
    counted: int


def problem_values(
    found: Investigation, problem: str, asked: Mapping[str, str], words: PageWords, address: str
) -> dict[str, object]:
    """
    Return what the template of a problem shows.

    Raises:
        CaseError: If there is no such problem.
    """
    findings = found.findings
    wanted = find_problem(findings, problem)
    report = told_report(findings, words.language)
    choice = choice_of(asked)
    page = found.line_page(wanted.id, choice, _number(asked.get("start", ""), 0), LINES_PER_PAGE)
    here = problem_address(address, wanted.id)
    detail = _detail(report, findings, wanted)
    return {
        "report": report,
        "labels": dict(report.labels),
        "address": address,
        "here": here,
        "title": words.read(wanted.title),
        "problem": wanted,
        "detail": detail,
        "opening": opening_of(detail),
        "rest": rest_of(detail),
        "course": None
        if wanted.first is None
        else plot_of_problem(
            findings, wanted, words, report.zone, claimed_metric(findings, wanted)
        ),
        "notes": _notes(page.notes, words),
        "page": _shown(page, wanted, report.zone, address),
        "counted": f"{page.counted:,}",
        "fitting": fitting(page, words),
        "pages": pages(page, choice, here, words),
        "choice": choice,
        "levels": [share.name for share in wanted.levels if share.name],
        "modules": [share.name for share in wanted.modules if share.name][:MOST_OFFERED],
        "hosts": [share.name for share in wanted.hosts if share.name][:MOST_OFFERED],
        **_neighbours(findings, wanted, address),
    }


def _notes(notes: tuple[Text, ...], words: PageWords) -> list[str]:
    return [visible(words.read(note)) for note in notes]


def choice_of(asked: Mapping[str, str]) -> Choice:
    """Return which lines the address asks for."""
    return Choice(
        text=asked.get("q", ""),
        module=asked.get("module", ""),
        host=asked.get("host", ""),
        level=asked.get("level", ""),
    )


def opening_of(detail: Detail) -> Sequence[Block]:
    """Return what the page of a problem shows above its lines."""
    return [it for it in detail.blocks if isinstance(it, Facts | Callout)][:2]


def rest_of(detail: Detail) -> tuple[Block, ...]:
    """Return what the page of a problem shows below its lines: all that is not shown above."""
    above = opening_of(detail)
    return tuple(
        it
        for it in detail.blocks
        if it not in above and not isinstance(it, Curve) and not _of_examples(it)
    )


def _of_examples(block: Block) -> bool:
    return isinstance(block, Group) and any(isinstance(it, LogLines) for it in block.blocks)


def _number(words: str, otherwise: int) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else otherwise


def _detail(report: Report, findings: Findings, problem: Problem) -> Detail:
    anchors = {known.id: anchor for anchor, known in problems_by_detail(report, findings).items()}
    for detail in details_of(report):
        if detail.id == anchors.get(problem.id):
            return detail
    # Beyond the problems that a report has details of: only its name is left to show.
    title = problem.title.in_language(report.language)
    return Detail("problem", (Span(f"{problem.number} · {title}"),), ())


def _shown(page: LinePage, problem: Problem, zone: str, address: str) -> LinesShown:
    tone = PRIORITY_TONES[problem.priority]
    rows = tuple(
        _row(
            line, f"{page.offset + n + 1:,}", tone, zone, context_address(address, line, problem.id)
        )
        for n, line in enumerate(page.lines)
    )
    return LinesShown(rows, page.offset, page.fitting, page.kept, page.counted)


def _row(line: Line, place: str, tone: Tone, zone: str, context: str = "") -> LineRow:
    body = line.body
    if len(body) > _LONGEST_LINE:
        body = f"{body[:_LONGEST_LINE]} … (+{len(body) - _LONGEST_LINE:,})"
    time = _time(line.timestamp, zone)
    return LineRow(
        place, time, line.level, line.module, line.host, body, line.locator, tone, context
    )


def _time(moment: datetime | None, zone: str) -> str:
    if moment is None:
        return "—"
    return moment.astimezone(ZoneInfo(zone)).isoformat(" ", "milliseconds")[:23]


def context_address(address: str, line: Line, problem: str, before: int = 5, after: int = 5) -> str:
    """Return where the lines around *line* are read."""
    asked = {"at": line.locator, "before": before, "after": after, "of": problem}
    return f"{address}/context?{urlencode(asked, quote_via=quote)}"


def fitting(page: LinePage, words: PageWords) -> str:
    """Return which lines of how many are shown."""
    if not page.lines:
        return words.say("lines.none", kept=f"{page.kept:,}")
    first, last = page.offset + 1, page.offset + len(page.lines)
    return words.say(
        "lines.shown", first=f"{first:,}", last=f"{last:,}", fitting=f"{page.fitting:,}"
    )


def pages(
    page: LinePage, choice: Choice, here: str, words: PageWords
) -> tuple[tuple[str, str], ...]:
    """Return the links to the pages before and after; none where one page holds all."""
    if page.fitting <= LINES_PER_PAGE and not page.offset:
        return ()
    asked = {
        "q": choice.text,
        "module": choice.module,
        "host": choice.host,
        "level": choice.level,
    }
    asked = {name: value for name, value in asked.items() if value}

    def link(start: int) -> str:
        there = {**asked, **({"start": str(start)} if start else {})}
        return f"{here}?{urlencode(there, quote_via=quote)}#h-lines"

    before, after = page.offset - LINES_PER_PAGE, page.offset + LINES_PER_PAGE
    return (
        (words.say("lines.previous_page"), link(max(0, before)) if page.offset else ""),
        (fitting(page, words), ""),
        (words.say("lines.next_page"), link(after) if after < page.fitting else ""),
    )


def _neighbours(findings: Findings, problem: Problem, address: str) -> dict[str, object]:
    place = findings.problems.index(find_problem(findings, problem.id))
    before = findings.problems[place - 1] if place else None
    after = findings.problems[place + 1] if place + 1 < len(findings.problems) else None
    return {
        "before": problem_address(address, before.id) if before else "",
        "after": problem_address(address, after.id) if after else "",
    }


def around_values(
    found: Investigation, asked: Mapping[str, str], words: PageWords, address: str
) -> dict[str, object]:
    """
    Return what the template of a line's neighbours shows.

    Args:
        found: The investigation.
        asked: Of the address: ``at`` (locator), ``before``, ``after`` (lines), ``of`` (a problem's id).
        words: Of the reader's language.
        address: Where the page of the run is.

    Raises:
        CaseError: If the case keeps no such line.
    """
    wide = _number(asked.get("before", ""), 5), _number(asked.get("after", ""), 5)
    problem = asked.get("of", "")
    wide = min(wide[0], MOST_NEIGHBOURS), min(wide[1], MOST_NEIGHBOURS)
    around = found.around(asked.get("at", ""), *wide)
    zone = found.findings.question.zone
    chosen = around.lines[around.chosen]
    rows = [
        replace(_row(line, "", _tone(line), zone), chosen=n == around.chosen)
        for n, line in enumerate(around.lines)
    ]
    there = len(around.lines) - 1 - around.chosen
    return {
        "rows": rows,
        "whole": around.whole,
        "notes": _notes(around.notes, words),
        "address": address,
        "back": problem_address(address, problem) if problem else "",
        "earlier": _wider(address, chosen, problem, wide, (around.chosen, 0)),
        "later": _wider(address, chosen, problem, wide, (there, 1)),
    }


def _wider(
    address: str, line: Line, problem: str, wide: tuple[int, int], side_of: tuple[int, int]
) -> str:
    got, side = side_of
    # Fewer than asked for: there are no more on that side.
    if got < wide[side] or wide[side] >= MOST_NEIGHBOURS:
        return ""
    more = [wide[0], wide[1]]
    more[side] = min(MOST_NEIGHBOURS, wide[side] + 20)
    return context_address(address, line, problem, *more)


def _tone(line: Line) -> Tone:
    return "muted" if line.level.upper() in ("INFO", "DEBUG", "TRACE", "") else "warn"

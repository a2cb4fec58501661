"""What a report declares for machines: written for Paicha's own reports, checked for anybody's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paicha.analysis.audit.document import plain
from paicha.locales import Language, text
from paicha.model.audit import Measure, Objection, Place, Stated
from paicha.model.declared import Declaration, Declared
from paicha.model.findings import Findings, MetricSummary

#: Names that stand in Markdown as they are.
_PLAIN = re.compile(r"[\w./:$-]{1,100}")


def declarations(findings: Findings, language: Language, most: int) -> Iterator[Declared]:
    """
    Yield what Paicha's Markdown report declares: counts of all, of levels, modules and problems, and
    the figures of every metric; names and words as they stand in the report.

    Args:
        findings: What the report is on.
        language: Its language.
        most: How many problems and modules it shows at least, where there are so many.
    """
    totals = findings.totals
    yield _counted("records.total", "", totals.records)
    yield _counted("records.abnormal", "", totals.abnormal)
    for level in findings.levels:
        if _PLAIN.fullmatch(level.level):
            yield _counted("level.count", level.level, level.n)
    for module in findings.modules[:most]:
        if module.abnormal and _PLAIN.fullmatch(module.name):
            yield _counted("module.count", module.name, module.abnormal)
    for problem in findings.problems[:most]:
        if problem.class_id:
            yield _counted("problem.count", problem.title.in_language(language), problem.n)
    for metric in findings.metrics:
        yield from _measured(metric, language)


def _counted(measure: Measure, subject: str, n: int) -> Declared:
    return Declared(measure, subject, f"{n:,}", float(n))


def _measured(metric: MetricSummary, language: Language) -> Iterator[Declared]:
    title = metric.title.in_language(language)
    figures: tuple[tuple[Measure, float | None], ...] = (
        ("metric.mean", metric.mean),
        ("metric.maximum", metric.maximum),
        ("metric.minimum", metric.minimum),
    )
    for measure, value in figures:
        if value is not None:
            yield Declared(measure, title, "", value)


def declaration_objections(
    lines: Sequence[str], found: Declaration | str | None
) -> Iterator[Objection]:
    """
    Yield declared statements that the report's own words do not bear out.

    A statement holds when a line names its subject and says its words; one without a subject when any
    line says its words; one without words is for the evidence alone.
    """
    if found is None:
        return
    if isinstance(found, str):
        place = Place(next((n for n, line in enumerate(lines, 1) if "statements/1" in line), 1), "")
        yield Objection(
            "embedded", "error", (place,), text("audit.check.embedded_broken", reason=found)
        )
        return
    shown = [plain(line) for line in lines]
    comment = range(found.line - 1, found.line + len(found.statements) + 2)
    seen = [(n, line) for n, line in enumerate(shown, start=1) if n - 1 not in comment]
    for each in found.statements:
        if each.says and not any(
            plain(each.subject) in line and _says(line, each.says) for _, line in seen
        ):
            named = [Place(n, line) for n, line in seen if each.subject and each.subject in line][
                :1
            ]
            place = named[0] if named else Place(found.line, each.subject)
            subject: object = each.subject or text("audit.subject.records")
            words = text("audit.check.embedded", says=each.says, subject=subject)
            yield Objection("embedded", "error", (place,), words)


def declared_statements(found: Declaration) -> Iterator[Stated]:
    """Yield what is declared as statements, each on its own line of the block, for the evidence."""
    for line, each in enumerate(found.statements, start=found.line + 2):
        place = Place(line, each.says or each.subject)
        unit = "%" if each.measure.endswith(".share") else ""
        yield Stated(each.measure, each.subject, place, number=each.number, unit=unit)


def _says(line: str, words: str) -> bool:
    """Return whether *words* stand in *line* and are no part of a longer figure."""
    at = line.find(words)
    while at >= 0:
        before, after = line[at - 1 : at], line[at + len(words) : at + len(words) + 2]
        grown = before.isdigit() or before in {".", ","} or after[:1].isdigit()
        if not grown and not (after[:1] in {".", ","} and after[1:].isdigit()):
            return True
        at = line.find(words, at + 1)
    return False

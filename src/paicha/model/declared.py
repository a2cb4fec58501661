"""
Statements that a report declares for machines: the public format ``statements/1``.

A block of JSON lines inside an HTML comment, which no Markdown reader shows::

    <!-- statements/1
    {"writer":"…","language":"en","zone":"Asia/Shanghai","case":"…","version":"…"}
    {"measure":"problem.count","subject":"Disk space low","says":"37","number":37}
    -->

The first line says who declares; every other line is one statement: ``measure`` is one of
`paicha.model.audit.Measure`, ``subject`` the name as the report writes it, ``says`` the words that must
stand on a line with the subject, ``number`` the value. Nothing in it can end the comment: ``-``, ``<``
and ``>`` of values are written as JSON escapes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from paicha.model.audit import Measure
from paicha.model.findings import Findings
from paicha.values import dataclass

OPENING = "<!-- statements/1"
CLOSING = "-->"
#: More statements than this are not read [lines].
MOST = 20_000
#: What may be declared.
MEASURES: tuple[Measure, ...] = (
    *("records.total", "records.abnormal", "level.count", "level.share", "module.count"),
    *("module.share", "problem.count", "problem.share"),
    *("metric.mean", "metric.maximum", "metric.minimum"),
)
_WRITER = "paicha"


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared statement."""

    measure: Measure
    subject: str
    says: str
    number: float


@dataclass(frozen=True, slots=True)
class Declaration:
    """A block of declared statements, and who declared them."""

    writer: str
    language: str
    zone: str
    case: str
    version: str
    statements: tuple[Declared, ...]
    line: int = 0

    @property
    def of_paicha(self) -> bool:
        """Whether Paicha wrote the report."""
        return self.writer == _WRITER


def declare(findings: Findings, language: str, zone: str, statements: Iterable[Declared]) -> str:
    """Return a block that declares *statements* about *findings*; the same arguments, the same text."""
    made = findings.reproduction
    lead = {
        "writer": _WRITER,
        "language": language,
        "zone": zone,
        "case": made.case_id,
        "version": made.product_version,
    }
    lines = [_line(lead), *(_line(asdict(each)) for each in statements)]
    return "\n".join([OPENING, *lines, CLOSING])


def _line(values: Mapping[str, object]) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("--", "-\\u002d").replace("<", "\\u003c").replace(">", "\\u003e")
    # What does not show, or turns text around, must not stand in a file as it is.
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def read_declaration(lines: Sequence[str]) -> Declaration | str | None:
    """
    Return the declaration of a report; why it cannot be read; None when there is none.

    Args:
        lines: The report's lines.
    """
    at = next((n for n, line in enumerate(lines) if line.strip() == OPENING), None)
    if at is None:
        return None
    body: list[str] = []
    for line in lines[at + 1 : at + 2 + MOST]:
        if line.strip() == CLOSING:
            return _read(body, at + 1)
        body.append(line)
    return f"no line {CLOSING} within {MOST} lines"


def _measure(word: object) -> Measure:
    for known in MEASURES:
        if word == known:
            return known
    raise ValueError(f"{word!r} is no measure that can be declared")


def _read(body: Sequence[str], line: int) -> Declaration | str:
    try:
        lead, *rest = [json.loads(each) for each in body if each.strip()]
        statements = tuple(
            Declared(_measure(e["measure"]), str(e["subject"]), str(e["says"]), float(e["number"]))
            for e in rest
        )
        names = {
            name: str(lead.get(name, ""))
            for name in ("writer", "language", "zone", "case", "version")
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        return f"{type(problem).__name__}: {problem}"
    return Declaration(**names, statements=statements, line=line)

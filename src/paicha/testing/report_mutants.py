"""
Reports with one thing changed, to see whether an audit notices.

Each mutant is a whole report with one figure, time, name, unit or row changed; the same seed gives the
same mutants. Only what a reader sees is changed: the hidden declaration and code blocks stay.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from paicha.values import dataclass

MutantKind = Literal["figure", "time", "name", "unit", "row"]
KINDS: tuple[MutantKind, ...] = ("figure", "time", "name", "unit", "row")
_FIGURE = re.compile(r"(?<![\w.:@/-])\d[\d,]*(?:\.\d+)?(?![\w:@/-])")
_CLOCK = re.compile(r"(?<!\d)(\d{2}):(\d{2}):(\d{2})(?!\d)")
_UNIT = re.compile(r"(?<=\d)( ?)(%|ms|s\b)")
#: A file of code, or a logger named in parts.
_FILE = re.compile(r"\b[a-z][\w\\]*(?:\.[A-Za-z][\w\\]*)+\b")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed report: what was changed, where, and how the line reads now."""

    kind: MutantKind
    line: int
    before: str
    after: str
    text: str


def mutants(report: str, number: int, seed: int) -> Iterator[Mutant]:
    """
    Yield *number* changed copies of *report*, the kinds in turn.

    Args:
        report: Markdown.
        number: How many.
        seed: Which ones.
    """
    lines = report.split("\n")
    shown = _shown(lines)
    draw = random.Random(seed)  # noqa: S311 - reproducible choice, no secret
    places = {kind: _places(lines, shown, kind) for kind in KINDS}
    made = 0
    while made < number:
        kind = KINDS[made % len(KINDS)]
        usable = places[kind] or places["figure"]
        kind = kind if places[kind] else "figure"
        line = draw.choice(usable)
        after = _CHANGES[kind](lines[line], draw)
        made += 1
        changed = [*lines[:line], *([] if kind == "row" else [after]), *lines[line + 1 :]]
        yield Mutant(
            kind, line + 1, lines[line], "" if kind == "row" else after, "\n".join(changed)
        )


def _shown(lines: Sequence[str]) -> list[int]:
    """Return the lines that state something: no code, no declaration, no rule of a table."""
    shown: list[int] = []
    hidden = ""
    for number, line in enumerate(lines):
        if hidden:
            hidden = "" if line.strip().startswith(hidden) else hidden
        elif line.startswith("```"):
            hidden = "```"
        elif line.startswith("<!--"):
            hidden = "-->"
        elif line.strip() and not line.startswith("| -") and not line.startswith("---"):
            shown.append(number)
    return shown


def _places(lines: Sequence[str], shown: Sequence[int], kind: MutantKind) -> list[int]:
    if kind == "row":
        return [n for n in shown if lines[n].startswith("| ") and _FIGURE.search(lines[n])]
    return [n for n in shown if _PATTERNS[kind].search(lines[n])]


def _figure(line: str, draw: random.Random) -> str:
    return _replaced(line, _FIGURE, draw, lambda found: _other_number(found[0], draw))


def _other_number(text: str, draw: random.Random) -> str:
    whole, point, rest = text.replace(",", "").partition(".")
    if point and draw.random() < 0.5:
        return f"{whole}.{(int(rest) + draw.randint(1, 8)) % 10 ** len(rest):0{len(rest)}d}"
    changed = int(whole) + draw.choice([1, 2, 7, 10, 100])
    return f"{changed:,}" + point + rest


def _clock(line: str, draw: random.Random) -> str:
    def later(found: re.Match[str]) -> str:
        seconds = (
            int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) + draw.choice([7, 61, 1201])
        )
        return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"

    return _replaced(line, _CLOCK, draw, later)


def _name(line: str, draw: random.Random) -> str:
    return _replaced(line, _FILE, draw, lambda found: "other_" + found[0])


def _unit(line: str, draw: random.Random) -> str:
    other = {"%": "‰", "ms": "s", "s": "ms"}
    return _replaced(line, _UNIT, draw, lambda found: found[1] + other[found[2]])


def _replaced(
    line: str, pattern: re.Pattern[str], draw: random.Random, change: Callable[[re.Match[str]], str]
) -> str:
    found = draw.choice(list(pattern.finditer(line)))
    return line[: found.start()] + change(found) + line[found.end() :]


_PATTERNS: dict[MutantKind, re.Pattern[str]] = {
    "figure": _FIGURE,
    "time": _CLOCK,
    "name": _FILE,
    "unit": _UNIT,
}
_CHANGES: dict[MutantKind, Callable[[str, random.Random], str]] = {
    "figure": _figure,
    "time": _clock,
    "name": _name,
    "unit": _unit,
    "row": lambda line, _: line,
}

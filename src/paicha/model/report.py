"""
A report without markup: a tree of sections and blocks in one language.

`composition` makes it from `Findings`; renderers draw it and decide nothing. Text in it is final
and plain: log text is still as dangerous as it came, so every renderer escapes everything.
"""

from __future__ import annotations

from typing import Literal

from paicha.locales import Language
from paicha.model.findings import Findings
from paicha.values import dataclass

Tone = Literal["plain", "muted", "bad", "warn", "good", "unknown", "code", "strong"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words with one meaning; `target` names the section or problem it points at."""

    text: str
    tone: Tone = "plain"
    target: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; numbered when the order matters."""

    items: tuple[Line, ...]
    numbered: bool = False
    start: int = 1  # number of the first: a list may go on after a heading


@dataclass(frozen=True, slots=True)
class Callout:
    """Lines set apart, with one tone."""

    tone: Tone
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the figures on top."""

    value: str
    label: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Facts:
    """The strip of figures on top."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """
    Counts or values over time, small enough for a cell or as wide as the page.

    Counts are bars over equal steps. A line's points stand at `at` (0..1 of the window), so that a
    metric can be drawn under the counts on the same axis of time.
    """

    values: tuple[float | None, ...]
    label: str  # says in words what it shows: for screen readers and for renderers that cannot draw
    tone: Tone = "plain"
    start: str = ""
    end: str = ""
    unit: str = ""
    kind: Literal["bars", "line"] = "bars"
    at: tuple[float, ...] = ()  # empty: equal steps
    low: float | None = None  # ends of the value axis; None: from the values
    high: float | None = None
    band: tuple[float, float] | None = None  # what the log claims, on the same axis
    band_label: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A share of the longest."""

    share: float  # 0..1
    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Badge:
    """A status word."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Stack:
    """Lines above each other in one cell; the first matters most."""

    lines: tuple[Line, ...]


Cell = Span | Line | Curve | Bar | Badge | Stack


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numbers are set right and in figures of one width."""

    title: str
    kind: Literal["text", "number", "code", "curve", "bar", "badge"] = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `target` is the id of the section that a click opens."""

    cells: tuple[Cell, ...]
    target: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A log line and where it stands."""

    time: str
    level: str
    module: str
    body: str
    locator: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class LogLines:
    """Numbered example lines."""

    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """Counts per row and step; `steps` are the times under it."""

    rows: tuple[tuple[str, tuple[int, ...]], ...]
    steps: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What the log claims and what the machine measured, on one axis from `low` to `high`."""

    low: float
    high: float
    ticks: tuple[str, ...]  # what stands under it, evenly spread from end to end
    claimed: tuple[float, float]
    claimed_label: str
    measured: tuple[float, float] | None
    measured_label: str
    label: str


@dataclass(frozen=True, slots=True)
class Code:
    """A command or a query to copy, kept as it is."""

    text: str
    language: Literal["sql", "shell", "text"] = "text"


@dataclass(frozen=True, slots=True)
class Address:
    """A page somewhere else, as it is typed; only ``https://`` and ``http://`` are made links."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks under a heading of their own inside a section or a detail."""

    title: str
    blocks: tuple[Block, ...]
    wide: bool = True  # false: two of them may stand side by side
    folded: bool = False  # not needed at first sight: opened by a click where a page can


@dataclass(frozen=True, slots=True)
class Detail:
    """Something a click opens: a problem with all that belongs to it."""

    id: str
    title: Line
    blocks: tuple[Block, ...]


Block = (
    Paragraph
    | Bullets
    | Callout
    | Facts
    | Table
    | LogLines
    | Heat
    | Axis
    | Detail
    | Curve
    | Code
    | Address
    | Group
)


@dataclass(frozen=True, slots=True)
class Section:
    """A section; `id` is stable across languages and runs. `short` stands in the table of contents."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    short: str = ""
    count: int | None = None  # how many things it lists, where that is worth a figure


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report."""

    title: str
    subtitle: Line
    language: Language
    zone: str
    sections: tuple[Section, ...]
    findings: Findings | None  # None: not a report on one investigation (an audit, a comparison)
    labels: tuple[tuple[str, str], ...] = ()  # words the renderer itself needs, by key
    declaration: str = ""  # statements for machines, see `paicha.model.declared`; Markdown hides it

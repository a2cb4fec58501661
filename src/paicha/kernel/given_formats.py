"""
The formats of lines drawn up as programs of steps.

What a pattern does not decide for sure stays with `paicha.kernel.normalise`; then a program fits at least every line
of the format, so that such a line is known for one that must be handed back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from paicha.kept import derived
from paicha.kernel import gates
from paicha.kernel.gates import gate_of
from paicha.kernel.kept_values import COLUMNS
from paicha.kernel.line_formats import FIELD
from paicha.kernel.normalise import ANY_FORMAT, GENERIC_ORDER
from paicha.kernel.parsed_line import ADDRESS, ATTRIBUTE_NAMES
from paicha.kernel.stamps import CTIME, GUESS_ORDER, LOOSE, PATTERNS, PLACED
from paicha.kernel.steps import NotCompilable, Program, only_grows, packed_steps
from paicha.kernel.w3c_rows import NAMES_OTHERS, is_w3c
from paicha.model.knowledge import LogFormat

#: Changes with what makes gates.
_HOLDS = f"holds {gates.MADE}"
#: Formats whose records are joined over lines that could stand alone: a file that holds one is read by
#: Python as a whole.
_JOINED, _LEFT_TO_PYTHON, READ = 2, 1, 0
#: A format that a container runtime puts around lines.
_WRAPS = 3
#: A format of pairs: what is no line of pairs the twin knows.
_PAIRS = 4
#: A format of records of several lines, which the first of them opens.
_OPENS = 5
#: One of which only Python says where a record ends.
_BLOCKS = 6
#: What such a format may say to be read by the twin, and how one of JSON is told.
_WRAPPED_FIELDS = frozenset({"time", "stream", "partial", "body"})
#: What patterns of such formats may say besides: who wrote a line, which tells streams apart.
_WRITERS = frozenset({"service", "namespace", "pod", "container", "replica"})
#: And where a command found it: attributes, which tell no streams apart.
_FOUND = frozenset({"source_file", "source_line"})
_TOLD_BY_NAME = re.compile(r'''\\\{ \?"\w+" \?: \?"''')
#: How often a part of a pattern of several lines is repeated.
_UNROLLED_LINES = 64
#: What is put together natively.
_PUT_TOGETHER = frozenset({"body", "logger"})
#: Stands in what stands for lines between records.
_IS_HEADING = "\0"
#: What opens a line of each kind of format that names its fields.
_OPENINGS = {
    "json": r"\{",
    "otlp": r"\{",
    "logfmt": r"[\w.@/-]+=",
    "xml": "<",
    "properties": "[A-Z_][A-Z0-9_]*=",
    "list": r"[A-Za-z]\w* *:",
    "csv": r"\x00",  # its rows are told by what stands above them
}
#: Fields that the twin puts nowhere: a record with one is read by Python.
_NOT_READ = frozenset({"area", "error", "partial"})
_READ_FIELDS = frozenset(
    {"time", "zone", "level", "body", "file", "logger", "service", "pod", "host", "pri"}
)
#: Fields of a record that is kept which counts do not need, or not apart; what no list here has is an attribute.
_KEPT = COLUMNS | {"body"}
_NO_ATTRIBUTES = _KEPT | (_READ_FIELDS - {"pod"}) | _NOT_READ
#: Fields that are put nowhere by a format that wraps no others.
_OF_WRAPS = frozenset({"stream", "partial", "namespace", "container", "replica"})


#: Kinds of such formats whose records the twin takes apart by their names.
_NAMING_LINES = ("json", "properties")

Written = TypeVar("Written", Program, bytes)
_Compile = Callable[..., tuple[Written, dict[str, int]]]


#: Texts, and the number of a field behind each, if one stands there, with whether it is put there as it is, or in one line.
Parts = list[tuple[str, tuple[int, bool] | None]]


class Joins(NamedTuple, Generic[Written]):
    """
    How lines of a format are joined with others.

    Args:
        is_generic: Whether it fits almost anything: what says no time may be part of the record above.
        follows: The number of the format whose records its lines continue; None: of none.
        process: The number of the field that names the process; None: none does.
        whole: Fits all lines of a record that one of it opens, and what is read of it are the fields of this; None: it opens none.
        says: What the message and the module of such a record are put together from; None: they stand there.
        lines: Whether its records name their fields over lines that are no object of JSON, and what fits the last line of one
            that is; None: only Python knows what their lines are.
    """

    is_generic: bool
    follows: int | None
    process: int | None
    whole: Written | None
    says: tuple[Parts | None, Parts | None]
    lines: tuple[bool, Written | None] | None


#: Numbers in the program and names of columns in the order in which they are put, and of attributes, sorted by these.
Told = tuple[list[tuple[int, str]], list[tuple[int, str]]]


class Given(NamedTuple, Generic[Written]):
    """
    What a format became.

    Args:
        program: Fits its lines, or at least every line of it.
        how: Whether these are read here, by Python, or with the whole file by Python.
        fields: Number in the program and name of what is read.
        kinds: Numbers of the kinds of stamps it may have.
        inner: Numbers of the formats that its bodies may have.
        unlevelled: The same of lines that state no level; empty: these are looked for in all lines.
        level: Of every line that says no other.
        holds: A text that every line holds.
        told: What its lines say beside what is counted; None: only Python tells.
        each: What a list of its records in one line is called; empty: there is none.
        joins: How its lines are joined with others.
    """

    program: Written
    how: int
    fields: list[tuple[int, str]]
    kinds: list[int]
    inner: list[int]
    unlevelled: list[int]
    level: str
    holds: str
    told: Told | None
    each: str
    joins: Joins[Written]


#: Name, how it is read, program, and whether its year or day is placed.
GivenKind = tuple[str, str, Written | None, bool]
#: The formats, the kinds of their stamps, what an address is, and what continues, opens and ends a stack trace.
Drawn = tuple[list[Given[Written]], list[GivenKind[Written]], Written, tuple[list[Written], ...]]


class Drawing(Generic[Written]):
    """Draws up the formats, their programs as *compiled* writes them."""

    def __init__(
        self,
        lines: Sequence[LogFormat],
        wraps: Sequence[str],
        compiled: _Compile[Written],
        waits: Callable[[LogFormat], bool],
    ) -> None:
        self._lines = lines
        self._waits = waits
        self._names = [entry.name for entry in lines]
        self._wraps = wraps
        self._compiled: _Compile[Written] = compiled
        self._kinds: dict[str, GivenKind[Written]] = {}

    def drawn(self, traces: tuple[list[Written], ...] | None) -> Drawn[Written]:
        """Return all of it."""
        given = [self._given(entry) for entry in self._lines]
        address, _ = self._compiled(ADDRESS.pattern, whole=True)
        return given, list(self._kinds.values()), address, traces or ([], [], [])

    def _given(self, entry: LogFormat) -> Given[Written]:
        wraps = entry.name in self._wraps
        program, groups, holds = _program_of(entry, self._compiled)
        is_plain = entry.kind == "pattern" and groups is not None
        whole = None
        if _is_opened_natively(entry):
            with suppress(NotCompilable):
                program, _ = self._compiled(entry.begins)
                whole, groups = self._compiled(entry.pattern, unrolled=_UNROLLED_LINES, atomic=True)
        how = _OPENS if whole is not None and not wraps else self._how(entry, is_plain=is_plain)
        fields = [
            (number, "error" if name in _NOT_READ and not wraps else name)
            for name, number in (groups or {}).items()
            if name in _READ_FIELDS | _NOT_READ or (wraps and name in _OF_WRAPS)
        ]
        kinds = [self._kind(kind) for kind in entry.time_formats or GUESS_ORDER]
        told = None if groups is None or (entry.says and whole is None) else _told(groups)
        joins = Joins(
            entry.order >= GENERIC_ORDER,
            self._names.index(entry.follows) if how == READ and entry.follows else None,
            (groups or {}).get("pid"),
            whole,
            (_parts(entry, "body", groups or {}), _parts(entry, "logger", groups or {})),
            self._lines_of(entry) if how == _BLOCKS else None,
        )
        inside, each = self._inside(entry), entry.each if entry.kind in ("json", "otlp") else ""
        return Given(program, how, fields, kinds, *inside, entry.level, holds, told, each, joins)

    def _how(self, entry: LogFormat, *, is_plain: bool) -> int:
        """Return who reads the lines of a format whose records the twin does not open; *is_plain*: it knows their fields."""
        if entry.name in self._wraps:
            return _WRAPS
        if _is_block(entry):
            return _BLOCKS
        if entry.begins or entry.wraps:
            return _JOINED
        says_more = entry.headings == _IS_HEADING or entry.says or entry.unlevelled
        if is_plain and not says_more and not self._waits(entry):
            return READ
        return _PAIRS if entry.kind == "logfmt" else _LEFT_TO_PYTHON

    def _lines_of(self, entry: LogFormat) -> tuple[bool, Written | None] | None:
        """Return what the lines of a record of several are that name its fields; None: only Python knows."""
        if entry.kind not in _NAMING_LINES or bool(entry.until) != (entry.kind == "json"):
            return None
        with suppress(NotCompilable):
            self._compiled(entry.begins)
            return entry.kind != "json", self._compiled(entry.until)[0] if entry.until else None
        return None

    def _kind(self, name: str) -> int:
        if name not in self._kinds:
            program: Written | None = None
            how = "asked"
            if name in PATTERNS:
                how, (program, _) = "steps", self._compiled(PATTERNS[name][0]().pattern, whole=True)
            elif name == "ctime":
                how, (program, _) = "steps", self._compiled(CTIME().pattern, whole=True)
            elif name == "epoch":
                how = "epoch"
            elif name in LOOSE:  # tells what is none
                with suppress(NotCompilable):
                    program, _ = self._compiled(LOOSE[name]().pattern, whole=True)
            self._kinds[name] = (name, how, program, name in PLACED)
        return list(self._kinds).index(name)

    def _inside(self, entry: LogFormat) -> tuple[list[int], list[int]]:
        besides = entry.inner + entry.unlevelled if entry.unlevelled else ()
        inner = self._named(entry.inner, entry.name)
        # Records of several lines stand inside a container's lines alone.
        return inner if entry.wraps else self._alone(inner), self._alone(self._named(besides, ""))

    def _alone(self, places: Sequence[int]) -> list[int]:
        return [at for at in places if not self._lines[at].begins]

    def _named(self, names: Sequence[str], outer: str) -> list[int]:
        if ANY_FORMAT in names:
            lines = [one.name for one in self._lines if one.kind != "csv"]
            return [at for at, name in enumerate(lines) if name != outer]
        return [self._names.index(name) for name in names if name in self._names]


def other_columns(formats: Sequence[LogFormat]) -> list[LogFormat]:
    """Return what stands for rows in mid-file: a header of a W3C log, rows that no header opens."""
    known = [entry for entry in formats if is_w3c(entry)]
    named = [replace(entry, kind="pattern", begins=NAMES_OTHERS) for entry in known[:1]]
    bare = [entry for entry in formats if entry.columns]
    return named + [replace(entry, kind="pattern", begins=entry.pattern) for entry in bare]


def headings_of(formats: Sequence[LogFormat]) -> list[LogFormat]:
    """Return what stands for lines between records that are of none."""
    # Python is left what follows others, so these lines with what is above them.
    return [
        replace(
            entry, name=f"{entry.name} (headings)", pattern=entry.headings, headings=_IS_HEADING
        )
        for entry in formats
        if entry.headings
    ]


def _program_of(
    entry: LogFormat, compiled: _Compile[Written]
) -> tuple[Written, dict[str, int] | None, str]:
    """Return a format's program, its groups (none where it only opens a gate) and a text lines hold."""
    if entry.begins:
        return _gate(compiled, entry.begins)
    if entry.kind == "csv":
        return _gate(compiled, _OPENINGS["csv"])
    if entry.kind != "pattern":
        return _gate(compiled, entry.pattern or _OPENINGS[entry.kind], _OPENINGS[entry.kind])
    try:
        program, groups = compiled(entry.pattern)
    except NotCompilable:
        return _gate(compiled, entry.pattern)
    return program, groups, ""


def _is_opened_natively(entry: LogFormat) -> bool:
    """Return whether the twin tells where a record of several lines ends: where another begins, if it is one by then."""
    return (
        entry.kind == "pattern"
        and bool(entry.begins)
        and not (entry.until or entry.wraps or entry.inner or entry.unlevelled)
        and all(name in _PUT_TOGETHER for name, _ in entry.says)
        and not (entry.columns or is_w3c(entry))
        and entry.order < GENERIC_ORDER
        and only_grows(entry.pattern)
    )


def _parts(entry: LogFormat, name: str, groups: Mapping[str, int]) -> Parts | None:
    """Return what a field of a format's lines is put together from; None: it stands there."""
    template = dict(entry.says).get(name)
    if template is None:
        return None
    *parts, last = FIELD.split(template)

    def place(name: str) -> tuple[int, bool] | None:
        return (groups[name], name == "body") if name in groups else None

    return [
        *((text, place(name)) for text, name in zip(parts[::2], parts[1::2], strict=True)),
        (last, None),
    ]


def _told(groups: Mapping[str, int]) -> Told | None:
    """Return where a format's groups go that counts do not need; None: two of them to the same attribute."""
    columns = [(number, name) for name, number in groups.items() if name in _KEPT]
    named = sorted(
        (ATTRIBUTE_NAMES.get(name, name), number)
        for name, number in groups.items()
        if name not in _NO_ATTRIBUTES
    )
    if len({name for name, _ in named}) < len(named):
        return None
    return columns, [(number, name) for name, number in named]


def _is_block(entry: LogFormat) -> bool:
    """Return whether a format's records are several lines, rather than the rest of a file, which rows are."""
    is_row = bool(entry.columns) or entry.begins == NAMES_OTHERS
    return bool(entry.begins) and not (is_row or entry.wraps)


def is_plain_wrap(entry: LogFormat) -> bool:
    """Return whether a format wraps others and says of a line no more than when, in which stream, by whom, and if all of it."""
    if not entry.wraps or entry.begins or entry.level or entry.each or entry.follows:
        return False
    if entry.kind == "json":
        named = {name for name, _ in entry.fields}
        return named <= _WRAPPED_FIELDS and _TOLD_BY_NAME.fullmatch(entry.pattern) is not None
    try:
        _, groups = packed_steps(entry.pattern)
    except NotCompilable:
        return False
    return (
        entry.kind == "pattern" and {"body"} <= set(groups) <= _WRAPPED_FIELDS | _WRITERS | _FOUND
    )


def _gate(compiled: _Compile[Written], pattern: str, opens: str = "") -> tuple[Written, None, str]:
    """Return a program that fits every line a pattern fits, and maybe more, and a text these hold."""
    try:
        return compiled(pattern)[0], None, ""
    except NotCompilable:
        return compiled(opens)[0], None, _holds(pattern)


def _holds(pattern: str) -> str:
    held: str = derived(_HOLDS, pattern, lambda: gate_of(pattern).holds)
    return held

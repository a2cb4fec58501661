"""
The formats of lines as programs of steps, which both kernels read them by.

What a pattern does not decide for sure stays with `paicha.kernel.normalise`; then a program fits at least every line
of the format, so that such a line is known for one that must be handed back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from paicha.kept import derived
from paicha.kernel import gates
from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.gates import gate_of
from paicha.kernel.kept_values import COLUMNS
from paicha.kernel.lessons import Lessons
from paicha.kernel.levels import LevelReader
from paicha.kernel.line_formats import FIELD, service_of_pod
from paicha.kernel.normalise import ANY_FORMAT, GENERIC_ORDER, LineReader
from paicha.kernel.parsed_line import ADDRESS, ATTRIBUTE_NAMES
from paicha.kernel.second_places import Places, seconds_of
from paicha.kernel.stack_programs import Language, languages_of, traces_of
from paicha.kernel.stamps import CTIME, GUESS_ORDER, LOOSE, PATTERNS, PLACED, UNPLACED
from paicha.kernel.steps import NotCompilable, Program, compile_steps, only_grows, packed_steps
from paicha.kernel.times import TimeReader
from paicha.kernel.w3c_rows import NAMES_OTHERS, is_w3c
from paicha.model.knowledge import LogFormat, StackRule

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
#: What is said where nobody can say where such a record ends: more lines are needed, or the whole file is Python's.
NOT_DECIDED, OF_PYTHON = 0, -1
#: Says it of lines, of which some stand before the one that may open such a record: behind how many it has ended.
_BlockEnds = Callable[[LineReader, bytes, int], int]
#: What such a format may say to be read by the twin, and how one of JSON is told.
_WRAPPED_FIELDS = frozenset({"time", "stream", "partial", "body"})
#: What patterns of such formats may say besides: who wrote a line, which tells streams apart.
_WRITERS = frozenset({"service", "namespace", "pod", "container", "replica"})
_TOLD_BY_NAME = re.compile(r'''\\\{ \?"\w+" \?: \?"''')
#: How often a part of a pattern of several lines is repeated.
_UNROLLED_LINES = 64
#: What a message put together may not say natively: what is no attribute.
_BESIDE = frozenset({"body", "logger"})
#: Stamps of a kind of which it is asked where their seconds stand, where nobody knows.
_TRIES = 4
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
_NOT_READ = frozenset({"error", "partial"})
_READ_FIELDS = frozenset(
    {"time", "zone", "level", "body", "file", "logger", "service", "pod", "host", "pri"}
)
#: Fields of a record that is kept which counts do not need, or not apart; what no list here has is an attribute.
_KEPT = COLUMNS | {"body"}
_NO_ATTRIBUTES = _KEPT | (_READ_FIELDS - {"pod"}) | _NOT_READ
#: Fields that are put nowhere by a format that wraps no others.
_OF_WRAPS = frozenset({"stream", "partial", "namespace", "container", "replica"})


#: What a stamp says [µs], whether its day was assumed, and where its minute begins and its seconds stand.
Stamp = tuple[int, bool, tuple[int, Places] | None]
Written = TypeVar("Written", Program, bytes)
_Compile = Callable[..., tuple[Written, dict[str, int]]]


class Joins(NamedTuple, Generic[Written]):
    """
    How lines of a format are joined with others.

    Args:
        is_generic: Whether it fits almost anything: what says no time may be part of the record above.
        follows: The number of the format whose records its lines continue; None: of none.
        process: The number of the field that names the process; None: none does.
        whole: Fits all lines of a record that one of it opens, and what is read of it are the fields of this; None: it opens none.
        says: What the message of such a record is put together from, texts and the number of a field behind each; None: it stands there.
    """

    is_generic: bool
    follows: int | None
    process: int | None
    whole: Written | None
    says: list[tuple[str, int | None]] | None


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


class _Answers:
    """What the twin asks Python once and remembers."""

    def __init__(
        self,
        formats: Sequence[LogFormat],
        times: Sequence[TimeReader],
        lessons: Lessons,
        block_ends: _BlockEnds | None,
    ) -> None:
        self._levels = [LevelReader(entry.levels) for entry in formats]
        self._kinds = [tuple(entry.time_formats) or GUESS_ORDER for entry in formats]
        #: Stamps of each kind of which nobody knows where their seconds stand.
        self._unplaced: Counter[str] = Counter()
        self.times = times
        self._names = [entry.name for entry in formats]
        self._places = {name: at for at, name in enumerate(self._names)}
        self._lessons = lessons
        self._block_ends = block_ends

    def level(self, at: int, word: str) -> tuple[int, str]:
        """Return severity number and spelling of a level word."""
        return self._levels[at].read(word)

    def minute(self, at: int, kind: str, minute: str, offset: str, zone: str) -> int | None:
        """Return the minute of a stamp [µs], in *zone* where the line names one."""
        return self._times_in(at, zone).minute(kind, minute, offset)

    def stamp(self, at: int, kind: str, text: str, zone: str) -> Stamp | None:
        """Return a stamp that the twin does not take apart [µs], whether its day was assumed, and where its seconds stand."""
        times = self._times_in(at, zone)
        before = times.assumed
        found = times.micros(text, (kind,))
        if found is None:
            return None
        assumed = times.assumed != before
        if self._unplaced[kind] >= _TRIES:
            return found, assumed, None
        kinds = self._kinds[at]
        asked = kinds[: kinds.index(kind) + 1]
        places = seconds_of(text, found, lambda other: times.micros(other, asked))
        self._unplaced[kind] += places is None
        return found, assumed, places

    def _times_in(self, at: int, zone: str) -> TimeReader:
        return self.times[at].in_zone(zone) if zone else self.times[at]

    def workload(self, pod: str) -> str:
        """Return the workload a pod belongs to."""
        return service_of_pod(pod)

    def begins(self, line: str) -> bool:
        """Return whether a line that the twin does not read surely begins a record, and is all of it."""
        return self._lessons.begins(line)

    def block(self, data: bytes, opened: int) -> int:
        """Return behind how many lines a record of several lines ends that one may open before which some stand."""
        if self._block_ends is None:
            return OF_PYTHON
        return self._block_ends(self._lessons.reader, data, opened)

    def stream(self, line: str) -> tuple[str, bool] | None:
        """Return the stream of a line if it is a container's, and whether more of it follows."""
        return self._lessons.stream(line)

    def lesson(self, line: str) -> tuple[int, tuple[object, ...]] | None:
        """Return the number of the format of such a line, and how lines like it are read."""
        found = self._lessons.teach(line)
        return None if found is None else (self._places[found.format], tuple(found[1:]))

    def lesson_inside(self, wrap: int, text: str) -> tuple[int, tuple[object, ...]] | None:
        """Return the same of a text inside a line of the format with a number."""
        found = self._lessons.teach_inside(self._names[wrap], text)
        return None if found is None else (self._places[found.format], tuple(found[1:]))


class Plan:
    """
    The formats of lines as the twin reads them.

    Args:
        formats: The formats known.
        zone: IANA name of the zone of stamps that name none, where the format does not say.
        reference: What stamps without a year or a day are placed by; None: they have no time, and Python reads lines with one.
        stacks: How stack traces are written, which tells what continues a record of a container.
        table: What lines are rows of; None: they are not.
        block_ends: Says where records of several lines end; None: nobody does, so a file that holds one is Python's.
    """

    def __init__(
        self,
        formats: Sequence[LogFormat],
        zone: str,
        reference: datetime | None,
        stacks: Sequence[StackRule] = (),
        table: CsvTable | None = None,
        *,
        block_ends: _BlockEnds | None = None,
    ) -> None:
        ordered = sorted(formats, key=lambda entry: (entry.order, entry.name))
        self.formats, self.zone, self.reference = tuple(formats), zone, reference
        self._lines = _other_columns(ordered) + [entry for entry in ordered if entry.kind != "csv"]
        self._lines += _headings(ordered)
        if table is not None:
            self._lines.append(table.format)
        self.table = table
        self.names = [entry.name for entry in self._lines]
        readers: dict[str, TimeReader] = {}
        times = [
            readers.setdefault(name, TimeReader(name, reference))
            for name in (entry.zone or zone for entry in self._lines)
        ]
        self._lessons = Lessons(formats, zone, reference, stacks, table.header if table else "")
        self.answers = _Answers(self._lines, times, self._lessons, block_ends)
        self._traces = traces_of(stacks, packed_steps)
        self._stacks = tuple(stacks)
        self._wraps = [
            entry.name
            for entry in self._lines
            if self._traces is not None and _is_plain_wrap(entry) and not self._waits(entry)
        ]

    @cached_property
    def counted(self) -> list[str]:
        """What records are counted under: formats, and those inside each that wraps others or may hold them."""
        known = {ANY_FORMAT, *self.names}
        outer = [
            entry.name
            for entry in self._lines
            if entry.name in self._wraps or not known.isdisjoint(entry.inner + entry.unlevelled)
        ]
        return [*self.names, *(f"{one}/{name}" for one in outer for name in self.names)]

    @cached_property
    def given(self) -> Drawn[Program]:
        """The formats as Python reads them."""
        drawing = _Drawing(self._lines, self._wraps, compile_steps, self._waits)
        return drawing.drawn(traces_of(self._stacks, compile_steps))

    @cached_property
    def packed(self) -> Drawn[bytes]:
        """The same as the twin takes it."""
        return _Drawing(self._lines, self._wraps, packed_steps, self._waits).drawn(self._traces)

    @cached_property
    def languages(self) -> list[Language] | None:
        """How the twin reads stack traces; None: what they say is Python's to tell."""
        return languages_of(self._stacks)

    def of_rows(self, table: CsvTable) -> Plan:
        """Return the same for the rows of a table."""
        return Plan(self.formats, self.zone, self.reference, self._stacks, table)

    def place_by(self, reference: datetime | None) -> None:
        """Read as a new plan would that places stamps by *reference*; scans that were made before must forget times."""
        self.reference = reference
        for times in set(self.answers.times):
            times.place_by(reference)
        self._lessons.place_by(reference)

    def _waits(self, entry: LogFormat) -> bool:
        """Return whether stamps of a format may be placed by nothing: such a line is of it, and has no time."""
        return self.reference is None and not UNPLACED.isdisjoint(entry.time_formats)

    def times(self, at: int) -> TimeReader:
        """Return what reads the stamps of a format."""
        return self.answers.times[at]

    def time_formats(self, at: int) -> tuple[str, ...]:
        """Return the kinds of stamps that a format declares."""
        return tuple(self._lines[at].time_formats)


class _Drawing(Generic[Written]):
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
        joined = bool(entry.begins or entry.wraps) and not wraps
        program, groups, holds = _program_of(entry, self._compiled)
        plain = entry.kind == "pattern" and groups is not None
        whole = None
        if _is_opened_natively(entry):
            with suppress(NotCompilable):
                program, _ = self._compiled(entry.begins)
                whole, groups = self._compiled(entry.pattern, unrolled=_UNROLLED_LINES, atomic=True)
        apart = _PAIRS if entry.kind == "logfmt" else _LEFT_TO_PYTHON
        how = (
            _WRAPS
            if wraps
            else _OPENS
            if whole is not None
            else _BLOCKS
            if _is_block(entry)
            else _JOINED
            if joined
            else READ
            if plain
            and not (entry.headings == _IS_HEADING or entry.says or entry.unlevelled)
            and not self._waits(entry)
            else apart
        )
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
            _put_together(entry, groups or {}),
        )
        inside, each = self._inside(entry), entry.each if entry.kind == "json" else ""
        return Given(program, how, fields, kinds, *inside, entry.level, holds, told, each, joins)

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


def _other_columns(formats: Sequence[LogFormat]) -> list[LogFormat]:
    """Return what stands for rows in mid-file: a header of a W3C log, rows that no header opens."""
    known = [entry for entry in formats if is_w3c(entry)]
    named = [replace(entry, kind="pattern", begins=NAMES_OTHERS) for entry in known[:1]]
    bare = [entry for entry in formats if entry.columns]
    return named + [replace(entry, kind="pattern", begins=entry.pattern) for entry in bare]


def _headings(formats: Sequence[LogFormat]) -> list[LogFormat]:
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
        and all(
            name == "body" and _BESIDE.isdisjoint(FIELD.findall(told)) for name, told in entry.says
        )
        and not (entry.columns or is_w3c(entry))
        and entry.order < GENERIC_ORDER
        and only_grows(entry.pattern)
    )


def _put_together(
    entry: LogFormat, groups: Mapping[str, int]
) -> list[tuple[str, int | None]] | None:
    """Return what the message of a format's lines is put together from: texts, and the field behind each; None: it stands there."""
    template = dict(entry.says).get("body")
    if template is None:
        return None
    *parts, last = FIELD.split(template)
    return [
        *((text, groups.get(name)) for text, name in zip(parts[::2], parts[1::2], strict=True)),
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


def _is_plain_wrap(entry: LogFormat) -> bool:
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
    return entry.kind == "pattern" and {"body"} <= set(groups) <= _WRAPPED_FIELDS | _WRITERS


def _gate(compiled: _Compile[Written], pattern: str, opens: str = "") -> tuple[Written, None, str]:
    """Return a program that fits every line a pattern fits, and maybe more, and a text these hold."""
    try:
        return compiled(pattern)[0], None, ""
    except NotCompilable:
        return compiled(opens)[0], None, _holds(pattern)


def _holds(pattern: str) -> str:
    held: str = derived(_HOLDS, pattern, lambda: gate_of(pattern).holds)
    return held

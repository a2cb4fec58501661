"""The formats of lines as both kernels read them: programs of steps, and what is asked of Python besides."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from paicha.kernel.answers import Answers, BlockEnds
from paicha.kernel.asked_names import names_asked
from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.given_formats import (
    Drawing,
    Drawn,
    headings_of,
    is_plain_wrap,
    other_columns,
)
from paicha.kernel.lessons import Lessons
from paicha.kernel.normalise import ANY_FORMAT
from paicha.kernel.stack_programs import Language, languages_of, traces_of
from paicha.kernel.stamps import UNPLACED
from paicha.kernel.steps import Program, compile_steps, packed_steps
from paicha.kernel.times import PlacedBy, TimeReader
from paicha.model.knowledge import LogFormat, StackRule


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
        reference: PlacedBy | None,
        stacks: Sequence[StackRule] = (),
        table: CsvTable | None = None,
        *,
        block_ends: BlockEnds | None = None,
    ) -> None:
        ordered = sorted(formats, key=lambda entry: (entry.order, entry.name))
        self.formats, self.zone, self.reference = tuple(formats), zone, reference
        self._lines = other_columns(ordered) + [entry for entry in ordered if entry.kind != "csv"]
        self._lines += headings_of(ordered)
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
        self.answers = Answers(self._lines, times, self._lessons, block_ends)
        self._traces = traces_of(stacks, packed_steps)
        self._stacks = tuple(stacks)
        self._wraps = [
            entry.name
            for entry in self._lines
            if self._traces is not None and is_plain_wrap(entry) and not self._waits(entry)
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
        drawing = Drawing(self._lines, self._wraps, compile_steps, self._waits)
        return drawing.drawn(traces_of(self._stacks, compile_steps))

    @cached_property
    def packed(self) -> Drawn[bytes]:
        """The same as the twin takes it."""
        return Drawing(self._lines, self._wraps, packed_steps, self._waits).drawn(self._traces)

    @cached_property
    def languages(self) -> list[Language] | None:
        """How the twin reads stack traces; None: what they say is Python's to tell."""
        return languages_of(self._stacks)

    @property
    def knows_traces(self) -> bool:
        """Whether the twin knows of every line what it is to a stack trace."""
        return self._traces is not None

    @cached_property
    def asked(self) -> list[tuple[str, int]]:
        """The names that formats ask for in lines of named fields, and how."""
        return names_asked(self.formats)

    def of_rows(self, table: CsvTable) -> Plan:
        """Return the same for the rows of a table."""
        return Plan(self.formats, self.zone, self.reference, self._stacks, table)

    def place_by(self, reference: PlacedBy | None) -> None:
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

"""Every line behind a problem, read again from the files where the case keeps some of them only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.redaction.sums import Shapes
from paicha.analysis.redaction.tokens import TOKEN
from paicha.app.evidence import Line, find_problem, line_of, total_of
from paicha.app.originals import Originals
from paicha.app.redacting import kept_in, redactor_of
from paicha.errors import CaseError, InputError
from paicha.kernel.caps import OTHER
from paicha.kernel.columns import whole
from paicha.kernel.count import Partial, count
from paicha.locales import Text, readable, text
from paicha.model.findings import Findings, Problem
from paicha.model.question import LogQuery, Question
from paicha.model.reading import STDIN, ReadFile, Reading
from paicha.ports import CaseStore, LogSource, Progress, ResumableReading
from paicha.values import dataclass

_Unit = tuple[str, int]
#: Shapes whose answer is remembered; then all are forgotten at once.
_REMEMBERED = 100_000
#: So many files are named for one reason; the others are counted.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Again:
    """
    How files are read again.

    Args:
        source: Makes what reads one file as it was read, in a format that was named by hand; it may leave
            out records that are not wanted.
        originals: Looks at files.
        configuration: Fingerprint of the formats in force now.
        progress: Hears how far it is.
    """

    source: Callable[[ReadFile, str, Callable[[Partial], bool]], LogSource]
    originals: Originals
    configuration: str
    progress: Progress


class EveryLine:
    """
    The lines of one problem, in the order of the files; iterate it once, the facts hold afterwards.

    A file that is not as it was when the case read it gives no line; it is named in `notes`. What a line
    may say is covered as everywhere.

    Args:
        case: The case file.
        findings: Those of the case.
        again: How files are read again.
        problem: Its id, or its number in the report.
        limit: How many lines at most; None: all of them.
        offset: How many lines are passed over.

    Raises:
        CaseError: If there is no such problem, or the case was not made of files that can be read again.
    """

    def __init__(
        self,
        case: CaseStore,
        findings: Findings,
        again: Again,
        problem: str,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> None:
        self.problem: Problem = find_problem(findings, problem)
        self._case, self._findings, self._again = case, findings, again
        self._limit, self._offset = limit, offset
        reading = case.get_reading()
        if reading is None:
            raise CaseError("rereading.not_files", path=case.path)
        if TOKEN.search(findings.question.scope.where):
            raise CaseError("rereading.covered", path=case.path)
        self._reading: Reading = reading
        self._members = _Members(case, self.problem)
        self._unmet = self._members.kept
        self.total = total_of(self.problem, len(self._unmet))
        #: Records of the problem met so far, with those passed over.
        self.found = 0
        #: Lines given so far.
        self.shown = 0
        #: Whether every file was read to its end, so that `found` is all there is.
        self.through = False
        self.notes: tuple[Text, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether as many records were found as were counted, and nothing is to be said of a file."""
        return self.through and not self.notes and self.found == self.total

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines as they are read; a batch of records is in memory at a time."""
        if self._limit == 0:
            return
        notes = _Notes()
        if self._reading.configuration.partition("/")[0] != self._again.configuration:
            notes.say(text("rereading.knowledge"))
        room = self._reading.max_records
        for file in self._files():
            refused = self._refusal(file)
            if refused is not None:
                notes.of_file(text("rereading.left_out", reason=refused))
                continue
            try:
                with self._source(file).open(self._query(room)) as reading:
                    for batch in reading:
                        if isinstance(reading, ResumableReading):
                            self._again.progress.step("bytes", *reading.extent)
                        if isinstance(batch, pa.RecordBatch):
                            yield from self._lines(batch, file)
                            if self.shown == self._limit:
                                self.notes = notes.all()
                                return
                room -= reading.coverage.kept if room < sys.maxsize else 0
            except InputError as err:
                notes.of_file(text("rereading.left_out", reason=err.first_lines))
            changed = self._again.originals.difference(file)
            if changed is not None:
                notes.of_file(text("rereading.meanwhile", reason=changed))
        self.through = True
        self._say_unmet(notes)
        self.notes = notes.all()

    def _source(self, file: ReadFile) -> LogSource:
        log_format = self._reading.configuration.partition("/")[2]
        return self._again.source(file, log_format, self._members.any_of)

    def _files(self) -> Sequence[ReadFile]:
        """Return the files that records came from, in the order in which they were read."""
        read = [one.path for source in self._findings.coverage.logs for one in source.files]
        order = {path.partition("!/")[0]: at for at, path in reversed([*enumerate(read)])}
        held = [file for file in self._reading.whole if file.shown in order]
        unread = [ReadFile(place, place, -1, 0) for place in self._reading.rest]
        return (*sorted(held, key=lambda file: order[file.shown]), *unread)

    def _refusal(self, file: ReadFile) -> Text | None:
        if STDIN in (file.place, file.shown):
            return text("rereading.stdin")
        if file.size < 0:
            return text("rereading.in_part", path=file.shown)
        return self._again.originals.difference(file)

    def _query(self, room: int) -> LogQuery:
        asked: Question = self._findings.question
        window = asked.window if asked.asked_window else None
        return LogQuery(window, asked.scope, asked.zone, room)

    def _lines(self, batch: pa.RecordBatch, file: ReadFile) -> Iterator[Line]:
        """Yield the lines of a batch that are the problem's and neither before nor behind what is wanted."""
        stored, _ = count(batch)
        stored = stored.filter(self._members.mask(stored))
        rows = pa.Table.from_batches([stored])
        places = [_shown_place(one, file) for one in rows["locator"].to_pylist()]
        self._unmet.difference_update(places)
        start = min(max(self._offset - self.found, 0), rows.num_rows)
        self.found += rows.num_rows
        end = len(places) if self._limit is None else start + self._limit - self.shown
        covered = self._members.covered(rows.slice(start, max(end - start, 0)))
        for row, place in zip(covered.to_pylist(), places[start:], strict=False):
            self.shown += 1
            yield line_of({**row, "locator": place})

    def _say_unmet(self, notes: _Notes) -> None:
        """Say which lines of the case are not where they were, though no file seems to have changed."""
        if self._unmet and not notes.files:
            first = min(self._unmet)
            notes.say(text("rereading.moved", n=f"{len(self._unmet):,}", locator=first))


class _Members:
    """Which records belong to the problem: by their shape and level, as the case has them."""

    def __init__(self, case: CaseStore, problem: Problem) -> None:
        sql = "select shape, severity_number from membership where problem = ?"
        self._units = set(_pairs(case.query(sql, [problem.id])))
        self._together = {severity for shape, severity in self._units if shape == OTHER}
        known = "select distinct shape, severity_number from counts"
        self._apart = set(_pairs(case.query(known))) if self._together else set()
        places = f"select locator from ({problem.evidence.sql})"  # noqa: S608 - our own query
        #: Where the lines of the problem stand that the case keeps.
        self.kept: set[str] = set(case.query(places)["locator"].to_pylist())
        kept = kept_in(case)
        self._redactor = redactor_of(kept)
        # Cases of a version that covered reports only have shapes as they were.
        self._shapes = None if kept is None or kept.redactor is None else Shapes(kept.redactor)
        self._known: dict[_Unit, bool] = {}

    def mask(self, stored: pa.RecordBatch) -> pa.Array:
        """Return which of some `STORED_RECORDS` are the problem's."""
        units = self._known_units(pa.Table.from_batches([stored]))
        held = [_key(shape, severity) for shape, severity in units if self._known[shape, severity]]
        severities = stored.column("severity_number").cast(pa.string())
        named = pc.binary_join_element_wise(severities, stored.column("shape"), " ")
        return pc.is_in(named, value_set=pa.array(held, pa.string()))

    def any_of(self, part: Partial) -> bool:
        """Return whether one of the records that were summed up is the problem's."""
        return any(self._known[unit] for unit in self._known_units(part.counts))

    def _known_units(self, rows: pa.Table) -> list[_Unit]:
        """Return the shapes and levels of some rows, each once, when all of them were looked at."""
        keys = ["shape", "severity_number"]
        units = list(_pairs(rows.select(keys).group_by(keys, use_threads=False).aggregate([])))
        self._learn(units)
        return units

    def _learn(self, units: Sequence[_Unit]) -> None:
        """Look at the shapes and levels that are new."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        new = sorted(set(units) - self._known.keys())
        shapes = pa.array([shape for shape, _ in new], pa.string())
        shown = shapes if self._shapes is None else self._shapes.column(shapes)
        for unit, shape in zip(new, shown.to_pylist(), strict=True):
            self._known[unit] = self._holds((shape, unit[1]))

    def _holds(self, unit: _Unit) -> bool:
        # What was counted together with others stands nowhere apart.
        return unit in self._units or (unit[1] in self._together and unit not in self._apart)

    def covered(self, rows: pa.Table) -> pa.Table:
        """Return rows whose texts may be shown."""
        if self._redactor is None or not rows.num_rows:
            return rows
        for at, field in enumerate(rows.schema):
            if pa.types.is_string(field.type) and field.name not in {"locator", "shape"}:
                column = pc.fill_null(whole(rows[field.name]), "")
                rows = rows.set_column(at, field, self._redactor.column(column))
        return rows


class _Notes:
    """What is said of files, each reason once, and not of thousands of files."""

    def __init__(self) -> None:
        self._said: list[Text] = []
        self.files: list[Text] = []

    def say(self, note: Text) -> None:
        self._said.append(note)

    def of_file(self, note: Text) -> None:
        self.files.append(note)

    def all(self) -> tuple[Text, ...]:
        rest = len(self.files) - _NAMED
        more = (text("originals.more", n=f"{rest:,}"),) if rest > 0 else ()
        return (*self._said, *self.files[:_NAMED], *more)


def _key(shape: str, severity: int) -> str:
    return f"{severity} {shape}"


def _pairs(table: pa.Table | pa.RecordBatch) -> Iterator[_Unit]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _shown_place(locator: str, file: ReadFile) -> str:
    """Return a locator with the file's name as the case has it."""
    place = readable(PurePath(file.place).as_posix())
    return file.shown + locator.removeprefix(place) if locator.startswith(place) else locator

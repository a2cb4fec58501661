"""What a case already holds of its files: more can be added to it, and a stopped reading can go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa

from paicha.app.measuring import hosts_of
from paicha.app.redacting import Redacting, kept_in
from paicha.errors import CaseError
from paicha.kernel.caps import Cut, cut_of
from paicha.kernel.count import Partial, add
from paicha.locales import text
from paicha.model.coverage import MetricCoverage, SourceCoverage, together
from paicha.model.question import MetricQuery, Window
from paicha.model.reading import HELD, STDIN, Mark, ReadFile, Reading
from paicha.model.schema import SERIES, STORED_RECORDS
from paicha.ports import CaseStore, Summaries
from paicha.values import dataclass

#: The table of a case that does not hold every record, and its columns.
REDUCTION = "reduction"
#: The same of the files read whole alone, where the case holds a part of one more.
_HELD_REDUCTION = "held_reduction"
_BACK = ("back_records", "back_largest_s")


@dataclass(frozen=True, slots=True)
class HeldSeries:
    """The series of a case as a `paicha.ports.MetricSource`: nothing is measured anew, and what is missing is said."""

    series: pa.Table
    coverage: MetricCoverage
    window: Window  # over which they were measured
    hosts: tuple[str, ...]  # whose they were to be; (): everybody's

    @property
    def name(self) -> str:
        """The name of the source they came from."""
        return self.coverage.source

    def read(self, query: MetricQuery) -> HeldSeries:
        """Return what is held: all there is."""
        asked, over = query.window, self.window
        covers = over.start <= asked.start and asked.end <= over.end
        known = not self.hosts or set(query.hosts) <= set(self.hosts)
        if asked.end <= over.start or (covers and known):
            return self
        reasons = dict.fromkeys((*self.coverage.incomplete, text("app.series_of_part")))
        return replace(self, coverage=replace(self.coverage, incomplete=tuple(reasons)))

    def check(self) -> tuple[()]:
        """Return nothing: there is nothing outside to reach."""
        return ()


@dataclass(frozen=True, slots=True)
class Held:
    """Sums, records and coverage of the files that a case holds whole, and its series."""

    sums: Partial
    records: pa.Table
    reading: Reading
    series: tuple[HeldSeries, ...]
    #: Where not all records are held: how all of them go back in time (records, longest step [s]).
    reduced: tuple[int, float] | None = None
    #: What the key of its tokens is made of, and whether its records are as they were read.
    seed: bytes | None = None
    raw: bool = False

    def with_mark(self, mark: Mark) -> Mark:
        """Return *mark* of the files read now, together with those held."""
        reading = self.reading
        return Mark(
            (*reading.whole, *mark.files),
            _both(reading.coverage, mark.coverage),
            None if mark.baseline is None else _both(reading.baseline, mark.baseline),
            mark.reduced,
        )


def held_in(case: CaseStore, *, alone: bool = False) -> Held:
    """
    Return what *case* holds of its files.

    Args:
        case: The case.
        alone: Whether no log is added to it, so that the standard input need not be read again.

    Raises:
        CaseError: If it was not made of files alone, which only can be read on.
    """
    reading = case.get_reading()
    if reading is None:
        raise CaseError("extend.not_files", path=case.path)
    if STDIN in reading.rest or (STDIN in reading.known and not alone):
        raise CaseError("extend.stdin", path=case.path)
    if case.get("spans") is not None:
        raise CaseError("extend.traces", path=case.path)
    names = dict(HELD) if reading.apart else {name: name for name, _ in HELD}
    counts, slots, values, buckets, baseline = (case.get(names[name]) for name, _ in HELD)
    cut, baseline_cut = (cut_of(text) for text in reading.cut)
    sums = Partial(counts, slots, values, buckets, cut, baseline, baseline_cut)
    records = case.get("records")
    assert records is not None
    if reading.apart:
        records = _of_files(records, {file.shown for file in reading.whole})
    reduction = case.get(_HELD_REDUCTION) if reading.apart else None
    if reduction is None:  # cases of former versions have one table for all that was read
        reduction = case.get(REDUCTION)
    reduced = None
    if reduction is not None:
        ((steps, largest_s),) = zip(*(reduction[name].to_pylist() for name in _BACK), strict=True)
        reduced = (steps, largest_s)
    kept = kept_in(case)
    seed = kept.seed if kept and kept.seed else None
    raw = kept is not None and kept.mode == "raw"
    return Held(sums, records, reading, _series(case), reduced, seed, raw)


def reduction_of(steps: int, largest_s: float) -> pa.Table:
    """Return the table that says that a case holds only some records, and how all go back in time."""
    return pa.table(dict(zip(_BACK, ([steps], [largest_s]), strict=True)))


def keep_reading(
    case: CaseStore, progress: ReadProgress, sums: Summaries, covering: Redacting
) -> None:
    """Write into *case* how far its files were read, and what is needed to read on."""
    if not progress.resumable:
        return
    reading = progress.reading()
    held = covering.sums(progress.sums()) if reading.apart else sums
    assert isinstance(held, Partial)
    if reading.apart:
        for name, apart in HELD:
            table = held.baseline if name == "baseline_counts" else getattr(held, name)
            if table is not None:
                case.put(apart, table)
        if progress.reduced is not None:
            case.put(_HELD_REDUCTION, reduction_of(*progress.reduced))
    reading = replace(reading, cut=(held.cut.text, held.baseline_cut.text))
    case.put_reading(covering.reading(reading))


class ReadProgress:
    """
    Hears how far files were read.

    Args:
        held: What the case held before; None: it is new.
        max_records: Records read whole at most.
        configuration: Fingerprint of the knowledge they are read with.
    """

    def __init__(self, held: Held | None, max_records: int, configuration: str) -> None:
        self._held = held
        self._last: Mark | None = None
        self.sums: Callable[[], Summaries] = lambda: held.sums if held else add([])
        self._ends: list[tuple[tuple[ReadFile, ...], tuple[str, ...], SourceCoverage]] = []
        self._baseline: SourceCoverage | None = None
        self._max_records = max_records
        self._configuration = configuration
        self._before = (0, 0.0)
        self.resumable = True
        #: How the records of the files held whole go back in time, where not all of these are kept.
        self.reduced: tuple[int, float] | None = None

    def began(self, before: tuple[int, float]) -> None:
        """Hear that not all records of what is read now are kept, and how those held *before* go back in time."""
        self.reduced = self._before = before

    def reached(self, mark: Mark, sums: Callable[[], Summaries]) -> None:
        """Hear that everything before *mark* was counted."""
        self._last, self.sums = mark, sums
        if mark.reduced is not None:
            (steps, largest_s), (more, larger_s) = self._before, mark.reduced
            self.reduced = steps + more, max(largest_s, larger_s)

    def ended(
        self,
        whole: tuple[ReadFile, ...],
        rest: tuple[str, ...],
        coverage: SourceCoverage,
        baseline: SourceCoverage | None,
    ) -> None:
        """Hear that a reading of files came to its end, or was stopped."""
        self._ends.append((whole, rest, coverage))
        self._baseline = baseline
        self.resumable = self.resumable and len(self._ends) == 1

    def reading(self) -> Reading:
        """Return what a case must know to go on; its cut is still open."""
        ((read, rest, coverage),) = self._ends
        before = self._held.reading.whole if self._held else ()
        if not rest:
            return self._made((*before, *read), (), coverage, self._baseline)
        mark = self._last
        if mark is None:
            old = self._held.reading if self._held else None
            places = (*(file.place for file in read), *rest)
            covered = (old.coverage, old.baseline) if old else (None, None)
            return self._made(before, places, *covered, apart=True)
        known = {file.place for file in mark.files}
        places = (*(file.place for file in read if file.place not in known), *rest)
        return self._made(mark.files, places, mark.coverage, mark.baseline, apart=True)

    def _made(
        self,
        whole: tuple[ReadFile, ...],
        rest: tuple[str, ...],
        coverage: SourceCoverage | None,
        baseline: SourceCoverage | None,
        *,
        apart: bool = False,
    ) -> Reading:
        return Reading(
            whole=tuple(sorted(whole)),
            rest=tuple(sorted(rest)),
            coverage=coverage,
            baseline=baseline,
            cut=(Cut().text, Cut().text),
            apart=apart,
            max_records=self._max_records,
            configuration=self._configuration,
        )


def _both(before: SourceCoverage | None, now: SourceCoverage) -> SourceCoverage:
    return now if before is None else together((before, now))


def with_held(held: Held | None, now: SourceCoverage, *, baseline: bool = False) -> SourceCoverage:
    """Return the coverage of what was read now and of what the case held."""
    if held is None:
        return now
    return _both(held.reading.baseline if baseline else held.reading.coverage, now)


def _of_files(records: pa.Table, shown: set[str]) -> pa.Table:
    """Return the records whose locators name one of these files."""
    places = (locator.rpartition(":")[0] for locator in records["locator"].to_pylist())
    mask = [place in shown or place.partition("!/")[0] in shown for place in places]
    return records.filter(pa.array(mask, pa.bool_())).cast(STORED_RECORDS)


def _series(case: CaseStore) -> tuple[HeldSeries, ...]:
    findings = case.get_findings()
    covered = findings.coverage.metrics
    series = case.get("series")
    tables = [SERIES.empty_table() if series is None else series]
    tables += [SERIES.empty_table()] * max(len(covered) - 1, 0)
    counts, question = case.get("counts"), findings.question
    hosts = () if counts is None else hosts_of(counts, question.scope)
    return tuple(
        HeldSeries(*one, question.extent, hosts) for one in zip(tables, covered, strict=False)
    )

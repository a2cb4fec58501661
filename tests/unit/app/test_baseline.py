"""The baseline of a store: one query more, counted apart, and said when it is out of reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from paicha.app.inquiry import Inquiry, Workshop
from paicha.app.investigate import investigate
from paicha.engines.local import LocalEngine
from paicha.errors import SourceUnreachable
from paicha.kernel.count import count
from paicha.locales import Text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import SourceCoverage
from paicha.model.findings import Findings
from paicha.model.knowledge import Knowledge
from paicha.model.question import LogQuery, Window
from paicha.model.schema import RECORDS
from paicha.ports import Summaries
from paicha.stores.case import Case
from paicha.stores.records import CaseRecords

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
HOUR = Window(START, START + timedelta(hours=1))
BEFORE = Window(START - timedelta(hours=1), START)
INQUIRY = Inquiry(HOUR, inputs=("store",), baseline=BEFORE)


def record(second: int | None, body: str) -> dict[str, object]:
    """Return an error so many seconds after the start of the window."""
    empty: dict[str, object] = {n: 0 if n == "code_line_number" else "" for n in RECORDS.names}
    moment = None if second is None else START + timedelta(seconds=second)
    fixed = {"severity_number": 17, "severity_text": "ERROR", "locator": f"l:{second}:{body}"}
    return {**empty, **fixed, "timestamp": moment, "body": body}


@dataclass
class Reading:
    """The records of one window, as they are or counted already."""

    rows: Sequence[dict[str, object]]
    counted: bool = False
    incomplete: tuple[Text, ...] = ()
    store_counts: pa.Table | None = None
    aliases: tuple[AliasSettings, pa.Table] | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch | Summaries]:
        """Yield one batch, or what a cluster would send."""
        batch = pa.RecordBatch.from_pylist(list(self.rows), schema=RECORDS)
        yield from count(batch) if self.counted else (batch,)

    @property
    def coverage(self) -> SourceCoverage:
        """Everything was read."""
        n = len(self.rows)
        return SourceCoverage("store", "fake", None, n, n, n, 0, 0, 0, 0, 0, self.incomplete)


@dataclass
class Store:
    """A store that answers windows; it may not hold the time before the window."""

    rows: Sequence[dict[str, object]]
    counted: bool = False
    holds_before: bool = True
    incomplete_before: tuple[Text, ...] = ()
    asked: list[Window] = field(default_factory=list)
    name: str = "store"

    @contextmanager
    def open(self, query: LogQuery) -> Iterator[Reading]:
        """Start reading; a record without a time lies in every window."""
        assert query.window is not None
        self.asked.append(query.window)
        if query.window == BEFORE and not self.holds_before:
            raise SourceUnreachable("files.unreadable", path="/store", reason="deleted")
        inside = [
            row
            for row in self.rows
            if not isinstance(row["timestamp"], datetime) or query.window.holds(row["timestamp"])
        ]
        gaps = self.incomplete_before if query.window == BEFORE else ()
        yield Reading(inside, self.counted, gaps)

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Nothing to check."""
        return []


def run(folder: Path, store: Store, inquiry: Inquiry = INQUIRY) -> tuple[Findings, Case]:
    """Investigate the store into a case in *folder*."""
    workshop = Workshop(
        logs=(store,),
        metrics=(),
        engine=LocalEngine(),
        knowledge=lambda: Knowledge((), (), (), ""),
        record_queries=CaseRecords,
        progress=Silent(),
    )
    place = folder / "x.case.duckdb"
    with Case.create(place, overwrite=True) as case:
        findings = investigate(inquiry, workshop, case)
    return findings, Case.open(place)


class Silent:
    """Nobody wants to know how far it is."""

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Do nothing."""


OLD = [record(second, "the old one is here") for second in range(-3600, 3600, 60)]
NEW = [record(second, "the new one broke") for second in range(100, 3600, 60)]
GONE = [record(second, "the gone one was there") for second in range(-3500, 0, 60)]
TIMELESS = [record(None, "when was this")]
ROWS = [*OLD, *NEW, *GONE, *TIMELESS]


@pytest.mark.parametrize("counted", [False, True], ids=["read", "counted where it is"])
def test_a_store_is_asked_once_more_and_the_answers_stay_apart(
    tmp_path: Path, counted: bool
) -> None:
    """
    Two queries; the window's figures hold nothing of the baseline, which keeps no records.
    """
    store = Store(ROWS, counted=counted)

    findings, case = run(tmp_path, store)

    with case:
        assert [HOUR, BEFORE] == store.asked
        assert (
            60 + len(NEW) + 1
            == findings.totals.records
            == case.query("select * from records").num_rows
        )
        assert findings.change is not None
        assert len(GONE) + 60 == findings.change.baseline.records
        kinds = {c.title.en: c.kind for c in findings.change.changes if c.dimension == "problem"}
        assert {
            "the old one is here": "unchanged",
            "the new one broke": "new",
            "the gone one was there": "gone",
        } == kinds
        assert ["the gone one was there", "the old one is here"] == sorted(
            case.query("select text from baseline_templates")["text"].to_pylist()
        )


def test_a_baseline_out_of_reach_is_said_and_nothing_called_new(tmp_path: Path) -> None:
    """
    Nobody asked for it, so the window is told without it.
    """
    findings, case = run(tmp_path, Store(ROWS, holds_before=False))

    case.close()
    assert findings.change is not None
    assert ("unread", ()) == (findings.change.baseline.state, findings.change.changes)
    assert "deleted" in findings.change.baseline.text.en
    assert all(problem.change is None for problem in findings.problems)


def test_a_baseline_that_was_asked_for_must_be_read(tmp_path: Path) -> None:
    """
    Whoever names one wants no answer without it.
    """
    asked = replace(INQUIRY, baseline_choice="1h-before")

    with pytest.raises(SourceUnreachable):
        run(tmp_path, Store(ROWS, holds_before=False), asked)


def test_a_baseline_cut_short_makes_nothing_firm(tmp_path: Path) -> None:
    """
    What is missing there may be just what looks new here.
    """
    gap = (Text.same("only 10 of 500 records were read."),)

    findings, case = run(tmp_path, Store(ROWS, incomplete_before=gap))

    case.close()
    assert findings.change is not None
    assert "incomplete" == findings.change.baseline.state
    assert [] == [change for change in findings.change.changes if change.firm]
    assert "only 10 of 500 records were read." in findings.change.baseline.text.en


def test_an_empty_baseline_says_nothing_of_what_is_new(tmp_path: Path) -> None:
    """
    The log begins with the window: everything would be new, so nothing is called so.
    """
    findings, case = run(tmp_path, Store(NEW))

    case.close()
    assert findings.change is not None
    assert ("empty", ()) == (findings.change.baseline.state, findings.change.changes)
    assert [] == [s for s in findings.statements if s.kind == "change"]


def test_a_log_that_begins_inside_the_baseline_was_not_silent_before(tmp_path: Path) -> None:
    """
    Its pace is taken from where it begins, else everything would look louder.
    """
    late = [row for row in OLD if row["timestamp"] >= START - timedelta(minutes=30)]  # type: ignore[operator]

    findings, case = run(tmp_path, Store([*late, *late[-1:]]))

    case.close()
    assert findings.change is not None
    assert findings.change.baseline.window is not None
    assert START - timedelta(minutes=30) == findings.change.baseline.window.start
    assert {"unchanged"} == {change.kind for change in findings.change.changes}
    assert "The source holds nothing of" in findings.change.baseline.text.en

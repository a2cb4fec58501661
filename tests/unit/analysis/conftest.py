"""Cases for the analysis: records written by hand, counted and folded by the real kernel."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any, Protocol

import pyarrow as pa
import pytest

from paicha.analysis.investigation import investigate
from paicha.analysis.tables import CaseTables, Context
from paicha.kernel.count import add, count
from paicha.kernel.fold import fold
from paicha.kernel.levels import number_of
from paicha.knowledge.measures_loader import load_measures
from paicha.knowledge.metrics_loader import load_concepts
from paicha.knowledge.places_loader import load_places
from paicha.knowledge.problems_loader import load_problems
from paicha.knowledge.repetitions_loader import load_repetitions
from paicha.model.coverage import Coverage, MetricCoverage, SourceCoverage
from paicha.model.findings import Findings
from paicha.model.knowledge import Knowledge
from paicha.model.question import Question, Scope, Window
from paicha.model.schema import RECORDS, SERIES
from paicha.testing.records import InMemoryRecords

START = datetime(2025, 3, 4, 8, 0, tzinfo=UTC)
_LINE = re.compile(r"(\S+ \S+) (\w+) \[([^:]+):(\d+)\] (.*)")


@dataclass
class CaseBuilder:
    """A case in the making; `findings` investigates it."""

    knowledge: Knowledge
    minutes: int = 15
    zone: str = "Asia/Shanghai"
    start: datetime = START
    scope: Scope = field(default_factory=Scope)
    asked_window: bool = True
    rows: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    incomplete: tuple[Any, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)

    def line(
        self,
        at_s: float | None,
        level: str,
        module: str,
        body: str,
        host: str = "10.0.0.1",
        service: str = "",
    ) -> CaseBuilder:
        """Add one record, *at_s* seconds after the start (None: without a time)."""
        self.rows.append(
            {
                "timestamp": None if at_s is None else self.start + timedelta(seconds=at_s),
                "severity_number": number_of(level),
                "severity_text": level,
                "body": body,
                "service_name": service,
                "host_ip": host,
                "host_id": "",
                "code_file_path": module,
                "code_line_number": None,
                "scope_name": "",
                "trace_id": "",
                "span_id": "",
                "locator": f"app.log:{len(self.rows) + 1}",
                "attributes": "",
            }
        )
        return self

    def metric(
        self,
        concept: str,
        values: Sequence[float | None],
        host: str = "10.0.0.1",
        labels: str = "{}",
    ) -> CaseBuilder:
        """Add one value a minute from the start on."""
        known = next(c for c in self.knowledge.concepts if c.id == concept)
        self.points += [
            {
                "concept": concept,
                "metric": known.names[0].name,
                "host": host,
                "labels": labels,
                "timestamp": self.start + timedelta(minutes=minute),
                "value": value,
                "unit": known.unit,
            }
            for minute, value in enumerate(values)
        ]
        return self

    def records(self) -> pa.RecordBatch:
        """Return the records so far as `RECORDS`."""
        return pa.RecordBatch.from_pylist(self.rows, schema=RECORDS)

    def tables(self) -> CaseTables:
        """Return the tables of the case, made by the kernel."""
        stored, partial = count(self.records())
        summed = add([partial])
        folded = fold(summed.counts, summed.slots, summed.slot_values, summed.slot_buckets)
        tables = CaseTables(
            counts=summed.counts,
            slots=summed.slots,
            slot_values=summed.slot_values,
            slot_buckets=summed.slot_buckets,
            templates=folded.templates,
            template_shapes=folded.template_shapes,
            template_slots=folded.template_slots,
            series=pa.Table.from_pylist(self.points, schema=SERIES),
            records=InMemoryRecords(pa.Table.from_batches([stored])),
        )
        return replace(tables, **self.changes)

    def question(self) -> Question:
        """Return the question that the case answers."""
        window = Window(self.start, self.start + timedelta(minutes=self.minutes))
        return Question(window, self.asked_window, self.scope, self.zone, "zh", ("app.log",))

    def coverage(self) -> Coverage:
        """Return what a source that gave all records would say."""
        n = len(self.rows)
        source = SourceCoverage(
            source="app.log",
            kind="files",
            window=self.question().window,
            present=n,
            read=n,
            kept=n,
            outside=0,
            filtered=0,
            duplicates=0,
            without_time=sum(row["timestamp"] is None for row in self.rows),
            without_level=sum(row["severity_number"] == 0 for row in self.rows),
            incomplete=self.incomplete,
            queries=("read app.log",),
        )
        return Coverage((source,), self._metric_coverage())

    def findings(self) -> Findings:
        """Investigate."""
        return investigate(
            self.tables(),
            self.question(),
            self.coverage(),
            self.knowledge,
            Context("case-1", "0.0", "fingerprint", ("paicha investigate app.log",)),
        )

    def _metric_coverage(self) -> tuple[MetricCoverage, ...]:
        if not self.points:
            return ()
        hosts = tuple(sorted({point["host"] for point in self.points}))
        series = {(point["metric"], point["host"], point["labels"]) for point in self.points}
        nulls = sum(point["value"] is None for point in self.points)
        return (
            MetricCoverage(
                "metrics.json", "files", len(series), len(self.points), nulls, hosts=hosts
            ),
        )


class NewCase(Protocol):
    """Makes an empty case."""

    def __call__(self, **settings: Any) -> CaseBuilder:
        """Return a case with these fields."""
        ...


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """Return the packaged knowledge base."""
    known = load_problems(), load_concepts(), (), "fingerprint"
    return Knowledge(
        *known, measures=load_measures(), repetitions=load_repetitions(), places=load_places()
    )


@pytest.fixture
def new_case(knowledge: Knowledge) -> NewCase:
    """Return a maker of empty cases that know the packaged knowledge base."""

    def make(**settings: Any) -> CaseBuilder:
        return CaseBuilder(knowledge, **settings)

    return make


@pytest.fixture(scope="session")
def reference_case(knowledge: Knowledge) -> CaseBuilder:
    """Return the reference scenario: its log file and its metrics."""
    folder = resources.files("paicha.testing").joinpath("scenario")
    truth = json.loads(folder.joinpath("truth.json").read_text("utf-8"))
    case = CaseBuilder(knowledge, start=datetime.fromisoformat(truth["window"][0]).astimezone(UTC))
    for text in folder.joinpath("app.log").read_text("utf-8").splitlines():
        found = _LINE.fullmatch(text)
        assert found is not None
        moment = datetime.strptime(f"{found[1]} +0800", "%Y-%m-%d %H:%M:%S,%f %z")
        at_s = (moment - case.start).total_seconds()
        case.line(at_s, found[2], found[3], found[5], host="")
    _read_metrics(case, json.loads(folder.joinpath("metrics.json").read_text("utf-8")))
    return case


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    """Return the exact figures of the reference scenario."""
    folder = resources.files("paicha.testing").joinpath("scenario")
    found: dict[str, Any] = json.loads(folder.joinpath("truth.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def reference(reference_case: CaseBuilder) -> Findings:
    """Return the findings of the reference scenario."""
    return reference_case.findings()


def _read_metrics(case: CaseBuilder, answers: dict[str, Any]) -> None:
    names: dict[str, tuple[str, str, float]] = {
        name.name: (concept.id, concept.unit, name.scale)
        for concept in case.knowledge.concepts
        for name in concept.names
    }
    for metric, answer in answers.items():
        concept, unit, scale = names[metric]
        for series in answer["data"]["series"]:
            for value, millis in series["datapoints"]:
                case.points.append(
                    {
                        "concept": concept,
                        "metric": metric,
                        "host": series["dimensions"]["bk_target_ip"],
                        "labels": json.dumps(series["dimensions"], sort_keys=True),
                        "timestamp": datetime.fromtimestamp(millis / 1000, UTC),
                        "value": None if value is None else value * scale,
                        "unit": unit,
                    }
                )

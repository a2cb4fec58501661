"""What every test of BlueKing's sources starts from: the reference scenario behind real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pytest

from paicha.kernel.normalise import LineReader
from paicha.knowledge.trouble_loader import load_trouble_words
from paicha.locales import Text
from paicha.model.coverage import SourceCoverage
from paicha.model.knowledge import MetricConcept, MetricName
from paicha.model.question import LogQuery, MetricQuery, Scope, Window
from paicha.model.schema import RECORDS
from paicha.sources.blueking import BluekingLogs, BluekingMetrics, Credentials, Gateway
from paicha.sources.blueking.metrics import BluekingMetricReading
from paicha.sources.blueking.reading import BluekingLogReading
from paicha.testing.blueking import (
    DEMO_APP_CODE,
    DEMO_APP_SECRET,
    DEMO_BK_TOKEN,
    BluekingStandIn,
)
from paicha.testing.blueking.building import write_scenario
from paicha.testing.conformance import LogLine
from paicha.wiring.field_names import field_map

WINDOW = Window(
    datetime.fromisoformat("2025-12-19T10:32:32+08:00"),
    datetime.fromisoformat("2025-12-19T10:47:32+08:00"),
)
CREDENTIALS = Credentials(DEMO_APP_CODE, DEMO_APP_SECRET, bk_token=DEMO_BK_TOKEN)


def concept(name: str, metric: str, unit: str = "%", scale: float = 1.0) -> MetricConcept:
    """Return a concept with one BlueKing name."""
    names = (MetricName(f"bkmonitor:system:{metric}", "blueking", scale),)
    return MetricConcept(name, Text.same(name), unit, "host", 2, "above", None, None, names)


CONCEPTS = (
    concept("cpu_usage", "cpu_summary:usage"),
    concept("memory_usage", "mem:pct_used"),
    concept("disk_usage", "disk:in_use"),
    concept("io_utilisation", "io:util", scale=100),
    concept("load5", "load:load5", unit=""),
)


@dataclass
class Bench:
    """A stand-in with faults, and sources that talk to it."""

    server: BluekingStandIn
    gateway: Gateway
    waited: list[float] = field(default_factory=list)
    line_reader: LineReader | None = None
    index_set_id: int = 2545

    @property
    def logs(self) -> BluekingLogs:
        """The log source; it notes how long it would have waited."""
        return BluekingLogs(
            self.gateway,
            field_map((), "blueking"),
            bk_biz_id=2,
            index_set_id=self.index_set_id,
            line_reader=self.line_reader,
            sleep=self.waited.append,
            trouble=load_trouble_words(),
        )

    @property
    def metrics(self) -> BluekingMetrics:
        """The metric source."""
        return BluekingMetrics(self.gateway, CONCEPTS, bk_biz_id=2, sleep=self.waited.append)

    def read(
        self, scope: Scope | None = None, *, window: Window = WINDOW, most: int = 1_000_000
    ) -> tuple[pa.Table, SourceCoverage, BluekingLogReading]:
        """Return everything there is to read."""
        query = LogQuery(window, scope or Scope(), "Asia/Shanghai", most)
        with self.logs.open(query) as reading:
            table = pa.Table.from_batches(list(reading), schema=RECORDS)
            return table, reading.coverage, reading

    def measure(
        self, *hosts: str, window: Window = WINDOW, ids: tuple[tuple[str, str], ...] = ()
    ) -> BluekingMetricReading:
        """Return the series of *hosts*."""
        return self.metrics.read(MetricQuery(window, hosts, 2, ids=ids))

    def using(self, **changes: object) -> Bench:
        """Return the same bench with another gateway setting."""
        return replace(self, gateway=replace(self.gateway, **changes))  # type: ignore[arg-type]

    def asked(self, ending: str) -> list[dict[str, object]]:
        """Return the bodies of the requests to paths with that ending."""
        return [dict(s.body) for s in self.server.requests if s.path.endswith(ending)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return a maker of benches: ``bench("rows=9999", road="app")``; of a folder of one's own: ``lines=[LogLine(…)]``."""
    usual = Path(str(resources.files("paicha.testing"))) / "scenario"
    with ExitStack() as stack:

        def make(*faults: str, lines: Sequence[LogLine] = (), **changes: object) -> Bench:
            folder = write_scenario(tmp_path / "own", lines) if lines else usual
            server = stack.enter_context(BluekingStandIn(folder, faults))
            settings: dict[str, object] = {
                "monitor_url": server.monitor_url,
                "log_url": server.log_url,
                "timeout_s": 5.0,
                **changes,
            }
            made = Bench(server, Gateway(CREDENTIALS, **settings))  # type: ignore[arg-type]
            return replace(made, index_set_id=101) if lines else made

        yield make

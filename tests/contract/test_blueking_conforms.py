"""The shipped suites over BlueKing's sources, on both roads, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from paicha.locales import Text
from paicha.model.knowledge import MetricConcept, MetricName
from paicha.ports import LogSource, MetricSource
from paicha.sources.blueking import BluekingLogs, BluekingMetrics, Credentials, Gateway, Road
from paicha.testing.blueking import (
    DEMO_APP_CODE,
    DEMO_APP_SECRET,
    DEMO_BK_TOKEN,
    BluekingStandIn,
)
from paicha.testing.blueking.building import write_scenario
from paicha.testing.conformance import (
    CONCEPT,
    LOG_CHECKS,
    METRIC_CHECKS,
    LogLine,
    LogStage,
    MetricPoint,
    MetricStage,
    Trouble,
)
from paicha.wiring.field_names import field_map

NAMES = field_map((), "blueking")
ROADS: tuple[Road, ...] = ("mcp", "app")
CPU = MetricConcept(
    CONCEPT,
    Text.same("CPU"),
    "%",
    "cpu",
    1,
    "above",
    95.0,
    None,
    (MetricName("bkmonitor:system:cpu_summary:usage", "blueking"),),
)


@dataclass(frozen=True)
class BluekingStage:
    """Writes a scenario folder and serves it."""

    folder: Path
    road: Road

    def gateway(self, server: BluekingStandIn, secret: str = DEMO_APP_SECRET) -> Gateway:
        """Return the gateways of *server*, as the demo user or with another secret."""
        return Gateway(
            Credentials(DEMO_APP_CODE, secret, bk_token=DEMO_BK_TOKEN),
            monitor_url=server.monitor_url,
            log_url=server.log_url,
            road=self.road,
        )


@dataclass(frozen=True)
class BluekingLogStage(BluekingStage):
    """Records as rows of an index set of two tables."""

    @contextmanager
    def serve(self, lines: Sequence[LogLine]) -> Iterator[LogSource]:
        """Serve what is given and nothing else."""
        with BluekingStandIn(write_scenario(self.folder, lines)) as server:
            yield BluekingLogs(self.gateway(server), NAMES, bk_biz_id=2, index_set_id=101)

    @contextmanager
    def failing(self, lines: Sequence[LogLine], trouble: Trouble) -> Iterator[LogSource]:
        """Serve it with a fault, or to somebody unknown."""
        faults = _FAULTS[trouble]
        secret = "wrong" if trouble == "credentials" else DEMO_APP_SECRET
        with BluekingStandIn(write_scenario(self.folder, lines), faults) as server:
            gateway = self.gateway(server, secret)
            if trouble == "silent":
                gateway = replace(gateway, timeout_s=0.1, attempts=1)
            yield BluekingLogs(gateway, NAMES, bk_biz_id=2, index_set_id=101, sleep=lambda _: None)


_FAULTS: dict[Trouble, list[str]] = {
    "gone": ["gone=2"],
    "silent": ["slow=1"],
    "credentials": [],
    "forbidden": ["forbidden_text"],
    "rate_limited": ["rate_limited"],
}


@dataclass(frozen=True)
class BluekingMetricStage(BluekingStage):
    """Points as stored series of the monitor."""

    @contextmanager
    def serve(self, points: Sequence[MetricPoint]) -> Iterator[MetricSource]:
        """Serve what is given and nothing else."""
        with BluekingStandIn(write_scenario(self.folder, [], points)) as server:
            yield BluekingMetrics(self.gateway(server), (CPU,), bk_biz_id=2)

    @contextmanager
    def failing(self, points: Sequence[MetricPoint], trouble: Trouble) -> Iterator[MetricSource]:
        """Serve it with a fault, or to somebody unknown."""
        secret = "wrong" if trouble == "credentials" else DEMO_APP_SECRET
        with BluekingStandIn(write_scenario(self.folder, [], points)) as server:
            yield BluekingMetrics(self.gateway(server, secret), (CPU,), bk_biz_id=2)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("check", LOG_CHECKS, ids=lambda check: check.__name__)
def test_the_log_source_does_what_every_log_source_must(
    check: Callable[[LogStage], None], road: Road, tmp_path: Path
) -> None:
    """Every check of the shipped suite holds."""
    check(BluekingLogStage(tmp_path, road))


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("check", METRIC_CHECKS, ids=lambda check: check.__name__)
def test_the_metric_source_does_what_every_metric_source_must(
    check: Callable[[MetricStage], None], road: Road, tmp_path: Path
) -> None:
    """Every check of the shipped suite holds."""
    check(BluekingMetricStage(tmp_path, road))

"""The shipped suite over the Prometheus source, on a real Prometheus and a real VictoriaMetrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from tests.servers.harness import Servers, needs
from tests.servers.metrics import (
    PASSWORD,
    USER,
    Prometheus,
    Series,
    import_series,
    victoriametrics,
)
from tests.servers.process import RunningServer

from paicha.locales import Text
from paicha.model.knowledge import MetricConcept, MetricName
from paicha.ports import MetricSource
from paicha.sources.prometheus import PrometheusMetrics
from paicha.sources.web import Place
from paicha.testing.conformance import (
    CONCEPT,
    METRIC_CHECKS,
    MetricPoint,
    MetricStage,
    Trouble,
)

pytestmark = needs("prometheus", "victoriametrics")

_NAME = "node_test_cpu_ratio"
CPU = MetricConcept(
    CONCEPT,
    Text.same("CPU"),
    "%",
    "cpu",
    1,
    "above",
    95.0,
    None,
    (MetricName(_NAME, "node_exporter", 100.0),),
)


def series_of(points: Sequence[MetricPoint]) -> tuple[Series, ...]:
    """Return the points by host, as shares of one; what has no value is not there."""
    return tuple(
        Series(
            _NAME,
            {"instance": f"{host}:9100", "job": "node"},
            [
                (point.timestamp, point.value / 100)
                for point in points
                if point.host == host and point.value is not None
            ],
        )
        for host in sorted({point.host for point in points})
    )


@dataclass(frozen=True)
class QueryApiStage:
    """Points in a server that speaks the query API."""

    servers: Servers
    kind: str

    @contextmanager
    def server(
        self, points: Sequence[MetricPoint], *, password: bool = False
    ) -> Iterator[RunningServer]:
        """Give a server that holds *points*."""
        series = series_of(points)
        if self.kind == "prometheus":
            recipe = Prometheus(series, password=password)
            with self.servers.fresh("prometheus", recipe) as server:
                yield server
            return
        with self.servers.fresh(
            "victoriametrics",
            lambda entry, folder: victoriametrics(entry, folder, password=password),
        ) as server:
            import_series(server, series, password=password)
            yield server

    @contextmanager
    def serve(self, points: Sequence[MetricPoint]) -> Iterator[MetricSource]:
        """Serve what is given and nothing else."""
        with self.server(points) as server:
            yield PrometheusMetrics(Place(server.url), (CPU,))

    @contextmanager
    def failing(self, points: Sequence[MetricPoint], trouble: Trouble) -> Iterator[MetricSource]:
        """Serve it to somebody with another password."""
        with self.server(points, password=True) as server:
            wrong = Place(server.url, username=USER, password=f"not {PASSWORD}")
            yield PrometheusMetrics(wrong, (CPU,))


@pytest.mark.parametrize("kind", ["prometheus", "victoriametrics"])
@pytest.mark.parametrize("check", METRIC_CHECKS, ids=lambda check: check.__name__)
def test_the_source_does_what_every_metric_source_must(
    check: Callable[[MetricStage], None], kind: str, servers: Servers
) -> None:
    """Every check of the shipped suite holds."""
    check(QueryApiStage(servers, kind))

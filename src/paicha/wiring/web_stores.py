"""Stores that speak HTTP, made from their settings."""

from __future__ import annotations

from paicha.model.knowledge import MetricConcept
from paicha.ports import MetricSource
from paicha.sources.prometheus import HostRule, PrometheusMetrics
from paicha.sources.web import Place
from paicha.wiring.settings import PrometheusSettings, WebSettings


def place_of(source: WebSettings) -> Place:
    """Return where a store is and who asks."""
    return Place(
        url=source.url,
        username=source.username,
        password=source.password.reveal(),
        token=source.token.reveal(),
        headers={source.tenant_header: source.tenant} if source.tenant else {},
        timeout_s=source.timeout_s,
        attempts=source.attempts,
        verify=source.ca_file or True,
    )


def prometheus(source: PrometheusSettings, concepts: tuple[MetricConcept, ...]) -> MetricSource:
    """Return a metric source that speaks Prometheus' query API."""
    return PrometheusMetrics(
        place=place_of(source),
        concepts=concepts,
        name=source.name,
        rule=HostRule(source.host_label, source.matchers),
    )

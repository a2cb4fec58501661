"""Prometheus and what speaks its query language: VictoriaMetrics, Thanos, Mimir."""

from paicha.sources.prometheus.hosts import HostRule
from paicha.sources.prometheus.source import PrometheusMetrics

__all__ = ["HostRule", "PrometheusMetrics"]

"""Metrics from files: BlueKing and Prometheus answers, OpenMetrics text, CSV."""

from paicha.sources.metric_files.source import MetricFileSource

__all__ = ["MetricFileSource"]

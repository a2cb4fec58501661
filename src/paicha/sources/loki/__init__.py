"""Loki: logs over its query API, in LogQL."""

from paicha.sources.loki.source import LokiLogs

__all__ = ["LokiLogs"]

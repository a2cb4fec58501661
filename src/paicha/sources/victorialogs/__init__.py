"""VictoriaLogs: logs over its query API, in LogsQL."""

from paicha.sources.victorialogs.source import VictoriaLogs

__all__ = ["VictoriaLogs"]

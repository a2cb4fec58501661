"""ClickHouse: logs in a table, by default that of OpenTelemetry's exporter."""

from paicha.sources.clickhouse.source import ClickHouseLogs
from paicha.sources.clickhouse.table import TableRule

__all__ = ["ClickHouseLogs", "TableRule"]

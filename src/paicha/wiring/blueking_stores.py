"""BlueKing's logs and metrics, made from their settings."""

from __future__ import annotations

from paicha.kernel.normalise import LineReader
from paicha.knowledge.trouble_loader import load_trouble_words
from paicha.model.knowledge import MetricConcept
from paicha.ports import LogSource, MetricSource
from paicha.sources.blueking import BluekingLogs, BluekingMetrics
from paicha.sources.blueking.gateway import Credentials, Gateway
from paicha.wiring.field_names import field_map
from paicha.wiring.settings import (
    BluekingLogsSettings,
    BluekingMetricsSettings,
    BluekingSettings,
)


def blueking_logs(source: BluekingLogsSettings, line_reader: LineReader) -> LogSource:
    """Return a log source behind BlueKing's gateway."""
    return BluekingLogs(
        gateway=_gateway(source),
        fields=field_map(source.fields, "blueking"),
        name=source.name,
        bk_biz_id=source.bk_biz_id or None,
        index_set_id=source.index_set_id or None,
        page_url=source.page_url,
        line_reader=line_reader,
        trouble=load_trouble_words(),
    )


def blueking_metrics(
    source: BluekingMetricsSettings, concepts: tuple[MetricConcept, ...]
) -> MetricSource:
    """Return a metric source behind BlueKing's gateway."""
    return BluekingMetrics(
        gateway=_gateway(source),
        concepts=concepts,
        name=source.name,
        bk_biz_id=source.bk_biz_id or None,
    )


def _gateway(source: BluekingSettings) -> Gateway:
    return Gateway(
        credentials=Credentials(
            app_code=source.bk_app_code,
            app_secret=source.bk_app_secret.reveal(),
            username=source.bk_username,
            bk_token=source.bk_token.reveal(),
            bk_ticket=source.bk_ticket.reveal(),
            access_token=source.access_token.reveal(),
        ),
        monitor_url=source.monitor_url,
        log_url=source.log_url,
        cmdb_url=source.cmdb_url,
        road="app" if source.identity == "app" else "mcp",
        tenant_id=source.tenant_id,
        timeout_s=source.timeout_s,
        attempts=source.attempts,
        requests_per_second=source.requests_per_second or None,
        verify=source.ca_file or True,
    )

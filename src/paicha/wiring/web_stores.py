"""Stores that speak HTTP, made from their settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from paicha.kernel.normalise import LineReader
from paicha.model.knowledge import MetricConcept
from paicha.ports import ChatModel, LogSource, MetricSource
from paicha.sources.chat_model import ChatCompletions
from paicha.sources.clickhouse import ClickHouseLogs, TableRule
from paicha.sources.elasticsearch import ElasticsearchLogs
from paicha.sources.http import HttpLogs, load_description
from paicha.sources.loki import LokiLogs
from paicha.sources.prometheus import HostRule, PrometheusMetrics
from paicha.sources.victorialogs import VictoriaLogs
from paicha.sources.web import Place
from paicha.wiring.field_names import field_map
from paicha.wiring.settings import (
    ChatModelSettings,
    ClickHouseSettings,
    ElasticsearchSettings,
    HttpSettings,
    LokiSettings,
    PrometheusSettings,
    VictoriaLogsSettings,
    WebLogSettings,
    WebSettings,
)


def place_of(source: WebSettings, **headers: str) -> Place:
    """Return where a store is and who asks, with further *headers*."""
    tenant = {source.tenant_header: source.tenant} if source.tenant else {}
    return Place(
        url=source.url,
        username=source.username,
        password=source.password.reveal(),
        token=source.token.reveal(),
        headers={**tenant, **headers},
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


def chat_model(source: ChatModelSettings) -> ChatModel:
    """Return a model behind an endpoint that speaks chat completions."""
    return ChatCompletions(place_of(source), source.model, source.max_tokens)


def _elasticsearch(source: ElasticsearchSettings, line_reader: LineReader) -> LogSource:
    return ElasticsearchLogs(
        place=replace(place_of(source), api_key=source.api_key.reveal()),
        index=source.index,
        fields=field_map(source.fields),
        name=source.name,
        time_field=source.time_field,
        line_reader=line_reader,
    )


def _described(source: HttpSettings, line_reader: LineReader, folder: Path) -> LogSource:
    return HttpLogs(
        place=place_of(source),
        description=load_description(folder / Path(source.description).expanduser()),
        fields=field_map(source.fields),
        name=source.name,
        line_reader=line_reader,
    )


def web_logs(source: WebLogSettings, line_reader: LineReader, folder: Path) -> LogSource:
    """Return a log source that speaks HTTP; files it names are relative to *folder*."""
    if isinstance(source, HttpSettings):
        return _described(source, line_reader, folder)
    if isinstance(source, ElasticsearchSettings):
        return _elasticsearch(source, line_reader)
    if isinstance(source, ClickHouseSettings):
        return ClickHouseLogs(
            place=place_of(source),
            fields=field_map(source.fields),
            rule=TableRule(source.database, source.table, source.time_column),
            name=source.name,
            line_reader=line_reader,
        )
    if isinstance(source, LokiSettings):
        return LokiLogs(
            place=place_of(source),
            fields=field_map(source.fields),
            selector=source.selector,
            name=source.name,
            line_reader=line_reader,
            page_rows=source.page_rows,
        )
    assert isinstance(source, VictoriaLogsSettings)
    tenant = {"AccountID": str(source.account_id), "ProjectID": str(source.project_id)}
    return VictoriaLogs(
        place=place_of(source, **tenant),
        fields=field_map(source.fields),
        name=source.name,
        line_reader=line_reader,
    )

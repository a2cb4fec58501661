"""What can be set: frozen values, each key declared once with its type, unit and default."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

from paicha.kernel.caps import CAPS
from paicha.model.redaction import BUILT_IN, RedactionRules
from paicha.values import dataclass
from paicha.wiring.alert_settings import (
    ChannelSettings,
    ScheduleSettings,
    WebhookSettings,
    choice,
)
from paicha.wiring.secret import NO_SECRET, Secret
from paicha.wiring.service_settings import DEFAULT_SERVICE, ProfileSettings, ServiceSettings


@dataclass(frozen=True, slots=True)
class BluekingSettings:
    """One BlueKing installation as one identity: `blueking_logs` and `blueking_metrics` alike."""

    name: str
    monitor_url: str = ""
    log_url: str = ""
    cmdb_url: str = ""
    identity: str = choice("user", "user", "app")
    bk_app_code: str = ""
    bk_app_secret: Secret = NO_SECRET
    bk_username: str = ""
    bk_token: Secret = NO_SECRET
    bk_ticket: Secret = NO_SECRET
    access_token: Secret = NO_SECRET
    tenant_id: str = "system"
    bk_biz_id: int = 0
    timeout_s: float = 70.0
    attempts: int = 5
    requests_per_second: float = 0.0  # 0: no limit of our own
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class BluekingLogsSettings(BluekingSettings):
    """A BlueKing log source."""

    index_set_id: int = 0
    page_url: str = ""
    fields: tuple[
        str, ...
    ] = ()  # "level=sev": a field of a record, and what the index set calls it
    max_records: int = 0  # [records] read whole; 0: as many as the general key says
    max_bytes: int = 0  # [bytes] received; 0: no limit
    max_seconds: float = 0.0  # [s] of reading; 0: no limit


@dataclass(frozen=True, slots=True)
class BluekingMetricsSettings(BluekingSettings):
    """A BlueKing metric source."""


@dataclass(frozen=True, slots=True)
class FilesSettings:
    """Log files."""

    name: str
    paths: tuple[str, ...] = field(default=(), metadata={"required": True})
    log_format: str = ""


@dataclass(frozen=True, slots=True)
class MetricFilesSettings:
    """Metric files."""

    name: str
    paths: tuple[str, ...] = field(default=(), metadata={"required": True})
    host: str = ""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """One store that speaks HTTP, and the way in."""

    name: str
    url: str = field(default="", metadata={"required": True})
    username: str = ""
    password: Secret = NO_SECRET
    token: Secret = NO_SECRET
    tenant: str = ""
    tenant_header: str = "X-Scope-OrgID"
    timeout_s: float = 60.0
    attempts: int = 4
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class WebLogSettings(WebSettings):
    """A log store that speaks HTTP."""

    fields: tuple[str, ...] = ()  # "level=sev": a field of a record, and what the store calls it
    max_records: int = 0  # [records] read whole; 0: as many as the general key says
    max_bytes: int = 0  # [bytes] received; 0: no limit
    max_seconds: float = 0.0  # [s] of reading; 0: no limit


@dataclass(frozen=True, slots=True)
class VictoriaLogsSettings(WebLogSettings):
    """One tenant of a VictoriaLogs."""

    account_id: int = 0
    project_id: int = 0


@dataclass(frozen=True, slots=True)
class ElasticsearchSettings(WebLogSettings):
    """Indices of Elasticsearch or OpenSearch."""

    index: str = field(default="", metadata={"required": True})
    api_key: Secret = NO_SECRET
    time_field: str = ""


@dataclass(frozen=True, slots=True)
class ClickHouseSettings(WebLogSettings):
    """One table of a ClickHouse."""

    database: str = ""
    table: str = "otel_logs"
    time_column: str = ""


@dataclass(frozen=True, slots=True)
class LokiSettings(WebLogSettings):
    """One tenant of a Loki."""

    selector: str = field(default="", metadata={"required": True})
    page_rows: int = 5000


@dataclass(frozen=True, slots=True)
class HttpSettings(WebLogSettings):
    """A store that a file describes."""

    description: str = field(default="", metadata={"required": True})


@dataclass(frozen=True, slots=True)
class PrometheusSettings(WebSettings):
    """A metric source that speaks Prometheus' query API."""

    host_label: str = ""
    matchers: str = ""


@dataclass(frozen=True, slots=True)
class ChatModelSettings(WebSettings):
    """A language model behind an endpoint that speaks chat completions."""

    model: str = field(default="", metadata={"required": True})
    max_tokens: int = 800


SourceSettings = (
    BluekingLogsSettings
    | BluekingMetricsSettings
    | ElasticsearchSettings
    | HttpSettings
    | FilesSettings
    | MetricFilesSettings
    | PrometheusSettings
    | VictoriaLogsSettings
    | ClickHouseSettings
    | ChatModelSettings
    | LokiSettings
)

#: What `type = "…"` of a source may say.
SOURCE_TYPES: dict[str, type[SourceSettings]] = {
    "blueking_logs": BluekingLogsSettings,
    "blueking_metrics": BluekingMetricsSettings,
    "elasticsearch": ElasticsearchSettings,
    "files": FilesSettings,
    "http": HttpSettings,
    "metric_files": MetricFilesSettings,
    "prometheus": PrometheusSettings,
    "victorialogs": VictoriaLogsSettings,
    "clickhouse": ClickHouseSettings,
    "chat_model": ChatModelSettings,
    "loki": LokiSettings,
}
LOG_TYPES = (
    BluekingLogsSettings,
    ElasticsearchSettings,
    FilesSettings,
    HttpSettings,
    VictoriaLogsSettings,
    ClickHouseSettings,
    LokiSettings,
)
METRIC_TYPES = (BluekingMetricsSettings, MetricFilesSettings, PrometheusSettings)


def kind_of(source: SourceSettings) -> str:
    """Return what ``type = "…"`` says of *source*."""
    return next(name for name, kind in SOURCE_TYPES.items() if kind is type(source))


@dataclass(frozen=True, slots=True)
class General:
    """The keys on top of the file."""

    language: str = choice("", "", "zh", "en")
    zone: str = ""
    max_records: int = 1_000_000  # [records] read whole from one source
    output: str = "paicha-report"
    logs: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    workers: int = 1
    max_shapes: int = (
        CAPS.units
    )  # [shapes x levels] told apart; beyond it they are counted together


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was set, and where it came from."""

    general: General
    sources: tuple[SourceSettings, ...]
    file: Path | None
    origins: tuple[
        tuple[str, str], ...
    ] = ()  # (dotted key, file or variable) of what is not default
    service: ServiceSettings = DEFAULT_SERVICE
    profiles: tuple[ProfileSettings, ...] = ()
    redaction: RedactionRules = BUILT_IN
    webhooks: tuple[WebhookSettings, ...] = ()
    channels: tuple[ChannelSettings, ...] = ()
    schedules: tuple[ScheduleSettings, ...] = ()

    @staticmethod
    def empty() -> Settings:
        """Return the defaults, as if nobody had set anything."""
        return Settings(General(), (), None)

    @property
    def folder(self) -> Path:
        """What relative paths in it are relative to: the folder of the file."""
        return self.file.parent if self.file else Path()

    def source(self, name: str) -> SourceSettings | None:
        """Return the source called *name*; None when there is none."""
        return next((source for source in self.sources if source.name == name), None)

    def profile(self, name: str) -> ProfileSettings | None:
        """Return the profile called *name*; None when there is none."""
        return next((profile for profile in self.profiles if profile.name == name), None)

    def webhook(self, name: str) -> WebhookSettings | None:
        """Return the webhook called *name*; None when there is none."""
        return next((hook for hook in self.webhooks if hook.name == name), None)

    def channel(self, name: str) -> ChannelSettings | None:
        """Return the channel called *name*; None when there is none."""
        return next((channel for channel in self.channels if channel.name == name), None)

    def schedule(self, name: str) -> ScheduleSettings | None:
        """Return the schedule called *name*; None when there is none."""
        return next((schedule for schedule in self.schedules if schedule.name == name), None)
